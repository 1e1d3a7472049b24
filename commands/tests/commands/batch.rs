//! `solve --batch`: JSON Lines in, a result line each out.

use std::fs;
use std::io::{BufRead, BufReader, Write};

use crate::runner::{Scratch, assert_refused, run, solve, text};
use auxilearn_lab::experiment::Experiment;
use proptest::prelude::*;
use serde_json::{Value, json};

/// A document that takes a millisecond.
fn document(seed: u64) -> Value {
    json!({
        "schema": 1, "title": "small", "seed": seed, "steps": 9,
        "problem": {"kind": "regression", "data": {
            "source": "generated", "n_train": 10, "n_aux_set": 20,
            "main": {"w": [1, 1], "noise": 1}, "auxiliaries": [{"name": "a", "w": [1, 0], "noise": 0.5}]}},
        "lanes": [
            {"method": {"kind": "single_task"}},
            {"label": "ours", "method": {"kind": "implicit", "inner": {"kind": "exact"},
                "outer": {"kind": "sgd", "lr": 0.1}, "inverse_hvp": {"kind": "direct"}}},
        ],
    })
}

/// Lines for ids 0, 1, …, every fifth one bad.
fn lines(count: u64) -> String {
    let line = |i| match i % 5 {
        4 => format!("{{\"id\": {i}, \"document\": {{\"schema\": 2}}}}\n"),
        _ => format!("{}\n", json!({"id": i, "document": document(i)})),
    };
    (0..count).map(line).collect()
}

