//! Open questions of a table: asked where somebody can answer, refused where nobody can.

use super::cells::shown;
use super::numbers::{Evidence, Mark, Shape};
use super::{Content, Table, TableError};
use crate::lang::{t, tr};

/// Numbers that often stand for a missing value.
const SENTINELS: [f64; 16] = [
    -9999.0, -999.0, -99.0, 999.0, 9999.0, 99999.0, -99999.0, -1e6, -200.0, -8888.0, -9999.9, 99.99, 999.9,
    999.99, -32768.0, 1e20,
];
/// Least distance of a suspicious number from the others, in multiples of their range.
const FAR: f64 = 1.0;

/// Kinds of open questions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Open {
    /// This mark may stand before decimals or between thousands.
    Decimal(Mark),
    /// The first line may hold names or numbers.
    Names,
    /// A number may stand for a missing value.
    Missing(f64),
}

/// Something that the table does not tell, and the cell that shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// The kind.
    pub open: Open,
    /// The cell itself.
    pub cell: String,
    /// Line of the file.
    pub line: u64,
    /// Index of the column, and its name; none if it is about every column.
    pub column: Option<(usize, String)>,
}

impl Question {
    /// Returns whether numbers of this column depend on the answer.
    pub(super) fn concerns(&self, column: usize) -> bool {
        self.column.as_ref().is_none_or(|(index, _)| *index == column)
    }

    /// Returns the question in words, with both readings.
    pub fn sentence(&self) -> String {
        let cell = shown(&self.cell);
        match self.open {
            Open::Decimal(mark) => {
                let read = |decimal| {
                    Shape::of(&self.cell).and_then(|shape| shape.value(decimal)).unwrap_or_default()
                };
                t!(
                    "“{cell}” may be {small} or {large}: say what stands before decimals, a point or a comma.",
                    cell = cell,
                    small = read(mark),
                    large = read(mark.other())
                )
            }
            Open::Names => {
                t!("“{cell}” may be a name or a number: say whether the first line holds names.", cell = cell)
            }
            Open::Missing(value) => {
                t!(
                    "“{cell}” is far from all others: say whether {value} is a number or a missing value.",
                    cell = cell,
                    value = value
                )
            }
        }
    }

    /// The question as what keeps the table from being used.
    pub fn error(&self) -> TableError {
        TableError {
            line: Some(self.line),
            column: self.column.as_ref().map(|(index, name)| (index + 1, name.clone())),
            what: self.sentence(),
        }
    }
}

/// The first cell of each kind of evidence that a column has about a mark.
#[derive(Debug, Clone, Copy, Default)]
struct Found {
    decimal: Option<usize>,
    thousands: Option<usize>,
    either: Option<usize>,
    /// A whole number of three digits or more without this mark: beside it the others may be thousands.
    whole: Option<usize>,
}

impl Table {
    /// Finds the decimal mark of every column, and what is open.
    pub(super) fn settle(&mut self) {
        self.questions.clear();
        self.decimals = vec![None; self.width()];
        self.settle_decimals();
        self.columns = (0..self.width()).map(|column| self.survey(column)).collect();
        for column in 0..self.width() {
            self.ask_sentinels(column);
        }
        if self.names_are_open {
            let cell =
                self.first.iter().find(|cell| Shape::of(cell).is_some()).unwrap_or_default().to_owned();
            self.questions
                .insert(0, Question { open: Open::Names, cell, line: self.first_line, column: None });
        }
    }

