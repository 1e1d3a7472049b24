//! Sentences and bars of a run for the page, made by [`narrate`].

use super::object;
use super::traces::Traces;
use super::types::ErrorBar;
use crate::narrate::{self, Lane, Subject};
use js_sys::Array;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
impl Traces {
    /// The paragraph above the charts.
    pub fn lead(&self) -> String {
        self.narrated(narrate::lead)
    }

    /// Headings of the charts of φ and of the alignment.
    pub fn headings(&self) -> Vec<String> {
        self.narrated(narrate::headings).into()
    }

    /// Bars of test error, one for each lane; at rest, lanes that have not ended are said to be at their step.
    ///
    /// # Errors
    /// Never in practice.
    #[wasm_bindgen(js_name = errorBars, unchecked_return_type = "ErrorBar[]")]
    pub fn error_bars(&self, at_rest: bool) -> Result<Array, JsValue> {
        let bars = self.narrated(|subject| narrate::error_bars(subject, at_rest)).into_iter().map(|bar| {
            let fields = [
                ("label", bar.label.into()),
                ("value", bar.value.into()),
                ("share", bar.share.into()),
                ("status", bar.status.into()),
            ];
            object(&fields).map(|object| JsValue::from(object.unchecked_into::<ErrorBar>()))
        });
        bars.collect()
    }
}

impl Traces {
    /// Returns what `tell` makes of the lanes up to their last rows.
    fn narrated<'a, T>(&'a self, tell: impl Fn(&Subject) -> T) -> T {
        let lane = |lane: &'a super::traces::Lane| Lane {
            label: &lane.label,
            method: &lane.method,
            trace: &lane.trace,
            status: lane.status,
            indefinite_steps: lane.indefinite_steps,
        };
        let lanes: Vec<Lane> = self.lanes.iter().map(lane).collect();
        tell(&Subject { problem: &self.problem, task_names: &self.task_names, lanes: &lanes })
    }
}
