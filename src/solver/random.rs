//! Streams of random numbers: each purpose draws from a generator of its own, so that changing what one of them draws
//! leaves the numbers of every other as they were. The generator is PCG64.

use rand::SeedableRng;
use rand_pcg::Pcg64;

/// A purpose of random numbers. No two purposes of one seed have the same generator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Inputs of the training set; the truth that drawn quadratics lie about.
    TrainInputs,
    /// Noise on the main task's training targets.
    MainNoise,
    /// Inputs of the held-out auxiliary set.
    AuxSetInputs,
    /// Noise on the auxiliary set's targets.
    AuxSetNoise,
    /// Inputs of the test set.
    TestInputs,
    /// Noise on the test set's targets.
    TestNoise,
    /// Order in which the rows of a table or the penguins are split into sets.
    Split,
    /// Training samples whose targets are flipped.
    Flips,
    /// Inputs whose labels are learned.
    Labels,
    /// W of a network's start.
    NetworkStart,
    /// Axes of drawn quadratics; φ of a monotone network's start where none are drawn.
    Shapes,
    /// Mini-batches of the training set.
    TrainBatches,
    /// Mini-batches of the auxiliary set.
    AuxSetBatches,
    /// φ of a monotone network's start beside drawn quadratics.
    CombinationStart,
    /// Lines of a table that are used, where not all are.
    Lines,
    /// Noise on the targets of auxiliary task `k`, or where drawn quadratic `k` lies.
    AuxiliaryNoise(usize),
}

impl Stream {
    /// Every purpose but the noise of auxiliary tasks, of which there is one a task.
    pub const SINGLE: [Self; 15] = [
        Self::TrainInputs,
        Self::MainNoise,
        Self::AuxSetInputs,
        Self::AuxSetNoise,
        Self::TestInputs,
        Self::TestNoise,
        Self::Split,
        Self::Flips,
        Self::Labels,
        Self::NetworkStart,
        Self::Shapes,
        Self::TrainBatches,
        Self::AuxSetBatches,
        Self::CombinationStart,
        Self::Lines,
    ];

    fn number(self) -> u64 {
        match self {
            Self::TrainInputs => 0,
            Self::MainNoise => 1,
            Self::AuxSetInputs => 2,
            Self::AuxSetNoise => 3,
            Self::TestInputs => 4,
            Self::TestNoise => 5,
            Self::Split => 6,
            Self::Flips => 7,
            Self::Labels => 8,
            Self::NetworkStart => 9,
            Self::Shapes => 10,
            Self::TrainBatches => 11,
            Self::AuxSetBatches => 12,
            Self::CombinationStart => 13,
            Self::Lines => 14,
            Self::AuxiliaryNoise(k) => (1 << 8) + k as u64,
        }
    }

    /// The generator of this purpose for a seed. Seeds are spread by the golden ratio and then mixed by
    /// `seed_from_u64` (SplitMix64): PCG's own streams and jumps of a power of two would be correlated.
    pub fn generator(self, seed: u64) -> Pcg64 {
        Pcg64::seed_from_u64(seed ^ (self.number() + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }
}
