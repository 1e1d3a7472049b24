//! Elementary functions with the same bits on every platform (libm), safe from overflow.

/// `ln(1 + e^z)`.
#[inline]
pub fn softplus(z: f64) -> f64 {
    softplus_and_slope(z).0
}

/// `1/(1 + e^{-z})`, the derivative of [`softplus`].
#[inline]
pub fn sigmoid(z: f64) -> f64 {
    let e = libm::exp(-z.abs());
    (if z >= 0.0 { 1.0 } else { e }) / (1.0 + e)
}

/// [`softplus`] and [`sigmoid`] by one exponential.
#[inline]
pub fn softplus_and_slope(z: f64) -> (f64, f64) {
    let e = libm::exp(-z.abs());
    let slope = (if z >= 0.0 { 1.0 } else { e }) / (1.0 + e);
    ((if z > 0.0 { z } else { 0.0 }) + libm::log1p(e), slope)
}

/// The inverse of [`softplus`] for `y > 0`: `ln(e^y - 1)`.
pub fn softplus_inverse(y: f64) -> f64 {
    y + libm::log(-libm::expm1(-y))
}

/// The inverse of [`sigmoid`] for `0 < y < 1`: `ln(y/(1 - y))`.
pub fn logit(y: f64) -> f64 {
    libm::log(y) - libm::log1p(-y)
}

/// Arguments that are worked on at once: the compiler makes vectors of them.
pub const BLOCK: usize = 8;

/// `Σ_i c_i x^i` by Estrin's scheme: pairs, fours and eights do not wait for each other.
#[inline(always)]
fn polynomial(c: &[f64; 12], x: f64) -> f64 {
    let (x2, pair) = (x * x, |i: usize| c[i] + c[i + 1] * x);
    let four = |i: usize| pair(i) + pair(i + 2) * x2;
    let x4 = x2 * x2;
    (four(0) + four(4) * x4) + four(8) * (x4 * x4)
}

/// `(2^k, e^r - 1)` with `x = k·ln 2 + r`, `|r| ≤ ½ ln 2`, for `x ≤ 0` (-708 for anything below). Without
/// a branch, so that a loop over it becomes vector instructions; each half is right to an ulp or two.
#[inline(always)]
fn split_exp(x: f64) -> (f64, f64) {
    /// ln 2 in two parts, the first with zeros at its end: `k` times it is exact.
    const LN_2: [f64; 2] = [6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10];
    /// Added and taken away again it rounds to whole numbers, which the lowest bits of the sum hold.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    /// 1/2!, 1/3! … 1/13!: the next term is below 1e-18 of the first.
    const C: [f64; 12] = [
        1.0 / 2.0,
        1.0 / 6.0,
        1.0 / 24.0,
        1.0 / 120.0,
        1.0 / 720.0,
        1.0 / 5_040.0,
        1.0 / 40_320.0,
        1.0 / 362_880.0,
        1.0 / 3_628_800.0,
        1.0 / 39_916_800.0,
        1.0 / 479_001_600.0,
        1.0 / 6_227_020_800.0,
    ];
    let x = if x < -708.0 { -708.0 } else { x };
    let shifted = x * std::f64::consts::LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = (x - k * LN_2[0]) - k * LN_2[1];
    let sum = polynomial(&C, r);
    let power = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1f64.to_bits()));
    (power, r + r * r * sum)
}

/// [`sigmoid`] of each number.
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
pub fn sigmoid_all(z: &mut [f64; BLOCK]) {
    for z in z {
        let (power, rest) = split_exp(-z.abs());
        let e = power + power * rest;
        *z = (if *z >= 0.0 { 1.0 } else { e }) / (1.0 + e);
    }
}

/// [`softplus`] of each number.
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
pub fn softplus_all(z: &mut [f64; BLOCK]) {
    /// ln 1.5.
    const LN_1_5: f64 = 0.405_465_108_108_164_4;
    /// 2/3, 2/5 … 2/25 of the series 2 artanh s = 2s + ⅔s³ + …: |s| ≤ 1/5.
    const C: [f64; 12] = [
        2.0 / 3.0,
        2.0 / 5.0,
        2.0 / 7.0,
        2.0 / 9.0,
        2.0 / 11.0,
        2.0 / 13.0,
        2.0 / 15.0,
        2.0 / 17.0,
        2.0 / 19.0,
        2.0 / 21.0,
        2.0 / 23.0,
        2.0 / 25.0,
    ];
    for z in z {
        let (power, rest) = split_exp(-z.abs());
        let e = power + power * rest;
        // ln(1 + e) = 2 artanh(e/(2 + e)), or from ln 1.5 on.
        let (start, above, below) = if e > 0.5 { (LN_1_5, e - 0.5, e + 2.5) } else { (0.0, e, e + 2.0) };
        let s = above / below;
        let log = start + (2.0 * s + s * (s * s) * polynomial(&C, s * s));
        *z = (if *z > 0.0 { *z } else { 0.0 }) + log;
    }
}

/// The hyperbolic tangent of each number.
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
pub fn tanh_all(z: &mut [f64; BLOCK]) {
    for z in z {
        let (power, rest) = split_exp(-2.0 * z.abs());
        let less_one = (power - 1.0) + power * rest;
        *z = (-less_one / (2.0 + less_one)).copysign(*z);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_have_the_values_of_libm() {
        let points = (0..20_000).map(|i| f64::from(i) * 2e-3 - 20.0);
        let small = (0..600).flat_map(|i| [1.0, -1.0].map(|sign| sign * libm::exp2(f64::from(-i))));
        for z in points.chain(small).chain([0.0, 1e3, -1e3, 1e300, -1e300, -700.0, -745.0]) {
            let (mut sigmoids, mut tanhs, mut softpluses) = ([z; BLOCK], [z; BLOCK], [z; BLOCK]);
            softplus_all(&mut softpluses);
            sigmoid_all(&mut sigmoids);
            tanh_all(&mut tanhs);
            let pairs = [(sigmoids[3], sigmoid(z)), (tanhs[7], libm::tanh(z)), (softpluses[0], softplus(z))];
            for (found, expected) in pairs {
                let close = (found - expected).abs() <= 4.0 * f64::EPSILON * expected.abs() + 1e-300;
                assert!(close, "at {z}: {found:?}, libm {expected:?}");
            }
        }
        let mut nan = [f64::NAN; BLOCK];
        sigmoid_all(&mut nan);
        assert!(nan.iter().all(|x| x.is_nan()));
        (nan[0], nan[1]) = (f64::NAN, 1.0);
        softplus_all(&mut nan);
        assert!(nan[0].is_nan() && nan[1] > 1.0);
        nan = [f64::NAN; BLOCK];
        tanh_all(&mut nan);
        assert!(nan.iter().all(|x| x.is_nan()));
    }

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
