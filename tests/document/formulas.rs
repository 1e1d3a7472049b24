//! Problems typed as formulas: documents good, broken and hostile; against the quadratic kind; their end.

use auxilearn_lab::experiment::{Experiment, Json, edit, presets};
use auxilearn_lab::run::Run;
use auxilearn_lab::sampled::Role;
use auxilearn_lab::study::{PlaneRequest, Study};
use auxilearn_lab::trace::QuantityKind as Q;
use serde_json::{Value, json};

fn preset(id: &str) -> Value {
    let preset = presets::all().iter().find(|preset| preset.id == id).expect("a preset");
    serde_json::from_str(preset.document).expect("JSON")
}

fn read(document: &Value) -> Experiment {
    Experiment::from_json(&document.to_string()).unwrap_or_else(|error| panic!("{error}"))
}

/// The lanes at their end.
fn runs(document: &Value) -> Vec<Run> {
    let mut runs = read(document).runs().expect("a problem");
    for run in &mut runs {
        assert!(run.advance(u64::MAX).is_stopped());
    }
    runs
}

/// What a broken valley is refused with: its field and the whole message.
#[track_caller]
fn refused(change: impl FnOnce(&mut Value)) -> (String, String) {
    let mut document = preset("curved-valley");
    change(&mut document);
    let error = Experiment::from_json(&document.to_string()).expect_err("a broken document");
    let message = error.to_string();
    assert!(message.chars().count() < 400 && !message.contains('\n'), "{message}");
    (error.field().to_owned(), message)
}

/// A quadratic form as a formula: `floor + ½ (w - c)ᵀ diag(a) (w - c)`.
fn formula_of(form: &Value) -> Value {
    let centre = form["centre"].as_array().expect("a centre");
    let one = json!(1);
    let part = |(i, c): (usize, &Value)| {
        let a = form["curvature"].get(i).unwrap_or(&one);
        format!("0.5*{a}*(w{} - ({c}))^2", i + 1)
    };
    let parts: Vec<String> = centre.iter().enumerate().map(part).collect();
    let floor = form.get("floor").map_or(String::new(), |floor| format!(" + {floor}"));
    json!(parts.join(" + ") + &floor)
}

