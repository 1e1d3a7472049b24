//! Texts as they stand in HTML.

/// Returns a text as it stands between elements.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Returns a text as it stands in an attribute with double quotes.
pub fn attribute(text: &str) -> String {
    escaped(text).replace('"', "&quot;")
}
