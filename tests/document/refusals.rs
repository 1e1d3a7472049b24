//! What documents can be told that they should have: `tests/data/refusals.txt` lists it for the catalogues of other
//! languages. The list is made by bending, one at a time, every value of every experiment.

use auxilearn_lab::experiment::{Experiment, presets};
use rayon::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;

/// Elements of a list that are bent; the others are like them.
const LOOKED_AT: usize = 2;

/// What bending one value does not reach, and what stands in the place of what is expected.
const RARE: [&str; 42] = [
    "a formula that is smooth at the start (no kink there; another start may do)",
    "a formula with a finite value at the start",
    "a formula with finite first and second derivatives at the start",
    "a network of at most {0} parameters",
    "a symmetric matrix",
    "an operator (+ - * / ^) or a closing parenthesis",
    "an operator (+ - * / ^) or the end",
    "as many opening as closing parentheses",
    "at most {0} levels of parentheses, signs and powers",
    "at most {0} numbers, variables and operations",
    "fewer results that wait for each other: shorter sums and products in parentheses",
    "formulas in w{0}, w{1}, …",
    "no variable in any of them",
    "numbers, names, + - * / ^ and parentheses",
    "the end",
    "w{0} to w{1}",
    "an inner solver that takes steps, where batches are drawn",
    "at most {0} input numbers and as many targets in all sets together",
    "linear, where φ are not weights of tasks",
    "no batch, where losses are no means over samples",
    "numbers whose sums of products are finite",
    "{0} names, one a task",
    "{0} rows",
    "{0} to {1} lists",
    "{0} to {1} lists, one a task",
    "a batch",
    "a list",
    "a number out of range",
    "an empty text",
    "an object",
    "an overflow",
    "an unknown field",
    "nothing",
    "values nested too deep",
    "{0}^{1} = {2} points",
    "{0}.{1} MB",
    "a second one",
    "clamp, which is this method's own",
    "neither",
    "none, where the method sets φ itself",
    "none, where there are no test samples",
    "this field once",
];

/// What is put in the place of a value.
fn others() -> Vec<Value> {
    let numbers = [0.0, 1.0, -1.0, 0.5, 1.5, 7.0, -1e9, 1e16, 1e300];
    let lists = [json!([]), json!([[]]), json!([1, [2]]), json!(vec![1; 500]), json!(vec![json!({}); 100])];
    let words = ["", "x", "clamp", "softmax", "sigmoid", "free", "log", "train", "monotone", "exact"];
    let texts = [
        json!("a\u{7}"),
        json!("x".repeat(3000)),
        json!(null),
        json!(true),
        json!({}),
        json!({"kind": "monotone"}),
    ];
    numbers.map(|x| json!(x)).into_iter().chain(lists).chain(words.map(|w| json!(w))).chain(texts).collect()
}

/// Pointers to all values in a document.
fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| places(value, &format!("{path}/{key}"), found))
        }
        Value::Array(list) => {
            list.iter()
                .take(LOOKED_AT)
                .enumerate()
                .for_each(|(i, v)| places(v, &format!("{path}/{i}"), found));
        }
        _ => {}
    }
}

/// A document with everything that a method can choose, as the panel offers it.
fn templates() -> Vec<Value> {
    let catalogue: Value = serde_json::from_str(include_str!("../../www/catalogue.json")).expect("JSON");
    let of = |family: &str| catalogue[family].as_array().expect("a family").clone();
    let made = |entry: &Value| {
        let mut object = json!({"kind": entry["kind"]});
        for part in ["fields", "optional"] {
            for (field, value) in entry[part].as_object().into_iter().flatten() {
                object[field] = value.clone();
            }
        }
        object
    };
    let mut lanes: Vec<Value> = of("method").iter().map(|entry| json!({"method": made(entry)})).collect();
    for (family, field) in [("inner", "inner"), ("outer", "outer"), ("inverse_hvp", "inverse_hvp")] {
        for entry in of(family) {
            let mut lane = json!({"method": made(&of("method")[1])});
            lane["method"][field] = made(&entry);
            lanes.push(lane);
        }
    }
    for constraint in of("constraint") {
        let method = made(&of("method")[0]);
        lanes.push(json!({"method": method, "constraint": made(&constraint)}));
    }
    lanes
}

/// Every experiment, and every way to learn in each kind of problem.
fn documents() -> Vec<Value> {
    let shipped: Vec<Value> =
        presets::all().iter().map(|preset| serde_json::from_str(preset.document).expect("JSON")).collect();
    let mut documents = shipped.clone();
    for mut document in shipped {
        for lane in templates() {
            document["lanes"] = json!([lane]);
            documents.push(document.clone());
        }
    }
    documents
}

/// What an experiment says of a document, and of its data if it takes it.
fn expected(document: &str, into: &mut BTreeSet<String>) {
    if let Err(error) = Experiment::from_json(document) {
        into.insert(key(error.expected()));
    }
}

/// As in catalogues: numbers are places, names of fields and kinds are told by the page.
fn key(text: &str) -> String {
    for names in ["one of ", "only the fields "] {
        if text.starts_with(names) {
            return format!("{names}{{names}}");
        }
    }
    if text.contains(", pi, e, or one of ") {
        return "{variables}, pi, e, or one of {functions}".to_owned();
    }
    let (mut key, mut count) = (String::new(), 0);
    for run in text.as_bytes().chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
        if run[0].is_ascii_digit() {
            key += &format!("{{{count}}}");
            count += 1;
        } else {
            key += std::str::from_utf8(run).expect("cut at digits");
        }
    }
    key
}

/// Messages by which a document is refused with one of its values bent.
fn bent(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let into = &mut found;
    let mut all = Vec::new();
    places(document, "", &mut all);
    for place in all {
        let mut other = document.clone();
        for value in others() {
            *other.pointer_mut(&place).expect("a place") = value;
            expected(&other.to_string(), into);
        }
        let mut other = document.clone();
        match other.pointer_mut(&place).expect("a place") {
            Value::Object(map) => drop(map.insert("unknown".to_owned(), json!(1))),
            Value::Array(list) => drop(list.pop()),
            _ => {}
        }
        expected(&other.to_string(), into);
        let mut other = document.clone();
        if let Some((parent, field)) = place.rsplit_once('/')
            && let Some(Value::Object(map)) = other.pointer_mut(parent)
        {
            map.remove(field);
        }
        expected(&other.to_string(), into);
    }
    found
}

#[test]
fn what_documents_should_have_is_listed_for_other_languages() {
    let mut found = BTreeSet::from(RARE.map(str::to_owned));
    expected("{", &mut found);
    expected(&" ".repeat(6_000_000), &mut found);
    let documents = documents();
    for document in &documents {
        expected(&document.to_string(), &mut found);
    }
    // All that ship, and the first of them with every method.
    let looked_at = &documents[..presets::all().len() + templates().len()];
    found.par_extend(looked_at.par_iter().flat_map_iter(bent));
    let list: String = found.iter().map(|text| format!("{text}\n")).collect();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/refusals.txt");
    if std::env::var_os("UPDATE_TEXTS").is_some() {
        fs::write(path, &list).expect("a file");
    }
    let kept = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(kept, list, "make the list anew: UPDATE_TEXTS=1 cargo test --test document refusals");
}
