//! Tables as programs and people write them: what is sure is read, and what is not is asked with its line and cell.

use auxilearn_lab::table::{
    Choices, Content, Dialect, Encoding, Kind, Made, Mark, Open, Separator, Split, Table, encoding_of,
};

/// A table of three columns, inputs but for the last two; its lines are `lines` and then ten that say nothing new.
fn table_of(names: &str, lines: &[&str], rest: impl Fn(usize) -> String) -> String {
    let rest = (0..10).map(rest).collect::<Vec<_>>();
    let lines = lines.iter().map(|line| (*line).to_owned()).chain(rest);
    std::iter::once(names.to_owned()).chain(lines).collect::<Vec<_>>().join("\n") + "\n"
}

fn read(text: &str) -> Table {
    Table::read(text, &Dialect::default()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn choices(columns: usize) -> Choices {
    Choices {
        title: "foreign".to_owned(),
        kind: Kind::Regression,
        inputs: (0..columns - 2).collect(),
        main: columns - 1,
        auxiliaries: vec![columns - 2],
        split: Split::Shares { train: 0.5, aux_set: 0.5 },
        standardise: false,
        skip_missing: true,
        lines: None,
        seed: 3,
    }
}

/// The main targets of all lines, sorted.
fn targets(table: &Table) -> Vec<f64> {
    let made = table.document(&choices(table.columns().len())).unwrap_or_else(|error| panic!("{error}"));
    sorted_targets(&made)
}

fn sorted_targets(made: &Made) -> Vec<f64> {
    let set = |name: &str| {
        let data = made.document.get("problem").and_then(|problem| problem.get("data"));
        data.and_then(|data| data.get(name)?.get("main")?.as_numbers()).expect("targets")
    };
    let mut all = [set("train"), set("aux_set")].concat();
    all.sort_by(f64::total_cmp);
    all
}

fn open(table: &Table) -> Vec<Open> {
    table.questions().iter().map(|question| question.open).collect()
}

#[test]
fn thousands_are_read_as_thousands_where_another_mark_stands_before_decimals() {
    let lines = |line: &'static str| {
        table_of("size;rooms;rent", &[line], |i| format!("{}2,{};3;{}", i, i + 1, 800 + i))
    };
    for (line, expected) in
        [("98,25;2;1.230", 1230.0), ("98,25;2;12.230", 12_230.0), ("7,5;2;1.000.001", 1_000_001.0)]
    {
        assert_eq!(targets(&read(&lines(line))).last(), Some(&expected), "{line}");
    }
    for cell in ["\"1,230\"", "1 230", "1\u{a0}230", "1\u{202f}230", "1'230", "1’230"] {
        let text =
            table_of("size,rooms,rent", &[&format!("98.25,2,{cell}")], |i| format!("{i}.5,3,{}", 800 + i));
        assert_eq!(targets(&read(&text)).last(), Some(&1230.0), "{cell}");
    }
}

#[test]
fn the_german_table_is_the_same_with_and_without_points_between_thousands() {
    let [plain, grouped] = ["plain", "thousands"].map(|name| {
        let path = format!("{}/tests/data/tables/german-{name}.csv", env!("CARGO_MANIFEST_DIR"));
        read(&std::fs::read_to_string(path).expect("the file"))
    });
    let of = |table: &Table| table.document(&choices(4)).expect("a document").document;
    assert_eq!(of(&grouped), of(&plain));
    assert!(grouped.questions().is_empty() && plain.questions().is_empty());
}

#[test]
fn a_mark_that_may_be_either_is_asked_about_with_line_column_and_cell_and_never_guessed() {
    for (separator, cell) in [(';', "1.230"), ('\t', "1,230"), (';', "1,230"), (',', "\"1,230\"")] {
        let line = format!("4{separator}2{separator}{cell}");
        let text = table_of(&format!("a{separator}b{separator}rent"), &[&line], |i| {
            format!("{i}{separator}3{separator}{}", 800 + i)
        });
        let table = read(&text);
        let mark = if cell.contains('.') { Mark::Point } else { Mark::Comma };
        assert_eq!(open(&table), [Open::Decimal(mark)], "{cell}");
        let refused = table.document(&choices(3)).expect_err("an open question").to_string();
        assert!(
            refused.starts_with("Line 2, column 3, “rent”") && refused.contains("1.23 or 1230"),
            "{refused}"
        );
        for (decimal, expected) in [(mark, 809.0), (mark.other(), 1230.0)] {
            let told = Dialect { decimal: Some(decimal), ..Dialect::default() };
            let table = Table::read(&text, &told).expect("a table");
            assert_eq!(targets(&table).last(), Some(&expected), "{cell} by {decimal:?}");
        }
    }
}

#[test]
fn a_mark_before_decimals_elsewhere_does_not_settle_a_column_of_hundreds() {
    let with = |cells: [&str; 2]| {
        let rest = |i: usize| format!("{i}.5;3;{}", cells[1].replace('0', &(i % 10).to_string()));
        open(&read(&table_of("a;b;rent", &[&format!("4.25;2;{}", cells[0])], rest)))
    };
    assert_eq!(with(["1.161", "760"]), [Open::Decimal(Mark::Point)]);
    assert_eq!(with(["1.161", "7.600"]), [], "three decimals throughout");
    assert_eq!(with(["1.161", "70"]), []);
}

#[test]
fn a_column_that_mixes_marks_is_refused_at_the_cell() {
    let text = table_of("a;b;y", &["1;2;3,5", "1;2;1.5"], |i| format!("{i};3;4,25"));
    let refused = read(&text).document(&choices(3)).expect_err("a mixed column").to_string();
    assert!(refused.contains("column 3") && refused.contains("expected a number"), "{refused}");
}

#[test]
fn names_that_are_numbers_are_asked_about_and_taken_as_told() {
    for names in ["0,1,2", "2019,2020,2021"] {
        let text = table_of(names, &[], |i| format!("{i}.25,-{i}.5,0.{i}"));
        let table = read(&text);
        assert_eq!(open(&table), [Open::Names], "{names}");
        assert!(table.document(&choices(3)).is_err());
        let told =
            |has_names| Table::read(&text, &Dialect { has_names: Some(has_names), ..Dialect::default() });
        assert_eq!((told(true).expect("named").rows(), told(false).expect("bare").rows()), (10, 11));
        assert_eq!(told(true).expect("named").columns()[1].name, names.split(',').nth(1).expect("a name"));
    }
    // A word above numbers is a name, whatever stands beside it; lines that count up are lines.
    assert!(read(&table_of("area,2020,2021", &[], |i| format!("{i}.5,{i},2"))).has_names());
    assert_eq!(read(&table_of("1,2,3", &[], |i| format!("{},{},{}", i + 2, i + 3, i + 4))).rows(), 11);
}

#[test]
fn columns_that_count_the_lines_are_told_and_rs_row_names_are_seen() {
    let counted = |first: &str| table_of(&format!("{first},a,y"), &[], |i| format!("{i},{},2.5", i * i % 7));
    for name in ["", "Unnamed: 0", "id", "x"] {
        assert!(read(&counted(name)).columns()[0].is_index, "{name}");
    }
    let table = read(&table_of("a,b,y", &[], |i| format!("\"{}\",{},{i},2.5", i + 1, i * i)));
    assert_eq!(
        table.columns().iter().map(|c| c.name.as_str()).collect::<Vec<_>>(),
        ["column 1", "a", "b", "y"]
    );
    assert!(table.columns()[0].is_index && !table.columns()[1].is_index);
}

#[test]
fn layout_comments_and_sums_are_left_out_and_said_with_their_lines() {
    let body = |i: usize| format!("{i}.5;{};{}.25", i * i, 7 - i % 5);
    let plain = targets(&read(&table_of("a;b;y", &[], body)));
    let with = |before: &str, after: &str| format!("{before}{}{after}", table_of("a;b;y", &[], body));
    for (text, said) in [
        (with("sep=;\n", ""), "Left out as layout: 1 lines, the first is line 1."),
        (with("# made by hand\n\n# in m\n", ""), "Left out as comments: 2 lines, the first is line 1."),
        (with("", "Total;45;60\n"), "Left out as sums of others: 1 lines, the first is line 12."),
        (with("", ";;Summe\n"), "Left out as sums of others"),
    ] {
        let table = read(&text);
        assert_eq!(targets(&table), plain, "{text}");
        assert!(table.notes().iter().any(|note| note.starts_with(said)), "{:?}", table.notes());
    }
    for (cut, separator) in [("|", Separator::Bar), ("   ", Separator::Blanks), ("\t", Separator::Tab)] {
        let table = read(&table_of("a;b;y", &[], body).replace(';', cut));
        assert_eq!((table.separator(), targets(&table)), (separator, plain.clone()));
    }
    let lines = table_of("a;b;y", &["--;--;--"], body).replace(';', " | ");
    let ruled = lines.lines().map(|line| format!("| {line} |\n")).collect::<String>();
    assert_eq!(targets(&read(&ruled)), plain);
}

#[test]
fn a_value_is_missing_by_any_of_its_names_and_suspicious_numbers_are_asked_about() {
    for word in
        ["", "?", ".", "-", "–", "NA", "n/a", "N/A", "#N/A", "<NA>", "NaN", "None", "NULL", "nil", "#DIV/0!"]
    {
        let table = read(&table_of("a,b,y", &[&format!("1.5,{word},3")], |i| format!("{i}.5,2,{i}")));
        assert_eq!((table.columns()[1].missing, table.columns()[1].content), (1, Content::Numbers), "{word}");
        let made = table.document(&choices(3)).expect("a document");
        assert_eq!(made.sizes, [5, 5, 0], "{word}");
        assert!(
            made.notes[0].contains("Left out for a missing value: 1 lines, the first is line 2."),
            "{:?}",
            made.notes
        );
    }
    for word in ["-999", "99999", "-99.0", "-200"] {
        let text = table_of("a,b,y", &[&format!("1.5,2,{word}")], |i| format!("{i}.5,2,{}", 300 * i));
        let table = read(&text);
        let value: f64 = word.parse().expect("a number");
        assert_eq!(open(&table), [Open::Missing(value)], "{word}");
        assert!(table.document(&choices(3)).is_err());
        let told = |missing: &[&str], numbers: &[&str]| {
            let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
            let dialect = Dialect { missing: words(missing), numbers: words(numbers), ..Dialect::default() };
            targets(&Table::read(&text, &dialect).expect("a table")).len()
        };
        assert_eq!((told(&[word], &[]), told(&[], &[word])), (10, 11), "{word}");
    }
}

#[test]
fn percent_signs_currencies_units_and_invisible_characters_are_no_part_of_a_number() {
    for (cells, expected) in [
        (["125%", "26 %", "4%"], [0.04, 0.26, 1.25]),
        (["$93.10", "$190.00", "-$5.25"], [-5.25, 93.10, 190.0]),
        (["12.5 kg", "7 kg", "9.25 kg"], [7.0, 9.25, 12.5]),
        (["1.5 €", "(2.25 €)", "3 €"], [-2.25, 1.5, 3.0]),
        (["\u{200b}1.5", "2.5\u{a0}", "\u{feff}3.5"], [1.5, 2.5, 3.5]),
    ] {
        let lines = cells.map(|cell| format!("1,2,{cell}"));
        let text = format!("a,b,y\n{}\n", lines.join("\n"));
        assert_eq!(targets(&read(&text)), expected, "{cells:?}");
    }
    let mixed = read("a,b,y\n1,2,3 kg\n1,3,4 lb\n2,3,5 kg\n");
    let refused = mixed.document(&choices(3)).expect_err("two units").to_string();
    assert!(refused.contains("Line 3, column 3") && refused.contains("4 lb"), "{refused}");
}

#[test]
fn encodings_are_told_by_their_bytes() {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let gbk =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/tables/gbk.csv")).expect("the file");
    for (bytes, expected) in [
        (b"a,b\n1,2\n".to_vec(), (Encoding::Utf8, true)),
        ("häuser,b\n1,2\n".as_bytes().to_vec(), (Encoding::Utf8, true)),
        (wide("a,b\n1,2\n"), (Encoding::Utf16Le, true)),
        (b"fl\xe4che,stra\xdfe\n1,2\n".to_vec(), (Encoding::Windows1252, false)),
        (b"\x83f\x81[\x83^,\x82\xa0\x82\xa2\n1,2\n".to_vec(), (Encoding::ShiftJis, false)),
        (gbk, (Encoding::Gb18030, false)),
    ] {
        assert_eq!(encoding_of(&bytes), expected, "{bytes:?}");
    }
}

#[test]
fn lines_are_drawn_by_the_seed_where_not_all_are_wanted() {
    let text = format!("a,b,y\n{}", (0..300).map(|i| format!("{i}.5,{},{i}\n", i % 7)).collect::<String>());
    let some = |seed| {
        let made =
            read(&text).document(&Choices { lines: Some(40), seed, ..choices(3) }).expect("a document");
        (sorted_targets(&made), made)
    };
    let (first, made) = some(3);
    assert_eq!((first.len(), made.sizes), (40, [20, 20, 0]));
    assert_eq!((some(3).0 == first, some(4).0 == first), (true, false));
    assert!(made.notes.iter().any(|note| note.contains("40 of 300")), "{:?}", made.notes);
    assert!(made.notes.iter().any(|note| note.contains("fewer than 30")), "{:?}", made.notes);
}

#[test]
fn thousands_with_blanks_are_no_cells_and_a_separator_at_the_end_shifts_no_name() {
    let table = read("house price\tarea\tage\n250 000\t76\t3\n310 500\t88\t4\n99 000\t31\t9\n");
    assert_eq!((table.separator(), table.columns().len()), (Separator::Tab, 3));
    assert_eq!(
        targets(&read("a\tb\trent\n1\t2\t1 161\n2\t3\t2\u{202f}345\n3\t1\t980\n")),
        [980.0, 1161.0, 2345.0]
    );
    let ended = read("area,rooms,rent\n50,2,500,\n60,3,600,\n70,3,650,\n");
    let names: Vec<&str> = ended.columns().iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["area", "rooms", "rent", "column 4"]);
    assert_eq!(ended.columns()[3].content, Content::Empty);
}

