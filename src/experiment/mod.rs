//! The experiment document: one JSON text that is the input of everything.
//!
//! [`Experiment::from_json`] reads and checks it, [`Experiment::runs`] makes its lanes. The fields
//! are described one by one in `docs/experiment.md`.

mod build;
mod caption;
mod combination;
mod data;
pub mod edit;
pub mod formula;
mod generate;
mod json;
mod penguins;
pub mod presets;
pub mod problem;
mod randomness;
mod read;
mod repeated;
mod retune;

use serde::Serialize;

use crate::constraint::Constraint;
use crate::error::ExperimentError;
use crate::method::MethodKind;
use crate::problem::GeneralProblem;
use crate::run::{LaneSpec, Run};
use problem::Problem;

pub use caption::{notes, notes_without_seed};
pub use combination::{Combination, MonotoneNetwork, Plain};
pub use data::{
    AuxiliaryColumn, AuxiliaryTask, DataSource, Generated, HeldOutSamples, Inline, MainColumn, MainTask,
    NamedSinusoid, Penguins, Sinusoid, Sinusoids, TrainingSamples,
};

pub(crate) use generate::{drawn_lines, shuffled};
pub use json::Json;
pub use json::short_lists;
pub use read::MAX_DOCUMENT_BYTES;
#[cfg(target_arch = "wasm32")]
pub(crate) use read::trimmed;
pub use repeated::refuse_repeated;

/// The version of the document that this program reads and writes.
pub const SCHEMA: u64 = 1;

/// A checked experiment: data, start, and the lanes that run on them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Experiment {
    /// Version of the document, [`SCHEMA`].
    schema: u64,
    /// One line that names the experiment.
    title: String,
    /// What to look at, in a sentence or two.
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    /// Seed of all randomness: the same document gives the same numbers everywhere.
    seed: u64,
    /// Tasks and data.
    problem: Problem,
    /// How φ combines the losses of tasks.
    #[serde(skip_serializing_if = "Combination::is_default")]
    combination: Combination,
    /// Where every lane starts.
    #[serde(skip_serializing_if = "Start::is_default")]
    start: Start,
    /// The methods to compare, side by side on the same problem.
    lanes: Vec<LaneDocument>,
    /// How φ is kept admissible.
    constraint: Constraint,
    /// Outer steps at most.
    steps: u64,
    /// A lane has converged when for ten outer steps no component of φ or W moves by more than
    /// `tolerance` times the largest size that it has had. 0 never stops for this.
    #[serde(skip_serializing_if = "is_default_tolerance")]
    tolerance: f64,
    /// Whether every row has the exact hypergradient and the spectrum of `H` too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    diagnostics: bool,
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

/// The start of every lane. Empty lists stand for W = 0 and φ = 1.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Start {
    /// Model parameters (`n`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub w: Vec<f64>,
    /// Auxiliary parameters (`m`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub phi: Vec<f64>,
}

impl Start {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// One lane: a label and a method.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LaneDocument {
    /// Shown to people; the method's kind if absent.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// How W and φ move.
    pub method: MethodKind,
    /// How this lane keeps φ admissible, if not as the document says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraint: Option<Constraint>,
}

impl Experiment {
    /// Reads and checks a document.
    ///
    /// # Errors
    /// The first thing wrong with it: which field, what was expected, what was found.
    pub fn from_json(text: &str) -> Result<Self, ExperimentError> {
        read::document(text)
    }

    /// Checks a document that has been parsed already.
    ///
    /// # Errors
    /// As [`from_json`](Self::from_json).
    pub fn from_value(value: &Json) -> Result<Self, ExperimentError> {
        read::value(value)
    }

    /// One line that names the experiment.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What to look at, in a sentence or two; may be empty.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The seed of all randomness.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Outer steps at most.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// The same experiment with another seed.
    ///
    /// # Errors
    /// A seed beyond 2^53 - 1, which JavaScript's numbers do not hold.
    pub fn with_seed(self, seed: u64) -> Result<Self, ExperimentError> {
        Ok(Self { seed: read::check_seed(seed)?, ..self })
    }

