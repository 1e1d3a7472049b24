//! The worker's side: the solver behind calls that take a bounded time.

use super::types::LaneStatus;
use super::{json, object, parse, refusal};
use crate::experiment::Experiment;
use crate::facts::status_text;
use crate::run::Run;
use crate::status::RunStatus;
use js_sys::{Array, Float64Array, JSON};
use wasm_bindgen::prelude::*;

/// One experiment being run, all lanes in step.
#[wasm_bindgen]
pub struct Session {
    pub(super) experiment: Experiment,
    pub(super) document: String,
    pub(super) runs: Vec<Run>,
    /// Step of the last row handed out, per lane; below zero before the first.
    sent: Vec<f64>,
    /// Whether the methods of a lane were changed on its way.
    pub(super) retuned: bool,
}

#[wasm_bindgen]
impl Session {
    /// Reads a document and sets every lane to its start. A `seed` replaces the document's own.
    ///
    /// # Errors
    /// A broken document throws an `ExperimentError`; nothing else is changed by it.
    #[wasm_bindgen(constructor)]
    pub fn new(document: String, seed: Option<f64>) -> Result<Session, JsValue> {
        let mut experiment = parse(&document)?;
        let mut document = document;
        if let Some(seed) = seed {
            // The conversion saturates, and NaN becomes 0: every number is some seed.
            experiment = experiment.with_seed(seed as u64).map_err(refusal)?;
            document = json::with_seed(&document, experiment.seed())?;
        }
        let runs = experiment.runs().map_err(refusal)?;
        let sent = vec![-1.0; runs.len()];
        Ok(Self { experiment, document, runs, sent, retuned: false })
    }

    /// The document that is run: the one given, or with the seed replaced.
    #[wasm_bindgen(getter)]
    pub fn document(&self) -> String {
        self.document.clone()
    }

    /// JSON of `Metadata`.
    ///
    /// # Errors
    /// Never in practice.
    pub fn metadata(&self) -> Result<String, JsValue> {
        let experiment = &self.experiment;
        let lanes = self.runs.iter().map(|run| {
            let layout = run.trace().layout();
            let fields = [
                ("label", run.label().into()),
                ("method", run.method().into()),
                ("n", (layout.n as f64).into()),
                ("m", (layout.m as f64).into()),
                ("effectiveWeights", (layout.effective_weights as f64).into()),
                ("innerSolves", layout.inner_solves.into()),
                ("diagnostics", layout.diagnostics.into()),
            ];
            object(&fields).map(JsValue::from)
        });
        let metadata = object(&[
            ("title", experiment.title().into()),
            ("description", experiment.description().into()),
            ("steps", (experiment.steps() as f64).into()),
            ("seed", experiment.seed().to_string().into()),
            ("problem", experiment.problem_kind().into()),
            ("taskNames", texts(&experiment.task_names()).into()),
            ("phiNames", texts(&experiment.phi_names()).into()),
            ("lanes", lanes.collect::<Result<Array, _>>()?.into()),
        ])?;
        Ok(JSON::stringify(&metadata)?.into())
    }

    /// Number of lanes.
    #[wasm_bindgen(getter)]
    pub fn lanes(&self) -> usize {
        self.runs.len()
    }

    /// Takes at most `steps` outer steps in every lane; whether any lane still runs.
    pub fn advance(&mut self, steps: f64) -> bool {
        let steps = steps.max(0.0) as u64;
        // Counted, not `any`: every lane must advance.
        self.runs.iter_mut().filter_map(|run| (!run.advance(steps).is_stopped()).then_some(())).count() > 0
    }

    /// Back to the start, same seed; all rows are new again.
    pub fn rewind(&mut self) {
        self.runs.iter_mut().for_each(Run::rewind);
        self.forget_changes();
        self.sent.fill(-1.0);
    }

    /// Outer steps taken by the lane that went furthest.
    #[wasm_bindgen(getter)]
    pub fn step(&self) -> f64 {
        self.runs.iter().map(Run::step).max().unwrap_or(0) as f64
    }

    /// Returns whether rows wait to be taken.
    #[wasm_bindgen(getter, js_name = hasNews)]
    pub fn has_news(&self) -> bool {
        self.runs
            .iter()
            .zip(&self.sent)
            .any(|(run, &sent)| run.trace().rows_through(sent) < run.trace().rows())
    }

    /// Rows not taken yet, at most `max_rows`, column by column. Its buffer is the caller's, to transfer.
    #[wasm_bindgen(js_name = takeChunk)]
    pub fn take_chunk(&mut self, lane: usize, max_rows: usize) -> Float64Array {
        let trace = self.runs[lane].trace();
        let from = trace.rows_through(self.sent[lane]);
        let to = trace.rows().min(from + max_rows);
        if from == to {
            return Float64Array::new_with_length(0);
        }
        self.sent[lane] = trace.steps()[to - 1];
        Float64Array::from(trace.chunk(from..to).as_slice())
    }

    /// Outer steps between two kept rows of a lane: goes with the chunk just taken.
    pub fn stride(&self, lane: usize) -> f64 {
        self.runs[lane].trace().stride() as f64
    }

    /// How a lane stands.
    ///
    /// # Errors
    /// Never in practice.
    pub fn status(&self, lane: usize) -> Result<LaneStatus, JsValue> {
        let run = &self.runs[lane];
        let status = run.status();
        let step = match status {
            RunStatus::Stopped { step, .. } => step,
            RunStatus::Running => run.step(),
        };
        let fields = [
            ("word", status.word().into()),
            ("step", (step as f64).into()),
            ("indefiniteSteps", (run.indefinite_steps() as f64).into()),
            ("text", status_text(status, run.indefinite_steps()).into()),
        ];
        Ok(object(&fields)?.unchecked_into())
    }

    /// Digest of a lane's own trace: the page's copy must have the same.
    pub fn digest(&self, lane: usize) -> String {
        self.runs[lane].trace().digest()
    }
}

fn texts(list: &[String]) -> Array {
    list.iter().map(JsValue::from).collect()
}
