//! Width of text without a font, and numbers as people write them.

pub use crate::lang::list;
use crate::lang::{FIRST_STRONG, POP, tr};

/// Estimated advance of a string set at `size`, in the unit of `size`.
///
/// Widths are those of DejaVu Sans, the widest of the usual interface fonts, so that what fits here
/// fits on every system.
pub fn width(text: &str, size: f64, bold: bool) -> f64 {
    let em: f64 = text.chars().map(advance).sum();
    em * size * if bold { 1.1 } else { 1.0 }
}

/// Advance of one character in em.
fn advance(c: char) -> f64 {
    match c {
        '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2069}' | '\u{300}'..='\u{36f}' => 0.0,
        'i' | 'j' | 'l' | '\'' | '|' => 0.28,
        '\u{2009}' => 0.2,
        ' ' | '.' | ',' | ':' | ';' | '!' => 0.33,
        'f' | 't' | 'r' | '(' | ')' | '/' | '-' | '·' | 'I' => 0.41,
        'c' | 's' | 'z' | 'J' => 0.55,
        'm' | 'M' | 'W' | 'w' | '%' | '@' => 0.98,
        '−' | '×' | '=' | '+' | '‖' | '∇' | '…' => 0.84,
        '⁰'..='⁹' | '⁻' | '¹' | '²' | '³' => 0.42,
        'A'..='Z' => 0.77,
        c if (c as u32) < 0x2e80 => 0.64,
        _ => 1.0,
    }
}

/// The longest beginning of `text` that fits into `room`, with an ellipsis if it was cut;
/// empty if not even one letter fits.
pub fn fit(text: &str, size: f64, bold: bool, room: f64) -> String {
    if width(text, size, bold) <= room {
        return text.to_owned();
    }
    let ends = text.char_indices().map(|(at, _)| at).rev().filter(|&at| at > 0);
    ends.map(|at| closed(format!("{}…", text[..at].trim_end())))
        .find(|cut| width(cut, size, bold) <= room)
        .unwrap_or_default()
}

/// A text that was cut, with the ends of what it still begins: what stands behind it is not turned.
fn closed(mut cut: String) -> String {
    let open = cut.matches(FIRST_STRONG).count().saturating_sub(cut.matches(POP).count());
    cut.extend(std::iter::repeat_n(POP, open));
    cut
}

/// A number with at most `decimals` decimals, shortly: real minus, thin spaces between thousands,
/// powers of ten outside 10⁻⁴ … 10⁶.
pub fn number(value: f64, decimals: usize) -> String {
    let size = value.abs();
    if !value.is_finite() {
        return tr!("not finite").to_owned();
    }
    if size == 0.0 && decimals > 5 {
        return "0".to_owned(); // among powers of ten
    }
    if size >= 1e6 || (size > 0.0 && size < 1e-4) {
        return power(value);
    }
    // Whole numbers throughout: the general formatting of floats is large in WebAssembly.
    let unit = 10_u64.pow(decimals.min(12) as u32);
    let units = (size * unit as f64).round() as u64;
    let whole = (units / unit).to_string();
    let mut text = String::new();
    if value < 0.0 && units > 0 {
        text.push('−');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && whole.len() > 4 && (whole.len() - i).is_multiple_of(3) {
            text.push('\u{2009}');
        }
        text.push(digit);
    }
    if unit > 1 {
        let digits = (unit + units % unit).to_string();
        text.push('.');
        text.push_str(&digits[1..]);
    }
    text
}

/// Sizes below this are told as zero: no quantity of a run means anything there.
const NOTHING: f64 = 1e-30;

/// A value with about three significant digits; below 10⁻³ as a power of ten, far below as zero.
pub fn value(x: f64) -> String {
    let size = if x.abs() < NOTHING { 0.0 } else { x.abs() };
    if size > 0.0 && size < 1e-3 {
        return power(x);
    }
    let decimals = match size {
        s if s == 0.0 || s >= 100.0 => 0,
        s if s >= 10.0 => 1,
        s if s >= 0.1 => 2,
        _ => 3,
    };
    number(if size == 0.0 { 0.0 } else { x }, decimals)
}

/// `m·10ⁿ` with a mantissa of at most two digits; `10ⁿ` if the mantissa is one.
fn power(value: f64) -> String {
    let size = value.abs();
    let mut exponent = libm::log10(size).floor() as i32;
    let tenths = |exponent: i32| (size / libm::pow(10.0, f64::from(exponent)) * 10.0).round() as u64;
    // Rounding may carry into the next power of ten.
    if tenths(exponent) >= 100 {
        exponent += 1;
    }
    let tenths = tenths(exponent);
    let mantissa = match (tenths / 10, tenths % 10) {
        (whole, 0) => whole.to_string(),
        (whole, tenth) => format!("{whole}.{tenth}"),
    };
    let raised: String = exponent.to_string().chars().map(superscript).collect();
    let sign = if value < 0.0 { "−" } else { "" };
    if mantissa == "1" { format!("{sign}10{raised}") } else { format!("{sign}{mantissa}·10{raised}") }
}

