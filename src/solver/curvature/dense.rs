//! A full symmetric matrix, column by column.

use nalgebra::allocator::Allocator;
use nalgebra::{Cholesky, DMatrix, DVector, DefaultAllocator, Dim, Dyn, OMatrix, OVector};

use super::{Curvature, definiteness, pivot_floor};
use crate::status::StopReason;
use crate::vectors::add_scaled;

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
    type Factor = Option<Factor<D>>;

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

    #[inline]
    fn apply_from(&self, from: &[f64], v: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        for ((column, x), y) in self.0.as_slice().chunks_exact(v.len()).zip(v).zip(from) {
            add_scaled(out, x - y, column);
        }
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
        factor: &mut Option<Factor<D>>,
        out: &mut OVector<f64, D>,
    ) -> bool {
        let definite = self.factorise(factor, out);
        if let (true, Some(factor)) = (definite, factor) {
            factor.solve(rhs, out);
        }
        definite
    }

    /// Factorises `A`, in the memory of an earlier `factor` if there is one; returns whether `A` is positive
    /// definite to working precision. `scratch` is overwritten.
    ///
    /// Judged is `SAS` with a diagonal of about one, so that the answer does not depend on the units of single
    /// coordinates; `S` has powers of two, which round nothing.
    pub(crate) fn factorise(&self, factor: &mut Option<Factor<D>>, scratch: &mut OVector<f64, D>) -> bool {
        let n = self.0.nrows();
        let (mut work, mut scales) = match factor.take() {
            Some(Factor { cholesky, scales }) => (cholesky.unpack_dirty(), scales),
            None => (self.0.clone(), OVector::zeros_generic(self.0.shape_generic().0, nalgebra::U1)),
        };
        for (i, scale) in scales.as_mut_slice().iter_mut().enumerate() {
            *scale = unit_scale(self.0[(i, i)]);
        }
        for j in 0..n {
            for i in 0..n {
                work[(i, j)] = self.0[(i, j)] * scales[i] * scales[j];
            }
        }
        // A pivot that has no root is replaced by one that cannot pass: so the memory is not lost.
        let Some(cholesky) = Cholesky::new_with_substitute(work, f64::MIN_POSITIVE) else { return false };
        let definite = is_definite(&cholesky, scratch);
        *factor = Some(Factor { cholesky, scales });
        definite
    }

    /// Why Cholesky failed, from the eigenvalues. Off the fast path: the lane ends here.
    #[cold]
    pub(crate) fn defect(&self) -> StopReason {
        let n = self.0.nrows();
        let scale = |i: usize| unit_scale(self.0[(i, i)].abs());
        let full = DMatrix::from_fn(n, n, |i, j| self.0[(i, j)] * scale(i) * scale(j));
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

/// A Cholesky factorisation `SAS = LLᵀ`.
#[derive(Clone, Debug)]
pub struct Factor<D: Dim>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    cholesky: Cholesky<f64, D>,
    /// The diagonal of `S`.
    scales: OVector<f64, D>,
}

impl<D: Dim> Factor<D>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// `out ← A⁻¹ rhs`.
    pub(crate) fn solve(&self, rhs: &OVector<f64, D>, out: &mut OVector<f64, D>) {
        out.zip_zip_apply(rhs, &self.scales, |o, r, s| *o = r * s);
        self.cholesky.solve_mut(out);
        out.component_mul_assign(&self.scales);
    }
}

/// The power of two that makes `a` a number from 1 to 4 if it multiplies it twice; 1 if `a` is not a positive number.
fn unit_scale(a: f64) -> f64 {
    if a > 0.0 && a.is_finite() {
        let exponent = (a.to_bits() >> 52) as i64 - 1023;
        f64::from_bits(((1023 - exponent.div_euclid(2)) as u64) << 52)
    } else {
        1.0
    }
}

/// Returns whether a matrix with a diagonal of about one is positive definite to working precision.
fn is_definite<D: Dim>(cholesky: &Cholesky<f64, D>, scratch: &mut OVector<f64, D>) -> bool
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    let n = scratch.len();
    let pivots = (0..n).map(|i| cholesky.l_dirty()[(i, i)]);
    let (least, most) = pivots.fold((f64::INFINITY, 0.0), |(a, b), p: f64| (p.min(a), p.max(b)));
    let floor = pivot_floor(n, most * most) + 2.0 * f64::MIN_POSITIVE;
    // Pivots alone do not reveal a rank: rounding in a small one feeds those after it.
    let clear = least * least > CLEAR * most * most;
    least * least > floor && (clear || least_eigenvalue(cholesky, scratch) > floor)
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
