//! Fields that stand twice in one object, of which parsers of JSON silently keep the last.

use crate::error::{ErrorKind, ExperimentError};

/// Names of an object that are looked at: one of more has fields that nobody knows.
const MOST_NAMES: usize = 200;

/// An object or list that is open, and where in it the scan is.
enum Open {
    /// The names so far.
    Object(Vec<String>),
    /// The index of the present item.
    List(usize),
}

/// Refuses JSON of which an object has a field twice.
///
/// # Errors
/// The path of the second one. Of a text that is not JSON nothing is said.
pub fn refuse_repeated(json: &str) -> Result<(), ExperimentError> {
    let mut open: Vec<Open> = Vec::new();
    let (bytes, mut at) = (json.as_bytes(), 0);
    // Only in front of a name, and not in front of a value, a text is a name.
    let mut is_name = false;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'{' => open.push(Open::Object(Vec::new())),
            b'[' => open.push(Open::List(0)),
            b'}' | b']' => drop(open.pop()),
            b'"' => {
                let text = text_from(json, at);
                at += text.len() + 1;
                if let (true, Some(Open::Object(names))) = (is_name, open.last_mut()) {
                    let name = unescaped(text);
                    let is_repeated = names.iter().take(MOST_NAMES).any(|before| *before == name);
                    names.push(name);
                    if is_repeated {
                        let found = "a second one";
                        return Err(ExperimentError::new(
                            ErrorKind::Shape,
                            path(&open),
                            "this field once",
                            found,
                        ));
                    }
                }
            }
            b',' => {
                if let Some(Open::List(index)) = open.last_mut() {
                    *index += 1;
                }
            }
            _ => {}
        }
        is_name = match byte {
            b'{' | b',' => true,
            byte => is_name && byte.is_ascii_whitespace(),
        };
    }
    Ok(())
}

/// The rest of a text in quotes that begins at a byte, as it is written.
fn text_from(json: &str, start: usize) -> &str {
    let bytes = json.as_bytes();
    let mut end = start;
    while let Some(&byte) = bytes.get(end).filter(|byte| **byte != b'"') {
        end += if byte == b'\\' { 2 } else { 1 };
    }
    json.get(start..end.min(json.len())).unwrap_or_default()
}

/// `lanes[1].method.inner`.
fn path(open: &[Open]) -> String {
    let mut path = String::new();
    for level in open {
        match level {
            Open::Object(names) => {
                path.push_str(if path.is_empty() { "" } else { "." });
                path.push_str(names.last().map_or("", String::as_str));
            }
            Open::List(index) => path.push_str(&format!("[{index}]")),
        }
    }
    path
}

/// A name without escapes of letters: those of the names that are known.
fn unescaped(text: &str) -> String {
    let mut parts = text.split("\\u00");
    let mut name = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(letter) => {
                name.push(char::from(letter));
                name.push_str(&part[2..]);
            }
            None => name.push_str(part),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(json: &str) -> Option<String> {
        refuse_repeated(json).err().map(|error| error.field().to_owned())
    }

    #[test]
    fn a_field_that_stands_twice_is_refused_with_its_path() {
        for (json, path) in [
            (r#"{"a": 1, "a": 1}"#, "a"),
            (r#"{"a": {"b": [1, {"c": [], "d": "}", "c": 2}]}}"#, "a.b[1].c"),
            (r#"[0, [1, 2], {"x": "a\"", "y": {}, "x" : 3}]"#, "[2].x"),
            (r#"{"steps": 1, "st\u0065ps": 2}"#, "steps"),
            (r#"{"\u0073\u0074\u0065ps": 1, "steps": 2}"#, "steps"),
            (r#"{"a\\b": 1, "a\\b": 2}"#, "a\\\\b"),
        ] {
            assert_eq!(at(json).as_deref(), Some(path), "{json}");
        }
    }

    #[test]
    fn fields_of_other_objects_and_texts_may_be_alike() {
        for json in [
            r#"{"a": "a", "b": {"a": 1}, "c": [{"a": 1}, {"a": 2}]}"#,
            r#"{"a": ["x", "x"], "b": "a", "A": 1}"#,
            r#"{"a\\": 1, "a": 2, "a\n": 3, "an": 4}"#,
            r#"{"x": "{\"x\": 1, \"x\": 2}"}"#,
            "{",
            "{\"a",
            "\"\\",
            "{\"\\é\": 1}",
        ] {
            assert_eq!(at(json), None, "{json}");
        }
    }
}
