//! How good an estimate is: the exact hypergradient beside it, and the spectrum of `H`.

use std::sync::Arc;

use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DVector, DefaultAllocator, Dim, Dyn, OVector, SymmetricEigen, U1};

use super::Observe;
use crate::curvature::Dense;
use crate::ihvp::{Direct, InverseHvp, Workspace, factorised};
use crate::problem::{BilevelProblem, GeneralProblem, InnerGeneral, InnerObjective, TaskJet};
use crate::state::LaneState;
use crate::status::StopReason;
use crate::trace::ABSENT;
use crate::zero::{Size, zero_alignment};

/// Values after the exact hypergradient: cosine, ratio of magnitudes, sign agreement, `λ_min`,
/// `λ_max`, spectral radius.
pub const N_SCALARS: usize = 6;

/// Bound of the length of a method's product in the place of `H⁻¹v`: `min(scale · ‖H⁻¹v‖, most · ‖v‖)`, about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reach {
    /// Beside the exact product.
    pub scale: f64,
    /// Beside the vector itself.
    pub most: f64,
}

/// Properties of the method whose estimates are measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Probe {
    /// Step size `α` whose `I - αH` is looked at, if the method has one.
    pub alpha: Option<f64>,
    /// Of its estimates.
    pub reach: Reach,
}

/// The two sides of every alignment at one W.
struct Sides {
    outer: DVector<f64>,
    /// `∇_φ∇_W L_T`, a column a component of φ.
    cross: DMatrix<f64>,
}

impl Sides {
    fn at(problem: &GeneralProblem, w: &DVector<f64>, phi: &[f64]) -> Self {
        let mut outer = w.clone();
        problem.outer_at(w, &mut outer);
        let mut jet = TaskJet::zeros(problem.dim(), problem.n_auxiliaries());
        problem.tasks_at(w, &mut jet);
        Self { outer, cross: problem.cross(&jet, phi) }
    }

    /// Largest alignments that are numerically zero, one a component of φ; `newton` has `‖H⁻¹v‖`.
    fn zeros(&self, start: &(f64, Vec<f64>), newton: impl Fn(&DVector<f64>) -> f64) -> Vec<f64> {
        let size = |v: &DVector<f64>, start: f64| Size { now: v.norm(), start, newton: newton(v) };
        let outer = size(&self.outer, start.0);
        let columns = self.cross.column_iter().zip(&start.1);
        columns.map(|(column, start)| zero_alignment(outer, size(&column.into_owned(), *start))).collect()
    }
}

/// Measures a step's estimate of `dL_A/dφ` against the exact one at the best response of the same φ.
pub struct Diagnostics {
    inner: InnerGeneral,
    probe: Probe,
    /// Norms of `∇L_A` and of each column of `∇_φ∇_W L_T` at the start.
    start: (f64, Vec<f64>),
    w: DVector<f64>,
    outer_gradient: DVector<f64>,
    p: DVector<f64>,
    jet: TaskJet<Dyn>,
    work: Workspace<Dyn, Dense<Dyn>>,
}

impl Diagnostics {
    /// For lanes on `problem` that start from `w` (`n`, the model's own) and `phi` (`m`).
    pub fn new(problem: &GeneralProblem, probe: Probe, w: &[f64], phi: &[f64]) -> Self {
        let dim = problem.dim();
        let zero = DVector::zeros(dim.0);
        let sides = Sides::at(problem, &DVector::from_column_slice(w), phi);
        Self {
            inner: problem.inner(),
            probe,
            start: (sides.outer.norm(), sides.cross.column_iter().map(|column| column.norm()).collect()),
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
        if let Some(alpha) = self.probe.alpha {
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
        let is_estimated = alignment.iter().all(|a| a.is_finite());
        let estimated = is_estimated.then(|| Sides::at(problem, &self.w, phi));
        if self.exact(problem, phi, exact).is_err() {
            exact.fill(ABSENT);
            return;
        }
        if let Some(estimated) = estimated {
            compare(exact, alignment, scalars);
            let zeros = self.zeros(&estimated, &Sides::at(problem, &self.w, phi));
            scalars[2] = agreement(exact, alignment, &zeros);
        }
    }

    /// Largest exact and largest estimated alignments that are numerically zero: by the sides at the best response, where
    /// `self.w` is, and by those where the estimate was taken.
    fn zeros(&mut self, estimated: &Sides, exact: &Sides) -> [Vec<f64>; 2] {
        let hessian = self.inner.hessian(&self.w).0.clone();
        let eigen = SymmetricEigen::try_new(hessian, f64::EPSILON, 10_000);
        let newton = |v: &DVector<f64>| {
            let eigen = eigen.as_ref();
            eigen.map_or(0.0, |e| e.eigenvectors.tr_mul(v).component_div(&e.eigenvalues).norm())
        };
        let Reach { scale, most } = self.probe.reach;
        let reached = |v: &DVector<f64>| (scale * newton(v)).min(most * v.norm());
        [exact.zeros(&self.start, newton), estimated.zeros(&self.start, reached)]
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
    /// For lanes of dimension `dim` on another form of `problem`; the rest as in [`Diagnostics::new`].
    pub fn new(problem: Arc<GeneralProblem>, dim: D, probe: Probe, w: &[f64], phi: &[f64]) -> Self {
        let diagnostics = Diagnostics::new(&problem, probe, w, phi);
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

/// Writes cosine and ratio of magnitudes of the estimate `-alignment` and `exact`.
fn compare(exact: &[f64], alignment: &[f64], out: &mut [f64]) {
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
}

/// Share of the components of which the estimate `-alignment` and `exact` have the same sign: -1, 0 or 1, 0 where they are
/// at most as large as what is numerically zero.
fn agreement(exact: &[f64], alignment: &[f64], [exact_zeros, zeros]: &[Vec<f64>; 2]) -> f64 {
    let sign = |x: f64, zero: f64| if x.abs() <= zero { 0.0 } else { x.signum() };
    let pairs = exact.iter().zip(exact_zeros).zip(alignment.iter().zip(zeros));
    let agreeing = pairs.filter(|((e, e_zero), (a, zero))| sign(**e, **e_zero) == sign(-**a, **zero)).count();
    agreeing as f64 / exact.len() as f64
}

#[cfg(test)]
mod tests {
    use super::{agreement, compare};

    #[test]
    fn a_sign_agrees_with_its_own_and_none_with_none() {
        let zeros = [vec![1e-9, 1e-9], vec![1e-8, 1e-8]];
        for (exact, alignment, agreeing) in [
            ([0.5, 2.0], [-0.5, -1.0], 1.0),
            ([0.5, -2.0], [0.5, 1.0], 0.5),
            ([0.5, -0.5], [0.0, 0.0], 0.0),
            ([0.5, -0.5], [1e-9, -1e-9], 0.0),
            ([0.0, -1e-10], [1e-9, 0.0], 1.0),
            ([0.0, 0.0], [0.5, -0.5], 0.0),
        ] {
            assert_eq!(agreement(&exact, &alignment, &zeros), agreeing, "{exact:?} {alignment:?}");
        }
    }

    #[test]
    fn beside_a_hypergradient_of_zero_there_is_no_angle_and_no_ratio() {
        let mut out = [f64::NAN; 6];
        compare(&[0.0, 0.0], &[0.5, -2.0], &mut out);
        assert!(out[0].is_nan() && out[1].is_nan(), "{out:?}");
    }
}
