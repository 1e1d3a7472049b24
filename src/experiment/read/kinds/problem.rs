//! Reads problems of every kind.

use super::{formula, quadratic, tasks};
use crate::error::ExperimentError;
use crate::experiment::data::{HeldOutSamples, MainTask};
use crate::experiment::problem::{
    AuxSet, Classification, GeneratedLabels, GeneratedRidge, GeneratedSamples, InlineLabels, InlineSamples,
    LabelInputs, LabelSource, LearnedLabels, Mlp, Problem, Quadratic, Regression, Ridge, RidgeSource,
    SampleSource, SampleWeights,
};
use crate::experiment::read::MAX_RATE;
use crate::experiment::read::data::{
    self, MAX_PARAMETERS, MAX_SAMPLES, check_size, held_out, inputs, is_train, noise,
};
use crate::experiment::read::fields::{Fields, Node};
use crate::family::{Heads, Network, SampleLoss};

type Read<T> = Result<T, ExperimentError>;

/// Every kind of problem.
pub(super) const KINDS: [&str; 8] = [
    "quadratic",
    "regression",
    "classification",
    "mlp",
    "sample_weights",
    "learned_labels",
    "ridge",
    "formula",
];
/// Most components of φ that are weights of samples, or labels.
const MAX_PHI: usize = 200;
/// Most hidden units.
const MAX_HIDDEN: usize = 100;

/// `problem` of one of [`KINDS`].
pub(super) fn of_kind(kind: &str, node: Node) -> Read<Problem> {
    match kind {
        "regression" => regression(node),
        "quadratic" => quadratic(node),
        "classification" => classification(node),
        "mlp" => mlp(node),
        "sample_weights" => sample_weights(node),
        "learned_labels" => learned_labels(node),
        "ridge" => ridge(node),
        _ => formula::formulas(fields_of(node.clone())?, &node).map(Problem::Formula),
    }
}

/// The fields of a problem after its kind.
fn fields_of(node: Node) -> Read<Fields> {
    let mut fields = node.object()?;
    fields.get("kind");
    Ok(fields)
}

/// `l2`, 0 if left out.
pub(super) fn l2(fields: &mut Fields) -> Read<f64> {
    fields.get("l2").map_or(Ok(0.0), |node| node.number(0.0, MAX_RATE))
}

/// `aux_set`, held out if left out.
pub(super) fn aux_set(fields: &mut Fields) -> Read<AuxSet> {
    match fields.get("aux_set").map(|node| node.word(&["held_out", "train"])).transpose()? {
        Some("train") => Ok(AuxSet::Train),
        _ => Ok(AuxSet::HeldOut),
    }
}

/// `loss`, squared if left out.
fn loss(fields: &mut Fields) -> Read<SampleLoss> {
    match fields.get("loss").map(|node| node.word(&["squared", "logistic"])).transpose()? {
        Some("logistic") => Ok(SampleLoss::Logistic),
        _ => Ok(SampleLoss::Squared),
    }
}

fn quadratic(node: Node) -> Read<Problem> {
    let mut fields = fields_of(node)?;
    let data = quadratic::source(fields.need("data")?)?;
    let aux_set = aux_set(&mut fields)?;
    fields.finish()?;
    Ok(Problem::Quadratic(Quadratic { data, aux_set }))
}

fn classification(node: Node) -> Read<Problem> {
    let mut fields = fields_of(node)?;
    let source = fields.need("data")?;
    let data = data::source(source.clone())?;
    tasks::check_labels(&source, &data)?;
    let (l2, aux_set) = (l2(&mut fields)?, aux_set(&mut fields)?);
    fields.finish()?;
    Ok(Problem::Classification(Classification { data, l2, aux_set }))
}

