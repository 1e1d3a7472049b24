//! Symmetric matrices as the solver uses them: dense, or diagonal in a shared eigenbasis.
//!
//! Everything here works in place on memory taken once, and sums column by column, so that the
//! bits do not depend on how many lanes the machine's vector unit has.

mod dense;
mod diagonal;

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OMatrix, OVector};

use crate::status::StopReason;

pub(crate) use dense::add_product;
pub use dense::{Dense, Factor};
pub use diagonal::Diagonal;

/// A symmetric `n×n` matrix `A`, such as the Hessian of a loss.
pub trait Curvature<D: Dim>: Clone
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// Memory that [`solve`](Self::solve) works in.
    type Factor;

    /// The zero matrix.
    fn zeros(dim: D) -> Self;

    /// Memory for factorising matrices of this size.
    fn factor(&self) -> Self::Factor;

    /// `A ← other`.
    fn copy_from(&mut self, other: &Self);

    /// `A ← A + scale · other`.
    fn add_scaled(&mut self, scale: f64, other: &Self);

    /// `out ← A v` (`n` values each).
    fn apply(&self, v: &[f64], out: &mut [f64]);

    /// `out ← A (v - from)` (`n` values each).
    fn apply_from(&self, from: &[f64], v: &[f64], out: &mut [f64]);

    /// `out ← I - step · A`: the linear part of one gradient step, and of one Neumann term.
    fn step_map(&self, step: f64, out: &mut Self);

    /// `x ← A^count x`, or with `c` the affine map `x ← A x + c` applied `count` times.
    fn iterate(
        &self,
        c: Option<&OVector<f64, D>>,
        count: usize,
        x: &mut OVector<f64, D>,
        scratch: &mut OVector<f64, D>,
    );

    /// `sum ← sum + Σ_{j=1..count} A^j x`, leaving `x ← A^count x`.
    fn accumulate_powers(
        &self,
        count: usize,
        x: &mut OVector<f64, D>,
        sum: &mut OVector<f64, D>,
        scratch: &mut OVector<f64, D>,
    );

    /// `out ← A⁻¹ rhs` for a positive definite `A` (Cholesky).
    ///
    /// # Errors
    /// [`StopReason::Singular`] or [`StopReason::Indefinite`] when `A` is not positive definite to
    /// working precision.
    fn solve(
        &self,
        rhs: &OVector<f64, D>,
        factor: &mut Self::Factor,
        out: &mut OVector<f64, D>,
    ) -> Result<(), StopReason>;

    /// Writes the full `n×n` matrix.
    fn write_to(&self, out: &mut OMatrix<f64, D, D>);
}

/// A pivot below this multiple of the largest one makes a matrix singular to working precision.
fn pivot_floor(n: usize, largest: f64) -> f64 {
    n as f64 * f64::EPSILON * largest
}

/// Why a matrix with these extreme eigenvalues is not positive definite.
fn definiteness(n: usize, smallest: f64, largest: f64) -> Result<(), StopReason> {
    let floor = pivot_floor(n, largest);
    if smallest > floor {
        Ok(())
    } else if smallest < -floor {
        Err(StopReason::Indefinite)
    } else {
        Err(StopReason::Singular)
    }
}
