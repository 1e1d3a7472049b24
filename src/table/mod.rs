//! The user's own table: CSV of whatever spreadsheet, and an experiment document made of its columns.
//!
//! [`Table::read`] takes the bytes of a file, [`Table::columns`] says what is in it, and [`Table::document`] makes a
//! document with inline data of the columns chosen. Described in `docs/data.md`.

mod cells;
mod choices;
mod document;
mod error;
mod lanes;
mod text;

pub use choices::{Choices, Kind, Split};
pub use error::TableError;

use crate::lang::{t, tr};
use cells::{is_missing, number};
use csv::{ErrorKind, ReaderBuilder, StringRecord, Trim};

/// Longest table that is read, in bytes.
pub const MAX_TABLE_BYTES: usize = 10_000_000;
/// Largest number of columns.
const MAX_COLUMNS: usize = 1_000;
/// Largest number of lines.
const MAX_ROWS: usize = 200_000;
/// Different values of a column that are listed, and their longest.
const LISTED: usize = 12;
const LONGEST: usize = 60;

/// A table that was read: lines of equally many cells.
#[derive(Debug, Clone)]
pub struct Table {
    delimiter: char,
    has_names: bool,
    records: Vec<StringRecord>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// Numbers.
    Numbers,
    /// Two words short enough to be listed, which can stand for 0 and 1, in the order of the alphabet.
    TwoWords,
    /// Anything else.
    Words,
    /// Nothing.
    Empty,
}

/// One column as it is offered.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// From the first line, or its number.
    pub name: String,
    /// What it holds.
    pub content: Content,
    /// Cells without a value.
    pub missing: usize,
    /// Its different values in the order they come; none if there are more than twelve.
    pub values: Vec<String>,
}

impl Table {
    /// Reads a table: commas, semicolons or tabs between cells, quotes as in RFC 4180, any ends of lines.
    ///
    /// # Errors
    /// What is no text in UTF-8, is too large, or has lines of different lengths; with the line.
    pub fn read(bytes: &[u8]) -> Result<Self, TableError> {
        let text = text::decoded(bytes)?;
        let delimiter = text::delimiter(text);
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .delimiter(delimiter as u8)
            .trim(Trim::All)
            .from_reader(text.as_bytes());
        let mut records = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| ragged(&error, text))?;
            if record.len() > MAX_COLUMNS {
                let what = t!(
                    "{count} columns; at most {most} can be read.",
                    count = record.len(),
                    most = MAX_COLUMNS
                );
                return Err(TableError::of_table(what));
            }
            // Spreadsheets write lines of commas alone.
            if record.iter().any(|cell| !cell.is_empty()) {
                records.push(record);
            }
            if records.len() > MAX_ROWS {
                return Err(TableError::of_table(t!(
                    "More than {most} lines: too many to be read.",
                    most = MAX_ROWS
                )));
            }
        }
        let Some(first) = records.first() else {
            return Err(TableError::of_table(tr!("The table is empty.")));
        };
        // Where a number stands in the first line it is data already.
        let has_names = first.iter().all(|cell| number(cell, delimiter).is_none())
            && first.iter().any(|cell| !is_missing(cell));
        if records.len() == usize::from(has_names) {
            return Err(TableError::of_table(tr!("The table has names of columns and no lines below them.")));
        }
        Ok(Self { delimiter, has_names, records })
    }

    /// What stands between cells.
    pub fn delimiter(&self) -> char {
        self.delimiter
    }

    /// Whether the first line holds names.
    pub fn has_names(&self) -> bool {
        self.has_names
    }

    /// Takes the first line as names, or as data.
    pub fn set_has_names(&mut self, has_names: bool) {
        self.has_names = has_names && self.records.len() > 1;
    }

    /// Lines of data.
    pub fn rows(&self) -> usize {
        self.data().len()
    }

    fn data(&self) -> &[StringRecord] {
        &self.records[usize::from(self.has_names)..]
    }

    fn width(&self) -> usize {
        self.records[0].len()
    }

    /// Name of a column: its number where it has none.
    fn name(&self, column: usize) -> String {
        let named = if self.has_names { self.records[0].get(column) } else { None };
        match named.filter(|name| !name.is_empty()) {
            Some(name) => name.chars().filter(|c| !c.is_control()).take(LONGEST).collect(),
            None => t!("column {number}", number = column + 1),
        }
    }

    /// All columns, in the order of the file.
    pub fn columns(&self) -> Vec<Column> {
        (0..self.width()).map(|column| self.survey(column)).collect()
    }

    fn survey(&self, column: usize) -> Column {
        let cells = || self.data().iter().map(|record| record.get(column).unwrap_or_default());
        let missing = cells().filter(|cell| is_missing(cell)).count();
        let mut values: Vec<String> = Vec::new();
        for cell in cells().filter(|cell| !is_missing(cell)) {
            if values.len() <= LISTED && !values.iter().any(|value| value == cell) {
                values.push(cell.to_owned());
            }
        }
        let numbers = |cell: &str| number(cell, self.delimiter).is_some();
        if values.len() > LISTED || values.iter().any(|value| value.chars().count() > LONGEST) {
            values.clear();
        }
        let content = match values.len() {
            _ if missing == self.rows() => Content::Empty,
            _ if cells().all(|cell| is_missing(cell) || numbers(cell)) => Content::Numbers,
            2 if !values.iter().any(|value| numbers(value)) => Content::TwoWords,
            _ => Content::Words,
        };
        Column { name: self.name(column), content, missing, values }
    }
}

fn ragged(error: &csv::Error, text: &str) -> TableError {
    match error.kind() {
        ErrorKind::UnequalLengths { pos: Some(pos), expected_len, len } => TableError::of_line(
            line_at(text.as_bytes(), pos.byte() as usize),
            t!(
                "{len} cells, where the first line has {expected}. A cell with a comma in it needs quotes.",
                len = len,
                expected = expected_len
            ),
        ),
        _ => TableError::of_table(error.to_string()),
    }
}

/// Number of the line of a record that is after so many bytes, or after empty lines that follow: the reader's own count
/// passes over lines that end in two characters.
fn line_at(text: &[u8], byte: usize) -> u64 {
    let ends_line = |b: &u8| matches!(b, b'\r' | b'\n');
    let empty = text.iter().skip(byte).take_while(|b| ends_line(b)).count();
    let before = &text[..(byte + empty).min(text.len())];
    let ends = |(i, b): (usize, &u8)| *b == b'\n' || (*b == b'\r' && before.get(i + 1) != Some(&b'\n'));
    1 + before.iter().enumerate().filter(|end| ends(*end)).count() as u64
}