fn mlp(node: Node) -> Read<Problem> {
    let mut fields = fields_of(node)?;
    let source = fields.need("data")?;
    let data = tasks::network_source(source.clone())?;
    let hidden_node = fields.need("hidden")?;
    let hidden = hidden_node.count(1, MAX_HIDDEN, "hidden units")?;
    let heads = match fields.get("heads").map(|node| node.word(&["shared", "separate"])).transpose()? {
        Some("separate") => Heads::Separate,
        _ => Heads::Shared,
    };
    let loss = loss(&mut fields)?;
    if loss == SampleLoss::Logistic {
        tasks::check_labels(&source, &data)?;
    }
    let (l2, aux_set) = (l2(&mut fields)?, aux_set(&mut fields)?);
    fields.finish()?;
    let mlp = Mlp { data, hidden, heads, loss, l2, aux_set };
    let count = Network::count(mlp.data.n_inputs(), hidden, mlp.n_heads());
    if count > MAX_PARAMETERS {
        let expected = format!("a network of at most {MAX_PARAMETERS} parameters");
        return Err(hidden_node.wrong_value(expected, count.to_string()));
    }
    Ok(Problem::Mlp(mlp))
}

fn sample_weights(node: Node) -> Read<Problem> {
    let mut fields = fields_of(node)?;
    let loss = loss(&mut fields)?;
    let source = fields.need("data")?;
    let data = match source.clone().object()?.tag("source", &["generated", "inline"])? {
        "generated" => SampleSource::Generated(generated_samples(source)?),
        _ => SampleSource::Inline(inline_samples(source, MAX_PHI, loss)?),
    };
    let (l2, aux_set) = (l2(&mut fields)?, aux_set(&mut fields)?);
    fields.finish()?;
    Ok(Problem::SampleWeights(SampleWeights { data, loss, l2, aux_set }))
}

fn generated_samples(node: Node) -> Read<GeneratedSamples> {
    let mut fields = node.clone().object()?;
    fields.get("source");
    let n_train = fields.need("n_train")?.count(1, MAX_PHI, "samples")?;
    let (n_aux_set, n_test) = judging_sizes(&mut fields)?;
    let w = fields.need("w")?.numbers((1, MAX_PARAMETERS), -MAX_RATE, MAX_RATE)?;
    let noise = noise(Some(fields.need("noise")?))?;
    let flipped = fields.get("flipped").map_or(Ok(0.0), |node| node.number(0.0, 1.0))?;
    fields.finish()?;
    check_size(&node, [n_train, n_aux_set, n_test], w.len(), 0)?;
    Ok(GeneratedSamples { n_train, n_aux_set, n_test, w, noise, flipped })
}

/// `n_aux_set` and `n_test`, 0 if left out.
fn judging_sizes(fields: &mut Fields) -> Read<(usize, usize)> {
    let n_aux_set = fields.need("n_aux_set")?.count(1, MAX_SAMPLES, "samples")?;
    let n_test = fields.get("n_test").map_or(Ok(0), |node| node.count(0, MAX_SAMPLES, "samples"))?;
    Ok((n_aux_set, n_test))
}

fn inline_samples(node: Node, most: usize, loss: SampleLoss) -> Read<InlineSamples> {
    let mut fields = node.object()?;
    fields.get("source");
    let train = training(fields.need("train")?, most, loss)?;
    let n = train.x[0].len();
    let aux_set = aux_samples(fields.need("aux_set")?, &train, n, loss)?;
    let test = fields.get("test").map(|node| judging(node, n, loss)).transpose()?;
    fields.finish()?;
    Ok(InlineSamples { train, aux_set, test })
}

/// At most `most` samples of any number of inputs.
fn training(node: Node, most: usize, loss: SampleLoss) -> Read<HeldOutSamples> {
    let x_node = node.clone().object()?.need("x")?;
    x_node.list(1, most, "samples")?;
    let n = inputs(&x_node, (1, MAX_PARAMETERS))?[0].len();
    judging(node, n, loss)
}

/// The auxiliary set, which may be the word `train`.
fn aux_samples(node: Node, train: &HeldOutSamples, n: usize, loss: SampleLoss) -> Read<HeldOutSamples> {
    if is_train(&node)? { Ok(train.clone()) } else { judging(node, n, loss) }
}

/// Samples with main targets, which are labels for a logistic loss.
fn judging(node: Node, n: usize, loss: SampleLoss) -> Read<HeldOutSamples> {
    let set = held_out(node.clone(), n)?;
    if loss == SampleLoss::Logistic {
        tasks::check_label_column(&node.object()?.need("main")?)?;
    }
    Ok(set)
}

