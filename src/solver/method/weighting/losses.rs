//! Weights by the sizes of the training losses.

use nalgebra::Dyn;
use serde::Serialize;

use super::{Rule, Weighting, positive, scale_to_count};
use crate::inner::InnerSolver;
use crate::problem::{BilevelProblem, GeneralProblem, TaskJet};
use crate::status::StopReason;

/// Homoscedastic uncertainty (Kendall, Gal and Cipolla, CVPR 2018): `s_k` descends
/// `½e^{-s_k}ℓ_k + ½s_k`, `λ_k = ½e^{-s_k}`, so that it settles at `λ_k = 1/(2ℓ_k)`, whatever the task
/// is good for. A negative loss is no likelihood's: it ends the lane.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Uncertainty {
    /// Step size of `s`.
    pub lr: f64,
    /// Inner solver.
    pub inner: InnerSolver,
}

/// Dynamic weight average (Liu, Johns and Davison, CVPR 2019): `λ = (K + 1) softmax(r/T)` with
/// `r_k = ℓ_k(t-1)/ℓ_k(t-2)` of the losses after those steps; 1 at the first two.
/// A ratio needs positive losses: another ends the lane.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dwa {
    /// `T`.
    pub temperature: f64,
    /// Inner solver.
    pub inner: InnerSolver,
}

/// `s_k` of every task.
pub struct Uncertainties {
    lr: f64,
    s: Vec<f64>,
}

impl Uncertainty {
    pub(in crate::method) fn start(&self, problem: &GeneralProblem) -> Weighting<Uncertainties> {
        let s = vec![0.0; problem.n_auxiliaries() + 1];
        Weighting::new(problem, &self.inner, Uncertainties { lr: self.lr, s })
    }
}

impl Rule for Uncertainties {
    fn weigh(&mut self, jet: &TaskJet<Dyn>, lambda: &mut [f64]) -> Result<(), StopReason> {
        if jet.values().iter().any(|loss| *loss < 0.0) {
            return Err(StopReason::Nonpositive);
        }
        for ((s, l), &loss) in self.s.iter_mut().zip(lambda).zip(jet.values()) {
            *s -= self.lr * 0.5 * (1.0 - libm::exp(-*s) * loss);
            *l = 0.5 * libm::exp(-*s);
        }
        Ok(())
    }
}

/// Losses of the last two steps, newest last.
pub struct Averages {
    temperature: f64,
    before: [Vec<f64>; 2],
    seen: usize,
}

impl Dwa {
    pub(in crate::method) fn start(&self, problem: &GeneralProblem) -> Weighting<Averages> {
        let zero = vec![0.0; problem.n_auxiliaries() + 1];
        let rule = Averages { temperature: self.temperature, before: [zero.clone(), zero], seen: 0 };
        Weighting::new(problem, &self.inner, rule)
    }
}

impl Rule for Averages {
    fn weigh(&mut self, jet: &TaskJet<Dyn>, lambda: &mut [f64]) -> Result<(), StopReason> {
        positive(jet.values())?;
        self.before.swap(0, 1);
        self.before[1].copy_from_slice(jet.values());
        self.seen += 1;
        if self.seen < 3 {
            return Ok(());
        }
        let [older, newer] = &self.before;
        for ((l, newer), &older) in lambda.iter_mut().zip(newer).zip(older) {
            *l = newer / older;
        }
        let largest = lambda.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for l in &mut *lambda {
            *l = libm::exp((*l - largest) / self.temperature);
        }
        scale_to_count(lambda);
        Ok(())
    }
}
