//! First-order inner solvers that remember: momentum and Adam, as PyTorch defines them.

use nalgebra::{DVector, Dyn};
use serde::Serialize;

use super::InnerSolve;
use crate::outer::{Adam, OuterOptimizer, OuterState, Sgd};
use crate::problem::InnerGeneral;
use crate::status::StopReason;

/// `steps` steps `b ← momentum·b + ∇_W L_T`, `w ← w - lr·b` (heavy ball; `torch.optim.SGD`).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Momentum {
    /// Step size.
    pub lr: f64,
    /// Share of the last direction that is kept.
    pub momentum: f64,
    /// Steps between two outer steps.
    pub steps: usize,
}

/// `steps` steps of Adam on `L_T(·, φ)` (`torch.optim.Adam`).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct AdamDescent {
    /// Step size.
    pub lr: f64,
    /// Decay of the first moment.
    pub beta1: f64,
    /// Decay of the second moment.
    pub beta2: f64,
    /// Steps between two outer steps.
    pub steps: usize,
}

/// A first-order rule in a lane. What it remembers lives on from one outer step to the next.
pub struct FirstOrder {
    rule: OuterOptimizer,
    state: OuterState,
    steps: usize,
    gradient: DVector<f64>,
}

impl FirstOrder {
    fn new(rule: OuterOptimizer, steps: usize, n: usize) -> Self {
        Self { rule, state: OuterState::new(n), steps, gradient: DVector::zeros(n) }
    }
}

impl Momentum {
    pub(super) fn start(&self, n: usize) -> FirstOrder {
        let Self { lr, momentum, steps } = *self;
        let rule = OuterOptimizer::Sgd(Sgd { lr, momentum, weight_decay: 0.0, max_norm: None });
        FirstOrder::new(rule, steps, n)
    }
}

impl AdamDescent {
    pub(super) fn start(&self, n: usize) -> FirstOrder {
        let Self { lr, beta1, beta2, steps } = *self;
        let rule = OuterOptimizer::Adam(Adam { lr, beta1, beta2, ..Adam::default() });
        FirstOrder::new(rule, steps, n)
    }
}

impl InnerSolve<Dyn, InnerGeneral> for FirstOrder {
    fn solve(&mut self, objective: &mut InnerGeneral, w: &mut DVector<f64>) -> Result<(), StopReason> {
        for _ in 0..self.steps {
            objective.draw();
            objective.value_and_gradient(w, &mut self.gradient);
            self.rule.step(&mut self.state, self.gradient.as_slice(), w.as_mut_slice());
        }
        Ok(())
    }

    fn forget(&mut self) {
        self.state.clear();
    }
}
