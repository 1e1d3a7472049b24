//! From bytes to text, and what stands between its cells.

use super::cells::{is_missing, number};
use super::{MAX_TABLE_BYTES, TableError};
use crate::lang::{t, tr};
use csv::{ReaderBuilder, StringRecord};

/// Bytes of a text that are looked at to find its delimiter, and lines.
const SAMPLE: usize = 1 << 16;
const LINES: usize = 50;
/// How many of a text's bytes are zero, at least, where every character has two.
const WIDE: f64 = 0.2;

/// The text of a table.
pub(super) fn decoded(bytes: &[u8]) -> Result<&str, TableError> {
    if bytes.len() > MAX_TABLE_BYTES {
        let most = MAX_TABLE_BYTES / 1_000_000;
        let found = bytes.len() / 1_000_000;
        return Err(TableError::of_table(t!(
            "The table has {found} MB; at most {most} MB can be read.",
            found = found,
            most = most
        )));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(TableError::of_table(tr!(
            "This is a spreadsheet's own file, not a table in text. Save the sheet as “CSV UTF-8”."
        )));
    }
    let start = &bytes[..bytes.len().min(SAMPLE)];
    let zeros = start.iter().filter(|byte| **byte == 0).count();
    if bytes.starts_with(&[0xff, 0xfe])
        || bytes.starts_with(&[0xfe, 0xff])
        || zeros as f64 > WIDE * start.len() as f64
    {
        return Err(TableError::of_table(tr!("The table is text in UTF-16. Save it as “CSV UTF-8”.")));
    }
    let line_at = |end: usize| bytes[..end].iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
    let is_binary = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r');
    if let Some(at) = bytes.iter().position(is_binary) {
        return Err(TableError::of_line(
            line_at(at),
            tr!("a control character: this is a binary file, not a table."),
        ));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let what =
            tr!("not text in UTF-8 (older spreadsheets write Latin-1). Save the table as “CSV UTF-8”.");
        TableError::of_line(line_at(error.valid_up_to()), what)
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// A comma, a semicolon or a tab: what cuts the first lines into equally many cells, most of them numbers.
pub(super) fn delimiter(text: &str) -> char {
    let end = (0..=text.len().min(SAMPLE)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let quality = |delimiter: char| quality(&text[..end], delimiter);
    [',', ';', '\t']
        .into_iter()
        .reduce(|best, next| if quality(next) > quality(best) { next } else { best })
        .unwrap_or(',')
}

/// How well a text can be cut: whether into equal lines of several cells, into what share of numbers, into how many cells.
fn quality(text: &str, delimiter: char) -> (bool, u32, usize) {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter as u8)
        .from_reader(text.as_bytes());
    let mut records: Vec<StringRecord> = reader.records().take(LINES).filter_map(Result::ok).collect();
    // The last line may be cut off.
    if records.len() > 2 {
        records.pop();
    }
    let width = records.first().map_or(0, StringRecord::len);
    let equal = width > 1 && records.iter().all(|record| record.len() == width);
    let cells = || records.iter().skip(1).flatten();
    let numbers = cells().filter(|cell| is_missing(cell) || number(cell, delimiter).is_some()).count();
    let share = 1000 * numbers / cells().count().max(1);
    (equal, share as u32, width)
}
