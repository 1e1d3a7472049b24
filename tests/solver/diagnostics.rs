//! What the diagnostic columns say of an estimate, against the long way round.

use auxilearn_lab::combination::Affine;
use auxilearn_lab::curvature::Dense;
use auxilearn_lab::family::Quadratics;
use auxilearn_lab::inner::{Exact, InnerSolver};
use auxilearn_lab::loss::Quadratic;
use auxilearn_lab::method::{CosineGating, Darts, Equal, Gradients, MethodKind, OlAux};
use auxilearn_lab::problem::{BilevelProblem, GeneralProblem, InnerObjective};
use auxilearn_lab::run::LaneSpec;
use auxilearn_lab::trace::QuantityKind as Q;
use nalgebra::{DMatrix, DVector};
use std::sync::Arc;

use crate::common::central_differences;
use crate::lanes::{CALM, descent, direct, finished, implicit, methods, products, row, sgd, spec};
use crate::zoo::{Draw, Kind, admissible_phi, assert_near, monotone_problem, outer_loss_from, problem};

fn diagnosed(method: MethodKind, w: &[f64], phi: &[f64]) -> LaneSpec {
    LaneSpec { diagnostics: true, ..spec(method, 5, w, phi) }
}

#[test]
fn the_exact_hypergradient_is_the_difference_of_re_solved_problems() {
    for kind in Kind::ALL.into_iter().filter(|kind| !kind.is_network()) {
        for problem in [problem(kind, 21), monotone_problem(kind, 21, &[2])] {
            let mut draw = Draw::new(22);
            let phi = admissible_phi(&problem, &mut draw);
            let w = draw.numbers(problem.dim().0, -0.5, 0.5);
            let neumann = products(CALM).swap_remove(3);
            let rule = implicit(descent(0.05, 2), sgd(0.05), neumann);
            let run = finished(&problem, &diagnosed(MethodKind::Implicit(rule), &w, &phi));
            assert_eq!(run.step(), 5, "{kind:?}: {}", run.status());
            for r in 1..=5 {
                let before = row(run.trace(), Q::Phi, r - 1);
                let expected = central_differences(|phi| outer_loss_from(&problem, phi, &w), &before, 1e-5);
                assert_near(
                    &format!("{kind:?}, row {r}"),
                    &row(run.trace(), Q::ExactHypergradient, r),
                    &expected,
                    1e-6,
                );
            }
            let first = row(run.trace(), Q::ExactHypergradient, 0);
            assert!(first.iter().all(|x| x.is_nan()), "the start has no estimate");
        }
    }
}

#[test]
fn an_exact_inner_solver_and_a_direct_product_leave_no_difference() {
    for kind in Kind::ALL.into_iter().filter(|kind| !kind.is_network()) {
        for problem in [problem(kind, 23), monotone_problem(kind, 23, &[2, 2])] {
            let mut draw = Draw::new(24);
            let phi = admissible_phi(&problem, &mut draw);
            let rule = implicit(InnerSolver::Exact(Exact {}), sgd(0.01), direct());
            let w = draw.numbers(problem.dim().0, -0.5, 0.5);
            let run = finished(&problem, &diagnosed(MethodKind::Implicit(rule), &w, &phi));
            for r in 1..=5 {
                for kind in [Q::Cosine, Q::MagnitudeRatio, Q::SignAgreement] {
                    assert_near(&format!("{kind:?}"), &row(run.trace(), kind, r), &[1.0], 1e-7);
                }
            }
        }
    }
}

#[test]
fn cosine_ratio_and_signs_compare_the_two_columns() {
    let problem = problem(Kind::Regression, 25);
    let rule = implicit(descent(0.02, 1), sgd(0.05), products(CALM).swap_remove(7));
    let run = finished(&problem, &diagnosed(MethodKind::Implicit(rule), &[2.0, -1.0, 0.5], &[1.0, 0.3]));
    let norm = |v: &[f64]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
    for r in 1..=5 {
        let (exact, a) = (row(run.trace(), Q::ExactHypergradient, r), row(run.trace(), Q::Alignment, r));
        let product: f64 = exact.iter().zip(&a).map(|(e, a)| -e * a).sum();
        let agreeing = exact.iter().zip(&a).filter(|(e, a)| (**e > 0.0) == (**a < 0.0)).count();
        let expected = [product / (norm(&exact) * norm(&a)), norm(&a) / norm(&exact), agreeing as f64 / 2.0];
        let found = [Q::Cosine, Q::MagnitudeRatio, Q::SignAgreement].map(|kind| row(run.trace(), kind, r)[0]);
        assert_near("comparison", &found, &expected, 1e-12);
    }
}

