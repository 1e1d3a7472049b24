//! The inner objective of a [`GeneralProblem`] at a fixed φ, on all samples or on batches.

use nalgebra::{DVector, Dyn};

use super::{BilevelProblem, GeneralProblem, InnerObjective, TaskJet, newton, refinement};
use crate::curvature::{Curvature, Dense};
use crate::family::{Batch, MAX_LOSSES};
use crate::random::Stream;
use crate::sampling::{BatchSizes, Sampler};
use crate::status::StopReason;
use crate::vectors::add_scaled;

/// `L_T(·, φ)` by its family and combination.
pub struct InnerGeneral {
    problem: GeneralProblem,
    phi: Vec<f64>,
    /// Effective weights `∂h/∂ℓ_k`, those of φ alone for a linear combination.
    weights: Vec<f64>,
    jet: TaskJet<Dyn>,
    hessian: Dense<Dyn>,
    newton: Option<Box<newton::Memory>>,
    gradient: DVector<f64>,
    /// `h(0; φ)` of a linear combination.
    offset: f64,
    train: Option<Sampler>,
    auxiliary_set: Option<Sampler>,
}

impl InnerGeneral {
    pub(super) fn new(problem: GeneralProblem) -> Self {
        let dim = problem.dim();
        let jet = TaskJet::zeros(dim, problem.n_auxiliaries());
        Self {
            phi: vec![0.0; problem.n_phi()],
            weights: vec![0.0; problem.n_auxiliaries() + 1],
            jet,
            hessian: Dense::zeros(dim),
            newton: None,
            gradient: DVector::zeros(dim.0),
            offset: 0.0,
            train: None,
            auxiliary_set: None,
            problem,
        }
    }

    /// From now on draws batches of these sizes, from what are means over samples.
    pub fn sample(&mut self, sizes: BatchSizes, seed: u64) {
        let sampler = |stream, of: usize, size: Option<usize>| {
            size.filter(|_| of > 0).map(|size| Sampler::new(seed, stream, of, size))
        };
        let (train, auxiliary_set) = self.problem.n_samples();
        self.train = sampler(Stream::TrainBatches, train, sizes.train);
        self.auxiliary_set = sampler(Stream::AuxSetBatches, auxiliary_set, sizes.aux_set);
    }

    /// Moves on to the next training batch, if any are drawn: every inner step has its own.
    pub fn draw(&mut self) {
        if let Some(sampler) = &mut self.train {
            sampler.draw();
        }
    }

    /// Returns whether batches are drawn.
    pub fn is_sampled(&self) -> bool {
        self.train.is_some() || self.auxiliary_set.is_some()
    }

    /// The tasks on the present training batch, and `∇L_A` on the next one of the auxiliary set: what a
    /// hypergradient by batches sees.
    pub fn batch_at(&mut self, w: &DVector<f64>, jet: &mut TaskJet<Dyn>, outer_gradient: &mut DVector<f64>) {
        if let Some(sampler) = &mut self.auxiliary_set {
            sampler.draw();
        }
        let parts = &self.problem.parts;
        let (values, gradients) = jet.parts_mut();
        parts.tasks.jet(w.as_slice(), batch(self.train.as_ref()), values, gradients);
        let rows = batch(self.auxiliary_set.as_ref());
        parts.auxiliary_set.weighted_gradient(w.as_slice(), rows, &[1.0], outer_gradient.as_mut_slice());
    }

    /// Writes `∇_W L_T(w, φ)` and returns `L_T(w, φ)`, both on the present batch.
    pub fn value_and_gradient(&mut self, w: &DVector<f64>, out: &mut DVector<f64>) -> f64 {
        let parts = &self.problem.parts;
        let rows = batch(self.train.as_ref());
        if parts.combination.is_linear() {
            let value = parts.tasks.weighted_gradient(w.as_slice(), rows, &self.weights, out.as_mut_slice());
            return value + self.offset;
        }
        let (values, gradients) = self.jet.parts_mut();
        parts.tasks.jet(w.as_slice(), rows, values, gradients);
        parts.combination.by_loss(self.jet.values(), &self.phi, &mut self.weights);
        self.jet.weighted_sum(&self.weights, out.as_mut_slice());
        parts.combination.value(self.jet.values(), &self.phi)
    }

    /// Writes `∇_W L_T(w, φ)` on the present batch.
    fn gradient(&mut self, w: &DVector<f64>, out: &mut DVector<f64>) {
        let parts = &self.problem.parts;
        if parts.combination.is_linear() {
            let rows = batch(self.train.as_ref());
            parts.tasks.gradient(w.as_slice(), rows, &self.weights, out.as_mut_slice());
        } else {
            self.value_and_gradient(w, out);
        }
    }

    /// Returns whether `L_T(·, φ)` is known to be convex for non-negative effective weights.
    pub fn is_convex(&self) -> bool {
        self.problem.parts.tasks.is_convex()
    }
}

impl InnerGeneral {
    /// Returns whether `L_T(·, φ)` is a quadratic at every φ.
    pub fn is_quadratic(&self) -> bool {
        self.problem.parts.combination.is_linear() && self.problem.parts.tasks.is_quadratic()
    }
}

/// The rows a sampler has drawn, or all.
fn batch(sampler: Option<&Sampler>) -> Batch<'_> {
    sampler.map_or(Batch::All, |sampler| Batch::Rows(sampler.rows()))
}

impl InnerObjective<Dyn> for InnerGeneral {
    type Hessian = Dense<Dyn>;

