//! The benchmark cases in the browser, and charts to be drawn in them; only in builds with the feature `bench`.

use plotters::drawing::IntoDrawingArea;
use plotters_canvas::CanvasBackend;
use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use super::traces::Traces;
use crate::bench::{CASES, measure};
use crate::chart::{Lane, Measured, SampledChart, Summaries, Theme, View, draw_sampled};
use crate::run::Run;
use crate::sampled::Plane;
use crate::study::{PlaneRequest, Study};
use crate::trace::Trace;

/// Outer steps per second of a case of [`crate::bench::CASES`], then φ and W at its end.
///
/// # Errors
/// Throws if there is no such case or the page has no clock.
#[wasm_bindgen]
pub fn bench(case: &str) -> Result<Vec<f64>, JsError> {
    let case = CASES.iter().find(|c| c.name == case).ok_or_else(|| JsError::new("no such case"))?;
    let clock = web_sys::window().and_then(|window| window.performance());
    let clock = clock.ok_or_else(|| JsError::new("no clock"))?;
    let measured = measure(case, || clock.now() / 1e3);
    Ok(std::iter::once(measured.rate).chain(measured.end).collect())
}

#[wasm_bindgen]
impl Traces {
    /// As the constructor, but every row is kept.
    ///
    /// # Errors
    /// If `metadata` is not such a text.
    pub fn roomy(metadata: &str) -> Result<Traces, JsValue> {
        Self::of(metadata, |layout, steps| Trace::in_memory(layout, steps, usize::MAX))
    }
}

/// The plane of W of an experiment whose lanes have run to their end.
#[wasm_bindgen]
pub struct PlaneBench {
    study: Study,
    runs: Vec<Run>,
    phi_names: Vec<String>,
    nodes: usize,
    plane: Plane,
}

/// Both losses on a square grid of `nodes` a side.
fn sampled(study: &mut Study, runs: &[Run], nodes: usize) -> Option<Plane> {
    let traces: Vec<&Trace> = runs.iter().map(Run::trace).collect();
    let phi = study.start().1.to_vec();
    let (resolution, aspect) = ((nodes, nodes), 1.7);
    study.plane(&PlaneRequest {
        phi: &phi,
        w: None,
        traces: &traces,
        aspect,
        resolution,
        bounds: None,
        frame: None,
    })
}

#[wasm_bindgen]
impl PlaneBench {
    /// Runs the lanes and samples the plane for the first time.
    ///
    /// # Errors
    /// If the document cannot be run.
    #[wasm_bindgen(constructor)]
    pub fn new(document: &str, nodes: usize) -> Result<PlaneBench, JsValue> {
        let experiment = super::parse(document)?;
        let mut runs = experiment.runs().map_err(super::refusal)?;
        for run in &mut runs {
            run.advance(experiment.steps());
        }
        let mut study = Study::of(&experiment).map_err(super::refusal)?;
        let plane = sampled(&mut study, &runs, nodes).ok_or_else(|| JsError::new("no plane"))?;
        Ok(Self { study, runs, phi_names: experiment.phi_names(), nodes, plane })
    }

    /// Samples both losses anew.
    pub fn sample(&mut self) {
        if let Some(plane) = sampled(&mut self.study, &self.runs, self.nodes) {
            self.plane = plane;
        }
    }

    /// Samples `L_T` at `factor` times the φ of the start: what changes while φ is dragged.
    #[wasm_bindgen(js_name = moveTo)]
    pub fn move_to(&mut self, factor: f64) {
        let phi: Vec<f64> = self.study.start().1.iter().map(|phi| factor * phi).collect();
        self.study.move_to(&mut self.plane, &phi, None);
    }

    /// Draws over a whole canvas at pixel ratio 1: finds the contours and paints them.
    ///
    /// # Errors
    /// If the canvas cannot be drawn on.
    pub fn draw(&self, canvas: HtmlCanvasElement) -> Result<(), JsError> {
        let lanes: Vec<Lane> = self.runs.iter().map(|run| self.lane(run)).collect();
        let backend = CanvasBackend::with_canvas_object(canvas)
            .ok_or_else(|| JsError::new("this canvas has no two-dimensional context"))?;
        let area = Measured::new(backend).into_drawing_area();
        let view = View::new(&Theme::LIGHT, 1.0);
        draw_sampled(&SampledChart::WPlane(&self.plane), &area, &lanes, &view)
            .map_err(|error| JsError::new(&error.to_string()))?;
        Ok(())
    }
}

impl PlaneBench {
    fn lane<'a>(&'a self, run: &'a Run) -> Lane<'a> {
        Lane {
            label: run.label(),
            task_names: &self.phi_names,
            phi_names: &self.phi_names,
            trace: run.trace(),
            status: run.status(),
            whole: None,
            summaries: Summaries::default(),
        }
    }
}
