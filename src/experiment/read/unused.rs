//! Refuses what no lane takes notice of: a document means what it has.

use super::fields::Node;
use crate::constraint::Constraint;
use crate::error::ExperimentError;
use crate::experiment::{Combination, LaneDocument};
use crate::method::MethodKind;

/// Refuses a lane's own parametrisation that its method does not have.
pub(super) fn check_lane(
    node: Option<Node>,
    constraint: Option<&Constraint>,
    method: &MethodKind,
) -> Result<(), ExperimentError> {
    match (node, constraint) {
        (Some(node), Some(constraint)) if !method.obeys(constraint) => {
            let expected = if method.starts_from_phi() {
                "clamp, which is this method's own"
            } else {
                "none, where the method sets φ itself"
            };
            Err(node.wrong_value(expected, constraint.kind()))
        }
        _ => Ok(()),
    }
}

/// Settings that a document gives to all its lanes.
pub(super) struct ForAll<'a> {
    /// The constraint, and what it is by itself.
    pub constraint: (&'a Constraint, Constraint),
    /// φ of the start, and each of its components by itself.
    pub phi: (&'a [f64], f64),
    /// Its combination.
    pub combination: &'a Combination,
}

impl ForAll<'_> {
    /// Refuses a parametrisation and a start of φ that no lane takes, if they are not what they are by themselves.
    pub fn check(
        &self,
        constraint: Option<Node>,
        start: Option<Node>,
        lanes: &[LaneDocument],
    ) -> Result<(), ExperimentError> {
        let (given, usual) = (self.constraint.0, &self.constraint.1);
        let obeys = |lane: &LaneDocument| lane.constraint.is_none() && lane.method.obeys(given);
        if let Some(node) = constraint
            && given != usual
            && !lanes.iter().any(obeys)
        {
            return Err(node.wrong_value("none, where no lane moves φ by it", given.kind()));
        }
        let (phi, usual) = self.phi;
        let is_usual = matches!(self.combination, Combination::Linear(_)) && phi.iter().all(|p| *p == usual);
        if let Some(start) = start
            && !is_usual
            && !lanes.iter().any(|lane| lane.method.starts_from_phi())
            && let Some(node) = start.object()?.get("phi")
        {
            return Err(node.wrong_value("none, where no lane starts from it", "a list"));
        }
        Ok(())
    }
}
