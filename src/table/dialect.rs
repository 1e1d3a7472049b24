//! The form of a table, as far as its reader is given it; the rest is inferred or asked.

use super::lines::Separator;
use super::numbers::{Mark, Shape};
use crate::experiment::Json;

/// Form of a table, as far as it is given.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dialect {
    /// Separator of cells.
    pub separator: Option<Separator>,
    /// Mark before decimals; the other mark stands between thousands then.
    pub decimal: Option<Mark>,
    /// True where the first line holds names.
    pub has_names: Option<bool>,
    /// Further cells that stand for a missing value, such as `-999`.
    pub missing: Vec<String>,
    /// Suspicious numbers that are numbers all the same.
    pub numbers: Vec<String>,
}

impl Dialect {
    /// Reads what the page sends: `{separator?, decimal?, has_names?, missing?, numbers?}`; what is not one of these
    /// or of another type is not told.
    pub fn read(json: &Json) -> Self {
        let text = |name| match json.get(name) {
            Some(Json::Text(text)) => text.chars().next(),
            _ => None,
        };
        let texts = |name| match json.get(name) {
            Some(Json::List(list)) => list.iter().filter_map(of_text).collect(),
            _ => Vec::new(),
        };
        Self {
            separator: text("separator").and_then(Separator::of),
            decimal: text("decimal").and_then(|c| Mark::BOTH.into_iter().find(|mark| mark.char() == c)),
            has_names: match json.get("has_names") {
                Some(Json::Truth(truth)) => Some(*truth),
                _ => None,
            },
            missing: texts("missing"),
            numbers: texts("numbers"),
        }
    }

    /// Returns whether a cell stands for a missing value by what was told, as text or as the same number.
    pub(super) fn is_missing(&self, cell: &str) -> bool {
        includes(&self.missing, cell)
    }

    /// Returns whether a suspicious cell was said to be a number.
    pub(super) fn is_number(&self, cell: &str) -> bool {
        includes(&self.numbers, cell)
    }
}

fn of_text(json: &Json) -> Option<String> {
    if let Json::Text(text) = json { Some(text.clone()) } else { None }
}

fn includes(words: &[String], cell: &str) -> bool {
    let value = |text: &str| Shape::of(text).and_then(|shape| shape.value(Mark::Point));
    words.iter().any(|word| word == cell || (value(word).is_some() && value(word) == value(cell)))
}
