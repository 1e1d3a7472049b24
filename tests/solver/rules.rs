//! Rules that set weights by losses and gradients: where they have none, what they compare, and one gauge of a softmax.

use auxilearn_lab::experiment::Experiment;
use auxilearn_lab::family::SampleLoss;
use auxilearn_lab::method::{CosineGating, GradNorm, Gradients, MethodKind};
use auxilearn_lab::problem::BilevelProblem;
use auxilearn_lab::run::Run;
use auxilearn_lab::trace::QuantityKind as Q;
use nalgebra::DVector;
use serde_json::{Value, json};

use crate::lanes::{descent, finished, row, spec};
use crate::zoo::{Draw, Kind, assert_near, problem, state};

fn quadratics(floors: [f64; 3], constraint: &str, phi: Value, lanes: Value) -> Vec<Run> {
    let document = json!({"schema": 1, "title": "t", "seed": 1, "steps": 40, "tolerance": 0,
        "problem": {"kind": "quadratic", "data": {"source": "inline",
            "main": {"centre": [0, 0], "floor": floors[0]},
            "auxiliaries": [{"name": "a", "centre": [2, 1], "floor": floors[1]},
                {"name": "b", "centre": [-1, 1], "floor": floors[2]}],
            "aux_set": {"centre": [1, 0.5]}}},
        "start": {"w": [3, -2], "phi": phi}, "constraint": {"kind": constraint}, "lanes": lanes});
    let mut runs = Experiment::from_json(&document.to_string()).expect("valid").runs().expect("runs");
    for run in &mut runs {
        run.advance(40);
    }
    runs
}

fn by(kind: &str) -> Value {
    json!({"method": {"kind": kind, "inner": {"kind": "gradient_descent", "lr": 0.2, "steps": 1}}})
}

#[test]
fn rules_of_ratios_end_where_a_loss_is_not_positive() {
    let rules = json!([by("grad_norm"), by("dwa"), by("uncertainty")]);
    for task in 0..3 {
        for (floor, ends) in [(1.0, [false; 3]), (-8.0, [true; 3]), (-0.4, [true; 3])] {
            let mut floors = [1.0; 3];
            floors[task] = floor;
            let runs = quadratics(floors, "clamp", json!([1, 1]), rules.clone());
            for (run, ends) in runs.iter().zip(ends) {
                let expected = if ends { "nonpositive" } else { "finished" };
                // A floor may lie below zero where no W comes to it.
                if floor == -0.4 && run.status().word() == "finished" {
                    continue;
                }
                assert_eq!(run.status().word(), expected, "{} with a floor of {floor}", run.label());
                assert_eq!(run.trace().rows() as u64, run.step() + 1);
            }
            let losses: Vec<f64> =
                (0..40).filter_map(|r| runs[0].trace().series(Q::LossMain, 0)?.get(r).copied()).collect();
            assert!(task > 0 || losses.iter().rev().skip(1).all(|loss| *loss > 0.0), "{losses:?}");
        }
    }
    // A loss of zero has no ratio; a likelihood may be zero.
    let exact = |kind: &str| json!({"method": {"kind": kind}});
    let zero = |kind: &str| {
        let document = json!({"schema": 1, "title": "t", "seed": 1, "steps": 5,
            "problem": {"kind": "quadratic", "data": {"source": "inline", "main": {"centre": [0]},
                "auxiliaries": [{"name": "a", "centre": [2]}], "aux_set": {"centre": [1]}}},
            "lanes": [exact(kind)]});
        let mut run =
            Experiment::from_json(&document.to_string()).expect("valid").runs().expect("runs").remove(0);
        run.advance(5);
        run.status().to_string()
    };
    assert_eq!(zero("grad_norm"), "nonpositive at step 1");
    assert_eq!(zero("dwa"), "nonpositive at step 1");
    assert_eq!(zero("uncertainty"), "finished at step 5");
}

