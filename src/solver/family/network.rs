//! A network of one hidden tanh layer, shared by the tasks.

use nalgebra::DMatrix;
use serde::Serialize;

use super::{Batch, SampleLoss, Samples, TaskFamily};
use crate::elementary::{BLOCK, tanh_all};
use crate::vectors::{add_outer_below, add_scaled, dot, mirror};

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

/// Most hidden units that [`MAX_PARAMETERS`] allow, in whole blocks.
const MAX_UNITS: usize = (MAX_PARAMETERS / 3).next_multiple_of(BLOCK);

/// What a forward pass leaves of one sample: `tanh` of every unit and its slope.
struct Forward {
    a: [f64; MAX_UNITS],
    slope: [f64; MAX_UNITS],
}

impl Forward {
    const ZERO: Self = Self { a: [0.0; MAX_UNITS], slope: [0.0; MAX_UNITS] };
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

    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn forward(&self, i: usize, w: &[f64], f: &mut Forward) {
        let (d, h) = (self.samples.width(), self.hidden);
        let (rows, biases) = w[..h * (d + 1)].split_at(h * d);
        let x = self.samples.input(i);
        if let [x] = x {
            for ((z, u), b) in f.a.iter_mut().zip(rows).zip(biases) {
                *z = x * u + b;
            }
        } else {
            for ((z, row), b) in f.a.iter_mut().zip(rows.chunks_exact(d)).zip(biases) {
                *z = dot(x, row) + b;
            }
        }
        let (blocks, _) = f.a.as_chunks_mut::<BLOCK>();
        let (slopes, _) = f.slope.as_chunks_mut::<BLOCK>();
        for (block, slopes) in blocks.iter_mut().zip(slopes).take(h.div_ceil(BLOCK)) {
            tanh_all(block);
            for (slope, a) in slopes.iter_mut().zip(block) {
                *slope = 1.0 - *a * *a;
            }
        }
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
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    fn add_output_gradient(&self, f: &Forward, i: usize, k: usize, w: &[f64], scale: f64, out: &mut [f64]) {
        let (d, h, head) = (self.samples.width(), self.hidden, self.head(k));
        let (a, slope, v, x) = (&f.a[..h], &f.slope[..h], &w[head..][..h], self.samples.input(i));
        let mut backs = [0.0; MAX_UNITS];
        for ((back, v), slope) in backs.iter_mut().zip(v).zip(slope) {
            *back = scale * v * slope;
        }
        let (rows, biases) = out[..h * (d + 1)].split_at_mut(h * d);
        add_scaled(biases, 1.0, &backs[..h]);
        if let [x] = x {
            add_scaled(rows, *x, &backs[..h]);
        } else {
            for (row, back) in rows.chunks_exact_mut(d).zip(&backs) {
                add_scaled(row, *back, x);
            }
        }
        add_scaled(&mut out[head..][..h], scale, a);
        out[head + h] += scale;
    }

    /// Adds `scale · ∇²f_k` at sample `i` to `out`, what is below the diagonal: blocks of one hidden unit
    /// each.
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
                out[(head + unit, at(p))] += scale * f.slope[unit] * x(p);
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

    fn n_shared(&self) -> usize {
        if self.n_heads > 1 { self.head(0) } else { self.n_parameters() }
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
        let mut f = Forward::ZERO;
        for i in rows {
            self.forward(i, w, &mut f);
            let gradients = gradients.chunks_exact_mut(w.len());
            let mut prediction = self.loss.predict(self.output(&f, 0, w));
            for ((k, value), gradient) in values.iter_mut().enumerate().zip(gradients) {
                if self.n_heads > 1 && k > 0 {
                    prediction = self.loss.predict(self.output(&f, k, w));
                }
                let [loss, slope, _] = prediction.at(self.samples.target(k, i));
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
        let mut f = Forward::ZERO;
        for i in rows {
            self.forward(i, w, &mut f);
            let mut along = 0.0;
            let mut prediction = self.loss.predict(self.output(&f, 0, w));
            for (k, weight) in weights.iter().enumerate() {
                if self.n_heads > 1 && k > 0 {
                    prediction = self.loss.predict(self.output(&f, k, w));
                }
                let [loss, slope, _] = prediction.at(self.samples.target(k, i));
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
        let mut f = Forward::ZERO;
        for i in rows {
            self.forward(i, w, &mut f);
            let (mut along, mut bent) = (0.0, 0.0);
            for (k, weight) in weights.iter().enumerate() {
                let [_, slope, bend] = self.loss.at(self.output(&f, k, w), self.samples.target(k, i));
                along += share * weight * slope;
                bent += share * weight * bend;
                if self.n_heads > 1 || k + 1 == weights.len() {
                    let mut gradient = [0.0; MAX_PARAMETERS];
                    let gradient = &mut gradient[..w.len()];
                    self.add_output_gradient(&f, i, k, w, 1.0, gradient);
                    add_outer_below(out, bent, gradient);
                    self.add_output_hessian(&f, i, k, w, along, out);
                    (along, bent) = (0.0, 0.0);
                }
            }
        }
        mirror(out);
        for j in 0..w.len() {
            out[(j, j)] += self.l2 * weights[0];
        }
    }
}
