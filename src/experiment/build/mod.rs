//! From a document's problem to one that lanes run on.

mod formula;
pub(super) mod quadratics;
mod samples;

use nalgebra::{DMatrix, DVector};
use rand::RngExt;

use super::data::DataSource;
use super::generate::normal;
use super::problem::{AuxSet, Classification, Mlp, Problem, Regression};
use super::{Combination as Choice, Experiment, overflow};
use crate::combination::{Affine, Combination, Monotone};
use crate::constraint::Constraint;
use crate::error::ExperimentError;
use crate::family::{LinearModel, Network, SampleLoss, Samples, SquaredErrors, TaskFamily};
use crate::lanes;
use crate::problem::{GeneralProblem, RegressionData, TaskData};
use crate::random::Stream;
use crate::run::{LaneSpec, Run};

/// A family on inputs with a column of targets a task; an error if sums of its products overflow.
type Family = Result<Box<dyn TaskFamily>, ExperimentError>;

/// One run per lane.
///
/// # Errors
/// Data whose sums of products overflow.
pub(super) fn runs(experiment: &Experiment, specs: &[LaneSpec]) -> Result<Vec<Run>, ExperimentError> {
    match (&experiment.problem, &experiment.combination) {
        (Problem::Regression(Regression { data, l2, aux_set }), Choice::Linear(_)) if *l2 == 0.0 => {
            let data = on_set(data.samples(experiment.seed), *aux_set);
            lanes::on_regression(&data, specs).ok_or_else(overflow)
        }
        _ => Ok(lanes::on_general(problem(experiment)?, specs)),
    }
}

/// W of the start if the document gives none: zero, or drawn for a network, which zero would keep symmetric.
pub(super) fn start_w(experiment: &Experiment) -> Vec<f64> {
    match &experiment.problem {
        Problem::Mlp(mlp) => network_w(mlp, experiment.seed),
        problem => vec![0.0; problem.n_parameters()],
    }
}

/// φ of the start if the document gives none.
pub(super) fn start_phi(experiment: &Experiment, constraint: &Constraint) -> Vec<f64> {
    match &experiment.combination {
        Choice::Monotone(_) => network_phi(experiment),
        Choice::Linear(_) => {
            vec![experiment.problem.default_phi(constraint); experiment.task_names().len()]
        }
    }
}

/// The problem of a document of any kind, in general form: a regression too.
///
/// # Errors
/// As [`runs`].
pub(super) fn problem(experiment: &Experiment) -> Result<GeneralProblem, ExperimentError> {
    let seed = experiment.seed;
    match &experiment.problem {
        Problem::Quadratic(problem) => quadratics::problem(problem, combination(experiment), seed),
        Problem::Regression(Regression { data, l2, aux_set }) => {
            tasks(experiment, data.samples(seed), *aux_set, *l2, squared)
        }
        Problem::Classification(Classification { data, l2, aux_set }) => {
            let model = |x: &DMatrix<f64>, targets, l2| {
                Ok(boxed(LinearModel::new(Samples::new(x, targets), SampleLoss::Logistic, l2)))
            };
            tasks(experiment, labelled(data, seed), *aux_set, *l2, model)
        }
        Problem::Mlp(mlp) => {
            let model = |x: &DMatrix<f64>, targets: Vec<_>, l2| {
                let samples = Samples::new(x, targets);
                Ok(boxed(Network::new(samples, mlp.hidden, mlp.n_heads(), mlp.loss, l2)))
            };
            tasks(experiment, network_data(mlp, seed), mlp.aux_set, mlp.l2, model)
        }
        Problem::SampleWeights(problem) => samples::weights(problem, seed),
        Problem::LearnedLabels(problem) => samples::labels(problem, seed),
        Problem::Ridge(problem) => samples::ridge(problem, seed),
        Problem::Formula(problem) => Ok(formula::problem(problem, combination(experiment))),
    }
}

