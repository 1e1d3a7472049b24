//! The user's own tables: CSV of whatever spreadsheet becomes a document that runs; what is wrong is told with its line.

use auxilearn_lab::experiment::{Experiment, Json};
use auxilearn_lab::table::{Choices, Content, Dialect, Kind, MAX_TABLE_BYTES, Split, Table, check_bytes};
use proptest::prelude::*;

/// Six lines: two inputs, main target, auxiliary target, a word, and which set.
const SMALL: &str = "a,b,y,z,sex,set\n\
    1,2,3.5,-1,male,train\n2,1,2.5,0,female,train\n3,5,1e2,1,male,train\n\
    4,4,-2,2,female,val\n5,9,0,3,male,val\n6,1,1,4,female,test\n";

fn choices() -> Choices {
    Choices {
        title: "mine".to_owned(),
        kind: Kind::Regression,
        inputs: vec![0, 1],
        main: 2,
        auxiliaries: vec![3],
        split: by_set(),
        standardise: false,
        skip_missing: false,
        lines: None,
        seed: 5,
    }
}

fn by_set() -> Split {
    let values = |value: &str| vec![value.to_owned()];
    Split::Column { column: 5, train: values("train"), aux_set: values("val"), test: values("test") }
}

fn shares(train: f64, aux_set: f64) -> Split {
    Split::Shares { train, aux_set }
}

fn table(text: &str) -> Table {
    Table::read(text, &Dialect::default()).unwrap_or_else(|error| panic!("{error}"))
}

/// A field of nested objects.
fn at<'a>(document: &'a Json, path: &str) -> &'a Json {
    path.split('.').fold(document, |json, name| json.get(name).unwrap_or_else(|| panic!("no {path}")))
}

fn numbers(document: &Json, path: &str) -> Vec<f64> {
    at(document, path).as_numbers().unwrap_or_else(|| panic!("{path} is a list of numbers"))
}

fn rows(document: &Json, path: &str) -> Vec<Vec<f64>> {
    at(document, path).as_rows().unwrap_or_else(|| panic!("{path} is a list of lists"))
}

/// What is said of a table that cannot be read.
fn refused(bytes: &[u8]) -> String {
    let text = check_bytes(bytes).map(|()| String::from_utf8_lossy(bytes));
    let read = text.and_then(|text| Table::read(&text, &Dialect::default()));
    read.expect_err("a broken table").to_string()
}

/// What is said of choices that cannot be carried out.
fn impossible(text: &str, choices: &Choices) -> String {
    table(text).document(choices).expect_err("no document").to_string()
}

#[test]
fn the_numbers_of_the_columns_chosen_stand_in_the_document_and_it_runs() {
    let document = table(SMALL).document(&choices()).expect("a document").document;
    assert_eq!(rows(&document, "problem.data.train.x"), [[1.0, 2.0], [2.0, 1.0], [3.0, 5.0]]);
    assert_eq!(numbers(&document, "problem.data.train.main"), [3.5, 2.5, 100.0]);
    assert_eq!(rows(&document, "problem.data.train.aux"), [[-1.0, 0.0, 1.0]]);
    assert_eq!(rows(&document, "problem.data.aux_set.x"), [[4.0, 4.0], [5.0, 9.0]]);
    assert_eq!(numbers(&document, "problem.data.test.main"), [1.0]);
    assert_eq!(at(&document, "problem.data.names"), &Json::List(vec![Json::Text("z".to_owned())]));
    let experiment = Experiment::from_value(&document).expect("a valid document");
    for mut run in experiment.runs().expect("runs") {
        let status = run.advance(50);
        assert!(["running", "finished", "converged"].contains(&status.word()), "{}: {status}", run.label());
    }
}

#[test]
fn commas_semicolons_tabs_quotes_marks_and_ends_of_lines_make_no_difference() {
    let document = table(SMALL).document(&choices()).expect("a document").document;
    let quoted = SMALL.replace("male", "\"male\"").replace("a,b", "\"a\",b");
    let variants = [
        SMALL.replace(',', ";"),
        SMALL.replace(',', "\t"),
        SMALL.replace('\n', "\r\n"),
        format!("\u{feff}{SMALL}"),
        SMALL.trim_end().to_owned(),
        SMALL.replace('\n', "\n\n"),
        SMALL.replace(',', " , "),
        quoted,
        SMALL.replace(',', ";").replace('.', ","),
    ];
    for text in variants {
        assert_eq!(table(&text).document(&choices()).expect("a document").document, document, "{text}");
    }
}

