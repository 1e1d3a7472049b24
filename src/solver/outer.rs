//! Outer optimisers: how φ follows its hypergradient. All as PyTorch defines them.

use nalgebra::DVector;
use serde::Serialize;

use crate::tagged::tagged_enum;

/// Stochastic gradient descent: `b ← momentum·b + g`, `φ ← φ - lr·b`, with
/// `g = clip(∇) + weight_decay·φ` (`torch.optim.SGD`, no dampening).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Sgd {
    /// Step size.
    pub lr: f64,
    /// Share of the last direction that is kept.
    pub momentum: f64,
    /// Multiple of φ added to the gradient.
    pub weight_decay: f64,
    /// Norm to which longer hypergradients are cut; none by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_norm: Option<f64>,
}

/// Adam: `m ← β₁m + (1-β₁)g`, `v ← β₂v + (1-β₂)g²`,
/// `φ ← φ - lr · m/(1-β₁ᵗ) / (√(v/(1-β₂ᵗ)) + eps)` (`torch.optim.Adam`).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Adam {
    /// Step size.
    pub lr: f64,
    /// Decay of the first moment.
    pub beta1: f64,
    /// Decay of the second moment.
    pub beta2: f64,
    /// Added to the denominator.
    pub eps: f64,
    /// Multiple of φ added to the gradient.
    pub weight_decay: f64,
    /// Norm to which longer hypergradients are cut; none by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_norm: Option<f64>,
}

impl Default for Adam {
    /// PyTorch's defaults.
    fn default() -> Self {
        Self { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: 0.0, max_norm: None }
    }
}

tagged_enum! {
    /// The outer optimiser that a document chooses.
    pub enum OuterOptimizer {
        /// Gradient descent with momentum and weight decay.
        Sgd(Sgd) = "sgd",
        /// Adam.
        Adam(Adam) = "adam",
    }
}

/// What an outer optimiser remembers between steps.
#[derive(Debug, Clone)]
pub struct OuterState {
    gradient: DVector<f64>,
    first: DVector<f64>,
    second: DVector<f64>,
    /// `β₁ᵗ` and `β₂ᵗ`.
    powers: [f64; 2],
}

impl OuterState {
    /// The state before the first step on `m` parameters.
    pub fn new(m: usize) -> Self {
        let zero = DVector::zeros(m);
        Self { gradient: zero.clone(), first: zero.clone(), second: zero, powers: [1.0; 2] }
    }

    /// Returns the gradient of the last step, clipped and with its decay (`m`).
    pub fn gradient(&self) -> &[f64] {
        self.gradient.as_slice()
    }

    /// Back to the state before the first step.
    pub fn clear(&mut self) {
        self.first.fill(0.0);
        self.second.fill(0.0);
        self.powers = [1.0; 2];
    }
}

impl OuterOptimizer {
    /// Steps `parameters` (`m`) against `hypergradient` (`m`): clip, decay, then the rule.
    #[inline]
    pub fn step(&self, state: &mut OuterState, hypergradient: &[f64], parameters: &mut [f64]) {
        let (max_norm, weight_decay) = match self {
            Self::Sgd(sgd) => (sgd.max_norm, sgd.weight_decay),
            Self::Adam(adam) => (adam.max_norm, adam.weight_decay),
        };
        let scale = max_norm.map_or(1.0, |limit| clip_factor(hypergradient, limit));
        let gradient = state.gradient.as_mut_slice();
        for ((g, h), p) in gradient.iter_mut().zip(hypergradient).zip(parameters.iter()) {
            *g = scale * h + weight_decay * p;
        }
        match self {
            Self::Sgd(sgd) => sgd.step(state, parameters),
            Self::Adam(adam) => adam.step(state, parameters),
        }
    }
}

/// `min(1, limit / (‖g‖ + 1e-6))`, as `torch.nn.utils.clip_grad_norm_`.
#[inline]
pub(crate) fn clip_factor(gradient: &[f64], limit: f64) -> f64 {
    let norm = gradient.iter().map(|g| g * g).sum::<f64>().sqrt();
    (limit / (norm + 1e-6)).min(1.0)
}

impl Sgd {
    #[inline]
    fn step(&self, state: &mut OuterState, parameters: &mut [f64]) {
        let velocity = state.first.as_mut_slice().iter_mut();
        for ((b, g), p) in velocity.zip(state.gradient.as_slice()).zip(parameters) {
            *b = self.momentum * *b + g;
            *p -= self.lr * *b;
        }
    }
}

impl Adam {
    #[inline]
    fn step(&self, state: &mut OuterState, parameters: &mut [f64]) {
        let betas = [self.beta1, self.beta2];
        for (power, beta) in state.powers.iter_mut().zip(betas) {
            *power *= beta;
            // 1 - βᵗ is 1 by then; denormals would make every later step slow.
            if *power < f64::EPSILON / 4.0 {
                *power = 0.0;
            }
        }
        let [correction1, correction2] = state.powers.map(|power| 1.0 - power);
        let (step, root) = (self.lr / correction1, correction2.sqrt());
        let moments = state.first.as_mut_slice().iter_mut().zip(state.second.as_mut_slice());
        for (((m, v), g), p) in moments.zip(state.gradient.as_slice()).zip(parameters) {
            *m = self.beta1 * *m + (1.0 - self.beta1) * g;
            *v = self.beta2 * *v + (1.0 - self.beta2) * g * g;
            *p -= step * (*m / (v.sqrt() / root + self.eps));
        }
    }
}

/// Clamps φ at zero from below.
#[inline]
pub fn clamp(phi: &mut [f64]) {
    for p in phi {
        // Not `max`: the sign of a zero that it returns depends on the platform.
        *p = if *p > 0.0 { *p } else { 0.0 };
    }
}
