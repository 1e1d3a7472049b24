//! The browser reads JSON itself: shipping a second reader would be a quarter of the WebAssembly.

use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::error::{ErrorKind, ExperimentError};
use crate::experiment::{Experiment, Json, refuse_repeated, trimmed};

/// Deepest nesting that is followed; a document needs eight levels.
const MAX_DEPTH: usize = 64;

/// Reads and checks a document, as [`Experiment::from_json`] does natively.
pub fn experiment(text: &str) -> Result<Experiment, ExperimentError> {
    Experiment::from_value(&parsed(text)?)
}

/// A document as Rust reads it, not checked yet.
pub fn parsed(text: &str) -> Result<Json, ExperimentError> {
    let text = trimmed(text)?;
    let parsed = JSON::parse(text).map_err(|error| {
        let message = error.dyn_ref::<js_sys::Error>().map(|e| String::from(e.message()));
        syntax(&message.unwrap_or_default())
    })?;
    refuse_repeated(text)?;
    value(&parsed, 0)
}

/// The document's text with another seed, indented.
pub fn with_seed(text: &str, seed: u64) -> Result<String, JsValue> {
    let parsed = JSON::parse(text)?;
    Reflect::set(&parsed, &"seed".into(), &(seed as f64).into())?;
    Ok(JSON::stringify_with_replacer_and_space(&parsed, &JsValue::NULL, &2.into())?.into())
}

fn syntax(found: &str) -> ExperimentError {
    ExperimentError::new(ErrorKind::Syntax, "", "JSON", found)
}

/// A parsed JavaScript value as Rust reads it.
fn value(from: &JsValue, depth: usize) -> Result<Json, ExperimentError> {
    if depth > MAX_DEPTH {
        return Err(syntax("values nested too deep"));
    }
    if let Some(x) = from.as_f64() {
        return if x.is_finite() { Ok(Json::Number(x)) } else { Err(syntax("a number out of range")) };
    }
    if let Some(text) = from.as_string() {
        return Ok(Json::Text(text));
    }
    if let Some(truth) = from.as_bool() {
        return Ok(Json::Truth(truth));
    }
    if let Some(list) = from.dyn_ref::<Array>() {
        return list.iter().map(|item| value(&item, depth + 1)).collect::<Result<_, _>>().map(Json::List);
    }
    let Some(object) = from.dyn_ref::<Object>() else { return Ok(Json::Null) };
    let entry = |entry: JsValue| {
        let entry: Array = entry.unchecked_into();
        Ok((entry.get(0).as_string().unwrap_or_default(), value(&entry.get(1), depth + 1)?))
    };
    Object::entries(object).iter().map(entry).collect::<Result<_, _>>().map(Json::Object)
}

/// A document as indented text, lists of numbers in one line.
pub fn text(document: &Json) -> Result<String, JsValue> {
    let indented = JSON::stringify_with_replacer_and_space(&to_js(document)?, &JsValue::NULL, &2.into())?;
    Ok(crate::experiment::short_lists(&String::from(indented)))
}

fn to_js(json: &Json) -> Result<JsValue, JsValue> {
    Ok(match json {
        Json::Null => JsValue::NULL,
        Json::Truth(truth) => (*truth).into(),
        Json::Number(x) => (*x).into(),
        Json::Text(text) => text.into(),
        Json::List(list) => list.iter().map(to_js).collect::<Result<Array, _>>()?.into(),
        Json::Object(fields) => {
            let object = Object::new();
            for (key, value) in fields {
                Reflect::set(&object, &key.into(), &to_js(value)?)?;
            }
            object.into()
        }
    })
}
