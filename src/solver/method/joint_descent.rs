//! Joint descent on the training loss: the obvious method, which collapses.

use nalgebra::allocator::Allocator;
use nalgebra::{DVector, DefaultAllocator, Dim};
use serde::Serialize;

use super::{LaneState, Method, Step};
use crate::outer::clamp;
use crate::problem::BilevelProblem;
use crate::status::StopReason;

/// `W ← W - w_lr ∇_W L_T` and `φ_k ← max(0, φ_k - phi_lr ∂L_T/∂φ_k)`, both from the same point.
///
/// Because `∂L_T/∂φ_k = ℓ_k ≥ 0`, every weight only ever falls: the trivial solution (Navon et
/// al., ICLR 2021, section 3).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct JointDescent {
    /// Step size of W.
    pub w_lr: f64,
    /// Step size of φ.
    pub phi_lr: f64,
}

/// Joint descent in a lane.
#[derive(Debug, Clone)]
pub struct JointDescentState {
    rule: JointDescent,
    next_phi: DVector<f64>,
}

impl JointDescent {
    pub(super) fn start(self, m: usize) -> JointDescentState {
        JointDescentState { rule: self, next_phi: DVector::zeros(m) }
    }
}

impl<D: Dim, P: BilevelProblem<D>> Method<D, P> for JointDescentState
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    #[inline]
    fn step(&mut self, problem: &P, state: &mut LaneState<D>) -> Result<Step, StopReason> {
        let JointDescent { w_lr, phi_lr } = self.rule;
        let next_phi = self.next_phi.as_mut_slice();
        for (k, next) in next_phi.iter_mut().enumerate() {
            *next = state.phi[k] - phi_lr * state.jet.value(k + 1);
        }
        clamp(next_phi);
        state.jet.training_gradient(state.phi.as_slice(), &mut state.inner_gradient);
        state.w.zip_apply(&state.inner_gradient, |w, g| *w -= w_lr * g);
        state.evaluate(problem);
        state.phi.copy_from(&self.next_phi);
        Ok(Step::Done)
    }
}
