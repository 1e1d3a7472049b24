//! The command `prerender`: its words, pictures, style sheet and refusals.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use auxilearn_lab::chart::Theme;
use serde_json::Value;

use crate::runner::{ROOT, text};

const CHARTS: [&str; 3] = ["phi", "alignment", "losses"];
const CHINESE: [&str; 2] = ["--texts", "www/lang/zh.json"];

fn command(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_prerender"));
    command.args(arguments).current_dir(ROOT).output().expect("the command runs")
}

fn page(arguments: &[&str]) -> Value {
    let output = command(arguments);
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The pictures of a page, with their names and layouts.
fn pictures(page: &Value) -> Vec<(String, &str)> {
    let both = |name: &str| ["wide", "narrow"].map(|layout| (name.to_owned(), layout));
    let all = CHARTS.iter().flat_map(|name| both(name));
    all.map(|(name, layout)| {
        let svg = page["charts"][&name][layout].as_str().unwrap_or_default();
        (format!("{name} {layout}"), svg)
    })
    .collect()
}

/// Texts between the elements of a picture.
fn texts(svg: &str) -> Vec<&str> {
    svg.split('>').filter_map(|part| part.split('<').next()).filter(|text| !text.trim().is_empty()).collect()
}

/// Values of an attribute, wherever it is.
fn values<'a>(svg: &'a str, name: &str) -> Vec<&'a str> {
    let begin = format!(" {name}=\"");
    svg.split(&begin).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn both_layouts_of_each_chart_are_drawn_in_classes_of_colours_alone() {
    for page in [page(&[]), page(&CHINESE)] {
        let sheet = page["sheet"].as_str().expect("a style sheet");
        for (name, svg) in pictures(&page) {
            let layout = name.split(' ').nth(1).expect("a layout");
            assert!(
                svg.starts_with(&format!("<svg class=\"prerendered {layout}\" viewBox=")),
                "{name}: {svg}"
            );
            assert!(svg.contains(" aria-hidden=\"true\" focusable=\"false\"") && svg.ends_with("</svg>"));
            assert!(svg.matches('<').count() > 40, "{name} is a picture");
            assert!(!svg.contains('#') && !svg.contains(" style=") && !svg.contains("<style"), "{name}");
            let colours = [values(svg, "fill"), values(svg, "stroke")].concat();
            assert!(colours.iter().all(|colour| *colour == "none"), "{name}: {colours:?}");
            let classes: BTreeSet<&str> =
                values(svg, "class").into_iter().skip(1).flat_map(|list| list.split(' ')).collect();
            assert!(classes.contains("fill-ink") && classes.contains("fill-background"), "{classes:?}");
            for class in classes {
                let (property, role) = class.split_once('-').expect("a property and a role");
                let rule = format!(".{class}{{{property}:var(--role-{role})}}");
                assert!(sheet.contains(&rule), "{name}: no rule {rule}");
            }
        }
    }
}

#[test]
fn every_theme_gives_its_colours_to_the_roles() {
    let page = page(&[]);
    let sheet = page["sheet"].as_str().expect("a style sheet");
    let dark = format!("--role-background:{};", Theme::DARK.background.css());
    assert_eq!(sheet.matches(&dark).count(), 2, "chosen, and where the system is dark");
    assert!(sheet.contains("@media (prefers-color-scheme:dark){:root[data-theme=auto]{"));
    assert!(sheet.contains(&format!("--role-cursor:{};", Theme::LIGHT.cursor.css())));
    assert!(
        sheet.contains(&format!(":root[data-theme=projector]{{--role-ink:{};", Theme::PROJECTOR.ink.css()))
    );
    for (k, colour) in Theme::LIGHT.tasks.into_iter().enumerate() {
        assert!(sheet.contains(&format!("--role-task-{k}:{}", colour.css())), "task {k}");
    }
    let braces = |brace: char| sheet.chars().filter(|c| *c == brace).count();
    assert_eq!(braces('{'), braces('}'));
}

#[test]
fn the_pictures_are_those_that_render_draws() {
    let page = page(&[]);
    for (name, size) in [("phi", ["658", "304"]), ("alignment", ["470", "192"]), ("losses", ["470", "192"])] {
        let drawn = Command::new(env!("CARGO_BIN_EXE_render"))
            .args([
                "--chart",
                name,
                "--width",
                size[0],
                "--height",
                size[1],
                "www/experiments/noisy-main.json",
            ])
            .current_dir(ROOT)
            .output()
            .expect("the command runs");
        let drawn = &text(&drawn.stdout);
        let svg = page["charts"][name]["wide"].as_str().expect("a picture");
        let lines = |svg: &str| texts(svg).into_iter().map(|text| text.trim().to_owned()).collect::<Vec<_>>();
        assert_eq!(lines(svg), lines(drawn));
        for attribute in ["x", "y", "cx", "cy", "r", "width", "height", "text-anchor"] {
            // The size of the whole and what goes without saying are left out.
            let kept = |svg: &str| {
                let all = values(svg, attribute).into_iter();
                all.filter(|value| *value != "start").map(str::to_owned).collect::<Vec<_>>()
            };
            let usual = usize::from(["width", "height"].contains(&attribute));
            assert_eq!(kept(svg), kept(drawn)[usual..], "{name}: {attribute}");
        }
        assert_eq!(svg.matches("<text").count(), drawn.matches("<text").count());
    }
}

