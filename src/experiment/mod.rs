//! The experiment document: one JSON text that is the input of everything.
//!
//! [`Experiment::from_json`] reads and checks it, [`Experiment::runs`] makes its lanes. The fields
//! are described one by one in `docs/experiment.md`.

mod check;
mod data;
mod generate;
mod penguins;
pub mod presets;
mod read;

use std::sync::Arc;

use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn};
use serde::{Deserialize, Serialize};

use crate::error::ExperimentError;
use crate::method::MethodKind;
use crate::problem::{RegressionData, regression};
use crate::run::{LaneSpec, Run};
use crate::tagged::tagged_enum;

pub use data::{
    AuxiliaryColumn, AuxiliaryTask, DataSource, Generated, HeldOutSamples, Inline, MainColumn, MainTask,
    Penguins, TrainingSamples,
};

pub use read::MAX_DOCUMENT_BYTES;

/// The version of the document that this program reads and writes.
pub const SCHEMA: u32 = 1;

/// A checked experiment: data, start, and the lanes that run on them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Experiment {
    /// Version of the document, [`SCHEMA`].
    pub schema: u32,
    /// One line that names the experiment.
    pub title: String,
    /// What to look at, in a sentence or two.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Seed of all randomness: the same document gives the same numbers everywhere.
    pub seed: u64,
    /// Tasks and data.
    pub problem: Problem,
    /// Where every lane starts.
    #[serde(default, skip_serializing_if = "Start::is_default")]
    pub start: Start,
    /// The methods to compare, side by side on the same problem.
    pub lanes: Vec<LaneDocument>,
    /// How φ is kept admissible.
    #[serde(default)]
    pub constraint: Constraint,
    /// Outer steps at most.
    pub steps: u64,
    /// A lane has converged when for ten outer steps no component of φ or W moves by more than
    /// `tolerance · (1 + |component|)`. 0 never stops for this.
    #[serde(default = "default_tolerance", skip_serializing_if = "is_default_tolerance")]
    pub tolerance: f64,
}

fn default_tolerance() -> f64 {
    1e-10
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference; on wasm32 the lint is silent"
)]
fn is_default_tolerance(tolerance: &f64) -> bool {
    *tolerance == default_tolerance()
}

tagged_enum! {
    /// The kind of problem.
    pub enum Problem {
        /// Least squares: mean squared errors of one linear model.
        Regression(Regression) = "regression",
    }
}

/// Linear regression: `ℓ_k(W) = mean_i (x_i·W - y_ki)²`, every task on the same W and inputs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regression {
    /// Where the numbers come from.
    pub data: DataSource,
}

/// The start of every lane. Empty lists stand for W = 0 and φ = 1.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// Model parameters (`n`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub w: Vec<f64>,
    /// Auxiliary parameters (`m`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phi: Vec<f64>,
}

impl Start {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// One lane: a label and a method.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LaneDocument {
    /// Shown to people; the method's kind if absent.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// How W and φ move.
    pub method: MethodKind,
}

tagged_enum! {
    /// How φ is kept admissible.
    pub enum Constraint {
        /// `φ_k ← max(0, φ_k)` after each outer step.
        Clamp(Clamp) = "clamp",
    }
}

impl Default for Constraint {
    fn default() -> Self {
        Self::Clamp(Clamp {})
    }
}

/// Clamping at zero has no settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clamp {}

impl Experiment {
    /// Reads and checks a document.
    ///
    /// # Errors
    /// The first thing wrong with it: which field, what was expected, what was found.
    pub fn from_json(text: &str) -> Result<Self, ExperimentError> {
        let experiment = read::document(text)?;
        experiment.check()?;
        Ok(experiment)
    }

    /// The document as indented JSON, which [`from_json`](Self::from_json) reads back equal.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a document has only string keys")
    }

    /// Names of the auxiliary tasks, one per component of φ.
    pub fn task_names(&self) -> Vec<String> {
        let Problem::Regression(Regression { data }) = &self.problem;
        data.task_names()
    }

    /// `n`, the number of model parameters.
    pub fn n_parameters(&self) -> usize {
        let Problem::Regression(Regression { data }) = &self.problem;
        data.n_inputs()
    }

    /// One run per lane, all on the same data, at their start.
    ///
    /// # Errors
    /// Data whose sums of products overflow, or fields changed since they were checked.
    pub fn runs(&self) -> Result<Vec<Run>, ExperimentError> {
        self.check()?;
        let Problem::Regression(Regression { data }) = &self.problem;
        let data = data.samples(self.seed);
        match self.n_parameters() {
            1 => self.lanes_on(&data, Const::<1>),
            2 => self.lanes_on(&data, Const::<2>),
            n => self.lanes_on(&data, Dyn(n)),
        }
    }

    /// The lanes, with the dimension known at compile time where it is a constant.
    fn lanes_on<D: Dim>(&self, data: &RegressionData, dim: D) -> Result<Vec<Run>, ExperimentError>
    where
        DefaultAllocator: Allocator<D> + Allocator<D, D>,
    {
        let problem = regression(data, dim).ok_or_else(|| {
            ExperimentError::value("problem.data", "numbers whose sums of products are finite", "an overflow")
        })?;
        let problem = Arc::new(problem);
        Ok(self.lanes.iter().map(|lane| Run::new(problem.clone(), self.lane_spec(lane))).collect())
    }

    fn lane_spec(&self, lane: &LaneDocument) -> LaneSpec {
        let or_else = |given: &[f64], count: usize, value: f64| match given {
            [] => vec![value; count],
            given => given.to_vec(),
        };
        let label = if lane.label.is_empty() { lane.method.kind() } else { &lane.label };
        LaneSpec {
            label: label.to_owned(),
            method: lane.method.clone(),
            steps: self.steps,
            tolerance: self.tolerance,
            w: or_else(&self.start.w, self.n_parameters(), 0.0),
            phi: or_else(&self.start.phi, self.task_names().len(), 1.0),
        }
    }
}
