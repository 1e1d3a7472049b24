//! Nothing that a document can have is accepted and ignored: whatever is bent changes a number of the run, or is
//! refused with its path.

use auxilearn_lab::experiment::{Experiment, presets};
use serde_json::{Value, json};

use crate::catalogue::{catalogue, entries, template};

/// Outer steps: enough for every method to have moved φ, and W after it.
const STEPS: u64 = 5;

/// Digests of all lanes; the path where the document is refused.
fn digests(document: &Value) -> Result<Vec<String>, String> {
    let experiment = Experiment::from_json(&document.to_string());
    let experiment = experiment.map_err(|error| error.field().to_owned())?;
    let runs = experiment.runs().map_err(|error| error.field().to_owned())?;
    let digest = |mut run: auxilearn_lab::run::Run| {
        run.advance(STEPS);
        run.trace().digest()
    };
    Ok(runs.into_iter().map(digest).collect())
}

/// Others in the place of a value.
fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::Number(x) => {
            let x = x.as_f64().expect("a number");
            [x * 1.5, x * 0.01, x + 1.0, x - 1.0, 0.5 * x, 0.4, 1.0]
                .into_iter()
                .filter(|other| *other != x)
                .map(|other| if other.fract() == 0.0 { json!(other as i64) } else { json!(other) })
                .collect()
        }
        Value::Bool(truth) => vec![json!(!truth)],
        Value::String(word) => [
            "alpha",
            "official",
            "stop",
            "factorise",
            "linear",
            "log",
            "shared",
            "all",
            "separate",
            "train",
            "held_out",
            "squared",
            "logistic",
        ]
        .into_iter()
        .filter(|other| other != word)
        .map(|other| json!(other))
        .collect(),
        Value::Null => vec![json!(3), json!(0.01)],
        Value::Array(_) | Value::Object(_) => Vec::new(),
    }
}

fn lane_on(problem: &str, method: &Value) -> Value {
    let preset = presets::all().iter().find(|preset| preset.id == problem).expect("a preset");
    let mut document: Value = serde_json::from_str(preset.document).expect("JSON");
    document["lanes"] = json!([{ "method": method }]);
    document["steps"] = json!(100);
    let fields = document.as_object_mut().expect("an object");
    fields.remove("start");
    fields.remove("constraint");
    document
}

/// A kind with all its fields, those that may be left out with what is meant then.
fn whole(family: &Value, kind: &str) -> Value {
    let mut made = template(family, kind);
    let entry = entries(family).iter().find(|entry| entry["kind"] == kind).expect(kind);
    for (field, usual) in entry["optional"].as_object().into_iter().flatten() {
        if !usual.is_null() && !usual.is_object() {
            made[field] = usual.clone();
        }
    }
    made
}

/// A method with a part put in; solvers of a few steps show more than exact ones.
fn method_with(all: &Value, kind: &str, part: Option<(&str, Value)>) -> Value {
    let mut method = whole(&all["method"], kind);
    if method.get("inner").is_some() {
        method["inner"] = json!({"kind": "gradient_descent", "lr": 0.05, "steps": 3});
    }
    match kind {
        "unrolled" => method["steps"] = json!(2),
        "grid_search" => (method["low"], method["points"]) = (json!(0.1), json!(3)),
        // A gate that is open or shut shows less than the cosine itself.
        "cosine_gating" => method["weighted"] = json!(true),
        _ => {}
    }
    if let Some((family, part)) = part {
        method[family] = part;
    }
    method
}

