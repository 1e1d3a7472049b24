//! What is drawn where, by a backend that records every call.

use crate::support::*;
use auxilearn_lab::chart::{ChartKind, Drawn, Lane, Measured, Theme, View, draw};
use auxilearn_lab::status::StopReason;
use auxilearn_lab::trace::QuantityKind;
use plotters::prelude::IntoDrawingArea;

const SIZE: (u32, u32) = (900, 240);

/// Last points of the curve of task `k` in each panel, by the task's colour.
fn ends(recording: &Recording, k: usize) -> Vec<(i32, i32)> {
    let longest = recording.paths(Theme::LIGHT.tasks[k]);
    longest.iter().filter(|p| p.0.len() > 2).map(|p| *p.0.last().unwrap()).collect()
}

fn zero_line(recording: &Recording, panel: usize) -> std::ops::Range<i32> {
    let (from, to) = recording.rects(Theme::LIGHT.zero)[panel];
    from.1..to.1
}

#[test]
fn the_curve_of_each_task_ends_at_the_pixel_of_its_last_value() {
    let owned = first_screen();
    let recording = record(ChartKind::Phi, SIZE, &owned, &light());
    let plot = recording.drawn.plots[1];
    // The axis runs from 0 to 4, and the zero line is its lower end.
    let zero = zero_line(&recording, 1).start;
    let four = recording
        .rects(Theme::LIGHT.grid)
        .iter()
        .filter(|r| r.0.0 == plot.left)
        .map(|r| r.0.1)
        .min()
        .unwrap();
    for k in 0..2 {
        let value = owned[1].trace.last(QuantityKind::Phi, k).unwrap();
        let expected = f64::from(zero) + value / 4.0 * f64::from(four - zero);
        let (x, y) = ends(&recording, k)[1];
        assert_eq!(x, plot.right);
        assert!((f64::from(y) - expected).abs() <= 1.0, "task {k}: {y}, expected {expected}");
    }
}

#[test]
fn joint_descent_lies_on_the_zero_line_after_its_collapse() {
    let recording = record(ChartKind::Phi, SIZE, &first_screen(), &light());
    let plot = recording.drawn.plots[0];
    for k in 0..2 {
        let (path, _) = recording.paths(Theme::LIGHT.tasks[k])[0];
        let after: Vec<_> = path.iter().filter(|p| plot.step_at(f64::from(p.0)) >= 214.0).collect();
        assert!(!after.is_empty());
        assert!(after.iter().all(|p| zero_line(&recording, 0).contains(&p.1)), "task {k}: {after:?}");
    }
}

#[test]
fn a_title_says_when_both_weights_fell_to_zero() {
    let recording = record(ChartKind::Phi, SIZE, &first_screen(), &light());
    assert!(recording.text("both 0 at step 213").is_some());
}

#[test]
fn a_diverged_lane_says_so_and_does_not_flatten_the_other() {
    let mut owned = cases().into_iter().find(|c| c.0 == "diverged").unwrap().1;
    let recording = record(ChartKind::Phi, SIZE, &owned, &light());
    assert!(recording.text("diverged at step 17").is_some());
    let plot = recording.drawn.plots[1];
    let (path, _) = *recording.paths(Theme::LIGHT.tasks[0]).iter().max_by_key(|p| p.0.len()).unwrap();
    let heights = path.iter().map(|p| p.1);
    let range = heights.clone().max().unwrap() - heights.min().unwrap();
    assert!(range * 8 > plot.bottom - plot.top, "only {range} pixels");
    owned[0].status = stopped(StopReason::Singular, 17);
    assert!(record(ChartKind::Phi, SIZE, &owned, &light()).text("singular at step 17").is_some());
}

/// The ribbon's row of each task: from the height of its name right of the plot.
fn row_of(recording: &Recording, name: &str) -> i32 {
    let names = recording.labels().into_iter().filter(|l| l.text == name);
    names.map(|l| l.at.1).max().unwrap()
}

