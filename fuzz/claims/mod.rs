//! What holds for any bytes whatever, a reader a file: shared by `tests/fuzz` (stable, bounded, a seeded
//! generator) and by the targets of cargo-fuzz (nightly, guided by coverage). A claim that fails panics.
#![allow(dead_code, unused_imports, reason = "a target of cargo-fuzz asks for one of them")]

mod documents;
mod formulas;
mod tables;

pub use documents::{STEPS, document, experiment};
pub use formulas::formula;
pub use tables::{CUT, table};

use auxilearn_lab::error::ExperimentError;

/// Longest message, in characters: a person reads it.
const LONGEST_MESSAGE: usize = 1_000;

/// A message that can be shown: there is one, short, in one line.
#[track_caller]
fn readable(message: &str) {
    assert!(!message.trim().is_empty(), "no message");
    let length = message.chars().count();
    assert!(length <= LONGEST_MESSAGE, "a message of {length} characters: {message:.200}");
    assert!(!message.chars().any(char::is_control), "control characters in {message:?}");
}

/// A refusal says what was expected and what was found.
#[track_caller]
fn refused(error: &ExperimentError) {
    readable(&error.to_string());
    assert!(!error.expected().is_empty() && !error.found().is_empty(), "{error}");
}