#[test]
fn quadratics_typed_as_formulas_run_as_quadratics_do() {
    for id in ["sign-flip", "one-dimension"] {
        let given = preset(id);
        let data = &given["problem"]["data"];
        let tasks = data["auxiliaries"].as_array().expect("tasks").iter();
        let tasks = tasks.map(|task| json!({"name": task["name"], "loss": formula_of(task)}));
        let mut typed = given.clone();
        typed["problem"] = json!({"kind": "formula", "main": formula_of(&data["main"]),
            "auxiliaries": tasks.collect::<Vec<_>>(), "held_out": formula_of(&data["aux_set"])});
        for (a, b) in runs(&given).iter().zip(&runs(&typed)) {
            let label = a.label();
            assert_eq!((a.status(), a.trace().rows()), (b.status(), b.trace().rows()), "{id}, {label}");
            for kind in [Q::Phi, Q::W, Q::LossTrain, Q::LossAuxSet, Q::Alignment, Q::Stationarity] {
                for column in a.trace().layout().range(kind) {
                    let pairs = a.trace().column(column).iter().zip(b.trace().column(column));
                    for (row, (x, y)) in pairs.enumerate() {
                        let same = x.is_nan() && y.is_nan() || (x - y).abs() <= 1e-11 * (1.0 + x.abs());
                        assert!(same, "{id}, {label}: {kind:?} in row {row} is {x} and {y}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_helpful_formula_gains_weight_and_a_harmful_one_loses_it() {
    let runs = runs(&preset("curved-valley"));
    let last = |lane: usize, kind, i| runs[lane].trace().last(kind, i).expect("a value");
    for lane in [1, 2] {
        assert!(last(lane, Q::Phi, 0) > 2.0 && last(lane, Q::Phi, 1) == 0.0, "lane {lane}");
        assert!(last(lane, Q::LossAuxSet, 0) < 0.01, "lane {lane}");
    }
    // Joint descent gives up both, and ends where the main task alone does.
    assert_eq!([last(0, Q::Phi, 0), last(0, Q::Phi, 1)], [0.0, 0.0]);
    for lane in [0, 3] {
        assert!(
            (last(lane, Q::W, 0) - 0.2).abs() < 1e-4 && (last(lane, Q::LossAuxSet, 0) - 0.32).abs() < 1e-4
        );
    }
}

#[test]
fn a_weight_leads_out_of_a_bad_minimum() {
    let runs = runs(&preset("two-minima"));
    let ends: Vec<f64> = runs.iter().map(|run| run.trace().last(Q::W, 0).expect("a value")).collect();
    assert!((ends[0] + 1.0).abs() < 1e-6, "joint descent stays: {ends:?}");
    assert!(ends[1..3].iter().all(|w| (w - 1.0).abs() < 0.01), "AuxiLearn leaves: {ends:?}");
    assert_eq!(runs[3].status().word(), "indefinite", "without damping it is told why it ends");
}

#[test]
fn mistakes_are_told_with_field_and_character() {
    let cases = [
        ("/problem/main", json!("w1 + x"), "problem.main", "“x” at character 6: w1 + »x«"),
        ("/problem/held_out", json!("w1 + w9"), "problem.held_out", "expected w1 to w8, pi, e, or one of"),
        (
            "/problem/auxiliaries/1/loss",
            json!("2 +"),
            "problem.auxiliaries[1].loss",
            "the end at character 4",
        ),
        ("/problem/auxiliaries/0/loss", json!(""), "problem.auxiliaries[0].loss", "the end at character 1"),
        ("/problem/auxiliaries/0/loss", json!(3), "problem.auxiliaries[0].loss", "a text in quotes, found 3"),
        ("/problem/main", json!("w1\n+w2"), "problem.main", "a text of one line"),
        ("/problem/main", json!("w0"), "problem.main", "“w0” at character 1"),
        ("/problem/main", json!("<b>w1</b>"), "problem.main", "“<” at character 1"),
        ("/problem/main", json!("eval(w1)"), "problem.main", "“eval” at character 1"),
        ("/problem/test", json!("foo(w1)"), "problem.test", "“foo” at character 1"),
        ("/problem/n", json!(9), "problem.n", "1 to 8 parameters, found 9"),
        ("/problem/n", json!(1), "problem.main", "expected w1, pi, e, or one of"),
        ("/problem/data", json!({}), "problem.data", "an unknown field"),
        ("/start/w", json!([0]), "start.w", "2 numbers"),
        ("/problem/main", json!("w3"), "start.w", "3 numbers"),
    ];
    for (pointer, value, field, expected) in cases {
        let (at, message) = refused(|document| {
            let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
            let parent = document.pointer_mut(parent).expect("a parent");
            if let Value::Array(list) = parent {
                list[key.parse::<usize>().expect("an index")] = value;
            } else {
                parent[key] = value;
            }
        });
        assert_eq!(at, field, "{message}");
        assert!(message.contains(expected), "{message}");
    }
    let (field, message) = refused(|document| {
        document["problem"] = json!({"kind": "formula", "main": "1", "auxiliaries": [{"name": "a", "loss": "2"}], "held_out": "3"});
    });
    assert_eq!((&*field, message.contains("no variable in any of them")), ("problem", true), "{message}");
}

#[test]
fn depth_and_length_are_refused() {
    let around = |open: &str, count: usize, close: &str| open.repeat(count) + "w1" + &close.repeat(count);
    for count in [100, 300, 900, 10_000] {
        for text in [
            around("(", count, ")"),
            around("-", count, ""),
            around("2^", count, ""),
            around("sin(", count, ")"),
            around("1+(", count, ")"),
            around("", 0, "") + &")".repeat(count),
        ] {
            let (field, message) = refused(|document| document["problem"]["main"] = json!(text));
            assert_eq!(field, "problem.main");
            let limits = ["at most 40 levels", "at most 2000 characters", "as many opening as closing"];
            assert!(limits.iter().any(|limit| message.contains(limit)), "{message}");
        }
    }
    let (_, message) = refused(|document| document["problem"]["main"] = json!("w1+".repeat(400) + "w1"));
    assert!(
        message.ends_with("expected at most 500 numbers, variables and operations, found 801"),
        "{message}"
    );
}

#[test]
fn a_start_without_derivatives_is_refused_and_another_is_not() {
    for (loss, expected) in [
        ("abs(w1 + 0.5)", "smooth at the start"),
        ("ln(w1)", "a finite value at the start"),
        ("sqrt(w1 + 0.5)", "finite first and second derivatives"),
    ] {
        let (field, message) =
            refused(|document| document["problem"]["auxiliaries"][0]["loss"] = json!(loss));
        assert_eq!(field, "problem.auxiliaries[0].loss");
        assert!(message.contains(expected) && message.contains("w1 = -0.5, w2 = 1"), "{message}");
        let mut document = preset("curved-valley");
        document["problem"]["auxiliaries"][0]["loss"] = json!(loss);
        document["start"]["w"] = json!([0.25, 1]);
        read(&document);
    }
}

#[test]
fn a_document_of_formulas_round_trips() {
    let mut document = preset("two-minima");
    document["problem"]["n"] = json!(2);
    document["problem"]["aux_set"] = json!("train");
    document["problem"]["test"] = json!("  (w1 - 1)^2 ");
    document["start"]["w"] = json!([0.5, 0]);
    let experiment = read(&document);
    assert_eq!((experiment.n_parameters(), experiment.problem_kind()), (2, "formula"));
    assert_eq!(experiment.task_names(), ["to the right", "to the left"]);
    let again = Experiment::from_json(&experiment.to_json()).expect("its own text");
    assert_eq!(experiment, again);
    let written: Value = serde_json::from_str(&experiment.to_json()).expect("JSON");
    assert_eq!(written["problem"], document["problem"]);
    assert!(!experiment.is_random());
}

#[test]
fn a_run_that_leaves_where_a_formula_is_defined_ends_in_a_status() {
    let descent = json!({"kind": "gradient_descent", "lr": 0.5, "steps": 5});
    let outer = json!({"kind": "sgd", "lr": 0.1});
    let lanes: Vec<Value> = ["direct", "identity"]
        .into_iter()
        .map(|product| {
            json!({"label": product, "method": {"kind": "implicit", "inner": descent, "outer": outer,
                "inverse_hvp": {"kind": product}}})
        })
        .chain([json!({"method": {"kind": "equal"}}), json!({"method": {"kind": "best_response", "lr": 1}})])
        .collect();
    // √w1 falls towards its edge, where its slope is infinite; ln w1 and 1/w1 fall without end.
    for main in ["sqrt(w1)", "ln(w1)", "w1^1.5 - w1", "-1/w1", "sqrt(w1)*ln(w1)", "abs(w1 - 0.5)"] {
        let document = json!({"schema": 1, "title": "edge", "seed": 1, "steps": 100, "start": {"w": [1]},
            "problem": {"kind": "formula", "main": main, "auxiliaries": [{"name": "a", "loss": "w1^2"}],
                "held_out": "(w1 + 1)^2"}, "lanes": lanes});
        for run in runs(&document) {
            for kind in [Q::Phi, Q::W, Q::LossTrain, Q::LossAuxSet] {
                let columns = run.trace().layout().range(kind);
                let finite = columns.clone().all(|c| run.trace().column(c).iter().all(|x| x.is_finite()));
                assert!(finite, "{main}, {}: {kind:?} is not finite", run.label());
            }
        }
    }
}

#[test]
fn its_plane_is_drawn_and_its_start_is_dragged() {
    let document: Json = preset("curved-valley").into();
    let mut study = Study::of(&Experiment::from_value(&document).expect("valid")).expect("a problem");
    let request = PlaneRequest {
        phi: &[1.0, 1.0],
        w: None,
        traces: &[],
        aspect: 1.5,
        resolution: (21, 15),
        bounds: None,
        frame: None,
    };
    let plane = study.plane(&request).expect("a plane");
    let main = plane.optima.iter().find(|optimum| optimum.role == Role::Main).expect("an optimum");
    assert!((main.w[0] - 0.2).abs() < 1e-6 && (main.w[1] - 0.04).abs() < 1e-6, "{:?}", main.w);
    let mut moved = document.clone();
    edit::start_at(&mut moved, Some(&[0.5, -0.25]), Some(&[0.5, 2.0]));
    let experiment = Experiment::from_value(&moved).expect("valid");
    assert_eq!(experiment.start(), (vec![0.5, -0.25], vec![0.5, 2.0]));
    // A formula's optimum is where the formula says.
    assert!(!edit::move_optimum(&mut moved, Role::Main, &[1.0, 0.0], None) && !edit::can_bend(&moved));
}
