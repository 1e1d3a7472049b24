//! Where a lane stands, and whether it still moves.

use nalgebra::allocator::Allocator;
use nalgebra::{DVector, DefaultAllocator, Dim, OVector, U1};

use crate::problem::{BilevelProblem, TaskJet};
use crate::trace::ABSENT;

/// Outer steps without movement after which a lane has converged.
const STILL_STEPS: u32 = 10;

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
    /// `∇_W L_T(w, φ)` at the φ that W answers: that before the outer step, or for methods that set φ first
    /// the present one.
    pub inner_gradient: OVector<f64, D>,
    /// The alignment `-dL_A/dφ` that the last outer step used (`m`); absent where the method has none.
    pub alignment: DVector<f64>,
    /// The estimate of `dL_A/dθ` (of `dL_A/dφ` where φ is clamped) that the last outer step used,
    /// before clipping (`m`).
    pub hypergradient: DVector<f64>,
    /// Inner problems solved so far, by the methods that count them.
    pub inner_solves: u64,
    /// Steps whose hypergradient was taken at an indefinite `H`.
    pub indefinite_steps: u64,
}

impl<D: Dim> LaneState<D>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// The start of a lane at `w` and `phi`, evaluated there.
    pub fn start(problem: &impl BilevelProblem<D>, w: OVector<f64, D>, phi: DVector<f64>) -> Self {
        let zero = OVector::zeros_generic(problem.dim(), U1);
        let absent = DVector::repeat(problem.n_phi(), ABSENT);
        let mut state = Self {
            jet: TaskJet::zeros(problem.dim(), problem.n_auxiliaries()),
            outer_loss: 0.0,
            outer_gradient: zero.clone(),
            inner_gradient: zero,
            alignment: absent.clone(),
            hypergradient: absent,
            inner_solves: 0,
            indefinite_steps: 0,
            w,
            phi,
        };
        state.evaluate(problem);
        state
    }

    /// A step that did not move φ used no alignment.
    pub(crate) fn forget_alignment(&mut self) {
        self.alignment.fill(ABSENT);
        self.hypergradient.fill(ABSENT);
    }

    /// Evaluates losses and gradients at the present W and φ.
    #[inline]
    pub fn evaluate(&mut self, problem: &impl BilevelProblem<D>) {
        problem.tasks_at(&self.w, &mut self.jet);
        problem.training_gradient(&self.jet, self.phi.as_slice(), &mut self.inner_gradient);
        self.outer_loss = problem.outer_at(&self.w, &mut self.outer_gradient);
    }
}

/// Watches whether a lane still moves.
pub(crate) struct Movement<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    w: OVector<f64, D>,
    phi: DVector<f64>,
    still: u32,
}

impl<D: Dim> Movement<D>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// From the start of a lane.
    pub(crate) fn new(state: &LaneState<D>) -> Self {
        let w = OVector::zeros_generic(state.w.shape_generic().0, U1) + &state.w;
        Self { w, phi: state.phi.clone(), still: 0 }
    }

    /// Whether φ and W have stood still for [`STILL_STEPS`] steps, this one included.
    #[inline]
    pub(crate) fn converged(&mut self, state: &LaneState<D>, tolerance: f64) -> bool {
        if tolerance == 0.0 {
            return false;
        }
        let moved = follow(self.w.as_mut_slice(), state.w.as_slice(), tolerance)
            | follow(self.phi.as_mut_slice(), state.phi.as_slice(), tolerance);
        self.still = if moved { 0 } else { self.still + 1 };
        self.still >= STILL_STEPS
    }
}

/// Copies `now` over `before` and tells whether a component moved by more than the tolerance.
#[inline]
fn follow(before: &mut [f64], now: &[f64], tolerance: f64) -> bool {
    let mut moved = false;
    for (b, &x) in before.iter_mut().zip(now) {
        moved |= (x - *b).abs() > tolerance * (1.0 + x.abs());
        *b = x;
    }
    moved
}
