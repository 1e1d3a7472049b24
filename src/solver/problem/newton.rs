//! Newton's method with backtracking, on an inner objective of any kind. Where it is not convex, `H` is
//! shifted by a multiple of `I` until it is positive definite.

use nalgebra::{DVector, Dyn};

use super::{InnerGeneral, InnerObjective};
use crate::curvature::{Curvature, Dense, Factor};
use crate::status::StopReason;

/// Steps after which the inner problem counts as unsolved.
const MAX_STEPS: usize = 200;
/// A step whose square, in the metric of `H`, is this share of the loss and of `wᵀHw` leaves an error of its own
/// square: rounding.
const SMALL_STEP: f64 = 1e-18;
/// As [`SMALL_STEP`]: from here on Newton's steps need no search along them, which could not see the fall.
const NEAR: f64 = 1e-10;
/// Share of the predicted fall that a step must achieve (Armijo).
const ENOUGH: f64 = 1e-4;
/// Halvings of a step at most.
const MAX_HALVINGS: u32 = 60;

/// First shift of an indefinite `H`, relative to `max|H_ij|`.
const LEAST_SHIFT: f64 = 1e-6;
/// Largest shift, in multiples of the first.
const MOST_SHIFT: f64 = 1e12;

/// Memory of Newton's method.
pub struct Memory {
    pub(super) gradient: DVector<f64>,
    pub(super) direction: DVector<f64>,
    pub(super) trial: DVector<f64>,
    pub(super) factor: Option<Factor<Dyn>>,
    /// Whether the last step needed more than the least shift: its Hessian was clearly indefinite.
    at_saddle: bool,
}

impl Memory {
    /// For `n` parameters.
    pub fn new(n: usize) -> Self {
        let zero = DVector::zeros(n);
        Self { gradient: zero.clone(), direction: zero.clone(), trial: zero, factor: None, at_saddle: false }
    }
}

/// Why there is no minimum.
pub enum Failure {
    /// Known.
    For(StopReason),
    /// To be read off the Hessian that was formed last, which takes its eigenvalues and memory for them: who only
    /// tries need not know.
    NoSolution,
}

impl From<StopReason> for Failure {
    fn from(reason: StopReason) -> Self {
        Self::For(reason)
    }
}

/// `w ← argmin L_T(·, φ)` from the present `w`: the minimum itself of a convex objective, the one
/// that Newton's method runs into of any other.
///
/// # Errors
/// Why there is no unique minimum, [`StopReason::Indefinite`] at a saddle from which no gradient leads
/// away, or [`StopReason::Unsolved`] after too many steps.
pub fn minimise(
    objective: &mut InnerGeneral,
    memory: &mut Memory,
    w: &mut DVector<f64>,
) -> Result<(), Failure> {
    for _ in 0..MAX_STEPS {
        if step(objective, memory, w)? <= SMALL_STEP {
            return if memory.at_saddle { Err(StopReason::Indefinite.into()) } else { Ok(()) };
        }
    }
    Err(StopReason::Unsolved.into())
}

/// One step; returns its square in the metric of `H`, as a share of the loss and of `wᵀHw`, which no unit of W, of
/// targets or of losses changes.
///
/// # Errors
/// As [`minimise`]; [`StopReason::Unsolved`] where no step along the direction lowers the loss.
pub fn step(objective: &mut InnerGeneral, memory: &mut Memory, w: &mut DVector<f64>) -> Result<f64, Failure> {
    let value = objective.value_and_gradient(w, &mut memory.gradient);
    if !value.is_finite() {
        return Err(StopReason::Diverged.into());
    }
    direction(objective, memory, w)?;
    let slope = memory.gradient.dot(&memory.direction);
    let scale = value.abs() + metric(objective.formed_hessian(), w, &mut memory.trial);
    // Where loss and W are both nothing, the fall itself is the scale.
    let size = if slope == 0.0 { 0.0 } else { -slope / (scale - slope) };
    let rounding = 8.0 * f64::EPSILON * value.abs();
    let mut t = 1.0;
    for halvings in 0.. {
        memory.trial.copy_from(w);
        memory.trial.axpy(t, &memory.direction, 1.0);
        let reached = objective.value_and_gradient(&memory.trial, &mut memory.gradient);
        if size <= NEAR || reached <= value + ENOUGH * t * slope + rounding {
            break;
        }
        if halvings == MAX_HALVINGS {
            return Err(StopReason::Unsolved.into());
        }
        t *= 0.5;
    }
    w.copy_from(&memory.trial);
    // A halved step is no sign of convergence.
    let size = size / (t * t);
    if size.is_finite() && w.iter().all(|x| x.is_finite()) {
        Ok(size)
    } else {
        Err(StopReason::Diverged.into())
    }
}

/// Returns `|wᵀHw|`; `product` is overwritten.
fn metric(hessian: &Dense<Dyn>, w: &DVector<f64>, product: &mut DVector<f64>) -> f64 {
    hessian.apply(w.as_slice(), product.as_mut_slice());
    w.dot(product).abs()
}

/// `direction ← -(H + shift·I)⁻¹ gradient` with the least shift tried that makes it a descent.
fn direction(objective: &mut InnerGeneral, memory: &mut Memory, w: &DVector<f64>) -> Result<(), Failure> {
    objective.hessian(w);
    let convex = objective.is_convex();
    let hessian = objective.formed_hessian();
    let least = LEAST_SHIFT * hessian.0.amax();
    let mut shift = 0.0;
    while !hessian.solve_if_definite(&memory.gradient, &mut memory.factor, &mut memory.direction) {
        if convex || !(least.is_finite() && least > 0.0) || shift > MOST_SHIFT * least {
            return Err(Failure::NoSolution);
        }
        let next = if shift == 0.0 { least } else { 4.0 * shift };
        hessian.add_to_diagonal(next - shift);
        shift = next;
    }
    memory.at_saddle = shift > least;
    memory.direction.neg_mut();
    Ok(())
}
