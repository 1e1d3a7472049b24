//! Golden figures of the problem itself: `UPDATE_GOLDEN=1 cargo test --test charts`
//! rewrites them.

use std::path::Path;

use auxilearn_lab::chart::{Lane, Measured, SampledChart, SampledKind, Summaries, Theme, View, draw_sampled};
use auxilearn_lab::exhibit;
use auxilearn_lab::experiment::{Experiment, Json, edit, presets};
use auxilearn_lab::run::Run;
use auxilearn_lab::study::{CutShortRequest, LandscapeRequest, PlaneRequest, Scene, Study};
use auxilearn_lab::trace::Trace;
use plotters::prelude::{IntoDrawingArea, SVGBackend};

/// The chart at the height that suits a width.
fn svg(chart: &SampledChart, width: u32, lanes: &[Lane], view: &View) -> String {
    let css = (width, chart.kind().height(view, f64::from(width)).round() as u32);
    let mut text = String::new();
    let area = Measured::svg(SVGBackend::with_string(&mut text, css)).into_drawing_area();
    draw_sampled(chart, &area, lanes, view).unwrap();
    area.present().unwrap();
    drop(area);
    text
}

fn check(file: &str, drawn: &str) {
    assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{file}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, drawn).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(drawn == golden, "{file} differs; look at it, then UPDATE_GOLDEN=1 rewrites it");
}

/// The charts of a preset at the start of its first lane, the lanes run to their ends.
fn check_preset(id: &str, theme: &'static Theme) {
    let preset = presets::all().iter().find(|preset| preset.id == id).expect("a preset");
    let experiment = Experiment::from_json(preset.document).expect("valid");
    let mut runs = experiment.runs().expect("runs");
    runs.iter_mut().for_each(|run| {
        run.advance(experiment.steps());
    });
    let names = experiment.phi_names();
    let lane = |run: &'_ Run| -> (String, Trace) { (run.label().to_owned(), run.trace().clone()) };
    let kept: Vec<(String, Trace)> = runs.iter().map(lane).collect();
    let lanes: Vec<Lane> = kept
        .iter()
        .zip(&runs)
        .map(|((label, trace), run)| Lane {
            label,
            task_names: &names,
            phi_names: &names,
            trace,
            status: run.status(),
            whole: None,
            summaries: Summaries::default(),
            events: &[],
        })
        .collect();
    let traces: Vec<&Trace> = kept.iter().map(|(_, trace)| trace).collect();
    let mut study = Study::of(&experiment).expect("a study");
    let phi = study.start().1.to_vec();
    let view = View::new(theme, experiment.steps() as f64);
    let file = |name: &str| format!("{name}-{id}-{}.svg", theme.name);
    let request = PlaneRequest {
        phi: &phi,
        w: None,
        traces: &traces,
        aspect: 1.6,
        resolution: (48, 32),
        bounds: None,
        frame: None,
    };
    let plane = study.plane(&request).expect("a plane");
    check(&file("w_plane"), &svg(&SampledChart::WPlane(&plane), 640, &lanes, &view));
    let components = (0, (phi.len() > 1).then_some(1));
    let request =
        LandscapeRequest { phi: &phi, components, traces: &traces, resolution: (48, 32), bounds: None };
    let landscape = study.landscape(&request).expect("a landscape");
    check(&file("phi_landscape"), &svg(&SampledChart::PhiLandscape(&landscape), 640, &lanes, &view));
    let w = study.best_response(&phi).expect("a best response");
    let spectrum = study.spectrum(&w, &phi).expect("a spectrum");
    let setting = study.neumann_setting(0).unwrap_or_else(|| spectrum.usual_setting());
    check(&file("neumann"), &svg(&SampledChart::Neumann(&spectrum, setting), 860, &lanes, &view));
    let request = CutShortRequest { phi: &phi, w: None, lane: None, setting: None, most: None };
    let cut_short = study.cut_short(&request).expect("an answer");
    check(&file("cut_short"), &svg(&SampledChart::CutShort(&cut_short), 860, &lanes, &view));
}

#[test]
fn sign_flip() {
    check_preset("sign-flip", &Theme::LIGHT);
}

