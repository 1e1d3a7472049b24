//! Tables made of cells: every delimiter and end of line, cells that trouble readers, lines of any length, any choices.

use crate::{claims, config};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// A cell: mostly a number.
fn cell() -> impl Strategy<Value = String> {
    let odd = [
        "",
        " ",
        "NA",
        "n/a",
        "NaN",
        "inf",
        "-Infinity",
        "null",
        "1e308",
        "1e309",
        "-1e12",
        "1e12",
        "1.1e12",
        "1e-320",
        "-0",
        "+5",
        "1,5",
        "\u{2212}3",
        "0x1F",
        "1_000",
        "12 345",
        "50%",
        "yes",
        "no",
        "train",
        "val",
        "\"",
        "\"\"",
        "\"a,b\"",
        "\"a\nb\"",
        "<b>x</b>",
        "=1+1",
        "\u{202e}abc",
        "é",
    ];
    prop_oneof![
        12 => (-50_i32..50).prop_map(|x| x.to_string()),
        6 => (-1e3..1e3).prop_map(|x: f64| x.to_string()),
        3 => select(odd.to_vec()).prop_map(str::to_owned),
        1 => "[ -~]{0,9}",
    ]
}

/// Lines of nearly always equally many cells.
fn file() -> impl Strategy<Value = String> {
    let cut = (select(vec![",", ";", "\t"]), select(vec!["\n", "\r\n", "\r"]), any::<bool>());
    (1..7_usize, cut).prop_flat_map(|(width, (delimiter, end, mark))| {
        let width = prop_oneof![40 => Just(width), 1 => 0..9_usize];
        let line = width.prop_flat_map(|width| prop::collection::vec(cell(), width));
        prop::collection::vec(line, 0..24).prop_map(move |lines| {
            let lines: Vec<String> = lines.iter().map(|cells| cells.join(delimiter)).collect();
            (if mark { "\u{feff}" } else { "" }).to_owned() + &lines.join(end)
        })
    })
}

/// A number that the page may not send.
fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => (0..6_u32).prop_map(|column| json!(column)),
        4 => (0.0..1.0).prop_map(|share: f64| json!(share)),
        1 => select(vec![json!(-1), json!(1.5), json!(1e300), json!(-1e300), json!("0"), json!(null), json!([])]),
    ]
}

fn numbers() -> impl Strategy<Value = Value> {
    prop::collection::vec(number(), 0..4).prop_map(Value::Array)
}

fn choices() -> impl Strategy<Value = Value> {
    let words = || prop::collection::vec(cell(), 0..3).prop_map(|words| json!(words));
    let shares =
        (number(), number()).prop_map(|(train, aux_set)| json!({"train": train, "aux_set": aux_set}));
    let column = (number(), words(), words(), words()).prop_map(
        |(column, train, aux_set, test)| json!({"column": column, "train": train, "aux_set": aux_set, "test": test}),
    );
    let split = prop_oneof![4 => shares, 1 => column];
    let kind = select(vec!["regression", "classification", "mlp", "ridge", "formula"]);
    let columns = (numbers(), number(), numbers());
    (kind, columns, split, any::<[bool; 2]>(), number(), "\\PC{0,9}").prop_map(
        |(kind, (inputs, main, auxiliaries), split, [standardise, skip_missing], seed, title)| {
            json!({"title": title, "kind": kind, "inputs": inputs, "main": main, "auxiliaries": auxiliaries,
                "split": split, "standardise": standardise, "skip_missing": skip_missing, "seed": seed})
        },
    )
}

proptest! {
    #![proptest_config(config(1_500))]

    #[test]
    fn a_table_of_cells_is_refused_with_its_place_or_makes_a_document(file in file(), choices in choices()) {
        claims::table(file.as_bytes());
        claims::table(format!("{file}{}{choices}", claims::CUT).as_bytes());
    }
}
