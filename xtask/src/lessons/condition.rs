//! What a lesson states of a run, or waits for on the page: comparisons of quantities, joined by `and`.
//!
//! `AuxiLearn: phi_1 > 0.5 and Joint descent: zero step of phi_1 is 138`. Parsed here, judged in two places:
//! by a test on runs of the solver, and by `www/lesson-checks.js` on what the page shows.
//!
//! The reader is our own, because these comparisons are words divided by spaces, which `split` reads, and an expression
//! language from elsewhere would neither know traces nor be judged by the page.

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde_json::{Value, json};
use std::fmt;
use std::ops::Deref;

/// A number or word that can be compared.
#[derive(Debug, Clone, PartialEq)]
pub enum Quantity {
    /// A number, and as it is written.
    Number(f64, String),
    /// Anything else that stands alone, such as `train`.
    Word(String),
    /// `LANE: …`, read off the trace of the lane with this label.
    Trace { lane: String, column: String, read: Read },
    /// `document PATH`: a part of the experiment's document; absent parts are null.
    Document(String),
    /// `control NAME`: a control of the charts of the problem on the page.
    Control(String),
    /// `cursor`: the step looked at on the page.
    Cursor,
    /// `seed` of the run.
    Seed,
}

/// What of a column is read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Read {
    /// The last value.
    Last,
    /// `COLUMN at STEP`.
    At(u64),
    /// `COLUMN at cursor`.
    AtCursor,
    /// `zero step of COLUMN`: the step from which on it is zero.
    Zero,
    /// `rises of COLUMN`: steps in which it grew.
    Rises,
    /// `flips of COLUMN`: changes of its sign.
    Flips,
}

/// How two quantities are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// `is`: equal to as many digits as are written.
    Is,
    /// `=`: equal to the last bit.
    Equals,
    /// `!=`.
    Differs,
    /// `<`.
    Below,
    /// `<=`.
    AtMost,
    /// `>`.
    Above,
    /// `>=`.
    AtLeast,
}

const RELATIONS: [(&str, Relation); 7] = [
    ("is", Relation::Is),
    ("=", Relation::Equals),
    ("!=", Relation::Differs),
    ("<", Relation::Below),
    ("<=", Relation::AtMost),
    (">", Relation::Above),
    (">=", Relation::AtLeast),
];

/// Names of columns, without the number of their component.
const STEMS: [&str; 14] = [
    "phi",
    "w",
    "alignment",
    "hypergradient",
    "exact_hypergradient",
    "loss_train",
    "loss_main",
    "loss_aux_set",
    "loss_test",
    "stationarity",
    "fall_by_w",
    "fall_by_phi",
    "cosine",
    "lambda_max",
];

/// One comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// What stands before the relation.
    pub left: Quantity,
    /// The relation.
    pub relation: Relation,
    /// What stands after it.
    pub right: Quantity,
}

/// Comparisons that are all to hold; a string in a lesson.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition(Vec<Comparison>);

impl<'de> Deserialize<'de> for Condition {
    /// By a visitor rather than `try_from`, whose errors would not know their place.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = Condition;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("comparisons")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Condition, E> {
                parse(text).map(Condition).map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}

impl Deref for Condition {
    type Target = [Comparison];

    fn deref(&self) -> &[Comparison] {
        &self.0
    }
}

/// Reads comparisons joined by `and`.
///
/// # Errors
/// In words, if it is none.
pub fn parse(text: &str) -> Result<Vec<Comparison>, String> {
    text.split(" and ").map(comparison).collect()
}

fn comparison(text: &str) -> Result<Comparison, String> {
    let words: Vec<&str> = text.split(' ').collect();
    // The last relation counts: a label may hold such a word, a value does not.
    let found = words.iter().enumerate().rev().find_map(|(i, word)| {
        RELATIONS.iter().find(|(name, _)| name == word).map(|(_, relation)| (i, *relation))
    });
    let (i, relation) =
        found.ok_or_else(|| format!("{text:?} compares nothing: is, =, !=, <, <=, > or >= is missing"))?;
    let (left, right) = (quantity(&words[..i].join(" "))?, quantity(&words[i + 1..].join(" "))?);
    if relation == Relation::Is && !matches!(right, Quantity::Number(..)) {
        return Err(format!("{text:?}: after `is` stands a number"));
    }
    Ok(Comparison { left, relation, right })
}

fn quantity(text: &str) -> Result<Quantity, String> {
    if let Some((lane, what)) = text.split_once(": ") {
        let (column, read) = column(what)?;
        return Ok(Quantity::Trace { lane: lane.to_owned(), column, read });
    }
    if let Ok(number) = text.parse::<f64>() {
        return Ok(Quantity::Number(number, text.to_owned()));
    }
    match (text, text.split_once(' ')) {
        ("cursor", _) => Ok(Quantity::Cursor),
        ("seed", _) => Ok(Quantity::Seed),
        (_, Some(("document", path))) => Ok(Quantity::Document(path.to_owned())),
        (_, Some(("control", name))) => Ok(Quantity::Control(name.to_owned())),
        (_, None) if !text.is_empty() => Ok(Quantity::Word(text.to_owned())),
        _ => Err(format!("{text:?} is nothing that can be compared")),
    }
}

