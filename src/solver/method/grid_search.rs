//! Grid search over φ: the exact method whose cost explodes with the number of tasks.

use nalgebra::{DVector, Dyn};
use serde::Serialize;

use super::{Method, Part, Step};
use crate::problem::{BilevelProblem, GeneralProblem, InnerGeneral, InnerObjective};
use crate::state::LaneState;
use crate::status::StopReason;

/// Every φ of a grid of `points^m` is tried, one an outer step, each at its exact best response;
/// the lane shows the best so far, and how many inner problems were solved.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct GridSearch {
    /// Least value of each component.
    pub low: f64,
    /// Largest value of each component.
    pub high: f64,
    /// Values a component.
    pub points: usize,
    /// How they lie between `low` and `high`.
    pub spacing: Spacing,
}

/// How the values of a grid lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Spacing {
    /// At equal distances.
    #[default]
    Linear,
    /// At equal ratios.
    Log,
}

impl GridSearch {
    /// Number of grid points in `m` dimensions, as far as numbers reach.
    pub fn size(&self, m: usize) -> f64 {
        libm::pow(self.points as f64, m as f64)
    }

    /// Writes the `index`-th point of the grid, the first component varying fastest.
    pub fn point(&self, index: u64, phi: &mut [f64]) {
        let points = self.points as u64;
        let mut rest = index;
        for p in phi {
            *p = self.value((rest % points) as usize);
            rest /= points;
        }
    }

    fn value(&self, i: usize) -> f64 {
        if i + 1 == self.points {
            return if self.points == 1 { self.low } else { self.high };
        }
        let share = i as f64 / (self.points - 1) as f64;
        match self.spacing {
            Spacing::Linear => self.low + share * (self.high - self.low),
            Spacing::Log => self.low * libm::pow(self.high / self.low, share),
        }
    }

    pub(super) fn start(self, problem: &GeneralProblem) -> GridSearchState {
        let n = problem.dim().0;
        GridSearchState {
            rule: self,
            inner: problem.inner(),
            next: 0,
            found: false,
            unsolved: None,
            phi: DVector::zeros(problem.n_phi()),
            w: DVector::zeros(n),
            gradient: DVector::zeros(n),
        }
    }
}

/// A grid search in a lane.
pub struct GridSearchState {
    rule: GridSearch,
    inner: InnerGeneral,
    next: u64,
    found: bool,
    /// Why the response to a φ was not found though it may exist; of the first such φ.
    unsolved: Option<StopReason>,
    phi: DVector<f64>,
    w: DVector<f64>,
    gradient: DVector<f64>,
}

impl Method<Dyn, GeneralProblem> for GridSearchState {
    fn step(
        &mut self,
        problem: &GeneralProblem,
        state: &mut LaneState<Dyn>,
        part: Part,
    ) -> Result<Step, StopReason> {
        if part != Part::Both {
            return Ok(Step::Done);
        }
        self.rule.point(self.next, self.phi.as_mut_slice());
        self.next += 1;
        state.inner_solves += 1;
        self.inner.set_phi(self.phi.as_slice());
        self.w.copy_from(&state.w);
        let solved = self.inner.minimise(&mut self.w).and_then(|()| {
            let loss = problem.outer_at(&self.w, &mut self.gradient);
            if loss.is_finite() { Ok(loss) } else { Err(StopReason::Diverged) }
        });
        let last = self.next as f64 >= self.rule.size(self.phi.len());
        let loss = match solved {
            Ok(loss) => loss,
            Err(reason) => {
                if !has_no_response(reason) {
                    self.unsolved.get_or_insert(reason);
                }
                return if last && !self.found { Err(reason) } else { Ok(self.outcome(last)) };
            }
        };
        if !self.found || loss < state.outer_loss {
            self.found = true;
            state.phi.copy_from(&self.phi);
            state.w.copy_from(&self.w);
            state.evaluate(problem);
        }
        Ok(self.outcome(last))
    }
}

impl GridSearchState {
    /// Ends with the last φ of the grid: finished, if the response to every φ was found or does not exist.
    fn outcome(&self, last: bool) -> Step {
        if last { Step::Last(self.unsolved.unwrap_or(StopReason::Finished)) } else { Step::Done }
    }
}

/// Returns whether an inner problem that ended so has no best response: its φ is passed over.
fn has_no_response(reason: StopReason) -> bool {
    match reason {
        StopReason::Singular | StopReason::Indefinite => true,
        StopReason::Finished
        | StopReason::Converged
        | StopReason::Stalled
        | StopReason::Diverged
        | StopReason::Unsolved
        | StopReason::Nonpositive => false,
    }
}
