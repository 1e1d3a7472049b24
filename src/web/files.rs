//! What is taken away from the page, and brought to it.

use super::traces::Traces;
use super::{json, object, refusal};
use crate::record::{Names, Record};
use crate::table::{self, Choices, Content};
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

/// How names stand in a CSV that the page saves.
pub(super) fn names(guarded: bool) -> Names {
    if guarded { Names::Guarded } else { Names::AsWritten }
}

/// The user's own table, to make a document of.
#[wasm_bindgen]
pub struct Table(table::Table);

#[wasm_bindgen]
impl Table {
    /// Reads the bytes of a CSV file.
    ///
    /// # Errors
    /// What is wrong with it and in which line, in words.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8]) -> Result<Table, JsError> {
        Ok(Self(table::Table::read(bytes)?))
    }

    /// Takes the first line as names, or as data.
    #[wasm_bindgen(js_name = setHasNames)]
    pub fn set_has_names(&mut self, has_names: bool) {
        self.0.set_has_names(has_names);
    }

    /// What is in it.
    ///
    /// # Errors
    /// Never in practice.
    #[wasm_bindgen(unchecked_return_type = "Survey")]
    pub fn survey(&self) -> Result<JsValue, JsValue> {
        let column = |column: table::Column| {
            let content = match column.content {
                Content::Numbers => "numbers",
                Content::TwoWords => "two",
                Content::Words => "words",
                Content::Empty => "empty",
            };
            let values = column.values.iter().map(JsValue::from).collect::<Array>();
            object(&[
                ("name", column.name.into()),
                ("content", content.into()),
                ("missing", (column.missing as f64).into()),
                ("values", values.into()),
            ])
            .map(JsValue::from)
        };
        let columns = self.0.columns().into_iter().map(column).collect::<Result<Array, _>>()?;
        let fields = [
            ("delimiter", self.0.delimiter().to_string().into()),
            ("hasNames", self.0.has_names().into()),
            ("rows", (self.0.rows() as f64).into()),
            ("columns", columns.into()),
        ];
        Ok(object(&fields)?.into())
    }

    /// A document of the columns chosen; `choices` is JSON of `TableChoices`.
    ///
    /// # Errors
    /// What is wrong with the choices or a cell, in which line and column, in words.
    pub fn document(&self, choices: &str) -> Result<String, JsValue> {
        let choices = json::parsed(choices).map_err(refusal)?;
        let wrong = |error: table::TableError| JsValue::from(JsError::from(error));
        let document = self.0.document(&Choices::read(&choices).map_err(wrong)?).map_err(wrong)?;
        json::text(&document)
    }
}
