//! What the columns of a trace are, and in which order.

use std::ops::Range;

/// What a column measures. `k` counts tasks and `i` coordinates from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuantityKind {
    /// Number of outer steps done.
    Step,
    /// Auxiliary parameter `φ_k` after the outer step.
    Phi,
    /// Model parameter `W_i` after the inner solve.
    W,
    /// Training loss `L_T(W, φ)` at the row's own `W` and `φ`.
    LossTrain,
    /// Main loss on the training set, `ℓ_main(W; D_train)`.
    LossMain,
    /// Held-out main loss `L_A(W) = ℓ_main(W; D_aux)`.
    LossAuxSet,
    /// Main loss on the test set; a problem without one leaves it absent.
    LossTest,
    /// Alignment `a_k = ∇L_A · H⁻¹ · ∇ℓ_k` as this step approximated it.
    Alignment,
    /// Estimated `dL_A/dφ_k` before clipping.
    Hypergradient,
    /// `‖∇_W L_T‖` where the hypergradient was taken: how stale `W` was.
    Stationarity,
    /// By how much the moves of W have lowered `L_T` since the start, each at the φ before its step.
    FallByW,
    /// By how much the moves of φ have lowered `L_T` since the start, each at the W after its step.
    FallByPhi,
    /// Effective weight `∂L_T/∂ℓ_k` of a task, the main one first; for combinations whose φ are not
    /// the weights themselves.
    EffectiveWeight,
    /// Inner problems solved so far, by methods that count them.
    InnerSolves,
    /// Exact `dL_A/dφ_k` at the best response to the φ of the step.
    ExactHypergradient,
    /// Cosine of the estimate `-a` and the exact hypergradient.
    Cosine,
    /// Size of the estimate over that of the exact hypergradient.
    MagnitudeRatio,
    /// Share of components in which the two have the same sign.
    SignAgreement,
    /// Least eigenvalue of `H` at `W`.
    LambdaMin,
    /// Largest eigenvalue of `H` at `W`.
    LambdaMax,
    /// Spectral radius of `I - αH`, `α` the step of the Neumann series or of the inner descent.
    SpectralRadius,
}

impl QuantityKind {
    /// Every kind in the order of the columns.
    pub const ALL: [Self; 21] = [
        Self::Step,
        Self::Phi,
        Self::W,
        Self::LossTrain,
        Self::LossMain,
        Self::LossAuxSet,
        Self::LossTest,
        Self::Alignment,
        Self::Hypergradient,
        Self::Stationarity,
        Self::FallByW,
        Self::FallByPhi,
        Self::EffectiveWeight,
        Self::InnerSolves,
        Self::ExactHypergradient,
        Self::Cosine,
        Self::MagnitudeRatio,
        Self::SignAgreement,
        Self::LambdaMin,
        Self::LambdaMax,
        Self::SpectralRadius,
    ];

    /// The name in files, without a component's number.
    fn stem(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::Phi => "phi",
            Self::W => "w",
            Self::LossTrain => "loss_train",
            Self::LossMain => "loss_main",
            Self::LossAuxSet => "loss_aux_set",
            Self::LossTest => "loss_test",
            Self::Alignment => "alignment",
            Self::Hypergradient => "hypergradient",
            Self::Stationarity => "stationarity",
            Self::FallByW => "fall_by_w",
            Self::FallByPhi => "fall_by_phi",
            Self::EffectiveWeight => "effective_weight",
            Self::InnerSolves => "inner_solves",
            Self::ExactHypergradient => "exact_hypergradient",
            Self::Cosine => "cosine",
            Self::MagnitudeRatio => "magnitude_ratio",
            Self::SignAgreement => "sign_agreement",
            Self::LambdaMin => "lambda_min",
            Self::LambdaMax => "lambda_max",
            Self::SpectralRadius => "spectral_radius",
        }
    }

    /// Returns whether the quantity has components.
    fn is_vector(self) -> bool {
        matches!(
            self,
            Self::Phi
                | Self::W
                | Self::Alignment
                | Self::Hypergradient
                | Self::EffectiveWeight
                | Self::ExactHypergradient
        )
    }
}

