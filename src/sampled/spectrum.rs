//! The truncated Neumann series in the eigenbasis of `H`, where it is a function of each eigenvalue.

use crate::lang::tr;

/// `H` and the gradients at one W and φ, in the eigenbasis `H = QΛQᵀ`.
#[derive(Debug, Clone, PartialEq)]
pub struct Spectrum {
    /// Eigenvalues, ascending (`n`).
    pub eigenvalues: Vec<f64>,
    /// `Qᵀ ∇L_A` (`n`).
    pub outer: Vec<f64>,
    /// A task a component of φ.
    pub tasks: Vec<TaskCoordinates>,
}

/// A task's gradient.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskCoordinates {
    /// Its name.
    pub name: String,
    /// `Qᵀ ∇ℓ_k` (`n`).
    pub gradient: Vec<f64>,
    /// An `|a_k|` up to this is numerically zero; see [`zero_alignment`](crate::zero::zero_alignment).
    pub zero: f64,
}

/// A truncated Neumann series, `J + 1` terms `j = 0..=J`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NeumannSetting {
    /// `J`.
    pub terms: usize,
    /// Step `α`.
    pub alpha: f64,
    /// `δ`: the series is that of `H + δI`.
    pub damping: f64,
    /// Whether the sum is not multiplied by `α`, as in the authors' code.
    pub official: bool,
}

/// What a setting is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// More terms make it worse: `α ≥ 2/(λ_max + δ)` or `λ_min + δ ≤ 0`.
    Diverges,
    /// Some task's estimate has the wrong sign.
    WrongSign,
    /// Every sign is right; the sizes are not within [`GOOD`](Phase::GOOD).
    FarInSize,
    /// Right signs, and a relative error of at most [`GOOD`](Phase::GOOD).
    Good,
}

impl Phase {
    /// Largest relative error that counts as good.
    pub const GOOD: f64 = 0.1;

    /// The classes, from the worst on.
    pub const ALL: [Self; 4] = [Self::Diverges, Self::WrongSign, Self::FarInSize, Self::Good];

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Diverges => tr!("diverges"),
            Self::WrongSign => tr!("wrong sign"),
            Self::FarInSize => tr!("right sign, far in size"),
            Self::Good => tr!("good"),
        }
    }
}

/// Why there is no exact alignment to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NothingKnown {
    /// `H` is singular.
    Singular,
    /// Every alignment is numerically zero.
    Zero,
}

impl NeumannSetting {
    /// `f_J(λ) = (1 - (1-αλ')^{J+1})/λ'` with `λ' = λ + δ`: what the series puts in the place of `1/λ`;
    /// `1/α` times as much in the official scaling.
    pub fn filter(&self, eigenvalue: f64) -> f64 {
        let shifted = eigenvalue + self.damping;
        let step = self.alpha * shifted;
        let count = (self.terms + 1) as f64;
        // expm1 and log1p keep the digits of small αλ'; at 0 the sum is that of J + 1 ones.
        let sum = if step == 0.0 {
            count
        } else if step < 0.5 {
            -libm::expm1(count * libm::log1p(-step)) / step
        } else {
            (1.0 - libm::pow(1.0 - step, count)) / step
        };
        if self.official { sum } else { self.alpha * sum }
    }
}

/// An eigenvalue this small beside the largest one is zero.
const SINGULAR: f64 = 1e-12;

impl Spectrum {
    /// Least and largest eigenvalue.
    pub fn extremes(&self) -> (f64, f64) {
        let end = |value: Option<&f64>| value.copied().unwrap_or(0.0);
        (end(self.eigenvalues.first()), end(self.eigenvalues.last()))
    }

    /// `2/(λ_max + δ)`, from which on the series diverges; `None` if `λ_max + δ ≤ 0`.
    pub fn alpha_limit(&self, damping: f64) -> Option<f64> {
        let largest = self.extremes().1 + damping;
        (largest > 0.0).then(|| 2.0 / largest)
    }

    /// Four terms with the step of fastest convergence, `α = 2/(λ_min + λ_max)`, undamped; for an
    /// indefinite `H` the step that suits its largest eigenvalue.
    pub fn usual_setting(&self) -> NeumannSetting {
        let (least, largest) = self.extremes();
        let sum = if least > 0.0 { least + largest } else { 2.0 * largest.abs().max(least.abs()) };
        let alpha = if sum > 0.0 { 2.0 / sum } else { 1.0 };
        NeumannSetting { terms: 3, alpha, damping: 0.0, official: false }
    }

    /// Returns whether the series has a limit: `0 < α(λ + δ) < 2` for every eigenvalue.
    pub fn converges(&self, setting: &NeumannSetting) -> bool {
        let (least, largest) = self.extremes();
        setting.alpha * (largest + setting.damping) < 2.0 && least + setting.damping > 0.0
    }