/// `phi_1`, `phi_1 at 20`, `zero step of phi_1` and the like.
fn column(text: &str) -> Result<(String, Read), String> {
    let of = [("zero step of ", Read::Zero), ("rises of ", Read::Rises), ("flips of ", Read::Flips)];
    let found = of.iter().find_map(|(start, read)| Some((text.strip_prefix(start)?, *read)));
    let (name, read) = match (found, text.split_once(" at ")) {
        (Some(found), _) => found,
        (None, Some((name, "cursor"))) => (name, Read::AtCursor),
        (None, Some((name, step))) => {
            (name, Read::At(step.parse().map_err(|_| format!("{step:?} is no step"))?))
        }
        (None, None) => (text, Read::Last),
    };
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
    if STEMS.contains(&stem) {
        Ok((name.to_owned(), read))
    } else {
        Err(format!("there is no column {name:?}"))
    }
}

impl Comparison {
    /// Returns whether it can be judged by the page alone, and by a test alone.
    fn needs(&self) -> (bool, bool) {
        let of = |quantity: &Quantity| match quantity {
            Quantity::Control(_) | Quantity::Cursor => (true, false),
            Quantity::Trace { read: Read::AtCursor, .. } => (true, false),
            Quantity::Trace { read: Read::Rises | Read::Flips, .. } => (false, true),
            _ => (false, false),
        };
        let (left, right) = (of(&self.left), of(&self.right));
        (left.0 || right.0, left.1 || right.1)
    }

    /// Returns whether only the page can judge it: it is about the cursor or a control.
    pub fn needs_page(&self) -> bool {
        self.needs().0
    }

    /// Returns whether only a test can judge it.
    pub fn needs_test(&self) -> bool {
        self.needs().1
    }

    /// Labels of the lanes that it names.
    pub fn lanes(&self) -> impl Iterator<Item = &str> {
        [&self.left, &self.right].into_iter().filter_map(|quantity| match quantity {
            Quantity::Trace { lane, .. } => Some(lane.as_str()),
            _ => None,
        })
    }

    /// For the page.
    pub fn to_json(&self) -> Value {
        let (name, _) =
            RELATIONS.iter().find(|(_, relation)| *relation == self.relation).expect("one of them");
        json!([side(&self.left), name, side(&self.right)])
    }
}

fn side(quantity: &Quantity) -> Value {
    match quantity {
        Quantity::Number(number, _) => json!(number),
        Quantity::Word(word) => json!(word),
        Quantity::Trace { lane, column, read } => match read {
            Read::At(step) => json!({ "lane": lane, "column": column, "at": step }),
            Read::AtCursor => json!({ "lane": lane, "column": column, "at": "cursor" }),
            Read::Zero => json!({ "lane": lane, "column": column, "at": "zero" }),
            _ => json!({ "lane": lane, "column": column }),
        },
        Quantity::Document(path) => json!({ "document": path }),
        Quantity::Control(name) => json!({ "control": name }),
        Quantity::Cursor => json!({ "page": "cursor" }),
        Quantity::Seed => json!({ "page": "seed" }),
    }
}

/// Returns whether two numbers stand in a relation; `written` is the right one as it stands in the text.
pub fn holds(left: f64, relation: Relation, right: f64, written: &str) -> bool {
    match relation {
        Relation::Is => {
            let digits = written.split_once('.').map_or(0, |(_, after)| after.len());
            (left - right).abs() <= 0.5 * 10f64.powi(-(digits as i32)) * (1.0 + 1e-12)
        }
        Relation::Equals => left == right,
        Relation::Differs => left != right,
        Relation::Below => left < right,
        Relation::AtMost => left <= right,
        Relation::Above => left > right,
        Relation::AtLeast => left >= right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_are_read() {
        let read =
            parse("Neumann, 3 terms: phi_1 at 20 > 0.5 and document problem.aux_set != train").unwrap();
        let lane =
            Quantity::Trace { lane: "Neumann, 3 terms".into(), column: "phi_1".into(), read: Read::At(20) };
        assert_eq!((&read[0].left, read[0].relation), (&lane, Relation::Above));
        assert_eq!(read[1].left, Quantity::Document("problem.aux_set".into()));
        assert_eq!(read[1].right, Quantity::Word("train".into()));
        assert!(parse("A: zero step of phi_2 is 4").unwrap()[0].lanes().eq(["A"]));
        assert!(parse("control terms >= 2").unwrap()[0].needs_page());
        assert!(parse("A: rises of phi_1 = 0").unwrap()[0].needs_test());
    }

    #[test]
    fn what_is_none_is_refused_in_words() {
        for (text, words) in [
            ("A: phi_1", "compares nothing"),
            ("A: phj_1 > 0", "no column"),
            ("A: phi_1 at noon > 0", "no step"),
            ("A: phi_1 is large", "a number"),
            ("some words > 1", "nothing that can be compared"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn is_means_equal_to_the_digits_written() {
        assert!(holds(0.3580, Relation::Is, 0.36, "0.36") && !holds(0.3549, Relation::Is, 0.36, "0.36"));
        assert!(holds(138.0, Relation::Is, 138.0, "138") && !holds(137.0, Relation::Is, 138.0, "138"));
    }
}
