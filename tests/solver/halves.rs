//! Steps of W alone and of φ alone, and runs that go on with other numbers.

use auxilearn_lab::experiment::{Experiment, presets};
use auxilearn_lab::method::Part;
use auxilearn_lab::run::Run;
use auxilearn_lab::status::{RunStatus, StopReason};
use auxilearn_lab::trace::QuantityKind as Q;
use serde_json::{Value, json};

/// A method of every kind, and whether a step of W and then one of φ, or of φ and then of W, is a whole step.
fn methods() -> Vec<(Value, &'static [Part])> {
    const W_FIRST: &[Part] = &[Part::W, Part::Phi];
    const PHI_FIRST: &[Part] = &[Part::Phi, Part::W];
    let descent = json!({"kind": "gradient_descent", "lr": 0.05, "steps": 5});
    let adam = json!({"kind": "adam", "lr": 0.05});
    let direct = json!({"kind": "direct"});
    vec![
        (json!({"kind": "joint_descent", "w_lr": 0.05, "phi_lr": 0.02}), &[]),
        (json!({"kind": "implicit", "inner": descent, "outer": adam, "inverse_hvp": direct}), W_FIRST),
        (
            json!({"kind": "implicit", "inner": {"kind": "momentum", "lr": 0.02, "momentum": 0.8, "steps": 3},
                   "outer": {"kind": "sgd", "lr": 0.1, "momentum": 0.9}, "inverse_hvp": direct,
                   "warm_start": false, "batch": {"train": 20, "aux_set": 50}}),
            W_FIRST,
        ),
        (json!({"kind": "unrolled", "inner": descent, "outer": adam, "steps": 3}), W_FIRST),
        (json!({"kind": "darts", "inner": descent, "outer": adam, "xi": 0.05}), W_FIRST),
        (json!({"kind": "best_response", "lr": 0.1}), W_FIRST),
        (json!({"kind": "grid_search", "low": 0.0, "high": 2.0, "points": 3}), &[]),
        (json!({"kind": "equal", "inner": descent}), W_FIRST),
        (json!({"kind": "single_task", "inner": descent}), W_FIRST),
        (json!({"kind": "uncertainty", "inner": descent}), PHI_FIRST),
        (json!({"kind": "dwa", "inner": descent}), PHI_FIRST),
        (json!({"kind": "grad_norm", "inner": descent}), PHI_FIRST),
        (json!({"kind": "cosine_gating", "inner": descent}), PHI_FIRST),
        (json!({"kind": "ol_aux", "lr": 0.05, "steps": 5, "phi_lr": 0.01}), W_FIRST),
    ]
}

fn preset() -> Value {
    serde_json::from_str(presets::all()[0].document).expect("JSON")
}

/// The page's first experiment with other lanes.
fn document(methods: &[Value]) -> Value {
    let mut document = preset();
    document["lanes"] = methods.iter().map(|method| json!({ "method": method })).collect();
    document["steps"] = json!(400);
    document["tolerance"] = json!(0);
    document
}

fn experiment(document: &Value) -> Experiment {
    Experiment::from_json(&document.to_string()).unwrap_or_else(|e| panic!("{e}"))
}

fn run(method: &Value) -> Run {
    experiment(&document(std::slice::from_ref(method))).runs().expect("finite data").remove(0)
}

/// A column's values in the last row, bit for bit.
fn last(run: &Run, kind: Q) -> Vec<u64> {
    let range = run.trace().layout().range(kind);
    range.map(|c| run.trace().column(c).last().expect("a row").to_bits()).collect()
}

fn value(run: &Run, kind: Q) -> f64 {
    run.trace().last(kind, 0).expect("recorded")
}

