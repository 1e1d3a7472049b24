//! A lane of a known dimension and problem.

use std::sync::Arc;

use nalgebra::allocator::Allocator;
use nalgebra::{DVector, DefaultAllocator, Dim, OVector, U1};

use super::ledger::Ledger;
use super::{Advance, LaneSpec};
use crate::curvature::Curvature;
use crate::hypergradient::Observe;
use crate::method::{Method, Part, Step};
use crate::problem::{BilevelProblem, InnerObjective};
use crate::state::{LaneState, Movement};
use crate::status::{RunStatus, StopReason};
use crate::trace::{ABSENT, Layout, Trace};

/// Beyond this size W, φ or a loss has diverged.
const BOUND: f64 = 1e100;

/// Share of its scale from which a gradient is large, in tolerances of movement, and the bounds of that share.
const LARGE: f64 = 1e4;
const LARGE_BOUNDS: (f64, f64) = (1e-6, 0.1);

/// Sizes by which the end of a lane is judged.
struct Scales {
    /// The gradient that φ followed in the first step.
    phi_gradient: f64,
    /// `‖∇_W L_T‖₁`, the largest so far.
    inner_gradient: f64,
}

/// What moves and watches a lane.
pub(super) struct Parts<D: Dim, P: BilevelProblem<D>>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    pub method: Box<dyn Method<D, P>>,
    pub observer: Option<Box<dyn Observe<D, P>>>,
}

/// Makes the parts of a lane and moves its state to where the method starts.
pub(super) type MakeParts<D, P> = fn(&P, &LaneSpec, &mut LaneState<D>) -> Option<Parts<D, P>>;

pub(super) struct Lane<D: Dim, P: BilevelProblem<D>>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    problem: Arc<P>,
    spec: LaneSpec,
    make: MakeParts<D, P>,
    parts: Parts<D, P>,
    state: LaneState<D>,
    /// φ before the last step, and what the observer and the effective weights write.
    phi_before: DVector<f64>,
    ledger: Ledger,
    extras: Vec<f64>,
    /// Memory of the test loss and the model while a row is written.
    scratch: OVector<f64, D>,
    movement: Movement,
    scales: Scales,
    status: RunStatus,
    step: u64,
    trace: Trace,
}

