//! The kinds of problem that a document describes, one file for each with data of its own.

mod formula;
mod quadratic;
mod samples;

use serde::Serialize;

use super::data::DataSource;
use crate::constraint::{Constraint, Exp, Free, Sigmoid};
use crate::family::{Heads, Network as NetworkFamily, SampleLoss};

pub use formula::{Formulas, NamedFormula};
pub(super) use quadratic::auxiliary_name;
pub use quadratic::{
    Curvature, GeneratedQuadratics, InlineQuadratics, NamedQuadratic, QuadraticForm, QuadraticSource,
};
pub use samples::{
    GeneratedLabels, GeneratedRidge, GeneratedSamples, InlineLabels, InlineSamples, LabelInputs, LabelSource,
    RidgeSource, SampleSource, SampleTargets,
};

/// The kind of problem.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Problem {
    /// Quadratic losses given by their matrices.
    Quadratic(Quadratic),
    /// Least squares: mean squared errors of one linear model.
    Regression(Regression),
    /// Logistic regression: mean binary cross-entropies of one linear model.
    Classification(Classification),
    /// A network of one hidden tanh layer.
    Mlp(Mlp),
    /// φ_i weighs training sample i.
    SampleWeights(SampleWeights),
    /// φ are the labels of an auxiliary task.
    LearnedLabels(LearnedLabels),
    /// φ_i is the penalty of coordinate i.
    Ridge(Ridge),
    /// Losses typed as formulas in W.
    Formula(Formulas),
}

/// On which data the outer loss is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AuxSet {
    /// The held-out auxiliary set.
    #[default]
    HeldOut,
    /// The main task's training data: the problem degenerates.
    Train,
}

impl AuxSet {
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    fn is_held_out(&self) -> bool {
        *self == Self::HeldOut
    }
}

/// `ℓ_k` quadratic in W.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quadratic {
    /// The matrices.
    pub data: QuadraticSource,
    /// Where `L_A` is taken.
    #[serde(skip_serializing_if = "AuxSet::is_held_out")]
    pub aux_set: AuxSet,
}

/// `ℓ_k(W) = mean_i (x_i·W - y_ki)²`, every task on the same W and inputs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Regression {
    /// Where the numbers come from.
    pub data: DataSource,
    /// `½ l2 ‖W‖²` on top of the main training loss.
    #[serde(skip_serializing_if = "is_zero")]
    pub l2: f64,
    /// Where `L_A` is taken.
    #[serde(skip_serializing_if = "AuxSet::is_held_out")]
    pub aux_set: AuxSet,
}

/// `ℓ_k(W) = mean_i ln(1 + e^{x_i·W}) - y_ki x_i·W` with labels `y` of 0 and 1.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Classification {
    /// Where the numbers come from; targets above zero are the label 1 where they are not given as labels.
    pub data: DataSource,
    /// `½ l2 ‖W‖²` on top of the main training loss.
    #[serde(skip_serializing_if = "is_zero")]
    pub l2: f64,
    /// Where `L_A` is taken.
    #[serde(skip_serializing_if = "AuxSet::is_held_out")]
    pub aux_set: AuxSet,
}

/// `ℓ_k(W) = mean_i s(f_k(x_i; W), y_ki)` with `f_k(x) = v_k·tanh(Ux + b) + c_k`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mlp {
    /// Where the numbers come from.
    pub data: DataSource,
    /// Hidden units.
    pub hidden: usize,
    /// Whether tasks have heads of their own.
    pub heads: Heads,
    /// `s`.
    pub loss: SampleLoss,
    /// `½ l2 ‖W‖²` on top of the main training loss.
    #[serde(skip_serializing_if = "is_zero")]
    pub l2: f64,
    /// Where `L_A` is taken.
    #[serde(skip_serializing_if = "AuxSet::is_held_out")]
    pub aux_set: AuxSet,
}

/// `L_T = mean_i φ_i s(x_i·W, y_i) + ½ l2 ‖W‖²`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SampleWeights {
    /// Where the numbers come from.
    pub data: SampleSource,
    /// `s`.
    pub loss: SampleLoss,
    /// The penalty.
    #[serde(skip_serializing_if = "is_zero")]
    pub l2: f64,
    /// Where `L_A` is taken.
    #[serde(skip_serializing_if = "AuxSet::is_held_out")]
    pub aux_set: AuxSet,
}

/// `L_T = mean_i s(x_i·W, y_i) + weight · mean_j s(x_j·W, φ_j) + ½ l2 ‖W‖²`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LearnedLabels {
    /// Where the numbers come from.
    pub data: LabelSource,
    /// `s`.
    pub loss: SampleLoss,
    /// Weight of the task whose labels are learned.
    pub weight: f64,
    /// The penalty.
    #[serde(skip_serializing_if = "is_zero")]
    pub l2: f64,
    /// Where `L_A` is taken.
    #[serde(skip_serializing_if = "AuxSet::is_held_out")]
    pub aux_set: AuxSet,
}

/// `L_T = mean_i (x_i·W - y_i)² + Σ_j φ_j ½W_j²`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ridge {
    /// Where the numbers come from.
    pub data: RidgeSource,
    /// Where `L_A` is taken.
    #[serde(skip_serializing_if = "AuxSet::is_held_out")]
    pub aux_set: AuxSet,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(x: &f64) -> bool {
    *x == 0.0
}

