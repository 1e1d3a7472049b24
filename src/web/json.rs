//! The browser reads JSON itself: shipping a second reader would be a quarter of the WebAssembly.

use js_sys::{Array, JSON, Object, Reflect};
use serde_json::{Map, Number, Value};
use wasm_bindgen::prelude::*;

use crate::error::{ErrorKind, ExperimentError};
use crate::experiment::{Experiment, trimmed};

/// Deepest nesting that is followed; a document needs eight levels.
const MAX_DEPTH: usize = 64;

/// Reads and checks a document, as [`Experiment::from_json`] does natively.
pub fn experiment(text: &str) -> Result<Experiment, ExperimentError> {
    let text = trimmed(text)?;
    let parsed = JSON::parse(text).map_err(|error| {
        let message = error.dyn_ref::<js_sys::Error>().map(|e| String::from(e.message()));
        syntax(&message.unwrap_or_default())
    })?;
    Experiment::from_value(&value(&parsed, 0)?)
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

/// A parsed JavaScript value as Rust reads it. Whole numbers stay whole; the sign of -0 is kept.
fn value(from: &JsValue, depth: usize) -> Result<Value, ExperimentError> {
    if depth > MAX_DEPTH {
        return Err(syntax("values nested too deep"));
    }
    if let Some(x) = from.as_f64() {
        let whole =
            x.fract() == 0.0 && x.abs() < 9_007_199_254_740_992.0 && !(x == 0.0 && x.is_sign_negative());
        let number = if whole { Some(Number::from(x as i64)) } else { Number::from_f64(x) };
        return number.map(Value::Number).ok_or_else(|| syntax("a number out of range"));
    }
    if let Some(text) = from.as_string() {
        return Ok(Value::String(text));
    }
    if let Some(truth) = from.as_bool() {
        return Ok(Value::Bool(truth));
    }
    if let Some(list) = from.dyn_ref::<Array>() {
        return list.iter().map(|item| value(&item, depth + 1)).collect::<Result<_, _>>().map(Value::Array);
    }
    let Some(object) = from.dyn_ref::<Object>() else { return Ok(Value::Null) };
    let mut map = Map::new();
    for entry in Object::entries(object).iter() {
        let entry: Array = entry.unchecked_into();
        map.insert(entry.get(0).as_string().unwrap_or_default(), value(&entry.get(1), depth + 1)?);
    }
    Ok(Value::Object(map))
}
