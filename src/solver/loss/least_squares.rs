//! Mean squared errors of a linear model, reduced once from their data by a QR factorisation.

use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DVector, DefaultAllocator, Dim, Dyn, OMatrix};

use crate::vectors::dot;

/// `ℓ_k(w) = mean_i (x_i·w - y_ik)²` for every task `k` on one design matrix `X = QR` (`N×n`):
/// `ℓ_k(w) = ‖R̃w - c_k‖² + ρ_k` with `R̃ = R/√N`, `c_k = Qᵀy_k/√N` and `ρ_k` the mean square of what no `w`
/// explains. After this no cost depends on `N`.
///
/// Householder's factorisation is backward stable column by column, so values keep their digits whatever the
/// units and however near to collinear the columns are: nothing is expanded about a minimiser that may lie far
/// away. Rows are taken by decreasing size, which keeps the small ones exact beside large ones (Cox and Higham, 1998).
#[derive(Clone, Debug)]
pub struct LeastSquares<D: Dim>
where
    DefaultAllocator: Allocator<D, D>,
{
    /// `R̃`, `n×n` and upper triangular; rows of zeros where `N < n`.
    factor: OMatrix<f64, D, D>,
    /// `c_k`, `n` values a task.
    projections: Vec<f64>,
    /// `ρ_k`, one a task.
    floors: Vec<f64>,
}

impl LeastSquares<Dyn> {
    /// Reduces the tasks with these `targets` (`N` values each) on the inputs `x` (`N×n`); `None` if a sum of
    /// products overflows.
    pub fn of<'a>(x: &DMatrix<f64>, targets: impl IntoIterator<Item = &'a DVector<f64>>) -> Option<Self> {
        let n = x.ncols();
        let root = (x.nrows() as f64).sqrt();
        let order = by_decreasing_size(x);
        // At least as many rows as columns, so that R is square.
        let rows = x.nrows().max(n);
        let at = |i: usize, value: &dyn Fn(usize) -> f64| order.get(i).map_or(0.0, |&row| value(row));
        let qr = DMatrix::from_fn(rows, n, |i, j| at(i, &|row| x[(row, j)])).qr();
        let factor = qr.r() / root;
        let (mut projections, mut floors) = (Vec::new(), Vec::new());
        for y in targets {
            let mut rotated = DVector::from_fn(rows, |i, _| at(i, &|row| y[row]));
            qr.q_tr_mul(&mut rotated);
            rotated /= root;
            projections.extend_from_slice(&rotated.as_slice()[..n]);
            floors.push(dot(&rotated.as_slice()[n..], &rotated.as_slice()[n..]));
        }
        let least_squares = Self { factor, projections, floors };
        let hessian = least_squares.hessian();
        let sizes = least_squares.projections.chunks_exact(n).map(|c| dot(c, c));
        let finite = hessian.iter().chain(&least_squares.floors).all(|x| x.is_finite())
            && sizes.into_iter().all(f64::is_finite);
        finite.then_some(least_squares)
    }

    /// `∇²ℓ_k = 2R̃ᵀR̃`, the same for every task.
    pub fn hessian(&self) -> DMatrix<f64> {
        self.factor.tr_mul(&self.factor) * 2.0
    }

    /// `-∇ℓ_k(0) = 2R̃ᵀc_k` (`n` values).
    pub fn linear(&self, k: usize) -> DVector<f64> {
        let mut linear = DVector::from_column_slice(self.projection(k));
        self.apply_transpose(linear.as_mut_slice());
        linear
    }

    /// The same losses with their dimension known at compile time where `D` is a constant.
    pub(crate) fn in_dimension<D: Dim>(&self, dim: D) -> LeastSquares<D>
    where
        DefaultAllocator: Allocator<D, D>,
    {
        LeastSquares {
            factor: OMatrix::from_iterator_generic(dim, dim, self.factor.iter().copied()),
            projections: self.projections.clone(),
            floors: self.floors.clone(),
        }
    }
}

impl<D: Dim> LeastSquares<D>
where
    DefaultAllocator: Allocator<D, D>,
{
    /// Number of tasks.
    pub fn n_tasks(&self) -> usize {
        self.floors.len()
    }

    /// `n`, the number of parameters.
    pub fn n_parameters(&self) -> usize {
        self.factor.ncols()
    }

    fn projection(&self, k: usize) -> &[f64] {
        let n = self.factor.ncols();
        &self.projections[k * n..][..n]
    }

    /// `z ← R̃w`, which every task's value and gradient at `w` is made of (`n` values each).
    #[inline]
    pub fn predict(&self, w: &[f64], z: &mut [f64]) {
        z.fill(0.0);
        for (j, (column, &w)) in self.factor.as_slice().chunks_exact(w.len()).zip(w).enumerate() {
            for (z, r) in z[..=j].iter_mut().zip(column) {
                *z += r * w;
            }
        }
    }

    /// Returns `ℓ_k(w)` of every task for `z = R̃w`.
    #[inline]
    pub fn values(&self, z: &[f64]) -> impl Iterator<Item = f64> {
        let tasks = self.projections.chunks_exact(z.len()).zip(&self.floors);
        tasks.map(|(c, floor)| z.iter().zip(c).map(|(z, c)| (z - c) * (z - c)).sum::<f64>() + floor)
    }

    /// Returns `ℓ_0(w)` for `z = R̃w`.
    #[inline]
    pub fn value(&self, z: &[f64]) -> f64 {
        self.values(z).next().unwrap_or_default()
    }

    /// Writes `z - c_k` for `z = R̃w` (`n` values).
    #[inline]
    pub fn residual(&self, k: usize, z: &[f64], out: &mut [f64]) {
        for ((out, z), c) in out.iter_mut().zip(z).zip(self.projection(k)) {
            *out = z - c;
        }
    }

    /// `z ← Σ_k weights_k (z - c_k)` for `z = R̃w`.
    #[inline]
    pub fn weigh_residuals(&self, weights: &[f64], z: &mut [f64]) {
        for (i, z) in z.iter_mut().enumerate() {
            *z = weights.iter().enumerate().map(|(k, weight)| weight * (*z - self.projection(k)[i])).sum();
        }
    }

    /// `v ← 2R̃ᵀv`: of a residual `z - c_k` this makes `∇ℓ_k(w)`.
    #[inline]
    pub fn apply_transpose(&self, v: &mut [f64]) {
        // R̃ᵀ is lower triangular: from the last row up, what is overwritten is not needed any more.
        for (j, column) in self.factor.as_slice().chunks_exact(v.len()).enumerate().rev() {
            v[j] = 2.0 * dot(&column[..=j], &v[..=j]);
        }
    }
}

/// The rows of `x`, those with the largest entries first; entries are seen beside the largest of their column.
fn by_decreasing_size(x: &DMatrix<f64>) -> Vec<usize> {
    let largest: Vec<f64> = x.column_iter().map(|column| column.amax()).collect();
    let size = |i: usize| {
        let shares = largest.iter().enumerate().filter(|(_, most)| **most > 0.0);
        shares.map(|(j, most)| x[(i, j)].abs() / most).fold(0.0, f64::max)
    };
    let sizes: Vec<f64> = (0..x.nrows()).map(size).collect();
    let mut order: Vec<usize> = (0..x.nrows()).collect();
    order.sort_by(|a, b| sizes[*b].total_cmp(&sizes[*a]));
    order
}
