//! Inputs and targets as the families read them.

use nalgebra::{DMatrix, DVector};

use super::Batch;
use crate::elementary::BLOCK;
use crate::vectors::dot;

/// A design matrix, sample after sample, with a column of targets a task.
#[derive(Debug, Clone)]
pub struct Samples {
    inputs: Vec<f64>,
    width: usize,
    /// Sample after sample, a target for each task.
    targets: Vec<f64>,
    n_tasks: usize,
}

impl Samples {
    /// From `x` (`N×d`) and one column of `N` targets a task.
    ///
    /// # Panics
    /// If a column has another length: callers check documents first.
    pub fn new(x: &DMatrix<f64>, targets: Vec<DVector<f64>>) -> Self {
        assert!(targets.iter().all(|y| y.len() == x.nrows()), "a target a sample");
        let by_sample = (0..x.nrows()).flat_map(|i| targets.iter().map(move |y| y[i]));
        Self {
            inputs: x.transpose().as_slice().to_vec(),
            width: x.ncols(),
            targets: by_sample.collect(),
            n_tasks: targets.len(),
        }
    }

    /// `N`.
    pub fn len(&self) -> usize {
        self.inputs.len() / self.width.max(1)
    }

    /// Returns whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.inputs.is_empty()
    }

    /// `d`, the number of inputs.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Number of tasks.
    pub fn n_tasks(&self) -> usize {
        self.n_tasks
    }

    /// `x_i` (`d` values).
    #[inline]
    pub fn input(&self, i: usize) -> &[f64] {
        &self.inputs[i * self.width..][..self.width]
    }

    /// Target of sample `i` in task `k`.
    #[inline]
    pub fn target(&self, k: usize, i: usize) -> f64 {
        self.targets_of(i)[k]
    }

    /// Targets of sample `i`, a task each.
    #[inline]
    pub fn targets_of(&self, i: usize) -> &[f64] {
        &self.targets[i * self.n_tasks..][..self.n_tasks]
    }

    /// `x_i · w`.
    #[inline]
    pub fn predict(&self, i: usize, w: &[f64]) -> f64 {
        dot(self.input(i), w)
    }

    /// Calls `see` with the samples of a batch, at most `BLOCK` (8) at once, and the weight that each
    /// has in a mean.
    #[inline]
    pub fn in_blocks(&self, batch: Batch, mut see: impl FnMut(&[usize], f64)) {
        let (rows, share) = self.of_batch(batch);
        let (mut block, mut count) = ([0; BLOCK], 0);
        for i in rows {
            block[count] = i;
            count += 1;
            if count == BLOCK {
                see(&block, share);
                count = 0;
            }
        }
        if count > 0 {
            see(&block[..count], share);
        }
    }

    /// The inputs block after block, in it coordinate after coordinate; the last one filled up with zeros.
    pub fn in_columns(&self) -> Vec<[f64; BLOCK]> {
        let block = |first: usize| {
            (0..self.width).map(move |j| {
                std::array::from_fn(|l| if first + l < self.len() { self.input(first + l)[j] } else { 0.0 })
            })
        };
        (0..self.len()).step_by(BLOCK).flat_map(block).collect()
    }

    /// Inputs of samples that follow each other.
    #[inline]
    pub fn inputs(&self, first: usize, count: usize) -> &[f64] {
        &self.inputs[first * self.width..][..count * self.width]
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
