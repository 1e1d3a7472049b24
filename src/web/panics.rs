//! Keeps the words of a panic: the trap that follows it carries none.

use std::cell::RefCell;
use wasm_bindgen::prelude::*;

thread_local! {
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From now on a panic leaves its message for [`last_panic`].
pub(super) fn install() {
    std::panic::set_hook(Box::new(|info| LAST.with(|last| *last.borrow_mut() = Some(info.to_string()))));
}

/// The message of the panic that stopped this instance, if one did. After a panic nothing else of
/// the instance may be called.
#[wasm_bindgen(js_name = lastPanic)]
pub fn last_panic() -> Option<String> {
    LAST.with(|last| last.borrow().clone())
}
