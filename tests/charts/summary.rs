//! With summaries charts are drawn as without them, call for call.

use crate::support::*;
use auxilearn_lab::chart::{ChartKind, Lane, Measured, Summaries, Summary, View, draw};
use auxilearn_lab::trace::Trace;
use plotters::prelude::IntoDrawingArea;

const SIZE: (u32, u32) = (600, 300);

fn calls(kind: ChartKind, lanes: &[Lane], view: &View) -> Vec<Call> {
    let mut calls = Vec::new();
    let area = Measured::new(Recorder::new(SIZE, &mut calls)).into_drawing_area();
    draw(kind, &area, lanes, view).expect("drawn");
    drop(area);
    calls
}

/// A copy of the first rows of a trace that got them in chunks, as the page's does, with its summary.
fn copied(original: &Trace, rows: usize, chunk: usize) -> (Trace, Summary) {
    let (mut copy, mut summary) = (original.clone(), Summary::default());
    copy.clear();
    let rows = rows.min(original.rows());
    for from in (0..rows).step_by(chunk) {
        copy.extend_from_chunk(original.stride(), &original.chunk(from..rows.min(from + chunk)));
        summary.follow(&copy);
    }
    (copy, summary)
}

/// Draws every chart after some of the rows, with and without summaries; in a replay with the axes of all.
fn compare(owned: &[Owned], rows: usize, replay: bool, what: &str) {
    let parts: Vec<_> = owned.iter().map(|o| copied(&o.trace, rows, 97)).collect();
    let wholes: Vec<_> = owned.iter().map(|o| copied(&o.trace, usize::MAX, 500)).collect();
    let lanes = |summarised: bool| -> Vec<Lane> {
        let parts = owned.iter().zip(&parts).zip(&wholes);
        let lanes = parts.map(|((o, (trace, summary)), (whole, of_whole))| {
            let summaries = Summaries { trace: Some(summary), whole: Some(of_whole) };
            let summaries = if summarised { summaries } else { Summaries::default() };
            Lane { trace, whole: replay.then_some(whole), summaries, ..o.lane() }
        });
        lanes.collect()
    };
    for cursor in [None, Some(200.0)] {
        let view = View { cursor, ..light() };
        for &kind in ChartKind::ALL {
            let drawn = calls(kind, &lanes(true), &view);
            assert_eq!(drawn, calls(kind, &lanes(false), &view), "{kind:?} of {what}, {rows} rows");
            assert!(!drawn.is_empty());
        }
    }
}

#[test]
fn awkward_traces_look_the_same_by_their_summaries() {
    for (name, owned) in cases() {
        for rows in [0, 1, 16, 17, 300, 5000] {
            compare(&owned, rows, false, &name);
        }
        compare(&owned, 400, true, &name);
    }
}

#[test]
fn long_traces_with_gaps_and_turning_signs_look_the_same_by_their_summaries() {
    let value = |i: usize, k: usize, t: f64| {
        let gap = (t * 0.003).sin() > 0.9 + 0.05 * k as f64;
        let wave = (t * 0.7).sin() * (t * 0.0011 * (1 + i) as f64).cos() + t * 1e-5;
        if gap { f64::NAN } else { (wave - 0.2 * k as f64).max(-0.8) }
    };
    let owned = replaced(12_001, 12_000, value);
    for rows in [5_000, 12_001] {
        compare(&owned, rows, false, "waves");
        compare(&owned, rows, true, "waves");
    }
}

#[test]
fn a_summary_that_is_not_up_to_date_is_left_aside() {
    let owned = auxilearn(1501, 1500);
    let (_, late) = copied(&owned.trace, 700, 100);
    let lane = |summary| Lane { summaries: Summaries { trace: summary, whole: None }, ..owned.lane() };
    let view = light();
    let drawn = calls(ChartKind::Phi, &[lane(Some(&late))], &view);
    assert_eq!(drawn, calls(ChartKind::Phi, &[lane(None)], &view));
}
