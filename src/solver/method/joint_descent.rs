//! Joint descent on the training loss: the obvious method, which collapses.

use nalgebra::allocator::Allocator;
use nalgebra::{DVector, DefaultAllocator, Dim};
use serde::Serialize;

use super::{Method, Part, Step};
use crate::constraint::{Parameters, Parametrise};
use crate::problem::BilevelProblem;
use crate::state::LaneState;
use crate::status::StopReason;

/// `W ← W - w_lr ∇_W L_T` and `θ ← θ - phi_lr ∂L_T/∂θ`, both from the same point, with `φ = c(θ)`.
///
/// Because `∂L_T/∂φ_k = ℓ_k ≥ 0`, every weight only ever falls: the trivial solution (Navon et
/// al., ICLR 2021, section 3). Under a softmax the weights sum to 1 and the mass goes to the
/// smallest loss.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct JointDescent {
    /// Step size of W.
    pub w_lr: f64,
    /// Step size of θ.
    pub phi_lr: f64,
}

/// Joint descent in a lane.
pub struct JointDescentState {
    rule: JointDescent,
    parameters: Parameters,
    by_phi: DVector<f64>,
}

impl JointDescent {
    pub(super) fn start<D: Dim>(
        self,
        constraint: Box<dyn Parametrise>,
        state: &mut LaneState<D>,
    ) -> JointDescentState
    where
        DefaultAllocator: Allocator<D>,
    {
        let by_phi = DVector::zeros(state.phi.len());
        JointDescentState { rule: self, parameters: Parameters::start(constraint, &mut state.phi), by_phi }
    }
}

impl<D: Dim, P: BilevelProblem<D>> Method<D, P> for JointDescentState
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    #[inline]
    fn step(&mut self, problem: &P, state: &mut LaneState<D>, part: Part) -> Result<Step, StopReason> {
        let JointDescent { w_lr, phi_lr } = self.rule;
        if part.moves_phi() {
            let by_phi = self.by_phi.as_mut_slice();
            problem.by_phi(&state.jet, state.phi.as_slice(), by_phi);
            self.parameters.pull_back(state.phi.as_slice(), by_phi)?;
            for (theta, g) in self.parameters.theta.as_mut_slice().iter_mut().zip(&*by_phi) {
                *theta -= phi_lr * g;
            }
        }
        if part.moves_w() {
            problem.training_gradient(&state.jet, state.phi.as_slice(), &mut state.inner_gradient);
            state.w.zip_apply(&state.inner_gradient, |w, g| *w -= w_lr * g);
        }
        state.evaluate(problem);
        if part.moves_phi() {
            self.parameters.write(&mut state.phi);
        }
        Ok(Step::Done)
    }

    fn phi_gradient(&self, _state: &LaneState<D>) -> f64 {
        self.parameters.free_gradient(self.by_phi.as_slice())
    }
}
