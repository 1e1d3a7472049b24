//! `docs/methods.md` cannot go stale: every kind has a row, and the tests that rows name exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Texts between double quotes.
fn quoted(text: &str) -> BTreeSet<String> {
    text.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// What stands between `start` and the first `end` after it.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("no {start}"));
    rest.split_once(end).unwrap_or_else(|| panic!("no {end} after {start}")).0
}

/// Part in the table, and the words that its enum or reader knows.
fn kinds() -> Vec<(&'static str, BTreeSet<String>)> {
    let of_enum =
        |file: &str, name: &str| quoted(between(&read(file), &format!("pub enum {name} {{"), "\n    }"));
    let combination = read("src/experiment/read/kinds/mod.rs");
    let combination = between(&combination, "pub(super) fn combination", "]");
    vec![
        ("method", of_enum("src/solver/method/mod.rs", "MethodKind")),
        ("inverse_hvp", of_enum("src/solver/ihvp/mod.rs", "InverseHvpKind")),
        ("inner", of_enum("src/solver/inner/mod.rs", "InnerSolver")),
        ("outer", of_enum("src/solver/outer.rs", "OuterOptimizer")),
        ("constraint", of_enum("src/solver/constraint.rs", "Constraint")),
        ("combination", quoted(between(&format!("{combination}]"), "tag(\"kind\", &[", "]"))),
        (
            "problem",
            quoted(
                between(&read("src/experiment/read/kinds/problem.rs"), "KINDS: ", ";\n")
                    .split_once('=')
                    .expect("a list")
                    .1,
            ),
        ),
    ]
}

/// Cells of the table's rows.
fn rows() -> Vec<Vec<String>> {
    let guide = read("docs/methods.md");
    let lines = guide.lines().skip_while(|line| !line.starts_with("| part |")).skip(2);
    let table = lines.take_while(|line| line.starts_with('|'));
    table.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

#[test]
fn every_kind_has_one_row_and_every_row_a_kind() {
    let rows = rows();
    for row in &rows {
        assert_eq!(row.len(), 6, "part, kind, what, source, cost, tests: {row:?}");
    }
    for (part, kinds) in kinds() {
        assert!(kinds.len() > 1, "{part}: {kinds:?}");
        let mut listed: Vec<&str> =
            rows.iter().filter(|row| row[0] == part).map(|row| row[1].trim_matches('`')).collect();
        listed.sort_unstable();
        assert_eq!(listed, kinds.iter().collect::<Vec<_>>(), "{part}");
    }
    let parts: BTreeSet<&str> = kinds().iter().map(|(part, _)| *part).collect();
    assert!(rows.iter().all(|row| parts.contains(row[0].as_str())));
}

#[test]
fn every_row_names_tests_and_they_exist() {
    for row in rows() {
        let tests: Vec<&str> = row[5].split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty(), "{row:?}");
        for test in tests {
            let (file, name) = test.split_once("::").unwrap_or_else(|| panic!("{test} is no file::test"));
            let text = read(file);
            let at = text.find(&format!("fn {name}(")).unwrap_or_else(|| panic!("{file} has no {name}"));
            let mut above = text[..at].lines().rev().map(str::trim).filter(|line| !line.is_empty());
            assert_eq!(above.next(), Some("#[test]"), "{test} is a test");
        }
    }
}
