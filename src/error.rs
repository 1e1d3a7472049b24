//! What is wrong with an experiment document, said so that its author can mend it.

use std::fmt;

/// An experiment document that cannot be run: which field, what was expected, what was found.
///
/// The type is opaque so that kinds can be added; read it by its accessors or print it.
/// Numerical failure (divergence, a singular Hessian) is *not* an error: see
/// [`StopReason`](crate::status::StopReason).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExperimentError(Box<Refusal>);

/// The fields of an [`ExperimentError`], boxed in it so that the results of readers stay small.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Refusal {
    kind: ErrorKind,
    field: String,
    expected: String,
    found: String,
}

/// The stage that refused the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The text is not JSON at all.
    Syntax,
    /// JSON, but not of the document's shape: an unknown field or kind, a wrong type.
    Shape,
    /// The right shape with a value that cannot be run.
    Value,
}

impl fmt::Display for ExperimentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.field().is_empty() {
            write!(f, "{}: ", self.field())?;
        }
        write!(f, "expected {}, found {}", self.expected(), self.found())
    }
}

impl std::error::Error for ExperimentError {}

impl ExperimentError {
    /// An error of `kind` at `field` (a path such as `lanes[1].method.inner.lr`, empty for the
    /// whole document).
    pub fn new(
        kind: ErrorKind,
        field: impl Into<String>,
        expected: impl Into<String>,
        found: impl fmt::Display,
    ) -> Self {
        Self::of(kind, &field.into(), expected.into(), &found.to_string())
    }

    #[cold]
    #[inline(never)]
    fn of(kind: ErrorKind, field: &str, expected: String, found: &str) -> Self {
        Self(Box::new(Refusal { kind, field: excerpt(field), expected, found: excerpt(found) }))
    }

    /// A value of the right shape that cannot be run.
    pub fn value(field: impl Into<String>, expected: impl Into<String>, found: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Value, field, expected, found)
    }

    /// The stage that refused the document.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Path of the offending field, such as `lanes[1].method.inner.lr`; shortened to one line, since an unknown
    /// field is called what its author likes.
    pub fn field(&self) -> &str {
        &self.0.field
    }

    /// What would have been accepted.
    pub fn expected(&self) -> &str {
        &self.0.expected
    }

    /// What stood there instead, shortened to one line.
    pub fn found(&self) -> &str {
        &self.0.found
    }
}

/// One line of at most 120 characters: messages must stay readable whatever was pasted.
fn excerpt(text: &str) -> String {
    const LIMIT: usize = 120;
    let mut line: String =
        text.chars().take(LIMIT + 1).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if line.chars().count() > LIMIT {
        line = line.chars().take(LIMIT - 1).collect();
        line.push('…');
    }
    line
}
