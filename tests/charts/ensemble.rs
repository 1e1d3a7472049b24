//! The chart of many seeds: what is drawn where.

use std::path::Path;

use crate::support::*;
use auxilearn_lab::chart::{Caption, Drawn, EnsembleChart, Measured, Theme, View, draw_ensemble, svg};
use auxilearn_lab::experiment::{Experiment, presets};
use auxilearn_lab::sampled::{Ensemble, EnsembleShape, Summary};
use auxilearn_lab::seeds::SeedRun;
use auxilearn_lab::status::StopReason;
use plotters::prelude::IntoDrawingArea;

const NODES: usize = 5;

fn shape(lanes: &[&str]) -> EnsembleShape {
    let names = ["helpful", "harmful"].map(str::to_owned);
    let lanes = lanes.iter().map(|lane| (*lane).to_owned()).collect();
    EnsembleShape::new(NODES as u64 - 1, lanes, &names, 2, false)
}

/// Seeds 1 to 9 of two lanes: weight 1 of seed `s` is `s·t/4` in the first, zero in the second; the test error at the end is
/// `s` in the first, `10·s` in the second.
fn nine() -> Summary {
    let shape = shape(&["AuxiLearn", "Joint descent"]);
    let mut ensemble = Ensemble::new(shape.clone());
    for seed in [3, 1, 2, 9, 8, 7, 4, 6, 5] {
        let mut columns = Vec::new();
        for lane in 0..2 {
            let s = seed as f64;
            shape.append(&mut columns, (StopReason::Finished, 4), |measure, t| {
                use auxilearn_lab::sampled::Measure as M;
                match (measure, lane) {
                    (M::Weight(0), 0) => Some(0.25 * s * t),
                    (M::Weight(_), _) => Some(0.0),
                    (M::HeldOut | M::Test, 0) => Some(s),
                    (M::HeldOut | M::Test, _) => Some(10.0 * s),
                }
            });
        }
        assert!(ensemble.add(seed, columns));
    }
    ensemble.summary()
}

fn draw_at(summary: &Summary, size: (u32, u32), view: &View) -> Recording {
    let size = (size.0 as f64 * view.pixel_ratio, size.1 as f64 * view.pixel_ratio);
    let size = (size.0.round() as u32, size.1.round() as u32);
    let mut calls = Vec::new();
    let area = Measured::new(Recorder::new(size, &mut calls)).into_drawing_area();
    let drawn: Drawn = draw_ensemble(&EnsembleChart(summary), &area, view).unwrap();
    drop(area);
    Recording { calls, drawn, size }
}

fn drawn(summary: &Summary) -> Recording {
    let view = View::new(&Theme::LIGHT, 4.0);
    let height = EnsembleChart(summary).height(&view, 900.0).round() as u32;
    draw_at(summary, (900, height), &view)
}

#[test]
fn the_bands_lie_between_the_quantiles_and_the_median_in_their_middle() {
    let recording = drawn(&nine());
    let panel = recording.drawn.plots[0];
    let polygons = recording.calls.iter().filter_map(|call| match call {
        Call::Polygon { points, .. } if points.len() == 2 * NODES => Some(points),
        _ => None,
    });
    let polygons: Vec<_> = polygons.collect();
    assert_eq!(polygons.len(), 8, "two bands of two weights in two lanes");
    // Of 1 to 9 a tenth lies below 1.8, a quarter below 3: heights are in the same ratio.
    let zero = panel.bottom as f64;
    let height = |points: &[(i32, i32)], i: usize| zero - f64::from(points[i].1);
    let (outer, inner) = (polygons[0], polygons[2]);
    for (points, low, high) in [(outer, 1.8, 8.2), (inner, 3.0, 7.0)] {
        let (over, under) = (height(points, NODES - 1), height(points, NODES));
        assert!((over / under - high / low).abs() < 0.1 * high / low, "{over} {under}");
        assert_eq!(points[NODES - 1].0, panel.right);
    }
    let width = Theme::LIGHT.curve.round() as u32;
    let thick = recording.paths(Theme::LIGHT.task(0)).into_iter().filter(|(_, w)| *w == width);
    let median = thick.map(|(points, _)| points).find(|points| points.len() > 1).expect("a median");
    let end = zero - f64::from(median[median.len() - 1].1);
    assert!((end / height(inner, NODES - 1) - 5.0 / 7.0).abs() < 0.02, "{end}");
    assert!(recording.text("helpful 5.00").is_some(), "the median's end has a name and a value");
}

