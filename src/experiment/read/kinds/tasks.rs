//! Reads the data of networks, and checks labels.

use crate::error::ExperimentError;
use crate::experiment::data::{DataSource, NamedSinusoid, Sinusoid, Sinusoids};
use crate::experiment::read::data::{self, MAX_SAMPLES, MAX_TASKS, noise};
use crate::experiment::read::fields::{Fields, Node};
use crate::experiment::read::{MAX_RATE, MAX_TEXT};

type Read<T> = Result<T, ExperimentError>;

/// `problem.data` of a network.
pub(super) fn network_source(node: Node) -> Read<DataSource> {
    match node.clone().object()?.tag("source", &["sinusoid", "generated", "inline", "penguins"])? {
        "sinusoid" => Ok(DataSource::Sinusoid(sinusoids(node)?)),
        _ => data::source(node),
    }
}

fn sinusoids(node: Node) -> Read<Sinusoids> {
    let mut fields = node.clone().object()?;
    fields.get("source");
    let n_train = fields.need("n_train")?.count(1, MAX_SAMPLES, "samples")?;
    let n_aux_set = fields.need("n_aux_set")?.count(1, MAX_SAMPLES, "samples")?;
    let n_test = fields.get("n_test").map_or(Ok(0), |node| node.count(0, MAX_SAMPLES, "samples"))?;
    let range = fields.get("range").map_or(Ok(std::f64::consts::PI), |node| node.positive(MAX_RATE))?;
    let mut main_fields = fields.need("main")?.object()?;
    let main = sinusoid(&mut main_fields)?;
    main_fields.finish()?;
    let auxiliaries = fields.need("auxiliaries")?.list(1, MAX_TASKS, "tasks")?;
    let auxiliaries: Vec<_> = auxiliaries.into_iter().map(named_sinusoid).collect::<Read<_>>()?;
    fields.finish()?;
    data::check_size(&node, [n_train, n_aux_set, n_test], 1, auxiliaries.len())?;
    Ok(Sinusoids { n_train, n_aux_set, n_test, range, main, auxiliaries })
}

fn named_sinusoid(node: Node) -> Read<NamedSinusoid> {
    let mut fields = node.object()?;
    let name = fields.need("name")?.text(MAX_TEXT)?;
    let shape = sinusoid(&mut fields)?;
    fields.finish()?;
    Ok(NamedSinusoid { name, shape })
}

fn sinusoid(fields: &mut Fields) -> Read<Sinusoid> {
    let mut or =
        |name, default: f64| fields.get(name).map_or(Ok(default), |node| node.number(-MAX_RATE, MAX_RATE));
    let (amplitude, frequency, phase) = (or("amplitude", 1.0)?, or("frequency", 1.0)?, or("phase", 0.0)?);
    Ok(Sinusoid { amplitude, frequency, phase, noise: noise(fields.get("noise"))? })
}

/// Refuses targets given in the document that are no labels from 0 to 1.
pub(super) fn check_labels(node: &Node, data: &DataSource) -> Read<()> {
    if !matches!(data, DataSource::Inline(_)) {
        return Ok(());
    }
    let mut fields = node.clone().object()?;
    let mut train = fields.need("train")?.object()?;
    check_label_column(&train.need("main")?)?;
    for node in train.need("aux")?.list(0, MAX_TASKS, "lists")? {
        check_label_column(&node)?;
    }
    for name in ["aux_set", "test"] {
        if let Some(set) = fields.get(name).filter(|set| !set.is_text()) {
            check_label_column(&set.object()?.need("main")?)?;
        }
    }
    Ok(())
}

/// Labels from 0 to 1.
pub(super) fn check_label_column(node: &Node) -> Read<()> {
    node.numbers((0, usize::MAX), 0.0, 1.0).map(|_| ())
}
