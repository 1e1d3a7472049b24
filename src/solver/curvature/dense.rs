//! A full symmetric matrix, column by column.

use nalgebra::allocator::Allocator;
use nalgebra::{Cholesky, DMatrix, DVector, DefaultAllocator, Dim, Dyn, OMatrix, OVector};

use super::{Curvature, definiteness, pivot_floor};
use crate::status::StopReason;

/// Pivots that spread less than this belong to a matrix far from singular.
const CLEAR: f64 = 1e-4;

/// A full symmetric matrix.
#[derive(Clone, Debug)]
pub struct Dense<D: Dim>(pub OMatrix<f64, D, D>)
where
    DefaultAllocator: Allocator<D, D>;

impl<D: Dim> Curvature<D> for Dense<D>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    type Factor = Option<Cholesky<f64, D>>;

    fn zeros(dim: D) -> Self {
        Self(OMatrix::zeros_generic(dim, dim))
    }

    fn factor(&self) -> Self::Factor {
        None
    }

    fn copy_from(&mut self, other: &Self) {
        self.0.copy_from(&other.0);
    }

    fn add_scaled(&mut self, scale: f64, other: &Self) {
        self.0.zip_apply(&other.0, |a, b| *a += scale * b);
    }

    #[inline]
    fn apply(&self, v: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        add_product(&self.0, v, out);
    }

    fn step_map(&self, step: f64, out: &mut Self) {
        out.0.zip_apply(&self.0, |o, a| *o = -step * a);
        for i in 0..out.0.nrows() {
            out.0[(i, i)] += 1.0;
        }
    }

    #[inline]
    fn iterate(
        &self,
        c: Option<&OVector<f64, D>>,
        count: usize,
        x: &mut OVector<f64, D>,
        scratch: &mut OVector<f64, D>,
    ) {
        for _ in 0..count {
            match c {
                Some(c) => scratch.copy_from(c),
                None => scratch.fill(0.0),
            }
            add_product(&self.0, x.as_slice(), scratch.as_mut_slice());
            std::mem::swap(x, scratch);
        }
    }

    #[inline]
    fn accumulate_powers(
        &self,
        count: usize,
        x: &mut OVector<f64, D>,
        sum: &mut OVector<f64, D>,
        scratch: &mut OVector<f64, D>,
    ) {
        for _ in 0..count {
            self.iterate(None, 1, x, scratch);
            *sum += &*x;
        }
    }

    fn solve(
        &self,
        rhs: &OVector<f64, D>,
        factor: &mut Self::Factor,
        out: &mut OVector<f64, D>,
    ) -> Result<(), StopReason> {
        if self.solve_if_definite(rhs, factor, out) { Ok(()) } else { Err(self.defect()) }
    }

    fn write_to(&self, out: &mut OMatrix<f64, D, D>) {
        out.copy_from(&self.0);
    }

    fn extreme_eigenvalues(&self) -> Option<(f64, f64)> {
        let a = &self.0;
        match a.nrows() {
            1 => Some((a[(0, 0)], a[(0, 0)])),
            2 => {
                let (mean, half) = (0.5 * (a[(0, 0)] + a[(1, 1)]), 0.5 * (a[(0, 0)] - a[(1, 1)]));
                let reach = (half * half + a[(0, 1)] * a[(0, 1)]).sqrt();
                Some((mean - reach, mean + reach))
            }
            _ => None,
        }
    }
}

impl Dense<Dyn> {
    /// The matrix of these eigenvalues whose axes are those of the orthogonal factor of `directions`.
    pub fn about_axes_of(directions: DMatrix<f64>, eigenvalues: &DVector<f64>) -> Self {
        let axes = directions.qr().q();
        let matrix = &axes * DMatrix::from_diagonal(eigenvalues) * axes.transpose();
        Self((&matrix + matrix.transpose()) * 0.5)
    }
}

impl<D: Dim> Dense<D>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// `A ← A + shift · I`.
    pub fn add_to_diagonal(&mut self, shift: f64) {
        for i in 0..self.0.nrows() {
            self.0[(i, i)] += shift;
        }
    }

    /// `out ← A⁻¹ rhs` if `A` is positive definite to working precision; returns whether it is.
    pub(crate) fn solve_if_definite(
        &self,
        rhs: &OVector<f64, D>,
        factor: &mut Option<Cholesky<f64, D>>,
        out: &mut OVector<f64, D>,
    ) -> bool {
        let work = match factor.take() {
            Some(old) => {
                let mut work = old.unpack_dirty();
                work.copy_from(&self.0);
                work
            }
            None => self.0.clone(),
        };
        // A pivot that has no root is replaced by one that cannot pass: so the memory is not lost.
        let Some(cholesky) = Cholesky::new_with_substitute(work, f64::MIN_POSITIVE) else { return false };
        let n = self.0.nrows();
        let pivots = (0..n).map(|i| cholesky.l_dirty()[(i, i)]);
        let (least, most) = pivots.fold((f64::INFINITY, 0.0), |(a, b), p: f64| (p.min(a), p.max(b)));
        let floor = pivot_floor(n, most * most) + 2.0 * f64::MIN_POSITIVE;
        // Pivots alone do not reveal a rank: rounding in a small one feeds those after it.
        let clear = least * least > CLEAR * most * most;
        let trace: f64 = (0..n).map(|i| self.0[(i, i)]).sum();
        let definite =
            least * least > floor && (clear || least_eigenvalue(&cholesky, out) > pivot_floor(n, trace));
        if definite {
            out.copy_from(rhs);
            cholesky.solve_mut(out);
        }
        *factor = Some(cholesky);
        definite
    }

    /// Why Cholesky failed, from the eigenvalues. Off the fast path: the lane ends here.
    #[cold]
    pub(crate) fn defect(&self) -> StopReason {
        let n = self.0.nrows();
        let full = nalgebra::DMatrix::from_iterator(n, n, self.0.iter().copied());
        if full.iter().any(|x| !x.is_finite()) {
            return StopReason::Diverged;
        }
        let eigenvalues = full.symmetric_eigenvalues();
        match definiteness(n, eigenvalues.min(), eigenvalues.max()) {
            Err(reason) => reason,
            Ok(()) => StopReason::Singular,
        }
    }
}

/// The least eigenvalue of a positive definite matrix by inverse iteration, hardly above it where it is
/// near zero. `x` is overwritten.
#[cold]
fn least_eigenvalue<D: Dim>(cholesky: &Cholesky<f64, D>, x: &mut OVector<f64, D>) -> f64
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    for (i, entry) in x.as_mut_slice().iter_mut().enumerate() {
        *entry = 1.0 / (1 + i) as f64;
    }
    for _ in 0..3 {
        let norm = x.norm();
        x.unscale_mut(norm);
        cholesky.solve_mut(x);
    }
    1.0 / x.norm()
}

/// `out ← out + A v`, column by column.
#[inline]
pub(crate) fn add_product<D: Dim>(a: &OMatrix<f64, D, D>, v: &[f64], out: &mut [f64])
where
    DefaultAllocator: Allocator<D, D>,
{
    for (column, &x) in a.as_slice().chunks_exact(a.nrows()).zip(v) {
        for (o, &entry) in out.iter_mut().zip(column) {
            *o += entry * x;
        }
    }
}
