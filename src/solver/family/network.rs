//! A network of one hidden tanh layer, shared by the tasks.

use nalgebra::DMatrix;
use serde::Serialize;

use super::{Batch, SampleLoss, Samples, TaskFamily};
use crate::vectors::{add_outer, add_scaled, dot};

/// Most parameters of a network.
const MAX_PARAMETERS: usize = 200;

/// Whether tasks have linear heads of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Heads {
    /// One head for all: every task asks the same output for its own target.
    #[default]
    Shared,
    /// One head a task; the held-out loss looks at the main one.
    Separate,
}

/// `f_k(x) = v_k · tanh(Ux + b) + c_k`, `ℓ_k = mean_i s(f_k(x_i), y_ki)`, and `½ l2 ‖w‖²` on top of `ℓ_0`.
///
/// `w` holds `U` unit by unit (`h·d`), `b` (`h`), and of each head `v` (`h`) and `c`: a shared 1-8-1
/// network has 25 parameters. Not convex; the Hessian is exact, Gauss-Newton part and residual part.
#[derive(Debug, Clone)]
pub struct Network {
    samples: Samples,
    hidden: usize,
    n_heads: usize,
    loss: SampleLoss,
    l2: f64,
}

/// What a forward pass leaves of one sample: `tanh` of every unit and its slope.
struct Forward {
    a: [f64; MAX_PARAMETERS],
    slope: [f64; MAX_PARAMETERS],
}

impl Network {
    /// With a column of targets for each task, the main one first. `n_heads` is 1, or the number of
    /// tasks of the training family.
    ///
    /// # Panics
    /// If there are more than 200 parameters: callers check documents first.
    pub fn new(samples: Samples, hidden: usize, n_heads: usize, loss: SampleLoss, l2: f64) -> Self {
        let network = Self { samples, hidden, n_heads, loss, l2 };
        assert!(network.n_parameters() <= MAX_PARAMETERS, "at most {MAX_PARAMETERS} parameters");
        network
    }

    /// Parameters of a network of `inputs`, `hidden` units and `n_heads`.
    pub fn count(inputs: usize, hidden: usize, n_heads: usize) -> usize {
        hidden * (inputs + 1) + n_heads * (hidden + 1)
    }

    fn forward(&self, i: usize, w: &[f64]) -> Forward {
        let (d, h) = (self.samples.width(), self.hidden);
        let mut f = Forward { a: [0.0; MAX_PARAMETERS], slope: [0.0; MAX_PARAMETERS] };
        for unit in 0..h {
            let z = self.samples.predict(i, &w[unit * d..][..d]) + w[h * d + unit];
            f.a[unit] = libm::tanh(z);
            f.slope[unit] = 1.0 - f.a[unit] * f.a[unit];
        }
        f
    }

    /// Where head `k` starts in `w`.
    fn head(&self, k: usize) -> usize {
        self.hidden * (self.samples.width() + 1) + k.min(self.n_heads - 1) * (self.hidden + 1)
    }

    fn output(&self, f: &Forward, k: usize, w: &[f64]) -> f64 {
        let head = &w[self.head(k)..][..self.hidden + 1];
        dot(&head[..self.hidden], &f.a[..self.hidden]) + head[self.hidden]
    }

    /// Adds `scale · ∂f_k/∂w` at sample `i` to `out`.
    fn add_output_gradient(&self, f: &Forward, i: usize, k: usize, w: &[f64], scale: f64, out: &mut [f64]) {
        let (d, h, head) = (self.samples.width(), self.hidden, self.head(k));
        for unit in 0..h {
            let back = scale * w[head + unit] * f.slope[unit];
            add_scaled(&mut out[unit * d..][..d], back, self.samples.input(i));
            out[h * d + unit] += back;
            out[head + unit] += scale * f.a[unit];
        }
        out[head + h] += scale;
    }

