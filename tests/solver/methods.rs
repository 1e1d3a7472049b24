//! Methods that follow the held-out loss, and the one that does not: what each promises.

use auxilearn_lab::combination::Affine;
use auxilearn_lab::constraint::{Constraint, Exp, Softmax, Softplus};
use auxilearn_lab::curvature::Dense;
use auxilearn_lab::family::Quadratics;
use auxilearn_lab::inner::GradientDescent;
use auxilearn_lab::loss::Quadratic;
use auxilearn_lab::method::{BestResponse, Darts, GridSearch, JointDescent, MethodKind, Spacing, Unroll};
use auxilearn_lab::problem::{BilevelProblem, GeneralProblem, InnerObjective};
use auxilearn_lab::run::LaneSpec;
use auxilearn_lab::status::{RunStatus, StopReason};
use auxilearn_lab::trace::QuantityKind as Q;
use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;

use crate::common::central_differences;
use crate::lanes::{descent, direct, finished, implicit, origin, row, sgd, spec};
use crate::zoo::{
    Draw, Kind, admissible_phi, assert_near, monotone_problem, outer_loss_from, problem, state,
};

/// Unit curvatures about these centres; the last is the held-out one.
fn round(centres: &[&[f64]]) -> GeneralProblem {
    let mut losses: Vec<_> = centres
        .iter()
        .map(|c| {
            Quadratic::centred(DVector::from_column_slice(c), Dense(DMatrix::identity(c.len(), c.len())))
        })
        .collect();
    let held_out = losses.pop().expect("a held-out loss");
    let combination = Affine::linear(losses.len() - 1);
    let (tasks, held_out) = (Quadratics::new(losses), Quadratics::new(vec![held_out]));
    GeneralProblem::new(Box::new(tasks), Box::new(combination), Box::new(held_out), None)
}

/// Oracle 1.
fn one_dimensional() -> GeneralProblem {
    round(&[&[3.0], &[1.0], &[-4.0], &[1.0]])
}

#[test]
fn best_response_reaches_the_optimum_of_oracle_1() {
    let problem = one_dimensional();
    let method = MethodKind::BestResponse(BestResponse { lr: 0.1 });
    let run = finished(&problem, &spec(method, 60, &[0.0], &[1.0, 1.0]));
    let (trace, last) = (run.trace(), run.trace().rows() - 1);
    assert_near("φ_2", &row(trace, Q::Phi, last)[1..], &[0.4], 1e-7);
    assert!(row(trace, Q::Hypergradient, last).iter().all(|h| h.abs() < 1e-7));
    assert!(row(trace, Q::LossAuxSet, last)[0] < 1e-14);
    assert!(row(trace, Q::InnerSolves, last)[0] >= last as f64, "a solve a step at least");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn best_response_never_raises_the_held_out_loss(seed in any::<u64>(), lr in 1e-3_f64..1e3) {
        let constraints = [Constraint::default(), Constraint::Softplus(Softplus {}), Constraint::Exp(Exp {}), Constraint::Softmax(Softmax {})];
        for kind in Kind::ALL {
            for problem in [problem(kind, seed), monotone_problem(kind, seed, &[2])] {
                for constraint in &constraints {
                    let phi = admissible_phi(&problem, &mut Draw::new(seed));
                    let w = Draw::new(seed ^ 1).numbers(problem.dim().0, -0.5, 0.5);
                    let method = MethodKind::BestResponse(BestResponse { lr });
                    let lane = LaneSpec { constraint: constraint.clone(), ..spec(method, 8, &w, &phi) };
                    let run = finished(&problem, &lane);
                    let losses = run.trace().series(Q::LossAuxSet, 0).expect("a column");
                    prop_assert!(losses[1..].windows(2).all(|pair| pair[1] <= pair[0] + 1e-12 * pair[0].abs()), "{:?} {:?}", kind, losses);
                    prop_assert!(losses.last() < losses.get(1) || run.trace().rows() < 3 || kind.is_network(), "{:?} {:?}: it descends", kind, constraint);
                }
            }
        }
    }
}

