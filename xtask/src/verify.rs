//! The agreement table: every exact answer, reference number and recorded digest beside ours.
//!
//! The tests that compare them write down what they compare (`tests/agreement`), so that the
//! table and the tests cannot part.

use crate::cargo::{PACKAGE, cargo, target_dir};
use anyhow::{Context, Result, bail, ensure};

/// The files of `tests/solver` whose comparisons make up the table, and what they hold ours against.
const SOURCES: [(&str, &str); 5] = [
    ("oracles", "exact answers"),
    ("reference", "the authors' published code, float64"),
    ("precision", "random linear problems in 32 digits"),
    ("scaling", "the same runs in other units"),
    ("digests", "recorded digests of every preset, to the last bit"),
];

/// What a test compared under one name: the worst of its numbers.
#[derive(Debug, PartialEq)]
struct Row {
    name: String,
    values: usize,
    expected: String,
    found: String,
    error: f64,
    tolerance: f64,
    ok: bool,
}

/// Runs the tests and prints the table.
///
/// # Errors
/// If a number is off or a test fails.
pub fn verify() -> Result<()> {
    let (mut all, mut off, mut failed) = (0, 0, Vec::new());
    for (test, title) in SOURCES {
        let path = target_dir().join(format!("agreement-{test}.tsv"));
        let _ = std::fs::remove_file(&path);
        let named = format!("{test}::");
        let run = cargo(["test", "--quiet", "--package", PACKAGE, "--test", "solver", "--", &named])
            .env("AGREEMENT", &path)
            .output();
        let run = run.with_context(|| format!("cannot run the test {test}"))?;
        if !run.status.success() {
            eprintln!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
            failed.push(test);
        }
        let lines = std::fs::read_to_string(&path).unwrap_or_default();
        let rows = rows(&lines)?;
        ensure!(!rows.is_empty() || failed.contains(&test), "tests/solver/{test}.rs compares nothing");
        println!("\n{title} (tests/solver/{test}.rs)\n");
        print(&rows);
        all += rows.iter().map(|row| row.values).sum::<usize>();
        off += rows.iter().filter(|row| !row.ok).count();
    }
    if !failed.is_empty() || off > 0 {
        bail!("{off} rows are off; failed tests: {}", failed.join(", "));
    }
    println!("\nall {all} values agree");
    Ok(())
}

/// A row for each name, sorted by test; the steps of a trajectory are one name.
fn rows(lines: &str) -> Result<Vec<Row>> {
    let mut rows: Vec<Row> = Vec::new();
    for line in lines.lines() {
        let row = row(line).with_context(|| format!("not a comparison: {line}"))?;
        match rows.iter_mut().find(|known| known.name == row.name) {
            None => rows.push(row),
            Some(known) => {
                let values = known.values + 1;
                if worse(&row, known) {
                    *known = row;
                }
                known.values = values;
            }
        }
    }
    // Stable: the numbers of a test stay in its order.
    rows.sort_by(|a, b| test_of(a).cmp(test_of(b)));
    Ok(rows)
}

fn test_of(row: &Row) -> &str {
    row.name.split(": ").next().unwrap_or_default()
}

/// Returns whether `row` is the one to show of two.
fn worse(row: &Row, known: &Row) -> bool {
    let share = |row: &Row| if row.error == 0.0 { 0.0 } else { row.error / row.tolerance };
    (!row.ok, share(row)) > (!known.ok, share(known))
}

fn row(line: &str) -> Option<Row> {
    let mut fields = line.split('\t');
    let mut next = || fields.next().map(str::to_owned);
    let (test, what) = (next()?, next()?);
    let what = what.replace('"', "");
    let what = match what.split_once(", step ") {
        Some((case, rest)) => format!("{case}: {}", rest.split_once(": ")?.1),
        None => what,
    };
    Some(Row {
        name: format!("{test}: {what}"),
        values: 1,
        expected: next()?,
        found: next()?,
        error: next()?.parse().ok()?,
        tolerance: next()?.parse().ok()?,
        ok: next()? == "true",
    })
}

fn print(rows: &[Row]) {
    let widest = |text: fn(&Row) -> &str, least: usize| {
        rows.iter().map(|row| text(row).chars().count()).max().unwrap_or(0).max(least)
    };
    let widths = [widest(what_of, 4), widest(|row| &row.expected, 8), widest(|row| &row.found, 4)];
    let [name, expected, found] = widths;
    let mut test = "";
    for row in rows {
        if test_of(row) != test {
            test = test_of(row);
            println!("{test}");
            println!(
                "  {:name$}  values  {:expected$}  {:found$}  error    allowed  ok",
                "what", "expected", "ours"
            );
        }
        println!(
            "  {:name$}  {:6}  {:expected$}  {:found$}  {:7.1e}  {:7.0e}  {}",
            what_of(row),
            row.values,
            row.expected,
            row.found,
            row.error,
            row.tolerance,
            if row.ok { "yes" } else { "NO" }
        );
    }
}

fn what_of(row: &Row) -> &str {
    row.name.split_once(": ").map_or("", |(_, what)| what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_number_of_a_name_is_shown_and_all_are_counted() {
        let lines = "b\tcase, step 1: w\t1.0\t1.1\t1e-1\t1e-8\tfalse\nb\tcase, step 2: w\t2.0\t2.0\t0e0\t1e-8\ttrue\n\
                     a\tx\t3.0\t3.0\t1e-12\t1e-10\ttrue\n";
        let rows = rows(lines).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[0].name.as_str(), rows[0].values, rows[0].ok), ("a: x", 1, true));
        assert_eq!((rows[1].name.as_str(), rows[1].values, rows[1].ok), ("b: case: w", 2, false));
        assert_eq!(rows[1].found, "1.1");
    }

    #[test]
    fn a_line_that_is_no_comparison_is_refused() {
        assert!(rows("nonsense\n").is_err());
        assert!(rows("a\tx\t1\t1\tnot a number\t0\ttrue\n").is_err());
    }
}
