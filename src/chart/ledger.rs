//! The ledger: who lowered `L_T` since the start, the moves of W or those of φ; with `L_A` below, which
//! cannot be lowered by letting tasks count less.

use super::columns::Span;
use super::frame::{self, Curve, Panel};
use super::grid::{self, Grid};
use super::scale::{Extent, Scale};
use super::shapes;
use super::sheet::{Rect, Sheet};
use super::text::{self, list};
use super::{Drawn, Lane, View};
use crate::trace::QuantityKind::{self, FallByPhi, FallByW, LossAuxSet, LossTrain};

/// The parts of the fall: what, and its name at the end of the curve.
const PARTS: [(QuantityKind, &str); 2] = [(FallByW, "W improved"), (FallByPhi, "φ shrank")];
/// Height of the panel of `L_A` under each ledger, in CSS pixels at ordinary type size.
const BELOW: f64 = 84.0;
/// Share of a panel's height between the two plots.
const GAP: f64 = 22.0;

fn series<'a>(lane: &Lane<'a>, kind: QuantityKind) -> &'a [f64] {
    lane.trace.series(kind, 0).unwrap_or(&[])
}

/// See [`ChartKind::height`](super::ChartKind::height).
pub fn height(lanes: &[Lane], view: &View, width: f64) -> f64 {
    grid::wanted_height(view, lanes.len(), width, below(view))
}

/// Room under the plot for another one, in CSS pixels.
pub fn below(view: &View) -> f64 {
    (BELOW + GAP) * view.theme.type_size / 12.0
}

/// The range of some quantities over all lanes that the frame is to hold.
fn limits(lanes: &[Lane], kinds: &[QuantityKind]) -> Option<(f64, f64)> {
    let mut extent = Extent::default();
    for (lane, &kind) in lanes.iter().flat_map(|lane| kinds.iter().map(move |kind| (lane, kind))) {
        extent.add(lane.ranged().series(kind, 0).unwrap_or(&[]));
    }
    extent.robust(1e3, 2.0)
}

/// Composes the chart.
pub fn compose(sheet: &mut Sheet, lanes: &[Lane]) -> Drawn {
    let (falls, losses) = (limits(lanes, &[FallByW, FallByPhi]), limits(lanes, &[LossAuxSet]));
    let (Some(falls), Some(losses)) = (falls, losses) else {
        return frame::say(sheet, &["Nothing recorded yet", "No data yet"]);
    };
    let layout = Grid::new(sheet, lanes.len(), sheet.px(below(sheet.view)));
    let scale = Scale::linear((falls.0.min(0.0), falls.1.max(0.0)), layout.value_intervals(sheet));
    let outer = Scale::linear(losses, 2.0);
    let margins = [&scale, &outer].map(|scale| grid::left_margin(sheet, scale, "L_A"));
    let left = margins[0].max(margins[1]);
    let right = grid::right_margin(sheet, &layout, &PARTS.map(|(_, name)| name));
    let panels = layout.panels(lanes.len(), left, right, frame::last_step(lanes, sheet.view));
    if panels.is_empty() {
        return frame::say(sheet, &["Too narrow for the ledger", "Too narrow"]);
    }
    for (panel, lane) in panels.iter().zip(lanes) {
        draw_lane(sheet, panel, (&scale, &outer), lane);
    }
    Drawn { plots: panels.iter().map(Panel::drawn).collect() }
}

fn draw_lane(sheet: &mut Sheet, panel: &Panel, (scale, outer): (&Scale, &Scale), lane: &Lane) {
    panel.value_axis(sheet, scale, "");
    let ink = sheet.view.theme.ink;
    let curve = |kind, dashes| Curve {
        steps: lane.trace.steps(),
        values: series(lane, kind),
        rgb: ink,
        task: None,
        dashes,
    };
    let curves: Vec<Curve> =
        PARTS.iter().enumerate().map(|(i, (kind, _))| curve(*kind, shapes::dashes(i))).collect();
    let under = panel_below(sheet, panel);
    under.value_axis(sheet, outer, "");
    let cursor = panel.cursor(sheet, 0.0);
    let mut labels = Vec::with_capacity(PARTS.len());
    for (curve, (_, name)) in curves.iter().zip(PARTS) {
        let Some(end) = panel.curve(sheet, scale, curve) else { continue };
        labels.push((name.to_owned(), end, ink));
    }
    let held_out = curve(LossAuxSet, shapes::dashes(0));
    let end = under.curve(sheet, outer, &held_out);
    if let Some(x) = cursor {
        panel.readings(sheet, scale, x, &curves);
        under.readings(sheet, outer, x, std::slice::from_ref(&held_out));
    }
    let words = balance(lane);
    panel.heading(sheet, lane.label, &["fall of L_T since the start"], &[&words]);
    panel.end_labels(sheet, &labels);
    if let Some(end) = end {
        under.end_labels(sheet, &[("L_A".to_owned(), end, ink)]);
    }
    panel.time_axis(sheet);
}

/// A second plot between the first and its axis of time.
pub fn panel_below(sheet: &Sheet, panel: &Panel) -> Panel {
    let gap = sheet.px(GAP * sheet.view.theme.type_size / 12.0).min(0.5 * (panel.foot - panel.plot.bottom));
    let plot = Rect { top: panel.plot.bottom + gap, bottom: panel.foot, ..panel.plot };
    let Span { left, right, steps } = panel.span;
    Panel { plot, span: Span { left, right, steps }, foot: panel.foot, edge: panel.edge, ..*panel }
}

/// What the last row's fall is made of: `L_T fell by 24: 71 % because φ shrank`.
fn balance(lane: &Lane) -> String {
    let last = |kind| lane.trace.last(kind, 0);
    let (Some(by_w), Some(by_phi)) = (last(FallByW), last(FallByPhi)) else { return String::new() };
    let fall = by_w + by_phi;
    let total = text::value(fall.abs());
    if fall <= 0.0 {
        return format!("L_T rose by {total}: φ grew by what W could not make up for");
    }
    let share = 100.0 * by_phi / fall;
    if by_phi < 0.0 {
        format!("L_T fell by {total}, though φ grew")
    } else {
        format!("L_T fell by {total}, {share:.0} % because φ shrank")
    }
}

/// What the falls do not account for: rounding.
fn residual(lane: &Lane) -> Option<f64> {
    let first = lane.trace.series(LossTrain, 0)?.first().copied().filter(|loss| loss.is_finite())?;
    let last = |kind| lane.trace.last(kind, 0);
    Some(first - last(LossTrain)? - last(FallByW)? - last(FallByPhi)?)
}

/// The text alternative; see [`ChartKind::describe`](super::ChartKind::describe).
pub fn describe(lanes: &[Lane], _: &View) -> String {
    let mut words =
        String::from("Ledger: the fall of the training loss L_T, split into what W and what φ did.");
    let parts = lanes.iter().filter_map(|lane| {
        let last = |kind| lane.trace.last(kind, 0);
        let (by_w, by_phi, residual) = (last(FallByW)?, last(FallByPhi)?, residual(lane)?);
        Some(format!(
            "{}: W {}, φ {}, residual {}; {}",
            lane.label,
            text::value(by_w),
            text::value(by_phi),
            text::value(residual),
            balance(lane)
        ))
    });
    let parts: Vec<String> = parts.collect();
    words.push_str(&if parts.is_empty() {
        " Nothing recorded yet.".to_owned()
    } else {
        format!(" {}.", list(&parts))
    });
    words
}
