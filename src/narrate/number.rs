//! Numbers for reading, as JavaScript rounds and writes them.

/// Digits after the first that a number is written out to before it is rounded: a double that is not halfway between two
/// decimals of a few digits differs from that point by its 17th digit.
const DECISIVE: usize = 40;

/// A number for reading, not for computing: so many significant digits without zeros at the end, powers of ten from
/// 100,000 on and below 0.001, a real minus.
///
/// Halves are rounded away from zero, as `toPrecision` and `toExponential` do in JavaScript, where the page has a
/// function of the same name.
pub fn number(x: f64, digits: usize) -> String {
    if x.is_nan() {
        return "–".to_owned();
    }
    let (sign, size) = (if x < 0.0 { "−" } else { "" }, x.abs());
    if size.is_infinite() {
        return format!("{sign}∞");
    }
    if size == 0.0 {
        return "0".to_owned();
    }
    let (rounded, exponent) = rounded(size, digits);
    if (1e-3..1e5).contains(&size) {
        format!("{sign}{}", positional(rounded, exponent + 1 - digits as i32))
    } else {
        format!("{sign}{}", scientific(rounded, exponent))
    }
}

/// Returns `digits` significant digits of a positive number as a whole number, and the power of ten of the first of them.
fn rounded(size: f64, digits: usize) -> (u64, i32) {
    let exact = format!("{size:.DECISIVE$e}");
    let (mantissa, exponent) = exact.split_once('e').unwrap_or((&exact, "0"));
    let mut all = mantissa.bytes().filter(u8::is_ascii_digit).map(|digit| u64::from(digit - b'0'));
    let kept = all.by_ref().take(digits).fold(0, |kept, digit| 10 * kept + digit);
    let up = kept + u64::from(all.next().is_some_and(|next| next >= 5));
    let exponent = exponent.parse().unwrap_or(0);
    if up == 10_u64.pow(digits as u32) { (up / 10, exponent + 1) } else { (up, exponent) }
}

/// `whole · 10^shift` without an exponent.
fn positional(whole: u64, shift: i32) -> String {
    let Ok(decimals) = usize::try_from(-shift) else {
        return format!("{whole}{}", "0".repeat(shift as usize));
    };
    let text = format!("{whole:0>least$}", least = decimals + 1);
    let (before, after) = text.split_at(text.len() - decimals);
    let after = after.trim_end_matches('0');
    if after.is_empty() { before.to_owned() } else { format!("{before}.{after}") }
}

/// Digits with a point after the first, and a power of ten.
fn scientific(digits: u64, exponent: i32) -> String {
    let text = digits.to_string();
    let (first, rest) = text.split_at(1);
    let (point, sign) = (if rest.is_empty() { "" } else { "." }, if exponent < 0 { '−' } else { '+' });
    format!("{first}{point}{rest}e{sign}{}", exponent.unsigned_abs())
}
