//! From text to document: syntax, shape and limits, with errors a teacher can act on.

mod data;
mod fields;
mod method;

use super::{Experiment, LaneDocument, Problem, Regression, SCHEMA, Start, default_tolerance};
use crate::constraint::Constraint;
use crate::error::{ErrorKind, ExperimentError};
pub use fields::Json;
use fields::Node;

/// Longest document that is read, in bytes. A table of 100,000 numbers fits.
pub const MAX_DOCUMENT_BYTES: usize = 5_000_000;
/// Largest number of lanes.
const MAX_LANES: usize = 16;
/// Largest number of outer steps.
const MAX_STEPS: u64 = 1_000_000_000;
/// Largest seed: beyond it JavaScript cannot hold whole numbers.
const MAX_SEED: u64 = (1 << 53) - 1;
/// Largest size of a rate, weight or noise.
const MAX_RATE: f64 = 1e6;
/// Longest text, in characters.
const MAX_TEXT: usize = 2_000;

/// Reads and checks a document.
pub(super) fn document(text: &str) -> Result<Experiment, ExperimentError> {
    let value: serde_json::Value = serde_json::from_str(trimmed(text)?)
        .map_err(|e| ExperimentError::new(ErrorKind::Syntax, "", "JSON", e))?;
    self::value(&value.into())
}

/// The text of a document that is not too long to parse, without a byte order mark.
pub fn trimmed(text: &str) -> Result<&str, ExperimentError> {
    if text.len() > MAX_DOCUMENT_BYTES {
        let tenths = text.len() / 100_000;
        let found = format!("{}.{} MB", tenths / 10, tenths % 10);
        return Err(ExperimentError::value("", "a document of at most 5 MB", found));
    }
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Checks a document that has been parsed.
pub(super) fn value(value: &Json) -> Result<Experiment, ExperimentError> {
    experiment(Node::root(value))
}

/// The seed of a document, which every reader of a seed checks alike.
pub(super) fn check_seed(seed: u64) -> Result<u64, ExperimentError> {
    Node::root(&Json::Number(seed as f64)).whole(0, MAX_SEED)
}

fn experiment(node: Node) -> Result<Experiment, ExperimentError> {
    let mut fields = node.object()?;
    let schema = fields.need("schema")?;
    match schema.whole(0, u64::MAX)? {
        SCHEMA => {}
        other => return Err(schema.wrong_value(format!("version {SCHEMA}"), other.to_string())),
    }
    let title = fields.need("title")?.text(MAX_TEXT)?;
    let description = match fields.get("description") {
        Some(node) => node.text(MAX_TEXT)?,
        None => String::new(),
    };
    let seed = fields.need("seed")?.whole(0, MAX_SEED)?;
    let problem = problem(fields.need("problem")?)?;
    let start = match fields.get("start") {
        Some(node) => start(node, &problem)?,
        None => Start::default(),
    };
    let lanes = fields.need("lanes")?.list(1, MAX_LANES, "lanes")?;
    let lanes = lanes.into_iter().map(lane).collect::<Result<_, _>>()?;
    let constraint = match fields.get("constraint") {
        Some(node) => constraint(node)?,
        None => Constraint::default(),
    };
    let steps = fields.need("steps")?.whole(1, MAX_STEPS)?;
    let tolerance = match fields.get("tolerance") {
        Some(node) => node.number(0.0, 1.0)?,
        None => default_tolerance(),
    };
    fields.finish()?;
    Ok(Experiment {
        schema: SCHEMA,
        title,
        description,
        seed,
        problem,
        start,
        lanes,
        constraint,
        steps,
        tolerance,
    })
}

fn problem(node: Node) -> Result<Problem, ExperimentError> {
    let mut fields = node.object()?;
    fields.tag("kind", &["regression"])?;
    let data = data::source(fields.need("data")?)?;
    fields.finish()?;
    Ok(Problem::Regression(Regression { data }))
}

fn start(node: Node, problem: &Problem) -> Result<Start, ExperimentError> {
    let mut fields = node.object()?;
    let Problem::Regression(Regression { data }) = problem;
    let (n, m) = (data.n_inputs(), data.task_names().len());
    let w = match fields.get("w") {
        Some(node) => node.numbers((n, n), -MAX_RATE, MAX_RATE)?,
        None => Vec::new(),
    };
    let phi = match fields.get("phi") {
        Some(node) => node.numbers((m, m), 0.0, MAX_RATE)?,
        None => Vec::new(),
    };
    fields.finish()?;
    Ok(Start { w, phi })
}

fn lane(node: Node) -> Result<LaneDocument, ExperimentError> {
    let mut fields = node.object()?;
    let label = match fields.get("label") {
        Some(node) => node.text(MAX_TEXT)?,
        None => String::new(),
    };
    let method = method::method(fields.need("method")?)?;
    fields.finish()?;
    Ok(LaneDocument { label, method })
}

fn constraint(node: Node) -> Result<Constraint, ExperimentError> {
    let mut fields = node.object()?;
    fields.tag("kind", &["clamp"])?;
    fields.finish()?;
    Ok(Constraint::default())
}
