//! The text of a table as the lines that hold cells: without comments, empty lines and what spreadsheets put first.

use super::cells::is_missing;
use super::numbers::{Mark, Shape};
use csv::{ReaderBuilder, StringRecord};

/// Bytes of a text that are looked at to find its separator, and lines.
const SAMPLE: usize = 1 << 16;
const LINES: usize = 50;
/// Characters that begin a comment. Errors of spreadsheets begin so, too.
const COMMENTS: [&str; 3] = ["#", "//", "%"];

/// Separator of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    /// `,`
    Comma,
    /// `;`
    Semicolon,
    /// A tab.
    Tab,
    /// `|`, also around a line.
    Bar,
    /// One blank or more.
    Blanks,
}

impl Separator {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Comma, Self::Semicolon, Self::Tab, Self::Bar, Self::Blanks];

    /// Returns the character; a blank for blanks.
    pub fn char(self) -> char {
        match self {
            Self::Comma => ',',
            Self::Semicolon => ';',
            Self::Tab => '\t',
            Self::Bar => '|',
            Self::Blanks => ' ',
        }
    }

    /// Returns the separator of that character.
    pub fn of(character: char) -> Option<Self> {
        Self::ALL.into_iter().find(|separator| separator.char() == character)
    }
}

/// Why a line is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It is a comment.
    Comment,
    /// It names the separator, or rules a line below the names.
    Layout,
    /// It sums up the lines above it.
    Total,
}

/// The lines that hold cells, each with its number in the file.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    /// Lines as the reader of cells wants them.
    pub text: String,
    /// Where each begins in `text`, and its number in the file.
    starts: Vec<(usize, u64)>,
    /// Lines left out, with the reason.
    pub dropped: Vec<(u64, Reason)>,
    /// Comments, each with its number in the file.
    pub comments: Vec<(u64, String)>,
    /// The separator that the file itself names.
    pub named: Option<Separator>,
}

impl Lines {
    /// Takes the text of a file apart; quoted cells may go over several lines.
    pub fn of(text: &str) -> Self {
        let mut lines = Self::default();
        let mut quoted = false;
        let ends = text.replace("\r\n", "\n").replace('\r', "\n");
        for (number, line) in (1..).zip(ends.trim_start_matches('\u{feff}').split('\n')) {
            if !quoted {
                let bare = line.trim();
                let told = line.trim_matches(['"', '\r', '\n']);
                let is_told = told.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("sep="));
                let separator = if is_told { told[4..].chars().next() } else { None };
                if let (true, Some(separator)) = (lines.text.is_empty(), separator) {
                    lines.named = Separator::of(separator);
                    lines.dropped.push((number, Reason::Layout));
                    continue;
                }
                if COMMENTS.iter().any(|mark| bare.starts_with(mark)) && !super::cells::is_error(bare) {
                    lines.dropped.push((number, Reason::Comment));
                    lines.comments.push((number, bare.to_owned()));
                    continue;
                }
                if bare.is_empty() {
                    continue;
                }
            }
            lines.starts.push((lines.text.len(), number));
            lines.text.push_str(line);
            lines.text.push('\n');
            quoted ^= line.matches('"').count() % 2 == 1;
        }
        lines
    }

    /// Returns the number in the file of the line that holds this byte of `text`.
    pub fn number_at(&self, byte: usize) -> u64 {
        let after = self.starts.partition_point(|(start, _)| *start <= byte);
        self.starts.get(after.saturating_sub(1)).map_or(1, |(_, number)| *number)
    }

    /// Rewrites lines whose cells are cut by bars or blanks into lines cut by tabs.
    pub fn with_tabs(&mut self, separator: Separator) {
        if !matches!(separator, Separator::Bar | Separator::Blanks) {
            return;
        }
        let old = std::mem::take(&mut self.text);
        let starts = std::mem::take(&mut self.starts);
        for (line, (_, number)) in old.lines().zip(starts) {
            let bare = line.trim();
            let rule = |c: char| matches!(c, '-' | '|' | ':' | '+' | '=' | ' ');
            if separator == Separator::Bar && bare.contains('-') && bare.chars().all(rule) {
                self.dropped.push((number, Reason::Layout));
                continue;
            }
            self.starts.push((self.text.len(), number));
            let inside = bare.strip_prefix('|').unwrap_or(bare);
            let cells: Vec<&str> = match separator {
                Separator::Bar => {
                    inside.strip_suffix('|').unwrap_or(inside).split('|').map(str::trim).collect()
                }
                Separator::Comma | Separator::Semicolon | Separator::Tab | Separator::Blanks => {
                    bare.split([' ', '\t']).filter(|cell| !cell.is_empty()).collect()
                }
            };
            self.text.push_str(&cells.join("\t"));
            self.text.push('\n');
        }
    }
}

/// Returns what cuts the first lines into equally many cells, most of them numbers. Blanks cut only what nothing else does:
/// they stand in names, and between thousands.
pub fn separator(text: &str) -> Separator {
    let end = (0..=text.len().min(SAMPLE)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let quality = |separator: Separator| quality(&text[..end], separator);
    let better = |best, next| if quality(next) > quality(best) { next } else { best };
    let marks = [Separator::Comma, Separator::Semicolon, Separator::Tab, Separator::Bar];
    let best = marks.into_iter().reduce(better).unwrap_or(Separator::Comma);
    if quality(best).0 { best } else { better(best, Separator::Blanks) }
}

/// Returns how well a separator cuts a text: true for equal lines of several cells, the share of numbers, the number of cells.
fn quality(text: &str, separator: Separator) -> (bool, u32, usize) {
    let mut lines = Lines { text: text.to_owned(), ..Lines::default() };
    if matches!(separator, Separator::Bar | Separator::Blanks) {
        lines.starts = text.lines().map(|_| (0, 0)).collect();
        lines.with_tabs(separator);
    }
    let mut records = records(&lines.text, separator).take(LINES).filter_map(Result::ok).collect::<Vec<_>>();
    // The last line may be cut off.
    if records.len() > 2 {
        records.pop();
    }
    let width = records.last().map_or(0, StringRecord::len);
    let first = records.first().map_or(0, StringRecord::len);
    let equal = width > 1
        && records.iter().skip(1).all(|record| record.len() == width)
        && (first == width || (first + 1 == width && first > 0));
    let cells = || records.iter().skip(1).flatten();
    let numbers = cells().filter(|cell| is_missing(cell, &[]) || is_number(cell)).count();
    let share = 1000 * numbers / cells().count().max(1);
    (equal, share as u32, width)
}

fn is_number(cell: &str) -> bool {
    Shape::of(cell).is_some_and(|shape| Mark::BOTH.into_iter().any(|mark| shape.value(mark).is_some()))
}

/// The cells of a text.
pub fn records(text: &str, separator: Separator) -> impl Iterator<Item = csv::Result<StringRecord>> {
    let delimiter = match separator {
        Separator::Comma => b',',
        Separator::Semicolon => b';',
        Separator::Tab | Separator::Bar | Separator::Blanks => b'\t',
    };
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes())
        .into_records()
        .collect::<Vec<_>>()
        .into_iter()
}
