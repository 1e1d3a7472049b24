//! The worker's side: the solver behind calls that take a bounded time.

use super::types::LaneStatus;
use super::{parse, plain, refusal};
use crate::experiment::Experiment;
use crate::run::Run;
use js_sys::Float64Array;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

/// What the page must know about an experiment before the first row arrives.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata {
    pub title: String,
    pub description: String,
    pub steps: u64,
    /// Decimal text: JavaScript's numbers do not hold every seed.
    pub seed: String,
    pub task_names: Vec<String>,
    pub lanes: Vec<LaneMetadata>,
}

/// A lane's name and the sizes of its W and φ.
#[derive(Serialize, Deserialize)]
pub(super) struct LaneMetadata {
    pub label: String,
    pub method: String,
    pub n: usize,
    pub m: usize,
}

#[derive(Serialize)]
struct Status {
    word: &'static str,
    step: u64,
    text: String,
}

/// One experiment being run, all lanes in step.
#[wasm_bindgen]
pub struct Session {
    experiment: Experiment,
    document: String,
    runs: Vec<Run>,
    /// Step of the last row handed out, per lane; below zero before the first.
    sent: Vec<f64>,
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
            document = experiment.to_json();
        }
        let runs = experiment.runs().map_err(refusal)?;
        let sent = vec![-1.0; runs.len()];
        Ok(Self { experiment, document, runs, sent })
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
        let lane = |run: &Run| {
            let layout = run.trace().layout();
            LaneMetadata {
                label: run.label().to_owned(),
                method: run.method().to_owned(),
                n: layout.n(),
                m: layout.m(),
            }
        };
        let metadata = Metadata {
            title: self.experiment.title().to_owned(),
            description: self.experiment.description().to_owned(),
            steps: self.experiment.steps(),
            seed: self.experiment.seed().to_string(),
            task_names: self.experiment.task_names(),
            lanes: self.runs.iter().map(lane).collect(),
        };
        serde_json::to_string(&metadata).map_err(|e| JsError::new(&e.to_string()).into())
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
        self.sent.fill(-1.0);
    }

    /// Outer steps taken by the lane that went furthest.
    #[wasm_bindgen(getter)]
    pub fn step(&self) -> f64 {
        self.runs.iter().map(Run::step).max().unwrap_or(0) as f64
    }

    /// Whether rows wait to be taken.
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
        plain(&Status { word: status.word(), step: run.step(), text: status.to_string() })
    }

    /// Digest of a lane's own trace: the page's copy must have the same.
    pub fn digest(&self, lane: usize) -> String {
        self.runs[lane].trace().digest()
    }
}
