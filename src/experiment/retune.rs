//! Whether a run of one document can go on by another.

use super::Experiment;
use crate::run::Run;
use crate::status::{RunStatus, StopReason};

impl Experiment {
    /// Returns whether runs of this experiment can go on by `next`: it differs in texts, in `steps` and `tolerance`, and in
    /// the numbers and parts of methods of the same kinds, and in nothing else.
    pub fn goes_on_as(&self, next: &Self) -> bool {
        let same = |a: &Self, b: &Self| {
            a.seed == b.seed
                && a.problem == b.problem
                && a.combination == b.combination
                && a.start == b.start
                && a.constraint == b.constraint
                && a.diagnostics == b.diagnostics
                && a.lanes.len() == b.lanes.len()
        };
        let lanes = self.lanes.iter().zip(&next.lanes);
        same(self, next)
            && lanes.into_iter().all(|(a, b)| a.constraint == b.constraint && a.method.goes_on_as(&b.method))
    }

    /// Returns whether a lane's method is another in `next`.
    pub fn has_other_methods(&self, next: &Self) -> bool {
        !self.methods().eq(next.methods())
    }

    /// Lets `runs` of this experiment go on by `next`; see [`Run::retune`]. False if that cannot be, or if no lane
    /// would go on: start `next` anew then, for some lanes may have changed.
    pub fn retune(&self, next: &Self, runs: &mut [Run]) -> bool {
        let alive = |run: &Run| match run.status() {
            RunStatus::Running => run.step() < next.steps,
            RunStatus::Stopped { reason: StopReason::Finished, step } => {
                step == self.steps && step < next.steps
            }
            RunStatus::Stopped { .. } => false,
        };
        self.goes_on_as(next)
            && runs.iter().any(alive)
            && runs.iter_mut().zip(next.specs()).all(|(run, spec)| run.retune(&spec))
    }
}
