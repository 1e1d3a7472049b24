//! What a scene keeps and what it makes anew.

use std::sync::atomic::{AtomicU32, Ordering};

use auxilearn_lab::experiment::{Experiment, Json, presets};
use auxilearn_lab::run::Run;
use auxilearn_lab::sampled::{NeumannSetting, Optimum, Plane, Role};
use auxilearn_lab::study::{Handle, Pace, Scene};
use auxilearn_lab::trace::{QuantityKind, Trace};

const ASPECT: f64 = 1.4;

fn document(id: &str) -> Json {
    let preset = presets::all().iter().find(|preset| preset.id == id).expect("a preset");
    serde_json::from_str::<serde_json::Value>(preset.document).expect("JSON").into()
}

fn scene(document: &Json) -> Scene {
    let experiment = Experiment::from_value(document).expect("a document that can be run");
    Scene::of(&experiment, document.clone()).expect("finite data")
}

fn scene_after(before: &Scene, document: &Json) -> Scene {
    let experiment = Experiment::from_value(document).expect("a document that can be run");
    Scene::after(before, &experiment, document.clone()).expect("finite data")
}

/// The lanes of a document, run to their end.
fn finished(document: &Json) -> Vec<Run> {
    let experiment = Experiment::from_value(document).expect("a document that can be run");
    let mut runs = experiment.runs().expect("runs");
    for run in &mut runs {
        run.advance(experiment.steps());
    }
    runs
}

fn traces(runs: &[Run]) -> Vec<&Trace> {
    runs.iter().map(Run::trace).collect()
}

#[test]
fn the_plane_is_seen_at_the_phi_of_the_step_looked_at() {
    let document = document("noisy-main");
    let (runs, mut scene) = (finished(&document), scene(&document));
    let traces = traces(&runs);
    // The second lane is the first that learns from held-out data.
    assert_eq!(scene.lane(), 1);
    for step in [Some(0.0), Some(10.0), None, Some(1e9)] {
        scene.look(&traces, step, true);
        let rows = step.map_or(traces[1].rows(), |step| traces[1].rows_through(step));
        let phi: Vec<f64> =
            (0..2).map(|k| traces[1].series(QuantityKind::Phi, k).expect("φ")[rows - 1]).collect();
        let plane = scene.plane(&traces, ASPECT).expect("a plane");
        assert_eq!(plane.phi, phi, "at {step:?}");
        let dissected = plane.dissection.as_ref().expect("a dissection");
        assert_eq!(Some(dissected.at), plane.response);
    }
    scene.follow_lane(0);
    scene.look(&traces, None, true);
    assert_eq!(scene.plane(&traces, ASPECT).expect("a plane").phi, [0.0, 0.0]);
}

#[test]
fn what_is_shown_stays_in_place_while_an_optimum_is_dragged() {
    let document = document("sign-flip");
    let (runs, mut before) = (finished(&document), scene(&document));
    let traces = traces(&runs);
    before.look(&traces, None, true);
    let bounds = before.plane(&traces, ASPECT).expect("a plane").bounds;
    before.select(Role::Main);
    before.turn(0.25);
    let level = before.drawn().0.expect("drawn").selected.expect("selected").1.level;
    let moved = before.moved(Handle::Optimum(Role::Auxiliary(0)), (-1.5, 0.5)).expect("can be moved");
    let mut after = scene_after(&before, &moved);
    let plane = after.plane(&traces, ASPECT).expect("a plane");
    assert_eq!(plane.bounds, bounds);
    assert_eq!(plane.selected.map(|(role, ellipse)| (role, ellipse.level)), Some((Role::Main, level)));
    assert_eq!(plane.dissection.as_ref().map(|d| d.turn), Some(0.25));
    // Fitted, the plane is made for the places that there are now.
    after.fit();
    assert_ne!(after.plane(&traces, ASPECT).expect("a plane").bounds, bounds);
    // Another size of problem adopts nothing.
    let mut other = scene_after(&before, &self::document("one-dimension"));
    assert!(other.plane(&[], ASPECT).expect("a line").selected.is_none());
}

