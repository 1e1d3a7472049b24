//! The whole product in one call.

use js_sys::{Array, Float64Array, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::types::{LaneResult, Solution};
use super::{object, parse, refusal};
use crate::trace::Trace;

/// Outer steps taken at once.
const SLICE: u64 = 1 << 16;

/// Runs every lane of an experiment document to its end.
///
/// The traces are those of the native runner, to the last bit. It computes on the calling thread:
/// long experiments belong into a worker.
///
/// # Errors
/// A broken document throws an `ExperimentError` with `field`, `expected` and `found`.
#[wasm_bindgen]
pub fn solve(document: &str) -> Result<Solution, JsValue> {
    let experiment = parse(document)?;
    let lanes = Array::new();
    for mut run in experiment.runs().map_err(refusal)? {
        while !run.advance(SLICE).is_stopped() {}
        let result = object(&[
            ("label", run.label().into()),
            ("method", run.method().into()),
            ("status", run.status().word().into()),
            ("steps", (run.step() as f64).into()),
            ("digest", run.trace().digest().into()),
            ("columns", columns(run.trace())?.into()),
        ])?;
        lanes.push(&result.unchecked_into::<LaneResult>());
    }
    let names = experiment.task_names().iter().map(JsValue::from).collect::<Array>();
    let title = JsValue::from(experiment.title());
    Ok(object(&[("title", title), ("taskNames", names.into()), ("lanes", lanes.into())])?.unchecked_into())
}

fn columns(trace: &Trace) -> Result<Object, JsValue> {
    let columns = Object::new();
    for (c, quantity) in trace.layout().quantities().iter().enumerate() {
        Reflect::set(&columns, &quantity.name().into(), &Float64Array::from(trace.column(c)))?;
    }
    Ok(columns)
}