/// Asserts that each field of a method, or of a part of it, changes a run on one of the problems.
fn assert_all_matter(method: &Value, part: Option<&str>, optional: &Value) {
    let problems = ["noisy-main", "two-heads", "sinusoid"];
    let at = |method: &Value| problems.map(|problem| digests(&lane_on(problem, method)));
    let before = at(method);
    let whole = part.map_or(method, |part| &method[part]);
    let absent = optional.as_object().into_iter().flatten().filter(|(name, _)| whole.get(name).is_none());
    let fields = whole.as_object().into_iter().flatten().chain(absent);
    for (field, value) in fields.filter(|(name, _)| *name != "kind") {
        let parts = value.as_object().map(|of| of.iter().filter(|(_, v)| v.is_null()).collect::<Vec<_>>());
        let bent: Vec<Value> = match parts {
            Some(parts) => parts.iter().map(|(part, _)| json!({ *part: 3 })).collect(),
            None => others(value),
        };
        let matters = |other: &Value| {
            let mut changed = method.clone();
            match part {
                Some(part) => changed[part][field] = other.clone(),
                None => changed[field] = other.clone(),
            }
            at(&changed).iter().zip(&before).any(|(after, before)| after.is_ok() && after != before)
        };
        assert!(bent.is_empty() || bent.iter().any(matters), "{field} of {whole} changes nothing");
    }
}

#[test]
fn every_field_of_every_method_and_of_its_parts_changes_a_run() {
    let all = catalogue();
    for entry in entries(&all["method"]) {
        let kind = entry["kind"].as_str().expect("a kind");
        assert_all_matter(&method_with(&all, kind, None), None, &entry["optional"]);
    }
    for family in ["inner", "outer", "inverse_hvp"] {
        for entry in entries(&all[family]) {
            let part = whole(&all[family], entry["kind"].as_str().expect("a kind"));
            let method = method_with(&all, "implicit", Some((family, part)));
            assert_all_matter(&method, Some(family), &entry["optional"]);
        }
    }
}

/// Pointers to all numbers, words and truths below `path`; of lists to the first two items.
fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| places(value, &format!("{path}/{key}"), found))
        }
        Value::Array(list) => {
            list.iter().take(2).enumerate().for_each(|(i, v)| places(v, &format!("{path}/{i}"), found));
        }
        _ => found.push(path.to_owned()),
    }
}

/// Fields that may be bent without an effect, each with the reason.
fn is_harmless(id: &str, place: &str) -> bool {
    // What is said to people, and formulas, which are bent elsewhere.
    let texts = [
        "/title",
        "/description",
        "/label",
        "/name",
        "/main",
        "/loss",
        "/held_out",
        "/source",
        "/kind",
        "/column",
    ];
    // The number of steps and the wish to stop are looked at later than these runs reach.
    let later = ["/steps", "/tolerance", "/schema"];
    texts.iter().chain(&later).any(|end| place.ends_with(end))
        || place.contains("/names")
        || place.contains("/inputs")
        // The auxiliary set is the training set: the held-out one is laid aside.
        || (id == "aux-set-train" && place.ends_with("n_aux_set"))
}

/// Pointers to the lanes that end in these few steps.
fn ended(experiment: &Experiment) -> Vec<String> {
    let mut runs = experiment.runs().expect("finite data");
    let has_ended = runs.iter_mut().map(|run| run.advance(STEPS).is_stopped());
    has_ended.enumerate().filter(|(_, ended)| *ended).map(|(i, _)| format!("/lanes/{i}/")).collect()
}

#[test]
fn every_number_and_word_of_the_experiments_changes_a_run() {
    for preset in presets::all() {
        let document: Value = serde_json::from_str(preset.document).expect("JSON");
        let experiment = Experiment::from_json(preset.document).expect("valid");
        let before = digests(&document).expect("a run");
        let mut all = Vec::new();
        places(&document, "", &mut all);
        let ended = ended(&experiment);
        for place in all.iter().filter(|place| !is_harmless(preset.id, place)) {
            if ended.iter().any(|lane| place.starts_with(lane)) {
                continue;
            }
            if place == "/seed" && !experiment.is_random() {
                continue;
            }
            let matters = |other: &Value| {
                let mut changed = document.clone();
                *changed.pointer_mut(place).expect("a place") = other.clone();
                digests(&changed).is_ok_and(|after| after != before)
            };
            let bent = others(document.pointer(place).expect("a value"));
            assert!(bent.iter().any(matters), "{}: {place} changes nothing", preset.id);
        }
    }
}
