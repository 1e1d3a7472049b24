//! Estimates of the hypergradient `dL_A/dφ`. One file each.

mod diagnostics;
mod finite_difference;
mod general;
mod unrolled;

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector, U1};

use crate::ihvp::{Ihvp, InverseHvp, Workspace};
use crate::problem::{BilevelProblem, InnerObjective};
use crate::state::LaneState;
use crate::status::StopReason;

pub use diagnostics::{Beside, Diagnostics, N_SCALARS, Probe, Reach};
pub use finite_difference::FiniteDifference;
pub use general::GeneralImplicit;
pub use unrolled::Unrolled;

/// A way to estimate the alignment `a = -dL_A/dφ` at the present W, with its memory.
pub trait Estimator<D: Dim, P: BilevelProblem<D>>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// Sees the W that the inner solve starts from.
    fn before_inner(&mut self, _w: &OVector<f64, D>) {}

    /// Writes the alignment (`m` values) at `state`, which is evaluated there; `inner` is set to its φ.
    ///
    /// # Errors
    /// Why there is none.
    fn estimate(
        &mut self,
        problem: &P,
        inner: &mut P::Inner,
        state: &LaneState<D>,
        alignment: &mut [f64],
    ) -> Result<Ihvp, StopReason>;
}

/// Measures each recorded step from outside.
pub trait Observe<D: Dim, P: BilevelProblem<D>>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// Writes what it measures of the step that led to `state`, whose W answers `phi`.
    fn observe(&mut self, problem: &P, state: &LaneState<D>, phi: &[f64], out: &mut [f64]);
}

/// The implicit-function formula: `a = (∇_φ∇_W L_T)ᵀ H⁻¹ ∇L_A`, for a linear combination
/// `a_k = ∇L_A · H⁻¹ · ∇ℓ_k`; the hypergradient is `dL_A/dφ = -a`, so **φ_k grows exactly when
/// `a_k > 0`**.
///
/// It holds where `∇_W L_T(W*, φ) = 0` and `H = ∇²_W L_T` is invertible (Navon et al., ICLR 2021,
/// equation 4); `H⁻¹` is applied as the [`InverseHvp`] approximates it.
pub struct ImplicitFunction<D: Dim, P: BilevelProblem<D>, V>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    inverse: V,
    p: OVector<f64, D>,
    work: Workspace<D, <P::Inner as InnerObjective<D>>::Hessian>,
}

impl<D: Dim, P: BilevelProblem<D>, V: InverseHvp> ImplicitFunction<D, P, V>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// For problems of this dimension.
    pub fn new(dim: D, inverse: V) -> Self {
        Self { inverse, p: OVector::zeros_generic(dim, U1), work: Workspace::new(dim) }
    }
}

impl<D: Dim, P: BilevelProblem<D>, V: InverseHvp> Estimator<D, P> for ImplicitFunction<D, P, V>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    #[inline]
    fn estimate(
        &mut self,
        problem: &P,
        inner: &mut P::Inner,
        state: &LaneState<D>,
        alignment: &mut [f64],
    ) -> Result<Ihvp, StopReason> {
        let hessian = inner.hessian(&state.w);
        let product = self.inverse.apply(hessian, &state.outer_gradient, &mut self.p, &mut self.work)?;
        problem.cross_product(&state.jet, state.phi.as_slice(), &self.p, alignment);
        Ok(product)
    }
}
