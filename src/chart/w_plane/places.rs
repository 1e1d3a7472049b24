//! Places and paths in the plane.

use super::super::axes::{Axes, joined};
use super::super::path;
use super::super::series::Series;
use super::super::shapes;
use super::super::sheet::{Rect, Sheet, Type};
use super::super::{Lane, Rgb};
use crate::lang::{t, tr};
use crate::sampled::{Ellipse, Optimum, Plane, Role};
use crate::trace::QuantityKind;

/// Auxiliary tasks up to which every optimum is named; of more only those in the plane.
const NAMED: usize = 6;
/// Points of the ellipse.
const CORNERS: usize = 180;

/// The ellipse of `H`.
pub fn ellipse(sheet: &mut Sheet, axes: &Axes, plane: &Plane) {
    if let Some(ellipse) = &plane.ellipse {
        outline(sheet, axes, ellipse, sheet.view.theme.muted);
    }
}

/// The ellipse of the selected loss about its optimum, with its axes' ends to be dragged.
pub fn selected(sheet: &mut Sheet, axes: &Axes, plane: &Plane) {
    let Some((role, ellipse)) = &plane.selected else { return };
    let theme = sheet.view.theme;
    let rgb = colour(sheet, *role);
    outline(sheet, axes, ellipse, rgb);
    for at in [0, 1].map(|axis| axes.pixel(ellipse.end(axis))).into_iter().filter(|&at| axes.holds(at)) {
        sheet.dot(at, sheet.px(theme.curve + 2.0), rgb);
        sheet.dot(at, sheet.px(theme.curve), theme.background);
    }
}

fn outline(sheet: &mut Sheet, axes: &Axes, ellipse: &Ellipse, rgb: Rgb) {
    let turn = |i: usize| core::f64::consts::TAU * i as f64 / CORNERS as f64;
    let points: Vec<_> = (0..=CORNERS).map(|i| axes.pixel(ellipse.point(turn(i)))).collect();
    axes.line(sheet, &points, 0.75 * sheet.view.theme.curve, rgb, &[]);
}

/// Where every lane starts.
pub fn start(sheet: &mut Sheet, axes: &Axes, place: (f64, f64)) {
    let at = axes.pixel(place);
    if !axes.holds(at) {
        return;
    }
    let theme = sheet.view.theme;
    let square = |r: f64| Rect { left: at.0 - r, right: at.0 + r, top: at.1 - r, bottom: at.1 + r };
    let r = sheet.px(theme.curve + 2.5);
    sheet.rect(square(r + sheet.px(1.5)), theme.background);
    sheet.rect(square(r), theme.ink);
    sheet.rect(square(0.55 * r), theme.background);
    let set = sheet.plain(theme.ink);
    axes.label(sheet, at, sheet.px(9.0), set, tr!("start"));
}

/// The best responses along each lane's trajectory of φ.
pub fn responses(sheet: &mut Sheet, axes: &Axes, plane: &Plane) {
    let theme = sheet.view.theme;
    for curve in &plane.responses {
        for piece in curve.split(Option::is_none) {
            let points: Vec<_> = piece.iter().flatten().map(|&place| axes.pixel(place)).collect();
            axes.line(sheet, &points, theme.curve, theme.ink, &[1.5, 4.5]);
        }
    }
}

/// Where the lanes' W went, and where each stands at the cursor.
pub fn paths(sheet: &mut Sheet, axes: &Axes, plane: &Plane, lanes: &[Lane]) {
    let theme = sheet.view.theme;
    for (i, lane) in lanes.iter().enumerate() {
        let columns: Vec<Series> = (0..plane.frame.n()).map(|i| lane.series(QuantityKind::W, i)).collect();
        let place = |w: &[f64]| axes.pixel(plane.frame.project(w));
        let apart = path::thinned(&columns, lane.trace.rows(), sheet.px(1.0), place);
        axes.line(sheet, &apart, theme.curve, theme.ink, shapes::dashes(i));
    }
}

fn at_row(plane: &Plane, lane: &Lane, row: usize) -> Option<(f64, f64)> {
    let component = |i: usize| lane.trace.series(QuantityKind::W, i).and_then(|w| w.get(row)).copied();
    let w: Vec<f64> = (0..plane.frame.n()).map_while(component).collect();
    let fits = w.len() == plane.frame.n() && w.iter().all(|x| x.is_finite());
    fits.then(|| plane.frame.project(&w))
}

