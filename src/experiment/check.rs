//! Whether a document of the right shape can be run: every limit, with the field that breaks it.

use super::data::{DataSource, Generated, HeldOutSamples, Inline, Penguins};
use super::penguins::{COLUMNS, COMPLETE};
use super::{Experiment, LaneDocument, Problem, Regression, SCHEMA};
use crate::error::ExperimentError;
use crate::ihvp::InverseHvpKind;
use crate::inner::InnerSolver;
use crate::method::MethodKind;
use crate::outer::OuterOptimizer;

type Checked = Result<(), ExperimentError>;

/// Largest number of model parameters.
pub const MAX_PARAMETERS: usize = 200;
/// Largest number of auxiliary tasks.
pub const MAX_TASKS: usize = 50;
/// Largest number of samples in a set.
pub const MAX_SAMPLES: usize = 1_000_000;
/// Largest number of inputs in all sets together.
const MAX_INPUTS: usize = 10_000_000;
/// Largest number of lanes.
pub const MAX_LANES: usize = 16;
/// Largest number of outer steps.
pub const MAX_STEPS: u64 = 1_000_000_000;
/// Largest seed: beyond it JavaScript cannot hold whole numbers.
pub const MAX_SEED: u64 = (1 << 53) - 1;
/// Largest size of a rate, weight or noise.
const MAX_RATE: f64 = 1e6;
/// Largest size of a number among the data.
const MAX_DATUM: f64 = 1e12;
/// Most inner steps or Neumann terms.
const MAX_ITERATIONS: usize = 100_000;
/// Longest text.
const MAX_TEXT: usize = 2_000;

impl Experiment {
    /// Checks every value.
    pub(super) fn check(&self) -> Checked {
        if self.schema != SCHEMA {
            return Err(ExperimentError::value("schema", format!("version {SCHEMA}"), self.schema));
        }
        text("title", &self.title)?;
        text("description", &self.description)?;
        at_most("seed", self.seed, MAX_SEED)?;
        let Problem::Regression(Regression { data }) = &self.problem;
        check_data("problem.data", data)?;
        if !self.start.w.is_empty() {
            numbers("start.w", &self.start.w, self.n_parameters(), -MAX_RATE)?;
        }
        if !self.start.phi.is_empty() {
            numbers("start.phi", &self.start.phi, self.task_names().len(), 0.0)?;
        }
        count("lanes", self.lanes.len(), 1, MAX_LANES, "lanes")?;
        for (i, lane) in self.lanes.iter().enumerate() {
            check_lane(&format!("lanes[{i}]"), lane)?;
        }
        at_least_one("steps", self.steps)?;
        at_most("steps", self.steps, MAX_STEPS)?;
        within("tolerance", self.tolerance, 0.0, 1.0)
    }
}

fn check_data(field: &str, data: &DataSource) -> Checked {
    match data {
        DataSource::Generated(data) => check_generated(field, data),
        DataSource::Inline(data) => check_inline(field, data),
        DataSource::Penguins(data) => check_penguins(field, data),
    }
}

fn check_generated(field: &str, data: &Generated) -> Checked {
    let n = data.main.w.len();
    let sets = [("n_train", data.n_train, 1), ("n_aux_set", data.n_aux_set, 1), ("n_test", data.n_test, 0)];
    for (name, samples, least) in sets {
        count(&format!("{field}.{name}"), samples, least, MAX_SAMPLES, "samples")?;
    }
    count(&format!("{field}.main.w"), n, 1, MAX_PARAMETERS, "numbers")?;
    let inputs = (data.n_train + data.n_aux_set + data.n_test) * n;
    if inputs > MAX_INPUTS {
        let expected = format!("at most {MAX_INPUTS} input numbers in all sets together");
        return Err(ExperimentError::value(field, expected, inputs));
    }
    numbers(&format!("{field}.main.w"), &data.main.w, n, -MAX_RATE)?;
    within(&format!("{field}.main.noise"), data.main.noise, 0.0, MAX_RATE)?;
    within(&format!("{field}.test_noise"), data.test_noise, 0.0, MAX_RATE)?;
    count(&format!("{field}.auxiliaries"), data.auxiliaries.len(), 1, MAX_TASKS, "tasks")?;
    for (k, task) in data.auxiliaries.iter().enumerate() {
        let field = format!("{field}.auxiliaries[{k}]");
        text(&format!("{field}.name"), &task.name)?;
        numbers(&format!("{field}.w"), &task.w, n, -MAX_RATE)?;
        within(&format!("{field}.noise"), task.noise, 0.0, MAX_RATE)?;
    }
    Ok(())
}

