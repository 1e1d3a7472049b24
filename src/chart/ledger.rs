//! The ledger: who lowered `L_T` since the start, the moves of W or those of φ; with `L_A` below, which
//! cannot be lowered by letting tasks count less.

use super::columns::Span;
use super::frame::{self, Curve, Panel};
use super::grid::{self, Grid};
use super::scale::{Extent, Scale};
use super::shapes;
use super::sheet::{Rect, Sheet};
use super::text;
use super::{Drawn, Lane, View};
use crate::lang::{t, tr};
use crate::trace::QuantityKind::{self, FallByPhi, FallByW, LossAuxSet, LossTrain};

/// The parts of the fall: what, and its name at the end of the curve.
fn parts() -> [(QuantityKind, &'static str); 2] {
    [(FallByW, tr!("by W")), (FallByPhi, tr!("by φ"))]
}
/// Height of the panel of `L_A` under each ledger, in CSS pixels at ordinary type size.
const BELOW: f64 = 84.0;
/// Height between the two plots.
const GAP: f64 = 22.0;
/// Share of a low panel that both may take.
const MOST_BELOW: f64 = 0.36;

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
        extent.add(lane.ranged_series(kind, 0));
    }
    extent.robust(1e3, 2.0)
}

/// Composes the chart.
pub fn compose(sheet: &mut Sheet, lanes: &[Lane]) -> Drawn {
    let (falls, losses) = (limits(lanes, &[FallByW, FallByPhi]), limits(lanes, &[LossAuxSet]));
    let (Some(falls), Some(losses)) = (falls, losses) else {
        return frame::say_not_yet(sheet);
    };
    let layout = Grid::new(sheet, lanes.len(), sheet.px(below(sheet.view))).with_under_at_most(MOST_BELOW);
    let scale = Scale::linear((falls.0.min(0.0), falls.1.max(0.0)), layout.value_intervals(sheet));
    let outer = Scale::linear(losses, 2.0);
    let margins = [&scale, &outer].map(|scale| grid::left_margin(sheet, scale, "L_A"));
    let left = margins[0].max(margins[1]);
    let right = grid::right_margin(sheet, &layout, &[tr!("by W"), tr!("by φ"), tr!("held-out")]);
    let panels = layout.panels(lanes.len(), left, right, frame::last_step(lanes, sheet.view));
    if panels.is_empty() {
        return frame::say(sheet, &[tr!("Too small for the ledger"), tr!("Too small")]);
    }
    for (panel, lane) in panels.iter().zip(lanes) {
        draw_lane(sheet, panel, (&scale, &outer), lane);
    }
    frame::over_time(sheet, &panels)
}

fn draw_lane(sheet: &mut Sheet, panel: &Panel, (scale, outer): (&Scale, &Scale), lane: &Lane) {
    panel.value_axis(sheet, scale, "");
    let ink = sheet.view.theme.ink;
    let curve = |kind, dashes| Curve {
        steps: lane.trace.steps(),
        values: lane.series(kind, 0),
        rgb: ink,
        task: None,
        dashes,
    };
    let curves: Vec<Curve> =
        parts().iter().enumerate().map(|(i, (kind, _))| curve(*kind, shapes::dashes(i))).collect();
    let under = panel_below(sheet, panel);
    under.value_axis(sheet, outer, "");
    let cursor = panel.cursor(sheet, 0.0);
    let mut labels = Vec::with_capacity(curves.len());
    for (curve, (_, name)) in curves.iter().zip(parts()) {
        let Some(end) = panel.curve(sheet, scale, curve) else { continue };
        labels.push((name.to_owned(), end, ink));
    }
    let held_out = curve(LossAuxSet, shapes::dashes(0));
    let end = under.curve(sheet, outer, &held_out);
    if let Some(x) = cursor {
        panel.readings(sheet, scale, x, &curves);
        under.readings(sheet, outer, x, std::slice::from_ref(&held_out));
    }
    if let Some(balance) = Balance::of(lane) {
        let exactly =
            t!("fall of the training loss, residual {residual}", residual = text::value(balance.residual));
        let remarks = [&exactly, tr!("fall of the training loss")];
        panel.heading(sheet, lane.label, &remarks, &balance.words().each_ref().map(String::as_str));
    } else {
        panel.heading(sheet, lane.label, &[], &[]);
    }
    panel.end_labels(sheet, &labels);
    if let Some(end) = end {
        under.end_labels(sheet, &[(tr!("held-out").to_owned(), end, ink)]);
    }
    panel.time_axis(sheet);
}

