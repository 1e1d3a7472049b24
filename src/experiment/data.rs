//! Where a regression's numbers come from: generated, the user's own, or the penguins.

use nalgebra::{DMatrix, DVector};
use serde::Serialize;

use super::generate;
use super::penguins;
use crate::problem::{RegressionData, TaskData};

/// The source of the data.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum DataSource {
    /// Drawn from a linear model with the document's seed.
    Generated(Generated),
    /// The user's own numbers.
    Inline(Inline),
    /// The Palmer penguins, split with the document's seed.
    Penguins(Penguins),
    /// Sinusoids of one input, for networks.
    Sinusoid(Sinusoids),
}

/// `x` uniform from `-range` to `range`, `y = amplitude · sin(frequency·x + phase) + noise·N(0, 1)` for each task.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sinusoids {
    /// Training samples.
    pub n_train: usize,
    /// Samples of the held-out auxiliary set.
    pub n_aux_set: usize,
    /// Test samples; none if 0. Their targets have no noise.
    pub n_test: usize,
    /// Largest input.
    pub range: f64,
    /// The main task.
    pub main: Sinusoid,
    /// The auxiliary tasks.
    pub auxiliaries: Vec<NamedSinusoid>,
}

/// One sinusoid.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sinusoid {
    /// Height.
    pub amplitude: f64,
    /// Radians a unit of x.
    pub frequency: f64,
    /// Radians at x = 0.
    pub phase: f64,
    /// Standard deviation of the noise on its training and auxiliary-set targets.
    pub noise: f64,
}

/// An auxiliary sinusoid.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NamedSinusoid {
    /// Shown to people.
    pub name: String,
    /// Its shape.
    #[serde(flatten)]
    pub shape: Sinusoid,
}

/// `x ~ N(0, I)`, targets `y = x·w + noise·N(0, 1)` for each task.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Generated {
    /// Training samples.
    pub n_train: usize,
    /// Samples of the held-out auxiliary set.
    pub n_aux_set: usize,
    /// Test samples; none if 0.
    pub n_test: usize,
    /// Standard deviation of the noise on test targets. With 0 the test error is the excess error.
    pub test_noise: f64,
    /// The main task.
    pub main: MainTask,
    /// The auxiliary tasks.
    pub auxiliaries: Vec<AuxiliaryTask>,
}

/// The main task of generated data.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MainTask {
    /// True parameters (`n`).
    pub w: Vec<f64>,
    /// Standard deviation of the noise on training and auxiliary-set targets.
    pub noise: f64,
}

/// An auxiliary task of generated data.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuxiliaryTask {
    /// Shown to people.
    pub name: String,
    /// True parameters (`n`).
    pub w: Vec<f64>,
    /// Standard deviation of the noise on its targets.
    pub noise: f64,
    /// Degrees of freedom, if the noise is `noise` times Student's t instead of a normal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub student_t: Option<usize>,
}

/// Numbers given in the document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inline {
    /// The training set, with a target per task.
    pub train: TrainingSamples,
    /// The held-out auxiliary set.
    pub aux_set: HeldOutSamples,
    /// The test set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<HeldOutSamples>,
    /// Names of the auxiliary tasks; numbered if empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
}

/// Inputs with the targets of every task.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrainingSamples {
    /// Inputs, a list of `n` numbers a sample.
    pub x: Vec<Vec<f64>>,
    /// Main targets, one a sample.
    pub main: Vec<f64>,
    /// Auxiliary targets: a list a task, one number a sample.
    pub aux: Vec<Vec<f64>>,
}

/// Inputs with main targets.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeldOutSamples {
    /// Inputs, a list of `n` numbers a sample.
    pub x: Vec<Vec<f64>>,
    /// Main targets, one a sample.
    pub main: Vec<f64>,
}

/// The 333 complete rows of the Palmer penguins (Horst, Hill and Gorman, CC0), each column
/// standardised over them; split at random into training, auxiliary and test set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Penguins {
    /// Training birds.
    pub n_train: usize,
    /// Birds of the held-out auxiliary set; the rest are the test set.
    pub n_aux_set: usize,
    /// Columns that make up `x`.
    pub inputs: Vec<String>,
    /// The main target.
    pub main: MainColumn,
    /// The auxiliary targets; none for problems that have no tasks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub auxiliaries: Vec<AuxiliaryColumn>,
}

/// The main target among the penguins' columns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MainColumn {
    /// Column name.
    pub column: String,
    /// Standard deviation of noise added to the training targets: a poor scale.
    pub noise: f64,
}

/// An auxiliary target among the penguins' columns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuxiliaryColumn {
    /// Shown to people.
    pub name: String,
    /// Column name.
    pub column: String,
    /// Standard deviation of noise added to its targets.
    pub noise: f64,
}

impl DataSource {
    /// Names of the auxiliary tasks.
    pub(super) fn task_names(&self) -> Vec<String> {
        match self {
            Self::Generated(data) => data.auxiliaries.iter().map(|task| task.name.clone()).collect(),
            Self::Inline(data) if data.names.is_empty() => {
                (1..=data.train.aux.len()).map(|k| format!("auxiliary {k}")).collect()
            }
            Self::Inline(data) => data.names.clone(),
            Self::Penguins(data) => data.auxiliaries.iter().map(|task| task.name.clone()).collect(),
            Self::Sinusoid(data) => data.auxiliaries.iter().map(|task| task.name.clone()).collect(),
        }
    }

    /// `n`, the number of inputs and so of model parameters.
    pub(super) fn n_inputs(&self) -> usize {
        match self {
            Self::Generated(data) => data.main.w.len(),
            Self::Inline(data) => data.train.x.first().map_or(0, Vec::len),
            Self::Penguins(data) => data.inputs.len(),
            Self::Sinusoid(_) => 1,
        }
    }

    /// Training and auxiliary-set samples.
    pub(super) fn n_samples(&self) -> (usize, usize) {
        match self {
            Self::Generated(data) => (data.n_train, data.n_aux_set),
            Self::Inline(data) => (data.train.x.len(), data.aux_set.x.len()),
            Self::Penguins(data) => (data.n_train, data.n_aux_set),
            Self::Sinusoid(data) => (data.n_train, data.n_aux_set),
        }
    }

    /// The numbers themselves, of a checked document.
    pub(super) fn samples(&self, seed: u64) -> RegressionData {
        match self {
            Self::Generated(data) => generate::samples(data, seed),
            Self::Inline(data) => data.samples(),
            Self::Penguins(data) => penguins::samples(data, seed),
            Self::Sinusoid(data) => generate::sinusoids(data, seed),
        }
    }
}

impl Inline {
    fn samples(&self) -> RegressionData {
        let set = |x: &[Vec<f64>], y: &[f64]| TaskData { x: rows(x), y: DVector::from_column_slice(y) };
        RegressionData {
            train: set(&self.train.x, &self.train.main),
            auxiliaries: self.train.aux.iter().map(|y| DVector::from_column_slice(y)).collect(),
            auxiliary_set: set(&self.aux_set.x, &self.aux_set.main),
            test_set: self.test.as_ref().map(|test| set(&test.x, &test.main)),
        }
    }
}

/// A matrix from rows of equal length.
pub(super) fn rows(x: &[Vec<f64>]) -> DMatrix<f64> {
    DMatrix::from_row_iterator(x.len(), x.first().map_or(0, Vec::len), x.iter().flatten().copied())
}
