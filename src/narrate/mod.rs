//! Sentences and numbers about a run: the paragraph above the charts, their headings, and the bars of test error.
//!
//! Every number comes from the traces. The page says the same in the browser and where its first picture is made at
//! build time. Texts are those of [`lang`](crate::lang).

mod bars;
mod headings;
mod lead;
mod number;
#[cfg(test)]
mod tests;

pub use bars::{ErrorBar, error_bars};
pub use headings::headings;
pub use lead::lead;
pub use number::number;

use crate::status::RunStatus;
use crate::trace::Trace;

/// A run up to its last row, as sentences are made of it.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    /// Kind of the problem as documents name it, such as `sample_weights`.
    pub problem: &'a str,
    /// Names of the components of φ, or of the tasks of a network's weights, in the language spoken.
    pub task_names: &'a [String],
    /// Its lanes, in the order of the document.
    pub lanes: &'a [Lane<'a>],
}

/// A lane of a [`Subject`].
#[derive(Debug, Clone, Copy)]
pub struct Lane<'a> {
    /// Label in the language spoken.
    pub label: &'a str,
    /// Kind of the method as documents name it, such as `implicit`.
    pub method: &'a str,
    /// All rows so far.
    pub trace: &'a Trace,
    /// Its status at the last row.
    pub status: RunStatus,
    /// Steps whose hypergradient was taken at an indefinite `H`.
    pub indefinite_steps: u64,
}

impl Subject<'_> {
    /// Step of the last row of the lane that went furthest.
    fn step(&self) -> f64 {
        self.lanes.iter().filter_map(|lane| lane.trace.steps().last().copied()).fold(0.0, f64::max)
    }
}