#[test]
fn names_with_commas_and_quotes_are_kept_and_numbers_in_the_first_line_are_data() {
    let table_of = table("\"mass, \"\"wet\"\"\",y\n1,2\n3,4\n");
    assert_eq!(table_of.columns()[0].name, "mass, \"wet\"");
    let bare = table("1,2\n3,4\n");
    assert!(!bare.has_names());
    assert_eq!((bare.rows(), bare.columns()[1].name.as_str()), (2, "column 2"));
    assert!(table(SMALL).has_names() && table(SMALL).rows() == 6);
    let told = Dialect { has_names: Some(false), ..Dialect::default() };
    assert_eq!(Table::read(SMALL, &told).expect("a table").rows(), 7);
}

#[test]
fn columns_are_told_with_what_they_hold() {
    let read = table("a,b,c,d,e\n1,x,,p,7\nNA,y,,q,seven\n3,x,,r,8\n");
    let columns = read.columns();
    let contents: Vec<Content> = columns.iter().map(|column| column.content).collect();
    use Content::{Empty, Numbers, TwoWords, Words};
    assert_eq!(contents, [Numbers, TwoWords, Empty, Words, Words]);
    assert_eq!(columns.iter().map(|column| column.missing).collect::<Vec<_>>(), [1, 0, 3, 0, 0]);
    assert_eq!(columns[1].values, ["x", "y"]);
}

#[test]
fn two_words_stand_for_0_and_1_in_their_order() {
    let mut choices = choices();
    choices.main = 4;
    let document = table(SMALL).document(&choices).expect("a document").document;
    assert_eq!(numbers(&document, "problem.data.train.main"), [1.0, 0.0, 1.0]);
}

#[test]
fn standardised_columns_have_mean_0_and_variance_1_over_the_training_lines() {
    let mut choices = choices();
    choices.standardise = true;
    let document = table(SMALL).document(&choices).expect("a document").document;
    let x = rows(&document, "problem.data.train.x");
    let columns = [
        x.iter().map(|row| row[0]).collect(),
        x.iter().map(|row| row[1]).collect(),
        numbers(&document, "problem.data.train.main"),
        rows(&document, "problem.data.train.aux").remove(0),
    ];
    for column in columns {
        let mean = column.iter().sum::<f64>() / 3.0;
        let variance = column.iter().map(|x| x * x).sum::<f64>() / 3.0;
        assert!(mean.abs() < 1e-6 && (variance - 1.0).abs() < 1e-5, "{column:?}");
    }
    // The held-out lines are scaled by the training lines: a is 2 ± sqrt(2/3).
    let held_out = rows(&document, "problem.data.aux_set.x")[0][0];
    assert!((held_out - 2.0 / (2.0_f64 / 3.0).sqrt()).abs() < 1e-6, "{held_out}");
}

#[test]
fn shares_split_every_line_once_and_the_seed_decides_which() {
    let text = (0..40).fold("x,y,z\n".to_owned(), |text, i| text + &format!("{i},{i},{}\n", i * i));
    let mut choices = choices();
    (choices.inputs, choices.main, choices.auxiliaries) = (vec![0], 1, vec![2]);
    choices.split = shares(0.5, 0.3);
    let sets = |choices: &Choices| {
        let document = table(&text).document(choices).expect("a document").document;
        ["train", "aux_set", "test"].map(|set| numbers(&document, &format!("problem.data.{set}.main")))
    };
    let first = sets(&choices);
    assert_eq!(first.each_ref().map(Vec::len), [20, 12, 8]);
    let mut all = first.concat();
    all.sort_by(f64::total_cmp);
    assert_eq!(all, (0..40).map(f64::from).collect::<Vec<_>>());
    assert_eq!(sets(&choices), first);
    choices.seed = 6;
    assert_ne!(sets(&choices), first);
    choices.split = shares(0.5, 0.5);
    let document = table(&text).document(&choices).expect("a document").document;
    assert!(at(&document, "problem.data").get("test").is_none(), "nothing is left for a test set");
}

#[test]
fn every_kind_of_problem_runs_on_a_table() {
    let text = (0..60).fold("x1,x2,y,z\n".to_owned(), |text, i| {
        let (a, b) = (f64::from(i % 7) - 3.0, f64::from(i % 5) - 2.0);
        text + &format!("{a},{b},{},{}\n", u8::from(a + b > 0.0), u8::from(a > b))
    });
    for kind in [Kind::Regression, Kind::Classification, Kind::Network, Kind::Ridge] {
        let mut choices = choices();
        choices.kind = kind;
        choices.split = shares(0.5, 0.3);
        choices.standardise = true;
        if kind == Kind::Ridge {
            choices.auxiliaries.clear();
        }
        let document = table(&text).document(&choices).expect("a document").document;
        for mut run in Experiment::from_value(&document).expect("valid").runs().expect("runs") {
            let status = run.advance(60);
            let well = ["running", "finished", "converged"].contains(&status.word());
            assert!(well, "{kind:?}, {}: {status}", run.label());
        }
    }
}

