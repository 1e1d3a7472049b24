//! The chart that holds each estimate against the exact hypergradient, on runs of the solver.

use crate::support::*;
use auxilearn_lab::chart::{ChartKind, Theme, View};
use auxilearn_lab::experiment::{Experiment, presets};
use auxilearn_lab::trace::QuantityKind as Q;
use serde_json::{Value, json};

const SIZE: (u32, u32) = (900, 420);

/// The lanes of a preset, perhaps with exact gradients recorded, at their end.
fn run(id: &str, diagnostics: bool, kept: usize) -> Vec<Owned> {
    let preset = presets::all().iter().find(|preset| preset.id == id).expect("a preset");
    let mut document: Value = serde_json::from_str(preset.document).expect("JSON");
    document["diagnostics"] = json!(diagnostics);
    document["lanes"].as_array_mut().expect("lanes").truncate(kept);
    let experiment = Experiment::from_json(&document.to_string()).expect("valid");
    let names = experiment.task_names();
    let runs = experiment.runs().expect("finite data").into_iter();
    runs.map(|mut run| {
        let status = run.advance(experiment.steps());
        Owned {
            label: run.label().to_owned(),
            names: names.clone(),
            trace: run.trace().clone(),
            status,
            events: Vec::new(),
        }
    })
    .collect()
}

fn texts(recording: &Recording) -> Vec<String> {
    recording.labels().into_iter().map(|label| label.text).collect()
}

/// The row of a dot.
fn dot(call: &Call) -> Option<i32> {
    match call {
        Call::Dot { at, .. } => Some(at.1),
        _ => None,
    }
}

#[test]
fn without_exact_gradients_the_chart_says_how_to_record_them() {
    let recording = record(ChartKind::Trust, SIZE, &run("noisy-main", false, 2), &light());
    assert!(recording.drawn.plots.is_empty());
    let said = texts(&recording);
    assert!(said.iter().any(|text| text.contains("tick “record exact gradients, eigenvalues”")), "{said:?}");
}

#[test]
fn a_lane_without_an_estimate_has_no_panel() {
    let owned = run("noisy-main", true, 2);
    let recording = record(ChartKind::Trust, SIZE, &owned, &light());
    assert_eq!(recording.drawn.plots.len(), 1, "joint descent estimates nothing");
    assert!(texts(&recording).iter().any(|text| text == "AuxiLearn"));
}

#[test]
fn the_exact_product_has_every_sign_right_and_a_short_series_has_not() {
    let owned = run("approximations", true, 2);
    let view = View::new(&Theme::LIGHT, 600.0);
    let said = texts(&record(ChartKind::Trust, SIZE, &owned, &view));
    assert!(said.iter().any(|text| text == "every sign right at every step"), "{said:?}");
    let agreement = owned[1].trace.series(Q::SignAgreement, 0).expect("a column");
    let right = agreement.iter().filter(|&&share| share == 1.0).count();
    let words = format!("every sign right at {right} of 600 steps");
    assert!(said.contains(&words), "{said:?} should say {words}");
}

#[test]
fn the_description_has_the_last_cosine_and_size() {
    let owned = run("approximations", true, 1);
    let described = ChartKind::Trust.describe(&lanes(&owned), &View::new(&Theme::LIGHT, 600.0));
    assert!(described.contains("Exact: cosine 1.00, size 1.06 times the exact one"), "{described}");
}

#[test]
fn the_cosine_is_in_the_upper_plot_and_a_right_size_on_its_line() {
    let owned = run("noisy-main", true, 2);
    let recording = record(ChartKind::Trust, SIZE, &owned, &light());
    let plot = recording.drawn.plots[0];
    let ends: Vec<i32> = recording.calls.iter().filter_map(dot).collect();
    assert_eq!(ends.len(), 2, "the ends of cosine and size");
    assert!((ends[0] - plot.top).abs() <= 2, "a cosine of one is at the top: {ends:?}, {plot:?}");
    assert!(ends[1] > (plot.top + plot.bottom) / 2, "the size is below: {ends:?}, {plot:?}");
}

#[test]
fn where_the_exact_hypergradient_has_become_zero_its_signs_say_nothing() {
    let owned = run("penguins", true, 2);
    let view = View::new(&Theme::LIGHT, 1500.0);
    let described = ChartKind::Trust.describe(&lanes(&owned), &view);
    assert!(described.contains("on the exact one is numerically zero, without a sign"), "{described}");
    // In the picture, too: the words are there, and the curve ends where the comparison does.
    let recording = record(ChartKind::Trust, SIZE, &owned, &view);
    let said = texts(&recording);
    let words = said.iter().find(|text| text.starts_with("from step ")).expect("the zero in words");
    assert!(words.contains("numerically zero"), "{said:?}");
    assert!(!said.iter().any(|text| text.contains("at every step")), "{said:?}");
    let step: f64 = words.split(' ').nth(2).and_then(|word| word.parse().ok()).expect("a step");
    let plot = recording.drawn.plots[0];
    let width = f64::from(plot.right - plot.left);
    let end = f64::from(plot.left) + width * step / 1500.0;
    let last = |call: &Call| match call {
        Call::Dot { at, .. } => Some(f64::from(at.0)),
        _ => None,
    };
    let ends: Vec<f64> = recording.calls.iter().filter_map(last).collect();
    assert!(!ends.is_empty() && ends.iter().all(|&x| x <= end + 1.0), "{ends:?} beyond {end}");
    let still = run("noisy-main", true, 2);
    let described = ChartKind::Trust.describe(&lanes(&still), &view);
    assert!(!described.contains("numerically zero"), "{described}");
}