    /// The document as indented JSON, which [`from_json`](Self::from_json) reads back equal.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a document has only string keys")
    }

    /// The `kind` of its problem, such as `regression`.
    pub fn problem_kind(&self) -> &'static str {
        self.problem.kind()
    }

    /// Names of the auxiliary tasks; of the components of φ where they are not weights of tasks.
    pub fn task_names(&self) -> Vec<String> {
        self.problem.task_names(self.seed)
    }

    /// Names of the components of φ.
    pub fn phi_names(&self) -> Vec<String> {
        self.combination.phi_names(self.task_names())
    }

    /// `n`, the number of model parameters.
    pub fn n_parameters(&self) -> usize {
        self.problem.n_parameters()
    }

    /// One run per lane, all on the same data, at their start.
    ///
    /// # Errors
    /// Data whose sums of products overflow.
    pub fn runs(&self) -> Result<Vec<Run>, ExperimentError> {
        build::runs(self, &self.specs())
    }

    fn specs(&self) -> Vec<LaneSpec> {
        let mut specs: Vec<LaneSpec> = self.lanes.iter().map(|lane| self.lane_spec(lane)).collect();
        tell_apart(&mut specs);
        specs
    }

    /// The problem in general form, whatever form its lanes run on: losses and derivatives at any
    /// point, for whoever looks at it from outside.
    ///
    /// # Errors
    /// As [`runs`](Self::runs).
    pub fn general_problem(&self) -> Result<GeneralProblem, ExperimentError> {
        build::problem(self)
    }

    /// W (`n`) and φ (`m`) of the start, with the document's parametrisation of φ.
    pub fn start(&self) -> (Vec<f64>, Vec<f64>) {
        self.start_for(&self.constraint)
    }

    /// Least and largest component to which φ of the start may be dragged: a little inside of the open ends of every
    /// lane's range, where φ would never move.
    pub fn phi_range(&self) -> (f64, f64) {
        let own = self.lanes.iter().filter_map(|lane| lane.constraint.as_ref());
        let ranges = own.chain([&self.constraint]).map(|c| read::inside(c, &self.combination));
        ranges.reduce(|a, b| (a.0.max(b.0), a.1.min(b.1))).unwrap_or_default()
    }

    fn start_for(&self, constraint: &Constraint) -> (Vec<f64>, Vec<f64>) {
        let w = if self.start.w.is_empty() { build::start_w(self) } else { self.start.w.clone() };
        let phi = match &*self.start.phi {
            [] => build::start_phi(self, constraint),
            given => given.to_vec(),
        };
        (w, phi)
    }

    /// The methods of the lanes.
    pub fn methods(&self) -> impl Iterator<Item = &MethodKind> {
        self.lanes.iter().map(|lane| &lane.method)
    }

    fn lane_spec(&self, lane: &LaneDocument) -> LaneSpec {
        let label = if lane.label.is_empty() { lane.method.kind() } else { &lane.label };
        let constraint = lane.constraint.as_ref().unwrap_or(&self.constraint);
        let (w, phi) = self.start_for(constraint);
        LaneSpec {
            label: label.to_owned(),
            method: lane.method.clone(),
            steps: self.steps,
            tolerance: self.tolerance,
            w,
            phi,
            constraint: constraint.clone(),
            diagnostics: self.diagnostics,
            seed: self.seed,
        }
    }
}

/// Numbers lanes whose labels are the same: files know a lane by its label.
fn tell_apart(specs: &mut [LaneSpec]) {
    for i in 1..specs.len() {
        let (before, here) = specs.split_at_mut(i);
        let taken = |label: &str| before.iter().any(|spec| spec.label == label);
        if taken(&here[0].label) {
            let mut numbered = (2..).map(|number| format!("{} {number}", here[0].label));
            here[0].label = numbered.find(|label| !taken(label)).unwrap_or_default();
        }
    }
}

/// Data whose sums of products overflow.
fn overflow() -> ExperimentError {
    ExperimentError::value("problem.data", "numbers whose sums of products are finite", "an overflow")
}
