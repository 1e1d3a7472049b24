//! Own tables: refused with a place, or read; with choices they make a document that is accepted.

use auxilearn_lab::experiment::{Experiment, Json};
use auxilearn_lab::table::{Choices, Content, Dialect, Kind, Split, Table, TableError, check_bytes};

/// What stands between a table and the choices, which are JSON.
pub const CUT: &str = "\n==choices==\n";

/// A table, and perhaps choices after [`CUT`]; without, they are made of what the columns hold.
pub fn table(bytes: &[u8]) {
    let cut = bytes.windows(CUT.len()).position(|window| window == CUT.as_bytes());
    let (file, choices) = cut.map_or((bytes, None), |at| (&bytes[..at], Some(&bytes[at + CUT.len()..])));
    let lines = file.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u64 + 1;
    if let Err(error) = check_bytes(file) {
        refused(&error, lines, usize::MAX);
    }
    let text = String::from_utf8_lossy(file);
    for has_names in [None, Some(false), Some(true)] {
        let dialect = Dialect { has_names, ..Dialect::default() };
        let table = match Table::read(&text, &dialect) {
            Ok(table) => table,
            Err(error) => return refused(&error, lines, usize::MAX),
        };
        table
            .questions()
            .iter()
            .for_each(|question| refused(&question.error(), lines, table.columns().len()));
        let width = table.columns().len();
        assert!(width > 0 && table.rows() > 0, "a table that was read has columns and lines");
        let choices = match choices {
            Some(text) => match chosen(&String::from_utf8_lossy(text)) {
                Some(Ok(choices)) => vec![choices],
                Some(Err(error)) => return refused(&error, lines, width),
                None => return,
            },
            None => [Kind::Regression, Kind::Classification, Kind::Network, Kind::Ridge]
                .map(|kind| offered(&table, kind))
                .to_vec(),
        };
        for choices in choices {
            match table.document(&choices) {
                Ok(made) => accepted(&made.document),
                Err(error) => refused(&error, lines, width),
            }
        }
    }
}

/// The choices of a text; `None` if it is no JSON.
fn chosen(text: &str) -> Option<Result<Choices, TableError>> {
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    Some(Choices::read(&Json::from(json)))
}

/// Columns of numbers: the last is the main target, the one before an auxiliary target, the rest are inputs.
fn offered(table: &Table, kind: Kind) -> Choices {
    let columns = table.columns();
    let numeric = |column: &usize| matches!(columns[*column].content, Content::Numbers | Content::TwoWords);
    let mut inputs: Vec<usize> = (0..columns.len()).filter(numeric).collect();
    let main = inputs.pop().unwrap_or_default();
    let auxiliary = if kind == Kind::Ridge { None } else { inputs.pop() };
    Choices {
        title: columns[main].name.clone(),
        kind,
        inputs,
        main,
        auxiliaries: auxiliary.into_iter().collect(),
        split: Split::Shares { train: 0.6, aux_set: 0.3 },
        standardise: columns.len().is_multiple_of(2),
        skip_missing: true,
        lines: None,
        seed: columns.len() as u64,
    }
}

/// A document made of a table is read, and its first step ends in a status.
fn accepted(document: &Json) {
    let experiment = Experiment::from_value(document).unwrap_or_else(|error| panic!("of a table: {error}"));
    let numbers = experiment.to_json().len();
    match experiment.runs() {
        Ok(runs) if numbers < 20_000 => runs.into_iter().for_each(|mut run| {
            let status = run.advance(1);
            assert!(status.is_stopped() || run.step() == 1, "{}: {status}", run.label());
        }),
        Ok(_) => {}
        Err(error) => super::refused(&error),
    }
}

/// A refusal names a line and a column that are there.
fn refused(error: &TableError, lines: u64, width: usize) {
    super::readable(&error.to_string());
    assert!(error.line.is_none_or(|line| (1..=lines).contains(&line)), "{error} of {lines} lines");
    let inside = |(column, _): &(usize, String)| (1..=width).contains(column);
    assert!(error.column.as_ref().is_none_or(inside), "{error} of {width} columns");
}
