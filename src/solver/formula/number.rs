//! What an expression can be evaluated on: plain numbers, and numbers that carry derivatives.

use std::ops::{Add, Div, Mul, Neg, Sub};

use num_dual::{Dual64, HyperDual64};

/// A number, perhaps with derivatives.
pub trait Number:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// A number without derivatives.
    fn constant(x: f64) -> Self;

    /// The number itself.
    fn re(self) -> f64;

    /// `f` of it, by the chain rule from `f`, `f'` and `f''` at [`re`](Self::re).
    fn chain(self, jet: [f64; 3]) -> Self;
}

impl Number for f64 {
    fn constant(x: f64) -> Self {
        x
    }

    fn re(self) -> f64 {
        self
    }

    fn chain(self, [f, ..]: [f64; 3]) -> Self {
        f
    }
}

impl Number for Dual64 {
    fn constant(x: f64) -> Self {
        Self::from_re(x)
    }

    fn re(self) -> f64 {
        self.re
    }

    fn chain(self, [f, slope, _]: [f64; 3]) -> Self {
        Self::new(f, along(slope, self.eps))
    }
}

impl Number for HyperDual64 {
    fn constant(x: f64) -> Self {
        Self::from_re(x)
    }

    fn re(self) -> f64 {
        self.re
    }

    fn chain(self, [f, slope, bend]: [f64; 3]) -> Self {
        let (a, b) = (self.eps1, self.eps2);
        // A product that underflows is no zero: times an infinite `f''` it is no number.
        let bent = if a == 0.0 || b == 0.0 { 0.0 } else { bend * (a * b) };
        Self::new(f, along(slope, a), along(slope, b), along(slope, self.eps1eps2) + bent)
    }
}

/// `slope · part`, where nothing moves along a direction that does not matter, however steep `f` is.
fn along(slope: f64, part: f64) -> f64 {
    if part == 0.0 { 0.0 } else { slope * part }
}