#[test]
fn names_of_any_numbers_and_samples_beside_a_word_are_asked_about() {
    for names in ["town,2010,2015", "2021,2020,2019", "10,20,30", "5.1,absent,1.4"] {
        let text = table_of(names, &[], |i| {
            if names.starts_with("town") { format!("u{i},1.5,{i}") } else { format!("{i}.5,{},3", 9 - i) }
        });
        assert_eq!(open(&read(&text)), [Open::Names], "{names}");
    }
}

#[test]
fn summaries_are_left_out_at_the_end_and_refused_among_samples() {
    let body = |i: usize| format!("{i}.5,{},{}.25", i * i % 7, 7 - i % 5);
    let with = |after: &str| format!("{}{after}", table_of("a,b,y", &[], body));
    let plain = targets(&read(&with("")));
    for after in ["Mean,1,2\nSD,1,2\nMin,0,0\nMax,9,9\n", "Total (n=10),1,2\n", "Gesamtsumme,1,2\n"] {
        assert_eq!(targets(&read(&with(after))), plain, "{after}");
    }
    let middle = with("").replacen("4.5,", "Subtotal,", 1);
    let refused = Table::read(&middle, &Dialect::default()).expect_err("a sum among samples").to_string();
    assert!(refused.starts_with("Line 6: it seems to sum up"), "{refused}");
    // A category is no summary.
    let kinds = table_of("a,y,kind", &[], |i| format!("{i}.5,{i},{}", ["mean", "median"][i % 2]));
    assert_eq!(read(&kinds).rows(), 10);
}

