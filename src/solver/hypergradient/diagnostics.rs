//! How good an estimate is: the exact hypergradient beside it, and the spectrum of `H`.

use std::sync::Arc;

use nalgebra::allocator::Allocator;
use nalgebra::{DVector, DefaultAllocator, Dim, Dyn, OVector, SymmetricEigen, U1};

use super::Observe;
use crate::curvature::Dense;
use crate::ihvp::{Direct, InverseHvp, Workspace, factorised};
use crate::problem::{BilevelProblem, GeneralProblem, InnerGeneral, InnerObjective, TaskJet};
use crate::state::LaneState;
use crate::status::StopReason;
use crate::trace::ABSENT;

/// Values after the exact hypergradient: cosine, ratio of magnitudes, sign agreement, `λ_min`,
/// `λ_max`, spectral radius.
pub const N_SCALARS: usize = 6;

/// Measures a step's estimate of `dL_A/dφ` against the exact one at the best response of the same φ.
pub struct Diagnostics {
    inner: InnerGeneral,
    /// Step size `α` whose `I - αH` is looked at, if the method has one.
    alpha: Option<f64>,
    w: DVector<f64>,
    outer_gradient: DVector<f64>,
    p: DVector<f64>,
    jet: TaskJet<Dyn>,
    work: Workspace<Dyn, Dense<Dyn>>,
}

impl Diagnostics {
    /// For lanes on `problem`; `alpha` is the step of the Neumann series or of the inner solver.
    pub fn new(problem: &GeneralProblem, alpha: Option<f64>) -> Self {
        let dim = problem.dim();
        let zero = DVector::zeros(dim.0);
        Self {
            inner: problem.inner(),
            alpha,
            w: zero.clone(),
            outer_gradient: zero.clone(),
            p: zero,
            jet: TaskJet::zeros(dim, problem.n_auxiliaries()),
            work: Workspace::new(dim),
        }
    }

    fn spectrum(&mut self, scalars: &mut [f64]) {
        let hessian = self.inner.hessian(&self.w).0.clone();
        if hessian.iter().any(|x| !x.is_finite()) {
            return;
        }
        let Some(eigen) = SymmetricEigen::try_new(hessian, f64::EPSILON, 10_000) else { return };
        let (least, most) = (eigen.eigenvalues.min(), eigen.eigenvalues.max());
        (scalars[3], scalars[4]) = (least, most);
        if let Some(alpha) = self.alpha {
            scalars[5] = (1.0 - alpha * least).abs().max((1.0 - alpha * most).abs());
        }
    }

    /// Moves from the present W to the best response.
    fn exact(&mut self, problem: &GeneralProblem, phi: &[f64], out: &mut [f64]) -> Result<(), StopReason> {
        self.inner.minimise(&mut self.w)?;
        problem.outer_at(&self.w, &mut self.outer_gradient);
        problem.tasks_at(&self.w, &mut self.jet);
        let hessian = self.inner.hessian(&self.w);
        match Direct::default().apply(hessian, &self.outer_gradient, &mut self.p, &mut self.work) {
            Err(StopReason::Indefinite) => factorised(hessian, &self.outer_gradient, &mut self.p)?,
            outcome => outcome?,
        };
        problem.cross_product(&self.jet, phi, &self.p, out);
        out.iter_mut().for_each(|x| *x = -*x);
        if out.iter().all(|x| x.is_finite()) { Ok(()) } else { Err(StopReason::Diverged) }
    }
}

impl Diagnostics {
    /// Writes the exact `dL_A/dφ` at `W*(φ)` (`m` values) and the six scalars, for the step with this
    /// estimate `-alignment` whose W, now in `self.w`, answers `phi`. What does not exist is absent. The spectrum
    /// is that of `H` at that W.
    fn measure(&mut self, problem: &GeneralProblem, alignment: &[f64], phi: &[f64], out: &mut [f64]) {
        out.fill(ABSENT);
        let (exact, scalars) = out.split_at_mut(phi.len());
        self.inner.set_phi(phi);
        self.spectrum(scalars);
        if self.exact(problem, phi, exact).is_err() {
            exact.fill(ABSENT);
            return;
        }
        compare(exact, alignment, scalars);
    }
}

