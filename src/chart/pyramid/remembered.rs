//! Pixel columns that were found before, so that a picture which is drawn again costs no look at its rows.

use std::cell::RefCell;
use std::ops::Range;

use super::Block;
use crate::chart::columns::Span;

/// Spans remembered of a series: it may be drawn in two charts, and as a figure.
const SPANS: usize = 3;

/// What is remembered of one series; the span drawn last is the last one.
#[derive(Debug, Clone, Default)]
pub struct Remembered(RefCell<Vec<Known>>);

impl Remembered {
    /// Lets `draw` use and extend what is known for a span.
    pub fn with(&self, span: Span, draw: impl FnOnce(&mut Known)) {
        let mut all = self.0.borrow_mut();
        let mut known = match all.iter().position(|known| known.span == span) {
            Some(place) => all.remove(place),
            None => Known { span, columns: Vec::new(), runs: Runs::default() },
        };
        draw(&mut known);
        if all.len() == SPANS {
            all.remove(0);
        }
        all.push(known);
    }
}

/// The pixel columns of a series over one span.
#[derive(Debug, Clone)]
pub struct Known {
    span: Span,
    /// Those that get no more rows, since a later one has some.
    columns: Vec<(i32, Block)>,
    /// Where the rows of those end.
    runs: Runs,
}

impl Known {
    /// Finds the columns of the rows that are new; returns the last one, which may get more rows.
    pub fn extend(
        &mut self,
        steps: &[f64],
        span: Span,
        over: impl Fn(Range<usize>) -> Block,
    ) -> Option<(i32, Block)> {
        let mut runs = self.runs;
        while let Some(&first) = steps.get(runs.end) {
            let at = span.column(first);
            let bound = span.bound(at);
            let block = over(runs.next(steps, |step| step < bound));
            if runs.end == steps.len() {
                return Some((at, block));
            }
            self.columns.push((at, block));
            self.runs = runs;
        }
        None
    }

    /// Pixel column and what it holds, but for the last one.
    pub fn columns(&self) -> &[(i32, Block)] {
        &self.columns
    }
}

/// Successive runs of rows, each as long as some bound on the steps allows; found by a few comparisons
/// where they are about equally long.
#[derive(Debug, Clone, Copy, Default)]
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
