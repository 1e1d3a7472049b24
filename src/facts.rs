//! What a trace shows, as facts to put into words: which weights collapsed, which signs flipped.

use crate::series::sign_changes;
use crate::status::RunStatus;
use crate::trace::{QuantityKind, Trace};

/// What happened to one weight in one lane so far: that of an auxiliary task, or another component of φ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TaskFacts {
    /// `φ_k` (or the task's effective weight) at the start.
    pub phi_start: f64,
    /// `φ_k` in the last row.
    pub phi_last: f64,
    /// Step since which `φ_k` is zero, if it is zero now.
    pub zero_since: Option<u64>,
    /// Whether `φ_k` was above an earlier value at any time.
    pub ever_grew: bool,
    /// Last alignment `a_k`, if the lane has one: `φ_k` grows where it is positive.
    pub alignment: Option<f64>,
    /// How often the sign of `a_k` changed.
    pub flips: u64,
    /// Step of the last change of sign.
    pub last_flip: Option<u64>,
}

// Statuses as catalogues have them:
// t: "running"
// t: "finished"
// t: "converged"
// t: "stalled"
// t: "diverged"
// t: "singular"
// t: "indefinite"
// t: "unsolved"
// t: "nonpositive"
// t: "finished at step {0}"
// t: "converged at step {0}"
// t: "stalled at step {0}"
// t: "diverged at step {0}"
// t: "singular at step {0}"
// t: "indefinite at step {0}"
// t: "unsolved at step {0}"
// t: "nonpositive at step {0}"
// t: "finished at step {0}; H indefinite at {1} step"
// t: "finished at step {0}; H indefinite at {1} steps"
// t: "converged at step {0}; H indefinite at {1} step"
// t: "converged at step {0}; H indefinite at {1} steps"
// t: "stalled at step {0}; H indefinite at {1} step"
// t: "stalled at step {0}; H indefinite at {1} steps"
// t: "diverged at step {0}; H indefinite at {1} step"
// t: "diverged at step {0}; H indefinite at {1} steps"
// t: "singular at step {0}; H indefinite at {1} step"
// t: "singular at step {0}; H indefinite at {1} steps"
// t: "indefinite at step {0}; H indefinite at {1} step"
// t: "indefinite at step {0}; H indefinite at {1} steps"
// t: "unsolved at step {0}; H indefinite at {1} step"
// t: "unsolved at step {0}; H indefinite at {1} steps"
// t: "nonpositive at step {0}; H indefinite at {1} step"
// t: "nonpositive at step {0}; H indefinite at {1} steps"
// t: "running; H indefinite at {0} step"
// t: "running; H indefinite at {0} steps"

/// How a lane stands, in words: `finished at step 1500; H indefinite at 12 steps`.
pub fn status_text(status: RunStatus, indefinite_steps: u64) -> String {
    match indefinite_steps {
        0 => status.to_string(),
        1 => format!("{status}; H indefinite at 1 step"),
        many => format!("{status}; H indefinite at {many} steps"),
    }
}

/// What happened in one lane so far.
#[derive(Debug, Clone, PartialEq)]
pub struct LaneFacts {
    /// One entry per auxiliary task.
    pub tasks: Vec<TaskFacts>,
    /// Main loss on the test set in the last row, if there is one.
    pub loss_test: Option<f64>,
    /// Held-out main loss `L_A` in the last row.
    pub loss_aux_set: Option<f64>,
    /// Steps whose hypergradient was taken at an indefinite `H`.
    pub indefinite_steps: u64,
}

impl LaneFacts {
    /// Reads the facts off a trace and its run's count of steps at an indefinite `H`; `None` if it
    /// has no rows.
    pub fn of(trace: &Trace, indefinite_steps: u64) -> Option<Self> {
        if trace.rows() == 0 {
            return None;
        }
        Some(Self {
            tasks: (0..trace.layout().weights().1.len()).filter_map(|k| task(trace, k)).collect(),
            indefinite_steps,
            loss_test: trace.last(QuantityKind::LossTest, 0),
            loss_aux_set: trace.last(QuantityKind::LossAuxSet, 0),
        })
    }
}

