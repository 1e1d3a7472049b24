//! From tokens to an expression, by precedence.

use winnow::combinator::{Infix, Prefix, expression as by_precedence};
use winnow::error::{ErrMode, ParserError};
use winnow::prelude::*;

use super::tokens::{Kind, Token, Wrong};
use crate::formula::{Expression, Operator};

type Input<'a> = &'a [Token];
type Read<T> = Result<T, ErrMode<Mistake>>;

/// What is expected where so many tokens are left.
#[derive(Debug, Clone, Copy)]
struct Mistake {
    expected: &'static str,
    left: usize,
}

const OPERAND: &str = "a number, a variable, a function or an opening parenthesis";
const OPERATOR: &str = "an operator (+ - * / ^) or the end";

impl ParserError<Input<'_>> for Mistake {
    type Inner = Self;

    fn from_input(input: &Input) -> Self {
        Self { expected: OPERAND, left: input.len() }
    }

    fn into_inner(self) -> Result<Self, Self> {
        Ok(self)
    }
}

/// The expression of a whole text of `length` characters.
pub fn expression(tokens: &[Token], length: usize) -> Result<Expression, Wrong> {
    let mut input = tokens;
    let read = sum(&mut input).and_then(|expression| match input.first().map(|token| token.kind) {
        None => Ok(expression),
        Some(Kind::Close) => fail(input, "as many opening as closing parentheses"),
        Some(_) => fail(input, OPERATOR),
    });
    read.map_err(|error| {
        let mistake = error.into_inner().unwrap_or(Mistake { expected: OPERAND, left: 0 });
        let token = tokens.get(tokens.len() - mistake.left);
        let (at, length) = token.map_or((length, 0), |token| (token.at, token.length));
        Wrong { expected: mistake.expected.to_owned(), at, length }
    })
}

/// Nothing else can be meant here.
fn fail<T>(input: Input, expected: &'static str) -> Read<T> {
    Err(ErrMode::Cut(Mistake { expected, left: input.len() }))
}

fn sum(input: &mut Input) -> Read<Expression> {
    by_precedence(operand).prefix(sign).infix(operator).parse_next(input)
}

/// Takes a token if it is what `wanted` wants.
fn take<T>(input: &mut Input, wanted: impl Fn(Kind) -> Option<T>) -> Read<T> {
    match input.split_first().and_then(|(token, rest)| Some((wanted(token.kind)?, rest))) {
        Some((taken, rest)) => {
            *input = rest;
            Ok(taken)
        }
        None => Err(ErrMode::from_input(input)),
    }
}

fn operand(input: &mut Input) -> Read<Expression> {
    let before = *input;
    match take(input, |kind| (!matches!(kind, Kind::Operator(_) | Kind::Close)).then_some(kind))? {
        Kind::Number(x) => Ok(Expression::number(x)),
        Kind::Variable(i) => Ok(Expression::variable(i)),
        Kind::Function(function) => {
            if !matches!(input.first(), Some(Token { kind: Kind::Open, .. })) {
                return fail(input, "an opening parenthesis after a function");
            }
            *input = &input[1..];
            Ok(inside(input)?.applied(function))
        }
        Kind::Open => inside(input),
        Kind::Operator(_) | Kind::Close => fail(before, OPERAND),
    }
}

/// What stands between parentheses, the first of which is taken.
fn inside(input: &mut Input) -> Read<Expression> {
    let inner = sum(input).map_err(ErrMode::cut)?;
    if !matches!(input.first(), Some(Token { kind: Kind::Close, .. })) {
        return fail(input, "an operator (+ - * / ^) or a closing parenthesis");
    }
    *input = &input[1..];
    Ok(inner)
}

/// A sign binds more than a product and less than a power.
fn sign<'a>(input: &mut Input<'a>) -> Read<Prefix<Input<'a>, Expression, ErrMode<Mistake>>> {
    take(input, |kind| match kind {
        Kind::Operator(Operator::Subtract) => Some(Prefix(20, |_: &mut _, x: Expression| Ok(x.negated()))),
        Kind::Operator(Operator::Add) => Some(Prefix(20, |_: &mut _, x| Ok(x))),
        _ => None,
    })
}

fn operator<'a>(input: &mut Input<'a>) -> Read<Infix<Input<'a>, Expression, ErrMode<Mistake>>> {
    use Infix::{Left, Right};
    take(input, |kind| match kind {
        Kind::Operator(Operator::Add) => Some(Left(0, |i: &mut _, a, b| join(i, Operator::Add, a, b))),
        Kind::Operator(Operator::Subtract) => {
            Some(Left(0, |i: &mut _, a, b| join(i, Operator::Subtract, a, b)))
        }
        Kind::Operator(Operator::Multiply) => {
            Some(Left(10, |i: &mut _, a, b| join(i, Operator::Multiply, a, b)))
        }
        Kind::Operator(Operator::Divide) => Some(Left(10, |i: &mut _, a, b| join(i, Operator::Divide, a, b))),
        Kind::Operator(Operator::Power) => Some(Right(30, |i: &mut _, a, b| join(i, Operator::Power, a, b))),
        _ => None,
    })
}

fn join(input: &mut Input, operator: Operator, a: Expression, b: Expression) -> Read<Expression> {
    let too_deep = "fewer results that wait for each other: shorter sums and products in parentheses";
    a.combined(operator, b).map_or_else(|| fail(input, too_deep), Ok)
}
