//! Alignment a_k = ∇L_A · H⁻¹ · ∇ℓ_k over time, and the ribbon of its sign: φ_k grows where it is positive.

use super::columns::Span;
use super::frame::{self, Curve, Grid, Panel};
use super::scale::{Extent, Scale};
use super::shapes;
use super::sheet::{Anchor, Rect, Sheet};
use super::text::{self, list};
use super::{Drawn, Lane, View};
use crate::trace::QuantityKind::Alignment;

const NOTHING: [&str; 2] = ["Nothing recorded yet", "No data yet"];
const NONE: [&str; 3] = [
    "No lane has an alignment: only methods that use the implicit gradient compute one",
    "No lane computes an alignment",
    "No alignment",
];

/// Height of a row of the ribbon with the gap under it, and of its caption, in type sizes.
const ROW: f64 = 1.45;
const CAPTION: f64 = 1.9;
/// Part of a row that is filled.
const FILLED: f64 = 0.76;

fn series<'a>(lane: &Lane<'a>, k: usize) -> &'a [f64] {
    lane.trace.series(Alignment, k).unwrap_or(&[])
}

/// Lanes that have recorded an alignment at all; joint descent has none.
fn with_alignment<'a, 'b>(lanes: &'b [Lane<'a>]) -> Vec<&'b Lane<'a>> {
    let has =
        |lane: &&Lane| (0..lane.trace.layout().m()).any(|k| series(lane, k).iter().any(|v| v.is_finite()));
    lanes.iter().filter(has).collect()
}

/// Room of the ribbon in CSS pixels.
fn ribbon_height(view: &View, lanes: &[&Lane]) -> f64 {
    let rows = lanes.iter().map(|lane| lane.trace.layout().m()).max().unwrap_or(0) as f64;
    view.theme.type_size * (CAPTION + rows * ROW)
}

/// See [`ChartKind::height`](super::ChartKind::height).
pub fn height(lanes: &[Lane], view: &View, width: f64) -> f64 {
    let lanes = with_alignment(lanes);
    frame::wanted_height(view, lanes.len(), width, ribbon_height(view, &lanes))
}

/// Composes the chart.
pub fn compose(sheet: &mut Sheet, all: &[Lane]) -> Drawn {
    let lanes = with_alignment(all);
    let mut extent = Extent::default();
    for (lane, k) in lanes.iter().flat_map(|lane| (0..lane.trace.layout().m()).map(move |k| (lane, k))) {
        extent.add(series(lane, k));
    }
    let Some(range) = extent.robust(1e9, 1e6) else {
        let begun = all.iter().any(|lane| lane.trace.rows() > 1);
        return frame::say(sheet, if begun { &NONE } else { &NOTHING });
    };
    // a_k falls by orders of magnitude while its sign, which is the message, may turn: a symmetric
    // logarithm keeps sign and zero and shows both the first steps and the last.
    let grid = Grid::new(sheet, lanes.len(), sheet.px(ribbon_height(sheet.view, &lanes)));
    let scale = Scale::symmetric(range, extent.typical(0.5), grid.value_intervals(sheet));
    let names: Vec<String> =
        lanes.iter().flat_map(|l| (0..l.trace.layout().m()).map(|k| l.task(k))).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (left, right) = (frame::left_margin(sheet, &scale, "a"), frame::right_margin(sheet, &grid, &names));
    let panels = grid.panels(lanes.len(), left, right, frame::last_step(all, sheet.view));
    for (panel, lane) in panels.iter().zip(&lanes) {
        draw_lane(sheet, panel, &scale, lane);
    }
    Drawn { plots: panels.iter().map(Panel::drawn).collect() }
}

fn draw_lane(sheet: &mut Sheet, panel: &Panel, scale: &Scale, lane: &Lane) {
    let theme = sheet.view.theme;
    panel.value_axis(sheet, scale, "a");
    ribbon(sheet, panel, lane);
    let cursor = panel.cursor(sheet, CAPTION * sheet.px(theme.type_size));
    let curves: Vec<Curve> = (0..lane.trace.layout().m())
        .map(|k| Curve {
            steps: lane.trace.steps(),
            values: series(lane, k),
            rgb: theme.task(k),
            dashes: &[],
        })
        .collect();
    let mut labels = Vec::with_capacity(curves.len());
    for (k, curve) in curves.iter().enumerate() {
        let Some(end) = panel.curve(sheet, scale, curve) else { continue };
        if end.inside {
            shapes::marker(sheet, k, end.at, curve.rgb);
        }
        labels.push((lane.task(k), end, curve.rgb));
    }
    if let (Some(x), Some(step)) = (cursor, sheet.view.cursor) {
        let readings: Vec<_> = curves.iter().filter_map(|c| Some((c.at(step)?, c.rgb))).collect();
        panel.readings(sheet, scale, x, &readings);
    }
    let signs = signs_now(lane);
    panel.heading(sheet, lane.label, &["alignment a, symmetric log scale", "symmetric log scale"], &[&signs]);
    panel.end_labels(sheet, &labels);
    panel.time_axis(sheet);
}

