//! Every training sample a task of its own.

use nalgebra::DMatrix;

use super::{Batch, LinearModel, SampleLoss, Samples, TaskFamily};
use crate::vectors::{add_outer, add_scaled, dot};

/// `ℓ_0 = mean_i s(x_i·w, y_i)`, `ℓ_1 = ½ l2 ‖w‖²` and `ℓ_{1+i} = s(x_i·w, y_i)/N`, for
/// [`Affine::sample_weights`](crate::combination::Affine::sample_weights): with `φ_i = 1` the training
/// loss is the usual mean (Ren et al., ICML 2018, weigh samples likewise). In a batch the samples outside have
/// no loss, and those in it its share instead of 1/N.
#[derive(Debug, Clone)]
pub struct SampleWeights {
    samples: Samples,
    mean: LinearModel,
    loss: SampleLoss,
    l2: f64,
}

impl SampleWeights {
    /// From samples with one column of targets.
    pub fn new(samples: Samples, loss: SampleLoss, l2: f64) -> Self {
        let mean = LinearModel::new(samples.clone(), loss, 0.0);
        Self { samples, mean, loss, l2 }
    }

    /// Calls `see` with each sample of a batch and its `s`, `s'`, `s''`, over the size of the batch.
    fn each(&self, w: &[f64], batch: Batch, mut see: impl FnMut(usize, [f64; 3])) {
        self.samples.in_blocks(batch, |rows, share| {
            for &i in rows {
                let parts = self.loss.at(self.samples.predict(i, w), self.samples.target(0, i));
                see(i, parts.map(|x| share * x));
            }
        });
    }
}

impl TaskFamily for SampleWeights {
    fn n_parameters(&self) -> usize {
        self.samples.width()
    }

    fn n_tasks(&self) -> usize {
        2 + self.samples.len()
    }

    fn n_samples(&self) -> usize {
        self.samples.len()
    }

    fn is_quadratic(&self) -> bool {
        self.loss == SampleLoss::Squared
    }

    fn jet(&self, w: &[f64], batch: Batch, values: &mut [f64], gradients: &mut [f64]) {
        let n = w.len();
        self.mean.jet(w, batch, &mut values[..1], &mut gradients[..n]);
        values[1] = 0.5 * self.l2 * dot(w, w);
        values[2..].fill(0.0);
        gradients[n..].fill(0.0);
        add_scaled(&mut gradients[n..2 * n], self.l2, w);
        self.each(w, batch, |i, [loss, slope, _]| {
            values[2 + i] = loss;
            add_scaled(&mut gradients[(2 + i) * n..][..n], slope, self.samples.input(i));
        });
    }

    fn weighted_gradient(&self, w: &[f64], batch: Batch, weights: &[f64], out: &mut [f64]) -> f64 {
        let mut total = self.mean.weighted_gradient(w, batch, &weights[..1], out);
        total += weights[1] * 0.5 * self.l2 * dot(w, w);
        add_scaled(out, weights[1] * self.l2, w);
        self.each(w, batch, |i, [loss, slope, _]| {
            total += weights[2 + i] * loss;
            add_scaled(out, weights[2 + i] * slope, self.samples.input(i));
        });
        total
    }

    fn weighted_hessian(&self, w: &[f64], batch: Batch, weights: &[f64], out: &mut DMatrix<f64>) {
        self.mean.weighted_hessian(w, batch, &weights[..1], out);
        for j in 0..w.len() {
            out[(j, j)] += weights[1] * self.l2;
        }
        self.each(w, batch, |i, [_, _, bend]| {
            add_outer(out, weights[2 + i] * bend, self.samples.input(i));
        });
    }
}
