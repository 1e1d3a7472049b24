//! What lessons say is so: every claim is held against runs of the solver, every check against the run before
//! and after what is to be tried.

use auxilearn_lab::chart::{ChartKind, SampledKind};
use auxilearn_lab::experiment::{Experiment, presets};
use auxilearn_lab::run::Run;
use serde_json::Value;
use std::collections::BTreeMap;
use toml::Spanned;
use xtask::cargo::root;
use xtask::lessons::condition::{Comparison, Quantity, Read, Relation, holds};
use xtask::lessons::front::{Claim, RunOf};
use xtask::lessons::{CHARTS, CONTROLS, LANGUAGES, Lesson, lit, read};

fn lessons() -> Vec<Lesson> {
    read(&root(), LANGUAGES[0].0).expect("lessons without a fault")
}

/// A finished run of a document.
struct Ran {
    document: Value,
    runs: Vec<Run>,
}

impl Ran {
    fn of(document: Value) -> Self {
        let experiment = Experiment::from_json(&document.to_string()).expect("a valid document");
        let mut runs = experiment.runs().expect("finite data");
        for run in &mut runs {
            run.advance(u64::MAX);
        }
        Self { document, runs }
    }

    /// The columns of a lane by the names of files, and its last step.
    fn column(&self, lane: &str, name: &str) -> Vec<f64> {
        let run = self.runs.iter().find(|run| run.label() == lane).expect("the build knows the lanes");
        let quantities = run.trace().layout().quantities();
        let c = quantities.iter().position(|quantity| quantity.name() == name);
        run.trace().column(c.unwrap_or_else(|| panic!("{lane} has no column {name}"))).to_vec()
    }

    fn quantity(&self, quantity: &Quantity) -> Value {
        match quantity {
            Quantity::Number(number, _) => (*number).into(),
            Quantity::Word(word) => word.as_str().into(),
            Quantity::Document(path) => part(&mut self.document.clone(), path).clone(),
            Quantity::Seed => self.document["seed"].clone(),
            Quantity::Trace { lane, column, read } => recorded(&self.column(lane, column), *read).into(),
            Quantity::Cursor | Quantity::Control(_) => panic!("only the page knows {quantity:?}"),
        }
    }

    fn holds(&self, comparison: &Comparison) -> bool {
        let (left, right) = (self.quantity(&comparison.left), self.quantity(&comparison.right));
        let written = match &comparison.right {
            Quantity::Number(_, written) => written,
            _ => "",
        };
        match (left.as_f64(), right.as_f64()) {
            (Some(left), Some(right)) => holds(left, comparison.relation, right, written),
            _ => match comparison.relation {
                Relation::Equals => left == right,
                Relation::Differs => left != right,
                _ => false,
            },
        }
    }

    fn all_hold(&self, comparisons: &[Comparison]) -> bool {
        comparisons.iter().all(|comparison| self.holds(comparison))
    }
}

fn recorded(column: &[f64], read: Read) -> f64 {
    let last = column.len() - 1;
    match read {
        Read::Last => column[last],
        Read::At(step) => column[usize::try_from(step).expect("a step")],
        Read::AtCursor => panic!("only the page has a cursor"),
        Read::Zero => match column.iter().rposition(|x| *x != 0.0) {
            Some(at) if at == last => f64::NAN,
            Some(at) => (at + 1) as f64,
            None => 0.0,
        },
        Read::Rises => column.windows(2).filter(|pair| pair[1] > pair[0]).count() as f64,
        Read::Flips => column.windows(2).filter(|pair| pair[0] * pair[1] < 0.0).count() as f64,
    }
}

/// A part of a document, which is made if it is not there: `start.phi[0]`.
fn part<'a>(document: &'a mut Value, path: &str) -> &'a mut Value {
    let mut at = document;
    for key in path.split(['.', '[', ']']).filter(|key| !key.is_empty()) {
        at = match key.parse::<usize>() {
            Ok(i) => &mut at[i],
            Err(_) => &mut at[key],
        };
    }
    at
}

fn document(lesson: &Lesson) -> Value {
    let preset =
        presets::all().iter().find(|preset| preset.id == lesson.front.preset.get_ref()).expect("a preset");
    let mut document: Value = serde_json::from_str(preset.document).expect("JSON");
    document["seed"] = lesson.front.seed.into();
    document
}

/// The lesson's document with other parts, by their paths.
fn changed(lesson: &Lesson, parts: &BTreeMap<String, Value>) -> Value {
    let mut document = document(lesson);
    for (path, value) in parts {
        *part(&mut document, path) = value.clone();
    }
    document
}

fn acted(lesson: &Lesson) -> Value {
    changed(lesson, &lesson.front.act)
}

