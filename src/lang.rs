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
        if CATALOGUE.get().is_some() { numbered(&english) } else { english }
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
                Some((_, value)) => {
                    let _ = write!(filled, "{value}");
                }
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
        fn english_needs_no_catalogue() {
            assert_eq!(text("Losses"), "Losses");
            assert_eq!(filled("at step {step}", &[("step", &7)]), "at step 7");
            assert_eq!(numbered("finished at step 1500"), "finished at step 1500");
        }
    }
}

pub(crate) use catalogue::filled;
pub use catalogue::{said, speak, text};

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
