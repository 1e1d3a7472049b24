//! Training losses that are affine in the losses and in φ.

use super::Combination;

/// `L_T = Σ_{k<h} head_k ℓ_k + Σ_j φ_j ℓ_{h+j} + curvature/2 · Σ_j φ_j²`.
#[derive(Debug, Clone, PartialEq)]
pub struct Affine {
    head: Vec<f64>,
    n_phi: usize,
    curvature: f64,
}

impl Affine {
    /// `ℓ_0 + Σ_k φ_k ℓ_k`, `m = K` (Navon et al., ICLR 2021, section 3.1).
    pub fn linear(n_auxiliaries: usize) -> Self {
        Self { head: vec![1.0], n_phi: n_auxiliaries, curvature: 0.0 }
    }

    /// Weighted samples: `ℓ_0`, the unweighted mean, is watched but does not count, `ℓ_1` (a penalty)
    /// counts with 1, and `ℓ_{1+j}` is the share of sample `j`.
    pub fn sample_weights(n_samples: usize) -> Self {
        Self { head: vec![0.0, 1.0], n_phi: n_samples, curvature: 0.0 }
    }

    /// Learned labels: `ℓ_0 + ℓ_1 + Σ_j φ_j ℓ_{1+j} + curvature/2 · Σφ_j²`.
    ///
    /// A squared error `c·mean_j (z_j(W) - φ_j)²` splits into `ℓ_1 = c·mean_j z_j²`,
    /// `ℓ_{1+j} = -2c·z_j/m` and a `curvature` of `2c/m`; a cross-entropy with soft labels into
    /// `ℓ_1 = c·mean_j softplus(z_j)` and `ℓ_{1+j} = -c·z_j/m`. (Navon et al., ICLR 2021, section 3.3.)
    pub fn labels(n_labels: usize, curvature: f64) -> Self {
        Self { head: vec![1.0, 1.0], n_phi: n_labels, curvature }
    }

    /// The part of a vector over losses that belongs to φ.
    fn tail<'a>(&self, losses: &'a [f64]) -> &'a [f64] {
        &losses[self.head.len()..]
    }
}

impl Combination for Affine {
    fn n_phi(&self) -> usize {
        self.n_phi
    }

    fn value(&self, losses: &[f64], phi: &[f64]) -> f64 {
        let head: f64 = self.head.iter().zip(losses).map(|(h, l)| h * l).sum();
        let tail = self.tail(losses).iter().zip(phi);
        tail.fold(head, |sum, (l, p)| sum + p * l + 0.5 * self.curvature * p * p)
    }

    fn by_loss(&self, _losses: &[f64], phi: &[f64], out: &mut [f64]) {
        let (head, tail) = out.split_at_mut(self.head.len());
        head.copy_from_slice(&self.head);
        tail.copy_from_slice(phi);
    }

    fn by_phi(&self, losses: &[f64], phi: &[f64], out: &mut [f64]) {
        for ((o, l), p) in out.iter_mut().zip(self.tail(losses)).zip(phi) {
            *o = l + self.curvature * p;
        }
    }

    fn mixed(&self, _losses: &[f64], _phi: &[f64], direction: &[f64], out: &mut [f64]) {
        out.copy_from_slice(self.tail(direction));
    }
}
