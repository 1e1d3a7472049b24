//! The panels that are curves over the number of inner steps.

use super::super::axes::{self, Axes, Names};
use super::super::scale::{Scale, Tick};
use super::super::sheet::{Anchor, Rect, Sheet, Type};
use super::super::{Lane, Rgb, shapes, text};
use super::{FEW, dashes, plot, scale, words};
use crate::lang::{t, tr};
use crate::sampled::{Cut, CutShort, Estimate};

/// Ratios and errors outside are at the edge of the frame.
const FRAME: (f64, f64) = (1e-4, 1e4);

/// Marks at the numbers of steps, placed by `value`, as many as there is room for.
pub fn ticks(cut_short: &CutShort, room: f64, size: f64, value: impl Fn(usize, u64) -> f64) -> Vec<Tick> {
    let stride = (cut_short.cuts.len() as f64 / (room / (3.4 * size)).max(1.0)).ceil() as usize;
    let tick = |(i, cut): (usize, &Cut)| Tick {
        value: value(i, cut.steps),
        label: text::number(cut.steps as f64, 0),
    };
    cut_short.cuts.iter().enumerate().step_by(stride.max(1)).map(tick).collect()
}

/// The axis of steps: logarithmic, with zero on it.
fn steps(cut_short: &CutShort, room: f64, size: f64) -> Scale {
    let last = cut_short.cuts.last().map_or(1, |cut| cut.steps.max(1)) as f64;
    let mut scale = Scale::symmetric((0.0, last), 1.0, 1.0);
    scale.ticks = ticks(cut_short, room, size, |_, steps| steps as f64);
    scale
}

/// What stands under every panel; the spaces keep numbers off.
pub fn names() -> Names<'static> {
    Names { x: tr!("  steps"), y: "" }
}

/// One curve.
struct Series {
    name: String,
    points: Vec<(f64, f64)>,
    rgb: Rgb,
    dashes: &'static [f64],
}

/// A panel with its axes, ready for curves.
fn panel(
    sheet: &mut Sheet,
    place: Rect,
    cut_short: &CutShort,
    y: Scale,
    (title, right): (&[&str], f64),
) -> Axes {
    let size = sheet.px(sheet.view.theme.type_size);
    let left = axes::left_room(sheet, &y, "");
    let plot = plot(sheet, place, title, (left, right));
    let axes = Axes { plot, x: steps(cut_short, plot.width(), size), y };
    axes.grid(sheet);
    axes
}

/// Numbers under and beside the plot.
fn finish(sheet: &mut Sheet, axes: Axes) -> Axes {
    axes.numbers(sheet, &names());
    axes
}

fn intervals(sheet: &Sheet, place: Rect) -> f64 {
    (place.height() / (3.4 * sheet.px(sheet.view.theme.type_size))).clamp(1.0, 5.0)
}

fn draw(sheet: &mut Sheet, axes: &Axes, series: &Series) {
    let theme = sheet.view.theme;
    let pixels: Vec<(f64, f64)> = series.points.iter().map(|p| axes.pixel(*p)).collect();
    axes.line(sheet, &pixels, theme.curve, series.rgb, series.dashes);
    if series.dashes.is_empty() {
        for &at in pixels.iter().filter(|at| axes.holds(**at)) {
            sheet.dot(at, sheet.px(theme.curve), series.rgb);
        }
    }
}

/// The names of curves over or under them, one for curves that lie on each other.
fn labels(sheet: &mut Sheet, axes: &Axes, series: &[Series]) {
    let set = sheet.plain(sheet.view.theme.ink);
    let place =
        |one: &Series| Some((axes.pixel(*one.points.get(one.points.len() * 3 / 5)?), one.name.clone()));
    let plot = axes.plot;
    for ((x, y), names) in axes::grouped(sheet, series.iter().filter_map(place)) {
        let words = if names.len() > 2 { tr!("all three").to_owned() } else { names.join(tr!(", ")) };
        let half = 0.5 * set.width(&words) + sheet.px(3.0);
        let x = x.min(plot.right - half).max(plot.left + half);
        let free = |y: &f64| *y - 0.6 * set.size >= plot.top && *y + 0.6 * set.size <= plot.bottom;
        let mut rows =
            [-1.1, 1.1, -2.3, 2.3, -3.5, 3.5].map(|lines| y + lines * set.size).into_iter().filter(free);
        let _ = rows.any(|y| sheet.label((x, y), Anchor::Middle, set, &words));
    }
}