/// A second plot between the first and its axis of time.
pub fn panel_below(sheet: &Sheet, panel: &Panel) -> Panel {
    let gap = sheet.px(GAP * sheet.view.theme.type_size / 12.0).min(0.3 * (panel.foot - panel.plot.bottom));
    let plot = Rect { top: panel.plot.bottom + gap, bottom: panel.foot, ..panel.plot };
    let Span { left, right, steps } = panel.span;
    Panel { plot, span: Span { left, right, steps }, foot: panel.foot, edge: panel.edge, ..*panel }
}

/// What the fall of the last row is made of.
struct Balance {
    by_w: f64,
    by_phi: f64,
    /// What neither accounts for: rounding.
    residual: f64,
}

impl Balance {
    fn of(lane: &Lane) -> Option<Self> {
        let last = |kind| lane.trace.last(kind, 0);
        let (by_w, by_phi) = (last(FallByW)?, last(FallByPhi)?);
        let first = *lane.series(LossTrain, 0).first()?;
        Some(Self { by_w, by_phi, residual: first - last(LossTrain)? - by_w - by_phi })
    }

    /// For example `fell by 24, 71 % of it by φ`, and the same shortly.
    fn words(&self) -> [String; 2] {
        let Self { by_w, by_phi, .. } = *self;
        let fall = by_w + by_phi;
        let total = text::value(fall.abs());
        let whole = if fall == 0.0 {
            return [tr!("no change").to_owned(), String::new()];
        } else if fall > 0.0 && by_phi < 0.0 {
            t!("fell by {total}, though φ raised it", total = total)
        } else if fall > 0.0 && by_w < 0.0 {
            t!("fell by {total}, though W raised it", total = total)
        } else if fall > 0.0 && by_phi == 0.0 {
            t!("fell by {total}, all by W", total = total)
        } else if fall > 0.0 {
            let share = format!("{:.0}", 100.0 * by_phi / fall);
            let whole = t!("fell by {total}, {share} % of it by φ", total = total, share = share);
            return [whole, t!("{share} % by φ", share = share)];
        } else if by_phi >= 0.0 {
            t!("rose by {total}: W raised it", total = total)
        } else if by_w >= 0.0 {
            t!("rose by {total}: φ raised it by more than W lowered it", total = total)
        } else {
            t!("rose by {total}: both raised it", total = total)
        };
        let short = match fall > 0.0 {
            true => t!("fell by {total}", total = total),
            false => t!("rose by {total}", total = total),
        };
        [whole, short]
    }
}

/// The text alternative; see [`ChartKind::describe`](super::ChartKind::describe).
pub fn describe(lanes: &[Lane], _: &View) -> String {
    let mut words = String::from(tr!(
        "Ledger: the fall of the training loss L_T since the start, split into what W and what φ did."
    ));
    if lanes.is_empty() {
        words.push_str(tr!(" Nothing recorded yet."));
    }
    for lane in lanes {
        words.push_str(&match Balance::of(lane) {
            None if lane.trace.rows() == 0 => t!(" {lane}: nothing recorded yet.", lane = lane.label),
            None => t!(" {lane}: no account, since a loss on the way was too large.", lane = lane.label),
            Some(balance) => t!(
                " {lane}: L_T {change}; by W {by_w}, by φ {by_phi}, residual {residual}.",
                lane = lane.label,
                change = balance.words()[0],
                by_w = text::value(balance.by_w),
                by_phi = text::value(balance.by_phi),
                residual = text::value(balance.residual)
            ),
        });
    }
    words
}
