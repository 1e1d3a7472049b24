//! What a run promises: the same numbers however it is driven, and an honest end.

use auxilearn_lab::experiment::{Experiment, presets};
use auxilearn_lab::run::Run;
use auxilearn_lab::status::{RunStatus, StopReason};
use auxilearn_lab::trace::{QuantityKind as Q, Trace};
use proptest::prelude::*;

fn preset(id: &str) -> serde_json::Value {
    let preset = presets::all().iter().find(|preset| preset.id == id).expect("a preset");
    serde_json::from_str(preset.document).expect("JSON")
}

fn runs(document: &serde_json::Value) -> Vec<Run> {
    Experiment::from_json(&document.to_string()).expect("a valid document").runs().expect("finite data")
}

fn finished(document: &serde_json::Value) -> Vec<Run> {
    let mut runs = runs(document);
    for run in &mut runs {
        run.advance(u64::MAX);
    }
    runs
}

fn series(trace: &Trace, kind: Q, i: usize) -> &[f64] {
    trace.series(kind, i).expect("a column")
}

#[test]
fn the_first_row_is_the_start_of_the_document() {
    let mut document = preset("noisy-main");
    document["start"] = serde_json::json!({"w": [0.1, -0.7], "phi": [0.3, 2.5]});
    for run in runs(&document) {
        let trace = run.trace();
        assert_eq!(trace.rows(), 1);
        assert_eq!([series(trace, Q::W, 0)[0], series(trace, Q::W, 1)[0]], [0.1, -0.7]);
        assert_eq!([series(trace, Q::Phi, 0)[0], series(trace, Q::Phi, 1)[0]], [0.3, 2.5]);
        assert!(series(trace, Q::Alignment, 0)[0].is_nan(), "no alignment before the first step");
    }
}

#[test]
fn joint_descent_only_ever_lowers_weights_and_ends_at_zero() {
    let runs = finished(&preset("noisy-main"));
    let trace = runs[0].trace();
    for k in 0..2 {
        let phi = series(trace, Q::Phi, k);
        assert!(phi.windows(2).all(|pair| pair[1] <= pair[0]), "φ_{k} never rises");
        assert_eq!(phi.last(), Some(&0.0), "φ_{k} ends at zero");
    }
}

#[test]
fn the_weight_follows_the_sign_of_the_alignment_under_plain_gradient_descent() {
    let mut document = preset("noisy-main");
    document["lanes"][1]["method"]["outer"] = serde_json::json!({"kind": "sgd", "lr": 0.05});
    let runs = finished(&document);
    let trace = runs[1].trace();
    for k in 0..2 {
        let (phi, a) = (series(trace, Q::Phi, k), series(trace, Q::Alignment, k));
        for t in 1..trace.rows() {
            if a[t] > 0.0 {
                assert!(phi[t] > phi[t - 1], "a_{k} > 0 at step {t}, so φ grows");
            } else if a[t] < 0.0 {
                assert!(phi[t] < phi[t - 1] || phi[t] == 0.0, "a_{k} < 0 at step {t}, so φ shrinks");
            }
        }
    }
}

#[test]
fn the_hypergradient_is_minus_the_alignment_and_the_training_loss_is_the_weighted_sum() {
    let runs = finished(&preset("noisy-main"));
    let trace = runs[1].trace();
    for k in 0..2 {
        let pairs = series(trace, Q::Hypergradient, k).iter().zip(series(trace, Q::Alignment, k));
        assert!(pairs.skip(1).all(|(h, a)| *h == -*a));
    }
    assert!(series(trace, Q::LossTrain, 0).iter().zip(series(trace, Q::LossMain, 0)).all(|(t, m)| t >= m));
}

#[test]
fn a_lane_that_stands_still_has_converged() {
    let mut document = preset("penguins");
    document["steps"] = 100_000.into();
    for run in finished(&document) {
        let expected = StopReason::Converged;
        assert_eq!(
            run.status(),
            RunStatus::Stopped { reason: expected, step: run.step() },
            "{}",
            run.label()
        );
        assert_eq!(run.trace().steps().last(), Some(&(run.step() as f64)));
    }
}

#[test]
fn too_high_a_rate_ends_its_own_lane_and_no_other() {
    let mut document = preset("noisy-main");
    document["lanes"][1]["method"]["inner"]["lr"] = 5.into();
    let runs = finished(&document);
    let RunStatus::Stopped { reason: StopReason::Diverged, step } = runs[1].status() else {
        panic!("{}", runs[1].status());
    };
    assert!(step > 1 && runs[1].trace().rows() as u64 == step, "the rows before the divergence stay");
    for c in 0..runs[1].trace().layout().width() {
        assert!(runs[1].trace().column(c).iter().skip(1).all(|x| x.is_finite()));
    }
    assert_eq!(runs[0].status().word(), "converged");
}

#[test]
fn a_neumann_step_too_long_leaves_its_finite_sum_as_the_estimate() {
    let mut document = preset("noisy-main");
    document["lanes"][1]["method"]["inner"] = serde_json::json!({"kind": "exact"});
    document["lanes"][1]["method"]["inverse_hvp"]["alpha"] = 1.5.into();
    let eigenbasis = finished(&document).remove(1);
    assert!(["finished", "converged"].contains(&eigenbasis.status().word()), "{}", eigenbasis.status());
    assert!(series(eigenbasis.trace(), Q::Alignment, 0)[1].is_finite());
}

