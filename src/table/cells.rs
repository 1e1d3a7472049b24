//! Cells as values of a column.

use super::dialect::Dialect;
use super::numbers::{Mark, Shape};
use super::{Content, Table, TableError};
use crate::lang::{t, tr};

/// Largest size of a number: that of a document's data.
const LARGEST: f64 = 1e12;
/// Characters of a cell that an error repeats.
const SHOWN: usize = 40;
/// Words that programs write where a value is missing.
const MISSING: [&str; 17] = [
    "", "?", ".", "-", "--", "–", "—", "na", "n/a", "n.a.", "#na", "<na>", "nan", "none", "null", "nil",
    "(blank)",
];

/// Returns whether a cell holds no value; `further` are words of this table alone.
pub(super) fn is_missing(cell: &str, further: &[String]) -> bool {
    let cell = super::numbers::trimmed(cell);
    let lower = cell.to_ascii_lowercase();
    MISSING.contains(&lower.as_str()) || is_error(cell) || further.iter().any(|word| word == cell)
}

/// Returns whether a text begins with what spreadsheets write in the place of a value, such as `#REF!` or `#NAME?`.
pub(super) fn is_error(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('#') else { return false };
    let word = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '/');
    let length = rest.len() - word.len();
    (length > 1 && word.starts_with(['!', '?']))
        || rest.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("n/a"))
}

/// Returns a cell as errors repeat it.
pub(super) fn shown(cell: &str) -> String {
    cell.chars().filter(|c| !c.is_control()).take(SHOWN).collect()
}

impl Table {
    /// Returns whether a cell holds no value.
    pub(super) fn lacks(&self, cell: &str) -> bool {
        is_missing(cell, &[]) || Dialect::is_missing(&self.dialect, cell)
    }

    /// Returns the number of a cell of a column; `None` if it is none.
    pub(super) fn value(&self, column: usize, cell: &str) -> Option<f64> {
        Shape::of(cell)?.value(self.decimals[column].unwrap_or(Mark::Point))
    }

    /// Returns the numbers of a column, line by line; `None` where a value is missing.
    pub(super) fn numbers(&self, column: usize) -> Result<Vec<Option<f64>>, TableError> {
        let survey = &self.columns[column];
        if survey.content == Content::Empty {
            return Err(self.at(None, column, tr!("no line has a value here.")));
        }
        if let Some(question) = self.questions.iter().find(|question| question.concerns(column)) {
            return Err(question.error());
        }
        let mut words = survey.values.clone();
        words.sort();
        let mut affixes = None;
        let mut value = |(i, cell): (usize, &str)| match cell {
            missing if self.lacks(missing) => Ok(None),
            // The first word is 0, the second 1.
            word if survey.content == Content::TwoWords => Ok(Some(f64::from(u8::from(word == words[1])))),
            cell => self.checked(i, column, cell, &mut affixes).map(Some),
        };
        self.cells(column).enumerate().map(&mut value).collect()
    }

    /// Returns the number of a cell; `affixes` are those of the column's first number, which all share.
    fn checked(
        &self,
        row: usize,
        column: usize,
        cell: &str,
        affixes: &mut Option<(String, String)>,
    ) -> Result<f64, TableError> {
        let shape = Shape::of(cell);
        let Some((x, found)) = self.value(column, cell).zip(shape.map(|shape| shape.affixes)) else {
            let what = t!("expected a number, found “{found}”.", found = shown(cell));
            return Err(self.at(Some(row), column, what));
        };
        let first = affixes.get_or_insert_with(|| found.clone());
        if *first != found {
            let (before, behind) = first;
            let what = t!(
                "expected a number written as those above it, “{before}1{behind}”, found “{found}”.",
                before = before,
                behind = behind,
                found = shown(cell)
            );
            return Err(self.at(Some(row), column, what));
        }
        if x.abs() > LARGEST {
            return Err(self.at(Some(row), column, tr!("a number too large: at most 10^12 is read.")));
        }
        Ok(x)
    }

    /// An error at a line of data, if one is given, and a column.
    pub(super) fn at(&self, row: Option<usize>, column: usize, what: impl Into<String>) -> TableError {
        let line = row.map(|row| self.line_numbers[row]);
        TableError { line, column: Some((column + 1, self.name(column))), what: what.into() }
    }
}
