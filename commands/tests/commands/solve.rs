//! The native runner as a user scripts it.

use std::io::{BufRead, BufReader};

use crate::runner::{ROOT, Scratch, assert_refused, run, solve, text};
use auxilearn_lab::experiment::{Experiment, presets};

fn default_document() -> &'static str {
    presets::all()[0].document
}

#[test]
fn csv_has_the_stable_columns_and_a_row_a_step_and_lane() {
    let output = run(&["-"], default_document());
    assert!(output.status.success());
    let mut csv = csv::Reader::from_reader(output.stdout.as_slice());
    let header: Vec<_> = csv.headers().expect("a header").iter().map(str::to_owned).collect();
    let expected = "lane,step,phi_1,phi_2,w_1,w_2,loss_train,loss_main,loss_aux_set,loss_test,\
                    alignment_1,alignment_2,hypergradient_1,hypergradient_2,stationarity,fall_by_w,fall_by_phi";
    assert_eq!(header.join(","), expected);
    let experiment = Experiment::from_json(default_document()).expect("valid");
    let mut records = csv.records().map(|record| record.expect("a record"));
    for mut run in experiment.runs().expect("finite data") {
        run.advance(u64::MAX);
        for row in 0..run.trace().rows() {
            let record = records.next().expect("a row");
            assert_eq!(&record[0], run.label());
            assert_eq!(record[1], row.to_string());
            for c in 1..run.trace().layout().width() {
                let value = run.trace().column(c)[row];
                match &record[c + 1] {
                    "" => assert!(value.is_nan()),
                    field => assert_eq!(field.parse::<f64>().expect("a number").to_bits(), value.to_bits()),
                }
            }
        }
    }
    assert!(records.next().is_none());
}

#[test]
fn a_column_that_only_some_lanes_have_is_empty_for_the_others() {
    let mut document: serde_json::Value = serde_json::from_str(default_document()).expect("JSON");
    let grid = serde_json::json!({"kind": "grid_search", "low": 0, "high": 1, "points": 2});
    document["lanes"]
        .as_array_mut()
        .expect("lanes")
        .push(serde_json::json!({"label": "Grid", "method": grid}));
    document["steps"] = 4.into();
    let output = run(&["-"], &document.to_string());
    assert!(output.status.success(), "{}", text(&output.stderr));
    let mut csv = csv::Reader::from_reader(output.stdout.as_slice());
    let last = csv.headers().expect("a header").len() - 1;
    assert_eq!(&csv.headers().expect("a header")[last], "inner_solves");
    let records: Vec<_> =
        csv.records().map(|record| record.expect("a record as long as the header")).collect();
    assert_eq!(records.len(), 3 * 5, "a row a step and lane");
    for record in &records {
        let solves = if &record[0] == "Grid" { format!("{}.0", &record[1]) } else { String::new() };
        assert_eq!(record[last], solves, "{record:?}");
    }
}

#[test]
fn standard_error_names_label_status_steps_and_digest_of_each_lane() {
    let output = run(&["-", "--digest"], default_document());
    let lines: Vec<_> = text(&output.stderr).lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 2);
    for (line, printed) in lines.iter().zip(text(&output.stdout).lines()) {
        let fields: Vec<_> = line.split('\t').collect();
        let [label, status, steps, digest] = fields[..] else { panic!("{line}") };
        assert!(["finished", "converged"].contains(&status), "{line}");
        assert!(steps.parse::<u64>().is_ok_and(|steps| steps > 0), "{line}");
        assert_eq!(printed, format!("{digest}  {label}"));
    }
}

#[test]
fn json_holds_the_same_numbers_and_null_for_absent_ones() {
    let output = run(&["--json", "-"], default_document());
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let lane = &json["lanes"][1];
    assert_eq!(lane["method"], "implicit");
    assert!(lane["columns"]["alignment_1"][0].is_null());
    let rows = lane["columns"]["step"].as_array().expect("a list").len();
    assert_eq!(rows as u64, lane["steps"].as_u64().expect("a count") + 1);
}

#[test]
fn the_trace_can_be_written_to_a_file() {
    let file = Scratch::new();
    let output = run(&["--out", file.name(), "-"], default_document());
    let written = std::fs::read(file.path()).expect("the file");
    assert!(output.stdout.is_empty());
    assert_eq!(written, run(&["-"], default_document()).stdout);
}

