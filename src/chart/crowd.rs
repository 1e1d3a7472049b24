//! More curves than labels and markers can tell apart: thin lines in the colour of what became of
//! them, names at a few ends, and shares instead of rows of signs.

use super::Rgb;
use super::frame::{Curve, End, Label, Panel};
use super::ribbon::sign;
use super::scale::{Scale, ascending};
use super::series::Series;
use super::sheet::{Rect, Sheet};
use super::theme::Theme;
use super::{Lane, shapes};
use crate::lang::{t, tr};
use crate::trace::QuantityKind::Alignment;

/// Curves up to which each has a colour, a marker and a label of its own.
pub const FEW: usize = 12;
/// Names written in a crowd at most.
const NAMED: usize = 5;
/// Points of all curves of a chart together: each is a call of the canvas.
const POINTS: usize = 24_000;
/// Pixels between two points of a curve at least.
const SPACING: f64 = 2.0;

/// The group that a name tells in brackets at its end: `flipped` of `sample 7 (flipped)`.
fn group(name: &str) -> Option<&str> {
    let inside = name.strip_suffix(')')?;
    Some(&inside[inside.rfind('(')? + 1..])
}

/// What became of many weights since their start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Fates {
    /// How many there are.
    all: usize,
    /// How many are larger.
    pub grew: usize,
    /// How many are smaller.
    pub fell: usize,
    /// How many are exactly zero.
    pub zero: usize,
}

impl Fates {
    fn of<'a>(weights: impl Iterator<Item = Series<'a>>) -> Self {
        let mut fates = Self::default();
        for values in weights {
            fates.all += 1;
            fates.grew += usize::from(grew(&values) == Some(true));
            fates.fell += usize::from(grew(&values) == Some(false));
            fates.zero += usize::from(values.last() == Some(&0.0));
        }
        fates
    }

    /// `37 of 60 grew, 20 fell, 4 are 0`; nothing if none has moved.
    fn words(self) -> String {
        if self.grew + self.fell == 0 {
            return String::new();
        }
        let Self { all, grew, fell, zero } = self;
        match zero {
            0 => t!("{grew} of {all} grew, {fell} fell", grew = grew, all = all, fell = fell),
            _ => t!(
                "{grew} of {all} grew, {fell} fell, {zero} are 0",
                grew = grew,
                all = all,
                fell = fell,
                zero = zero
            ),
        }
    }
}

/// What became of the weights of a lane, told apart by a group if their names tell one.
pub fn fates(lane: &Lane) -> String {
    let group_of = |k: usize| lane.weight_names().get(k).and_then(|name| group(name));
    let all = 0..lane.n_weights();
    let Some(first) = all.clone().find_map(group_of) else {
        return Fates::of(all.map(|k| lane.weight(k))).words();
    };
    let part = |inside: bool| {
        let kept = all.clone().filter(|&k| group_of(k).is_some() == inside);
        Fates::of(kept.map(|k| lane.weight(k)))
    };
    let (of, others) = (part(true), part(false));
    if of.words().is_empty() && others.words().is_empty() {
        return String::new();
    }
    t!(
        "{group}: {grew} of {all} grew, others: {others} of {rest}",
        group = first,
        grew = of.grew,
        all = of.all,
        others = others.grew,
        rest = others.all
    )
}

/// Returns whether a series ends above its first value (true) or below; `None` if at it.
fn grew(values: &[f64]) -> Option<bool> {
    let first = values.iter().find(|v| v.is_finite())?;
    let last = values.iter().rfind(|v| v.is_finite())?;
    if last == first { None } else { Some(last > first) }
}

/// Colour of what grows (true) or shrinks; muted of what does neither.
pub fn colour(theme: &Theme, grows: Option<bool>) -> Rgb {
    match grows {
        Some(true) => theme.grows,
        Some(false) => theme.shrinks,
        None => theme.muted,
    }
}

/// Gives curves of weights their colours: where names tell a group, its curves have one and the others another;
/// else blue are those that grew and orange those that fell.
pub fn colour_fates(theme: &Theme, curves: &mut [Curve], names: &[String]) {
    let in_group = |k: usize| names.get(k).and_then(|name| group(name)).is_some();
    let grouped = (0..names.len()).any(in_group);
    for (k, curve) in curves.iter_mut().enumerate() {
        curve.rgb = match grouped {
            true => theme.task(usize::from(in_group(k))),
            false => colour(theme, grew(&curve.values)),
        };
    }
}

/// Draws many curves and returns a few ends to be named. `all` is the number of curves of the whole chart.
pub fn curves(
    sheet: &mut Sheet,
    panel: &Panel,
    scale: &Scale,
    curves: &[Curve],
    names: &[String],
    all: usize,
) -> Vec<Label> {
    let theme = sheet.view.theme;
    let mut ends: Vec<(usize, End, Rgb)> = Vec::with_capacity(curves.len());
    for (k, curve) in curves.iter().enumerate() {
        thin(sheet, panel, scale, curve, all);
        if let Some(row) = curve.values.last_finite() {
            let value = curve.values[row];
            let at = (panel.span.pixel(curve.steps[row]).round(), panel.y(scale, value));
            ends.push((k, End { at, value }, curve.rgb));
        }
    }
    let named = some(&ends, 1.25 * sheet.px(theme.type_size));
    let name = |k: usize| match named.len() {
        1 => tr!("all").to_owned(),
        _ => names.get(k).cloned().unwrap_or_default(),
    };
    named.iter().map(|&(k, end, rgb)| (name(k), end, rgb)).collect()
}