#[test]
fn what_is_no_table_is_refused_with_what_to_do() {
    let cases: [(&[u8], &str); 7] = [
        (b"", "The table is empty."),
        (b"\n\n \n", "The table is empty."),
        (b"a,b\n", "no lines below them"),
        (b"PK\x03\x04\x14\x00\x06\x00", "Save the sheet as"),
        (b"\x89PNG\r\n\x1a\nabcdefghijk", "Line 2: a control character"),
        (b"a,b\n1,2\n3\n", "Line 3: 1 cells, where the first line has 2."),
        (b"a,b\r\n1,2\r\n\r\n3,4,5\r\n", "Line 4: 3 cells, where the first line has 2."),
    ];
    for (bytes, said) in cases {
        let message = refused(bytes);
        assert!(message.contains(said), "{message:?} says {said:?}");
    }
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let message = refused(&vec![b'1'; MAX_TABLE_BYTES + 1]);
    assert!(message.contains("at most 100 MB"), "{message}");
    let wide = vec!["1"; 1_001].join(",");
    assert!(refused(wide.as_bytes()).contains("1001 columns"));
    let long = "1,2\n".repeat(2_000_001);
    assert!(refused(long.as_bytes()).contains("2000000 lines"));
    let mut choices = choices();
    (choices.inputs, choices.main, choices.auxiliaries) = ((0..30).collect(), 30, vec![31]);
    choices.split = shares(0.5, 0.3);
    let line = vec!["0.123456789012"; 32].join(",") + "\n";
    let message = impossible(&line.repeat(15_000), &choices);
    assert!(message.contains("more than 5 MB"), "{message}");
}

#[test]
fn a_cell_that_is_no_number_is_told_with_its_line_and_column() {
    let cases = [
        (
            "a,b,y,z\n1,2,3,4\n1,2,three,4\n1,2,3,4\n",
            "Line 3, column 3, “y”: expected a number, found “three”.",
        ),
        ("a,b,y,z\n1,2,3,4\n1,,3,4\n1,2,3,4\n", "Line 3, column 2, “b”: no value."),
        ("a,b,y,z\n1,NaN,3,4\n1,NA,3,4\n1,nan,3,4\n", "Column 2, “b”: no line has a value here."),
        ("a,b,y,z\n1,2,3,4\n1,2,inf,4\n1,2,5,4\n", "found “inf”"),
        ("a,b,y,z\n1,2,3,4\n1,2,1e300,4\n1,2,5,4\n", "Line 3, column 3, “y”: a number too large"),
        (
            "a,b,y,z\n1,2,3,\"x\ny\"\n1,2,5,q\n1,2,5,4\n",
            "Line 2, column 4, “z”: expected a number, found “xy”.",
        ),
    ];
    let mut choices = choices();
    choices.split = shares(0.4, 0.4);
    for (text, said) in cases {
        let message = impossible(text, &choices);
        assert!(message.contains(said), "{message:?} says {said:?}");
    }
    choices.skip_missing = true;
    let kept = table("a,b,y,z\n1,2,3,4\n1,,3,4\n1,2,3,4\n5,6,7,8\n")
        .document(&choices)
        .expect("a document")
        .document;
    assert_eq!(numbers(&kept, "problem.data.train.main").len(), 1, "three lines have all their values");
}

#[test]
fn choices_that_make_no_problem_are_refused() {
    let with = |change: &dyn Fn(&mut Choices)| {
        let mut choices = choices();
        change(&mut choices);
        impossible(SMALL, &choices)
    };
    assert!(with(&|c| c.inputs.clear()).contains("at least one column as input"));
    assert!(with(&|c| c.auxiliaries.clear()).contains("at least one column as auxiliary target"));
    assert!(with(&|c| c.kind = Kind::Ridge).contains("no auxiliary targets"));
    assert!(with(&|c| c.kind = Kind::Classification).contains("Line 2, column 3, “y”: expected a label"));
    assert!(with(&|c| c.main = 99).contains("not complete"));
    assert!(with(&|c| c.split = shares(0.0, 0.5)).contains("The training set has no lines."));
    assert!(with(&|c| c.split = shares(1.0, 0.5)).contains("The held-out auxiliary set has no lines."));
    let constant = SMALL.replace(",5,", ",1,").replace("1,2,", "1,1,");
    let mut choices = choices();
    choices.standardise = true;
    assert!(impossible(&constant, &choices).contains("the same value in all training lines"));
}

