//! Decimation: at most four points for each pixel column, with nothing that could be seen lost.

/// Linear map between steps and horizontal pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// Pixel of step 0.
    pub left: f64,
    /// Pixel of the last step.
    pub right: f64,
    /// Last step; positive.
    pub steps: f64,
}

impl Span {
    /// Pixel of a step, clamped to the span.
    pub fn pixel(self, step: f64) -> f64 {
        self.left + (self.right - self.left) * (step / self.steps).clamp(0.0, 1.0)
    }

    /// Step at a pixel, clamped to the span.
    pub fn step(self, pixel: f64) -> f64 {
        let part = (pixel - self.left) / (self.right - self.left).max(f64::MIN_POSITIVE);
        part.clamp(0.0, 1.0) * self.steps
    }

    /// Pixel column of a step.
    pub(super) fn column(self, step: f64) -> i32 {
        self.pixel(step).round() as i32
    }

    /// First step of the column after `column`, up to rounding.
    pub(super) fn bound(self, column: i32) -> f64 {
        let pixel = f64::from(column) + 0.5;
        if pixel >= self.right { f64::INFINITY } else { self.step(pixel) }
    }
}

/// What one pixel column holds of a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Column {
    first: f64,
    low: f64,
    high: f64,
    last: f64,
    low_is_first: bool,
}

impl Column {
    /// Of one value.
    pub fn new(value: f64) -> Self {
        Self { first: value, low: value, high: value, last: value, low_is_first: true }
    }

    /// Takes in the next value.
    pub fn add(&mut self, value: f64) {
        if value < self.low {
            self.low = value;
            self.low_is_first = false;
        }
        if value > self.high {
            self.high = value;
            self.low_is_first = true;
        }
        self.last = value;
    }

    /// Takes in the values that follow, as [`add`](Self::add) one by one would.
    pub fn append(&mut self, next: &Self) {
        let (lower, higher) = (next.low < self.low, next.high > self.high);
        self.low_is_first = match (lower, higher) {
            (true, true) => next.low_is_first,
            (true, false) => false,
            (false, true) => true,
            (false, false) => self.low_is_first,
        };
        if lower {
            self.low = next.low;
        }
        if higher {
            self.high = next.high;
        }
        self.last = next.last;
    }

    /// Least and largest value.
    pub fn extremes(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// Entry, the two extremes in their order, exit; equal neighbours once.
    pub fn emit(&self, point: &mut impl FnMut(f64)) {
        let (a, b) = if self.low_is_first { (self.low, self.high) } else { (self.high, self.low) };
        let mut before = f64::NAN;
        for value in [self.first, a, b, self.last] {
            if value != before {
                point(value);
            }
            before = value;
        }
    }
}

/// One step of a decimated curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Point {
    /// The curve goes on to this value in this pixel column.
    To(i32, f64),
    /// Values are missing here: the curve is interrupted.
    Gap,
}