#[test]
fn a_step_of_one_part_holds_the_other_to_the_last_bit() {
    for (method, _) in methods() {
        let mut run = run(&method);
        let kind = method["kind"].as_str().expect("a kind");
        run.advance(7);
        for (part, held, moved) in
            [(Part::W, Q::Phi, Q::W), (Part::Phi, Q::W, Q::Phi), (Part::W, Q::Phi, Q::W)]
        {
            let (before, free, step) = (last(&run, held), last(&run, moved), run.step());
            run.advance_part(part);
            assert_eq!(last(&run, held), before, "{kind} {part:?}");
            assert_eq!(run.step(), step + 1, "{kind} {part:?} is a step like any other");
            let first_uses = kind == "uncertainty" || kind == "cosine_gating" || kind == "dwa";
            if part.is_of(kind) && !first_uses {
                assert_ne!(last(&run, moved), free, "{kind} {part:?} moves what it is a step of");
            }
            if !part.is_of(kind) {
                assert_eq!(last(&run, moved), free, "{kind} has no step {part:?}");
            }
        }
    }
}

#[test]
fn the_two_halves_are_a_whole_step_where_one_comes_before_the_other() {
    for (method, order) in methods().into_iter().filter(|(_, order)| !order.is_empty()) {
        let (mut whole, mut halves) = (run(&method), run(&method));
        for t in 1..=20 {
            whole.advance(1);
            for part in order {
                halves.advance_part(*part);
            }
            for kind in [Q::W, Q::Phi, Q::LossTrain, Q::LossAuxSet] {
                assert_eq!(last(&halves, kind), last(&whole, kind), "{method} {kind:?} at {t}");
            }
            if order[0] == Part::W {
                for kind in [Q::Alignment, Q::Hypergradient, Q::InnerSolves] {
                    assert_eq!(last(&halves, kind), last(&whole, kind), "{method} {kind:?} at {t}");
                }
            }
        }
    }
}

#[test]
fn steps_of_w_alone_end_at_the_best_response() {
    let (descending, _) = &methods()[1];
    let mut run = run(descending);
    run.advance(3);
    for _ in 0..300 {
        assert_eq!(run.advance_part(Part::W), RunStatus::Running);
    }
    assert!(value(&run, Q::Stationarity) < 1e-9, "∇L_T vanishes at W*(φ): {}", value(&run, Q::Stationarity));
    let phi = |run: &Run| last(run, Q::Phi);
    let held = run.trace().layout().range(Q::Phi).map(|c| run.trace().column(c)[3].to_bits());
    assert_eq!(phi(&run), held.collect::<Vec<_>>());
    assert!(run.trace().last(Q::Alignment, 0).is_none(), "no alignment was used");
}

#[test]
fn a_step_of_phi_alone_follows_the_hypergradient_at_the_present_w() {
    let sgd = json!({"kind": "implicit", "inner": {"kind": "gradient_descent", "lr": 0.05, "steps": 5},
        "outer": {"kind": "sgd", "lr": 0.1}, "inverse_hvp": {"kind": "direct"}});
    let mut run = run(&sgd);
    run.advance(5);
    let before = [0, 1].map(|k| run.trace().last(Q::Phi, k).expect("φ"));
    run.advance_part(Part::Phi);
    for (k, before) in before.into_iter().enumerate() {
        let slope = run.trace().last(Q::Hypergradient, k).expect("used");
        let expected = (before - 0.1 * slope).max(0.0);
        assert!((run.trace().last(Q::Phi, k).expect("φ") - expected).abs() < 1e-15);
        assert!(slope != 0.0);
    }
}

#[test]
fn what_a_method_remembers_of_phi_does_not_go_on_while_phi_is_held() {
    // With W at W*(φ) a step of W alone changes nothing at all: it must leave no trace in Adam's moments.
    let method = json!({"kind": "implicit", "inner": {"kind": "exact"}, "outer": {"kind": "adam", "lr": 0.05},
        "inverse_hvp": {"kind": "direct"}});
    let (mut plain, mut held) = (run(&method), run(&method));
    plain.advance(10);
    held.advance(5);
    for _ in 0..4 {
        held.advance_part(Part::W);
    }
    held.advance(5);
    assert_eq!(last(&held, Q::Phi), last(&plain, Q::Phi));
}

