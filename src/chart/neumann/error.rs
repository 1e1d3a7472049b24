//! Relative error of each alignment, and whether its sign is right, against `J`.

use super::super::Rgb;
use super::super::axes::{self, Axes, Names};
use super::super::scale::Scale;
use super::super::sheet::{Anchor, Rect, Sheet};
use super::{TASKS, last_term, plot};
use crate::sampled::{NeumannSetting, Phase, Spectrum};

/// Errors outside are at the edge of the frame.
const FRAME: (f64, f64) = (1e-4, 1e2);

/// Draws the panel.
pub fn compose(sheet: &mut Sheet, panel: Rect, spectrum: &Spectrum, setting: &NeumannSetting) -> Axes {
    let size = sheet.px(sheet.view.theme.type_size);
    let last = last_term(setting);
    let at = |terms: usize| NeumannSetting { terms, ..*setting };
    let tasks = spectrum.tasks.len().min(TASKS);
    let errors = (0..tasks).flat_map(|k| (0..=last).filter_map(move |j| spectrum.relative_error(k, &at(j))));
    let (low, high) = errors.fold((Phase::GOOD, 1.0_f64), |(low, high), e| (low.min(e), high.max(e)));
    let limits = (0.7 * low.clamp(FRAME.0, 1.0), 1.4 * high.clamp(1.0, FRAME.1));
    let y = Scale::log(limits, (panel.height() / (3.2 * size)).clamp(1.0, 6.0));
    let title = ["Error of a against J: ✕ where the sign is wrong", "Error against J, ✕ wrong sign"];
    let left = axes::left_room(sheet, &y, "error");
    let plot = plot(sheet, panel, &title, left);
    let x = Scale::exact((0.0, last as f64), (plot.width() / (4.0 * size)).clamp(1.0, 6.0));
    let axes = Axes { plot, x, y };
    axes.grid(sheet);
    let theme = sheet.view.theme;
    let now = axes.pixel((setting.terms as f64, 1.0)).0;
    if now <= plot.right {
        sheet.post(now, plot.top, plot.bottom, 1.5 * theme.hairline, theme.cursor);
    }
    let good = axes.pixel((0.0, Phase::GOOD)).1;
    let set = sheet.plain(theme.muted);
    axes.line(sheet, &[(plot.left, good), (plot.right, good)], theme.hairline, theme.muted, &[4.0, 3.0]);
    let words = format!("good: within {} %", super::super::text::number(100.0 * Phase::GOOD, 0));
    sheet.label((plot.left + sheet.px(6.0), good + 0.9 * size), Anchor::Start, set, &words);
    for k in 0..tasks {
        task(sheet, &axes, k, spectrum, setting);
    }
    if (0..tasks).all(|k| spectrum.exact(k).is_none()) {
        let middle = (0.5 * (plot.left + plot.right), 0.5 * (plot.top + plot.bottom));
        sheet.label(middle, Anchor::Middle, set, "H is singular: nothing exact to compare with");
    }
    axes.numbers(sheet, &Names { x: "J", y: "error" });
    axes
}

/// One task's curve; its marks are crosses where the sign is wrong, dots where it is right.
fn task(sheet: &mut Sheet, axes: &Axes, k: usize, spectrum: &Spectrum, setting: &NeumannSetting) {
    let theme = sheet.view.theme;
    let rgb = theme.task(k);
    let last = last_term(setting);
    let (low, high) = axes.y.map().ends();
    let mut points = Vec::new();
    for terms in 0..=last {
        let here = NeumannSetting { terms, ..*setting };
        let Some(error) = spectrum.relative_error(k, &here) else { continue };
        let at = axes.pixel((terms as f64, error.clamp(low, high)));
        points.push((at, spectrum.sign_agrees(k, &here)));
    }
    let line: Vec<_> = points.iter().map(|p| p.0).collect();
    axes.line(sheet, &line, theme.curve, rgb, &[]);
    let stride = (points.len() / 25).max(1);
    for (i, &(at, agrees)) in points.iter().enumerate() {
        match agrees {
            Some(false) => cross(sheet, at, rgb),
            _ if i % stride == 0 => sheet.dot(at, sheet.px(theme.curve), rgb),
            _ => {}
        }
    }
    let spot = points.get(points.len() * 3 / 5).map(|p| p.0);
    if let Some(at) = spot {
        let set = sheet.plain(rgb);
        axes.label(sheet, at, sheet.px(8.0), set, &spectrum.tasks[k].name);
    }
}

/// A cross on a ground of its own.
fn cross(sheet: &mut Sheet, (x, y): (f64, f64), rgb: Rgb) {
    let ground = sheet.view.theme.background;
    sheet.dot((x, y), sheet.px(5.5), ground);
    let (r, width) = (sheet.px(4.0), sheet.stroke(2.0));
    for (dx, dy) in [(r, r), (r, -r)] {
        let ends = [(x - dx, y - dy), (x + dx, y + dy)];
        sheet.path(ends.map(|(x, y)| (x.round() as i32, y.round() as i32)), width, rgb);
    }
}
