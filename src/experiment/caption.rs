//! A document's parameters in a few lines, for the captions of figures.

use super::json::Json;
use super::read::shown;
use crate::lang::{self, t, tr};

/// Longest list that is written out.
const LIST: usize = 8;
/// What has lines or places of its own.
const APART: [&str; 7] = ["schema", "title", "description", "seed", "steps", "problem", "lanes"];
/// What an object is called by, in this order.
const NAMES: [&str; 4] = ["label", "name", "kind", "source"];

/// The parameters of a document: seed and steps, then problem and lanes, then what is left, a line each.
///
/// Only what the document says is told, not what it leaves to defaults.
///
/// ```
/// use auxilearn_lab::experiment::{Json, notes};
///
/// let fields = [("steps", Json::Number(90.0)), ("seed", Json::Number(7.0)), ("tolerance", Json::Number(0.5))];
/// let document = Json::Object(fields.map(|(key, value)| (key.to_owned(), value)).into());
/// assert_eq!(notes(&document), ["Seed 7, 90 steps.", "Also: tolerance 0.5."]);
/// ```
pub fn notes(document: &Json) -> Vec<String> {
    let (seed, steps) = (number(document, "seed"), number(document, "steps"));
    after(t!("Seed {seed}, {steps} steps.", seed = seed, steps = steps), document)
}

/// The same without the seed, for a figure of many seeds.
pub fn notes_without_seed(document: &Json) -> Vec<String> {
    after(t!("{steps} steps.", steps = number(document, "steps")), document)
}

fn number(document: &Json, name: &str) -> String {
    match document.get(name) {
        Some(Json::Number(x)) => shown(*x),
        _ => "0".to_owned(),
    }
}

/// What stands first, then problem, lanes and what is left.
fn after(first: String, document: &Json) -> Vec<String> {
    let mut notes = vec![first];
    notes.extend(document.get("problem").map(|problem| t!("Problem: {problem}.", problem = inside(problem))));
    if let Some(Json::List(lanes)) = document.get("lanes") {
        notes.extend(lanes.iter().map(|lane| match (lane.get("label"), parts(lane).join(tr!(", "))) {
            (Some(Json::Text(label)), parts) => {
                t!("{lane}: {words}.", lane = lang::said(label.clone()), words = parts)
            }
            (_, parts) => t!("{words}.", words = parts),
        }));
    }
    if let Json::Object(fields) = document {
        let rest = fields.iter().filter(|(key, _)| !APART.contains(&key.as_str())).cloned().collect();
        let rest = parts(&Json::Object(rest));
        notes.extend((!rest.is_empty()).then(|| t!("Also: {words}.", words = rest.join(tr!(", ")))));
    }
    notes
}

/// The fields of an object but its name, in the order of their keys: parsers differ in theirs.
fn parts(object: &Json) -> Vec<String> {
    let Json::Object(fields) = object else { return Vec::new() };
    let named = NAMES.iter().find(|name| object.get(name).is_some());
    let mut fields: Vec<_> = fields.iter().filter(|(key, _)| Some(&key.as_str()) != named).collect();
    fields.sort_by(|a, b| a.0.cmp(&b.0));
    let part = |(key, value): &&(String, Json)| match key.as_str() {
        "method" => inside(value), // its kind says what it is
        key => told(&spaced(key), value),
    };
    fields.iter().map(part).collect()
}

/// A field and its value.
fn told(field: &str, value: &Json) -> String {
    match value {
        Json::Truth(true) => t!("{field} yes", field = field),
        Json::Truth(false) => t!("{field} no", field = field),
        value => format!("{field} {}", inside(value)),
    }
}

/// A value in words: an object by its name and its fields.
fn inside(value: &Json) -> String {
    match value {
        Json::Null => tr!("none").to_owned(),
        Json::Truth(_) => told("", value).trim().to_owned(),
        Json::Number(x) => shown(*x),
        Json::Text(text) => spaced(text),
        Json::List(list) if list.len() > LIST => t!("({count} entries)", count = list.len()),
        Json::List(list) => format!("[{}]", list.iter().map(inside).collect::<Vec<_>>().join(", ")),
        Json::Object(_) => {
            let name = NAMES.iter().find_map(|name| value.get(name)).map(inside).unwrap_or_default();
            let parts = parts(value).join(tr!(", "));
            match (name.is_empty(), parts.is_empty()) {
                (_, true) => name,
                (true, false) => t!("({parts})", parts = parts),
                (false, false) => t!("{name} ({parts})", name = name, parts = parts),
            }
        }
    }
}

