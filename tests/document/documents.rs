//! The experiment document: what it accepts, and what it says of what it does not.

use auxilearn_lab::error::ErrorKind;
use auxilearn_lab::experiment::{Experiment, presets};
use proptest::prelude::*;
use serde_json::{Value, json};

fn preset() -> Value {
    serde_json::from_str(presets::all()[0].document).expect("JSON")
}

/// The default preset with the value at a JSON pointer replaced.
fn with(pointer: &str, value: Value) -> String {
    let mut document = preset();
    match document.pointer_mut(pointer) {
        Some(place) => *place = value,
        None => {
            let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
            document.pointer_mut(parent).expect("a parent")[key] = value;
        }
    }
    document.to_string()
}

/// The error's field and whole message.
#[track_caller]
fn refused(document: &str) -> (ErrorKind, String, String) {
    let error = Experiment::from_json(document).expect_err("a refused document");
    assert!(!error.to_string().contains(['\n', '\u{1}']), "one clean line: {error}");
    (error.kind(), error.field().to_owned(), error.to_string())
}

#[test]
fn every_preset_is_valid_round_trips_and_has_a_title() {
    for preset in presets::all() {
        let experiment =
            Experiment::from_json(preset.document).unwrap_or_else(|e| panic!("{}: {e}", preset.id));
        assert!(!experiment.title().is_empty() && !experiment.description().is_empty());
        let again = Experiment::from_json(&experiment.to_json()).expect("its own text");
        assert_eq!(experiment, again);
        assert_eq!(experiment.to_json(), again.to_json());
        let names = experiment.phi_names();
        for run in experiment.runs().expect("finite data") {
            assert_eq!(run.trace().layout().m, names.len(), "{}", preset.id);
            assert_eq!(run.trace().layout().n, experiment.n_parameters(), "{}", preset.id);
        }
    }
}

#[test]
fn a_damping_is_written_where_there_is_one() {
    for product in [
        json!({"kind": "direct"}),
        json!({"kind": "identity"}),
        json!({"kind": "conjugate_gradients", "iterations": 3}),
        json!({"kind": "neumann", "terms": 3, "alpha": 0.1}),
    ] {
        let written = |product: &Value| {
            let document = with("/lanes/1/method/inverse_hvp", product.clone());
            Experiment::from_json(&document).expect("a valid document").to_json()
        };
        assert!(!written(&product).contains("damping"), "{product}");
        let mut damped = product.clone();
        damped["damping"] = json!(0.25);
        assert!(written(&damped).contains("\"damping\": 0.25"), "{damped}");
    }
}

#[test]
fn a_value_out_of_range_names_its_field() {
    let auxiliary = json!({"name": "a", "w": [1], "noise": 0});
    let cases = [
        ("/schema", json!(2), "schema", "version 1"),
        ("/seed", json!(9_007_199_254_740_992_u64), "seed", "9007199254740991"),
        ("/steps", json!(0), "steps", "at least 1"),
        ("/steps", json!(2_000_000_000), "steps", "at most 1000000000"),
        ("/tolerance", json!(-1), "tolerance", "from 0 to 1"),
        ("/title", json!("x".repeat(3000)), "title", "2000 characters"),
        ("/start/w", json!([0]), "start.w", "2 numbers"),
        ("/start/phi", json!([1, -1]), "start.phi[1]", "from 0"),
        ("/start/w", json!([1e300, 0]), "start.w[0]", "10^30"),
        ("/problem/data/n_train", json!(0), "problem.data.n_train", "1 to 1000000 samples"),
        ("/problem/data/n_train", json!(1_000_000_000), "problem.data.n_train", "1 to 1000000 samples"),
        ("/problem/data/main/w", json!([]), "problem.data.main.w", "1 to 200 numbers"),
        ("/problem/data/main/noise", json!(1e300), "problem.data.main.noise", "from 0"),
        ("/problem/data/auxiliaries", json!([]), "problem.data.auxiliaries", "1 to 50 tasks"),
        ("/problem/data/auxiliaries/0", auxiliary, "problem.data.auxiliaries[0].w", "2 numbers"),
        ("/lanes", json!([]), "lanes", "1 to 16 lanes"),
        ("/lanes/0/method/w_lr", json!(0), "lanes[0].method.w_lr", "above 0"),
        ("/lanes/0/method/phi_lr", json!(1e300), "lanes[0].method.phi_lr", "at most 10^30"),
        ("/lanes/1/method/inner/lr", json!(1e300), "lanes[1].method.inner.lr", "found 1e300"),
        ("/lanes/1/method/inner/steps", json!(0), "lanes[1].method.inner.steps", "1 to"),
        ("/lanes/1/method/outer/beta1", json!(1), "lanes[1].method.outer.beta1", "below 1"),
        ("/lanes/1/method/outer/max_norm", json!(-1), "lanes[1].method.outer.max_norm", "above 0"),
        ("/lanes/1/method/inverse_hvp/alpha", json!(-1), "lanes[1].method.inverse_hvp.alpha", "above 0"),
        ("/lanes/1/method/inverse_hvp/terms", json!(1e7 as u64), "lanes[1].method.inverse_hvp.terms", "0 to"),
    ];
    for (pointer, value, field, expected) in cases {
        let (kind, at, message) = refused(&with(pointer, value));
        assert_eq!((kind, at.as_str()), (ErrorKind::Value, field), "{message}");
        assert!(message.contains(expected), "{message} should say {expected:?}");
    }
}

