//! `H⁻¹ ≈ I/(1 + δ)`: no curvature at all.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use serde::Serialize;

use super::{Ihvp, InverseHvp, Workspace, is_zero};
use crate::curvature::Curvature;
use crate::status::StopReason;

/// The product `x = v/(1 + δ)`, as if `H` were the identity (the "T1 - T2" of Luketina et al.,
/// ICML 2016): the alignment becomes the plain inner product of gradients.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Identity {
    /// `δ ≥ 0`.
    #[serde(skip_serializing_if = "is_zero")]
    pub damping: f64,
}

impl InverseHvp for Identity {
    fn apply<D: Dim, H: Curvature<D>>(
        &self,
        _hessian: &H,
        v: &OVector<f64, D>,
        x: &mut OVector<f64, D>,
        _work: &mut Workspace<D, H>,
    ) -> Result<Ihvp, StopReason>
    where
        DefaultAllocator: Allocator<D> + Allocator<D, D>,
    {
        let scale = 1.0 / (1.0 + self.damping);
        x.zip_apply(v, |x, v| *x = scale * v);
        Ok(Ihvp::Sound)
    }
}