/// The result lines of an input.
fn results(input: &str) -> Vec<Value> {
    let output = run(&["--batch", "-"], input);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The error of an input's only line.
fn error(line: &str) -> Value {
    let mut results = results(line);
    assert_eq!(results.len(), 1, "{results:?}");
    assert!(results[0].get("lanes").is_none());
    results[0]["error"].take()
}

#[test]
fn a_result_has_the_numbers_of_the_same_document_run_alone() {
    let results = results(&json!({"id": "x", "document": document(5)}).to_string());
    let experiment = Experiment::from_json(&document(5).to_string()).expect("valid");
    let runs = experiment.runs().expect("finite data");
    assert_eq!(results[0]["id"], "x");
    assert_eq!(results[0]["seed"], 5);
    let lanes = results[0]["lanes"].as_array().expect("lanes");
    assert_eq!(lanes.len(), runs.len());
    for (lane, mut run) in lanes.iter().zip(runs) {
        run.advance(u64::MAX);
        assert_eq!(lane["label"], run.label());
        assert_eq!(lane["method"], run.method());
        assert_eq!(lane["status"], run.status().word());
        assert_eq!(lane["steps"], run.step());
        assert_eq!(lane["digest"], run.trace().digest());
        for (c, quantity) in run.trace().layout().quantities().iter().enumerate() {
            let last = *run.trace().column(c).last().expect("a row");
            let found = &lane["final"][quantity.name()];
            assert_eq!(found.as_f64().map(f64::to_bits), (!last.is_nan()).then_some(last.to_bits()));
        }
    }
}

#[test]
fn ids_are_carried_through_unchanged_and_in_order() {
    let ids = [
        json!("a"),
        json!("7"),
        json!(7),
        json!(18_446_744_073_709_551_615u64),
        json!(-3),
        json!(0.5),
        json!("ü\n"),
    ];
    let input: String =
        ids.iter().map(|id| format!("{}\n", json!({"id": id, "document": document(1)}))).collect();
    let found: Vec<Value> = results(&input).iter().map(|result| result["id"].clone()).collect();
    assert_eq!(found, ids);
}

#[test]
fn an_id_may_stand_among_the_fields_of_a_document_and_without_one_the_line_counts() {
    let mut with_id = document(1);
    with_id["id"] = "inside".into();
    let results = results(&format!("{with_id}\n\n{}\n  \r\n{{}}\n", document(2)));
    let ids: Vec<_> =
        results.iter().map(|result| (result["id"].clone(), result.get("line").cloned())).collect();
    assert_eq!(ids, [(json!("inside"), None), (json!(3), Some(json!(3))), (json!(5), Some(json!(5)))]);
    assert_eq!(results[0]["lanes"].as_array().map(Vec::len), Some(2));
    assert_eq!(results[2]["error"]["field"], "schema");
}

#[test]
fn a_line_number_is_not_taken_for_an_id() {
    let input = format!("broken\n{}\n", json!({"id": 1, "document": document(1)}));
    let results = results(&input);
    assert_eq!(results[0]["line"], 1);
    assert!(results[1].get("error").is_none(), "{}", results[1]);
}

#[test]
fn a_grid_is_the_product_of_its_values_in_the_order_of_sorted_paths() {
    let grid = json!({"seed": [1, 2], "lanes[1].method.outer.lr": [0.1, 0.2, 0.3]});
    let results = results(&json!({"id": "g", "grid": grid, "document": document(0)}).to_string());
    let points = [(0.1, 1), (0.1, 2), (0.2, 1), (0.2, 2), (0.3, 1), (0.3, 2)];
    assert_eq!(results.len(), points.len());
    for (result, (lr, seed)) in results.iter().zip(points) {
        assert_eq!(result["id"], format!("g/lanes[1].method.outer.lr={lr}/seed={seed}"));
        assert_eq!(result["overrides"], json!({"seed": seed, "lanes[1].method.outer.lr": lr}));
        let mut document = document(seed);
        document["lanes"][1]["method"]["outer"]["lr"] = lr.into();
        let alone = self::results(&document.to_string());
        assert_eq!(result["lanes"], alone[0]["lanes"]);
    }
}

#[test]
fn a_grid_may_set_fields_that_the_document_leaves_out_and_whole_objects() {
    let method = json!({"kind": "best_response"});
    let grid = json!({"start.phi": [[2.0], [3.0]], "lanes[1].method": [method]});
    let mut line = document(3);
    line["grid"] = grid;
    let results = results(&line.to_string());
    assert_eq!(results.len(), 2);
    assert_eq!(results[0]["lanes"][1]["method"], "best_response");
    assert_eq!(results[1]["id"], r#"1/lanes[1].method={"kind":"best_response"}/start.phi=[3.0]"#);
    assert_eq!(results[1]["line"], 1);
}

#[test]
fn a_bad_point_of_a_grid_is_an_error_of_its_own() {
    let grid = json!({"lanes[1].method.outer.lr": [0.1, -1], "lanes[9].label": ["x"]});
    let results = results(&json!({"id": 1, "grid": {"steps": [3, 0]}, "document": document(0)}).to_string());
    assert!(results[0].get("error").is_none());
    assert_eq!(results[1]["error"]["field"], "steps");
    assert_eq!(results[1]["overrides"], json!({"steps": 0}));
    let results = self::results(&json!({"id": 2, "grid": grid, "document": document(0)}).to_string());
    assert!(results.iter().all(|result| result["error"]["field"] == "lanes[9].label"), "{results:?}");
}

#[test]
fn a_bad_line_is_a_result_line_that_says_what_is_wrong() {
    let cases = [
        ("{", "", "a line of JSON"),
        ("[1]", "", "an object"),
        ("\"text\"", "", "an object"),
        ("{}", "schema", "this field"),
        (r#"{"id": null, "document": {}}"#, "id", "a string, or a number of at most 64 bits"),
        (r#"{"id": [1], "document": {}}"#, "id", "a string, or a number of at most 64 bits"),
        (
            r#"{"id": 123456789012345678901234, "document": {}}"#,
            "id",
            "a string, or a number of at most 64 bits",
        ),
        (r#"{"id": 1, "document": {}, "lane": 1}"#, "lane", "only the fields id, document, grid"),
        (r#"{"id": 1, "document": 3}"#, "", "an object"),
        (r#"{"id": 1, "document": {}, "grid": [1]}"#, "grid", "an object of lists of values"),
        (r#"{"id": 1, "document": {}, "grid": {"seed": 1}}"#, "grid.seed", "a list of at least one value"),
        (r#"{"id": 1, "document": {}, "grid": {"seed": []}}"#, "grid.seed", "a list of at least one value"),
        (
            r#"{"id": 1, "document": {}, "grid": {"a..b": [1]}}"#,
            "grid.a..b",
            "a path such as lanes[0].method.outer.lr",
        ),
        (
            r#"{"id": 1, "document": {}, "grid": {"a[x]": [1]}}"#,
            "grid.a[x]",
            "a path such as lanes[0].method.outer.lr",
        ),
    ];
    for (line, field, expected) in cases {
        let error = error(line);
        assert_eq!(error["field"], field, "{line}: {error}");
        assert_eq!(error["expected"], expected, "{line}: {error}");
        assert!(error["message"].as_str().is_some_and(|m| m.contains(expected)), "{line}: {error}");
        assert!(error["found"].is_string());
    }
}

#[test]
fn a_line_that_is_not_text_or_too_long_is_an_error_and_the_next_one_runs() {
    let mut child = solve().args(["--batch", "-"]).spawn().expect("the command runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || {
        stdin.write_all(b"{\"id\": \"\xff\"}\n").expect("it is read");
        stdin.write_all(&vec![b'x'; 11_000_000]).expect("it is read");
        stdin.write_all(format!("\n{}", document(1)).as_bytes()).expect("it is read");
    });
    let output = child.wait_with_output().expect("an end");
    writer.join().expect("no panic");
    let found: Vec<Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(found.len(), 3, "{found:?}");
    assert_eq!(found[0]["error"]["expected"], "a line of JSON");
    assert_eq!(found[1]["error"]["expected"], "a line of at most 10 MB");
    assert_eq!(found[2]["line"], 3);
    assert!(found[2]["lanes"].is_array());
}

#[test]
fn an_id_that_has_been_there_before_is_an_error() {
    let line = |id: Value, seed| format!("{}\n", json!({"id": id, "document": document(seed)}));
    let input = line(json!(1), 1) + &line(json!("1"), 2) + &line(json!(1), 3) + "\n";
    let results = results(&input);
    assert!(results[0]["lanes"].is_array() && results[1]["lanes"].is_array());
    assert_eq!(results[2]["id"], 1);
    assert_eq!(results[2]["error"]["field"], "id");
    assert_eq!(results[2]["error"]["found"], "1");
}

#[test]
fn no_two_results_have_one_id_though_some_lines_have_none() {
    let line = |id: Option<Value>, seed| {
        let mut line = json!({"document": document(seed)});
        line["id"] = id.unwrap_or_default();
        if line["id"].is_null() {
            line = document(seed);
        }
        format!("{line}\n")
    };
    let some = |id: Value| Some(id);
    // Lines 2 and 6 have the ids of lines before them, line 5 that of a line without one.
    let input = line(some(json!(2)), 1)
        + &line(None, 2)
        + &line(None, 3)
        + &line(some(json!("3")), 4)
        + &line(some(json!(3)), 5)
        + &line(some(json!(7)), 6)
        + &line(None, 7);
    let results = results(&input);
    let refused: Vec<bool> = results.iter().map(|result| result.get("error").is_some()).collect();
    assert_eq!(refused, [false, true, false, false, true, false, true]);
    let expected = "id: expected an id that no line before has, found ";
    for (at, line, id) in [(1, json!(2), 2), (4, Value::Null, 3), (6, json!(7), 7)] {
        assert_eq!(results[at]["error"]["message"], format!("{expected}{id}"));
        assert_eq!(results[at]["line"], line);
    }
    // A batch that goes on finds the same.
    let file = Scratch::new();
    let whole = run(&["--batch", "-"], &input).stdout;
    for kept in (0..=whole.len()).step_by(1 + whole.len() / 20) {
        fs::write(file.path(), &whole[..kept]).expect("the file can be written");
        run(&["--batch", "-", "--out", file.name()], &input);
        assert!(fs::read(file.path()).expect("the file") == whole, "cut at {kept} of {}", whole.len());
    }
}

#[test]
fn a_field_that_stands_twice_in_a_line_is_refused_with_its_path() {
    let document = document(1).to_string();
    let twice = document.replacen("\"seed\":", "\"seed\":5,\"seed\":", 1);
    let input = format!(
        "{twice}\n{{\"document\":{twice}}}\n{{\"id\":8,\"id\":9,\"document\":{document}}}\n{{\"id\":4,\"document\":{document}}}\n"
    );
    let results = results(&input);
    for (at, field) in [(0, "seed"), (1, "seed"), (2, "id")] {
        assert_eq!(results[at]["error"]["field"], field);
        assert_eq!(results[at]["error"]["expected"], "this field once");
        assert_eq!(results[at]["line"], at + 1);
    }
    assert!(results[3].get("error").is_none());
}

#[test]
fn the_results_do_not_depend_on_the_number_of_jobs() {
    let input = lines(60);
    let all = run(&["--batch", "-"], &input);
    assert_eq!(text(&all.stdout).lines().count(), 60);
    for jobs in ["1", "3", "64"] {
        assert_eq!(run(&["--jobs", jobs, "--batch", "-"], &input).stdout, all.stdout, "{jobs} jobs");
    }
}

#[test]
fn a_batch_that_was_killed_goes_on_and_ends_with_the_same_file() {
    // A duplicate and lines without id among them.
    let input = lines(12) + &lines(2) + &document(1).to_string() + "\nbroken\n";
    let whole = run(&["--batch", "-"], &input).stdout;
    let file = Scratch::new();
    for kept in (0..=whole.len()).step_by(1 + whole.len() / 25).chain([whole.len() - 1, whole.len()]) {
        fs::write(file.path(), &whole[..kept]).expect("the file can be written");
        let output = run(&["--batch", "-", "--out", file.name()], &input);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(output.stdout.is_empty());
        assert!(fs::read(file.path()).expect("the file") == whole, "cut at {kept} of {}", whole.len());
    }
}

#[test]
fn results_that_are_there_are_not_computed_again_and_new_lines_are_appended() {
    let file = Scratch::new();
    let there = "{\"id\":1,\"lanes\":[{\"digest\":\"of another day\"}]}\n";
    fs::write(file.path(), there).expect("the file can be written");
    let output = run(&["--batch", "-", "--out", file.name()], &lines(3));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "solve: 1 results are there already\n");
    let written = fs::read_to_string(file.path()).expect("the file");
    assert!(written.starts_with(there));
    let ids: Vec<Value> =
        written.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")["id"].take()).collect();
    assert_eq!(ids, [1, 0, 2]);
}

#[test]
fn a_file_that_holds_no_results_is_refused_and_left_as_it_is() {
    let file = Scratch::new();
    for held in [lines(3), "notes\nof mine\n".to_owned(), "{\"id\":1}\n".to_owned(), "[]\n".to_owned()] {
        fs::write(file.path(), &held).expect("the file can be written");
        let output = run(&["--batch", "-", "--out", file.name()], &lines(3));
        assert_eq!(output.status.code(), Some(2), "{held}");
        assert!(text(&output.stderr).contains("is no result of a batch"), "{}", text(&output.stderr));
        assert_eq!(fs::read_to_string(file.path()).expect("the file"), held);
    }
}

#[test]
fn two_batches_do_not_write_to_one_file() {
    let file = Scratch::new();
    let mut first = solve().args(["--batch", "-", "--out", file.name()]).spawn().expect("the command runs");
    let mut stdin = first.stdin.take().expect("a pipe");
    stdin.write_all(lines(1).as_bytes()).expect("it is read");
    // Its first result shows that it has begun.
    while fs::read(file.path()).map_or(true, |written| written.is_empty()) {
        std::thread::yield_now();
    }
    let second = run(&["--batch", "-", "--out", file.name()], &lines(2));
    assert_eq!(second.status.code(), Some(1));
    assert!(text(&second.stderr).contains("another process"), "{}", text(&second.stderr));
    drop(stdin);
    assert!(first.wait().expect("an end").success());
}

#[test]
fn a_result_does_not_wait_for_the_next_line() {
    let mut child = solve().args(["--batch", "-"]).spawn().expect("the command runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut answers = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    for seed in 0..3 {
        writeln!(stdin, "{}", json!({"id": seed, "document": document(seed)})).expect("it is read");
        let answer = answers.next().expect("a line").expect("text");
        assert!(answer.starts_with(&format!("{{\"id\":{seed},")), "{answer}");
    }
    drop(stdin);
    assert!(answers.next().is_none());
    assert!(child.wait().expect("an end").success());
}

#[test]
fn a_grid_of_a_billion_points_starts_at_once_and_a_closed_pipe_ends_it_quietly() {
    let thousand: Vec<u64> = (1..=1000).collect();
    let grid =
        json!({"seed": thousand, "problem.data.n_train": thousand, "problem.data.n_aux_set": thousand});
    let mut child = solve().args(["--batch", "-"]).spawn().expect("the command runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    writeln!(stdin, "{}", json!({"id": 1, "grid": grid, "document": document(0)})).expect("it is read");
    let mut answers = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    for _ in 0..50 {
        assert!(answers.next().expect("a line").expect("text").contains("digest"));
    }
    drop(answers);
    let output = child.wait_with_output().expect("an end");
    drop(stdin);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn a_bad_command_line_is_one_clear_line_and_exit_code_2() {
    let cases: [(&[&str], &str); 7] = [
        (&["--batch"], "--batch"),
        (&["--batch", "-", "file"], "file"),
        (&["--batch", "-", "--json"], "--json"),
        (&["--batch", "-", "--digest"], "--digest"),
        (&["--batch", "-", "--jobs", "0"], "--jobs"),
        (&["--batch", "-", "--jobs", "many"], "--jobs"),
        (&["--jobs", "2", "-"], "--jobs is for --batch"),
    ];
    for (arguments, expected) in cases {
        assert_refused(arguments, "", 2, expected);
    }
}

/// A line with something put in, taken out or replaced; no digits, which could make it a long run.
fn broken_line() -> impl Strategy<Value = String> {
    let line = json!({"id": "victim", "document": document(10), "grid": {"steps": [1, 2]}}).to_string();
    let junk = "[ \\[\\]{}\",:.eE+\\-a-z\\\\\u{e9}\u{0}]{0,3}";
    (0..line.len(), 0..4usize, junk).prop_map(move |(at, length, junk)| {
        let end = (at + length).min(line.len());
        format!("{}{junk}{}", &line[..at], &line[end..])
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn whatever_the_lines_are_each_has_a_result_and_the_good_ones_their_numbers(
        broken in prop::collection::vec(broken_line(), 40)
    ) {
        let good = results(&json!({"id": "good", "document": document(1)}).to_string());
        let mut input = String::new();
        for (i, line) in broken.iter().enumerate() {
            input += &format!("{line}\n{}\n", json!({"id": format!("good {i}"), "document": document(1)}));
        }
        let results = results(&input);
        let (intact, others): (Vec<_>, Vec<_>) =
            results.iter().partition(|result| result["id"].as_str().is_some_and(|id| id.starts_with("good ")));
        prop_assert_eq!(intact.len(), broken.len());
        for (i, result) in intact.iter().enumerate() {
            prop_assert_eq!(&result["id"], &json!(format!("good {i}")));
            prop_assert_eq!(&result["lanes"], &good[0]["lanes"]);
        }
        prop_assert!(others.len() >= broken.len());
        for result in others {
            let shown = ["lanes", "error"].iter().filter(|key| result.get(**key).is_some()).count();
            prop_assert_eq!(shown, 1, "{}", result);
            prop_assert!(result["id"].is_string() || result["id"].is_number());
        }
    }
}
