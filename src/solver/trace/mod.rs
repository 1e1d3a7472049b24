//! The columnar record of one lane: what charts draw and files export.

mod layout;

use std::ops::Range;
use xxhash_rust::xxh64::Xxh64;

pub use layout::{Layout, Quantity, QuantityKind};

/// A value that a row does not have, for example the alignment of the start row.
///
/// It is the one NaN a trace may hold: files write it as an empty field or `null`, charts skip it.
pub const ABSENT: f64 = f64::NAN;

/// Bytes of one trace's columns at most; past that every second row is dropped (see [`Trace`]).
const MAX_BYTES: usize = 32 << 20;
/// Rows that are kept however wide a row is.
const MIN_ROWS: usize = 1 << 10;

/// Columns of `f64`, one row per recorded outer step, in bounded memory.
///
/// Row 0 is the start. Rows whose step is not a multiple of [`stride`](Self::stride) are not kept;
/// when the bound is reached every second row is dropped and the stride doubles. The last row of a
/// stopped run is always kept.
#[derive(Debug)]
pub struct Trace {
    layout: Layout,
    capacity: usize,
    rows: usize,
    stride: u64,
    data: Vec<f64>,
}

impl Clone for Trace {
    fn clone(&self) -> Self {
        Self { data: self.data.clone(), ..*self }
    }

    /// Keeps the memory there is: a page that replays long runs would else be left with holes of a trace's size.
    fn clone_from(&mut self, source: &Self) {
        let mut data = std::mem::take(&mut self.data);
        data.clone_from(&source.data);
        *self = Self { data, ..*source };
    }
}

impl Trace {
    /// An empty trace for a run of at most `steps` outer steps. All memory is taken here.
    #[inline]
    pub fn new(layout: Layout, steps: u64) -> Self {
        Self::in_memory(layout, steps, MAX_BYTES)
    }

    /// The same in at most `bytes` of columns, if these hold at least 1024 rows.
    pub fn in_memory(layout: Layout, steps: u64, bytes: usize) -> Self {
        // Even, so that the row that finds the trace full falls on the doubled stride.
        let bound = (bytes / 8 / layout.width()).max(MIN_ROWS) & !1;
        let capacity = usize::try_from(steps).unwrap_or(usize::MAX).saturating_add(1).min(bound).max(2);
        Self { layout, capacity, rows: 0, stride: 1, data: vec![0.0; capacity * layout.width()] }
    }

    /// Where each quantity stands.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Number of rows kept.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Outer steps between two kept rows (the last row of a stopped run may be nearer).
    pub fn stride(&self) -> u64 {
        self.stride
    }

    /// Column `c` of [`Layout::quantities`], one value per kept row.
    ///
    /// # Panics
    /// If `c` is not below [`Layout::width`].
    pub fn column(&self, c: usize) -> &[f64] {
        &self.data[c * self.capacity..][..self.rows]
    }

    /// Component `i` of a quantity over time; `None` if it has no such component.
    pub fn series(&self, kind: QuantityKind, i: usize) -> Option<&[f64]> {
        let c = self.layout.range(kind).nth(i)?;
        Some(self.column(c))
    }

    /// Steps of the kept rows, ascending.
    pub fn steps(&self) -> &[f64] {
        self.column(0)
    }

    /// Component `i` of a quantity in the last row; `None` if absent.
    pub fn last(&self, kind: QuantityKind, i: usize) -> Option<f64> {
        self.series(kind, i)?.last().copied().filter(|x| !x.is_nan())
    }

    /// Returns whether the row of `step` will be kept: diagnostics of other steps need not be computed.
    #[inline]
    pub fn keeps(&self, step: u64) -> bool {
        self.stride == 1 || step.is_multiple_of(self.stride)
    }

