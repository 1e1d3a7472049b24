//! Reads where a regression's numbers come from.

use super::fields::{Node, shown};
use super::{MAX_RATE, MAX_TEXT};
use crate::error::ExperimentError;
use crate::experiment::data::{
    AuxiliaryColumn, AuxiliaryTask, DataSource, Generated, HeldOutSamples, Inline, MainColumn, MainTask,
    Penguins, TrainingSamples,
};
use crate::experiment::penguins::{COLUMNS, COMPLETE};

/// Largest number of model parameters.
pub(super) const MAX_PARAMETERS: usize = 200;
/// Largest number of auxiliary tasks.
pub(super) const MAX_TASKS: usize = 50;
/// Largest number of samples in a set.
pub(super) const MAX_SAMPLES: usize = 1_000_000;
/// Largest number of inputs in all sets together, and of targets in all sets and tasks together.
const MAX_NUMBERS: usize = 10_000_000;
/// Largest size of a number among the data.
pub(super) const MAX_DATUM: f64 = 1e12;

/// Where the numbers of a linear model can come from.
const SOURCES: [&str; 3] = ["generated", "inline", "penguins"];

/// `problem.data`.
pub(super) fn source(node: Node) -> Result<DataSource, ExperimentError> {
    match node.clone().object()?.tag("source", &SOURCES)? {
        "inline" => Ok(DataSource::Inline(inline(node)?)),
        "penguins" => Ok(DataSource::Penguins(penguins(node)?)),
        _ => Ok(DataSource::Generated(generated(node)?)),
    }
}

fn generated(node: Node) -> Result<Generated, ExperimentError> {
    let mut fields = node.clone().object()?;
    fields.get("source");
    let n_train = fields.need("n_train")?.count(1, MAX_SAMPLES, "samples")?;
    let n_aux_set = fields.need("n_aux_set")?.count(1, MAX_SAMPLES, "samples")?;
    let n_test = match fields.get("n_test") {
        Some(node) => node.count(0, MAX_SAMPLES, "samples")?,
        None => 0,
    };
    let test_noise_node = fields.get("test_noise");
    let test_noise = noise(test_noise_node.clone())?;
    if let Some(node) = test_noise_node.filter(|_| test_noise > 0.0 && n_test == 0) {
        return Err(node.wrong_value("none, where there are no test samples", shown(test_noise)));
    }
    let mut main = fields.need("main")?.object()?;
    let w = main.need("w")?.numbers((1, MAX_PARAMETERS), -MAX_RATE, MAX_RATE)?;
    let main_noise = noise(Some(main.need("noise")?))?;
    main.finish()?;
    let auxiliaries = fields.need("auxiliaries")?.list(1, MAX_TASKS, "tasks")?;
    let auxiliaries: Vec<_> =
        auxiliaries.into_iter().map(|node| auxiliary_task(node, w.len())).collect::<Result<_, _>>()?;
    fields.finish()?;
    check_size(&node, [n_train, n_aux_set, n_test], w.len(), auxiliaries.len())?;
    Ok(Generated {
        n_train,
        n_aux_set,
        n_test,
        test_noise,
        main: MainTask { w, noise: main_noise },
        auxiliaries,
    })
}

fn auxiliary_task(node: Node, n: usize) -> Result<AuxiliaryTask, ExperimentError> {
    let mut fields = node.object()?;
    let name = fields.need("name")?.text(MAX_TEXT)?;
    let w = fields.need("w")?.numbers((n, n), -MAX_RATE, MAX_RATE)?;
    let noise = noise(Some(fields.need("noise")?))?;
    let student_t =
        fields.get("student_t").map(|node| node.count(1, 100, "degrees of freedom")).transpose()?;
    fields.finish()?;
    Ok(AuxiliaryTask { name, w, noise, student_t })
}

/// Refuses training, auxiliary and test sets of so many samples if they are more numbers than memory is meant for:
/// `n` inputs a sample, a main target, and in training `n_auxiliaries` more.
pub(super) fn check_size(
    node: &Node,
    sizes: [usize; 3],
    n: usize,
    n_auxiliaries: usize,
) -> Result<(), ExperimentError> {
    let samples = sizes.iter().sum::<usize>();
    let numbers = (samples * n).max(samples + sizes[0] * n_auxiliaries);
    if numbers <= MAX_NUMBERS {
        return Ok(());
    }
    let expected = format!("at most {MAX_NUMBERS} input numbers and as many targets in all sets together");
    Err(node.wrong_value(expected, numbers.to_string()))
}

/// A standard deviation, 0 if left out.
pub(super) fn noise(node: Option<Node>) -> Result<f64, ExperimentError> {
    node.map_or(Ok(0.0), |node| node.number(0.0, MAX_RATE))
}