    fn set_phi(&mut self, phi: &[f64]) {
        self.phi.copy_from_slice(phi);
        let combination = &self.problem.parts.combination;
        if combination.is_linear() {
            let zeros = [0.0; MAX_LOSSES];
            let zeros = &zeros[..self.weights.len()];
            combination.by_loss(zeros, phi, &mut self.weights);
            self.offset = combination.value(zeros, phi);
        }
    }

    fn descend(&mut self, w: &mut DVector<f64>, lr: f64, steps: usize) {
        let mut gradient = std::mem::take(&mut self.gradient);
        for _ in 0..steps {
            self.draw();
            self.gradient(w, &mut gradient);
            w.axpy(-lr, &gradient, 1.0);
        }
        self.gradient = gradient;
    }

    fn minimise(&mut self, w: &mut DVector<f64>) -> Result<(), StopReason> {
        self.draw();
        self.with_newton(w, Self::solve).map_err(|failure| self.reason(&failure))
    }

    fn hessian(&mut self, w: &DVector<f64>) -> &Dense<Dyn> {
        let parts = &self.problem.parts;
        let rows = batch(self.train.as_ref());
        let curved = !parts.combination.is_linear();
        if curved {
            let (values, gradients) = self.jet.parts_mut();
            parts.tasks.jet(w.as_slice(), rows, values, gradients);
            parts.combination.by_loss(self.jet.values(), &self.phi, &mut self.weights);
        }
        parts.tasks.weighted_hessian(w.as_slice(), rows, &self.weights, &mut self.hessian.0);
        if curved {
            self.add_curvature_of_combination();
        }
        &self.hessian
    }
}

impl InnerGeneral {
    /// Adds `Σ_kl ∂²h/∂ℓ_k∂ℓ_l ∇ℓ_k ∇ℓ_lᵀ`, column by column: the column `j` is `Σ_k (h'' d)_k ∇ℓ_k` for the
    /// direction `d_l = (∇ℓ_l)_j`.
    fn add_curvature_of_combination(&mut self) {
        let n = self.jet.gradient(0).len();
        let losses = self.weights.len();
        let (mut along, mut bent) = ([0.0; MAX_LOSSES], [0.0; MAX_LOSSES]);
        for j in 0..n {
            for (k, d) in along[..losses].iter_mut().enumerate() {
                *d = self.jet.gradient(k)[j];
            }
            let combination = &self.problem.parts.combination;
            combination.by_loss_loss(self.jet.values(), &self.phi, &along[..losses], &mut bent[..losses]);
            let column = &mut self.hessian.0.as_mut_slice()[j * n..][..n];
            for (k, &b) in bent[..losses].iter().enumerate() {
                add_scaled(column, b, self.jet.gradient(k));
            }
        }
    }

    /// Draws the next batch and takes one Newton step on it.
    ///
    /// # Errors
    /// Why there is none.
    pub fn newton_step(&mut self, w: &mut DVector<f64>) -> Result<(), StopReason> {
        self.draw();
        let step =
            |objective: &mut Self, memory: &mut _, w: &mut _| newton::step(objective, memory, w).map(drop);
        self.with_newton(w, step).map_err(|failure| self.reason(&failure))
    }

    /// [`minimise`](InnerObjective::minimise) for a trial: whether there is a minimum, not why there is none, and
    /// so without taking memory.
    pub fn finds_minimum(&mut self, w: &mut DVector<f64>) -> bool {
        self.draw();
        self.with_newton(w, Self::solve).is_ok()
    }

    /// `w ← argmin L_T(·, φ)` on the present batch: a quadratic by factorisation, any other by Newton's method.
    fn solve(&mut self, memory: &mut newton::Memory, w: &mut DVector<f64>) -> Result<(), newton::Failure> {
        let minimise = if self.is_quadratic() { refinement::minimise } else { newton::minimise };
        minimise(self, memory, w)
    }

    /// Adds `|∂L_T/∂ℓ_k ∇ℓ_k|` of every task at `w` to `out` (`n` values), for a linear combination.
    pub(super) fn add_task_gradients(&mut self, w: &DVector<f64>, out: &mut DVector<f64>) {
        let rows = batch(self.train.as_ref());
        let (values, gradients) = self.jet.parts_mut();
        self.problem.parts.tasks.jet(w.as_slice(), rows, values, gradients);
        for (k, weight) in self.weights.iter().enumerate() {
            for (out, g) in out.iter_mut().zip(self.jet.gradient(k)) {
                *out += (weight * g).abs();
            }
        }
    }

    fn reason(&self, failure: &newton::Failure) -> StopReason {
        match failure {
            newton::Failure::For(reason) => *reason,
            newton::Failure::NoSolution => self.hessian.defect(),
        }
    }

    /// Newton's memory is taken out while it and the objective are used together.
    fn with_newton(
        &mut self,
        w: &mut DVector<f64>,
        run: impl FnOnce(&mut Self, &mut newton::Memory, &mut DVector<f64>) -> Result<(), newton::Failure>,
    ) -> Result<(), newton::Failure> {
        let mut memory = self.newton.take().unwrap_or_else(|| Box::new(newton::Memory::new(w.len())));
        let outcome = run(self, &mut memory, w);
        self.newton = Some(memory);
        outcome
    }

    /// The Hessian that was formed last, to be shifted.
    pub(super) fn formed_hessian(&mut self) -> &mut Dense<Dyn> {
        &mut self.hessian
    }
}
