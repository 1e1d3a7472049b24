//! Lanes overlaid in one panel: what is drawn where.

use crate::support::*;
use auxilearn_lab::chart::{ChartKind, Theme, View, overlay_refusal};
use auxilearn_lab::status::StopReason;

const SIZE: (u32, u32) = (800, 340);

fn overlaid() -> View {
    View { overlaid: true, ..light() }
}

/// The lanes of the first screen and a second one with an alignment.
fn three() -> Vec<Owned> {
    let mut other = auxilearn(1201, 1500);
    other.label = "Best response".to_owned();
    let [joint, own] = first_screen().try_into().ok().expect("two lanes");
    vec![joint, own, other]
}

#[test]
fn all_lanes_share_one_panel_that_is_wider_than_one_of_each_was() {
    let beside = record(ChartKind::Phi, SIZE, &first_screen(), &light()).drawn.plots;
    let one = record(ChartKind::Phi, SIZE, &first_screen(), &overlaid()).drawn.plots;
    assert_eq!((beside.len(), one.len()), (2, 1));
    assert!(one[0].right - one[0].left > beside[0].right - beside[0].left + 100);
}

#[test]
fn the_colour_is_the_task_and_the_dashes_are_the_lane() {
    let drawn = record(ChartKind::Phi, SIZE, &first_screen(), &overlaid());
    let plot = drawn.drawn.plots[0];
    for k in 0..2 {
        let paths = drawn.paths(Theme::LIGHT.task(k));
        let width =
            |points: &[(i32, i32)]| points.iter().map(|p| p.0).max().zip(points.iter().map(|p| p.0).min());
        let whole = paths.iter().filter(|(points, _)| {
            width(points).is_some_and(|(right, left)| right - left > (plot.right - plot.left) * 9 / 10)
        });
        let pieces = paths.iter().filter(|(points, _)| width(points).is_some_and(|(r, l)| r - l < 12));
        assert_eq!(whole.count(), 1, "the first lane is a solid line");
        assert!(pieces.count() > 20, "the second lane is dashed");
    }
}

#[test]
fn ends_name_task_and_lane_and_the_task_alone_where_that_is_too_long() {
    let wide = record(ChartKind::Phi, SIZE, &first_screen(), &overlaid());
    for name in
        ["helpful · Joint descent", "harmful · Joint descent", "helpful · AuxiLearn", "harmful · AuxiLearn"]
    {
        let label = wide.text(name).unwrap_or_else(|| panic!("no {name}"));
        assert!(label.at.0 > wide.drawn.plots[0].right, "{name} stands right of the plot");
    }
    let narrow = record(ChartKind::Phi, (330, 340), &first_screen(), &overlaid());
    assert!(narrow.text("helpful · ").is_none() && narrow.text("helpful").is_some());
}

#[test]
fn a_key_shows_each_lane_with_its_line_and_says_if_one_diverged() {
    let mut lanes = first_screen();
    lanes[0].status = stopped(StopReason::Diverged, 17);
    let drawn = record(ChartKind::Phi, SIZE, &lanes, &overlaid());
    let top = drawn.drawn.plots[0].top;
    for name in ["Joint descent, diverged at step 17", "AuxiLearn"] {
        let label = drawn.labels().into_iter().find(|label| label.text == name);
        let label = label.unwrap_or_else(|| panic!("no {name}"));
        assert!(label.at.1 < top);
        let before = |points: &[(i32, i32)]| {
            points.iter().all(|p| p.1 == label.at.1 && p.0 < label.at.0 && p.0 >= label.at.0 - 34)
        };
        assert!(drawn.paths(Theme::LIGHT.ink).iter().any(|(points, _)| before(points)), "{name} has a line");
    }
}

#[test]
fn the_cursor_reads_out_a_value_with_its_lane_for_every_curve() {
    let view = View { cursor: Some(400.0), ..overlaid() };
    let drawn = record(ChartKind::Phi, SIZE, &first_screen(), &view);
    let inside = |label: &&Label| label.at.0 < drawn.drawn.plots[0].right;
    let labels = drawn.labels();
    let read = labels.iter().filter(inside);
    let read: Vec<&str> = read.map(|label| label.text.as_str()).collect();
    let of = |lane: &str| {
        read.iter().filter(|text| text.ends_with(lane) && text.starts_with(char::is_numeric)).count()
    };
    assert_eq!((of(" Joint descent"), of(" AuxiLearn")), (2, 2), "{read:?}");
}

#[test]
fn the_ribbon_has_a_row_for_each_lane_and_task() {
    let drawn = record(ChartKind::Alignment, SIZE, &three(), &overlaid());
    assert_eq!(drawn.drawn.plots.len(), 1);
    let mut rows: Vec<i32> = [Theme::LIGHT.grows, Theme::LIGHT.shrinks]
        .into_iter()
        .flat_map(|rgb| drawn.rects(rgb))
        .filter(|(from, to)| to.0 - from.0 > 60)
        .map(|(from, _)| from.1)
        .collect();
    rows.sort_unstable();
    rows.dedup();
    assert_eq!(rows.len(), 4, "two lanes with an alignment, two tasks: {rows:?}");
    assert!(rows.iter().all(|&top| top > drawn.drawn.plots[0].top));
}

#[test]
fn a_lane_keeps_its_dashes_where_others_are_left_out() {
    let text = |kind: ChartKind| kind.describe(&lanes(&three()), &overlaid());
    let phi = "All lanes are in one panel: Joint descent solid, AuxiLearn dashed and Best response dotted.";
    assert!(text(ChartKind::Phi).contains(phi), "{}", text(ChartKind::Phi));
    let alignment = "All lanes are in one panel: AuxiLearn dashed and Best response dotted.";
    assert!(text(ChartKind::Alignment).contains(alignment), "{}", text(ChartKind::Alignment));
    assert!(!ChartKind::Phi.describe(&lanes(&three()), &light()).contains("one panel"));
}

#[test]
fn one_lane_five_lanes_and_crowds_stay_side_by_side_and_it_is_said_why() {
    let many_lanes: Vec<Owned> = (0..5).map(|_| auxilearn(301, 300)).collect();
    for (owned, why) in [
        (vec![auxilearn(301, 300)], "one lane only"),
        (many_lanes, "5 lanes are too many"),
        ([many(9), many(9)].into_iter().flatten().collect(), "18 curves"),
    ] {
        let refusal = overlay_refusal(&lanes(&owned)).expect("a reason");
        assert!(refusal.contains(why), "{refusal}");
        let drawn = record(ChartKind::Phi, (1400, 600), &owned, &overlaid());
        assert_eq!(drawn.drawn.plots.len(), owned.len());
    }
    assert_eq!(overlay_refusal(&lanes(&three())), None);
}

#[test]
fn awkward_traces_and_sizes_are_survived() {
    for (name, owned) in cases() {
        for size in [(1, 1), (60, 40), (120, 90), (330, 200), (1600, 900)] {
            for kind in [ChartKind::Phi, ChartKind::Alignment] {
                let drawn = record(kind, size, &owned, &View { cursor: Some(3.0), ..overlaid() });
                let inside = |label: &Label| label.left >= -1.0 && label.right <= f64::from(size.0) + 1.0;
                assert!(drawn.labels().iter().all(inside), "{kind:?} of {name} at {size:?}");
            }
        }
    }
}
