//! Charts of more weights than can be told apart, and of a network's effective weights.

use crate::support::*;
use auxilearn_lab::chart::{ChartKind, Lane, Summaries, Theme, View};
use auxilearn_lab::status::RunStatus;
use auxilearn_lab::trace::{Layout, QuantityKind, Trace};

const SIZE: (u32, u32) = (900, 240);

/// Weights of `m` samples in `lanes` lanes: every third is flipped and falls, the others grow.
fn samples(m: usize, lanes: usize, grouped: bool) -> Vec<Owned> {
    let name = |k: usize| match k % 3 {
        0 if grouped => format!("sample {k} (flipped)"),
        _ => format!("sample {k}"),
    };
    let names: Vec<String> = (0..m).map(name).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let sign = |k: usize| if k.is_multiple_of(3) { -1.0 } else { 1.0 };
    let row = |t: usize| Row {
        phi: (0..m).map(|k| 1.0 + sign(k) * t as f64 * (1.0 + k as f64) / 5e5).collect(),
        alignment: (0..m).map(|k| if t == 0 { f64::NAN } else { sign(k) }).collect(),
        aux: 1.0,
        test: 1.0,
    };
    (0..lanes).map(|i| Owned::new(&format!("Lane {i}"), &names, 1500, (0..1501).map(row))).collect()
}

fn points(recording: &Recording) -> usize {
    let count = |call: &Call| match call {
        Call::Path { points, .. } => points.len(),
        _ => 1,
    };
    recording.calls.iter().map(count).sum()
}

#[test]
fn what_a_canvas_is_called_for_is_bounded_however_many_weights_there_are() {
    for kind in [ChartKind::Phi, ChartKind::Alignment] {
        let recording = record(kind, SIZE, &samples(200, 4, false), &light());
        assert!(points(&recording) < 32_000, "{kind:?}: {} calls", points(&recording));
    }
}

#[test]
fn no_canvas_is_left_blank_however_many_lanes_it_has_to_take() {
    let view = View { theme: &Theme::PROJECTOR, ..light() };
    let mut refused = 0;
    for (kind, lanes) in
        [ChartKind::Phi, ChartKind::Alignment].into_iter().flat_map(|k| (1..=16).map(move |n| (k, n)))
    {
        for size in [(280, 160), (379, 313), (600, 200)] {
            let recording = record(kind, size, &samples(2, lanes, false), &view);
            assert!(!recording.labels().is_empty(), "{kind:?}, {lanes} lanes, {size:?}");
            refused += usize::from(recording.text("Too small").is_some());
        }
    }
    assert!((1..60).contains(&refused), "{refused} of 96 pictures say that they are too small");
}

#[test]
fn a_crowd_has_the_colours_of_its_fates_and_a_few_names() {
    let recording = record(ChartKind::Phi, SIZE, &samples(60, 1, false), &light());
    let theme = Theme::LIGHT;
    assert_eq!((recording.paths(theme.grows).len(), recording.paths(theme.shrinks).len()), (40, 20));
    let named = recording.labels().iter().filter(|label| label.text.starts_with("sample")).count();
    assert!((2..=5).contains(&named), "{named} names");
}

#[test]
fn a_group_told_in_names_has_a_colour_of_its_own() {
    let recording = record(ChartKind::Phi, SIZE, &samples(60, 1, true), &light());
    let theme = Theme::LIGHT;
    assert_eq!((recording.paths(theme.task(0)).len(), recording.paths(theme.task(1)).len()), (40, 20));
    let told = |label: &Label| label.text.contains("flipped: 0 of 20 grew, others: 40 of 40");
    assert!(recording.labels().iter().any(told), "{:?}", recording.labels());
}

#[test]
fn the_signs_of_a_crowd_are_shares_of_a_band_that_is_not_high() {
    let owned = samples(60, 1, false);
    let recording = record(ChartKind::Alignment, SIZE, &owned, &light());
    let height = |rects: Vec<((i32, i32), (i32, i32))>| -> i32 {
        rects.iter().map(|(from, to)| to.1 - from.1).max().unwrap_or(0)
    };
    let (grow, shrink) =
        (height(recording.rects(Theme::LIGHT.grows)), height(recording.rects(Theme::LIGHT.shrinks)));
    assert!((f64::from(grow) / f64::from(shrink) - 2.0).abs() < 0.2, "{grow} and {shrink} pixels");
    let few = record(ChartKind::Alignment, SIZE, &many(12), &light());
    assert!(grow + shrink < few.size.1 as i32 / 2);
}

