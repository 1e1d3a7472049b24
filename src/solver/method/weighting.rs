//! Weighting baselines: rules that set weights from the training tasks alone.
//!
//! Each finds weights `λ_0 … λ_K` for all tasks, the main one among them. W answers
//! `ℓ_main + Σφ_kℓ_k` with `φ_k = λ_k/λ_0`: the same minimum as that of `Σλ_kℓ_k`, and a trace in the
//! same units as every other lane's. As in the authors' repository (`experiments/weight_methods.py`),
//! where not said otherwise.

use nalgebra::{DVector, Dyn};
use serde::Serialize;

use super::{Method, Part, Step};
use crate::inner::{InnerSolve, InnerSolver};
use crate::outer::clamp;
use crate::problem::{BilevelProblem, GeneralProblem, InnerGeneral, InnerObjective, TaskJet};
use crate::state::LaneState;
use crate::status::StopReason;
use crate::vectors::dot;

/// Homoscedastic uncertainty (Kendall, Gal and Cipolla, CVPR 2018): `s_k` descends
/// `½e^{-s_k}ℓ_k + ½s_k`, `λ_k = ½e^{-s_k}`, so that it settles at `λ_k = 1/(2ℓ_k)`, whatever the task
/// is good for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Uncertainty {
    /// Step size of `s`.
    pub lr: f64,
    /// How W answers the weights.
    pub inner: InnerSolver,
}

/// Dynamic weight average (Liu, Johns and Davison, CVPR 2019): `λ = (K + 1) softmax(r/T)` with
/// `r_k = ℓ_k(t-1)/ℓ_k(t-2)` of the losses after those steps; 1 at the first two.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dwa {
    /// `T`.
    pub temperature: f64,
    /// How W answers the weights.
    pub inner: InnerSolver,
}

/// Gradient normalisation (Chen et al., ICML 2018): λ descends `Σ|G_k - Ḡ r_k^α|`, `G_k = λ_k‖∇ℓ_k‖`,
/// `r_k` the loss relative to its start over the mean of these; renormalised to sum `K + 1`. No λ
/// falls below 0.001.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GradNorm {
    /// `α`.
    pub alpha: f64,
    /// Step size of λ.
    pub lr: f64,
    /// How W answers the weights.
    pub inner: InnerSolver,
}

/// Gradient cosine gating (Du et al., 2018): a task counts with 1 while the cosine of its gradient
/// and the main one's is positive (or, `weighted`, with the cosine itself), else not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CosineGating {
    /// Whether the cosine itself is the weight.
    pub weighted: bool,
    /// How W answers the weights; one gradient step is the published method.
    pub inner: InnerSolver,
}

/// Online learning of weights (Lin et al., NeurIPS 2019, OL-AUX): after `steps` inner gradient steps
/// `φ_k ← max(0, φ_k + phi_lr · lr Σ_t ∇ℓ_main(w_{t+1})·∇ℓ_k(w_t))`: the one-step gradient of the main
/// *training* loss, with no curvature.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct OlAux {
    /// Step size of W.
    pub lr: f64,
    /// Inner steps between two outer steps.
    pub steps: usize,
    /// Step size of φ.
    pub phi_lr: f64,
}

/// Least weight of gradient normalisation.
const LEAST_WEIGHT: f64 = 1e-3;

/// Sets `λ` (`K + 1`) from the tasks at the present W.
trait Rule {
    fn weigh(&mut self, jet: &TaskJet<Dyn>, lambda: &mut [f64]);
}

/// A rule in a lane.
pub struct Weighting<R> {
    rule: R,
    lambda: Vec<f64>,
    solver: Box<dyn InnerSolve<Dyn, InnerGeneral>>,
    inner: InnerGeneral,
}

impl<R> Weighting<R> {
    fn new(problem: &GeneralProblem, solver: &InnerSolver, rule: R) -> Self {
        let lambda = vec![1.0; problem.n_auxiliaries() + 1];
        Self { rule, lambda, solver: solver.start(problem.dim().0), inner: problem.inner() }
    }
}

