//! Properties of a method that hold on every problem.

use nalgebra::DVector;

use super::{CosineGating, Darts, Dwa, Equal, GradNorm, Implicit, MethodKind, SingleTask, Uncertainty};
use crate::constraint::Constraint;
use crate::hypergradient::{Probe, Reach};
use crate::ihvp::{Identity, InverseHvpKind, Neumann, Scaling};
use crate::inner::{GradientDescent, InnerSolver};
use crate::sampling::BatchSizes;

impl MethodKind {
    /// The φ that a lane of this method starts from, given the document's.
    pub fn start_phi(&self, phi: &[f64]) -> DVector<f64> {
        match self {
            Self::SingleTask(_) => DVector::zeros(phi.len()),
            _ if self.starts_from_phi() => DVector::from_column_slice(phi),
            _ => DVector::repeat(phi.len(), 1.0),
        }
    }

    /// Returns true for methods that start from the φ of the document; the others set φ themselves.
    pub fn starts_from_phi(&self) -> bool {
        match self {
            Self::JointDescent(_)
            | Self::Implicit(_)
            | Self::Unroll(_)
            | Self::Darts(_)
            | Self::BestResponse(_)
            | Self::GridSearch(_)
            | Self::OlAux(_) => true,
            Self::Equal(_)
            | Self::SingleTask(_)
            | Self::Uncertainty(_)
            | Self::Dwa(_)
            | Self::GradNorm(_)
            | Self::CosineGating(_) => false,
        }
    }

    /// Returns true for a parametrisation that keeps φ of this method admissible: OL-AUX has one of its own, and what
    /// sets φ by itself has none.
    pub fn obeys(&self, constraint: &Constraint) -> bool {
        let is_fixed = matches!(self, Self::OlAux(_));
        self.starts_from_phi() && (!is_fixed || matches!(constraint, Constraint::Clamp(_)))
    }

    /// Sizes of mini-batches, where the method draws any.
    pub fn batch(&self) -> Option<BatchSizes> {
        match self {
            Self::Implicit(implicit) => implicit.batch,
            Self::JointDescent(_)
            | Self::Unroll(_)
            | Self::Darts(_)
            | Self::BestResponse(_)
            | Self::GridSearch(_)
            | Self::Equal(_)
            | Self::SingleTask(_)
            | Self::Uncertainty(_)
            | Self::Dwa(_)
            | Self::GradNorm(_)
            | Self::CosineGating(_)
            | Self::OlAux(_) => None,
        }
    }

    /// Returns whether a lane of this method can go on by `next` from where it is: the same rule with other numbers or
    /// parts. A search on another grid is another search, and rules whose φ are all they remember would forget φ.
    pub fn goes_on_as(&self, next: &Self) -> bool {
        let forgets =
            matches!(self, Self::GridSearch(_) | Self::Uncertainty(_) | Self::Dwa(_) | Self::GradNorm(_));
        self == next || (self.kind() == next.kind() && !forgets)
    }

    /// Returns whether φ follows the held-out loss.
    pub fn learns_from_held_out(&self) -> bool {
        matches!(
            self,
            Self::Implicit(_)
                | Self::Unroll(_)
                | Self::Darts(_)
                | Self::BestResponse(_)
                | Self::GridSearch(_)
        )
    }

    /// Returns whether a lane that does not move has converged: a search stands still while it searches.
    pub fn settles(&self) -> bool {
        !matches!(self, Self::GridSearch(_))
    }

    /// Returns whether the W of a row answers the φ of the same row; else it answers that of the row before.
    pub fn answers_own_phi(&self) -> bool {
        matches!(
            self,
            Self::GridSearch(_)
                | Self::Equal(_)
                | Self::SingleTask(_)
                | Self::Uncertainty(_)
                | Self::Dwa(_)
                | Self::GradNorm(_)
                | Self::CosineGating(_)
        )
    }

