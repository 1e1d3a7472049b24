//! The browser's side: the only module that knows `wasm_bindgen`, `js_sys` and `web_sys`.
//!
//! The worker holds a [`session::Session`] (the solver); the page holds [`traces::Traces`] (copies
//! of the traces) and draws them. `solve` is the whole product in one call, for other pages.

#[cfg(feature = "bench")]
mod bench;
mod ensemble;
mod figures;
mod files;
mod json;
mod narration;
mod panics;
mod problem;
mod problem_view;
mod session;
mod solve;
mod time;
mod traces;
mod types;
mod view;

use crate::error::{ErrorKind, ExperimentError};
use crate::experiment::{Experiment, MAX_DOCUMENT_BYTES, presets};
use crate::lang;
pub use ensemble::{Ensemble, SeedRun, seed_matters};
pub use figures::{chart_kinds, overlay_refusal};
pub use files::{Table, table_limit, version};
use js_sys::{Array, Object, Reflect};
pub use panics::last_panic;
pub use problem::{Problem, problem_charts};
pub use problem_view::ProblemView;
pub use session::Session;
pub use solve::solve;
pub use time::{has_part, task_colour};
pub use traces::Traces;
pub use types::RunEvent;
pub use types::{ErrorBar, LaneFacts, LaneResult, LaneStatus, Solution};
pub use view::ChartView;

use wasm_bindgen::prelude::*;

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

/// Lets charts and messages speak another language from now on: a JSON object of texts by the English ones. There can
/// be one in the life of the program; says whether it is this one.
///
/// # Errors
/// If `catalogue` is not such a text.
#[wasm_bindgen]
pub fn speak(catalogue: &str) -> Result<bool, JsValue> {
    let entries = Object::entries(&js_sys::JSON::parse(catalogue)?.unchecked_into());
    let text = |entry: &Array, i: u32| entry.get(i).as_string().unwrap_or_default();
    Ok(lang::speak(
        entries.iter().map(|entry| Array::from(&entry)).map(|e| (text(&e, 0), text(&e, 1))).collect(),
    ))
}

/// Returns the document of the experiment that the page opens with; the others are files beside the page.
#[wasm_bindgen(js_name = firstExperiment)]
pub fn first_experiment() -> String {
    presets::all()[0].document.to_owned()
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

fn object(fields: &[(&str, JsValue)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value)?;
    }
    Ok(object)
}
