//! The bilevel problem: an inner training loss that φ shapes, an outer held-out loss that judges.
//!
//! Inner: `L_T(W, φ) = h(ℓ_0(W) … ℓ_K(W); φ)` over `W ∈ R^n`, `φ ∈ R^m`, with `ℓ_0 = ℓ_main` on the
//! training set; linear by default, `h = ℓ_0 + Σ_k φ_k ℓ_k`, `m = K`. Outer:
//! `L_A(W) = ℓ_main(W; D_aux)` on the held-out auxiliary set. (Navon et al., ICLR 2021, section 3.)

mod eigenbasis;
mod general;
mod inner_general;
mod newton;
mod quadratic;
mod refinement;
mod regression;
mod single;

use std::sync::Arc;

use nalgebra::allocator::Allocator;
use nalgebra::{DVector, DefaultAllocator, Dim, OVector, U1};

use crate::curvature::Curvature;
use crate::status::StopReason;
use crate::vectors::{add_scaled, dot};

pub use eigenbasis::EigenbasisRegression;
pub use general::GeneralProblem;
pub use inner_general::InnerGeneral;
pub use quadratic::{InnerQuadratic, QuadraticProblem};
pub use regression::{RegressionData, TaskData, general_regression};
pub use single::Part;

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

    /// `K`, the number of auxiliary tasks.
    fn n_auxiliaries(&self) -> usize;

    /// `m`, the number of auxiliary parameters; `K` where they are weights of tasks.
    fn n_phi(&self) -> usize {
        self.n_auxiliaries()
    }

    /// The same problem in general form, if lanes are to be measured there while they run here.
    fn general(&self) -> Option<Arc<GeneralProblem>> {
        None
    }

    /// Memory for the inner objective, to be set by [`InnerObjective::set_phi`].
    fn inner(&self) -> Self::Inner;

    /// Writes `ℓ_k(w)` and `∇ℓ_k(w)` on the training set for `k = 0..=K`.
    fn tasks_at(&self, w: &OVector<f64, D>, jet: &mut TaskJet<D>);

    /// `L_T = h(ℓ, φ)` of the losses in `jet`; `ℓ_0 + Σ_k φ_k ℓ_k` by default.
    #[inline]
    fn training_loss(&self, jet: &TaskJet<D>, phi: &[f64]) -> f64 {
        jet.training_loss(phi)
    }

    /// Writes `∇_W L_T` (`n` values).
    #[inline]
    fn training_gradient(&self, jet: &TaskJet<D>, phi: &[f64], out: &mut OVector<f64, D>) {
        jet.training_gradient(phi, out);
    }

    /// Writes `(∇_φ∇_W L_T)ᵀ p` (`m` values); `∇ℓ_k · p` by default.
    #[inline]
    fn cross_product(&self, jet: &TaskJet<D>, _phi: &[f64], p: &OVector<f64, D>, out: &mut [f64]) {
        jet.cross_product(p, out);
    }

    /// Writes `∂L_T/∂φ` at fixed `W` (`m` values); `ℓ_k` by default.
    #[inline]
    fn by_phi(&self, jet: &TaskJet<D>, _phi: &[f64], out: &mut [f64]) {
        out.copy_from_slice(&jet.values()[1..]);
    }

    /// Number of effective weights that a trace records: none where φ are the weights themselves.
    fn n_effective_weights(&self) -> usize {
        0
    }

    /// Writes the effective weights `∂L_T/∂ℓ_k`, the main task's first.
    fn effective_weights(&self, _jet: &TaskJet<D>, _phi: &[f64], _out: &mut [f64]) {}

    /// Writes `∇L_A(w)` to `gradient` and returns `L_A(w)`.
    fn outer_at(&self, w: &OVector<f64, D>, gradient: &mut OVector<f64, D>) -> f64;

    /// As [`tasks_at`](Self::tasks_at) and [`outer_at`](Self::outer_at) at once, returning `L_A`; `model` is `w` in the
    /// model's own coordinates, at which values are to hold.
    #[inline]
    fn evaluate(
        &self,
        w: &OVector<f64, D>,
        _model: &OVector<f64, D>,
        jet: &mut TaskJet<D>,
        outer_gradient: &mut OVector<f64, D>,
    ) -> f64 {
        self.tasks_at(w, jet);
        self.outer_at(w, outer_gradient)
    }

    /// The main loss on the test set, if there is one, at a `model` in its own coordinates. `scratch` is overwritten.
    fn test_loss(&self, model: &OVector<f64, D>, scratch: &mut OVector<f64, D>) -> Option<f64>;

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

    /// `ℓ_k(w)` of every task, the main one first.
    pub fn values(&self) -> &[f64] {
        self.values.as_slice()
    }

    /// All gradients, one after another, `n` values each.
    pub fn gradients(&self) -> &[f64] {
        &self.gradients
    }

    /// Values and gradients, to be filled.
    pub fn parts_mut(&mut self) -> (&mut [f64], &mut [f64]) {
        (self.values.as_mut_slice(), &mut self.gradients)
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

    /// Writes `Σ_k weights_k ∇ℓ_k` over all tasks (`n` values).
    pub fn weighted_sum(&self, weights: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        for (&weight, gradient) in weights.iter().zip(self.gradients.chunks_exact(out.len())) {
            add_scaled(out, weight, gradient);
        }
    }

    /// Writes `∇ℓ_k · p` of all tasks (`K + 1` values).
    pub fn directional(&self, p: &[f64], out: &mut [f64]) {
        for (o, gradient) in out.iter_mut().zip(self.gradients.chunks_exact(p.len())) {
            *o = dot(gradient, p);
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
