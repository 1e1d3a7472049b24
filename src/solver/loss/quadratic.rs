//! The quadratic loss, kept as its expansion about a point.

use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DVector, DefaultAllocator, Dim, Dyn, OMatrix, OVector, U1};

use super::Loss;
use crate::curvature::{Curvature, Dense};
use crate::vectors::add_scaled;

/// `ℓ(w) = floor + slope·(w - origin) + ½ (w - origin)ᵀ A (w - origin)`.
///
/// With the minimiser as origin a value near the minimum is a sum of squares added to the exact
/// floor; the textbook form `½wᵀAw - bᵀw + c` would lose it to cancellation and could even turn a
/// mean squared error negative. `A` is `n×n` and symmetric.
#[derive(Clone, Debug)]
pub struct Quadratic<D: Dim, C = Dense<D>>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    pub(crate) curvature: C,
    /// `b = A origin - slope`, so that `∇ℓ = A w - b`.
    pub(crate) linear: OVector<f64, D>,
    origin: OVector<f64, D>,
    slope: OVector<f64, D>,
    floor: f64,
}

impl<D: Dim, C: Curvature<D>> Quadratic<D, C>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// The quadratic with value `floor`, gradient `slope` and Hessian `curvature` at `origin`.
    pub fn about(origin: OVector<f64, D>, floor: f64, slope: OVector<f64, D>, curvature: C) -> Self {
        let mut linear = origin.clone();
        curvature.apply(origin.as_slice(), linear.as_mut_slice());
        linear -= &slope;
        Self { curvature, linear, origin, slope, floor }
    }

    /// `½ (w - centre)ᵀ A (w - centre)`.
    pub fn centred(centre: OVector<f64, D>, curvature: C) -> Self {
        let flat = OVector::zeros_generic(centre.shape_generic().0, U1);
        Self::about(centre, 0.0, flat, curvature)
    }

    /// Returns whether every number that defines the loss is finite.
    pub fn is_finite(&self) -> bool {
        let numbers = self.linear.iter().chain(self.origin.iter()).chain(self.slope.iter());
        self.floor.is_finite() && numbers.into_iter().all(|x| x.is_finite())
    }

    /// Writes `∇ℓ(w) = slope + A (w - origin)` (`n` values) and returns `ℓ(w)`.
    #[inline]
    pub(crate) fn value_and_gradient_at(&self, w: &[f64], gradient: &mut [f64]) -> f64 {
        self.curvature.apply_from(self.origin.as_slice(), w, gradient);
        let terms = w.iter().zip(self.origin.as_slice()).zip(self.slope.as_slice()).zip(gradient);
        let along = |(((w, o), s), g): (((&f64, &f64), &f64), &mut f64)| {
            let value = (w - o) * (s + 0.5 * *g);
            *g += s;
            value
        };
        self.floor + terms.map(along).sum::<f64>()
    }

    /// Writes `∇ℓ(w) = A w - b` (`n` values).
    #[inline]
    pub(crate) fn gradient_at(&self, w: &[f64], gradient: &mut [f64]) {
        self.curvature.apply(w, gradient);
        for (g, b) in gradient.iter_mut().zip(self.linear.as_slice()) {
            *g -= b;
        }
    }
}

impl<D: Dim, C: Curvature<D>> Loss<D> for Quadratic<D, C>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    fn dim(&self) -> D {
        self.linear.shape_generic().0
    }

    #[inline]
    fn value_and_gradient(&self, w: &OVector<f64, D>, gradient: &mut [f64]) -> f64 {
        self.value_and_gradient_at(w.as_slice(), gradient)
    }

    fn hessian(&self, _w: &OVector<f64, D>, hessian: &mut OMatrix<f64, D, D>) {
        self.curvature.write_to(hessian);
    }
}

impl Quadratic<Dyn, Dense<Dyn>> {
    /// `½ wᵀAw - b·w + c`, about the origin.
    pub fn explicit(a: DMatrix<f64>, b: &DVector<f64>, c: f64) -> Self {
        Self::about(DVector::zeros(b.len()), c, -b, Dense(a))
    }

    /// Adds `scale · ∇ℓ(w)` to `out` (`n` values) and returns `ℓ(w)`.
    pub(crate) fn add_gradient(&self, w: &[f64], scale: f64, out: &mut [f64]) -> f64 {
        // ∇ℓ = slope + A (w - origin); column by column, as everywhere.
        let mut value = 0.0;
        let columns = self.curvature.0.as_slice().chunks_exact(w.len());
        for ((((column, &w_j), &o_j), &s_j), j) in
            columns.zip(w).zip(self.origin.as_slice()).zip(self.slope.as_slice()).zip(0..)
        {
            let d = w_j - o_j;
            add_scaled(out, scale * d, column);
            out[j] += scale * s_j;
            let along = column.iter().zip(w).zip(self.origin.as_slice()).map(|((a, w), o)| a * (w - o));
            value += d * (s_j + 0.5 * along.sum::<f64>());
        }
        self.floor + value
    }
}
