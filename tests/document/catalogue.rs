//! The page's catalogue of choices against the reader of documents: each template is read, each kind
//! that the reader knows has one.

use std::collections::BTreeSet;
use std::fs;

use auxilearn_lab::error::ExperimentError;
use auxilearn_lab::experiment::{Experiment, presets};
use serde_json::{Map, Value, json};

pub fn catalogue() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/www/catalogue.json");
    serde_json::from_str(&fs::read_to_string(path).expect("the catalogue")).expect("JSON")
}

fn first_document() -> Value {
    serde_json::from_str(presets::all()[0].document).expect("a preset")
}

/// The first experiment's document with a lane of this method.
fn with_method(method: Value) -> Value {
    let mut document = first_document();
    document["lanes"] = json!([{ "method": method }]);
    document
}

/// A document that holds `part` where the catalogue's family is chosen.
fn holding(family: &str, part: Value) -> Value {
    let mut document = first_document();
    match family {
        "method" => return with_method(part),
        "constraint" => document["constraint"] = part,
        "combination" => {
            document["combination"] = part;
            document["start"].as_object_mut().expect("a start").remove("phi");
        }
        _ => {
            let mut method = template(&catalogue()["method"], "implicit");
            method[family] = part;
            return with_method(method);
        }
    }
    document
}

pub fn entries(family: &Value) -> &Vec<Value> {
    family.as_array().expect("a list of kinds")
}

/// What the page puts into a document when `kind` is chosen.
pub fn template(family: &Value, kind: &str) -> Value {
    let entry = entries(family).iter().find(|entry| entry["kind"] == kind).expect(kind);
    let mut made = Map::from_iter([("kind".to_owned(), json!(kind))]);
    made.extend(entry["fields"].as_object().cloned().unwrap_or_default());
    made.into()
}

fn read(document: &Value) -> Result<Experiment, ExperimentError> {
    Experiment::from_json(&document.to_string())
}

/// Kinds that the reader offers in the place of one that there is not.
fn known(family: &str) -> BTreeSet<String> {
    let document = match family {
        "problem" => {
            let mut document = first_document();
            document["problem"]["kind"] = json!("?");
            document
        }
        family => holding(family, json!({ "kind": "?" })),
    };
    let refused = read(&document).expect_err("there is no such kind");
    let list = refused.expected().strip_prefix("one of ").unwrap_or(refused.expected());
    list.split(", ").map(str::to_owned).collect()
}

const FAMILIES: [&str; 6] = ["method", "inner", "outer", "inverse_hvp", "constraint", "combination"];

#[test]
fn every_kind_that_the_reader_knows_can_be_chosen_and_no_other() {
    let catalogue = catalogue();
    for family in FAMILIES.into_iter().chain(["problem"]) {
        let offered = entries(&catalogue[family]).iter().map(|entry| entry["kind"].as_str().expect("a kind"));
        let offered: BTreeSet<String> = offered.map(str::to_owned).collect();
        assert_eq!(offered, known(family), "{family}");
    }
}

#[test]
fn every_template_is_read() {
    let catalogue = catalogue();
    for family in FAMILIES {
        for entry in entries(&catalogue[family]) {
            let kind = entry["kind"].as_str().expect("a kind");
            let made = template(&catalogue[family], kind);
            read(&holding(family, made)).unwrap_or_else(|error| panic!("{family} {kind}: {error}"));
        }
    }
}

#[test]
fn every_field_that_may_be_left_out_is_read_where_it_is_given() {
    let catalogue = catalogue();
    for family in FAMILIES {
        for entry in entries(&catalogue[family]) {
            let kind = entry["kind"].as_str().expect("a kind");
            for (field, usual) in entry["optional"].as_object().into_iter().flatten() {
                let mut made = template(&catalogue[family], kind);
                made[field] = given(usual);
                read(&holding(family, made))
                    .unwrap_or_else(|error| panic!("{family} {kind} {field}: {error}"));
            }
        }
    }
}

/// A value for a field that has none by itself.
fn given(usual: &Value) -> Value {
    match usual {
        Value::Null => json!(10),
        Value::Object(parts) => parts.iter().map(|(part, usual)| (part.clone(), given(usual))).collect(),
        other => other.clone(),
    }
}

#[test]
fn a_method_is_offered_the_constraints_that_it_has() {
    let catalogue = catalogue();
    for method in entries(&catalogue["method"]) {
        let kind = method["kind"].as_str().expect("a kind");
        for constraint in entries(&catalogue["constraint"]).iter().map(|entry| &entry["kind"]) {
            let allowed = method["constraints"].as_array().is_none_or(|kinds| kinds.contains(constraint));
            let mut document = with_method(template(&catalogue["method"], kind));
            document["lanes"][0]["constraint"] = json!({ "kind": constraint });
            let found = read(&document);
            let is_refused = found.is_err_and(|error| error.field() == "lanes[0].constraint");
            assert_eq!(is_refused, !allowed, "{kind}, {constraint}");
        }
        // What sets φ by itself has no constraint and no start of φ.
        let mut document = with_method(template(&catalogue["method"], kind));
        document["start"]["phi"] = json!([0.5, 0.25]);
        let sets_phi = method["constraints"].as_array().is_some_and(Vec::is_empty);
        assert_eq!(read(&document).is_err_and(|error| error.field() == "start.phi"), sets_phi, "{kind}");
    }
}

#[test]
fn every_word_to_choose_is_read() {
    let catalogue = catalogue();
    let words = |field: &str| catalogue["words"][field].as_object().expect("words").keys().cloned();
    for word in words("aux_set") {
        let mut document = first_document();
        document["problem"]["aux_set"] = json!(word);
        read(&document).unwrap_or_else(|error| panic!("aux_set {word}: {error}"));
    }
    for (family, kind, field) in [
        ("inverse_hvp", "direct", "indefinite"),
        ("inverse_hvp", "neumann", "scaling"),
        ("method", "grid_search", "spacing"),
        ("method", "grad_norm", "gradients"),
        ("method", "cosine_gating", "gradients"),
    ] {
        for word in words(field) {
            let mut made = template(&catalogue[family], kind);
            made[field] = json!(word);
            if word == "log" {
                made["low"] = json!(0.1);
            }
            read(&holding(family, made)).unwrap_or_else(|error| panic!("{field} {word}: {error}"));
        }
    }
}

#[test]
fn every_kind_of_problem_has_an_experiment_to_begin_with_and_the_choices_it_accepts() {
    let catalogue = catalogue();
    for entry in entries(&catalogue["problem"]) {
        let kind = entry["kind"].as_str().expect("a kind");
        let documents = presets::all().iter().map(|preset| serde_json::from_str::<Value>(preset.document));
        let mut document =
            documents.flatten().find(|document| document["problem"]["kind"] == kind).expect(kind);
        let has = |choice: &str| entry["has"].as_array().is_some_and(|has| has.contains(&json!(choice)));
        document["problem"]["aux_set"] = json!("train");
        assert_eq!(read(&document).is_ok(), has("aux_set"), "{kind}: aux_set");
        document["combination"] = json!({ "kind": "monotone", "widths": [2] });
        document["lanes"] = json!([{ "method": { "kind": "joint_descent", "w_lr": 0.1, "phi_lr": 0.1 } }]);
        document.as_object_mut().expect("an object").remove("start");
        document.as_object_mut().expect("an object").remove("constraint");
        assert_eq!(read(&document).is_ok(), has("combination"), "{kind}: combination");
    }
}