/// A name that stands in documents, in the language spoken.
fn spaced(text: &str) -> String {
    lang::said(text.replace('_', " ")).trim().to_owned()
}

// What stands in documents, as catalogues have it; symbols and abbreviations stay.
// t: "alpha"
// t: "phi"
// t: "xi"
// t: "amplitude"
// t: "aux set"
// t: "auxiliaries"
// t: "batch"
// t: "centre"
// t: "column"
// t: "columns"
// t: "combination"
// t: "complete"
// t: "condition"
// t: "constraint"
// t: "curvature"
// t: "damping"
// t: "data"
// t: "diagnostics"
// t: "flipped"
// t: "frequency"
// t: "gradients"
// t: "heads"
// t: "hidden"
// t: "high"
// t: "indefinite"
// t: "inner"
// t: "inputs"
// t: "inverse hvp"
// t: "iterations"
// t: "kind"
// t: "label"
// t: "labels"
// t: "lanes"
// t: "loss"
// t: "low"
// t: "lr"
// t: "main"
// t: "max norm"
// t: "method"
// t: "momentum"
// t: "n aux set"
// t: "n auxiliaries"
// t: "n labels"
// t: "n test"
// t: "n train"
// t: "names"
// t: "noise"
// t: "outer"
// t: "parameters"
// t: "phase"
// t: "phi lr"
// t: "points"
// t: "problem"
// t: "range"
// t: "rows"
// t: "samples"
// t: "scaling"
// t: "source"
// t: "spacing"
// t: "spread"
// t: "start"
// t: "steps"
// t: "student t"
// t: "tasks"
// t: "temperature"
// t: "terms"
// t: "test"
// t: "test noise"
// t: "tolerance"
// t: "units"
// t: "w lr"
// t: "warm start"
// t: "weight"
// t: "weight decay"
// t: "widths"
// t: "epsilon"
// t: "floor"
// t: "free"
// t: "linear"
// t: "log"
// t: "formula"
// t: "regression"
// t: "classification"
// t: "quadratic"
// t: "mlp"
// t: "sample weights"
// t: "learned labels"
// t: "ridge"
// t: "generated"
// t: "inline"
// t: "penguins"
// t: "sinusoid"
// t: "joint descent"
// t: "single task"
// t: "equal"
// t: "implicit"
// t: "best response"
// t: "grid search"
// t: "uncertainty"
// t: "dwa"
// t: "grad norm"
// t: "cosine gating"
// t: "ol aux"
// t: "unrolled"
// t: "darts"
// t: "monotone"
// t: "weighted"
// t: "clamp"
// t: "sigmoid"
// t: "softplus"
// t: "exp"
// t: "softmax"
// t: "direct"
// t: "exact"
// t: "neumann"
// t: "conjugate gradients"
// t: "identity"
// t: "gradient descent"
// t: "adam"
// t: "sgd"
// t: "newton"
// t: "official"
// t: "factorise"
// t: "stop"
// t: "separate"
// t: "shared"
// t: "squared"
// t: "logistic"
// t: "train"
// t: "held out"
// t: "bill length mm"
// t: "bill depth mm"
// t: "flipper length mm"
// t: "body mass g"
// t: "sex"

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_told_in_the_order_of_their_keys_whatever_the_order_of_the_document() {
        let texts = [
            r#"{ "seed": 7, "steps": 90, "lanes": [{ "label": "A", "method": { "kind": "joint_descent", "w_lr": 0.05, "phi_lr": 2 } }],
                 "problem": { "kind": "ridge", "data": { "source": "penguins", "y": [1, 2, 3, 4, 5, 6, 7, 8, 9] } } }"#,
            r#"{ "problem": { "data": { "y": [1, 2, 3, 4, 5, 6, 7, 8, 9], "source": "penguins" }, "kind": "ridge" },
                 "steps": 90, "lanes": [{ "method": { "phi_lr": 2, "w_lr": 0.05, "kind": "joint_descent" }, "label": "A" }], "seed": 7 }"#,
        ];
        for text in texts {
            let document: serde_json::Value = serde_json::from_str(text).expect("JSON");
            assert_eq!(
                notes(&document.into()),
                [
                    "Seed 7, 90 steps.",
                    "Problem: ridge (data penguins (y (9 entries))).",
                    "A: joint descent (phi lr 2, w lr 0.05)."
                ]
            );
        }
    }
}
