//! `L_A(W*(φ))`: a curve over one component of φ, a map over two, with the points of a grid search
//! and the lanes' trajectories on top.

mod words;

use super::axes::{self, Axes, Names};
use super::levels;
use super::path;
use super::scale::Scale;
use super::series::Series;
use super::shapes;
use super::sheet::{Rect, Sheet, Type};
use super::text;
use super::w_plane::places;
use super::{Drawn, Lane, View, frame};
use crate::lang::{t, tr};
use crate::sampled::Landscape;
use crate::trace::QuantityKind::{InnerSolves, LossAuxSet, Phi};

pub use words::describe;
use words::{component, costs, held};

/// Levels of the map.
const SHADES: usize = 12;
/// A curve is cut at so many times its median height above the least value.
const PEAK: f64 = 12.0;

/// See [`SampledKind::height`](super::SampledKind::height).
pub fn height(view: &View, width: f64) -> f64 {
    let enlarged = view.theme.type_size / 12.0;
    (0.5 * width + 80.0 * enlarged).min(460.0 * enlarged)
}

/// Composes the chart.
pub fn compose(sheet: &mut Sheet, landscape: &Landscape, lanes: &[Lane]) -> Drawn {
    let Some(range) = landscape.field.range() else {
        return frame::say(sheet, &[tr!("No φ here has a unique best response"), tr!("No best response")]);
    };
    let Some(axes) = lay_out(sheet, landscape, lanes, range) else {
        return frame::say(sheet, &[tr!("Too small for the landscape of φ"), tr!("Too small")]);
    };
    match landscape.components.1 {
        Some(_) => {
            let rings = levels::rings(&axes, &landscape.field, &levels::levels(range, SHADES));
            levels::fill(sheet, &axes, &landscape.field, &rings);
            let (css, rgb) = (sheet.view.theme.hairline, sheet.view.theme.muted);
            levels::lines(sheet, &axes, &rings, (css, rgb), &[]);
        }
        None => curve(sheet, &axes, landscape),
    }
    tried(sheet, &axes, landscape, lanes);
    trajectories(sheet, &axes, landscape, lanes);
    keep_clear(sheet, &axes, landscape, lanes);
    least(sheet, &axes, landscape);
    places::start(sheet, &axes, landscape.start_place());
    ends(sheet, &axes, landscape, lanes);
    let (x, y) = (component(landscape, landscape.components.0), landscape.components.1);
    let y = y.map_or("L_A".to_owned(), |k| component(landscape, k));
    axes.numbers(sheet, &Names { x: &x, y: &y });
    Drawn { planes: vec![axes.drawn()], ..Drawn::default() }
}

fn lay_out(sheet: &mut Sheet, landscape: &Landscape, lanes: &[Lane], range: (f64, f64)) -> Option<Axes> {
    let canvas = sheet.canvas;
    let area = Rect { left: canvas.left + sheet.px(8.0), right: canvas.right - sheet.px(14.0), ..canvas };
    let costs = costs(landscape, lanes, sheet.view.cursor);
    // As many lanes as there is room for.
    let some = (1..=costs.len()).rev().map(|count| match costs.len() - count {
        0 => costs.join(" · "),
        more => t!("{lanes} · {count} more", lanes = costs[..count].join(" · "), count = more),
    });
    let lines = [held(landscape), some.collect()];
    let top =
        axes::heading(sheet, area, tr!("Held-out loss of the best response"), &lines) + 2.2 * sheet.px(9.0);
    let size = sheet.px(sheet.view.theme.type_size);
    let bottom = (area.bottom - axes::below_room(sheet)).round();
    let intervals = ((bottom - top) / (2.6 * size)).clamp(1.0, 7.0);
    let (y, name) = match landscape.components.1 {
        Some(k) => (Scale::exact(landscape.field.bounds.y, intervals), component(landscape, k)),
        None => (Scale::linear((range.0.min(0.0), cut(landscape, range)), intervals), "L_A".to_owned()),
    };
    let left = (area.left + axes::left_room(sheet, &y, &name)).round();
    let plot = Rect { left, top: top.round(), right: area.right.round(), bottom };
    if plot.width() < sheet.px(60.0) || plot.height() < sheet.px(50.0) {
        return None;
    }
    let x = Scale::exact(landscape.field.bounds.x, (plot.width() / (5.0 * size)).clamp(1.0, 10.0));
    Some(Axes { plot, x, y })
}

/// The upper end of a curve's axis: its highest value, unless that is far above most.
fn cut(landscape: &Landscape, (low, high): (f64, f64)) -> f64 {
    let values: Vec<f64> = landscape.field.values.iter().flatten().copied().collect();
    let middle = values[super::scale::ascending(&values)[values.len() / 2]];
    if middle > low { high.min(low + PEAK * (middle - low)) } else { high }
}

