//! The hypergradient where the inner loop is cut short.

use nalgebra::DVector;

use super::{Study, series_of};
use crate::method::MethodKind;
use crate::problem::{BilevelProblem, InnerObjective, TaskJet};
use crate::sampled::{Cut, CutShort, NeumannSetting};

/// What is asked of the view.
#[derive(Debug, Clone, Copy)]
pub struct CutShortRequest<'a> {
    /// φ (`m`).
    pub phi: &'a [f64],
    /// W that the inner loop starts from (`n`); that of the lanes if absent.
    pub w: Option<&'a [f64]>,
    /// Whose inner rate and series; if absent the first lane with a series, else the first that follows
    /// the held-out loss.
    pub lane: Option<usize>,
    /// The truncated series; the lane's if absent, else a usual one.
    pub setting: Option<NeumannSetting>,
    /// Inner steps at most, for a quick look; as many as there is time for if absent.
    pub most: Option<u64>,
}

/// Half the width of a difference, beside `1 + |φ_k|`: the third derivative counts for 10⁻¹⁰ of it, and
/// rounding for as much.
const DIFFERENCE: f64 = 1e-5;
/// Rounding errors of a loss, in units of the last place, that a difference is thought to have.
const ROUNDINGS: f64 = 100.0;
/// Most inner steps, and multiplications for all of them: some tenths of a second.
const MOST_STEPS: u64 = 4096;
const MOST_WORK: f64 = 2e8;
/// The loop rests once `‖∇_W L_T‖` is less than this share of what it was, but not before so many steps: from
/// a W that rests already, unrolling still has to learn of φ.
const REST: f64 = 1e-12;
const LEAST_STEPS: u64 = 64;
/// Steps between two looks at the clock.
const FEW: u64 = 16;

/// Where the other side of a difference is.
#[derive(Clone, Copy)]
enum Sides {
    /// `(f(φ + h) - f(φ - h)) / 2h`.
    Both,
    /// `(4f(φ + h) - 3f(φ) - f(φ + 2h)) / 2h`, where φ must not be negative.
    Above,
}

impl Sides {
    /// How far the two points are, in units of `h`.
    fn offsets(self) -> [f64; 2] {
        match self {
            Self::Both => [-1.0, 1.0],
            Self::Above => [2.0, 1.0],
        }
    }

    /// The derivative from the values at the offsets and in the middle.
    fn slope(self, [first, second]: [f64; 2], middle: f64, h: f64) -> f64 {
        match self {
            Self::Both => (second - first) / (2.0 * h),
            Self::Above => (4.0 * (second - middle) - (first - middle)) / (2.0 * h),
        }
    }
}

impl Study {
    /// Estimates of the hypergradient after 0, 1, 2, 4, … inner steps, beside the true one. They end where the
    /// loop rests or W overflows, at 4096 steps at the latest and earlier for large problems.
    ///
    /// `None` if `phi` is not `m` finite values, `w` not `n`, there is no such lane, the setting is not one, or the
    /// losses at the start are not finite.
    pub fn cut_short(&mut self, request: &CutShortRequest) -> Option<CutShort> {
        let mut cutting = self.cutting(request)?;
        self.cut_on(&mut cutting, &mut || true);
        Some(cutting.found)
    }

    /// The same before its first step.
    pub(super) fn cutting(&mut self, request: &CutShortRequest) -> Option<Cutting> {
        let phi = request.phi;
        let start = request.w.unwrap_or(&self.start.0).to_vec();
        let lane = request.lane.unwrap_or_else(|| self.learning_lane());
        let method = self.methods.get(lane)?;
        let descent = method.inner_descent();
        let series = self.neumann_setting(lane);
        let spectrum = self.spectrum(&start, phi)?;
        let largest = spectrum.eigenvalues.iter().fold(0.0, |m: f64, l| m.max(l.abs()));
        let usual = if largest > 0.0 { 1.0 / largest } else { 1.0 };
        let rate = descent.map_or(usual, |descent| descent.lr);
        let setting = request.setting.or(series).unwrap_or_else(|| spectrum.usual_setting());
        if !(setting.alpha.is_finite() && setting.damping.is_finite()) {
            return None;
        }
        let steps = self.numbers_of_steps(phi.len(), request.most.unwrap_or(MOST_STEPS).min(MOST_STEPS));
        let found = CutShort {
            names: (0..phi.len()).map(|k| self.phi_name(k)).collect(),
            phi: phi.to_vec(),
            lane,
            rate,
            own_rate: descent.is_some(),
            own_steps: descent.map(|descent| descent.steps as u64),
            setting,
            truth: None,
            noise: Vec::new(),
            cuts: Vec::with_capacity(steps.len()),
            overflow: None,
            unfinished: true,
        };
        let bundle = self.bundle(&start, phi, DIFFERENCE);
        Some(Cutting { found, bundle, steps, done: 0, truth: None })
    }