/// A curve an estimate, of what `read` finds.
fn by_estimate(
    sheet: &Sheet,
    cut_short: &CutShort,
    read: impl Fn(&Cut, Estimate) -> Option<f64>,
) -> Vec<Series> {
    let of = |of: Estimate| Series {
        name: words::short(of).to_owned(),
        points: cut_short.cuts.iter().filter_map(|cut| Some((cut.steps as f64, read(cut, of)?))).collect(),
        rgb: sheet.view.theme.ink,
        dashes: dashes(of),
    };
    Estimate::ALL.into_iter().map(of).collect()
}

/// Draws curves of estimates, or says that there are none.
fn estimates(sheet: &mut Sheet, axes: Axes, cut_short: &CutShort, series: &[Series]) -> Axes {
    series.iter().for_each(|one| draw(sheet, &axes, one));
    labels(sheet, &axes, series);
    if series.iter().all(|one| one.points.is_empty()) {
        say(sheet, axes.plot, &words::nothing_to_compare(cut_short));
    }
    finish(sheet, axes)
}

/// Says in the middle of a plot why there is nothing to see, in the first wording that fits.
fn say(sheet: &mut Sheet, plot: Rect, wordings: &[&str]) {
    let middle = (0.5 * (plot.left + plot.right), 0.5 * (plot.top + plot.bottom));
    let set = sheet.plain(sheet.view.theme.muted);
    let _ = wordings
        .iter()
        .any(|words| set.width(words) <= plot.width() && sheet.label(middle, Anchor::Middle, set, words));
}

/// Components of the hypergradient: a colour a weight, a pattern an estimate, the truth as a level line.
pub fn values(sheet: &mut Sheet, place: Rect, cut_short: &CutShort, lanes: &[Lane]) -> Axes {
    let y = scale::of_values(cut_short, intervals(sheet, place));
    let theme = sheet.view.theme;
    let set = Type { bold: true, ..sheet.plain(theme.ink) };
    let names: Vec<String> = (0..cut_short.phi.len()).map(|k| end_name(cut_short, k)).collect();
    let widest = names.iter().map(|name| set.width(name)).fold(0.0, f64::max);
    let right = (widest + sheet.px(14.0)).min(0.34 * place.width());
    let title = [tr!("dL_A/dφ; the level line is the true one"), tr!("dL_A/dφ, level line: true"), "dL_A/dφ"];
    let axes = panel(sheet, place, cut_short, y, (&title, right));
    own_steps(sheet, &axes, cut_short, lanes);
    for k in 0..cut_short.phi.len().min(FEW) {
        if let Some(truth) = &cut_short.truth {
            let y = axes.pixel((0.0, cut_short.shown(k, truth[k]))).1;
            let ends = [(axes.plot.left, y), (axes.plot.right, y)];
            axes.line(sheet, &ends, 0.6 * theme.curve, theme.task(k), &[]);
        }
        for of in Estimate::ALL {
            let shown = |estimate: f64| cut_short.shown(k, estimate);
            let value = |cut: &Cut| Some((cut.steps as f64, shown(*cut.estimate(of)?.get(k)?)));
            let points: Vec<(f64, f64)> = cut_short.cuts.iter().filter_map(value).collect();
            let series = Series { name: String::new(), points, rgb: theme.task(k), dashes: dashes(of) };
            draw(sheet, &axes, &series);
        }
    }
    ends(sheet, &axes, place.right, cut_short, &names);
    finish(sheet, axes)
}