    /// The exact `a_k = Σ_i (∇L_A)_i (∇ℓ_k)_i / λ_i`; `None` if `H` is singular.
    pub fn exact(&self, task: usize) -> Option<f64> {
        let (least, largest) = self.extremes();
        let floor = SINGULAR * largest.abs().max(least.abs());
        let regular = self.eigenvalues.iter().all(|l| l.abs() > floor);
        regular.then(|| self.sum(task, |l| 1.0 / l)).filter(|a| a.is_finite())
    }

    /// The series' estimate of `a_k`; `None` if it overflows.
    pub fn estimate(&self, task: usize, setting: &NeumannSetting) -> Option<f64> {
        Some(self.sum(task, |l| setting.filter(l))).filter(|a| a.is_finite())
    }

    /// The exact `a_k` where it has a sign: `None` if `H` is singular or `a_k` is numerically zero.
    pub fn known(&self, task: usize) -> Option<f64> {
        self.exact(task).filter(|a| a.abs() > self.tasks[task].zero)
    }

    /// Why no estimate can be held against an exact alignment; `None` if one can.
    pub fn nothing_known(&self) -> Option<NothingKnown> {
        let mut tasks = 0..self.tasks.len();
        if tasks.clone().any(|k| self.known(k).is_some()) {
            return None;
        }
        Some(if tasks.any(|k| self.exact(k).is_some()) { NothingKnown::Zero } else { NothingKnown::Singular })
    }

    /// `|estimate - a_k| / |a_k|`; `None` where `a_k` is not [`known`](Self::known) or the estimate overflows.
    pub fn relative_error(&self, task: usize, setting: &NeumannSetting) -> Option<f64> {
        let exact = self.known(task)?;
        Some(((self.estimate(task, setting)? - exact) / exact).abs()).filter(|e| e.is_finite())
    }

    /// Returns whether the estimate has the sign of `a_k`; `None` if `a_k` is not [`known`](Self::known) or the estimate
    /// overflows.
    pub fn sign_agrees(&self, task: usize, setting: &NeumannSetting) -> Option<bool> {
        let exact = self.known(task)?;
        Some(self.estimate(task, setting)? * exact.signum() > 0.0)
    }

    /// What a setting is worth, over all tasks whose exact alignment is [`known`](Self::known); `None` if none is.
    pub fn phase(&self, setting: &NeumannSetting) -> Option<Phase> {
        self.judge().phase(setting)
    }

    /// What holds of the spectrum whatever the setting, to judge many of them.
    pub fn judge(&self) -> Judge<'_> {
        let known = |k: usize| Some((self.known(k)?, &self.tasks[k].gradient));
        let products = |(exact, gradient): (f64, &Vec<f64>)| {
            (exact, self.outer.iter().zip(gradient).map(|(g, v)| g * v).collect())
        };
        let known = (0..self.tasks.len()).filter_map(known).map(products).collect();
        Judge { spectrum: self, known, filtered: Vec::with_capacity(self.eigenvalues.len()) }
    }

    fn sum(&self, task: usize, f: impl Fn(f64) -> f64) -> f64 {
        let gradients = self.outer.iter().zip(&self.tasks[task].gradient);
        self.eigenvalues.iter().zip(gradients).map(|(&l, (g, v))| g * v * f(l)).sum()
    }
}

/// A spectrum beside which many settings are held.
#[derive(Debug, Clone)]
pub struct Judge<'a> {
    spectrum: &'a Spectrum,
    /// Every alignment that is known, and the products that its estimates are sums of.
    known: Vec<(f64, Vec<f64>)>,
    /// `f_J` of each eigenvalue: all tasks share it.
    filtered: Vec<f64>,
}

impl Judge<'_> {
    /// See [`Spectrum::phase`].
    pub fn phase(&mut self, setting: &NeumannSetting) -> Option<Phase> {
        if !self.spectrum.converges(setting) {
            return Some(Phase::Diverges);
        }
        let (error, right) = self.worst(setting)?;
        Some(match error {
            _ if !right => Phase::WrongSign,
            error if error > Phase::GOOD => Phase::FarInSize,
            _ => Phase::Good,
        })
    }

    /// The largest relative error of the estimates of all known alignments, and whether every sign is right; estimates
    /// that overflow are left out, and it is `None` if there are no others.
    pub fn worst(&mut self, setting: &NeumannSetting) -> Option<(f64, bool)> {
        self.filtered.clear();
        self.filtered.extend(self.spectrum.eigenvalues.iter().map(|&l| setting.filter(l)));
        let sum = |products: &[f64]| products.iter().zip(&self.filtered).map(|(p, f)| p * f).sum::<f64>();
        let estimates = self.known.iter().map(|(exact, products)| (*exact, sum(products)));
        let finite = estimates.filter(|(_, estimate)| estimate.is_finite());
        finite.fold(None, |worst: Option<(f64, bool)>, (exact, estimate)| {
            let (error, right) = worst.unwrap_or((0.0, true));
            let own = ((estimate - exact) / exact).abs();
            let own = if own.is_finite() { own } else { 0.0 };
            Some((error.max(own), right && estimate * exact.signum() > 0.0))
        })
    }
}
