//! The minimum of a quadratic inner objective: one factorisation, and refinement by its gradient.

use nalgebra::DVector;

use super::newton::{Failure, Memory};
use super::{InnerGeneral, InnerObjective};
use crate::status::StopReason;

/// Refinements at most; each wins all the digits that the condition of `H` leaves, so few are needed.
const MAX_REFINEMENTS: usize = 50;
/// A refinement that shortens the next one by less than this has reached the rounding of the gradient.
const SHORTER: f64 = 0.25;
/// Share of a gradient's terms to which they must cancel for a minimum to count as reached.
const SOLVED: f64 = 1e-10;
/// Squares of what is smaller underflow.
const UNDERFLOW: f64 = 1e-150;

/// `w ← argmin L_T(·, φ)` of a quadratic `L_T`: `w ← w - H⁻¹∇L_T(w)` by Cholesky until rounding alone is left. The
/// gradient is that of the losses themselves, so what is lost in forming and factorising `H` is won back.
///
/// # Errors
/// Why there is no unique minimum; [`StopReason::Unsolved`] where the gradient's terms do not cancel to ten digits.
pub fn minimise(
    objective: &mut InnerGeneral,
    memory: &mut Memory,
    w: &mut DVector<f64>,
) -> Result<(), Failure> {
    objective.hessian(w);
    let hessian = objective.formed_hessian();
    if !hessian.factorise(&mut memory.factor, &mut memory.direction) {
        return Err(Failure::NoSolution);
    }
    let mut before = f64::INFINITY;
    for _ in 0..MAX_REFINEMENTS {
        objective.value_and_gradient(w, &mut memory.gradient);
        let Some(factor) = &memory.factor else { return Err(Failure::NoSolution) };
        factor.solve(&memory.gradient, &mut memory.direction);
        // The square of its length in the metric of H, which no unit changes.
        let length = memory.gradient.dot(&memory.direction);
        if !length.is_finite() {
            return Err(StopReason::Diverged.into());
        }
        if length > SHORTER * SHORTER * before || length == 0.0 {
            break;
        }
        *w -= &memory.direction;
        before = length;
    }
    objective.value_and_gradient(w, &mut memory.gradient);
    if is_solved(objective, memory, w) { Ok(()) } else { Err(StopReason::Unsolved.into()) }
}

/// Returns whether the gradient, taken at `w`, has fallen to rounding beside its terms: `|H||w|`, and the weighted
/// gradients of the tasks.
fn is_solved(objective: &mut InnerGeneral, memory: &mut Memory, w: &DVector<f64>) -> bool {
    let n = w.len();
    let sizes = &mut memory.trial;
    sizes.fill(0.0);
    let hessian = objective.formed_hessian().0.as_slice();
    for (column, x) in hessian.chunks_exact(n).zip(w.iter()) {
        for (size, entry) in sizes.iter_mut().zip(column) {
            *size += (entry * x).abs();
        }
    }
    let falls_short = |gradient: &DVector<f64>, sizes: &DVector<f64>| {
        gradient.iter().zip(sizes.iter()).any(|(g, size)| g.is_nan() || g.abs() > SOLVED * size + UNDERFLOW)
    };
    if !falls_short(&memory.gradient, sizes) {
        return true;
    }
    objective.add_task_gradients(w, sizes);
    !falls_short(&memory.gradient, sizes)
}