#[test]
fn the_ribbon_is_blue_where_the_alignment_is_positive_and_orange_where_it_is_negative() {
    let owned = first_screen();
    let recording = record(ChartKind::Alignment, SIZE, &owned, &light());
    let plot = recording.drawn.plots[0];
    for (k, name) in ["helpful", "harmful"].into_iter().enumerate() {
        let y = row_of(&recording, name);
        let covers = |rgb, x: i32| {
            recording.rects(rgb).iter().any(|(a, b)| (a.0..b.0).contains(&x) && (a.1..b.1).contains(&y))
        };
        let values = owned[1].trace.series(QuantityKind::Alignment, k).unwrap();
        for x in plot.left..plot.right {
            let steps = (x..=x + 1).map(|x| plot.step_at(f64::from(x) + 0.5));
            let rows: Vec<usize> = steps.map(|s| s.round() as usize).collect();
            let near = &values[rows[0].max(2) - 1..=rows[1].min(1500)];
            if near.iter().all(|v| *v > 0.0) {
                assert!(covers(Theme::LIGHT.grows, x) && !covers(Theme::LIGHT.shrinks, x), "{name} {x}");
            }
            if near.iter().all(|v| *v < 0.0) {
                assert!(covers(Theme::LIGHT.shrinks, x) && !covers(Theme::LIGHT.grows, x), "{name} {x}");
            }
        }
    }
}

#[test]
fn shrinking_is_hatched_so_that_sign_does_not_rest_on_colour() {
    let recording = record(ChartKind::Alignment, SIZE, &first_screen(), &light());
    let hatches = recording.paths(Theme::LIGHT.background);
    let orange = recording.rects(Theme::LIGHT.shrinks);
    assert!(hatches.len() > 20);
    for (path, _) in hatches {
        let inside = |p: &(i32, i32)| {
            orange.iter().any(|(a, b)| (a.0..=b.0).contains(&p.0) && (a.1..=b.1).contains(&p.1))
        };
        assert!(path.iter().all(inside), "{path:?}");
    }
}

#[test]
fn a_lane_without_alignment_is_left_out_and_none_at_all_is_said() {
    let both = record(ChartKind::Alignment, SIZE, &first_screen(), &light());
    assert_eq!(both.drawn.plots.len(), 1);
    assert!(both.text("Joint descent").is_none());
    let none = record(ChartKind::Alignment, SIZE, &[joint_descent(1501, 1500)], &light());
    assert!(none.text("No lane has an alignment").is_some());
    assert_eq!(none.drawn, Drawn::default());
}

#[test]
fn nothing_is_drawn_for_absent_values() {
    let mut owned = first_screen();
    owned[1] = Owned::new(
        "AuxiLearn",
        &["helpful", "harmful"],
        1500,
        (0..=1500).map(|t| {
            let gap = (500..1000).contains(&t);
            let v = if gap { f64::NAN } else { 1.0 };
            Row { phi: vec![v, 2.0], alignment: vec![v, v], aux: v, test: v }
        }),
    );
    for kind in [ChartKind::Phi, ChartKind::Alignment] {
        let recording = record(kind, SIZE, &owned, &light());
        let plot = *recording.drawn.plots.last().unwrap();
        let (from, to) = (plot.pixel_of(500.0) as i32 + 1, plot.pixel_of(999.0) as i32 - 1);
        for (path, _) in recording.paths(Theme::LIGHT.tasks[0]) {
            let crosses = |w: &[(i32, i32)]| w[0].0 < to && w[1].0 > from && w[0].0 >= plot.left;
            assert!(!path.windows(2).any(crosses), "{kind:?} {path:?}");
        }
        let ribbon = recording.rects(Theme::LIGHT.grows);
        assert!(ribbon.iter().all(|(a, b)| b.0 <= from || a.0 >= to), "{kind:?}");
    }
}

