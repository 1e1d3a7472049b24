//! How the seeds ended: a strip a lane, a dot a seed, with median, quartiles and the middle four fifths.

use super::super::axes::{Axes, Names, below_room};
use super::super::scale::{Extent, Scale};
use super::super::sheet::{Anchor, Rect, Sheet, Type};
use super::super::{ValuePlot, text};
use crate::lang::tr;
use crate::sampled::{LaneSummary, Summary};

/// Largest ratio of values that a linear scale shows well.
const LINEAR: f64 = 12.0;
/// Rows that dots of a strip are spread over: those that meet lie over each other.
const ROWS: usize = 7;

/// Draws the strips and says where they are.
pub fn compose(sheet: &mut Sheet, area: Rect, summary: &Summary) -> ValuePlot {
    let set = sheet.plain(sheet.view.theme.ink);
    let widest = summary.lanes.iter().map(|lane| set.width(&lane.label)).fold(0.0, f64::max);
    let left = (widest + sheet.px(10.0)).min(0.34 * area.width());
    let right = set.width("−0.000") + sheet.px(10.0);
    let plot = Rect {
        left: (area.left + left).round(),
        right: (area.right - right).round(),
        top: (area.top + 0.6 * set.size).round(),
        bottom: (area.bottom - below_room(sheet)).round(),
    };
    let mut y = Scale::exact((0.0, summary.lanes.len() as f64), 1.0);
    y.ticks.clear();
    let x = scale(summary, (plot.width() / (3.6 * set.size)).clamp(1.0, 8.0));
    let axes = Axes { plot, x, y };
    axes.grid(sheet);
    let height = plot.height() / summary.lanes.len() as f64;
    for (row, lane) in summary.lanes.iter().enumerate() {
        let y = plot.top + (row as f64 + 0.5) * height;
        strip(sheet, &axes, (y, height), summary, lane);
        let label = text::fit(&lane.label, set.size, false, left - sheet.px(6.0));
        sheet.text((plot.left - sheet.px(8.0), y), Anchor::End, set, &label);
    }
    axes.numbers(sheet, &Names { x: "", y: "" });
    axes.drawn()
}

/// Logarithmic if the ends are positive and range widely, else linear.
fn scale(summary: &Summary, wanted: f64) -> Scale {
    let mut extent = Extent::default();
    for lane in &summary.lanes {
        let ends: Vec<f64> = summary.finals(lane).iter().copied().flatten().collect();
        extent.add(ends.as_slice().into());
    }
    match extent.robust(1e6, 1e2) {
        None => Scale::linear((0.0, 1.0), wanted),
        Some((low, high)) if low > 0.0 && high > LINEAR * low => Scale::log((low / 1.1, high * 1.1), wanted),
        Some((low, high)) if low > 0.0 && high < 2.0 * low && high > low => {
            Scale::linear((low, high), wanted)
        }
        Some((low, high)) => Scale::linear((low.min(0.0), high), wanted),
    }
}

/// One lane: dots under a box.
fn strip(sheet: &mut Sheet, axes: &Axes, (y, height): (f64, f64), summary: &Summary, lane: &LaneSummary) {
    let theme = sheet.view.theme;
    let plot = axes.plot;
    let Some(quantiles) = summary.final_quantiles(lane) else {
        let set = sheet.plain(theme.muted);
        sheet.label((plot.left + sheet.px(8.0), y), Anchor::Start, set, tr!("no seed came to an end"));
        return;
    };
    let place = |value: f64| axes.pixel((value, 0.0)).0.clamp(plot.left, plot.right);
    let [low, first, middle, third, high] = quantiles.map(place);
    let half = 0.34 * height;
    // The line lies under the dots, which it would hide.
    sheet.rule(low, high, y, 1.5, theme.zero);
    dots(sheet, (y, height), summary.finals(lane).iter().copied().flatten().map(place));
    for x in [low, high] {
        sheet.post(x, y - 0.5 * half, y + 0.5 * half, 1.5, theme.ink);
    }
    for edge in [y - half, y + half] {
        sheet.rule(first, third, edge, 1.5, theme.ink);
    }
    for x in [first, third] {
        sheet.post(x, y - half, y + half, 1.5, theme.ink);
    }
    sheet.post(middle, y - half, y + half, theme.curve + 1.0, theme.ink);
    let set = Type { bold: true, ..sheet.plain(theme.ink) };
    sheet.text((plot.right + sheet.px(8.0), y), Anchor::Start, set, &text::value(quantiles[2]));
}

/// A dot a seed, in as many rows as are needed; of those at the same place one is drawn.
fn dots(sheet: &mut Sheet, (y, height): (f64, f64), places: impl Iterator<Item = f64>) {
    let r = sheet.px(2.0);
    let mut columns: Vec<i64> = places.map(|x| (x / (2.0 * r)).round() as i64).collect();
    columns.sort_unstable();
    let gap = (0.84 * height / ROWS as f64).min(2.2 * r);
    for run in columns.chunk_by(|a, b| a == b) {
        for i in 0..run.len().min(ROWS) {
            // 0, 1, -1, 2, -2, …
            let row = (i as f64 / 2.0).ceil() * if i % 2 == 1 { 1.0 } else { -1.0 };
            sheet.dot((run[0] as f64 * 2.0 * r, y + row * gap), r, sheet.view.theme.muted);
        }
    }
}
