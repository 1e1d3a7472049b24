//! Headings of the first charts.

use super::Subject;
use crate::lang::tr;

/// Headings of the charts of φ and of the alignment.
pub fn headings(subject: &Subject) -> [String; 2] {
    let effective = subject.lanes.first().is_some_and(|lane| lane.trace.layout().effective_weights > 0);
    let pair = if effective {
        [tr!("Effective weights of the side tasks"), tr!("Alignment of the network’s weights φ")]
    } else {
        match subject.problem {
            "sample_weights" => {
                [tr!("Weights φ of the training samples"), tr!("Alignment: does the sample help?")]
            }
            "learned_labels" => [tr!("Labels φ"), tr!("Alignment: where should the label go?")],
            "ridge" => [tr!("Penalties φ of the coordinates"), tr!("Alignment: should the penalty grow?")],
            _ => [tr!("Weights φ of the side tasks"), tr!("Alignment: does the task help?")],
        }
    };
    pair.map(str::to_owned)
}
