//! `H⁻¹ v` by factorisation.

use nalgebra::allocator::Allocator;
use nalgebra::{DVector, DefaultAllocator, Dim, Dyn, OVector, SymmetricEigen};
use serde::Serialize;

use super::{Ihvp, InverseHvp, Workspace, is_zero};
use crate::curvature::{Curvature, Dense};
use crate::status::StopReason;

/// The exact product by Cholesky for a positive definite `H`.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Direct {
    /// `δ ≥ 0`: the product is with `(H + δI)⁻¹`.
    #[serde(skip_serializing_if = "is_zero")]
    pub damping: f64,
    /// What happens when `H + δI` is indefinite.
    #[serde(skip_serializing_if = "Indefinite::is_default")]
    pub indefinite: Indefinite,
}

/// What a direct product does with an indefinite matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Indefinite {
    /// The lane ends with the status `indefinite`.
    #[default]
    Stop,
    /// The exact product by the eigenvalue factorisation `QΛQᵀ`; the run counts these steps and its
    /// status says so.
    Factorise,
}

impl Indefinite {
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_default(&self) -> bool {
        *self == Self::Stop
    }
}

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

/// `x ← H⁻¹ v` of an indefinite `H = QΛQᵀ`, as `x = QΛ⁻¹Qᵀv`. Allocates: it is off the usual path.
///
/// # Errors
/// [`StopReason::Singular`] if an eigenvalue is zero to working precision.
pub fn factorised(hessian: &Dense<Dyn>, v: &DVector<f64>, x: &mut DVector<f64>) -> Result<Ihvp, StopReason> {
    let eigen = SymmetricEigen::try_new(hessian.0.clone(), f64::EPSILON, 10_000);
    let eigen = eigen.ok_or(StopReason::Diverged)?;
    let floor = v.len() as f64 * f64::EPSILON * eigen.eigenvalues.amax();
    if eigen.eigenvalues.iter().any(|l| l.abs() <= floor) {
        return Err(StopReason::Singular);
    }
    let coordinates = eigen.eigenvectors.tr_mul(v).component_div(&eigen.eigenvalues);
    x.copy_from(&(&eigen.eigenvectors * coordinates));
    Ok(Ihvp::Indefinite)
}
