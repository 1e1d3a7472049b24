//! Every training sample a task of its own.

use nalgebra::DMatrix;

use super::{Batch, LinearModel, SampleLoss, Samples, TaskFamily};
use crate::vectors::{add_outer, add_scaled, dot};

/// `ℓ_0 = mean_i s(x_i·w, y_i)`, `ℓ_1 = ½ l2 ‖w‖²` and `ℓ_{1+i} = s(x_i·w, y_i)/N`, for
/// [`Affine::sample_weights`](crate::combination::Affine::sample_weights): with `φ_i = 1` the training
/// loss is the usual mean (Ren et al., ICML 2018, weigh samples likewise).
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

    /// `s`, `s'`, `s''` of sample `i`, over `N`.
    fn sample(&self, i: usize, w: &[f64]) -> [f64; 3] {
        let share = 1.0 / self.samples.len() as f64;
        self.loss.at(self.samples.predict(i, w), self.samples.target(0, i)).map(|x| share * x)
    }
}

impl TaskFamily for SampleWeights {
    fn n_parameters(&self) -> usize {
        self.samples.width()
    }

    fn n_tasks(&self) -> usize {
        2 + self.samples.len()
    }

    fn jet(&self, w: &[f64], _batch: Batch, values: &mut [f64], gradients: &mut [f64]) {
        let n = w.len();
        self.mean.jet(w, Batch::All, &mut values[..1], &mut gradients[..n]);
        values[1] = 0.5 * self.l2 * dot(w, w);
        gradients[n..].fill(0.0);
        add_scaled(&mut gradients[n..2 * n], self.l2, w);
        let parts = values[2..].iter_mut().zip(gradients[2 * n..].chunks_exact_mut(n));
        for (i, (value, gradient)) in parts.enumerate() {
            let [loss, slope, _] = self.sample(i, w);
            *value = loss;
            add_scaled(gradient, slope, self.samples.input(i));
        }
    }

    fn weighted_gradient(&self, w: &[f64], _batch: Batch, weights: &[f64], out: &mut [f64]) -> f64 {
        let mut total = self.mean.weighted_gradient(w, Batch::All, &weights[..1], out);
        total += weights[1] * 0.5 * self.l2 * dot(w, w);
        add_scaled(out, weights[1] * self.l2, w);
        for (i, weight) in weights[2..].iter().enumerate() {
            let [loss, slope, _] = self.sample(i, w);
            total += weight * loss;
            add_scaled(out, weight * slope, self.samples.input(i));
        }
        total
    }

    fn weighted_hessian(&self, w: &[f64], _batch: Batch, weights: &[f64], out: &mut DMatrix<f64>) {
        self.mean.weighted_hessian(w, Batch::All, &weights[..1], out);
        for j in 0..w.len() {
            out[(j, j)] += weights[1] * self.l2;
        }
        for (i, weight) in weights[2..].iter().enumerate() {
            add_outer(out, weight * self.sample(i, w)[2], self.samples.input(i));
        }
    }
}
