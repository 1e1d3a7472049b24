//! Cells as numbers: signs between thousands and before decimals, percent signs, currencies and units.

/// A sign in a number that may stand before its decimals or between its thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// `.`
    Point,
    /// `,`
    Comma,
}

impl Mark {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Point, Self::Comma];

    /// Returns the other one.
    pub fn other(self) -> Self {
        match self {
            Self::Point => Self::Comma,
            Self::Comma => Self::Point,
        }
    }

    /// Returns the character.
    pub fn char(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    fn of(c: char) -> Option<Self> {
        Self::BOTH.into_iter().find(|mark| mark.char() == c)
    }
}

/// Most characters of a unit.
const LONGEST_UNIT: usize = 8;
/// Signs of currencies.
const CURRENCIES: &str = "$€£¥₹₩₽₺₫¢";
/// Characters of units beside letters.
const OF_UNITS: &str = "%°²³/·";

/// The parts of a cell that may be a number.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    negative: bool,
    /// Digits and what stands between them.
    digits: String,
    exponent: String,
    /// Currency before, and percent sign, currency or unit behind: the same in a whole column.
    pub affixes: (String, String),
}

/// Evidence of one number about a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// It stands before decimals: `146,2`, `0.154`, `1.154,20`.
    Decimal,
    /// It stands between thousands: `1.154.000`, `1.154,20`.
    Thousands,
    /// Either: `1.154`.
    Either,
}

/// Returns the cell without blanks around it, whatever their width.
pub fn trimmed(cell: &str) -> &str {
    let blank = |c: char| {
        c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
    };
    cell.trim_matches(blank)
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}')
}

fn is_between(c: char) -> bool {
    is_blank(c) || matches!(c, '\'' | '’') || Mark::of(c).is_some()
}

impl Shape {
    /// Returns the parts of a cell; `None` if it cannot be a number.
    pub fn of(cell: &str) -> Option<Self> {
        let cell = trimmed(cell).replace('\u{2212}', "-");
        let (mut rest, mut negative) = match cell.strip_prefix('(').and_then(|inner| inner.strip_suffix(')'))
        {
            Some(inner) => (inner, true),
            None => (cell.as_str(), false),
        };
        let (mut signed, mut prefix) = (negative, String::new());
        while let Some(c) = rest.chars().next().filter(|c| !c.is_ascii_digit() && Mark::of(*c).is_none()) {
            match c {
                '-' | '+' if !signed => (negative, signed) = (c == '-', true),
                c if CURRENCIES.contains(c) && prefix.is_empty() => prefix.push(c),
                c if is_blank(c) => {}
                _ => return None,
            }
            rest = &rest[c.len_utf8()..];
        }
        let end = rest.find(|c: char| !c.is_ascii_digit() && !is_between(c)).unwrap_or(rest.len());
        let digits = rest[..end].trim_end_matches(|c| is_between(c) && c != '.');
        let rest = &rest[digits.len()..];
        let exponent = exponent(rest);
        let suffix = trimmed(&rest[exponent.len()..]);
        let of_unit = |c: char| {
            c.is_ascii_alphabetic() || c > '\u{a0}' || OF_UNITS.contains(c) || CURRENCIES.contains(c)
        };
        let fits = suffix.chars().count() <= LONGEST_UNIT && suffix.chars().all(of_unit);
        let number = digits.chars().any(|c| c.is_ascii_digit()) && fits;
        number.then(|| Self {
            negative,
            digits: digits.to_owned(),
            exponent: exponent.to_owned(),
            affixes: (prefix, suffix.to_owned()),
        })
    }

    fn count(&self, mark: Mark) -> usize {
        self.digits.matches(mark.char()).count()
    }

    /// Returns whether this is a whole number of three digits or more, without any mark.
    pub fn is_whole(&self) -> bool {
        self.digits.len() >= 3 && self.exponent.is_empty() && self.digits.bytes().all(|b| b.is_ascii_digit())
    }

    /// Returns what this number tells of a mark; `None` if it has none or would be no number.
    pub fn evidence(&self, mark: Mark) -> Option<Evidence> {
        let other = self.count(mark.other());
        let valid = |decimal: Mark| self.value(decimal).is_some();
        match (self.count(mark), other) {
            (0, _) => None,
            (1, 0) => match (valid(mark), valid(mark.other())) {
                (true, true) => Some(Evidence::Either),
                (true, false) => Some(Evidence::Decimal),
                (false, true) => Some(Evidence::Thousands),
                (false, false) => None,
            },
            _ if valid(mark) => Some(Evidence::Decimal),
            _ if valid(mark.other()) => Some(Evidence::Thousands),
            _ => None,
        }
    }