/// The runs that a claim is about.
fn runs_of(lesson: &Lesson, claim: &Claim) -> Vec<Ran> {
    match &claim.run {
        RunOf::Shown => vec![Ran::of(document(lesson))],
        RunOf::Acted => vec![Ran::of(acted(lesson))],
        RunOf::With(parts) => vec![Ran::of(changed(lesson, parts))],
        RunOf::Seeds(first, last) => (*first..=*last)
            .map(|seed| Ran::of(changed(lesson, &[("seed".to_owned(), seed.into())].into())))
            .collect(),
    }
}

#[test]
fn every_claim_holds() {
    for lesson in lessons() {
        for claim in &lesson.front.claims {
            for ran in runs_of(&lesson, claim) {
                for comparison in claim.holds.get_ref().iter() {
                    assert!(
                        ran.holds(comparison),
                        "{}.md:{}: {comparison:?} does not hold with seed {}: {:?} and {:?}",
                        lesson.name,
                        claim.line,
                        ran.document["seed"],
                        ran.quantity(&comparison.left),
                        ran.quantity(&comparison.right),
                    );
                }
            }
        }
    }
}

#[test]
fn a_claim_that_is_wrong_does_not_hold() {
    let lesson = &lessons()[0];
    let ran = Ran::of(document(lesson));
    for wrong in [
        "Joint descent: phi_1 > 0",
        "Joint descent: zero step of phi_1 is 139",
        "Joint descent: loss_test is 0.35",
    ] {
        let comparisons = xtask::lessons::condition::parse(wrong).expect("a comparison");
        assert!(!ran.all_hold(&comparisons), "{wrong}");
    }
}

#[test]
fn what_is_to_be_tried_is_not_done_yet_and_can_be_done() {
    for lesson in lessons() {
        let (before, after) = (Ran::of(document(&lesson)), Ran::of(acted(&lesson)));
        for check in lesson.front.checks.iter().map(Spanned::get_ref) {
            // What the cursor and the controls do is tried in a browser.
            if check.iter().any(Comparison::needs_page) {
                continue;
            }
            assert!(!before.all_hold(check), "{}: {check:?} holds from the start", lesson.name);
            assert!(after.all_hold(check), "{}: {check:?} does not hold after acting", lesson.name);
        }
        let judged =
            lesson.front.checks.iter().any(|check| !check.get_ref().iter().any(Comparison::needs_page));
        assert_eq!(
            judged,
            !lesson.front.act.is_empty(),
            "{}: `act` is what its checks wait for",
            lesson.name
        );
    }
}

#[test]
fn predictions_have_an_answer() {
    for lesson in lessons() {
        let Some(lane) = lesson.front.predict.as_ref().map(Spanned::get_ref) else { continue };
        let ran = Ran::of(document(&lesson));
        let experiment = Experiment::from_json(&ran.document.to_string()).expect("valid");
        for k in 1..=experiment.task_names().len() {
            let phi = ran.column(lane, &format!("phi_{k}"));
            let change = phi[phi.len() - 1] - phi[0];
            assert!(
                change.abs() > 0.01 * phi[0],
                "{}: φ_{k} of {lane} neither grows nor shrinks",
                lesson.name
            );
        }
    }
}

#[test]
fn the_charts_and_controls_that_lessons_may_name_are_those_of_the_page() {
    let charts =
        ChartKind::ALL.iter().map(|kind| kind.name()).chain(SampledKind::ALL.iter().map(|kind| kind.name()));
    // The bars of the test errors are no canvas.
    let charts: Vec<&str> = charts.chain(["lanes"]).collect();
    assert_eq!(
        CHARTS.iter().copied().collect::<std::collections::BTreeSet<_>>(),
        charts.iter().copied().collect()
    );
    assert!(lit().all(|chart| charts.contains(&chart)));
    let www = root().join("www");
    let page: String =
        ["tools.js", "problem.js"].map(|file| std::fs::read_to_string(www.join(file)).expect(file)).concat();
    for control in CONTROLS {
        assert!(page.contains(&format!("data-problem=\"{control}\"")), "the page has no control {control}");
    }
}

#[test]
fn lessons_are_short() {
    for (language, most) in [("en", 230), ("zh", 420)] {
        for lesson in read(&root(), language).expect("lessons") {
            let html: String = ["text", "predict", "reveal", "try"].map(|part| lesson.part(part)).concat();
            let length = words(&html, language);
            assert!(length <= most, "{language}/{} has {length} words", lesson.name);
        }
    }
}

/// Words, or characters of Chinese, outside of tags and formulas.
fn words(html: &str, language: &str) -> usize {
    let mut text = String::new();
    for (i, piece) in html.split("<math").enumerate() {
        let shown = if i == 0 { piece } else { piece.split_once("</math>").map_or("", |(_, after)| after) };
        for tag in shown.split('<') {
            text += tag.split_once('>').map_or(tag, |(_, after)| after);
        }
    }
    if language == "zh" {
        text.chars().filter(|c| *c > '\u{2E80}').count()
    } else {
        text.split_whitespace().count()
    }
}
