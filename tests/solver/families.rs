//! The losses of every family, their gradients and Hessians, against central differences and each other.

use auxilearn_lab::family::{Batch, SampleLoss, SampleWeights, Samples, TaskFamily};
use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;

use crate::common::central_differences;
use crate::zoo::{Draw, Kind, assert_near, parts};

fn values(family: &dyn TaskFamily, w: &[f64], batch: Batch) -> (Vec<f64>, Vec<f64>) {
    let (mut values, mut gradients) = (vec![7.0; family.n_tasks()], vec![7.0; family.n_tasks() * w.len()]);
    family.jet(w, batch, &mut values, &mut gradients);
    (values, gradients)
}

fn weighted(family: &dyn TaskFamily, w: &[f64], batch: Batch, weights: &[f64]) -> (f64, Vec<f64>) {
    let mut gradient = vec![7.0; w.len()];
    let value = family.weighted_gradient(w, batch, weights, &mut gradient);
    (value, gradient)
}

fn hessian(family: &dyn TaskFamily, w: &[f64], batch: Batch, weights: &[f64]) -> DMatrix<f64> {
    let mut hessian = DMatrix::repeat(w.len(), w.len(), 7.0);
    family.weighted_hessian(w, batch, weights, &mut hessian);
    hessian
}

/// Gradients are differences of values, weighted sums are sums, Hessians differences of gradients.
fn check(name: &str, family: &dyn TaskFamily, draw: &mut Draw) {
    let w = draw.numbers(family.n_parameters(), -1.2, 1.2);
    let weights = draw.numbers(family.n_tasks(), -1.0, 2.0);
    let n = w.len();
    let (at_w, gradients) = values(family, &w, Batch::All);
    for (k, gradient) in gradients.chunks_exact(n).enumerate() {
        let expected = central_differences(|w| values(family, w, Batch::All).0[k], &w, 1e-5);
        assert_near(&format!("{name}: gradient of loss {k}"), gradient, &expected, 1e-8);
    }
    let (value, gradient) = weighted(family, &w, Batch::All, &weights);
    let sum: f64 = at_w.iter().zip(&weights).map(|(l, c)| l * c).sum();
    assert_near(&format!("{name}: weighted value"), &[value], &[sum], 1e-12);
    let of = |i: usize| gradients.chunks_exact(n).zip(&weights).map(|(g, c)| c * g[i]).sum::<f64>();
    let sums: Vec<f64> = (0..n).map(of).collect();
    assert_near(&format!("{name}: weighted gradient"), &gradient, &sums, 1e-12);
    let bent = hessian(family, &w, Batch::All, &weights);
    assert_near(&format!("{name}: symmetry"), bent.as_slice(), bent.transpose().as_slice(), 1e-14);
    for i in 0..n {
        let expected = central_differences(|w| weighted(family, w, Batch::All, &weights).1[i], &w, 1e-5);
        assert_near(&format!("{name}: Hessian {i}"), bent.column(i).as_slice(), &expected, 1e-8);
    }
}

/// A batch is the mean of its rows, and the batch of all rows is the whole.
fn check_batches(name: &str, family: &dyn TaskFamily, draw: &mut Draw) {
    let w = draw.numbers(family.n_parameters(), -1.2, 1.2);
    let weights = draw.numbers(family.n_tasks(), -1.0, 2.0);
    let all: Vec<usize> = (0..family.n_samples()).rev().collect();
    let everything = |batch: Batch| {
        let (mut numbers, gradients) = values(family, &w, batch);
        numbers.extend(gradients);
        let (value, gradient) = weighted(family, &w, batch, &weights);
        numbers.push(value);
        numbers.extend(gradient);
        numbers.extend(hessian(family, &w, batch, &weights).iter());
        numbers
    };
    assert_near(&format!("{name}: all rows"), &everything(Batch::Rows(&all)), &everything(Batch::All), 1e-12);
    let some = [all[2], all[0], all[3]];
    let rows = some.map(|row| everything(Batch::Rows(&[row])));
    let mean: Vec<f64> =
        (0..rows[0].len()).map(|i| rows.iter().map(|row| row[i]).sum::<f64>() / 3.0).collect();
    assert_near(&format!("{name}: three rows"), &everything(Batch::Rows(&some)), &mean, 1e-12);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_derivative_of_every_family_is_the_difference_of_what_it_derives(seed in any::<u64>()) {
        for kind in Kind::ALL {
            let parts = parts(kind, seed, (seed % 4) as usize);
            let mut draw = Draw::new(seed ^ 1);
            check(&format!("{kind:?}"), &*parts.tasks, &mut draw);
            check(&format!("{kind:?}, held out"), &*parts.held_out, &mut draw);
        }
    }

    #[test]
    fn a_batch_is_the_mean_of_its_rows(seed in any::<u64>()) {
        let mut sampled = 0;
        for kind in Kind::ALL {
            let parts = parts(kind, seed, 2);
            for family in [&parts.tasks, &parts.held_out] {
                if family.n_samples() > 0 {
                    sampled += 1;
                    check_batches(&format!("{kind:?}"), &**family, &mut Draw::new(seed ^ 2));
                }
            }
        }
        prop_assert!(sampled >= 10);
    }

    #[test]
    fn losses_that_are_no_means_over_samples_are_the_same_for_every_batch(seed in any::<u64>()) {
        for kind in Kind::ALL {
            let family = parts(kind, seed, 2).tasks;
            if family.n_samples() == 0 {
                let w = Draw::new(seed).numbers(family.n_parameters(), -1.0, 1.0);
                prop_assert_eq!(values(&*family, &w, Batch::Rows(&[0])), values(&*family, &w, Batch::All));
            }
        }
    }
}

#[test]
fn weights_of_one_make_weighted_samples_the_usual_mean() {
    let mut draw = Draw::new(5);
    for loss in [SampleLoss::Squared, SampleLoss::Logistic] {
        let family = SampleWeights::new(draw.samples(loss, 9, 2, 1), loss, 0.3);
        let (values, _) = values(&family, &[0.4, -1.1], Batch::All);
        assert_near("mean", &[values[2..].iter().sum()], &values[..1], 1e-14);
    }
}

#[test]
fn a_logistic_loss_is_right_where_its_exponentials_overflow() {
    let samples = Samples::new(&DMatrix::from_element(1, 1, 1.0), vec![DVector::from_element(1, 1.0)]);
    let family = auxilearn_lab::family::LinearModel::new(samples, SampleLoss::Logistic, 0.0);
    for (w, value, slope) in [(800.0, 0.0, 0.0), (-800.0, 800.0, -1.0)] {
        let (found, gradient) = values(&family, &[w], Batch::All);
        assert_eq!((found[0], gradient[0]), (value, slope), "w = {w}");
    }
}
