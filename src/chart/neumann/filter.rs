//! `f_J(λ)` against `1/λ` over the eigenvalues of `H`.

use super::super::axes::{self, Axes, Names};
use super::super::scale::Scale;
use super::super::sheet::{Rect, Sheet, Type};
use super::plot;
use crate::lang::tr;
use crate::sampled::{NeumannSetting, Spectrum};

/// A ratio of eigenvalues from which on their axis is logarithmic.
const WIDE: f64 = 30.0;
/// The axis of values reaches so many times the largest `|1/λ|` at most.
const REACH: f64 = 2.5;

/// Draws the panel.
pub fn compose(sheet: &mut Sheet, panel: Rect, spectrum: &Spectrum, setting: &NeumannSetting) -> Axes {
    let size = sheet.px(sheet.view.theme.type_size);
    let y = values(spectrum, setting, (panel.height() / (3.2 * size)).clamp(1.0, 6.0));
    let title = [tr!("f_J(λ) against 1/λ, dots at the eigenvalues"), tr!("f_J(λ) against 1/λ")];
    let left = axes::left_room(sheet, &y, "f, 1/λ");
    let plot = plot(sheet, panel, &title, left);
    let x = eigenvalues(spectrum, setting, (plot.width() / (4.5 * size)).clamp(1.0, 6.0));
    let axes = Axes { plot, x, y };
    axes.grid(sheet);
    limit(sheet, &axes, setting);
    let (low, high) = axes.x.map().ends();
    let inverse = |l: f64| 1.0 / l;
    let theme = sheet.view.theme;
    // 1/λ has a branch on either side of zero.
    let branches = [(low, high.min(0.0)), (low.max(0.0), high)];
    for (from, to) in branches.into_iter().filter(|(from, to)| from < to) {
        let points = sampled(&axes, (from, to), inverse);
        axes.line(sheet, &points, theme.curve, theme.muted, &[5.0, 3.0]);
    }
    let series = sampled(&axes, (low, high), |l| setting.filter(l));
    axes.line(sheet, &series, theme.curve, theme.ink, &[]);
    for &l in &spectrum.eigenvalues {
        gap(sheet, &axes, l, setting);
    }
    keep_dots_clear(sheet, &axes, spectrum, setting);
    let set = sheet.plain(theme.muted);
    let away = sheet.px(8.0);
    let named = |axes: &Axes, f: &dyn Fn(f64) -> f64, share: f64| {
        let l = axes.x.map().value(share);
        let at = axes.pixel((l, f(l)));
        axes.holds(at).then_some(at)
    };
    let ink = Type { bold: true, ..sheet.plain(theme.ink) };
    let shares = [0.3, 0.45, 0.6, 0.8, 0.15];
    let label = |sheet: &mut Sheet, f: &dyn Fn(f64) -> f64, set: Type, words: &str| {
        let mut places = shares.into_iter().filter_map(|share| named(&axes, f, share));
        let _ = places.any(|at| axes.label(sheet, at, away, set, words));
    };
    label(sheet, &inverse, set, "1/λ");
    label(sheet, &|l| setting.filter(l), ink, &format!("f_J, J = {}", setting.terms));
    axes.numbers(sheet, &Names { x: "λ", y: "f, 1/λ" });
    axes
}

/// Names stay off the dots and rings at the eigenvalues.
fn keep_dots_clear(sheet: &mut Sheet, axes: &Axes, spectrum: &Spectrum, setting: &NeumannSetting) {
    let reach = sheet.px(sheet.view.theme.curve + 3.0);
    for &l in &spectrum.eigenvalues {
        let places = [1.0 / l, setting.filter(l)].map(|value| axes.pixel((l, value)));
        for at in places.into_iter().filter(|&at| axes.holds(at)) {
            sheet.keep_clear(at, reach);
        }
    }
}

