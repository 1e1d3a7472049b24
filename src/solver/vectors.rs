//! Sums over slices, in one order everywhere.

use nalgebra::DMatrix;

use crate::elementary::BLOCK;

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

/// `out ← out + scale · v vᵀ` on and below the diagonal; [`mirror`] does the rest, once for a whole sum.
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
pub fn add_outer_below(out: &mut DMatrix<f64>, scale: f64, v: &[f64]) {
    let n = v.len();
    for (j, column) in out.as_mut_slice().chunks_exact_mut(n).enumerate() {
        add_scaled(&mut column[j..], scale * v[j], &v[j..]);
    }
}

/// Copies what is below the diagonal to above it.
pub fn mirror(out: &mut DMatrix<f64>) {
    let n = out.nrows();
    let out = out.as_mut_slice();
    for j in 1..n {
        for i in 0..j {
            out[j * n + i] = out[i * n + j];
        }
    }
}

/// `Σ_j weights_j columns_j`, a block of samples at once; each sum in the order of [`dot`].
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
pub fn combine(weights: &[f64], columns: &[[f64; BLOCK]]) -> [f64; BLOCK] {
    let mut sums = [0.0; BLOCK];
    for (weight, column) in weights.iter().zip(columns) {
        for (sum, x) in sums.iter_mut().zip(column) {
            *sum += weight * x;
        }
    }
    sums
}

/// `out ← out + Σ_l scales_l rows_l`, row after row.
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
pub fn add_rows(out: &mut [f64], scales: &[f64], rows: &[f64]) {
    for (scale, row) in scales.iter().zip(rows.chunks_exact(out.len())) {
        add_scaled(out, *scale, row);
    }
}