    /// Adds `scale · ∇²f_k` at sample `i` to `out`: blocks of one hidden unit each.
    fn add_output_hessian(
        &self,
        f: &Forward,
        i: usize,
        k: usize,
        w: &[f64],
        scale: f64,
        out: &mut DMatrix<f64>,
    ) {
        let (d, h, head) = (self.samples.width(), self.hidden, self.head(k));
        let x = |j: usize| if j < d { self.samples.input(i)[j] } else { 1.0 };
        for unit in 0..h {
            let at = |j: usize| if j < d { unit * d + j } else { h * d + unit };
            let bend = -2.0 * scale * w[head + unit] * f.a[unit] * f.slope[unit];
            for p in 0..=d {
                for q in 0..=d {
                    out[(at(p), at(q))] += bend * x(p) * x(q);
                }
                let mixed = scale * f.slope[unit] * x(p);
                out[(at(p), head + unit)] += mixed;
                out[(head + unit, at(p))] += mixed;
            }
        }
    }
}

impl TaskFamily for Network {
    fn n_parameters(&self) -> usize {
        Self::count(self.samples.width(), self.hidden, self.n_heads)
    }

    fn n_tasks(&self) -> usize {
        self.samples.n_tasks()
    }

    fn n_samples(&self) -> usize {
        self.samples.len()
    }

    fn is_convex(&self) -> bool {
        false
    }

    fn jet(&self, w: &[f64], batch: Batch, values: &mut [f64], gradients: &mut [f64]) {
        let (rows, share) = self.samples.of_batch(batch);
        values.fill(0.0);
        gradients.fill(0.0);
        for i in rows {
            let f = self.forward(i, w);
            let gradients = gradients.chunks_exact_mut(w.len());
            for ((k, value), gradient) in values.iter_mut().enumerate().zip(gradients) {
                let [loss, slope, _] = self.loss.at(self.output(&f, k, w), self.samples.target(k, i));
                *value += share * loss;
                self.add_output_gradient(&f, i, k, w, share * slope, gradient);
            }
        }
        values[0] += 0.5 * self.l2 * dot(w, w);
        add_scaled(&mut gradients[..w.len()], self.l2, w);
    }

    fn weighted_gradient(&self, w: &[f64], batch: Batch, weights: &[f64], out: &mut [f64]) -> f64 {
        let (rows, share) = self.samples.of_batch(batch);
        out.fill(0.0);
        let mut total = 0.5 * self.l2 * weights[0] * dot(w, w);
        for i in rows {
            let f = self.forward(i, w);
            let mut along = 0.0;
            for (k, weight) in weights.iter().enumerate() {
                let [loss, slope, _] = self.loss.at(self.output(&f, k, w), self.samples.target(k, i));
                total += share * weight * loss;
                along += share * weight * slope;
                // A shared head is gone through once, with the sum over its tasks.
                if self.n_heads > 1 || k + 1 == weights.len() {
                    self.add_output_gradient(&f, i, k, w, along, out);
                    along = 0.0;
                }
            }
        }
        add_scaled(out, self.l2 * weights[0], w);
        total
    }

    fn weighted_hessian(&self, w: &[f64], batch: Batch, weights: &[f64], out: &mut DMatrix<f64>) {
        let (rows, share) = self.samples.of_batch(batch);
        out.fill(0.0);
        for i in rows {
            let f = self.forward(i, w);
            let (mut along, mut bent) = (0.0, 0.0);
            for (k, weight) in weights.iter().enumerate() {
                let [_, slope, bend] = self.loss.at(self.output(&f, k, w), self.samples.target(k, i));
                along += share * weight * slope;
                bent += share * weight * bend;
                if self.n_heads > 1 || k + 1 == weights.len() {
                    let mut gradient = [0.0; MAX_PARAMETERS];
                    let gradient = &mut gradient[..w.len()];
                    self.add_output_gradient(&f, i, k, w, 1.0, gradient);
                    add_outer(out, bent, gradient);
                    self.add_output_hessian(&f, i, k, w, along, out);
                    (along, bent) = (0.0, 0.0);
                }
            }
        }
        for j in 0..w.len() {
            out[(j, j)] += self.l2 * weights[0];
        }
    }
}