    /// Goes on while there may be `more`, by some steps at least; says whether that was the last.
    pub(super) fn cut_on(&mut self, cutting: &mut Cutting, more: &mut dyn FnMut() -> bool) -> bool {
        while let Some(&k) = cutting.steps.get(cutting.found.cuts.len()) {
            while cutting.done < k {
                let few = (k - cutting.done).min(FEW);
                self.descend(&mut cutting.bundle, cutting.found.rate, few);
                cutting.done += few;
                if !more() {
                    return false;
                }
            }
            if self.look(&mut cutting.found, &mut cutting.bundle, k) {
                cutting.steps.truncate(cutting.found.cuts.len());
            }
        }
        let phi = cutting.found.phi.clone();
        let near = &cutting.bundle.kept;
        let truth = cutting.truth.get_or_insert_with(|| self.begin_truth(&phi, near));
        while let Some((bundle, i)) = truth.next() {
            if !self.respond(&bundle.phi[i], &mut bundle.w[i]) {
                truth.fail();
            } else if !more() {
                return false;
            }
        }
        if let Some((found, known)) = self.end_truth(&phi, truth) {
            (cutting.found.truth, cutting.found.noise) = (Some(found), known);
        }
        true
    }

    /// The first lane with a series, else the first that follows the held-out loss.
    fn learning_lane(&self) -> usize {
        let first = |wanted: &dyn Fn(&MethodKind) -> bool| self.methods.iter().position(wanted);
        first(&|method| series_of(method).is_some())
            .or_else(|| first(&|method| method.learns_from_held_out()))
            .unwrap_or(0)
    }

    /// 0 and the powers of two that there is time for; at least up to 8.
    fn numbers_of_steps(&self, m: usize, last: u64) -> Vec<u64> {
        let (n, losses) = (self.n_parameters() as f64, (self.problem.n_auxiliaries() + 1) as f64);
        let samples = (self.problem.n_samples().0 as f64).max(n);
        let most = MOST_WORK / ((2 * m + 1) as f64 * samples * n * losses);
        let powers = (0..).map(|e| 1_u64 << e).take_while(|&k| k <= 8 || (k <= last && k as f64 <= most));
        std::iter::once(0).chain(powers).collect()
    }
}

/// The loop at φ and beside it, all after the same number of steps.
struct Bundle {
    /// φ of each: the middle, then both places of every component.
    phi: Vec<Vec<f64>>,
    w: Vec<DVector<f64>>,
    sides: Vec<(Sides, f64)>,
    /// The last W of the middle that is finite.
    kept: DVector<f64>,
}

impl Study {
    fn bundle(&self, start: &[f64], phi: &[f64], width: f64) -> Bundle {
        let bounded = self.problem.non_negative();
        let sides = phi.iter().enumerate().map(|(k, &p)| {
            let h = width * (1.0 + p.abs());
            let above = p >= 0.0 && p < h && bounded.as_ref().is_none_or(|mask| mask[k]);
            (if above { Sides::Above } else { Sides::Both }, h)
        });
        let sides: Vec<(Sides, f64)> = sides.collect();
        let beside = sides.iter().enumerate().flat_map(|(k, (side, h))| {
            side.offsets().map(|offset| {
                let mut moved = phi.to_vec();
                moved[k] += offset * h;
                moved
            })
        });
        let all: Vec<Vec<f64>> = std::iter::once(phi.to_vec()).chain(beside).collect();
        let start = DVector::from_column_slice(start);
        Bundle { w: vec![start.clone(); all.len()], phi: all, sides, kept: start }
    }

    fn descend(&mut self, bundle: &mut Bundle, rate: f64, steps: u64) {
        for (phi, w) in bundle.phi.iter().zip(&mut bundle.w) {
            self.inner.set_phi(phi);
            self.inner.descend(w, rate, steps as usize);
        }
    }

