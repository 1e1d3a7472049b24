//! Where a lane stands, and whether it still moves.

use nalgebra::allocator::Allocator;
use nalgebra::{DVector, DefaultAllocator, Dim, OVector, U1};

use crate::problem::{BilevelProblem, TaskJet, vector_from};
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
    /// `W` in the model's own coordinates: what a row records and losses are evaluated at.
    pub model: OVector<f64, D>,
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
    /// The start of a lane at `model` (`n` values, in the model's own coordinates) and `phi`, evaluated there.
    pub fn start(problem: &impl BilevelProblem<D>, model: &[f64], phi: DVector<f64>) -> Self {
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
            w: problem.read_model(model),
            model: vector_from(problem.dim(), model.iter().copied()),
            phi,
        };
        state.evaluate_model(problem);
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
        problem.write_model(&self.w, &mut self.model);
        self.evaluate_model(problem);
    }

    /// As [`evaluate`](Self::evaluate), where `model` is that of `w` already.
    #[inline]
    pub(crate) fn evaluate_model(&mut self, problem: &impl BilevelProblem<D>) {
        let Self { w, model, jet, outer_gradient, .. } = self;
        self.outer_loss = problem.evaluate(w, model, jet, outer_gradient);
        problem.training_gradient(&self.jet, self.phi.as_slice(), &mut self.inner_gradient);
    }
}

/// Share of the largest component's size that is rounding in every other.
const ROUNDING: f64 = 8.0 * f64::EPSILON;

/// Watches whether a lane still moves.
pub(crate) struct Movement {
    w: Track,
    phi: Track,
    still: u32,
}

impl Movement {
    /// From the start of a lane.
    pub(crate) fn new<D: Dim>(state: &LaneState<D>) -> Self
    where
        DefaultAllocator: Allocator<D>,
    {
        Self { w: Track::new(state.model.as_slice()), phi: Track::new(state.phi.as_slice()), still: 0 }
    }

    /// Returns whether φ and W have stood still for [`STILL_STEPS`] steps, this one included.
    #[inline]
    pub(crate) fn has_ended<D: Dim>(&mut self, state: &LaneState<D>, tolerance: f64) -> bool
    where
        DefaultAllocator: Allocator<D>,
    {
        if tolerance == 0.0 {
            return false;
        }
        let moved = self.w.follow(state.model.as_slice(), tolerance)
            | self.phi.follow(state.phi.as_slice(), tolerance);
        self.still = if moved { 0 } else { self.still + 1 };
        self.still >= STILL_STEPS
    }

    /// Returns whether each of these moves of W is at most `share` of the largest size of its component so far.
    pub(crate) fn are_small(&self, moves: &[f64], share: f64) -> bool {
        moves.iter().zip(&self.w.largest).all(|(move_, largest)| move_.abs() <= share * largest)
    }
}

/// The last value of each component of a vector, and the largest size that it has had.
struct Track {
    before: Vec<f64>,
    largest: Vec<f64>,
}

impl Track {
    fn new(start: &[f64]) -> Self {
        Self { before: start.to_vec(), largest: start.iter().map(|x| x.abs()).collect() }
    }

    /// Takes `now` as the last value and tells whether a component moved by more than its tolerance.
    #[inline]
    fn follow(&mut self, now: &[f64], tolerance: f64) -> bool {
        let mut rounding = 0.0_f64;
        for (largest, x) in self.largest.iter_mut().zip(now) {
            *largest = largest.max(x.abs());
            rounding = rounding.max(*largest);
        }
        rounding *= ROUNDING;
        let mut moved = false;
        for ((before, largest), &x) in self.before.iter_mut().zip(&self.largest).zip(now) {
            moved |= (x - *before).abs() > tolerance * largest + rounding;
            *before = x;
        }
        moved
    }
}
