//! Reads methods, inner solvers and inverse-Hessian products by their kinds.

use super::{Lanes, MAX_RATE};
use crate::constraint::Constraint;
use crate::error::ExperimentError;
use crate::experiment::Combination;
use crate::experiment::read::fields::{Fields, Node, shown};
use crate::experiment::read::method::{
    MAX_ITERATIONS, exact_or, gradient_descent, inner, inverse_hvp, outer, rate,
};
use crate::ihvp::{ConjugateGradients, Direct, Identity, Indefinite, InverseHvpKind, Neumann, Scaling};
use crate::inner::{AdamDescent, Exact, InnerSolver, Momentum, Newton};
use crate::method::{
    BestResponse, CosineGating, Darts, Dwa, Equal, GradNorm, Gradients, GridSearch, Implicit, JointDescent,
    MethodKind, OlAux, SingleTask, Spacing, Uncertainty, Unroll,
};
use crate::sampling::BatchSizes;

type Read<T> = Result<T, ExperimentError>;

/// Every method.
pub(in super::super) const METHODS: [&str; 13] = [
    "joint_descent",
    "implicit",
    "unrolled",
    "darts",
    "best_response",
    "grid_search",
    "equal",
    "single_task",
    "uncertainty",
    "dwa",
    "grad_norm",
    "cosine_gating",
    "ol_aux",
];
/// Every inner solver.
pub(in super::super) const INNER_SOLVERS: [&str; 5] =
    ["gradient_descent", "momentum", "adam", "newton", "exact"];
/// Every inverse-Hessian product.
pub(in super::super) const PRODUCTS: [&str; 4] = ["direct", "neumann", "conjugate_gradients", "identity"];

/// Largest number of grid points a component.
const MAX_POINTS: usize = 10_000;

/// Most inner steps that are differentiated: their iterates are kept.
const MAX_UNROLLED: usize = 10_000;

/// A method of one of [`METHODS`].
pub(in super::super) fn method_of(kind: &str, fields: &mut Fields) -> Read<MethodKind> {
    Ok(match kind {
        "joint_descent" => MethodKind::JointDescent(JointDescent {
            w_lr: rate(fields, "w_lr")?,
            phi_lr: rate(fields, "phi_lr")?,
        }),
        "implicit" => MethodKind::Implicit(Implicit {
            inner: inner(fields.need("inner")?)?,
            outer: outer(fields.need("outer")?)?,
            inverse_hvp: inverse_hvp(fields.need("inverse_hvp")?)?,
            warm_start: fields.get("warm_start").map_or(Ok(true), |node| node.truth())?,
            batch: batch(fields)?,
        }),
        "equal" => MethodKind::Equal(Equal { inner: exact_or(fields.get("inner"))? }),
        "single_task" => MethodKind::SingleTask(SingleTask { inner: exact_or(fields.get("inner"))? }),
        "unrolled" => {
            let mut of = fields.need("inner")?.object()?;
            of.tag("kind", &["gradient_descent"])?;
            let inner = gradient_descent(&mut of)?;
            of.finish()?;
            let steps =
                fields.need("steps")?.count(1, inner.steps.min(MAX_UNROLLED), "of the inner steps")?;
            MethodKind::Unroll(Unroll { inner, outer: outer(fields.need("outer")?)?, steps })
        }
        "darts" => MethodKind::Darts(Darts {
            inner: inner(fields.need("inner")?)?,
            outer: outer(fields.need("outer")?)?,
            xi: rate(fields, "xi")?,
            epsilon: positive_or(fields, "epsilon", 0.01)?,
        }),
        "best_response" => MethodKind::BestResponse(BestResponse { lr: positive_or(fields, "lr", 1.0)? }),
        "grid_search" => MethodKind::GridSearch(grid_search(fields)?),
        "uncertainty" => MethodKind::Uncertainty(Uncertainty {
            lr: positive_or(fields, "lr", 0.05)?,
            inner: exact_or(fields.get("inner"))?,
        }),
        "dwa" => MethodKind::Dwa(Dwa {
            temperature: positive_or(fields, "temperature", 2.0)?,
            inner: exact_or(fields.get("inner"))?,
        }),
        "grad_norm" => MethodKind::GradNorm(GradNorm {
            alpha: fields.get("alpha").map_or(Ok(1.5), |node| node.number(0.0, 100.0))?,
            lr: positive_or(fields, "lr", 0.025)?,
            gradients: gradients(fields)?,
            inner: exact_or(fields.get("inner"))?,
        }),
        "cosine_gating" => MethodKind::CosineGating(CosineGating {
            weighted: fields.get("weighted").map_or(Ok(false), |node| node.truth())?,
            gradients: gradients(fields)?,
            inner: inner(fields.need("inner")?)?,
        }),
        _ => MethodKind::OlAux(OlAux {
            lr: rate(fields, "lr")?,
            steps: fields.need("steps")?.count(1, MAX_ITERATIONS, "steps")?,
            phi_lr: rate(fields, "phi_lr")?,
        }),
    })
}

