//! Relative error of each alignment, and whether its sign is right, against `J`.

use super::super::Rgb;
use super::super::axes::{self, Axes, Names};
use super::super::scale::Scale;
use super::super::sheet::{Anchor, Rect, Sheet};
use super::{last_term, plot, say_nothing};
use crate::lang::{t, tr};
use crate::sampled::{NeumannSetting, Phase, Spectrum, TaskCoordinates};

/// Tasks up to which each has a curve.
const FEW: usize = 3;
/// Errors outside are at the edge of the frame.
const FRAME: (f64, f64) = (1e-4, 1e2);

/// Draws the panel.
pub fn compose(sheet: &mut Sheet, panel: Rect, spectrum: &Spectrum, setting: &NeumannSetting) -> Axes {
    let size = sheet.px(sheet.view.theme.type_size);
    let series = series(spectrum, setting, last_term(sheet.view, setting));
    let errors = series.iter().flat_map(|one| one.points.iter().map(|p| p.1));
    let (low, high) = errors.fold((Phase::GOOD, 1.0_f64), |(low, high), e| (low.min(e), high.max(e)));
    let limits = (0.7 * low.clamp(FRAME.0, 1.0), 1.4 * high.clamp(1.0, FRAME.1));
    let y = Scale::log(limits, (panel.height() / (3.2 * size)).clamp(1.0, 6.0));
    let title =
        [tr!("Error of a against J: ✕ where the sign is wrong"), tr!("Error against J, ✕ wrong sign")];
    let left = axes::left_room(sheet, &y, tr!("error"));
    let plot = plot(sheet, panel, &title, left);
    let x = Scale::exact(
        (0.0, last_term(sheet.view, setting) as f64),
        (plot.width() / (4.0 * size)).clamp(1.0, 6.0),
    );
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
    for one in &series {
        draw(sheet, &axes, one);
    }
    let words = t!("good: within {percent} %", percent = super::super::text::number(100.0 * Phase::GOOD, 0));
    sheet.label((plot.left + sheet.px(6.0), good + 0.9 * size), Anchor::Start, set, &words);
    say_nothing(sheet, plot, 0.5, spectrum);
    axes.numbers(sheet, &Names { x: "J", y: tr!("error") });
    axes
}

/// One curve: errors by `J`, and whether the sign is right there.
struct Series {
    name: String,
    /// The task whose colour it has.
    task: Option<usize>,
    points: Vec<(usize, f64, bool)>,
}

/// A curve a task; of many tasks the worst error, and whether every sign is right.
fn series(spectrum: &Spectrum, setting: &NeumannSetting, last: usize) -> Vec<Series> {
    let count = spectrum.tasks.len();
    let at = |terms: usize| NeumannSetting { terms, ..*setting };
    if count > FEW {
        let mut judge = spectrum.judge();
        let worst = |terms| judge.worst(&at(terms)).map(|(error, right)| (terms, error, right));
        let points = (0..=last).filter_map(worst).collect();
        return vec![Series { name: t!("worst of {count}", count = count), task: None, points }];
    }
    let point = |k: usize, terms: usize| {
        Some((terms, spectrum.relative_error(k, &at(terms))?, spectrum.sign_agrees(k, &at(terms))?))
    };
    let one = |(k, task): (usize, &TaskCoordinates)| Series {
        name: task.name.clone(),
        task: Some(k),
        points: (0..=last).filter_map(|terms| point(k, terms)).collect(),
    };
    spectrum.tasks.iter().enumerate().map(one).collect()
}

/// A curve; its marks are crosses where the sign is wrong, dots where it is right.
fn draw(sheet: &mut Sheet, axes: &Axes, series: &Series) {
    let theme = sheet.view.theme;
    let rgb = series.task.map_or(theme.ink, |k| theme.task(k));
    let (low, high) = axes.y.map().ends();
    let place = |&(terms, error, _): &(usize, f64, bool)| axes.pixel((terms as f64, error.clamp(low, high)));
    let line: Vec<_> = series.points.iter().map(place).collect();
    axes.line(sheet, &line, theme.curve, rgb, &[]);
    let stride = (line.len() / 25).max(1);
    for (i, (&at, point)) in line.iter().zip(&series.points).enumerate() {
        if !point.2 {
            cross(sheet, at, rgb);
        } else if i % stride == 0 {
            sheet.dot(at, sheet.px(theme.curve), rgb);
        }
    }
    if let Some(&at) = line.get(line.len() * 3 / 5) {
        let set = sheet.plain(rgb);
        axes.label(sheet, at, sheet.px(8.0), set, &series.name);
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
