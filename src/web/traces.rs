//! The page's side: copies of the traces, and what can be read off them.

use super::{object, types};
use crate::chart;
use crate::chart::Summary;
use crate::events::Event;
use crate::facts::{LaneFacts, TaskFacts};
use crate::lang;
use crate::status::{RunStatus, StopReason};
use crate::trace::{Layout, Trace};
use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::prelude::*;

/// One lane as the page knows it.
pub(super) struct Lane {
    pub(super) label: String,
    /// The label as the document has it, for files.
    pub(super) written: String,
    pub(super) method: String,
    pub(super) trace: Trace,
    pub(super) status: RunStatus,
    pub(super) indefinite_steps: u64,
    /// The finished run while it is being replayed.
    pub(super) whole: Option<Trace>,
    pub(super) summary: Summary,
    whole_summary: Summary,
    /// Its moments when they were last asked for.
    pub(super) events: Vec<Event>,
}

impl Lane {
    pub(super) fn seen<'a>(&'a self, task_names: &'a [String], phi_names: &'a [String]) -> chart::Lane<'a> {
        chart::Lane {
            label: &self.label,
            task_names,
            phi_names,
            trace: &self.trace,
            status: self.status,
            whole: self.whole.as_ref(),
            summaries: chart::Summaries { trace: Some(&self.summary), whole: Some(&self.whole_summary) },
            events: &self.events,
        }
    }
}

/// The page's copies of all lanes' traces.
#[wasm_bindgen]
pub struct Traces {
    pub(super) lanes: Vec<Lane>,
    /// Kind of the problem.
    pub(super) problem: String,
    pub(super) task_names: Vec<String>,
    pub(super) phi_names: Vec<String>,
    pub(super) steps: u64,
}

#[wasm_bindgen]
impl Traces {
    /// Empty traces for the experiment that `Session.metadata` describes.
    ///
    /// # Errors
    /// If `metadata` is not such a text.
    #[wasm_bindgen(constructor)]
    pub fn new(metadata: &str) -> Result<Traces, JsValue> {
        Self::of(metadata, Trace::new)
    }

    /// Appends what `Session.takeChunk` gave, with the stride it was taken at.
    pub fn append(&mut self, lane: usize, stride: f64, chunk: &[f64]) {
        let lane = &mut self.lanes[lane];
        lane.trace.extend_from_chunk(stride as u64, chunk);
        lane.summary.follow(&lane.trace);
    }

    /// All rows of a lane as [`append`](Self::append) takes them: for another copy.
    pub fn rows(&self, lane: usize) -> Vec<f64> {
        let trace = &self.lanes[lane].trace;
        trace.chunk(0..trace.rows())
    }

    /// Outer steps between two rows of a lane.
    pub fn stride(&self, lane: usize) -> f64 {
        self.lanes[lane].trace.stride() as f64
    }

    /// How a lane stands, in the words of `LaneStatus`; a word that is none of them means running.
    #[wasm_bindgen(js_name = setStatus)]
    pub fn set_status(&mut self, lane: usize, word: &str, step: f64, indefinite_steps: f64) {
        self.lanes[lane].indefinite_steps = indefinite_steps as u64;
        self.lanes[lane].status = match StopReason::named(word) {
            Some(reason) => RunStatus::Stopped { reason, step: step as u64 },
            None => RunStatus::Running,
        };
    }

    /// Forgets all rows, for a rewind; if the run had ended, the charts keep its axes.
    pub fn clear(&mut self) {
        for lane in &mut self.lanes {
            if lane.status.is_stopped() {
                match &mut lane.whole {
                    Some(whole) => whole.clone_from(&lane.trace),
                    None => lane.whole = Some(lane.trace.clone()),
                }
                lane.whole_summary = std::mem::take(&mut lane.summary);
            }
            lane.summary = Summary::default();
            lane.trace.clear();
            lane.events.clear();
            lane.status = RunStatus::Running;
        }
    }

    /// Step of the last row of the lane that went furthest.
    #[wasm_bindgen(getter)]
    pub fn step(&self) -> f64 {
        self.lanes.iter().filter_map(|lane| lane.trace.steps().last().copied()).fold(0.0, f64::max)
    }

    /// Digest of a lane's copy, 16 hexadecimal digits.
    pub fn digest(&self, lane: usize) -> String {
        self.lanes[lane].trace.digest()
    }

    /// Names of a lane's columns, as in files.
    pub fn columns(&self, lane: usize) -> Vec<String> {
        self.lanes[lane].trace.layout().quantities().iter().map(|q| q.name()).collect()
    }

    /// A lane's last row, in the order of its columns; NaN is an absent value; empty without rows.
    #[wasm_bindgen(js_name = lastRow)]
    pub fn last_row(&self, lane: usize) -> Vec<f64> {
        let trace = &self.lanes[lane].trace;
        (0..trace.layout().width()).filter_map(|c| trace.column(c).last().copied()).collect()
    }

