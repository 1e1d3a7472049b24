//! The ledger: who lowered the training loss, W or φ.

use crate::support::*;
use auxilearn_lab::chart::{ChartKind, Theme, View};
use auxilearn_lab::experiment::{Experiment, presets};
use auxilearn_lab::trace::QuantityKind::{self, FallByPhi, FallByW, LossAuxSet, LossTrain};

const SIZE: (u32, u32) = (900, 336);

#[test]
fn the_falls_by_w_and_by_phi_are_the_whole_fall_of_the_training_loss_in_every_lane_that_ships() {
    for preset in presets::all() {
        let experiment = Experiment::from_json(preset.document).expect(preset.id);
        for mut run in experiment.runs().expect(preset.id) {
            run.advance(experiment.steps());
            let trace = run.trace();
            let series = |kind| trace.series(kind, 0).expect("every lane has it");
            let (loss, by_w, by_phi) = (series(LossTrain), series(FallByW), series(FallByPhi));
            assert_eq!((by_w[0], by_phi[0]), (0.0, 0.0), "{}: {}", preset.id, run.label());
            for t in 1..trace.rows() {
                let (fall, booked) = (loss[0] - loss[t], by_w[t] + by_phi[t]);
                let size = loss[0].abs() + loss[t].abs() + by_w[t].abs() + by_phi[t].abs();
                let off = (fall - booked).abs();
                assert!(
                    off <= 1e-11 * size,
                    "{}: {} at row {t}: {fall} is not {booked}",
                    preset.id,
                    run.label()
                );
            }
        }
    }
}

#[test]
fn only_phi_lowers_the_loss_of_joint_descent_by_giving_tasks_up() {
    // In the first experiment φ of joint descent only falls, so what it books only rises.
    let experiment = Experiment::from_json(presets::all()[0].document).expect("valid");
    let mut run = experiment.runs().expect("finite data").swap_remove(0);
    run.advance(experiment.steps());
    let by_phi = run.trace().series(FallByPhi, 0).expect("recorded");
    assert!(by_phi.windows(2).all(|pair| pair[1] >= pair[0]) && by_phi.last() > Some(&1.0));
}

/// The longest paths of a lane's panel in ink: by W and by φ in the upper plot, the held-out loss below.
fn curves(recording: &Recording, panel: usize) -> Vec<Vec<(i32, i32)>> {
    let plot = recording.drawn.plots[panel];
    let inside = |p: &(i32, i32)| (plot.left..=plot.right).contains(&p.0);
    let paths = recording.paths(Theme::LIGHT.ink).into_iter();
    paths.map(|(points, _)| points.to_vec()).filter(|points| points.iter().all(inside)).collect()
}

#[test]
fn each_panel_has_the_two_falls_above_the_held_out_loss() {
    let recording = record(ChartKind::Ledger, SIZE, &first_screen(), &light());
    assert_eq!(recording.drawn.plots.len(), 2);
    for panel in 0..2 {
        let plot = recording.drawn.plots[panel];
        let mut heights: Vec<i32> = curves(&recording, panel).into_iter().flatten().map(|p| p.1).collect();
        heights.sort_unstable();
        assert!(plot.top <= heights[0] && heights.last() <= Some(&plot.bottom), "panel {panel}: {heights:?}");
        // The two plots are told apart by what lies between them.
        let gap = (1..heights.len()).max_by_key(|&i| heights[i] - heights[i - 1]).expect("points");
        assert!(heights[gap] - heights[gap - 1] >= 15, "panel {panel}: {heights:?}");
        let named = |name: &str| {
            let labels = recording.labels().into_iter().filter(|label| label.text.starts_with(name));
            labels
                .map(|label| label.at)
                .find(|at| (plot.right..plot.right + 60).contains(&at.0))
                .expect("a label")
                .1
        };
        for (name, above) in [("by W", true), ("by φ", true), ("held-out", false)] {
            assert_eq!(named(name) < heights[gap] - 5, above, "panel {panel}: {name}");
        }
    }
}

#[test]
fn the_curves_end_where_their_last_values_are_written() {
    let owned = first_screen();
    let recording = record(ChartKind::Ledger, SIZE, &owned, &light());
    for (kind, name) in [(FallByW, "by W"), (FallByPhi, "by φ"), (LossAuxSet, "held-out")] {
        let labels: Vec<Label> =
            recording.labels().into_iter().filter(|label| label.text.starts_with(name)).collect();
        assert_eq!(labels.len(), 2, "{name}");
        for (panel, (label, lane)) in labels.iter().zip(&owned).enumerate() {
            let plot = recording.drawn.plots[panel];
            assert!(label.left > f64::from(plot.right), "{name} in panel {panel}");
            let value = lane.trace.last(kind, 0).expect("recorded");
            let written = label.text.trim_start_matches(name).trim().replace('−', "-");
            let written: f64 = written.parse().expect("a number");
            assert!((written - value).abs() < 0.006, "{name} in panel {panel}: {written}, not {value}");
        }
    }
}

