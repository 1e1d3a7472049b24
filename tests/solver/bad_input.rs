//! Documents that are in order and whose mathematics is not: each ends in a status, with numbers in its trace.

use auxilearn_lab::experiment::Experiment;
use auxilearn_lab::run::Run;
use auxilearn_lab::trace::QuantityKind as Q;
use serde_json::{Value, json};

/// The lanes of a document of this problem, at their end.
fn run(problem: Value, lanes: Value) -> Vec<Run> {
    let document =
        json!({"schema": 1, "title": "bad", "seed": 1, "steps": 200, "problem": problem, "lanes": lanes});
    let experiment = Experiment::from_json(&document.to_string()).expect("a document in order");
    let mut runs = experiment.runs().expect("finite data");
    for run in &mut runs {
        assert!(run.advance(200).is_stopped());
        for kind in [Q::Phi, Q::W, Q::LossTrain, Q::LossAuxSet, Q::Stationarity] {
            let columns = run.trace().layout().range(kind);
            let finite = columns.clone().all(|c| run.trace().column(c).iter().all(|x| x.is_finite()));
            assert!(finite, "{kind:?} of {} is not finite", run.label());
        }
    }
    runs
}

fn words(runs: &[Run]) -> Vec<&'static str> {
    runs.iter().map(|run| run.status().word()).collect()
}

fn implicit(product: Value) -> Value {
    let outer = json!({"kind": "sgd", "lr": 0.1});
    json!({"label": product["kind"], "method": {"kind": "implicit", "inner": {"kind": "exact"}, "outer": outer, "inverse_hvp": product}})
}

fn inline(x: &Value, main: &Value, aux: &Value) -> Value {
    json!({"source": "inline", "train": {"x": x, "main": main, "aux": aux}, "aux_set": {"x": x, "main": main}})
}

#[test]
fn a_design_of_zeros_is_singular() {
    let data = inline(&json!([[0, 0], [0, 0]]), &json!([1, 2]), &json!([[1, 2]]));
    let problem = json!({"kind": "regression", "data": data});
    let runs = run(problem, json!([implicit(json!({"kind": "direct"})), {"method": {"kind": "equal"}}]));
    assert_eq!(words(&runs), ["singular", "singular"]);
}

#[test]
fn labels_of_one_class_have_no_finite_answer_and_no_infinite_row() {
    let data = inline(&json!([[1, 2], [2, 1]]), &json!([1, 1]), &json!([[1, 1]]));
    let descent = json!({"kind": "gradient_descent", "lr": 1, "steps": 5});
    let lanes = json!([
        implicit(json!({"kind": "direct"})),
        {"method": {"kind": "equal", "inner": descent}},
    ]);
    let runs = run(json!({"kind": "classification", "data": data}), lanes.clone());
    assert_eq!(words(&runs)[1], "finished", "descent goes on without end");
    // With a penalty there is an answer, and it is found.
    let runs = run(json!({"kind": "classification", "data": data, "l2": 0.1}), lanes);
    assert!(words(&runs).iter().all(|word| ["converged", "finished"].contains(word)), "{:?}", words(&runs));
}

#[test]
fn the_same_task_twice_gets_the_same_weight_twice() {
    let data = json!({"source": "generated", "n_train": 20, "n_aux_set": 40,
        "main": {"w": [1, 1], "noise": 2}, "auxiliaries": [
            {"name": "a", "w": [1, 1], "noise": 0}, {"name": "a", "w": [1, 1], "noise": 0}]});
    let runs = run(json!({"kind": "regression", "data": data}), json!([implicit(json!({"kind": "direct"}))]));
    let last = |k| runs[0].trace().last(Q::Phi, k).expect("a weight");
    assert_eq!(last(0), last(1));
}

#[test]
fn no_auxiliary_task_is_refused_by_its_field() {
    let data = json!({"source": "generated", "n_train": 2, "n_aux_set": 2,
        "main": {"w": [1], "noise": 2}, "auxiliaries": []});
    for kind in ["regression", "classification"] {
        let document = json!({"schema": 1, "title": "none", "seed": 1, "steps": 1,
            "problem": {"kind": kind, "data": data}, "lanes": [{"method": {"kind": "equal"}}]});
        let error = Experiment::from_json(&document.to_string()).expect_err("no task");
        assert_eq!(error.to_string(), "problem.data.auxiliaries: expected 1 to 50 tasks, found 0");
    }
}

#[test]
fn an_indefinite_curvature_is_told_and_a_factorisation_goes_on() {
    let problem = json!({"kind": "quadratic", "data": {"source": "inline",
        "main": {"centre": [0, 0], "curvature": [1, -3]},
        "auxiliaries": [{"name": "task", "centre": [1, 1], "curvature": [1, 1]}],
        "aux_set": {"centre": [1, 0]}}});
    let descent = json!({"kind": "gradient_descent", "lr": 0.01, "steps": 1});
    let by = |product: Value| {
        let mut lane = implicit(product);
        lane["method"]["inner"] = descent.clone();
        lane
    };
    let lanes = json!([
        implicit(json!({"kind": "direct"})),
        by(json!({"kind": "direct"})),
        by(json!({"kind": "conjugate_gradients", "iterations": 2})),
        by(json!({"kind": "direct", "indefinite": "factorise"})),
        by(json!({"kind": "direct", "damping": 4})),
    ]);
    let runs = run(problem, lanes);
    assert_eq!(words(&runs)[..3], ["indefinite", "indefinite", "indefinite"]);
    assert!(runs[3].step() > 0 && runs[3].indefinite_steps() > 0, "the factorisation counts its steps");
    assert!(runs[4].step() > 0, "damping makes it definite");
}

