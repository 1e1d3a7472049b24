//! The phase map: what every `(J, α)` is worth.

use super::super::axes::{self, Axes, Names};
use super::super::scale::Scale;
use super::super::sheet::{Anchor, Rect, Sheet, Type};
use super::super::{Rgb, Theme};
use super::{last_term, plot, say_nothing};
use crate::lang::tr;
use crate::sampled::{Judge, NeumannSetting, Phase, Spectrum};

/// Rows of the map, and columns at most.
const ROWS: usize = 60;
const COLUMNS: usize = 60;
/// The axis of α begins at this share of the limit and ends at this multiple.
const REACH: (f64, f64) = (0.01, 2.0);

/// Draws the panel.
pub fn compose(sheet: &mut Sheet, panel: Rect, spectrum: &Spectrum, setting: &NeumannSetting) -> Axes {
    let size = sheet.px(sheet.view.theme.type_size);
    let limit = spectrum.alpha_limit(setting.damping);
    let alpha = sheet.view.held_series.unwrap_or(*setting).alpha;
    let centre = limit.unwrap_or(alpha);
    let ends = (REACH.0 * centre, REACH.1 * centre);
    let ends = (ends.0.min(0.7 * alpha), ends.1.max(1.4 * alpha));
    let y = Scale::log(ends, (panel.height() / (3.2 * size)).clamp(1.0, 6.0));
    let left = axes::left_room(sheet, &y, "α");
    let plot = plot(sheet, panel, &[tr!("What each J and α are worth"), tr!("Worth of J and α")], left);
    let last = last_term(sheet.view, setting);
    let x = Scale::exact((-0.5, last as f64 + 0.5), (plot.width() / (4.0 * size)).clamp(1.0, 6.0));
    let axes = Axes { plot, x, y };
    let mut judge = spectrum.judge();
    let spots = regions(sheet, &axes, &mut judge, setting);
    let theme = sheet.view.theme;
    let now = axes.pixel((setting.terms as f64, setting.alpha));
    sheet.keep_clear(now, sheet.px(theme.curve + 5.0));
    for (phase, at) in spots {
        name(sheet, &axes, phase, at, |value| {
            let terms = value.0.round().max(0.0) as usize;
            judge.phase(&NeumannSetting { terms, alpha: value.1, ..*setting }) == Some(phase)
        });
    }
    if let Some(limit) = limit {
        let y = axes.pixel((0.0, limit)).1;
        sheet.rule(plot.left, plot.right, y, 1.5 * theme.hairline, theme.ink);
        let set = sheet.plain(theme.ink);
        let words = if setting.damping > 0.0 { "α = 2/(λ_max + δ)" } else { "α = 2/λ_max" };
        let right = plot.right - sheet.px(6.0);
        let _ = sheet.label((right, y - 0.85 * size), Anchor::End, set, words)
            || sheet.label((right, y + 0.95 * size), Anchor::End, set, words);
    }
    // What diverges does so whatever it is compared with: the rest is blank.
    say_nothing(sheet, plot, 0.75, spectrum);
    present(sheet, &axes, now);
    axes.numbers(sheet, &Names { x: "J", y: "α" });
    axes
}

/// Writes the name of a class near `at`, where there is room inside its region.
fn name(
    sheet: &mut Sheet,
    axes: &Axes,
    phase: Phase,
    at: (f64, f64),
    mut inside: impl FnMut((f64, f64)) -> bool,
) {
    let set = sheet.plain(sheet.view.theme.ink);
    let plot = axes.plot;
    let half = 0.5 * set.width(phase.words()) + sheet.px(4.0);
    let middle = at.0.clamp(plot.left + half, (plot.right - half).max(plot.left + half));
    let shifts = [0.0, 0.7, -0.7, 1.4, -1.4, 2.8, -2.8, 4.2, -4.2];
    let (left, right) = (plot.left + half, plot.right - half);
    // The limit of α is named at the right of what diverges.
    let columns = if phase == Phase::Diverges { [left, middle, right] } else { [middle, left, right] };
    let mut spots = columns.into_iter().flat_map(|x| shifts.map(|lines| (x, at.1 + lines * set.size)));
    let map = axes.drawn();
    let _ = spots.any(|spot| {
        let on_map = spot.1 - 0.6 * set.size >= plot.top && spot.1 + 0.6 * set.size <= plot.bottom;
        on_map && inside(map.value_at(spot)) && sheet.label(spot, Anchor::Middle, set, phase.words())
    });
}

