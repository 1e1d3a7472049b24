//! What one column of a trace shows.

/// Smaller than this part of a series' largest value, a value is rounding and has no sign.
pub const NOISE: f64 = 1e-8;

/// Rows at which a series changes sign, and whether it is positive there. Zeros, absent values and what
/// is but rounding have no sign.
pub fn turns(series: &[f64]) -> impl Iterator<Item = (usize, bool)> {
    let largest = series.iter().filter(|x| x.is_finite()).fold(0.0, |m: f64, x| m.max(x.abs()));
    let mut sign = None;
    series.iter().enumerate().filter_map(move |(row, &x)| {
        if x.is_nan() || x.abs() <= NOISE * largest {
            return None;
        }
        let before = sign.replace(x > 0.0);
        before.is_some_and(|s| s != (x > 0.0)).then_some((row, x > 0.0))
    })
}

/// How often a series changes sign, and the row of the last change; see [`turns`].
pub fn sign_changes(series: &[f64]) -> (u64, Option<usize>) {
    turns(series).fold((0, None), |(count, _), (row, _)| (count + 1, Some(row)))
}

#[cfg(test)]
mod tests {
    use super::sign_changes;

    #[test]
    fn zeros_and_absent_values_have_no_sign() {
        assert_eq!(sign_changes(&[f64::NAN, 1.0, 0.0, 2.0, -1.0, f64::NAN, -1.0, 3.0]), (2, Some(7)));
        assert_eq!(sign_changes(&[]), (0, None));
    }

    #[test]
    fn rounding_about_zero_turns_no_sign_but_small_values_do() {
        assert_eq!(sign_changes(&[1.0, 1e-9, -1e-9, 1e-10]), (0, None));
        assert_eq!(sign_changes(&[1.0, 1e-6, -1e-6]), (1, Some(2)));
    }
}
