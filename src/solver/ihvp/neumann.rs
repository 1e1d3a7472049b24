//! The truncated Neumann series `P_J = α Σ_{j=0..J} (I - αH)^j ≈ H⁻¹`.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use serde::Serialize;

use super::{Ihvp, InverseHvp, Workspace, is_zero};
use crate::curvature::Curvature;
use crate::status::StopReason;

/// `x = P_J v`, the sum of the `J + 1` terms `j = 0..=J`.
///
/// For `H ≻ 0` it converges exactly when `0 < α < 2/λ_max`, with relative error at most
/// `ρ^{J+1}`, `ρ = max_i |1 - αλ_i|`. (Lorraine et al., AISTATS 2020, section 4; Navon et al.,
/// ICLR 2021, equation 5 and algorithm 2.)
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Neumann {
    /// `J`: Hessian products taken. The series has `J + 1` terms.
    pub terms: usize,
    /// Step `α` of the series.
    pub alpha: f64,
    /// Whether the sum is multiplied by `α`.
    pub scaling: Scaling,
    /// `δ ≥ 0`: the series is that of `H + δI`.
    #[serde(skip_serializing_if = "is_zero")]
    pub damping: f64,
}

/// What multiplies the sum `Σ_j (I - αH)^j v`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scaling {
    /// `α`: the sum tends to `H⁻¹ v`.
    #[default]
    Alpha,
    /// 1, as in the authors' code (`auxilearn/implicit_diff.py`): `1/α` times the estimate.
    Official,
}

/// An eigenvalue of `αH` that is less negative than this may be a zero.
const ROUNDING: f64 = 16.0 * f64::EPSILON;

impl InverseHvp for Neumann {
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
        let Workspace { map, term, scratch, .. } = work;
        hessian.step_map(self.alpha, map);
        term.copy_from(v);
        x.copy_from(v);
        let diverging = match hessian.extreme_eigenvalues() {
            Some((least, largest)) => {
                map.accumulate_powers(self.terms, term, x, scratch);
                self.alpha * largest >= 2.0 || self.alpha * least < -ROUNDING
            }
            None if self.terms == 0 => false,
            None => {
                map.accumulate_powers(self.terms - 1, term, x, scratch);
                let before = term.norm_squared();
                map.accumulate_powers(1, term, x, scratch);
                // A symmetric map that lengthens a vector has spectral radius above 1.
                term.norm_squared() > before
            }
        };
        if self.scaling == Scaling::Alpha {
            *x *= self.alpha;
        }
        Ok(if diverging { Ihvp::Diverging } else { Ihvp::Sound })
    }
}
