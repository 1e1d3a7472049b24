//! Whatever a document asks: no panic, no number that is not one, and a status that says how it ended.

use std::sync::Arc;

use auxilearn_lab::combination::{Affine, Combination, Monotone};
use auxilearn_lab::constraint::{Clamp, Constraint, Exp, Free, Sigmoid, Softmax, Softplus};
use auxilearn_lab::family::{
    LearnedLabels, LinearModel, Network, Ridge, SampleLoss, SampleWeights, Samples, SquaredErrors, TaskFamily,
};
use auxilearn_lab::method::{Implicit, MethodKind};
use auxilearn_lab::problem::{BilevelProblem, GeneralProblem};
use auxilearn_lab::run::{LaneSpec, Run};
use auxilearn_lab::sampling::BatchSizes;
use auxilearn_lab::trace::QuantityKind as Q;
use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;

use crate::lanes::{CALM, Rates, finished, methods, spec};
use crate::zoo::{Draw, Kind, parts, problem};

/// Data that leave something undecided: `x` (6×2) and targets for a main and two auxiliary tasks.
fn degenerate(which: usize, draw: &mut Draw) -> (DMatrix<f64>, Vec<DVector<f64>>) {
    let mut x = DMatrix::from_fn(6, 2, |_, _| draw.number(-1.0, 1.0));
    let mut targets: Vec<_> = (0..3).map(|_| DVector::from_fn(6, |i, _| f64::from(i % 2 == 0))).collect();
    match which {
        0 => x.fill(0.0),
        1 => x.row_iter_mut().skip(1).for_each(|mut row| row.fill(0.0)),
        2 => (0..6).for_each(|i| x[(i, 1)] = 2.0 * x[(i, 0)]),
        3 => targets.iter_mut().for_each(|y| y.fill(1.0)),
        4 => targets.iter_mut().for_each(|y| y.fill(0.0)),
        5 => x *= 1e80,
        6 => x *= 1e-170,
        _ => targets[2] = targets[1].clone(),
    }
    (x, targets)
}

const DEGENERATE: usize = 8;

/// Problems of every family on such data.
fn degenerate_problems(which: usize, seed: u64) -> Vec<GeneralProblem> {
    let (x, targets) = degenerate(which, &mut Draw::new(seed));
    let samples = |count: usize| Samples::new(&x, targets[..count].to_vec());
    let mut problems = Vec::new();
    let mut add =
        |tasks: Box<dyn TaskFamily>, combination: Box<dyn Combination>, held_out: Box<dyn TaskFamily>| {
            problems.push(GeneralProblem::new(tasks, combination, held_out, None));
        };
    for loss in [SampleLoss::Squared, SampleLoss::Logistic] {
        let linear = |count| Box::new(LinearModel::new(samples(count), loss, 0.0));
        add(linear(3), Box::new(Affine::linear(2)), linear(1));
        add(linear(1), Box::new(Affine::linear(0)), linear(1));
        add(linear(3), Box::new(Monotone::new(3, &[2])), linear(1));
        add(
            Box::new(SampleWeights::new(samples(1), loss, 0.0)),
            Box::new(Affine::sample_weights(6)),
            linear(1),
        );
        let labels = LearnedLabels::new(*linear(1), samples(1), loss, 1.0);
        let combination = Affine::labels(6, labels.curvature());
        add(Box::new(labels), Box::new(combination), linear(1));
        add(Box::new(Ridge::new(linear(1))), Box::new(Affine::linear(2)), linear(1));
        let network = |count| Box::new(Network::new(samples(count), 2, 1, loss, 0.0));
        add(network(3), Box::new(Affine::linear(2)), network(1));
    }
    if let (Some(tasks), Some(held_out)) =
        (SquaredErrors::new(&x, targets.clone(), 0.0), SquaredErrors::new(&x, targets[..1].to_vec(), 0.0))
    {
        add(Box::new(tasks), Box::new(Affine::linear(2)), Box::new(held_out));
    }
    problems
}

fn constraint(which: usize) -> Constraint {
    match which {
        0 => Constraint::Clamp(Clamp {}),
        1 => Constraint::Softplus(Softplus {}),
        2 => Constraint::Exp(Exp {}),
        3 => Constraint::Softmax(Softmax {}),
        4 => Constraint::Sigmoid(Sigmoid {}),
        _ => Constraint::Free(Free {}),
    }
}

