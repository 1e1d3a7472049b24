//! The implicit-function formula with every inverse-Hessian product, damped, and on batches.

use nalgebra::{DVector, Dyn};

use super::Estimator;
use crate::curvature::{Curvature, Dense};
use crate::ihvp::{Ihvp, Indefinite, InverseHvp, InverseHvpKind, Workspace, factorised};
use crate::problem::{BilevelProblem, GeneralProblem, InnerGeneral, InnerObjective, TaskJet};
use crate::state::LaneState;
use crate::status::StopReason;

/// As [`ImplicitFunction`](super::ImplicitFunction), for any product, with `H + δI` in the place of `H`
/// and, where the inner objective draws batches, `H` and the tasks on the last training batch, `∇L_A` on the
/// next of the auxiliary set.
pub struct GeneralImplicit {
    inverse: InverseHvpKind,
    damped: Dense<Dyn>,
    p: DVector<f64>,
    work: Workspace<Dyn, Dense<Dyn>>,
    jet: TaskJet<Dyn>,
    outer_gradient: DVector<f64>,
}

impl GeneralImplicit {
    /// For lanes on `problem`.
    pub fn new(problem: &GeneralProblem, inverse: InverseHvpKind) -> Self {
        let dim = problem.dim();
        Self {
            inverse,
            damped: Dense::zeros(dim),
            p: DVector::zeros(dim.0),
            work: Workspace::new(dim),
            jet: TaskJet::zeros(dim, problem.n_auxiliaries()),
            outer_gradient: DVector::zeros(dim.0),
        }
    }

    /// `p ← (H + δI)⁻¹ v` for the Hessian in `self.damped`.
    fn apply(&mut self, v: &DVector<f64>) -> Result<Ihvp, StopReason> {
        let (hessian, p, work) = (&self.damped, &mut self.p, &mut self.work);
        match &self.inverse {
            InverseHvpKind::Direct(direct) => match direct.apply(hessian, v, p, work) {
                Err(StopReason::Indefinite) if direct.indefinite == Indefinite::Factorise => {
                    factorised(hessian, v, p)
                }
                outcome => outcome,
            },
            InverseHvpKind::Neumann(neumann) => neumann.apply(hessian, v, p, work),
            InverseHvpKind::ConjugateGradients(cg) => cg.apply(hessian, v, p, work),
            InverseHvpKind::Identity(identity) => identity.apply(hessian, v, p, work),
        }
    }
}

impl Estimator<Dyn, GeneralProblem> for GeneralImplicit {
    fn estimate(
        &mut self,
        problem: &GeneralProblem,
        inner: &mut InnerGeneral,
        state: &LaneState<Dyn>,
        alignment: &mut [f64],
    ) -> Result<Ihvp, StopReason> {
        self.damped.copy_from(inner.hessian(&state.w));
        if self.inverse.damping() > 0.0 && !matches!(self.inverse, InverseHvpKind::Identity(_)) {
            self.damped.add_to_diagonal(self.inverse.damping());
        }
        let sampled = inner.is_sampled();
        if sampled {
            inner.batch_at(&state.w, &mut self.jet, &mut self.outer_gradient);
        } else {
            self.outer_gradient.copy_from(&state.outer_gradient);
        }
        let gradient = std::mem::take(&mut self.outer_gradient);
        let product = self.apply(&gradient);
        self.outer_gradient = gradient;
        let jet = if sampled { &self.jet } else { &state.jet };
        problem.cross_product(jet, state.phi.as_slice(), &self.p, alignment);
        product
    }
}
