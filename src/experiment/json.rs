//! A parsed document, whoever parsed it.

/// A parsed JSON value. Numbers are `f64`: whole ones are exact up to 2^53, and a document needs no
/// larger ones.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Truth(bool),
    /// A number.
    Number(f64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object, keys in any order.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// A field of an object; `None` if there is none or this is no object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(fields) = self else { return None };
        fields.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// A field of an object, to be changed; `None` if there is none or this is no object.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Self> {
        let Self::Object(fields) = self else { return None };
        fields.iter_mut().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Gives an object a field, in the place of one of the same name if there is one; nothing else has fields.
    pub fn set(&mut self, name: &str, value: Self) {
        let Self::Object(fields) = self else { return };
        match fields.iter_mut().find(|(key, _)| key == name) {
            Some((_, before)) => *before = value,
            None => fields.push((name.to_owned(), value)),
        }
    }

    /// An object without a field of this name.
    pub fn remove(&mut self, name: &str) {
        if let Self::Object(fields) = self {
            fields.retain(|(key, _)| key != name);
        }
    }

    /// A list of numbers.
    pub fn numbers(values: &[f64]) -> Self {
        Self::List(values.iter().copied().map(Self::Number).collect())
    }

    /// The numbers of a list; `None` if this is not one of numbers alone.
    pub fn as_numbers(&self) -> Option<Vec<f64>> {
        let Self::List(list) = self else { return None };
        let number = |item: &Self| if let Self::Number(x) = item { Some(*x) } else { None };
        list.iter().map(number).collect()
    }

    /// The numbers of a list of lists.
    pub fn as_rows(&self) -> Option<Vec<Vec<f64>>> {
        let Self::List(list) = self else { return None };
        list.iter().map(Self::as_numbers).collect()
    }
}

impl From<Json> for serde_json::Value {
    fn from(json: Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Truth(truth) => Self::Bool(truth),
            Json::Number(x) => serde_json::Number::from_f64(x).map_or(Self::Null, Self::Number),
            Json::Text(text) => Self::String(text),
            Json::List(list) => Self::Array(list.into_iter().map(Self::from).collect()),
            Json::Object(fields) => fields.into_iter().map(|(key, value)| (key, Self::from(value))).collect(),
        }
    }
}

impl From<serde_json::Value> for Json {
    fn from(value: serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Truth(truth),
            Value::Number(number) => number.as_f64().map_or(Self::Null, Self::Number),
            Value::String(text) => Self::Text(text),
            Value::Array(list) => Self::List(list.into_iter().map(Self::from).collect()),
            Value::Object(map) => Self::Object(map.into_iter().map(|(key, v)| (key, v.into())).collect()),
        }
    }
}

/// Indented JSON with every list that has no list or object inside in one line.
///
/// ```
/// use auxilearn_lab::experiment::short_lists;
///
/// let indented = "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": [\n    \"[ x\"\n  ]\n}";
/// assert_eq!(short_lists(indented), "{\n  \"a\": [1, 2],\n  \"b\": [\"[ x\"]\n}");
/// ```
pub fn short_lists(indented: &str) -> String {
    let mut out = String::with_capacity(indented.len());
    // Where the innermost open list begins, and whether a text is open.
    let (mut list, mut in_text, mut escaped) = (None, false, false);
    for c in indented.chars() {
        out.push(c);
        if in_text {
            in_text = c != '"' || escaped;
            escaped = c == '\\' && !escaped;
            continue;
        }
        match c {
            '"' => in_text = true,
            '[' => list = Some(out.len()),
            '{' | '}' => list = None,
            ']' => {
                if let Some(start) = list.take() {
                    let items = out.split_off(start);
                    let items = items.trim_end_matches(']').lines().map(str::trim);
                    let items: Vec<&str> = items.filter(|line| !line.is_empty()).collect();
                    out.push_str(&items.join(" "));
                    out.push(']');
                }
            }
            _ => {}
        }
    }
    out
}