#[test]
fn titles_tell_the_share_of_phi_and_who_lost() {
    let recording = record(ChartKind::Ledger, SIZE, &first_screen(), &light());
    assert!(recording.text("40 % of it by φ").is_some());
    assert!(recording.text("fell by 3.09, though φ raised it").is_some());
    let rises = record(ChartKind::Ledger, SIZE, &many(12), &light());
    assert!(rises.text("rose by 8.39: φ raised it").is_some());
}

#[test]
fn every_balance_has_its_words() {
    let told = |by_w: f64, by_phi: f64| {
        let row = |t: usize| Row {
            phi: vec![1.0 - by_phi * t as f64],
            alignment: vec![f64::NAN],
            aux: 1.0,
            test: 5.0 - by_w * t as f64,
        };
        words(&[Owned::new("Lane", &["a"], 1, (0..2).map(row))])
    };
    let cases = [
        (1.0, 3.0, "fell by 4.00, 75 % of it by φ;"),
        (2.0, 0.0, "fell by 2.00, all by W;"),
        (2.0, -1.0, "fell by 1.00, though φ raised it;"),
        (-1.0, 2.0, "fell by 1.00, though W raised it;"),
        (-2.0, 1.0, "rose by 1.00: W raised it;"),
        (1.0, -2.0, "rose by 1.00: φ raised it by more than W lowered it;"),
        (-1.0, -1.0, "rose by 2.00: both raised it;"),
        (0.0, 0.0, "no change;"),
    ];
    for (by_w, by_phi, expected) in cases {
        let told = told(by_w, by_phi);
        assert!(told.contains(expected), "{by_w} and {by_phi}: {told}");
    }
}

#[test]
fn the_cursor_reads_out_all_three_values() {
    let owned = first_screen();
    let view = View { cursor: Some(400.0), ..light() };
    let recording = record(ChartKind::Ledger, SIZE, &owned, &view);
    let plain = record(ChartKind::Ledger, SIZE, &owned, &light());
    let count = |recording: &Recording, text: &str| {
        recording.labels().iter().filter(|label| label.text == text).count()
    };
    for kind in [FallByW, FallByPhi, LossAuxSet] {
        let value = owned[1].trace.series(kind, 0).expect("recorded")[400];
        let text = format!("{value:.2}").replace('-', "−");
        assert_eq!((count(&recording, &text), count(&plain, &text)), (1, 0), "{kind:?}: {text}");
    }
}

#[test]
fn a_lane_that_diverged_leaves_the_other_readable() {
    let owned = cases().into_iter().find(|case| case.0 == "diverged").expect("there").1;
    let recording = record(ChartKind::Ledger, SIZE, &owned, &light());
    let plot = recording.drawn.plots[1];
    let heights = curves(&recording, 1).into_iter().flatten().map(|p| p.1).filter(|&y| y <= plot.bottom);
    let (low, high) = heights.fold((i32::MAX, i32::MIN), |(low, high), y| (low.min(y), high.max(y)));
    assert!((high - low) * 10 > plot.bottom - plot.top, "only {} pixels", high - low);
}

#[test]
fn without_rows_or_room_it_says_why_there_is_nothing() {
    let empty = cases().into_iter().find(|case| case.0 == "empty").expect("there").1;
    assert!(record(ChartKind::Ledger, SIZE, &empty, &light()).text("Nothing recorded yet").is_some());
    let small = record(ChartKind::Ledger, (120, 60), &first_screen(), &light());
    assert!(small.drawn.plots.is_empty() && small.text("Too small").is_some());
}

fn words(owned: &[Owned]) -> String {
    ChartKind::Ledger.describe(&lanes(owned), &light())
}

#[test]
fn the_text_alternative_tells_both_parts_and_what_is_left() {
    assert_eq!(
        words(&first_screen()),
        "Ledger: the fall of the training loss L_T since the start, split into what W and what φ did. \
         Joint descent: L_T fell by 4.94, 40 % of it by φ; by W 2.94, by φ 2.00, residual 4.4·10⁻¹⁶. \
         AuxiLearn: L_T fell by 3.09, though φ raised it; by W 4.58, by φ −1.49, residual 0."
    );
}

#[test]
fn what_the_falls_do_not_account_for_is_told() {
    let mut owned = joint_descent(3, 1500);
    let layout = owned.trace.layout();
    let mut row: Vec<f64> =
        (0..layout.width()).map(|c| *owned.trace.column(c).last().expect("rows")).collect();
    let place = |kind: QuantityKind| layout.range(kind).start;
    row[0] = 3.0;
    row[place(LossTrain)] -= 0.5;
    owned.trace.push(&row);
    assert!(words(&[owned]).contains("residual 0.50."), "half of the loss went unbooked");
}

#[test]
fn without_an_account_the_words_say_why() {
    let row = |t: usize| Row {
        phi: vec![1.0],
        alignment: vec![f64::NAN],
        aux: 1.0,
        test: if t == 0 { 1.0 } else { f64::NAN },
    };
    assert!(words(&[Owned::new("Lane", &["a"], 10, (0..4).map(row))]).contains("Lane: no account, since"));
}

#[test]
fn a_lane_without_rows_says_so() {
    assert!(words(&[joint_descent(0, 1500)]).ends_with("Joint descent: nothing recorded yet."));
}
