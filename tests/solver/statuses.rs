//! A status tells the truth: what stands still has converged only where its gradients have vanished.

use auxilearn_lab::experiment::Experiment;
use auxilearn_lab::experiment::presets;
use auxilearn_lab::run::Run;
use auxilearn_lab::trace::QuantityKind as Q;
use serde_json::{Value, json};

use crate::lanes::row;

/// Quadratics of these curvatures, the main task about the origin, one auxiliary about (1, 1, …).
fn quadratics(curvature: &[f64], start: &[f64], method: Value) -> Run {
    let n = curvature.len();
    let document = json!({
        "schema": 1, "title": "statuses", "seed": 1, "steps": 200,
        "problem": { "kind": "quadratic", "data": { "source": "inline",
            "main": { "centre": vec![0.0; n], "curvature": curvature },
            "auxiliaries": [{ "name": "a", "centre": vec![1.0; n] }],
            "aux_set": { "centre": vec![0.5; n] } } },
        "start": { "w": start, "phi": [1] },
        "lanes": [{ "method": method }] });
    finished(&document).remove(0)
}

fn finished(document: &Value) -> Vec<Run> {
    let mut runs = Experiment::from_json(&document.to_string())
        .unwrap_or_else(|e| panic!("{e}"))
        .runs()
        .expect("finite");
    for run in &mut runs {
        run.advance(u64::MAX);
    }
    runs
}

fn stationarity(run: &Run) -> f64 {
    row(run.trace(), Q::Stationarity, run.trace().rows() - 1)[0]
}

#[test]
fn an_oscillation_that_each_outer_step_sees_in_one_place_has_stalled() {
    // H = diag(curvature) + I; a rate of 2/λ_max turns that coordinate's error round at each step.
    for curvature in [vec![1.0], vec![1.0, 3.0], vec![0.5, 2.0, 7.0]] {
        let largest = curvature.iter().fold(0.0_f64, |m, x| m.max(*x)) + 1.0;
        for steps in [2, 10, 200] {
            let inner = json!({ "kind": "gradient_descent", "lr": 2.0 / largest, "steps": steps });
            let run = quadratics(
                &curvature,
                &vec![2.0; curvature.len()],
                json!({ "kind": "equal", "inner": inner }),
            );
            let word = run.status().word();
            assert!(word == "stalled" || word == "finished", "{curvature:?}, {steps}: {word}");
            assert!(stationarity(&run) > 0.1, "{curvature:?}, {steps}");
        }
    }
}

#[test]
fn a_lane_that_its_rates_leave_at_the_start_has_stalled() {
    let slow_w = [
        json!({ "kind": "joint_descent", "w_lr": 1e-13, "phi_lr": 1e-13 }),
        json!({ "kind": "equal", "inner": { "kind": "gradient_descent", "lr": 1e-14, "steps": 5 } }),
        json!({ "kind": "single_task", "inner": { "kind": "momentum", "lr": 1e-15, "momentum": 0.5, "steps": 3 } }),
    ];
    for method in slow_w {
        let run = quadratics(&[1.0, 3.0], &[1.0, -2.0], method);
        assert_eq!(run.status().word(), "stalled", "{}", run.method());
    }
    // W answers φ at once, and φ does not move though its hypergradient is large.
    for outer in [json!({ "kind": "sgd", "lr": 1e-14 }), json!({ "kind": "adam", "lr": 1e-15 })] {
        let method = json!({ "kind": "implicit", "inner": { "kind": "exact" }, "outer": outer,
            "inverse_hvp": { "kind": "direct" } });
        let run = quadratics(&[1.0, 3.0], &[0.0, 0.0], method);
        assert_eq!(run.status().word(), "stalled");
    }
}

#[test]
fn losses_far_from_their_start_are_no_scale_for_what_is_left() {
    // W begins far off; φ, whose rate is nothing, stays where its hypergradient is large.
    let method = json!({ "kind": "implicit", "inner": { "kind": "exact" }, "outer": { "kind": "sgd", "lr": 1e-14 },
        "inverse_hvp": { "kind": "direct" } });
    for start in [0.0, 1e3, 1e6] {
        assert_eq!(
            quadratics(&[1.0, 3.0], &[start, start], method.clone()).status().word(),
            "stalled",
            "{start}"
        );
    }
    let ol_aux = json!({ "kind": "ol_aux", "lr": 0.1, "steps": 3, "phi_lr": 1e-14 });
    assert_eq!(quadratics(&[1.0, 3.0], &[1.0, 1.0], ol_aux).status().word(), "stalled");
}

#[test]
fn a_loss_of_nothing_at_the_origin_is_left_by_newton() {
    let document = json!({
        "schema": 1, "title": "statuses", "seed": 1, "steps": 3,
        "problem": { "kind": "quadratic", "data": { "source": "inline",
            "main": { "a": [[2, 0], [0, 1]], "b": [1, -1] }, "auxiliaries": [{ "name": "a", "centre": [1, 1] }],
            "aux_set": { "centre": [0, 0] } } },
        "lanes": [{ "method": { "kind": "single_task", "inner": { "kind": "newton", "steps": 2 } } }] });
    let run = finished(&document).remove(0);
    assert_eq!((run.status().word(), row(run.trace(), Q::W, 3)), ("finished", vec![0.5, -1.0]));
}

#[test]
fn what_has_reached_its_place_or_its_bound_has_converged() {
    let exact = json!({ "kind": "exact" });
    // The held-out optimum is away from the auxiliary's: φ falls to zero, where the clamp holds it.
    let document = json!({
        "schema": 1, "title": "statuses", "seed": 1, "steps": 2000,
        "problem": { "kind": "quadratic", "data": { "source": "inline",
            "main": { "centre": [0] }, "auxiliaries": [{ "name": "a", "centre": [1] }],
            "aux_set": { "centre": [-1] } } },
        "lanes": [{ "method": { "kind": "implicit", "inner": exact, "outer": { "kind": "sgd", "lr": 0.1 },
            "inverse_hvp": { "kind": "direct" } } }, { "method": { "kind": "best_response" } },
            { "method": { "kind": "equal" } }] });
    for run in finished(&document) {
        assert_eq!(run.status().word(), "converged", "{}", run.method());
    }
    // From the very place where it ends.
    let still = json!({ "kind": "equal", "inner": { "kind": "gradient_descent", "lr": 0.1, "steps": 3 } });
    assert_eq!(quadratics(&[1.0, 1.0], &[0.5, 0.5], still).status().word(), "converged");
}

#[test]
fn no_shipped_lane_that_converged_has_a_gradient_left() {
    for preset in presets::all() {
        let document: Value = serde_json::from_str(preset.document).expect("JSON");
        for run in finished(&document) {
            let largest =
                (0..run.trace().rows()).map(|r| row(run.trace(), Q::Stationarity, r)[0]).fold(0.0, f64::max);
            let (word, end) = (run.status().word(), stationarity(&run));
            assert_ne!(word, "stalled", "{}, {}", preset.id, run.label());
            assert!(
                word != "converged" || end <= 1e-6 * largest.max(1e-9),
                "{}, {}: {end:e} of {largest:e}",
                preset.id,
                run.label()
            );
        }
    }
}