/// W of the last row, or of the one at the cursor.
pub fn last_w(plane: &Plane, lane: &Lane, cursor: Option<f64>) -> Option<(f64, f64)> {
    let rows = cursor.map_or(lane.trace.rows(), |step| lane.trace.rows_through(step));
    at_row(plane, lane, rows.checked_sub(1)?)
}

/// Keeps labels off every marker.
pub fn keep_clear(sheet: &mut Sheet, axes: &Axes, plane: &Plane, lanes: &[Lane]) {
    let reach = sheet.px(sheet.view.theme.curve + 3.0);
    let ends = lanes.iter().filter_map(|lane| last_w(plane, lane, sheet.view.cursor));
    let places =
        plane.optima.iter().map(|optimum| optimum.at).chain(plane.response).chain(ends).chain([plane.start]);
    for place in places.collect::<Vec<_>>() {
        sheet.keep_clear(axes.pixel(place), reach);
    }
}

/// A marker on a ground of its own.
fn with_halo(sheet: &mut Sheet, at: (f64, f64), draw: impl FnOnce(&mut Sheet)) {
    let theme = sheet.view.theme;
    sheet.dot(at, sheet.px(theme.curve + 4.5), theme.background);
    draw(sheet);
}

/// The optima and `W*(φ)`, each with its name.
pub fn optima(sheet: &mut Sheet, axes: &Axes, plane: &Plane) {
    let theme = sheet.view.theme;
    let away = sheet.px(9.0);
    for optimum in &plane.optima {
        let at = axes.pixel(optimum.at);
        if !axes.holds(at) {
            continue;
        }
        let rgb = colour(sheet, optimum.role);
        with_halo(sheet, at, |sheet| mark(sheet, at, optimum.role, rgb));
        let set = sheet.plain(rgb);
        let named = plane.optima.len() <= NAMED + 2 || optimum.in_plane || optimum.role == Role::HeldOut;
        if named {
            axes.name(sheet, at, away, set, &label(optimum));
        }
    }
    if let Some(at) = plane.response.map(|place| axes.pixel(place)).filter(|&at| axes.holds(at)) {
        let r = sheet.px(theme.curve + 2.5);
        with_halo(sheet, at, |sheet| sheet.dot(at, r, theme.ink));
        let set = Type { bold: true, ..sheet.plain(theme.ink) };
        axes.label(sheet, at, away, set, "W*");
    }
}

fn colour(sheet: &Sheet, role: Role) -> Rgb {
    match role {
        Role::Auxiliary(k) => sheet.view.theme.task(k),
        Role::Main | Role::HeldOut => sheet.view.theme.ink,
    }
}

/// A task's own marker; a ring for the main task, a target for the held-out loss.
pub fn mark(sheet: &mut Sheet, at: (f64, f64), role: Role, rgb: Rgb) {
    let r = sheet.px(sheet.view.theme.curve + 2.5);
    let ground = sheet.view.theme.background;
    match role {
        Role::Auxiliary(k) => shapes::marker(sheet, k, at, rgb),
        Role::Main => {
            sheet.dot(at, r, rgb);
            sheet.dot(at, 0.6 * r, ground);
        }
        Role::HeldOut => {
            sheet.dot(at, 1.2 * r, rgb);
            sheet.dot(at, 0.85 * r, ground);
            sheet.dot(at, 0.45 * r, rgb);
        }
    }
}

fn label(optimum: &Optimum) -> String {
    let name = match optimum.role {
        Role::HeldOut => tr!("held-out optimum"),
        _ => &optimum.name,
    };
    if optimum.in_plane { name.to_owned() } else { t!("{optimum}, projected", optimum = name) }
}

/// The present end of each lane's path, with its name.
pub fn ends(sheet: &mut Sheet, axes: &Axes, plane: &Plane, lanes: &[Lane]) {
    let theme = sheet.view.theme;
    let (set, r) = (sheet.plain(theme.ink), sheet.px(theme.curve + 1.0));
    let end = |lane: &Lane| {
        let at = axes.pixel(last_w(plane, lane, sheet.view.cursor)?);
        axes.holds(at).then(|| (at, lane.label.to_owned()))
    };
    let ends: Vec<_> = lanes.iter().filter_map(end).collect();
    for (at, _) in &ends {
        sheet.rect(Rect { left: at.0 - r, right: at.0 + r, top: at.1 - r, bottom: at.1 + r }, theme.ink);
    }
    for (at, names) in joined(sheet, ends) {
        axes.name(sheet, at, sheet.px(9.0), set, &names);
    }
}