impl<D: Dim, P: BilevelProblem<D>> Lane<D, P>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    pub(super) fn start(problem: Arc<P>, spec: LaneSpec, make: MakeParts<D, P>) -> Option<Self> {
        let trace = Trace::new(spec.layout(&*problem), spec.steps);
        Self::start_into(problem, spec, make, trace)
    }

    /// The start, recorded in an empty `trace`.
    fn start_into(problem: Arc<P>, spec: LaneSpec, make: MakeParts<D, P>, trace: Trace) -> Option<Self> {
        let phi = spec.method.start_phi(&spec.phi);
        let mut state = LaneState::start(&*problem, &spec.w, phi);
        let parts = make(&problem, &spec, &mut state)?;
        state.evaluate_model(&*problem);
        let mut lane = Self {
            movement: Movement::new(&state),
            scales: Scales { phi_gradient: 0.0, inner_gradient: size(state.inner_gradient.as_slice()) },
            scratch: OVector::zeros_generic(problem.dim(), U1),
            phi_before: state.phi.clone(),
            ledger: Ledger::starting_at(problem.training_loss(&state.jet, state.phi.as_slice())),
            extras: vec![ABSENT; trace.layout().extras()],
            status: RunStatus::Running,
            step: 0,
            make,
            parts,
            trace,
            problem,
            state,
            spec,
        };
        lane.record();
        lane.hide_overflow();
        Some(lane)
    }

    /// Leaves absent what overflows in the row of the start: the first step will tell whether the lane
    /// can go on from there.
    fn hide_overflow(&mut self) {
        let shown = |x: f64| if x.is_finite() { x } else { ABSENT };
        let row: Vec<f64> =
            (0..self.trace.layout().width()).map(|c| shown(self.trace.column(c)[0])).collect();
        self.trace.clear();
        self.trace.push(&row);
    }

    /// One outer step of the method or a part of it, its record, and the question whether to go on. A part does
    /// not tell whether the lane has converged: what it held would move.
    fn outer_step(&mut self, part: Part) {
        let step = self.step + 1;
        self.phi_before.copy_from(&self.state.phi);
        let outcome = self.parts.method.step(&self.problem, &mut self.state, part);
        let (outcome, loss) = match outcome.and_then(|outcome| Ok((outcome, self.bounded()?))) {
            Ok(done) => done,
            Err(reason) => return self.status = RunStatus::Stopped { reason, step },
        };
        self.step = step;
        if step == 1 {
            self.scales.phi_gradient = self.parts.method.phi_gradient(&self.state);
        }
        let after_w = self.problem.training_loss(&self.state.jet, self.phi_before.as_slice());
        self.ledger.book(after_w, loss);
        let reason = match outcome {
            Step::Last(reason) => Some(reason),
            _ if part == Part::Both && self.stands_still() => Some(self.end_of_movement()),
            _ if step == self.spec.steps => Some(StopReason::Finished),
            _ => None,
        };
        if reason.is_some() || self.trace.keeps(step) {
            self.record();
        }
        if let Some(reason) = reason {
            self.status = RunStatus::Stopped { reason, step };
        }
    }

    #[inline]
    fn stands_still(&mut self) -> bool {
        self.spec.method.settles() && self.movement.has_ended(&self.state, self.spec.tolerance)
    }

    /// Tells what a lane has come to that does not move any more: both gradients have vanished beside their scale, or it
    /// has stalled. Where `∇_W L_T` was never larger and is no sum of larger ones, W may have begun near to `W*(φ)`.
    #[cold]
    fn end_of_movement(&self) -> StopReason {
        let state = &self.state;
        let large = (LARGE * self.spec.tolerance).clamp(LARGE_BOUNDS.0, LARGE_BOUNDS.1);
        // The losses of the start are no scale: W may have begun far off.
        let losses =
            self.problem.training_loss(&state.jet, state.phi.as_slice()).abs() + state.outer_loss.abs();
        let scale = losses.max(self.scales.phi_gradient);
        let phi_rests = self.parts.method.phi_gradient(state) <= large * scale;
        let gradient = size(state.inner_gradient.as_slice());
        let weights = std::iter::once(&1.0).chain(&state.phi);
        let terms = weights.take(state.jet.values().len()).enumerate();
        let terms: f64 = terms.map(|(k, weight)| weight.abs() * size(state.jet.gradient(k))).sum();
        let scale = self.scales.inner_gradient.max(terms);
        let w_rests = gradient <= large * scale || self.is_near_response(large);
        if phi_rests && w_rests { StopReason::Converged } else { StopReason::Stalled }
    }

    /// Returns whether a Newton step would move no component of W by more than this share of its size.
    fn is_near_response(&self, share: f64) -> bool {
        let state = &self.state;
        let mut inner = self.problem.inner();
        inner.set_phi(state.phi.as_slice());
        let hessian = inner.hessian(&state.w);
        let (mut step, mut model) = (state.w.clone(), state.w.clone());
        let solved = hessian.solve(&state.inner_gradient, &mut hessian.factor(), &mut step);
        self.problem.write_model(&step, &mut model);
        solved.is_ok() && self.movement.are_small(model.as_slice(), share)
    }

    /// `L_T`, if every number that a row would hold is finite and of a size to go on with.
    #[inline]
    fn bounded(&mut self) -> Result<f64, StopReason> {
        let state = &self.state;
        let loss = self.problem.training_loss(&state.jet, state.phi.as_slice());
        let gradient = size(state.inner_gradient.as_slice());
        self.scales.inner_gradient = self.scales.inner_gradient.max(gradient);
        let total = size(state.w.as_slice())
            + size(state.phi.as_slice())
            + loss.abs()
            + state.outer_loss.abs()
            + gradient;
        if total < BOUND { Ok(loss) } else { Err(StopReason::Diverged) }
    }

    /// Writes the row of the present step, in the order of [`Layout::quantities`].
    #[inline]
    fn record(&mut self) {
        self.measure_extras();
        let (state, scratch) = (&self.state, &mut self.scratch);
        let test = self.problem.test_loss(&state.model, scratch);
        let Some(mut row) = self.trace.row(self.step) else { return };
        row.put_all(state.phi.as_slice());
        row.put_all(state.model.as_slice());
        row.put(self.ledger.loss);
        row.put(state.jet.value(0));
        row.put(state.outer_loss);
        row.put(test.filter(|loss| loss.is_finite()).unwrap_or(ABSENT));
        row.put_all(state.alignment.as_slice());
        row.put_all(state.hypergradient.as_slice());
        row.put(state.inner_gradient.norm());
        row.put_all(&self.ledger.falls());
        row.put_all(&self.extras);
    }

    /// What a row has after the falls, in the order of [`Layout::quantities`].
    fn measure_extras(&mut self) {
        let layout = self.trace.layout();
        if self.extras.is_empty() {
            return;
        }
        let (weights, rest) = self.extras.split_at_mut(layout.effective_weights);
        let state = &self.state;
        self.problem.effective_weights(&state.jet, state.phi.as_slice(), weights);
        let (solves, diagnostics) = rest.split_at_mut(usize::from(layout.inner_solves));
        solves.fill(state.inner_solves as f64);
        if let (Some(observer), 1..) = (&mut self.parts.observer, self.step) {
            let phi = if self.spec.method.answers_own_phi() { &state.phi } else { &self.phi_before };
            observer.observe(&self.problem, state, phi.as_slice(), diagnostics);
        }
        for extra in self.extras.iter_mut().filter(|extra| !extra.is_finite()) {
            *extra = ABSENT;
        }
    }
}

