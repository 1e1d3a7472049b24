//! A model of one parameter: its losses as curves over W.

use super::super::axes::{self, Axes, Names};
use super::super::scale::Scale;
use super::super::sheet::{Rect, Sheet, Type};
use super::super::{Drawn, Lane, frame};
use super::{at_phi, margins, places, signs};
use crate::lang::{t, tr};
use crate::sampled::{Field, Plane, Role};

/// Draws `L_T(·; φ)` and `L_A` with the optima on the axis and W* on the curve.
pub fn compose(sheet: &mut Sheet, plane: &Plane, lanes: &[Lane]) -> Drawn {
    let ranges = [plane.training.range(), plane.outer.range()];
    let Some((low, high)) = ranges.into_iter().flatten().reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) else {
        return frame::say(sheet, &[tr!("The losses have no finite values here"), tr!("No finite values")]);
    };
    let area = margins(sheet);
    let lines = [vec![t!("{phi} · one parameter: the losses over W", phi = at_phi(plane)), at_phi(plane)]];
    let top = axes::heading(sheet, area, tr!("The line of W"), &lines);
    let top = top + signs::verdict(sheet, plane, (area.left, top), area.width()) + sheet.px(10.0);
    let size = sheet.px(sheet.view.theme.type_size);
    let bottom = (area.bottom - axes::below_room(sheet)).round();
    let y = Scale::linear((low.min(0.0), high), ((bottom - top) / (2.6 * size)).clamp(1.0, 6.0));
    let left = (area.left + axes::left_room(sheet, &y, tr!("loss"))).round();
    let plot = Rect { left, top: top.round(), right: area.right.round(), bottom };
    if plot.width() < sheet.px(60.0) || plot.height() < sheet.px(60.0) {
        return frame::say(sheet, &[tr!("Too small for the line of W"), tr!("Too small")]);
    }
    let x = Scale::exact(plane.bounds.x, (plot.width() / (5.0 * size)).clamp(1.0, 8.0));
    let axes = Axes { plot, x, y };
    axes.grid(sheet);
    let theme = sheet.view.theme;
    curve(sheet, &axes, &plane.outer, tr!("held-out loss"), &[5.0, 3.0]);
    curve(sheet, &axes, &plane.training, tr!("training loss"), &[]);
    let floor = axes.y.map().ends().0;
    for optimum in &plane.optima {
        sheet.keep_clear(axes.pixel((optimum.at.0, floor)), sheet.px(theme.curve + 3.0));
    }
    for optimum in &plane.optima {
        let at = axes.pixel((optimum.at.0, floor));
        let rgb = match optimum.role {
            Role::Auxiliary(k) => theme.task(k),
            Role::Main | Role::HeldOut => theme.ink,
        };
        sheet.post(at.0, axes.plot.top, axes.plot.bottom, theme.hairline, rgb);
        places::mark(sheet, at, optimum.role, rgb);
        let set = sheet.plain(rgb);
        axes.name(sheet, (at.0, at.1 - 1.2 * size), sheet.px(5.0), set, &optimum.name);
    }
    if let Some((w, _)) = plane.response {
        let at = axes.pixel((w, value_at(&plane.training, w)));
        sheet.dot(at, sheet.px(theme.curve + 2.5), theme.ink);
        let set = Type { bold: true, ..sheet.plain(theme.ink) };
        axes.label(sheet, at, sheet.px(9.0), set, "W*");
    }
    places::start(sheet, &axes, (plane.start.0, floor));
    let ends = lanes.iter().filter_map(|lane| {
        let (w, _) = places::last_w(plane, lane, sheet.view.cursor)?;
        let at = axes.pixel((w, value_at(&plane.outer, w)));
        axes.holds(at).then(|| (at, lane.label.to_owned()))
    });
    let ends: Vec<_> = ends.collect();
    for (at, names) in axes::joined(sheet, ends) {
        sheet.dot(at, sheet.px(theme.curve + 0.75), theme.ink);
        let set = sheet.plain(theme.ink);
        axes.name(sheet, at, sheet.px(9.0), set, &names);
    }
    axes.numbers(sheet, &Names { x: "W", y: tr!("loss") });
    Drawn { planes: vec![axes.drawn()], ..Drawn::default() }
}

/// A loss over W, with its name at its higher end.
fn curve(sheet: &mut Sheet, axes: &Axes, field: &Field, name: &str, dashes: &[f64]) {
    let theme = sheet.view.theme;
    let row = &field.values[..field.columns];
    let points: Vec<_> = row
        .iter()
        .enumerate()
        .filter_map(|(node, value)| Some(axes.pixel((field.place(node).0, (*value)?))))
        .collect();
    axes.line(sheet, &points, theme.curve, theme.ink, dashes);
    let inner = [points.get(points.len() / 8), points.get(points.len() - 1 - points.len() / 8)];
    if let Some(&at) = inner.into_iter().flatten().min_by(|a, b| a.1.total_cmp(&b.1)) {
        let set = sheet.plain(theme.ink);
        axes.label(sheet, at, sheet.px(9.0), set, name);
    }
}

/// The field's value at `w`, between its nodes.
fn value_at(field: &Field, w: f64) -> f64 {
    let (low, high) = field.bounds.x;
    let place = ((w - low) / (high - low)).clamp(0.0, 1.0) * (field.columns - 1) as f64;
    let (node, share) = (place.floor() as usize, place.fract());
    let value = |node: usize| field.values.get(node).copied().flatten().unwrap_or(0.0);
    value(node) + share * (value((node + 1).min(field.columns - 1)) - value(node))
}
