//! What is wrong with a lesson, and where.

/// What is wrong, and in which line of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Counted from 1.
    pub line: usize,
    /// In words.
    pub message: String,
}

/// A [`Fault`].
pub fn fault(line: usize, message: impl Into<String>) -> Fault {
    Fault { line, message: message.into() }
}
