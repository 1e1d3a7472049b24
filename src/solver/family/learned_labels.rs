//! A main task beside an auxiliary one whose labels are learned.

use nalgebra::DMatrix;

use super::{Batch, LinearModel, SampleLoss, Samples, TaskFamily};
use crate::vectors::{add_outer, add_scaled};

/// `ℓ_0` the main loss, `ℓ_1 = c·mean_j s(z_j, 0)` and `ℓ_{2+j} = -c·b·z_j/m` with `z_j = x_j·w` over the `m`
/// inputs whose labels are learned, `b = 2` for squared errors and 1 for cross-entropy: what
/// [`Affine::labels`](crate::combination::Affine::labels) needs. A batch is one of the main task's samples; the labels
/// are always all there.
#[derive(Debug, Clone)]
pub struct LearnedLabels {
    main: LinearModel,
    inputs: Samples,
    loss: SampleLoss,
    weight: f64,
}

impl LearnedLabels {
    /// The main task, the inputs of the auxiliary one (its targets are not looked at), and its
    /// `weight` `c`.
    pub fn new(main: LinearModel, inputs: Samples, loss: SampleLoss, weight: f64) -> Self {
        Self { main, inputs, loss, weight }
    }

    /// Second derivative of the training loss in one label.
    pub fn curvature(&self) -> f64 {
        match self.loss {
            SampleLoss::Squared => 2.0 * self.share(),
            SampleLoss::Logistic => 0.0,
        }
    }

    /// `c/m`.
    fn share(&self) -> f64 {
        self.weight / self.inputs.len() as f64
    }

    /// `-c·b/m`, the slope of a label's task in its prediction.
    fn slope(&self) -> f64 {
        match self.loss {
            SampleLoss::Squared => -2.0 * self.share(),
            SampleLoss::Logistic => -self.share(),
        }
    }
}

impl TaskFamily for LearnedLabels {
    fn n_parameters(&self) -> usize {
        self.inputs.width()
    }

    fn n_tasks(&self) -> usize {
        2 + self.inputs.len()
    }

    fn n_samples(&self) -> usize {
        self.main.n_samples()
    }

    fn is_quadratic(&self) -> bool {
        self.loss == SampleLoss::Squared
    }

    fn jet(&self, w: &[f64], batch: Batch, values: &mut [f64], gradients: &mut [f64]) {
        let n = w.len();
        self.main.jet(w, batch, &mut values[..1], &mut gradients[..n]);
        let (base, labels) = gradients[n..].split_at_mut(n);
        base.fill(0.0);
        labels.fill(0.0);
        values[1] = 0.0;
        for (j, gradient) in labels.chunks_exact_mut(n).enumerate() {
            let (x, z) = (self.inputs.input(j), self.inputs.predict(j, w));
            let [loss, slope, _] = self.loss.at(z, 0.0);
            values[1] += self.share() * loss;
            add_scaled(base, self.share() * slope, x);
            values[2 + j] = self.slope() * z;
            add_scaled(gradient, self.slope(), x);
        }
    }

    fn weighted_gradient(&self, w: &[f64], batch: Batch, weights: &[f64], out: &mut [f64]) -> f64 {
        let mut total = self.main.weighted_gradient(w, batch, &weights[..1], out);
        for (j, weight) in weights[2..].iter().enumerate() {
            let z = self.inputs.predict(j, w);
            let [loss, slope, _] = self.loss.at(z, 0.0);
            total += weights[1] * self.share() * loss + weight * self.slope() * z;
            let along = weights[1] * self.share() * slope + weight * self.slope();
            add_scaled(out, along, self.inputs.input(j));
        }
        total
    }

    fn weighted_hessian(&self, w: &[f64], batch: Batch, weights: &[f64], out: &mut DMatrix<f64>) {
        self.main.weighted_hessian(w, batch, &weights[..1], out);
        for j in 0..self.inputs.len() {
            let bend = self.loss.at(self.inputs.predict(j, w), 0.0)[2];
            add_outer(out, weights[1] * self.share() * bend, self.inputs.input(j));
        }
    }
}
