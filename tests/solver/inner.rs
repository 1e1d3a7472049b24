//! How W answers φ: each inner solver against its formula, and the batches they see.

use auxilearn_lab::combination::Affine;
use auxilearn_lab::family::{LinearModel, SampleLoss, Samples, TaskFamily};
use auxilearn_lab::inner::{AdamDescent, Exact, InnerSolve, InnerSolver, Momentum, Newton};
use auxilearn_lab::method::{Implicit, MethodKind};
use auxilearn_lab::problem::{BilevelProblem, GeneralProblem, InnerGeneral, InnerObjective};
use auxilearn_lab::sampling::BatchSizes;
use auxilearn_lab::status::{RunStatus, StopReason};
use auxilearn_lab::trace::QuantityKind as Q;
use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;

use crate::lanes::{CALM, descent, direct, finished, implicit, inner_solvers, origin, row, sgd, spec};
use crate::zoo::{Draw, Kind, admissible_phi, assert_near, monotone_problem, problem, state};

fn at(problem: &GeneralProblem, phi: &[f64]) -> InnerGeneral {
    let mut inner = problem.inner();
    inner.set_phi(phi);
    inner
}

/// `w` after each of two solves, between which the solver keeps its memory.
fn twice(problem: &GeneralProblem, solver: &InnerSolver, w: &[f64], phi: &[f64]) -> [DVector<f64>; 2] {
    let (mut inner, mut rule) = (at(problem, phi), solver.start(w.len()));
    let mut w = DVector::from_column_slice(w);
    [(); 2].map(|()| {
        rule.solve(&mut inner, &mut w).expect("steps");
        w.clone()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn momentum_and_adam_take_the_steps_of_pytorch(seed in any::<u64>()) {
        for kind in Kind::ALL {
            let problem = problem(kind, seed);
            let mut draw = Draw::new(seed ^ 11);
            let phi = admissible_phi(&problem, &mut draw);
            let start = draw.numbers(problem.dim().0, -1.0, 1.0);
            let gradient = |w: &DVector<f64>| state(&problem, w.as_slice(), &phi).inner_gradient;

            let momentum = Momentum { lr: 0.04, momentum: 0.7, steps: 5 };
            let found = twice(&problem, &InnerSolver::Momentum(momentum), &start, &phi);
            let mut w = DVector::from_column_slice(&start);
            let mut b = &w * 0.0;
            for t in 1..=10 {
                b = &b * 0.7 + gradient(&w);
                w -= &b * 0.04;
                if t % 5 == 0 {
                    assert_near(&format!("{kind:?}: momentum"), found[t / 5 - 1].as_slice(), w.as_slice(), 1e-11);
                }
            }

            let adam = AdamDescent { lr: 0.03, beta1: 0.8, beta2: 0.95, steps: 5 };
            let found = twice(&problem, &InnerSolver::Adam(adam), &start, &phi);
            let mut w = DVector::from_column_slice(&start);
            let (mut m, mut v) = (&w * 0.0, &w * 0.0);
            for t in 1..=10 {
                let g = gradient(&w);
                m = &m * 0.8 + &g * (1.0 - 0.8);
                v = &v * 0.95 + g.component_mul(&g) * (1.0 - 0.95);
                let (m_hat, v_hat) = (&m / (1.0 - 0.8_f64.powi(t)), &v / (1.0 - 0.95_f64.powi(t)));
                w.zip_zip_apply(&m_hat, &v_hat, |w, m, v| *w -= 0.03 * m / (v.sqrt() + 1e-8));
                if t % 5 == 0 {
                    let found = found[t as usize / 5 - 1].as_slice();
                    assert_near(&format!("{kind:?}: Adam"), found, w.as_slice(), 1e-9);
                }
            }
        }
    }

    #[test]
    fn one_newton_step_solves_a_quadratic_and_exact_is_stationary_everywhere(seed in any::<u64>()) {
        for kind in Kind::ALL {
            for problem in [problem(kind, seed), monotone_problem(kind, seed, &[2, 2])] {
                let mut draw = Draw::new(seed ^ 12);
                let phi = admissible_phi(&problem, &mut draw);
                let start = DVector::from_vec(draw.numbers(problem.dim().0, -1.0, 1.0));
                let mut w = start.clone();
                let solved = InnerSolver::Exact(Exact {}).start(w.len()).solve(&mut at(&problem, &phi), &mut w);
                prop_assert!(solved.is_ok() || kind.is_network(), "{:?}: {:?}", kind, solved);
                if solved.is_ok() {
                    let norm = state(&problem, w.as_slice(), &phi).inner_gradient.norm();
                    prop_assert!(norm < 1e-10, "{:?}: {}", kind, norm);
                }
            }
            if matches!(kind, Kind::Quadratics | Kind::Regression | Kind::Squared) {
                let problem = problem(kind, seed);
                let phi = [0.4, 1.3];
                let mut w = DVector::from_column_slice(&[3.0, -5.0, 1.0]);
                Newton { steps: 1 }.solve(&mut at(&problem, &phi), &mut w).expect("a step");
                prop_assert!(state(&problem, w.as_slice(), &phi).inner_gradient.norm() < 1e-12);
            }
        }
    }

    #[test]
    fn a_newton_step_never_raises_the_training_loss(seed in any::<u64>()) {
        for kind in Kind::ALL {
            let problem = problem(kind, seed);
            let mut draw = Draw::new(seed ^ 13);
            let phi = admissible_phi(&problem, &mut draw);
            let mut w = DVector::from_vec(draw.numbers(problem.dim().0, -3.0, 3.0));
            let (mut inner, mut scratch) = (at(&problem, &phi), w.clone());
            for _ in 0..6 {
                let before = inner.value_and_gradient(&w, &mut scratch);
                Newton { steps: 1 }.solve(&mut inner, &mut w).expect("a step");
                let after = inner.value_and_gradient(&w, &mut scratch);
                prop_assert!(after <= before + 1e-12 * before.abs(), "{:?}", kind);
            }
        }
    }

    #[test]
    fn the_mean_over_an_epoch_of_batches_is_the_whole(seed in any::<u64>()) {
        for (kind, count, size) in [(Kind::Regression, 9, 3), (Kind::Logistic, 12, 4), (Kind::SharedNetwork(SampleLoss::Squared), 6, 2)] {
            let problem = problem(kind, seed);
            let phi = [0.5, 0.8];
            let w = DVector::from_vec(Draw::new(seed).numbers(problem.dim().0, -1.0, 1.0));
            let mut inner = at(&problem, &phi);
            inner.sample(BatchSizes { train: Some(size), aux_set: None }, seed);
            let (mut gradient, mut mean) = (w.clone(), &w * 0.0);
            for _ in 0..count / size {
                inner.draw();
                inner.value_and_gradient(&w, &mut gradient);
                mean += &gradient * (size as f64 / count as f64);
            }
            let whole = state(&problem, w.as_slice(), &phi).inner_gradient;
            assert_near(&format!("{kind:?}"), mean.as_slice(), whole.as_slice(), 1e-12);
        }
    }
}

fn linear_problem(x: &DMatrix<f64>, y: &DVector<f64>, loss: SampleLoss) -> GeneralProblem {
    let family =
        |targets| Box::new(LinearModel::new(Samples::new(x, targets), loss, 0.0)) as Box<dyn TaskFamily>;
    let tasks = family(vec![y.clone(), y.clone()]);
    GeneralProblem::new(tasks, Box::new(Affine::linear(1)), family(vec![y.clone()]), None)
}

#[test]
fn exact_says_why_there_is_no_minimum() {
    let solve = |problem: &GeneralProblem, phi: f64, w: &[f64]| {
        let mut w = DVector::from_column_slice(w);
        at(problem, &[phi]).minimise(&mut w)
    };
    let ones = DVector::from_element(3, 1.0);
    let zero = linear_problem(&DMatrix::zeros(3, 2), &ones, SampleLoss::Squared);
    assert_eq!(solve(&zero, 1.0, &[0.3, 0.4]), Err(StopReason::Singular), "an empty design");
    let twin = linear_problem(&DMatrix::from_element(3, 2, 0.7), &ones, SampleLoss::Squared);
    assert_eq!(solve(&twin, 1.0, &[0.3, 0.4]), Err(StopReason::Singular), "two equal columns");
    let one_class = linear_problem(&DMatrix::from_element(3, 1, 1.0), &ones, SampleLoss::Logistic);
    assert_eq!(solve(&one_class, 1.0, &[0.0]), Err(StopReason::Unsolved), "the minimum is at infinity");
    let good = linear_problem(&DMatrix::identity(3, 3), &ones, SampleLoss::Squared);
    assert_eq!(
        solve(&good, -2.0, &[0.0; 3]),
        Err(StopReason::Indefinite),
        "a weight of -2 turns the curvature"
    );
    assert_eq!(solve(&good, 1.0, &[0.0; 3]), Ok(()));
}

#[test]
fn a_saddle_of_a_network_is_no_minimum() {
    use auxilearn_lab::family::Network;
    // At W = 0 the gradient is zero, since the targets have mean zero and the hidden units do not count.
    let x = DMatrix::from_column_slice(4, 1, &[-1.0, -0.5, 0.5, 1.0]);
    let y = DVector::from_column_slice(&[-1.0, -0.5, 0.5, 1.0]);
    let network = |y: &DVector<f64>| {
        Box::new(Network::new(Samples::new(&x, vec![y.clone()]), 2, 1, SampleLoss::Squared, 0.01))
            as Box<dyn TaskFamily>
    };
    let problem = GeneralProblem::new(network(&y), Box::new(Affine::linear(0)), network(&y), None);
    let mut w = DVector::zeros(problem.dim().0);
    assert!(state(&problem, w.as_slice(), &[]).inner_gradient.norm() < 1e-15);
    assert_eq!(at(&problem, &[]).minimise(&mut w), Err(StopReason::Indefinite));
    let mut w = DVector::from_vec(Draw::new(1).numbers(problem.dim().0, -0.5, 0.5));
    assert_eq!(at(&problem, &[]).minimise(&mut w), Ok(()));
}

#[test]
fn a_cold_start_gives_the_same_answer_to_the_same_phi_every_time() {
    let problem = problem(Kind::Logistic, 3);
    for inner in inner_solvers(CALM) {
        let cold = Implicit { warm_start: false, ..implicit(inner.clone(), sgd(0.0), direct()) };
        let run = finished(&problem, &spec(MethodKind::Implicit(cold), 4, &[1.0, -1.0, 0.5], &[0.5, 0.8]));
        let responses: Vec<_> = (1..5).map(|r| row(run.trace(), Q::W, r)).collect();
        assert!(responses.windows(2).all(|pair| pair[0] == pair[1]), "{inner:?}");
        let warm = implicit(inner.clone(), sgd(0.0), direct());
        let run = finished(&problem, &spec(MethodKind::Implicit(warm), 4, &[1.0, -1.0, 0.5], &[0.5, 0.8]));
        assert_eq!(row(run.trace(), Q::W, 1), responses[0], "{inner:?}: the first answer is the same");
        let moves = row(run.trace(), Q::W, 2) != responses[0];
        assert!(moves || matches!(inner, InnerSolver::Exact(_)), "{inner:?}: the second goes on from it");
    }
}

/// A lane of a few steps on batches.
fn on_batches(
    problem: &GeneralProblem,
    inner: InnerSolver,
    batch: Option<BatchSizes>,
    seed: u64,
) -> auxilearn_lab::run::Run {
    let rule = Implicit { batch, ..implicit(inner, sgd(0.05), direct()) };
    let mut lane = spec(MethodKind::Implicit(rule), 12, &origin(problem), &[0.5, 0.8]);
    lane.seed = seed;
    finished(problem, &lane)
}

#[test]
fn a_batch_of_full_size_is_no_batch() {
    for kind in [Kind::Regression, Kind::Logistic] {
        let problem = problem(kind, 6);
        let (train, aux_set) = problem.n_samples();
        let full = BatchSizes { train: Some(train), aux_set: Some(aux_set) };
        for inner in inner_solvers(CALM) {
            let (with, without) =
                (on_batches(&problem, inner.clone(), Some(full), 3), on_batches(&problem, inner, None, 3));
            assert_eq!(with.status(), without.status());
            for c in 0..with.trace().layout().width() {
                let found =
                    with.trace().column(c).iter().filter(|x| !x.is_nan()).copied().collect::<Vec<_>>();
                let expected =
                    without.trace().column(c).iter().filter(|x| !x.is_nan()).copied().collect::<Vec<_>>();
                assert_near(&format!("{kind:?}, column {c}"), &found, &expected, 1e-8);
            }
        }
    }
}

#[test]
fn the_seed_decides_the_batches_and_nothing_else_does() {
    let problem = problem(Kind::Logistic, 6);
    let sizes = Some(BatchSizes { train: Some(5), aux_set: Some(4) });
    for inner in inner_solvers(CALM) {
        let digest = |seed| on_batches(&problem, inner.clone(), sizes, seed).trace().digest();
        assert_eq!(digest(1), digest(1), "{inner:?}");
        assert_ne!(digest(1), digest(2), "{inner:?}");
    }
    let of_aux_set = Some(BatchSizes { train: None, aux_set: Some(4) });
    let digest = |seed| on_batches(&problem, descent(0.1, 2), of_aux_set, seed).trace().digest();
    assert_ne!(digest(1), digest(2), "a batch of the auxiliary set alone");
}

#[test]
fn losses_without_samples_have_no_batches() {
    let problem = problem(Kind::Quadratics, 6);
    let sizes = Some(BatchSizes { train: Some(5), aux_set: Some(4) });
    let with = on_batches(&problem, descent(0.05, 2), sizes, 1);
    assert_eq!(with.status(), RunStatus::Stopped { reason: StopReason::Finished, step: 12 });
    assert_eq!(with.trace().digest(), on_batches(&problem, descent(0.05, 2), None, 1).trace().digest());
}

#[test]
fn the_mean_over_an_epoch_of_hypergradients_by_batches_is_that_of_the_whole() {
    use auxilearn_lab::ihvp::{Identity, InverseHvpKind};
    // Neither W nor φ moves, and the identity leaves a product of one gradient by a batch and one in whole.
    let problem = problem(Kind::Logistic, 7);
    let still = |batch, inner_steps| {
        let identity = InverseHvpKind::Identity(Identity { damping: 0.0 });
        let rule = Implicit { batch, ..implicit(descent(0.0, inner_steps), sgd(0.0), identity) };
        let lane = spec(MethodKind::Implicit(rule), 4, &[0.7, -0.4, 0.1], &[0.5, 0.8]);
        finished(&problem, &lane)
    };
    let whole = row(still(None, 1).trace(), Q::Alignment, 1);
    let (train, aux_set) = problem.n_samples();
    let of_aux_set = BatchSizes { train: None, aux_set: Some(aux_set / 2) };
    for (name, sizes, inner_steps, steps) in [
        ("train", BatchSizes { train: Some(train / 4), aux_set: None }, 1, 4),
        ("auxiliary set", of_aux_set, 1, 2),
        ("auxiliary set, however many inner steps lie between", of_aux_set, 2, 2),
    ] {
        let run = still(Some(sizes), inner_steps);
        let parts: Vec<_> = (1..=steps).map(|r| row(run.trace(), Q::Alignment, r)).collect();
        assert!(parts[0] != whole, "{name}: a part is not the whole");
        let mean: Vec<f64> =
            (0..2).map(|k| parts.iter().map(|part| part[k]).sum::<f64>() / steps as f64).collect();
        assert_near(name, &mean, &whole, 1e-12);
    }
}
