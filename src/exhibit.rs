//! The charts of a problem with the data that its scene makes for them.

use crate::chart::{SampledChart, SampledKind};
use crate::study::Scene;
use crate::trace::Trace;

/// A chart of a problem where the scene looks at it, with the paths of these traces; its data are made anew
/// where that is needed. `aspect` is that of [`plane_aspect`](crate::chart::plane_aspect).
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
        SampledKind::CutShort => {
            if scene.cut_short().is_none() && scene.is_cutting() {
                return SampledChart::Computing(kind);
            }
            scene.drawn_cut_short().map(SampledChart::CutShort)
        }
    };
    chart.unwrap_or(SampledChart::Nothing(kind))
}

/// The chart with the data made last, however old: nothing is computed. `None` before there are any.
pub fn last(scene: &Scene, kind: SampledKind) -> Option<SampledChart<'_>> {
    let (plane, landscape, spectrum) = scene.drawn();
    match kind {
        SampledKind::WPlane => plane.map(SampledChart::WPlane),
        SampledKind::PhiLandscape => landscape.map(SampledChart::PhiLandscape),
        SampledKind::Neumann => {
            let parts = spectrum.zip(scene.drawn_setting());
            parts.map(|(spectrum, setting)| SampledChart::Neumann(spectrum, setting))
        }
        SampledKind::CutShort => scene.drawn_cut_short().map(SampledChart::CutShort),
    }
}