#[test]
fn every_seed_is_a_dot_at_its_test_error_and_the_box_is_at_the_quartiles() {
    let recording = drawn(&nine());
    let strips = recording.drawn.planes[0];
    let muted = Theme::LIGHT.muted;
    let dots: Vec<(i32, i32)> = recording
        .calls
        .iter()
        .filter_map(|call| match call {
            Call::Dot { at, rgb, .. } if *rgb == (muted.0, muted.1, muted.2) => Some(*at),
            _ => None,
        })
        .collect();
    assert_eq!(dots.len(), 18);
    for (lane, factor) in [(0, 1.0), (1, 10.0)] {
        let y = strips.pixel_of((1.0, 1.5 - lane as f64)).1;
        for seed in 1..=9 {
            let x = strips.pixel_of((factor * f64::from(seed), 0.0)).0;
            let here = |dot: &&(i32, i32)| {
                (f64::from(dot.0) - x).abs() <= 2.5 && (f64::from(dot.1) - y).abs() < 20.0
            };
            assert!(dots.iter().any(|dot| here(&dot)), "seed {seed} of lane {lane}");
        }
        let posts = recording.rects(Theme::LIGHT.ink);
        for quantile in [1.8, 3.0, 5.0, 7.0, 8.2] {
            let x = strips.pixel_of((factor * quantile, 0.0)).0;
            let at = |(from, to): &((i32, i32), (i32, i32))| {
                (0.5 * f64::from(from.0 + to.0) - x).abs() <= 2.0 && to.1 - from.1 > 8 && to.0 - from.0 < 8
            };
            assert!(posts.iter().any(at), "quantile {quantile} of lane {lane} at {x}");
        }
    }
    let medians = ["5.00", "50.0"].map(|median| recording.labels().iter().any(|l| l.text == median));
    assert_eq!(medians, [true, true]);
}

#[test]
fn the_words_name_the_medians_and_the_weights_that_end_at_zero() {
    let summary = nine();
    let recording = drawn(&summary);
    assert!(recording.text("9 seeds: median test error AuxiLearn 5.00 and Joint descent 50.0").is_some());
    assert!(recording.text("0 at the end: helpful in 9 of 9 and harmful in 9 of 9").is_some());
    assert_eq!(
        EnsembleChart(&summary).describe(),
        "9 seeds: median test error AuxiLearn 5.00 and Joint descent 50.0. AuxiLearn: test error 5.00, half of the \
         seeds from 3.00 to 7.00, four fifths from 1.80 to 8.20; weights at the end helpful 5.00 (3.00 to 7.00) and \
         harmful 0 (0 to 0); zero at the end: harmful in 9 of 9. Joint descent: test error 50.0, half of the seeds \
         from 30.0 to 70.0, four fifths from 18.0 to 82.0; weights at the end helpful 0 (0 to 0) and harmful 0 (0 to \
         0); zero at the end: helpful in 9 of 9 and harmful in 9 of 9."
    );
}

/// One lane whose seeds 1 and 2 diverge at step 2, and seed 3 which does not.
fn failing(all: bool) -> Summary {
    let shape = shape(&["lane"]);
    let mut ensemble = Ensemble::new(shape.clone());
    for seed in 1..=3 {
        let mut columns = Vec::new();
        let end = if seed < 3 || all { (StopReason::Diverged, 2) } else { (StopReason::Finished, 4) };
        shape.append(&mut columns, end, |_, t| Some(10_f64.powf(t)));
        assert!(ensemble.add(seed, columns));
    }
    ensemble.summary()
}

#[test]
fn seeds_that_came_to_nothing_are_counted_in_words() {
    let recording = drawn(&failing(false));
    assert!(recording.text("diverged for 2 of 3 seeds").is_some());
    assert!(EnsembleChart(&failing(false)).describe().contains("diverged for 2 of 3 seeds"));
    let recording = drawn(&failing(true));
    assert!(recording.text("3 seeds: no lane came to an end").is_some());
    assert!(recording.text("no seed came to an end").is_some());
    // The bands end where the last seed does.
    let panel = recording.drawn.plots[0];
    let ends = recording.calls.iter().filter_map(|call| match call {
        Call::Polygon { points, .. } => points.iter().map(|p| p.0).max(),
        _ => None,
    });
    assert!(ends.max().is_some_and(|x| x < panel.right - 100));
}

