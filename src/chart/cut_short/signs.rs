//! Which weights would grow: a row of arrows an estimate, wrong ones on hatched ground, the true one at the
//! end of each row.

use super::super::axes::Axes;
use super::super::scale::Scale;
use super::super::sheet::{Anchor, Rect, Sheet, Type};
use super::super::{shapes, text};
use super::{curves, plot, words};
use crate::lang::{t, tr};
use crate::sampled::{CutShort, Estimate};

/// Draws the panel of a few weights.
pub fn rows(sheet: &mut Sheet, place: Rect, cut_short: &CutShort) -> Axes {
    let set = sheet.plain(sheet.view.theme.muted);
    let title = [tr!("▲ grows, ▼ shrinks; hatched: wrong"), tr!("Signs; hatched: wrong"), tr!("Signs")];
    let name = |k: usize, of: Estimate| {
        t!("{weight} {estimate}", weight = cut_short.names[k], estimate = words::short(of))
    };
    let names: Vec<(usize, Estimate, String)> =
        (0..cut_short.phi.len()).flat_map(|k| Estimate::ALL.map(|of| (k, of, name(k, of)))).collect();
    let widest = names.iter().map(|(.., name)| set.width(name)).fold(0.0, f64::max);
    let left = (widest + sheet.px(10.0)).min(0.44 * place.width());
    let column = Type { bold: true, ..set }.width(tr!("true")) + sheet.px(8.0);
    // The title leaves room for the name of the last column.
    let plot = plot(sheet, Rect { right: place.right - column, ..place }, &title, (left, 0.0));
    let count = names.len();
    let mut y = Scale::exact((0.0, count as f64), 1.0);
    y.ticks.clear();
    // One place a cut: signs need room, not a scale.
    let mut x = Scale::exact((-0.6, cut_short.cuts.len() as f64 - 0.4), 1.0);
    x.ticks = curves::ticks(cut_short, plot.width(), set.size, |i, _| i as f64);
    let axes = Axes { plot, x, y };
    let gap = plot.width() / cut_short.cuts.len() as f64;
    let right = plot.right + 0.5 * column;
    let bold = Type { bold: true, ..set };
    sheet.text((right, plot.top - 0.6 * set.size), Anchor::Middle, bold, tr!("true"));
    for (row, (k, of, name)) in names.iter().enumerate() {
        let height = plot.height() / count as f64;
        let y = plot.top + (row as f64 + 0.5) * height;
        let colour = Type { rgb: sheet.view.theme.task(*k), ..set };
        let name = text::fit(name, set.size, false, left - sheet.px(6.0));
        sheet.text((plot.left - sheet.px(8.0), y), Anchor::End, colour, &name);
        let r = (0.36 * height).min(0.4 * gap).min(sheet.px(6.0));
        for (i, cut) in cut_short.cuts.iter().enumerate() {
            let Some(value) = cut.estimate(*of).map(|estimate| estimate[*k]) else { continue };
            let at = (axes.pixel((i as f64, 0.0)).0, y);
            let wrong = cut_short.sign_is_right(cut, *of, *k) == Some(false);
            arrow(sheet, at, r, cut_short.shown(*k, value), wrong);
        }
        arrow(sheet, (right, y), r, cut_short.known_at(*k).unwrap_or(0.0), false);
    }
    axes.numbers(sheet, &curves::names());
    axes
}

/// An arrow by the sign of `dL_A/dφ_k`, which the weight goes against; a dash for none.
fn arrow(sheet: &mut Sheet, at: (f64, f64), r: f64, slope: f64, wrong: bool) {
    let theme = sheet.view.theme;
    if wrong {
        let reach = 1.25 * r;
        let (left, right) = (at.0 - reach, at.0 + reach);
        let ground = Rect { left, right, top: at.1 - reach, bottom: at.1 + reach };
        sheet.rect(ground, theme.grid);
        shapes::hatch(sheet, ground, theme.zero);
    }
    if slope == 0.0 {
        sheet.rule(at.0 - 0.6 * r, at.0 + 0.6 * r, at.1, 1.5, theme.muted);
    } else {
        let rgb = if slope < 0.0 { theme.grows } else { theme.shrinks };
        shapes::arrow(sheet, at, r, slope < 0.0, rgb);
    }
}
