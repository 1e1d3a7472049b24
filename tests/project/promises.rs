//! `docs/promises.md` promises nothing that no test guards, and names no test that does not exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Promises, each with the tests that its row names.
fn promises(page: &str) -> Vec<(String, Vec<String>)> {
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| promise |"));
    rows.map(|row| {
        let (promise, tests) = row.trim_matches('|').split_once(" | ").unwrap_or_else(|| panic!("{row}"));
        let tests = tests.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        (promise.trim().to_owned(), tests)
    })
    .collect()
}

/// Returns whether `text` has a test of this name: a function marked as one, or an entry of a list for the browser.
fn has_test(text: &str, name: &str) -> bool {
    let function = text.find(&format!("fn {name}("));
    let above = function.and_then(|at| text[..at].lines().rev().map(str::trim).find(|line| !line.is_empty()));
    let marked = above.is_some_and(|line| line == "#[test]" || line == "#[wasm_bindgen_test]");
    marked || ["(", "(\n        "].iter().any(|start| text.contains(&format!("{start}\"{name}\",")))
}

#[test]
fn every_promise_names_tests_and_they_exist() {
    let promises = promises(&read("docs/promises.md"));
    assert!(promises.len() > 20, "{} promises", promises.len());
    for (promise, tests) in &promises {
        assert!(!tests.is_empty(), "nothing guards: {promise}");
        for test in tests {
            let (file, name) = test.split_once("::").unwrap_or_else(|| panic!("{test} is no file::test"));
            assert!(has_test(&read(file), name), "{file} has no test {name}: {promise}");
        }
    }
    let different: BTreeSet<&String> = promises.iter().map(|(promise, _)| promise).collect();
    assert_eq!(different.len(), promises.len(), "each promise is made once");
}

#[test]
fn a_promise_without_a_test_is_noticed() {
    let page = "| promise | guarded by |\n|---|---|\n| a | `x::y`, `x::z` |\n| b | nothing yet |\n";
    let found = promises(page);
    assert_eq!(found[0], ("a".to_owned(), vec!["x::y".to_owned(), "x::z".to_owned()]));
    assert!(found[1].1.is_empty());
    assert!(
        has_test("#[test]\nfn y() {}", "y")
            && !has_test("fn y() {}", "y")
            && !has_test("#[test]\nfn yy() {}", "y")
    );
    assert!(
        has_test("(\"y\", y),\nfn y(page: &Page) {}", "y")
            && has_test("(\n        \"y\",\n        y,\n)", "y")
    );
}