impl Observe<Dyn, GeneralProblem> for Diagnostics {
    /// Writes the exact `dL_A/dφ` at `W*(φ)` (`m` values) and the six scalars.
    fn observe(&mut self, problem: &GeneralProblem, state: &LaneState<Dyn>, phi: &[f64], out: &mut [f64]) {
        self.w.copy_from(&state.w);
        self.measure(problem, state.alignment.as_slice(), phi, out);
    }
}

/// [`Diagnostics`] on the general form of a problem, beside a lane on another form of it: what is measured leaves
/// the lane's numbers as they are, to the last bit.
pub struct Beside<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    problem: Arc<GeneralProblem>,
    diagnostics: Diagnostics,
    model: OVector<f64, D>,
}

impl<D: Dim> Beside<D>
where
    DefaultAllocator: Allocator<D>,
{
    /// For lanes of dimension `dim` on another form of `problem`; `alpha` as in [`Diagnostics::new`].
    pub fn new(problem: Arc<GeneralProblem>, dim: D, alpha: Option<f64>) -> Self {
        let diagnostics = Diagnostics::new(&problem, alpha);
        Self { problem, diagnostics, model: OVector::zeros_generic(dim, U1) }
    }
}

impl<D: Dim, P: BilevelProblem<D>> Observe<D, P> for Beside<D>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    fn observe(&mut self, problem: &P, state: &LaneState<D>, phi: &[f64], out: &mut [f64]) {
        problem.write_model(&state.w, &mut self.model);
        self.diagnostics.w.as_mut_slice().copy_from_slice(self.model.as_slice());
        self.diagnostics.measure(&self.problem, state.alignment.as_slice(), phi, out);
    }
}

/// Cosine, ratio of magnitudes and share of agreeing signs of the estimate `-alignment` and `exact`.
fn compare(exact: &[f64], alignment: &[f64], out: &mut [f64]) {
    if alignment.iter().any(|a| !a.is_finite()) {
        return;
    }
    // Both by their largest component: the squares of large ones would overflow.
    let largest = |v: &[f64]| v.iter().fold(0.0, |m: f64, x| m.max(x.abs()));
    let (e_unit, a_unit) = (largest(exact), largest(alignment));
    if e_unit > 0.0 {
        let norm = |v: &[f64], unit: f64| v.iter().map(|x| (x / unit) * (x / unit)).sum::<f64>().sqrt();
        let size = norm(exact, e_unit);
        out[1] = 0.0;
        if a_unit > 0.0 {
            let estimated = norm(alignment, a_unit);
            let pairs = exact.iter().zip(alignment);
            let product: f64 = pairs.map(|(e, a)| -(e / e_unit) * (a / a_unit)).sum();
            out[0] = (product / (size * estimated)).clamp(-1.0, 1.0);
            out[1] = a_unit / e_unit * (estimated / size);
        }
    }
    let agreeing = exact.iter().zip(alignment).filter(|(e, a)| (**e > 0.0) == (-**a > 0.0)).count();
    out[2] = agreeing as f64 / exact.len() as f64;
}

#[cfg(test)]
mod tests {
    use super::compare;

    #[test]
    fn a_weight_without_influence_agrees_with_an_estimate_that_does_not_raise_it() {
        for (alignment, agreeing) in [([0.5, -2.0], 1.0), ([-0.5, -2.0], 0.5), ([0.0, -2.0], 1.0)] {
            let mut out = [f64::NAN; 6];
            compare(&[0.0, 2.0], &alignment, &mut out);
            assert_eq!(out[2], agreeing, "{alignment:?}");
        }
    }

    #[test]
    fn beside_a_hypergradient_of_zero_there_is_no_angle_and_no_ratio() {
        let mut out = [f64::NAN; 6];
        compare(&[0.0, 0.0], &[0.5, -2.0], &mut out);
        assert!(out[0].is_nan() && out[1].is_nan(), "{out:?}");
    }
}