    /// Looks at the loop after `k` steps; says whether it rests there, or has overflown.
    fn look(&mut self, into: &mut CutShort, bundle: &mut Bundle, k: u64) -> bool {
        let mut jet = TaskJet::zeros(self.problem.dim(), self.problem.n_auxiliaries());
        let mut gradient = bundle.kept.clone();
        let w = bundle.w[0].clone();
        self.problem.tasks_at(&w, &mut jet);
        self.problem.training_gradient(&jet, &into.phi, &mut gradient);
        let staleness = gradient.norm();
        if !staleness.is_finite() || w.iter().any(|x| !x.is_finite()) {
            (into.overflow, into.unfinished) = (Some(k), false);
            return true;
        }
        let unrolled = self.slopes(bundle);
        let [exact, approximate] = self.implicit(&w, into);
        into.cuts.push(Cut { steps: k, staleness, exact, approximate, unrolled });
        bundle.kept = w;
        let rests = k >= LEAST_STEPS && staleness <= REST * into.cuts[0].staleness;
        into.unfinished &= !rests;
        rests
    }

    /// The formula at a W with the exact and with the truncated `H⁻¹`.
    fn implicit(&mut self, w: &DVector<f64>, of: &CutShort) -> [Option<Vec<f64>>; 2] {
        let Some(spectrum) = self.spectrum(w.as_slice(), &of.phi) else { return [None, None] };
        let all = |alignment: &dyn Fn(usize) -> Option<f64>| {
            (0..of.phi.len()).map(|k| alignment(k).map(|a| -a)).collect()
        };
        [all(&|k| spectrum.exact(k)), all(&|k| spectrum.estimate(k, &of.setting))]
    }

    /// The derivative of `L_A` at the bundle's W by the φ of its middle.
    fn slopes(&self, bundle: &Bundle) -> Option<Vec<f64>> {
        let mut scratch = bundle.w[0].clone();
        let mut loss = |w: &DVector<f64>| self.problem.outer_at(w, &mut scratch);
        let middle = loss(&bundle.w[0]);
        let pairs = bundle.w[1..].chunks_exact(2).zip(&bundle.sides);
        let slopes: Vec<f64> =
            pairs.map(|(pair, (side, h))| side.slope([loss(&pair[0]), loss(&pair[1])], middle, *h)).collect();
        slopes.iter().all(|slope| slope.is_finite()).then_some(slopes)
    }

    /// The derivative of `L_A(W*(φ))` before its first difference, best responses being looked for from near `near`.
    fn begin_truth(&mut self, phi: &[f64], near: &DVector<f64>) -> Truth {
        let mut middle = near.clone();
        let found = self.respond_near(phi, &mut middle);
        let bundles = [DIFFERENCE, 0.5 * DIFFERENCE].map(|width| self.bundle(middle.as_slice(), phi, width));
        // The middle is there already.
        Truth { middle: found.then_some(middle), bundles, next: (0, 1) }
    }

    /// The derivative (`m`), and what each component is known to: twice the error of truncation, of which a
    /// difference of half the width leaves a quarter (Richardson, 1911), rounding, and what is numerically zero by
    /// the gradients there.
    fn end_truth(&mut self, phi: &[f64], truth: &Truth) -> Option<(Vec<f64>, Vec<f64>)> {
        let mut middle = truth.middle.clone()?;
        let [whole, half] = truth.bundles.each_ref().map(|bundle| self.slopes(bundle));
        let (whole, half) = (whole?, half?);
        let spectrum = self.spectrum(middle.as_slice(), phi)?;
        let size = self.problem.outer_at(&middle.clone(), &mut middle).abs();
        let rounding = ROUNDINGS * f64::EPSILON * size / DIFFERENCE;
        let truncation = whole.iter().zip(half).map(|(whole, half)| 2.0 * (whole - half).abs() * 4.0 / 3.0);
        let known = truncation.zip(&spectrum.tasks).map(|(error, task)| (error + rounding).max(task.zero));
        let known = known.collect();
        Some((whole, known))
    }
}

/// A view in the making.
pub(super) struct Cutting {
    /// What is there so far: no truth before the end.
    pub(super) found: CutShort,
    bundle: Bundle,
    /// Numbers of steps to look at; some have been.
    steps: Vec<u64>,
    done: u64,
    truth: Option<Truth>,
}

/// The true hypergradient in the making: best responses beside the middle, at two widths.
struct Truth {
    /// `W*(φ)`, as far as it and all others are there.
    middle: Option<DVector<f64>>,
    bundles: [Bundle; 2],
    /// Which bundle, and which of its places.
    next: (usize, usize),
}

impl Truth {
    /// The next place to respond at.
    fn next(&mut self) -> Option<(&mut Bundle, usize)> {
        self.middle.as_ref()?;
        if self.bundles.get(self.next.0)?.w.len() <= self.next.1 {
            self.next = (self.next.0 + 1, 1);
        }
        let (bundle, i) = self.next;
        self.next.1 += 1;
        self.bundles.get_mut(bundle).map(|bundle| (bundle, i))
    }

    fn fail(&mut self) {
        self.middle = None;
    }
}