/// A few ends from the highest to the lowest, no two nearer than `gap`: where many meet, one is named.
fn some(ends: &[(usize, End, Rgb)], gap: f64) -> Vec<(usize, End, Rgb)> {
    let heights: Vec<f64> = ends.iter().map(|end| end.1.at.1).collect();
    let mut apart: Vec<(usize, End, Rgb)> = Vec::new();
    for i in ascending(&heights) {
        if apart.last().is_none_or(|last| heights[i] - last.1.at.1 >= gap) {
            apart.push(ends[i]);
        }
    }
    let last = apart.len().saturating_sub(1);
    let count = NAMED.min(apart.len());
    (0..count).map(|i| apart[(i * last).div_ceil((count - 1).max(1))]).collect()
}

/// One curve by its values at equal distances, interrupted where they leave the frame.
fn thin(sheet: &mut Sheet, panel: &Panel, scale: &Scale, curve: &Curve, all: usize) {
    let Some(&last) = curve.steps.last() else { return };
    let (left, right) = (panel.span.left, panel.span.pixel(last));
    let most = (POINTS / all.max(1)).clamp(16, 400) as f64;
    let count = ((right - left) / sheet.px(SPACING)).min(most).ceil().max(1.0);
    let width = sheet.stroke(sheet.view.theme.hairline);
    let mut run: Vec<(i32, i32)> = Vec::with_capacity(count as usize + 1);
    for i in 0..=count as usize {
        let x = left + (right - left) * i as f64 / count;
        match curve.at(panel.span.step(x).min(last)).filter(|&value| scale.holds(value)) {
            Some(value) => run.push((x.round() as i32, panel.y(scale, value) as i32)),
            None => sheet.path(run.drain(..), width, curve.rgb),
        }
    }
    sheet.path(run, width, curve.rgb);
}

/// Instead of a row for each sign: from below the share of weights that grow, from above the share
/// that shrink, hatched.
pub fn shares(sheet: &mut Sheet, panel: &Panel, lane: &Lane, (top, bottom): (f64, f64)) {
    let theme = sheet.view.theme;
    let m = lane.trace.layout().m;
    let steps = lane.trace.steps();
    let Some(&last) = steps.last() else { return };
    let width = sheet.px(4.0).round();
    let end = panel.span.pixel(last).round();
    let mut shrinking: Vec<Rect> = Vec::new();
    let mut x = panel.span.left;
    while x < end {
        let right = (x + width).min(end);
        let row = steps.partition_point(|&s| s <= panel.span.step(right).min(last)).saturating_sub(1);
        let signs = (0..m).filter_map(|k| sign(lane.trace.series(Alignment, k)?[row]));
        let (grow, shrink) = signs.fold((0, 0), |(g, s), up| if up { (g + 1, s) } else { (g, s + 1) });
        let part = |count: i32| (bottom - top) * f64::from(count) / m as f64;
        sheet.rect(Rect { left: x, right, top: bottom - part(grow), bottom }, theme.grows);
        let area = Rect { left: x, right, top, bottom: top + part(shrink) };
        sheet.rect(area, theme.shrinks);
        match shrinking.last_mut() {
            Some(before) if before.bottom == area.bottom => before.right = right,
            _ => shrinking.push(area),
        }
        x = right;
    }
    for area in shrinking {
        shapes::hatch(sheet, area, theme.background);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_a_weight_is_told_by_its_ends() {
        assert_eq!(grew(&[f64::NAN, 1.0, 0.0, 2.0]), Some(true));
        assert_eq!(grew(&[1.0, 3.0, 0.5, f64::NAN]), Some(false));
        assert_eq!(grew(&[1.0, 2.0, 1.0]), None);
        assert_eq!(grew(&[]), None);
    }

    #[test]
    fn fates_are_counted_in_words() {
        let fates = Fates { all: 6, grew: 3, fell: 2, zero: 0 };
        assert_eq!(fates.words(), "3 of 6 grew, 2 fell");
        assert_eq!(Fates { grew: 0, fell: 0, ..fates }.words(), "");
        assert_eq!(Fates { zero: 1, ..fates }.words(), "3 of 6 grew, 2 fell, 1 are 0");
    }

    #[test]
    fn ends_that_meet_are_named_once_and_the_outermost_always() {
        let end = |k: usize, y: f64| (k, End { at: (0.0, y), value: 0.0 }, Rgb(0, 0, 0));
        let kept = |ys: &[f64]| -> Vec<usize> {
            let ends: Vec<_> = ys.iter().enumerate().map(|(k, &y)| end(k, y)).collect();
            some(&ends, 10.0).into_iter().map(|end| end.0).collect()
        };
        assert_eq!(kept(&[50.0; 20]), [0]);
        assert_eq!(kept(&[50.0, 0.0, 51.0, 20.0]), [1, 3, 0]);
        let many: Vec<f64> = (0..40).map(|k| 10.0 * f64::from(k)).collect();
        assert_eq!(
            (kept(&many).len(), kept(&many).first(), kept(&many).last()),
            (NAMED, Some(&0), Some(&39))
        );
        assert!(kept(&[]).is_empty());
    }

    #[test]
    fn a_group_stands_in_brackets_at_the_end_of_a_name() {
        assert_eq!(group("sample 7 (flipped)"), Some("flipped"));
        assert_eq!(group("f(x)"), Some("x"));
        assert_eq!((group("sample 7"), group("odd)"), group("")), (None, None, None));
    }
}
