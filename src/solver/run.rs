//! The only outer loop.

use std::sync::Arc;

use nalgebra::allocator::Allocator;
use nalgebra::{DVector, DefaultAllocator, Dim, Dyn, OVector, U1};

use crate::constraint::Constraint;
use crate::hypergradient::{Diagnostics, Observe};
use crate::method::{Method, MethodKind, Step};
use crate::problem::{BilevelProblem, GeneralProblem};
use crate::state::{LaneState, Movement};
use crate::status::{RunStatus, StopReason};
use crate::trace::{ABSENT, Layout, Trace};

/// Beyond this size W, φ or a loss has diverged.
const BOUND: f64 = 1e100;

/// What a lane is to do.
#[derive(Debug, Clone, PartialEq)]
pub struct LaneSpec {
    /// Shown to people.
    pub label: String,
    /// How W and φ move.
    pub method: MethodKind,
    /// Outer steps at most.
    pub steps: u64,
    /// A lane has converged when for ten outer steps no component of φ or W moves by more than
    /// `tolerance · (1 + |component|)`; 0 never stops for this.
    pub tolerance: f64,
    /// W of the start, in the model's own coordinates (`n`).
    pub w: Vec<f64>,
    /// φ of the start (`m`), for the methods that move φ.
    pub phi: Vec<f64>,
    /// How φ is kept admissible.
    pub constraint: Constraint,
    /// Whether every row has the exact hypergradient and the spectrum of `H` too.
    pub diagnostics: bool,
    /// Seed of mini-batches.
    pub seed: u64,
}

impl LaneSpec {
    /// A lane that is clamped at zero and has no extras.
    pub fn new(label: &str, method: MethodKind, steps: u64, w: Vec<f64>, phi: Vec<f64>) -> Self {
        let constraint = Constraint::default();
        let label = label.to_owned();
        Self { label, method, steps, tolerance: 0.0, w, phi, constraint, diagnostics: false, seed: 0 }
    }

    fn layout<D: Dim>(&self, problem: &impl BilevelProblem<D>) -> Layout
    where
        DefaultAllocator: Allocator<D> + Allocator<D, D>,
    {
        Layout {
            effective_weights: problem.n_effective_weights(),
            diagnostics: self.diagnostics,
            inner_solves: self.method.counts_inner_solves(),
            ..Layout::new(problem.dim().value(), problem.n_phi())
        }
    }
}

/// One lane of an experiment: a method running on a problem, recorded in a trace.
pub struct Run {
    label: String,
    method: &'static str,
    lane: Box<dyn Advance>,
}

impl Run {
    /// A lane at its start, on a problem of any size and kind; `None` if it asks for what only
    /// general problems have.
    pub fn plain<D, P>(problem: Arc<P>, spec: &LaneSpec) -> Option<Self>
    where
        D: Dim,
        P: BilevelProblem<D> + 'static,
        DefaultAllocator: Allocator<D> + Allocator<D, D>,
    {
        if spec.diagnostics || !matches!(spec.constraint, Constraint::Clamp(_)) {
            return None;
        }
        let parts = |problem: &P, spec: &LaneSpec, state: &mut LaneState<D>| {
            Some(Parts { method: spec.method.start_plain(problem, state)?, observer: None })
        };
        let lane = Lane::start(problem, spec.clone(), parts)?;
        Some(Self { label: spec.label.clone(), method: spec.method.kind(), lane: Box::new(lane) })
    }

    /// A lane at its start, on a general problem.
    pub fn general(problem: Arc<GeneralProblem>, spec: &LaneSpec) -> Self {
        let parts = |problem: &GeneralProblem, spec: &LaneSpec, state: &mut LaneState<Dyn>| {
            let method = spec.method.start(problem, &spec.constraint, spec.seed, state);
            let observer: Option<Box<dyn Observe<Dyn, GeneralProblem>>> = match spec.diagnostics {
                true => Some(Box::new(Diagnostics::new(problem, spec.method.step_size()))),
                false => None,
            };
            Some(Parts { method, observer })
        };
        let lane = Lane::start(problem, spec.clone(), parts).expect("a general problem takes every method");
        Self { label: spec.label.clone(), method: spec.method.kind(), lane: Box::new(lane) }
    }

    /// The lane's label.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The `kind` of the lane's method, such as `implicit`.
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// Takes up to `steps` outer steps. Any split into calls gives the same trace.
    pub fn advance(&mut self, steps: u64) -> RunStatus {
        self.lane.advance(steps)
    }

    /// Goes back to the start.
    pub fn rewind(&mut self) {
        self.lane.rewind();
    }

    /// How the lane stands.
    pub fn status(&self) -> RunStatus {
        self.lane.status()
    }

    /// Outer steps done.
    pub fn step(&self) -> u64 {
        self.lane.step()
    }

    /// Steps whose hypergradient was taken at an indefinite `H`, by the factorisation that a document
    /// allows there.
    pub fn indefinite_steps(&self) -> u64 {
        self.lane.indefinite_steps()
    }

    /// The record so far.
    pub fn trace(&self) -> &Trace {
        self.lane.trace()
    }
}

/// What a [`Run`] needs of a lane, whatever its dimension and problem: one virtual call a chunk.
trait Advance {
    fn advance(&mut self, steps: u64) -> RunStatus;
    fn rewind(&mut self);
    fn status(&self) -> RunStatus;
    fn step(&self) -> u64;
    fn indefinite_steps(&self) -> u64;
    fn trace(&self) -> &Trace;
}

