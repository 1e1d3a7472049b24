//! Families of losses of one model, evaluated together: what a problem of any kind is made of.
//!
//! A family knows the losses `ℓ_0 … ℓ_K` (`K + 1` of them) of a model `W ∈ R^n`, one file a family.
//! How φ combines them is the business of [`combination`](crate::combination).

mod formulas;
mod learned_labels;
mod linear_model;
mod network;
mod quadratics;
mod ridge;
mod sample_loss;
mod sample_weights;
mod samples;
mod squared_errors;

use nalgebra::DMatrix;

pub use formulas::Formulas;
pub use learned_labels::LearnedLabels;
pub use linear_model::LinearModel;
pub use network::{Heads, Network};
pub use quadratics::Quadratics;
pub use ridge::Ridge;
pub use sample_loss::SampleLoss;
pub use sample_weights::SampleWeights;
pub use samples::Samples;
pub use squared_errors::SquaredErrors;

/// Most losses of a family.
pub const MAX_LOSSES: usize = 256;

/// The samples that a loss averages over.
#[derive(Debug, Clone, Copy)]
pub enum Batch<'a> {
    /// Every sample.
    All,
    /// These rows of the design matrix.
    Rows(&'a [usize]),
}

/// `K + 1` twice differentiable losses of one model `w ∈ R^n`. Nothing here allocates.
///
/// Losses that are not means over samples are the same for every [`Batch`].
pub trait TaskFamily: Send + Sync {
    /// `n`, the number of model parameters.
    fn n_parameters(&self) -> usize;

    /// `K + 1`, the number of losses.
    fn n_tasks(&self) -> usize;

    /// Returns the number of leading parameters that every loss depends on; the others belong to one task each.
    fn n_shared(&self) -> usize {
        self.n_parameters()
    }

    /// Samples a batch can be drawn from; 0 if the losses are not means over samples.
    fn n_samples(&self) -> usize {
        0
    }

    /// Returns whether every loss is convex in `w`, so that a non-negative combination has no false minima.
    fn is_convex(&self) -> bool {
        true
    }

    /// Returns whether every loss is a quadratic of `w`: exactly its expansion of second order about any point.
    fn is_quadratic(&self) -> bool {
        false
    }

    /// Writes every `ℓ_k(w)` to `values` (`K + 1`) and every `∇ℓ_k(w)` to `gradients`
    /// (`n·(K + 1)`, gradient after gradient).
    fn jet(&self, w: &[f64], batch: Batch, values: &mut [f64], gradients: &mut [f64]);

    /// Writes `Σ_k weights_k ∇ℓ_k(w)` to `out` (`n`) and returns `Σ_k weights_k ℓ_k(w)`.
    fn weighted_gradient(&self, w: &[f64], batch: Batch, weights: &[f64], out: &mut [f64]) -> f64;

    /// Writes `Σ_k weights_k ∇ℓ_k(w)` to `out` (`n`): what a gradient step needs.
    fn gradient(&self, w: &[f64], batch: Batch, weights: &[f64], out: &mut [f64]) {
        self.weighted_gradient(w, batch, weights, out);
    }

    /// Writes `Σ_k weights_k ∇²ℓ_k(w)` to `out` (`n×n`, symmetric).
    fn weighted_hessian(&self, w: &[f64], batch: Batch, weights: &[f64], out: &mut DMatrix<f64>);
}
