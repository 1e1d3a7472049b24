//! Reads what a lane does.

use super::MAX_RATE;
use super::fields::{Fields, Node};
use crate::error::ExperimentError;
use crate::ihvp::{Direct, InverseHvpKind, Neumann, Scaling};
use crate::inner::{Exact, GradientDescent, InnerSolver};
use crate::method::{Equal, Implicit, JointDescent, MethodKind, SingleTask};
use crate::outer::{Adam, OuterOptimizer, Sgd};

/// Most inner steps or Neumann terms.
const MAX_ITERATIONS: usize = 100_000;

/// `lanes[i].method`.
pub(super) fn method(node: Node) -> Result<MethodKind, ExperimentError> {
    let mut fields = node.object()?;
    let kind = fields.tag("kind", &["joint_descent", "implicit", "equal", "single_task"])?;
    let method = match kind {
        "joint_descent" => MethodKind::JointDescent(JointDescent {
            w_lr: rate(&mut fields, "w_lr")?,
            phi_lr: rate(&mut fields, "phi_lr")?,
        }),
        "implicit" => MethodKind::Implicit(Implicit {
            inner: inner(fields.need("inner")?)?,
            outer: outer(fields.need("outer")?)?,
            inverse_hvp: inverse_hvp(fields.need("inverse_hvp")?)?,
            warm_start: true,
            batch: None,
        }),
        "equal" => MethodKind::Equal(Equal { inner: exact_or(fields.get("inner"))? }),
        _ => MethodKind::SingleTask(SingleTask { inner: exact_or(fields.get("inner"))? }),
    };
    fields.finish()?;
    Ok(method)
}

fn exact_or(node: Option<Node>) -> Result<InnerSolver, ExperimentError> {
    node.map_or(Ok(InnerSolver::Exact(Exact {})), inner)
}

fn inner(node: Node) -> Result<InnerSolver, ExperimentError> {
    let mut fields = node.object()?;
    let solver = match fields.tag("kind", &["gradient_descent", "exact"])? {
        "gradient_descent" => InnerSolver::GradientDescent(GradientDescent {
            lr: rate(&mut fields, "lr")?,
            steps: fields.need("steps")?.count(1, MAX_ITERATIONS, "steps")?,
        }),
        _ => InnerSolver::Exact(Exact {}),
    };
    fields.finish()?;
    Ok(solver)
}

fn outer(node: Node) -> Result<OuterOptimizer, ExperimentError> {
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

fn inverse_hvp(node: Node) -> Result<InverseHvpKind, ExperimentError> {
    let mut fields = node.object()?;
    let product = match fields.tag("kind", &["direct", "neumann"])? {
        "neumann" => InverseHvpKind::Neumann(Neumann {
            terms: fields.need("terms")?.count(0, MAX_ITERATIONS, "terms")?,
            alpha: rate(&mut fields, "alpha")?,
            scaling: match fields.get("scaling") {
                Some(node) if node.word(&["alpha", "official"])? == "official" => Scaling::Official,
                _ => Scaling::Alpha,
            },
            damping: 0.0,
        }),
        _ => InverseHvpKind::Direct(Direct::default()),
    };
    fields.finish()?;
    Ok(product)
}

/// A rate above 0.
fn rate(fields: &mut Fields, name: &'static str) -> Result<f64, ExperimentError> {
    fields.need(name)?.positive(MAX_RATE)
}