impl Problem {
    /// The word that documents write as `kind`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Quadratic(_) => "quadratic",
            Self::Regression(_) => "regression",
            Self::Classification(_) => "classification",
            Self::Mlp(_) => "mlp",
            Self::SampleWeights(_) => "sample_weights",
            Self::LearnedLabels(_) => "learned_labels",
            Self::Ridge(_) => "ridge",
            Self::Formula(_) => "formula",
        }
    }

    // As catalogues have them:
    // t: "auxiliary {0}"
    // t: "sample {0}"
    // t: "sample {0} (flipped)"
    // t: "label {0}"
    // t: "penalty {0}"

    /// Names of the auxiliary tasks; of the components of φ where they are not weights of tasks.
    pub(super) fn task_names(&self, seed: u64) -> Vec<String> {
        let numbered = |word: &str, count: usize| (1..=count).map(|i| format!("{word} {i}")).collect();
        match self {
            Self::Quadratic(problem) => problem.data.task_names(),
            Self::Regression(Regression { data, .. })
            | Self::Classification(Classification { data, .. })
            | Self::Mlp(Mlp { data, .. }) => data.task_names(),
            Self::SampleWeights(problem) => {
                let mut names: Vec<String> = numbered("sample", problem.data.n_train());
                for i in problem.data.flipped(seed) {
                    names[i].push_str(" (flipped)");
                }
                names
            }
            Self::LearnedLabels(problem) => numbered("label", problem.data.n_labels()),
            Self::Ridge(problem) => numbered("penalty", problem.data.n_inputs()),
            Self::Formula(problem) => problem.auxiliaries.iter().map(|task| task.name.clone()).collect(),
        }
    }

    /// `n`, the number of model parameters.
    pub(super) fn n_parameters(&self) -> usize {
        match self {
            Self::Quadratic(problem) => problem.data.n_parameters(),
            Self::Regression(Regression { data, .. }) | Self::Classification(Classification { data, .. }) => {
                data.n_inputs()
            }
            Self::Mlp(mlp) => NetworkFamily::count(mlp.data.n_inputs(), mlp.hidden, mlp.n_heads()),
            Self::SampleWeights(problem) => problem.data.n_inputs(),
            Self::LearnedLabels(problem) => problem.data.n_inputs(),
            Self::Ridge(problem) => problem.data.n_inputs(),
            Self::Formula(problem) => problem.n_parameters(),
        }
    }

    /// Returns true where the axes of quadratics are drawn.
    pub(super) fn draws_shapes(&self) -> bool {
        matches!(self, Self::Quadratic(Quadratic { data: QuadraticSource::Generated(_), .. }))
    }

    /// Returns whether φ are weights of auxiliary tasks, which a network could combine instead.
    pub(super) fn has_tasks(&self) -> bool {
        !matches!(self, Self::SampleWeights(_) | Self::LearnedLabels(_) | Self::Ridge(_))
    }

    /// Returns whether φ = 0 leaves the main task alone.
    pub(super) fn has_main_task_at_zero(&self) -> bool {
        !matches!(self, Self::SampleWeights(_) | Self::LearnedLabels(_))
    }

    /// Training and auxiliary-set samples that batches can be drawn from; none if losses are not means.
    pub(super) fn n_samples(&self) -> Option<(usize, usize)> {
        match self {
            Self::Regression(Regression { data, aux_set, .. })
            | Self::Classification(Classification { data, aux_set, .. })
            | Self::Mlp(Mlp { data, aux_set, .. }) => Some(on(*aux_set, data.n_samples())),
            Self::Ridge(Ridge { data, aux_set }) => Some(on(*aux_set, data.n_samples())),
            Self::SampleWeights(SampleWeights { data, aux_set, .. }) => Some(on(*aux_set, data.n_samples())),
            Self::LearnedLabels(LearnedLabels { data, aux_set, .. }) => Some(on(*aux_set, data.n_samples())),
            Self::Quadratic(_) | Self::Formula(_) => None,
        }
    }

    /// The parametrisation of φ if the document names none.
    pub(super) fn default_constraint(&self) -> Constraint {
        match self {
            Self::Ridge(_) => Constraint::Exp(Exp {}),
            Self::LearnedLabels(LearnedLabels { loss: SampleLoss::Squared, .. }) => Constraint::Free(Free {}),
            Self::LearnedLabels(_) => Constraint::Sigmoid(Sigmoid {}),
            _ => Constraint::default(),
        }
    }

    /// Each component of φ at the start if the document gives none.
    pub(super) fn default_phi(&self, constraint: &Constraint) -> f64 {
        match (self, constraint) {
            (_, Constraint::Sigmoid(_)) => 0.5,
            (Self::LearnedLabels(_), _) => 0.0,
            _ => 1.0,
        }
    }
}

/// Sizes of the training set and of the set that `L_A` is taken on.
fn on(aux_set: AuxSet, (train, held_out): (usize, usize)) -> (usize, usize) {
    (train, if aux_set == AuxSet::Train { train } else { held_out })
}

impl Mlp {
    /// Heads of the training family.
    pub(super) fn n_heads(&self) -> usize {
        match self.heads {
            Heads::Shared => 1,
            Heads::Separate => self.data.task_names().len() + 1,
        }
    }
}
