//! What a column of a trace holds over any of its rows, in a time that hardly grows with the column: blocks of
//! 16 rows, of 16 such blocks, and so on, that grow with it.

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

use std::ops::Range;

use super::columns::{Column, Point, Span};

/// Parts of a block: rows of the smallest, blocks of the larger ones.
const PARTS: usize = 16;

/// What some rows of a column hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Block {
    /// The finite values; `None` if there are none.
    finite: Option<Column>,
    /// Whether values are missing before the first finite one, after the last one, and anywhere.
    missing: (bool, bool, bool),
    /// Positive values less negative ones.
    balance: i32,
    /// Whether the last value with a sign is positive.
    last_sign: Option<bool>,
}

impl Block {
    const NOTHING: Self = Self { finite: None, missing: (false, false, false), balance: 0, last_sign: None };

    fn add(&mut self, value: f64) {
        if value.is_finite() {
            match &mut self.finite {
                Some(column) => column.add(value),
                None => self.finite = Some(Column::new(value)),
            }
            self.missing.1 = false;
        } else {
            self.miss();
        }
        if value > 0.0 || value < 0.0 {
            self.balance += if value > 0.0 { 1 } else { -1 };
            self.last_sign = Some(value > 0.0);
        }
    }

    fn miss(&mut self) {
        let side = if self.finite.is_some() { &mut self.missing.1 } else { &mut self.missing.0 };
        *side = true;
        self.missing.2 = true;
    }

    /// Takes in the rows that follow.
    fn append(&mut self, next: &Self) {
        match (&mut self.finite, &next.finite) {
            (Some(column), Some(following)) => {
                column.append(following);
                self.missing.1 = next.missing.1;
            }
            (None, Some(_)) => {
                self.finite = next.finite;
                self.missing = (self.missing.0 || next.missing.0, next.missing.1, self.missing.2);
            }
            (_, None) if next.missing.2 => self.miss(),
            (_, None) => {}
        }
        self.missing.2 |= next.missing.2;
        self.balance += next.balance;
        self.last_sign = next.last_sign.or(self.last_sign);
    }

    /// Least and largest finite value.
    pub fn extremes(&self) -> Option<(f64, f64)> {
        self.finite.map(|column| column.extremes())
    }

    /// What most of the values that have a sign have, the last of them on a tie.
    pub fn sign(&self) -> Option<bool> {
        let last = self.last_sign?;
        Some(if self.balance == 0 { last } else { self.balance > 0 })
    }

    fn is_all_zero(&self) -> bool {
        !self.missing.2 && self.extremes() == Some((0.0, 0.0))
    }
}

/// The blocks of one column: those of 16 rows, those of 16 of them, …; only full ones.
#[derive(Debug, Clone, Default)]
pub struct Pyramid {
    levels: Vec<Vec<Block>>,
}

impl Pyramid {
    /// Takes in the rows of the column that are new. Those before must be what they were.
    pub fn extend(&mut self, values: &[f64]) {
        let known = self.levels.first().map_or(0, Vec::len);
        for rows in values.chunks_exact(PARTS).skip(known) {
            let mut block = Block::NOTHING;
            rows.iter().for_each(|&value| block.add(value));
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
            parts.iter().for_each(|part| block.append(part));
        }
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

    /// What some rows of the column hold.
    pub fn over(&self, values: &[f64], rows: Range<usize>) -> Block {
        let (mut row, mut all) = (rows.start, Block::NOTHING);
        while row < rows.end {
            match self.beginning(row, rows.end) {
                Some((block, rows)) => {
                    all.append(block);
                    row += rows;
                }
                None => {
                    all.add(values[row]);
                    row += 1;
                }
            }
        }
        all
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

    /// The last row with a finite value.
    pub fn last_finite(&self, values: &[f64]) -> Option<usize> {
        self.last(values, |block| block.finite.is_some(), f64::is_finite)
    }

    /// The last row that is not zero.
    pub fn last_not_zero(&self, values: &[f64]) -> Option<usize> {
        self.last(values, |block| !block.is_all_zero(), |value| value != 0.0)
    }

    /// [`decimate`](super::columns::decimate), point for point.
    pub fn decimate(&self, steps: &[f64], values: &[f64], span: Span, mut emit: impl FnMut(Point)) {
        let steps = &steps[..steps.len().min(values.len())];
        let (mut gap, mut started) = (false, false);
        let mut runs = Runs::default();
        while let Some(&first) = steps.get(runs.end) {
            let at = span.column(first);
            let bound = span.bound(at);
            let block = self.over(values, runs.next(steps, |step| step < bound));
            let Some(column) = block.finite else {
                gap = true;
                continue;
            };
            if (gap || block.missing.0) && started {
                emit(Point::Gap);
            }
            column.emit(&mut |value| emit(Point::To(at, value)));
            (gap, started) = (block.missing.1, true);
        }
    }
}

/// Successive runs of rows, each as long as some bound on the steps allows; found by a few comparisons
/// where they are about equally long.
#[derive(Debug, Default)]
pub struct Runs {
    /// The row after the last run.
    pub end: usize,
    length: usize,
}

impl Runs {
    /// The next run: at least one row, and all that follow while `belongs` holds of their steps, which it
    /// must do up to some step and not beyond.
    pub fn next(&mut self, steps: &[f64], belongs: impl Fn(f64) -> bool) -> Range<usize> {
        let from = self.end;
        let guess = (from + self.length).clamp(from + 1, steps.len());
        let near = guess.saturating_sub(2).max(from + 1)..(guess + 2).min(steps.len());
        let holds = |row: usize| steps.get(row).is_some_and(|&step| belongs(step));
        // Whether the end of the run is in there.
        let bracketed = (near.start == from + 1 || holds(near.start - 1)) && !holds(near.end);
        let within = if bracketed { near } else { from + 1..steps.len() };
        let end = within.start + steps[within].partition_point(|&step| belongs(step));
        (self.end, self.length) = (end, end - from);
        from..end
    }
}