/// Whether the plane shown holds the ring of the loss selected whole.
fn holds_the_ring(plane: &Plane) -> bool {
    let (_, ring) = plane.selected.expect("a ring");
    (0..64).all(|i| plane.bounds.holds(ring.point(f64::from(i) * 0.1)))
}

#[test]
fn fitting_brings_a_far_out_ring_back() {
    let document = document("sign-flip");
    let mut before = scene(&document);
    before.plane(&[], ASPECT);
    before.select(Role::HeldOut);
    let shown = before.plane(&[], ASPECT).expect("a plane").bounds;
    before.drag(true);
    let far = (20.0 * shown.x.1, 20.0 * shown.y.1);
    let flat = before.moved(Handle::Axis(0), far).expect("a flatter loss");
    let mut after = scene_after(&before, &flat);
    assert!(!holds_the_ring(after.plane(&[], ASPECT).expect("a plane")), "it is far out");
    after.fit();
    let plane = after.plane(&[], ASPECT).expect("a plane");
    assert!(holds_the_ring(plane));
    let bounds = plane.bounds;
    for (handle, place) in after.handles() {
        assert!(bounds.holds(place), "{handle:?} at {place:?}");
    }
    // Made anew with nothing pinned, the same again.
    after.settle();
    assert!(holds_the_ring(after.plane(&[], ASPECT).expect("a plane")));
    assert!(after.deselect() && !after.deselect());
}

#[test]
fn selecting_twice_selects_nothing() {
    let mut scene = scene(&document("sign-flip"));
    scene.plane(&[], ASPECT);
    scene.select(Role::HeldOut);
    assert!(scene.drawn().0.expect("drawn").selected.is_some_and(|(role, _)| role == Role::HeldOut));
    scene.select(Role::HeldOut);
    assert!(scene.drawn().0.expect("drawn").selected.is_none());
}

#[test]
fn a_landscape_of_slow_best_responses_waits_until_the_drag_has_ended() {
    let document = document("sinusoid");
    let mut before = scene(&document);
    let field = before.landscape(&[]).expect("a landscape").field.clone();
    let moved = before.plane(&[], ASPECT).map(|plane| (plane.start.0 + 1.0, plane.start.1));
    let moved = before.moved(Handle::Start, moved.expect("a plane")).expect("can be moved");
    let mut after = scene_after(&before, &moved);
    after.drag(true);
    assert_eq!(after.landscape(&[]).expect("the one before").field, field);
    after.drag(false);
    assert_ne!(after.landscape(&[]).expect("its own").field, field);
}

/// A clock that is a millisecond later each time it is read.
fn ticking() -> f64 {
    static TICKS: AtomicU32 = AtomicU32::new(0);
    f64::from(TICKS.fetch_add(1, Ordering::Relaxed))
}

#[test]
fn a_landscape_at_a_pace_is_rough_at_first_and_the_same_in_the_end() {
    let document = document("noisy-labels");
    let whole = scene(&document).landscape(&[]).expect("a landscape").clone();
    let mut paced = scene(&document);
    paced.keep_pace(Some(Pace { now: ticking, slice: 50.0 }));
    let rough = paced.landscape(&[]).expect("a rough one").field.clone();
    assert!(rough.columns * rough.rows * 20 < whole.field.columns * whole.field.rows);
    assert_eq!(rough.values.first(), whole.field.values.first(), "the same corner");
    assert!(paced.is_unfinished());
    let mut slices = 1;
    while !paced.go_on() {
        assert_eq!(paced.landscape(&[]).expect("still the rough one").field, rough);
        slices += 1;
    }
    let nodes = whole.field.columns * whole.field.rows;
    assert!((nodes / 51..=nodes / 49 + 1).contains(&slices), "{slices} slices for {nodes} nodes");
    assert!(!paced.is_unfinished());
    assert_eq!(*paced.landscape(&[]).expect("the fine one"), whole);
    // A figure does not wait.
    let mut hurried = scene(&document);
    hurried.keep_pace(Some(Pace { now: ticking, slice: 50.0 }));
    assert_ne!(*hurried.landscape(&[]).expect("a rough one"), whole);
    hurried.keep_pace(None);
    assert_eq!(*hurried.landscape(&[]).expect("the fine one"), whole);
}

