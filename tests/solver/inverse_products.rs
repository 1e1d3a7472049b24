//! Products with the inverse Hessian: what each promises, and what it says where it cannot keep it.

use auxilearn_lab::combination::Affine;
use auxilearn_lab::curvature::{Curvature, Dense, Diagonal};
use auxilearn_lab::family::Quadratics;
use auxilearn_lab::hypergradient::{Estimator, GeneralImplicit};
use auxilearn_lab::ihvp::{
    ConjugateGradients, Direct, Identity, Ihvp, Indefinite, InverseHvp, InverseHvpKind, Neumann, Scaling,
    Workspace, factorised,
};
use auxilearn_lab::inner::{GradientDescent, InnerSolver};
use auxilearn_lab::loss::Quadratic;
use auxilearn_lab::method::{Implicit, MethodKind};
use auxilearn_lab::outer::{OuterOptimizer, Sgd};
use auxilearn_lab::problem::{BilevelProblem, GeneralProblem, InnerObjective};
use auxilearn_lab::run::{LaneSpec, Run};
use auxilearn_lab::status::{RunStatus, StopReason};
use nalgebra::{DMatrix, DVector, Dyn};
use proptest::prelude::*;
use std::sync::Arc;

use crate::zoo::{Draw, assert_near, state};

fn apply<H: Curvature<Dyn>>(
    inverse: &impl InverseHvp,
    hessian: &H,
    v: &DVector<f64>,
) -> Result<(DVector<f64>, Ihvp), StopReason> {
    let mut x = DVector::repeat(v.len(), 7.0);
    let product = inverse.apply(hessian, v, &mut x, &mut Workspace::new(Dyn(v.len())))?;
    Ok((x, product))
}

fn gradients(iterations: usize) -> ConjugateGradients {
    ConjugateGradients { iterations, tolerance: 0.0, damping: 0.0 }
}

