//! Weights over time: a panel a lane, a median with two bands a weight.

use super::super::frame::{Curve, Label, Panel};
use super::super::grid::{self, Grid};
use super::super::scale::{Extent, Scale};
use super::super::sheet::Sheet;
use super::super::{Plot, Rgb};
use super::words;
use crate::sampled::{Bands, LaneSummary, Summary};

/// Largest weight over the typical one that a linear scale shows well.
const LINEAR: f64 = 60.0;
/// How much of a weight's colour the ground of its bands has, the outer one first.
const TINTS: [f64; 2] = [0.14, 0.32];

/// Draws the panels and says where they are.
pub fn compose(sheet: &mut Sheet, summary: &Summary) -> Vec<Plot> {
    let count = summary.lanes.len();
    let layout = Grid::new(sheet, count, 0.0);
    let scale = scale(summary, layout.value_intervals(sheet));
    let names: Vec<&str> = summary.shape.weights.iter().map(String::as_str).collect();
    let (left, right) = (grid::left_margin(sheet, &scale, "φ"), grid::right_margin(sheet, &layout, &names));
    let steps = summary.shape.steps.last().copied().unwrap_or(1.0).max(1.0);
    let panels = layout.panels(count, left, right, steps);
    for (panel, lane) in panels.iter().zip(&summary.lanes) {
        draw(sheet, panel, &scale, lane, summary);
    }
    panels.iter().map(Panel::drawn).collect()
}

/// Made for the middle four fifths of the seeds of every lane.
fn scale(summary: &Summary, intervals: f64) -> Scale {
    let mut extent = Extent::default();
    let count = summary.shape.weights.len();
    for bands in summary.lanes.iter().flat_map(|lane| &lane.bands[..count]) {
        bands.quantiles.iter().for_each(|list| extent.add(list.as_slice().into()));
    }
    let (low, high) = extent.robust(1e3, 2.0).unwrap_or((0.0, 1.0));
    let typical = extent.typical(0.5);
    if typical > 0.0 && high.max(-low) > LINEAR * typical {
        return Scale::symmetric((low, high), typical, intervals);
    }
    Scale::linear((low.min(0.0), high.max(0.0)), intervals)
}

fn draw(sheet: &mut Sheet, panel: &Panel, scale: &Scale, lane: &LaneSummary, summary: &Summary) {
    let theme = sheet.view.theme;
    panel.value_axis(sheet, scale, if summary.shape.effective { "h" } else { "φ" });
    let weights = &lane.bands[..summary.shape.weights.len()];
    let steps = &summary.shape.steps;
    for (pair, tint) in [(0, 4), (1, 3)].into_iter().zip(TINTS) {
        for (k, bands) in weights.iter().enumerate() {
            band(sheet, panel, scale, (steps, bands, pair), mixed(theme.background, theme.task(k), tint));
        }
    }
    for (k, bands) in weights.iter().enumerate() {
        for edge in [0, 1, 3, 4] {
            line(sheet, panel, scale, (steps, &bands.quantiles[edge]), theme.task(k));
        }
    }
    let mut labels: Vec<Label> = Vec::with_capacity(weights.len());
    for (k, bands) in weights.iter().enumerate() {
        let curve =
            Curve { steps, values: bands.median().into(), rgb: theme.task(k), task: Some(k), dashes: &[] };
        let end = panel.curve(sheet, scale, &curve);
        panel.marks(sheet, scale, &curve);
        labels.extend(end.map(|end| (summary.shape.weights[k].clone(), end, curve.rgb)));
    }
    let said = words::of_lane(summary, lane);
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    let remarks: Vec<&str> = scale.name().into_iter().collect();
    panel.heading(sheet, &lane.label, &remarks, &said);
    panel.end_labels(sheet, &labels);
    panel.time_axis(sheet);
}

/// A colour thinned on a ground.
fn mixed(ground: Rgb, rgb: Rgb, share: f64) -> Rgb {
    let channel = |g: u8, c: u8| (f64::from(g) + share * (f64::from(c) - f64::from(g))).round() as u8;
    Rgb(channel(ground.0, rgb.0), channel(ground.1, rgb.1), channel(ground.2, rgb.2))
}

/// Fills between two quantiles, wherever both are there.
fn band(
    sheet: &mut Sheet,
    panel: &Panel,
    scale: &Scale,
    (steps, bands, (low, high)): (&[f64], &Bands, (usize, usize)),
    rgb: Rgb,
) {
    let place = |list: &[f64], i: usize| (panel.span.pixel(steps[i]), panel.y(scale, list[i]));
    let there: Vec<bool> = bands.present.iter().map(|count| *count > 0).collect();
    let mut from = 0;
    for run in there.chunk_by(|a, b| a == b) {
        let nodes = from..from + run.len();
        from = nodes.end;
        if run[0] && run.len() > 1 {
            let over = nodes.clone().map(|i| place(&bands.quantiles[high], i));
            let under = nodes.rev().map(|i| place(&bands.quantiles[low], i));
            sheet.polygon(over.chain(under), rgb);
        }
    }
}

/// A thin line along a quantile, left out where it is outside the frame.
fn line(sheet: &mut Sheet, panel: &Panel, scale: &Scale, (steps, values): (&[f64], &[f64]), rgb: Rgb) {
    let width = sheet.stroke(sheet.view.theme.hairline);
    let inside: Vec<bool> = values.iter().map(|value| value.is_finite() && scale.holds(*value)).collect();
    let mut from = 0;
    for run in inside.chunk_by(|a, b| a == b) {
        let nodes = from..from + run.len();
        from = nodes.end;
        if run[0] {
            let point =
                |i: usize| (panel.span.pixel(steps[i]).round() as i32, panel.y(scale, values[i]) as i32);
            sheet.path(nodes.map(point), width, rgb);
        }
    }
}
