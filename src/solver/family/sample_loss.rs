//! What a prediction costs on one sample.

use serde::Serialize;

use crate::elementary::{sigmoid, softplus};

/// The loss `s(z, y)` of a prediction `z` for a target `y`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SampleLoss {
    /// `(z - y)²`.
    #[default]
    Squared,
    /// Binary cross-entropy with logits, `ln(1 + e^z) - yz`, for `y` from 0 to 1.
    Logistic,
}

impl SampleLoss {
    /// `s`, `∂s/∂z` and `∂²s/∂z²`.
    #[inline]
    pub fn at(self, z: f64, y: f64) -> [f64; 3] {
        match self {
            Self::Squared => {
                let r = z - y;
                [r * r, 2.0 * r, 2.0]
            }
            Self::Logistic => {
                let p = sigmoid(z);
                [softplus(z) - y * z, p - y, p * (1.0 - p)]
            }
        }
    }
}