/// `Q diag(eigenvalues) Qᵀ` for a random rotation.
fn with_eigenvalues(draw: &mut Draw, eigenvalues: &[f64]) -> DMatrix<f64> {
    let n = eigenvalues.len();
    let q = DMatrix::from_fn(n, n, |_, _| draw.number(-1.0, 1.0)).qr().q();
    let h = &q * DMatrix::from_diagonal(&DVector::from_column_slice(eigenvalues)) * q.transpose();
    (&h + h.transpose()) * 0.5
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn conjugate_gradients_are_exact_after_n_steps(seed in any::<u64>(), n in 1_usize..8) {
        let mut draw = Draw::new(seed);
        let h = draw.symmetric(n, false);
        let v = DVector::from_vec(draw.numbers(n, -1.0, 1.0));
        let exact = h.clone().cholesky().expect("positive definite").solve(&v);
        for iterations in [n, n + 1, 10 * n] {
            let (found, product) = apply(&gradients(iterations), &Dense(h.clone()), &v).expect("a product");
            prop_assert_eq!(product, Ihvp::Sound);
            assert_near("H⁻¹v", found.as_slice(), exact.as_slice(), 1e-8);
        }
    }

    #[test]
    fn the_error_of_conjugate_gradients_keeps_its_bound(seed in any::<u64>(), spread in 1.5_f64..200.0) {
        let mut draw = Draw::new(seed);
        let mut eigenvalues = draw.numbers(6, 1.0, spread);
        eigenvalues.extend([1.0, spread]);
        let h = with_eigenvalues(&mut draw, &eigenvalues);
        let v = DVector::from_vec(draw.numbers(8, -1.0, 1.0));
        let exact = h.clone().cholesky().expect("positive definite").solve(&v);
        let size = |e: &DVector<f64>| e.dot(&(&h * e)).sqrt();
        let rate = (spread.sqrt() - 1.0) / (spread.sqrt() + 1.0);
        for k in 0..8 {
            let (found, _) = apply(&gradients(k), &Dense(h.clone()), &v).expect("a product");
            let bound = 2.0 * rate.powi(k as i32) * size(&exact);
            prop_assert!(size(&(found - &exact)) <= bound * (1.0 + 1e-9) + 1e-12, "{} steps", k);
        }
    }

    #[test]
    fn conjugate_gradients_stop_at_the_tolerance_asked_for(seed in any::<u64>()) {
        let mut draw = Draw::new(seed);
        let h = draw.symmetric(7, false);
        let v = DVector::from_vec(draw.numbers(7, -1.0, 1.0));
        for tolerance in [0.3, 1e-3, 1e-6] {
            let rule = ConjugateGradients { iterations: 1000, tolerance, damping: 0.0 };
            let (found, _) = apply(&rule, &Dense(h.clone()), &v).expect("a product");
            prop_assert!((&v - &h * found).norm() <= tolerance * v.norm() * (1.0 + 1e-9));
        }
    }

    #[test]
    fn the_factorisation_of_an_indefinite_matrix_gives_its_exact_product(seed in any::<u64>()) {
        let mut draw = Draw::new(seed);
        let h = with_eigenvalues(&mut draw, &[-2.0, -0.3, 0.5, 4.0]);
        let v = DVector::from_vec(draw.numbers(4, -1.0, 1.0));
        let mut x = v.clone();
        prop_assert_eq!(factorised(&Dense(h.clone()), &v, &mut x), Ok(Ihvp::Indefinite));
        assert_near("HH⁻¹v", (&h * x).as_slice(), v.as_slice(), 1e-12);
        prop_assert_eq!(apply(&Direct::default(), &Dense(h), &v), Err(StopReason::Indefinite));
    }

    #[test]
    fn a_series_of_an_indefinite_matrix_grows_with_its_terms(seed in any::<u64>(), n in 1_usize..6) {
        let mut draw = Draw::new(seed);
        let mut eigenvalues = draw.numbers(n - 1, 0.2, 1.5);
        eigenvalues.push(-0.3);
        let h = Dense(with_eigenvalues(&mut draw, &eigenvalues));
        let v = DVector::from_element(n, 1.0);
        let series = |terms| Neumann { terms, alpha: 0.5, scaling: Scaling::Alpha, damping: 0.0 };
        let (near, _) = apply(&series(150), &h, &v).expect("a product");
        let (far, _) = apply(&series(300), &h, &v).expect("a product");
        prop_assert!(far.norm() > 100.0 * near.norm());
    }
}

#[test]
fn conjugate_gradients_say_what_an_indefinite_or_singular_matrix_is() {
    let mut draw = Draw::new(4);
    for n in 2..7 {
        for (last, reason) in [(-0.5, StopReason::Indefinite), (0.0, StopReason::Singular)] {
            let mut eigenvalues = draw.numbers(n - 1, 0.5, 2.0);
            eigenvalues.push(last);
            let h = Dense(with_eigenvalues(&mut draw, &eigenvalues));
            let v = DVector::from_vec(draw.numbers(n, 0.5, 1.0));
            assert_eq!(apply(&gradients(50), &h, &v), Err(reason), "n = {n}, {last}");
        }
    }
    let zero = Dense(DMatrix::zeros(3, 3));
    assert_eq!(apply(&gradients(5), &zero, &DVector::from_element(3, 1.0)), Err(StopReason::Singular));
    assert_eq!(
        apply(&gradients(5), &zero, &DVector::zeros(3)).expect("nothing to solve").0,
        DVector::zeros(3)
    );
}

#[test]
fn the_identity_has_no_curvature() {
    let h = Dense(Draw::new(1).symmetric(3, true));
    let v = DVector::from_column_slice(&[1.0, -2.0, 3.0]);
    let by = |damping| apply(&Identity { damping }, &h, &v).expect("a product").0;
    assert_eq!(by(0.0), v);
    assert_near("damped", by(0.25).as_slice(), (&v / 1.25).as_slice(), 1e-15);
}

