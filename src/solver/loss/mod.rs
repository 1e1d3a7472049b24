//! Losses: value, gradient and Hessian at `w ∈ R^n`.

mod least_squares;
mod quadratic;

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OMatrix, OVector};

pub use least_squares::LeastSquares;
pub use quadratic::Quadratic;

/// A twice differentiable loss `ℓ: R^n → R`. Nothing here allocates.
pub trait Loss<D: Dim>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// `n`, the number of model parameters.
    fn dim(&self) -> D;

    /// Writes `∇ℓ(w)` to `gradient` (`n` values) and returns `ℓ(w)`.
    fn value_and_gradient(&self, w: &OVector<f64, D>, gradient: &mut [f64]) -> f64;

    /// Writes `∇²ℓ(w)` to `hessian`.
    fn hessian(&self, w: &OVector<f64, D>, hessian: &mut OMatrix<f64, D, D>);
}
