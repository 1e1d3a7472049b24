//! `H⁻¹ v` by Cholesky factorisation.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use serde::Serialize;

use super::{Ihvp, InverseHvp, Workspace};
use crate::curvature::Curvature;
use crate::status::StopReason;

/// The exact product for a positive definite `H`; any other ends the lane with its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Direct {}

impl InverseHvp for Direct {
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
        hessian.solve(v, &mut work.factor, x).map(|()| Ihvp::Sound)
    }
}
