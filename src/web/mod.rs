//! The browser's side: the only module that knows `wasm_bindgen`, `js_sys` and `web_sys`.
//!
//! The worker holds a [`session::Session`] (the solver); the page holds [`traces::Traces`] (copies
//! of the traces) and draws them. [`solve`] is the whole product in one call, for other pages.

#[cfg(feature = "bench")]
mod bench;
mod json;
mod panics;
mod session;
mod traces;
mod types;
mod view;

use crate::error::{ErrorKind, ExperimentError};
use crate::experiment::{Experiment, MAX_DOCUMENT_BYTES, presets as shipped};
use crate::trace::Trace;
use js_sys::{Array, Float64Array, Object, Reflect};
pub use panics::last_panic;
pub use session::Session;
pub use traces::Traces;
pub use types::{LaneFacts, LaneResult, LaneStatus, Preset, Solution};
pub use view::ChartView;

use wasm_bindgen::prelude::*;

/// Outer steps taken at once by [`solve`].
const SLICE: u64 = 1 << 16;

/// Three kilobytes smaller on the wire than the allocator of the standard library.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

#[wasm_bindgen(start)]
fn start() {
    panics::install();
}

/// Largest document accepted, in bytes of UTF-8: pages check a file's size before reading it.
#[wasm_bindgen(js_name = documentLimit)]
pub fn document_limit() -> f64 {
    MAX_DOCUMENT_BYTES as f64
}

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

/// The experiments that come with the program: `[{id, title, document}]`, the default first.
///
/// # Errors
/// Never for the documents shipped: a test parses them.
#[wasm_bindgen(unchecked_return_type = "Preset[]")]
pub fn presets() -> Result<Array, JsValue> {
    let preset = |preset: &shipped::Preset| {
        let title = Reflect::get(&js_sys::JSON::parse(preset.document)?, &"title".into())?;
        object(&[("id", preset.id.into()), ("title", title), ("document", preset.document.into())])
            .map(|o| JsValue::from(o.unchecked_into::<Preset>()))
    };
    shipped::all().iter().map(preset).collect()
}

fn parse(document: &str) -> Result<Experiment, JsValue> {
    json::experiment(document).map_err(refusal)
}

/// A JavaScript error that says what is wrong with a document and where.
fn refusal(error: ExperimentError) -> JsValue {
    let thrown = js_sys::Error::new(&error.to_string());
    thrown.set_name("ExperimentError");
    let kind = match error.kind() {
        ErrorKind::Syntax => "syntax",
        ErrorKind::Shape => "shape",
        ErrorKind::Value => "value",
    };
    let fields =
        [("kind", kind), ("field", error.field()), ("expected", error.expected()), ("found", error.found())];
    for (name, text) in fields {
        // Setting a property of a fresh Error cannot fail.
        let _ = Reflect::set(&thrown, &name.into(), &text.into());
    }
    thrown.into()
}

fn columns(trace: &Trace) -> Result<Object, JsValue> {
    let columns = Object::new();
    for (c, quantity) in trace.layout().quantities().iter().enumerate() {
        Reflect::set(&columns, &quantity.name().into(), &Float64Array::from(trace.column(c)))?;
    }
    Ok(columns)
}

fn object(fields: &[(&str, JsValue)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value)?;
    }
    Ok(object)
}
