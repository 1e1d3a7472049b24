//! Trust: how good each lane's estimate of the hypergradient is, beside the exact one of the same step.
//! Above the cosine, below it the ratio of sizes; signs and staleness in words.

use super::frame::{self, Curve, Panel};
use super::grid::{self, Grid};
use super::ledger::{below, panel_below};
use super::scale::{Extent, Scale};
use super::series::Series;
use super::shapes;
use super::sheet::Sheet;
use super::text::{self, list};
use super::{Drawn, Lane, View};
use crate::lang::{t, tr};
use crate::trace::QuantityKind::{Cosine, ExactHypergradient, MagnitudeRatio, SignAgreement, Stationarity};
use crate::zero::HALF_DIGITS;

/// That there is nothing to compare with, the longest wording first.
fn none() -> [&'static str; 5] {
    [
        tr!(
            "No exact gradients are recorded: under “Choose problem and methods” tick “record exact gradients, eigenvalues”"
        ),
        tr!("No exact gradients: tick “record exact gradients” under “Choose problem and methods”"),
        tr!("No exact gradients: tick “record exact gradients”"),
        tr!("No exact gradients are recorded"),
        tr!("Not recorded"),
    ]
}

/// Lanes that have an estimate beside an exact hypergradient.
fn compared<'a, 'b>(lanes: &'b [Lane<'a>]) -> Vec<&'b Lane<'a>> {
    lanes.iter().filter(|lane| lane.ranged_series(Cosine, 0).is_recorded()).collect()
}

/// See [`ChartKind::height`](super::ChartKind::height).
pub fn height(lanes: &[Lane], view: &View, width: f64) -> f64 {
    match compared(lanes).len() {
        // One line of words.
        0 => 9.0 * view.theme.type_size,
        panels => grid::wanted_height(view, panels, width, below(view)),
    }
}

/// Composes the chart.
pub fn compose(sheet: &mut Sheet, all: &[Lane]) -> Drawn {
    let lanes = compared(all);
    let mut sizes = Extent::default();
    for lane in &lanes {
        sizes.add(lane.ranged_series(MagnitudeRatio, 0));
    }
    let Some((low, high)) = sizes.robust(1e6, 1e3).filter(|_| !lanes.is_empty()) else {
        let begun = all.iter().any(|lane| lane.trace.rows() > 1);
        return if begun { frame::say(sheet, &none()) } else { frame::say_not_yet(sheet) };
    };
    let layout = Grid::new(sheet, lanes.len(), sheet.px(below(sheet.view)));
    let scale = Scale::linear((-1.0, 1.0), layout.value_intervals(sheet));
    // A size of one is right: it is always in the frame.
    let ratio = Scale::log((low.clamp(1e-6, 0.8), high.clamp(1.25, 1e6)), 4.0);
    let margins = [&scale, &ratio].map(|scale| grid::left_margin(sheet, scale, ""));
    let (left, right) = (margins[0].max(margins[1]), grid::right_margin(sheet, &layout, &[tr!("cosine")]));
    let panels = layout.panels(lanes.len(), left, right, frame::last_step(all, sheet.view));
    if panels.is_empty() {
        return frame::say(sheet, &[tr!("Too narrow for the comparison"), tr!("Too narrow")]);
    }
    for (panel, lane) in panels.iter().zip(&lanes) {
        draw_lane(sheet, panel, (&scale, &ratio), lane);
    }
    frame::over_time(sheet, &panels)
}

fn draw_lane(sheet: &mut Sheet, panel: &Panel, (scale, ratio): (&Scale, &Scale), lane: &Lane) {
    panel.value_axis(sheet, scale, "");
    let under = panel_below(sheet, panel);
    under.value_axis(sheet, ratio, "");
    let theme = sheet.view.theme;
    sheet.rule(under.plot.left, under.plot.right, under.y(ratio, 1.0), theme.hairline, theme.zero);
    let cursor = panel.cursor(sheet, 0.0);
    // What is compared with zero has no direction and no size.
    let zero = zero_from(lane);
    let steps = &lane.trace.steps()[..zero.unwrap_or(lane.trace.rows())];
    let parts = [(panel, scale, Cosine, tr!("cosine")), (&under, ratio, MagnitudeRatio, tr!("size"))];
    for (i, (panel, scale, kind, name)) in parts.into_iter().enumerate() {
        let (whole, rgb) = (lane.series(kind, 0), theme.ink);
        let values = if zero.is_some() { Series::from(&whole[..steps.len()]) } else { whole };
        let curve = Curve { steps, values, rgb, task: None, dashes: shapes::dashes(i) };
        let end = panel.curve(sheet, scale, &curve);
        if let Some(x) = cursor {
            panel.readings(sheet, scale, x, std::slice::from_ref(&curve));
        }
        if let Some(end) = end {
            panel.end_labels(sheet, &[(name.to_owned(), end, rgb)]);
        }
    }
    let words = said(lane, zero);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    panel.heading(
        sheet,
        lane.label,
        &[tr!("estimate beside the exact hypergradient"), tr!("estimate : exact")],
        &words,
    );
    panel.time_axis(sheet);
}

