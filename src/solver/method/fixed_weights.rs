//! Weights that nobody learns: the baselines every method must beat.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};
use serde::Serialize;

use super::{Method, Part, Step};
use crate::inner::{InnerSolve, InnerSolver};
use crate::problem::{BilevelProblem, InnerObjective};
use crate::state::LaneState;
use crate::status::StopReason;

/// `φ_k = 1` throughout: every task counts as much as the main one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Equal {
    /// How W answers the weights; exactly by default.
    pub inner: InnerSolver,
}

/// `φ = 0` throughout: the main task alone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SingleTask {
    /// How W answers; exactly by default.
    pub inner: InnerSolver,
}

/// An inner solver at a φ that does not move.
pub struct FixedWeights<D: Dim, I>
where
    DefaultAllocator: Allocator<D>,
{
    solver: Box<dyn InnerSolve<D, I>>,
    inner: I,
}

impl<D: Dim, I> FixedWeights<D, I>
where
    DefaultAllocator: Allocator<D>,
{
    pub(super) fn new(solver: Box<dyn InnerSolve<D, I>>, inner: I) -> Self {
        Self { solver, inner }
    }
}

impl<D: Dim, P: BilevelProblem<D>> Method<D, P> for FixedWeights<D, P::Inner>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    fn step(&mut self, problem: &P, state: &mut LaneState<D>, part: Part) -> Result<Step, StopReason> {
        if part.moves_w() {
            self.inner.set_phi(state.phi.as_slice());
            self.solver.solve(&mut self.inner, &mut state.w)?;
            state.evaluate(problem);
        }
        Ok(Step::Done)
    }
}
