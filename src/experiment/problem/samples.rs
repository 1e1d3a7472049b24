//! Data of the problems whose φ are no weights of tasks.

use serde::Serialize;

use crate::experiment::data::{HeldOutSamples, MainTask, Penguins};
use crate::experiment::generate::flips;

/// Data of weighted samples.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum SampleSource {
    /// Drawn from a linear model with the document's seed.
    Generated(GeneratedSamples),
    /// The user's own numbers.
    Inline(InlineSamples),
}

/// `x ~ N(0, I)`, `y = x·w + noise·N(0, 1)`, for a classification 1 where that is above 0; of the training
/// samples a share is flipped (`1 - y`, or `-y`). The auxiliary set is clean of flips.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GeneratedSamples {
    /// Training samples, the number of φ.
    pub n_train: usize,
    /// Samples of the held-out auxiliary set.
    pub n_aux_set: usize,
    /// Test samples; none if 0.
    pub n_test: usize,
    /// True parameters (`n`).
    pub w: Vec<f64>,
    /// Standard deviation of the noise on training and auxiliary-set targets.
    pub noise: f64,
    /// Share of the training samples whose target is flipped.
    pub flipped: f64,
}

/// Samples given in the document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InlineSamples {
    /// The training set.
    pub train: SampleTargets,
    /// The held-out auxiliary set.
    pub aux_set: HeldOutSamples,
    /// The test set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<HeldOutSamples>,
}

/// Inputs with main targets.
pub type SampleTargets = HeldOutSamples;

/// Data of learned labels.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum LabelSource {
    /// Drawn from a linear model with the document's seed.
    Generated(GeneratedLabels),
    /// The user's own numbers.
    Inline(InlineLabels),
}

/// As [`GeneratedSamples`] without flips, and inputs `x ~ N(0, I)` whose labels are learned.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GeneratedLabels {
    /// Training samples of the main task.
    pub n_train: usize,
    /// Inputs whose labels are learned, the number of φ.
    pub n_labels: usize,
    /// Samples of the held-out auxiliary set.
    pub n_aux_set: usize,
    /// Test samples; none if 0.
    pub n_test: usize,
    /// True parameters (`n`).
    pub w: Vec<f64>,
    /// Standard deviation of the noise on training and auxiliary-set targets.
    pub noise: f64,
}

/// Numbers given in the document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InlineLabels {
    /// The training set of the main task.
    pub train: SampleTargets,
    /// Inputs whose labels are learned.
    pub labels: LabelInputs,
    /// The held-out auxiliary set.
    pub aux_set: HeldOutSamples,
    /// The test set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<HeldOutSamples>,
}

/// Inputs without targets.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelInputs {
    /// Inputs, a list of `n` numbers a sample.
    pub x: Vec<Vec<f64>>,
}

/// Data of a ridge regression.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum RidgeSource {
    /// Drawn from a linear model with the document's seed.
    Generated(GeneratedRidge),
    /// The user's own numbers.
    Inline(InlineSamples),
    /// The Palmer penguins, split with the document's seed.
    Penguins(Penguins),
}

/// `x ~ N(0, I)`, `y = x·w + noise·N(0, 1)`; test targets have no noise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GeneratedRidge {
    /// Training samples.
    pub n_train: usize,
    /// Samples of the held-out auxiliary set.
    pub n_aux_set: usize,
    /// Test samples; none if 0.
    pub n_test: usize,
    /// The main task.
    pub main: MainTask,
}

impl SampleSource {
    /// Which training samples are known to be flipped.
    pub(in crate::experiment) fn flipped(&self, seed: u64) -> Vec<usize> {
        match self {
            Self::Generated(data) => flips(data.n_train, data.flipped, seed),
            Self::Inline(_) => Vec::new(),
        }
    }

    /// Training samples.
    pub(in crate::experiment) fn n_train(&self) -> usize {
        match self {
            Self::Generated(data) => data.n_train,
            Self::Inline(data) => data.train.x.len(),
        }
    }

    /// `n`.
    pub(in crate::experiment) fn n_inputs(&self) -> usize {
        match self {
            Self::Generated(data) => data.w.len(),
            Self::Inline(data) => data.n_inputs(),
        }
    }

    /// Training and auxiliary-set samples.
    pub(in crate::experiment) fn n_samples(&self) -> (usize, usize) {
        match self {
            Self::Generated(data) => (data.n_train, data.n_aux_set),
            Self::Inline(data) => (data.train.x.len(), data.aux_set.x.len()),
        }
    }
}

impl LabelSource {
    /// Labels to be learned.
    pub(in crate::experiment) fn n_labels(&self) -> usize {
        match self {
            Self::Generated(data) => data.n_labels,
            Self::Inline(data) => data.labels.x.len(),
        }
    }

    /// `n`.
    pub(in crate::experiment) fn n_inputs(&self) -> usize {
        match self {
            Self::Generated(data) => data.w.len(),
            Self::Inline(data) => data.train.x.first().map_or(0, Vec::len),
        }
    }

    /// Training and auxiliary-set samples.
    pub(in crate::experiment) fn n_samples(&self) -> (usize, usize) {
        match self {
            Self::Generated(data) => (data.n_train, data.n_aux_set),
            Self::Inline(data) => (data.train.x.len(), data.aux_set.x.len()),
        }
    }
}

impl InlineSamples {
    fn n_inputs(&self) -> usize {
        self.train.x.first().map_or(0, Vec::len)
    }
}

impl RidgeSource {
    /// `n`.
    pub(in crate::experiment) fn n_inputs(&self) -> usize {
        match self {
            Self::Generated(data) => data.main.w.len(),
            Self::Inline(data) => data.n_inputs(),
            Self::Penguins(data) => data.inputs.len(),
        }
    }

    /// Training and auxiliary-set samples.
    pub(in crate::experiment) fn n_samples(&self) -> (usize, usize) {
        match self {
            Self::Generated(data) => (data.n_train, data.n_aux_set),
            Self::Inline(data) => (data.train.x.len(), data.aux_set.x.len()),
            Self::Penguins(data) => (data.n_train, data.n_aux_set),
        }
    }
}