#[test]
fn the_hypergradient_of_best_response_tends_to_zero() {
    for kind in [Kind::Logistic, Kind::Quadratics, Kind::Ridge(auxilearn_lab::family::SampleLoss::Squared)] {
        let problem = problem(kind, 31);
        let phi = vec![0.5; problem.n_phi()];
        let method = MethodKind::BestResponse(BestResponse { lr: 0.1 });
        let mut lane = spec(method, 400, &origin(&problem), &phi);
        lane.tolerance = 1e-12;
        let run = finished(&problem, &lane);
        let (trace, last) = (run.trace(), run.trace().rows() - 1);
        let (h, phi) = (row(trace, Q::Hypergradient, last), row(trace, Q::Phi, last));
        for (h, phi) in h.iter().zip(&phi) {
            assert!(
                h.abs() < 1e-5 || (*phi == 0.0 && *h > 0.0) || *phi > 1e3,
                "{kind:?}: dL_A/dφ = {h} at {phi}"
            );
        }
    }
}

fn grid(points: usize, spacing: Spacing) -> GridSearch {
    GridSearch { low: 0.05, high: 2.0, points, spacing }
}

#[test]
fn a_grid_search_visits_every_point_and_ends_with_the_best() {
    for kind in [Kind::Quadratics, Kind::Logistic, Kind::Ridge(auxilearn_lab::family::SampleLoss::Logistic)] {
        let problem = problem(kind, 33);
        let m = problem.n_phi();
        for (points, spacing) in [(4, Spacing::Linear), (5, Spacing::Log), (1, Spacing::Linear)] {
            let rule = grid(points, spacing);
            let size = points.pow(m as u32);
            assert_eq!(rule.size(m), size as f64);
            let lane = spec(MethodKind::GridSearch(rule), 10_000, &origin(&problem), &vec![1.0; m]);
            let run = finished(&problem, &lane);
            assert_eq!(run.status(), RunStatus::Stopped { reason: StopReason::Finished, step: size as u64 });
            let trace = run.trace();
            assert_eq!(row(trace, Q::InnerSolves, size), [size as f64], "a solve a point");
            let value = |i: usize| match spacing {
                _ if points == 1 => 0.05,
                Spacing::Linear => 0.05 + 1.95 * i as f64 / (points - 1) as f64,
                Spacing::Log => 0.05 * 40.0_f64.powf(i as f64 / (points - 1) as f64),
            };
            let all = (0..size).map(|index| {
                (0..m).map(|j| value(index / points.pow(j as u32) % points)).collect::<Vec<_>>()
            });
            let by_force = all.map(|phi| (outer_loss_from(&problem, &phi, &origin(&problem)), phi));
            let (loss, phi) = by_force.min_by(|a, b| a.0.total_cmp(&b.0)).expect("points");
            assert_near("L_A", &row(trace, Q::LossAuxSet, size), &[loss], 1e-10);
            assert_near("φ", &row(trace, Q::Phi, size), &phi, 1e-12);
            let losses = trace.series(Q::LossAuxSet, 0).expect("a column");
            assert!(losses[1..].windows(2).all(|pair| pair[1] <= pair[0]), "the best so far");
        }
    }
}

#[test]
fn a_grid_search_passes_over_points_without_a_response() {
    // ℓ_0 has no curvature: φ = 0 leaves nothing to minimise.
    let flat = Quadratic::centred(DVector::from_element(1, 0.0), Dense(DMatrix::zeros(1, 1)));
    let bowl = |at: f64| Quadratic::centred(DVector::from_element(1, at), Dense(DMatrix::identity(1, 1)));
    let tasks = Quadratics::new(vec![flat.clone(), bowl(2.0)]);
    let problem = GeneralProblem::new(
        Box::new(tasks),
        Box::new(Affine::linear(1)),
        Box::new(Quadratics::new(vec![bowl(2.0)])),
        None,
    );
    let rule = GridSearch { low: 0.0, high: 1.0, points: 3, spacing: Spacing::Linear };
    let run = finished(&problem, &spec(MethodKind::GridSearch(rule), 100, &[0.0], &[1.0]));
    assert_eq!(run.status(), RunStatus::Stopped { reason: StopReason::Finished, step: 3 });
    assert_near("φ", &row(run.trace(), Q::Phi, 3), &[0.5], 1e-15);
    let none = GridSearch { low: 0.0, high: 0.0, points: 1, spacing: Spacing::Linear };
    let run = finished(&problem, &spec(MethodKind::GridSearch(none), 100, &[0.0], &[1.0]));
    assert_eq!(run.status(), RunStatus::Stopped { reason: StopReason::Singular, step: 1 });
}

