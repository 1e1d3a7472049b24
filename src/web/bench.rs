//! The benchmark cases in the browser; only in builds with the feature `bench`.

use wasm_bindgen::prelude::*;

use crate::bench::{CASES, measure};

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
