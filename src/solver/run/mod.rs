//! The only outer loop.

mod lane;
mod ledger;

use std::sync::Arc;

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Dyn};

use crate::constraint::Constraint;
use crate::hypergradient::Beside;
use crate::hypergradient::{Diagnostics, Observe};
use crate::method::{MethodKind, Part};
use crate::problem::{BilevelProblem, GeneralProblem};
use crate::state::LaneState;
use crate::status::RunStatus;
use crate::trace::{Layout, Trace};
use lane::{Lane, Parts};

/// What a lane is to do.
#[derive(Debug, Clone, PartialEq)]
pub struct LaneSpec {
    /// Shown to people.
    pub label: String,
    /// How W and φ move.
    pub method: MethodKind,
    /// Outer steps at most.
    pub steps: u64,
    /// A lane ends when for ten outer steps no component of φ or W moves by more than `tolerance` times the largest
    /// size that it has had; 0 never stops for this.
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
    /// general problems have. Diagnostics are taken on the problem's [general form](BilevelProblem::general) beside
    /// it, if there is one.
    pub fn plain<D, P>(problem: Arc<P>, spec: &LaneSpec) -> Option<Self>
    where
        D: Dim,
        P: BilevelProblem<D> + 'static,
        DefaultAllocator: Allocator<D> + Allocator<D, D>,
    {
        if !matches!(spec.constraint, Constraint::Clamp(_)) {
            return None;
        }
        let parts = |problem: &P, spec: &LaneSpec, state: &mut LaneState<D>| {
            let method = spec.method.start_plain(problem, state)?;
            let observer: Option<Box<dyn Observe<D, P>>> = match spec.diagnostics {
                true => {
                    let (general, probe, phi) =
                        (problem.general()?, spec.method.probe(), state.phi.as_slice());
                    Some(Box::new(Beside::new(general, problem.dim(), probe, &spec.w, phi)))
                }
                false => None,
            };
            Some(Parts { method, observer })
        };
        let lane = Lane::start(problem, spec.clone(), parts)?;
        Some(Self { label: spec.label.clone(), method: spec.method.kind(), lane: Box::new(lane) })
    }

    /// A lane at its start, on a general problem.
    pub fn general(problem: Arc<GeneralProblem>, spec: &LaneSpec) -> Self {
        let parts = |problem: &GeneralProblem, spec: &LaneSpec, state: &mut LaneState<Dyn>| {
            let method = spec.method.start(problem, &spec.constraint, spec.seed, state);
            let observer: Option<Box<dyn Observe<Dyn, GeneralProblem>>> = match spec.diagnostics {
                true => {
                    let probe = spec.method.probe();
                    Some(Box::new(Diagnostics::new(problem, probe, &spec.w, state.phi.as_slice())))
                }
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
        self.lane.advance(steps, Part::Both)
    }

    /// Takes one outer step of W alone, of φ alone, or of both; it counts and is recorded as any other. A method
    /// without such a part stands still (see [`Part::is_of`]). The trace of a run with such steps is no longer
    /// told by its document.
    pub fn advance_part(&mut self, part: Part) -> RunStatus {
        self.lane.advance(1, part)
    }

    /// Goes on by another spec of the same problem from where the lane is: W, φ, the step, the trace and the ledger
    /// stay. If the method is another, what it remembers (moments, batches, the last gradient) starts afresh, and
    /// the free parameter of φ is found from φ anew; else nothing of the run changes. A lane that is over stays so,
    /// but one that ended by the number of steps goes on if that has grown.
    ///
    /// False, and nothing is changed, if this lane's form of the problem has not what the method needs. A
    /// [rewind](Self::rewind) goes back to the start of the new spec.
    pub fn retune(&mut self, spec: &LaneSpec) -> bool {
        let done = self.lane.retune(spec);
        if done {
            self.label.clone_from(&spec.label);
        }
        done
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
    fn advance(&mut self, steps: u64, part: Part) -> RunStatus;
    fn retune(&mut self, spec: &LaneSpec) -> bool;
    fn rewind(&mut self);
    fn status(&self) -> RunStatus;
    fn step(&self) -> u64;
    fn indefinite_steps(&self) -> u64;
    fn trace(&self) -> &Trace;
}
