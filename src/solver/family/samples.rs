//! Inputs and targets as the families read them.

use nalgebra::{DMatrix, DVector};

use super::Batch;
use crate::vectors::dot;

/// A design matrix, sample after sample, with a column of targets a task.
#[derive(Debug, Clone)]
pub struct Samples {
    inputs: Vec<f64>,
    width: usize,
    targets: Vec<DVector<f64>>,
}

impl Samples {
    /// From `x` (`N×d`) and one column of `N` targets a task.
    ///
    /// # Panics
    /// If a column has another length: callers check documents first.
    pub fn new(x: &DMatrix<f64>, targets: Vec<DVector<f64>>) -> Self {
        assert!(targets.iter().all(|y| y.len() == x.nrows()), "a target a sample");
        Self { inputs: x.transpose().as_slice().to_vec(), width: x.ncols(), targets }
    }

    /// `N`.
    pub fn len(&self) -> usize {
        self.inputs.len() / self.width.max(1)
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.inputs.is_empty()
    }

    /// `d`, the number of inputs.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Number of tasks.
    pub fn n_tasks(&self) -> usize {
        self.targets.len()
    }

    /// `x_i` (`d` values).
    #[inline]
    pub fn input(&self, i: usize) -> &[f64] {
        &self.inputs[i * self.width..][..self.width]
    }

    /// Target of sample `i` in task `k`.
    #[inline]
    pub fn target(&self, k: usize, i: usize) -> f64 {
        self.targets[k][i]
    }

    /// `x_i · w`.
    #[inline]
    pub fn predict(&self, i: usize, w: &[f64]) -> f64 {
        dot(self.input(i), w)
    }

    /// The samples of a batch, each with the weight it has in a mean.
    pub fn of_batch<'a>(&self, batch: Batch<'a>) -> (impl Iterator<Item = usize> + 'a, f64) {
        let (all, some) = match batch {
            Batch::All => (0..self.len(), &[][..]),
            Batch::Rows(rows) => (0..0, rows),
        };
        let count = all.len() + some.len();
        (all.chain(some.iter().copied()), 1.0 / count as f64)
    }
}