fn grid_search(fields: &mut Fields) -> Read<GridSearch> {
    let (low_node, high_node) = (fields.need("low")?, fields.need("high")?);
    let low = low_node.number(-MAX_RATE, MAX_RATE)?;
    let high = high_node.number(low, MAX_RATE)?;
    let points = fields.need("points")?.count(1, MAX_POINTS, "points")?;
    if points == 1 && high > low {
        return Err(high_node.wrong_value("the lowest value, where it is the only one", shown(high)));
    }
    let spacing = match fields.get("spacing").map(|node| node.word(&["linear", "log"])).transpose()? {
        Some("log") if low > 0.0 => Spacing::Log,
        Some("log") => return Err(low_node.wrong_value("above 0 for logarithmic spacing", low.to_string())),
        _ => Spacing::Linear,
    };
    Ok(GridSearch { low, high, points, spacing })
}

/// `gradients`, those in shared parameters if left out.
fn gradients(fields: &mut Fields) -> Read<Gradients> {
    match fields.get("gradients").map(|node| node.word(&["shared", "all"])).transpose()? {
        Some("all") => Ok(Gradients::All),
        _ => Ok(Gradients::Shared),
    }
}

/// A number above 0 with a default.
fn positive_or(fields: &mut Fields, name: &'static str, default: f64) -> Read<f64> {
    fields.get(name).map_or(Ok(default), |node| node.positive(MAX_RATE))
}

/// An inner solver of one of [`INNER_SOLVERS`].
pub(in super::super) fn inner_solver_of(kind: &str, fields: &mut Fields) -> Read<InnerSolver> {
    match kind {
        "exact" => return Ok(InnerSolver::Exact(Exact {})),
        "gradient_descent" => return Ok(InnerSolver::GradientDescent(gradient_descent(fields)?)),
        _ => {}
    }
    let steps = fields.need("steps")?.count(1, MAX_ITERATIONS, "steps")?;
    let share =
        |fields: &mut Fields, name, default: f64| fields.get(name).map_or(Ok(default), |node| node.share());
    Ok(match kind {
        "momentum" => InnerSolver::Momentum(Momentum {
            lr: rate(fields, "lr")?,
            momentum: share(fields, "momentum", 0.9)?,
            steps,
        }),
        "adam" => InnerSolver::Adam(AdamDescent {
            lr: rate(fields, "lr")?,
            beta1: share(fields, "beta1", 0.9)?,
            beta2: share(fields, "beta2", 0.999)?,
            steps,
        }),
        _ => InnerSolver::Newton(Newton { steps }),
    })
}

/// An inverse-Hessian product of one of [`PRODUCTS`].
pub(in super::super) fn product_of(kind: &str, fields: &mut Fields) -> Read<InverseHvpKind> {
    Ok(match kind {
        "direct" => {
            InverseHvpKind::Direct(Direct { damping: damping(fields)?, indefinite: indefinite(fields)? })
        }
        "neumann" => InverseHvpKind::Neumann(Neumann {
            terms: fields.need("terms")?.count(0, MAX_ITERATIONS, "terms")?,
            alpha: rate(fields, "alpha")?,
            scaling: match fields.get("scaling") {
                Some(node) if node.word(&["alpha", "official"])? == "official" => Scaling::Official,
                _ => Scaling::Alpha,
            },
            damping: damping(fields)?,
        }),
        "conjugate_gradients" => InverseHvpKind::ConjugateGradients(ConjugateGradients {
            iterations: fields.need("iterations")?.count(1, MAX_ITERATIONS, "iterations")?,
            tolerance: fields.get("tolerance").map_or(Ok(1e-12), |node| node.number(0.0, 1.0))?,
            damping: damping(fields)?,
        }),
        _ => InverseHvpKind::Identity(Identity { damping: damping(fields)? }),
    })
}

/// `damping`, 0 if left out.
fn damping(fields: &mut Fields) -> Read<f64> {
    fields.get("damping").map_or(Ok(0.0), |node| node.number(0.0, MAX_RATE))
}