/// The axis of values: it holds every `1/λ_i`, and `f_J(λ_i)` unless it explodes.
fn values(spectrum: &Spectrum, setting: &NeumannSetting, wanted: f64) -> Scale {
    let inverses = spectrum.eigenvalues.iter().filter(|l| l.abs() > 0.0).map(|l| 1.0 / l);
    let largest = inverses.clone().fold(0.0, |m: f64, v| m.max(v.abs()));
    let bound = if largest > 0.0 { REACH * largest } else { f64::INFINITY };
    let filtered = spectrum.eigenvalues.iter().map(|&l| setting.filter(l)).filter(|v| v.is_finite());
    let all = inverses.chain(filtered).map(|v| v.clamp(-bound, bound));
    let (low, high) = all.fold((0.0_f64, 0.0_f64), |(low, high), v| (low.min(v), high.max(v)));
    Scale::linear((1.1 * low, 1.1 * high), wanted)
}

/// The axis of eigenvalues, with `2/α` on it where that is near.
fn eigenvalues(spectrum: &Spectrum, setting: &NeumannSetting, wanted: f64) -> Scale {
    let (least, most) = spectrum.extremes();
    let size = most.abs().max(least.abs()).max(1e-300);
    let limit = 2.0 / setting.alpha - setting.damping;
    let high = if limit < 3.0 * most { (1.1 * limit).max(1.1 * most) } else { 1.2 * most };
    if least > 0.0 && most > WIDE * least {
        return Scale::log((0.6 * least, high), wanted);
    }
    let low = if least < 0.0 { least - 0.1 * size } else { 0.0 };
    Scale::exact((low, high.max(0.1 * size)), wanted)
}

/// A function over a part of the axis, every second pixel.
fn sampled(axes: &Axes, (from, to): (f64, f64), f: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
    let map = axes.x.map();
    let (start, end) = (map.share(from), map.share(to));
    let count = ((end - start) * axes.plot.width() / 2.0).ceil().max(1.0) as usize;
    let place = |i: usize| {
        let l = map.value(start + (end - start) * i as f64 / count as f64);
        axes.pixel((l, f(l)))
    };
    (0..=count).map(place).filter(|at| at.0.is_finite() && at.1.is_finite()).collect()
}

/// From which eigenvalue on the series diverges.
fn limit(sheet: &mut Sheet, axes: &Axes, setting: &NeumannSetting) {
    let theme = sheet.view.theme;
    let limit = 2.0 / setting.alpha - setting.damping;
    let x = axes.pixel((limit, 0.0)).0;
    if x.is_finite() && x > axes.plot.left && x < axes.plot.right {
        super::super::shapes::hatch(sheet, Rect { left: x, ..axes.plot }, theme.zero);
        sheet.post(x, axes.plot.top, axes.plot.bottom, 1.5 * theme.hairline, theme.shrinks);
        let set = sheet.plain(theme.shrinks);
        let top = axes.plot.top + 0.8 * set.size;
        let wordings = [tr!("αλ = 2: diverges beyond"), "αλ = 2"];
        let _ = wordings.into_iter().any(|words| axes.label(sheet, (x, top), sheet.px(5.0), set, words));
    }
}

/// One eigenvalue: what it should become (ring), what it becomes (dot), and the gap.
fn gap(sheet: &mut Sheet, axes: &Axes, eigenvalue: f64, setting: &NeumannSetting) {
    let theme = sheet.view.theme;
    let at = |value: f64| axes.pixel((eigenvalue, value));
    let (right, found) = (at(1.0 / eigenvalue), at(setting.filter(eigenvalue)));
    axes.line(sheet, &[right, found], theme.hairline, theme.ink, &[]);
    let r = sheet.px(theme.curve + 1.5);
    if axes.holds(right) {
        sheet.dot(right, r, theme.muted);
        sheet.dot(right, 0.6 * r, theme.background);
    }
    if axes.holds(found) {
        sheet.dot(found, r, theme.ink);
    }
}
