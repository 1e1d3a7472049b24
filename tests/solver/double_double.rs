//! Arithmetic of about 32 digits, and a solver of linear equations in it: what the solver's numbers are held against.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// An unevaluated sum of two floats, the second at most half of an ulp of the first (Dekker, 1971).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dd(f64, f64);

/// `a + b` and its rounding error (Knuth).
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let s = a + b;
    let part = s - a;
    (s, (a - (s - part)) + (b - part))
}

impl Dd {
    pub const ZERO: Self = Self(0.0, 0.0);

    pub fn value(self) -> f64 {
        self.0
    }

    pub fn abs(self) -> Self {
        if self.0 < 0.0 { -self } else { self }
    }

    /// One Newton step from the root of the leading part.
    pub fn sqrt(self) -> Self {
        if self.0 <= 0.0 {
            return Self::ZERO;
        }
        let root = Self::from(self.0.sqrt());
        (root + self / root) * Self::from(0.5)
    }
}

impl From<f64> for Dd {
    fn from(x: f64) -> Self {
        Self(x, 0.0)
    }
}

impl Add for Dd {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let (s, e) = two_sum(self.0, other.0);
        let (t, f) = two_sum(self.1, other.1);
        let (s, e) = two_sum(s, e + t);
        let (s, e) = two_sum(s, e + f);
        Self(s, e)
    }
}

impl Neg for Dd {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0, -self.1)
    }
}

impl Sub for Dd {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Dd {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let p = self.0 * other.0;
        let e = self.0.mul_add(other.0, -p) + (self.0 * other.1 + self.1 * other.0);
        let (p, e) = two_sum(p, e);
        Self(p, e)
    }
}

impl Div for Dd {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let q = Self::from(self.0 / other.0);
        let rest = self - q * other;
        let next = Self::from(rest.0 / other.0);
        let last = rest - next * other;
        q + next + Self::from(last.0 / other.0)
    }
}

impl std::iter::Sum for Dd {
    fn sum<I: Iterator<Item = Self>>(terms: I) -> Self {
        terms.fold(Self::ZERO, Self::add)
    }
}

/// `Σ_j a_j b_j`.
pub fn dot(a: impl IntoIterator<Item = f64>, b: impl IntoIterator<Item = f64>) -> Dd {
    a.into_iter().zip(b).map(|(a, b)| Dd::from(a) * Dd::from(b)).sum()
}

/// The solution of `Ax = b` for a symmetric positive definite `A`, by Cholesky.
pub fn solve(a: &[Vec<Dd>], b: &[Dd]) -> Vec<Dd> {
    let n = b.len();
    let mut l = vec![vec![Dd::ZERO; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let rest = a[i][j] - (0..j).map(|k| l[i][k] * l[j][k]).sum();
            l[i][j] = if i == j { rest.sqrt() } else { rest / l[j][j] };
        }
    }
    let mut x = b.to_vec();
    for i in 0..n {
        x[i] = (x[i] - (0..i).map(|k| l[i][k] * x[k]).sum()) / l[i][i];
    }
    for i in (0..n).rev() {
        x[i] = (x[i] - (i + 1..n).map(|k| l[k][i] * x[k]).sum()) / l[i][i];
    }
    x
}

#[test]
fn thirty_digits_are_right() {
    let third = Dd::from(1.0) / Dd::from(3.0);
    assert!((third + third + third - Dd::from(1.0)).abs().value() < 1e-31);
    let two = Dd::from(2.0).sqrt();
    assert!((two * two - Dd::from(2.0)).abs().value() < 1e-30);
    // 1e16 + 1 - 1e16, a digit that floats lose.
    assert_eq!((Dd::from(1e16) + Dd::from(1.0) - Dd::from(1e16)).value(), 1.0);
    let hilbert: Vec<Vec<Dd>> =
        (0..6).map(|i| (0..6).map(|j| Dd::from(1.0) / Dd::from(f64::from(i + j + 1))).collect()).collect();
    let b: Vec<Dd> = hilbert.iter().map(|row| row.iter().copied().sum()).collect();
    assert!(solve(&hilbert, &b).into_iter().all(|x| (x - Dd::from(1.0)).abs().value() < 1e-23));
}
