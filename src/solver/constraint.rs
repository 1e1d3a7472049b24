//! How φ is kept admissible: `φ = c(θ)` of a free parameter `θ ∈ R^m` that the optimisers move.

use nalgebra::DVector;
use serde::Serialize;

use crate::elementary::{logit, sigmoid, softplus, softplus_inverse};
use crate::outer::clamp;
use crate::status::StopReason;
use crate::tagged::tagged_enum;

/// A parametrisation `φ = c(θ)`. Components whose mask is false are free, `φ_j = θ_j`; a softmax takes
/// all of them.
pub trait Parametrise {
    /// Writes `θ ← c⁻¹(φ)`; of a φ that `c` does not reach each component as near as it does, a softmax its multiple of
    /// sum 1.
    fn start(&self, phi: &[f64], theta: &mut [f64]);

    /// Writes `φ ← c(θ)`; a projection moves `θ` too, and a softmax moves it to mean zero.
    fn apply(&self, theta: &mut [f64], phi: &mut [f64]);

    /// Turns `dL/dφ`, which is finite, into `dL/dθ`, in place.
    ///
    /// # Errors
    /// [`StopReason::Diverged`] if a component overflows.
    fn pull_back(&self, theta: &[f64], phi: &[f64], gradient: &mut [f64]) -> Result<(), StopReason>;

    /// Returns whether a projection holds component `j` of `θ` against a gradient of this sign.
    fn holds_back(&self, j: usize, theta: f64, gradient: f64) -> bool;
}

/// `φ_k ← max(0, φ_k)` after each outer step, as the authors' trainers do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Clamp {}

/// `φ_k = ln(1 + e^{θ_k})`; `dφ_k/dθ_k = σ(θ_k)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Softplus {}

/// `φ_k = e^{θ_k}`; `dφ_k/dθ_k = φ_k`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Exp {}

/// `φ = softmax(θ)`, of sum 1, with θ of mean zero; `dφ/dθ = diag(φ) - φφᵀ`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Softmax {}

/// `φ_k = σ(θ_k)` between 0 and 1; `dφ_k/dθ_k = φ_k(1 - φ_k)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sigmoid {}

/// No bound: `φ = θ`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Free {}

tagged_enum! {
    /// The parametrisation that a document chooses.
    pub enum Constraint {
        /// Clamped at zero.
        Clamp(Clamp) = "clamp",
        /// Softplus.
        Softplus(Softplus) = "softplus",
        /// Exponential.
        Exp(Exp) = "exp",
        /// Softmax over all components.
        Softmax(Softmax) = "softmax",
        /// Logistic, between 0 and 1.
        Sigmoid(Sigmoid) = "sigmoid",
        /// Unbounded.
        Free(Free) = "free",
    }
}

impl Default for Constraint {
    fn default() -> Self {
        Self::Clamp(Clamp {})
    }
}

/// Smallest φ that an open parametrisation starts from: its θ must be finite.
const LEAST: f64 = 1e-12;

impl Parametrise for Clamp {
    fn start(&self, phi: &[f64], theta: &mut [f64]) {
        theta.copy_from_slice(phi);
    }

    #[inline]
    fn apply(&self, theta: &mut [f64], phi: &mut [f64]) {
        clamp(theta);
        phi.copy_from_slice(theta);
    }

    #[inline]
    fn pull_back(&self, _theta: &[f64], _phi: &[f64], _gradient: &mut [f64]) -> Result<(), StopReason> {
        Ok(())
    }

    fn holds_back(&self, _j: usize, theta: f64, gradient: f64) -> bool {
        theta <= 0.0 && gradient > 0.0
    }
}

/// Any parametrisation, with components that are free whatever it says.
#[derive(Debug, Clone)]
pub struct Masked {
    constraint: Constraint,
    /// Whether the parametrisation holds for a component; `None`: for all.
    mask: Option<Vec<bool>>,
}

impl Masked {
    /// `constraint` for the components of `mask` (all if `None`).
    pub fn new(constraint: Constraint, mask: Option<Vec<bool>>) -> Self {
        Self { constraint, mask }
    }

    fn holds(&self, j: usize) -> bool {
        self.mask.as_ref().is_none_or(|mask| mask[j])
    }
}

impl Parametrise for Masked {
    fn start(&self, phi: &[f64], theta: &mut [f64]) {
        if let Constraint::Softmax(_) = self.constraint {
            return softmax_inverse(phi, theta);
        }
        for (j, (t, &p)) in theta.iter_mut().zip(phi).enumerate() {
            let open = p.max(LEAST);
            *t = match &self.constraint {
                _ if !self.holds(j) => p,
                Constraint::Clamp(_) | Constraint::Free(_) => p,
                Constraint::Softplus(_) => softplus_inverse(open),
                Constraint::Exp(_) | Constraint::Softmax(_) => libm::log(open),
                Constraint::Sigmoid(_) => logit(p.clamp(LEAST, 1.0 - LEAST)),
            };
        }
    }

