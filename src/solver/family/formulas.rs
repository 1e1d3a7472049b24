//! Losses written as formulas.

use nalgebra::DMatrix;

use super::{Batch, TaskFamily};
use crate::formula::Expression;
use crate::vectors::mirror;

/// `ℓ_k(w)` by an [`Expression`] each, derivatives by (hyper-)dual numbers: a gradient is one evaluation a
/// parameter, a Hessian one for each of its `n(n + 1)/2` entries.
#[derive(Debug, Clone)]
pub struct Formulas {
    n: usize,
    expressions: Vec<Expression>,
}

impl Formulas {
    /// Of `n` parameters, from at least one expression.
    ///
    /// # Panics
    /// If an expression has more parameters: callers check documents first.
    pub fn new(n: usize, expressions: Vec<Expression>) -> Self {
        let fits = |expression: &Expression| expression.n_parameters() <= n;
        assert!(expressions.iter().all(fits), "expressions in w_1 to w_{n}");
        Self { n, expressions }
    }
}

impl TaskFamily for Formulas {
    fn n_parameters(&self) -> usize {
        self.n
    }

    fn n_tasks(&self) -> usize {
        self.expressions.len()
    }

    fn is_convex(&self) -> bool {
        self.is_quadratic()
    }

    fn is_quadratic(&self) -> bool {
        self.expressions.iter().all(Expression::is_quadratic)
    }

    fn jet(&self, w: &[f64], _batch: Batch, values: &mut [f64], gradients: &mut [f64]) {
        let gradients = gradients.chunks_exact_mut(w.len());
        for ((expression, value), gradient) in self.expressions.iter().zip(values).zip(gradients) {
            for (i, slope) in gradient.iter_mut().enumerate() {
                [*value, *slope] = expression.slope(w, i);
            }
        }
    }

    fn weighted_gradient(&self, w: &[f64], _batch: Batch, weights: &[f64], out: &mut [f64]) -> f64 {
        out.fill(0.0);
        let mut total = 0.0;
        for (expression, weight) in self.expressions.iter().zip(weights) {
            let mut value = 0.0;
            for (i, out) in out.iter_mut().enumerate() {
                let slope;
                [value, slope] = expression.slope(w, i);
                *out += weight * slope;
            }
            total += weight * value;
        }
        total
    }

    fn weighted_hessian(&self, w: &[f64], _batch: Batch, weights: &[f64], out: &mut DMatrix<f64>) {
        out.fill(0.0);
        for (expression, weight) in self.expressions.iter().zip(weights) {
            for j in 0..self.n {
                for i in j..self.n {
                    out[(i, j)] += weight * expression.bend(w, i, j);
                }
            }
        }
        mirror(out);
    }
}
