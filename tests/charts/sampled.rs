//! Every chart of a problem on awkward data and canvases.

use crate::support::world::*;
use crate::support::*;
use auxilearn_lab::chart::{Lane, SampledChart, SampledKind, Summaries, View};
use auxilearn_lab::experiment::presets;
use auxilearn_lab::sampled::{Bounds, Landscape, NeumannSetting, Plane, Spectrum};
use auxilearn_lab::study::PlaneRequest;
use auxilearn_lab::trace::{Layout, Trace};
use serde_json::json;

const SIZE: (u32, u32) = (900, 600);

const ORACLE_3: NeumannSetting = NeumannSetting { terms: 3, alpha: 0.1, damping: 0.0, official: false };

/// Every chart of a problem at its start.
fn charts(world: &mut World) -> (Plane, Landscape, Option<(Spectrum, NeumannSetting)>) {
    let (w, phi) = (world.study.start().0.to_vec(), world.study.start().1.to_vec());
    let plane = world.plane(&phi, Some(&w));
    let landscape = world.landscape(&phi, (0, (phi.len() > 1).then_some(1)));
    let spectrum = world.study.spectrum(&w, &phi);
    let series = world.study.neumann_setting(0);
    (plane, landscape, spectrum.map(|s| (s.clone(), series.unwrap_or_else(|| s.usual_setting()))))
}

#[test]
fn every_preset_is_drawn_tidily_in_every_size() {
    for preset in presets::all() {
        let mut world = World::new(preset.document);
        let (plane, landscape, series) = charts(&mut world);
        let mut all = vec![SampledChart::WPlane(&plane), SampledChart::PhiLandscape(&landscape)];
        all.extend(series.as_ref().map(|(spectrum, setting)| SampledChart::Neumann(spectrum, *setting)));
        let lanes = world.lanes();
        for chart in all {
            for (css, ratio) in [((900, 560), 1.0), ((340, 400), 1.0), ((340, 760), 2.0), ((60, 40), 1.0)] {
                let view = View { pixel_ratio: ratio, ..light() };
                let recording = record_sampled(&chart, css, &lanes, &view);
                assert_tidy(&format!("{} {} {css:?}", preset.id, chart.kind().name()), &recording);
            }
            let words = chart.describe(&lanes, &light());
            assert!(words.ends_with('.') && !words.contains("NaN") && !words.contains("inf"), "{words}");
        }
    }
}

#[test]
fn a_canvas_without_pixels_is_left_alone() {
    let mut world = World::preset("sign-flip");
    let plane = world.plane(&[0.0], None);
    for css in [(0, 0), (0, 100), (100, 0)] {
        let recording = record_sampled(&SampledChart::WPlane(&plane), css, &world.lanes(), &light());
        assert!(recording.calls.is_empty() && recording.drawn.planes.is_empty());
    }
}

#[test]
fn traces_without_rows_with_one_row_and_with_diverged_rows_are_drawn() {
    let mut world = World::preset("sign-flip");
    let layout = Layout::new(2, 1);
    let mut traces = [10; 3].map(|steps| Trace::new(layout, steps));
    let row = |step: f64, w: f64| {
        let mut row = vec![f64::NAN; layout.width()];
        (row[0], row[1], row[2], row[3]) = (step, 0.5, w, w);
        row
    };
    traces[1].push(&row(0.0, 0.5));
    for (step, w) in [0.5, -40.0, 1e80, f64::NAN].into_iter().enumerate() {
        traces[2].push(&row(step as f64, w));
    }
    let refs: Vec<&Trace> = traces.iter().collect();
    let request = PlaneRequest {
        phi: &[0.5],
        w: None,
        traces: &refs,
        aspect: 1.5,
        resolution: (32, 24),
        bounds: None,
        frame: None,
    };
    let plane = world.study.plane(&request).expect("a plane");
    assert!(plane.bounds.size().0 < 20.0, "an explosion leaves the frame: {:?}", plane.bounds);
    let names = ["task".to_owned()];
    let lane = |trace| Lane {
        label: "lane",
        task_names: &names,
        phi_names: &names,
        trace,
        status: auxilearn_lab::status::RunStatus::Running,
        whole: None,
        summaries: Summaries::default(),
        events: &[],
    };
    let lanes: Vec<Lane> = traces.iter().map(lane).collect();
    assert_tidy("plane", &record_sampled(&SampledChart::WPlane(&plane), SIZE, &lanes, &light()));
    let landscape = world.landscape(&[0.5], (0, None));
    assert_tidy(
        "landscape",
        &record_sampled(&SampledChart::PhiLandscape(&landscape), SIZE, &lanes, &light()),
    );
}

#[test]
fn a_singular_hessian_is_said_in_words() {
    let flat = || json!({"centre": [0, 0], "curvature": [1, 0]});
    let mut world = quadratic(flat(), flat(), json!({"centre": [1, 1]}));
    let plane = world.plane(&[1.0], Some(&[1.0, 1.0]));
    let recording = record_sampled(&SampledChart::WPlane(&plane), SIZE, &[], &light());
    assert_tidy("singular", &recording);
    let words = SampledChart::WPlane(&plane).describe(&[], &light());
    assert!(
        words.contains("no unique best response") && words.contains("The Hessian is singular"),
        "{words}"
    );
    let spectrum = world.study.spectrum(&[1.0, 1.0], &[1.0]).unwrap();
    let recording = record_sampled(&SampledChart::Neumann(&spectrum, ORACLE_3), (960, 340), &[], &light());
    assert!(recording.text("zero eigenvalue").is_some());
    assert!(recording.text("H is singular").is_some());
}

#[test]
fn settings_without_sense_are_answered_in_words() {
    let spectrum = World::preset("sign-flip").study.spectrum(&[0.0, 0.0], &[0.0]).expect("a spectrum");
    for alpha in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let chart = SampledChart::Neumann(&spectrum, NeumannSetting { alpha, ..ORACLE_3 });
        assert!(record_sampled(&chart, SIZE, &[], &light()).text("No spectrum").is_some());
    }
    let bounds = Bounds { x: (0.0, 0.0), y: (0.0, 0.0) };
    let mut world = World::preset("sign-flip");
    let request = PlaneRequest {
        phi: &[0.5],
        w: None,
        traces: &[],
        aspect: 1.5,
        resolution: (0, 0),
        bounds: Some(bounds),
        frame: None,
    };
    let plane = world.study.plane(&request).expect("a plane of its own size");
    assert_tidy("no size", &record_sampled(&SampledChart::WPlane(&plane), SIZE, &[], &light()));
}

#[test]
fn kinds_are_found_by_their_stable_names() {
    for (&kind, name) in SampledKind::ALL.iter().zip(["w_plane", "phi_landscape", "neumann", "cut_short"]) {
        assert_eq!((kind.name(), SampledKind::named(name)), (name, Some(kind)));
    }
    assert_eq!(SampledKind::named("phi"), None);
}
