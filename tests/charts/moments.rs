//! Moments of a run on the charts of φ and of the alignment.

use crate::support::*;
use auxilearn_lab::chart::{ChartKind, Theme};
use auxilearn_lab::events::{EventKind, events};
use auxilearn_lab::status::StopReason;

const SIZE: (u32, u32) = (900, 300);

/// The lanes with their moments.
fn told(mut owned: Vec<Owned>, steps: u64) -> Vec<Owned> {
    for lane in &mut owned {
        lane.events = events(&lane.trace, lane.status, steps);
    }
    owned
}

/// Upright rectangles of a task's colour, from the top: the ticks.
fn ticks(recording: &Recording, k: usize) -> Vec<((i32, i32), (i32, i32))> {
    let upright = |r: &((i32, i32), (i32, i32))| r.1.1 - r.0.1 >= 8 && r.1.0 - r.0.0 <= 3;
    recording.rects(Theme::LIGHT.tasks[k]).into_iter().filter(upright).collect()
}

#[test]
fn a_weight_that_reaches_zero_has_a_tick_across_the_zero_line_at_that_step() {
    let recording = record(ChartKind::Phi, SIZE, &told(first_screen(), 1500), &light());
    let (plot, zero) = (recording.drawn.plots[0], recording.rects(Theme::LIGHT.zero)[0]);
    for (k, step) in [(0, 213.0), (1, 58.0)] {
        let ticks = ticks(&recording, k);
        assert_eq!(ticks.len(), 1, "task {k}: {ticks:?}");
        let (from, to) = ticks[0];
        let middle = f64::from(from.0 + to.0) / 2.0;
        assert!((middle - plot.pixel_of(step)).abs() <= 1.0, "{middle} is not at step {step}");
        assert!(from.1 < zero.0.1 && to.1 > zero.1.1, "the tick crosses the zero line");
    }
}

#[test]
fn a_sign_that_turns_has_a_tick_and_a_word_on_the_chart_of_the_alignment() {
    let owned = told(replaced(1501, 1500, |_, k, t| t - 500.0 - 300.0 * k as f64), 1500);
    let recording = record(ChartKind::Alignment, SIZE, &owned, &light());
    let plot = recording.drawn.plots[0];
    for (k, step) in [(0, 501.0), (1, 801.0)] {
        let ticks = ticks(&recording, k);
        assert_eq!(ticks.len(), 2, "one in each panel: {ticks:?}");
        let middle = f64::from(ticks[0].0.0 + ticks[0].1.0) / 2.0;
        assert!((middle - plot.pixel_of(step)).abs() <= 1.0, "{middle} is not at step {step}");
    }
    assert!(recording.text("helpful grows").is_some() && recording.text("harmful shrinks").is_some());
}

#[test]
fn a_sign_that_flutters_has_one_tick_where_it_begins() {
    let owned = told(first_screen(), 1500);
    let flutters = owned[1].events.iter().filter(|e| e.kind == EventKind::Flutters).count();
    assert_eq!(flutters, 2, "that of each task: {:?}", owned[1].events);
    let recording = record(ChartKind::Alignment, SIZE, &owned, &light());
    assert_eq!(ticks(&recording, 0).len() + ticks(&recording, 1).len(), flutters);
}

#[test]
fn a_lane_that_ended_early_has_a_tick_at_the_top_and_its_word() {
    let mut owned = first_screen();
    owned[0].status = stopped(StopReason::Converged, 600);
    let recording = record(ChartKind::Phi, SIZE, &told(owned, 1500), &light());
    let plot = recording.drawn.plots[0];
    let tick = |recording: &Recording| {
        let muted = recording.rects(Theme::LIGHT.muted);
        muted.into_iter().find(|r| r.0.1 == recording.drawn.plots[0].top && r.1.1 - r.0.1 > 10)
    };
    let ((left, _), _) = tick(&recording).expect("a tick at the top of the plot");
    assert!((f64::from(left) - plot.pixel_of(600.0)).abs() <= 1.0);
    assert!(recording.text("converged").is_some());
    let finished = record(ChartKind::Phi, SIZE, &told(first_screen(), 1500), &light());
    assert_eq!(tick(&finished), None, "the end of all is no news");
}

#[test]
fn without_moments_nothing_is_marked() {
    let recording = record(ChartKind::Phi, SIZE, &first_screen(), &light());
    assert!(ticks(&recording, 0).is_empty() && ticks(&recording, 1).is_empty());
}
