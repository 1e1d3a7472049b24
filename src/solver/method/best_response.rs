//! The exact two-stage scheme: `W ← argmin L_T(W, φ)`, `φ ← argmin L_A(W*(φ))`.

use nalgebra::{DVector, Dyn};
use serde::Serialize;

use super::{Method, Part, Step};
use crate::constraint::{Parameters, Parametrise};
use crate::hypergradient::{Estimator, GeneralImplicit};
use crate::ihvp::{Direct, Ihvp, Indefinite, InverseHvpKind};
use crate::problem::{BilevelProblem, GeneralProblem, InnerGeneral, InnerObjective};
use crate::state::LaneState;
use crate::status::StopReason;

/// Descent on `F(φ) = L_A(W*(φ))` itself, every value at an exact best response: projected gradient
/// steps of Barzilai and Borwein's length (1988), halved until `F` falls enough (Armijo), so that `F`
/// never rises. What the approximate methods stand in for (Navon et al., ICLR 2021, section 3).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BestResponse {
    /// Length of the first step; later ones find theirs.
    pub lr: f64,
}

/// Longest first step in φ, whatever the gradient.
const FIRST_REACH: f64 = 1.0;
/// Share of the predicted fall that a step must achieve.
const ENOUGH: f64 = 1e-4;
/// Halvings of a step at most.
const MAX_HALVINGS: u32 = 50;
/// Bounds of a step's length, in lengths of the first one.
const LENGTHS: (f64, f64) = (1e-8, 1e8);

/// The scheme in a lane.
pub struct BestResponseState {
    inner: InnerGeneral,
    exact: GeneralImplicit,
    parameters: Parameters,
    length: f64,
    first_length: f64,
    /// θ and its gradient before the last step; absent before the first.
    before: Option<(DVector<f64>, DVector<f64>)>,
    theta: DVector<f64>,
    phi: DVector<f64>,
    /// The best response to the present φ.
    response: DVector<f64>,
    trial: DVector<f64>,
    /// W before the step.
    held: DVector<f64>,
    scratch: DVector<f64>,
    alignment: DVector<f64>,
    solved: bool,
}

impl BestResponse {
    pub(super) fn start(
        self,
        problem: &GeneralProblem,
        constraint: Box<dyn Parametrise>,
        state: &mut LaneState<Dyn>,
    ) -> BestResponseState {
        let direct = Direct { damping: 0.0, indefinite: Indefinite::Factorise };
        let parameters = Parameters::start(constraint, &mut state.phi);
        let w = DVector::zeros(problem.dim().0);
        let phi = DVector::zeros(problem.n_phi());
        BestResponseState {
            inner: problem.inner(),
            exact: GeneralImplicit::new(problem, InverseHvpKind::Direct(direct)),
            length: self.lr,
            first_length: self.lr,
            before: None,
            theta: parameters.theta.clone(),
            parameters,
            phi: phi.clone(),
            response: w.clone(),
            trial: w.clone(),
            held: w.clone(),
            scratch: w,
            alignment: phi,
            solved: false,
        }
    }
}

impl BestResponseState {
    /// The length that the last step's change of gradient suggests: `s·s / s·y`.
    fn next_length(&mut self, gradient: &DVector<f64>) {
        let theta = &self.parameters.theta;
        if let Some((theta_before, gradient_before)) = &mut self.before {
            let (mut along, mut curved) = (0.0, 0.0);
            for j in 0..theta.len() {
                let s = theta[j] - theta_before[j];
                along += s * s;
                curved += s * (gradient[j] - gradient_before[j]);
            }
            if along > 0.0 {
                let length = if curved > 0.0 { along / curved } else { 2.0 * self.length };
                self.length = length.clamp(LENGTHS.0 * self.first_length, LENGTHS.1 * self.first_length);
            }
            theta_before.copy_from(theta);
            gradient_before.copy_from(gradient);
        } else {
            self.before = Some((theta.clone(), gradient.clone()));
            self.length = self.length.min(FIRST_REACH / gradient.norm());
            self.first_length = self.length;
        }
    }

    /// Moves θ, φ and the response to a point of lower `F` than `value`; stays if there is none along the gradient.
    fn descend(&mut self, problem: &GeneralProblem, state: &mut LaneState<Dyn>, value: f64) {
        let mut length = self.length;
        let steepness = state.hypergradient.norm_squared();
        self.theta.copy_from(&self.parameters.theta);
        for _ in 0..MAX_HALVINGS {
            self.parameters.theta.copy_from(&self.theta);
            self.parameters.theta.axpy(-length, &state.hypergradient, 1.0);
            self.parameters.write(&mut self.phi);
            self.inner.set_phi(self.phi.as_slice());
            self.trial.copy_from(&self.response);
            state.inner_solves += 1;
            if self.inner.finds_minimum(&mut self.trial) {
                let reached = problem.outer_at(&self.trial, &mut self.scratch);
                let moved = self.parameters.theta.metric_distance(&self.theta);
                if reached <= value - ENOUGH * moved * moved / length {
                    state.phi.copy_from(&self.phi);
                    self.response.copy_from(&self.trial);
                    self.length = length;
                    return;
                }
            }
            length *= 0.5;
            // No fall this small could be told from rounding.
            if length * steepness < f64::EPSILON * value.abs() {
                break;
            }
        }
        self.parameters.theta.copy_from(&self.theta);
    }
}

impl Method<Dyn, GeneralProblem> for BestResponseState {
    /// W jumps to `W*(φ)`, then φ moves. `F` is looked at there also while W is held.
    fn step(
        &mut self,
        problem: &GeneralProblem,
        state: &mut LaneState<Dyn>,
        part: Part,
    ) -> Result<Step, StopReason> {
        self.inner.set_phi(state.phi.as_slice());
        if !self.solved {
            self.response.copy_from(&state.w);
            self.inner.minimise(&mut self.response)?;
            state.inner_solves += 1;
            self.solved = true;
        }
        self.held.copy_from(&state.w);
        state.w.copy_from(&self.response);
        state.evaluate(problem);
        if !part.moves_phi() {
            state.forget_alignment();
            return Ok(Step::Done);
        }

        let alignment = self.alignment.as_mut_slice();
        if self.exact.estimate(problem, &mut self.inner, state, alignment)? == Ihvp::Indefinite {
            state.indefinite_steps += 1;
        }
        state.alignment.copy_from(&self.alignment);
        state.hypergradient.copy_from(&self.alignment);
        state.hypergradient.neg_mut();
        self.parameters.pull_back(state.phi.as_slice(), state.hypergradient.as_mut_slice())?;

        let gradient = std::mem::take(&mut state.hypergradient);
        self.next_length(&gradient);
        state.hypergradient = gradient;
        let value = state.outer_loss;
        if !part.moves_w() {
            state.w.copy_from(&self.held);
            state.evaluate(problem);
        }
        self.descend(problem, state, value);
        Ok(Step::Done)
    }

    fn phi_gradient(&self, state: &LaneState<Dyn>) -> f64 {
        self.parameters.free_gradient(state.hypergradient.as_slice())
    }
}
