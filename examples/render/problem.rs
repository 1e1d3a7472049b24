//! The charts of the problem itself, at one step of its lanes.

use auxilearn_lab::chart::{Lane, SampledChart, SampledKind, View, draw_sampled, plane_aspect};
use auxilearn_lab::experiment::Experiment;
use auxilearn_lab::study::{CutShortRequest, LandscapeRequest, PlaneRequest, Study};
use auxilearn_lab::trace::{QuantityKind, Trace};

use super::Options;

/// Nodes of the plane's grid a row, and of the landscape's.
const PLANE: (usize, usize) = (128, 96);
const LANDSCAPE: (usize, usize) = (96, 64);

/// The chart as SVG.
pub fn svg(
    options: &Options,
    kind: SampledKind,
    experiment: &Experiment,
    lanes: &[Lane],
    view: &View,
) -> Result<String, String> {
    let mut study = Study::of(experiment).map_err(|e| e.to_string())?;
    let traces: Vec<&Trace> = lanes.iter().map(|lane| lane.trace).collect();
    let learning = experiment.methods().position(|method| method.learns_from_held_out()).unwrap_or(0);
    let phi = phi_at(traces[learning], options.step.unwrap_or(0));
    let size = options.size(|width| kind.height(view, width));
    let paint = |chart: SampledChart| {
        super::svg(size, |area| draw_sampled(&chart, area, lanes, view).map(drop).map_err(|e| e.to_string()))
    };
    let nothing = || "nothing to draw at this step".to_owned();
    match kind {
        SampledKind::WPlane => {
            let aspect = plane_aspect(view, (f64::from(size.0), f64::from(size.1)));
            let request =
                PlaneRequest { phi: &phi, w: None, traces: &traces, aspect, resolution: PLANE, bounds: None };
            paint(SampledChart::WPlane(&study.plane(&request).ok_or_else(nothing)?))
        }
        SampledKind::PhiLandscape => {
            let components = (0, (phi.len() > 1).then_some(1));
            let resolution = if components.1.is_some() { LANDSCAPE } else { (256, 2) };
            let request =
                LandscapeRequest { phi: &phi, components, traces: &traces, resolution, bounds: None };
            paint(SampledChart::PhiLandscape(&study.landscape(&request).ok_or_else(nothing)?))
        }
        SampledKind::Neumann => {
            let w = study.best_response(&phi).unwrap_or_else(|| study.start().0.to_vec());
            let spectrum = study.spectrum(&w, &phi).ok_or_else(nothing)?;
            let setting = study.neumann_setting().unwrap_or_else(|| spectrum.usual_setting());
            paint(SampledChart::Neumann(&spectrum, setting))
        }
        SampledKind::CutShort => {
            let request = CutShortRequest { phi: &phi, w: None, lane: None, setting: None };
            paint(SampledChart::CutShort(&study.cut_short(&request).ok_or_else(nothing)?))
        }
    }
}

/// φ of a trace at a step, or of its last row before.
fn phi_at(trace: &Trace, step: u64) -> Vec<f64> {
    let row = trace.rows_through(step as f64).saturating_sub(1);
    (0..trace.layout().m).filter_map(|k| trace.series(QuantityKind::Phi, k)?.get(row).copied()).collect()
}
