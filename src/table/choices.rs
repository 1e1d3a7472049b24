//! What is to be made of a table.

use super::TableError;
use crate::experiment::Json;
use crate::lang::tr;

/// The kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Linear regression.
    Regression,
    /// Logistic regression: targets are labels from 0 to 1.
    Classification,
    /// A network of one hidden layer.
    Network,
    /// Linear regression with a penalty for every input, without auxiliary targets.
    Ridge,
}

/// Which lines belong to which set.
#[derive(Debug, Clone, PartialEq)]
pub enum Split {
    /// Shares of the lines, which the seed shuffles; what is left is the test set.
    Shares {
        /// Of the training set.
        train: f64,
        /// Of the held-out auxiliary set.
        aux_set: f64,
    },
    /// By the values of a column; lines with other values are left out.
    Column {
        /// Which column, from 0.
        column: usize,
        /// Its values in the training set.
        train: Vec<String>,
        /// Its values in the held-out auxiliary set.
        aux_set: Vec<String>,
        /// Its values in the test set.
        test: Vec<String>,
    },
}

/// What is to be made of a table; columns count from 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    /// Title of the document.
    pub title: String,
    /// Kind of its problem.
    pub kind: Kind,
    /// Columns that make up x.
    pub inputs: Vec<usize>,
    /// Column of the main target.
    pub main: usize,
    /// Columns of the auxiliary targets, a task each.
    pub auxiliaries: Vec<usize>,
    /// Training, auxiliary and test set.
    pub split: Split,
    /// Whether columns get mean 0 and variance 1 over the training lines; labels stay.
    pub standardise: bool,
    /// Whether lines without a value in a chosen column are left out; else they are an error.
    pub skip_missing: bool,
    /// Lines at most, drawn by the seed; all if `None`.
    pub lines: Option<usize>,
    /// Seed of the lines drawn, of the split and of the experiment.
    pub seed: u64,
}

impl Choices {
    /// Reads choices that the page has made, fields as here, `kind` as in a document.
    ///
    /// # Errors
    /// If something is missing or of another type.
    pub fn read(json: &Json) -> Result<Self, TableError> {
        let kind = match text(json, "kind")?.as_str() {
            "classification" => Kind::Classification,
            "mlp" => Kind::Network,
            "ridge" => Kind::Ridge,
            "regression" => Kind::Regression,
            _ => return Err(wrong()),
        };
        let split = json.get("split").ok_or_else(wrong)?;
        let split = match split.get("column") {
            Some(_) => Split::Column {
                column: number(split, "column")? as usize,
                train: texts(split, "train")?,
                aux_set: texts(split, "aux_set")?,
                test: texts(split, "test")?,
            },
            None => Split::Shares { train: number(split, "train")?, aux_set: number(split, "aux_set")? },
        };
        let flag = |name| json.get(name) == Some(&Json::Truth(true));
        Ok(Self {
            title: text(json, "title")?,
            kind,
            inputs: columns(json, "inputs")?,
            main: number(json, "main")? as usize,
            auxiliaries: columns(json, "auxiliaries")?,
            split,
            standardise: flag("standardise"),
            skip_missing: flag("skip_missing"),
            lines: match json.get("lines") {
                Some(Json::Number(lines)) => Some(*lines as usize),
                _ => None,
            },
            seed: number(json, "seed")? as u64,
        })
    }
}

fn wrong() -> TableError {
    TableError::of_table(tr!("The choices are not complete."))
}

fn number(json: &Json, name: &str) -> Result<f64, TableError> {
    match json.get(name) {
        Some(Json::Number(x)) => Ok(*x),
        _ => Err(wrong()),
    }
}

fn text(json: &Json, name: &str) -> Result<String, TableError> {
    match json.get(name) {
        Some(Json::Text(text)) => Ok(text.clone()),
        _ => Err(wrong()),
    }
}

fn texts(json: &Json, name: &str) -> Result<Vec<String>, TableError> {
    let Some(Json::List(list)) = json.get(name) else { return Err(wrong()) };
    let item = |item: &Json| if let Json::Text(text) = item { Some(text.clone()) } else { None };
    list.iter().map(item).collect::<Option<_>>().ok_or_else(wrong)
}

fn columns(json: &Json, name: &str) -> Result<Vec<usize>, TableError> {
    let numbers = json.get(name).and_then(Json::as_numbers).ok_or_else(wrong)?;
    Ok(numbers.into_iter().map(|x| x as usize).collect())
}
