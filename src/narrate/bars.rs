//! The bars of test error, one for each lane.

use super::{Subject, number};
use crate::facts::status_text;
use crate::lang::{self, t};
use crate::trace::QuantityKind;

/// A lane's error on the test set as a bar with words.
#[derive(Debug, Clone, PartialEq)]
pub struct ErrorBar {
    /// Label of the lane.
    pub label: String,
    /// The error in digits; a dash where there is none.
    pub value: String,
    /// Length, from 0 to 1 for the lane whose finite error is the largest.
    pub share: f64,
    /// Status of the lane in words.
    pub status: String,
}

/// Bars of the errors now. At rest, lanes that have not ended are said to be at their step.
pub fn error_bars(subject: &Subject, at_rest: bool) -> Vec<ErrorBar> {
    let error = |lane: &super::Lane| lane.trace.last(QuantityKind::LossTest, 0);
    let finite = subject.lanes.iter().filter_map(error).filter(|error| error.is_finite());
    let most = finite.fold(0.0, f64::max);
    let bar = |lane: &super::Lane| {
        let error = error(lane).unwrap_or(f64::NAN);
        let resting = at_rest && !lane.status.is_stopped();
        ErrorBar {
            label: lane.label.to_owned(),
            value: number(error, 3),
            share: if error.is_finite() && most > 0.0 { error / most } else { 0.0 },
            status: if resting {
                t!("at step {step}", step = subject.step())
            } else {
                lang::said(status_text(lane.status, lane.indefinite_steps))
            },
        }
    };
    subject.lanes.iter().map(bar).collect()
}
