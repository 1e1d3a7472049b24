//! One task lit up among the others: its curves broader, theirs faint.

use super::View;
use super::frame::Curve;
use super::theme::Rgb;

/// How much broader a curve that is lit up is drawn.
const BROADER: f64 = 1.75;
/// Share of the background in a curve beside one that is lit up.
const FAINT: f64 = 0.72;

/// Colour and stroke, in CSS pixels, of a curve; those of no task are left as they are.
pub fn looks(view: &View, curve: &Curve) -> (Rgb, f64) {
    let stroke = view.theme.curve;
    match (view.lit, curve.task) {
        (Some(lit), Some(task)) if lit == task => (curve.rgb, BROADER * stroke),
        (Some(_), Some(_)) => (curve.rgb.mixed(view.theme.background, FAINT), stroke),
        _ => (curve.rgb, stroke),
    }
}