    /// Appends the row of `step` (thinning the trace when it is full) and returns a writer for the
    /// values after the step, in the order of [`Layout::quantities`]. `None` if that row is there already.
    #[inline]
    pub fn row(&mut self, step: u64) -> Option<RowWriter<'_>> {
        let step = step as f64;
        if self.rows > 0 && self.data[self.rows - 1] >= step {
            return None;
        }
        if self.rows == self.capacity {
            self.thin();
        }
        let mut writer = RowWriter { at: self.rows, capacity: self.capacity, data: &mut self.data };
        self.rows += 1;
        writer.put(step);
        Some(writer)
    }

    /// Appends a row whose first value is its step; see [`row`](Self::row).
    pub fn push(&mut self, row: &[f64]) {
        debug_assert_eq!(row.len(), self.layout.width());
        if let Some(mut writer) = self.row(row[0] as u64) {
            writer.put_all(&row[1..]);
        }
    }

    /// Number of kept rows whose step is at most `step`; rows from there on are later than it.
    pub fn rows_through(&self, step: f64) -> usize {
        self.steps().partition_point(|&s| s <= step)
    }

    /// A copy of some rows, column by column, as [`extend_from_chunk`](Self::extend_from_chunk) reads it.
    ///
    /// # Panics
    /// If `rows` reaches past [`rows`](Self::rows).
    pub fn chunk(&self, rows: Range<usize>) -> Vec<f64> {
        (0..self.layout.width()).flat_map(|c| &self.column(c)[rows.clone()]).copied().collect()
    }

    /// Appends a [`chunk`](Self::chunk) of a trace of the same layout and length whose stride was `stride`.
    ///
    /// Rows that the other trace has dropped meanwhile are dropped here too, so a copy made from
    /// successive chunks has the digest of the original.
    pub fn extend_from_chunk(&mut self, stride: u64, chunk: &[f64]) {
        let width = self.layout.width();
        debug_assert!(chunk.len().is_multiple_of(width));
        while self.stride < stride && self.rows > 0 {
            self.thin();
        }
        self.stride = self.stride.max(stride);
        let rows = chunk.len() / width;
        let mut row = vec![0.0; width];
        for r in 0..rows {
            for (value, column) in row.iter_mut().zip(chunk.chunks_exact(rows)) {
                *value = column[r];
            }
            self.push(&row);
        }
    }

    /// Drops every second row and doubles the stride.
    #[cold]
    fn thin(&mut self) {
        let kept = self.rows.div_ceil(2);
        for column in self.data.chunks_exact_mut(self.capacity) {
            for row in 1..kept {
                column[row] = column[2 * row];
            }
        }
        self.rows = kept;
        self.stride *= 2;
    }

    /// The same rows with room for a run of `steps` outer steps. The row of an end that is not a multiple of the
    /// stride is left out: the run goes on there.
    pub fn regrown(&self, steps: u64) -> Self {
        let mut grown = Self::new(self.layout, steps);
        let kept = self.rows - usize::from(self.steps().last().is_some_and(|&step| !self.keeps(step as u64)));
        grown.extend_from_chunk(self.stride, &self.chunk(0..kept));
        grown
    }

    /// Forgets every row, for a rewind.
    pub fn clear(&mut self) {
        self.rows = 0;
        self.stride = 1;
    }

    /// 64-bit XXH64 of all kept rows, column by column, as 16 hexadecimal digits.
    ///
    /// Equal digests mean equal bits: this is what proves that two machines saw the same numbers.
    pub fn digest(&self) -> String {
        let mut hash = Xxh64::new(0);
        let mut block = [0; 1024];
        for c in 0..self.layout.width() {
            for values in self.column(c).chunks(block.len() / 8) {
                for (bytes, &value) in block.chunks_exact_mut(8).zip(values) {
                    let value = if value.is_nan() { ABSENT } else { value };
                    bytes.copy_from_slice(&value.to_bits().to_le_bytes());
                }
                hash.update(&block[..8 * values.len()]);
            }
        }
        format!("{:016x}", hash.digest())
    }
}

/// Writes one row of a [`Trace`], value after value.
#[derive(Debug)]
pub struct RowWriter<'a> {
    data: &'a mut [f64],
    at: usize,
    capacity: usize,
}

