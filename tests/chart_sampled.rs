//! Charts of the problem itself: what is drawn where.

mod chart_support;

use auxilearn_lab::chart::{Lane, Rgb, SampledChart, SampledKind, Summaries, Theme, View};
use auxilearn_lab::experiment::{Experiment, presets};
use auxilearn_lab::run::Run;
use auxilearn_lab::sampled::{Bounds, Landscape, NeumannSetting, Plane, Spectrum};
use auxilearn_lab::study::{LandscapeRequest, PlaneRequest, Study};
use auxilearn_lab::trace::{Layout, Trace};
use chart_support::*;
use serde_json::{Value, json};

const SIZE: (u32, u32) = (900, 600);

/// An experiment with its lanes run to the end.
struct World {
    study: Study,
    runs: Vec<Run>,
    names: Vec<String>,
}

impl World {
    fn new(document: &str) -> Self {
        let experiment = Experiment::from_json(document).expect("valid");
        let mut runs = experiment.runs().expect("runs");
        runs.iter_mut().for_each(|run| {
            run.advance(experiment.steps());
        });
        Self { study: Study::of(&experiment).expect("a study"), runs, names: experiment.phi_names() }
    }

    fn preset(id: &str) -> Self {
        Self::new(presets::all().iter().find(|preset| preset.id == id).expect("a preset").document)
    }

    fn plane(&mut self, phi: &[f64], w: Option<&[f64]>) -> Plane {
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

    fn landscape(&mut self, phi: &[f64], components: (usize, Option<usize>)) -> Landscape {
        let traces: Vec<&Trace> = self.runs.iter().map(Run::trace).collect();
        let resolution = if components.1.is_some() { (48, 32) } else { (128, 2) };
        let request = LandscapeRequest { phi, components, traces: &traces, resolution, bounds: None };
        self.study.landscape(&request).expect("a landscape")
    }

    fn lanes(&self) -> Vec<Lane<'_>> {
        let lane = |run| lane_of(run, &self.names);
        self.runs.iter().map(lane).collect()
    }
}