/// Whether a weight of this alignment grows (true) or shrinks; `None` if it rests or is absent.
fn sign(value: f64) -> Option<bool> {
    if value > 0.0 {
        Some(true)
    } else if value < 0.0 {
        Some(false)
    } else {
        None
    }
}

fn verb(value: f64) -> &'static str {
    match sign(value) {
        Some(true) => "grows",
        Some(false) => "shrinks",
        None => "rests",
    }
}

/// A run of pixel columns in which the weight grows or shrinks.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Segment {
    left: i32,
    right: i32,
    grows: bool,
}

/// Sign by pixel column, equal neighbours merged.
///
/// A row's sign holds for the steps since the row before it. Where several rows share a column the
/// majority decides, the last one on a tie; zero and absent values leave a gap.
fn segments(steps: &[f64], values: &[f64], span: Span) -> Vec<Segment> {
    let column = |step: f64| span.pixel(step).round() as i32;
    let mut out: Vec<Segment> = Vec::new();
    let mut push = |left: i32, right: i32, grows: bool| match out.last_mut() {
        Some(s) if s.right == left && s.grows == grows => s.right = right,
        _ => out.push(Segment { left, right, grows }),
    };
    let mut row = 0;
    while row < steps.len() {
        let right = column(steps[row]);
        let left = if row == 0 { right } else { column(steps[row - 1]) };
        let (mut sum, mut last) = (0, None);
        while row < steps.len() && column(steps[row]) == right {
            if let Some(grows) = sign(values[row]) {
                sum += if grows { 1 } else { -1 };
                last = Some(grows);
            }
            row += 1;
        }
        if let (Some(last), true) = (last, left < right) {
            push(left, right, if sum == 0 { last } else { sum > 0 });
        }
    }
    out
}

/// One row for each task under the curves, its caption above.
fn ribbon(sheet: &mut Sheet, panel: &Panel, lane: &Lane) {
    let theme = sheet.view.theme;
    let size = sheet.px(theme.type_size);
    caption(sheet, panel, panel.plot.bottom + 1.15 * size);
    let first = panel.plot.bottom + CAPTION * size;
    let pitch = (panel.foot - first).max(0.0) / lane.trace.layout().m() as f64;
    for k in 0..lane.trace.layout().m() {
        let top = (first + k as f64 * pitch).round();
        let bottom = (top + FILLED * pitch).round();
        for s in segments(lane.trace.steps(), series(lane, k), panel.span) {
            let area = Rect { left: f64::from(s.left), right: f64::from(s.right), top, bottom };
            sheet.rect(area, if s.grows { theme.grows } else { theme.shrinks });
            if !s.grows {
                shapes::hatch(sheet, area, theme.background);
            }
            if area.width() >= 1.8 * size && area.height() >= 0.8 * size {
                let at = ((area.left + area.right) / 2.0, (top + bottom) / 2.0);
                badge(sheet, at, 0.36 * size, s.grows);
            }
        }
        let at = (panel.plot.right + sheet.px(9.0), (top + bottom) / 2.0);
        let set = sheet.plain(theme.task(k));
        let name = text::fit(&lane.task(k), set.size, false, panel.edge - at.0);
        sheet.text(at, Anchor::Start, set, &name);
    }
}

/// The arrow of a segment, on a ground that the hatch does not cross.
fn badge(sheet: &mut Sheet, (x, y): (f64, f64), r: f64, grows: bool) {
    let theme = sheet.view.theme;
    if !grows {
        let (w, h) = (1.6 * r, 1.5 * r);
        sheet.rect(Rect { left: x - w, right: x + w, top: y - h, bottom: y + h }, theme.shrinks);
    }
    shapes::arrow(sheet, (x, y), r, grows, theme.background);
}

