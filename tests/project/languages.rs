//! In another language nothing is left in English.

use crate::support::{Owned, assert_tidy, cases, lanes, record};
use auxilearn_lab::chart::{
    Caption, ChartKind, EnsembleChart, Lane, Picture, SampledKind, Summaries, Theme, View, overlay_refusal,
    plane_aspect, svg,
};
use auxilearn_lab::events::events;
use auxilearn_lab::experiment::{Experiment, Json, notes, notes_without_seed, presets};
use auxilearn_lab::sampled::Ensemble;
use auxilearn_lab::seeds::SeedRun;
use auxilearn_lab::study::Scene;
use auxilearn_lab::trace::Trace;
use auxilearn_lab::{exhibit, lang};
use rayon::prelude::*;
use std::sync::Once;

/// Words of Latin letters that Chinese has, too: names of methods, functions, units, parts of symbols.
const NAMES: &[&str] = &[
    "Adam",
    "AuxiLearn",
    "DARTS",
    "DWA",
    "GradNorm",
    "Hd",
    "OL",
    "AUX",
    "SGD",
    "cos",
    "dL",
    "exp",
    "max",
    "mm",
    "sigmoid",
    "softmax",
    "softplus",
    "train",
];

/// Speaks Chinese from now on.
fn speak() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let catalogue = concat!(env!("CARGO_MANIFEST_DIR"), "/www/lang/zh.json");
        let text = std::fs::read_to_string(catalogue).expect("a catalogue");
        assert!(lang::speak(serde_json::from_str(&text).expect("a flat object")));
    });
}

/// Words of a text that are in English; a name may be cut.
fn english(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphabetic());
    let cut = |word: &str, name: &str| name.starts_with(word) && text.ends_with(&format!("{word}…"));
    let known = |word: &str| NAMES.iter().any(|name| *name == word || cut(word, name));
    words.filter(|word| word.len() > 1 && !known(word)).collect()
}

/// Texts that hold words in English, with where they are: all are told at once.
#[derive(Default)]
struct Left(Vec<String>);

impl Left {
    fn look(&mut self, what: &str, text: &str) {
        for line in text.lines() {
            let words = english(line);
            if !words.is_empty() && self.0.len() < 40 {
                self.0.push(format!("{what}: {words:?} in {line}"));
            }
        }
    }

    fn assert_none(&self) {
        assert!(self.0.is_empty(), "{:#?}", self.0);
    }
}

/// What is written in an SVG, texts and alternatives.
fn written(svg: &str) -> String {
    let texts = svg.split('>').filter_map(|part| part.split('<').next()).map(str::trim);
    let texts: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
    texts.join("\n").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
}

fn named(names: Vec<String>) -> Vec<String> {
    names.into_iter().map(lang::said).collect()
}

/// Traces with names as a document in Chinese has them.
fn chinese(mut owned: Vec<Owned>) -> Vec<Owned> {
    for lane in &mut owned {
        lane.label = lang::said(std::mem::take(&mut lane.label));
        lane.names = (1..=lane.names.len()).map(|k| format!("任务 {k}")).collect();
        lane.events = events(&lane.trace, lane.status, 1500);
    }
    owned
}

#[test]
fn english_is_found() {
    assert_eq!(english("AuxiLearn：helpful 增大，cos_H 0.5，L_A at 3"), ["helpful", "at"]);
    assert_eq!(english("AuxiL…"), [""; 0]);
    assert_eq!(written("<a b=\"c\">x &lt; 1</a>\n<d>y</d>"), "x < 1\ny");
}

