//! The lines of a table that are no samples: names above, sums below; and columns that count the lines.

use super::cells::is_missing;
use super::numbers::{Mark, Shape};
use csv::StringRecord;

/// Lines at the end that may sum up the others.
const LAST: usize = 3;
/// What such lines are called.
const SUMS: [&str; 19] = [
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sum",
    "summe",
    "gesamt",
    "insgesamt",
    "mean",
    "average",
    "avg",
    "mittelwert",
    "durchschnitt",
    "somme",
    "suma",
    "总计",
    "合计",
    "平均",
    "平均值",
];
/// What columns that count the lines are called.
const INDICES: [&str; 7] = ["", "unnamed: 0", "index", "id", "row", "rownames", "row.names"];

/// What the first line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FirstLine {
    Names,
    Data,
    /// Numbers that count up, as names of columns do.
    Either,
}

/// Judges the first of these lines.
pub(super) fn first_line(records: &[StringRecord]) -> FirstLine {
    let Some((first, rest)) = records.split_first() else { return FirstLine::Data };
    let numeric = |cell: &str| Shape::of(cell).is_some();
    let numbers = first.iter().filter(|cell| numeric(cell)).count();
    let words = first.iter().filter(|cell| !numeric(cell) && !is_missing(cell, &[])).count();
    if numbers == 0 {
        return if words > 0 { FirstLine::Names } else { FirstLine::Data };
    }
    // A word above numbers is a name, whatever stands beside it.
    let below =
        |j: usize| rest.iter().filter_map(move |record| record.get(j)).filter(|cell| !is_missing(cell, &[]));
    let names = |(j, cell): (usize, &str)| {
        !numeric(cell) && !is_missing(cell, &[]) && below(j).next().is_some() && below(j).all(numeric)
    };
    if first.iter().enumerate().any(names) {
        return FirstLine::Names;
    }
    let values: Vec<f64> = first
        .iter()
        .filter(|cell| numeric(cell))
        .filter_map(|cell| Shape::of(cell).and_then(|shape| shape.value(Mark::Point)))
        .collect();
    let counts_up = values.len() > 1
        && values.iter().all(|x| x.fract() == 0.0)
        && values.windows(2).all(|pair| pair[1] - pair[0] == 1.0);
    if counts_up && !continues(first, rest) { FirstLine::Either } else { FirstLine::Data }
}

/// Returns whether each column goes on from the first line in the steps in which it goes on below: then this line is one
/// of them.
fn continues(first: &StringRecord, rest: &[StringRecord]) -> bool {
    let value = |cell: &str| Shape::of(cell).and_then(|shape| shape.value(Mark::Point));
    let [second, third, ..] = rest else { return true };
    let step = |a: Option<&str>, b: Option<&str>| Some(value(b?)? - value(a?)?);
    (0..first.len()).all(|j| {
        let above = step(first.get(j), second.get(j));
        above.is_none() || above == step(second.get(j), third.get(j))
    })
}

/// Returns whether one of the last lines sums up the others: a word says so, at its beginning or among numbers.
pub(super) fn is_total(record: &StringRecord, from_end: usize) -> bool {
    let word = |cell: &str| {
        SUMS.contains(&super::numbers::trimmed(cell).trim_end_matches(':').to_ascii_lowercase().as_str())
    };
    from_end < LAST && record.iter().any(word)
}

/// Returns whether a column counts the lines, by its name or its values.
pub(super) fn is_index(name: &str, first: bool, values: &[f64], lines: usize) -> bool {
    let counts = values.len() == lines && lines > 2 && values.windows(2).all(|pair| pair[1] - pair[0] == 1.0);
    counts && (first || INDICES.contains(&name.to_ascii_lowercase().as_str()))
}
