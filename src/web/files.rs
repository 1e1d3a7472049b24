//! What is taken away from the page, and brought to it.

use super::traces::Traces;
use super::{json, object, refusal};
use crate::record::{Names, Record};
use crate::table::{self, Choices, Content, Dialect, Open};
use js_sys::Array;
use wasm_bindgen::prelude::*;

/// Version of this program.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// Longest table that is read, in bytes: pages check a file's size before reading it.
#[wasm_bindgen(js_name = tableLimit)]
pub fn table_limit() -> f64 {
    table::MAX_TABLE_BYTES as f64
}

#[wasm_bindgen]
impl Traces {
    /// The line of names of the CSV that the native runner writes.
    #[wasm_bindgen(js_name = csvHeader)]
    pub fn csv_header(&self) -> String {
        self.record().header()
    }

    /// Rows of a lane in that CSV, at most `count` from `from` on; empty beyond its last. `guarded` names are no
    /// formulas to a spreadsheet.
    #[wasm_bindgen(js_name = csvRows)]
    pub fn csv_rows(&self, lane: usize, from: usize, count: usize, guarded: bool) -> String {
        self.record().with(names(guarded)).rows(lane, from..from.saturating_add(count))
    }
}

impl Traces {
    fn record(&self) -> Record<'_> {
        Record::of(self.lanes.iter().map(|lane| (lane.written.as_str(), &lane.trace)))
    }
}

/// Returns the form of names in a CSV that the page saves.
pub(super) fn names(guarded: bool) -> Names {
    if guarded { Names::Guarded } else { Names::AsWritten }
}

/// Returns the label of the encoding of a table's bytes, for the browser's decoder; of what is no UTF-8 the likeliest.
///
/// # Errors
/// If they are no text.
#[wasm_bindgen(js_name = tableEncoding)]
pub fn table_encoding(bytes: &[u8]) -> Result<String, JsError> {
    table::check_bytes(bytes)?;
    Ok(table::encoding_of(bytes).0.label().to_owned())
}

/// The user's own table, to make a document of.
#[wasm_bindgen]
pub struct Table(table::Table);

#[wasm_bindgen]
impl Table {
    /// Reads the text of a table; `dialect` is JSON of `TableDialect`.
    ///
    /// # Errors
    /// What is wrong with it and in which line, in words.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str, dialect: &str) -> Result<Table, JsValue> {
        let dialect = Dialect::read(&json::parsed(dialect).map_err(refusal)?);
        table::Table::read(text, &dialect).map(Self).map_err(|error| JsError::from(error).into())
    }

    /// Returns what is in it.
    ///
    /// # Errors
    /// Never in practice.
    #[wasm_bindgen(unchecked_return_type = "Survey")]
    pub fn survey(&self) -> Result<JsValue, JsValue> {
        let columns = self.0.columns().iter().map(column).collect::<Result<Array, _>>()?;
        let questions = self.0.questions().iter().map(question).collect::<Result<Array, _>>()?;
        let fields = [
            ("separator", self.0.separator().char().to_string().into()),
            ("hasNames", self.0.has_names().into()),
            ("columns", columns.into()),
            ("questions", questions.into()),
            ("notes", texts(&self.0.notes()).into()),
        ];
        Ok(object(&fields)?.into())
    }

    /// Returns a document of the columns chosen; `choices` is JSON of `TableChoices`.
    ///
    /// # Errors
    /// What is wrong with the choices or a cell, in which line and column, in words.
    #[wasm_bindgen(unchecked_return_type = "TableDocument")]
    pub fn document(&self, choices: &str) -> Result<JsValue, JsValue> {
        let choices = json::parsed(choices).map_err(refusal)?;
        let wrong = |error: table::TableError| JsValue::from(JsError::from(error));
        let made = self.0.document(&Choices::read(&choices).map_err(wrong)?).map_err(wrong)?;
        let fields = [("document", json::text(&made.document)?.into()), ("notes", texts(&made.notes).into())];
        Ok(object(&fields)?.into())
    }
}

fn texts(texts: &[String]) -> Array {
    texts.iter().map(JsValue::from).collect()
}

fn column(column: &table::Column) -> Result<JsValue, JsValue> {
    let content = match column.content {
        Content::Numbers => "numbers",
        Content::TwoWords => "two",
        Content::Words => "words",
        Content::Empty => "empty",
    };
    let fields = [
        ("name", column.name.as_str().into()),
        ("content", content.into()),
        ("missing", (column.missing as f64).into()),
        ("values", texts(&column.values).into()),
        ("isIndex", column.is_index.into()),
    ];
    object(&fields).map(JsValue::from)
}

fn question(question: &table::Question) -> Result<JsValue, JsValue> {
    let kind = match question.open {
        Open::Decimal(_) => "decimal",
        Open::Names => "names",
        Open::Missing(_) => "missing",
    };
    let fields = [
        ("kind", kind.into()),
        ("cell", question.cell.as_str().into()),
        ("sentence", question.error().to_string().into()),
    ];
    object(&fields).map(JsValue::from)
}
