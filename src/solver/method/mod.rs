//! Methods: how a lane moves W and φ in one outer step. One file each.

mod fixed_weights;
mod implicit;
mod joint_descent;

use nalgebra::allocator::Allocator;
use nalgebra::{DVector, DefaultAllocator, Dim, OVector, U1};

use crate::problem::{BilevelProblem, TaskJet};
use crate::status::StopReason;
use crate::tagged::tagged_enum;
use crate::trace::ABSENT;

pub use fixed_weights::{Equal, FixedWeights, SingleTask};
pub use implicit::{Implicit, ImplicitState};
pub use joint_descent::{JointDescent, JointDescentState};

tagged_enum! {
    /// The method that a lane of a document chooses.
    pub enum MethodKind {
        /// Gradient descent on `L_T` in W and φ at once.
        JointDescent(JointDescent) = "joint_descent",
        /// AuxiLearn: φ follows the implicit hypergradient of `L_A`.
        Implicit(Implicit) = "implicit",
        /// Every weight fixed at one.
        Equal(Equal) = "equal",
        /// The main task alone.
        SingleTask(SingleTask) = "single_task",
    }
}

/// Where a lane stands, with what the last step saw.
#[derive(Clone, Debug)]
pub struct LaneState<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// Model parameters, in the problem's coordinates.
    pub w: OVector<f64, D>,
    /// Auxiliary parameters (`m`).
    pub phi: DVector<f64>,
    /// Training losses and gradients at `w`.
    pub jet: TaskJet<D>,
    /// `L_A(w)`.
    pub outer_loss: f64,
    /// `∇L_A(w)`.
    pub outer_gradient: OVector<f64, D>,
    /// `∇_W L_T(w, φ)` at the φ before the outer step.
    pub inner_gradient: OVector<f64, D>,
    /// The alignment that the last outer step used (`m`); absent where the method has none.
    pub alignment: DVector<f64>,
    /// The estimate of `dL_A/dφ` that the last outer step used, before clipping (`m`).
    pub hypergradient: DVector<f64>,
}

impl<D: Dim> LaneState<D>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// The start of a lane at `w` and `phi`, evaluated there.
    pub fn start(problem: &impl BilevelProblem<D>, w: OVector<f64, D>, phi: DVector<f64>) -> Self {
        let zero = OVector::zeros_generic(problem.dim(), U1);
        let absent = DVector::repeat(problem.n_auxiliaries(), ABSENT);
        let mut state = Self {
            jet: TaskJet::zeros(problem.dim(), problem.n_auxiliaries()),
            outer_loss: 0.0,
            outer_gradient: zero.clone(),
            inner_gradient: zero,
            alignment: absent.clone(),
            hypergradient: absent,
            w,
            phi,
        };
        state.evaluate(problem);
        state
    }

    /// Evaluates losses and gradients at the present W and φ.
    #[inline]
    pub fn evaluate(&mut self, problem: &impl BilevelProblem<D>) {
        problem.tasks_at(&self.w, &mut self.jet);
        self.jet.training_gradient(self.phi.as_slice(), &mut self.inner_gradient);
        self.outer_loss = problem.outer_at(&self.w, &mut self.outer_gradient);
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

/// One rule for moving W and φ.
///
/// A step expects `state` evaluated at its `w` and leaves it so at the new one; the inner gradient
/// is taken before φ moves.
pub trait Method<D: Dim, P: BilevelProblem<D>>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// Takes one outer step.
    ///
    /// # Errors
    /// The numerical reason why there is no such step: the lane ends with the row before.
    fn step(&mut self, problem: &P, state: &mut LaneState<D>) -> Result<Step, StopReason>;
}

/// A method with what it remembers between steps.
pub enum MethodState<D: Dim, P: BilevelProblem<D>>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// Joint descent.
    JointDescent(JointDescentState),
    /// The implicit hypergradient.
    Implicit(ImplicitState<D, P>),
    /// Equal weights and the single task.
    FixedWeights(FixedWeights<P::Inner>),
}

impl MethodKind {
    /// The φ that a lane of this method starts from, given the document's.
    pub fn start_phi(&self, phi: &[f64]) -> DVector<f64> {
        match self {
            Self::JointDescent(_) | Self::Implicit(_) => DVector::from_column_slice(phi),
            Self::Equal(_) => DVector::repeat(phi.len(), 1.0),
            Self::SingleTask(_) => DVector::zeros(phi.len()),
        }
    }

    /// The method with fresh memory, for a lane of `problem`.
    pub fn start<D: Dim, P: BilevelProblem<D>>(&self, problem: &P) -> MethodState<D, P>
    where
        DefaultAllocator: Allocator<D> + Allocator<D, D>,
    {
        match self {
            Self::JointDescent(joint) => MethodState::JointDescent(joint.start(problem.n_auxiliaries())),
            Self::Implicit(implicit) => MethodState::Implicit(implicit.start(problem)),
            Self::Equal(Equal { inner }) | Self::SingleTask(SingleTask { inner }) => {
                MethodState::FixedWeights(FixedWeights::new(inner.clone(), problem.inner()))
            }
        }
    }
}

impl<D: Dim, P: BilevelProblem<D>> Method<D, P> for MethodState<D, P>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    #[inline]
    fn step(&mut self, problem: &P, state: &mut LaneState<D>) -> Result<Step, StopReason> {
        match self {
            Self::JointDescent(joint) => joint.step(problem, state),
            Self::Implicit(implicit) => implicit.step(problem, state),
            Self::FixedWeights(fixed) => fixed.step(problem, state),
        }
    }
}