#[test]
fn labels_neither_overlap_nor_leave_the_canvas() {
    for css in [(300, 180), (328, 420), (600, 200), (900, 240), (1280, 300), (1920, 600)] {
        for pixel_ratio in [1.0, 1.5, 2.0, 4.0] {
            for theme in [&Theme::LIGHT, &Theme::PROJECTOR] {
                for (cursor, (name, owned)) in [None, Some(210.0), Some(1490.0)].iter().cycle().zip(cases()) {
                    let view = View { theme, pixel_ratio, cursor: *cursor, ..light() };
                    for &kind in ChartKind::ALL {
                        check_labels(
                            &record(kind, css, &owned, &view),
                            &format!("{kind:?} {name} {css:?} {view:?}"),
                        );
                    }
                }
            }
        }
    }
}

fn check_labels(recording: &Recording, context: &str) {
    // The subscript of L_A belongs to the L before it.
    let labels: Vec<Label> = recording.labels().into_iter().filter(|l| l.text != "A").collect();
    assert!(!labels.is_empty(), "{context}");
    for (i, a) in labels.iter().enumerate() {
        let inside = a.left >= 0.0
            && a.top >= 0.0
            && a.right <= f64::from(recording.size.0)
            && a.bottom <= f64::from(recording.size.1);
        assert!(inside, "{a:?} leaves {context}");
        for b in &labels[..i] {
            let apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
            assert!(apart, "{a:?} meets {b:?}: {context}");
        }
    }
}

#[test]
fn every_task_is_labelled_at_ordinary_sizes() {
    for (css, ratio) in [((328, 420), 3.0), ((600, 200), 1.0), ((900, 240), 2.0), ((1920, 600), 1.0)] {
        let recording = record(ChartKind::Phi, css, &first_screen(), &View { pixel_ratio: ratio, ..light() });
        let count = |name: &str| recording.labels().iter().filter(|l| l.text.starts_with(name)).count();
        assert_eq!((count("helpful"), count("harmful")), (2, 2), "{css:?}");
    }
}

#[test]
fn labels_of_many_tasks_stay_beside_their_plot() {
    for kind in [ChartKind::Phi, ChartKind::Alignment] {
        let recording = record(kind, SIZE, &many(12), &light());
        let axis = recording.text("step 0").unwrap();
        assert!(recording.labels().iter().all(|l| l.at.1 <= axis.at.1), "{kind:?}");
        let with_value = |l: &&Label| l.text.starts_with("copy") && l.text.contains('.');
        let named = recording.labels().iter().filter(with_value).count();
        assert!((4..=12).contains(&named), "{kind:?}: {named}");
    }
}

#[test]
fn strokes_and_type_scale_with_the_pixel_ratio() {
    let at = |pixel_ratio| record(ChartKind::Phi, SIZE, &first_screen(), &View { pixel_ratio, ..light() });
    for ratio in [1.0, 1.5, 2.0, 4.0] {
        let recording = at(ratio);
        let (_, width) = recording.paths(Theme::LIGHT.tasks[0])[0];
        assert_eq!(f64::from(width), 2.0 * ratio);
        let sizes: Vec<f64> = recording
            .calls
            .iter()
            .filter_map(|c| match c {
                Call::Text { size, .. } => Some(size / ratio),
                _ => None,
            })
            .collect();
        assert!(sizes.iter().all(|&s| s == 12.0 || s == 13.5), "{sizes:?}");
    }
}

#[test]
fn narrow_charts_stack_their_panels_and_wide_ones_do_not() {
    let plots = |css| record(ChartKind::Phi, css, &first_screen(), &light()).drawn.plots;
    let (phone, desktop) = (plots((328, 420)), plots((900, 240)));
    assert!(phone[0].left == phone[1].left && phone[0].bottom < phone[1].top);
    assert!(desktop[0].top == desktop[1].top && desktop[0].right < desktop[1].left);
}

#[test]
fn a_path_has_at_most_four_points_for_each_column() {
    let owned = replaced(20_001, 20_000, |_, k, t| 2.0 + (t * (0.3 + k as f64)).sin());
    for &kind in ChartKind::ALL {
        for call in &record(kind, SIZE, &owned, &light()).calls {
            if let Call::Path { points, .. } = call {
                assert!(points.len() <= 4 * SIZE.0 as usize);
            }
        }
    }
}