#[test]
fn a_wrong_shape_names_its_field_even_inside_a_method() {
    let cases = [
        ("/seed", json!("seven"), "seed", "a whole number"),
        ("/steps", json!(1.5), "steps", "a whole number"),
        ("/colour", json!(1), "colour", "unknown field"),
        ("/problem/kind", json!("chess"), "problem.kind", "one of quadratic, regression"),
        ("/problem/data/source", json!("web"), "problem.data.source", "one of generated, inline, penguins"),
        ("/problem/data/n_tran", json!(5), "problem.data.n_tran", "unknown field"),
        ("/problem/data/main/w", json!([1, "b"]), "problem.data.main.w[1]", "a number"),
        ("/lanes/1/method/kind", json!("magic"), "lanes[1].method.kind", "one of joint_descent"),
        ("/lanes/1/method/inner/kind", json!(3), "lanes[1].method.inner.kind", "gradient_descent"),
        ("/lanes/1/method/inner/lr", json!("fast"), "lanes[1].method.inner.lr", "a number"),
        ("/lanes/1/method/inner/momentum", json!(0.9), "lanes[1].method.inner.momentum", "unknown field"),
        ("/lanes/1/method/inverse_hvp/scaling", json!("big"), "lanes[1].method.inverse_hvp.scaling", "alpha"),
        ("/constraint/kind", json!("fence"), "constraint.kind", "clamp"),
        ("/lanes", json!({}), "lanes", "a list"),
    ];
    for (pointer, value, field, expected) in cases {
        let (kind, at, message) = refused(&with(pointer, value));
        assert_eq!((kind, at.as_str()), (ErrorKind::Shape, field), "{message}");
        assert!(message.contains(expected), "{message} should say {expected:?}");
    }
}

#[test]
fn a_missing_field_is_named() {
    for (parent, key, field) in [
        ("", "seed", "seed"),
        ("/problem/data", "n_train", "problem.data.n_train"),
        ("/lanes/1/method", "outer", "lanes[1].method.outer"),
        ("/lanes/1/method/inner", "lr", "lanes[1].method.inner.lr"),
        ("/lanes/1/method", "kind", "lanes[1].method.kind"),
    ] {
        let mut document = preset();
        document.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object").remove(key);
        let (kind, at, message) = refused(&document.to_string());
        assert_eq!((kind, at.as_str()), (ErrorKind::Shape, field), "{message}");
        assert!(message.contains("found nothing"), "{message}");
    }
}

#[test]
fn text_that_is_no_json_says_where() {
    let many = "[".repeat(10_000);
    for text in
        ["", "{", "hello", "{\"schema\": 1,}", "{\"schema\": 1} x", "{\"seed\": 1e999}", many.as_str()]
    {
        let (kind, _, message) = refused(text);
        assert!(matches!(kind, ErrorKind::Syntax | ErrorKind::Shape), "{message}");
        assert!(message.contains("expected"), "{message}");
    }
    assert!(refused("{\"schema\": 1,}").2.contains("line 1 column"));
}

#[test]
fn a_document_of_ten_megabytes_is_refused_at_once() {
    let (kind, _, message) = refused(&"7".repeat(10_000_000));
    assert_eq!(kind, ErrorKind::Value);
    assert_eq!(message, "expected a document of at most 5 MB, found 10.0 MB");
}

#[test]
fn a_byte_order_mark_does_not_matter() {
    let text = format!("\u{feff}{}", presets::all()[0].document);
    assert!(Experiment::from_json(&text).is_ok());
}