impl RowWriter<'_> {
    /// Writes the next value.
    #[inline]
    pub fn put(&mut self, value: f64) {
        self.data[self.at] = value;
        self.at += self.capacity;
    }

    /// Writes the next values.
    #[inline]
    pub fn put_all(&mut self, values: &[f64]) {
        for &value in values {
            self.put(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A layout so wide that a trace holds the fewest rows, and thins soon.
    fn wide() -> Layout {
        Layout::new(MAX_BYTES / 8 / MIN_ROWS, 1)
    }

    fn row(layout: Layout, step: u64) -> Vec<f64> {
        (0..layout.width())
            .map(|c| if c == 0 { step as f64 } else { (step * 31 + c as u64) as f64 })
            .collect()
    }

    /// Takes what is new every `period` steps, at most `limit` rows at once, as the page does.
    fn copied(layout: Layout, steps: u64, period: u64, limit: usize) -> (Trace, Trace) {
        let (mut original, mut copy) = (Trace::new(layout, steps), Trace::new(layout, steps));
        let mut sent = -1.0;
        for step in 0..=steps {
            if original.keeps(step) || step == steps {
                original.push(&row(layout, step));
            }
            let mut due = step % period == 0 || step == steps;
            while due {
                let from = original.rows_through(sent);
                let to = original.rows().min(from + limit);
                copy.extend_from_chunk(original.stride(), &original.chunk(from..to));
                sent = original.steps()[to - 1];
                due = to < original.rows();
            }
        }
        (original, copy)
    }

    #[test]
    fn copy_from_chunks_has_the_same_digest() {
        let layout = Layout::new(2, 2);
        for (steps, period, limit) in [(1500, 1, 1), (1500, 7, 100), (1500, 5000, 64), (0, 1, 1)] {
            let (original, copy) = copied(layout, steps, period, limit);
            assert_eq!(original.digest(), copy.digest(), "{steps} steps, every {period}, {limit} rows");
        }
    }

    #[test]
    fn a_copy_into_another_trace_is_the_trace() {
        let (original, _) = copied(Layout::new(2, 2), 1500, 7, 100);
        for (layout, steps) in [(Layout::new(2, 2), 1500), (Layout::new(2, 2), 10), (Layout::new(3, 4), 4501)]
        {
            let mut other = Trace::new(layout, steps);
            other.clone_from(&original);
            assert_eq!(other.digest(), original.digest());
            assert_eq!((other.rows(), other.layout()), (original.rows(), original.layout()));
        }
    }

    #[test]
    fn a_run_that_is_given_more_steps_has_the_trace_of_the_longer_run() {
        for (layout, first, then) in
            [(Layout::new(2, 2), 1500, 1700), (wide(), 3001, 4501), (wide(), 2049, 9000)]
        {
            let record = |trace: &mut Trace, steps: std::ops::RangeInclusive<u64>| {
                let end = *steps.end();
                for step in steps {
                    if trace.keeps(step) || step == end {
                        trace.push(&row(layout, step));
                    }
                }
            };
            let (mut stopped, mut whole) = (Trace::new(layout, first), Trace::new(layout, then));
            record(&mut stopped, 0..=first);
            let mut grown = stopped.regrown(then);
            record(&mut grown, first + 1..=then);
            record(&mut whole, 0..=then);
            assert_eq!(grown.digest(), whole.digest(), "{first} and then {then} steps");
        }
    }

    #[test]
    fn copy_from_chunks_follows_stride_doublings() {
        let layout = wide();
        for (period, limit) in [(100, 64), (999, 5000)] {
            let (original, copy) = copied(layout, 4501, period, limit);
            assert!(original.stride() >= 4, "the trace must have thinned twice");
            assert_eq!(original.stride(), copy.stride());
            assert_eq!(original.digest(), copy.digest(), "every {period}, {limit} rows");
        }
    }
}