    fn apply(&self, theta: &mut [f64], phi: &mut [f64]) {
        if let Constraint::Softmax(_) = self.constraint {
            centre(theta);
            return softmax(theta, phi);
        }
        for (j, (t, p)) in theta.iter_mut().zip(phi).enumerate() {
            *p = match &self.constraint {
                _ if !self.holds(j) => *t,
                Constraint::Clamp(_) => {
                    *t = if *t > 0.0 { *t } else { 0.0 };
                    *t
                }
                Constraint::Softplus(_) => softplus(*t),
                Constraint::Exp(_) => libm::exp(*t),
                Constraint::Sigmoid(_) => sigmoid(*t),
                Constraint::Softmax(_) | Constraint::Free(_) => *t,
            };
        }
    }

    fn pull_back(&self, theta: &[f64], phi: &[f64], gradient: &mut [f64]) -> Result<(), StopReason> {
        let mean: f64 = gradient.iter().zip(phi).map(|(g, p)| g * p).sum();
        for (j, g) in gradient.iter_mut().enumerate() {
            match &self.constraint {
                Constraint::Softmax(_) => *g = phi[j] * (*g - mean),
                _ if !self.holds(j) => {}
                Constraint::Softplus(_) => *g *= sigmoid(theta[j]),
                Constraint::Exp(_) => *g *= phi[j],
                Constraint::Sigmoid(_) => *g *= phi[j] * (1.0 - phi[j]),
                Constraint::Clamp(_) | Constraint::Free(_) => {}
            }
        }
        if gradient.iter().all(|g| g.is_finite()) { Ok(()) } else { Err(StopReason::Diverged) }
    }

    fn holds_back(&self, j: usize, theta: f64, gradient: f64) -> bool {
        matches!(self.constraint, Constraint::Clamp(_)) && self.holds(j) && theta <= 0.0 && gradient > 0.0
    }
}

/// `θ ← ln(φ/Σφ)` of mean zero: multiples of one φ start alike.
fn softmax_inverse(phi: &[f64], theta: &mut [f64]) {
    let sum: f64 = phi.iter().sum();
    for (t, &p) in theta.iter_mut().zip(phi) {
        *t = libm::log(if sum > 0.0 { (p / sum).max(LEAST) } else { 1.0 });
    }
    centre(theta);
}

/// Moves θ to mean zero, which changes no softmax: of all θ that have the same one this is the shortest, and weight
/// decay pulls it towards equal weights.
fn centre(theta: &mut [f64]) {
    let mean = theta.iter().sum::<f64>() / theta.len() as f64;
    theta.iter_mut().for_each(|t| *t -= mean);
}

/// `softmax(θ)`, safe from overflow.
fn softmax(theta: &[f64], phi: &mut [f64]) {
    let largest = theta.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for (p, t) in phi.iter_mut().zip(theta) {
        *p = libm::exp(t - largest);
    }
    let sum: f64 = phi.iter().sum();
    phi.iter_mut().for_each(|p| *p /= sum);
}

/// φ with its free parameter θ and the parametrisation between them.
pub struct Parameters {
    /// The free parameter.
    pub theta: DVector<f64>,
    rule: Box<dyn Parametrise>,
}

impl Parameters {
    /// θ for this start of φ, which is moved to where `c` reaches.
    pub fn start(rule: Box<dyn Parametrise>, phi: &mut DVector<f64>) -> Self {
        let mut theta = DVector::zeros(phi.len());
        rule.start(phi.as_slice(), theta.as_mut_slice());
        rule.apply(theta.as_mut_slice(), phi.as_mut_slice());
        Self { theta, rule }
    }

    /// `dL/dφ` to `dL/dθ`, in place.
    ///
    /// # Errors
    /// As [`Parametrise::pull_back`].
    #[inline]
    pub fn pull_back(&self, phi: &[f64], gradient: &mut [f64]) -> Result<(), StopReason> {
        self.rule.pull_back(self.theta.as_slice(), phi, gradient)
    }

    /// Returns the largest component of `dL/dθ` that no projection holds back.
    pub fn free_gradient(&self, gradient: &[f64]) -> f64 {
        let free = self.theta.iter().zip(gradient).enumerate();
        let free = free.filter(|(j, (theta, g))| !self.rule.holds_back(*j, **theta, **g));
        free.fold(0.0, |most, (_, (_, g))| g.abs().max(most))
    }

    /// `φ ← c(θ)`.
    #[inline]
    pub fn write(&mut self, phi: &mut DVector<f64>) {
        self.rule.apply(self.theta.as_mut_slice(), phi.as_mut_slice());
    }
}