#[test]
fn a_plane_at_a_pace_is_rough_while_it_changes_and_the_same_in_the_end() {
    let document = document("sinusoid");
    let runs = finished(&document);
    let traces = traces(&runs);
    let mut whole = scene(&document);
    whole.look(&traces, None, true);
    let fine = whole.plane(&traces, ASPECT).expect("a plane").clone();
    let mut paced = scene(&document);
    paced.keep_pace(Some(Pace { now: ticking, slice: 50.0 }));
    for step in [None, Some(10.0), None] {
        paced.look(&traces, step, true);
        let rough = paced.plane(&traces, ASPECT).expect("a rough plane");
        assert!(4 * rough.training.values.len() < fine.training.values.len() + 400);
        assert_eq!(rough.bounds, fine.bounds);
        assert!(paced.is_unfinished() && paced.go_on());
    }
    let refined = paced.plane(&traces, ASPECT).expect("a plane");
    assert_eq!((&refined.outer, &refined.ellipse), (&fine.outer, &fine.ellipse));
    let apart = |(a, b): (&Option<f64>, &Option<f64>)| (a.unwrap_or(0.0) - b.unwrap_or(0.0)).abs();
    let all = refined.training.values.iter().zip(&fine.training.values);
    assert_eq!(all.map(apart).fold(0.0, f64::max), 0.0);
    assert!(!paced.is_unfinished());
}

#[test]
fn optima_stay_while_a_start_is_dragged_and_are_looked_for_afterwards() {
    let mut before = scene(&document("sinusoid"));
    before.drag(true);
    let start = before.plane(&[], ASPECT).expect("a plane").start;
    let moved = before.moved(Handle::Start, (start.0 + 2.0, start.1 - 1.0)).expect("can be moved");
    let mut after = scene_after(&before, &moved);
    let optima = |scene: &mut Scene| scene.plane(&[], ASPECT).expect("a plane").optima.clone();
    assert_eq!(optima(&mut after), optima(&mut before));
    after.drag(false);
    // A scene of its own in the same frame: sines have many optima, these are those near the new start.
    let places = |optima: Vec<Optimum>| optima.into_iter().map(|o| o.w).collect::<Vec<_>>();
    assert_eq!(places(optima(&mut after)), places(optima(&mut scene(&moved))));
}

#[test]
fn the_series_shown_is_the_one_chosen_and_goes_into_the_document() {
    let mut scene = scene(&document("sign-flip"));
    let own = scene.setting().expect("a series");
    assert_eq!((own.terms, own.alpha), (0, 0.1));
    let chosen = NeumannSetting { terms: 9, alpha: 0.125, damping: 0.5, official: true };
    scene.choose_setting(Some(chosen));
    assert_eq!(scene.drawn_setting(), Some(chosen));
    assert_eq!(scene.with_setting(), None, "the exact lane uses no series");
    scene.follow_lane(2);
    let edited = scene.with_setting().expect("a lane that uses one");
    let mut again = self::scene(&edited);
    again.follow_lane(2);
    assert_eq!(again.setting(), Some(chosen));
    again.follow_lane(3);
    assert_ne!(again.setting(), Some(chosen), "the lanes beside it keep theirs");
    scene.follow_lane(0);
    scene.choose_setting(None);
    assert_eq!(scene.setting(), Some(own));
}

