//! Enums that documents write as objects with a `kind`, with errors that keep the whole path.
//!
//! serde's own internally tagged enums buffer their content and lose the path of an error inside;
//! here the path is carried through in the message and put together again by
//! [`split_path`].

use serde::de::{DeserializeOwned, Error};
use serde_json::{Map, Value};

/// Stands around an inner path inside an error message. No JSON key of ours contains it.
const MARK: char = '\u{1}';

/// Reads a `T` from an object whose `kind` has been taken, keeping the path of an error.
pub(crate) fn content<T: DeserializeOwned, E: Error>(fields: Map<String, Value>) -> Result<T, E> {
    serde_path_to_error::deserialize(Value::Object(fields)).map_err(|e| {
        let (tail, message) = split_path(&e.inner().to_string());
        let path = join_path(&e.path().to_string(), &tail);
        E::custom(format!("{MARK}{path}{MARK}{message}"))
    })
}

/// Takes the tag out of an object, or says what kinds there are.
pub(crate) fn take_tag<E: Error>(
    fields: &mut Map<String, Value>,
    tag: &str,
    kinds: &[&str],
) -> Result<String, E> {
    let found = match fields.remove(tag) {
        Some(Value::String(kind)) if kinds.contains(&kind.as_str()) => return Ok(kind),
        Some(other) => other.to_string(),
        None => "nothing".to_owned(),
    };
    Err(E::custom(format!("{MARK}{tag}{MARK}{found}, expected one of {}", kinds.join(", "))))
}

/// Splits a message made by [`content`] or [`take_tag`] into path and message.
pub(crate) fn split_path(message: &str) -> (String, String) {
    let mut parts = message.splitn(3, MARK);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(""), Some(path), Some(rest)) => (path.to_owned(), rest.to_owned()),
        _ => (String::new(), message.to_owned()),
    }
}

/// `a` and `b` as one path: `lanes[0]` and `lr` make `lanes[0].lr`.
pub(crate) fn join_path(a: &str, b: &str) -> String {
    match (a, b) {
        ("" | ".", b) => b.to_owned(),
        (a, "" | ".") => a.to_owned(),
        (a, b) if b.starts_with('[') => format!("{a}{b}"),
        (a, b) => format!("{a}.{b}"),
    }
}

/// Defines an enum of structs that documents write as `{"kind": "name", …fields of the struct…}`;
/// the tag is `kind` unless `by "tag"` says another.
macro_rules! tagged_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($rest:tt)* }) => {
        $crate::tagged::tagged_enum! { $(#[$meta])* pub enum $name by "kind" { $($rest)* } }
    };
    ($(#[$meta:meta])* pub enum $name:ident by $tag:literal { $($(#[$doc:meta])* $variant:ident($type:ty) = $kind:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize)]
        #[serde(tag = $tag)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $kind)] $variant($type),)+ }

        impl $name {
            #[doc = concat!("The word that documents write as `", $tag, "`.")]
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $kind,)+ }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<De: serde::Deserializer<'de>>(deserializer: De) -> Result<Self, De::Error> {
                let mut fields = serde_json::Map::deserialize(deserializer)?;
                match $crate::tagged::take_tag::<De::Error>(&mut fields, $tag, &[$($kind),+])?.as_str() {
                    $($kind => Ok(Self::$variant($crate::tagged::content(fields)?)),)+
                    _ => unreachable!("take_tag returns a listed kind"),
                }
            }
        }
    };
}
pub(crate) use tagged_enum;
