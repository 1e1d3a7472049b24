//! The hypergradient where an inner loop is cut short, beside the true one.

use super::NeumannSetting;

/// Estimates of `dL_A/dφ` after ever more inner gradient steps `W_{t+1} = W_t - rate · ∇_W L_T(W_t, φ)`
/// at one φ.
#[derive(Debug, Clone, PartialEq)]
pub struct CutShort {
    /// Names of the components of φ.
    pub names: Vec<String>,
    /// φ (`m`).
    pub phi: Vec<f64>,
    /// Which lane's inner rate it is, counted as the charts are given them.
    pub lane: usize,
    /// Step size of the inner loop.
    pub rate: f64,
    /// Whether the lane descends with that rate; else it is `1/λ_max(H)` at the start.
    pub own_rate: bool,
    /// Inner gradient steps that the lane takes between two outer ones, if it takes some.
    pub own_steps: Option<u64>,
    /// The truncated series of [`Estimate::Approximate`].
    pub setting: NeumannSetting,
    /// The true `dL_A(W*(φ))/dφ` by finite differences (`m`); `None` if there is no best response
    /// around φ.
    pub truth: Option<Vec<f64>>,
    /// What a component of `truth` is known to (`m`, empty without a truth): the error of its difference, and
    /// [`zero_alignment`](crate::zero::zero_alignment) at the best response. A smaller one is numerically zero.
    pub noise: Vec<f64>,
    /// What the loop gives, by ascending number of steps, up to the last W that is finite.
    pub cuts: Vec<Cut>,
    /// Number of steps from which on W is not finite, to the power of two.
    pub overflow: Option<u64>,
    /// Whether bounded time ended the loop before it came to rest.
    pub unfinished: bool,
}

/// A loop that ended after so many steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Cut {
    /// Number of inner steps.
    pub steps: u64,
    /// `‖∇_W L_T(W_k, φ)‖`: how stale W is.
    pub staleness: f64,
    /// `-(∇_φ∇_W L_T)ᵀ H⁻¹ ∇L_A` at `W_k` (`m`); `None` if `H` is singular.
    pub exact: Option<Vec<f64>>,
    /// The same with the truncated series for `H⁻¹`; `None` if it overflows.
    pub approximate: Option<Vec<f64>>,
    /// `dL_A(W_k(φ))/dφ` by finite differences: what unrolling the loop differentiates (`m`).
    pub unrolled: Option<Vec<f64>>,
}

/// Ways to estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Estimate {
    /// The implicit-function formula with the exact `H⁻¹`.
    Exact,
    /// The same with the truncated Neumann series.
    Approximate,
    /// Through the steps taken.
    Unrolled,
}

impl Estimate {
    /// Every way, in the order of the charts.
    pub const ALL: [Self; 3] = [Self::Exact, Self::Approximate, Self::Unrolled];
}

impl Cut {
    /// An estimate of `dL_A/dφ` (`m`).
    pub fn estimate(&self, of: Estimate) -> Option<&[f64]> {
        match of {
            Estimate::Exact => self.exact.as_deref(),
            Estimate::Approximate => self.approximate.as_deref(),
            Estimate::Unrolled => self.unrolled.as_deref(),
        }
    }
}

impl CutShort {
    /// The truth, where a component of it is more than noise.
    pub fn known(&self) -> Option<&[f64]> {
        self.truth.as_deref().filter(|truth| (0..truth.len()).any(|k| self.known_at(k).is_some()))
    }

    /// Component `k` of the truth where it has a sign; `None` if there is no truth or it is numerically zero.
    pub fn known_at(&self, k: usize) -> Option<f64> {
        let noise = self.noise.get(k).copied().unwrap_or(0.0);
        self.truth.as_ref()?.get(k).copied().filter(|t| t.abs() > noise)
    }

    /// An estimate of component `k` as it is to be shown: zero where the truth is, if it is not more than that.
    pub fn shown(&self, k: usize, estimate: f64) -> f64 {
        let noise = self.noise.get(k).copied().unwrap_or(0.0);
        let zero = self.truth.is_some() && self.known_at(k).is_none() && estimate.abs() <= noise;
        if zero { 0.0 } else { estimate }
    }

    /// Cosine of an estimate and the truth; `None` where one of them is absent or zero.
    pub fn cosine(&self, cut: &Cut, of: Estimate) -> Option<f64> {
        let (truth, estimate) = (Scaled::of(self.known()?)?, Scaled::of(cut.estimate(of)?)?);
        let product: f64 = truth.unit.iter().zip(&estimate.unit).map(|(a, b)| a * b).sum();
        Some(product.clamp(-1.0, 1.0))
    }

    /// Size of an estimate over that of the truth; `None` where there is no such number.
    pub fn ratio(&self, cut: &Cut, of: Estimate) -> Option<f64> {
        let truth = Scaled::of(self.known()?)?;
        let size = Scaled::of(cut.estimate(of)?).map_or(0.0, |estimate| estimate.size);
        Some(size / truth.size).filter(|ratio| ratio.is_finite())
    }

    /// `‖estimate - truth‖ / ‖truth‖`; `None` where there is no such number.
    pub fn relative_error(&self, cut: &Cut, of: Estimate) -> Option<f64> {
        let (truth, estimate) = (self.known()?, cut.estimate(of)?);
        let gap: Vec<f64> = estimate.iter().zip(truth).map(|(e, t)| e - t).collect();
        let gap = Scaled::of(&gap).map_or(0.0, |gap| gap.size);
        Some(gap / Scaled::of(truth)?.size).filter(|error| error.is_finite())
    }

    /// Returns whether component `k` of an estimate has the sign of the truth; `None` where the truth has no
    /// sign or there is no estimate.
    pub fn sign_is_right(&self, cut: &Cut, of: Estimate, k: usize) -> Option<bool> {
        let truth = self.known_at(k)?;
        Some(cut.estimate(of)?.get(k)? * truth.signum() > 0.0)
    }

    /// Share of the signs that are right, of those that the truth has; `None` if it has none or there
    /// is no estimate.
    pub fn right_signs(&self, cut: &Cut, of: Estimate) -> Option<f64> {
        let signs: Vec<bool> = (0..self.phi.len()).filter_map(|k| self.sign_is_right(cut, of, k)).collect();
        let right = signs.iter().filter(|right| **right).count();
        (!signs.is_empty()).then(|| right as f64 / signs.len() as f64)
    }

    /// Number of steps from which on, to the last cut, something holds; `None` if it does not hold at
    /// the last one.
    pub fn from(&self, holds: impl Fn(&Cut) -> bool) -> Option<u64> {
        let lasting = self.cuts.iter().rev().take_while(|cut| holds(cut));
        lasting.last().map(|cut| cut.steps)
    }
}

/// A vector as its size and a unit vector: squares of large components would overflow.
struct Scaled {
    size: f64,
    unit: Vec<f64>,
}

impl Scaled {
    /// `None` if a component is not finite or all are zero.
    fn of(vector: &[f64]) -> Option<Self> {
        let largest = vector.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
        if largest == 0.0 || vector.iter().any(|x| !x.is_finite()) {
            return None;
        }
        let scaled: Vec<f64> = vector.iter().map(|x| x / largest).collect();
        let norm = scaled.iter().map(|x| x * x).sum::<f64>().sqrt();
        Some(Self { size: largest * norm, unit: scaled.iter().map(|x| x / norm).collect() })
    }
}