#[test]
fn sign_flip_in_the_dark() {
    check_preset("sign-flip", &Theme::DARK);
}

#[test]
fn noisy_main() {
    check_preset("noisy-main", &Theme::LIGHT);
}

#[test]
fn noisy_main_on_a_projector() {
    check_preset("noisy-main", &Theme::PROJECTOR);
}

#[test]
fn many_weights_cut_short() {
    let preset = presets::all().iter().find(|preset| preset.id == "noisy-labels").expect("a preset");
    let mut study = Study::of(&Experiment::from_json(preset.document).expect("valid")).expect("a study");
    let phi = study.start().1.to_vec();
    let request = CutShortRequest { phi: &phi, w: None, lane: None, setting: None, most: None };
    let cut_short = study.cut_short(&request).expect("an answer");
    let view = View::new(&Theme::LIGHT, 100.0);
    check("cut_short-noisy-labels-light.svg", &svg(&SampledChart::CutShort(&cut_short), 860, &[], &view));
}

#[test]
fn one_dimension() {
    check_preset("one-dimension", &Theme::LIGHT);
}

/// Two quadratics in two parameters and one lane, some of its numbers replaced.
fn awkward(held_out: [f64; 2], lr: f64, alpha: f64) -> Json {
    let method = serde_json::json!({
        "kind": "implicit", "inner": { "kind": "gradient_descent", "lr": lr, "steps": 5 },
        "outer": { "kind": "sgd", "lr": 0.1 }, "inverse_hvp": { "kind": "neumann", "terms": 3, "alpha": alpha } });
    let document = serde_json::json!({
        "schema": 1, "title": "awkward", "seed": 1, "steps": 60,
        "problem": { "kind": "quadratic", "data": {
            "source": "inline", "main": { "centre": [0, 0], "curvature": [1, 4] },
            "auxiliaries": [{ "name": "task", "centre": [1, 1] }], "aux_set": { "centre": held_out } } },
        "start": { "w": [0, 0], "phi": [0.5] },
        "lanes": [{ "label": "AuxiLearn", "method": method }] });
    document.into()
}

/// Every chart of a problem after some steps of its lane; none of them if there is no lane to see.
fn check_awkward(name: &str, document: &Json, steps: Option<u64>) {
    let experiment = Experiment::from_value(document).expect("a document that can be run");
    let mut runs = experiment.runs().expect("runs");
    runs[0].advance(steps.unwrap_or(0));
    let names = experiment.phi_names();
    let lanes = steps.map(|_| Lane {
        label: "AuxiLearn",
        task_names: &names,
        phi_names: &names,
        trace: runs[0].trace(),
        status: runs[0].status(),
        whole: None,
        summaries: Summaries::default(),
        events: &[],
    });
    let traces: Vec<&Trace> = lanes.iter().map(|lane| lane.trace).collect();
    let mut scene = Scene::of(&experiment, document.clone()).expect("a scene");
    scene.look(&traces, None, true);
    let view = View::new(&Theme::LIGHT, 60.0);
    for &kind in SampledKind::ALL {
        let drawn = svg(&exhibit::chart(&mut scene, kind, &traces, 1.6), 640, lanes.as_slice(), &view);
        check(&format!("{}-{name}.svg", kind.name()), &drawn);
    }
}

#[test]
fn without_lanes() {
    check_awkward("empty", &awkward([1.0, 1.0], 0.1, 0.1), None);
}

#[test]
fn one_point() {
    check_awkward("point", &awkward([1.0, 1.0], 0.1, 0.1), Some(0));
}

/// The held-out optimum is that of the main task, where the lane starts: nothing moves but φ by nothing.
#[test]
fn constant() {
    let mut document = awkward([0.0, 0.0], 0.1, 0.1);
    edit::start_at(&mut document, None, Some(&[0.0]));
    check_awkward("constant", &document, Some(60));
}

#[test]
fn huge_range() {
    check_awkward("huge", &awkward([1e9, -1e6], 0.1, 0.1), Some(1));
}

/// The inner loop diverges and so does the series.
#[test]
fn diverged() {
    check_awkward("diverged", &awkward([1.0, 1.0], 1.0, 1.0), Some(0));
}
