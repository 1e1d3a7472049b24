//! A diagonal matrix, in the eigenbasis that tasks share.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OMatrix, OVector};

use super::{Curvature, definiteness};
use crate::status::StopReason;

/// A diagonal matrix: what tasks that share a design matrix have in its eigenbasis, where a
/// gradient step or a Neumann term costs `O(n)`.
#[derive(Clone, Debug)]
pub struct Diagonal<D: Dim>(pub OVector<f64, D>)
where
    DefaultAllocator: Allocator<D>;

impl<D: Dim> Curvature<D> for Diagonal<D>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    type Factor = ();

    fn zeros(dim: D) -> Self {
        Self(OVector::zeros_generic(dim, nalgebra::U1))
    }

    fn factor(&self) -> Self::Factor {}

    fn copy_from(&mut self, other: &Self) {
        self.0.copy_from(&other.0);
    }

    #[inline]
    fn add_scaled(&mut self, scale: f64, other: &Self) {
        self.0.zip_apply(&other.0, |a, b| *a += scale * b);
    }

    #[inline]
    fn apply(&self, v: &[f64], out: &mut [f64]) {
        for ((o, a), x) in out.iter_mut().zip(self.0.as_slice()).zip(v) {
            *o = a * x;
        }
    }

    #[inline]
    fn apply_from(&self, from: &[f64], v: &[f64], out: &mut [f64]) {
        for (((o, a), x), y) in out.iter_mut().zip(self.0.as_slice()).zip(v).zip(from) {
            *o = a * (x - y);
        }
    }

    #[inline]
    fn step_map(&self, step: f64, out: &mut Self) {
        out.0.zip_apply(&self.0, |o, a| *o = 1.0 - step * a);
    }

    #[inline]
    fn iterate(
        &self,
        c: Option<&OVector<f64, D>>,
        count: usize,
        x: &mut OVector<f64, D>,
        _scratch: &mut OVector<f64, D>,
    ) {
        for _ in 0..count {
            match c {
                Some(c) => x.zip_zip_apply(&self.0, c, |x, a, c| *x = a * *x + c),
                None => x.zip_apply(&self.0, |x, a| *x *= a),
            }
        }
    }

    #[inline]
    fn accumulate_powers(
        &self,
        count: usize,
        x: &mut OVector<f64, D>,
        sum: &mut OVector<f64, D>,
        _scratch: &mut OVector<f64, D>,
    ) {
        for _ in 0..count {
            x.zip_apply(&self.0, |x, a| *x *= a);
            *sum += &*x;
        }
    }

    #[inline]
    fn solve(
        &self,
        rhs: &OVector<f64, D>,
        _factor: &mut Self::Factor,
        out: &mut OVector<f64, D>,
    ) -> Result<(), StopReason> {
        definiteness(self.0.len(), self.0.min(), self.0.max())?;
        out.zip_zip_apply(&self.0, rhs, |o, a, r| *o = r / a);
        Ok(())
    }

    fn write_to(&self, out: &mut OMatrix<f64, D, D>) {
        out.fill(0.0);
        for (i, &entry) in self.0.iter().enumerate() {
            out[(i, i)] = entry;
        }
    }
}
