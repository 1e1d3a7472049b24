//! The Palmer penguins: Horst AM, Hill AP, Gorman KB (2020), palmerpenguins, CC0.

use nalgebra::{DMatrix, DVector};
use rand::seq::SliceRandom;

use super::data::Penguins;
use super::generate::add_noise;
use crate::problem::{RegressionData, TaskData};
use crate::random::Stream;

// `BIRDS` and `COLUMNS`, made by `build.rs` from `data/penguins.csv`.
include!(concat!(env!("OUT_DIR"), "/penguins.rs"));

/// Number of birds without a missing value.
pub(super) const COMPLETE: usize = BIRDS.len();

/// The complete birds' columns in the order of [`COLUMNS`], each with mean 0 and variance 1.
fn standardised() -> DMatrix<f64> {
    let mut table = DMatrix::from_fn(COMPLETE, COLUMNS.len(), |i, j| f64::from(BIRDS[i][j]) / 10.0);
    for mut column in table.column_iter_mut() {
        let mean = column.mean();
        column.add_scalar_mut(-mean);
        let deviation = (column.norm_squared() / column.len() as f64).sqrt();
        column /= deviation;
    }
    table
}

/// The split and the noise that `seed` gives.
pub(super) fn samples(data: &Penguins, seed: u64) -> RegressionData {
    let table = standardised();
    let mut birds: Vec<usize> = (0..table.nrows()).collect();
    birds.shuffle(&mut Stream::Split.generator(seed));
    let (train, rest) = birds.split_at(data.n_train.min(birds.len()));
    let (aux_set, test) = rest.split_at(data.n_aux_set.min(rest.len()));
    let set = |birds: &[usize]| TaskData {
        x: DMatrix::from_fn(birds.len(), data.inputs.len(), |i, j| table[(birds[i], index(&data.inputs[j]))]),
        y: target(&table, birds, &data.main.column),
    };
    let mut training = set(train);
    add_noise(&mut training.y, data.main.noise, Stream::MainNoise.generator(seed));
    let auxiliaries = data.auxiliaries.iter().enumerate().map(|(k, task)| {
        let mut y = target(&table, train, &task.column);
        add_noise(&mut y, task.noise, Stream::AuxiliaryNoise(k).generator(seed));
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
        assert_eq!(table.nrows(), 333);
        for column in table.column_iter() {
            assert!(column.mean().abs() < 1e-12);
            assert!((column.norm_squared() / COMPLETE as f64 - 1.0).abs() < 1e-12);
        }
    }
}