    fn settle_decimals(&mut self) {
        let found: Vec<[Found; 2]> = (0..self.width()).map(|column| self.evidence(column)).collect();
        let somewhere = |mark: usize, of: fn(&Found) -> Option<usize>| {
            found.iter().any(|marks| of(&marks[mark]).is_some())
        };
        let decimal = |mark| somewhere(mark, |found| found.decimal);
        let thousands = |mark| somewhere(mark, |found| found.thousands);
        let mut open = Vec::new();
        for (column, marks) in found.iter().enumerate() {
            let own = |i: usize| marks[i].decimal.is_some();
            let grouped = |i: usize| marks[i].thousands.is_some();
            let first_open = (0..2).find(|i| marks[*i].either.is_some());
            self.decimals[column] = match first_open {
                _ if own(0) || grouped(1) => Some(Mark::Point),
                _ if own(1) || grouped(0) => Some(Mark::Comma),
                _ if self.dialect.decimal.is_some() => self.dialect.decimal,
                None => None,
                Some(i) if decimal(i) && !thousands(i) && !decimal(1 - i) && marks[i].whole.is_none() => {
                    Some(Mark::BOTH[i])
                }
                Some(i) if (decimal(1 - i) || thousands(i)) && !decimal(i) => Some(Mark::BOTH[1 - i]),
                Some(i) => {
                    open.push((column, i, marks[i].either.unwrap_or_default()));
                    None
                }
            };
        }
        for (column, i, row) in open {
            let cell = self.cells(column).nth(row).unwrap_or_default().to_owned();
            self.questions.push(Question {
                open: Open::Decimal(Mark::BOTH[i]),
                cell,
                line: self.line_numbers[row],
                column: Some((column, self.name(column))),
            });
        }
    }

    /// Returns the evidence of a column's cells about both marks, if all of them may be numbers.
    fn evidence(&self, column: usize) -> [Found; 2] {
        let mut found = [Found::default(); 2];
        for (row, cell) in self.cells(column).enumerate().filter(|(_, cell)| !self.lacks(cell)) {
            let Some(shape) = Shape::of(cell) else { return [Found::default(); 2] };
            for (mark, found) in Mark::BOTH.into_iter().zip(&mut found) {
                let place = match shape.evidence(mark) {
                    None if shape.is_whole() => &mut found.whole,
                    None => continue,
                    Some(Evidence::Decimal) => &mut found.decimal,
                    Some(Evidence::Thousands) => &mut found.thousands,
                    Some(Evidence::Either) => &mut found.either,
                };
                place.get_or_insert(row);
            }
        }
        found
    }

    /// Asks about a number such as -999 that stands far from all others of its column.
    fn ask_sentinels(&mut self, column: usize) {
        if self.columns[column].content != Content::Numbers {
            return;
        }
        let values: Vec<(usize, f64)> = self
            .cells(column)
            .enumerate()
            .filter(|(_, cell)| !self.lacks(cell))
            .filter_map(|(row, cell)| self.value(column, cell).map(|value| (row, value)))
            .collect();
        for sentinel in SENTINELS {
            let others = || values.iter().map(|(_, value)| *value).filter(|value| *value != sentinel);
            let (least, most) =
                others().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
            let distance = (least - sentinel).max(sentinel - most);
            let Some((row, _)) = values.iter().find(|(_, value)| *value == sentinel) else { continue };
            let cell = self.cells(column).nth(*row).unwrap_or_default().to_owned();
            let far = distance > FAR * (most - least).max(most.abs().max(least.abs()) * 0.1);
            // None other is below zero: what is may be no amount at all.
            let odd = far || (sentinel < 0.0 && least >= 0.0);
            if others().count() > 2 && odd && !self.dialect.is_number(&cell) {
                let column = Some((column, self.name(column)));
                let line = self.line_numbers[*row];
                self.questions.push(Question { open: Open::Missing(sentinel), cell, line, column });
            }
        }
    }

    /// Returns what the table leaves open.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// Returns how the table was read, in sentences.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = vec![self.note_of_separator(), self.note_of_decimals()];
        notes.push(if self.has_names {
            tr!("The first line holds names.").to_owned()
        } else {
            tr!("There are no names; columns have numbers.").to_owned()
        });
        notes.extend(self.notes_of_lines());
        notes.retain(|note| !note.is_empty());
        notes
    }

    fn note_of_decimals(&self) -> String {
        let by = |mark| self.decimals.contains(&Some(mark));
        match (by(Mark::Point), by(Mark::Comma)) {
            (true, true) => tr!("Some columns have a point before decimals, others a comma.").to_owned(),
            (true, false) => tr!("A point stands before decimals.").to_owned(),
            (false, true) => tr!("A comma stands before decimals, a point between thousands.").to_owned(),
            (false, false) => String::new(),
        }
    }
}
