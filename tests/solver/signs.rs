//! A sign is told only where a number is not rounding: gates, and the diagnostics' agreement of signs.

use auxilearn_lab::combination::Affine;
use auxilearn_lab::experiment::Experiment;
use auxilearn_lab::family::Quadratics;
use auxilearn_lab::method::{CosineGating, Gradients, MethodKind};
use auxilearn_lab::problem::GeneralProblem;
use auxilearn_lab::trace::QuantityKind as Q;
use serde_json::{Value, json};

use crate::common::round;
use crate::lanes::{descent, finished, row, spec};

/// The weight that gating gives to a task about `side`, the main one being about `main`, at the origin.
fn gate(main: [f64; 2], side: [f64; 2], weighted: bool) -> f64 {
    let problem = GeneralProblem::new(
        Box::new(Quadratics::new(vec![round(&main), round(&side)])),
        Box::new(Affine::linear(1)),
        Box::new(Quadratics::new(vec![round(&main)])),
        None,
    );
    let rule = CosineGating { weighted, gradients: Gradients::Shared, inner: descent(0.1, 1) };
    let run = finished(&problem, &spec(MethodKind::CosineGating(rule), 1, &[0.0, 0.0], &[1.0]));
    row(run.trace(), Q::Phi, 1)[0]
}

#[test]
fn gating_does_not_follow_a_cosine_that_is_rounding() {
    for weighted in [false, true] {
        for turn in 0..200 {
            // Orthogonal but for rounding, which is of either sign.
            let (c, s) = (f64::from(turn) * 0.031).sin_cos();
            let size = 10_f64.powi(turn % 13 - 6);
            let main = [3.7 * c, 3.7 * s];
            assert_eq!(gate(main, [-s * size, c * size], weighted), 0.0, "turn {turn}");
            // A small angle is an angle.
            for (tilt, open) in [(1e-6, true), (-1e-6, false)] {
                let side = [(-s + tilt * c) * size, (c + tilt * s) * size];
                assert_eq!(gate(main, side, weighted) > 0.0, open, "turn {turn}, tilt {tilt}");
            }
        }
    }
}

/// One step whose W has reached the held-out optimum but for `error`, by one short step; the
/// auxiliaries pull to either side.
fn agreement(error: f64, product: &Value) -> f64 {
    let lane = json!({"method": {"kind": "implicit",
        "inner": {"kind": "gradient_descent", "lr": 1e-4, "steps": 1},
        "outer": {"kind": "sgd", "lr": 0.1}, "inverse_hvp": product}});
    let document = json!({"schema": 1, "title": "t", "seed": 1, "steps": 1, "diagnostics": true,
        "problem": {"kind": "quadratic", "data": {"source": "inline", "main": {"centre": [0]},
            "auxiliaries": [{"name": "a", "centre": [2]}, {"name": "b", "centre": [-3]}],
            "aux_set": {"centre": [1.0 - 1e-4 + error]}}},
        "start": {"w": [1], "phi": [0, 0]}, "lanes": [lane]});
    let mut run =
        Experiment::from_json(&document.to_string()).expect("valid").runs().expect("a run").remove(0);
    run.advance(1);
    row(run.trace(), Q::SignAgreement, 1)[0]
}

#[test]
fn an_estimate_that_is_numerically_zero_agrees_with_neither_sign() {
    let products = [
        json!({"kind": "direct"}),
        json!({"kind": "identity"}),
        json!({"kind": "neumann", "terms": 3, "alpha": 0.1}),
        json!({"kind": "neumann", "terms": 3, "alpha": 0.1, "scaling": "official"}),
        json!({"kind": "conjugate_gradients", "iterations": 3}),
    ];
    for product in &products {
        // The exact ones are of opposite signs, and so are any two that are estimated.
        for error in [0.0, 1e-16, -1e-16, 1e-14, -1e-14] {
            assert_eq!(agreement(error, product), 0.0, "{product} {error}");
        }
        // At W = 0 the held-out gradient is about -1, at W = 1 it is the error.
        assert_eq!(agreement(-0.01, product), 0.0, "{product}: both signs are wrong");
        assert_eq!(agreement(0.01, product), 1.0, "{product}: both signs are right");
    }
}
