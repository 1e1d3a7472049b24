//! From text to document: syntax and shape, with errors a teacher can act on.

use serde::Deserialize;

use super::Experiment;
use crate::error::{ErrorKind, ExperimentError};
use crate::tagged::{join_path, split_path};

/// Longest document that is read, in bytes. A table of 100,000 numbers fits.
pub const MAX_DOCUMENT_BYTES: usize = 5_000_000;

/// Reads the shape of a document; its values are checked afterwards.
pub(super) fn document(text: &str) -> Result<Experiment, ExperimentError> {
    if text.len() > MAX_DOCUMENT_BYTES {
        let found = format!("{:.1} MB", text.len() as f64 / 1e6);
        return Err(ExperimentError::value("", "a document of at most 5 MB", found));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut json = serde_json::Deserializer::from_str(text);
    let experiment = {
        let mut track = serde_path_to_error::Track::new();
        let tracked = serde_path_to_error::Deserializer::new(&mut json, &mut track);
        Experiment::deserialize(tracked).map_err(|e| explain(&e, &track.path().to_string()))?
    };
    json.end().map_err(|e| explain(&e, ""))?;
    Ok(experiment)
}

/// Puts serde's message into the words of an [`ExperimentError`].
fn explain(error: &serde_json::Error, path: &str) -> ExperimentError {
    let text = error.to_string();
    if !error.is_data() {
        return ExperimentError::new(ErrorKind::Syntax, "", "JSON", text);
    }
    let (tail, message) = split_path(&text);
    let field = join_path(path, &tail);
    let field = if field == "." { String::new() } else { field };
    let message = match message.rfind(" at line ") {
        Some(at) => &message[..at],
        None => &message,
    };
    if let Some(name) = quoted(message, "missing field `") {
        let field = join_path(&field, name);
        return ExperimentError::new(ErrorKind::Shape, field, "this field", "nothing");
    }
    let (found, expected) = message.split_once(", expected ").unwrap_or((message, "another shape"));
    let found = found.strip_prefix("invalid type: ").unwrap_or(found);
    let found = found.strip_prefix("invalid value: ").unwrap_or(found);
    ExperimentError::new(ErrorKind::Shape, field, plain(expected), found)
}

/// The name in backquotes after `prefix`.
fn quoted<'a>(message: &'a str, prefix: &str) -> Option<&'a str> {
    message.strip_prefix(prefix)?.strip_suffix('`')
}

/// Rust's names of types, in words.
fn plain(expected: &str) -> String {
    match expected {
        "f64" => "a number".to_owned(),
        "u32" | "u64" | "usize" => "a whole number of at least 0".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "an object".to_owned(),
        "a string" | "string" => "a text in quotes".to_owned(),
        other if other.starts_with("struct ") => "an object".to_owned(),
        other => other.replace('`', ""),
    }
}