impl<R: Rule> Method<Dyn, GeneralProblem> for Weighting<R> {
    /// φ first, then W answers it.
    fn step(
        &mut self,
        problem: &GeneralProblem,
        state: &mut LaneState<Dyn>,
        part: Part,
    ) -> Result<Step, StopReason> {
        if part.moves_phi() {
            self.rule.weigh(&state.jet, &mut self.lambda);
            for (p, l) in state.phi.iter_mut().zip(&self.lambda[1..]) {
                *p = l / self.lambda[0];
            }
            if state.phi.iter().any(|p| !p.is_finite()) {
                return Err(StopReason::Diverged);
            }
        }
        if part.moves_w() {
            self.inner.set_phi(state.phi.as_slice());
            self.solver.solve(&mut self.inner, &mut state.w)?;
        }
        state.evaluate(problem);
        Ok(Step::Done)
    }
}

/// `s_k` of every task.
pub struct Uncertainties {
    lr: f64,
    s: Vec<f64>,
}

impl Uncertainty {
    pub(super) fn start(&self, problem: &GeneralProblem) -> Weighting<Uncertainties> {
        let s = vec![0.0; problem.n_auxiliaries() + 1];
        Weighting::new(problem, &self.inner, Uncertainties { lr: self.lr, s })
    }
}

impl Rule for Uncertainties {
    fn weigh(&mut self, jet: &TaskJet<Dyn>, lambda: &mut [f64]) {
        for ((s, l), &loss) in self.s.iter_mut().zip(lambda).zip(jet.values()) {
            *s -= self.lr * 0.5 * (1.0 - libm::exp(-*s) * loss);
            *l = 0.5 * libm::exp(-*s);
        }
    }
}

/// Losses of the last two steps, newest last.
pub struct Averages {
    temperature: f64,
    before: [Vec<f64>; 2],
    seen: usize,
}

impl Dwa {
    pub(super) fn start(&self, problem: &GeneralProblem) -> Weighting<Averages> {
        let zero = vec![0.0; problem.n_auxiliaries() + 1];
        let rule = Averages { temperature: self.temperature, before: [zero.clone(), zero], seen: 0 };
        Weighting::new(problem, &self.inner, rule)
    }
}

impl Rule for Averages {
    fn weigh(&mut self, jet: &TaskJet<Dyn>, lambda: &mut [f64]) {
        self.before.swap(0, 1);
        self.before[1].copy_from_slice(jet.values());
        self.seen += 1;
        if self.seen < 3 {
            return;
        }
        let [older, newer] = &self.before;
        for ((l, newer), &older) in lambda.iter_mut().zip(newer).zip(older) {
            // A loss that was zero has not changed.
            *l = if older > 0.0 { newer / older } else { 1.0 };
        }
        let largest = lambda.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for l in &mut *lambda {
            *l = libm::exp((*l - largest) / self.temperature);
        }
        scale_to_count(lambda);
    }
}

/// Losses at the start.
pub struct Norms {
    alpha: f64,
    lr: f64,
    first: Option<Vec<f64>>,
    norms: Vec<f64>,
}

impl GradNorm {
    pub(super) fn start(&self, problem: &GeneralProblem) -> Weighting<Norms> {
        let norms = vec![0.0; problem.n_auxiliaries() + 1];
        let rule = Norms { alpha: self.alpha, lr: self.lr, first: None, norms };
        Weighting::new(problem, &self.inner, rule)
    }
}

