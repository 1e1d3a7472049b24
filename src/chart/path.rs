//! Paths of traces through a plane, without the points that nobody could tell from their neighbours.

use super::pyramid::PARTS;
use super::series::Series;

/// Pixels of the first rows of some columns, without those nearer than `gap` to the one kept before, and the last
/// one. Rows with a value that is not finite are left out. `place` must be affine in the values: where columns
/// have summaries, blocks of rows that stay near are passed over, so that a lane which has come to rest costs
/// next to nothing; only a path that goes on moving is looked at row by row.
pub fn thinned(
    columns: &[Series],
    rows: usize,
    gap: f64,
    place: impl Fn(&[f64]) -> (f64, f64),
) -> Vec<(f64, f64)> {
    let mut kept: Vec<(f64, f64)> = Vec::new();
    let mut values = vec![0.0; columns.len()];
    let mut row = 0;
    while row < rows {
        if let Some(&last) = kept.last() {
            let passed =
                near(columns, (row, rows), &mut values, |low, high| reach(low, high, last, &place) < gap);
            if passed > 0 {
                row += passed;
                continue;
            }
        }
        if let Some(at) = at_row(columns, row, &mut values, &place) {
            let far = |last: &(f64, f64)| distance(*last, at) >= gap;
            if kept.last().is_none_or(far) {
                kept.push(at);
            }
        }
        row += 1;
    }
    if let Some(end) = end(columns, rows, &place)
        && kept.last() != Some(&end)
    {
        kept.push(end);
    }
    kept
}

/// Pixel of the last of some rows whose values are all finite.
pub fn end(columns: &[Series], rows: usize, place: impl Fn(&[f64]) -> (f64, f64)) -> Option<(f64, f64)> {
    let mut values = vec![0.0; columns.len()];
    (0..rows).rev().find_map(|row| at_row(columns, row, &mut values, &place))
}

fn at_row(
    columns: &[Series],
    row: usize,
    values: &mut [f64],
    place: impl Fn(&[f64]) -> (f64, f64),
) -> Option<(f64, f64)> {
    for (value, column) in values.iter_mut().zip(columns) {
        *value = *column.get(row)?;
    }
    let at = place(values);
    (values.iter().all(|v| v.is_finite()) && at.0.is_finite() && at.1.is_finite()).then_some(at)
}

fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    libm::hypot(a.0 - b.0, a.1 - b.1)
}

/// How many rows from `row` on, before `end`, are in blocks whose least and largest values `pass`.
fn near(
    columns: &[Series],
    (row, end): (usize, usize),
    low: &mut [f64],
    pass: impl Fn(&[f64], &[f64]) -> bool,
) -> usize {
    let (mut passed, mut rows) = (0, PARTS);
    let mut high = vec![0.0; if row.is_multiple_of(PARTS) { low.len() } else { 0 }];
    for level in 0.. {
        if !row.is_multiple_of(rows) || row + rows > end {
            break;
        }
        for ((low, high), column) in low.iter_mut().zip(&mut high).zip(columns) {
            let Some(extremes) = column.summary().and_then(|summary| summary.block(level, row)) else {
                return passed;
            };
            (*low, *high) = extremes;
        }
        if !pass(low, &high) {
            break;
        }
        passed = rows;
        rows *= PARTS;
    }
    passed
}

/// A distance from a pixel that no place between two corners exceeds.
fn reach(low: &[f64], high: &[f64], from: (f64, f64), place: impl Fn(&[f64]) -> (f64, f64)) -> f64 {
    let mut values: Vec<f64> = low.iter().zip(high).map(|(a, b)| 0.5 * (a + b)).collect();
    let centre = place(&values);
    let mut radius = (0.0, 0.0);
    for i in 0..values.len() {
        let middle = std::mem::replace(&mut values[i], high[i]);
        let at = place(&values);
        radius = (radius.0 + (at.0 - centre.0).abs(), radius.1 + (at.1 - centre.1).abs());
        values[i] = middle;
    }
    distance(centre, from) + libm::hypot(radius.0, radius.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::pyramid::Pyramid;

    const PLACE: fn(&[f64]) -> (f64, f64) = |w| (100.0 + 40.0 * w[0] - 10.0 * w[1], 200.0 - 30.0 * w[1]);

    #[test]
    fn a_path_with_summaries_is_the_path_without_them_and_keeps_its_ends() {
        let spiral = |t: usize| (-(t as f64) / 900.0).exp() * (t as f64 / 60.0).cos();
        let x: Vec<f64> = (0..20_000).map(|t| if t % 977 == 5 { f64::NAN } else { spiral(t) }).collect();
        let y: Vec<f64> = (0..20_000).map(|t| spiral(t + 94)).collect();
        let (mut of_x, mut of_y) = (Pyramid::default(), Pyramid::default());
        of_x.extend(&x);
        of_y.extend(&y);
        for rows in [0, 1, 17, 5_000, 20_000] {
            let scanned = thinned(&[x[..].into(), y[..].into()], rows, 1.0, PLACE);
            let columns = [
                Series::from(&x[..]).with_summary(Some(&of_x)),
                Series::from(&y[..]).with_summary(Some(&of_y)),
            ];
            assert_eq!(thinned(&columns, rows, 1.0, PLACE), scanned, "{rows} rows");
            let last = (0..rows).rev().find(|&row| x[row].is_finite());
            assert_eq!(scanned.last().copied(), last.map(|row| PLACE(&[x[row], y[row]])));
            assert!(scanned.len() < 2_000);
        }
    }

    #[test]
    fn what_has_come_to_rest_is_passed_over_in_few_looks() {
        let x: Vec<f64> = (0..100_000).map(|t| (-f64::from(t) / 50.0).exp()).collect();
        let mut summary = Pyramid::default();
        summary.extend(&x);
        let looks = std::cell::Cell::new(0);
        let column = Series::from(&x[..]).with_summary(Some(&summary));
        let place = |w: &[f64]| {
            looks.set(looks.get() + 1);
            (300.0 * w[0], 0.0)
        };
        assert!(thinned(&[column], x.len(), 1.0, place).len() > 100);
        assert!(looks.get() < 1_500, "{} looks", looks.get());
    }
}
