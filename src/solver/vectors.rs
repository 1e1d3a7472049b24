//! Sums over slices, in one order everywhere.

use nalgebra::DMatrix;

/// `out ← out + scale · v`.
#[inline]
pub fn add_scaled(out: &mut [f64], scale: f64, v: &[f64]) {
    for (o, x) in out.iter_mut().zip(v) {
        *o += scale * x;
    }
}

/// `a · b`.
#[inline]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// `out ← out + scale · v vᵀ` (full symmetric matrix).
#[inline]
pub fn add_outer(out: &mut DMatrix<f64>, scale: f64, v: &[f64]) {
    let n = v.len();
    for (column, &x) in out.as_mut_slice().chunks_exact_mut(n).zip(v) {
        add_scaled(column, scale * x, v);
    }
}
