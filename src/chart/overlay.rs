//! Lanes overlaid in one panel: the colour is the task, the dash pattern the lane.

use super::crowd;
use super::frame::{self, Curve, Label, Panel};
use super::grid::{self, Grid};
use super::ribbon;
use super::scale::Scale;
use super::series::Series;
use super::shapes;
use super::sheet::{Anchor, Sheet, Type};
use super::text::{self, list};
use super::{Drawn, Lane, Rgb, View};
use crate::lang::{self, t, tr};
use crate::status::{RunStatus, StopReason};

/// Lanes at most: so many dash patterns can be told apart.
pub const MOST: usize = 4;

/// Length of a line in the key, in CSS pixels.
const SAMPLE: f64 = 26.0;

/// What the dash patterns are called, see [`shapes::dashes`].
fn patterns() -> [&'static str; MOST] {
    [tr!("solid"), tr!("dashed"), tr!("dotted"), tr!("dash-dotted")]
}

/// Why lanes with so many curves in all are not overlaid; `None` if they can be.
pub fn refusal(lanes: usize, curves: usize) -> Option<String> {
    if lanes < 2 {
        return Some(tr!("there is one lane only").to_owned());
    }
    if lanes > MOST {
        return Some(t!(
            "{lanes} lanes are too many: dash patterns tell {most} apart",
            lanes = lanes,
            most = MOST
        ));
    }
    (curves > crowd::FEW).then(|| t!("{curves} curves are too many for one panel", curves = curves))
}

/// Returns whether these lanes are overlaid.
pub fn applies(view: &View, lanes: usize, curves: usize) -> bool {
    view.overlaid && refusal(lanes, curves).is_none()
}

/// What is shown of the lanes.
pub struct What<'a> {
    /// Title of the panel.
    pub title: &'a str,
    /// Symbol at the axis.
    pub symbol: &'a str,
    /// Number of curves of a lane.
    pub count: for<'l> fn(&Lane<'l>) -> usize,
    /// A curve of a lane.
    pub series: for<'l> fn(&Lane<'l>, usize) -> Series<'l>,
    /// Whose the curve is.
    pub name: for<'l> fn(&Lane<'l>, usize) -> String,
    /// Whether rows of signs stand below.
    pub ribbon: bool,
}

/// A lane and its number among all, which is its dash pattern.
pub type Numbered<'a, 'l> = (usize, &'a Lane<'l>);

/// Composes the one panel. `scale` is asked for with the number of intervals there is room for, `steps` is
/// the last step of the axis.
pub fn compose(
    sheet: &mut Sheet,
    lanes: &[Numbered],
    steps: f64,
    what: &What,
    scale: impl FnOnce(f64) -> Scale,
) -> Drawn {
    let each = lanes.iter().flat_map(|&(i, lane)| (0..(what.count)(lane)).map(move |k| (i, lane, k)));
    let all: Vec<(usize, &Lane, usize)> = each.collect();
    let rows = if what.ribbon { sheet.px(ribbon::height_of(sheet.view, all.len())) } else { 0.0 };
    let layout = Grid::new(sheet, 1, rows);
    let scale = scale(layout.value_intervals(sheet));
    let (names, right) = named(sheet, &layout, &all, what);
    let left = grid::left_margin(sheet, &scale, what.symbol);
    let panels = layout.panels(1, left, right, steps);
    let Some(panel) = panels.first() else {
        return frame::say(sheet, &[tr!("Too small for the lanes"), tr!("Too small")]);
    };
    panel.value_axis(sheet, &scale, what.symbol);
    let mut skip = 0.0;
    if what.ribbon {
        let rows = all.iter().zip(&names).map(|(&(_, lane, k), name)| (lane, k, name.as_str()));
        ribbon::overlaid(sheet, panel, &rows.collect::<Vec<_>>());
        skip = ribbon::CAPTION * sheet.px(sheet.view.theme.type_size);
    }
    let cursor = panel.cursor(sheet, skip);
    let labels = curves(sheet, panel, &scale, &all, what, names);
    if let Some(x) = cursor {
        readings(sheet, panel, &scale, x, &all, what);
    }
    panel.heading(sheet, what.title, &scale.name().into_iter().collect::<Vec<_>>(), &[]);
    key(sheet, panel, lanes, what.title);
    panel.end_labels(sheet, &labels);
    panel.time_axis(sheet);
    Drawn::over_time(vec![panel.drawn()])
}

/// Draws all curves; returns their names at their ends.
fn curves(
    sheet: &mut Sheet,
    panel: &Panel,
    scale: &Scale,
    all: &[(usize, &Lane, usize)],
    what: &What,
    names: Vec<String>,
) -> Vec<Label> {
    let mut labels = Vec::with_capacity(all.len());
    for (&(i, lane, k), name) in all.iter().zip(names) {
        let (values, steps) = ((what.series)(lane, k), lane.trace.steps());
        let rgb = sheet.view.theme.task(k);
        let curve = Curve { steps, values, rgb, task: Some(k), dashes: shapes::dashes(i) };
        labels.extend(panel.curve(sheet, scale, &curve).map(|end| (name, end, rgb)));
    }
    labels
}