/// Decimates a series to at most four points per pixel column: the first value, minimum and maximum
/// in their order, and the last.
///
/// `steps` ascend; values that are not finite are gaps. A gap inside one column cannot be seen and
/// is not reported. One pass, no allocation.
pub fn decimate(steps: &[f64], values: &[f64], span: Span, mut emit: impl FnMut(Point)) {
    let rows = steps.len().min(values.len());
    let (mut row, mut gap, mut started) = (0, false, false);
    while row < rows {
        let at = span.column(steps[row]);
        let bound = span.bound(at);
        let mut column: Option<Column> = None;
        let (mut gap_after, begin) = (false, row);
        while row < rows && (row == begin || steps[row] < bound) {
            let value = values[row];
            if value.is_finite() {
                column.get_or_insert_with(|| Column::new(value)).add(value);
                gap_after = false;
            } else if column.is_some() {
                gap_after = true;
            } else {
                gap = true;
            }
            row += 1;
        }
        if let Some(column) = column {
            if gap && started {
                emit(Point::Gap);
            }
            column.emit(&mut |value| emit(Point::To(at, value)));
            (gap, started) = (gap_after, true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const SPAN: Span = Span { left: 10.0, right: 110.0, steps: 5000.0 };

    fn series(rows: usize) -> (Vec<f64>, Vec<f64>) {
        let steps: Vec<f64> = (0..rows).map(|t| t as f64).collect();
        let values = steps.iter().map(|t| (t * 0.7).sin() * (t * 0.011).cos() + t * 1e-4).collect();
        (steps, values)
    }

    fn points(steps: &[f64], values: &[f64]) -> Vec<Point> {
        let mut out = Vec::new();
        decimate(steps, values, SPAN, |p| out.push(p));
        out
    }

    /// Count, minimum and maximum of each column.
    fn by_column(all: impl Iterator<Item = (i32, f64)>) -> BTreeMap<i32, (usize, f64, f64)> {
        let mut columns = BTreeMap::new();
        for (x, y) in all {
            let c = columns.entry(x).or_insert((0, y, y));
            *c = (c.0 + 1, c.1.min(y), c.2.max(y));
        }
        columns
    }

    fn drawn(points: &[Point]) -> BTreeMap<i32, (usize, f64, f64)> {
        by_column(points.iter().filter_map(|p| match *p {
            Point::To(x, y) => Some((x, y)),
            Point::Gap => None,
        }))
    }

    #[test]
    fn minimum_and_maximum_of_every_column_are_kept() {
        let (steps, values) = series(5001);
        let all = by_column(steps.iter().zip(&values).map(|(&s, &v)| (SPAN.column(s), v)));
        let kept = drawn(&points(&steps, &values));
        assert_eq!(all.len(), kept.len());
        for (x, (_, low, high)) in all {
            assert_eq!((kept[&x].1, kept[&x].2), (low, high), "column {x}");
        }
    }

    #[test]
    fn a_column_has_at_most_four_points() {
        let (steps, values) = series(5001);
        assert!(drawn(&points(&steps, &values)).values().all(|c| c.0 <= 4));
    }

    #[test]
    fn a_sparse_series_is_kept_whole() {
        let steps = [0.0, 1000.0, 2000.0];
        let expected = [Point::To(10, 1.0), Point::To(30, 2.0), Point::To(50, 0.5)];
        assert_eq!(points(&steps, &[1.0, 2.0, 0.5]), expected);
    }

    #[test]
    fn absent_and_infinite_values_are_gaps_and_never_points() {
        let steps = [0.0, 500.0, 1000.0, 1500.0, 2000.0, 2500.0];
        let values = [f64::NAN, 1.0, f64::NAN, f64::INFINITY, 2.0, f64::NAN];
        let expected = [Point::To(20, 1.0), Point::Gap, Point::To(50, 2.0)];
        assert_eq!(points(&steps, &values), expected);
        assert_eq!(points(&steps[..1], &values[..1]), []);
        assert_eq!(points(&[], &[]), []);
    }

    #[test]
    fn every_second_value_absent_still_keeps_the_extremes() {
        let (steps, mut values) = series(5001);
        values.iter_mut().step_by(2).for_each(|v| *v = f64::NAN);
        let present = steps.iter().zip(&values).filter(|(_, v)| !v.is_nan());
        let all = by_column(present.map(|(&s, &v)| (SPAN.column(s), v)));
        let kept = drawn(&points(&steps, &values));
        assert!(all.iter().all(|(x, c)| (kept[x].1, kept[x].2) == (c.1, c.2) && kept[x].0 <= 4));
    }

    #[test]
    fn pixels_and_steps_are_inverse() {
        assert_eq!(SPAN.step(SPAN.pixel(1234.0)), 1234.0);
        assert_eq!(SPAN.step(-5.0), 0.0);
        assert_eq!(SPAN.step(1e9), 5000.0);
    }
}
