//! A document's parameters in a few lines, for the captions of figures.

use super::read::{Json, shown};

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
/// let document: serde_json::Value = serde_json::from_str(
///     r#"{ "seed": 7, "steps": 90, "lanes": [{ "label": "A", "method": { "kind": "fixed_weights" } }] }"#,
/// )?;
/// assert_eq!(notes(&Json::from(document)), ["Seed 7, 90 steps.", "A: fixed weights."]);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn notes(document: &Json) -> Vec<String> {
    let number = |name| match document.get(name) {
        Some(Json::Number(x)) => shown(*x),
        _ => "0".to_owned(),
    };
    let mut notes = vec![format!("Seed {}, {} steps.", number("seed"), number("steps"))];
    notes.extend(document.get("problem").map(|problem| format!("Problem: {}.", inside(problem))));
    if let Some(Json::List(lanes)) = document.get("lanes") {
        notes.extend(lanes.iter().map(|lane| match lane.get("label") {
            Some(Json::Text(label)) => format!("{label}: {}.", parts(lane).join(", ")),
            _ => format!("{}.", parts(lane).join(", ")),
        }));
    }
    if let Json::Object(fields) = document {
        let rest = fields.iter().filter(|(key, _)| !APART.contains(&key.as_str())).cloned().collect();
        let rest = parts(&Json::Object(rest));
        notes.extend((!rest.is_empty()).then(|| format!("Also: {}.", rest.join(", "))));
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
        key => format!("{} {}", spaced(key), inside(value)),
    };
    fields.iter().map(part).collect()
}

/// A value in words: an object by its name and its fields.
fn inside(value: &Json) -> String {
    match value {
        Json::Null => "none".to_owned(),
        Json::Truth(truth) => (if *truth { "yes" } else { "no" }).to_owned(),
        Json::Number(x) => shown(*x),
        Json::Text(text) => spaced(text),
        Json::List(list) if list.len() > LIST => format!("({} entries)", list.len()),
        Json::List(list) => format!("[{}]", list.iter().map(inside).collect::<Vec<_>>().join(", ")),
        Json::Object(_) => {
            let name = NAMES.iter().find_map(|name| value.get(name)).map(inside).unwrap_or_default();
            let parts = parts(value).join(", ");
            match (name.is_empty(), parts.is_empty()) {
                (_, true) => name,
                (true, false) => format!("({parts})"),
                (false, false) => format!("{name} ({parts})"),
            }
        }
    }
}

fn spaced(text: &str) -> String {
    text.replace('_', " ")
}