#[test]
fn bad_input_is_one_clear_line_and_exit_code_2() {
    let broken = default_document().replace("\"lr\": 0.05, \"steps\"", "\"lr\": 1e300, \"steps\"");
    let cases: [(&[&str], &str, &str); 6] = [
        (&["-"], broken.as_str(), "lanes[1].method.inner.lr"),
        (&["-"], "{", "expected JSON"),
        (&[], "", "no experiment document"),
        (&["--fast", "-"], "", "--fast"),
        (&["-", "second"], "", "second"),
        (&["--out"], "", "--out"),
    ];
    for (arguments, input, expected) in cases {
        assert_refused(arguments, input, 2, expected);
    }
}

#[test]
fn what_cannot_be_read_or_written_is_one_clear_line_and_exit_code_1() {
    let cases: [(&[&str], &str); 8] = [
        (&["no/such/file.json"], "no/such/file.json"),
        (&[env!("CARGO_MANIFEST_DIR")], env!("CARGO_MANIFEST_DIR")),
        (&["-", "--out", "no/such/folder/file"], "no/such/folder/file"),
        (&["-", "--out", env!("CARGO_MANIFEST_DIR")], env!("CARGO_MANIFEST_DIR")),
        (&["--batch", "no/such/file"], "no/such/file"),
        (&["--batch", env!("CARGO_MANIFEST_DIR")], env!("CARGO_MANIFEST_DIR")),
        (&["--batch", "-", "--out", "no/such/folder/file"], "no/such/folder/file"),
        (&["--batch", "-", "--out", env!("CARGO_MANIFEST_DIR")], env!("CARGO_MANIFEST_DIR")),
    ];
    for (arguments, named) in cases {
        assert_refused(arguments, default_document(), 1, named);
    }
}

#[test]
fn a_refused_document_leaves_the_file_of_the_trace_as_it_is() {
    let file = Scratch::new();
    std::fs::write(file.path(), "kept").expect("the file can be written");
    assert_eq!(run(&["-", "--out", file.name()], "{").status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(file.path()).expect("the file"), "kept");
}

/// The traces take 14 MB here; as one JSON value they took eight times as much.
#[cfg(target_os = "linux")]
#[test]
fn json_takes_little_more_memory_than_the_traces() {
    let mut document: serde_json::Value = serde_json::from_str(default_document()).expect("JSON");
    document["steps"] = 50_000.into();
    document["tolerance"] = 0.into(); // no lane ends before
    let lane = document["lanes"][1].clone();
    document["lanes"] = (0..2).map(|_| lane.clone()).collect();
    let file = Scratch::new();
    std::fs::write(file.path(), document.to_string()).expect("the file can be written");
    let command = "ulimit -v 60000 && exec \"$0\" --json \"$1\" > /dev/null";
    let arguments = ["-c", command, env!("CARGO_BIN_EXE_solve"), file.name()];
    let output = std::process::Command::new("sh").args(arguments).output().expect("a shell");
    let said = text(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert_eq!(said.matches("\tfinished\t50000\t").count(), 2, "{said}");
}

#[test]
fn a_reader_that_has_seen_enough_ends_it_without_a_word() {
    for format in [&["www/experiments/noisy-main.json"][..], &["--json", "www/experiments/noisy-main.json"]] {
        let mut command = solve();
        command.args(format).current_dir(ROOT);
        let mut child = command.spawn().expect("the command runs");
        drop(child.stdin.take());
        let mut first = [0; 1];
        std::io::Read::read_exact(&mut child.stdout.take().expect("a pipe"), &mut first).expect("a byte");
        let output = child.wait_with_output().expect("the command ends");
        assert!(output.status.success());
        assert_eq!(text(&output.stderr).lines().count(), 2, "only the lanes: {}", text(&output.stderr));
    }
}

#[test]
fn a_closed_standard_error_is_no_failure() {
    let mut command = solve();
    command.args(["--digest", "www/experiments/noisy-main.json"]).current_dir(ROOT);
    let mut child = command.spawn().expect("the command runs");
    drop((child.stdin.take(), child.stderr.take()));
    let lines: Vec<_> = BufReader::new(child.stdout.take().expect("a pipe")).lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(child.wait().expect("an end").success());
}
