//! How φ combines losses: every derivative against central differences, and what a monotone network promises.

use auxilearn_lab::combination::{Affine, Combination, Monotone};
use proptest::prelude::*;

use crate::common::central_differences;
use crate::zoo::{Draw, assert_near, start_phi};

fn by_loss(h: &dyn Combination, losses: &[f64], phi: &[f64]) -> Vec<f64> {
    let mut out = vec![7.0; losses.len()];
    h.by_loss(losses, phi, &mut out);
    out
}

fn check(name: &str, h: &dyn Combination, n_losses: usize, draw: &mut Draw) {
    let losses = draw.numbers(n_losses, -1.0, 2.0);
    let phi = start_phi(h, draw);
    let direction = draw.numbers(n_losses, -1.0, 1.0);
    let along = |losses: &[f64], phi: &[f64]| -> f64 {
        by_loss(h, losses, phi).iter().zip(&direction).map(|(h, d)| h * d).sum()
    };
    let expected = central_differences(|l| h.value(l, &phi), &losses, 1e-5);
    assert_near(&format!("{name}: by_loss"), &by_loss(h, &losses, &phi), &expected, 1e-8);
    let (mut by_phi, mut mixed) = (vec![7.0; phi.len()], vec![7.0; phi.len()]);
    h.by_phi(&losses, &phi, &mut by_phi);
    let expected = central_differences(|phi| h.value(&losses, phi), &phi, 1e-5);
    assert_near(&format!("{name}: by_phi"), &by_phi, &expected, 1e-8);
    h.mixed(&losses, &phi, &direction, &mut mixed);
    let expected = central_differences(|phi| along(&losses, phi), &phi, 1e-5);
    assert_near(&format!("{name}: mixed"), &mixed, &expected, 1e-8);
    let mut bent = vec![7.0; n_losses];
    h.by_loss_loss(&losses, &phi, &direction, &mut bent);
    let expected = central_differences(|l| along(l, &phi), &losses, 1e-5);
    assert_near(&format!("{name}: by_loss_loss"), &bent, &expected, 1e-8);
    assert_eq!(h.is_linear(), !name.starts_with("monotone"), "{name}");
}

/// Widths of one to three layers.
fn shapes() -> [&'static [usize]; 5] {
    [&[1], &[4], &[3, 2], &[2, 5, 3], &[4, 4, 4]]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_derivative_of_a_combination_is_the_difference_of_what_it_derives(seed in any::<u64>()) {
        let mut draw = Draw::new(seed);
        check("linear", &Affine::linear(3), 4, &mut draw);
        check("no auxiliary", &Affine::linear(0), 1, &mut draw);
        check("sample weights", &Affine::sample_weights(4), 6, &mut draw);
        check("labels", &Affine::labels(3, 0.8), 5, &mut draw);
        for widths in shapes() {
            check(&format!("monotone {widths:?}"), &Monotone::new(3, widths), 3, &mut draw);
        }
    }

    #[test]
    fn weights_that_are_not_negative_make_the_network_increasing_and_convex(seed in any::<u64>()) {
        for widths in shapes() {
            let (h, mut draw) = (Monotone::new(3, widths), Draw::new(seed));
            let phi = start_phi(&h, &mut draw);
            let (a, b) = (draw.numbers(3, -2.0, 3.0), draw.numbers(3, -2.0, 3.0));
            let weights = by_loss(&h, &a, &phi);
            prop_assert!(weights[0] >= 1.0 && weights.iter().all(|w| *w >= 0.0), "{weights:?}");
            let middle: Vec<f64> = a.iter().zip(&b).map(|(a, b)| 0.5 * (a + b)).collect();
            let chord = 0.5 * (h.value(&a, &phi) + h.value(&b, &phi));
            prop_assert!(h.value(&middle, &phi) <= chord + 1e-12);
            let direction: Vec<f64> = a.iter().zip(&b).map(|(a, b)| b - a).collect();
            let mut bent = vec![0.0; 3];
            h.by_loss_loss(&a, &phi, &direction, &mut bent);
            prop_assert!(bent.iter().zip(&direction).map(|(b, d)| b * d).sum::<f64>() >= -1e-12);
        }
    }
}

#[test]
fn the_network_is_that_of_the_formula() {
    // 2 losses, layers of 2 and 1 units: φ = U_1 by rows, c_1, U_2, c_2, v.
    let phi = [0.1, 0.2, 0.3, 0.4, -0.5, 0.6, 0.7, 0.8, -0.9, 1.1];
    let softplus = |z: f64| z.exp().ln_1p();
    let a = [softplus(0.1 * 2.0 + 0.2 * 3.0 - 0.5), softplus(0.3 * 2.0 + 0.4 * 3.0 + 0.6)];
    let expected = 2.0 + 1.1 * softplus(0.7 * a[0] + 0.8 * a[1] - 0.9);
    let network = Monotone::new(2, &[2, 1]);
    assert_eq!(network.n_phi(), 10);
    assert_near("g", &[network.value(&[2.0, 3.0], &phi)], &[expected], 1e-14);
    let free: Vec<usize> = network
        .non_negative()
        .expect("a mask")
        .iter()
        .enumerate()
        .filter(|(_, m)| !**m)
        .map(|(j, _)| j)
        .collect();
    assert_eq!(free, [4, 5, 8], "biases may be negative");
}

#[test]
fn a_squared_error_with_learned_labels_is_affine_in_the_losses_and_quadratic_in_the_labels() {
    use auxilearn_lab::family::{Batch, LearnedLabels, LinearModel, SampleLoss, TaskFamily};
    let mut draw = Draw::new(3);
    for loss in [SampleLoss::Squared, SampleLoss::Logistic] {
        let main = LinearModel::new(draw.samples(loss, 6, 2, 1), loss, 0.2);
        let inputs = draw.samples(loss, 4, 2, 1);
        let family = LearnedLabels::new(main.clone(), inputs.clone(), loss, 0.7);
        let (w, labels) = (draw.numbers(2, -1.0, 1.0), draw.numbers(4, 0.0, 1.0));
        let (mut values, mut gradients) = (vec![0.0; 6], vec![0.0; 12]);
        family.jet(&w, Batch::All, &mut values, &mut gradients);
        let found = Affine::labels(4, family.curvature()).value(&values, &labels);
        let auxiliary = labels.iter().enumerate().map(|(j, y)| loss.at(inputs.predict(j, &w), *y)[0]);
        let mut main_value = [0.0];
        main.jet(&w, Batch::All, &mut main_value, &mut [0.0; 2]);
        let expected = main_value[0] + 0.7 * auxiliary.sum::<f64>() / 4.0;
        assert_near("L_T", &[found], &[expected], 1e-13);
    }
}
