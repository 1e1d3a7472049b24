//! Weighting baselines: rules that set weights from the training tasks alone.
//!
//! Each finds weights `λ_0 … λ_K` for all tasks, the main one among them. W answers
//! `ℓ_main + Σφ_kℓ_k` with `φ_k = λ_k/λ_0`: the same minimum as that of `Σλ_kℓ_k`, and a trace in the
//! same units as every other lane's. Where W answers by steps of size `lr`, they are steps of size `lr/λ_0` on
//! `Σλ_kℓ_k`. As in the authors' repository (`experiments/weight_methods.py`), where not said otherwise.

mod gradients;
mod losses;

use nalgebra::Dyn;

use super::{Method, Part, Step};
use crate::inner::{InnerSolve, InnerSolver};
use crate::problem::{BilevelProblem, GeneralProblem, InnerGeneral, InnerObjective, TaskJet};
use crate::state::LaneState;
use crate::status::StopReason;

pub use gradients::{CosineGating, GradNorm, Gradients};
pub use losses::{Dwa, Uncertainty};

/// Sets `λ` (`K + 1`) from the tasks at the present W.
trait Rule {
    /// # Errors
    /// Why the rule has no weights here.
    fn weigh(&mut self, jet: &TaskJet<Dyn>, lambda: &mut [f64]) -> Result<(), StopReason>;
}

/// A rule in a lane.
pub struct Weighting<R> {
    rule: R,
    lambda: Vec<f64>,
    solver: Box<dyn InnerSolve<Dyn, InnerGeneral>>,
    inner: InnerGeneral,
}

impl<R> Weighting<R> {
    fn new(problem: &GeneralProblem, solver: &InnerSolver, rule: R) -> Self {
        let lambda = vec![1.0; problem.n_auxiliaries() + 1];
        Self { rule, lambda, solver: solver.start(problem.dim().0), inner: problem.inner() }
    }
}

impl<R: Rule> Method<Dyn, GeneralProblem> for Weighting<R> {
    /// φ first, then W answers it.
    fn step(
        &mut self,
        problem: &GeneralProblem,
        state: &mut LaneState<Dyn>,
        part: Part,
    ) -> Result<Step, StopReason> {
        if part.moves_phi() {
            self.rule.weigh(&state.jet, &mut self.lambda)?;
            for (p, l) in state.phi.iter_mut().zip(&self.lambda[1..]) {
                *p = l / self.lambda[0];
            }
            if state.phi.iter().any(|p| !p.is_finite()) {
                return Err(StopReason::Diverged);
            }
        }
        if part.moves_w() {
            self.inner.set_phi(state.phi.as_slice());
            self.solver.solve(&mut self.inner, &mut state.w)?;
        }
        state.evaluate(problem);
        Ok(Step::Done)
    }
}

/// Refuses losses of which a ratio says nothing.
fn positive(losses: &[f64]) -> Result<(), StopReason> {
    if losses.iter().any(|loss| *loss <= 0.0) { Err(StopReason::Nonpositive) } else { Ok(()) }
}

/// `λ ← λ · (K + 1)/Σλ`.
fn scale_to_count(lambda: &mut [f64]) {
    let scale = lambda.len() as f64 / lambda.iter().sum::<f64>();
    lambda.iter_mut().for_each(|l| *l *= scale);
}
