//! Traces as CSV, as files have them: written by the native runner and by the page alike.

use crate::trace::{Layout, Quantity, Trace};
use std::ops::Range;

/// The columns of all lanes together, in their stable order, and the rows of each.
///
/// A row an outer step and lane; absent values are empty, numbers read back to the same bits. A column that any
/// lane has is there for all.
#[derive(Debug)]
pub struct Record<'a> {
    lanes: Vec<(&'a str, &'a Trace)>,
    quantities: Vec<Quantity>,
    names: Names,
}

/// Form of names in a CSV.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// As the document has them.
    AsWritten,
    /// With an apostrophe before those that a spreadsheet would run as a formula.
    Guarded,
}

impl Names {
    /// A name as a field of RFC 4180: in quotes where it has to be.
    ///
    /// ```
    /// use auxilearn_lab::record::Names;
    ///
    /// assert_eq!(Names::Guarded.field("=1+2"), "'=1+2");
    /// assert_eq!(Names::AsWritten.field("=1+2"), "=1+2");
    /// ```
    pub fn field(self, name: &str) -> String {
        match self {
            Self::Guarded if runs(name) => quoted(&format!("'{name}")),
            Self::Guarded | Self::AsWritten => quoted(name),
        }
    }
}

/// Returns whether a spreadsheet would run a text; blanks before it and full-width signs are no hindrance to some.
fn runs(text: &str) -> bool {
    let signs = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    text.starts_with(signs) || text.trim_start().starts_with(signs)
}

impl<'a> Record<'a> {
    /// Of lanes with their labels.
    pub fn of(lanes: impl IntoIterator<Item = (&'a str, &'a Trace)>) -> Self {
        let lanes: Vec<_> = lanes.into_iter().collect();
        // Lanes differ in what only some methods record.
        let all = lanes.iter().map(|(_, trace)| trace.layout()).reduce(|a, b| Layout {
            effective_weights: a.effective_weights.max(b.effective_weights),
            inner_solves: a.inner_solves || b.inner_solves,
            diagnostics: a.diagnostics || b.diagnostics,
            ..a
        });
        let quantities = all.map_or_else(Vec::new, |layout| layout.quantities());
        Self { lanes, quantities, names: Names::AsWritten }
    }

    /// The same with names that stand in this way.
    pub fn with(self, names: Names) -> Self {
        Self { names, ..self }
    }

    /// The line of names.
    pub fn header(&self) -> String {
        let names: Vec<String> = self.quantities.iter().map(Quantity::name).collect();
        let mut line = names.iter().fold("lane".to_owned(), |line, name| line + "," + name);
        line.push('\n');
        line
    }

    /// Rows that a lane has.
    pub fn rows_of(&self, lane: usize) -> usize {
        self.lanes[lane].1.rows()
    }

    /// Some rows of a lane, a line each; those beyond its last are left out.
    pub fn rows(&self, lane: usize, rows: Range<usize>) -> String {
        let (label, trace) = self.lanes[lane];
        let own = trace.layout().quantities();
        let columns: Vec<_> = self.quantities.iter().map(|q| own.iter().position(|mine| mine == q)).collect();
        let label = self.names.field(label);
        let mut text = String::new();
        for row in rows.start..rows.end.min(trace.rows()) {
            text.push_str(&label);
            for column in &columns {
                text.push(',');
                if let Some(c) = column {
                    push(&mut text, *c, trace.column(*c)[row]);
                }
            }
            text.push('\n');
        }
        text
    }
}

/// A number as short as reads back to the same bits; column 0 counts steps.
fn push(text: &mut String, column: usize, value: f64) {
    match value {
        absent if absent.is_nan() => {}
        step if column == 0 => text.push_str(&step.to_string()),
        value => text.push_str(&format!("{value:?}")),
    }
}

/// A field of RFC 4180: in quotes where it has to be.
fn quoted(field: &str) -> String {
    match field.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", field.replace('"', "\"\"")),
        false => field.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Names, quoted};

    #[test]
    fn names_that_a_spreadsheet_would_run_are_guarded() {
        for name in ["=cmd|' /C calc'!A0", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "=\"a\",b"]
        {
            let cell = Names::Guarded.field(name);
            assert!(cell.trim_start_matches('"').starts_with('\''), "{cell}");
            assert_eq!(Names::AsWritten.field(name), quoted(name));
        }
        for name in ["", "plain", "a=b", "φ", "'=1", "1-2", "מס", "a, b"] {
            assert_eq!(Names::Guarded.field(name), quoted(name));
        }
    }

    #[test]
    fn labels_are_quoted_as_the_csv_crate_does() {
        for label in ["plain", "a, b", "say \"so\"", "", "two words", "φ", "two\nlines", "a\r"] {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record([label, "x"]).expect("in memory");
            let written = String::from_utf8(writer.into_inner().expect("in memory")).expect("UTF-8");
            assert_eq!(written, format!("{},x\n", quoted(label)));
        }
    }
}
