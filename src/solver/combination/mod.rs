//! How φ combines the losses of a family into the training loss `L_T = h(ℓ_0 … ℓ_K; φ)`.

mod affine;
mod monotone;

pub use affine::Affine;
pub use monotone::{MAX_LAYERS, MAX_WIDTH, Monotone};

/// A training loss `L_T(W, φ) = h(ℓ(W); φ)` with its derivatives in `ℓ ∈ R^{K+1}` and `φ ∈ R^m`.
///
/// From them `∇_W L_T = Σ_k h_k ∇ℓ_k`, `H = Σ_k h_k ∇²ℓ_k + Σ_kl h_kl ∇ℓ_k ∇ℓ_lᵀ` and
/// `(∇_φ∇_W L_T)ᵀ p = (Σ_k ∂h_k/∂φ_j (∇ℓ_k·p))_j`, with `h_k = ∂h/∂ℓ_k`. Nothing here allocates.
pub trait Combination: Send + Sync {
    /// `m`, the number of auxiliary parameters.
    fn n_phi(&self) -> usize;

    /// `h(ℓ; φ)`.
    fn value(&self, losses: &[f64], phi: &[f64]) -> f64;

    /// Writes the effective weights `h_k = ∂h/∂ℓ_k` (`K + 1`).
    fn by_loss(&self, losses: &[f64], phi: &[f64], out: &mut [f64]);

    /// Writes `∂h/∂φ_j` (`m`).
    fn by_phi(&self, losses: &[f64], phi: &[f64], out: &mut [f64]);

    /// Writes `Σ_k ∂²h/∂φ_j∂ℓ_k · direction_k` (`m`) for a `direction` in loss space (`K + 1`).
    fn mixed(&self, losses: &[f64], phi: &[f64], direction: &[f64], out: &mut [f64]);

    /// Returns whether `h` is affine in the losses, so that its effective weights depend on φ alone and the
    /// Hessian in `ℓ` is zero.
    fn is_linear(&self) -> bool {
        true
    }

    /// Writes `Σ_l ∂²h/∂ℓ_k∂ℓ_l · direction_l` (`K + 1`); zero for a linear combination.
    fn by_loss_loss(&self, _losses: &[f64], _phi: &[f64], _direction: &[f64], out: &mut [f64]) {
        out.fill(0.0);
    }

    /// For each component of φ whether it must not be negative; `None` if all must not.
    fn non_negative(&self) -> Option<Vec<bool>> {
        None
    }
}
