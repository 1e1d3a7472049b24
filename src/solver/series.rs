//! What one column of a trace shows.

/// Smaller than this part of a series' largest value, a value is rounding and has no sign.
const NOISE: f64 = 1e-8;

/// How often a series changes sign, and the row of the last change. Zeros, absent values and what
/// is but rounding have no sign.
pub fn sign_changes(series: &[f64]) -> (u64, Option<usize>) {
    let largest = series.iter().filter(|x| x.is_finite()).fold(0.0, |m: f64, x| m.max(x.abs()));
    let mut sign = None;
    let (mut count, mut last) = (0, None);
    for (row, &x) in series.iter().enumerate() {
        if x.is_nan() || x.abs() <= NOISE * largest {
            continue;
        }
        if sign.is_some_and(|s| s != (x > 0.0)) {
            count += 1;
            last = Some(row);
        }
        sign = Some(x > 0.0);
    }
    (count, last)
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
