//! AuxiLearn: φ follows the held-out loss through the best response of W.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector, U1};
use serde::Serialize;

use super::{LaneState, Method, Step};
use crate::hypergradient::alignment;
use crate::ihvp::{Ihvp, InverseHvpKind, Workspace};
use crate::inner::InnerSolver;
use crate::outer::{OuterOptimizer, OuterState, clamp};
use crate::problem::{BilevelProblem, InnerObjective};
use crate::status::StopReason;

/// Algorithm 1 of Navon et al., ICLR 2021: move W towards `W*(φ)`, then move φ against
/// `dL_A/dφ_k = -∇L_A · H⁻¹ · ∇ℓ_k`, clamped at zero.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Implicit {
    /// How W answers φ.
    pub inner: InnerSolver,
    /// How φ follows the hypergradient.
    pub outer: OuterOptimizer,
    /// How `H⁻¹` is applied.
    pub inverse_hvp: InverseHvpKind,
}

/// The implicit method in a lane.
pub struct ImplicitState<D: Dim, P: BilevelProblem<D>>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    rule: Implicit,
    inner: P::Inner,
    outer: OuterState,
    p: OVector<f64, D>,
    work: Workspace<D, <P::Inner as InnerObjective<D>>::Hessian>,
}

impl Implicit {
    pub(super) fn start<D: Dim, P: BilevelProblem<D>>(&self, problem: &P) -> ImplicitState<D, P>
    where
        DefaultAllocator: Allocator<D> + Allocator<D, D>,
    {
        ImplicitState {
            rule: self.clone(),
            inner: problem.inner(),
            outer: OuterState::new(problem.n_auxiliaries()),
            p: OVector::zeros_generic(problem.dim(), U1),
            work: Workspace::new(problem.dim()),
        }
    }
}

impl<D: Dim, P: BilevelProblem<D>> Method<D, P> for ImplicitState<D, P>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    #[inline]
    fn step(&mut self, problem: &P, state: &mut LaneState<D>) -> Result<Step, StopReason> {
        let Implicit { inner, outer, inverse_hvp } = &self.rule;

        self.inner.set_phi(state.phi.as_slice());
        inner.solve(&mut self.inner, &mut state.w)?;

        state.evaluate(problem);
        let product = alignment(
            &state.outer_gradient,
            self.inner.hessian(&state.w),
            &state.jet,
            inverse_hvp,
            &mut self.p,
            &mut self.work,
            state.alignment.as_mut_slice(),
        )?;
        for (h, a) in state.hypergradient.as_mut_slice().iter_mut().zip(state.alignment.as_slice()) {
            if !a.is_finite() {
                return Err(StopReason::Diverged);
            }
            *h = -a;
        }
        if product == Ihvp::Diverging {
            return Ok(Step::Last(StopReason::Diverged));
        }

        outer.step(&mut self.outer, state.hypergradient.as_slice(), state.phi.as_mut_slice());
        clamp(state.phi.as_mut_slice());
        Ok(Step::Done)
    }
}
