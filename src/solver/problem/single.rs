//! One loss of a problem on its own, so that its optimum can be found like any other.

use std::sync::Arc;

use nalgebra::DMatrix;

use super::GeneralProblem;
use super::general::Parts;
use crate::combination::Affine;
use crate::family::{Batch, MAX_LOSSES, TaskFamily};

/// A loss of a [`GeneralProblem`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Training loss `ℓ_k`; `k = 0` is the main task.
    Task(usize),
    /// The held-out loss `L_A`.
    HeldOut,
}

impl GeneralProblem {
    /// The problem whose training and held-out loss are both this one loss; it has no φ (`m = 0`).
    ///
    /// # Panics
    /// If there is no such task.
    pub fn only(&self, part: Part) -> Self {
        let parts = &self.parts;
        let count = parts.tasks.n_tasks();
        assert!(!matches!(part, Part::Task(k) if k >= count), "{part:?} of {count} losses");
        let single = || Box::new(Single { parts: Arc::clone(parts), part });
        Self::new(single(), Box::new(Affine::linear(0)), single(), None)
    }
}

/// A family of one loss, taken from another.
struct Single {
    parts: Arc<Parts>,
    part: Part,
}

impl Single {
    /// The family, and weights that single out the loss if scaled by one.
    fn with<T>(&self, weight: f64, f: impl FnOnce(&dyn TaskFamily, &[f64]) -> T) -> T {
        let mut weights = [0.0; MAX_LOSSES];
        match self.part {
            Part::HeldOut => {
                weights[0] = weight;
                f(&*self.parts.auxiliary_set, &weights[..1])
            }
            Part::Task(k) => {
                weights[k] = weight;
                f(&*self.parts.tasks, &weights[..self.parts.tasks.n_tasks()])
            }
        }
    }
}

impl TaskFamily for Single {
    fn n_parameters(&self) -> usize {
        self.parts.tasks.n_parameters()
    }

    fn n_tasks(&self) -> usize {
        1
    }

    fn is_convex(&self) -> bool {
        self.with(1.0, |family, _| family.is_convex())
    }

    fn is_quadratic(&self) -> bool {
        self.with(1.0, |family, _| family.is_quadratic())
    }

    fn jet(&self, w: &[f64], batch: Batch, values: &mut [f64], gradients: &mut [f64]) {
        values[0] = self.weighted_gradient(w, batch, &[1.0], gradients);
    }

    fn weighted_gradient(&self, w: &[f64], batch: Batch, weights: &[f64], out: &mut [f64]) -> f64 {
        self.with(weights[0], |family, weights| family.weighted_gradient(w, batch, weights, out))
    }

    fn weighted_hessian(&self, w: &[f64], batch: Batch, weights: &[f64], out: &mut DMatrix<f64>) {
        self.with(weights[0], |family, weights| family.weighted_hessian(w, batch, weights, out));
    }
}