#[test]
fn joint_descent_under_a_softmax_gives_the_mass_to_the_smallest_loss() {
    // All tasks are flat in W but for their size: the smallest loss is the least useful one here.
    let task = |at: f64| {
        Quadratic::about(DVector::zeros(1), at, DVector::zeros(1), Dense(DMatrix::identity(1, 1) * 0.1))
    };
    let tasks = Quadratics::new(vec![task(1.0), task(0.8), task(0.2), task(3.0)]);
    let problem = GeneralProblem::new(
        Box::new(tasks),
        Box::new(Affine::linear(3)),
        Box::new(Quadratics::new(vec![task(0.0)])),
        None,
    );
    let method = MethodKind::JointDescent(JointDescent { w_lr: 0.1, phi_lr: 0.1 });
    let lane = LaneSpec {
        constraint: Constraint::Softmax(Softmax {}),
        ..spec(method, 400, &[0.5], &[0.4, 0.2, 0.4])
    };
    let run = finished(&problem, &lane);
    for r in 0..=400 {
        assert!((row(run.trace(), Q::Phi, r).iter().sum::<f64>() - 1.0).abs() < 1e-12, "the sum stays 1");
    }
    // A step of dθ_k/dt = -φ_k (ℓ_k - ℓ̄), from θ = ln φ.
    let (phi, losses): ([f64; 3], [f64; 3]) = ([0.4, 0.2, 0.4], [0.8 + 0.0125, 0.2 + 0.0125, 3.0 + 0.0125]);
    let mean: f64 = phi.iter().zip(losses).map(|(p, l)| p * l).sum();
    let theta: Vec<f64> = phi.iter().zip(losses).map(|(p, l)| p.ln() - 0.1 * p * (l - mean)).collect();
    let total: f64 = theta.iter().map(|t| t.exp()).sum();
    let expected: Vec<f64> = theta.iter().map(|t| t.exp() / total).collect();
    assert_near("first step", &row(run.trace(), Q::Phi, 1), &expected, 1e-13);
    let end = row(run.trace(), Q::Phi, 400);
    assert!(end[1] > 0.9, "the smallest loss has the mass: {end:?}");
}

#[test]
fn joint_descent_conserves_what_the_flow_does_to_the_order_of_its_step() {
    // ℓ_0 = ℓ_1 = e²/2: the flow keeps (1 + φ)² - e²/2, so from φ = e = 1 φ ends at √3.5 - 1.
    let problem = round(&[&[0.0], &[0.0], &[0.0]]);
    let error = |step: f64| {
        let method = MethodKind::JointDescent(JointDescent { w_lr: step, phi_lr: step });
        let run = finished(&problem, &spec(method, (30.0 / step) as u64, &[1.0], &[1.0]));
        let last = run.trace().rows() - 1;
        (row(run.trace(), Q::Phi, last)[0] - (3.5_f64.sqrt() - 1.0)).abs()
    };
    let (coarse, fine) = (error(2e-3), error(1e-3));
    assert!(fine < 1e-3, "φ is off by {fine}");
    assert!((coarse / fine - 2.0).abs() < 0.1, "half the step, half the error: {coarse} and {fine}");
}

#[test]
fn a_best_response_that_has_arrived_solves_hardly_any_more_problems() {
    let problem = problem(Kind::Logistic, 31);
    let method = MethodKind::BestResponse(BestResponse { lr: 0.1 });
    let run = finished(&problem, &spec(method, 1000, &origin(&problem), &[0.5, 0.5]));
    let solves = run.trace().series(Q::InnerSolves, 0).expect("a count");
    let late = (solves[1000] - solves[500]) / 500.0;
    assert!(late < 8.0, "{late} solves a step");
}

