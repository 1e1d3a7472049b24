//! Documents that are JSON: presets crossed, and what stands in them bent.

use crate::{claims, config};
use auxilearn_lab::experiment::presets;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

/// A preset, cut to a size that runs at once.
fn small(preset: Index) -> Value {
    let all = presets::all();
    let mut document: Value = serde_json::from_str(all[preset.index(all.len())].document).expect("JSON");
    document["steps"] = json!(claims::STEPS);
    for (field, most) in [("n_test", 20), ("n_aux_set", 40)] {
        if let Some(size) = document["problem"]["data"].get_mut(field) {
            *size = json!(size.as_u64().expect("a size").min(most));
        }
    }
    document
}

/// Every place in a document: pointers to all values in it.
fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| places(value, &format!("{path}/{key}"), found));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(i, value)| places(value, &format!("{path}/{i}"), found));
        }
        _ => {}
    }
}

/// Numbers that are wrong, or right and hard.
const NUMBERS: [f64; 16] =
    [0.0, -0.0, 1.0, -1.0, 2.0, 0.5, 1e-300, 1e-12, -1e-12, 1e-3, 3.0, 1e6, -1e6, 1e12, 1e300, 200.0];

/// A way to bend a document.
#[derive(Debug, Clone)]
enum Bend {
    Number(Index, Index),
    Remove(Index),
    Repeat(Index),
    Copy(Index, Index),
    Text(Index, String),
}

fn bend() -> impl Strategy<Value = Bend> {
    let index = any::<Index>;
    prop_oneof![
        6 => (index(), index()).prop_map(|(at, number)| Bend::Number(at, number)),
        1 => index().prop_map(Bend::Remove),
        1 => index().prop_map(Bend::Repeat),
        2 => (index(), index()).prop_map(|(from, to)| Bend::Copy(from, to)),
        1 => (index(), ".{0,12}").prop_map(|(at, text)| Bend::Text(at, text)),
    ]
}

fn apply(document: &mut Value, bend: &Bend) {
    let mut all = Vec::new();
    places(document, "", &mut all);
    let pick = |index: &Index| all[index.index(all.len())].clone();
    match bend {
        Bend::Number(at, number) => {
            // The n-th number of the document, if it has one there.
            let numbers: Vec<_> =
                all.iter().filter(|p| document.pointer(p).is_some_and(Value::is_number)).collect();
            if numbers.is_empty() {
                return;
            }
            let place = numbers[at.index(numbers.len())].clone();
            *document.pointer_mut(&place).expect("a place") = json!(NUMBERS[number.index(NUMBERS.len())]);
        }
        Bend::Remove(at) => {
            if let Some((parent, key)) = pick(at).rsplit_once('/')
                && let Some(Value::Object(map)) = document.pointer_mut(parent)
            {
                map.remove(key);
            }
        }
        Bend::Repeat(at) => {
            if let Some(Value::Array(list)) = document.pointer_mut(&pick(at))
                && let Some(first) = list.first().cloned()
            {
                list.push(first);
            }
        }
        Bend::Copy(from, to) => {
            let value = document.pointer(&pick(from)).cloned();
            if let (Some(place), Some(value)) = (document.pointer_mut(&pick(to)), value) {
                *place = value;
            }
        }
        Bend::Text(at, text) => {
            if let Some(place) = document.pointer_mut(&pick(at)) {
                *place = json!(text);
            }
        }
    }
}

/// A lane of one preset, the constraint of another, the problem of a third.
fn crossed(problem: Index, lanes: Index, constraint: Index, lane: Index) -> Value {
    let mut document = small(problem);
    let others = small(lanes);
    let lanes = others["lanes"].as_array().expect("lanes");
    document["lanes"] = json!([lanes[lane.index(lanes.len())]]);
    if let Some(own) = small(constraint).get("constraint") {
        document["constraint"] = own.clone();
    }
    document
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn any_method_on_any_problem_ends_in_an_error_or_a_status(
        problem in any::<Index>(), lanes in any::<Index>(), constraint in any::<Index>(), lane in any::<Index>(),
    ) {
        claims::experiment(&crossed(problem, lanes, constraint, lane).to_string());
    }

    #[test]
    fn a_bent_document_ends_in_an_error_or_a_status(
        problem in any::<Index>(), lanes in any::<Index>(), constraint in any::<Index>(), lane in any::<Index>(),
        bends in prop::collection::vec(bend(), 1..4),
    ) {
        let mut document = crossed(problem, lanes, constraint, lane);
        for bend in &bends {
            apply(&mut document, bend);
        }
        claims::experiment(&document.to_string());
    }
}
