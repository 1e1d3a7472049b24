//! Reads what a lane does.

use super::fields::{Fields, Node};
use super::{Lanes, MAX_RATE, kinds};
use crate::error::ExperimentError;
use crate::ihvp::InverseHvpKind;
use crate::inner::{Exact, GradientDescent, InnerSolver};
use crate::method::MethodKind;
use crate::outer::{Adam, OuterOptimizer, Sgd};

/// Most inner steps or Neumann terms.
pub(super) const MAX_ITERATIONS: usize = 100_000;

/// `lanes[i].method`.
pub(super) fn method(node: &Node, lanes: &Lanes) -> Result<MethodKind, ExperimentError> {
    let mut fields = node.clone().object()?;
    let kind = fields.tag("kind", &kinds::METHODS)?;
    let method = kinds::method_of(kind, &mut fields)?;
    fields.finish()?;
    kinds::check_lane(node, &method, lanes)?;
    Ok(method)
}

/// An inner solver, exact if left out.
pub(super) fn exact_or(node: Option<Node>) -> Result<InnerSolver, ExperimentError> {
    node.map_or(Ok(InnerSolver::Exact(Exact {})), inner)
}

/// An inner solver.
pub(super) fn inner(node: Node) -> Result<InnerSolver, ExperimentError> {
    let mut fields = node.object()?;
    let kind = fields.tag("kind", &kinds::INNER_SOLVERS)?;
    let solver = kinds::inner_solver_of(kind, &mut fields)?;
    fields.finish()?;
    Ok(solver)
}

/// The settings of gradient descent.
pub(super) fn gradient_descent(fields: &mut Fields) -> Result<GradientDescent, ExperimentError> {
    let lr = rate(fields, "lr")?;
    Ok(GradientDescent { lr, steps: fields.need("steps")?.count(1, MAX_ITERATIONS, "steps")? })
}

/// An outer optimiser.
pub(super) fn outer(node: Node) -> Result<OuterOptimizer, ExperimentError> {
    let mut fields = node.object()?;
    let kind = fields.tag("kind", &["sgd", "adam"])?;
    let lr = rate(&mut fields, "lr")?;
    let weight_decay = match fields.get("weight_decay") {
        Some(node) => node.number(0.0, MAX_RATE)?,
        None => 0.0,
    };
    let max_norm = fields.get("max_norm").map(|node| node.positive(MAX_RATE)).transpose()?;
    let mut share_or = |name, default: f64| fields.get(name).map_or(Ok(default), |node| node.share());
    let optimizer = if kind == "sgd" {
        let momentum = share_or("momentum", 0.0)?;
        OuterOptimizer::Sgd(Sgd { lr, momentum, weight_decay, max_norm })
    } else {
        let default = Adam::default();
        let (beta1, beta2) = (share_or("beta1", default.beta1)?, share_or("beta2", default.beta2)?);
        let eps = fields.get("eps").map_or(Ok(default.eps), |node| node.positive(MAX_RATE))?;
        OuterOptimizer::Adam(Adam { lr, beta1, beta2, eps, weight_decay, max_norm })
    };
    fields.finish()?;
    Ok(optimizer)
}

/// An inverse-Hessian product.
pub(super) fn inverse_hvp(node: Node) -> Result<InverseHvpKind, ExperimentError> {
    let mut fields = node.object()?;
    let kind = fields.tag("kind", &kinds::PRODUCTS)?;
    let product = kinds::product_of(kind, &mut fields)?;
    fields.finish()?;
    Ok(product)
}

/// A rate above 0.
pub(super) fn rate(fields: &mut Fields, name: &'static str) -> Result<f64, ExperimentError> {
    fields.need(name)?.positive(MAX_RATE)
}