    /// What happened in a lane so far; `null` without rows.
    ///
    /// # Errors
    /// Never in practice.
    pub fn facts(&self, lane: usize) -> Result<types::LaneFacts, JsValue> {
        match LaneFacts::of(&self.lanes[lane].trace, self.lanes[lane].indefinite_steps) {
            None => Ok(JsValue::NULL.unchecked_into()),
            Some(facts) => Ok(facts_object(&facts)?.unchecked_into()),
        }
    }
}

#[wasm_bindgen]
impl Traces {
    /// A lane's last row up to a step, as [`last_row`](Self::last_row); empty without such a row.
    #[wasm_bindgen(js_name = rowAt)]
    pub fn row_at(&self, lane: usize, step: f64) -> Vec<f64> {
        let trace = &self.lanes[lane].trace;
        match trace.rows_through(step) {
            0 => Vec::new(),
            rows => (0..trace.layout().width()).map(|c| trace.column(c)[rows - 1]).collect(),
        }
    }
}

impl Traces {
    /// The lanes' traces.
    pub(super) fn all(&self) -> Vec<&Trace> {
        self.lanes.iter().map(|lane| &lane.trace).collect()
    }

    /// Empty traces that `trace` makes for a layout and a number of steps.
    pub(super) fn of(metadata: &str, trace: impl Fn(Layout, u64) -> Trace) -> Result<Traces, JsValue> {
        let metadata = JSON::parse(metadata)?;
        let steps = number(&metadata, "steps")? as u64;
        let lane = |lane: JsValue| -> Result<Lane, JsValue> {
            let trace = trace(layout(&lane)?, steps);
            let written = field(&lane, "label")?.as_string().unwrap_or_default();
            let method = field(&lane, "method")?.as_string().unwrap_or_default();
            Ok(Lane {
                label: lang::said(written.clone()),
                written,
                method,
                trace,
                status: RunStatus::Running,
                indefinite_steps: 0,
                whole: None,
                summary: Summary::default(),
                whole_summary: Summary::default(),
                events: Vec::new(),
            })
        };
        let lanes = list(&metadata, "lanes")?.iter().map(lane).collect::<Result<_, _>>()?;
        let (task_names, phi_names) = (texts(&metadata, "taskNames")?, texts(&metadata, "phiNames")?);
        let problem = field(&metadata, "problem")?.as_string().unwrap_or_default();
        Ok(Self { lanes, problem, task_names, phi_names, steps })
    }

    /// The lanes as charts see them.
    pub(super) fn lanes(&self) -> Vec<chart::Lane<'_>> {
        self.lanes.iter().map(|lane| lane.seen(&self.task_names, &self.phi_names)).collect()
    }
}

/// A field of an object; `undefined` where there is none.
pub(super) fn field(object: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(object, &name.into())
}

pub(super) fn number(object: &JsValue, name: &str) -> Result<f64, JsValue> {
    field(object, name)?.as_f64().ok_or_else(|| JsError::new(&format!("metadata: no {name}")).into())
}

pub(super) fn list(object: &JsValue, name: &str) -> Result<Array, JsValue> {
    field(object, name)?.dyn_into().map_err(|_| JsError::new(&format!("metadata: no {name}")).into())
}

pub(super) fn texts(object: &JsValue, name: &str) -> Result<Vec<String>, JsValue> {
    Ok(list(object, name)?.iter().map(|text| lang::said(text.as_string().unwrap_or_default())).collect())
}

/// What a lane's rows hold.
fn layout(lane: &JsValue) -> Result<Layout, JsValue> {
    let count = |name| number(lane, name).map(|count| count as usize);
    let flag = |name| field(lane, name).map(|flag| flag.is_truthy());
    Ok(Layout {
        effective_weights: count("effectiveWeights")?,
        inner_solves: flag("innerSolves")?,
        diagnostics: flag("diagnostics")?,
        ..Layout::new(count("n")?, count("m")?)
    })
}

/// A number, or `null` where it is absent.
pub(super) fn or_null(value: Option<f64>) -> JsValue {
    value.map_or(JsValue::NULL, JsValue::from)
}

fn facts_object(facts: &LaneFacts) -> Result<Object, JsValue> {
    let tasks = facts.tasks.iter().map(|task| task_object(task).map(JsValue::from));
    object(&[
        ("tasks", tasks.collect::<Result<Array, _>>()?.into()),
        ("lossTest", or_null(facts.loss_test)),
        ("lossAuxSet", or_null(facts.loss_aux_set)),
        ("indefiniteSteps", (facts.indefinite_steps as f64).into()),
    ])
}

fn task_object(task: &TaskFacts) -> Result<Object, JsValue> {
    object(&[
        ("phiStart", task.phi_start.into()),
        ("phiLast", task.phi_last.into()),
        ("zeroSince", or_null(task.zero_since.map(|step| step as f64))),
        ("everGrew", task.ever_grew.into()),
        ("alignment", or_null(task.alignment)),
        ("flips", (task.flips as f64).into()),
        ("lastFlip", or_null(task.last_flip.map(|step| step as f64))),
    ])
}