fn inline(node: Node) -> Result<Inline, ExperimentError> {
    let mut fields = node.object()?;
    fields.get("source");
    let mut train = fields.need("train")?.object()?;
    let x = inputs(&train.need("x")?, (1, MAX_PARAMETERS))?;
    let n = x[0].len();
    let main = column(&train.need("main")?, x.len())?;
    let aux = train.need("aux")?.list(1, MAX_TASKS, "lists, one a task")?;
    let aux: Vec<_> = aux.iter().map(|node| column(node, x.len())).collect::<Result<_, _>>()?;
    train.finish()?;
    let aux_set = fields.need("aux_set")?;
    let aux_set = match is_train(&aux_set)? {
        true => HeldOutSamples { x: x.clone(), main: main.clone() },
        false => held_out(aux_set, n)?,
    };
    let test = fields.get("test").map(|node| held_out(node, n)).transpose()?;
    let names = match fields.get("names") {
        Some(node) => {
            let names = node.list(aux.len(), aux.len(), "names, one a task")?;
            names.iter().map(|node| node.text(MAX_TEXT)).collect::<Result<_, _>>()?
        }
        None => Vec::new(),
    };
    fields.finish()?;
    Ok(Inline { train: TrainingSamples { x, main, aux }, aux_set, test, names })
}

/// Returns whether an auxiliary set is the word `train`: the main task's own training samples.
pub(super) fn is_train(node: &Node) -> Result<bool, ExperimentError> {
    if node.is_text() { node.word(&["train"]).map(|_| true) } else { Ok(false) }
}

pub(super) fn held_out(node: Node, n: usize) -> Result<HeldOutSamples, ExperimentError> {
    let mut fields = node.object()?;
    let x = inputs(&fields.need("x")?, (n, n))?;
    let main = column(&fields.need("main")?, x.len())?;
    fields.finish()?;
    Ok(HeldOutSamples { x, main })
}

/// Samples of equally many numbers; the first one's count is limited by `counts`.
pub(super) fn inputs(node: &Node, counts: (usize, usize)) -> Result<Vec<Vec<f64>>, ExperimentError> {
    let mut counts = counts;
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for row in node.list(1, MAX_SAMPLES, "samples")? {
        let row = row.numbers(counts, -MAX_DATUM, MAX_DATUM)?;
        counts = (row.len(), row.len());
        rows.push(row);
    }
    Ok(rows)
}

pub(super) fn column(node: &Node, count: usize) -> Result<Vec<f64>, ExperimentError> {
    node.numbers((count, count), -MAX_DATUM, MAX_DATUM)
}

fn penguins(node: Node) -> Result<Penguins, ExperimentError> {
    birds(node, true)
}

/// Penguins with auxiliary targets, or for a problem that has none.
pub(super) fn birds(node: Node, with_auxiliaries: bool) -> Result<Penguins, ExperimentError> {
    let mut fields = node.object()?;
    fields.get("source");
    let n_train = fields.need("n_train")?.count(1, COMPLETE - 1, "birds")?;
    let n_aux_set = fields.need("n_aux_set")?.count(1, COMPLETE - n_train, "birds")?;
    let inputs = fields.need("inputs")?.list(1, COLUMNS.len(), "columns")?;
    let inputs = inputs.iter().map(penguin_column).collect::<Result<_, _>>()?;
    let mut main = fields.need("main")?.object()?;
    let main_column = penguin_column(&main.need("column")?)?;
    let main_noise = noise(main.get("noise"))?;
    main.finish()?;
    let auxiliaries = match with_auxiliaries {
        true => fields.need("auxiliaries")?.list(1, MAX_TASKS, "tasks")?,
        false => Vec::new(),
    };
    let auxiliaries = auxiliaries.into_iter().map(auxiliary_column).collect::<Result<_, _>>()?;
    fields.finish()?;
    let main = MainColumn { column: main_column, noise: main_noise };
    Ok(Penguins { n_train, n_aux_set, inputs, main, auxiliaries })
}

fn auxiliary_column(node: Node) -> Result<AuxiliaryColumn, ExperimentError> {
    let mut fields = node.object()?;
    let name = fields.need("name")?.text(MAX_TEXT)?;
    let column = penguin_column(&fields.need("column")?)?;
    let noise = noise(fields.get("noise"))?;
    fields.finish()?;
    Ok(AuxiliaryColumn { name, column, noise })
}

pub(super) fn penguin_column(node: &Node) -> Result<String, ExperimentError> {
    node.word(&COLUMNS).map(str::to_owned)
}
