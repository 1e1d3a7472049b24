//! The Palmer penguins: Horst AM, Hill AP, Gorman KB (2020), palmerpenguins, CC0.

use nalgebra::{DMatrix, DVector};
use rand::seq::SliceRandom;

use super::data::Penguins;
use super::generate::{Stream, add_noise, auxiliary_noise, stream};
use crate::problem::{RegressionData, TaskData};

/// The table as published, see `data/README.md`.
const TABLE: &str = include_str!("../../data/penguins.csv");

/// Columns that a document may name: the measured numbers, and the sex as 1 (male) or 0 (female).
pub(super) const COLUMNS: [&str; 5] =
    ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "sex"];

/// Number of birds without a missing value.
pub(super) const COMPLETE: usize = 333;

/// The complete birds' columns in the order of [`COLUMNS`], each with mean 0 and variance 1.
fn standardised() -> DMatrix<f64> {
    let mut lines = TABLE.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap_or_default();
    let at = COLUMNS.map(|name| header.iter().position(|h| *h == name));
    let birds: Vec<f64> = lines
        .filter_map(|fields| at.map(|at| number(fields.get(at?)?)).into_iter().collect::<Option<Vec<_>>>())
        .flatten()
        .collect();
    let mut table = DMatrix::from_row_iterator(birds.len() / COLUMNS.len(), COLUMNS.len(), birds);
    for mut column in table.column_iter_mut() {
        let mean = column.mean();
        column.add_scalar_mut(-mean);
        let deviation = (column.norm_squared() / column.len() as f64).sqrt();
        column /= deviation;
    }
    table
}

/// A field of the table as a number; `None` where it is missing.
///
/// The table's numbers have at most one decimal: read as whole tenths they need none of the tables
/// of a general reader, which would be a tenth of the page's WebAssembly.
fn number(field: &str) -> Option<f64> {
    match field {
        "male" => Some(1.0),
        "female" => Some(0.0),
        other => {
            let (whole, tenth) = other.split_once('.').unwrap_or((other, "0"));
            let tenths = 10 * whole.parse::<u32>().ok()? + tenth.parse::<u32>().ok()?;
            Some(f64::from(tenths) / 10.0)
        }
    }
}

/// The split and the noise that `seed` gives.
pub(super) fn samples(data: &Penguins, seed: u64) -> RegressionData {
    let table = standardised();
    let mut birds: Vec<usize> = (0..table.nrows()).collect();
    birds.shuffle(&mut stream(seed, Stream::Split));
    let (train, rest) = birds.split_at(data.n_train.min(birds.len()));
    let (aux_set, test) = rest.split_at(data.n_aux_set.min(rest.len()));
    let set = |birds: &[usize]| TaskData {
        x: DMatrix::from_fn(birds.len(), data.inputs.len(), |i, j| table[(birds[i], index(&data.inputs[j]))]),
        y: target(&table, birds, &data.main.column),
    };
    let mut training = set(train);
    add_noise(&mut training.y, data.main.noise, stream(seed, Stream::MainNoise));
    let auxiliaries = data.auxiliaries.iter().enumerate().map(|(k, task)| {
        let mut y = target(&table, train, &task.column);
        add_noise(&mut y, task.noise, auxiliary_noise(seed, k));
        y
    });
    RegressionData {
        auxiliaries: auxiliaries.collect(),
        train: training,
        auxiliary_set: set(aux_set),
        test_set: (!test.is_empty()).then(|| set(test)),
    }
}

/// One column for some birds.
fn target(table: &DMatrix<f64>, birds: &[usize], column: &str) -> DVector<f64> {
    let column = index(column);
    DVector::from_iterator(birds.len(), birds.iter().map(|&bird| table[(bird, column)]))
}

/// Where a checked column name stands.
fn index(column: &str) -> usize {
    COLUMNS.iter().position(|name| *name == column).expect("a checked column name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_complete_birds_are_standardised() {
        let table = standardised();
        assert_eq!(table.nrows(), COMPLETE);
        for column in table.column_iter() {
            assert!(column.mean().abs() < 1e-12);
            assert!((column.norm_squared() / COMPLETE as f64 - 1.0).abs() < 1e-12);
        }
    }
}
