//! Elementary functions with their first two derivatives.

use crate::elementary::{sigmoid, softplus_and_slope};

/// A function of one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// `√x`.
    Sqrt,
    /// `e^x`.
    Exp,
    /// The natural logarithm.
    Ln,
    /// Sine.
    Sin,
    /// Cosine.
    Cos,
    /// Tangent.
    Tan,
    /// Arc tangent.
    Atan,
    /// Hyperbolic sine.
    Sinh,
    /// Hyperbolic cosine.
    Cosh,
    /// Hyperbolic tangent.
    Tanh,
    /// `|x|`; its derivative at 0 counts as 0.
    Abs,
    /// `1/(1 + e^{-x})`.
    Sigmoid,
    /// `ln(1 + e^x)`.
    Softplus,
}

impl Function {
    /// Every function with the name that formulas call it by.
    pub const ALL: [(&'static str, Self); 13] = [
        ("sqrt", Self::Sqrt),
        ("exp", Self::Exp),
        ("ln", Self::Ln),
        ("sin", Self::Sin),
        ("cos", Self::Cos),
        ("tan", Self::Tan),
        ("atan", Self::Atan),
        ("sinh", Self::Sinh),
        ("cosh", Self::Cosh),
        ("tanh", Self::Tanh),
        ("abs", Self::Abs),
        ("sigmoid", Self::Sigmoid),
        ("softplus", Self::Softplus),
    ];

    /// `f(x)`, `f'(x)` and `f''(x)`.
    pub fn jet(self, x: f64) -> [f64; 3] {
        match self {
            Self::Sqrt => {
                let root = libm::sqrt(x);
                [root, 0.5 / root, -0.25 / (x * root)]
            }
            Self::Exp => [libm::exp(x); 3],
            Self::Ln => [libm::log(x), 1.0 / x, -1.0 / (x * x)],
            Self::Sin => {
                let (sin, cos) = libm::sincos(x);
                [sin, cos, -sin]
            }
            Self::Cos => {
                let (sin, cos) = libm::sincos(x);
                [cos, -sin, -cos]
            }
            Self::Tan => {
                let tan = libm::tan(x);
                let slope = 1.0 + tan * tan;
                [tan, slope, 2.0 * tan * slope]
            }
            Self::Atan => {
                let slope = 1.0 / (1.0 + x * x);
                [libm::atan(x), slope, -2.0 * x * slope * slope]
            }
            Self::Sinh => [libm::sinh(x), libm::cosh(x), libm::sinh(x)],
            Self::Cosh => [libm::cosh(x), libm::sinh(x), libm::cosh(x)],
            Self::Tanh => {
                let tanh = libm::tanh(x);
                let slope = 1.0 - tanh * tanh;
                [tanh, slope, -2.0 * tanh * slope]
            }
            Self::Abs => [x.abs(), if x == 0.0 { 0.0 } else { x.signum() }, 0.0],
            Self::Sigmoid => {
                let s = sigmoid(x);
                let slope = s * (1.0 - s);
                [s, slope, slope * (1.0 - 2.0 * s)]
            }
            Self::Softplus => {
                let (value, slope) = softplus_and_slope(x);
                [value, slope, slope * (1.0 - slope)]
            }
        }
    }
}

/// Largest whole power that is worked out by products.
const MAX_PRODUCT: f64 = 64.0;

/// `x^p` with its first two derivatives.
pub fn power(x: f64, p: f64) -> [f64; 3] {
    let whole = p.fract() == 0.0 && p.abs() <= MAX_PRODUCT;
    let power = |p: f64| if whole { product(x, p) } else { libm::pow(x, p) };
    // A derivative that is zero everywhere is so at zero too, where its powers are not numbers.
    let derivative = |factor: f64, p: f64| if factor == 0.0 { 0.0 } else { factor * power(p) };
    [power(p), derivative(p, p - 1.0), derivative(p * (p - 1.0), p - 2.0)]
}

/// `x^p` for a whole `p`, by squaring.
fn product(x: f64, p: f64) -> f64 {
    let (mut left, mut base, mut out) = (p.abs() as u32, x, 1.0);
    while left > 0 {
        if left % 2 == 1 {
            out *= base;
        }
        base *= base;
        left /= 2;
    }
    if p < 0.0 { 1.0 / out } else { out }
}
