//! The wire format: what a line of the input says.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;

use auxilearn_lab::error::{ErrorKind, ExperimentError};
use auxilearn_lab::experiment::{MAX_DOCUMENT_BYTES, refuse_repeated};
use serde_json::{Map, Value};

use super::grid::Grid;

/// Longest line: a document and its grid.
const MAX_LINE_BYTES: usize = 2 * MAX_DOCUMENT_BYTES;

/// What identifies a result.
#[derive(Debug, Clone)]
pub struct Identity {
    /// As the line gave it, or the line's number.
    pub id: Value,
    /// The line's number (from 1), if it gave no id.
    pub line: Option<u64>,
}

impl Identity {
    /// Equal for two identities if and only if they are the same: a line's number is not an id that is the same number.
    pub fn key(&self) -> String {
        if self.line.is_some() { format!("line {}", self.id) } else { self.id.to_string() }
    }
}

/// A document with a grid, which may be that of no field and one point.
#[derive(Debug)]
pub struct Sweep {
    /// The experiment document.
    pub document: Value,
    /// Its overrides.
    pub grid: Option<Grid>,
}

/// A line that is not blank.
pub struct Line {
    /// What its results are known by.
    pub identity: Identity,
    /// What it asks for, or what is wrong with it.
    pub sweep: Result<Arc<Sweep>, ExperimentError>,
}

/// The lines of an input, blank ones left out.
pub struct Lines {
    input: BufReader<Box<dyn Read + Send>>,
    number: u64,
}

impl Lines {
    /// Lines of `input`.
    pub fn new(input: Box<dyn Read + Send>) -> Self {
        Self { input: BufReader::new(input), number: 0 }
    }

    /// The next line's bytes, of a long line only as many as show that it is too long.
    fn bytes(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        let most = MAX_LINE_BYTES as u64 + 1;
        if self.input.by_ref().take(most).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        if bytes.len() as u64 == most && bytes.last() != Some(&b'\n') {
            self.input.skip_until(b'\n')?;
        }
        self.number += 1;
        Ok(Some(bytes))
    }
}

impl Iterator for Lines {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.bytes().transpose()? {
                Ok(bytes) if bytes.trim_ascii().is_empty() => {}
                Ok(bytes) => return Some(Ok(read(&bytes, self.number))),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

fn read(bytes: &[u8], number: u64) -> Line {
    let mut identity = Identity { id: number.into(), line: Some(number) };
    let sweep = object(bytes).and_then(|mut object| {
        if let Some(id) = object.remove("id") {
            identity = Identity { id: checked_id(id)?, line: None };
        }
        sweep(object).map(Arc::new)
    });
    Line { identity, sweep }
}

fn object(bytes: &[u8]) -> Result<Map<String, Value>, ExperimentError> {
    if bytes.len() > MAX_LINE_BYTES {
        return Err(ExperimentError::value("", "a line of at most 10 MB", "a longer one"));
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let syntax = |error| ExperimentError::new(ErrorKind::Syntax, "", "a line of JSON", error);
    let value = serde_json::from_slice(bytes).map_err(syntax)?;
    refuse_repeated(&String::from_utf8_lossy(bytes)).map_err(in_document)?;
    match value {
        Value::Object(object) => Ok(object),
        other => Err(ExperimentError::new(ErrorKind::Shape, "", "an object", other)),
    }
}

/// An error whose path is that in the document, as all others have it.
fn in_document(error: ExperimentError) -> ExperimentError {
    match error.field().strip_prefix("document.") {
        Some(field) => ExperimentError::new(error.kind(), field, error.expected(), error.found()),
        None => error,
    }
}

/// A string, or a number that is written as it was read.
fn checked_id(id: Value) -> Result<Value, ExperimentError> {
    let exact = match &id {
        Value::String(_) => true,
        Value::Number(x) => x.is_u64() || x.is_i64() || x.as_f64().is_some_and(|x| x.abs() < 9e15),
        _ => false,
    };
    let wrong =
        |id| ExperimentError::new(ErrorKind::Shape, "id", "a string, or a number of at most 64 bits", id);
    if exact { Ok(id) } else { Err(wrong(id)) }
}

/// The document, under `document` or itself, and its grid.
fn sweep(mut object: Map<String, Value>) -> Result<Sweep, ExperimentError> {
    let grid = object.remove("grid").map(Grid::read).transpose()?;
    let document = match object.remove("document") {
        None => Value::Object(object),
        Some(document) => match object.keys().next() {
            None => document,
            Some(other) => {
                let expected = "only the fields id, document, grid";
                return Err(ExperimentError::new(ErrorKind::Shape, other, expected, "an unknown field"));
            }
        },
    };
    Ok(Sweep { document, grid })
}
