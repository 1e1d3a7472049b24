//! Products with the inverse Hessian, `x ≈ H⁻¹ v`: exact, or by an approximation. One file each.
//!
//! The damping of a rule is not its own business: whoever calls it hands over `H + δI`.

mod conjugate_gradients;
mod direct;
mod identity;
mod neumann;

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

use crate::curvature::Curvature;
use crate::status::StopReason;
use crate::tagged::tagged_enum;

pub use conjugate_gradients::ConjugateGradients;
pub use direct::{Direct, Indefinite, factorised};
pub use identity::Identity;
pub use neumann::{Neumann, Scaling};

/// What a product is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ihvp {
    /// The exact product, or the approximation that the rule is.
    Sound,
    /// The exact product of an indefinite matrix: `W` is no minimum, and the implicit function
    /// theorem speaks of a saddle.
    Indefinite,
}

/// A way to apply the inverse of a Hessian.
pub trait InverseHvp {
    /// Writes `x ≈ H⁻¹ v` (all of length `n`).
    ///
    /// # Errors
    /// Why the product does not exist.
    fn apply<D: Dim, H: Curvature<D>>(
        &self,
        hessian: &H,
        v: &OVector<f64, D>,
        x: &mut OVector<f64, D>,
        work: &mut Workspace<D, H>,
    ) -> Result<Ihvp, StopReason>
    where
        DefaultAllocator: Allocator<D> + Allocator<D, D>;
}

/// Memory that the products work in, taken once per lane.
#[derive(Debug)]
pub struct Workspace<D: Dim, H: Curvature<D>>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    map: H,
    term: OVector<f64, D>,
    residual: OVector<f64, D>,
    scratch: OVector<f64, D>,
    factor: H::Factor,
}

impl<D: Dim, H: Curvature<D>> Workspace<D, H>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// Memory for Hessians of this dimension.
    pub fn new(dim: D) -> Self {
        let map = H::zeros(dim);
        let zero = OVector::zeros_generic(dim, nalgebra::U1);
        Self { factor: map.factor(), map, term: zero.clone(), residual: zero.clone(), scratch: zero }
    }
}

tagged_enum! {
    /// The inverse-Hessian product that a document chooses.
    pub enum InverseHvpKind {
        /// Exact, by factorisation.
        Direct(Direct) = "direct",
        /// Truncated Neumann series.
        Neumann(Neumann) = "neumann",
        /// Conjugate gradients.
        ConjugateGradients(ConjugateGradients) = "conjugate_gradients",
        /// `H⁻¹ ≈ I`.
        Identity(Identity) = "identity",
    }
}

impl InverseHvpKind {
    /// The damping `δ`: the product is with `(H + δI)⁻¹`.
    pub fn damping(&self) -> f64 {
        match self {
            Self::Direct(direct) => direct.damping,
            Self::Neumann(neumann) => neumann.damping,
            Self::ConjugateGradients(cg) => cg.damping,
            Self::Identity(identity) => identity.damping,
        }
    }
}

/// Returns whether a damping is none: documents leave it out then.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub(crate) fn is_zero(damping: &f64) -> bool {
    *damping == 0.0
}
