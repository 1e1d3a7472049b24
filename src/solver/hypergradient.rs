//! The implicit-function formula, and nothing else.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

use crate::curvature::Curvature;
use crate::ihvp::{Ihvp, InverseHvp, Workspace};
use crate::problem::TaskJet;
use crate::status::StopReason;

/// The alignment `a_k = ∇L_A · H⁻¹ · ∇ℓ_k` of every auxiliary task, written to `alignment` (`m`
/// values); the hypergradient is `dL_A/dφ_k = -a_k`, so **φ_k grows exactly when `a_k > 0`**.
///
/// By the implicit function theorem, where `∇_W L_T(W*, φ) = 0` and `H = ∇²_W L_T` is invertible,
/// `dL_A/dφ = -∇_W L_A · H⁻¹ · ∇_φ∇_W L_T`, and for `L_T = ℓ_0 + Σφ_k ℓ_k` the last factor has the
/// columns `∇ℓ_k` (Navon et al., ICLR 2021, equation 4). `outer_gradient` is `∇L_A` and `jet` holds
/// the `∇ℓ_k`, all at the same `W`; `p` receives `H⁻¹∇L_A` as `inverse` approximates it.
///
/// # Errors
/// Those of the inverse-Hessian product.
#[inline]
pub fn alignment<D: Dim, H: Curvature<D>>(
    outer_gradient: &OVector<f64, D>,
    hessian: &H,
    jet: &TaskJet<D>,
    inverse: &impl InverseHvp,
    p: &mut OVector<f64, D>,
    work: &mut Workspace<D, H>,
    alignment: &mut [f64],
) -> Result<Ihvp, StopReason>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    let product = inverse.apply(hessian, outer_gradient, p, work)?;
    jet.cross_product(p, alignment);
    Ok(product)
}