/// `helpful −0.93`.
fn end_name(cut_short: &CutShort, k: usize) -> String {
    match (cut_short.known_at(k), &cut_short.truth) {
        (Some(truth), _) => format!("{} {}", cut_short.names[k], text::value(truth)),
        (None, Some(_)) => format!("{} ≈ 0", cut_short.names[k]),
        (None, None) => cut_short.names[k].clone(),
    }
}

/// The names of the weights, beside the truth or else beside where an estimate ends.
fn ends(sheet: &mut Sheet, axes: &Axes, edge: f64, cut_short: &CutShort, names: &[String]) {
    let last = cut_short.cuts.last();
    let found = |k: usize| Estimate::ALL.into_iter().find_map(|of| last?.estimate(of)?.get(k).copied());
    let truth = |k: usize| Some(cut_short.shown(k, cut_short.truth.as_ref()?[k]));
    let value = |k: usize| truth(k).or_else(|| found(k));
    let plot = axes.plot;
    let wish =
        |k: usize| value(k).map_or(plot.bottom, |v| axes.pixel((0.0, v)).1).clamp(plot.top, plot.bottom);
    let wishes: Vec<f64> = (0..names.len()).map(wish).collect();
    let size = sheet.px(sheet.view.theme.type_size);
    let rows = shapes::spread(&wishes, 1.3 * size, plot.top, plot.bottom);
    for (k, (name, y)) in names.iter().zip(rows).enumerate() {
        let rgb = sheet.view.theme.task(k);
        shapes::marker(sheet, k, (plot.right, wishes[k]), rgb);
        let x = plot.right + sheet.px(9.0);
        let set = sheet.plain(rgb);
        let fitting = text::fit(name, set.size, false, edge - x);
        sheet.text((x, y), Anchor::Start, set, &fitting);
    }
}

/// The number of steps that the lane takes: an upright line, told right above the plot.
fn own_steps(sheet: &mut Sheet, axes: &Axes, cut_short: &CutShort, lanes: &[Lane]) {
    let last = cut_short.cuts.last().map_or(0, |cut| cut.steps);
    let Some(own) = cut_short.own_steps.filter(|own| *own <= last) else { return };
    let theme = sheet.view.theme;
    let (x, plot) = (axes.pixel((own as f64, 0.0)).0, axes.plot);
    sheet.post(x, plot.top, plot.bottom, theme.hairline, theme.cursor);
    let set = sheet.plain(theme.muted);
    let lane = lanes.get(cut_short.lane).map_or(tr!("the lane"), |lane| lane.label);
    let long =
        t!("upright line: the {steps} that {lane} takes between outer steps", steps = own, lane = lane);
    let short = t!("line: {lane} takes {steps}", lane = lane, steps = own);
    let at = (plot.right, plot.top - 1.3 * set.size);
    sheet.first_that_fits(at, Anchor::End, set, &[&long, &short], plot.width());
}

/// A logarithmic axis that holds one and what is near it.
fn around_one(series: &[Series], wanted: f64) -> Scale {
    let values = series.iter().flat_map(|one| &one.points).map(|p| p.1).filter(|v| *v > 0.0);
    let (low, high) = values.fold((0.5_f64, 2.0_f64), |(low, high), v| (low.min(v), high.max(v)));
    Scale::log((0.8 * low, 1.25 * high), wanted)
}

/// Many weights: how far each estimate is from the truth as a whole.
pub fn errors(sheet: &mut Sheet, place: Rect, cut_short: &CutShort, lanes: &[Lane]) -> Axes {
    let series = positive(by_estimate(sheet, cut_short, |cut, of| cut_short.relative_error(cut, of)));
    let count = cut_short.phi.len();
    let title = t!("Error of dL_A/dφ over all {count} weights, 1: as large as the true one", count = count);
    let short = t!("Error over {count} weights", count = count);
    let y = around_one(&series, intervals(sheet, place));
    let axes = panel(sheet, place, cut_short, y, (&[&title, &short], sheet.px(6.0)));
    own_steps(sheet, &axes, cut_short, lanes);
    estimates(sheet, axes, cut_short, &series)
}

