//! Scenes of the presets.

use auxilearn_lab::experiment::{Experiment, Json, presets};
use auxilearn_lab::run::Run;
use auxilearn_lab::study::Scene;
use auxilearn_lab::trace::Trace;

pub const ASPECT: f64 = 1.4;

pub fn document(id: &str) -> Json {
    let preset = presets::all().iter().find(|preset| preset.id == id).expect("a preset");
    serde_json::from_str::<serde_json::Value>(preset.document).expect("JSON").into()
}

pub fn scene(document: &Json) -> Scene {
    let experiment = Experiment::from_value(document).expect("a document that can be run");
    Scene::of(&experiment, document.clone()).expect("finite data")
}

pub fn scene_after(before: &Scene, document: &Json) -> Scene {
    let experiment = Experiment::from_value(document).expect("a document that can be run");
    Scene::after(before, &experiment, document.clone()).expect("finite data")
}

pub fn finished(document: &Json) -> Vec<Run> {
    let experiment = Experiment::from_value(document).expect("a document that can be run");
    let mut runs = experiment.runs().expect("runs");
    for run in &mut runs {
        run.advance(experiment.steps());
    }
    runs
}

pub fn traces(runs: &[Run]) -> Vec<&Trace> {
    runs.iter().map(Run::trace).collect()
}
