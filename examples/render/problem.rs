//! The charts of the problem itself.

use auxilearn_lab::chart::{SampledChart, SampledKind};
use auxilearn_lab::study::Scene;
use auxilearn_lab::trace::Trace;

/// A chart with the data that the scene makes for it.
pub fn chart<'a>(
    scene: &'a mut Scene,
    kind: SampledKind,
    traces: &[&Trace],
    aspect: f64,
) -> SampledChart<'a> {
    let chart = match kind {
        SampledKind::WPlane => scene.plane(traces, aspect).map(SampledChart::WPlane),
        SampledKind::PhiLandscape => scene.landscape(traces).map(SampledChart::PhiLandscape),
        SampledKind::Neumann => {
            let setting = scene.setting();
            let spectrum = scene.spectrum().zip(setting);
            spectrum.map(|(spectrum, setting)| SampledChart::Neumann(spectrum, setting))
        }
        SampledKind::CutShort => scene.cut_short().map(SampledChart::CutShort),
    };
    chart.unwrap_or(SampledChart::Nothing(kind))
}
