//! Notes on a table that was read, in sentences for people.

use super::lines::{Reason, Separator};
use super::{Column, Content, Table};
use crate::lang::{t, tr};

impl Table {
    pub(super) fn note_of_separator(&self) -> String {
        let (rows, columns) = (self.rows(), self.width());
        let mark = match self.separator {
            Separator::Comma => tr!("commas"),
            Separator::Semicolon => tr!("semicolons"),
            Separator::Tab => tr!("tabs"),
            Separator::Bar => tr!("vertical bars"),
            Separator::Blanks => tr!("blanks"),
        };
        t!("{rows} lines, {columns} columns, cut by {mark}.", rows = rows, columns = columns, mark = mark)
    }

    /// Returns the numbers that two words of a column stand for.
    pub(super) fn note_of_words(&self, column: usize) -> Option<String> {
        let Column { content, values, name, .. } = &self.columns[column];
        let mut words = values.clone();
        words.sort();
        (*content == Content::TwoWords)
            .then(|| t!("“{name}”: {zero} is 0, {one} is 1.", name = name, zero = words[0], one = words[1]))
    }

    /// Lines left out, by their reason.
    pub(super) fn notes_of_lines(&self) -> Vec<String> {
        let of = |reason: Reason| {
            let lines: Vec<u64> =
                self.dropped.iter().filter(|(_, why)| *why == reason).map(|(line, _)| *line).collect();
            lines.first().map(|first| (lines.len(), *first))
        };
        let note = |reason: Reason| {
            let (count, line) = of(reason)?;
            Some(match reason {
                Reason::Comment => {
                    t!(
                        "Left out as comments: {count} lines, the first is line {line}.",
                        count = count,
                        line = line
                    )
                }
                Reason::Layout => {
                    t!(
                        "Left out as layout: {count} lines, the first is line {line}.",
                        count = count,
                        line = line
                    )
                }
                Reason::Total => {
                    t!(
                        "Left out as sums of others: {count} lines, the first is line {line}.",
                        count = count,
                        line = line
                    )
                }
            })
        };
        [Reason::Comment, Reason::Layout, Reason::Total].into_iter().filter_map(note).collect()
    }
}