#[test]
fn the_ledger_books_each_half_to_whom_it_belongs() {
    for (method, _) in methods() {
        let mut run = run(&method);
        let start = value(&run, Q::LossTrain);
        run.advance(5);
        for part in [Part::W, Part::Phi, Part::Phi, Part::W, Part::Both] {
            let (by_w, by_phi) = (value(&run, Q::FallByW), value(&run, Q::FallByPhi));
            run.advance_part(part);
            let (w, phi) = (value(&run, Q::FallByW), value(&run, Q::FallByPhi));
            if part == Part::W {
                assert_eq!(phi, by_phi, "{method}: φ did not move");
            } else if part == Part::Phi {
                assert_eq!(w, by_w, "{method}: W did not move");
            }
            let fall = start - value(&run, Q::LossTrain);
            assert!((w + phi - fall).abs() <= 1e-12 * (1.0 + start.abs()), "{method}: {w} + {phi} is {fall}");
        }
    }
}

#[test]
fn halves_that_stand_still_do_not_converge() {
    let mut document = document(&[json!({"kind": "equal"})]);
    document["tolerance"] = json!(1e-10);
    let mut run = experiment(&document).runs().expect("finite data").remove(0);
    for _ in 0..30 {
        run.advance_part(Part::Phi);
    }
    assert_eq!((run.status(), run.step()), (RunStatus::Running, 30));
}

#[test]
fn a_rewind_forgets_the_halves() {
    for (method, _) in methods() {
        let (mut plain, mut run) = (run(&method), run(&method));
        run.advance_part(Part::W);
        run.advance_part(Part::Phi);
        run.rewind();
        run.advance(20);
        plain.advance(20);
        assert_eq!(run.trace().digest(), plain.trace().digest(), "{method}");
    }
}

/// Advances by `steps`, then goes on by another document.
fn retuned(before: &Value, steps: u64, after: &Value) -> Option<Vec<Run>> {
    let (before, after) = (experiment(before), experiment(after));
    let mut runs = before.runs().expect("finite data");
    for run in &mut runs {
        run.advance(steps);
    }
    before.retune(&after, &mut runs).then_some(runs)
}

#[test]
fn another_rate_goes_on_from_where_the_lane_is_and_leaves_the_others_alone() {
    let before = preset();
    let mut after = before.clone();
    after["lanes"][0]["method"]["w_lr"] = json!(0.01);
    let mut runs = retuned(&before, 50, &after).expect("a rate");
    let mut plain = experiment(&before).runs().expect("finite data");
    for (run, plain) in runs.iter_mut().zip(&mut plain) {
        plain.advance(50);
        assert_eq!(run.trace().digest(), plain.trace().digest(), "nothing is recorded by the change itself");
        run.advance(1);
        plain.advance(1);
    }
    assert_eq!(runs[1].trace().digest(), plain[1].trace().digest(), "the other lane does not notice");
    // W moved along the same gradient by a fifth.
    for i in 0..2 {
        let w = |run: &Run, row: usize| run.trace().series(Q::W, i).expect("W")[row];
        let (slow, fast) = (w(&runs[0], 51) - w(&runs[0], 50), w(&plain[0], 51) - w(&plain[0], 50));
        assert!((slow - 0.2 * fast).abs() < 1e-12 * (1.0 + fast.abs()), "{slow} is a fifth of {fast}");
    }
}

#[test]
fn other_numbers_of_every_method_can_be_gone_on_with() {
    let forgetful = ["grid_search", "uncertainty", "dwa", "grad_norm"];
    for (method, _) in methods() {
        let before = document(std::slice::from_ref(&method));
        let mut after = before.clone();
        let target = &mut after["lanes"][0]["method"];
        for field in ["lr", "w_lr", "temperature"] {
            if target.get(field).is_some() {
                target[field] = json!(0.013);
            }
        }
        if target.get("inner").is_some() {
            target["inner"] = json!({"kind": "gradient_descent", "lr": 0.01, "steps": 3});
        }
        if forgetful.iter().any(|kind| method["kind"] == *kind) {
            assert!(method["kind"] == "grid_search" || retuned(&before, 9, &after).is_none(), "{method}");
            continue;
        }
        let mut runs = retuned(&before, 9, &after).unwrap_or_else(|| panic!("{method} goes on"));
        assert_eq!(runs[0].advance(20), RunStatus::Running, "{method}");
        assert_eq!(runs[0].step(), 29);
        let phi = runs[0].trace().series(Q::Phi, 0).expect("φ");
        assert!((phi[10] - phi[9]).abs() < 0.6, "{method}: no jump from {} to {}", phi[9], phi[10]);
    }
}

