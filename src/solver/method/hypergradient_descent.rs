//! φ follows an estimate of the held-out loss's hypergradient: AuxiLearn, and its relatives by
//! unrolling and by finite differences.

use nalgebra::allocator::Allocator;
use nalgebra::{DVector, DefaultAllocator, Dim, Dyn};
use serde::Serialize;

use super::{Method, Part, Step};
use crate::constraint::{Parameters, Parametrise};
use crate::hypergradient::{Estimator, FiniteDifference, GeneralImplicit, ImplicitFunction, Unrolled};
use crate::ihvp::{Ihvp, InverseHvpKind};
use crate::inner::{GradientDescent, InnerSolve, InnerSolver};
use crate::outer::{OuterOptimizer, OuterState};
use crate::problem::{BilevelProblem, GeneralProblem, InnerObjective};
use crate::sampling::BatchSizes;
use crate::state::LaneState;
use crate::status::StopReason;

/// Algorithm 1 of Navon et al., ICLR 2021: move W towards `W*(φ)`, then move φ against
/// `dL_A/dφ = -∇_W L_A · H⁻¹ · ∇_φ∇_W L_T`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Implicit {
    /// How W answers φ, and in how many steps.
    pub inner: InnerSolver,
    /// How φ follows the hypergradient.
    pub outer: OuterOptimizer,
    /// How `H⁻¹` is applied.
    pub inverse_hvp: InverseHvpKind,
    /// Whether W goes on from where it is; else each outer step starts from the lane's start.
    #[serde(skip_serializing_if = "is_true")]
    pub warm_start: bool,
    /// Mini-batches, if the losses are means over samples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch: Option<BatchSizes>,
}

/// The same with truncated back-propagation through the last inner steps instead of `H⁻¹`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unroll {
    /// The inner steps that are differentiated.
    #[serde(serialize_with = "with_kind")]
    pub inner: GradientDescent,
    /// How φ follows the hypergradient.
    pub outer: OuterOptimizer,
    /// `K`: how many of the last inner steps.
    pub steps: usize,
}

/// The same with DARTS's one virtual step and its finite difference.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Darts {
    /// How W answers φ.
    pub inner: InnerSolver,
    /// How φ follows the hypergradient.
    pub outer: OuterOptimizer,
    /// `ξ`, the virtual step.
    pub xi: f64,
    /// Distance by which W is moved to either side, in its own units: `ε` is this over the norm of `∇L_A` at the virtual step.
    pub epsilon: f64,
}

/// Writes gradient descent as an inner solver like any other.
fn with_kind<S: serde::Serializer>(inner: &GradientDescent, serializer: S) -> Result<S::Ok, S::Error> {
    InnerSolver::GradientDescent(*inner).serialize(serializer)
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_true(warm_start: &bool) -> bool {
    *warm_start
}

/// A method of this kind in a lane.
pub struct HypergradientDescent<D: Dim, P: BilevelProblem<D>>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    inner: P::Inner,
    solver: Box<dyn InnerSolve<D, P::Inner>>,
    estimator: Box<dyn Estimator<D, P>>,
    outer: OuterOptimizer,
    memory: OuterState,
    parameters: Parameters,
    alignment: DVector<f64>,
    /// Where each inner solve starts, if not where the last one ended.
    cold_start: Option<nalgebra::OVector<f64, D>>,
}

impl<D: Dim, P: BilevelProblem<D>> HypergradientDescent<D, P>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// From its parts; moves the φ of `state` to where the parametrisation reaches.
    pub fn new(
        inner: P::Inner,
        solver: Box<dyn InnerSolve<D, P::Inner>>,
        estimator: Box<dyn Estimator<D, P>>,
        outer: OuterOptimizer,
        constraint: Box<dyn Parametrise>,
        state: &mut LaneState<D>,
    ) -> Self {
        Self {
            inner,
            solver,
            estimator,
            memory: OuterState::new(state.phi.len()),
            outer,
            parameters: Parameters::start(constraint, &mut state.phi),
            alignment: DVector::zeros(state.phi.len()),
            cold_start: None,
        }
    }
}

