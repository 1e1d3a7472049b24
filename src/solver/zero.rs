//! Numerical zero: the one rule by which gates, diagnostics and the views of the problem itself tell a sign from
//! none. Over time it is the one of `series`.

/// `√ε`, half of the digits: a gradient that has fallen to this share of its size at the start is zero. Solvers stop
/// about there, and what is left of it is their tolerance, not a direction.
pub const HALF_DIGITS: f64 = 1.490_116_119_384_765_6e-8;

/// What stands in one gradient's place in the bound: its size now and at the start of the experiment, and the size of
/// `H⁻¹` times it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// `‖v‖` where it is looked at.
    pub now: f64,
    /// `‖v₀‖` at the start.
    pub start: f64,
    /// `‖H⁻¹v‖`.
    pub newton: f64,
}

/// Largest `|a|` of an alignment `a = g · H⁻¹ v` that is numerically zero: `√ε (s_g ‖H⁻¹v‖ + s_v ‖H⁻¹g‖)` with
/// `s = max(‖now‖, ‖start‖)`, which is what errors of half of the digits in `g` and `v` do to `a` in first order.
/// Zero if that is not a finite number.
pub fn zero_alignment(g: Size, v: Size) -> f64 {
    let scale = |size: Size| size.now.max(size.start);
    let bound = HALF_DIGITS * (scale(g) * v.newton + scale(v) * g.newton);
    if bound.is_finite() { bound } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Size = Size { now: 1.0, start: 1.0, newton: 1.0 };

    #[test]
    fn half_of_the_digits_is_the_root_of_epsilon() {
        assert_eq!(HALF_DIGITS * HALF_DIGITS, f64::EPSILON);
    }

    #[test]
    fn a_gradient_that_was_large_at_the_start_is_known_to_that_scale() {
        // a = g·v = 1e-9 in one dimension with H = 1: a sign if g was no larger, none if it was 1.
        let g = Size { now: 1e-9, start: 1e-9, newton: 1e-9 };
        assert!(1e-9 > zero_alignment(g, ONE));
        assert!(1e-9 <= zero_alignment(Size { start: 1.0, ..g }, ONE));
    }

    #[test]
    fn nothing_beside_anything_is_zero_and_overflow_hides_no_sign() {
        let nothing = Size { now: 0.0, start: 0.0, newton: 0.0 };
        assert_eq!(zero_alignment(nothing, ONE), 0.0);
        assert_eq!(zero_alignment(Size { newton: f64::INFINITY, ..ONE }, ONE), 0.0);
    }
}