fn check_inline(field: &str, data: &Inline) -> Checked {
    let train = format!("{field}.train");
    let n = data.train.x.first().map_or(0, Vec::len);
    check_samples(&train, &data.train.x, &data.train.main, n)?;
    count(&format!("{train}.aux"), data.train.aux.len(), 1, MAX_TASKS, "lists, one a task")?;
    for (k, y) in data.train.aux.iter().enumerate() {
        data_column(&format!("{train}.aux[{k}]"), y, data.train.x.len())?;
    }
    let held_out =
        |name: &str, set: &HeldOutSamples| check_samples(&format!("{field}.{name}"), &set.x, &set.main, n);
    held_out("aux_set", &data.aux_set)?;
    if let Some(test) = &data.test {
        held_out("test", test)?;
    }
    if !data.names.is_empty() {
        exactly(&format!("{field}.names"), data.names.len(), data.train.aux.len(), "names, one a task")?;
    }
    data.names.iter().enumerate().try_for_each(|(k, name)| text(&format!("{field}.names[{k}]"), name))
}

fn check_samples(field: &str, x: &[Vec<f64>], y: &[f64], n: usize) -> Checked {
    count(&format!("{field}.x"), x.len(), 1, MAX_SAMPLES, "samples")?;
    count(&format!("{field}.x[0]"), n, 1, MAX_PARAMETERS, "numbers")?;
    for (i, row) in x.iter().enumerate() {
        data_column(&format!("{field}.x[{i}]"), row, n)?;
    }
    data_column(&format!("{field}.main"), y, x.len())
}

fn check_penguins(field: &str, data: &Penguins) -> Checked {
    let column = |field: String, name: &str| match COLUMNS.contains(&name) {
        true => Ok(()),
        false => Err(ExperimentError::value(field, format!("one of {}", COLUMNS.join(", ")), name)),
    };
    count(&format!("{field}.n_train"), data.n_train, 1, COMPLETE, "birds")?;
    count(&format!("{field}.n_aux_set"), data.n_aux_set, 1, COMPLETE - data.n_train, "birds")?;
    count(&format!("{field}.inputs"), data.inputs.len(), 1, COLUMNS.len(), "columns")?;
    for (i, name) in data.inputs.iter().enumerate() {
        column(format!("{field}.inputs[{i}]"), name)?;
    }
    column(format!("{field}.main.column"), &data.main.column)?;
    within(&format!("{field}.main.noise"), data.main.noise, 0.0, MAX_RATE)?;
    count(&format!("{field}.auxiliaries"), data.auxiliaries.len(), 1, MAX_TASKS, "tasks")?;
    for (k, task) in data.auxiliaries.iter().enumerate() {
        let field = format!("{field}.auxiliaries[{k}]");
        text(&format!("{field}.name"), &task.name)?;
        column(format!("{field}.column"), &task.column)?;
        within(&format!("{field}.noise"), task.noise, 0.0, MAX_RATE)?;
    }
    Ok(())
}

fn check_lane(field: &str, lane: &LaneDocument) -> Checked {
    text(&format!("{field}.label"), &lane.label)?;
    let field = format!("{field}.method");
    match &lane.method {
        MethodKind::JointDescent(joint) => {
            positive(&format!("{field}.w_lr"), joint.w_lr)?;
            positive(&format!("{field}.phi_lr"), joint.phi_lr)
        }
        MethodKind::Implicit(implicit) => {
            check_inner(&format!("{field}.inner"), &implicit.inner)?;
            check_outer(&format!("{field}.outer"), &implicit.outer)?;
            check_inverse_hvp(&format!("{field}.inverse_hvp"), &implicit.inverse_hvp)
        }
        MethodKind::Equal(equal) => check_inner(&format!("{field}.inner"), &equal.inner),
        MethodKind::SingleTask(single) => check_inner(&format!("{field}.inner"), &single.inner),
    }
}

