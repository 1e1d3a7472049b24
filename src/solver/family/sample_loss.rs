//! What a prediction costs on one sample.

use serde::Serialize;

use crate::elementary::{BLOCK, sigmoid_all, softplus_all, softplus_and_slope};

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

/// A prediction with what its losses for all targets share.
#[derive(Debug, Clone, Copy)]
pub struct Prediction {
    loss: SampleLoss,
    z: f64,
    /// `m(z)`, the mean that is predicted: `s'(z, y) = c (m(z) - y)`.
    mean: f64,
    /// `s(z, 0)`.
    base: f64,
}

impl SampleLoss {
    /// `s`, `∂s/∂z` and `∂²s/∂z²`.
    #[inline]
    pub fn at(self, z: f64, y: f64) -> [f64; 3] {
        self.predict(z).at(y)
    }

    /// The prediction `z`.
    #[inline]
    pub fn predict(self, z: f64) -> Prediction {
        match self {
            Self::Squared => Prediction { loss: self, z, mean: z, base: z * z },
            Self::Logistic => {
                let (base, mean) = softplus_and_slope(z);
                Prediction { loss: self, z, mean, base }
            }
        }
    }

    /// [`predict`](Self::predict) of a block.
    #[inline]
    pub fn predict_all(self, z: [f64; BLOCK]) -> [Prediction; BLOCK] {
        let (mut means, mut bases) = (z, z);
        self.means(&mut means);
        match self {
            Self::Squared => bases = z.map(|z| z * z),
            Self::Logistic => softplus_all(&mut bases),
        }
        std::array::from_fn(|l| Prediction { loss: self, z: z[l], mean: means[l], base: bases[l] })
    }

    /// `c` of `s'(z, y) = c (m(z) - y)`.
    #[inline]
    pub fn slope(self) -> f64 {
        match self {
            Self::Squared => 2.0,
            Self::Logistic => 1.0,
        }
    }

    /// `z ← m(z)`.
    #[inline]
    pub fn means(self, z: &mut [f64; BLOCK]) {
        match self {
            Self::Squared => {}
            Self::Logistic => sigmoid_all(z),
        }
    }

    /// `s''`, given `m(z)`.
    #[inline]
    pub fn bend(self, mean: f64) -> f64 {
        match self {
            Self::Squared => 2.0,
            Self::Logistic => mean * (1.0 - mean),
        }
    }
}

impl Prediction {
    /// `s`, `s'` and `s''` for the target `y`.
    #[inline]
    pub fn at(&self, y: f64) -> [f64; 3] {
        let (r, z) = (self.mean - y, self.z);
        match self.loss {
            SampleLoss::Squared => [r * r, 2.0 * r, 2.0],
            SampleLoss::Logistic => [self.base - y * z, r, self.loss.bend(self.mean)],
        }
    }
}
