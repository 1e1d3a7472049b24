//! Mini-batches by a seeded sampler.

use rand::seq::SliceRandom;
use rand_pcg::Pcg64;
use serde::Serialize;

use crate::random::Stream;

/// Sizes of mini-batches; a set is used whole where its size is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct BatchSizes {
    /// Training samples of an inner step and of the Hessian.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub train: Option<usize>,
    /// Auxiliary-set samples of a hypergradient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aux_set: Option<usize>,
}

/// Draws batches without replacement: each epoch is a new seeded permutation of the samples, its
/// remainder too small for a batch is left out (PyTorch's `DataLoader` with `shuffle`, `drop_last`).
#[derive(Debug, Clone)]
pub struct Sampler {
    generator: Pcg64,
    order: Vec<usize>,
    size: usize,
    at: usize,
}

impl Sampler {
    /// A sampler of `size` out of `n_samples` that draws from `stream`.
    pub fn new(seed: u64, stream: Stream, n_samples: usize, size: usize) -> Self {
        let size = size.clamp(1, n_samples.max(1));
        let order: Vec<usize> = (0..n_samples).collect();
        Self { generator: stream.generator(seed), at: order.len(), order, size }
    }

    /// Moves on to the next batch.
    pub fn draw(&mut self) {
        self.at += self.size;
        if self.at + self.size > self.order.len() {
            self.order.shuffle(&mut self.generator);
            self.at = 0;
        }
    }

    /// The present batch.
    pub fn rows(&self) -> &[usize] {
        &self.order[self.at.min(self.order.len() - self.size)..][..self.size]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_shows_every_sample_once_and_the_seed_decides_the_order() {
        let epoch = |seed| {
            let mut sampler = Sampler::new(seed, Stream::TrainBatches, 12, 4);
            let mut seen = Vec::new();
            for _ in 0..3 {
                sampler.draw();
                seen.extend_from_slice(sampler.rows());
            }
            seen
        };
        let (a, b) = (epoch(1), epoch(2));
        let mut sorted = a.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..12).collect::<Vec<_>>());
        assert_ne!(a, b);
        assert_eq!(a, epoch(1));
    }
}
