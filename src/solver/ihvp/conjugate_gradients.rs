//! `H⁻¹ v` by conjugate gradients.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use serde::Serialize;

use super::{Ihvp, InverseHvp, Workspace, is_zero};
use crate::curvature::Curvature;
use crate::status::StopReason;

/// `iterations` steps of conjugate gradients from zero (Hestenes and Stiefel, 1952; for
/// hypergradients Pedregosa, ICML 2016). For `H ≻ 0` exact after `n` steps; the error in the
/// `H`-norm falls at least by `2((√κ-1)/(√κ+1))^k`. A direction of negative curvature ends the lane
/// as indefinite, one of none as singular: the method is not defined there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ConjugateGradients {
    /// Hessian products at most.
    pub iterations: usize,
    /// Stops earlier once `‖v - Hx‖ ≤ tolerance · ‖v‖`.
    pub tolerance: f64,
    /// `δ ≥ 0`: the product is with `(H + δI)⁻¹`.
    #[serde(skip_serializing_if = "is_zero")]
    pub damping: f64,
}

impl InverseHvp for ConjugateGradients {
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
        let Workspace { term: direction, residual, scratch: product, .. } = work;
        x.fill(0.0);
        residual.copy_from(v);
        direction.copy_from(v);
        let mut squared = residual.norm_squared();
        // No residual is known better than this, and what is left of it has no direction.
        let rounding = v.len() as f64 * f64::EPSILON;
        let enough = self.tolerance.max(rounding).powi(2) * squared;
        let mut largest = 0.0_f64;
        for _ in 0..self.iterations {
            if squared <= enough || squared < f64::MIN_POSITIVE {
                break;
            }
            hessian.apply(direction.as_slice(), product.as_mut_slice());
            let (curvature, length) = (direction.dot(product), direction.norm_squared());
            largest = largest.max(curvature.abs() / length);
            if curvature <= rounding * largest * length {
                let negative = curvature < -rounding * largest * length;
                return Err(if negative { StopReason::Indefinite } else { StopReason::Singular });
            }
            let step = squared / curvature;
            x.axpy(step, direction, 1.0);
            residual.axpy(-step, product, 1.0);
            let next = residual.norm_squared();
            direction.axpy(1.0, residual, next / squared);
            squared = next;
        }
        Ok(Ihvp::Sound)
    }
}