/// What a trace may hold: finite numbers, and absent ones where a column's meaning allows it.
fn assert_honest(what: &str, run: &Run) {
    assert!(run.status().is_stopped(), "{what}: {}", run.status());
    let trace = run.trace();
    assert!(trace.rows() > 0, "{what}");
    let must = [Q::Step, Q::Phi, Q::W, Q::LossTrain, Q::LossMain, Q::LossAuxSet, Q::Stationarity];
    for kind in Q::ALL {
        for c in trace.layout().range(kind) {
            for (r, &x) in trace.column(c).iter().enumerate() {
                let may_lack = !must.contains(&kind) || (r == 0 && !matches!(kind, Q::Step | Q::Phi | Q::W));
                assert!(x.is_finite() || (x.is_nan() && may_lack), "{what}: {kind:?} is {x} in row {r}");
            }
        }
    }
}

/// A few steps of some of the methods on a problem.
fn drive(what: &str, problem: &GeneralProblem, draw: &mut Draw, wild: f64) {
    let rate = |draw: &mut Draw| 10_f64.powf(draw.number(-8.0, wild));
    let rates = Rates { w: rate(draw), phi: rate(draw), alpha: rate(draw) };
    let sizes = BatchSizes { train: Some(2), aux_set: Some(3) };
    for (i, mut method) in methods(rates).into_iter().enumerate() {
        if draw.number(0.0, 1.0) > 0.3 {
            continue;
        }
        if let MethodKind::Implicit(Implicit { batch, .. }) = &mut method {
            *batch = (i % 2 == 0).then_some(sizes);
        }
        let sizes = [1.0, 1.0, 1e3, 1e30, 1e120, 1e200];
        let (w, phi) = (sizes[draw.number(0.0, 6.0) as usize], sizes[draw.number(0.0, 6.0) as usize]);
        let lane = LaneSpec {
            constraint: constraint(draw.number(0.0, 6.0) as usize),
            diagnostics: i % 3 == 0,
            tolerance: if i % 4 == 0 { 1e-9 } else { 0.0 },
            seed: i as u64,
            ..LaneSpec::new(
                "",
                method.clone(),
                6,
                draw.numbers(problem.dim().0, -w, w),
                draw.numbers(problem.n_phi(), 0.0, phi),
            )
        };
        let what = format!("{what}, {method:?}, {:?}, W {w:e}, φ {phi:e}", lane.constraint);
        assert_honest(&what, &finished(problem, &lane));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn no_problem_of_any_kind_makes_a_lane_panic_or_lie(seed in any::<u64>(), auxiliaries in 0_usize..4, wild in prop::sample::select(vec![-1.0, 1.0, 6.0])) {
        for kind in Kind::ALL {
            for monotone in [false, true] {
                let parts = parts(kind, seed, auxiliaries);
                let combination: Box<dyn Combination> = match monotone {
                    true => Box::new(Monotone::new(parts.tasks.n_tasks(), &[2, 2])),
                    false => Box::new(parts.affine),
                };
                let test = Some(self::parts(kind, seed ^ 1, auxiliaries).held_out);
                let problem = GeneralProblem::new(parts.tasks, combination, parts.held_out, test);
                drive(&format!("{kind:?}, monotone: {monotone}"), &problem, &mut Draw::new(seed ^ 50), wild);
            }
        }
    }

    #[test]
    fn a_general_lane_is_the_same_in_chunks_and_after_a_rewind(seed in any::<u64>(), chunks in prop::collection::vec(1_u64..5, 1..6)) {
        for kind in [Kind::Logistic, Kind::Regression, Kind::SharedNetwork(SampleLoss::Squared)] {
            let problem = Arc::new(problem(kind, seed));
            let w = Draw::new(seed).numbers(problem.dim().0, -0.5, 0.5);
            for mut method in methods(CALM) {
                if let MethodKind::Implicit(Implicit { batch, .. }) = &mut method {
                    *batch = Some(BatchSizes { train: Some(3), aux_set: Some(2) });
                }
                let lane = LaneSpec { seed, diagnostics: true, ..spec(method.clone(), 12, &w, &[0.4, 0.7]) };
                let whole = finished(&problem, &lane);
                let mut split = Run::general(problem.clone(), &lane);
                for chunk in &chunks {
                    split.advance(*chunk);
                }
                for _ in 0..2 {
                    split.advance(u64::MAX);
                    prop_assert_eq!(whole.trace().digest(), split.trace().digest(), "{:?}", method);
                    prop_assert_eq!(whole.status(), split.status());
                    split.rewind();
                    prop_assert_eq!(split.step(), 0);
                }
            }
        }
    }

    #[test]
    fn no_degenerate_data_make_a_lane_panic_or_lie(seed in any::<u64>(), wild in prop::sample::select(vec![-1.0, 1.0, 6.0])) {
        for which in 0..DEGENERATE {
            for (i, problem) in degenerate_problems(which, seed).iter().enumerate() {
                drive(&format!("data {which}, problem {i}"), problem, &mut Draw::new(seed ^ 51), wild);
            }
        }
    }
}
