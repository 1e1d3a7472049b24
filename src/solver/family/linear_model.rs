//! One linear model of several tasks on the same inputs.

use nalgebra::DMatrix;

use super::{Batch, SampleLoss, Samples, TaskFamily};
use crate::elementary::BLOCK;
use crate::vectors::{add_outer_below, add_rows, add_scaled, combine, dot, mirror};

/// `ℓ_k(w) = mean_i s(x_i·w, y_ki)`, and `½ l2 ‖w‖²` on top of `ℓ_0`; no intercept. A value with its
/// gradients costs `O(N(n + K))`, a Hessian `O(N n²)`.
#[derive(Debug, Clone)]
pub struct LinearModel {
    samples: Samples,
    loss: SampleLoss,
    l2: f64,
    /// The inputs once more, a block of samples after the other and in it coordinate after coordinate,
    /// so that a whole block is predicted at once. Only where the losses are not quadratics, which are
    /// reduced.
    blocks: Vec<[f64; BLOCK]>,
}

impl LinearModel {
    /// With a column of targets for each task, the main one first.
    pub fn new(samples: Samples, loss: SampleLoss, l2: f64) -> Self {
        let blocks = if loss == SampleLoss::Squared { Vec::new() } else { samples.in_columns() };
        Self { samples, loss, l2, blocks }
    }

    /// `x_i·w` of some rows of a batch.
    #[inline]
    fn predict(&self, batch: Batch, rows: &[usize], w: &[f64]) -> [f64; BLOCK] {
        if matches!(batch, Batch::All) && !self.blocks.is_empty() {
            return combine(w, &self.blocks[rows[0] / BLOCK * w.len()..][..w.len()]);
        }
        let mut z = [0.0; BLOCK];
        for (z, &i) in z.iter_mut().zip(rows) {
            *z = self.samples.predict(i, w);
        }
        z
    }

    /// Adds `Σ_l scales_l x_l` over some rows of a batch.
    #[inline]
    fn add_rows(&self, batch: Batch, rows: &[usize], scales: &[f64], out: &mut [f64]) {
        if matches!(batch, Batch::All) {
            return add_rows(out, scales, self.samples.inputs(rows[0], rows.len()));
        }
        for (scale, &i) in scales.iter().zip(rows) {
            add_scaled(out, *scale, self.samples.input(i));
        }
    }

    /// Adds `½ l2 weight ‖w‖²` to a value and its gradient to `out`.
    fn add_penalty(&self, weight: f64, w: &[f64], value: &mut f64, out: &mut [f64]) {
        if self.l2 > 0.0 {
            *value += 0.5 * self.l2 * weight * dot(w, w);
            add_scaled(out, self.l2 * weight, w);
        }
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

    fn is_quadratic(&self) -> bool {
        self.loss == SampleLoss::Squared
    }

    fn jet(&self, w: &[f64], batch: Batch, values: &mut [f64], gradients: &mut [f64]) {
        values.fill(0.0);
        gradients.fill(0.0);
        self.samples.in_blocks(batch, |rows, share| {
            let predictions = self.loss.predict_all(self.predict(batch, rows, w));
            let tasks = values.iter_mut().zip(gradients.chunks_exact_mut(w.len()));
            for (k, (value, gradient)) in tasks.enumerate() {
                let mut scales = [0.0; BLOCK];
                for ((scale, prediction), &i) in scales.iter_mut().zip(&predictions).zip(rows) {
                    let [loss, slope, _] = prediction.at(self.samples.target(k, i));
                    *value += share * loss;
                    *scale = share * slope;
                }
                self.add_rows(batch, rows, &scales[..rows.len()], gradient);
            }
        });
        self.add_penalty(1.0, w, &mut values[0], &mut gradients[..w.len()]);
    }

    fn weighted_gradient(&self, w: &[f64], batch: Batch, weights: &[f64], out: &mut [f64]) -> f64 {
        let mut total = 0.0;
        out.fill(0.0);
        self.samples.in_blocks(batch, |rows, share| {
            let predictions = self.loss.predict_all(self.predict(batch, rows, w));
            let mut scales = [0.0; BLOCK];
            for ((scale, prediction), &i) in scales.iter_mut().zip(&predictions).zip(rows) {
                for (weight, &y) in weights.iter().zip(self.samples.targets_of(i)) {
                    let [loss, slope, _] = prediction.at(y);
                    total += share * weight * loss;
                    *scale += share * weight * slope;
                }
            }
            self.add_rows(batch, rows, &scales[..rows.len()], out);
        });
        self.add_penalty(weights[0], w, &mut total, out);
        total
    }

    fn gradient(&self, w: &[f64], batch: Batch, weights: &[f64], out: &mut [f64]) {
        let total: f64 = weights.iter().sum();
        out.fill(0.0);
        self.samples.in_blocks(batch, |rows, share| {
            let mut scales = self.predict(batch, rows, w);
            self.loss.means(&mut scales);
            for (scale, &i) in scales.iter_mut().zip(rows) {
                let along = total * *scale - dot(weights, self.samples.targets_of(i));
                *scale = share * self.loss.slope() * along;
            }
            self.add_rows(batch, rows, &scales[..rows.len()], out);
        });
        self.add_penalty(weights[0], w, &mut 0.0, out);
    }

    fn weighted_hessian(&self, w: &[f64], batch: Batch, weights: &[f64], out: &mut DMatrix<f64>) {
        let total: f64 = weights.iter().sum();
        out.fill(0.0);
        self.samples.in_blocks(batch, |rows, share| {
            let mut means = self.predict(batch, rows, w);
            self.loss.means(&mut means);
            for (&i, &mean) in rows.iter().zip(&means) {
                add_outer_below(out, share * total * self.loss.bend(mean), self.samples.input(i));
            }
        });
        mirror(out);
        for j in 0..w.len() {
            out[(j, j)] += self.l2 * weights[0];
        }
    }
}