#[test]
fn fewer_samples_than_parameters_leave_no_best_response() {
    let mut document = preset("penguins");
    document["problem"]["data"]["n_train"] = 2.into();
    document["steps"] = 100_000.into();
    for run in finished(&document) {
        let expected = if run.method() == "joint_descent" { "converged" } else { "singular" };
        assert_eq!(run.status().word(), expected, "{}", run.label());
    }
}

#[test]
fn two_seeds_differ_and_one_seed_repeats() {
    let digest = |seed: u64| {
        let mut document = preset("noisy-main");
        document["seed"] = seed.into();
        finished(&document).iter().map(|run| run.trace().digest()).collect::<Vec<_>>()
    };
    assert_eq!(digest(11), digest(11));
    assert_ne!(digest(11), digest(12));
}

#[test]
fn a_larger_test_set_changes_only_the_test_loss() {
    let trace = |n_test: u64| {
        let mut document = preset("noisy-main");
        document["problem"]["data"]["n_test"] = n_test.into();
        finished(&document).remove(1)
    };
    let (without, with) = (trace(0), trace(50));
    assert!(series(without.trace(), Q::LossTest, 0).iter().all(|x| x.is_nan()));
    assert!(series(with.trace(), Q::LossTest, 0).iter().all(|x| x.is_finite()));
    assert_eq!(series(without.trace(), Q::W, 0), series(with.trace(), Q::W, 0));
}

/// A copy of the default preset that is cheap to run.
fn small() -> serde_json::Value {
    let mut document = preset("noisy-main");
    document["problem"]["data"]["n_aux_set"] = 50.into();
    document["problem"]["data"]["n_test"] = 20.into();
    document["steps"] = 300.into();
    document
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_split_into_chunks_gives_the_trace_of_one_shot(seed in 0u64..1000, chunks in prop::collection::vec(1u64..90, 1..20)) {
        let mut document = small();
        document["seed"] = seed.into();
        let whole = finished(&document);
        let mut split = runs(&document);
        for (whole, split) in whole.iter().zip(&mut split) {
            for chunk in &chunks {
                split.advance(*chunk);
            }
            split.advance(u64::MAX);
            prop_assert_eq!(whole.trace().digest(), split.trace().digest());
            prop_assert_eq!(whole.status(), split.status());
            split.rewind();
            prop_assert_eq!(split.step(), 0);
            split.advance(u64::MAX);
            prop_assert_eq!(whole.trace().digest(), split.trace().digest());
        }
    }

    #[test]
    fn weights_stay_non_negative_and_rows_finite(
        seed in 0u64..1000,
        lr in 1e-3f64..3.0,
        alpha in 1e-3f64..1.0,
        terms in 0usize..30,
        phi in prop::collection::vec(0.0f64..5.0, 2),
    ) {
        let mut document = small();
        document["seed"] = seed.into();
        document["start"] = serde_json::json!({"phi": phi});
        let method = &mut document["lanes"][1]["method"];
        method["inner"]["lr"] = lr.into();
        method["inverse_hvp"]["alpha"] = alpha.into();
        method["inverse_hvp"]["terms"] = terms.into();
        for run in finished(&document) {
            let trace = run.trace();
            for k in 0..2 {
                prop_assert!(series(trace, Q::Phi, k).iter().all(|phi| *phi >= 0.0));
            }
            for quantity in [Q::W, Q::Phi, Q::LossTrain, Q::LossMain, Q::LossAuxSet, Q::LossTest, Q::Stationarity] {
                prop_assert!(series(trace, quantity, 0).iter().all(|x| x.is_finite()));
            }
        }
    }
}

#[test]
fn lanes_in_a_basis_of_their_own_are_measured_in_the_model() {
    // Regressions run in the eigenbasis of their data; the exact hypergradient is that of the general form, which the
    // estimate nears to half.
    let preset = presets::all().iter().find(|preset| preset.id == "noisy-main").expect("a preset");
    let mut document: serde_json::Value = serde_json::from_str(preset.document).expect("JSON");
    (document["diagnostics"], document["steps"]) = (true.into(), 20.into());
    let runs = finished(&document);
    let run = runs.iter().find(|run| run.label() == "AuxiLearn").expect("a lane");
    for k in 0..2 {
        let (exact, a) =
            (series(run.trace(), Q::ExactHypergradient, k), series(run.trace(), Q::Alignment, k));
        for row in 1..4 {
            assert!(
                (exact[row] + a[row]).abs() < 0.5 * exact[row].abs(),
                "task {k}, row {row}: {} and {}",
                exact[row],
                a[row]
            );
        }
    }
}

#[test]
fn measuring_the_gradients_leaves_every_number_of_every_preset_as_it_was() {
    for preset in presets::all() {
        let mut document: serde_json::Value = serde_json::from_str(preset.document).expect("JSON");
        document["steps"] = document["steps"].as_u64().expect("a number").min(1000).into();
        let [plain, measured] = [false, true].map(|measured| {
            document["diagnostics"] = measured.into();
            finished(&document)
        });
        for (lane, (plain, measured)) in plain.iter().zip(&measured).enumerate() {
            let what = format!("{}, lane {lane}", preset.id);
            assert_eq!(plain.status(), measured.status(), "{what}");
            assert!(measured.trace().layout().diagnostics && !plain.trace().layout().diagnostics, "{what}");
            for quantity in plain.trace().layout().quantities() {
                let bits = |run: &Run| -> Vec<u64> {
                    let column = series(run.trace(), quantity.kind, quantity.index.unwrap_or(0));
                    column.iter().map(|x| x.to_bits()).collect()
                };
                assert_eq!(bits(plain), bits(measured), "{what}: {quantity:?}");
            }
        }
    }
}
