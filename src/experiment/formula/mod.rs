//! Losses typed as formulas in `w1, w2, …`: text, expression, and where a text is wrong.
//!
//! The precedence parser is that of the crate `winnow`. Depth is bounded before it recurses.

mod check;
mod grammar;
mod tokens;

use serde::{Serialize, Serializer};

use crate::formula::Expression;

pub(in crate::experiment) use check::check;

/// Most model parameters of formulas: a Hessian takes `n(n + 1)/2` evaluations.
pub const MAX_PARAMETERS: usize = 8;
/// Longest formula, in characters.
pub const MAX_LENGTH: usize = 2_000;
/// Deepest nesting of parentheses, signs and powers.
pub const MAX_NESTING: usize = 40;
/// Most numbers, variables and operations of one formula.
pub const MAX_OPERATIONS: usize = 500;

/// A formula as it was typed, and what it means.
#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    text: String,
    expression: Expression,
}

/// What is wrong with a formula, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::experiment) struct Fault {
    /// What would have been right there.
    pub expected: String,
    /// What stands there, with its place.
    pub found: String,
}

impl Formula {
    /// A formula in `w1 … wn`.
    ///
    /// Precedence as in mathematics: `-2^2` is -4, `2^3^2` is `2^(3^2)`, `2^-1` is ½.
    pub(in crate::experiment) fn parse(text: &str, n: usize) -> Result<Self, Fault> {
        let wrong = |wrong: tokens::Wrong| Fault { found: shown(text, &wrong), expected: wrong.expected };
        let tokens = tokens::tokens(text, n).map_err(wrong)?;
        let expression = grammar::expression(&tokens, text.chars().count()).map_err(wrong)?;
        if expression.len() > MAX_OPERATIONS {
            let expected = format!("at most {MAX_OPERATIONS} numbers, variables and operations");
            return Err(Fault { expected, found: expression.len().to_string() });
        }
        Ok(Self { text: text.to_owned(), expression })
    }

    /// As it was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it means.
    pub fn expression(&self) -> &Expression {
        &self.expression
    }
}

impl Serialize for Formula {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// Characters shown before and after the place of a mistake.
const AROUND: usize = 24;

/// The mistake between marks in what stands around it, and its place, counted from 1.
fn shown(text: &str, wrong: &tokens::Wrong) -> String {
    let chars: Vec<char> = text.chars().collect();
    let (start, end) = (wrong.at.min(chars.len()), (wrong.at + wrong.length).min(chars.len()));
    let (from, to) = (start.saturating_sub(AROUND), (end + AROUND).min(chars.len()));
    let piece = |from: usize, to: usize| chars[from..to].iter().collect::<String>();
    let what = match piece(start, end.min(start + AROUND)) {
        none if none.is_empty() => "the end".to_owned(),
        what => format!("\u{201c}{what}\u{201d}"),
    };
    let (before, after) = (if from > 0 { "…" } else { "" }, if to < chars.len() { "…" } else { "" });
    let place = start + 1;
    format!(
        "{what} at character {place}: {before}{}»{}«{}{after}",
        piece(from, start),
        piece(start, end.min(start + AROUND)),
        piece(end, to)
    )
}

#[cfg(test)]
mod tests;