#[test]
fn whole_numbers_may_be_written_with_a_point() {
    let text = presets::all()[0].document.replacen("\"n_train\": 100", "\"n_train\": 1.0e2", 1);
    let plain = Experiment::from_json(presets::all()[0].document).expect("valid");
    assert_eq!(Experiment::from_json(&text).expect("valid"), plain);
}

/// A small inline document.
fn inline() -> Value {
    let mut document = preset();
    document["problem"]["data"] = json!({
        "source": "inline",
        "train": {"x": [[1, 0], [0, 1], [1, 1]], "main": [1, 2, 3], "aux": [[1, 2, 3], [3, 2, 1]]},
        "aux_set": {"x": [[2, 1]], "main": [4]},
        "test": {"x": [[1, 3]], "main": [7]},
    });
    document["steps"] = 20.into();
    document
}

#[test]
fn inline_numbers_run_and_are_named() {
    let experiment = Experiment::from_json(&inline().to_string()).expect("valid");
    assert_eq!(experiment.task_names(), ["auxiliary 1", "auxiliary 2"]);
    for mut run in experiment.runs().expect("finite data") {
        assert!(run.advance(u64::MAX).is_stopped());
    }
}

#[test]
fn inline_numbers_of_wrong_size_name_their_list() {
    let cases = [
        ("/problem/data/train/x/1", json!([1]), "problem.data.train.x[1]", "2 numbers, found 1"),
        ("/problem/data/train/main", json!([1, 2]), "problem.data.train.main", "3 numbers, found 2"),
        ("/problem/data/train/aux/1", json!([1]), "problem.data.train.aux[1]", "3 numbers"),
        ("/problem/data/train/aux", json!([]), "problem.data.train.aux", "1 to 50 lists"),
        ("/problem/data/train/x", json!([]), "problem.data.train.x", "samples"),
        ("/problem/data/train/x/0", json!([]), "problem.data.train.x[0]", "1 to 200 numbers"),
        ("/problem/data/aux_set/x", json!([[1, 2, 3]]), "problem.data.aux_set.x[0]", "2 numbers"),
        ("/problem/data/test/main", json!([1e13]), "problem.data.test.main[0]", "1000000000000"),
        ("/problem/data/names", json!(["one"]), "problem.data.names", "2 names"),
    ];
    for (pointer, value, field, expected) in cases {
        let mut document = inline();
        match document.pointer_mut(pointer) {
            Some(place) => *place = value,
            None => document["problem"]["data"]["names"] = value,
        }
        let (_, at, message) = refused(&document.to_string());
        assert_eq!(at, field, "{message}");
        assert!(message.contains(expected), "{message} should say {expected:?}");
    }
}

#[test]
fn penguins_by_an_unknown_column_are_refused_with_the_known_ones() {
    let mut document: Value = serde_json::from_str(presets::all()[1].document).expect("JSON");
    document["problem"]["data"]["inputs"] = json!(["wing_length_mm"]);
    let (_, at, message) = refused(&document.to_string());
    assert_eq!(at, "problem.data.inputs[0]");
    assert!(message.contains("flipper_length_mm") && message.contains("found wing_length_mm"), "{message}");
}

/// A JSON value of any shape.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,6}", inner, 0..4)
                .prop_map(|map| Value::from(map.into_iter().collect::<serde_json::Map<_, _>>())),
        ]
    })
}

/// Every place in a document, as JSON pointers.
fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(map) => map.iter().for_each(|(key, v)| pointers(v, &format!("{at}/{key}"), out)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(i, v)| pointers(v, &format!("{at}/{i}"), out));
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,60}") {
        prop_assert!(Experiment::from_json(&text).is_err());
    }

    #[test]
    fn a_document_with_anything_anywhere_runs_or_is_refused(
        which in any::<prop::sample::Index>(),
        value in any_json(),
        own_data in any::<bool>(),
    ) {
        let mut document = if own_data { inline() } else { preset() };
        document["steps"] = 3.into();
        let mut places = Vec::new();
        pointers(&document, "", &mut places);
        *document.pointer_mut(&places[which.index(places.len())]).expect("a place") = value;
        if let Ok(experiment) = Experiment::from_json(&document.to_string()) {
            prop_assert_eq!(&Experiment::from_json(&experiment.to_json()).expect("its own text"), &experiment);
            if experiment.steps() < 1000 {
                for mut run in experiment.runs().expect("checked data") {
                    run.advance(experiment.steps());
                    let trace = run.trace();
                    prop_assert!(trace.column(1).iter().all(|phi| phi.is_finite()));
                }
            }
        }
    }
}
