//! Inner solvers: how W answers a φ.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use serde::Serialize;

use crate::problem::InnerObjective;
use crate::status::StopReason;
use crate::tagged::tagged_enum;

/// `steps` steps of gradient descent on `L_T(·, φ)` from the present W (a warm start).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct GradientDescent {
    /// Step size.
    pub lr: f64,
    /// Steps between two outer steps.
    pub steps: usize,
}

/// The best response `W*(φ)` itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Exact {}

tagged_enum! {
    /// The inner solver that a document chooses.
    pub enum InnerSolver {
        /// A few warm-started gradient steps.
        GradientDescent(GradientDescent) = "gradient_descent",
        /// The exact best response.
        Exact(Exact) = "exact",
    }
}

impl InnerSolver {
    /// Moves `w` towards (or to) `W*(φ)` for the φ that `objective` was set to.
    ///
    /// # Errors
    /// The reason why no unique minimum exists, from the exact solver.
    #[inline]
    pub fn solve<D: Dim>(
        &self,
        objective: &mut impl InnerObjective<D>,
        w: &mut OVector<f64, D>,
    ) -> Result<(), StopReason>
    where
        DefaultAllocator: Allocator<D> + Allocator<D, D>,
    {
        match self {
            Self::GradientDescent(descent) => {
                objective.descend(w, descent.lr, descent.steps);
                Ok(())
            }
            Self::Exact(_) => objective.minimise(w),
        }
    }
}