fn superscript(c: char) -> char {
    match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '0' => '⁰',
        digit => char::from_u32(digit as u32 - '4' as u32 + '⁴' as u32).unwrap_or(digit),
    }
}

/// Symbols and what is said for them, those that others are part of first.
fn said_for() -> [(&'static str, &'static str); 13] {
    [
        ("‖∇L_T‖", tr!("size of the gradient of the training loss")),
        ("dL_A/dφ", tr!("derivative of the held-out loss by φ")),
        ("L_A(W*(φ))", tr!("held-out loss of the best response")),
        ("∇L_A", tr!("gradient of the held-out loss")),
        ("W*(φ)", tr!("the best response")),
        ("2/λ_max", tr!("two over the largest eigenvalue")),
        ("1/λ_max", tr!("one over the largest eigenvalue")),
        ("λ = ", tr!("eigenvalue ")),
        ("cos_H", tr!("cosine by the inverse Hessian")),
        ("H⁻¹", tr!("inverse Hessian")),
        (tr!("H is "), tr!("the Hessian is ")),
        ("L_A", tr!("held-out loss")),
        ("L_T", tr!("training loss")),
    ]
}

/// A description with words for its symbols, to be heard; every sentence begins with a capital.
pub fn spoken(text: &str) -> String {
    let table = said_for();
    let words = table.iter().fold(text.to_owned(), |words, (symbol, said)| words.replace(symbol, said));
    let mut sentences = words.split(". ").map(|sentence| {
        let mut letters = sentence.chars();
        // A name at the beginning of a sentence stays as it was written.
        let known = table.iter().any(|(_, said)| sentence.starts_with(said));
        match letters.next().filter(|_| known) {
            Some(first) => first.to_uppercase().chain(letters).collect(),
            None => sentence.to_owned(),
        }
    });
    let first: String = sentences.next().unwrap_or_default();
    sentences.fold(first, |all, sentence| all + ". " + &sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_have_a_real_minus() {
        assert_eq!(number(-1.5, 1), "−1.5");
        assert_eq!(number(-0.0, 1), "0.0");
        assert_eq!(number(-0.01, 1), "0.0");
        assert_eq!(number(1500.0, 0), "1500");
        assert_eq!(number(-25_000.0, 0), "−25\u{2009}000");
        assert_eq!(number(1e6, 0), "10⁶");
        assert_eq!(number(-2.5e-7, 0), "−2.5·10⁻⁷");
        assert_eq!(number(1e300, 0), "10³⁰⁰");
        assert_eq!(number(f64::NAN, 0), "not finite");
    }

    #[test]
    fn values_keep_three_digits() {
        assert_eq!(value(0.0), "0");
        assert_eq!(value(3.70123), "3.70");
        assert_eq!(value(-0.0213), "−0.021");
        assert_eq!(value(48.27), "48.3");
        assert_eq!(value(1e-9), "10⁻⁹");
        assert_eq!(value(-2.7e-194), "0");
    }

    #[test]
    fn text_that_is_too_long_ends_in_an_ellipsis() {
        assert_eq!(fit("helpful", 12.0, false, 100.0), "helpful");
        let cut = fit("helpful", 12.0, false, 40.0);
        assert!(cut.ends_with('…') && width(&cut, 12.0, false) <= 40.0, "{cut}");
        assert_eq!(fit("helpful", 12.0, false, 3.0), "");
        let cut = fit("\u{2068}עזר ועוד עזר\u{2069} 0.358", 12.0, false, 60.0);
        assert!(cut.starts_with('\u{2068}') && cut.ends_with("…\u{2069}"), "{cut:?} turns nothing behind it");
    }

    #[test]
    fn symbols_are_spoken_as_words() {
        let said = spoken("H is singular. α = 1 is not below 2/λ_max = 0.5: ∇L_A, L_A(W*(φ)). a_1 rests.");
        let words = "The Hessian is singular. α = 1 is not below two over the largest eigenvalue = 0.5: \
                     gradient of the held-out loss, held-out loss of the best response. a_1 rests.";
        assert_eq!(said, words);
        assert_eq!(spoken(""), "");
    }

    #[test]
    fn lists_read_as_sentences() {
        let words = ["a", "b", "c"].map(String::from);
        assert_eq!(list(&words), "a, b and c");
        assert_eq!(list(&words[..1]), "a");
        assert_eq!(list(&[]), "");
    }
}