/// Names of the curves and the room for them: task and lane if that is not too much, else the task.
fn named(sheet: &Sheet, layout: &Grid, all: &[(usize, &Lane, usize)], what: &What) -> (Vec<String>, f64) {
    let tasks = all.iter().map(|&(_, lane, k)| (what.name)(lane, k));
    let both = all.iter().map(|&(_, lane, k)| format!("{} · {}", (what.name)(lane, k), lane.label));
    let set = sheet.plain(sheet.view.theme.ink);
    let room = |names: &[String]| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let widest = names.iter().map(|name| set.width(name)).fold(0.0, f64::max);
        let margin = grid::right_margin(sheet, layout, &names);
        (widest + sheet.px(18.0) <= margin, margin)
    };
    let both: Vec<String> = both.collect();
    match room(&both) {
        (true, margin) => (both, margin),
        (false, _) => {
            let tasks: Vec<String> = tasks.collect();
            let margin = room(&tasks).1;
            (tasks, margin)
        }
    }
}

/// A line of each lane's pattern with its name, in the second line of the heading or beside the title.
fn key(sheet: &mut Sheet, panel: &Panel, lanes: &[Numbered], title: &str) {
    let theme = sheet.view.theme;
    let (large, set) = (sheet.title(), sheet.plain(theme.muted));
    let (mut x, mut y) = (panel.plot.left, panel.head.0 + 0.75 * large.size);
    if panel.head.1 {
        y += 0.7 * large.size + 0.8 * set.size;
    } else {
        x += large.width(title) + sheet.px(12.0);
    }
    let (sample, air) = (sheet.px(SAMPLE), sheet.px(6.0));
    let share = (panel.edge - x) / lanes.len() as f64 - sample - 3.0 * air;
    let (width, stretch) = (sheet.stroke(theme.curve), sheet.px(theme.curve / 2.0));
    for &(i, lane) in lanes {
        let wording = text::fit(&standing(lane), set.size, false, share);
        if wording.is_empty() {
            continue;
        }
        let ends = [x, x + sample].map(|x| (x.round() as i32, y.round() as i32));
        let pattern: Vec<f64> = shapes::dashes(i).iter().map(|d| d * stretch).collect();
        match pattern.is_empty() {
            true => sheet.path(ends, width, theme.ink),
            false => {
                shapes::dash(&ends, &pattern, |piece| sheet.path(piece.iter().copied(), width, theme.ink))
            }
        }
        sheet.text((x + sample + air, y), Anchor::Start, set, &wording);
        x += sample + 3.0 * air + set.width(&wording);
    }
}

/// The lane's name, and what became of it if it did not simply end.
fn standing(lane: &Lane) -> String {
    match lane.status {
        RunStatus::Stopped { reason, .. } if reason != StopReason::Finished => {
            let status = lang::said(lane.status.to_string());
            t!("{lane}, {status}", lane = lane.label, status = status)
        }
        _ => lane.label.to_owned(),
    }
}

/// Marks all curves at the cursor and writes value and lane beside it.
fn readings(
    sheet: &mut Sheet,
    panel: &Panel,
    scale: &Scale,
    x: f64,
    all: &[(usize, &Lane, usize)],
    what: &What,
) {
    let Some(step) = sheet.view.cursor else { return };
    let theme = sheet.view.theme;
    let mut found: Vec<(f64, Rgb, &str)> = Vec::with_capacity(all.len());
    for &(_, lane, k) in all {
        let (steps, values, rgb) = (lane.trace.steps(), (what.series)(lane, k), theme.task(k));
        let curve = Curve { steps, values, rgb, task: Some(k), dashes: &[] };
        let Some(value) = curve.at(step) else { continue };
        if scale.holds(value) {
            curve.mark(sheet, (x, panel.y(scale, value)));
        }
        found.push((value, rgb, lane.label));
    }
    let size = sheet.px(theme.type_size);
    let right = x < panel.plot.left + 0.5 * panel.plot.width();
    let (side, anchor) = if right { (1.0, Anchor::Start) } else { (-1.0, Anchor::End) };
    let room = if right { panel.plot.right - x } else { x - panel.plot.left };
    let wishes: Vec<f64> = found.iter().map(|reading| panel.y(scale, reading.0)).collect();
    let places = shapes::spread(&wishes, 1.25 * size, panel.plot.top, panel.plot.bottom);
    for (&(value, rgb, lane), y) in found.iter().zip(places) {
        let set = Type { bold: true, ..sheet.plain(rgb) };
        let wordings = [format!("{} {lane}", text::value(value)), text::value(value)];
        let fits = |words: &&String| set.width(words) + sheet.px(12.0) <= room;
        let words = wordings.iter().find(fits).unwrap_or(&wordings[1]);
        sheet.label((x + side * sheet.px(9.0), y), anchor, set, words);
    }
}

/// ` All lanes are in one panel: Joint descent solid, AuxiLearn dashed.`
pub fn describe(lanes: &[Numbered]) -> String {
    let pattern =
        |&(i, lane): &Numbered| t!("{lane} {pattern}", lane = lane.label, pattern = patterns()[i % MOST]);
    let patterns: Vec<String> = lanes.iter().map(pattern).collect();
    t!(" All lanes are in one panel: {lanes}.", lanes = list(&patterns))
}
