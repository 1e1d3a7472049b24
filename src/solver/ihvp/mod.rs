//! Products with the inverse Hessian, `x ≈ H⁻¹ v`: exact, or by a truncated series.

mod direct;
mod neumann;

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

use crate::curvature::Curvature;
use crate::status::StopReason;
use crate::tagged::tagged_enum;

pub use direct::Direct;
pub use neumann::{Neumann, Scaling};

/// What a product is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ihvp {
    /// The exact product, or a truncation of a series that converges to it.
    Sound,
    /// A truncation of a series that diverges: the numbers are there, but more terms make them
    /// worse.
    Diverging,
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
        Self { factor: map.factor(), map, term: zero.clone(), scratch: zero }
    }
}

tagged_enum! {
    /// The inverse-Hessian product that a document chooses.
    pub enum InverseHvpKind {
        /// Exact, by Cholesky.
        Direct(Direct) = "direct",
        /// Truncated Neumann series.
        Neumann(Neumann) = "neumann",
    }
}

impl InverseHvp for InverseHvpKind {
    #[inline]
    fn apply<D: Dim, H: Curvature<D>>(
        &self,
        hessian: &H,
        v: &OVector<f64, D>,
        x: &mut OVector<f64, D>,
        work: &mut Workspace<D, H>,
    ) -> Result<Ihvp, StopReason>
    where
        DefaultAllocator: Allocator<D> + Allocator<D, D>,
    {
        match self {
            Self::Direct(direct) => direct.apply(hessian, v, x, work),
            Self::Neumann(neumann) => neumann.apply(hessian, v, x, work),
        }
    }
}
