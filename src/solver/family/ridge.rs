//! A main task with a quadratic penalty on every coordinate.

use nalgebra::DMatrix;

use super::{Batch, TaskFamily};

/// `ℓ_0` of another family (its only loss) and `ℓ_i = ½w_i²`: φ are the penalties, `exp` makes them
/// positive.
pub struct Ridge {
    main: Box<dyn TaskFamily>,
}

impl Ridge {
    /// Penalties for a family of one loss.
    pub fn new(main: Box<dyn TaskFamily>) -> Self {
        Self { main }
    }
}

impl TaskFamily for Ridge {
    fn n_parameters(&self) -> usize {
        self.main.n_parameters()
    }

    fn n_tasks(&self) -> usize {
        1 + self.main.n_parameters()
    }

    fn n_samples(&self) -> usize {
        self.main.n_samples()
    }

    fn is_convex(&self) -> bool {
        self.main.is_convex()
    }

    fn is_quadratic(&self) -> bool {
        self.main.is_quadratic()
    }

    fn jet(&self, w: &[f64], batch: Batch, values: &mut [f64], gradients: &mut [f64]) {
        let (main, penalties) = gradients.split_at_mut(w.len());
        self.main.jet(w, batch, &mut values[..1], main);
        penalties.fill(0.0);
        for (i, &x) in w.iter().enumerate() {
            values[1 + i] = 0.5 * x * x;
            penalties[i * w.len() + i] = x;
        }
    }

    fn weighted_gradient(&self, w: &[f64], batch: Batch, weights: &[f64], out: &mut [f64]) -> f64 {
        let mut total = self.main.weighted_gradient(w, batch, &weights[..1], out);
        for ((o, &x), weight) in out.iter_mut().zip(w).zip(&weights[1..]) {
            *o += weight * x;
            total += 0.5 * weight * x * x;
        }
        total
    }

    fn weighted_hessian(&self, w: &[f64], batch: Batch, weights: &[f64], out: &mut DMatrix<f64>) {
        self.main.weighted_hessian(w, batch, &weights[..1], out);
        for (i, weight) in weights[1..].iter().enumerate() {
            out[(i, i)] += weight;
        }
    }
}
