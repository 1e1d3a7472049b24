//! Expressions in `w_1 … w_n` with exact first and second derivatives.
//!
//! Hyper-dual numbers carry derivatives through an expression (J. A. Fike and J. J. Alonso, AIAA 2011-886):
//! products and quotients are those of the crate `num-dual`, elementary functions are libm's, so that the bits
//! are the same on every platform.

mod function;
mod number;

use num_dual::{Dual64, HyperDual64};

pub use function::Function;
use number::Number;

/// Most intermediate results that evaluation holds at once.
const MAX_HELD: usize = 64;

/// What combines two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `a + b`.
    Add,
    /// `a - b`.
    Subtract,
    /// `a·b`.
    Multiply,
    /// `a/b`.
    Divide,
    /// `a^b`: for a constant `b` any `a` that has such a power, else `a > 0`.
    Power,
}

/// One step of evaluation on a stack.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Op {
    Number(f64),
    Variable(usize),
    Negate,
    Function(Function),
    Binary(Operator),
    /// A constant power.
    Power(f64),
}

/// An expression in postfix order. Whatever it is made of fits together, by construction.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    ops: Vec<Op>,
    /// Intermediate results held at once.
    held: usize,
    /// Degree of the polynomial in `w` that it is written as; `None` if it is no polynomial or of a degree above 2.
    degree: Option<u32>,
    /// Variables up to this one occur.
    n: usize,
}

impl Expression {
    /// A constant.
    pub fn number(value: f64) -> Self {
        Self { ops: vec![Op::Number(value)], held: 1, degree: Some(0), n: 0 }
    }

    /// `w_{i+1}`: `i` counts from 0.
    pub fn variable(i: usize) -> Self {
        Self { ops: vec![Op::Variable(i)], held: 1, degree: Some(1), n: i + 1 }
    }

    /// `-self`.
    #[must_use]
    pub fn negated(self) -> Self {
        let degree = self.degree;
        self.then(Op::Negate, degree)
    }

    /// `function(self)`.
    #[must_use]
    pub fn applied(self, function: Function) -> Self {
        let degree = self.degree.filter(|degree| *degree == 0);
        self.then(Op::Function(function), degree)
    }

    /// `self operator other`; `None` where evaluation would hold too many intermediate results.
    pub fn combined(mut self, operator: Operator, other: Self) -> Option<Self> {
        let degree = self.degree_with(operator, &other);
        if let (Operator::Power, [Op::Number(power)]) = (operator, &*other.ops) {
            return Some(self.then(Op::Power(*power), degree));
        }
        self.held = self.held.max(1 + other.held);
        self.n = self.n.max(other.n);
        if let ([Op::Number(a)], [Op::Number(b)]) = (&*self.ops, &*other.ops) {
            return Some(Self::number(binary(operator, *a, *b)));
        }
        self.ops.extend(other.ops);
        self.ops.push(Op::Binary(operator));
        self.degree = degree;
        (self.held <= MAX_HELD).then_some(self)
    }

    fn degree_with(&self, operator: Operator, other: &Self) -> Option<u32> {
        let (a, b) = (self.degree?, other.degree?);
        let degree = match operator {
            Operator::Add | Operator::Subtract => a.max(b),
            Operator::Multiply => a + b,
            Operator::Divide | Operator::Power if a + b == 0 => 0,
            Operator::Divide if b == 0 => a,
            Operator::Power => match &*other.ops {
                [Op::Number(power)] if *power == 1.0 || *power == 2.0 => a * (*power as u32),
                _ => return None,
            },
            Operator::Divide => return None,
        };
        (degree <= 2).then_some(degree)
    }

    /// With one more step, or its constant result.
    fn then(mut self, op: Op, degree: Option<u32>) -> Self {
        if let [Op::Number(x)] = &mut *self.ops {
            *x = unary(op, *x);
        } else {
            self.ops.push(op);
        }
        self.degree = degree;
        self
    }

    /// The least `n` that has all its variables.
    pub fn n_parameters(&self) -> usize {
        self.n
    }

    /// How many operations an evaluation takes, numbers and variables included.
    pub fn len(&self) -> usize {
        self.ops.len()
    }

    /// Returns whether there is nothing to evaluate: never.
    pub fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }

    /// Returns whether it is written as a polynomial of at most second degree.
    pub fn is_quadratic(&self) -> bool {
        self.degree.is_some()
    }

    /// Its value at `w` (at least [`n_parameters`](Self::n_parameters) numbers).
    pub fn value(&self, w: &[f64]) -> f64 {
        self.evaluate(|i| w[i])
    }

    /// Its value and `∂/∂w_{i+1}` at `w`.
    pub fn slope(&self, w: &[f64], i: usize) -> [f64; 2] {
        let dual: Dual64 = self.evaluate(|k| Dual64::new(w[k], if k == i { 1.0 } else { 0.0 }));
        [dual.re, dual.eps]
    }

    /// `∂²/∂w_{i+1}∂w_{j+1}` at `w`.
    pub fn bend(&self, w: &[f64], i: usize, j: usize) -> f64 {
        let along = |k, l| if k == l { 1.0 } else { 0.0 };
        let dual: HyperDual64 = self.evaluate(|k| HyperDual64::new(w[k], along(k, i), along(k, j), 0.0));
        dual.eps1eps2
    }

    fn evaluate<T: Number>(&self, variable: impl Fn(usize) -> T) -> T {
        let mut stack = [T::constant(0.0); MAX_HELD];
        let mut top = 0;
        for op in &self.ops {
            match *op {
                Op::Number(x) => {
                    stack[top] = T::constant(x);
                    top += 1;
                }
                Op::Variable(i) => {
                    stack[top] = variable(i);
                    top += 1;
                }
                Op::Binary(operator) => {
                    top -= 1;
                    stack[top - 1] = binary(operator, stack[top - 1], stack[top]);
                }
                op => stack[top - 1] = unary(op, stack[top - 1]),
            }
        }
        stack[0]
    }
}

fn unary<T: Number>(op: Op, x: T) -> T {
    match op {
        Op::Function(function) => x.chain(function.jet(x.re())),
        Op::Power(power) => x.chain(function::power(x.re(), power)),
        _ => -x,
    }
}

fn binary<T: Number>(operator: Operator, a: T, b: T) -> T {
    match operator {
        Operator::Add => a + b,
        Operator::Subtract => a - b,
        Operator::Multiply => a * b,
        Operator::Divide => a / b,
        // e^{b ln a}.
        Operator::Power => {
            let exponent = b * a.chain(Function::Ln.jet(a.re()));
            exponent.chain(Function::Exp.jet(exponent.re()))
        }
    }
}
