//! Inner solvers: how W answers a φ. One file for each that is more than a line.

mod first_order;
mod newton;

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Dyn, OVector};
use serde::Serialize;

use crate::problem::{InnerGeneral, InnerObjective};
use crate::status::StopReason;
use crate::tagged::tagged_enum;

pub use first_order::{AdamDescent, Momentum};
pub use newton::Newton;

/// A way to move `w` towards (or to) `W*(φ)` for the φ that an objective was set to, with what it
/// remembers between outer steps.
pub trait InnerSolve<D: Dim, I>
where
    DefaultAllocator: Allocator<D>,
{
    /// Moves `w`, which stands where the last solve left it (a warm start).
    ///
    /// # Errors
    /// The reason why there is no answer.
    fn solve(&mut self, objective: &mut I, w: &mut OVector<f64, D>) -> Result<(), StopReason>;

    /// Forgets what it remembers, for a cold start.
    fn forget(&mut self) {}
}

/// `steps` steps of gradient descent on `L_T(·, φ)`.
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
        /// Gradient steps with momentum.
        Momentum(Momentum) = "momentum",
        /// Steps of Adam.
        Adam(AdamDescent) = "adam",
        /// Newton steps.
        Newton(Newton) = "newton",
        /// The exact best response.
        Exact(Exact) = "exact",
    }
}

impl InnerSolver {
    /// The solver for objectives of any kind; `None` if it is one for general problems only.
    pub fn start_plain<D: Dim, I: InnerObjective<D>>(&self) -> Option<Box<dyn InnerSolve<D, I>>>
    where
        DefaultAllocator: Allocator<D> + Allocator<D, D>,
    {
        match self {
            Self::GradientDescent(descent) => Some(Box::new(*descent)),
            Self::Exact(exact) => Some(Box::new(*exact)),
            Self::Momentum(_) | Self::Adam(_) | Self::Newton(_) => None,
        }
    }

    /// The solver for general problems of `n` parameters.
    pub fn start(&self, n: usize) -> Box<dyn InnerSolve<Dyn, InnerGeneral>> {
        match self {
            Self::GradientDescent(descent) => Box::new(*descent),
            Self::Momentum(momentum) => Box::new(momentum.start(n)),
            Self::Adam(adam) => Box::new(adam.start(n)),
            Self::Newton(newton) => Box::new(*newton),
            Self::Exact(exact) => Box::new(*exact),
        }
    }
}

impl<D: Dim, I: InnerObjective<D>> InnerSolve<D, I> for GradientDescent
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    #[inline]
    fn solve(&mut self, objective: &mut I, w: &mut OVector<f64, D>) -> Result<(), StopReason> {
        objective.descend(w, self.lr, self.steps);
        Ok(())
    }
}

impl<D: Dim, I: InnerObjective<D>> InnerSolve<D, I> for Exact
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    fn solve(&mut self, objective: &mut I, w: &mut OVector<f64, D>) -> Result<(), StopReason> {
        objective.minimise(w)
    }
}