/// What moves and watches a lane.
struct Parts<D: Dim, P: BilevelProblem<D>>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    method: Box<dyn Method<D, P>>,
    observer: Option<Box<dyn Observe<D, P>>>,
}

/// Makes the parts of a lane and moves its state to where the method starts.
type MakeParts<D, P> = fn(&P, &LaneSpec, &mut LaneState<D>) -> Option<Parts<D, P>>;

struct Lane<D: Dim, P: BilevelProblem<D>>
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
    movement: Movement<D>,
    status: RunStatus,
    step: u64,
    trace: Trace,
}

impl<D: Dim, P: BilevelProblem<D>> Lane<D, P>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    fn start(problem: Arc<P>, spec: LaneSpec, make: MakeParts<D, P>) -> Option<Self> {
        let trace = Trace::new(spec.layout(&*problem), spec.steps);
        Self::start_into(problem, spec, make, trace)
    }

    /// The start, recorded in an empty `trace`.
    fn start_into(problem: Arc<P>, spec: LaneSpec, make: MakeParts<D, P>, trace: Trace) -> Option<Self> {
        let phi = spec.method.start_phi(&spec.phi);
        let mut state = LaneState::start(&*problem, problem.read_model(&spec.w), phi);
        let parts = make(&problem, &spec, &mut state)?;
        state.evaluate(&*problem);
        let mut lane = Self {
            movement: Movement::new(&state),
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

    /// One outer step of the method, its record, and the question whether to go on.
    fn outer_step(&mut self) {
        let step = self.step + 1;
        self.phi_before.copy_from(&self.state.phi);
        let outcome = self.parts.method.step(&self.problem, &mut self.state);
        let (outcome, loss) = match outcome.and_then(|outcome| Ok((outcome, self.bounded()?))) {
            Ok(done) => done,
            Err(reason) => return self.status = RunStatus::Stopped { reason, step },
        };
        self.step = step;
        let after_w = self.problem.training_loss(&self.state.jet, self.phi_before.as_slice());
        self.ledger.book(after_w, loss);
        let reason = match outcome {
            Step::Last(reason) => Some(reason),
            _ if self.converged() => Some(StopReason::Converged),
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
    fn converged(&mut self) -> bool {
        self.spec.method.settles() && self.movement.converged(&self.state, self.spec.tolerance)
    }

    /// `L_T`, if every number that a row would hold is finite and of a size to go on with.
    #[inline]
    fn bounded(&self) -> Result<f64, StopReason> {
        let state = &self.state;
        let loss = self.problem.training_loss(&state.jet, state.phi.as_slice());
        let size = |values: &[f64]| values.iter().map(|x| x.abs()).sum::<f64>();
        let total = size(state.w.as_slice())
            + size(state.phi.as_slice())
            + loss.abs()
            + state.outer_loss.abs()
            + size(state.inner_gradient.as_slice());
        if total < BOUND { Ok(loss) } else { Err(StopReason::Diverged) }
    }

    /// Writes the row of the present step, in the order of [`Layout::quantities`].
    #[inline]
    fn record(&mut self) {
        self.measure_extras();
        let (state, scratch) = (&self.state, &mut self.scratch);
        let test = self.problem.test_loss(&state.w, scratch);
        let Some(mut row) = self.trace.row(self.step) else { return };
        row.put_all(state.phi.as_slice());
        match self.step {
            0 => row.put_all(&self.spec.w),
            _ => {
                self.problem.write_model(&state.w, scratch);
                row.put_all(scratch.as_slice());
            }
        }
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

/// Who has lowered `L_T` since the start: W at the φ before each outer step, then φ at the new W.
///
/// Each sum is of falls `L_T(W_{t-1}, φ_{t-1}) - L_T(W_t, φ_{t-1})` or `L_T(W_t, φ_{t-1}) - L_T(W_t, φ_t)`; together
/// they are the whole fall, but for rounding. `L_T(W_t, φ_{t-1})` may overflow where the row itself does not:
/// from there on there is no account.
struct Ledger {
    /// `L_T` at the present W and φ.
    loss: f64,
    by_w: f64,
    by_phi: f64,
}

impl Ledger {
    fn starting_at(loss: f64) -> Self {
        Self { loss, by_w: 0.0, by_phi: 0.0 }
    }

    /// Books a step: `L_T` at the new W with the φ before, and with the new φ.
    #[inline]
    fn book(&mut self, after_w: f64, after_phi: f64) {
        self.by_w += self.loss - after_w;
        self.by_phi += after_w - after_phi;
        self.loss = after_phi;
    }

    /// What W and what φ have lowered, or absent.
    #[inline]
    fn falls(&self) -> [f64; 2] {
        let falls = [self.by_w, self.by_phi];
        if falls.iter().all(|fall| fall.is_finite()) { falls } else { [ABSENT; 2] }
    }
}

impl<D: Dim, P: BilevelProblem<D>> Advance for Lane<D, P>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    fn advance(&mut self, steps: u64) -> RunStatus {
        let end = self.step.saturating_add(steps);
        while self.status == RunStatus::Running && self.step < end {
            self.outer_step();
        }
        self.status
    }

    fn rewind(&mut self) {
        let mut trace = std::mem::replace(&mut self.trace, Trace::new(Layout::new(0, 0), 1));
        trace.clear();
        let start = Self::start_into(self.problem.clone(), self.spec.clone(), self.make, trace);
        *self = start.expect("parts that were made once can be made again");
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
