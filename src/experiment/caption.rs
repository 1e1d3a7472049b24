//! A document's parameters in a few lines, for the captions of figures.

use super::json::Json;
use super::read::shown;

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
