//! How a run stands: numerical outcomes are values, not errors.

use std::fmt;

/// Whether a lane goes on, and if not, why and when it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunStatus {
    /// More outer steps can be taken.
    Running,
    /// Ended at an outer step.
    Stopped {
        /// Why.
        reason: StopReason,
        /// The outer step at which it ended. A step that produced no finite state has no row.
        step: u64,
    },
}

/// Why a lane ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopReason {
    /// It took all the steps the document asks for.
    Finished,
    /// φ and W have stopped moving where their gradients vanish.
    Converged,
    /// φ and W have stopped moving where a gradient is still large: steps too small to be seen, or an oscillation
    /// that each outer step looks at in the same place.
    Stalled,
    /// W, φ, a loss and the gradient are of size 1e100 together or no numbers, or the estimate is none.
    Diverged,
    /// The Hessian of `L_T` is singular, so its inverse does not exist.
    Singular,
    /// The Hessian of `L_T` has a negative eigenvalue, so W is no minimum.
    Indefinite,
    /// The exact inner solver did not reach a minimum.
    Unsolved,
    /// A loss is at or below zero, where the method's weights are not defined.
    Nonpositive,
}

impl StopReason {
    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::Finished,
        Self::Converged,
        Self::Stalled,
        Self::Diverged,
        Self::Singular,
        Self::Indefinite,
        Self::Unsolved,
        Self::Nonpositive,
    ];

    /// The reason of that [`word`](Self::word).
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }

    /// The one word used in files, on standard error and in the page's markup.
    pub fn word(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Converged => "converged",
            Self::Stalled => "stalled",
            Self::Diverged => "diverged",
            Self::Singular => "singular",
            Self::Indefinite => "indefinite",
            Self::Unsolved => "unsolved",
            Self::Nonpositive => "nonpositive",
        }
    }
}

impl RunStatus {
    /// The status word: `running` or that of the [`StopReason`].
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Stopped { reason, .. } => reason.word(),
        }
    }

    /// Returns whether the lane has ended.
    pub fn is_stopped(self) -> bool {
        self != Self::Running
    }
}

impl fmt::Display for RunStatus {
    /// `running`, or for example `diverged at step 17`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Running => f.write_str("running"),
            Self::Stopped { reason, step } => write!(f, "{} at step {step}", reason.word()),
        }
    }
}