/// One column: what it measures and which component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// What is measured.
    pub kind: QuantityKind,
    /// Component, from 0; `None` for scalars.
    pub index: Option<usize>,
}

impl Quantity {
    /// Column name in files, such as `phi_1` or `loss_test`. Components count from 1; only effective
    /// weights count from 0, which is the main task.
    pub fn name(&self) -> String {
        let stem = self.kind.stem();
        match (self.kind, self.index) {
            (QuantityKind::EffectiveWeight, Some(i)) => format!("{stem}_{i}"),
            (_, Some(i)) => format!("{stem}_{}", i + 1),
            (_, None) => stem.to_owned(),
        }
    }
}

/// Where each quantity stands in a row of a problem with `n` model and `m` auxiliary parameters.
///
/// The order is the stable column order of the files: step, φ, W, losses, alignment, hypergradient,
/// stationarity, the ledger of `L_T`; then what only some runs have: effective weights, the count of inner solves,
/// diagnostics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Number of model parameters.
    pub n: usize,
    /// Number of auxiliary parameters.
    pub m: usize,
    /// Number of effective weights.
    pub effective_weights: usize,
    /// Whether inner solves are counted.
    pub inner_solves: bool,
    /// Whether each row has the exact hypergradient and the spectrum of `H`.
    pub diagnostics: bool,
}

impl Layout {
    /// Layout for `n` model parameters and `m` auxiliary parameters, without extras.
    pub fn new(n: usize, m: usize) -> Self {
        Self { n, m, effective_weights: 0, inner_solves: false, diagnostics: false }
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        8 + self.n + 3 * self.m + self.extras()
    }

    /// Number of columns that only some runs have.
    pub fn extras(&self) -> usize {
        let after = QuantityKind::ALL.iter().skip_while(|kind| **kind != QuantityKind::EffectiveWeight);
        after.map(|&kind| self.count(kind)).sum()
    }

    /// Number of columns of a quantity.
    fn count(&self, kind: QuantityKind) -> usize {
        use QuantityKind as Q;
        match kind {
            Q::Phi | Q::Alignment | Q::Hypergradient => self.m,
            Q::W => self.n,
            Q::EffectiveWeight => self.effective_weights,
            Q::InnerSolves => usize::from(self.inner_solves),
            Q::ExactHypergradient if self.diagnostics => self.m,
            Q::Cosine | Q::MagnitudeRatio | Q::SignAgreement if self.diagnostics => 1,
            Q::LambdaMin | Q::LambdaMax | Q::SpectralRadius if self.diagnostics => 1,
            Q::ExactHypergradient | Q::Cosine | Q::MagnitudeRatio | Q::SignAgreement => 0,
            Q::LambdaMin | Q::LambdaMax | Q::SpectralRadius => 0,
            Q::Step | Q::LossTrain | Q::LossMain | Q::LossAuxSet | Q::LossTest | Q::Stationarity => 1,
            Q::FallByW | Q::FallByPhi => 1,
        }
    }

    /// Columns of a quantity.
    pub fn range(&self, kind: QuantityKind) -> Range<usize> {
        let before = QuantityKind::ALL.iter().take_while(|other| **other != kind);
        let start = before.map(|&other| self.count(other)).sum();
        start..start + self.count(kind)
    }

    /// The columns that say how much each auxiliary counts, as components of a quantity: effective
    /// weights where they are recorded, because φ are the weights of a network there, else φ.
    pub fn weights(&self) -> (QuantityKind, Range<usize>) {
        match self.effective_weights {
            0 => (QuantityKind::Phi, 0..self.m),
            all => (QuantityKind::EffectiveWeight, 1..all),
        }
    }

    /// Every column in order.
    pub fn quantities(&self) -> Vec<Quantity> {
        let quantities = QuantityKind::ALL.into_iter().flat_map(|kind| {
            (0..self.count(kind)).map(move |i| Quantity { kind, index: kind.is_vector().then_some(i) })
        });
        quantities.collect()
    }
}