/// Zero has no place on a logarithmic axis; what is too large or too small runs along the edge.
fn positive(mut series: Vec<Series>) -> Vec<Series> {
    for one in &mut series {
        one.points.retain(|p| p.1 > 0.0);
        one.points.iter_mut().for_each(|p| p.1 = p.1.clamp(FRAME.0, FRAME.1));
    }
    series
}

/// Many weights: the share of right signs.
pub fn shares(sheet: &mut Sheet, place: Rect, cut_short: &CutShort) -> Axes {
    let series = by_estimate(sheet, cut_short, |cut, of| cut_short.right_signs(cut, of));
    let y = Scale::exact((-0.04, 1.04), 3.0);
    let title = [tr!("Share of right signs"), tr!("Right signs")];
    let axes = panel(sheet, place, cut_short, y, (&title, sheet.px(6.0)));
    estimates(sheet, axes, cut_short, &series)
}

/// Direction: the cosine with the truth.
pub fn cosine(sheet: &mut Sheet, place: Rect, cut_short: &CutShort) -> Axes {
    let series = by_estimate(sheet, cut_short, |cut, of| cut_short.cosine(cut, of));
    let one = cut_short.phi.len() == 1;
    let title: &[&str] = if one {
        &[tr!("Cosine: 1 right sign, −1 wrong"), tr!("Cosine: 1 right, −1 wrong"), tr!("Cosine")]
    } else {
        &[tr!("Cosine with the true one"), tr!("Cosine")]
    };
    let axes = panel(sheet, place, cut_short, Scale::exact((-1.05, 1.05), 3.0), (title, sheet.px(6.0)));
    estimates(sheet, axes, cut_short, &series)
}

/// Size over that of the truth.
pub fn size(sheet: &mut Sheet, place: Rect, cut_short: &CutShort) -> Axes {
    let series = positive(by_estimate(sheet, cut_short, |cut, of| cut_short.ratio(cut, of)));
    let y = around_one(&series, intervals(sheet, place));
    let title = [tr!("Size, 1: that of the true one"), tr!("Size")];
    let axes = panel(sheet, place, cut_short, y, (&title, sheet.px(6.0)));
    let theme = sheet.view.theme;
    sheet.rule(axes.plot.left, axes.plot.right, axes.pixel((0.0, 1.0)).1, theme.hairline, theme.zero);
    estimates(sheet, axes, cut_short, &series)
}

/// How stale W is.
pub fn staleness(sheet: &mut Sheet, place: Rect, cut_short: &CutShort) -> Axes {
    let value = |cut: &Cut| (cut.steps as f64, cut.staleness);
    let points: Vec<(f64, f64)> = cut_short.cuts.iter().map(value).filter(|p| p.1 > 0.0).collect();
    let ends = points.iter().fold((f64::MAX, 0.0_f64), |(low, high), p| (low.min(p.1), high.max(p.1)));
    let ends = if ends.1 > 0.0 { (0.7 * ends.0.max(1e-300), 1.4 * ends.1) } else { (0.1, 10.0) };
    let y = Scale::log(ends, intervals(sheet, place));
    let title = [tr!("Staleness ‖∇L_T(W)‖"), "‖∇L_T(W)‖", tr!("Staleness")];
    let axes = panel(sheet, place, cut_short, y, (&title, sheet.px(6.0)));
    let rgb = sheet.view.theme.ink;
    draw(sheet, &axes, &Series { name: String::new(), points, rgb, dashes: &[] });
    if let Some(wordings) = words::at_rest(cut_short) {
        let wordings: Vec<&str> = wordings.iter().map(String::as_str).collect();
        say(sheet, axes.plot, &wordings);
    }
    finish(sheet, axes)
}
