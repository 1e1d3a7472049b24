//! Whether a formula has the derivatives at a point that the solver is going to use.

use crate::formula::Expression;

/// Steps of the differences, relative to `1 + |w_i|`: one of them suits a formula that is smooth.
const STEPS: [f64; 5] = [1e-4, 1e-5, 1e-6, 1e-3, 1e-7];
/// Part of the larger one by which a difference and a derivative may differ.
const TOLERANCE: f64 = 1e-3;

/// Checks value and derivatives of an expression at `w`: all are finite, and both one-sided differences of the value
/// agree with the first and second derivative, in each parameter. So a kink is found, where they differ.
///
/// # Errors
/// What is expected of the formula, and what was found.
pub fn check(expression: &Expression, w: &[f64]) -> Result<(), (String, String)> {
    let value = expression.value(w);
    if !value.is_finite() {
        return Err((
            "a formula with a finite value at the start".to_owned(),
            format!("{value} at {}", point(w)),
        ));
    }
    for i in 0..w.len() {
        let [_, slope] = expression.slope(w, i);
        for j in 0..=i {
            let bend = expression.bend(w, i, j);
            if !(slope.is_finite() && bend.is_finite()) {
                let name = if slope.is_finite() {
                    format!("∂²/∂w{}∂w{}", i + 1, j + 1)
                } else {
                    format!("∂/∂w{}", i + 1)
                };
                let number = if slope.is_finite() { bend } else { slope };
                let expected = "a formula with finite first and second derivatives at the start";
                return Err((expected.to_owned(), format!("{name} = {number} at {}", point(w))));
            }
        }
        agrees(expression, w, i)?;
    }
    Ok(())
}

/// Compares the derivatives in `w_{i+1}` with differences to both sides.
fn agrees(expression: &Expression, w: &[f64], i: usize) -> Result<(), (String, String)> {
    let (value, [_, slope], bend) = (expression.value(w), expression.slope(w, i), expression.bend(w, i, i));
    let difference = |h: f64| {
        let mut moved = w.to_vec();
        moved[i] += h;
        (expression.value(&moved) - value) / (moved[i] - w[i])
    };
    let near = |h: f64| {
        let (found, expected) = (difference(h), slope + 0.5 * h * bend);
        let rounding = 64.0 * f64::EPSILON * (1.0 + value.abs()) / h.abs();
        (found - expected).abs() <= TOLERANCE * (found.abs() + expected.abs()) + rounding + 1e-9
    };
    let scale = 1.0 + w[i].abs();
    if STEPS.iter().any(|step| near(step * scale) && near(-step * scale)) {
        return Ok(());
    }
    // Zero has no sign here.
    let about = |x: f64| (x * 1e4).round() / 1e4 + 0.0;
    let [left, right] = [-1.0, 1.0].map(|side| about(difference(side * STEPS[1] * scale)));
    let expected = "a formula that is smooth at the start (no kink there; another start may do)";
    let found =
        format!("∂/∂w{} = {}, by differences {left} and {right}, at {}", i + 1, about(slope), point(w));
    Err((expected.to_owned(), found))
}

/// `w1 = 0, w2 = 1`, at most the first three.
fn point(w: &[f64]) -> String {
    let parts: Vec<String> = w.iter().take(3).enumerate().map(|(i, x)| format!("w{} = {x}", i + 1)).collect();
    parts.join(", ") + if w.len() > 3 { " …" } else { "" }
}
