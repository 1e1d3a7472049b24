//! From text to tokens with their places; every name is known after this, and nothing is nested too deep.

use winnow::combinator::{alt, opt};
use winnow::error::EmptyError;
use winnow::prelude::*;
use winnow::token::{any, one_of, take_while};

use super::MAX_NESTING;
use crate::formula::{Function, Operator};

/// The least part of a formula.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    Number(f64),
    Variable(usize),
    Function(Function),
    Operator(Operator),
    Open,
    Close,
}

/// A part with its place.
#[derive(Debug, Clone, Copy)]
pub struct Token {
    pub kind: Kind,
    /// Characters before it.
    pub at: usize,
    /// Its characters.
    pub length: usize,
}

/// What is expected in the place of some characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub expected: String,
    pub at: usize,
    pub length: usize,
}

/// A piece of text of one sort.
enum Piece<'a> {
    Number(&'a str),
    Name(&'a str),
    Symbol(char),
}

/// Numbers, names and symbols of a text in `w1 … wn`.
pub fn tokens(text: &str, n: usize) -> Result<Vec<Token>, Wrong> {
    let (mut rest, mut at) = (text, 0);
    let mut tokens = Vec::new();
    loop {
        let trimmed = rest.trim_start();
        at += rest.chars().count() - trimmed.chars().count();
        rest = trimmed;
        let whole = rest;
        let Ok(piece) = piece.parse_next(&mut rest) else { break };
        let length = whole.chars().count() - rest.chars().count();
        let kind = kind_of(&piece, n).map_err(|expected| Wrong { expected, at, length })?;
        tokens.push(Token { kind, at, length });
        at += length;
    }
    limit_nesting(&tokens)?;
    Ok(tokens)
}

fn piece<'a>(input: &mut &'a str) -> Result<Piece<'a>, EmptyError> {
    alt((number.map(Piece::Number), name.map(Piece::Name), any.map(Piece::Symbol))).parse_next(input)
}

/// `12`, `1.5`, `.5`, `1e-3`.
fn number<'a>(input: &mut &'a str) -> Result<&'a str, EmptyError> {
    let digits = || take_while(1.., |c: char| c.is_ascii_digit() || c == '.');
    let exponent =
        (one_of(['e', 'E']), opt(one_of(['+', '-'])), take_while(1.., |c: char| c.is_ascii_digit()));
    (digits(), opt(exponent)).take().parse_next(input)
}

fn name<'a>(input: &mut &'a str) -> Result<&'a str, EmptyError> {
    (one_of(char::is_alphabetic), take_while(0.., |c: char| c.is_alphanumeric() || c == '_'))
        .take()
        .parse_next(input)
}

/// What a piece is; else what is expected there.
fn kind_of(piece: &Piece, n: usize) -> Result<Kind, String> {
    match *piece {
        Piece::Number(text) => match text.parse::<f64>() {
            Ok(x) if x.is_finite() => Ok(Kind::Number(x)),
            _ => Err("a number such as 2, 0.5 or 1e-3".to_owned()),
        },
        Piece::Name(text) => named(text, n),
        Piece::Symbol(c) => match c {
            '+' => Ok(Kind::Operator(Operator::Add)),
            '-' | '\u{2212}' => Ok(Kind::Operator(Operator::Subtract)),
            '*' | '·' | '×' => Ok(Kind::Operator(Operator::Multiply)),
            '/' => Ok(Kind::Operator(Operator::Divide)),
            '^' => Ok(Kind::Operator(Operator::Power)),
            '(' => Ok(Kind::Open),
            ')' => Ok(Kind::Close),
            _ => Err("numbers, names, + - * / ^ and parentheses".to_owned()),
        },
    }
}

/// A variable, a function or a constant.
fn named(name: &str, n: usize) -> Result<Kind, String> {
    if let Some((_, function)) = Function::ALL.iter().find(|(known, _)| *known == name) {
        return Ok(Kind::Function(*function));
    }
    match name {
        "pi" | "π" => return Ok(Kind::Number(std::f64::consts::PI)),
        "e" => return Ok(Kind::Number(std::f64::consts::E)),
        _ => {}
    }
    let variable = (0..n).find(|i| name.strip_prefix('w').is_some_and(|rest| rest == (i + 1).to_string()));
    variable.map(Kind::Variable).ok_or_else(|| {
        let functions: Vec<&str> = Function::ALL.iter().map(|(name, _)| *name).collect();
        let variables = if n == 1 { "w1".to_owned() } else { format!("w1 to w{n}") };
        format!("{variables}, pi, e, or one of {}", functions.join(", "))
    })
}

/// Refuses what would nest too deep. Each open parenthesis, and each sign and power since the last
/// other operator, is a level of the parser's recursion.
fn limit_nesting(tokens: &[Token]) -> Result<(), Wrong> {
    let (mut depth, mut pending, mut outside) = (0, 0, Vec::new());
    let mut after_operand = false;
    for token in tokens {
        let mut ends_operand = false;
        match token.kind {
            Kind::Open => {
                outside.push(pending);
                depth += 1;
                pending = 0;
            }
            Kind::Close => {
                depth -= pending;
                if let Some(before) = outside.pop() {
                    depth -= 1;
                    pending = before;
                } else {
                    pending = 0;
                }
                ends_operand = true;
            }
            Kind::Operator(operator) => {
                if after_operand && operator != Operator::Power {
                    depth -= pending;
                    pending = 0;
                } else {
                    depth += 1;
                    pending += 1;
                }
            }
            Kind::Number(_) | Kind::Variable(_) => ends_operand = true,
            Kind::Function(_) => {}
        }
        after_operand = ends_operand;
        if depth > MAX_NESTING {
            let expected = format!("at most {MAX_NESTING} levels of parentheses, signs and powers");
            return Err(Wrong { expected, at: token.at, length: token.length });
        }
    }
    Ok(())
}
