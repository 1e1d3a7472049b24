//! The user's own table: text of whatever spreadsheet or program, and an experiment document made of its columns.
//!
//! [`Table::read`] takes the text of a file, [`Table::columns`] says what is in it, [`Table::questions`] what it leaves
//! open, and [`Table::document`] makes a document with inline data of the columns chosen. Described in `docs/data.md`.

mod cells;
mod choices;
mod dialect;
mod document;
mod encoding;
mod error;
mod header;
mod lanes;
mod lines;
mod notes;
mod numbers;
mod questions;

pub use choices::{Choices, Kind, Split};
pub use dialect::Dialect;
pub use document::Made;
pub use encoding::{Encoding, check_bytes, encoding_of};
pub use error::TableError;
pub use lines::Separator;
pub use numbers::Mark;
pub use questions::{Open, Question};

use crate::lang::{t, tr};
use csv::StringRecord;
use header::FirstLine;
use lines::{Lines, Reason};
use numbers::trimmed;

/// Longest table that is read, in bytes.
pub const MAX_TABLE_BYTES: usize = 100_000_000;
/// Largest number of columns.
const MAX_COLUMNS: usize = 1_000;
/// Largest number of lines.
const MAX_ROWS: usize = 2_000_000;
/// Different values of a column that are listed, and their longest.
const LISTED: usize = 12;
const LONGEST: usize = 60;

/// A table that was read: lines of equally many cells.
#[derive(Debug, Clone)]
pub struct Table {
    dialect: Dialect,
    separator: Separator,
    has_names: bool,
    names_are_open: bool,
    /// The first line, whatever it holds, and its number in the file.
    first: StringRecord,
    first_line: u64,
    /// Lines of data, and their numbers in the file.
    records: Vec<StringRecord>,
    line_numbers: Vec<u64>,
    dropped: Vec<(u64, Reason)>,
    /// The decimal mark of each column, where it has one.
    decimals: Vec<Option<Mark>>,
    columns: Vec<Column>,
    questions: Vec<Question>,
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
    /// True for a column that counts the lines, and so is no input by itself.
    pub is_index: bool,
}

impl Table {
    /// Reads a table: cells cut by commas, semicolons, tabs, bars or blanks, quotes as in RFC 4180, any ends of lines.
    ///
    /// # Errors
    /// If the table is too large or has lines of different lengths; with the line.
    pub fn read(text: &str, dialect: &Dialect) -> Result<Self, TableError> {
        let mut lines = Lines::of(text);
        let separator = dialect.separator.or(lines.named).unwrap_or_else(|| lines::separator(&lines.text));
        lines.with_tabs(separator);
        let (mut records, mut line_numbers) = read_records(&lines, separator)?;
        take_comments(&mut lines, separator, &mut records, &mut line_numbers)?;
        if records.is_empty() {
            return Err(TableError::of_table(tr!("The table is empty.")));
        }
        let found = header::first_line(&records);
        let has_names = dialect.has_names.unwrap_or(found == FirstLine::Names);
        let (first, first_line) = (records[0].clone(), line_numbers[0]);
        if has_names {
            records.remove(0);
            line_numbers.remove(0);
        }
        if records.is_empty() {
            return Err(TableError::of_table(tr!("The table has names of columns and no lines below them.")));
        }
        let mut table = Self {
            dialect: dialect.clone(),
            separator,
            has_names,
            names_are_open: dialect.has_names.is_none() && found == FirstLine::Either,
            first,
            first_line,
            records,
            line_numbers,
            dropped: lines.dropped,
            decimals: Vec::new(),
            columns: Vec::new(),
            questions: Vec::new(),
        };
        table.drop_totals()?;
        table.settle();
        Ok(table)
    }

    /// Leaves out the last lines where they sum up the others.
    ///
    /// # Errors
    /// If a line among the others says that it sums up some of them.
    fn drop_totals(&mut self) -> Result<(), TableError> {
        let samples = self.records.len() - header::totals(&self.records);
        self.records.truncate(samples);
        self.dropped.extend(self.line_numbers.drain(samples..).map(|line| (line, Reason::Total)));
        self.dropped.sort_by_key(|(line, _)| *line);
        match header::total_among(&self.records) {
            Some(row) => Err(TableError::of_line(
                self.line_numbers[row],
                tr!("it seems to sum up other lines. Take it out, or call it something else."),
            )),
            None => Ok(()),
        }
    }

    /// Returns what stands between cells.
    pub fn separator(&self) -> Separator {
        self.separator
    }

    /// Returns whether the first line holds names.
    pub fn has_names(&self) -> bool {
        self.has_names
    }

    /// Returns the number of lines of data.
    pub fn rows(&self) -> usize {
        self.records.len()
    }