#[test]
fn without_a_test_set_the_held_out_loss_is_compared_and_said() {
    let shape = shape(&["lane"]);
    let mut ensemble = Ensemble::new(shape.clone());
    let mut columns = Vec::new();
    shape.append(&mut columns, (StopReason::Finished, 4), |measure, _| {
        (measure != auxilearn_lab::sampled::Measure::Test).then_some(2.0)
    });
    ensemble.add(1, columns);
    let recording = drawn(&ensemble.summary());
    assert!(recording.text("Held-out loss L_A at the end, a dot a seed").is_some());
    assert!(recording.text("1 seed: median held-out loss L_A lane 2.00").is_some());
}

#[test]
fn nothing_and_too_little_room_are_said_in_words() {
    let empty = Ensemble::new(shape(&["lane"])).summary();
    assert!(drawn(&empty).text("No seed has been run yet").is_some());
    assert_eq!(EnsembleChart(&empty).describe(), "Many seeds. No seed has been run yet.");
    let small = draw_at(&nine(), (300, 150), &View::new(&Theme::LIGHT, 4.0));
    assert!(small.text("Too small for many seeds").is_some());
    let nothing = draw_at(&nine(), (0, 100), &View::new(&Theme::LIGHT, 4.0));
    assert!(nothing.calls.is_empty());
}

/// Some seeds of an experiment that ships.
fn of(id: &str, seeds: u64) -> Summary {
    let preset = presets::all().iter().find(|preset| preset.id == id).expect("a preset");
    let experiment = Experiment::from_json(preset.document).expect("valid");
    let mut ensemble = None;
    for seed in 0..seeds {
        let mut run = SeedRun::new(&experiment, seed).expect("runs");
        run.advance(200);
        ensemble.get_or_insert_with(|| Ensemble::new(run.shape().clone())).add(seed, run.columns());
    }
    ensemble.expect("a seed").summary()
}

#[test]
fn every_preset_is_drawn_tidily_in_every_size() {
    for preset in presets::all() {
        let summary = of(preset.id, 3);
        let chart = EnsembleChart(&summary);
        for (width, ratio) in [(960.0, 1.0), (360.0, 2.0), (320.0, 1.0)] {
            let view = View { pixel_ratio: ratio, ..View::new(&Theme::LIGHT, 200.0) };
            let size = (width as u32, chart.height(&view, width).round() as u32);
            assert_tidy(&format!("{} {size:?}", preset.id), &draw_at(&summary, size, &view));
        }
        let words = chart.describe();
        assert!(words.ends_with('.') && !words.contains("NaN") && !words.contains("inf"), "{words}");
    }
}

#[test]
fn a_thousand_seeds_draw_no_more_dots_than_there_are_places() {
    let shape = shape(&["lane"]);
    let mut ensemble = Ensemble::new(shape.clone());
    for seed in 0..1000 {
        let mut columns = Vec::new();
        shape.append(&mut columns, (StopReason::Finished, 4), |_, _| Some(1.0 + (seed % 10) as f64));
        ensemble.add(seed, columns);
    }
    let recording = drawn(&ensemble.summary());
    let dots = recording.calls.iter().filter(|call| matches!(call, Call::Dot { .. })).count();
    assert!(dots < 100, "{dots}");
    assert!(recording.text("1000 seeds").is_some());
}

#[test]
fn a_figure_has_a_caption_that_tells_of_all_seeds() {
    let summary = nine();
    let document = Caption { title: "Title".to_owned(), notes: vec!["90 steps.".to_owned()] };
    let chart = EnsembleChart(&summary);
    let caption = chart.caption(document);
    assert_eq!(caption.notes, ["9 seeds, from 1 to 9.", "90 steps."]);
    let view = View::new(&Theme::LIGHT, 4.0);
    let svg = svg(&chart.into(), (900, 400), &[], &view, Some(&caption)).unwrap();
    assert!(svg.contains("<title>Title</title>") && svg.contains("<desc>9 seeds: median"), "{svg}");
    assert!(svg.contains("9 seeds, from 1 to 9.") && svg.contains("Title"));
}

/// `UPDATE_GOLDEN=1 cargo test --test charts` rewrites them.
#[test]
fn golden() {
    let summary = of("noisy-main", 20);
    for (theme, width) in [(&Theme::LIGHT, 860), (&Theme::DARK, 360)] {
        let view = View::new(theme, 200.0);
        let chart = EnsembleChart(&summary);
        let size = (width, chart.height(&view, f64::from(width)).round() as u32);
        let drawn = svg(&chart.into(), size, &[], &view, None).unwrap();
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"));
        let file = format!("ensemble-noisy-main-{}.svg", theme.name);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(&file);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, &drawn).unwrap();
        }
        let golden = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
        assert!(drawn == golden, "{file} differs; look at it, then UPDATE_GOLDEN=1 rewrites it");
    }
}
