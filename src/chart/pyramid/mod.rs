//! What a column of a trace holds over any of its rows, in a time that hardly grows with the column: blocks of
//! 16 rows, of 16 such blocks, and so on, that grow with it.

mod block;
mod remembered;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

use std::ops::Range;

use super::columns::{Point, Span};
use block::{Block, Signs};
use remembered::Remembered;
pub use remembered::Runs;

/// Parts of a block: rows of the smallest, blocks of the larger ones.
pub const PARTS: usize = 16;

/// Rows or a block of them.
enum Piece<'a> {
    Rows(&'a [f64]),
    Block(&'a Block),
}

/// The blocks of one column: those of 16 rows, those of 16 of them, …; only full ones.
#[derive(Debug, Clone, Default)]
pub struct Pyramid {
    levels: Vec<Vec<Block>>,
    remembered: Remembered,
}

impl Pyramid {
    /// Takes in the rows of the column that are new. Those before must be what they were.
    pub fn extend(&mut self, values: &[f64]) {
        let known = self.levels.first().map_or(0, Vec::len);
        for rows in values.chunks_exact(PARTS).skip(known) {
            let mut block = Block::NOTHING;
            block.add(rows);
            block.signs.add(rows);
            self.push(block);
        }
    }

    fn push(&mut self, mut block: Block) {
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let blocks = &mut self.levels[level];
            blocks.push(block);
            if !blocks.len().is_multiple_of(PARTS) {
                return;
            }
            let parts = &blocks[blocks.len() - PARTS..];
            block = Block::NOTHING;
            for part in parts {
                block.append(part);
                block.signs.append(part.signs);
            }
        }
    }

    /// Some rows of the column in pieces: whole blocks, the largest there are, and what is left before and
    /// after them.
    fn pieces<'a>(&'a self, values: &'a [f64], rows: Range<usize>) -> impl Iterator<Item = Piece<'a>> {
        let full = self.levels.first().map_or(0, |blocks| PARTS * blocks.len());
        let mut row = rows.start;
        let begin = row.next_multiple_of(PARTS).min(rows.end);
        let end = (rows.end - rows.end % PARTS).min(full).max(begin);
        std::iter::from_fn(move || {
            if row >= rows.end {
                return None;
            }
            if (begin..end).contains(&row) {
                let (block, length) = self.beginning(row, end)?;
                row += length;
                return Some(Piece::Block(block));
            }
            let from = row;
            row = if row < begin { begin } else { rows.end };
            Some(Piece::Rows(&values[from..row]))
        })
    }

    /// The largest block that begins at row `from` and ends at or before row `to`, and its rows.
    fn beginning(&self, from: usize, to: usize) -> Option<(&Block, usize)> {
        let (mut found, mut rows) = (None, PARTS);
        for level in &self.levels {
            if !from.is_multiple_of(rows) || from + rows > to {
                break;
            }
            found = level.get(from / rows).map(|block| (block, rows)).or(found);
            rows *= PARTS;
        }
        found
    }

    /// Extremes of the block of a level (0: the smallest) that begins at a row; `None` if there is none or it
    /// misses a value.
    pub fn block(&self, level: usize, row: usize) -> Option<(f64, f64)> {
        let rows = PARTS.pow(level as u32 + 1);
        let block = self.levels.get(level)?.get(row / rows).filter(|block| !block.missing.2)?;
        block.extremes()
    }

    /// What some rows of the column hold.
    pub fn over(&self, values: &[f64], rows: Range<usize>) -> Block {
        let mut all = Block::NOTHING;
        for piece in self.pieces(values, rows) {
            match piece {
                Piece::Rows(values) => all.add(values),
                Piece::Block(block) => all.append(block),
            }
        }
        all
    }

    /// The sign that most of the values in some rows have, that of the last of them on a tie; `None` if none
    /// has one.
    pub fn sign(&self, values: &[f64], rows: Range<usize>) -> Option<bool> {
        let mut all = Signs::default();
        for piece in self.pieces(values, rows) {
            match piece {
                Piece::Rows(values) => all.add(values),
                Piece::Block(block) => all.append(block.signs),
            }
        }
        let last = all.last?;
        Some(if all.balance == 0 { last } else { all.balance > 0 })
    }

    /// The last row whose value `is` wanted; `may` says of a block whether it can hold one.
    fn last(&self, values: &[f64], may: impl Fn(&Block) -> bool, is: impl Fn(f64) -> bool) -> Option<usize> {
        let mut end = values.len();
        while end > 0 {
            // The largest block that ends here and can be passed over.
            let (mut passed, mut rows) = (0, PARTS);
            for level in &self.levels {
                let block = if end.is_multiple_of(rows) { level.get(end / rows - 1) } else { None };
                if block.is_none_or(&may) {
                    break;
                }
                passed = rows;
                rows *= PARTS;
            }
            if passed > 0 {
                end -= passed;
            } else if is(values[end - 1]) {
                return Some(end - 1);
            } else {
                end -= 1;
            }
        }
        None
    }

    /// How many values are this one, and how many are finite.
    pub fn counts(&self, values: &[f64], wanted: f64) -> (usize, usize) {
        let (mut row, mut equal, mut finite) = (0, 0, 0);
        while row < values.len() {
            // The largest block that begins here and holds nothing but this value, or nothing finite.
            let (mut same, mut length, mut rows) = (false, 0, PARTS);
            for level in &self.levels {
                let block = if row.is_multiple_of(rows) { level.get(row / rows) } else { None };
                let Some(block) = block else { break };
                let all = !block.missing.2 && block.extremes() == Some((wanted, wanted));
                if !all && block.finite.is_some() {
                    break;
                }
                (same, length) = (all, rows);
                rows *= PARTS;
            }
            if length == 0 {
                (same, length) = (values[row] == wanted, 1);
                finite += usize::from(values[row].is_finite());
            } else if same {
                finite += length;
            }
            equal += if same { length } else { 0 };
            row += length;
        }
        (equal, finite)
    }

    /// The last row with a finite value.
    pub fn last_finite(&self, values: &[f64]) -> Option<usize> {
        self.last(values, |block| block.finite.is_some(), f64::is_finite)
    }

    /// The last row that is not zero.
    pub fn last_not_zero(&self, values: &[f64]) -> Option<usize> {
        self.last(values, |block| !block.is_all_zero(), |value| value != 0.0)
    }

    /// [`decimate`](super::columns::decimate), point for point. What was found for a span is remembered: of
    /// a picture that is drawn again only the rows after its last pixel column are looked at.
    pub fn decimate(&self, steps: &[f64], values: &[f64], span: Span, mut emit: impl FnMut(Point)) {
        let steps = &steps[..steps.len().min(values.len())];
        self.remembered.with(span, |known| {
            let last = known.extend(steps, span, |rows| self.over(values, rows));
            let (mut gap, mut started) = (false, false);
            for (at, block) in known.columns().iter().chain(&last) {
                let Some(column) = block.finite else {
                    gap = true;
                    continue;
                };
                if (gap || block.missing.0) && started {
                    emit(Point::Gap);
                }
                column.emit(&mut |value| emit(Point::To(*at, value)));
                (gap, started) = (block.missing.1, true);
            }
        });
    }
}
