//! The truncated Neumann series `P_J = α Σ_{j=0..J} (I - αH)^j ≈ H⁻¹`.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use serde::Serialize;

use super::{Ihvp, InverseHvp, Workspace, is_zero};
use crate::curvature::Curvature;
use crate::status::StopReason;

/// `x = P_J v`, the sum of the `J + 1` terms `j = 0..=J`.
///
/// For `H ≻ 0` the series converges exactly when `0 < α < 2/λ_max`, with relative error at most
/// `ρ^{J+1}`, `ρ = max_i |1 - αλ_i|`. Where it does not converge the sum exists all the same: lanes go on with it. (Lorraine et al., AISTATS 2020, section 4; Navon et al.,
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
        map.accumulate_powers(self.terms, term, x, scratch);
        if self.scaling == Scaling::Alpha {
            *x *= self.alpha;
        }
        Ok(Ihvp::Sound)
    }
}