/// Tasks `½(w-c)ᵀA(w-c)` of curvatures `main` and `other`, held out `½‖w - (1, …)‖²`.
fn quadratics(main: DMatrix<f64>, other: DMatrix<f64>) -> GeneralProblem {
    let n = main.nrows();
    let task = |a, at: f64| Quadratic::centred(DVector::from_element(n, at), Dense(a));
    let tasks = Quadratics::new(vec![task(main, 0.3), task(other, -0.7)]);
    let held_out = Quadratics::new(vec![task(DMatrix::identity(n, n), 1.0)]);
    GeneralProblem::new(Box::new(tasks), Box::new(Affine::linear(1)), Box::new(held_out), None)
}

fn alignment(
    problem: &GeneralProblem,
    w: &[f64],
    phi: f64,
    kind: InverseHvpKind,
) -> Result<(f64, Ihvp), StopReason> {
    let mut inner = problem.inner();
    inner.set_phi(&[phi]);
    let mut out = [7.0];
    let product = GeneralImplicit::new(problem, kind).estimate(
        problem,
        &mut inner,
        &state(problem, w, &[phi]),
        &mut out,
    )?;
    Ok((out[0], product))
}

fn kinds(damping: f64) -> [InverseHvpKind; 4] {
    [
        InverseHvpKind::Direct(Direct { damping, indefinite: Indefinite::Stop }),
        InverseHvpKind::Neumann(Neumann { terms: 4000, alpha: 0.1, scaling: Scaling::Alpha, damping }),
        InverseHvpKind::ConjugateGradients(ConjugateGradients { iterations: 12, tolerance: 0.0, damping }),
        InverseHvpKind::Identity(Identity { damping }),
    ]
}

#[test]
fn damping_is_the_exact_product_with_a_shifted_hessian() {
    let mut draw = Draw::new(9);
    for damping in [0.0, 0.05, 1.5] {
        let (main, other) = (draw.symmetric(4, false), draw.symmetric(4, false));
        let problem = quadratics(main.clone(), other.clone());
        let (w, phi) = (draw.numbers(4, -1.0, 1.0), 0.6);
        let at_w = state(&problem, &w, &[phi]);
        let h = main + other * phi + DMatrix::identity(4, 4) * damping;
        let p = h.cholesky().expect("positive definite").solve(&at_w.outer_gradient);
        let along = DVector::from_column_slice(at_w.jet.gradient(1));
        for kind in kinds(damping) {
            let identity = at_w.outer_gradient.dot(&along) / (1.0 + damping);
            let expected = if kind.kind() == "identity" { identity } else { p.dot(&along) };
            let (found, product) = alignment(&problem, &w, phi, kind.clone()).expect("a product");
            assert_eq!((product, kind.damping()), (Ihvp::Sound, damping), "{kind:?}");
            assert_near(&format!("{kind:?}"), &[found], &[expected], 1e-9);
        }
    }
}

#[test]
fn damping_beyond_the_least_eigenvalue_makes_an_indefinite_hessian_usable() {
    let mut draw = Draw::new(10);
    let main = with_eigenvalues(&mut draw, &[-0.4, 0.5, 2.0]);
    let problem = quadratics(main.clone(), DMatrix::zeros(3, 3));
    let w = [0.2, -1.0, 0.4];
    let at_w = state(&problem, &w, &[1.0]);
    for kind in kinds(0.0).into_iter().filter(|kind| kind.kind() != "identity") {
        match alignment(&problem, &w, 1.0, kind.clone()) {
            Ok(_) => assert_eq!(kind.kind(), "neumann", "a finite sum exists"),
            Err(reason) => assert_eq!(reason, StopReason::Indefinite, "{kind:?}"),
        }
    }
    let p = (main + DMatrix::identity(3, 3) * 0.6).cholesky().expect("definite").solve(&at_w.outer_gradient);
    let expected = p.dot(&DVector::from_column_slice(at_w.jet.gradient(1)));
    for kind in kinds(0.6).into_iter().filter(|kind| kind.kind() != "identity") {
        let (found, product) = alignment(&problem, &w, 1.0, kind.clone()).expect("a product");
        assert_eq!(product, Ihvp::Sound, "{kind:?}");
        assert_near(&format!("{kind:?}"), &[found], &[expected], 1e-9);
    }
}

