//! The benchmark cases in the browser; only in builds with the feature `bench`.

use wasm_bindgen::prelude::*;

use crate::bench::{CASES, outer_steps_per_second};

/// Outer steps per second of a case of [`crate::bench::CASES`].
///
/// # Errors
/// Throws if there is no such case or the page has no clock.
#[wasm_bindgen]
pub fn bench(case: &str) -> Result<f64, JsError> {
    let case = CASES.iter().find(|c| c.name == case).ok_or_else(|| JsError::new("no such case"))?;
    let clock = web_sys::window().and_then(|window| window.performance());
    let clock = clock.ok_or_else(|| JsError::new("no clock"))?;
    Ok(outer_steps_per_second(case, || clock.now() / 1e3))
}