#[test]
fn charts_of_awkward_traces() {
    speak();
    let mut left = Left::default();
    for (name, owned) in cases() {
        let owned = chinese(owned);
        for event in owned.iter().flat_map(|lane| &lane.events) {
            left.look(&name, &event.words("任务"));
        }
        left.look(&name, &overlay_refusal(&lanes(&owned)).unwrap_or_default());
        for kind in ChartKind::ALL {
            for (size, overlaid) in
                [((960, 420), false), ((960, 420), true), ((440, 170), false), ((300, 400), true)]
            {
                let cursor = overlaid.then_some(70.0);
                let view = View { overlaid, cursor, ..View::new(&Theme::LIGHT, 1500.0) };
                let what = format!("{name} {} {size:?}", kind.name());
                let recording = record(*kind, size, &owned, &view);
                for label in recording.labels() {
                    left.look(&what, &label.text);
                }
                assert_tidy(&what, &recording);
                left.look(&what, &kind.describe(&lanes(&owned), &view));
            }
        }
    }
    left.assert_none();
}

/// Every chart of an experiment with its caption, at some widths.
fn check(left: &mut Left, id: &str, document: &str) {
    let experiment = Experiment::from_json(document).expect("valid");
    let mut runs = experiment.runs().expect("runs");
    for run in &mut runs {
        run.advance(experiment.steps().min(400));
    }
    let (task_names, phi_names) = (named(experiment.task_names()), named(experiment.phi_names()));
    let labels = named(runs.iter().map(|run| run.label().to_owned()).collect());
    let moments: Vec<_> = runs.iter().map(|run| events(run.trace(), run.status(), 400)).collect();
    let lane = |(run, (label, events)): (&'_ auxilearn_lab::run::Run, _)| {
        (run.trace().clone(), run.status(), label, events)
    };
    let kept: Vec<_> = runs.iter().zip(labels.iter().zip(&moments)).map(lane).collect();
    let lanes: Vec<Lane> = kept
        .iter()
        .map(|(trace, status, label, events)| Lane {
            label,
            task_names: &task_names,
            phi_names: &phi_names,
            trace,
            status: *status,
            whole: None,
            summaries: Summaries::default(),
            events,
        })
        .collect();
    let parsed = Json::from(serde_json::from_str::<serde_json::Value>(document).expect("JSON"));
    let title = lang::text(experiment.title()).to_owned();
    let caption = Caption { title, notes: notes(&parsed) };
    let view = View::new(&Theme::LIGHT, experiment.steps() as f64);
    let mut look = |name: &str, picture: Picture, (width, height): (u32, f64), caption: &Caption| {
        let size = (width, height.round() as u32);
        let drawn = svg(&picture, size, &lanes, &view, Some(caption)).expect("an SVG");
        left.look(&format!("{id} {name} {width}"), &written(&drawn));
    };
    let mut scene = Scene::of(&experiment, parsed.clone()).expect("a scene");
    let traces: Vec<&Trace> = lanes.iter().map(|lane| lane.trace).collect();
    scene.look(&traces, None, true);
    for width in [1100, 640, 340] {
        for kind in ChartKind::ALL {
            look(
                kind.name(),
                (*kind).into(),
                (width, kind.height(&lanes, &view, f64::from(width))),
                &caption,
            );
        }
        for kind in SampledKind::ALL {
            let size = (width, kind.height(&view, f64::from(width)));
            let aspect = plane_aspect(&view, (f64::from(width), size.1));
            let chart = exhibit::chart(&mut scene, *kind, &traces, aspect);
            look(kind.name(), chart.into(), size, &caption);
        }
    }
    let mut ensemble = None;
    for seed in 0..3 {
        let mut run = SeedRun::new(&experiment, seed).expect("runs");
        run.advance(100);
        ensemble.get_or_insert_with(|| Ensemble::new(run.shape().clone())).add(seed, run.columns());
    }
    let summary = ensemble.expect("a seed").summary();
    let chart = EnsembleChart(&summary);
    let caption = chart.caption(Caption { notes: notes_without_seed(&parsed), ..caption });
    look("ensemble", chart.into(), (760, chart.height(&view, 760.0)), &caption);
}

#[test]
fn every_experiment_with_every_chart() {
    speak();
    let left_of = |preset: &presets::Preset| {
        let mut left = Left::default();
        check(&mut left, preset.id, preset.document);
        left.0
    };
    Left(presets::all().par_iter().flat_map_iter(left_of).collect()).assert_none();
}
