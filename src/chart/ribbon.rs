//! The ribbon of signs: a row for each task, blue ▲ where its weight grows, hatched orange ▼ where it shrinks.

use super::columns::Span;
use super::crowd;
use super::frame::Panel;
use super::pyramid::Runs;
use super::series::Series;
use super::shapes;
use super::sheet::{Anchor, Rect, Sheet};
use super::text;
use super::{Lane, View};
use crate::lang::tr;
use crate::trace::QuantityKind::Alignment;

/// Height of a row of the ribbon with the gap under it, in type sizes.
const ROW: f64 = 1.45;
/// Height of the caption above the rows, in type sizes.
pub const CAPTION: f64 = 1.9;
/// Part of a row that is filled.
const FILLED: f64 = 0.76;

/// Room of the ribbon in CSS pixels.
pub fn height(view: &View, lanes: &[&Lane]) -> f64 {
    let rows = lanes.iter().map(|lane| rows(lane)).max().unwrap_or(0) as f64;
    view.theme.type_size * (CAPTION + rows * ROW)
}

/// Room of so many rows in CSS pixels.
pub fn height_of(view: &View, rows: usize) -> f64 {
    view.theme.type_size * (CAPTION + rows as f64 * ROW)
}

/// Rows of the ribbon: one a weight, or a few together for the shares of a crowd.
fn rows(lane: &Lane) -> usize {
    match lane.trace.layout().m {
        m if m > crowd::FEW => 3,
        m => m,
    }
}

/// Returns whether a weight of this alignment grows (true) or shrinks; `None` if it rests or is absent.
pub fn sign(value: f64) -> Option<bool> {
    if value > 0.0 {
        Some(true)
    } else if value < 0.0 {
        Some(false)
    } else {
        None
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
fn segments(steps: &[f64], values: Series, span: Span) -> Vec<Segment> {
    let column = |step: f64| span.pixel(step).round() as i32;
    let mut out: Vec<Segment> = Vec::new();
    let mut push = |left: i32, right: i32, grows: bool| match out.last_mut() {
        Some(s) if s.right == left && s.grows == grows => s.right = right,
        _ => out.push(Segment { left, right, grows }),
    };
    if let Some(summary) = values.summary() {
        let (mut runs, mut left) = (Runs::default(), i32::MIN);
        while let Some(&first) = steps.get(runs.end) {
            let right = column(first);
            let sign = summary.sign(&values, runs.next(steps, |step| column(step) <= right));
            if let (Some(grows), true) = (sign, left != i32::MIN && left < right) {
                push(left, right, grows);
            }
            left = right;
        }
        return out;
    }
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
pub fn ribbon(sheet: &mut Sheet, panel: &Panel, lane: &Lane) {
    let theme = sheet.view.theme;
    let size = sheet.px(theme.type_size);
    caption(sheet, panel, panel.plot.bottom + 1.15 * size);
    let first = panel.plot.bottom + CAPTION * size;
    let pitch = (panel.foot - first).max(0.0) / rows(lane) as f64;
    if lane.trace.layout().m > crowd::FEW {
        return crowd::shares(sheet, panel, lane, (first.round(), (panel.foot - 0.24 * pitch).round()));
    }
    for k in 0..lane.trace.layout().m {
        let top = (first + k as f64 * pitch).round();
        row(sheet, panel, (lane, k, &lane.phi(k)), (top, (top + FILLED * pitch).round()));
    }
}

/// A row for each of some lanes' tasks, with their names.
pub fn overlaid(sheet: &mut Sheet, panel: &Panel, rows: &[(&Lane, usize, &str)]) {
    let size = sheet.px(sheet.view.theme.type_size);
    caption(sheet, panel, panel.plot.bottom + 1.15 * size);
    let first = panel.plot.bottom + CAPTION * size;
    let pitch = (panel.foot - first).max(0.0) / rows.len() as f64;
    for (i, &what) in rows.iter().enumerate() {
        let top = (first + i as f64 * pitch).round();
        row(sheet, panel, what, (top, (top + FILLED * pitch).round()));
    }
}

/// The signs of one task in one lane, and a name beside them.
fn row(sheet: &mut Sheet, panel: &Panel, (lane, k, name): (&Lane, usize, &str), (top, bottom): (f64, f64)) {
    let theme = sheet.view.theme;
    let size = sheet.px(theme.type_size);
    {
        for s in segments(lane.trace.steps(), lane.series(Alignment, k), panel.span) {
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
        let name = text::fit(name, set.size, false, panel.edge - at.0);
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
    let wordings: [[&str; 2]; 2] =
        [[tr!("a > 0: weight grows"), tr!("a < 0: weight shrinks")], [tr!("grows"), tr!("shrinks")]];
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

#[cfg(test)]
mod tests {
    use super::*;

    const SPAN: Span = Span { left: 0.0, right: 100.0, steps: 100.0 };

    #[test]
    fn equal_signs_are_one_segment_and_absent_values_a_gap() {
        let steps: Vec<f64> = (0..8).map(f64::from).collect();
        let values = [f64::NAN, 1.0, 2.0, -1.0, f64::NAN, -2.0, 0.0, 3.0];
        let found = segments(&steps, values[..].into(), SPAN);
        let expected = [(0, 2, true), (2, 3, false), (4, 5, false), (6, 7, true)];
        assert_eq!(found, expected.map(|(left, right, grows)| Segment { left, right, grows }));
    }

    #[test]
    fn the_majority_of_a_column_decides() {
        let dense = Span { steps: 1000.0, ..SPAN };
        let steps: Vec<f64> = (0..=1000).map(f64::from).collect();
        let values: Vec<f64> = (0..=1000).map(|t| if t % 3 == 0 { -5.0 } else { 1.0 }).collect();
        assert_eq!(
            segments(&steps, values[..].into(), dense),
            [Segment { left: 0, right: 100, grows: true }]
        );
    }

    #[test]
    fn sparse_rows_hold_since_the_row_before() {
        let found = segments(&[0.0, 50.0, 100.0], [f64::NAN, 1.0, -1.0][..].into(), SPAN);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].left, found[0].right, found[0].grows), (0, 50, true));
        assert_eq!((found[1].left, found[1].right, found[1].grows), (50, 100, false));
    }
}
