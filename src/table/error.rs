//! What is wrong with a table, and where.

use crate::lang::t;
use std::fmt;

/// A table that cannot be read or used: in which line and column, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableError {
    /// Line of the file, from 1; of a record over several lines the first.
    pub line: Option<u64>,
    /// Number of the column, from 1, and its name.
    pub column: Option<(usize, String)>,
    /// In words.
    pub what: String,
}

impl std::error::Error for TableError {}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = &self.what;
        f.write_str(&match (self.line, &self.column) {
            (None, None) => what.clone(),
            (Some(line), None) => t!("Line {line}: {what}", line = line, what = what),
            (None, Some((column, name))) => {
                t!("Column {column}, “{name}”: {what}", column = column, name = name, what = what)
            }
            (Some(line), Some((column, name))) => {
                t!(
                    "Line {line}, column {column}, “{name}”: {what}",
                    line = line,
                    column = column,
                    name = name,
                    what = what
                )
            }
        })
    }
}

impl TableError {
    /// Of the table as a whole.
    pub(super) fn of_table(what: impl Into<String>) -> Self {
        Self { what: what.into(), ..Self::default() }
    }

    /// Of a line.
    pub(super) fn of_line(line: u64, what: impl Into<String>) -> Self {
        Self { line: Some(line), ..Self::of_table(what) }
    }
}