fn task(trace: &Trace, k: usize) -> Option<TaskFacts> {
    let (kind, mut weights) = trace.layout().weights();
    let phi = trace.series(kind, weights.nth(k)?)?;
    // The alignment is that of φ_k, which a network's effective weights are not.
    let own = if kind == QuantityKind::Phi { trace.series(QuantityKind::Alignment, k)? } else { &[] };
    let step = |row: usize| trace.steps()[row] as u64;
    let zeros = phi.iter().rev().take_while(|&&x| x == 0.0).count();
    let (flips, last_flip) = sign_changes(own);
    Some(TaskFacts {
        phi_start: *phi.first()?,
        phi_last: *phi.last()?,
        zero_since: (zeros > 0).then(|| step(phi.len() - zeros)),
        ever_grew: phi.windows(2).any(|pair| pair[1] > pair[0]),
        alignment: own.last().copied().filter(|a| !a.is_nan()),
        flips,
        last_flip: last_flip.map(step),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{ABSENT, Layout};

    fn trace(phi: &[f64], alignment: &[f64]) -> Trace {
        let layout = Layout::new(1, 1);
        let mut trace = Trace::new(layout, phi.len() as u64);
        for (step, (&phi, &a)) in phi.iter().zip(alignment).enumerate() {
            let mut row = vec![ABSENT; layout.width()];
            row[0] = step as f64;
            row[layout.range(QuantityKind::Phi).start] = phi;
            row[layout.range(QuantityKind::Alignment).start] = a;
            trace.push(&row);
        }
        trace
    }

    #[test]
    fn a_weight_is_collapsed_only_while_it_stays_zero() {
        let a = [ABSENT; 5];
        let facts = |phi: &[f64]| LaneFacts::of(&trace(phi, &a), 0).unwrap().tasks[0];
        assert_eq!(facts(&[1.0, 0.5, 0.0, 0.0, 0.0]).zero_since, Some(2));
        assert!(!facts(&[1.0, 0.5, 0.0, 0.0, 0.0]).ever_grew);
        assert_eq!(facts(&[1.0, 0.0, 0.0, 0.0, 0.1]).zero_since, None);
        assert!(facts(&[1.0, 0.0, 0.0, 0.0, 0.1]).ever_grew);
    }

    #[test]
    fn flips_skip_zeros_and_absent_values() {
        let a = [ABSENT, 1.0, 0.0, 2.0, -1.0, ABSENT, -2.0, 3.0];
        let task = LaneFacts::of(&trace(&[1.0; 8], &a), 0).unwrap().tasks[0];
        assert_eq!((task.flips, task.last_flip, task.alignment), (2, Some(7), Some(3.0)));
    }

    #[test]
    fn of_a_network_the_effective_weights_are_told_and_no_alignment() {
        let layout = Layout { effective_weights: 3, ..Layout::new(1, 5) };
        let mut trace = Trace::new(layout, 1);
        for step in 0..2 {
            let mut row = vec![1.0; layout.width()];
            row[0] = f64::from(step);
            row[layout.range(QuantityKind::EffectiveWeight).start + 2] = f64::from(1 - step);
            trace.push(&row);
        }
        let facts = LaneFacts::of(&trace, 7).unwrap();
        assert_eq!((facts.tasks.len(), facts.indefinite_steps), (2, 7));
        assert_eq!((facts.tasks[1].phi_last, facts.tasks[1].zero_since), (0.0, Some(1)));
        assert_eq!((facts.tasks[1].alignment, facts.tasks[1].flips), (None, 0));
    }

    #[test]
    fn steps_at_an_indefinite_hessian_are_told_with_the_status() {
        assert_eq!(status_text(RunStatus::Running, 0), "running");
        assert_eq!(status_text(RunStatus::Running, 1), "running; H indefinite at 1 step");
    }

    #[test]
    fn an_empty_trace_has_no_facts() {
        assert_eq!(LaneFacts::of(&Trace::new(Layout::new(1, 1), 10), 0), None);
    }
}
