//! What takes a scene long is made a little at a time, and waits while something is dragged.

use std::cell::Cell;

use crate::scenes::{ASPECT, document, finished, scene, scene_after, traces};
use auxilearn_lab::chart::{SampledChart, SampledKind};
use auxilearn_lab::exhibit;
use auxilearn_lab::sampled::{NeumannSetting, Optimum};
use auxilearn_lab::study::{Handle, Pace, Scene};

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

fn ticking() -> f64 {
    thread_local!(static TICKS: Cell<f64> = const { Cell::new(0.0) });
    TICKS.with(|ticks| ticks.replace(ticks.get() + 1.0))
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
fn an_inner_loop_at_a_pace_is_the_same_in_the_end() {
    let document = document("noisy-labels");
    let whole = scene(&document).cut_short().expect("a loop").clone();
    let mut paced = scene(&document);
    paced.keep_pace(Some(Pace { now: ticking, slice: 10.0 }));
    let mut slices = 1;
    let kind = SampledKind::CutShort;
    assert!(matches!(exhibit::chart(&mut paced, kind, &[], ASPECT), SampledChart::Computing(_)));
    while !paced.go_on() {
        assert!(paced.cut_short().is_none() && paced.is_unfinished());
        slices += 1;
    }
    // 240 best responses beside the middle, and every 16 steps, are a look at the clock each.
    assert!(slices >= 240 / 10, "{slices} slices");
    assert_eq!(paced.cut_short(), Some(&whole));
    // Looked at with another series, the one before is shown until the new one is there.
    let setting = whole.setting;
    paced.choose_setting(Some(NeumannSetting { terms: setting.terms + 1, ..setting }));
    assert_eq!(paced.cut_short().map(|shown| shown.setting), Some(setting));
    while !paced.go_on() {}
    assert_eq!(paced.cut_short().map(|shown| shown.setting.terms), Some(setting.terms + 1));
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