/// Returns `‖values‖₁`.
#[inline]
fn size(values: &[f64]) -> f64 {
    values.iter().map(|x| x.abs()).sum()
}

impl<D: Dim, P: BilevelProblem<D>> Advance for Lane<D, P>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    fn advance(&mut self, steps: u64, part: Part) -> RunStatus {
        let end = self.step.saturating_add(steps);
        while self.status == RunStatus::Running && self.step < end {
            self.outer_step(part);
        }
        self.status
    }

    fn rewind(&mut self) {
        let mut trace = std::mem::replace(&mut self.trace, Trace::new(Layout::new(0, 0), 1));
        trace.clear();
        let start = Self::start_into(self.problem.clone(), self.spec.clone(), self.make, trace);
        *self = start.expect("parts that were made once can be made again");
    }

    fn retune(&mut self, spec: &LaneSpec) -> bool {
        if spec.method != self.spec.method {
            // W of the start, which some methods come back to; φ of where the lane is.
            let mut state = LaneState::start(&*self.problem, &spec.w, self.state.phi.clone());
            let Some(parts) = (self.make)(&self.problem, spec, &mut state) else { return false };
            self.parts = parts;
            self.state.phi = state.phi;
            self.movement = Movement::new(&self.state);
        }
        if spec.steps != self.spec.steps {
            self.trace = self.trace.regrown(spec.steps);
        }
        let (step, finished) = (self.step, StopReason::Finished);
        self.status = match self.status {
            RunStatus::Running if step >= spec.steps => RunStatus::Stopped { reason: finished, step },
            RunStatus::Stopped { reason, step: end }
                if reason == finished && end == self.spec.steps && end < spec.steps =>
            {
                RunStatus::Running
            }
            other => other,
        };
        self.spec = spec.clone();
        true
    }

    fn status(&self) -> RunStatus {
        self.status
    }

    fn step(&self) -> u64 {
        self.step
    }

    fn indefinite_steps(&self) -> u64 {
        self.state.indefinite_steps
    }

    fn trace(&self) -> &Trace {
        &self.trace
    }
}
