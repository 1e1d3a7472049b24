//! Mean squared error of a linear model, reduced once from its data to an exact quadratic.

use nalgebra::{DMatrix, DVector, Dyn};

use super::Quadratic;
use crate::curvature::Dense;

/// `2 XᵀX / N`, the Hessian that every task on the design matrix `x` (`N×n`) shares.
pub fn shared_hessian(x: &DMatrix<f64>) -> DMatrix<f64> {
    x.tr_mul(x) * (2.0 / x.nrows() as f64)
}

/// `ℓ(w) = mean_i (x_i·w - y_i)²` with `x` of shape `N×n` and `y` of length `N`, as a quadratic
/// about its least-squares solution (of least norm where `XᵀX` is singular).
///
/// After this no cost depends on `N`. `hessian` is [`shared_hessian`] of `x`, with its
/// eigenvectors and eigenvalues in `basis` and `eigenvalues`.
pub fn mean_squared_error(
    x: &DMatrix<f64>,
    y: &DVector<f64>,
    hessian: &DMatrix<f64>,
    basis: &DMatrix<f64>,
    eigenvalues: &DVector<f64>,
) -> Quadratic<Dyn> {
    let scale = 2.0 / x.nrows() as f64;
    let floor = eigenvalues.len() as f64 * f64::EPSILON * eigenvalues.amax();
    let mut coordinates = basis.tr_mul(&(x.tr_mul(y) * scale));
    coordinates.zip_apply(eigenvalues, |c, l| *c = if l > floor { *c / l } else { 0.0 });
    let origin = basis * coordinates;
    let residual = x * &origin - y;
    let slope = x.tr_mul(&residual) * scale;
    let mean_square = residual.norm_squared() / x.nrows() as f64;
    Quadratic::about(origin, mean_square, slope, Dense(hessian.clone()))
}
