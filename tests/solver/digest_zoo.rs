//! Documents whose digests are asserted natively and in the browser.

use auxilearn_lab::experiment::presets;
use serde_json::{Value, json};

/// The digests that every machine must find: a line `name lane digest` for each lane.
pub const DIGESTS: &str = include_str!("../data/digests.txt");

/// Every preset, and documents that between them use every solver and one, two and five parameters.
pub fn documents() -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        presets::all().iter().map(|preset| (preset.id.to_owned(), preset.document.to_owned())).collect();
    for n in [1, 2, 5] {
        all.push((format!("zoo-{n}"), zoo(n).to_string()));
    }
    all.push(("inline".to_owned(), inline().to_string()));
    all
}

fn zoo(n: usize) -> Value {
    let w = |scale: f64| (0..n).map(|i| scale * (i as f64 - 0.3)).collect::<Vec<_>>();
    let descent = json!({"kind": "gradient_descent", "lr": 0.03, "steps": 7});
    let exact = json!({"kind": "exact"});
    let sgd = json!({"kind": "sgd", "lr": 0.02, "momentum": 0.9, "weight_decay": 0.01, "max_norm": 3});
    let adam = json!({"kind": "adam", "lr": 0.04});
    let neumann = |scaling: &str| json!({"kind": "neumann", "terms": 6, "alpha": 0.03, "scaling": scaling});
    let implicit = |inner: &Value, outer: &Value, product: Value| json!({"method": {"kind": "implicit", "inner": inner, "outer": outer, "inverse_hvp": product}});
    json!({
        "schema": 1, "title": "zoo", "seed": 123_456_789, "steps": 400,
        "problem": {"kind": "regression", "data": {
            "source": "generated", "n_train": 40, "n_aux_set": 30, "n_test": 20, "test_noise": 0.1,
            "main": {"w": w(1.0), "noise": 1.5},
            "auxiliaries": [
                {"name": "a", "w": w(1.1), "noise": 0.3},
                {"name": "b", "w": w(-2.0), "noise": 0.1},
                {"name": "c", "w": w(0.4), "noise": 0},
            ]}},
        "start": {"w": w(-0.7), "phi": [0.5, 1, 0.1]},
        "lanes": [
            {"method": {"kind": "joint_descent", "w_lr": 0.03, "phi_lr": 0.001}},
            implicit(&descent, &sgd, neumann("alpha")),
            implicit(&descent, &adam, neumann("official")),
            implicit(&exact, &adam, json!({"kind": "direct"})),
            {"method": {"kind": "equal", "inner": descent}},
            {"method": {"kind": "single_task"}},
            implicit(&json!({"kind": "gradient_descent", "lr": 3, "steps": 2}), &sgd, neumann("alpha")),
        ],
    })
}

fn inline() -> Value {
    json!({
        "schema": 1, "title": "inline", "seed": 0, "steps": 50,
        "problem": {"kind": "regression", "data": {"source": "inline",
            "train": {"x": [[1.5, -0.1], [0.3333333333333333, 2], [1e-3, 1]], "main": [1, -2.7, 3],
                      "aux": [[0.1, 0.2, 0.30000000000000004]]},
            "aux_set": {"x": [[2, 1], [-0.0, 4.35]], "main": [4, 1e2]}}},
        "lanes": [{"method": {"kind": "implicit", "inner": {"kind": "exact"},
            "outer": {"kind": "sgd", "lr": 0.1}, "inverse_hvp": {"kind": "direct"}}}],
    })
}

/// The recorded digests of a document, lane by lane.
pub fn recorded(name: &str) -> Vec<&'static str> {
    let fields = DIGESTS.lines().map(|line| line.split(' ').collect::<Vec<_>>());
    fields.filter(|fields| fields[0] == name).map(|fields| fields[2]).collect()
}
