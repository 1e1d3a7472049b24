//! What a scene keeps and what it makes anew.

use crate::scenes::{ASPECT, document, finished, scene, scene_after, traces};
use auxilearn_lab::experiment::Json;
use auxilearn_lab::run::Run;
use auxilearn_lab::sampled::{NeumannSetting, Plane, Role};
use auxilearn_lab::study::{Handle, Scene};
use auxilearn_lab::trace::{QuantityKind, Trace};

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
    let mut other = scene_after(&before, &crate::scenes::document("one-dimension"));
    assert!(other.plane(&[], ASPECT).expect("a line").selected.is_none());
}

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
    let mut again = crate::scenes::scene(&edited);
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

#[test]
fn an_axis_that_was_dropped_keeps_its_name_and_its_end() {
    let mut scene = scene(&document("sign-flip"));
    scene.plane(&[], ASPECT);
    scene.select(Role::Main);
    scene.plane(&[], ASPECT);
    let plane = scene.drawn().0.expect("drawn");
    let (_, ring) = plane.selected.expect("selected");
    // The shorter axis, past the longer one and not quite along it; on the side that is shown.
    let ((x, y), length) = (ring.axes[1].0, ring.axes[0].1);
    let to = |side: f64| {
        let reach = 1.3 * side * length;
        (ring.centre.0 + reach * x + 0.25 * length, ring.centre.1 + reach * y)
    };
    let to = [1.0, -1.0].map(to).into_iter().find(|to| plane.bounds.holds(*to)).expect("room");
    let far = |scene: &Scene| {
        let handles = scene.handles();
        let at = handles.iter().find(|(handle, _)| *handle == Handle::Axis(1)).expect("the axis").1;
        (at.0 - to.0).hypot(at.1 - to.1) / length
    };
    scene.drag(true);
    let edited = scene.moved(Handle::Axis(1), to).expect("can be bent");
    let mut after = scene_after(&scene, &edited);
    after.plane(&[], ASPECT);
    assert!(after.is_longer(1) && far(&after) < 0.02, "in hand, {}", far(&after));
    after.drag(false);
    after.settle();
    after.plane(&[], ASPECT);
    assert!(after.is_longer(1) && far(&after) < 0.02, "dropped, {}", far(&after));
    // Taken again, it is the same that moves.
    after.drag(true);
    let again = after.moved(Handle::Axis(1), to).expect("can be bent");
    let rows = [&edited, &again].map(curvature);
    for (a, b) in rows[0].iter().flatten().zip(rows[1].iter().flatten()) {
        assert!((a - b).abs() < 0.02 * a.abs().max(1.0), "{rows:?}");
    }
}

#[test]
fn a_start_of_phi_is_dragged_only_where_a_lane_starts_from_it() {
    for (kind, is_dragged) in [("best_response", true), ("equal", false), ("single_task", false)] {
        let mut changed = document("one-dimension");
        let method = Json::Object(vec![("kind".to_owned(), Json::Text(kind.to_owned()))]);
        changed.set("lanes", Json::List(vec![Json::Object(vec![("method".to_owned(), method)])]));
        changed.remove("start");
        let mut scene = scene(&changed);
        scene.landscape(&[]).expect("a curve");
        assert_eq!(scene.moved_phi((0.5, 0.0)).is_some(), is_dragged, "{kind}");
    }
}

#[test]
fn at_rest_after_a_drag_and_its_undoing_the_pictures_hold_the_run_again() {
    let first = document("sign-flip");
    let before = finished(&first);
    let mut scene = scene(&first);
    let reached = |scene: &mut Scene, runs: &[Run]| {
        let traces = traces(runs);
        let shown = scene.landscape(&traces).expect("a curve").field.bounds.x;
        let last = |trace: &&Trace| trace.series(QuantityKind::Phi, 0).and_then(|phi| phi.last().copied());
        let most = traces.iter().filter_map(last).fold(0.0, f64::max);
        (shown.1, most)
    };
    // Before there is a run the axis holds the start alone.
    let alone = scene.landscape(&[]).expect("a curve").field.bounds.x.1;
    scene.plane(&[], ASPECT);
    scene.drag(true);
    let edited = scene.moved(Handle::Optimum(Role::Auxiliary(0)), (9.0, -7.0)).expect("can be moved");
    let mut after = scene_after(&scene, &edited);
    let runs = finished(&edited);
    assert_eq!(reached(&mut after, &runs).0, alone, "what is shown stays under the hand");
    after.settle();
    assert_eq!(reached(&mut after, &runs).0, alone, "also at rest");
    after.drag(false);
    after.settle();
    let (shown, most) = reached(&mut after, &runs);
    assert!(most <= shown, "{most} is beyond {shown}");
    // A fitted plane about other places, then back.
    after.fit();
    after.plane(&traces(&runs), ASPECT);
    let mut undone = scene_after(&after, &first);
    undone.settle();
    let (shown, most) = reached(&mut undone, &before);
    assert!(alone < most && most <= shown, "{most} is beyond {shown}");
    let plane = undone.plane(&traces(&before), ASPECT).expect("a plane");
    assert!(plane.optima.iter().all(|optimum| plane.bounds.holds(optimum.at)), "{:?}", plane.bounds);
}