    /// Returns whether the method counts its inner solves.
    pub fn counts_inner_solves(&self) -> bool {
        matches!(self, Self::GridSearch(_) | Self::BestResponse(_))
    }

    /// The step `α` of `I - αH`, by whose spectral radius its Neumann series or else its inner gradient
    /// descent converges.
    pub fn step_size(&self) -> Option<f64> {
        match self {
            Self::Implicit(Implicit { inverse_hvp: InverseHvpKind::Neumann(neumann), .. }) => {
                Some(neumann.alpha)
            }
            _ => self.inner_descent().map(|descent| descent.lr),
        }
    }

    /// Returns the properties that its estimates are measured by.
    pub fn probe(&self) -> Probe {
        Probe { alpha: self.step_size(), reach: self.reach() }
    }

    /// Returns the bound of the length of its product in the place of `H⁻¹v`.
    fn reach(&self) -> Reach {
        let exact = Reach { scale: 1.0, most: f64::INFINITY };
        match self {
            Self::Implicit(Implicit { inverse_hvp, .. }) => match inverse_hvp {
                InverseHvpKind::Direct(_) | InverseHvpKind::ConjugateGradients(_) => exact,
                InverseHvpKind::Neumann(Neumann { terms, alpha, scaling, .. }) => {
                    let unit = match scaling {
                        Scaling::Alpha => 1.0,
                        Scaling::Official => 1.0 / alpha,
                    };
                    Reach { scale: unit, most: unit * alpha * (terms + 1) as f64 }
                }
                InverseHvpKind::Identity(Identity { damping }) => {
                    Reach { scale: f64::INFINITY, most: 1.0 / (1.0 + damping) }
                }
            },
            Self::Unroll(unroll) => Reach { most: unroll.inner.lr * unroll.steps as f64, ..exact },
            Self::Darts(darts) => Reach { scale: f64::INFINITY, most: darts.xi },
            Self::JointDescent(_)
            | Self::BestResponse(_)
            | Self::GridSearch(_)
            | Self::Equal(_)
            | Self::SingleTask(_)
            | Self::Uncertainty(_)
            | Self::Dwa(_)
            | Self::GradNorm(_)
            | Self::CosineGating(_)
            | Self::OlAux(_) => exact,
        }
    }

    /// The gradient descent by which W answers φ, one step where both move at once; `None` if W moves in
    /// another way.
    pub fn inner_descent(&self) -> Option<GradientDescent> {
        match self {
            Self::Unroll(unroll) => Some(unroll.inner),
            Self::JointDescent(joint) => Some(GradientDescent { lr: joint.w_lr, steps: 1 }),
            Self::OlAux(rule) => Some(GradientDescent { lr: rule.lr, steps: 1 }),
            _ => match self.inner()? {
                InnerSolver::GradientDescent(descent) => Some(*descent),
                _ => None,
            },
        }
    }

    /// Returns whether W answers φ by the exact best response.
    pub fn solves_exactly(&self) -> bool {
        matches!(self, Self::BestResponse(_) | Self::GridSearch(_))
            || matches!(self.inner(), Some(InnerSolver::Exact(_)))
    }

    /// Returns the inner solver, where a document can choose one.
    fn inner(&self) -> Option<&InnerSolver> {
        match self {
            Self::Implicit(Implicit { inner, .. })
            | Self::Darts(Darts { inner, .. })
            | Self::Equal(Equal { inner })
            | Self::SingleTask(SingleTask { inner })
            | Self::Uncertainty(Uncertainty { inner, .. })
            | Self::Dwa(Dwa { inner, .. })
            | Self::GradNorm(GradNorm { inner, .. })
            | Self::CosineGating(CosineGating { inner, .. }) => Some(inner),
            Self::JointDescent(_)
            | Self::Unroll(_)
            | Self::BestResponse(_)
            | Self::GridSearch(_)
            | Self::OlAux(_) => None,
        }
    }
}