fn learned_labels(node: Node) -> Read<Problem> {
    let mut fields = fields_of(node)?;
    let loss = loss(&mut fields)?;
    let source = fields.need("data")?;
    let data = match source.clone().object()?.tag("source", &["generated", "inline"])? {
        "generated" => LabelSource::Generated(generated_labels(source)?),
        _ => LabelSource::Inline(inline_labels(source, loss)?),
    };
    let weight = fields.get("weight").map_or(Ok(1.0), |node| node.positive(MAX_RATE))?;
    let (l2, aux_set) = (l2(&mut fields)?, aux_set(&mut fields)?);
    fields.finish()?;
    Ok(Problem::LearnedLabels(LearnedLabels { data, loss, weight, l2, aux_set }))
}

fn generated_labels(node: Node) -> Read<GeneratedLabels> {
    let mut fields = node.clone().object()?;
    fields.get("source");
    let n_train = fields.need("n_train")?.count(1, MAX_SAMPLES, "samples")?;
    let n_labels = fields.need("n_labels")?.count(1, MAX_PHI, "labels")?;
    let (n_aux_set, n_test) = judging_sizes(&mut fields)?;
    let w = fields.need("w")?.numbers((1, MAX_PARAMETERS), -MAX_RATE, MAX_RATE)?;
    let noise = noise(Some(fields.need("noise")?))?;
    fields.finish()?;
    check_size(&node, [n_train + n_labels, n_aux_set, n_test], w.len(), 0)?;
    Ok(GeneratedLabels { n_train, n_labels, n_aux_set, n_test, w, noise })
}

fn inline_labels(node: Node, loss: SampleLoss) -> Read<InlineLabels> {
    let mut fields = node.object()?;
    fields.get("source");
    let train = training(fields.need("train")?, MAX_SAMPLES, loss)?;
    let n = train.x[0].len();
    let mut labels = fields.need("labels")?.object()?;
    let x_node = labels.need("x")?;
    x_node.list(1, MAX_PHI, "labels")?;
    let x = inputs(&x_node, (n, n))?;
    labels.finish()?;
    let aux_set = aux_samples(fields.need("aux_set")?, &train, n, loss)?;
    let test = fields.get("test").map(|node| judging(node, n, loss)).transpose()?;
    fields.finish()?;
    Ok(InlineLabels { train, labels: LabelInputs { x }, aux_set, test })
}

fn ridge(node: Node) -> Read<Problem> {
    let mut fields = fields_of(node)?;
    let source = fields.need("data")?;
    let data = match source.clone().object()?.tag("source", &["generated", "inline", "penguins"])? {
        "generated" => RidgeSource::Generated(generated_ridge(source)?),
        "inline" => RidgeSource::Inline(inline_samples(source, MAX_SAMPLES, SampleLoss::Squared)?),
        _ => RidgeSource::Penguins(data::birds(source, false)?),
    };
    let aux_set = aux_set(&mut fields)?;
    fields.finish()?;
    Ok(Problem::Ridge(Ridge { data, aux_set }))
}

fn generated_ridge(node: Node) -> Read<GeneratedRidge> {
    let mut fields = node.clone().object()?;
    fields.get("source");
    let n_train = fields.need("n_train")?.count(1, MAX_SAMPLES, "samples")?;
    let (n_aux_set, n_test) = judging_sizes(&mut fields)?;
    let mut main = fields.need("main")?.object()?;
    let w = main.need("w")?.numbers((1, MAX_PARAMETERS), -MAX_RATE, MAX_RATE)?;
    let noise = noise(Some(main.need("noise")?))?;
    main.finish()?;
    fields.finish()?;
    check_size(&node, [n_train, n_aux_set, n_test], w.len(), 0)?;
    Ok(GeneratedRidge { n_train, n_aux_set, n_test, main: MainTask { w, noise } })
}

/// `problem` of the kind regression, in full.
pub(super) fn regression(node: Node) -> Read<Problem> {
    let mut fields = fields_of(node)?;
    let data = data::source(fields.need("data")?)?;
    let (l2, aux_set) = (l2(&mut fields)?, aux_set(&mut fields)?);
    fields.finish()?;
    Ok(Problem::Regression(Regression { data, l2, aux_set }))
}
