//! Elementary functions with the same bits on every platform (libm), safe from overflow.

/// `ln(1 + e^z)`.
#[inline]
pub fn softplus(z: f64) -> f64 {
    (if z > 0.0 { z } else { 0.0 }) + libm::log1p(libm::exp(-z.abs()))
}

/// `1/(1 + e^{-z})`, the derivative of [`softplus`].
#[inline]
pub fn sigmoid(z: f64) -> f64 {
    let e = libm::exp(-z.abs());
    (if z >= 0.0 { 1.0 } else { e }) / (1.0 + e)
}

/// The inverse of [`softplus`] for `y > 0`: `ln(e^y - 1)`.
pub fn softplus_inverse(y: f64) -> f64 {
    y + libm::log(-libm::expm1(-y))
}

/// The inverse of [`sigmoid`] for `0 < y < 1`: `ln(y/(1 - y))`.
pub fn logit(y: f64) -> f64 {
    libm::log(y) - libm::log1p(-y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverses_return_where_they_came_from() {
        for z in [-30.0, -2.0, -1e-3, 0.0, 0.5, 3.0, 30.0] {
            assert!((softplus_inverse(softplus(z)) - z).abs() < 1e-9 * (1.0 + z.abs()), "softplus at {z}");
        }
        for y in [1e-9, 0.2, 0.5, 0.999] {
            assert!((sigmoid(logit(y)) - y).abs() < 1e-14, "sigmoid at {y}");
        }
    }

    #[test]
    fn nothing_overflows() {
        assert_eq!(softplus(1e300), 1e300);
        assert_eq!(softplus(-1e300), 0.0);
        assert_eq!((sigmoid(1e300), sigmoid(-1e300)), (1.0, 0.0));
    }
}