#[test]
fn the_words_are_those_of_the_first_run_at_its_end() {
    let page = page(&[]);
    assert_eq!((&page["step"], &page["steps"]), (&"1500".into(), &"1,500".into()));
    assert_eq!(page["seed"], "11");
    assert_eq!(
        page["lead"],
        "Same data, same seed, two ways to weigh two side tasks. Joint descent descends the training loss in φ, too, \
         so no weight ever grows: helpful reaches 0 at step 138 and harmful reaches 0 at step 4. AuxiLearn follows \
         the sign of each alignment: helpful grows from 1 to 3.71 and harmful reaches 0 at step 22. Error on unseen \
         data: 0.358 with Joint descent and 0.0187 with AuxiLearn."
    );
    assert_eq!(page["headings"][0], "Weights φ of the side tasks");
    let bars = page["bars"].as_array().expect("bars");
    assert_eq!(bars.len(), 2);
    assert_eq!((&bars[0]["value"], &bars[0]["share"]), (&"0.358".into(), &1.0.into()));
    assert_eq!(
        (&bars[1]["label"], &bars[1]["status"]),
        (&"AuxiLearn".into(), &"finished at step 1500".into())
    );
    for name in CHARTS {
        let label = page["charts"][name]["label"].as_str().expect("a label");
        assert!(label.contains("AuxiLearn") && label.ends_with('.'), "{label}");
    }
}

#[test]
fn the_digests_are_those_recorded() {
    let recorded = std::fs::read_to_string(format!("{ROOT}/tests/data/digests.txt")).expect("digests");
    let first = recorded.lines().filter_map(|line| line.strip_prefix("noisy-main "));
    let first: Vec<&str> = first.filter_map(|line| line.split(' ').nth(1)).collect();
    assert_eq!(page(&[])["digests"], Value::from(first));
}

#[test]
fn it_is_the_same_every_time() {
    assert_eq!(command(&[]).stdout, command(&[]).stdout);
    assert_eq!(command(&CHINESE).stdout, command(&CHINESE).stdout);
}

#[test]
fn in_chinese_no_english_is_left() {
    let page = page(&CHINESE);
    let [lead, headings, bars] = ["lead", "headings", "bars"].map(|field| page[field].to_string());
    // Without the names of the fields of a bar.
    let mut said = lead + &headings;
    for bar in serde_json::from_str::<Vec<Value>>(&bars).expect("bars") {
        said += &format!(" {} {}", bar["label"], bar["status"]);
    }
    for name in CHARTS {
        said += &page["charts"][name]["label"].to_string();
    }
    for (_, svg) in pictures(&page) {
        said += &texts(svg).join(" ").replace("&gt;", ">").replace("&lt;", "<");
    }
    let words = said.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() > 1);
    let words: BTreeSet<&str> = words.collect();
    assert_eq!(words, BTreeSet::from(["AuxiLearn"]), "the name of a method");
    assert_eq!(page["digests"], self::page(&[])["digests"]);
}

#[test]
fn sizes_can_be_given() {
    let page = page(&["--wide", "phi=700x310,losses=500x200", "--narrow", "alignment=320x240"]);
    let size = |name: &str, layout: &str| {
        let svg = page["charts"][name][layout].as_str().expect("a picture");
        values(svg, "viewBox")[0].to_owned()
    };
    assert_eq!((size("phi", "wide"), size("phi", "narrow")), ("0 0 700 310".into(), "0 0 358 288".into()));
    assert_eq!(size("alignment", "wide"), "0 0 470 192");
    assert_eq!(size("alignment", "narrow"), "0 0 320 240");
    assert_eq!(size("losses", "wide"), "0 0 500 200");
}

#[test]
fn what_is_wrong_is_one_clear_line_and_exit_code_2() {
    let cases: [(&[&str], &str); 6] = [
        (&["--wide", "phi=1x1"], "--wide: expected for example phi=658x304, found phi=1x1"),
        (&["--narrow", "ledger=300x200"], "found ledger=300x200"),
        (&["--texts", "no/such/file.json"], "no/such/file.json"),
        (&["--texts", "README.md"], "README.md"),
        (&["--out", "no/such/folder/file"], "no/such/folder/file"),
        (&["experiment.json"], "experiment.json"),
    ];
    for (arguments, named) in cases {
        let output = command(arguments);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
        assert!(message.starts_with("prerender: ") && message.contains(named), "{message}");
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(output.stdout.is_empty());
    }
}