#[test]
fn a_lane_moves_the_free_parameter_of_its_constraint() {
    use auxilearn_lab::constraint::Sigmoid;
    let problem = problem(Kind::Regression, 35);
    let logit = |p: f64| (p / (1.0 - p)).ln();
    // c⁻¹, c up to the normalisation of a softmax, and c' in terms of φ.
    type Map = fn(f64) -> f64;
    let rules: [(Constraint, Map, Map, Map); 4] = [
        (Constraint::Softplus(Softplus {}), |p| p.exp_m1().ln(), |t| t.exp().ln_1p(), |p| -(-p).exp_m1()),
        (Constraint::Exp(Exp {}), f64::ln, f64::exp, |p| p),
        (Constraint::Sigmoid(Sigmoid {}), logit, |t| 1.0 / (1.0 + (-t).exp()), |p| p * (1.0 - p)),
        (Constraint::Softmax(Softmax {}), f64::ln, f64::exp, |p| p),
    ];
    for (constraint, inverse, map, slope) in rules {
        let softmax = matches!(constraint, Constraint::Softmax(_));
        let method = MethodKind::Implicit(implicit(descent(0.05, 3), sgd(0.1), direct()));
        let lane =
            LaneSpec { constraint: constraint.clone(), ..spec(method, 20, &origin(&problem), &[0.4, 0.6]) };
        let run = finished(&problem, &lane);
        for r in 1..=20 {
            let (before, a) = (row(run.trace(), Q::Phi, r - 1), row(run.trace(), Q::Alignment, r));
            let mean = if softmax { before.iter().zip(&a).map(|(p, a)| -p * a).sum() } else { 0.0 };
            let expected: Vec<f64> = before.iter().zip(&a).map(|(p, a)| slope(*p) * (-a - mean)).collect();
            assert_near(
                &format!("{constraint:?}: dL_A/dθ"),
                &row(run.trace(), Q::Hypergradient, r),
                &expected,
                1e-11,
            );
            let moved: Vec<f64> =
                before.iter().zip(&expected).map(|(p, h)| map(inverse(*p) - 0.1 * h)).collect();
            let total: f64 = if softmax { moved.iter().sum() } else { 1.0 };
            let moved: Vec<f64> = moved.iter().map(|p| p / total).collect();
            assert_near(&format!("{constraint:?}: φ"), &row(run.trace(), Q::Phi, r), &moved, 1e-11);
        }
    }
}

#[test]
fn unrolled_and_darts_lanes_differentiate_the_steps_that_they_took() {
    for kind in
        [Kind::Logistic, Kind::Quadratics, Kind::SharedNetwork(auxilearn_lab::family::SampleLoss::Squared)]
    {
        let problem = problem(kind, 36);
        let w = Draw::new(37).numbers(problem.dim().0, -0.5, 0.5);
        let inner = GradientDescent { lr: 0.04, steps: 3 };
        let unroll = MethodKind::Unroll(Unroll { inner, outer: sgd(0.2), steps: 3 });
        let darts =
            MethodKind::Darts(Darts { inner: descent(0.04, 3), outer: sgd(0.2), xi: 0.05, epsilon: 1e-4 });
        for method in [unroll, darts] {
            let run = finished(&problem, &spec(method.clone(), 6, &w, &[0.4, 0.6]));
            for r in 1..=6 {
                let before = row(run.trace(), Q::Phi, r - 1);
                let is_darts = method.kind() == "darts";
                // Unrolled: from the W before, all steps. DARTS: one virtual step on from the W after.
                let (start, lr, steps) = match is_darts {
                    true => (row(run.trace(), Q::W, r), 0.05, 1),
                    false => (row(run.trace(), Q::W, r - 1), 0.04, 3),
                };
                let reached = |phi: &[f64]| {
                    let mut inner = problem.inner();
                    inner.set_phi(phi);
                    let mut w = DVector::from_column_slice(&start);
                    inner.descend(&mut w, lr, steps);
                    problem.outer_at(&w, &mut w.clone())
                };
                let expected = central_differences(reached, &before, 1e-5);
                assert_near(
                    &format!("{kind:?}: {}", method.kind()),
                    &row(run.trace(), Q::Hypergradient, r),
                    &expected,
                    1e-7,
                );
            }
        }
    }
}

#[test]
fn effective_weights_are_those_at_the_rows_own_w_and_phi() {
    use auxilearn_lab::combination::{Combination, Monotone};
    let problem = monotone_problem(Kind::Logistic, 38, &[3, 2]);
    let phi = admissible_phi(&problem, &mut Draw::new(39));
    let method = MethodKind::Implicit(implicit(descent(0.05, 3), sgd(0.1), direct()));
    let run = finished(&problem, &spec(method, 10, &origin(&problem), &phi));
    for r in 0..=10 {
        let (w, phi) = (row(run.trace(), Q::W, r), row(run.trace(), Q::Phi, r));
        let at = state(&problem, &w, &phi);
        let mut expected = [0.0; 3];
        Monotone::new(3, &[3, 2]).by_loss(at.jet.values(), &phi, &mut expected);
        let found = row(run.trace(), Q::EffectiveWeight, r);
        assert_near("∂h/∂ℓ", &found, &expected, 1e-13);
        assert!(found[0] >= 1.0 && found.iter().all(|weight| *weight >= 0.0), "{found:?}");
    }
}