impl Rule for Norms {
    fn weigh(&mut self, jet: &TaskJet<Dyn>, lambda: &mut [f64]) {
        let first = self.first.get_or_insert_with(|| jet.values().to_vec());
        let count = lambda.len() as f64;
        let ratio = |k: usize| if first[k] > 0.0 { jet.value(k) / first[k] } else { 1.0 };
        let mean_ratio = (0..lambda.len()).map(ratio).sum::<f64>() / count;
        for (k, norm) in self.norms.iter_mut().enumerate() {
            *norm = dot(jet.gradient(k), jet.gradient(k)).sqrt();
        }
        let mean_norm = self.norms.iter().zip(&*lambda).map(|(n, l)| n * l).sum::<f64>() / count;
        for (k, l) in lambda.iter_mut().enumerate() {
            let rate = if mean_ratio > 0.0 { ratio(k) / mean_ratio } else { 1.0 };
            let excess = *l * self.norms[k] - mean_norm * libm::pow(rate, self.alpha);
            if excess != 0.0 {
                *l -= self.lr * self.norms[k] * excess.signum();
            }
            *l = if *l > LEAST_WEIGHT { *l } else { LEAST_WEIGHT };
        }
        scale_to_count(lambda);
    }
}

/// `λ ← λ · (K + 1)/Σλ`.
fn scale_to_count(lambda: &mut [f64]) {
    let scale = lambda.len() as f64 / lambda.iter().sum::<f64>();
    lambda.iter_mut().for_each(|l| *l *= scale);
}

/// Cosines with the main gradient.
pub struct Gates {
    weighted: bool,
}

impl CosineGating {
    pub(super) fn start(&self, problem: &GeneralProblem) -> Weighting<Gates> {
        Weighting::new(problem, &self.inner, Gates { weighted: self.weighted })
    }
}

impl Rule for Gates {
    fn weigh(&mut self, jet: &TaskJet<Dyn>, lambda: &mut [f64]) {
        let main = jet.gradient(0);
        for (k, l) in lambda.iter_mut().enumerate().skip(1) {
            let gradient = jet.gradient(k);
            let product = dot(main, gradient);
            *l = match self.weighted {
                _ if product.is_nan() || product <= 0.0 => 0.0,
                true => product / (dot(main, main).sqrt() * dot(gradient, gradient).sqrt()),
                false => 1.0,
            };
        }
    }
}

/// OL-AUX in a lane.
pub struct OlAuxState {
    rule: OlAux,
    /// Products along the inner steps since φ last moved.
    sums: DVector<f64>,
    part: DVector<f64>,
    main: DVector<f64>,
    jet: TaskJet<Dyn>,
    gradient: DVector<f64>,
}

impl OlAux {
    pub(super) fn start(self, problem: &GeneralProblem, state: &LaneState<Dyn>) -> OlAuxState {
        OlAuxState {
            rule: self,
            sums: DVector::zeros(problem.n_phi()),
            part: DVector::zeros(problem.n_phi()),
            main: DVector::zeros(problem.dim().0),
            jet: state.jet.clone(),
            gradient: DVector::zeros(problem.dim().0),
        }
    }
}

impl Method<Dyn, GeneralProblem> for OlAuxState {
    fn step(
        &mut self,
        problem: &GeneralProblem,
        state: &mut LaneState<Dyn>,
        part: Part,
    ) -> Result<Step, StopReason> {
        let OlAux { lr, steps, phi_lr } = self.rule;
        for _ in 0..if part.moves_w() { steps } else { 0 } {
            problem.tasks_at(&state.w, &mut self.jet);
            problem.training_gradient(&self.jet, state.phi.as_slice(), &mut self.gradient);
            state.w.axpy(-lr, &self.gradient, 1.0);
            problem.tasks_at(&state.w, &mut state.jet);
            self.main.as_mut_slice().copy_from_slice(state.jet.gradient(0));
            let phi = state.phi.as_slice();
            problem.cross_product(&self.jet, phi, &self.main, self.part.as_mut_slice());
            self.sums += &self.part;
        }
        state.evaluate(problem);
        if part.moves_phi() {
            state.phi.axpy(phi_lr * lr, &self.sums, 1.0);
            clamp(state.phi.as_mut_slice());
            self.sums.fill(0.0);
        }
        Ok(Step::Done)
    }
}
