//! The one-step finite-difference approximation of DARTS.

use nalgebra::{DVector, Dyn};

use super::Estimator;
use crate::ihvp::Ihvp;
use crate::problem::{BilevelProblem, GeneralProblem, InnerGeneral, TaskJet};
use crate::state::LaneState;
use crate::status::StopReason;

/// One virtual step `w' = w - ξ∇_W L_T(w, φ)` stands for the best response, and its mixed derivative
/// is taken by a central difference: with `g = ∇L_A(w')` and `w± = w ± ε g`,
/// `a = ξ (∂_φ L_T(w₊, φ) - ∂_φ L_T(w₋, φ)) / 2ε`, `ε = epsilon/‖g‖`.
///
/// (Liu et al., DARTS, ICLR 2019, equations 7 and 8, whose `epsilon` is 0.01. There is no direct
/// term: `L_A` does not contain φ.)
pub struct FiniteDifference {
    xi: f64,
    epsilon: f64,
    point: DVector<f64>,
    gradient: DVector<f64>,
    behind: DVector<f64>,
    jet: TaskJet<Dyn>,
}

impl FiniteDifference {
    /// With the virtual step `xi` and the size `epsilon` of the difference.
    pub fn new(problem: &GeneralProblem, xi: f64, epsilon: f64) -> Self {
        let zero = DVector::zeros(problem.dim().0);
        Self {
            xi,
            epsilon,
            point: zero.clone(),
            gradient: zero,
            behind: DVector::zeros(problem.n_phi()),
            jet: TaskJet::zeros(problem.dim(), problem.n_auxiliaries()),
        }
    }
}

impl Estimator<Dyn, GeneralProblem> for FiniteDifference {
    fn estimate(
        &mut self,
        problem: &GeneralProblem,
        _inner: &mut InnerGeneral,
        state: &LaneState<Dyn>,
        alignment: &mut [f64],
    ) -> Result<Ihvp, StopReason> {
        let phi = state.phi.as_slice();
        self.point.copy_from(&state.w);
        self.point.axpy(-self.xi, &state.inner_gradient, 1.0);
        problem.outer_at(&self.point, &mut self.gradient);
        let norm = self.gradient.norm();
        if norm < f64::MIN_POSITIVE {
            alignment.fill(0.0);
            return Ok(Ihvp::Sound);
        }
        let epsilon = self.epsilon / norm;
        for (side, out) in [(-epsilon, self.behind.as_mut_slice()), (epsilon, &mut *alignment)] {
            self.point.copy_from(&state.w);
            self.point.axpy(side, &self.gradient, 1.0);
            problem.tasks_at(&self.point, &mut self.jet);
            problem.by_phi(&self.jet, phi, out);
        }
        for (a, behind) in alignment.iter_mut().zip(self.behind.as_slice()) {
            *a = self.xi * (*a - behind) / (2.0 * epsilon);
        }
        Ok(Ihvp::Sound)
    }
}