#[test]
fn comments_that_may_be_lines_are_names_or_refused() {
    let body = |i: usize| format!("{i}.5,{},{i}", i * i % 7);
    let named = read(&table_of("# area,rooms,rent", &[], body));
    assert_eq!(named.columns()[2].name, "rent");
    let doubtful = table_of("a,b,y", &["#12,3,4"], body);
    let refused = Table::read(&doubtful, &Dialect::default()).expect_err("a line or a comment").to_string();
    assert!(refused.starts_with("Line 2: "), "{refused}");
    assert_eq!(read(&table_of("a,b,y", &["#NAME?,3,4"], body)).columns()[0].missing, 1);
}

#[test]
fn a_column_has_one_role_and_a_word_one_set() {
    let text = format!(
        "a,b,y,g\n{}",
        (0..30).map(|i| format!("{i}.5,{},{i},{}\n", i % 7, ["p", "q", "r"][i % 3])).collect::<String>()
    );
    let table = read(&text);
    let base = Choices { inputs: vec![0], main: 2, auxiliaries: vec![1], ..choices(3) };
    let refused = |choices: Choices| table.document(&choices).expect_err("no document").to_string();
    for (inputs, main, auxiliaries) in
        [(vec![0, 2], 2, vec![1]), (vec![0, 0], 2, vec![1]), (vec![0], 2, vec![2])]
    {
        assert!(refused(Choices { inputs, main, auxiliaries, ..base.clone() }).contains("one role"));
    }
    let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let split = |train: &[&str], aux_set: &[&str], test: &[&str]| Choices {
        split: Split::Column { column: 3, train: words(train), aux_set: words(aux_set), test: words(test) },
        ..base.clone()
    };
    assert!(refused(split(&["p"], &["q"], &["q"])).contains("“q” stands for two sets"));
    assert!(refused(split(&["p", "trian"], &["q"], &[])).contains("no line has the word “trian”"));
    let made = table.document(&split(&["p"], &["q"], &[])).expect("a document");
    assert!(
        made.notes.iter().any(|note| note.starts_with("Left out, in no set: 10 lines")),
        "{:?}",
        made.notes
    );
}