#[test]
fn crowds_are_described_by_counts_and_quantiles() {
    let owned = samples(60, 1, false);
    let text = ChartKind::Phi.describe(&lanes(&owned), &light());
    assert!(text.contains("60 weights from ") && text.contains("(40 of 60 grew, 20 fell)"), "{text}");
    let text = ChartKind::Alignment.describe(&lanes(&owned), &light());
    assert!(text.contains("of 60 weights now 40 grow, 20 shrink"), "{text}");
}

/// Alignments of a crowd that end positive, negative at a positive weight, negative at zero, or numerically zero,
/// all of them falling.
fn falling() -> Vec<Owned> {
    let names: Vec<String> =
        (0..16).map(|k| format!("sample {k} ({})", if k == 0 { "flipped" } else { "own" })).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let end = |k: usize| [1.0, -1.0, -1.0, 2e-24][k % 4];
    let row = |t: usize| Row {
        phi: (0..16).map(|k| if k % 4 == 2 { 0.0 } else { 1.0 }).collect(),
        alignment: (0..16).map(|k| if t == 10 { end(k) } else { 12.0 - t as f64 }).collect(),
        aux: 1.0,
        test: 1.0,
    };
    vec![Owned::new("Lane", &names, 10, (0..11).map(row))]
}

#[test]
fn a_line_of_alignment_has_the_colour_that_the_caption_under_it_gives_its_sign() {
    let view = View::new(&Theme::LIGHT, 10.0);
    let recording = record(ChartKind::Alignment, SIZE, &falling(), &view);
    let theme = Theme::LIGHT;
    let lines = |rgb| recording.paths(rgb).iter().filter(|(points, _)| points.len() > 8).count();
    assert_eq!((lines(theme.grows), lines(theme.shrinks), lines(theme.muted)), (4, 8, 4));
}

#[test]
fn weights_held_at_zero_and_alignments_of_zero_are_counted_apart() {
    let owned = falling();
    let signs = "4 grow, 4 shrink, 4 are held at 0, 4 rest (a ≈ 0)";
    let recording = record(ChartKind::Alignment, SIZE, &owned, &light());
    assert!(recording.text(&format!("now {signs}")).is_some(), "{:?}", recording.labels());
    let text = ChartKind::Alignment.describe(&lanes(&owned), &light());
    assert!(text.contains(&format!("of 16 weights now {signs}")), "{text}");
}

#[test]
fn an_alignment_that_is_but_rounding_beside_what_it_was_has_no_sign_and_no_turn() {
    let row = |t: usize| Row {
        phi: vec![1.0, 1.0],
        alignment: vec![if t == 10 { -2e-24 } else { 1.0 }, if t == 10 { -1e-6 } else { 1.0 }],
        aux: 1.0,
        test: 1.0,
    };
    let owned = [Owned::new("Lane", &["at 1", "at −4"], 10, (0..11).map(row))];
    let recording = record(ChartKind::Alignment, SIZE, &owned, &light());
    assert!(recording.text("now at 1 rests (a ≈ 0) and at −4 shrinks").is_some(), "{:?}", recording.labels());
    let text = ChartKind::Alignment.describe(&lanes(&owned), &light());
    assert!(text.contains("rests (a ≈ 0), the sign never turned; at −4"), "{text}");
    assert!(text.contains("shrinks, the sign turned once"), "{text}");
}

/// A lane of a network: five φ, and the effective weights of the main task and two auxiliaries.
fn network() -> Trace {
    let layout = Layout { effective_weights: 3, ..Layout::new(1, 5) };
    let mut trace = Trace::new(layout, 10);
    for step in 0..=10 {
        let mut row = vec![0.5; layout.width()];
        row[0] = f64::from(step);
        let at = layout.range(QuantityKind::EffectiveWeight).start;
        row[at..at + 3].copy_from_slice(&[1.0, 2.0 - 0.1 * f64::from(step), 0.25]);
        trace.push(&row);
    }
    trace
}

#[test]
fn of_a_network_the_effective_weights_are_shown_by_the_names_of_tasks() {
    let trace = network();
    let task_names = ["helpful", "harmful"].map(str::to_owned);
    let phi_names = ["a", "b", "c", "d", "e"].map(str::to_owned);
    let lane = Lane {
        label: "Network",
        task_names: &task_names,
        phi_names: &phi_names,
        trace: &trace,
        status: RunStatus::Running,
        whole: None,
        summaries: Summaries::default(),
        events: &[],
    };
    let view = View::new(&Theme::LIGHT, 10.0);
    let text = ChartKind::Phi.describe(&[lane], &view);
    assert!(
        text.starts_with("Effective weights") && text.contains("helpful 1.00 and harmful 0.25"),
        "{text}"
    );
}