    /// Returns the number whose decimals follow this mark; `None` if its thousands are not cut into threes.
    pub fn value(&self, decimal: Mark) -> Option<f64> {
        let (whole, fraction) = match self.digits.rsplit_once(decimal.char()) {
            Some((whole, fraction)) => (whole, fraction),
            None => (self.digits.as_str(), ""),
        };
        // Nobody writes an exponent behind thousands.
        let grouped = !self.exponent.is_empty() && whole.contains(|c: char| !c.is_ascii_digit());
        let whole = without_groups(whole, decimal).filter(|_| !grouped)?;
        if !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let text = format!("{}{whole}.{fraction}{}", if self.negative { "-" } else { "" }, self.exponent);
        let value: f64 = text.parse().ok().filter(|x: &f64| x.is_finite())?;
        Some(if self.affixes.1 == "%" { value / 100.0 } else { value })
    }
}

/// The exponent at the start of a text, such as `e-3`.
fn exponent(text: &str) -> &str {
    let Some(rest) = text.strip_prefix(['e', 'E']) else { return "" };
    let unsigned = rest.strip_prefix(['+', '-']).unwrap_or(rest);
    let digits = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 { "" } else { &text[..text.len() - unsigned.len() + digits] }
}

/// Digits without the marks that cut them into threes; `None` if something else is cut, or by the decimal mark.
fn without_groups(whole: &str, decimal: Mark) -> Option<String> {
    let mut marks = whole.chars().filter(|c| !c.is_ascii_digit());
    let Some(mark) = marks.next() else { return Some(whole.to_owned()) };
    if mark == decimal.char() || marks.any(|other| other != mark) {
        return None;
    }
    let mut groups = whole.split(mark);
    let first = groups.next().unwrap_or_default();
    let fits =
        (1..=3).contains(&first.len()) && !first.starts_with('0') && groups.all(|group| group.len() == 3);
    fits.then(|| whole.replace(mark, ""))
}

#[cfg(test)]
mod tests {
    use super::{Evidence, Mark, Shape};

    fn value(cell: &str, decimal: Mark) -> Option<f64> {
        Shape::of(cell).and_then(|shape| shape.value(decimal))
    }

    #[test]
    fn numbers_are_read_by_the_mark_of_their_decimals() {
        for (cell, by_point, by_comma) in [
            ("7", Some(7.0), Some(7.0)),
            ("1.154", Some(1.154), Some(1154.0)),
            ("2,286", Some(2286.0), Some(2.286)),
            ("12.345.678", None, Some(12_345_678.0)),
            ("9.876,5", None, Some(9876.5)),
            ("3 456.5", Some(3456.5), None),
            ("7\u{202f}001", Some(7001.0), Some(7001.0)),
            ("1'161'000", Some(1_161_000.0), Some(1_161_000.0)),
            ("1,23,456", None, None),
            ("12 34", None, None),
            ("-.5e-3", Some(-0.5e-3), None),
            ("\u{2212}4,25", None, Some(-4.25)),
            ("(5.5)", Some(-5.5), None),
            ("-$1,200", Some(-1200.0), Some(-1.2)),
            ("35 %", Some(0.35), Some(0.35)),
            ("12.5 kg", Some(12.5), None),
            ("\u{200b}8\u{a0}", Some(8.0), Some(8.0)),
        ] {
            assert_eq!((value(cell, Mark::Point), value(cell, Mark::Comma)), (by_point, by_comma), "{cell}");
        }
        for cell in ["", "-", "x1", "1x2", "0x1F", "1_000", "12:30", "3-4", "--1", "inf", "nan"] {
            assert!(Mark::BOTH.into_iter().all(|mark| value(cell, mark).is_none()), "{cell}");
        }
    }

    #[test]
    fn three_digits_behind_one_mark_tell_nothing_and_others_do() {
        use Evidence::{Decimal, Either, Thousands};
        let of = |cell: &str| Shape::of(cell).and_then(|shape| shape.evidence(Mark::Point));
        for (cell, expected) in [
            ("1.154", Some(Either)),
            ("146.2", Some(Decimal)),
            ("0.154", Some(Decimal)),
            ("1234.567", Some(Decimal)),
            ("1.154e3", Some(Decimal)),
            ("1,154.250", Some(Decimal)),
            ("1.154,25", Some(Thousands)),
            ("1.154.000", Some(Thousands)),
            ("01.02.2020", None),
            ("1154", None),
        ] {
            assert_eq!(of(cell), expected, "{cell}");
        }
    }
}
