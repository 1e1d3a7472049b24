//! One seed of an experiment, run to its end and put on the grid of an ensemble.

use crate::error::ExperimentError;
use crate::experiment::Experiment;
use crate::lang;
use crate::run::Run;
use crate::sampled::{EnsembleShape, Measure};
use crate::status::{RunStatus, StopReason};
use crate::trace::{QuantityKind, Trace};

/// A seed that is being run.
pub struct SeedRun {
    seed: u64,
    steps: u64,
    runs: Vec<Run>,
    shape: EnsembleShape,
}

impl SeedRun {
    /// The experiment with another seed, all lanes at their start.
    ///
    /// # Errors
    /// A seed beyond 2^53 - 1; data whose sums of products overflow.
    pub fn new(experiment: &Experiment, seed: u64) -> Result<Self, ExperimentError> {
        let experiment = experiment.clone().with_seed(seed)?;
        let runs = experiment.runs()?;
        let shape = shape_of(&experiment, &runs);
        Ok(Self { seed, steps: experiment.steps(), runs, shape })
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// What [`columns`](Self::columns) holds.
    pub fn shape(&self) -> &EnsembleShape {
        &self.shape
    }

    /// Takes at most so many outer steps in every lane; says whether any lane still runs.
    pub fn advance(&mut self, steps: u64) -> bool {
        // Counted, not `any`: every lane must advance.
        self.runs.iter_mut().filter_map(|run| (!run.advance(steps).is_stopped()).then_some(())).count() > 0
    }

    /// How much is done, from 0 to 1.
    pub fn progress(&self) -> f64 {
        let done = |run: &Run| match run.status() {
            RunStatus::Stopped { .. } => 1.0,
            RunStatus::Running => run.step() as f64 / self.steps.max(1) as f64,
        };
        self.runs.iter().map(done).sum::<f64>() / self.runs.len().max(1) as f64
    }

    /// The seed's columns, as the shape says; lanes that still run count as they stand.
    pub fn columns(&self) -> Vec<f64> {
        let mut columns = Vec::with_capacity(self.shape.size());
        for run in &self.runs {
            let end = match run.status() {
                RunStatus::Stopped { reason, step } => (reason, step),
                RunStatus::Running => (StopReason::Finished, run.step()),
            };
            let trace = run.trace();
            self.shape.append(&mut columns, end, |measure, step| recorded(trace, measure, step));
        }
        columns
    }
}

/// What an ensemble keeps of an experiment's lanes.
fn shape_of(experiment: &Experiment, runs: &[Run]) -> EnsembleShape {
    let layout = runs[0].trace().layout();
    let effective = layout.effective_weights > 0;
    let names = if effective { experiment.task_names() } else { experiment.phi_names() };
    let labels = lang::names(runs.iter().map(|run| run.label().to_owned()).collect());
    EnsembleShape::new(experiment.steps(), labels, &lang::names(names), layout.weights().1.len(), effective)
}

/// A measure in the last row that is not later than a step.
fn recorded(trace: &Trace, measure: Measure, step: f64) -> Option<f64> {
    let series = match measure {
        Measure::Weight(k) => {
            let (kind, mut components) = trace.layout().weights();
            trace.series(kind, components.nth(k)?)?
        }
        Measure::HeldOut => trace.series(QuantityKind::LossAuxSet, 0)?,
        Measure::Test => trace.series(QuantityKind::LossTest, 0)?,
    };
    let row = trace.rows_through(step).checked_sub(1)?;
    series.get(row).copied()
}