#[test]
fn choices_are_read_from_what_the_page_sends() {
    let json = r#"{ "title": "mine", "kind": "regression", "inputs": [0, 1], "main": 2, "auxiliaries": [3],
        "split": { "column": 5, "train": ["train"], "aux_set": ["val"], "test": ["test"] },
        "standardise": false, "skip_missing": false, "seed": 5 }"#;
    let json: serde_json::Value = serde_json::from_str(json).expect("JSON");
    assert_eq!(Choices::read(&json.into()), Ok(choices()));
    assert!(Choices::read(&Json::Object(Vec::new())).is_err());
}

proptest! {
    #[test]
    fn numbers_come_out_of_a_table_as_they_went_in(
        lines in prop::collection::vec(prop::array::uniform4(-1e6..1e6f64), 4..40),
        delimiter in prop::sample::select(vec![",", ";", "\t"]),
        end in prop::sample::select(vec!["\n", "\r\n"]),
        quoted in any::<bool>(),
    ) {
        let cell = |x: &f64| if quoted { format!("\"{x}\"") } else { x.to_string() };
        let text = lines.iter().fold(["a", "b", "y", "z"].join(delimiter) + end, |text, line| {
            text + &line.iter().map(cell).collect::<Vec<_>>().join(delimiter) + end
        });
        let mut choices = choices();
        choices.split = shares(0.5, 0.5);
        let document = table(&text).document(&choices).expect("a document").document;
        let sets = ["train", "aux_set"];
        let x = sets.map(|set| rows(&document, &format!("problem.data.{set}.x"))).concat();
        let y = sets.map(|set| numbers(&document, &format!("problem.data.{set}.main"))).concat();
        let mut read: Vec<[f64; 3]> = x.iter().zip(&y).map(|(x, y)| [x[0], x[1], *y]).collect();
        let mut given: Vec<[f64; 3]> = lines.iter().map(|line| [line[0], line[1], line[2]]).collect();
        for list in [&mut read, &mut given] {
            list.sort_by(|a, b| a.partial_cmp(b).expect("no NaN"));
        }
        prop_assert_eq!(read, given);
    }

    #[test]
    fn whatever_bytes_are_given_the_answer_is_a_table_or_a_short_sentence(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        answers(&bytes)?;
    }

    #[test]
    fn whatever_text_is_given_the_answer_is_a_document_or_a_short_sentence(text in "[-0-9a-z,;\t\"\r\n. <>é]{0,300}") {
        answers(text.as_bytes())?;
    }
}

/// No panic, and nothing longer than a person reads.
fn answers(bytes: &[u8]) -> Result<(), TestCaseError> {
    if let Err(error) = check_bytes(bytes) {
        prop_assert!(error.to_string().chars().count() < 300);
    }
    let read = match Table::read(&String::from_utf8_lossy(bytes), &Dialect::default()) {
        Err(error) => {
            prop_assert!(error.to_string().chars().count() < 300);
            return Ok(());
        }
        Ok(table) => table,
    };
    let columns = read.columns().len();
    prop_assert!(columns > 0 && read.rows() > 0);
    let mut choices = choices();
    (choices.inputs, choices.main, choices.auxiliaries) = (vec![0], columns - 1, vec![columns / 2]);
    for (split, skip_missing) in [(shares(0.5, 0.5), true), (by_set(), false)] {
        (choices.split, choices.skip_missing) = (split, skip_missing);
        if let Err(error) = read.document(&choices) {
            prop_assert!(error.to_string().chars().count() < 400);
        }
    }
    Ok(())
}

#[test]
fn words_too_long_to_be_listed_are_no_two_words() {
    let long = "x".repeat(70);
    let file = format!("a,b,y,sex\n1,2,3,male\n2,1,2,{long}\n3,5,1,male\n");
    let survey = table(&file).columns().last().expect("a column").clone();
    assert_eq!((survey.content, survey.values.len()), (Content::Words, 0));
    let chosen = Choices { auxiliaries: vec![3], split: shares(0.6, 0.4), ..choices() };
    let message = impossible(&file, &chosen);
    assert!(message.contains("“sex”: expected a number"), "{message}");
}