#[test]
fn components_that_are_not_there_are_left_aside() {
    let mut scene = scene(&document("noisy-main"));
    assert_eq!(scene.components(), (0, Some(1)));
    for (first, second) in [(0, Some(0)), (2, None), (0, Some(7))] {
        scene.choose_components(first, second);
        assert_eq!(scene.components(), (0, Some(1)));
    }
    scene.choose_components(1, None);
    let landscape = scene.landscape(&[]).expect("a curve");
    assert_eq!((landscape.components, landscape.field.rows), ((1, None), 2));
}

/// Curvature of the main task of a document of quadratics, row by row.
fn curvature(document: &Json) -> Vec<Vec<f64>> {
    let data = document.get("problem").and_then(|problem| problem.get("data")).expect("data");
    data.get("main").and_then(|main| main.get("curvature")).and_then(Json::as_rows).expect("rows")
}

#[test]
fn an_axis_dragged_past_the_other_stays_in_hand_and_leaves_the_other_as_it_was() {
    let first = document("sign-flip");
    let mut scene = scene(&first);
    scene.plane(&[], ASPECT);
    scene.select(Role::Main);
    let (_, ellipse) = scene.drawn().0.expect("drawn").selected.expect("selected");
    // Along the first axis: curvatures 1 and 10. Towards the centre, past the shorter one, in many moves.
    let ((x, y), half) = ellipse.axes[0];
    assert!(x.abs() > 0.999, "the flat axis is W_1");
    let mut edited = first;
    for step in 1..=20 {
        let reach = half * (1.0 - 0.04 * f64::from(step));
        scene.drag(true);
        edited = scene.moved(Handle::Axis(0), (reach * x, reach * y)).expect("can be bent");
        let mut next = scene_after(&scene, &edited);
        next.plane(&[], ASPECT);
        scene = next;
        let handles = scene.handles();
        let at = handles.iter().find(|(handle, _)| *handle == Handle::Axis(0)).expect("in hand").1;
        assert!((at.0.abs() - reach).abs() < 0.01 * half && at.1.abs() < 1e-9, "{at:?} is not {reach}");
    }
    let rows = curvature(&edited);
    // At a fifth of its length an axis has 25 times the curvature.
    assert!((rows[0][0] / 25.0 - 1.0).abs() < 0.01 && (rows[1][1] / 10.0 - 1.0).abs() < 0.01, "{rows:?}");
    assert_eq!(rows[0][1], 0.0);
}

#[test]
fn the_series_is_that_of_the_lane_looked_at() {
    let mut scene = scene(&document("sign-flip"));
    for (lane, terms) in [(0, 0), (2, 0), (3, 1), (4, 2), (5, 3), (6, 0)] {
        scene.follow_lane(lane);
        assert_eq!(scene.setting().map(|setting| setting.terms), Some(terms), "lane {lane}");
        let cut_short = scene.cut_short().expect("a loop");
        assert_eq!(cut_short.setting.terms, terms, "lane {lane}");
    }
}

#[test]
fn drawn_numbers_are_written_out_only_where_one_of_them_is_dragged() {
    let drawn = document("drawn-quadratics");
    let mut scene = scene(&drawn);
    let start = scene.plane(&[], ASPECT).expect("a plane").start;
    let source = |document: &Json| {
        let data = document.get("problem").and_then(|problem| problem.get("data")).expect("data");
        data.get("source").cloned()
    };
    let of_start = scene.moved(Handle::Start, (start.0 + 0.5, start.1)).expect("can be moved");
    assert_eq!(source(&of_start), Some(Json::Text("generated".to_owned())));
    let at = scene.plane(&[], ASPECT).expect("a plane").optima[0].at;
    let of_optimum = scene.moved(Handle::Optimum(Role::Main), (at.0 + 0.5, at.1)).expect("can be moved");
    assert_eq!(source(&of_optimum), Some(Json::Text("inline".to_owned())));
}
