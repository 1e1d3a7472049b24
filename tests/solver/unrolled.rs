//! Hypergradients without an inverse: through the inner steps themselves, and by DARTS's difference.

use auxilearn_lab::combination::Affine;
use auxilearn_lab::family::Quadratics;
use auxilearn_lab::hypergradient::{Estimator, FiniteDifference, GeneralImplicit, Unrolled};
use auxilearn_lab::ihvp::{InverseHvpKind, Neumann, Scaling};
use auxilearn_lab::inner::GradientDescent;
use auxilearn_lab::loss::Quadratic;
use auxilearn_lab::problem::{BilevelProblem, GeneralProblem, InnerObjective};
use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;

use crate::common::central_differences;
use crate::zoo::{Draw, Kind, admissible_phi, assert_near, monotone_problem, problem, respond, state};

/// `w_T(φ)` by gradient steps.
fn descended(problem: &GeneralProblem, rule: GradientDescent, w: &[f64], phi: &[f64]) -> DVector<f64> {
    let mut inner = problem.inner();
    inner.set_phi(phi);
    let mut w = DVector::from_column_slice(w);
    inner.descend(&mut w, rule.lr, rule.steps);
    w
}

/// The alignment through the last `steps` of the steps that start at `w`.
fn through(
    problem: &GeneralProblem,
    rule: GradientDescent,
    steps: usize,
    w: &[f64],
    phi: &[f64],
) -> Vec<f64> {
    let mut inner = problem.inner();
    inner.set_phi(phi);
    let mut unrolled = Unrolled::new(problem, rule, steps);
    unrolled.before_inner(&DVector::from_column_slice(w));
    let end = descended(problem, rule, w, phi);
    let mut out = vec![7.0; phi.len()];
    unrolled
        .estimate(problem, &mut inner, &state(problem, end.as_slice(), phi), &mut out)
        .expect("an estimate");
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn at_the_best_response_k_steps_are_a_series_of_k_terms(seed in any::<u64>()) {
        for kind in Kind::ALL.into_iter().filter(|kind| !kind.is_network()) {
            for problem in [problem(kind, seed), monotone_problem(kind, seed, &[2])] {
                let mut draw = Draw::new(seed ^ 7);
                let phi = admissible_phi(&problem, &mut draw);
                let w = respond(&problem, &phi, &draw.numbers(problem.dim().0, -0.5, 0.5));
                for steps in [1, 2, 7] {
                    let rule = GradientDescent { lr: 0.05, steps: 7 };
                    let found = through(&problem, rule, steps, w.as_slice(), &phi);
                    // The sum of j = 0..=J has J + 1 terms.
                    let neumann = Neumann { terms: steps - 1, alpha: 0.05, scaling: Scaling::Alpha, damping: 0.0 };
                    let mut series = GeneralImplicit::new(&problem, InverseHvpKind::Neumann(neumann));
                    let (mut inner, mut expected) = (problem.inner(), vec![7.0; phi.len()]);
                    inner.set_phi(&phi);
                    series.estimate(&problem, &mut inner, &state(&problem, w.as_slice(), &phi), &mut expected).expect("a sum");
                    assert_near(&format!("{kind:?}, {steps} steps"), &found, &expected, 1e-12);
                }
            }
        }
    }

    #[test]
    fn through_all_steps_it_is_the_difference_of_where_they_end(seed in any::<u64>()) {
        for kind in Kind::ALL {
            for problem in [problem(kind, seed), monotone_problem(kind, seed, &[2, 2])] {
                let mut draw = Draw::new(seed ^ 8);
                let phi = admissible_phi(&problem, &mut draw);
                let w = draw.numbers(problem.dim().0, -0.8, 0.8);
                let rule = GradientDescent { lr: 0.03, steps: 6 };
                let found: Vec<f64> = through(&problem, rule, 6, &w, &phi).iter().map(|a| -a).collect();
                let reached = |phi: &[f64]| {
                    let end = descended(&problem, rule, &w, phi);
                    problem.outer_at(&end, &mut end.clone())
                };
                assert_near(&format!("{kind:?}"), &found, &central_differences(reached, &phi, 1e-5), 1e-8);
            }
        }
    }

    #[test]
    fn the_difference_of_darts_is_the_mixed_derivative_times_its_step(seed in any::<u64>(), xi in 1e-3_f64..0.5) {
        for kind in Kind::ALL {
            let problem = problem(kind, seed);
            let mut draw = Draw::new(seed ^ 9);
            let phi = admissible_phi(&problem, &mut draw);
            let w = draw.numbers(problem.dim().0, -0.8, 0.8);
            let at_w = state(&problem, &w, &phi);
            let virtual_step = &at_w.w - &at_w.inner_gradient * xi;
            let mut gradient = at_w.w.clone();
            problem.outer_at(&virtual_step, &mut gradient);
            let mut expected = vec![7.0; phi.len()];
            problem.cross_product(&at_w.jet, &phi, &gradient, &mut expected);
            expected.iter_mut().for_each(|x| *x *= xi);
            // Exact for quadratics whatever the difference; else in the limit.
            let quadratic = matches!(kind, Kind::Quadratics | Kind::Regression | Kind::Squared);
            let (epsilon, tolerance) = if quadratic { (0.5, 1e-12) } else { (1e-4, 1e-7) };
            let (mut found, mut inner) = (vec![7.0; phi.len()], problem.inner());
            inner.set_phi(&phi);
            FiniteDifference::new(&problem, xi, epsilon).estimate(&problem, &mut inner, &at_w, &mut found).expect("an estimate");
            assert_near(&format!("{kind:?}"), &found, &expected, tolerance);
        }
    }
}

#[test]
fn no_held_out_gradient_gives_darts_no_direction() {
    let at_zero = |n: usize| {
        Quadratic::centred(DVector::zeros(n), auxilearn_lab::curvature::Dense(DMatrix::identity(n, n)))
    };
    let tasks = Quadratics::new(vec![at_zero(2), at_zero(2)]);
    let problem = GeneralProblem::new(
        Box::new(tasks),
        Box::new(Affine::linear(1)),
        Box::new(Quadratics::new(vec![at_zero(2)])),
        None,
    );
    let mut found = [7.0];
    let mut darts = FiniteDifference::new(&problem, 0.1, 0.01);
    darts
        .estimate(&problem, &mut problem.inner(), &state(&problem, &[0.0; 2], &[1.0]), &mut found)
        .expect("zero");
    assert_eq!(found, [0.0]);
}