#[test]
fn weights_that_overflow_diverge() {
    let data = inline(&json!([[1e12, 1], [-1e12, 3]]), &json!([1e12, 1e12]), &json!([[1e12, -1e12]]));
    let problem = json!({"kind": "regression", "data": data});
    let joint = json!({"method": {"kind": "joint_descent", "w_lr": 1e6, "phi_lr": 1e6}, "constraint": {"kind": "free"}});
    let runs = run(problem, json!([joint, {"method": {"kind": "uncertainty", "lr": 1e6}}]));
    assert_eq!(words(&runs)[0], "diverged");
    assert!(runs[1].status().is_stopped());
}

/// A preset with other lanes, and perhaps more changed.
fn preset_with(id: &str, lane: Value, changes: &[(&str, Value)]) -> String {
    let all = auxilearn_lab::experiment::presets::all();
    let preset = all.iter().find(|preset| preset.id == id).expect("a preset");
    let mut document: Value = serde_json::from_str(preset.document).expect("JSON");
    document["lanes"] = json!([lane]);
    for (field, value) in changes {
        document[field] = value.clone();
    }
    document.to_string()
}

#[test]
fn methods_that_say_nothing_about_a_problem_are_refused() {
    let single = json!({"method": {"kind": "single_task"}});
    let equal = json!({"method": {"kind": "equal"}});
    let uncertainty = json!({"method": {"kind": "uncertainty"}});
    let grid = json!({"method": {"kind": "grid_search", "low": 0, "high": 5, "points": 2}});
    let cases = [
        ("noisy-labels", &single, None, "kind"),
        ("learned-labels", &single, None, "kind"),
        ("monotone", &equal, None, "kind"),
        ("monotone", &uncertainty, None, "kind"),
        ("ridge", &uncertainty, None, "kind"),
        ("noisy-main", &grid, Some("softmax"), "kind"),
        ("noisy-main", &grid, Some("sigmoid"), "high"),
        ("monotone", &grid, None, "points"),
    ];
    for (id, lane, constraint, field) in cases {
        let changes = constraint.map(|kind| [("constraint", json!({"kind": kind})), ("start", json!({}))]);
        let document = preset_with(id, lane.clone(), changes.as_ref().map_or(&[], |changes| changes));
        let error = Experiment::from_json(&document).expect_err(id);
        assert_eq!(error.field(), format!("lanes[0].method.{field}"), "{id}: {error}");
    }
}

#[test]
fn batches_are_drawn_from_every_mean_over_samples_and_from_no_other_loss() {
    let lane = |sizes: Value| {
        json!({"method": {"kind": "implicit", "batch": sizes,
            "inner": {"kind": "gradient_descent", "lr": 0.01, "steps": 2}, "outer": {"kind": "sgd", "lr": 0.01},
            "inverse_hvp": {"kind": "neumann", "terms": 2, "alpha": 0.01}}})
    };
    let both = json!({"train": 4, "aux_set": 5});
    for id in ["noisy-main", "classification", "sinusoid", "noisy-labels", "learned-labels", "ridge"] {
        let document = preset_with(id, lane(both.clone()), &[("steps", json!(5))]);
        let experiment = Experiment::from_json(&document).unwrap_or_else(|error| panic!("{id}: {error}"));
        let mut run = experiment.runs().expect("finite data").remove(0);
        run.advance(5);
        assert_eq!(run.step(), 5, "{id} is {}", run.status());
    }
    let refused = |id, sizes| Experiment::from_json(&preset_with(id, lane(sizes), &[])).expect_err("refused");
    assert_eq!(refused("sign-flip", both).field(), "lanes[0].method.batch");
    let error = refused("sinusoid", json!({"train": 7}));
    assert_eq!(
        error.to_string(),
        "lanes[0].method.batch.train: expected at most the 6 samples there are, found 7"
    );
}

#[test]
fn inline_data_may_name_the_training_set_as_the_auxiliary_set() {
    let x = json!([[1, 2], [2, 1], [0, 1]]);
    let train = json!({"x": x, "main": [1, 0, 1], "aux": [[1, 1, 0]]});
    let samples = json!({"x": x, "main": [1, 0, 1]});
    let parabola = json!({"centre": [1]});
    let task = json!({"name": "a", "centre": [2]});
    let problems = [
        ("regression", json!({"source": "inline", "train": train}), samples.clone()),
        ("classification", json!({"source": "inline", "train": train}), samples.clone()),
        ("sample_weights", json!({"source": "inline", "train": samples}), samples.clone()),
        ("ridge", json!({"source": "inline", "train": samples}), samples.clone()),
        ("learned_labels", json!({"source": "inline", "train": samples, "labels": {"x": x}}), samples),
        ("quadratic", json!({"source": "inline", "main": parabola, "auxiliaries": [task]}), parabola.clone()),
    ];
    let digest = |kind: &str, data: &Value, aux_set: &Value| {
        let mut data = data.clone();
        data["aux_set"] = aux_set.clone();
        let joint = json!([{"method": {"kind": "joint_descent", "w_lr": 0.1, "phi_lr": 0.1}}]);
        run(json!({"kind": kind, "data": data}), joint)[0].trace().digest()
    };
    for (kind, data, same) in problems {
        assert_eq!(digest(kind, &data, &json!("train")), digest(kind, &data, &same), "{kind}");
    }
}