/// `indefinite` of a direct product.
fn indefinite(fields: &mut Fields) -> Read<Indefinite> {
    match fields.get("indefinite").map(|node| node.word(&["stop", "factorise"])).transpose()? {
        Some("factorise") => Ok(Indefinite::Factorise),
        _ => Ok(Indefinite::Stop),
    }
}

/// `batch`, none if left out.
fn batch(fields: &mut Fields) -> Read<Option<BatchSizes>> {
    let Some(node) = fields.get("batch") else { return Ok(None) };
    let mut of = node.clone().object()?;
    let mut size = |name| of.get(name).map(|node| node.count(1, usize::MAX, "samples")).transpose();
    let sizes = BatchSizes { train: size("train")?, aux_set: size("aux_set")? };
    of.finish()?;
    if sizes == (BatchSizes { train: None, aux_set: None }) {
        return Err(node.wrong_value("train, aux_set or both", "neither"));
    }
    Ok(Some(sizes))
}

/// Refuses a method that the problem cannot have.
pub(in super::super) fn check_lane(node: &Node, method: &MethodKind, lanes: &Lanes) -> Read<()> {
    let linear = *lanes.combination == Combination::default();
    let refuse =
        |expected: &str| Err(node.clone().object()?.need("kind")?.wrong_value(expected, method.kind()));
    match method {
        MethodKind::Implicit(implicit) => check_batch(node, implicit, lanes),
        MethodKind::GridSearch(grid) => check_grid(node, grid, lanes),
        MethodKind::SingleTask(_) if !lanes.problem.has_main_task_at_zero() => {
            refuse("a method that says something with φ = 0, where that is no main task alone")
        }
        MethodKind::Equal(_) if !linear => {
            refuse("a method that says something in a network, whose weights are not the tasks'")
        }
        MethodKind::Uncertainty(_)
        | MethodKind::Dwa(_)
        | MethodKind::GradNorm(_)
        | MethodKind::CosineGating(_)
        | MethodKind::OlAux(_)
            if !lanes.problem.has_tasks() || !linear =>
        {
            refuse("a method that needs no weights of tasks, where φ are none")
        }
        _ => Ok(()),
    }
}

fn check_batch(node: &Node, implicit: &Implicit, lanes: &Lanes) -> Read<()> {
    let Some(sizes) = implicit.batch else { return Ok(()) };
    let batch = node.clone().object()?.need("batch")?;
    let Some((train, aux_set)) = lanes.problem.n_samples() else {
        return Err(batch.wrong_value("no batch, where losses are no means over samples", "a batch"));
    };
    let mut of = batch.object()?;
    for (name, size, most) in [("train", sizes.train, train), ("aux_set", sizes.aux_set, aux_set)] {
        if let (Some(size), Some(field)) = (size, of.get(name))
            && size > most
        {
            return Err(field.wrong_value(format!("at most the {most} samples there are"), size.to_string()));
        }
    }
    if sizes.train.is_some() && matches!(implicit.inner, InnerSolver::Exact(_)) {
        let kind = node.clone().object()?.need("inner")?.object()?.need("kind")?;
        return Err(kind.wrong_value("an inner solver that takes steps, where batches are drawn", "exact"));
    }
    Ok(())
}

fn check_grid(node: &Node, grid: &GridSearch, lanes: &Lanes) -> Read<()> {
    let mut fields = node.clone().object()?;
    if grid.low < 0.0 && !matches!(lanes.constraint, Constraint::Free(_)) {
        return Err(fields.need("low")?.wrong_value("at least 0, where φ is", grid.low.to_string()));
    }
    if matches!(lanes.constraint, Constraint::Softmax(_)) {
        let expected = "a method that keeps the sum of softmax, which a grid does not";
        return Err(fields.need("kind")?.wrong_value(expected, "grid_search"));
    }
    if matches!(lanes.constraint, Constraint::Sigmoid(_)) && grid.high > 1.0 {
        return Err(fields.need("high")?.wrong_value("at most 1, where φ is", grid.high.to_string()));
    }
    let size = grid.size(lanes.n_phi);
    if size > lanes.steps as f64 {
        let expected = format!("a grid of at most {} points, one a step", lanes.steps);
        let found = format!("{}^{} = {size} points", grid.points, lanes.n_phi);
        return Err(fields.need("points")?.wrong_value(expected, found));
    }
    Ok(())
}