/// What the ribbon's colours and arrows say.
fn caption(sheet: &mut Sheet, panel: &Panel, y: f64) {
    let theme = sheet.view.theme;
    let size = sheet.px(theme.type_size);
    let mut x = panel.plot.left;
    let wordings: [[&str; 2]; 2] = [["a > 0: weight grows", "a < 0: weight shrinks"], ["grows", "shrinks"]];
    let room = panel.edge - panel.plot.left;
    let width =
        |pair: &[&str; 2]| pair.iter().map(|w| sheet.plain(theme.ink).width(w) + 2.6 * size).sum::<f64>();
    let Some(pair) = wordings.into_iter().find(|pair| width(pair) <= room) else { return };
    for (words, grows) in pair.into_iter().zip([true, false]) {
        let rgb = if grows { theme.grows } else { theme.shrinks };
        let set = sheet.plain(rgb);
        if sheet.text((x + 1.1 * size, y), Anchor::Start, set, words) {
            shapes::arrow(sheet, (x + 0.42 * size, y), 0.42 * size, grows, rgb);
        }
        x += set.width(words) + 2.6 * size;
    }
}

/// `helpful grows, harmful shrinks`, as of the last row.
fn signs_now(lane: &Lane) -> String {
    let words = (0..lane.trace.layout().m()).filter_map(|k| {
        let value = lane.trace.last(Alignment, k)?;
        Some(format!("{} {}", lane.task(k), verb(value)))
    });
    let words: Vec<String> = words.collect();
    if words.is_empty() { String::new() } else { format!("now {}", list(&words)) }
}

/// Number of times the sign of a series turns, zero and absent values left out.
fn turns(values: &[f64]) -> usize {
    let signs = values.iter().filter_map(|&v| sign(v));
    signs.clone().zip(signs.skip(1)).filter(|(a, b)| a != b).count()
}

/// The text alternative; see [`ChartKind::describe`](super::ChartKind::describe).
pub fn describe(all: &[Lane], _: &View) -> String {
    let lanes = with_alignment(all);
    let mut words =
        String::from("Alignment a of each auxiliary task over time: its weight grows where a is positive.");
    if lanes.is_empty() {
        let begun = all.iter().any(|lane| lane.trace.rows() > 1);
        words.push_str(&format!(" {}.", if begun { NONE[0] } else { NOTHING[0] }));
        return words;
    }
    for lane in &lanes {
        let tasks = (0..lane.trace.layout().m()).filter_map(|k| {
            let value = lane.trace.last(Alignment, k)?;
            let turned = match turns(series(lane, k)) {
                0 => "the sign never turned".to_owned(),
                1 => "the sign turned once".to_owned(),
                n => format!("the sign turned {n} times"),
            };
            Some(format!("{} a = {}, {}, {turned}", lane.task(k), text::value(value), verb(value)))
        });
        words.push_str(&format!(" {}: {}.", lane.label, tasks.collect::<Vec<_>>().join("; ")));
    }
    let out: Vec<String> = all
        .iter()
        .filter(|l| !lanes.iter().any(|kept| std::ptr::eq(*kept, *l)))
        .map(|l| l.label.to_owned())
        .collect();
    if !out.is_empty() {
        words.push_str(&format!(" Without alignment: {}.", list(&out)));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPAN: Span = Span { left: 0.0, right: 100.0, steps: 100.0 };

    #[test]
    fn equal_signs_are_one_segment_and_absent_values_a_gap() {
        let steps: Vec<f64> = (0..8).map(f64::from).collect();
        let values = [f64::NAN, 1.0, 2.0, -1.0, f64::NAN, -2.0, 0.0, 3.0];
        let found = segments(&steps, &values, SPAN);
        let expected = [(0, 2, true), (2, 3, false), (4, 5, false), (6, 7, true)];
        assert_eq!(found, expected.map(|(left, right, grows)| Segment { left, right, grows }));
    }

    #[test]
    fn the_majority_of_a_column_decides() {
        let dense = Span { steps: 1000.0, ..SPAN };
        let steps: Vec<f64> = (0..=1000).map(f64::from).collect();
        let values: Vec<f64> = (0..=1000).map(|t| if t % 3 == 0 { -5.0 } else { 1.0 }).collect();
        assert_eq!(segments(&steps, &values, dense), [Segment { left: 0, right: 100, grows: true }]);
    }

    #[test]
    fn sparse_rows_hold_since_the_row_before() {
        let found = segments(&[0.0, 50.0, 100.0], &[f64::NAN, 1.0, -1.0], SPAN);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].left, found[0].right, found[0].grows), (0, 50, true));
        assert_eq!((found[1].left, found[1].right, found[1].grows), (50, 100, false));
    }

    #[test]
    fn turns_count_changes_of_sign_only() {
        assert_eq!(turns(&[f64::NAN, 1.0, 0.0, 2.0, -1.0, f64::NAN, -1.0, 3.0]), 2);
    }
}
