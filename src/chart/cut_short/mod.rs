//! The inner loop cut short: estimates of the hypergradient beside the true one after ever more inner
//! steps. Their values (of many weights the error), signs, cosine and size, and how stale W is.

mod curves;
mod scale;
mod signs;
mod words;

use super::axes::{self, Axes};
use super::shapes;
use super::sheet::{Anchor, Rect, Sheet, Type};
use super::{Drawn, Lane, View, frame};
use crate::lang::tr;
use crate::sampled::{CutShort, Estimate};

pub use words::describe;

/// Narrowest panel that may stand beside others, in CSS pixels at ordinary type size.
const MIN_WIDTH: f64 = 235.0;
/// Height of a panel, and of the words above all of them.
const PANEL: f64 = 205.0;
const WORDS: f64 = 124.0;
/// Weights up to which each has its curves and its rows of signs.
const FEW: usize = 3;

fn columns(view: &View, width: f64) -> usize {
    ((width * 12.0 / view.theme.type_size / MIN_WIDTH) as usize).clamp(1, 3)
}

/// Rows of panels: the first one is as wide as two where there is room.
fn rows(columns: usize) -> usize {
    [5, 3, 2][columns - 1]
}

/// See [`SampledKind::height`](super::SampledKind::height).
pub fn height(view: &View, width: f64) -> f64 {
    (WORDS + PANEL * rows(columns(view, width)) as f64) * view.theme.type_size / 12.0
}

/// Dash pattern of an estimate.
fn dashes(of: Estimate) -> &'static [f64] {
    match of {
        Estimate::Exact => shapes::dashes(0),
        Estimate::Approximate => shapes::dashes(1),
        Estimate::Unrolled => shapes::dashes(2),
    }
}

/// Composes the chart.
pub fn compose(sheet: &mut Sheet, cut_short: &CutShort, lanes: &[Lane]) -> Drawn {
    if cut_short.cuts.is_empty() || cut_short.phi.is_empty() {
        return frame::say(sheet, &[tr!("The losses overflow before the first inner step"), tr!("Overflow")]);
    }
    let canvas = sheet.canvas;
    let area = Rect { left: canvas.left + sheet.px(8.0), right: canvas.right - sheet.px(12.0), ..canvas };
    let lines = [words::how(cut_short, lanes)];
    let top = axes::heading(sheet, area, tr!("The inner loop cut short"), &lines);
    let top = key(sheet, Rect { top, ..area }, cut_short);
    let top = warn(sheet, Rect { top, ..area }, cut_short);
    let count = columns(sheet.view, canvas.width() / sheet.view.pixel_ratio);
    let panels = places(sheet, Rect { top, ..area }, count);
    if panels[1].width() < sheet.px(120.0) || panels[1].height() < sheet.px(95.0) {
        return frame::say(sheet, &[tr!("Too small for the inner loop"), tr!("Too small")]);
    }
    let few = cut_short.phi.len() <= FEW;
    let values = if few { curves::values } else { curves::errors };
    let agreement = if few { signs::rows } else { curves::shares };
    let drawn = [
        values(sheet, panels[0], cut_short, lanes),
        agreement(sheet, panels[1], cut_short),
        curves::cosine(sheet, panels[2], cut_short),
        curves::size(sheet, panels[3], cut_short),
        curves::staleness(sheet, panels[4], cut_short),
    ];
    Drawn { planes: drawn.iter().map(Axes::drawn).collect(), ..Drawn::default() }
}

/// Where the five panels are.
fn places(sheet: &Sheet, area: Rect, count: usize) -> [Rect; 5] {
    let gap = sheet.px(22.0);
    let width = (area.width() - gap * (count - 1) as f64) / count as f64;
    let height = (sheet.canvas.bottom - area.top) / rows(count) as f64;
    let place = |column: usize, row: usize, span: usize| {
        let left = area.left + column as f64 * (width + gap);
        let right = left + width * span as f64 + gap * (span - 1) as f64;
        let top = area.top + row as f64 * height;
        Rect { left, right, top, bottom: top + height }
    };
    match count {
        1 => [0, 1, 2, 3, 4].map(|row| place(0, row, 1)),
        2 => [place(0, 0, 2), place(0, 1, 1), place(1, 1, 1), place(0, 2, 1), place(1, 2, 1)],
        _ => [place(0, 0, 2), place(2, 0, 1), place(0, 1, 1), place(1, 1, 1), place(2, 1, 1)],
    }
}

/// What each pattern stands for, and what comes of it. Returns the row under the last line.
fn key(sheet: &mut Sheet, area: Rect, cut_short: &CutShort) -> f64 {
    let theme = sheet.view.theme;
    let set = sheet.plain(theme.ink);
    let sample = sheet.px(30.0);
    let everything = Axes {
        plot: sheet.canvas,
        x: super::scale::Scale::exact((0.0, 1.0), 1.0),
        y: super::scale::Scale::exact((0.0, 1.0), 1.0),
    };
    let mut y = area.top;
    for of in Estimate::ALL {
        y += 0.75 * set.size;
        let wordings = words::verdict(cut_short, of);
        let wordings: Vec<&str> = wordings.iter().map(String::as_str).collect();
        let left = area.left + sample + sheet.px(8.0);
        let room = area.right - left;
        if sheet.first_that_fits((left, y), Anchor::Start, set, &wordings, room) {
            let ends = [(area.left, y), (area.left + sample, y)];
            everything.line(sheet, &ends, theme.curve, theme.ink, dashes(of));
        }
        y += 0.65 * set.size;
    }
    y
}

/// Says loudly what there is to be warned of; returns the row under it.
fn warn(sheet: &mut Sheet, area: Rect, cut_short: &CutShort) -> f64 {
    let size = sheet.px(sheet.view.theme.type_size);
    match words::warning(cut_short) {
        Some(words) if axes::badge(sheet, (area.left, area.top + size), area.width(), &words) => {
            area.top + 2.2 * size
        }
        _ => area.top + 0.6 * size,
    }
}

/// The plot of a panel under its title, given the room left and right of it.
fn plot(sheet: &mut Sheet, panel: Rect, title: &[&str], (left, right): (f64, f64)) -> Rect {
    let set = Type { bold: true, ..sheet.plain(sheet.view.theme.ink) };
    let y = panel.top + set.size;
    sheet.first_that_fits((panel.left, y), Anchor::Start, set, title, panel.width());
    Rect {
        left: (panel.left + left).round(),
        top: (y + 1.3 * set.size).round(),
        right: (panel.right - right).round(),
        bottom: (panel.bottom - axes::below_room(sheet)).round(),
    }
}
