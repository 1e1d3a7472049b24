//! What the opening's module runs: regressions, in their eigenbasis. Same functions as `build`.

use super::Experiment;
use super::problem::Problem;
use crate::constraint::Constraint;
use crate::error::ExperimentError;
use crate::lanes;
use crate::run::{LaneSpec, Run};

pub(super) fn runs(experiment: &Experiment, specs: &[LaneSpec]) -> Result<Vec<Run>, ExperimentError> {
    let Problem::Regression(problem) = &experiment.problem;
    let runs = lanes::on_plain_regression(&problem.data.samples(experiment.seed), specs);
    runs.ok_or_else(super::overflow)
}

pub(super) fn start_w(experiment: &Experiment) -> Vec<f64> {
    vec![0.0; experiment.n_parameters()]
}

pub(super) fn start_phi(experiment: &Experiment, _constraint: &Constraint) -> Vec<f64> {
    vec![1.0; experiment.task_names().len()]
}
