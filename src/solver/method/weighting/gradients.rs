//! Weights by the gradients of the training losses.

use nalgebra::Dyn;
use serde::Serialize;

use super::{Rule, Weighting, positive, scale_to_count};
use crate::inner::InnerSolver;
use crate::problem::{BilevelProblem, GeneralProblem, TaskJet};
use crate::state::LaneState;
use crate::status::StopReason;
use crate::vectors::dot;
use crate::zero::{Size, zero_alignment};

/// Parameters whose gradients a rule compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gradients {
    /// Those that every task depends on: in a head of its own a task has no gradient but its own.
    #[default]
    Shared,
    /// All of them.
    All,
}

impl Gradients {
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_default(&self) -> bool {
        *self == Self::Shared
    }

    /// Returns the number of leading parameters that they are.
    fn count(self, problem: &GeneralProblem) -> usize {
        match self {
            Self::Shared => problem.n_shared(),
            Self::All => problem.dim().0,
        }
    }
}

/// Gradient normalisation (Chen et al., ICML 2018): λ descends `Σ|G_k - Ḡ r_k^α|`, `G_k = λ_k‖∇ℓ_k‖`,
/// `r_k` the loss relative to its start over the mean of these; no λ falls below 0, and they are renormalised to sum
/// `K + 1`. A ratio needs positive losses: another ends the lane.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GradNorm {
    /// `α`.
    pub alpha: f64,
    /// Step size of λ.
    pub lr: f64,
    /// Parameters in which norms are taken.
    #[serde(skip_serializing_if = "Gradients::is_default")]
    pub gradients: Gradients,
    /// Inner solver.
    pub inner: InnerSolver,
}

/// Gradient cosine gating (Du et al., 2018): a task counts with 1 while the cosine of its gradient
/// and the main one's is positive (or, `weighted`, with the cosine itself), else not. A product that is numerically
/// zero has no sign, see [`zero_alignment`] with `H = I`: such a task does not count.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CosineGating {
    /// True where the cosine itself is the weight.
    pub weighted: bool,
    /// Parameters in which cosines are taken.
    #[serde(skip_serializing_if = "Gradients::is_default")]
    pub gradients: Gradients,
    /// Inner solver; one gradient step is the published method.
    pub inner: InnerSolver,
}

/// Losses at the start.
pub struct Norms {
    alpha: f64,
    lr: f64,
    first: Option<Vec<f64>>,
    norms: Vec<f64>,
    /// Parameters that gradients are taken in.
    count: usize,
}

impl GradNorm {
    pub(in crate::method) fn start(&self, problem: &GeneralProblem) -> Weighting<Norms> {
        let norms = vec![0.0; problem.n_auxiliaries() + 1];
        let count = self.gradients.count(problem);
        let rule = Norms { alpha: self.alpha, lr: self.lr, first: None, norms, count };
        Weighting::new(problem, &self.inner, rule)
    }
}

impl Rule for Norms {
    fn weigh(&mut self, jet: &TaskJet<Dyn>, lambda: &mut [f64]) -> Result<(), StopReason> {
        positive(jet.values())?;
        let first = self.first.get_or_insert_with(|| jet.values().to_vec());
        let tasks = lambda.len() as f64;
        let ratio = |k: usize| jet.value(k) / first[k];
        let mean_ratio = (0..lambda.len()).map(ratio).sum::<f64>() / tasks;
        for (k, norm) in self.norms.iter_mut().enumerate() {
            *norm = self::norm(&jet.gradient(k)[..self.count]);
        }
        let mean_norm = self.norms.iter().zip(&*lambda).map(|(n, l)| n * l).sum::<f64>() / tasks;
        for (k, l) in lambda.iter_mut().enumerate() {
            let excess = *l * self.norms[k] - mean_norm * libm::pow(ratio(k) / mean_ratio, self.alpha);
            if excess != 0.0 {
                *l -= self.lr * self.norms[k] * excess.signum();
            }
            *l = if *l > 0.0 { *l } else { 0.0 };
        }
        scale_to_count(lambda);
        Ok(())
    }
}

/// Cosines with the main gradient.
pub struct Gates {
    weighted: bool,
    /// Norm of each task's gradient at the start.
    start: Vec<f64>,
    /// Parameters that gradients are taken in.
    count: usize,
}

impl CosineGating {
    pub(in crate::method) fn start(
        &self,
        problem: &GeneralProblem,
        state: &LaneState<Dyn>,
    ) -> Weighting<Gates> {
        let count = self.gradients.count(problem);
        let norm = |k: usize| norm(&state.jet.gradient(k)[..count]);
        let start = (0..=problem.n_auxiliaries()).map(norm).collect();
        Weighting::new(problem, &self.inner, Gates { weighted: self.weighted, start, count })
    }
}

impl Rule for Gates {
    fn weigh(&mut self, jet: &TaskJet<Dyn>, lambda: &mut [f64]) -> Result<(), StopReason> {
        let main = &jet.gradient(0)[..self.count];
        let size = |now: f64, start: f64| Size { now, start, newton: now };
        let main_size = size(norm(main), self.start[0]);
        for (k, l) in lambda.iter_mut().enumerate().skip(1) {
            let gradient = &jet.gradient(k)[..self.count];
            let (product, norm) = (dot(main, gradient), norm(gradient));
            let agrees = product > zero_alignment(main_size, size(norm, self.start[k]));
            *l = match (agrees, self.weighted) {
                (false, _) => 0.0,
                (true, true) => product / (main_size.now * norm),
                (true, false) => 1.0,
            };
        }
        Ok(())
    }
}

fn norm(v: &[f64]) -> f64 {
    dot(v, v).sqrt()
}
