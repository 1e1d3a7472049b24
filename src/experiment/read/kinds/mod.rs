//! Problems, methods and options of every kind.

mod formula;
mod methods;
mod problem;
mod quadratic;
mod tasks;

use super::fields::{Fields, Node};
use super::{Lanes, MAX_RATE};
use crate::combination::MAX_LAYERS;
use crate::constraint::{Clamp, Constraint, Exp, Free, Sigmoid, Softmax, Softplus};
use crate::error::ExperimentError;
use crate::experiment::problem::Problem;
use crate::experiment::{Combination, MonotoneNetwork, Plain};

pub(super) use formula::check_start;
pub(super) use methods::{
    INNER_SOLVERS, METHODS, PRODUCTS, check_lane, inner_solver_of, method_of, product_of,
};

type Read<T> = Result<T, ExperimentError>;

/// Most units of a monotone network's layer.
const MAX_UNITS: usize = 32;
/// Largest number of weights and biases in such a network: a trace has four columns for each.
const MAX_WEIGHTS: usize = 900;

/// `problem`.
pub(super) fn problem(node: Node) -> Read<Problem> {
    let kind = node.clone().object()?.tag("kind", &problem::KINDS)?;
    problem::of_kind(kind, node)
}

/// `combination`, linear if left out.
pub(super) fn combination(fields: &mut Fields, problem: &Problem) -> Read<Combination> {
    let Some(node) = fields.get("combination") else { return Ok(Combination::default()) };
    let mut fields = node.clone().object()?;
    let combination = match fields.tag("kind", &["linear", "monotone"])? {
        "linear" => Combination::Linear(Plain {}),
        _ => {
            let widths_node = fields.need("widths")?;
            let layers = widths_node.list(1, MAX_LAYERS, "hidden layers")?;
            let widths = layers.iter().map(|node| node.count(1, MAX_UNITS, "units")).collect::<Read<_>>()?;
            let network = Combination::Monotone(MonotoneNetwork { widths });
            let count = network.n_phi(problem.task_names(0).len());
            if count > MAX_WEIGHTS {
                let expected = format!("a network of at most {MAX_WEIGHTS} parameters");
                return Err(widths_node.wrong_value(expected, count.to_string()));
            }
            network
        }
    };
    fields.finish()?;
    if combination != Combination::default() && !problem.has_tasks() {
        return Err(node.wrong_value("linear, where φ are not weights of tasks", "monotone"));
    }
    Ok(combination)
}

/// A parametrisation.
pub(super) fn constraint(node: Node) -> Read<Constraint> {
    let mut fields = node.object()?;
    let kinds = ["clamp", "softplus", "exp", "softmax", "sigmoid", "free"];
    let constraint = match fields.tag("kind", &kinds)? {
        "clamp" => Constraint::Clamp(Clamp {}),
        "softplus" => Constraint::Softplus(Softplus {}),
        "exp" => Constraint::Exp(Exp {}),
        "softmax" => Constraint::Softmax(Softmax {}),
        "sigmoid" => Constraint::Sigmoid(Sigmoid {}),
        _ => Constraint::Free(Free {}),
    };
    fields.finish()?;
    Ok(constraint)
}

/// `diagnostics`, off if left out.
pub(super) fn diagnostics(fields: &mut Fields) -> Read<bool> {
    fields.get("diagnostics").map_or(Ok(false), |node| node.truth())
}
