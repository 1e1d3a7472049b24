//! Comparisons of numbers and digests; `cargo xtask verify` makes a table of them, a line for every number.

use std::fs::OpenOptions;
use std::io::Write;

/// Appends a line to the file that `AGREEMENT` names, if it does: test, what, expected, found, error, tolerance and
/// whether they agree, separated by tabs.
pub fn note(what: &str, expected: &str, found: &str, error: f64, tolerance: f64, ok: bool) {
    let Some(path) = std::env::var_os("AGREEMENT") else { return };
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("main");
    let test = test.rsplit("::").next().unwrap_or(test);
    let line = format!("{test}\t{what}\t{expected}\t{found}\t{error:e}\t{tolerance:e}\t{ok}\n");
    // One write a line: tests run side by side.
    let file = OpenOptions::new().append(true).create(true).open(path);
    file.and_then(|mut file| file.write_all(line.as_bytes())).expect("the file can be written");
}

/// Asserts `|found - expected| ≤ tolerance · |expected|` for each component. `cargo xtask verify` makes a
/// table of what is compared here.
#[track_caller]
pub fn assert_close(what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}: length");
    let off = |f: f64, e: f64| {
        let error = (f - e).abs();
        (if e == 0.0 { error } else { error / e.abs() }, error <= tolerance * e.abs())
    };
    for (f, e) in found.iter().zip(expected) {
        let (error, ok) = off(*f, *e);
        note(what, &format!("{e:?}"), &format!("{f:?}"), error, tolerance, ok);
    }
    for (i, (f, e)) in found.iter().zip(expected).enumerate() {
        assert!(off(*f, *e).1, "{what}[{i}]: found {f:?}, expected {e:?}");
    }
}
