//! Methods: how a lane moves W and φ in one outer step. One file each.
//!
//! `docs/methods.md` has them in a table: formula, source, cost, test.

mod best_response;
mod fixed_weights;
mod grid_search;
mod hypergradient_descent;
mod joint_descent;
mod ol_aux;
mod properties;
mod weighting;

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Dyn};

use crate::constraint::{Clamp, Constraint, Masked};
use crate::problem::{BilevelProblem, GeneralProblem};
use crate::state::LaneState;
use crate::status::StopReason;
use crate::tagged::tagged_enum;

pub use best_response::BestResponse;
pub use fixed_weights::{Equal, FixedWeights, SingleTask};
pub use grid_search::{GridSearch, Spacing};
pub use hypergradient_descent::{Darts, HypergradientDescent, Implicit, Unroll};
pub use joint_descent::{JointDescent, JointDescentState};
pub use ol_aux::OlAux;
pub use weighting::{CosineGating, Dwa, GradNorm, Gradients, Uncertainty};

tagged_enum! {
    /// The method that a lane of a document chooses.
    pub enum MethodKind {
        /// Gradient descent on `L_T` in W and φ at once.
        JointDescent(JointDescent) = "joint_descent",
        /// AuxiLearn: φ follows the implicit hypergradient of `L_A`.
        Implicit(Implicit) = "implicit",
        /// φ follows the hypergradient through the last inner steps.
        Unroll(Unroll) = "unrolled",
        /// φ follows DARTS's finite-difference hypergradient.
        Darts(Darts) = "darts",
        /// The exact two-stage scheme.
        BestResponse(BestResponse) = "best_response",
        /// Every φ of a grid is tried.
        GridSearch(GridSearch) = "grid_search",
        /// Every weight fixed at one.
        Equal(Equal) = "equal",
        /// The main task alone.
        SingleTask(SingleTask) = "single_task",
        /// Weights by learned task uncertainties.
        Uncertainty(Uncertainty) = "uncertainty",
        /// Dynamic weight average.
        Dwa(Dwa) = "dwa",
        /// Gradient normalisation.
        GradNorm(GradNorm) = "grad_norm",
        /// Auxiliaries count while their gradients agree with the main one.
        CosineGating(CosineGating) = "cosine_gating",
        /// Online learning of weights by inner products of gradients.
        OlAux(OlAux) = "ol_aux",
    }
}

/// What a step leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A state to record and to go on from.
    Done,
    /// A state to record, but not to go on from, and why.
    Last(StopReason),
}

/// What an outer step moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// W and φ, as the method has it.
    Both,
    /// W alone: it answers the present φ, which is held.
    W,
    /// φ alone: it follows the method's rule at the present W, which is held.
    Phi,
}

impl Part {
    /// Returns whether W moves.
    #[inline]
    pub fn moves_w(self) -> bool {
        self != Self::Phi
    }

    /// Returns whether φ moves.
    #[inline]
    pub fn moves_phi(self) -> bool {
        self != Self::W
    }

    /// Returns whether methods of that `kind` have a step of this part. Fixed weights have no rule for φ; a grid search
    /// tries a φ together with its W. What has none stands still, and the step counts.
    pub fn is_of(self, kind: &str) -> bool {
        match kind {
            "equal" | "single_task" => self.moves_w(),
            "grid_search" => self == Self::Both,
            _ => true,
        }
    }
}

/// One rule for moving W and φ.
///
/// A step expects `state` evaluated at its `w` and leaves it so at the new one; the inner gradient
/// is taken before φ moves.
pub trait Method<D: Dim, P: BilevelProblem<D>>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// Takes one outer step, or a part of one. What is held stays as it is to the last bit, and nothing that the
    /// method remembers of its moves goes on.
    ///
    /// # Errors
    /// The numerical reason why there is no such step: the lane ends with the row before.
    fn step(&mut self, problem: &P, state: &mut LaneState<D>, part: Part) -> Result<Step, StopReason>;

    /// Returns the largest component of the gradient that φ followed in the last step, after its constraint; zero
    /// where φ follows none.
    fn phi_gradient(&self, _state: &LaneState<D>) -> f64 {
        0.0
    }
}

impl MethodKind {
    /// The method with fresh memory, φ clamped at zero, on a problem of any kind; moves `state` to
    /// where the method starts. `None` if the method is one for general problems only.
    pub fn start_plain<D: Dim, P: BilevelProblem<D> + 'static>(
        &self,
        problem: &P,
        state: &mut LaneState<D>,
    ) -> Option<Box<dyn Method<D, P>>>
    where
        DefaultAllocator: Allocator<D> + Allocator<D, D>,
    {
        let clamp = Box::new(Clamp {});
        match self {
            Self::JointDescent(joint) => Some(Box::new(joint.start(clamp, state))),
            Self::Implicit(implicit) => {
                let method = implicit.start_plain(problem, clamp, state)?;
                Some(Box::new(method))
            }
            Self::Equal(Equal { inner }) | Self::SingleTask(SingleTask { inner }) => {
                Some(Box::new(FixedWeights::new(inner.start_plain()?, problem.inner())))
            }
            _ => None,
        }
    }

    /// The method with fresh memory on a general problem; moves `state` to where it starts. `seed`
    /// is that of its batches.
    pub fn start(
        &self,
        problem: &GeneralProblem,
        constraint: &Constraint,
        seed: u64,
        state: &mut LaneState<Dyn>,
    ) -> Box<dyn Method<Dyn, GeneralProblem>> {
        let constraint = Box::new(Masked::new(constraint.clone(), problem.non_negative()));
        let n = problem.dim().0;
        match self {
            Self::JointDescent(joint) => Box::new(joint.start(constraint, state)),
            Self::Implicit(implicit) => Box::new(implicit.start(problem, constraint, seed, state)),
            Self::Unroll(unroll) => Box::new(unroll.start(problem, constraint, state)),
            Self::Darts(darts) => Box::new(darts.start(problem, constraint, state)),
            Self::BestResponse(best) => Box::new(best.start(problem, constraint, state)),
            Self::GridSearch(grid) => Box::new(grid.start(problem)),
            Self::Equal(Equal { inner }) | Self::SingleTask(SingleTask { inner }) => {
                Box::new(FixedWeights::new(inner.start(n), problem.inner()))
            }
            Self::Uncertainty(rule) => Box::new(rule.start(problem)),
            Self::Dwa(rule) => Box::new(rule.start(problem)),
            Self::GradNorm(rule) => Box::new(rule.start(problem)),
            Self::CosineGating(rule) => Box::new(rule.start(problem, state)),
            Self::OlAux(rule) => Box::new(rule.start(problem, state)),
        }
    }
}