impl Implicit {
    /// The method with parts for problems of any kind; `None` if it needs a general one.
    pub(super) fn start_plain<D: Dim, P: BilevelProblem<D> + 'static>(
        &self,
        problem: &P,
        constraint: Box<dyn Parametrise>,
        state: &mut LaneState<D>,
    ) -> Option<HypergradientDescent<D, P>>
    where
        DefaultAllocator: Allocator<D> + Allocator<D, D>,
    {
        let dim = problem.dim();
        let estimator: Box<dyn Estimator<D, P>> = match &self.inverse_hvp {
            _ if self.inverse_hvp.damping() > 0.0 || !self.warm_start || self.batch.is_some() => return None,
            InverseHvpKind::Direct(direct) => Box::new(ImplicitFunction::new(dim, *direct)),
            InverseHvpKind::Neumann(neumann) => Box::new(ImplicitFunction::new(dim, *neumann)),
            InverseHvpKind::ConjugateGradients(_) | InverseHvpKind::Identity(_) => return None,
        };
        let solver = self.inner.start_plain()?;
        let outer = self.outer.clone();
        Some(HypergradientDescent::new(problem.inner(), solver, estimator, outer, constraint, state))
    }

    /// The method on a general problem; `seed` is that of its batches.
    pub(super) fn start(
        &self,
        problem: &GeneralProblem,
        constraint: Box<dyn Parametrise>,
        seed: u64,
        state: &mut LaneState<Dyn>,
    ) -> HypergradientDescent<Dyn, GeneralProblem> {
        let mut inner = problem.inner();
        if let Some(sizes) = self.batch {
            inner.sample(sizes, seed);
        }
        let solver = self.inner.start(problem.dim().0);
        let estimator = Box::new(GeneralImplicit::new(problem, self.inverse_hvp.clone()));
        let outer = self.outer.clone();
        let method = HypergradientDescent::new(inner, solver, estimator, outer, constraint, state);
        let cold_start = (!self.warm_start).then(|| state.w.clone());
        HypergradientDescent { cold_start, ..method }
    }
}

impl Unroll {
    pub(super) fn start(
        &self,
        problem: &GeneralProblem,
        constraint: Box<dyn Parametrise>,
        state: &mut LaneState<Dyn>,
    ) -> HypergradientDescent<Dyn, GeneralProblem> {
        let estimator = Box::new(Unrolled::new(problem, self.inner, self.steps));
        let (solver, outer) = (Box::new(self.inner), self.outer.clone());
        HypergradientDescent::new(problem.inner(), solver, estimator, outer, constraint, state)
    }
}

impl Darts {
    pub(super) fn start(
        &self,
        problem: &GeneralProblem,
        constraint: Box<dyn Parametrise>,
        state: &mut LaneState<Dyn>,
    ) -> HypergradientDescent<Dyn, GeneralProblem> {
        let estimator = Box::new(FiniteDifference::new(problem, self.xi, self.epsilon));
        let (solver, outer) = (self.inner.start(problem.dim().0), self.outer.clone());
        HypergradientDescent::new(problem.inner(), solver, estimator, outer, constraint, state)
    }
}

impl<D: Dim, P: BilevelProblem<D>> Method<D, P> for HypergradientDescent<D, P>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    #[inline]
    fn step(&mut self, problem: &P, state: &mut LaneState<D>, part: Part) -> Result<Step, StopReason> {
        self.inner.set_phi(state.phi.as_slice());
        if part.moves_w() {
            if let Some(start) = &self.cold_start {
                state.w.copy_from(start);
                self.solver.forget();
            }
            self.estimator.before_inner(&state.w);
            self.solver.solve(&mut self.inner, &mut state.w)?;
        }

        state.evaluate(problem);
        if !part.moves_phi() {
            state.forget_alignment();
            return Ok(Step::Done);
        }
        let alignment = self.alignment.as_mut_slice();
        let product = self.estimator.estimate(problem, &mut self.inner, state, alignment)?;
        for ((a, h), &estimate) in state.alignment.iter_mut().zip(&mut state.hypergradient).zip(&*alignment) {
            if !estimate.is_finite() {
                return Err(StopReason::Diverged);
            }
            (*a, *h) = (estimate, -estimate);
        }
        self.parameters.pull_back(state.phi.as_slice(), state.hypergradient.as_mut_slice())?;
        match product {
            Ihvp::Sound => {}
            Ihvp::Indefinite => state.indefinite_steps += 1,
        }

        let theta = self.parameters.theta.as_mut_slice();
        self.outer.step(&mut self.memory, state.hypergradient.as_slice(), theta);
        self.parameters.write(&mut state.phi);
        Ok(Step::Done)
    }

    fn phi_gradient(&self, _state: &LaneState<D>) -> f64 {
        self.parameters.free_gradient(self.memory.gradient())
    }
}
