//! Cells as numbers.

use super::{Content, Table, TableError};
use crate::lang::{t, tr};

/// Largest size of a number: that of a document's data.
const LARGEST: f64 = 1e12;
/// Characters of a cell that an error repeats.
const SHOWN: usize = 40;

/// Whether a cell holds no value.
pub(super) fn is_missing(cell: &str) -> bool {
    ["", "na", "n/a", "nan", "null"].iter().any(|word| cell.trim().eq_ignore_ascii_case(word))
}

/// The number of a cell. Where cells are not cut by commas, a comma may be the decimal mark.
pub(super) fn number(cell: &str, delimiter: char) -> Option<f64> {
    let cell = cell.trim().replace('\u{2212}', "-");
    let decimal = delimiter != ',' && cell.matches(',').count() == 1 && !cell.contains('.');
    let cell = if decimal { cell.replace(',', ".") } else { cell };
    // "inf" and "nan" are words here.
    let digits = cell.bytes().any(|byte| byte.is_ascii_digit());
    cell.parse().ok().filter(|x: &f64| digits && x.is_finite())
}

impl Table {
    /// The numbers of a column, line by line; `None` where a value is missing.
    pub(super) fn numbers(&self, column: usize) -> Result<Vec<Option<f64>>, TableError> {
        let survey = self.survey(column);
        if survey.content == Content::Empty {
            return Err(self.at(None, column, tr!("no line has a value here.")));
        }
        let mut words = survey.values;
        words.sort();
        let value = |(i, cell): (usize, &str)| match cell {
            missing if is_missing(missing) => Ok(None),
            // The first word is 0, the second 1.
            word if survey.content == Content::TwoWords => Ok(Some(f64::from(u8::from(word == words[1])))),
            cell => self.checked(i, column, cell).map(Some),
        };
        self.data()
            .iter()
            .map(|record| record.get(column).unwrap_or_default())
            .enumerate()
            .map(value)
            .collect()
    }

    fn checked(&self, row: usize, column: usize, cell: &str) -> Result<f64, TableError> {
        let Some(x) = number(cell, self.delimiter) else {
            let found: String = cell.chars().filter(|c| !c.is_control()).take(SHOWN).collect();
            let what = t!("expected a number, found “{found}”.", found = found);
            return Err(self.at(Some(row), column, what));
        };
        if x.abs() > LARGEST {
            return Err(self.at(Some(row), column, tr!("a number too large: at most 10^12 is read.")));
        }
        Ok(x)
    }

    /// An error at a line of data, if one is given, and a column.
    pub(super) fn at(&self, row: Option<usize>, column: usize, what: impl Into<String>) -> TableError {
        let line = row.and_then(|row| self.data()[row].position()).map(csv::Position::line);
        TableError { line, column: Some((column + 1, self.name(column))), what: what.into() }
    }
}
