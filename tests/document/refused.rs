//! Refusals of fields that no lane uses, fields that stand twice and texts in the place of numbers.

use auxilearn_lab::experiment::Experiment;
use serde_json::{Value, json};

use crate::catalogue::{catalogue, entries, template};

/// Three auxiliary tasks in two dimensions, with these lanes.
fn document(lanes: Value) -> Value {
    let task = |name: &str, centre: [f64; 2]| json!({"name": name, "centre": centre, "floor": 0.5});
    json!({
        "schema": 1, "title": "t", "seed": 1, "steps": 30,
        "problem": {"kind": "quadratic", "data": {"source": "inline",
            "main": {"centre": [0.5, -1], "floor": 1},
            "auxiliaries": [task("a", [1.0, 0.0]), task("b", [-1.0, 2.0]), task("c", [0.0, 0.3])],
            "aux_set": {"centre": [0.7, -0.5]}}},
        "lanes": lanes,
    })
}

fn refusal(document: &Value) -> String {
    Experiment::from_json(&document.to_string()).expect_err("it is refused").to_string()
}

/// Every method as it is offered, a grid of few points.
fn methods() -> Vec<(String, Value)> {
    let all = catalogue();
    let kinds =
        entries(&all["method"]).iter().map(|entry| entry["kind"].as_str().expect("a kind").to_owned());
    let made = |kind: String| {
        let mut method = template(&all["method"], &kind);
        if kind == "grid_search" {
            (method["high"], method["points"]) = (json!(1), json!(3));
        }
        (kind, method)
    };
    kinds.map(made).collect()
}

/// Methods that set φ by themselves.
const OWN: [&str; 6] = ["equal", "single_task", "uncertainty", "dwa", "grad_norm", "cosine_gating"];
const CONSTRAINTS: [&str; 6] = ["clamp", "softplus", "exp", "softmax", "sigmoid", "free"];

#[test]
fn a_constraint_of_a_lane_whose_method_has_none_is_refused_with_its_path() {
    for (kind, method) in methods() {
        for constraint in CONSTRAINTS {
            let lane = json!({"method": method, "constraint": {"kind": constraint}});
            let whole = document(json!([{"method": {"kind": "equal"}}, lane]));
            let found = Experiment::from_json(&whole.to_string()).map_err(|error| error.to_string());
            match (kind.as_str(), constraint) {
                ("grid_search", "softmax") => assert!(found.is_err(), "{kind}"),
                ("ol_aux", "clamp") => assert!(found.is_ok(), "{kind}: {found:?}"),
                ("ol_aux", _) => {
                    let expected = "lanes[1].constraint: expected clamp, which is this method's own, found ";
                    assert_eq!(found.expect_err(constraint), format!("{expected}{constraint}"));
                }
                (own, _) if OWN.contains(&own) => {
                    let expected =
                        "lanes[1].constraint: expected none, where the method sets φ itself, found ";
                    assert_eq!(found.expect_err(constraint), format!("{expected}{constraint}"));
                }
                _ => assert!(found.is_ok(), "{kind}: {found:?}"),
            }
        }
    }
}

#[test]
fn a_constraint_for_all_lanes_of_which_none_has_it_is_refused() {
    let softmax = json!({"kind": "softmax"});
    for (kind, method) in methods().into_iter().filter(|(kind, _)| kind != "grid_search") {
        let idle = OWN.contains(&&*kind) || kind == "ol_aux";
        let mut whole = document(json!([{"method": method}, {"method": {"kind": "equal"}}]));
        whole["constraint"] = softmax.clone();
        match Experiment::from_json(&whole.to_string()) {
            Ok(_) => assert!(!idle, "{kind}"),
            Err(error) => {
                let expected = "constraint: expected none, where no lane moves φ by it, found softmax";
                assert_eq!(error.to_string(), expected, "{kind}");
                assert!(idle, "{kind}");
            }
        }
        // What is so anyway may be said.
        whole["constraint"] = json!({"kind": "clamp"});
        Experiment::from_json(&whole.to_string()).expect("clamp is what there is by itself");
    }
    let joint = json!({"kind": "joint_descent", "w_lr": 0.1, "phi_lr": 0.1});
    let mut whole = document(json!([{"method": joint, "constraint": {"kind": "free"}}]));
    whole["constraint"] = softmax;
    assert!(refusal(&whole).starts_with("constraint: expected none"), "every lane has its own");
}

