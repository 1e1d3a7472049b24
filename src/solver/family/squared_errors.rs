//! Mean squared errors of a linear model on one design matrix, reduced once from their data.

use nalgebra::{DMatrix, DVector, Dyn};

use super::{Batch, LinearModel, SampleLoss, Samples, TaskFamily};
use crate::loss::LeastSquares;
use crate::vectors::{add_scaled, dot};

/// `ℓ_k(w) = mean_i (x_i·w - y_ik)²`, and `½ l2 ‖w‖²` on top of `ℓ_0`. Over all samples a gradient costs `O(n²)`,
/// whatever `N` is; batches are taken from the data themselves.
#[derive(Debug, Clone)]
pub struct SquaredErrors {
    reduced: LeastSquares<Dyn>,
    /// `∇²ℓ_k` without the penalty.
    hessian: DMatrix<f64>,
    data: LinearModel,
    l2: f64,
}

impl SquaredErrors {
    /// With a column of `targets` for each task, the main one first; `None` if a sum of products overflows.
    pub fn new(x: &DMatrix<f64>, targets: Vec<DVector<f64>>, l2: f64) -> Option<Self> {
        let reduced = LeastSquares::of(x, &targets)?;
        let hessian = reduced.hessian();
        let data = LinearModel::new(Samples::new(x, targets), SampleLoss::Squared, l2);
        Some(Self { reduced, hessian, data, l2 })
    }
}

impl TaskFamily for SquaredErrors {
    fn n_parameters(&self) -> usize {
        self.reduced.n_parameters()
    }

    fn n_tasks(&self) -> usize {
        self.reduced.n_tasks()
    }

    fn n_samples(&self) -> usize {
        self.data.n_samples()
    }

    fn is_quadratic(&self) -> bool {
        true
    }

    fn jet(&self, w: &[f64], batch: Batch, values: &mut [f64], gradients: &mut [f64]) {
        if matches!(batch, Batch::Rows(_)) {
            return self.data.jet(w, batch, values, gradients);
        }
        // The first gradient's place holds R̃w until its own turn, the last.
        let (first, others) = gradients.split_at_mut(w.len());
        self.reduced.predict(w, first);
        for (k, gradient) in others.chunks_exact_mut(w.len()).enumerate() {
            self.reduced.residual(k + 1, first, gradient);
            self.reduced.apply_transpose(gradient);
        }
        for (value, found) in values.iter_mut().zip(self.reduced.values(first)) {
            *value = found;
        }
        self.reduced.weigh_residuals(&[1.0], first);
        self.reduced.apply_transpose(first);
        values[0] += 0.5 * self.l2 * dot(w, w);
        add_scaled(first, self.l2, w);
    }

    fn weighted_gradient(&self, w: &[f64], batch: Batch, weights: &[f64], out: &mut [f64]) -> f64 {
        if matches!(batch, Batch::Rows(_)) {
            return self.data.weighted_gradient(w, batch, weights, out);
        }
        self.reduced.predict(w, out);
        let mut total = 0.5 * self.l2 * weights[0] * dot(w, w);
        for (weight, value) in weights.iter().zip(self.reduced.values(out)) {
            total += weight * value;
        }
        self.reduced.weigh_residuals(weights, out);
        self.reduced.apply_transpose(out);
        add_scaled(out, self.l2 * weights[0], w);
        total
    }

    fn weighted_hessian(&self, w: &[f64], batch: Batch, weights: &[f64], out: &mut DMatrix<f64>) {
        if matches!(batch, Batch::Rows(_)) {
            return self.data.weighted_hessian(w, batch, weights, out);
        }
        out.fill(0.0);
        add_scaled(out.as_mut_slice(), weights.iter().sum(), self.hessian.as_slice());
        for j in 0..w.len() {
            out[(j, j)] += self.l2 * weights[0];
        }
    }
}
