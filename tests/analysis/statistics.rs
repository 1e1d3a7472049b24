//! What the presets show is no accident of one seed: medians over many.

use auxilearn_lab::experiment::{Experiment, presets};
use auxilearn_lab::trace::{QuantityKind as Q, Trace};
use serde_json::{Value, json};

fn preset(id: &str) -> Value {
    let preset = presets::all().iter().find(|preset| preset.id == id).expect("a preset");
    serde_json::from_str(preset.document).expect("JSON")
}

/// The lanes that the expected medians are of: exact inner solve, outer Adam 0.05.
fn exact_lanes() -> Value {
    json!([
        {"method": {"kind": "single_task"}},
        {"method": {"kind": "equal"}},
        {"method": {"kind": "implicit", "inner": {"kind": "exact"}, "outer": {"kind": "adam", "lr": 0.05},
                    "inverse_hvp": {"kind": "direct"}}},
    ])
}

/// For each lane, the median over the first `seeds` seeds of a number read off its last row.
fn medians(document: Value, seeds: u64, read: impl Fn(&Trace) -> f64) -> Vec<f64> {
    medians_from(0, document, seeds, read)
}

/// The same over the `seeds` seeds from `first` on.
fn medians_from(first: u64, mut document: Value, seeds: u64, read: impl Fn(&Trace) -> f64) -> Vec<f64> {
    let mut values: Vec<Vec<f64>> = Vec::new();
    for seed in first..first + seeds {
        document["seed"] = seed.into();
        let experiment = Experiment::from_json(&document.to_string()).expect("valid");
        for (i, mut run) in experiment.runs().expect("finite data").into_iter().enumerate() {
            run.advance(u64::MAX);
            values.resize_with(values.len().max(i + 1), Vec::new);
            values[i].push(read(run.trace()));
        }
    }
    values
        .into_iter()
        .map(|mut lane| {
            lane.sort_by(f64::total_cmp);
            0.5 * (lane[(lane.len() - 1) / 2] + lane[lane.len() / 2])
        })
        .collect()
}

fn last(trace: &Trace, kind: Q, i: usize) -> f64 {
    trace.last(kind, i).expect("a value in the last row")
}

/// Distance of W from the main task's true parameters (1, 1).
fn distance(trace: &Trace) -> f64 {
    (last(trace, Q::W, 0) - 1.0).hypot(last(trace, Q::W, 1) - 1.0)
}

fn assert_near(found: &[f64], expected: &[f64], tolerance: f64) {
    for (f, e) in found.iter().zip(expected) {
        assert!((f - e).abs() < tolerance * e, "medians {found:?}, expected about {expected:?}");
    }
}

#[test]
fn the_default_preset_has_the_errors_of_the_literature_in_the_median_of_60_seeds() {
    let mut document = preset("noisy-main");
    document["problem"]["data"]["n_test"] = 0.into();
    document["lanes"] = exact_lanes();
    assert_near(&medians(document, 60, distance), &[0.61, 1.77, 0.13], 0.15);
}

#[test]
fn the_default_preset_as_shipped_ends_where_exact_solves_do() {
    let mut document = preset("noisy-main");
    document["problem"]["data"]["n_test"] = 0.into();
    let found = medians(document, 60, distance);
    assert_near(&found, &[0.61, 0.13], 0.15);
}

#[test]
fn joint_descent_zeroes_both_weights_of_the_default_preset_for_every_seed() {
    let mut document = preset("noisy-main");
    document["problem"]["data"]["n_test"] = 0.into();
    for seed in 0..60 {
        document["seed"] = seed.into();
        let experiment = Experiment::from_json(&document.to_string()).expect("valid");
        let mut run = experiment.runs().expect("finite data").remove(0);
        run.advance(u64::MAX);
        assert_eq!([last(run.trace(), Q::Phi, 0), last(run.trace(), Q::Phi, 1)], [0.0, 0.0], "seed {seed}");
    }
}

