//! The bilevel problem: an inner training loss that φ shapes, an outer held-out loss that judges.
//!
//! Inner: `L_T(W, φ) = ℓ_0(W) + Σ_k φ_k ℓ_k(W)` over `W ∈ R^n`, `φ ∈ R^m`, `φ ≥ 0`, with
//! `ℓ_0 = ℓ_main` on the training set. Outer: `L_A(W) = ℓ_main(W; D_aux)` on the held-out
//! auxiliary set. (Navon et al., ICLR 2021, section 3.)

mod quadratic;
mod regression;

use nalgebra::allocator::Allocator;
use nalgebra::{DVector, DefaultAllocator, Dim, OVector, U1};

use crate::curvature::Curvature;
use crate::status::StopReason;

pub use quadratic::{InnerQuadratic, QuadraticProblem};
pub use regression::{RegressionData, TaskData, regression};

/// What a method may ask of a problem. Losses are evaluated at a model `W`; the inner objective is
/// asked for at a fixed φ.
pub trait BilevelProblem<D: Dim>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// `L_T(·, φ)` at one φ.
    type Inner: InnerObjective<D>;

    /// `n`, the number of model parameters.
    fn dim(&self) -> D;

    /// `m`, the number of auxiliary tasks.
    fn n_auxiliaries(&self) -> usize;

    /// Memory for the inner objective, to be set by [`InnerObjective::set_phi`].
    fn inner(&self) -> Self::Inner;

    /// Writes `ℓ_k(w)` and `∇ℓ_k(w)` on the training set for `k = 0..=m`.
    fn tasks_at(&self, w: &OVector<f64, D>, jet: &mut TaskJet<D>);

    /// Writes `∇L_A(w)` to `gradient` and returns `L_A(w)`.
    fn outer_at(&self, w: &OVector<f64, D>, gradient: &mut OVector<f64, D>) -> f64;

    /// The main loss on the test set, if there is one. `scratch` is overwritten.
    fn test_loss(&self, w: &OVector<f64, D>, scratch: &mut OVector<f64, D>) -> Option<f64>;

    /// Writes the model's own coordinates of `w` to `out`: problems may work in rotated ones.
    fn write_model(&self, w: &OVector<f64, D>, out: &mut OVector<f64, D>);

    /// The inverse of [`write_model`](Self::write_model).
    fn read_model(&self, model: &[f64]) -> OVector<f64, D>;
}

/// The inner objective `L_T(·, φ)` at a fixed φ, formed once per outer step.
pub trait InnerObjective<D: Dim>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// How `∇²_W L_T` is stored.
    type Hessian: Curvature<D>;

    /// Fixes φ (`m` values).
    fn set_phi(&mut self, phi: &[f64]);

    /// Takes `steps` gradient-descent steps `w ← w - lr ∇_W L_T(w, φ)`.
    fn descend(&mut self, w: &mut OVector<f64, D>, lr: f64, steps: usize);

    /// `w ← W*(φ) = argmin L_T(·, φ)`, exactly.
    ///
    /// # Errors
    /// The reason why no unique minimum exists.
    fn minimise(&mut self, w: &mut OVector<f64, D>) -> Result<(), StopReason>;

    /// `∇²_W L_T(w, φ)`.
    fn hessian(&mut self, w: &OVector<f64, D>) -> &Self::Hessian;
}

/// Values and gradients of all training tasks at one `W`: `ℓ_0` is the main task.
#[derive(Clone, Debug)]
pub struct TaskJet<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    dim: D,
    values: DVector<f64>,
    /// Column `k` is `∇ℓ_k`, stored column after column.
    gradients: Vec<f64>,
}

impl<D: Dim> TaskJet<D>
where
    DefaultAllocator: Allocator<D>,
{
    /// Memory for a main task and `n_auxiliaries` others.
    pub fn zeros(dim: D, n_auxiliaries: usize) -> Self {
        let tasks = n_auxiliaries + 1;
        Self { dim, values: DVector::zeros(tasks), gradients: vec![0.0; dim.value() * tasks] }
    }

    /// `ℓ_k(w)`; `k = 0` is the main task.
    pub fn value(&self, k: usize) -> f64 {
        self.values[k]
    }

    /// `∇ℓ_k(w)`, `n` values.
    pub fn gradient(&self, k: usize) -> &[f64] {
        let n = self.dim.value();
        &self.gradients[k * n..][..n]
    }

    /// Sets every task from a function of its loss that fills the gradient and returns the value.
    #[inline]
    pub fn set<L>(&mut self, losses: &[L], mut fill: impl FnMut(&L, &mut [f64]) -> f64) {
        let gradients = self.gradients.chunks_exact_mut(self.dim.value());
        for ((loss, value), gradient) in losses.iter().zip(self.values.as_mut_slice()).zip(gradients) {
            *value = fill(loss, gradient);
        }
    }

    /// `L_T = ℓ_0 + Σ_k φ_k ℓ_k`.
    #[inline]
    pub fn training_loss(&self, phi: &[f64]) -> f64 {
        phi.iter().zip(&self.values.as_slice()[1..]).fold(self.values[0], |sum, (p, l)| sum + p * l)
    }

    /// Writes `∇_W L_T = ∇ℓ_0 + Σ_k φ_k ∇ℓ_k`.
    #[inline]
    pub fn training_gradient(&self, phi: &[f64], out: &mut OVector<f64, D>) {
        let n = self.dim.value();
        let (main, auxiliaries) = self.gradients.split_at(n);
        out.as_mut_slice().copy_from_slice(main);
        for (&p, gradient) in phi.iter().zip(auxiliaries.chunks_exact(n)) {
            for (o, g) in out.as_mut_slice().iter_mut().zip(gradient) {
                *o += p * g;
            }
        }
    }

    /// Writes `(∇_φ∇_W L_T)ᵀ p = (∇ℓ_k · p)_k` (`m` values).
    #[inline]
    pub fn cross_product(&self, p: &OVector<f64, D>, out: &mut [f64]) {
        let n = self.dim.value();
        for (o, gradient) in out.iter_mut().zip(self.gradients[n..].chunks_exact(n)) {
            *o = gradient.iter().zip(p.as_slice()).map(|(g, p)| g * p).sum();
        }
    }
}

/// Copies between sizes known at compile time and those known at run time.
pub(crate) fn vector_from<D: Dim>(dim: D, values: impl IntoIterator<Item = f64>) -> OVector<f64, D>
where
    DefaultAllocator: Allocator<D>,
{
    OVector::from_iterator_generic(dim, U1, values)
}