fn lane_of<'a>(run: &'a Run, names: &'a [String]) -> Lane<'a> {
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
fn quadratic(main: Value, auxiliary: Value, aux_set: Value) -> World {
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

fn polygons(recording: &Recording) -> Vec<&Vec<(i32, i32)>> {
    let polygons = recording.calls.iter().filter_map(|call| match call {
        Call::Polygon { points, .. } => Some(points),
        _ => None,
    });
    polygons.collect()
}

fn dots(recording: &Recording, rgb: Rgb) -> Vec<(i32, i32)> {
    let of = (rgb.0, rgb.1, rgb.2);
    let dots = recording.calls.iter().filter_map(|call| match call {
        Call::Dot { at, rgb, .. } if *rgb == of => Some(*at),
        _ => None,
    });
    dots.collect()
}

fn near(a: (i32, i32), b: (f64, f64), pixels: f64) -> bool {
    (f64::from(a.0) - b.0).abs() <= pixels && (f64::from(a.1) - b.1).abs() <= pixels
}

/// Oracle 3 at φ = 0, where W* is the main optimum.
fn flip() -> (World, Plane) {
    let mut world = World::preset("sign-flip");
    let plane = world.plane(&[0.0], None);
    (world, plane)
}

#[test]
fn every_optimum_is_marked_at_its_place_and_named() {
    let mut world = World::preset("noisy-main");
    let plane = world.plane(&[1.0, 1.0], None);
    let recording = record_sampled(&SampledChart::WPlane(&plane), SIZE, &[], &light());
    let map = recording.drawn.planes[0];
    for optimum in &plane.optima {
        let at = map.pixel_of(optimum.at);
        let marked = dots(&recording, Theme::LIGHT.background).iter().any(|&dot| near(dot, at, 1.0));
        assert!(marked, "{} has a halo at {at:?}", optimum.name);
        let name = if optimum.name == "held-out" { "held-out optimum" } else { &optimum.name };
        let label = recording.labels().into_iter().find(|label| label.text == name).expect("a name");
        let middle = (f64::from(label.at.0) - at.0).hypot(f64::from(label.at.1) - at.1);
        assert!(middle < 160.0, "{name} is {middle} pixels from its marker");
    }
    let response = map.pixel_of(plane.response.unwrap());
    assert!(dots(&recording, Theme::LIGHT.ink).iter().any(|&dot| near(dot, response, 1.0)));
    assert!(recording.text("W*").is_some());
}

#[test]
fn one_unit_is_as_long_in_both_directions_and_pixels_map_back() {
    let (_, plane) = flip();
    for css in [(900, 600), (400, 500), (700, 300)] {
        let recording = record_sampled(&SampledChart::WPlane(&plane), css, &[], &light());
        let map = recording.drawn.planes[0];
        let (origin, unit) = (map.pixel_of((0.0, 0.0)), map.pixel_of((1.0, 1.0)));
        assert!(((unit.0 - origin.0) - (origin.1 - unit.1)).abs() < 2.0, "{css:?}: {origin:?} {unit:?}");
        let back = map.value_at(map.pixel_of((0.25, -0.5)));
        assert!((back.0 - 0.25).abs() < 1e-9 && (back.1 + 0.5).abs() < 1e-9, "{back:?}");
        let (x, y) = map.pixel_of((0.25, -0.5));
        assert_eq!(recording.drawn.value_at(x, y).unwrap().0, 0);
        assert_eq!(recording.drawn.value_at(-5.0, y), None);
    }
}

#[test]
fn shades_end_on_ellipses_of_equal_training_loss() {
    let (_, plane) = flip();
    let recording = record_sampled(&SampledChart::WPlane(&plane), SIZE, &[], &light());
    let map = recording.drawn.planes[0];
    let (low, high) = plane.training.range().unwrap();
    // The innermost shade is the last of the eleven: L_T ≤ low + (high - low)/144.
    let shades: Vec<_> = polygons(&recording).into_iter().filter(|p| p.len() > 8).collect();
    let level = low + (high - low) / 144.0;
    let inner = shades.iter().min_by_key(|p| p.iter().map(|p| p.0).max()).unwrap();
    let pixel = plane.bounds.size().0 / f64::from(map.right - map.left);
    let (width, height) = (plane.bounds.size().0 / 63.0, plane.bounds.size().1 / 47.0);
    // Between nodes the loss is taken to be linear.
    let bent = (width * width + 10.0 * height * height) / 8.0;
    for &(x, y) in inner.iter() {
        let (w_1, w_2) = map.value_at((f64::from(x), f64::from(y)));
        let loss = 0.5 * (w_1 * w_1 + 10.0 * w_2 * w_2);
        let steepness = w_1.hypot(10.0 * w_2);
        assert!((loss - level).abs() < 1.5 * pixel * steepness + bent, "{loss}, not {level}, at {w_1} {w_2}");
    }
}

#[test]
fn lines_of_the_held_out_loss_are_circles_about_its_optimum() {
    let (_, plane) = flip();
    let recording = record_sampled(&SampledChart::WPlane(&plane), SIZE, &[], &light());
    let map = recording.drawn.planes[0];
    let (low, high) = plane.outer.range().unwrap();
    let radius = |i: f64| (2.0 * (low + (i / 8.0) * (i / 8.0) * (high - low))).sqrt();
    let radii: Vec<f64> = (1..=7).map(|i| radius(f64::from(i))).collect();
    let thin: Vec<_> = recording.paths(Theme::LIGHT.muted).into_iter().filter(|p| p.1 == 1).collect();
    assert!(thin.len() > 50, "dashes: {}", thin.len());
    let pixel = 1.5 * plane.bounds.size().0 / f64::from(map.right - map.left);
    for (points, _) in thin {
        let (x, y) = map.value_at((f64::from(points[0].0), f64::from(points[0].1)));
        let distance = (x + 1.0).hypot(y + 1.0);
        let off = radii.iter().map(|r| (r - distance).abs()).fold(f64::INFINITY, f64::min);
        assert!(off < pixel + 0.01, "a dash at distance {distance}, {off} off");
    }
}

#[test]
fn no_line_of_equal_loss_runs_along_the_edge() {
    for id in ["noisy-labels", "sign-flip", "noisy-main"] {
        let mut world = World::preset(id);
        let phi = world.study.start().1.to_vec();
        let plane = world.plane(&phi, None);
        let recording = record_sampled(&SampledChart::WPlane(&plane), SIZE, &[], &light());
        let map = recording.drawn.planes[0];
        for (points, _) in recording.paths(Theme::LIGHT.muted) {
            let on = |at: fn(&(i32, i32)) -> i32, edge: i32| points.iter().all(|p| at(p) == edge);
            let along = on(|p| p.1, map.top)
                || on(|p| p.1, map.bottom)
                || on(|p| p.0, map.left)
                || on(|p| p.0, map.right);
            let ends = (points[0], points[points.len() - 1]);
            let length = (ends.0.0 - ends.1.0).abs() + (ends.0.1 - ends.1.1).abs();
            // Where a line meets the edge a pixel or two may lie on it.
            assert!(!along || length < 3, "{id}: {points:?}");
        }
    }
}

#[test]
fn the_disagreement_of_signs_is_said_loudly_in_words() {
    let (_, plane) = flip();
    let recording = record_sampled(&SampledChart::WPlane(&plane), SIZE, &[], &light());
    let badge = recording.text("Signs disagree for task").expect("a badge");
    assert!(
        badge.text.contains("plain cosine 0.32 says grow") && badge.text.contains("a = −0.80 says shrink")
    );
    let dark = recording.rects(Theme::LIGHT.ink);
    assert!(
        dark.iter()
            .any(|(from, to)| f64::from(from.0) < badge.left && from.1 < badge.at.1 && to.1 > badge.at.1)
    );
    assert!(recording.text("∇ℓ task: shrinks").is_some());
    let words = SampledChart::WPlane(&plane).describe(&[], &light());
    assert!(words.contains("Plain cosine and implicit sign disagree for task."), "{words}");
}

#[test]
fn no_badge_where_the_signs_agree() {
    let mut world = World::preset("noisy-main");
    let plane = world.plane(&[1.0, 1.0], None);
    let recording = record_sampled(&SampledChart::WPlane(&plane), SIZE, &[], &light());
    assert!(recording.text("disagree").is_none());
    assert!(recording.text("helpful: grows").is_some() && recording.text("harmful: shrinks").is_some());
}

#[test]
fn the_half_plane_turns_from_the_gradient_to_the_newton_direction() {
    let (_, mut plane) = flip();
    // Slopes of the parting line in pixels: it is upright to g = (1, 1), then to H⁻¹g = (1, 0.1).
    for (turn, expected) in [(0.0, (1.0, 1.0)), (1.0, (1.0, 0.1))] {
        plane.dissection.as_mut().unwrap().turn = turn;
        let recording = record_sampled(&SampledChart::WPlane(&plane), SIZE, &[], &light());
        let paths = recording.paths(Theme::LIGHT.grows);
        let length = |p: &[(i32, i32)]| f64::from(p[1].0 - p[0].0).hypot(f64::from(p[1].1 - p[0].1));
        let line = paths.iter().max_by(|a, b| length(a.0).total_cmp(&length(b.0))).unwrap().0;
        let along = (f64::from(line[1].0 - line[0].0), -f64::from(line[1].1 - line[0].1));
        let across = along.0 * expected.0 + along.1 * expected.1;
        assert!(across.abs() < 0.01 * length(line) * f64::hypot(expected.0, expected.1), "{turn}: {along:?}");
    }
}

#[test]
fn a_path_ends_at_the_w_of_its_last_row() {
    let mut world = World::preset("noisy-main");
    let plane = world.plane(&[1.0, 1.0], None);
    let lanes = world.lanes();
    let recording = record_sampled(&SampledChart::WPlane(&plane), SIZE, &lanes, &light());
    let map = recording.drawn.planes[0];
    let w = |i| lanes[1].trace.last(auxilearn_lab::trace::QuantityKind::W, i).unwrap();
    let end = map.pixel_of((w(0), w(1)));
    let squares = recording.rects(Theme::LIGHT.ink);
    let middle = |(from, to): &((i32, i32), (i32, i32))| ((from.0 + to.0) / 2, (from.1 + to.1) / 2);
    assert!(squares.iter().any(|square| near(middle(square), end, 1.5)), "{end:?} in {squares:?}");
    assert!(recording.text("AuxiLearn").is_some() && recording.text("Joint descent").is_some());
}

#[test]
fn more_than_two_parameters_say_which_plane_is_shown() {
    let mut world = World::preset("drawn-quadratics");
    let phi = vec![1.0; world.names.len()];
    let plane = world.plane(&phi, None);
    let recording = record_sampled(&SampledChart::WPlane(&plane), SIZE, &world.lanes(), &light());
    assert!(recording.text("the plane through main task").is_some());
    assert!(recording.text("projected").is_some());
    assert!(recording.paths(Theme::LIGHT.grows).is_empty(), "a projection has no half-plane of signs");
}

#[test]
fn one_parameter_is_drawn_as_curves_over_a_line() {
    let mut world = World::preset("one-dimension");
    let plane = world.plane(&[1.0, 1.0], None);
    let recording = record_sampled(&SampledChart::WPlane(&plane), SIZE, &world.lanes(), &light());
    let map = recording.drawn.planes[0];
    // L_T(0) = ½(9 + 1 + 16) at W* = 0.
    let at = map.pixel_of((0.0, 13.0));
    assert!(dots(&recording, Theme::LIGHT.ink).iter().any(|&dot| near(dot, at, 1.5)), "W* at {at:?}");
    for name in ["training loss", "held-out loss", "W*", "main task"] {
        assert!(recording.text(name).is_some(), "{name}");
    }
}

#[test]
fn the_least_of_a_landscape_and_the_present_weights_are_marked() {
    let mut world = World::preset("grid-search");
    let landscape = world.landscape(&[1.0, 1.0], (0, Some(1)));
    let lanes = world.lanes();
    let chart = SampledChart::PhiLandscape(&landscape);
    let recording = record_sampled(&chart, SIZE, &lanes, &light());
    let map = recording.drawn.planes[0];
    let (least, _) = landscape.field.least().unwrap();
    let ink = dots(&recording, Theme::LIGHT.ink);
    assert!(ink.iter().any(|&dot| near(dot, map.pixel_of(least), 1.0)));
    let phi = |k| lanes[2].trace.last(auxilearn_lab::trace::QuantityKind::Phi, k).unwrap();
    assert!(ink.iter().any(|&dot| near(dot, map.pixel_of((phi(0), phi(1))), 1.0)));
    assert!(recording.text("Grid search: 961 of 961 inner solves").is_some());
    assert!(recording.text("AuxiLearn: 1000 outer steps").is_some());
    assert!(recording.text("least here: ").is_some());
}

#[test]
fn grid_points_appear_one_by_one_with_the_cursor() {
    let mut world = World::preset("grid-search");
    let landscape = world.landscape(&[1.0, 1.0], (0, Some(1)));
    let lanes = world.lanes();
    let points = |step: f64| {
        let view = View { cursor: Some(step), ..light() };
        let recording = record_sampled(&SampledChart::PhiLandscape(&landscape), SIZE, &lanes, &view);
        let said = recording.text(&format!("Grid search: {step} of 961")).is_some();
        // One square is the start.
        (recording.rects(Theme::LIGHT.ink).len() - 1, said)
    };
    assert_eq!((points(0.0), points(1.0), points(40.0)), ((0, true), (1, true), (40, true)));
}

#[test]
fn one_weight_has_a_curve_through_the_held_out_losses() {
    let mut world = World::preset("sign-flip");
    let landscape = world.landscape(&[0.5], (0, None));
    let recording = record_sampled(&SampledChart::PhiLandscape(&landscape), SIZE, &[], &light());
    let map = recording.drawn.planes[0];
    // L_A(W*(0)) = 1 and L_A(W*(0.1)) = 1.075435, oracle 3.
    let inks = recording.paths(Theme::LIGHT.ink);
    let longest = inks.iter().max_by_key(|path| path.0.len()).unwrap().0;
    let height = |x: f64| {
        let span = longest.windows(2).find(|p| f64::from(p[1].0) >= x).expect("a stretch");
        let share = (x - f64::from(span[0].0)) / f64::from(span[1].0 - span[0].0);
        f64::from(span[0].1) + share * f64::from(span[1].1 - span[0].1)
    };
    for (phi, loss) in [(0.0, 1.0), (0.1, 1.075435)] {
        let (x, y) = map.pixel_of((phi, loss));
        assert!((height(x) - y).abs() <= 1.5, "φ = {phi}: {} beside {y}", height(x));
    }
}

#[test]
fn a_region_without_best_response_is_hatched_and_told() {
    let mut world = quadratic(
        json!({"centre": [0, 0], "curvature": [1, 0]}),
        json!({"centre": [1, 1]}),
        json!({"centre": [0, 0]}),
    );
    let landscape = world.landscape(&[1.0], (0, None));
    assert_eq!(landscape.field.absent(), 2, "φ = 0, in both rows");
    let words = SampledChart::PhiLandscape(&landscape).describe(&[], &light());
    assert!(words.contains("no unique best response"), "{words}");
    let mut map = landscape.clone();
    map.components = (0, Some(0));
    let recording = record_sampled(&SampledChart::PhiLandscape(&map), SIZE, &[], &light());
    assert!(recording.paths(Theme::LIGHT.zero).len() > 10, "diagonals");
    let nowhere = Landscape {
        field: auxilearn_lab::sampled::Field {
            values: vec![None; landscape.field.values.len()],
            ..landscape.field
        },
        ..landscape
    };
    let recording = record_sampled(&SampledChart::PhiLandscape(&nowhere), SIZE, &[], &light());
    assert!(recording.text("No φ here has a unique best response").is_some());
}

const ORACLE_3: NeumannSetting = NeumannSetting { terms: 3, alpha: 0.1, damping: 0.0, official: false };

fn spectrum() -> Spectrum {
    World::preset("sign-flip").study.spectrum(&[0.0, 0.0], &[0.0]).expect("a spectrum")
}

#[test]
fn the_neumann_lab_has_three_plots_and_the_present_setting_on_its_map() {
    let spectrum = spectrum();
    let recording = record_sampled(&SampledChart::Neumann(&spectrum, ORACLE_3), (960, 320), &[], &light());
    let [filter, error, map] = recording.drawn.planes[..] else { panic!("three plots") };
    assert!(filter.right < error.left && error.right < map.left);
    let inks = dots(&recording, Theme::LIGHT.ink);
    assert!(inks.iter().any(|&dot| near(dot, map.pixel_of((3.0, 0.1)), 1.0)), "the setting");
    // f_3(1) = 1 - 0.9⁴ and f_3(10) = 1/10.
    for (eigenvalue, value) in [(1.0, 0.3439), (10.0, 0.1)] {
        let at = filter.pixel_of((eigenvalue, value));
        assert!(inks.iter().any(|&dot| near(dot, at, 1.0)), "f_3({eigenvalue}) at {at:?}");
    }
    let (terms, alpha) =
        recording.drawn.value_at(map.pixel_of((7.0, 0.05)).0, map.pixel_of((7.0, 0.05)).1).unwrap().1;
    assert!((terms - 7.0).abs() < 1e-9 && (alpha - 0.05).abs() < 1e-9, "dragging reads {terms}, {alpha}");
}

#[test]
fn crosses_stand_where_the_sign_is_wrong() {
    let spectrum = spectrum();
    let recording = record_sampled(&SampledChart::Neumann(&spectrum, ORACLE_3), (960, 320), &[], &light());
    let error = recording.drawn.planes[1];
    let strokes: Vec<_> =
        recording.paths(Theme::LIGHT.task(0)).into_iter().filter(|p| p.0.len() == 2).collect();
    let middles: Vec<(i32, i32)> =
        strokes.iter().map(|(p, _)| ((p[0].0 + p[1].0) / 2, (p[0].1 + p[1].1) / 2)).collect();
    let crossed = |terms: usize| {
        let e = spectrum.relative_error(0, &NeumannSetting { terms, ..ORACLE_3 }).unwrap();
        let at = error.pixel_of((terms as f64, e));
        middles.iter().filter(|&&m| near(m, at, 1.5)).count() == 2
    };
    assert_eq!([0, 1, 2, 3].map(crossed), [true, true, false, false]);
}

#[test]
fn divergence_is_said_loudly_and_its_cause_is_named() {
    let spectrum = spectrum();
    let loud = |spectrum: &Spectrum, setting: NeumannSetting| {
        let recording = record_sampled(&SampledChart::Neumann(spectrum, setting), (960, 340), &[], &light());
        let badge = recording.text("the series diverges")?;
        let on_ink =
            recording.rects(Theme::LIGHT.ink).iter().any(|r| r.0.1 < badge.at.1 && r.1.1 > badge.at.1);
        on_ink.then_some(badge.text)
    };
    assert_eq!(loud(&spectrum, ORACLE_3), None);
    let words = loud(&spectrum, NeumannSetting { alpha: 0.2, ..ORACLE_3 }).expect("a badge");
    assert!(words.starts_with("α = 0.20 is not below 2/λ_max = 0.20"), "{words}");
    let negative = Spectrum { eigenvalues: vec![-0.5, 10.0], ..spectrum };
    let words = loud(&negative, ORACLE_3).expect("a badge");
    assert!(
        words.contains("negative eigenvalue, λ = −0.50") && words.contains("damping above 0.50"),
        "{words}"
    );
    assert_eq!(loud(&negative, NeumannSetting { damping: 0.6, ..ORACLE_3 }), None);
}

#[test]
fn of_many_tasks_the_worst_error_is_drawn() {
    let mut spectrum = spectrum();
    let task = spectrum.tasks[0].clone();
    spectrum.tasks = vec![task; 5];
    spectrum.tasks[4].gradient[0] *= 0.9;
    let recording = record_sampled(&SampledChart::Neumann(&spectrum, ORACLE_3), (960, 320), &[], &light());
    assert!(recording.text("worst of 5").is_some());
    let error = recording.drawn.planes[1];
    let worst = (0..5).filter_map(|k| spectrum.relative_error(k, &ORACLE_3)).fold(0.0, f64::max);
    let at = error.pixel_of((3.0, worst));
    assert!(dots(&recording, Theme::LIGHT.ink).iter().any(|&dot| near(dot, at, 1.0)), "{worst} at {at:?}");
}

#[test]
fn a_landscape_that_is_not_convex_says_what_its_jumps_are() {
    let mut world = World::preset("sinusoid");
    let landscape = world.landscape(&[1.0, 1.0], (0, None));
    let words = SampledChart::PhiLandscape(&landscape).describe(&[], &light());
    assert!(words.contains("another minimum"), "{words}");
    assert_eq!(landscape.field.absent(), 0);
}

#[test]
fn all_four_classes_are_named_on_the_map() {
    let spectrum = spectrum();
    let setting = NeumannSetting { terms: 20, ..ORACLE_3 };
    let recording = record_sampled(&SampledChart::Neumann(&spectrum, setting), (1100, 360), &[], &light());
    let map = recording.drawn.planes[2];
    for word in ["diverges", "wrong sign", "right sign, far in size", "good"] {
        let here = |l: &Label| l.text == word && l.left > f64::from(map.left);
        assert!(recording.labels().iter().any(here), "{word}");
    }
}

#[test]
fn the_neumann_lab_tells_its_numbers() {
    assert_eq!(
        SampledChart::Neumann(&spectrum(), ORACLE_3).describe(&[], &light()),
        "The truncated Neumann series: J = 3, α = 0.10 · 2 eigenvalues from 1.00 to 10.0 · right sign, far in \
         size. task: estimate −0.14, exact −0.80, the sign agrees. Good from J = 23 on."
    );
}

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
    let (world, plane) = flip();
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
    assert!(words.contains("no unique best response") && words.contains("H is singular"), "{words}");
    let spectrum = world.study.spectrum(&[1.0, 1.0], &[1.0]).unwrap();
    let recording = record_sampled(&SampledChart::Neumann(&spectrum, ORACLE_3), (960, 340), &[], &light());
    assert!(recording.text("zero eigenvalue").is_some());
    assert!(recording.text("H is singular").is_some());
}

#[test]
fn settings_without_sense_are_answered_in_words() {
    let spectrum = spectrum();
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
