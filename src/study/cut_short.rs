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
        let mut bundle = self.bundle(&start, phi, DIFFERENCE);
        let mut cut_short = CutShort {
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
        self.cuts(&mut cut_short, &mut bundle, &steps);
        let near = &bundle.kept;
        (cut_short.truth, cut_short.noise) =
            self.truth(phi, near).map_or((None, Vec::new()), |(t, n)| (Some(t), n));
        Some(cut_short)
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

    /// Runs the loop and looks at it after each of these numbers of steps.
    fn cuts(&mut self, into: &mut CutShort, bundle: &mut Bundle, steps: &[u64]) {
        let mut jet = TaskJet::zeros(self.problem.dim(), self.problem.n_auxiliaries());
        let mut gradient = bundle.kept.clone();
        let mut done = 0;
        for &k in steps {
            for (phi, w) in bundle.phi.iter().zip(&mut bundle.w) {
                self.inner.set_phi(phi);
                self.inner.descend(w, into.rate, (k - done) as usize);
            }
            done = k;
            let w = bundle.w[0].clone();
            self.problem.tasks_at(&w, &mut jet);
            self.problem.training_gradient(&jet, &into.phi, &mut gradient);
            let staleness = gradient.norm();
            if !staleness.is_finite() || w.iter().any(|x| !x.is_finite()) {
                (into.overflow, into.unfinished) = (Some(k), false);
                return;
            }
            let unrolled = self.slopes(bundle);
            let [exact, approximate] = self.implicit(&w, into);
            into.cuts.push(Cut { steps: k, staleness, exact, approximate, unrolled });
            bundle.kept = w;
            if k >= LEAST_STEPS && staleness <= REST * into.cuts[0].staleness {
                into.unfinished = false;
                return;
            }
        }
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

    /// The derivative of `L_A(W*(φ))` (`m`), best responses being looked for from near `near`, and what each
    /// component is known to: twice the error of truncation, of which a difference of half the width leaves a
    /// quarter (Richardson, 1911), rounding, and what is numerically zero by the gradients there.
    fn truth(&mut self, phi: &[f64], near: &DVector<f64>) -> Option<(Vec<f64>, Vec<f64>)> {
        let mut middle = near.clone();
        if !self.respond_near(phi, &mut middle) {
            return None;
        }
        let [whole, half] =
            [DIFFERENCE, 0.5 * DIFFERENCE].map(|width| self.response_slopes(phi, &middle, width));
        let (whole, half) = (whole?, half?);
        let spectrum = self.spectrum(middle.as_slice(), phi)?;
        let size = self.problem.outer_at(&middle.clone(), &mut middle).abs();
        let rounding = ROUNDINGS * f64::EPSILON * size / DIFFERENCE;
        let truncation = whole.iter().zip(half).map(|(whole, half)| 2.0 * (whole - half).abs() * 4.0 / 3.0);
        let known = truncation.zip(&spectrum.tasks).map(|(error, task)| (error + rounding).max(task.zero));
        let known = known.collect();
        Some((whole, known))
    }

    /// The derivative of `L_A(W*(φ))` (`m`) by differences of a width.
    fn response_slopes(&mut self, phi: &[f64], middle: &DVector<f64>, width: f64) -> Option<Vec<f64>> {
        let mut bundle = self.bundle(middle.as_slice(), phi, width);
        for (phi, w) in bundle.phi.iter().zip(&mut bundle.w).skip(1) {
            if !self.respond(phi, w) {
                return None;
            }
        }
        self.slopes(&bundle)
    }
}