/// `all signs right in 298 of 300 steps`, of the steps that are recorded and compared, up to the row from which on the
/// exact hypergradient is numerically zero.
fn signs(lane: &Lane, zero: Option<usize>) -> String {
    let whole = lane.series(SignAgreement, 0);
    let (right, compared) = zero.map_or(whole, |row| Series::from(&whole[..row])).counts(1.0);
    match compared {
        0 => String::new(),
        all if right == all && zero.is_some() => tr!("every sign right until then").to_owned(),
        all if right == all => tr!("every sign right at every step").to_owned(),
        all => t!("every sign right at {right} of {all} steps", right = right, all = all),
    }
}

/// The signs, and from which step on they say nothing as the exact hypergradient is numerically zero, the longest
/// wording first.
fn said(lane: &Lane, zero: Option<usize>) -> Vec<String> {
    let signs = signs(lane, zero);
    let Some(row) = zero else { return vec![signs] };
    let step = text::number(lane.trace.steps()[row], 0);
    let short = t!("from step {step} on numerically zero", step = step);
    let whole = t!("from step {step} on the exact one is numerically zero, without a sign", step = step);
    match signs.is_empty() {
        true => vec![whole, short],
        false => vec![
            t!("{zero}; {signs}", zero = whole, signs = signs),
            t!("{zero}; {signs}", zero = short, signs = signs),
            short,
        ],
    }
}

/// The row from which to the end every component of the exact hypergradient is at most [`HALF_DIGITS`] of the
/// largest one recorded; `None` if the last one is more.
fn zero_from(lane: &Lane) -> Option<usize> {
    let m = lane.trace.layout().m;
    let columns: Vec<&[f64]> = (0..m).filter_map(|k| lane.trace.series(ExactHypergradient, k)).collect();
    // NaN where a row has none.
    let size = |row: usize| {
        columns.iter().fold(0.0, |size: f64, column| match column[row].abs() {
            x if x <= size => size,
            x => x,
        })
    };
    let last = lane.trace.rows().checked_sub(1).filter(|_| !columns.is_empty())?;
    let largest = (0..m).fold(0.0, |largest: f64, k| {
        let (low, high) = lane.series(ExactHypergradient, k).extremes();
        largest.max(high).max(-low)
    });
    (0..=last).rev().take_while(|&row| size(row) <= HALF_DIGITS * largest).last()
}

/// The text alternative; see [`ChartKind::describe`](super::ChartKind::describe).
pub fn describe(all: &[Lane], _: &View) -> String {
    let mut words = String::from(tr!(
        "Trust: each lane's estimate of the hypergradient beside the exact one of the same step."
    ));
    let lanes = compared(all);
    if lanes.is_empty() {
        let begun = all.iter().any(|lane| lane.trace.rows() > 1);
        if !begun {
            return words + tr!(" Nothing recorded yet.");
        }
        return words + &t!(" {words}.", words = none()[0]);
    }
    let parts = lanes.iter().map(|lane| {
        let zero = zero_from(lane);
        let end = zero.unwrap_or(lane.trace.rows());
        let value = |kind| lane.series(kind, 0)[..end].last().copied().filter(|value| value.is_finite());
        let last = |kind| value(kind).map_or(tr!("unknown").to_owned(), text::value);
        t!(
            "{lane}: cosine {cosine}, size {size} times the exact one, {signs}, stationarity {stationarity}",
            lane = lane.label,
            cosine = last(Cosine),
            size = last(MagnitudeRatio),
            signs = said(lane, zero)[0],
            stationarity = lane.trace.last(Stationarity, 0).map_or(tr!("unknown").to_owned(), text::value)
        )
    });
    words.push_str(&t!(" {words}.", words = list(&parts.collect::<Vec<_>>())));
    words
}