#[test]
fn a_start_of_phi_from_which_no_lane_starts_is_refused() {
    for (kind, method) in methods() {
        let mut whole = document(json!([{"method": method}]));
        whole["start"] = json!({"w": [0.1, 0.2], "phi": [0.2, 0.7, 3]});
        match Experiment::from_json(&whole.to_string()) {
            Ok(_) => assert!(!OWN.contains(&&*kind), "{kind}"),
            Err(error) => {
                let expected = "start.phi: expected none, where no lane starts from it, found a list";
                assert_eq!(error.to_string(), expected, "{kind}");
            }
        }
        whole["start"] = json!({"w": [0.1, 0.2], "phi": [1, 1, 1]});
        Experiment::from_json(&whole.to_string()).expect("φ = 1 is what there is by itself");
    }
}

#[test]
fn other_fields_that_would_do_nothing_are_refused() {
    let implicit = json!({"kind": "implicit", "inner": {"kind": "momentum", "lr": 0.1, "steps": 2},
        "outer": {"kind": "sgd", "lr": 0.1}, "inverse_hvp": {"kind": "identity"}});
    let grid = json!({"kind": "grid_search", "low": 0.5, "high": 2, "points": 1});
    assert_eq!(
        refusal(&document(json!([{"method": grid}]))),
        "lanes[0].method.high: expected the lowest value, where it is the only one, found 2"
    );
    let mut regression = document(json!([{"method": implicit}]));
    regression["lanes"][0]["method"]["batch"] = json!({});
    regression["problem"] = json!({"kind": "regression", "data": {"source": "generated", "n_train": 9,
        "n_aux_set": 9, "main": {"w": [1, 2], "noise": 0.1},
        "auxiliaries": [{"name": "a", "w": [1, 2], "noise": 1}]}});
    assert_eq!(refusal(&regression), "lanes[0].method.batch: expected train, aux_set or both, found neither");
    regression["lanes"][0]["method"]["batch"] = json!({"train": 3});
    regression["problem"]["data"]["test_noise"] = json!(0.5);
    assert_eq!(
        refusal(&regression),
        "problem.data.test_noise: expected none, where there are no test samples, found 0.5"
    );
    let mut drawn = document(json!([{"method": {"kind": "equal"}}]));
    drawn["problem"]["data"] = json!({"source": "generated", "n": 1, "n_auxiliaries": 2, "condition": 10});
    assert_eq!(refusal(&drawn), "problem.data.condition: expected 1, in one dimension, found 10");
}

#[test]
fn a_field_that_stands_twice_is_refused_with_its_path() {
    let text =
        document(json!([{"method": {"kind": "equal"}}, {"method": {"kind": "single_task"}}])).to_string();
    let twice = |at: &str, field: &str| text.replacen(at, &format!("{field}, {at}"), 1);
    for (at, field, path) in [
        (r#""seed":"#, r#""seed": 2"#, "seed"),
        (r#""kind":"single_task""#, r#""kind": "equal""#, "lanes[1].method.kind"),
        (r#""centre":[-1.0,2.0]"#, r#""centr\u0065": [0, 0]"#, "problem.data.auxiliaries[1].centre"),
        (r#""title":"#, r#""title": "a \" b""#, "title"),
    ] {
        let text = twice(at, field);
        let error = Experiment::from_json(&text).expect_err(&text);
        assert_eq!(error.to_string(), format!("{path}: expected this field once, found a second one"));
    }
}

#[test]
fn a_text_in_the_place_of_a_number_is_quoted() {
    let mut whole = document(json!([{"method": {"kind": "dwa", "temperature": "0,5"}}]));
    assert_eq!(refusal(&whole), r#"lanes[0].method.temperature: expected a number, found the text "0,5""#);
    whole["steps"] = json!("1e3");
    assert_eq!(refusal(&whole), r#"steps: expected a whole number of at least 0, found the text "1e3""#);
    whole["steps"] = json!(3);
    whole["lanes"] = json!([{"method": {"kind": "equal"}}]);
    whole["start"] = json!({"w": [1, "−2"]});
    assert_eq!(refusal(&whole), r#"start.w[1]: expected a number, found the text "−2""#);
    whole["start"] = json!({"w": [1, " "]});
    assert_eq!(refusal(&whole), "start.w[1]: expected a number, found an empty text");
}
