//! Weights by inner products of training gradients.

use nalgebra::{DVector, Dyn};
use serde::Serialize;

use super::{Method, Part, Step};
use crate::outer::clamp;
use crate::problem::{BilevelProblem, GeneralProblem, TaskJet};
use crate::state::LaneState;
use crate::status::StopReason;

/// Online learning of weights (Lin et al., NeurIPS 2019, OL-AUX): after `steps` inner gradient steps
/// `φ_k ← max(0, φ_k + phi_lr · lr Σ_t ∇ℓ_main(w_{t+1})·∇ℓ_k(w_t))`: the one-step gradient of the main
/// *training* loss, with no curvature.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct OlAux {
    /// Step size of W.
    pub lr: f64,
    /// Inner steps between two outer steps.
    pub steps: usize,
    /// Step size of φ.
    pub phi_lr: f64,
}

/// OL-AUX in a lane.
pub struct OlAuxState {
    rule: OlAux,
    /// Products along the inner steps since φ last moved.
    sums: DVector<f64>,
    part: DVector<f64>,
    main: DVector<f64>,
    jet: TaskJet<Dyn>,
    gradient: DVector<f64>,
    /// Largest product that moved φ last, but for those that the clamp holds back.
    followed: f64,
}

impl OlAux {
    pub(super) fn start(self, problem: &GeneralProblem, state: &LaneState<Dyn>) -> OlAuxState {
        OlAuxState {
            rule: self,
            sums: DVector::zeros(problem.n_phi()),
            part: DVector::zeros(problem.n_phi()),
            main: DVector::zeros(problem.dim().0),
            jet: state.jet.clone(),
            gradient: DVector::zeros(problem.dim().0),
            followed: 0.0,
        }
    }
}

impl Method<Dyn, GeneralProblem> for OlAuxState {
    fn step(
        &mut self,
        problem: &GeneralProblem,
        state: &mut LaneState<Dyn>,
        part: Part,
    ) -> Result<Step, StopReason> {
        let OlAux { lr, steps, phi_lr } = self.rule;
        for _ in 0..if part.moves_w() { steps } else { 0 } {
            problem.tasks_at(&state.w, &mut self.jet);
            problem.training_gradient(&self.jet, state.phi.as_slice(), &mut self.gradient);
            state.w.axpy(-lr, &self.gradient, 1.0);
            problem.tasks_at(&state.w, &mut state.jet);
            self.main.as_mut_slice().copy_from_slice(state.jet.gradient(0));
            let phi = state.phi.as_slice();
            problem.cross_product(&self.jet, phi, &self.main, self.part.as_mut_slice());
            self.sums += &self.part;
        }
        state.evaluate(problem);
        if part.moves_phi() {
            state.phi.axpy(phi_lr * lr, &self.sums, 1.0);
            clamp(state.phi.as_mut_slice());
            let free = state.phi.iter().zip(&self.sums).filter(|(phi, sum)| **phi > 0.0 || **sum > 0.0);
            self.followed = free.fold(0.0, |most, (_, sum)| sum.abs().max(most)) * lr;
            self.sums.fill(0.0);
        }
        Ok(Step::Done)
    }

    fn phi_gradient(&self, _state: &LaneState<Dyn>) -> f64 {
        self.followed
    }
}