    /// Returns all columns, in the order of the file.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn width(&self) -> usize {
        self.first.len()
    }

    /// Cells of a column, without blanks around them.
    fn cells(&self, column: usize) -> impl Iterator<Item = &str> {
        self.records.iter().map(move |record| trimmed(record.get(column).unwrap_or_default()))
    }

    /// Name of a column: its number where it has none.
    fn name(&self, column: usize) -> String {
        let named = if self.has_names { self.first.get(column).map(trimmed) } else { None };
        match named.filter(|name| !name.is_empty()) {
            Some(name) => name.chars().filter(|c| !c.is_control()).take(LONGEST).collect(),
            None => t!("column {number}", number = column + 1),
        }
    }

    fn survey(&self, column: usize) -> Column {
        let missing = self.cells(column).filter(|cell| self.lacks(cell)).count();
        let mut values: Vec<String> = Vec::new();
        for cell in self.cells(column).filter(|cell| !self.lacks(cell)) {
            if values.len() <= LISTED && !values.iter().any(|value| value == cell) {
                values.push(cell.to_owned());
            }
        }
        let is_number = |cell: &str| self.value(column, cell).is_some();
        if values.len() > LISTED || values.iter().any(|value| value.chars().count() > LONGEST) {
            values.clear();
        }
        let content = match values.len() {
            _ if missing == self.rows() => Content::Empty,
            _ if self.cells(column).all(|cell| self.lacks(cell) || is_number(cell)) => Content::Numbers,
            2 if !values.iter().any(|value| is_number(value)) => Content::TwoWords,
            _ => Content::Words,
        };
        let name = self.name(column);
        let numbers: Vec<f64> = self.cells(column).filter_map(|cell| self.value(column, cell)).collect();
        let given = if self.has_names { self.first.get(column).map_or("", trimmed) } else { "" };
        let is_index =
            content == Content::Numbers && header::is_index(given, column == 0, &numbers, self.rows());
        Column { name, content, missing, values, is_index }
    }
}

/// The cells of all lines that have some, and the numbers of these lines in the file.
fn read_records(lines: &Lines, separator: Separator) -> Result<(Vec<StringRecord>, Vec<u64>), TableError> {
    let (mut records, mut numbers) = (Vec::new(), Vec::new());
    for record in lines::records(&lines.text, separator) {
        let record = record.map_err(|error| TableError::of_table(error.to_string()))?;
        let line = record.position().map_or(1, |position| lines.number_at(position.byte() as usize));
        if record.len() > MAX_COLUMNS {
            let what =
                t!("{count} columns; at most {most} can be read.", count = record.len(), most = MAX_COLUMNS);
            return Err(TableError::of_table(what));
        }
        // Spreadsheets write lines of commas alone.
        if record.iter().any(|cell| !trimmed(cell).is_empty()) {
            records.push(record);
            numbers.push(line);
        }
        if records.len() > MAX_ROWS {
            return Err(TableError::of_table(t!(
                "More than {most} lines: too many to be read.",
                most = MAX_ROWS
            )));
        }
    }
    fit_names(&mut records);
    let expected = records.first().map_or(0, StringRecord::len);
    if let Some(i) = records.iter().position(|record| record.len() != expected) {
        let what = t!(
            "{len} cells, where the first line has {expected}. A cell with a comma in it needs quotes.",
            len = records[i].len(),
            expected = expected
        );
        return Err(TableError::of_line(numbers[i], what));
    }
    Ok((records, numbers))
}

/// Adds the name that a first line lacks where each line of data has one cell more.
fn fit_names(records: &mut [StringRecord]) {
    let width = records.last().map_or(0, StringRecord::len);
    // Some programs end lines of data, but not the names, with a separator.
    let ends_empty = |record: &StringRecord| record.len() == width && record.iter().next_back() == Some("");
    if records.len() > 1 && records[0].len() + 1 == width && records[1..].iter().all(ends_empty) {
        records[0].push_field("");
    }
    // R writes no name above the names of lines.
    if records.len() > 1
        && records[0].len() + 1 == width
        && records[1..].iter().all(|record| record.len() == width)
    {
        let mut first = StringRecord::from(vec![""]);
        first.extend(records[0].iter());
        records[0] = first;
    }
}

/// Takes a comment right above the data as names where it has as many cells, none of them a number, as numpy writes them.
///
/// # Errors
/// If another comment has as many cells as a line: it may be one.
fn take_comments(
    lines: &mut Lines,
    separator: Separator,
    records: &mut Vec<StringRecord>,
    numbers: &mut Vec<u64>,
) -> Result<(), TableError> {
    let width = records.first().map_or(0, StringRecord::len);
    let first = numbers.first().copied().unwrap_or(1);
    for (line, comment) in std::mem::take(&mut lines.comments) {
        let bare = comment.trim_start_matches(['#', '%', '/']).trim();
        let cells: Vec<&str> = match separator {
            Separator::Blanks => bare.split_whitespace().collect(),
            Separator::Comma | Separator::Semicolon | Separator::Tab | Separator::Bar => {
                bare.split(separator.char()).map(trimmed).collect()
            }
        };
        if width < 2 || cells.len() != width {
            continue;
        }
        let numeric = cells.iter().any(|cell| numbers::Shape::of(cell).is_some());
        let bare_data = header::first_line(records) == FirstLine::Data;
        if !numeric && line < first && bare_data {
            records.insert(0, StringRecord::from(cells));
            numbers.insert(0, line);
            lines.dropped.retain(|(dropped, _)| *dropped != line);
        } else if numeric {
            let what =
                tr!("a comment that has as many cells as other lines. Take it out, or its first character.");
            return Err(TableError::of_line(line, what));
        }
    }
    Ok(())
}