#[test]
fn the_cursor_stands_at_its_step_and_reads_the_values() {
    let view = View { cursor: Some(300.0), ..light() };
    let owned = first_screen();
    let recording = record(ChartKind::Phi, SIZE, &owned, &view);
    for plot in &recording.drawn.plots {
        let x = plot.pixel_of(300.0).round() as i32;
        let lines = recording.rects(Theme::LIGHT.cursor);
        assert!(lines.iter().any(|(a, b)| (a.0..b.0).contains(&x) && b.1 - a.1 > 50));
    }
    let value = owned[1].trace.series(QuantityKind::Phi, 0).unwrap()[300];
    assert!(recording.text(&format!("{value:.2}")).is_some());
    assert_eq!(recording.labels().iter().filter(|l| l.text == "step 300").count(), 2);
}

#[test]
fn pixels_map_to_steps_and_back() {
    let drawn = record(ChartKind::Phi, SIZE, &first_screen(), &light()).drawn;
    let (a, b) = (drawn.plots[0], drawn.plots[1]);
    let middle = f64::from(a.left + a.right) / 2.0;
    assert_eq!(drawn.step_at(middle, f64::from(a.top)), Some(750.0));
    assert_eq!(drawn.step_at(f64::from(b.right) + 50.0, 0.0), Some(1500.0));
    assert_eq!(b.pixel_of(b.step_at(f64::from(b.left) + 17.0)), f64::from(b.left) + 17.0);
    assert_eq!(Drawn::default().step_at(1.0, 1.0), None);
}

#[test]
fn an_area_without_pixels_is_left_alone() {
    for css in [(0, 0), (0, 200), (300, 0)] {
        for &kind in ChartKind::ALL {
            let recording = record(kind, css, &first_screen(), &light());
            assert!(recording.calls.is_empty() && recording.drawn.plots.is_empty());
        }
    }
}

#[test]
fn every_size_down_to_a_pixel_is_survived() {
    for width in [1, 7, 40, 90, 160] {
        for height in [1, 9, 30, 70, 130] {
            for (_, owned) in cases() {
                for &kind in ChartKind::ALL {
                    record(kind, (width, height), &owned, &View { cursor: Some(f64::NAN), ..light() });
                }
            }
        }
    }
}

#[test]
fn a_chart_draws_inside_its_area_only() {
    let mut calls = Vec::new();
    let whole = Measured::new(Recorder::new((700, 500), &mut calls)).into_drawing_area();
    let part = whole.margin(100, 150, 60, 140);
    let owned = first_screen();
    draw(ChartKind::Alignment, &part, &lanes(&owned), &light()).unwrap();
    drop((whole, part));
    let inside = |p: &(i32, i32)| (60..=560).contains(&p.0) && (100..=350).contains(&p.1);
    for call in &calls {
        let ok = match call {
            Call::Rect { from, to, .. } => inside(from) && inside(to),
            Call::Path { points, .. } | Call::Polygon { points, .. } => points.iter().all(inside),
            Call::Dot { at, .. } | Call::Text { at, .. } => inside(at),
        };
        assert!(ok, "{call:?}");
    }
}

#[test]
fn names_are_stable() {
    let names: Vec<&str> = ChartKind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(names, ["phi", "alignment", "losses", "ledger", "trust"]);
    assert!(ChartKind::ALL.iter().all(|&kind| ChartKind::named(kind.name()) == Some(kind)));
    assert_eq!(ChartKind::named("pie"), None);
}

#[test]
fn no_lanes_is_said() {
    let lanes: [Lane; 0] = [];
    for &kind in ChartKind::ALL {
        assert!(record(kind, SIZE, &[], &light()).text("Nothing recorded yet").is_some());
        assert!(kind.describe(&lanes, &light()).contains("Nothing recorded yet"));
        assert!(kind.height(&lanes, &light(), 600.0) > 100.0);
    }
}
