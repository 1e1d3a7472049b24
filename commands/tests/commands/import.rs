//! Tables become documents natively, by the reader of the page.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use crate::runner::{ROOT, Scratch, run, text};

fn import(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_import"))
        .args(arguments)
        .current_dir(ROOT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("the command ends");
    let _ = writer.join().expect("no panic");
    output
}

fn refused(arguments: &[&str], input: &str, code: i32, said: &[&str]) {
    let output = import(arguments, input.as_bytes());
    let message = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {message}");
    assert!(said.iter().all(|part| message.contains(part)), "{message} says {said:?}");
    assert!(output.stdout.is_empty());
}

const RENTS: [&str; 6] = ["--main", "miete", "--aux", "preis", "--inputs", "flaeche,zimmer"];

#[test]
fn a_table_becomes_a_document_that_runs_whether_thousands_are_written_or_not() {
    let documents = ["plain", "thousands"].map(|name| {
        let file = format!("tests/data/tables/german-{name}.csv");
        let output = import(&[&[file.as_str()], &RENTS[..], &["--title", "rents"]].concat(), b"");
        let said = text(&output.stderr);
        assert!(output.status.success() && said.contains("cut by semicolons."), "{said}");
        assert!(said.contains("Training set: "), "{said}");
        text(&output.stdout)
    });
    assert_eq!(documents[0], documents[1]);
    let solved = run(&["--digest", "-"], &documents[0]);
    assert!(solved.status.success(), "{}", text(&solved.stderr));
    assert_eq!(text(&solved.stdout).lines().count(), 4, "a digest a lane");
}

#[test]
fn what_is_not_sure_is_refused_with_the_cell_and_the_option_that_answers() {
    let lines = (0..9).map(|i| format!("{i};{};{}\n", i * i, 700 + i)).collect::<String>();
    let columns = ["-", "--main", "y", "--aux", "b", "--inputs", "a"];
    let open = format!("a;b;y\n1;2;1.250\n{lines}");
    refused(&columns, &open, 2, &["Line 2, column 3, “y”", "1.250", "1.25 or 1250", "--decimal"]);
    for decimal in [".", ","] {
        let output = import(&[&columns[..], &["--decimal", decimal]].concat(), open.as_bytes());
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    let missing = format!("a;b;y\n1;2;-9999\n{lines}");
    refused(&columns, &missing, 2, &["Line 2", "-9999", "--missing=-9999 or --number=-9999"]);
    let answered = [&columns[..], &["--missing=-9999", "--skip-missing"]].concat();
    assert!(import(&answered, missing.as_bytes()).status.success());
    let numbers = ["-", "--main", "#3", "--aux", "#2", "--inputs", "#1"];
    let years = "2019;2020;2021\n0.5;1.5;2.5\n0.25;1;3\n4;2;1\n1;5;2\n2;1;1\n";
    refused(&numbers, years, 2, &["Line 1", "2019", "--names yes or --names no"]);
    assert!(import(&[&numbers[..], &["--names", "yes"]].concat(), years.as_bytes()).status.success());
    let named = format!("a;b;y\n{lines}");
    refused(&["-", "--main", "z", "--aux", "b", "--inputs", "a"], &named, 2, &["no column is called \"z\""]);
    refused(&["/does/not/exist.csv", "--main", "a", "--inputs", "b"], "", 1, &["/does/not/exist.csv"]);
    refused(&["-", "--main", "a"], "", 2, &["no --inputs given"]);
    refused(&["-", "--main", "a", "--inputs", "b", "--split", "0.9,0.4"], "", 2, &["--split"]);
}

#[test]
fn other_encodings_are_refused_until_they_are_told() {
    let file = "tests/data/tables/gbk.csv";
    let columns = [file, "--main", "#4", "--aux", "#3", "--inputs", "#1,#2"];
    refused(&columns, "", 2, &["perhaps gb18030", "--encoding"]);
    let output = import(&[&columns[..], &["--encoding", "gb18030"]].concat(), b"");
    let said = text(&output.stderr);
    assert!(output.status.success() && said.contains("Read as gb18030."), "{said}");
    assert!(text(&output.stdout).contains("价格"), "names are Chinese");
    let wide: Vec<u8> = std::iter::once(0xfeff)
        .chain("größe;b;y\n1,5;2;3\n2,5;1;4\n3;5;5\n1;4;2\n".encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let output = import(&["-", "--main", "y", "--aux", "b", "--inputs", "größe"], &wide);
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn sets_may_be_named_by_a_column_and_the_document_written_to_a_file() {
    let lines = (0..30).map(|i| format!("{i}.5,{},{},{}\n", i % 7, i * i % 11, ["in", "held", "out"][i % 3]));
    let table = format!("a,b,y,which\n{}", lines.collect::<String>());
    let file = Scratch::new();
    let split = "which:train=in;aux=held;test=out";
    let arguments = ["-", "--main", "y", "--inputs", "a,b", "--split", split, "--raw", "--out", file.name()];
    let output = import(&arguments, table.as_bytes());
    let said = text(&output.stderr);
    assert!(output.status.success() && output.stdout.is_empty(), "{said}");
    assert!(said.contains("Training set: 10 lines; held-out set: 10; test set: 10."), "{said}");
    assert!(said.contains("fewer than 30 lines"), "{said}");
    let document: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(file.path()).expect("a file")).expect("JSON");
    assert_eq!(document["problem"]["kind"], "ridge", "without auxiliary targets");
    assert_eq!(document["problem"]["data"]["train"]["x"][1], serde_json::json!([3.5, 3.0]));
}
