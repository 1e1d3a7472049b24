//! One linear model of several tasks on the same inputs.

use nalgebra::DMatrix;

use super::{Batch, SampleLoss, Samples, TaskFamily};
use crate::elementary::BLOCK;
use crate::vectors::{add_outer, add_scaled, dot};

/// `ℓ_k(w) = mean_i s(x_i·w, y_ki)`, and `½ l2 ‖w‖²` on top of `ℓ_0`; no intercept. A value with its
/// gradients costs `O(N(n + K))`, a Hessian `O(N n²)`.
#[derive(Debug, Clone)]
pub struct LinearModel {
    samples: Samples,
    loss: SampleLoss,
    l2: f64,
}

impl LinearModel {
    /// With a column of targets for each task, the main one first.
    pub fn new(samples: Samples, loss: SampleLoss, l2: f64) -> Self {
        Self { samples, loss, l2 }
    }

    /// `m(x_i·w)` of some samples.
    #[inline]
    fn means(&self, rows: &[usize], w: &[f64]) -> [f64; BLOCK] {
        let mut z = [0.0; BLOCK];
        for (z, &i) in z.iter_mut().zip(rows) {
            *z = self.samples.predict(i, w);
        }
        self.loss.means(&mut z);
        z
    }
}

impl TaskFamily for LinearModel {
    fn n_parameters(&self) -> usize {
        self.samples.width()
    }

    fn n_tasks(&self) -> usize {
        self.samples.n_tasks()
    }

    fn n_samples(&self) -> usize {
        self.samples.len()
    }

    fn jet(&self, w: &[f64], batch: Batch, values: &mut [f64], gradients: &mut [f64]) {
        let (rows, share) = self.samples.of_batch(batch);
        values.fill(0.0);
        gradients.fill(0.0);
        for i in rows {
            let prediction = self.loss.predict(self.samples.predict(i, w));
            let tasks = values.iter_mut().zip(gradients.chunks_exact_mut(w.len()));
            for ((value, gradient), &y) in tasks.zip(self.samples.targets_of(i)) {
                let [loss, slope, _] = prediction.at(y);
                *value += share * loss;
                add_scaled(gradient, share * slope, self.samples.input(i));
            }
        }
        if self.l2 > 0.0 {
            values[0] += 0.5 * self.l2 * dot(w, w);
            add_scaled(&mut gradients[..w.len()], self.l2, w);
        }
    }

    fn weighted_gradient(&self, w: &[f64], batch: Batch, weights: &[f64], out: &mut [f64]) -> f64 {
        let (rows, share) = self.samples.of_batch(batch);
        out.fill(0.0);
        let mut total = 0.0;
        for i in rows {
            let prediction = self.loss.predict(self.samples.predict(i, w));
            let mut along = 0.0;
            for (weight, &y) in weights.iter().zip(self.samples.targets_of(i)) {
                let [loss, slope, _] = prediction.at(y);
                total += share * weight * loss;
                along += weight * slope;
            }
            add_scaled(out, share * along, self.samples.input(i));
        }
        if self.l2 > 0.0 {
            total += 0.5 * self.l2 * weights[0] * dot(w, w);
            add_scaled(out, self.l2 * weights[0], w);
        }
        total
    }

    fn gradient(&self, w: &[f64], batch: Batch, weights: &[f64], out: &mut [f64]) {
        let total: f64 = weights.iter().sum();
        out.fill(0.0);
        self.samples.in_blocks(batch, |rows, share| {
            let means = self.means(rows, w);
            for (&i, mean) in rows.iter().zip(means) {
                let along = total * mean - dot(weights, self.samples.targets_of(i));
                add_scaled(out, share * self.loss.slope() * along, self.samples.input(i));
            }
        });
        if self.l2 > 0.0 {
            add_scaled(out, self.l2 * weights[0], w);
        }
    }

    fn weighted_hessian(&self, w: &[f64], batch: Batch, weights: &[f64], out: &mut DMatrix<f64>) {
        let total: f64 = weights.iter().sum();
        out.fill(0.0);
        self.samples.in_blocks(batch, |rows, share| {
            let means = self.means(rows, w);
            for (&i, &mean) in rows.iter().zip(&means) {
                add_outer(out, share * total * self.loss.bend(mean), self.samples.input(i));
            }
        });
        for j in 0..w.len() {
            out[(j, j)] += self.l2 * weights[0];
        }
    }
}
