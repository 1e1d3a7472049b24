//! φ trajectories (or the effective weights of a network): small multiples, a panel for each lane,
//! one scale for all.

use super::crowd;
use super::frame::{self, Curve, Label, Panel};
use super::grid::{self, Grid};
use super::moments;
use super::overlay;
use super::scale::{Extent, Scale, ascending};
use super::sheet::Sheet;
use super::text::{self, list};
use super::{Drawn, Lane, View};
use crate::events::EventKind;
use crate::lang::{self, t, tr};
use crate::status::{RunStatus, StopReason};

/// Tasks up to which colour, end marker and label tell curves apart without marks on the way.
const FEW: usize = 2;

/// Largest weight over the typical one that a linear scale shows well.
const LINEAR: f64 = 60.0;

/// See [`ChartKind::height`](super::ChartKind::height).
pub fn height(lanes: &[Lane], view: &View, width: f64) -> f64 {
    if is_overlaid(lanes, view) {
        return grid::wanted_height(view, 1, width, 0.0);
    }
    grid::wanted_height(view, lanes.len(), width, 0.0)
}

fn is_overlaid(lanes: &[Lane], view: &View) -> bool {
    overlay::applies(view, lanes.len(), lanes.iter().map(Lane::n_weights).sum())
}

/// All lanes in one panel.
fn overlaid(sheet: &mut Sheet, lanes: &[Lane], extent: &mut Extent, limits: (f64, f64)) -> Drawn {
    let effective = lanes.iter().any(Lane::has_effective_weights);
    let what = overlay::What {
        title: if effective { tr!("Effective weights, all lanes") } else { tr!("Weights φ, all lanes") },
        symbol: if effective { "h" } else { "φ" },
        count: |lane| lane.n_weights(),
        series: |lane, k| lane.weight(k),
        name: |lane, k| lane.weight_name(k),
        ribbon: false,
    };
    let numbered: Vec<_> = lanes.iter().enumerate().collect();
    let steps = frame::last_step(lanes, sheet.view);
    overlay::compose(sheet, &numbered, steps, &what, |intervals| choose(extent, limits, intervals))
}

/// Composes the chart.
pub fn compose(sheet: &mut Sheet, lanes: &[Lane]) -> Drawn {
    let mut extent = Extent::default();
    for (lane, k) in lanes.iter().flat_map(|lane| (0..lane.n_weights()).map(move |k| (lane, k))) {
        extent.add(lane.ranged_weight(k));
    }
    // A weight that explodes leaves the frame rather than flattening all the others.
    let Some((low, high)) = extent.robust(1e3, 2.0) else {
        return frame::say_not_yet(sheet);
    };
    if is_overlaid(lanes, sheet.view) {
        return overlaid(sheet, lanes, &mut extent, (low, high));
    }
    let layout = Grid::new(sheet, lanes.len(), 0.0);
    let scale = choose(&mut extent, (low, high), layout.value_intervals(sheet));
    let names: Vec<String> =
        lanes.iter().flat_map(|l| (0..l.n_weights()).map(|k| l.weight_name(k))).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (left, right) = (grid::left_margin(sheet, &scale, "φ"), grid::right_margin(sheet, &layout, &names));
    let panels = layout.panels(lanes.len(), left, right, frame::last_step(lanes, sheet.view));
    for (panel, lane) in panels.iter().zip(lanes) {
        draw_lane(sheet, panel, &scale, lane, names.len());
    }
    frame::over_time(sheet, &panels)
}

/// Linear from zero; logarithmic on both sides of it if that would lay most weights on the zero line.
fn choose(extent: &mut Extent, (low, high): (f64, f64), intervals: f64) -> Scale {
    let typical = extent.typical(0.5);
    if typical > 0.0 && high.max(-low) > LINEAR * typical {
        Scale::symmetric((low, high), typical, intervals)
    } else {
        Scale::linear((low.min(0.0), high.max(0.0)), intervals)
    }
}

fn draw_lane(sheet: &mut Sheet, panel: &Panel, scale: &Scale, lane: &Lane, all: usize) {
    let symbol = if lane.has_effective_weights() { "h" } else { "φ" };
    panel.value_axis(sheet, scale, symbol);
    let cursor = panel.cursor(sheet, 0.0);
    let theme = sheet.view.theme;
    let mut curves: Vec<Curve> = (0..lane.n_weights())
        .map(|k| Curve {
            steps: lane.trace.steps(),
            values: lane.weight(k),
            rgb: theme.task(k),
            task: Some(k),
            dashes: &[],
        })
        .collect();
    let labels = match curves.len() > crowd::FEW {
        true => {
            crowd::colour_fates(theme, &mut curves, lane.weight_names());
            crowd::curves(sheet, panel, scale, &curves, lane.weight_names(), all)
        }
        false => few(sheet, panel, scale, lane, &curves),
    };
    if let (Some(x), true) = (cursor, curves.len() <= crowd::FEW) {
        panel.readings(sheet, scale, x, &curves);
    }
    heading(sheet, panel, lane, scale);
    panel.end_labels(sheet, &labels);
    moments::mark(sheet, panel, scale, lane, &[EventKind::Zero, EventKind::Leaves], |k| lane.weight_name(k));
    panel.time_axis(sheet);
}

