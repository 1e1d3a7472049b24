//! What the opening's module reads: regressions and the methods of the first screen. Everything else it
//! refuses, and the page asks the complete module. Same functions as `kinds`.

use super::fields::{Fields, Node};
use super::{Lanes, data};
use crate::constraint::Constraint;
use crate::error::ExperimentError;
use crate::experiment::problem::{Problem, Regression};
use crate::experiment::{Combination, Start};
use crate::ihvp::{Indefinite, InverseHvpKind};
use crate::inner::InnerSolver;
use crate::method::MethodKind;
use crate::sampling::BatchSizes;

type Read<T> = Result<T, ExperimentError>;

pub(super) const METHODS: [&str; 4] = ["joint_descent", "implicit", "equal", "single_task"];
pub(super) const INNER_SOLVERS: [&str; 2] = ["gradient_descent", "exact"];
pub(super) const PRODUCTS: [&str; 2] = ["direct", "neumann"];

pub(super) fn problem(node: Node) -> Read<Problem> {
    let mut fields = node.object()?;
    fields.tag("kind", &["regression"])?;
    let data = data::source(fields.need("data")?)?;
    fields.finish()?;
    Ok(Problem::Regression(Regression { data }))
}

pub(super) fn check_start(_problem: &Problem, _start: &Start) -> Read<()> {
    Ok(())
}

pub(super) fn combination(_fields: &mut Fields, _problem: &Problem) -> Read<Combination> {
    Ok(Combination::default())
}

pub(super) fn constraint(node: Node) -> Read<Constraint> {
    let mut fields = node.object()?;
    fields.tag("kind", &["clamp"])?;
    fields.finish()?;
    Ok(Constraint::default())
}

pub(super) fn diagnostics(_fields: &mut Fields) -> Read<bool> {
    Ok(false)
}

pub(super) fn lane_constraint(_fields: &mut Fields, _combination: &Combination) -> Read<Option<Constraint>> {
    Ok(None)
}

pub(super) fn other_method(_kind: &str, _fields: &mut Fields) -> Read<MethodKind> {
    unreachable!("refused by the list of methods")
}

pub(super) fn other_inner(_kind: &str, _fields: &mut Fields) -> Read<InnerSolver> {
    unreachable!("refused by the list of inner solvers")
}

pub(super) fn other_product(_kind: &str, _fields: &mut Fields) -> Read<InverseHvpKind> {
    unreachable!("refused by the list of products")
}

pub(super) fn damping(_fields: &mut Fields) -> Read<f64> {
    Ok(0.0)
}

pub(super) fn indefinite(_fields: &mut Fields) -> Read<Indefinite> {
    Ok(Indefinite::Stop)
}

pub(super) fn warm_start(_fields: &mut Fields) -> Read<bool> {
    Ok(true)
}

pub(super) fn batch(_fields: &mut Fields) -> Read<Option<BatchSizes>> {
    Ok(None)
}

pub(super) fn check_lane(_method: &Node, _lane: &MethodKind, _context: &Lanes) -> Read<()> {
    Ok(())
}