#[test]
fn the_spectrum_is_that_of_the_hessian_at_the_rows_own_w() {
    for kind in Kind::ALL {
        let problem = problem(kind, 26);
        let mut draw = Draw::new(27);
        let phi = admissible_phi(&problem, &mut draw);
        let w = draw.numbers(problem.dim().0, -0.5, 0.5);
        for method in methods(CALM).into_iter().take(12) {
            let run = finished(&problem, &diagnosed(method.clone(), &w, &phi));
            for r in 1..run.trace().rows() {
                let answered = if method.answers_own_phi() { r } else { r - 1 };
                let mut inner = problem.inner();
                inner.set_phi(&row(run.trace(), Q::Phi, answered));
                let hessian = inner.hessian(&DVector::from_vec(row(run.trace(), Q::W, r))).0.clone();
                let eigenvalues = hessian.symmetric_eigenvalues();
                let found = [Q::LambdaMin, Q::LambdaMax].map(|kind| row(run.trace(), kind, r)[0]);
                assert_near("spectrum", &found, &[eigenvalues.min(), eigenvalues.max()], 1e-11);
                let radius = row(run.trace(), Q::SpectralRadius, r)[0];
                match method.step_size() {
                    Some(alpha) => {
                        let expected =
                            eigenvalues.iter().map(|l| (1.0 - alpha * l).abs()).fold(0.0, f64::max);
                        assert_near("spectral radius", &[radius], &[expected], 1e-11);
                    }
                    None => assert!(radius.is_nan(), "{method:?} has no step"),
                }
            }
        }
    }
}

#[test]
fn whatever_takes_gradient_steps_in_w_has_a_spectral_radius() {
    let descending = |inner: InnerSolver| {
        [
            MethodKind::Implicit(implicit(inner.clone(), sgd(0.1), direct())),
            MethodKind::Darts(Darts { inner: inner.clone(), outer: sgd(0.1), xi: 0.1, epsilon: 0.01 }),
            MethodKind::Equal(Equal { inner: inner.clone() }),
            MethodKind::CosineGating(CosineGating { weighted: false, gradients: Gradients::Shared, inner }),
        ]
    };
    assert!(descending(descent(0.3, 2)).iter().all(|method| method.step_size() == Some(0.3)));
    assert!(descending(InnerSolver::Exact(Exact {})).iter().all(|method| method.step_size().is_none()));
    let ol_aux = MethodKind::OlAux(OlAux { lr: 0.2, steps: 2, phi_lr: 1.0 });
    assert_eq!(ol_aux.step_size(), Some(0.2));
}

#[test]
fn a_row_is_stationary_at_the_phi_that_its_w_answers() {
    let problem = problem(Kind::Logistic, 28);
    for method in methods(CALM) {
        let run = finished(&problem, &diagnosed(method.clone(), &[0.3, -0.2, 0.1], &[0.5, 0.8]));
        for r in 1..run.trace().rows() {
            let answered = if method.answers_own_phi() { r } else { r - 1 };
            let phi = row(run.trace(), Q::Phi, answered);
            let (mut inner, w) = (problem.inner(), DVector::from_vec(row(run.trace(), Q::W, r)));
            inner.set_phi(&phi);
            let mut gradient = w.clone();
            inner.value_and_gradient(&w, &mut gradient);
            assert_near(
                &format!("{method:?}"),
                &row(run.trace(), Q::Stationarity, r),
                &[gradient.norm()],
                1e-12,
            );
        }
    }
}

#[test]
fn an_estimate_of_zero_agrees_with_an_exact_zero() {
    // The second task has the same loss everywhere: its exact hypergradient is zero, and so is any estimate.
    let task = |centre: f64, curvature: f64| {
        let curvature = Dense(DMatrix::identity(2, 2) * curvature);
        Quadratic::about(DVector::repeat(2, centre), 1.0, DVector::zeros(2), curvature)
    };
    let tasks = vec![task(0.0, 1.0), task(1.0, 1.0), task(0.0, 0.0)];
    let problem = Arc::new(GeneralProblem::new(
        Box::new(Quadratics::new(tasks)),
        Box::new(Affine::linear(2)),
        Box::new(Quadratics::new(vec![task(0.8, 1.0)])),
        None,
    ));
    let rule = implicit(InnerSolver::Exact(Exact {}), sgd(0.01), direct());
    let run = finished(&problem, &diagnosed(MethodKind::Implicit(rule), &[0.0, 0.0], &[0.5, 0.5]));
    for r in 1..=5 {
        assert_eq!(row(run.trace(), Q::Alignment, r)[1], 0.0);
        assert_eq!(row(run.trace(), Q::ExactHypergradient, r)[1].abs(), 0.0);
        assert_eq!(row(run.trace(), Q::SignAgreement, r), [1.0], "row {r}");
    }
}
