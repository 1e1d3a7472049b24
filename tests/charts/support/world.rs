//! A problem with its lanes run to the end, for the tests of the charts of sampled data.

use auxilearn_lab::chart::{Lane, Summaries};
use auxilearn_lab::experiment::{Experiment, presets};
use auxilearn_lab::run::Run;
use auxilearn_lab::sampled::{Landscape, Plane};
use auxilearn_lab::study::{LandscapeRequest, PlaneRequest, Study};
use auxilearn_lab::trace::Trace;
use serde_json::{Value, json};

/// An experiment with its lanes run to the end.
pub struct World {
    pub study: Study,
    pub runs: Vec<Run>,
    pub names: Vec<String>,
}

impl World {
    pub fn new(document: &str) -> Self {
        let experiment = Experiment::from_json(document).expect("valid");
        let mut runs = experiment.runs().expect("runs");
        runs.iter_mut().for_each(|run| {
            run.advance(experiment.steps());
        });
        Self { study: Study::of(&experiment).expect("a study"), runs, names: experiment.phi_names() }
    }

    pub fn preset(id: &str) -> Self {
        Self::new(presets::all().iter().find(|preset| preset.id == id).expect("a preset").document)
    }

    pub fn plane(&mut self, phi: &[f64], w: Option<&[f64]>) -> Plane {
        let traces: Vec<&Trace> = self.runs.iter().map(Run::trace).collect();
        let request = PlaneRequest {
            phi,
            w,
            traces: &traces,
            aspect: 1.7,
            resolution: (64, 48),
            bounds: None,
            frame: None,
        };
        self.study.plane(&request).expect("a plane")
    }

    pub fn landscape(&mut self, phi: &[f64], components: (usize, Option<usize>)) -> Landscape {
        let traces: Vec<&Trace> = self.runs.iter().map(Run::trace).collect();
        let resolution = if components.1.is_some() { (48, 32) } else { (128, 2) };
        let request = LandscapeRequest { phi, components, traces: &traces, resolution, bounds: None };
        self.study.landscape(&request).expect("a landscape")
    }

    pub fn lanes(&self) -> Vec<Lane<'_>> {
        let lane = |run| lane_of(run, &self.names);
        self.runs.iter().map(lane).collect()
    }
}

pub fn lane_of<'a>(run: &'a Run, names: &'a [String]) -> Lane<'a> {
    let (trace, status) = (run.trace(), run.status());
    Lane {
        label: run.label(),
        task_names: names,
        phi_names: names,
        trace,
        status,
        whole: None,
        summaries: Summaries::default(),
        events: &[],
    }
}

/// Quadratics of the given centres and curvatures, without lanes that matter.
pub fn quadratic(main: Value, auxiliary: Value, aux_set: Value) -> World {
    let mut auxiliary = auxiliary;
    auxiliary["name"] = json!("task");
    World::new(
        &json!({
            "schema": 1, "title": "quadratics", "seed": 1, "steps": 1,
            "problem": {"kind": "quadratic", "data": {
                "source": "inline", "main": main, "auxiliaries": [auxiliary], "aux_set": aux_set}},
            "lanes": [{"label": "lane", "method": {"kind": "equal"}}],
        })
        .to_string(),
    )
}