#[test]
fn under_another_parametrisation_phi_goes_on_where_it_was_too() {
    let (descending, _) = &methods()[1];
    for constraint in ["softplus", "exp", "softmax", "sigmoid", "free"] {
        let mut before = document(std::slice::from_ref(descending));
        before["constraint"] = json!({ "kind": constraint });
        before["start"] = json!({"w": [0, 0], "phi": [0.4, 0.6]});
        let mut after = before.clone();
        after["lanes"][0]["method"]["outer"]["lr"] = json!(1e-9);
        let mut runs = retuned(&before, 30, &after).expect("a rate");
        runs[0].advance(1);
        for k in 0..2 {
            let phi = runs[0].trace().series(Q::Phi, k).expect("φ");
            assert!((phi[31] - phi[30]).abs() < 1e-8, "{constraint}: {} to {}", phi[30], phi[31]);
        }
    }
}

#[test]
fn more_steps_alone_are_the_run_of_the_longer_document() {
    let mut before = preset();
    before["tolerance"] = json!(0);
    let mut after = before.clone();
    after["steps"] = json!(2100);
    let mut runs = retuned(&before, u64::MAX, &after).expect("more steps");
    let mut plain = experiment(&after).runs().expect("finite data");
    for (run, plain) in runs.iter_mut().zip(&mut plain) {
        assert_eq!(run.status(), RunStatus::Running);
        run.advance(u64::MAX);
        plain.advance(u64::MAX);
        assert_eq!(run.status(), RunStatus::Stopped { reason: StopReason::Finished, step: 2100 });
        assert_eq!(run.trace().digest(), plain.trace().digest());
    }
}

#[test]
fn what_is_another_run_is_not_gone_on_with() {
    let before = document(&[methods()[1].0.clone(), methods()[6].0.clone()]);
    let changed = |change: &dyn Fn(&mut Value)| {
        let mut after = before.clone();
        change(&mut after);
        retuned(&before, 9, &after).is_none()
    };
    assert!(!changed(&|d| d["title"] = json!("Another")), "a title is not the run");
    assert!(changed(&|d| d["seed"] = json!(12)));
    assert!(changed(&|d| d["start"] = json!({"w": [1, 1]})));
    assert!(changed(&|d| d["constraint"] = json!({"kind": "softplus"})));
    assert!(changed(&|d| d["diagnostics"] = json!(true)));
    assert!(!changed(&|d| d["combination"] = json!({"kind": "linear"})), "the default, written out");
    assert!(changed(&|d| d["problem"]["data"]["main"]["noise"] = json!(4)));
    assert!(changed(&|d| d["lanes"][0]["method"] = json!({"kind": "equal"})));
    assert!(changed(&|d| d["lanes"][0]["constraint"] = json!({"kind": "exp"})));
    assert!(changed(&|d| d["lanes"][1]["method"]["points"] = json!(4)), "another grid");
    assert!(changed(&|d| d["steps"] = json!(9)), "no lane would go on");
}

#[test]
fn a_lane_that_is_over_stays_so_unless_there_are_more_steps() {
    let (descending, _) = &methods()[1];
    let before =
        document(&[json!({"kind": "grid_search", "low": 0.0, "high": 2.0, "points": 3}), descending.clone()]);
    let mut after = before.clone();
    after["lanes"][1]["method"]["outer"]["lr"] = json!(0.01);
    after["steps"] = json!(500);
    let runs = retuned(&before, 50, &after).expect("the other lane goes on");
    assert_eq!(runs[0].status(), RunStatus::Stopped { reason: StopReason::Finished, step: 9 });
    assert_eq!(runs[1].status(), RunStatus::Running);
    let runs = retuned(&before, u64::MAX, &after).expect("more steps");
    assert_eq!(runs[0].status(), RunStatus::Stopped { reason: StopReason::Finished, step: 9 });
    assert_eq!(runs[1].status(), RunStatus::Running);
}
