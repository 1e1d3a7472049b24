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
    /// Column name in files, such as `phi_1` or `loss_test` (components count from 1 there).
    pub fn name(&self) -> String {
        let stem = match self.kind {
            QuantityKind::Step => "step",
            QuantityKind::Phi => "phi",
            QuantityKind::W => "w",
            QuantityKind::LossTrain => "loss_train",
            QuantityKind::LossMain => "loss_main",
            QuantityKind::LossAuxSet => "loss_aux_set",
            QuantityKind::LossTest => "loss_test",
            QuantityKind::Alignment => "alignment",
            QuantityKind::Hypergradient => "hypergradient",
            QuantityKind::Stationarity => "stationarity",
        };
        match self.index {
            Some(i) => format!("{stem}_{}", i + 1),
            None => stem.to_owned(),
        }
    }
}

/// Where each quantity stands in a row of a problem with `n` model and `m` auxiliary parameters.
///
/// The order is the stable column order of the files: step, φ, W, losses, alignment,
/// hypergradient, stationarity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    n: usize,
    m: usize,
}

impl Layout {
    /// Layout for `n` model parameters and `m` auxiliary parameters.
    pub fn new(n: usize, m: usize) -> Self {
        Self { n, m }
    }

    /// Number of model parameters.
    pub fn n(&self) -> usize {
        self.n
    }

    /// Number of auxiliary parameters.
    pub fn m(&self) -> usize {
        self.m
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        6 + self.n + 3 * self.m
    }

    /// Columns of a quantity: `m`, `n` or one of them.
    pub fn range(&self, kind: QuantityKind) -> Range<usize> {
        let (n, m) = (self.n, self.m);
        let losses = 1 + m + n;
        let scalar = |at: usize| at..at + 1;
        match kind {
            QuantityKind::Step => scalar(0),
            QuantityKind::Phi => 1..1 + m,
            QuantityKind::W => 1 + m..losses,
            QuantityKind::LossTrain => scalar(losses),
            QuantityKind::LossMain => scalar(losses + 1),
            QuantityKind::LossAuxSet => scalar(losses + 2),
            QuantityKind::LossTest => scalar(losses + 3),
            QuantityKind::Alignment => losses + 4..losses + 4 + m,
            QuantityKind::Hypergradient => losses + 4 + m..losses + 4 + 2 * m,
            QuantityKind::Stationarity => scalar(losses + 4 + 2 * m),
        }
    }

    /// Every column in order.
    pub fn quantities(&self) -> Vec<Quantity> {
        use QuantityKind::*;
        let vectors = [Phi, W, Alignment, Hypergradient];
        [Step, Phi, W, LossTrain, LossMain, LossAuxSet, LossTest, Alignment, Hypergradient, Stationarity]
            .into_iter()
            .flat_map(|kind| {
                self.range(kind)
                    .enumerate()
                    .map(move |(i, _)| Quantity { kind, index: vectors.contains(&kind).then_some(i) })
            })
            .collect()
    }
}