/// Main and auxiliary tasks of one model on the same inputs.
fn tasks(
    experiment: &Experiment,
    data: RegressionData,
    aux_set: AuxSet,
    l2: f64,
    model: impl Fn(&DMatrix<f64>, Vec<DVector<f64>>, f64) -> Family,
) -> Result<GeneralProblem, ExperimentError> {
    let data = on_set(data, aux_set);
    let targets = std::iter::once(&data.train.y).chain(&data.auxiliaries).cloned().collect();
    let held_out = |set: &TaskData| model(&set.x, vec![set.y.clone()], 0.0);
    Ok(GeneralProblem::new(
        model(&data.train.x, targets, l2)?,
        combination(experiment),
        held_out(&data.auxiliary_set)?,
        data.test_set.as_ref().map(held_out).transpose()?,
    ))
}

fn boxed(family: impl TaskFamily + 'static) -> Box<dyn TaskFamily> {
    Box::new(family)
}

/// Mean squared errors, reduced to quadratics.
fn squared(x: &DMatrix<f64>, targets: Vec<DVector<f64>>, l2: f64) -> Family {
    SquaredErrors::new(x, targets, l2).map(boxed).ok_or_else(overflow)
}

/// The same data, with `L_A` on the training set if the document says so.
fn on_set(data: RegressionData, aux_set: AuxSet) -> RegressionData {
    match aux_set {
        AuxSet::HeldOut => data,
        AuxSet::Train => RegressionData { auxiliary_set: data.train.clone(), ..data },
    }
}

/// Targets as labels: as given, or 1 where they are above zero.
fn labelled(data: &DataSource, seed: u64) -> RegressionData {
    let samples = data.samples(seed);
    if matches!(data, DataSource::Inline(_)) {
        return samples;
    }
    let set = |set: TaskData| TaskData { y: labels(&set.y), x: set.x };
    RegressionData {
        train: set(samples.train),
        auxiliaries: samples.auxiliaries.iter().map(labels).collect(),
        auxiliary_set: set(samples.auxiliary_set),
        test_set: samples.test_set.map(set),
    }
}

/// 1 where a target is above zero, else 0.
fn labels(y: &DVector<f64>) -> DVector<f64> {
    y.map(|y| if y > 0.0 { 1.0 } else { 0.0 })
}

/// A network's data: its loss decides whether targets are labels.
fn network_data(mlp: &Mlp, seed: u64) -> RegressionData {
    match mlp.loss {
        SampleLoss::Squared => mlp.data.samples(seed),
        SampleLoss::Logistic => labelled(&mlp.data, seed),
    }
}

/// How φ combines the losses.
fn combination(experiment: &Experiment) -> Box<dyn Combination> {
    let n_auxiliaries = experiment.task_names().len();
    match &experiment.combination {
        Choice::Linear(_) => Box::new(Affine::linear(n_auxiliaries)),
        Choice::Monotone(network) => Box::new(Monotone::new(n_auxiliaries + 1, &network.widths)),
    }
}

/// The φ of a monotone network's start: weights uniform from 0 to 1, biases 0, as in the authors' code.
fn network_phi(experiment: &Experiment) -> Vec<f64> {
    let network = combination(experiment);
    // Documents keep the start that they have always had, but where its stream draws the problem too.
    let stream = match experiment.problem.draws_shapes() {
        true => Stream::CombinationStart,
        false => Stream::Shapes,
    };
    let mut rng = stream.generator(experiment.seed);
    let mask = network.non_negative().unwrap_or_else(|| vec![true; network.n_phi()]);
    mask.into_iter().map(|is_weight| if is_weight { rng.random::<f64>() } else { 0.0 }).collect()
}

/// The W of a network's start: normal, scaled by the root of the number of inputs of a unit; biases 0.
fn network_w(mlp: &Mlp, seed: u64) -> Vec<f64> {
    let (d, h) = (mlp.data.n_inputs(), mlp.hidden);
    let mut rng = Stream::NetworkStart.generator(seed);
    let mut layer = |count: usize, fan_in: usize| -> Vec<f64> {
        (0..count).map(|_| normal(&mut rng) / (fan_in as f64).sqrt()).collect()
    };
    let mut w = layer(h * d, d);
    w.resize(h * d + h, 0.0);
    for _ in 0..mlp.n_heads() {
        w.extend(layer(h, h));
        w.push(0.0);
    }
    w
}