fn lane_on_a_saddle(kind: InverseHvpKind) -> Run {
    let main = DMatrix::from_diagonal(&DVector::from_column_slice(&[1.0, -0.2]));
    let problem = quadratics(main, DMatrix::identity(2, 2) * 0.1);
    let method = MethodKind::Implicit(Implicit {
        inner: InnerSolver::GradientDescent(GradientDescent { lr: 0.01, steps: 1 }),
        outer: OuterOptimizer::Sgd(Sgd { lr: 1e-3, momentum: 0.0, weight_decay: 0.0, max_norm: None }),
        inverse_hvp: kind,
        warm_start: true,
        batch: None,
    });
    let spec = LaneSpec::new("saddle", method, 5, vec![0.5, 0.5], vec![0.5]);
    let mut run = Run::general(Arc::new(problem), &spec);
    run.advance(u64::MAX);
    run
}

#[test]
fn a_run_on_a_saddle_stops_or_counts_its_indefinite_steps_as_the_document_asks() {
    let stopped = lane_on_a_saddle(InverseHvpKind::Direct(Direct::default()));
    assert_eq!(stopped.status(), RunStatus::Stopped { reason: StopReason::Indefinite, step: 1 });
    let factorise = Direct { damping: 0.0, indefinite: Indefinite::Factorise };
    let counted = lane_on_a_saddle(InverseHvpKind::Direct(factorise));
    assert_eq!(counted.status(), RunStatus::Stopped { reason: StopReason::Finished, step: 5 });
    assert_eq!(counted.indefinite_steps(), 5);
    let damped = lane_on_a_saddle(InverseHvpKind::Direct(Direct { damping: 0.3, ..factorise }));
    assert_eq!((damped.status().word(), damped.indefinite_steps()), ("finished", 0));
    let neumann = Neumann { terms: 5, alpha: 0.1, scaling: Scaling::Alpha, damping: 0.0 };
    let series = lane_on_a_saddle(InverseHvpKind::Neumann(neumann));
    assert_eq!(series.status(), RunStatus::Stopped { reason: StopReason::Finished, step: 5 });
}

#[test]
fn a_gram_matrix_of_too_few_samples_is_singular_in_every_representation() {
    let mut draw = Draw::new(12);
    for trial in 0..2000 {
        let n = 2 + trial % 9;
        let rank = 1 + (trial / 9) % (n - 1);
        let x = DMatrix::from_fn(rank, n, |_, _| draw.number(-1.0, 1.0));
        let unit = [1.0, 1e-30, 1e30][(trial / 81) % 3];
        let gram = x.tr_mul(&x) * (2.0 * unit / rank as f64);
        let v = DVector::from_vec(draw.numbers(n, -1.0, 1.0));
        let found = apply(&Direct::default(), &Dense(gram), &v);
        assert_eq!(found.map(|_| ()), Err(StopReason::Singular), "trial {trial}: n = {n}, rank {rank}");
    }
}

#[test]
fn an_ill_conditioned_matrix_is_solved_all_the_same() {
    let mut draw = Draw::new(13);
    for least in [1e-4, 1e-8, 1e-11] {
        for n in 2..9 {
            let mut eigenvalues = draw.numbers(n - 1, 0.5, 2.0);
            eigenvalues.push(least);
            let h = with_eigenvalues(&mut draw, &eigenvalues);
            let expected = DVector::from_vec(draw.numbers(n, -1.0, 1.0));
            let (found, product) =
                apply(&Direct::default(), &Dense(h.clone()), &(&h * &expected)).expect("a product");
            assert_eq!(product, Ihvp::Sound);
            assert_near("x", found.as_slice(), expected.as_slice(), 1e-14 / least);
        }
    }
}

#[test]
fn along_a_direction_without_curvature_all_terms_of_a_series_are_the_vector() {
    let series = Neumann { terms: 3, alpha: 0.5, scaling: Scaling::Alpha, damping: 0.0 };
    let (x, _) = apply(&series, &Diagonal(DVector::from_vec(vec![2.0, 0.0])), &DVector::repeat(2, 1.0))
        .expect("a product");
    assert_eq!(x.as_slice(), [0.5, 2.0]);
}
