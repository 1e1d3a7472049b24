//! From text to document: syntax, shape and limits, with errors a teacher can act on.

mod data;
mod fields;
mod kinds;
mod method;
mod unused;

use super::json::Json;
use super::problem::Problem;
use super::repeated::refuse_repeated;
use super::{Combination, Experiment, LaneDocument, SCHEMA, Start, default_tolerance};
use crate::constraint::Constraint;
use crate::error::{ErrorKind, ExperimentError};
use fields::Node;
pub(super) use fields::shown;
use unused::ForAll;

/// Longest document that is read, in bytes. A table of 100,000 numbers fits.
pub const MAX_DOCUMENT_BYTES: usize = 5_000_000;
/// Largest number of lanes.
const MAX_LANES: usize = 16;
/// Largest number of outer steps.
const MAX_STEPS: u64 = 1_000_000_000;
/// Largest seed: beyond it JavaScript cannot hold whole numbers.
const MAX_SEED: u64 = (1 << 53) - 1;
/// Largest size of a rate, weight or noise: these have the units of losses and inputs, which may be any.
const MAX_RATE: f64 = 1e30;
/// How far a φ that is dragged stays from an open end of its range.
const OPEN: f64 = 1e-3;
/// Longest text, in characters.
const MAX_TEXT: usize = 2_000;

/// Reads and checks a document.
pub(super) fn document(text: &str) -> Result<Experiment, ExperimentError> {
    let text = trimmed(text)?;
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|e| ExperimentError::new(ErrorKind::Syntax, "", "JSON", e))?;
    refuse_repeated(text)?;
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

/// What a lane is read against.
struct Lanes<'a> {
    problem: &'a Problem,
    combination: &'a Combination,
    constraint: &'a Constraint,
    n_phi: usize,
    steps: u64,
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
    let problem = kinds::problem(fields.need("problem")?)?;
    let combination = kinds::combination(&mut fields, &problem)?;
    let (constraint_node, start_node) = (fields.get("constraint"), fields.get("start"));
    let constraint = match constraint_node.clone() {
        Some(node) => constraint(node, &combination)?,
        None => problem.default_constraint(),
    };
    let start = match start_node.clone() {
        Some(node) => start(node, &problem, &combination, &constraint)?,
        None => Start::default(),
    };
    kinds::check_start(&problem, &start)?;
    let steps = fields.need("steps")?.whole(1, MAX_STEPS)?;
    let n_phi = combination.n_phi(problem.task_names(seed).len());
    let context =
        Lanes { problem: &problem, combination: &combination, constraint: &constraint, n_phi, steps };
    let lanes = fields.need("lanes")?.list(1, MAX_LANES, "lanes")?;
    let lanes: Vec<_> = lanes.into_iter().map(|node| lane(node, &context)).collect::<Result<_, _>>()?;
    let for_all = ForAll {
        constraint: (&constraint, problem.default_constraint()),
        phi: (&start.phi, problem.default_phi(&constraint)),
        combination: &combination,
    };
    for_all.check(constraint_node, start_node, &lanes)?;
    let tolerance = match fields.get("tolerance") {
        Some(node) => node.number(0.0, 1.0)?,
        None => default_tolerance(),
    };
    let diagnostics = kinds::diagnostics(&mut fields)?;
    fields.finish()?;
    Ok(Experiment {
        schema: SCHEMA,
        title,
        description,
        seed,
        problem,
        combination,
        start,
        lanes,
        constraint,
        steps,
        tolerance,
        diagnostics,
    })
}

/// A parametrisation that the combination can have.
fn constraint(node: Node, combination: &Combination) -> Result<Constraint, ExperimentError> {
    let constraint = kinds::constraint(node.clone())?;
    if matches!((&constraint, combination), (Constraint::Softmax(_), Combination::Monotone(_))) {
        return Err(node.wrong_value("a parametrisation of each weight by itself, in a network", "softmax"));
    }
    Ok(constraint)
}

fn start(
    node: Node,
    problem: &Problem,
    combination: &Combination,
    constraint: &Constraint,
) -> Result<Start, ExperimentError> {
    let mut fields = node.object()?;
    let n = problem.n_parameters();
    let m = combination.n_phi(problem.task_names(0).len());
    let w = match fields.get("w") {
        Some(node) => node.numbers((n, n), -MAX_RATE, MAX_RATE)?,
        None => Vec::new(),
    };
    let (low, high) = phi_range(constraint, combination);
    let phi = match fields.get("phi") {
        Some(node) => node.numbers((m, m), low, high)?,
        None => Vec::new(),
    };
    fields.finish()?;
    Ok(Start { w, phi })
}

/// Least and largest component of φ at the start.
pub(super) fn phi_range(constraint: &Constraint, combination: &Combination) -> (f64, f64) {
    match (constraint, combination) {
        (Constraint::Free(_), _) | (_, Combination::Monotone(_)) => (-MAX_RATE, MAX_RATE),
        (Constraint::Sigmoid(_), _) => (0.0, 1.0),
        _ => (0.0, MAX_RATE),
    }
}

/// What of that range is far enough from an open end for φ to move.
pub(super) fn inside(constraint: &Constraint, combination: &Combination) -> (f64, f64) {
    let (low, high) = phi_range(constraint, combination);
    match (constraint, combination) {
        (Constraint::Sigmoid(_), Combination::Linear(_)) => (low + OPEN, high - OPEN),
        (Constraint::Softplus(_) | Constraint::Exp(_) | Constraint::Softmax(_), Combination::Linear(_)) => {
            (low + OPEN, high)
        }
        _ => (low, high),
    }
}

fn lane(node: Node, context: &Lanes) -> Result<LaneDocument, ExperimentError> {
    let mut fields = node.object()?;
    let label = match fields.get("label") {
        Some(node) => node.text(MAX_TEXT)?,
        None => String::new(),
    };
    let node = fields.get("constraint");
    let own = node.clone().map(|node| constraint(node, context.combination)).transpose()?;
    let context = Lanes { constraint: own.as_ref().unwrap_or(context.constraint), ..*context };
    let method = method::method(&fields.need("method")?, &context)?;
    fields.finish()?;
    unused::check_lane(node, own.as_ref(), &method)?;
    Ok(LaneDocument { label, method, constraint: own })
}
