//! Reading JSON with the path in every error.
//!
//! serde's derived readers would do, but each is compiled anew for each deserializer, and together
//! they were a third of the page's WebAssembly (160 KB); and serde's internally tagged enums lose
//! the path of an error inside. So serde_json parses, and these few functions, compiled once, take
//! the values out: type, limits and default of a field stand in one place.

use crate::error::{ErrorKind, ExperimentError};
use crate::experiment::json::Json;

type Read<T> = Result<T, ExperimentError>;

/// A value in a document, with its path.
#[derive(Clone)]
pub(super) struct Node<'a> {
    value: &'a Json,
    path: String,
}

impl<'a> Node<'a> {
    /// The whole document.
    pub fn root(value: &'a Json) -> Self {
        Self { value, path: String::new() }
    }

    /// An object, to be read field by field.
    pub fn object(self) -> Read<Fields<'a>> {
        match self.value {
            Json::Object(map) => Ok(Fields { map, path: self.path, known: Vec::new() }),
            _ => Err(self.wrong_shape("an object")),
        }
    }

    /// A list of `low` to `high` things that are called `what`.
    pub fn list(&self, low: usize, high: usize, what: &str) -> Read<Vec<Node<'a>>> {
        let Json::List(list) = self.value else { return Err(self.wrong_shape("a list")) };
        if !(low..=high).contains(&list.len()) {
            let expected =
                if low == high { format!("{low} {what}") } else { format!("{low} to {high} {what}") };
            return Err(self.wrong_value(expected, list.len().to_string()));
        }
        let item = |(i, value)| Node { value, path: format!("{}[{i}]", self.path) };
        Ok(list.iter().enumerate().map(item).collect())
    }

    /// A number from `low` to `high`.
    pub fn number(&self, low: f64, high: f64) -> Read<f64> {
        match self.any_number()? {
            x if (low..=high).contains(&x) => Ok(x),
            x => Err(self.wrong_value(format!("a number from {} to {}", bound(low), bound(high)), shown(x))),
        }
    }

    /// A number above 0 and at most `high`.
    pub fn positive(&self, high: f64) -> Read<f64> {
        match self.any_number()? {
            x if x > 0.0 && x <= high => Ok(x),
            x => Err(self.wrong_value(format!("a number above 0 and at most {}", bound(high)), shown(x))),
        }
    }

    /// A number from 0 to below 1.
    pub fn share(&self) -> Read<f64> {
        match self.any_number()? {
            x if (0.0..1.0).contains(&x) => Ok(x),
            x => Err(self.wrong_value("a number from 0 to below 1", shown(x))),
        }
    }

    fn any_number(&self) -> Read<f64> {
        match self.value {
            Json::Number(x) => Ok(*x),
            _ => Err(self.no_number("a number")),
        }
    }

    /// A whole number from `low` to `high`.
    pub fn whole(&self, low: u64, high: u64) -> Read<u64> {
        let whole = match self.value {
            Json::Number(x) if x.fract() == 0.0 && (0.0..1e19).contains(x) => Some(*x as u64),
            _ => None,
        };
        match whole {
            Some(x) if x < low => {
                Err(self.wrong_value(format!("a whole number of at least {low}"), x.to_string()))
            }
            Some(x) if x > high => {
                Err(self.wrong_value(format!("a whole number of at most {high}"), x.to_string()))
            }
            Some(x) => Ok(x),
            None => Err(self.no_number("a whole number of at least 0")),
        }
    }

    /// From `low` to `high` things that are called `what`.
    pub fn count(&self, low: usize, high: usize, what: &str) -> Read<usize> {
        match self.whole(0, u64::MAX)? {
            x if x >= low as u64 && x <= high as u64 => Ok(x as usize),
            x => Err(self.wrong_value(format!("{low} to {high} {what}"), x.to_string())),
        }
    }

    /// A list of `low_count` to `high_count` numbers, each from `low` to `high`.
    pub fn numbers(&self, (low_count, high_count): (usize, usize), low: f64, high: f64) -> Read<Vec<f64>> {
        let list = self.list(low_count, high_count, "numbers")?;
        list.iter().map(|node| node.number(low, high)).collect()
    }

    /// A text of at most `high` characters.
    pub fn text(&self, high: usize) -> Read<String> {
        let Json::Text(text) = self.value else { return Err(self.wrong_shape("a text in quotes")) };
        if text.chars().any(char::is_control) {
            return Err(self.wrong_value("a text of one line, without control characters", text.clone()));
        }
        match text.chars().count() {
            n if n <= high => Ok(text.clone()),
            n => Err(self.wrong_value(format!("at most {high} characters"), n.to_string())),
        }
    }

    /// `true` or `false`.
    pub fn truth(&self) -> Read<bool> {
        match self.value {
            Json::Truth(truth) => Ok(*truth),
            _ => Err(self.wrong_shape("true or false")),
        }
    }

    /// Returns whether a text stands here.
    pub fn is_text(&self) -> bool {
        matches!(self.value, Json::Text(_))
    }

    /// Returns whether a list stands here.
    pub fn is_list(&self) -> bool {
        matches!(self.value, Json::List(_))
    }

    /// One of a few words.
    pub fn word(&self, words: &[&'static str]) -> Read<&'static str> {
        let found = match self.value {
            Json::Text(text) => words.iter().find(|word| *word == text),
            _ => None,
        };
        found.copied().ok_or_else(|| self.wrong_shape(format!("one of {}", words.join(", "))))
    }

    /// An error of the right type with a value that cannot be run.
    pub fn wrong_value(&self, expected: impl Into<String>, found: impl Into<String>) -> ExperimentError {
        ExperimentError::value(&*self.path, expected, found.into())
    }

    /// An error where a number belongs: a text is quoted, for it may look like one.
    fn no_number(&self, expected: &str) -> ExperimentError {
        let found = match self.value {
            Json::Text(text) if !text.trim().is_empty() => format!("the text \"{text}\""),
            other => kind_of(other),
        };
        ExperimentError::new(ErrorKind::Shape, &*self.path, expected, found)
    }

    fn wrong_shape(&self, expected: impl Into<String>) -> ExperimentError {
        ExperimentError::new(ErrorKind::Shape, &*self.path, expected, kind_of(self.value))
    }
}

/// The fields of an object, each to be asked for by name.
pub(super) struct Fields<'a> {
    map: &'a [(String, Json)],
    path: String,
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// A field that may be left out.
    pub fn get(&mut self, name: &'static str) -> Option<Node<'a>> {
        self.known.push(name);
        self.find(name)
    }

    fn find(&self, name: &str) -> Option<Node<'a>> {
        let (_, value) = self.map.iter().find(|(key, _)| key == name)?;
        Some(Node { value, path: self.path_of(name) })
    }

    /// A field that must be there.
    pub fn need(&mut self, name: &'static str) -> Read<Node<'a>> {
        let missing = || ExperimentError::new(ErrorKind::Shape, self.path_of(name), "this field", "nothing");
        let node = self.find(name).ok_or_else(missing)?;
        self.known.push(name);
        Ok(node)
    }

    /// The word that tells what kind of object this is.
    pub fn tag(&mut self, name: &'static str, kinds: &[&'static str]) -> Read<&'static str> {
        self.known.push(name);
        match self.find(name) {
            Some(node) => node.word(kinds),
            None => {
                let expected = format!("one of {}", kinds.join(", "));
                Err(ExperimentError::new(ErrorKind::Shape, self.path_of(name), expected, "nothing"))
            }
        }
    }

    /// Refuses fields that nobody asked for.
    pub fn finish(self) -> Read<()> {
        match self.map.iter().find(|(key, _)| !self.known.contains(&key.as_str())) {
            None => Ok(()),
            Some((key, _)) => {
                let expected = format!("only the fields {}", self.known.join(", "));
                Err(ExperimentError::new(ErrorKind::Shape, self.path_of(key), expected, "an unknown field"))
            }
        }
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }
}

/// A number as short as reads back to itself: 1e300 rather than three hundred zeros, 7 rather than 7.0.
pub fn shown(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 { format!("{value}") } else { format!("{value:?}") }
}

/// A bound of numbers: 10^30 rather than thirty zeros.
fn bound(value: f64) -> String {
    let digits = libm::log10(value.abs()).round();
    if value.abs() > 1e15 && libm::pow(10.0, digits) == value.abs() {
        format!("{}10^{digits}", if value < 0.0 { "-" } else { "" })
    } else {
        format!("{value}")
    }
}

/// What stands there, in words.
fn kind_of(value: &Json) -> String {
    match value {
        Json::Null => "null".to_owned(),
        Json::Truth(truth) => truth.to_string(),
        Json::Number(x) => shown(*x),
        Json::Text(text) if text.trim().is_empty() => "an empty text".to_owned(),
        Json::Text(text) => text.clone(),
        Json::List(_) => "a list".to_owned(),
        Json::Object(_) => "an object".to_owned(),
    }
}