/// Draws curves with markers and a label each.
fn few(sheet: &mut Sheet, panel: &Panel, scale: &Scale, lane: &Lane, curves: &[Curve]) -> Vec<Label> {
    let mut labels = Vec::with_capacity(curves.len());
    for (k, curve) in curves.iter().enumerate() {
        let Some(end) = panel.curve(sheet, scale, curve) else { continue };
        if curves.len() > FEW {
            panel.marks(sheet, scale, curve);
        }
        labels.push((lane.weight_name(k), end, curve.rgb));
    }
    labels
}

fn heading(sheet: &mut Sheet, panel: &Panel, lane: &Lane, scale: &Scale) {
    let (events, status) = (events(lane), status_words(lane));
    let whole = if events.is_empty() { status.clone() } else { format!("{events} · {status}") };
    let urgent = matches!(lane.status, RunStatus::Stopped { reason, .. } if reason != StopReason::Finished);
    let short = if events.is_empty() || urgent { status } else { events };
    let effective = [tr!("effective weights h = ∂L_T/∂ℓ"), tr!("effective weights")];
    let mut remarks = if lane.has_effective_weights() { effective.to_vec() } else { Vec::new() };
    remarks.extend(scale.name());
    panel.heading(sheet, lane.label, &remarks, &[&whole, &short, lang::text(lane.status.word())]);
}

/// Step from which on φ_k is exactly zero, if it is now; the start counts as step 0.
fn zero_since(lane: &Lane, k: usize) -> Option<f64> {
    let values = lane.weight(k);
    if *values.last()? != 0.0 {
        return None;
    }
    let row = values.last_not_zero().map_or(0, |row| row + 1);
    Some(lane.trace.steps()[row])
}

/// Which weights are zero since when: `both 0 at step 212`, `harmful 0 at step 57`, or nothing. Of a
/// crowd, how many grew and fell.
fn events(lane: &Lane) -> String {
    let m = lane.n_weights();
    if m > crowd::FEW {
        return if lane.trace.rows() > 1 { crowd::fates(lane) } else { String::new() };
    }
    let since: Vec<Option<f64>> = (0..m).map(|k| zero_since(lane, k)).collect();
    // Rows may have been thinned out: then the step is known only to the stride.
    let when = |step: f64| match (lane.trace.stride(), text::number(step, 0)) {
        (1, step) => t!("0 at step {step}", step = step),
        (_, step) => t!("0 by step {step}", step = step),
    };
    let latest = since.iter().try_fold(0.0, |latest: f64, step| step.map(|s| latest.max(s)));
    match (latest, m) {
        (_, 0) => String::new(),
        (Some(step), 1) => when(step),
        (Some(step), 2) => t!("both {zero}", zero = when(step)),
        (Some(step), _) => t!("all {zero}", zero = when(step)),
        (None, _) => {
            let zeros = since.iter().enumerate();
            let zeros = zeros.filter_map(|(k, step)| {
                let zero = when((*step)?);
                Some(t!("{weight} {zero}", weight = lane.weight_name(k), zero = zero))
            });
            list(&zeros.collect::<Vec<_>>())
        }
    }
}

/// `diverged at step 17`, or where a running lane is.
fn status_words(lane: &Lane) -> String {
    match (lane.status, lane.trace.steps().last()) {
        (RunStatus::Running, None) => tr!("not started").to_owned(),
        (RunStatus::Running, Some(step)) => t!("at step {step}", step = text::number(*step, 0)),
        (stopped, _) => lang::said(stopped.to_string()),
    }
}

/// The text alternative; see [`ChartKind::describe`](super::ChartKind::describe).
pub fn describe(lanes: &[Lane], view: &View) -> String {
    let effective = lanes.iter().any(Lane::has_effective_weights);
    let mut words = String::from(match effective {
        true => tr!("Effective weights ∂L_T/∂ℓ of the auxiliary tasks over time."),
        false => tr!("Weights φ of the auxiliary tasks over time."),
    });
    if lanes.iter().all(|lane| lane.trace.rows() == 0) {
        return words + tr!(" Nothing recorded yet.");
    }
    for lane in lanes {
        let (mut now, events) = (values_now(lane), events(lane));
        if !events.is_empty() {
            now = t!("{weights} ({events})", weights = now, events = events);
        }
        let status = status_words(lane);
        words.push_str(&t!(
            " {lane}, {status}: {weights}.",
            lane = lane.label,
            status = status,
            weights = now
        ));
    }
    if is_overlaid(lanes, view) {
        words.push_str(&overlay::describe(&lanes.iter().enumerate().collect::<Vec<_>>()));
    }
    words
}

/// Each weight by its name; of a crowd the least, the median and the largest.
fn values_now(lane: &Lane) -> String {
    let last = |k: usize| lane.weight(k).last().copied().filter(|value| !value.is_nan());
    if lane.n_weights() > crowd::FEW {
        let values: Vec<f64> = (0..lane.n_weights()).filter_map(last).collect();
        let order = ascending(&values);
        let Some((&low, &high)) = order.first().zip(order.last()) else {
            return tr!("not recorded").to_owned();
        };
        let [low, middle, high] = [low, order[order.len() / 2], high].map(|i| text::value(values[i]));
        return t!(
            "{count} weights from {low} to {high}, median {middle}",
            count = values.len(),
            low = low,
            high = high,
            middle = middle
        );
    }
    let now = (0..lane.n_weights()).map(|k| match last(k) {
        Some(value) => format!("{} {}", lane.weight_name(k), text::value(value)),
        None => t!("{weight} not recorded", weight = lane.weight_name(k)),
    });
    list(&now.collect::<Vec<_>>())
}
