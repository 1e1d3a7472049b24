//! The same numbers in the browser.
#![cfg(target_arch = "wasm32")]

use auxilearn_lab::trace::{Layout, Trace};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn equal_traces_have_equal_digests() {
    let trace = |w: f64| {
        let mut trace = Trace::new(Layout::new(1, 1), 1);
        trace.push(&[0.0, 1.0, w, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        trace.digest()
    };
    assert_eq!(trace(0.5), trace(0.5));
    assert_ne!(trace(0.5), trace(0.25));
}
