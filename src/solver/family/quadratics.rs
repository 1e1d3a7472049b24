//! Quadratic losses with dense curvatures.

use nalgebra::{DMatrix, Dyn};

use super::{Batch, TaskFamily};
use crate::loss::{Loss, Quadratic};
use crate::vectors::add_scaled;

/// Quadratics `ℓ_k`, each of one step's cost `O(n²)`.
#[derive(Debug, Clone)]
pub struct Quadratics {
    losses: Vec<Quadratic<Dyn>>,
}

impl Quadratics {
    /// From at least one loss, all of one dimension.
    pub fn new(losses: Vec<Quadratic<Dyn>>) -> Self {
        Self { losses }
    }
}

impl TaskFamily for Quadratics {
    fn n_parameters(&self) -> usize {
        self.losses[0].dim().0
    }

    fn n_tasks(&self) -> usize {
        self.losses.len()
    }

    fn is_quadratic(&self) -> bool {
        true
    }

    fn jet(&self, w: &[f64], _batch: Batch, values: &mut [f64], gradients: &mut [f64]) {
        let gradients = gradients.chunks_exact_mut(w.len());
        for ((loss, value), gradient) in self.losses.iter().zip(values).zip(gradients) {
            *value = loss.value_and_gradient_at(w, gradient);
        }
    }

    fn weighted_gradient(&self, w: &[f64], _batch: Batch, weights: &[f64], out: &mut [f64]) -> f64 {
        out.fill(0.0);
        let pairs = self.losses.iter().zip(weights);
        pairs.map(|(loss, &weight)| weight * loss.add_gradient(w, weight, out)).sum()
    }

    fn weighted_hessian(&self, _w: &[f64], _batch: Batch, weights: &[f64], out: &mut DMatrix<f64>) {
        out.fill(0.0);
        for (loss, &weight) in self.losses.iter().zip(weights) {
            add_scaled(out.as_mut_slice(), weight, loss.curvature.0.as_slice());
        }
    }
}