#[test]
fn a_small_auxiliary_set_is_overfitted() {
    let mut document = preset("noisy-main");
    document["problem"]["data"]["n_test"] = 0.into();
    document["lanes"] = exact_lanes();
    let large = medians(document.clone(), 60, distance);
    document["problem"]["data"]["n_aux_set"] = 25.into();
    let small = medians(document, 60, distance);
    assert!(small[2] > 2.0 * large[2], "25: {small:?}, 1000: {large:?}");
}

/// With the twelve birds that are often shown, main only and equal weights tie in the long run
/// (medians over many seeds 0.63 and 0.63): the preset takes eight.
#[test]
fn the_penguins_test_error_falls_from_main_only_over_equal_to_auxilearn_in_any_batch_of_seeds() {
    for first in [0, 1000, 2000] {
        let mut document = preset("penguins");
        document["lanes"] = exact_lanes();
        let found = medians_from(first, document, 60, |trace| last(trace, Q::LossTest, 0));
        assert!(found[0] > found[1] && found[1] > 1.3 * found[2], "medians {found:?}");
    }
}

#[test]
fn twelve_penguins_have_the_errors_of_the_reference_experiment() {
    let mut document = preset("penguins");
    document["problem"]["data"]["n_train"] = 12.into();
    document["lanes"] = exact_lanes();
    let found = medians(document, 40, |trace| last(trace, Q::LossTest, 0));
    assert_near(&found, &[0.648, 0.591, 0.363], 0.15);
}

#[test]
fn the_penguins_preset_as_shipped_has_the_same_order() {
    let found = medians(preset("penguins"), 40, |trace| last(trace, Q::LossTest, 0));
    let [joint, learned, equal, main] = found[..] else { panic!("four lanes") };
    assert!(main > equal && equal > learned && joint > learned, "medians {found:?}");
}

/// `examples/statistics` prints this as a table.
fn every_method(noise_of_helpful: f64) -> impl Fn(&str) -> f64 {
    let text = include_str!("../../examples/statistics/noisy-main.json");
    let mut document: Value = serde_json::from_str(text).expect("JSON");
    document["problem"]["data"]["auxiliaries"][0]["noise"] = noise_of_helpful.into();
    let lanes = document["lanes"].as_array().expect("lanes").clone();
    let found = medians(document, 60, distance);
    move |label| {
        let lane = lanes.iter().position(|lane| lane["label"] == label);
        found[lane.unwrap_or_else(|| panic!("no lane {label}"))]
    }
}

#[test]
fn every_approximation_of_the_hypergradient_ends_near_the_exact_one_on_the_default_preset() {
    let median = every_method(0.25);
    assert_near(
        &["main task only", "equal weights", "AuxiLearn, exact"].map(&median),
        &[0.61, 1.77, 0.13],
        0.15,
    );
    for label in
        ["AuxiLearn, Neumann of 4 terms", "AuxiLearn, identity", "best response", "grid search, 31 × 31"]
    {
        assert!((0.08..0.17).contains(&median(label)), "{label}: {}", median(label));
    }
}

#[test]
fn what_sees_the_training_tasks_alone_is_right_only_where_the_helpful_task_is_the_better_fitted() {
    let (clean, noisy) = (every_method(0.25), every_method(2.0));
    // The trivial solution is main task only; equal weights and averages of rates follow the harmful task.
    for median in [&clean, &noisy] {
        assert!((median("joint descent, clamp") - median("main task only")).abs() < 0.02);
        assert!((median("dynamic weight average") - median("equal weights")).abs() < 0.1);
    }
    assert!(clean("uncertainty weighting") < clean("AuxiLearn, exact"));
    assert!(noisy("uncertainty weighting") > noisy("main task only"));
    for label in ["uncertainty weighting", "dynamic weight average", "GradNorm", "cosine gating", "OL-AUX"] {
        assert!(noisy(label) > 1.5 * noisy("AuxiLearn, exact"), "{label}: {}", noisy(label));
    }
}
