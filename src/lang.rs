//! Texts in the language chosen. English stands in the code; a catalogue, loaded once, has other languages by it.

mod catalogue {
    use std::collections::BTreeMap;
    use std::fmt::{Display, Write};
    use std::sync::OnceLock;

    static CATALOGUE: OnceLock<BTreeMap<String, String>> = OnceLock::new();

    /// Says everything in another language from now on: texts by the English ones. Says whether that is so: there can
    /// be one language only in the life of a program.
    pub fn speak(texts: BTreeMap<String, String>) -> bool {
        CATALOGUE.set(texts).is_ok()
    }

    /// A text in the language spoken; English where there is no other. Names that documents give are texts, too.
    pub fn text(english: &str) -> &str {
        CATALOGUE.get().and_then(|texts| texts.get(english)).map_or(english, String::as_str)
    }

    /// The same with every `{name}` replaced by its value.
    pub fn filled(english: &str, values: &[(&str, &dyn Display)]) -> String {
        fill(text(english), values)
    }

    /// See [`said`].
    fn numbered(english: &str) -> String {
        let Some(texts) = CATALOGUE.get() else { return english.to_owned() };
        if let Some(found) = texts.get(english) {
            return found.clone();
        }
        let (mut key, mut numbers) = (String::new(), Vec::<String>::new());
        for run in english.as_bytes().chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
            let run = String::from_utf8_lossy(run);
            if run.bytes().any(|b| b.is_ascii_digit()) {
                let _ = write!(key, "{{{}}}", numbers.len());
                numbers.push(run.into_owned());
            } else {
                key.push_str(&run);
            }
        }
        let Some(found) = texts.get(&key) else { return english.to_owned() };
        let names: Vec<String> = (0..numbers.len()).map(|i| i.to_string()).collect();
        let values: Vec<(&str, &dyn Display)> =
            names.iter().map(String::as_str).zip(numbers.iter().map(|n| n as &dyn Display)).collect();
        fill(found, &values)
    }

    /// A text made elsewhere, such as a name in a document, in the language spoken: its numbers are `{0}`, `{1}`, … in
    /// the catalogue.
    pub fn said(english: String) -> String {
        let said = if CATALOGUE.get().is_some() { numbered(&english) } else { english };
        super::isolated(&said)
    }

    fn fill(template: &str, values: &[(&str, &dyn Display)]) -> String {
        let mut filled = String::with_capacity(template.len());
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let Some((name, tail)) = after.split_once('}') else {
                filled.push('{');
                rest = after;
                continue;
            };
            match values.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => filled.push_str(&super::isolated(&value.to_string())),
                None => {
                    let _ = write!(filled, "{{{name}}}");
                }
            }
            rest = tail;
        }
        filled.push_str(rest);
        filled
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn names_are_replaced_by_their_values_and_unknown_ones_stay() {
            let values: [(&str, &dyn Display); 2] = [("task", &"noise"), ("x", &1.5)];
            assert_eq!(fill("{task}: {x} of {y} {", &values), "noise: 1.5 of {y} {");
            assert_eq!(fill("二 {x}{task}", &values), "二 1.5noise");
        }

        #[test]
        fn what_is_written_from_the_right_turns_nothing_else() {
            use super::super::isolated;
            for plain in ["", "helpful", "φ 1", "任务", "a\u{200e}b", "e\u{301}", "\u{2068}עזר\u{2069} 0.358"]
            {
                assert_eq!(isolated(plain), plain);
            }
            for (given, shown) in [
                ("a\u{202e}b", "ab"),
                ("\u{2067}a", "a"),
                ("a\u{2069}\u{2068}b", "ab"),
                ("مهمة", "\u{2068}مهمة\u{2069}"),
                ("עזר\u{2069} 1", "\u{2068}עזר 1\u{2069}"),
                ("\u{2068}עזר", "\u{2068}עזר\u{2069}"),
                ("\u{200f}1", "\u{2068}\u{200f}1\u{2069}"),
                ("עזר \u{2068}x\u{2069}", "\u{2068}עזר x\u{2069}"),
            ] {
                assert_eq!(isolated(given), shown);
                assert_eq!(isolated(shown), shown, "once is enough");
                assert_eq!(fill("{name}: {x}", &[("name", &given), ("x", &0.5)]), format!("{shown}: 0.5"));
            }
        }

        #[test]
        fn english_needs_no_catalogue() {
            assert_eq!(text("Losses"), "Losses");
            assert_eq!(filled("at step {step}", &[("step", &7)]), "at step 7");
            assert_eq!(numbered("finished at step 1500"), "finished at step 1500");
        }
    }
}

pub(crate) use catalogue::filled;
pub use catalogue::{said, speak, text};

/// A text that turns nothing around it: without characters that override or embed a direction, and isolated where it is
/// written from the right.
///
/// ```
/// use auxilearn_lab::lang::isolated;
///
/// assert_eq!(isolated("abc\u{202e}def"), "abcdef");
/// assert_eq!(isolated("עזר"), "\u{2068}עזר\u{2069}");
/// ```
pub fn isolated(text: &str) -> String {
    if text.is_ascii() || is_settled(text) {
        return text.to_owned();
    }
    let bare: String = text.chars().filter(|&c| !turns(c)).collect();
    if bare.chars().any(from_the_right) { format!("{FIRST_STRONG}{bare}{POP}") } else { bare }
}

/// Characters that begin and end a text of a direction of its own.
pub(crate) const FIRST_STRONG: char = '\u{2068}';
pub(crate) const POP: char = '\u{2069}';

/// Returns whether all that is written from the right is isolated already, and nothing else turns.
fn is_settled(text: &str) -> bool {
    let mut inside = false;
    let calm = text.chars().all(|c| match (c, inside) {
        (FIRST_STRONG, false) | (POP, true) => {
            inside = !inside;
            true
        }
        (c, inside) => !turns(c) && (inside || !from_the_right(c)),
    });
    calm && !inside
}

/// Returns whether a character embeds, overrides or isolates a direction, or ends that.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns whether a character is written from the right or makes others so: Hebrew to Arabic Extended-A, their
/// presentation forms, the marks, and the scripts of the supplementary plane.
fn from_the_right(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{200f}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Names that a document gives, in the language spoken.
pub fn names(given: Vec<String>) -> Vec<String> {
    given.into_iter().map(said).collect()
}

/// A text in the language spoken, with its values by name. The text is one literal: a test reads it off the source.
macro_rules! t {
    ($text:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::lang::filled($text, &[$((stringify!($name), &$value as &dyn std::fmt::Display)),*])
    };
}

/// A text without values, as `&str`.
macro_rules! tr {
    ($text:literal) => {
        $crate::lang::text($text)
    };
}

pub(crate) use {t, tr};

/// `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{}{}{last}", head.join(tr!(", ")), tr!(" and ")),
    }
}