/// The curve over one component.
fn curve(sheet: &mut Sheet, axes: &Axes, landscape: &Landscape) {
    axes.grid(sheet);
    let theme = sheet.view.theme;
    let field = &landscape.field;
    let row: Vec<Option<(f64, f64)>> = field.values[..field.columns]
        .iter()
        .enumerate()
        .map(|(node, value)| value.map(|v| axes.pixel((field.place(node).0, v))))
        .collect();
    for piece in row.split(Option::is_none) {
        let points: Vec<_> = piece.iter().flatten().copied().collect();
        axes.line(sheet, &points, theme.curve, theme.ink, &[]);
    }
}

/// The points of the grid tried so far.
fn tried(sheet: &mut Sheet, axes: &Axes, landscape: &Landscape, lanes: &[Lane]) {
    let Some(grid) = &landscape.grid else { return };
    let Some(lane) = lanes.get(grid.lane) else { return };
    let rows = sheet.view.cursor.map_or(lane.trace.rows(), |step| lane.trace.rows_through(step));
    let solves = lane.trace.series(InnerSolves, 0).and_then(|s| s.get(rows.wrapping_sub(1))).copied();
    let count = solves.filter(|n| n.is_finite()).unwrap_or(0.0) as usize;
    let floor = axes.y.map().ends().0;
    let theme = sheet.view.theme;
    let r = sheet.px(1.0);
    for &(x, y) in grid.points.iter().take(count) {
        let at = axes.pixel((x, if landscape.components.1.is_some() { y } else { floor }));
        if axes.holds(at) {
            let dot = Rect { left: at.0 - r, right: at.0 + r, top: at.1 - r, bottom: at.1 + r };
            sheet.rect(dot, theme.ink);
        }
    }
}

/// Keeps labels off the lanes' present φ.
fn keep_clear(sheet: &mut Sheet, axes: &Axes, landscape: &Landscape, lanes: &[Lane]) {
    for lane in lanes {
        if let Some(end) = end(axes, landscape, lane, sheet.view.cursor) {
            sheet.keep_clear(end, sheet.px(sheet.view.theme.curve + 2.0));
        }
    }
}

/// A lane's φ over the components shown (over one, the held-out loss that it really had), and its rows up to the
/// cursor.
fn columns<'a>(landscape: &Landscape, lane: &Lane<'a>, cursor: Option<f64>) -> ([Series<'a>; 2], usize) {
    let (first, second) = landscape.components;
    let across = second.map_or_else(|| lane.series(LossAuxSet, 0), |k| lane.series(Phi, k));
    let rows = cursor.map_or(lane.trace.rows(), |step| lane.trace.rows_through(step));
    ([lane.series(Phi, first), across], rows)
}

/// Where a lane's φ is.
fn end(axes: &Axes, landscape: &Landscape, lane: &Lane, cursor: Option<f64>) -> Option<(f64, f64)> {
    let (columns, rows) = columns(landscape, lane, cursor);
    path::end(&columns, rows, |v| axes.pixel((v[0], v[1])))
}

/// Where each lane's φ went.
fn trajectories(sheet: &mut Sheet, axes: &Axes, landscape: &Landscape, lanes: &[Lane]) {
    let theme = sheet.view.theme;
    for (i, lane) in lanes.iter().enumerate() {
        // What a grid search has found so far jumps; the points show where it was.
        if landscape.grid.as_ref().is_some_and(|grid| grid.lane == i) {
            continue;
        }
        let (columns, rows) = columns(landscape, lane, sheet.view.cursor);
        let apart = path::thinned(&columns, rows, 1.0, |v| axes.pixel((v[0], v[1])));
        axes.line(sheet, &apart, theme.curve, theme.ink, shapes::dashes(i));
    }
}

/// Where each lane's φ is, with its name.
fn ends(sheet: &mut Sheet, axes: &Axes, landscape: &Landscape, lanes: &[Lane]) {
    let theme = sheet.view.theme;
    let end = |lane: &Lane| {
        let at = end(axes, landscape, lane, sheet.view.cursor)?;
        axes.holds(at).then(|| (at, lane.label.to_owned()))
    };
    let ends: Vec<_> = lanes.iter().filter_map(end).collect();
    for &(at, _) in &ends {
        sheet.dot(at, sheet.px(theme.curve + 3.0), theme.background);
        sheet.dot(at, sheet.px(theme.curve + 1.5), theme.ink);
    }
    let set = sheet.plain(theme.ink);
    for (at, names) in axes::joined(sheet, ends) {
        axes.name(sheet, at, sheet.px(9.0), set, &names);
    }
}

/// The least value of the grid.
fn least(sheet: &mut Sheet, axes: &Axes, landscape: &Landscape) {
    let Some(((x, y), value)) = landscape.field.least().filter(|_| landscape.level().is_none()) else {
        return;
    };
    let theme = sheet.view.theme;
    let at = axes.pixel((x, if landscape.components.1.is_some() { y } else { value }));
    let r = sheet.px(theme.curve + 4.0);
    sheet.dot(at, r, theme.ink);
    sheet.dot(at, r - sheet.px(1.75), theme.background);
    sheet.dot(at, sheet.px(1.5), theme.ink);
    let set = Type { bold: true, ..sheet.plain(theme.ink) };
    axes.label(sheet, at, sheet.px(10.0), set, &t!("least of the grid: {value}", value = text::value(value)));
}