#[test]
fn every_multiple_of_a_start_of_phi_is_the_same_under_a_softmax() {
    let outer = [
        json!({"kind": "adam", "lr": 0.05, "weight_decay": 0.1}),
        json!({"kind": "sgd", "lr": 0.3, "momentum": 0.9, "weight_decay": 0.2}),
        json!({"kind": "adam", "lr": 0.1}),
    ];
    let mut lanes: Vec<Value> = outer
        .iter()
        .map(|outer| {
            json!({"method": {"kind": "implicit", "inner": {"kind": "exact"}, "outer": outer,
                "inverse_hvp": {"kind": "direct"}}})
        })
        .collect();
    lanes.push(json!({"method": {"kind": "joint_descent", "w_lr": 0.1, "phi_lr": 0.1}}));
    lanes.push(json!({"method": {"kind": "best_response"}}));
    let runs = |phi: Value| quadratics([0.0; 3], "softmax", phi, json!(lanes));
    let whole = runs(json!([0.3, 0.7]));
    for scale in [10.0, 1.0 / 3.0, 1e4, 1e-3] {
        let other = runs(json!([0.3 * scale, 0.7 * scale]));
        for (a, b) in whole.iter().zip(&other) {
            for r in 0..=40 {
                let what = format!("{} at {r}, times {scale}", a.label());
                assert_near(&what, &row(b.trace(), Q::Phi, r), &row(a.trace(), Q::Phi, r), 1e-12);
            }
        }
    }
}

#[test]
fn weight_decay_pulls_a_softmax_towards_equal_weights() {
    let outer = json!({"kind": "sgd", "lr": 1, "weight_decay": 0.9});
    let lane = json!({"method": {"kind": "implicit", "inner": {"kind": "exact"}, "outer": outer,
        "inverse_hvp": {"kind": "direct", "damping": 1e6}}});
    // The gradient is nothing beside the decay.
    let runs = quadratics([0.0; 3], "softmax", json!([40, 1]), json!([lane]));
    assert_near("φ", &row(runs[0].trace(), Q::Phi, 40), &[0.5, 0.5], 1e-5);
}

#[test]
fn norms_and_cosines_are_taken_in_shared_parameters_unless_all_are_asked_for() {
    let problem = problem(Kind::SeparateNetwork(SampleLoss::Squared), 77);
    let n = problem.dim().0;
    let shared = problem.n_shared();
    assert!(shared < n);
    let w = Draw::new(78).numbers(n, -0.8, 0.8);
    let phi = vec![1.0; problem.n_phi()];
    let at = state(&problem, &w, &phi);
    for (gradients, count) in [(Gradients::Shared, shared), (Gradients::All, n)] {
        let part = |k: usize| DVector::from_column_slice(&at.jet.gradient(k)[..count]);
        let gating = CosineGating { weighted: true, gradients, inner: descent(1e-3, 1) };
        let run = finished(&problem, &spec(MethodKind::CosineGating(gating), 1, &w, &phi));
        let cosines: Vec<f64> = (1..=problem.n_auxiliaries())
            .map(|k| (part(0).dot(&part(k)) / (part(0).norm() * part(k).norm())).max(0.0))
            .collect();
        assert_near("cosines", &row(run.trace(), Q::Phi, 1), &cosines, 1e-12);

        let rule = GradNorm { alpha: 0.0, lr: 1e-3, gradients, inner: descent(1e-3, 1) };
        let run = finished(&problem, &spec(MethodKind::GradNorm(rule), 1, &w, &phi));
        let norms: Vec<f64> = (0..=problem.n_auxiliaries()).map(|k| part(k).norm()).collect();
        let mean = norms.iter().sum::<f64>() / norms.len() as f64;
        let lambda: Vec<f64> = norms.iter().map(|norm| 1.0 - 1e-3 * norm * (norm - mean).signum()).collect();
        let expected: Vec<f64> = lambda[1..].iter().map(|l| l / lambda[0]).collect();
        assert_near("weights", &row(run.trace(), Q::Phi, 1), &expected, 1e-12);
    }
}
