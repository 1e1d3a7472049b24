//! Losses that φ never sees directly: L_A and the test error, a panel each, the lanes overlaid.

use super::frame::{self, Curve, Panel};
use super::grid::{self, Grid};
use super::scale::{Extent, Scale};
use super::shapes;
use super::sheet::Sheet;
use super::text::{self, list};
use super::{Drawn, Lane, View};
use crate::lang::{t, tr};
use crate::trace::QuantityKind::{self, LossAuxSet, LossTest};

/// Largest ratio of values that a linear scale shows well.
const LINEAR: f64 = 12.0;

/// The panels: what, its title, its symbol.
fn panels() -> [(QuantityKind, &'static str, &'static str); 2] {
    [(LossAuxSet, tr!("Held-out loss"), "L_A"), (LossTest, tr!("Test error"), "")]
}

/// Panels whose quantity some lane has; a problem without a test set has none of the second.
fn present(lanes: &[Lane]) -> Vec<(QuantityKind, &'static str, &'static str)> {
    let has = |kind| lanes.iter().any(|lane| lane.ranged_series(kind, 0).is_recorded());
    panels().into_iter().filter(|panel| has(panel.0)).collect()
}

/// See [`ChartKind::height`](super::ChartKind::height).
pub fn height(lanes: &[Lane], view: &View, width: f64) -> f64 {
    grid::wanted_height(view, present(lanes).len(), width, 0.0)
}

/// Composes the chart.
pub fn compose(sheet: &mut Sheet, lanes: &[Lane]) -> Drawn {
    // Each panel has a scale of its own: the losses are of different sets, and the noise in one can
    // be a hundred times the differences that the other shows.
    let scaled = present(lanes).into_iter().filter_map(|panel| Some((panel, limits(lanes, panel.0)?)));
    let scaled: Vec<_> = scaled.collect();
    if scaled.is_empty() {
        return frame::say_not_yet(sheet);
    }
    let layout = Grid::new(sheet, scaled.len(), 0.0).with_own_axes();
    let intervals = layout.value_intervals(sheet);
    let scales: Vec<Scale> = scaled.iter().map(|(_, limits)| choose(*limits, intervals)).collect();
    let names: Vec<&str> = lanes.iter().map(|lane| lane.label).collect();
    let margins = scales.iter().map(|scale| grid::left_margin(sheet, scale, "L_A"));
    let (left, right) = (margins.fold(0.0, f64::max), grid::right_margin(sheet, &layout, &names));
    let places = layout.panels(scaled.len(), left, right, frame::last_step(lanes, sheet.view));
    if places.is_empty() {
        return frame::say(sheet, &[tr!("Too narrow for the losses"), tr!("Too narrow")]);
    }
    for ((place, scale), (panel, _)) in places.iter().zip(&scales).zip(&scaled) {
        draw_panel(sheet, place, scale, lanes, *panel);
    }
    frame::over_time(sheet, &places)
}

/// Lowest and highest value of a loss that the frame is to hold.
fn limits(lanes: &[Lane], kind: QuantityKind) -> Option<(f64, f64)> {
    let mut extent = Extent::default();
    for lane in lanes {
        extent.add(lane.ranged_series(kind, 0));
    }
    extent.robust(1e6, 1e2)
}

/// Logarithmic if the values are positive and range widely, else linear; from zero unless that
/// would leave most of the frame empty.
fn choose((low, high): (f64, f64), intervals: f64) -> Scale {
    if low > 0.0 && high / low > LINEAR {
        Scale::log((low / 1.05, high * 1.05), intervals)
    } else if low > 0.0 && high / low < 2.0 && high > low {
        Scale::linear((low, high), intervals)
    } else {
        Scale::linear((low.min(0.0), high), intervals)
    }
}

fn draw_panel<'a>(
    sheet: &mut Sheet,
    panel: &Panel,
    scale: &Scale,
    lanes: &[Lane<'a>],
    (kind, title, symbol): (QuantityKind, &str, &str),
) {
    panel.value_axis(sheet, scale, symbol);
    let cursor = panel.cursor(sheet, 0.0);
    let ink = sheet.view.theme.ink;
    let curve = |(i, lane): (usize, &Lane<'a>)| Curve {
        steps: lane.trace.steps(),
        values: lane.series(kind, 0),
        rgb: ink,
        task: None,
        dashes: shapes::dashes(i),
    };
    let curves: Vec<Curve> = lanes.iter().enumerate().map(curve).collect();
    let mut labels = Vec::with_capacity(lanes.len());
    for (lane, curve) in lanes.iter().zip(&curves) {
        let Some(end) = panel.curve(sheet, scale, curve) else { continue };
        labels.push((lane.label.to_owned(), end, ink));
    }
    if let Some(x) = cursor {
        panel.readings(sheet, scale, x, &curves);
    }
    let lowest = lowest(lanes, kind);
    let remark: Vec<&str> = scale.name().into_iter().collect();
    panel.heading(sheet, title, &remark, &[&lowest]);
    panel.end_labels(sheet, &labels);
    panel.time_axis(sheet);
}

/// `lowest now: AuxiLearn`; empty with fewer than two lanes to compare, or at the same value.
fn lowest(lanes: &[Lane], kind: QuantityKind) -> String {
    let last: Vec<(f64, &str)> =
        lanes.iter().filter_map(|lane| Some((lane.trace.last(kind, 0)?, lane.label))).collect();
    let Some(best) = last.iter().min_by(|a, b| a.0.total_cmp(&b.0)) else { return String::new() };
    let equals = last.iter().filter(|l| l.0 == best.0).count();
    if last.len() < 2 || equals > 1 { String::new() } else { t!("lowest: {lane}", lane = best.1) }
}

/// The text alternative; see [`ChartKind::describe`](super::ChartKind::describe).
pub fn describe(lanes: &[Lane], _: &View) -> String {
    let panels = present(lanes);
    let mut words = String::from(tr!("Held-out loss L_A and test error over time."));
    if panels.is_empty() {
        return words + tr!(" Nothing recorded yet.");
    }
    for (kind, title, symbol) in panels {
        let now = lanes.iter().filter_map(|lane| {
            let first = lane.series(kind, 0).iter().copied().find(|v| v.is_finite())?;
            let last = lane.trace.last(kind, 0)?;
            let (first, last) = (text::value(first), text::value(last));
            Some(t!("{lane} {last} (from {first})", lane = lane.label, last = last, first = first))
        });
        let name = if symbol.is_empty() { title.to_owned() } else { format!("{title} {symbol}") };
        let mut told = list(&now.collect::<Vec<_>>());
        let lowest = lowest(lanes, kind);
        if !lowest.is_empty() {
            told = told + tr!("; ") + &lowest;
        }
        words.push_str(&t!(" {lane}: {words}.", lane = name, words = told));
    }
    words
}
