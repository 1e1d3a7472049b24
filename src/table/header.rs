//! The lines of a table that are no samples: names above, sums below; and columns that count the lines.

use super::cells::is_missing;
use super::numbers::{Mark, Shape};
use csv::StringRecord;

/// Words that begin lines that sum up others.
const SUMS: [&str; 22] = [
    "total",
    "grand total",
    "subtotal",
    "sum",
    "gesamt",
    "insgesamt",
    "mean",
    "average",
    "avg",
    "mittelwert",
    "durchschnitt",
    "somme",
    "suma",
    "median",
    "std",
    "stdev",
    "总计",
    "合计",
    "平均",
    "合計",
    "итого",
    "среднее",
];
/// Words that are a summary only if they are the whole cell.
const SHORT_SUMS: [&str; 5] = ["sd", "min", "max", "count", "n"];
/// Years that may be names.
const YEARS: std::ops::RangeInclusive<f64> = 1800.0..=2100.0;
/// Names of columns that count the lines.
const INDICES: [&str; 7] = ["", "unnamed: 0", "index", "id", "row", "rownames", "row.names"];

/// Kinds of a first line.
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
    let below =
        |j: usize| rest.iter().filter_map(move |record| record.get(j)).filter(|cell| !is_missing(cell, &[]));
    let is_name = |(j, cell): (usize, &str)| {
        !numeric(cell) && !is_missing(cell, &[]) && below(j).next().is_some() && below(j).all(numeric)
    };
    let values: Vec<f64> = first
        .iter()
        .filter(|cell| numeric(cell))
        .filter_map(|cell| Shape::of(cell).and_then(|shape| shape.value(Mark::Point)))
        .collect();
    let named = first.iter().enumerate().any(is_name);
    match (named, may_be_names(&values)) {
        // A word above numbers is a name, and numbers beside it may be; or it is a value missing under another word.
        (true, true) => FirstLine::Names,
        (true, false) => FirstLine::Either,
        (false, true) if !continues(first, rest) => FirstLine::Either,
        (false, _) => FirstLine::Data,
    }
}

/// Returns whether numbers may name columns: years, or whole numbers at equal distances.
fn may_be_names(values: &[f64]) -> bool {
    let whole = values.iter().all(|x| x.fract() == 0.0);
    let mut steps = values.windows(2).map(|pair| pair[1] - pair[0]);
    let equal = steps.next().is_some_and(|step| {
        step != 0.0 && (step.abs() == 1.0 || values.len() > 2) && steps.all(|other| other == step)
    });
    whole && (equal || values.iter().all(|x| YEARS.contains(x)))
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

/// Returns the number of the last lines that sum up those above: a word says so that stands in no other line of its column.
pub(super) fn totals(records: &[StringRecord]) -> usize {
    let column = |record: &StringRecord| record.iter().position(is_sum);
    let count = records.iter().rev().take_while(|record| column(record).is_some()).count();
    let (samples, sums) = records.split_at(records.len() - count);
    let among = |j: usize| samples.iter().filter_map(|record| record.get(j)).any(is_sum);
    if sums.iter().filter_map(column).any(among) || samples.is_empty() { 0 } else { count }
}

/// Returns the place of a line in the middle of others that says that it sums up some of them.
pub(super) fn total_among(records: &[StringRecord]) -> Option<usize> {
    let column = |record: &StringRecord| record.iter().position(is_sum);
    // Where many lines say so it is a category, not a summary.
    let few = |found: &Vec<usize>| 4 * found.len() <= records.len();
    let found: Vec<usize> = (0..records.len()).filter(|i| column(&records[*i]).is_some()).collect();
    Some(found).filter(few).and_then(|found| found.first().copied())
}

fn is_sum(cell: &str) -> bool {
    let cell = super::numbers::trimmed(cell);
    if cell.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | ',')) {
        return false;
    }
    let word = cell.trim_end_matches(':').to_ascii_lowercase();
    let begins = |sum: &&str| {
        word.strip_prefix(*sum).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
    };
    SHORT_SUMS.contains(&word.as_str())
        || SUMS.iter().any(begins)
        || word.starts_with("gesamtsumme")
        || word == "summe"
        || word == "totale"
        || word == "totals"
}

/// Returns whether a column counts the lines, by its name or its values.
pub(super) fn is_index(name: &str, first: bool, values: &[f64], lines: usize) -> bool {
    let all = values.len() == lines && lines > 2 && values.iter().all(|x| x.fract() == 0.0);
    let counts = values.windows(2).all(|pair| pair[1] - pair[0] == 1.0);
    // Lines may have been taken out.
    let rises = values.windows(2).all(|pair| pair[1] > pair[0]);
    let is_named = INDICES.contains(&name.to_ascii_lowercase().as_str());
    all && ((counts && (first || is_named)) || (rises && first && is_named))
}