fn check_inner(field: &str, inner: &InnerSolver) -> Checked {
    match inner {
        InnerSolver::GradientDescent(descent) => {
            positive(&format!("{field}.lr"), descent.lr)?;
            count(&format!("{field}.steps"), descent.steps, 1, MAX_ITERATIONS, "steps")
        }
        InnerSolver::Exact(_) => Ok(()),
    }
}

fn check_outer(field: &str, outer: &OuterOptimizer) -> Checked {
    let (lr, weight_decay, max_norm) = match outer {
        OuterOptimizer::Sgd(sgd) => {
            share(&format!("{field}.momentum"), sgd.momentum)?;
            (sgd.lr, sgd.weight_decay, sgd.max_norm)
        }
        OuterOptimizer::Adam(adam) => {
            share(&format!("{field}.beta1"), adam.beta1)?;
            share(&format!("{field}.beta2"), adam.beta2)?;
            positive(&format!("{field}.eps"), adam.eps)?;
            (adam.lr, adam.weight_decay, adam.max_norm)
        }
    };
    positive(&format!("{field}.lr"), lr)?;
    within(&format!("{field}.weight_decay"), weight_decay, 0.0, MAX_RATE)?;
    max_norm.map_or(Ok(()), |limit| positive(&format!("{field}.max_norm"), limit))
}

fn check_inverse_hvp(field: &str, inverse: &InverseHvpKind) -> Checked {
    match inverse {
        InverseHvpKind::Direct(_) => Ok(()),
        InverseHvpKind::Neumann(neumann) => {
            count(&format!("{field}.terms"), neumann.terms, 0, MAX_ITERATIONS, "terms")?;
            positive(&format!("{field}.alpha"), neumann.alpha)
        }
    }
}

fn within(field: &str, value: f64, low: f64, high: f64) -> Checked {
    match (low..=high).contains(&value) {
        true => Ok(()),
        false => Err(ExperimentError::value(field, format!("a number from {low} to {high}"), value)),
    }
}

fn positive(field: &str, value: f64) -> Checked {
    match value > 0.0 && value <= MAX_RATE {
        true => Ok(()),
        false => {
            Err(ExperimentError::value(field, format!("a number above 0 and at most {MAX_RATE}"), value))
        }
    }
}

fn share(field: &str, value: f64) -> Checked {
    match (0.0..1.0).contains(&value) {
        true => Ok(()),
        false => Err(ExperimentError::value(field, "a number from 0 to below 1", value)),
    }
}

fn at_most(field: &str, value: u64, high: u64) -> Checked {
    match value <= high {
        true => Ok(()),
        false => Err(ExperimentError::value(field, format!("a whole number of at most {high}"), value)),
    }
}

fn at_least_one(field: &str, value: u64) -> Checked {
    match value {
        0 => Err(ExperimentError::value(field, "a whole number of at least 1", value)),
        _ => Ok(()),
    }
}

fn count(field: &str, value: usize, low: usize, high: usize, what: &str) -> Checked {
    match (low..=high).contains(&value) {
        true => Ok(()),
        false => Err(ExperimentError::value(field, format!("{low} to {high} {what}"), value)),
    }
}

fn exactly(field: &str, found: usize, expected: usize, what: &str) -> Checked {
    match found == expected {
        true => Ok(()),
        false => Err(ExperimentError::value(field, format!("{expected} {what}"), found)),
    }
}

fn numbers(field: &str, values: &[f64], expected: usize, low: f64) -> Checked {
    exactly(field, values.len(), expected, "numbers")?;
    values.iter().enumerate().try_for_each(|(i, &x)| within(&format!("{field}[{i}]"), x, low, MAX_RATE))
}

fn data_column(field: &str, values: &[f64], expected: usize) -> Checked {
    exactly(field, values.len(), expected, "numbers")?;
    match values.iter().position(|x| x.is_nan() || x.abs() > MAX_DATUM) {
        None => Ok(()),
        Some(i) => within(&format!("{field}[{i}]"), values[i], -MAX_DATUM, MAX_DATUM),
    }
}

fn text(field: &str, value: &str) -> Checked {
    match value.chars().count() {
        0..=MAX_TEXT => Ok(()),
        found => {
            Err(ExperimentError::value(field, format!("at most {MAX_TEXT} characters"), format!("{found}")))
        }
    }
}
