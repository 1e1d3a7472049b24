//! Quadratic losses as documents write them.

use serde::Serialize;

/// Where the quadratics come from.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "source", rename_all = "snake_case")]
pub enum QuadraticSource {
    /// Given one by one.
    Inline(InlineQuadratics),
    /// Drawn with the document's seed.
    Generated(GeneratedQuadratics),
}

/// Losses given one by one, all of the same number of parameters.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InlineQuadratics {
    /// The main training loss.
    pub main: QuadraticForm,
    /// The auxiliary losses.
    pub auxiliaries: Vec<NamedQuadratic>,
    /// `L_A`.
    pub aux_set: QuadraticForm,
    /// The test loss.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<QuadraticForm>,
}

/// An auxiliary loss.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NamedQuadratic {
    /// Shown to people.
    pub name: String,
    /// The loss.
    #[serde(flatten)]
    pub form: QuadraticForm,
}

/// One quadratic, in one of two ways of writing it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum QuadraticForm {
    /// `floor + ½ (w - centre)ᵀ A (w - centre)`.
    Centred {
        /// The stationary point (`n`).
        centre: Vec<f64>,
        /// `A`; the identity if absent.
        #[serde(skip_serializing_if = "Option::is_none")]
        curvature: Option<Curvature>,
        /// The value there.
        floor: f64,
    },
    /// `½ wᵀ a w - b·w + c`.
    Explicit {
        /// Symmetric matrix, row by row.
        a: Vec<Vec<f64>>,
        /// Linear part.
        b: Vec<f64>,
        /// Constant.
        c: f64,
    },
}

/// A symmetric matrix.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Curvature {
    /// By its diagonal.
    Diagonal(Vec<f64>),
    /// Row by row.
    Full(Vec<Vec<f64>>),
}

/// Quadratics about a common truth `t ~ N(0, I)`: `L_A` has its minimum at `t`, the main training loss at
/// `t + noise·N(0, I)`, auxiliary `k` at `t + spread·k/K·N(0, I)`. Curvatures have random axes and
/// eigenvalues from 1 to `condition`, at equal ratios. The test loss is half the squared distance to `t`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GeneratedQuadratics {
    /// `n`.
    pub n: usize,
    /// `K`.
    pub n_auxiliaries: usize,
    /// Largest eigenvalue; the least is 1.
    pub condition: f64,
    /// How far the main training optimum is from the truth.
    pub noise: f64,
    /// How far the last auxiliary optimum is.
    pub spread: f64,
}

impl QuadraticForm {
    /// `n`.
    pub(crate) fn n(&self) -> usize {
        match self {
            Self::Centred { centre, .. } => centre.len(),
            Self::Explicit { b, .. } => b.len(),
        }
    }
}

impl QuadraticSource {
    /// Names of the auxiliary tasks.
    pub(in crate::experiment) fn task_names(&self) -> Vec<String> {
        match self {
            Self::Inline(data) => data.auxiliaries.iter().map(|task| task.name.clone()).collect(),
            Self::Generated(data) => (0..data.n_auxiliaries).map(auxiliary_name).collect(),
        }
    }

    /// `n`.
    pub(in crate::experiment) fn n_parameters(&self) -> usize {
        match self {
            Self::Inline(data) => data.main.n(),
            Self::Generated(data) => data.n,
        }
    }
}

/// Name of auxiliary task `k`, from 0, of generated quadratics.
pub(in crate::experiment) fn auxiliary_name(k: usize) -> String {
    format!("auxiliary {}", k + 1)
}
