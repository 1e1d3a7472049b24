//! Mean squared error of a linear model, reduced once from its data to an exact quadratic.

use nalgebra::{DMatrix, DVector, Dyn, SymmetricEigen};

use super::Quadratic;
use crate::curvature::Dense;

/// What every least-squares task on one design matrix `X` (`N×n`) shares: the Hessian
/// `2 XᵀX / N` and its eigenbasis.
#[derive(Clone, Debug)]
pub struct SharedHessian {
    /// `2 XᵀX / N`, `n×n`.
    pub matrix: DMatrix<f64>,
    /// Orthonormal eigenvectors, one a column.
    pub basis: DMatrix<f64>,
    /// Eigenvalues in the order of the columns of `basis`, none negative.
    pub eigenvalues: DVector<f64>,
}

impl SharedHessian {
    /// From the design matrix; `None` if a sum of products overflows.
    pub fn of(x: &DMatrix<f64>) -> Option<Self> {
        let matrix = x.tr_mul(x) * (2.0 / x.nrows() as f64);
        if matrix.iter().any(|entry| !entry.is_finite()) {
            return None;
        }
        let eigen = SymmetricEigen::try_new(matrix.clone(), f64::EPSILON, 10_000)?;
        // A Gram matrix has no negative eigenvalue; rounding may show one.
        let eigenvalues = eigen.eigenvalues.map(|l| if l > 0.0 { l } else { 0.0 });
        Some(Self { matrix, basis: eigen.eigenvectors, eigenvalues })
    }

    /// `ℓ(w) = mean_i (x_i·w - y_i)²` on the design matrix `x` that this Hessian is of, as a
    /// quadratic about its least-squares solution (of least norm where `XᵀX` is singular). `y` has
    /// length `N`. After this no cost depends on `N`.
    pub fn mean_squared_error(&self, x: &DMatrix<f64>, y: &DVector<f64>) -> Quadratic<Dyn> {
        let n_samples = x.nrows() as f64;
        let floor = self.eigenvalues.len() as f64 * f64::EPSILON * self.eigenvalues.amax();
        let mut coordinates = self.basis.tr_mul(&(x.tr_mul(y) * (2.0 / n_samples)));
        coordinates.zip_apply(&self.eigenvalues, |c, l| *c = if l > floor { *c / l } else { 0.0 });
        let origin = &self.basis * coordinates;
        let residual = x * &origin - y;
        let slope = x.tr_mul(&residual) * (2.0 / n_samples);
        let mean_square = residual.norm_squared() / n_samples;
        Quadratic::about(origin, mean_square, slope, Dense(self.matrix.clone()))
    }
}
