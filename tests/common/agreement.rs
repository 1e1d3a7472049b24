//! What `cargo xtask verify` makes a table of: a line for every number that a test compares.

use std::fs::OpenOptions;
use std::io::Write;

/// Where `AGREEMENT` names a file, appends a line to it: test, what, expected, found, error, tolerance and
/// whether they agree, separated by tabs.
pub fn note(what: &str, expected: &str, found: &str, error: f64, tolerance: f64, ok: bool) {
    let Some(path) = std::env::var_os("AGREEMENT") else { return };
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("main");
    let line = format!("{test}\t{what}\t{expected}\t{found}\t{error:e}\t{tolerance:e}\t{ok}\n");
    // One write a line: tests run side by side.
    let file = OpenOptions::new().append(true).create(true).open(path);
    file.and_then(|mut file| file.write_all(line.as_bytes())).expect("the file can be written");
}

/// Asserts that two texts, such as digests, are the same.
#[track_caller]
pub fn assert_same(what: &str, found: &str, expected: &str) {
    let ok = found == expected;
    note(what, expected, found, f64::from(u8::from(!ok)), 0.0, ok);
    assert!(ok, "{what}: found {found}, expected {expected}");
}