/// The point that is the present setting.
fn present(sheet: &mut Sheet, axes: &Axes, at: (f64, f64)) {
    let theme = sheet.view.theme;
    if !axes.holds(at) {
        return;
    }
    let r = sheet.px(theme.curve + 4.5);
    sheet.dot(at, r + sheet.px(1.5), theme.background);
    sheet.dot(at, r, theme.ink);
    sheet.dot(at, 0.45 * r, theme.background);
    let set = Type { bold: true, ..sheet.plain(theme.ink) };
    axes.label(sheet, at, sheet.px(11.0), set, tr!("now"));
}

/// The ground of a class; hatching tells the first two apart without colour.
fn ground(theme: &Theme, phase: Phase) -> Rgb {
    let mix = |rgb: Rgb, share: f64| {
        let channel = |g: u8, c: u8| (f64::from(g) + share * (f64::from(c) - f64::from(g))).round() as u8;
        let g = theme.background;
        Rgb(channel(g.0, rgb.0), channel(g.1, rgb.1), channel(g.2, rgb.2))
    };
    match phase {
        Phase::Diverges => mix(theme.ink, 0.22),
        Phase::WrongSign => mix(theme.shrinks, 0.4),
        Phase::FarInSize => mix(theme.grows, 0.16),
        Phase::Good => mix(theme.grows, 0.5),
    }
}

/// Paints the classes, column by column in runs, and says where each has most room for its name.
fn regions(
    sheet: &mut Sheet,
    axes: &Axes,
    judge: &mut Judge,
    setting: &NeumannSetting,
) -> Vec<(Phase, (f64, f64))> {
    let theme = sheet.view.theme;
    let last = last_term(sheet.view, setting);
    let stride = (last + 1).div_ceil(COLUMNS);
    let plot = axes.plot;
    let edge = |row: usize| plot.bottom - plot.height() * row as f64 / ROWS as f64;
    let mut centres = [(0.0, 0.0, 0.0_f64); 4];
    for first in (0..=last).step_by(stride) {
        let terms = (first + stride / 2).min(last);
        let sides = [first as f64 - 0.5, (first + stride) as f64 - 0.5].map(|j| axes.pixel((j, 1.0)).0);
        let phases: Vec<Option<Phase>> = (0..ROWS)
            .map(|row| {
                let alpha = axes.y.map().value((row as f64 + 0.5) / ROWS as f64);
                judge.phase(&NeumannSetting { terms, alpha, ..*setting })
            })
            .collect();
        let mut row = 0;
        for run in phases.chunk_by(|a, b| a == b) {
            let cell = Rect {
                left: sides[0].round(),
                right: sides[1].min(plot.right).round(),
                top: edge(row + run.len()).round(),
                bottom: edge(row).round(),
            };
            row += run.len();
            let Some(phase) = run[0] else { continue };
            sheet.rect(cell, ground(theme, phase));
            if let Phase::Diverges | Phase::WrongSign = phase {
                let rgb = if phase == Phase::Diverges { theme.muted } else { theme.shrinks };
                rows(sheet, cell, phase, rgb);
            }
            let weight = cell.width() * cell.height();
            let centre = &mut centres[Phase::ALL.iter().position(|p| *p == phase).unwrap_or(0)];
            let middle = (0.5 * (cell.left + cell.right), 0.5 * (cell.top + cell.bottom));
            *centre = (centre.0 + weight * middle.0, centre.1 + weight * middle.1, centre.2 + weight);
        }
    }
    let named = Phase::ALL.into_iter().zip(centres).filter(|(_, c)| c.2 > 0.0);
    named.map(|(phase, c)| (phase, (c.0 / c.2, c.1 / c.2))).collect()
}

/// Level strokes for what diverges, upright ones for a wrong sign.
fn rows(sheet: &mut Sheet, cell: Rect, phase: Phase, rgb: Rgb) {
    let gap = sheet.px(7.0);
    if phase == Phase::Diverges {
        let mut y = (cell.top / gap).ceil() * gap;
        while y < cell.bottom {
            sheet.rule(cell.left, cell.right, y, 1.0, rgb);
            y += gap;
        }
    } else {
        let mut x = (cell.left / gap).ceil() * gap;
        while x < cell.right {
            sheet.post(x, cell.top, cell.bottom, 1.0, rgb);
            x += gap;
        }
    }
}
