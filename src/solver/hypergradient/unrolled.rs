//! Truncated back-propagation through the last inner steps.

use nalgebra::{DVector, Dyn};

use super::Estimator;
use crate::curvature::Curvature;
use crate::ihvp::Ihvp;
use crate::inner::GradientDescent;
use crate::problem::{BilevelProblem, GeneralProblem, InnerGeneral, InnerObjective, TaskJet};
use crate::state::LaneState;
use crate::status::StopReason;

/// Reverse mode through the last `steps` of the inner gradient steps
/// `w_{t+1} = w_t - lr ∇_W L_T(w_t, φ)`:
/// `a ← Σ_t lr (∇_φ∇_W L_T(w_t))ᵀ v_t`, `v_{t-1} = (I - lr H(w_t)) v_t`, from `v = ∇L_A(w_T)`.
///
/// (Shaban et al., AISTATS 2019, truncated; Franceschi et al., ICML 2017, whole.) At `W*` it is the
/// Neumann estimate of as many terms with `α = lr`. The inner steps are taken once more, to have
/// their iterates: `O(steps · n)` memory. These are kept for a φ that moves again while W is held; before any
/// inner step W has not answered φ, and the estimate is zero.
pub struct Unrolled {
    steps: usize,
    inner: GradientDescent,
    start: DVector<f64>,
    /// Whether the path is that of the last inner solve already; `None` before the first.
    walked: Option<bool>,
    path: Vec<DVector<f64>>,
    v: DVector<f64>,
    product: DVector<f64>,
    part: DVector<f64>,
    jet: TaskJet<Dyn>,
}

impl Unrolled {
    /// Through the last `steps` steps of `inner`.
    pub fn new(problem: &GeneralProblem, inner: GradientDescent, steps: usize) -> Self {
        let zero = DVector::zeros(problem.dim().0);
        let steps = steps.min(inner.steps);
        Self {
            steps,
            inner,
            start: zero.clone(),
            walked: None,
            path: vec![zero.clone(); steps],
            v: zero.clone(),
            product: zero,
            part: DVector::zeros(problem.n_phi()),
            jet: TaskJet::zeros(problem.dim(), problem.n_auxiliaries()),
        }
    }
}

impl Unrolled {
    /// Takes the inner steps again and keeps the last of their iterates.
    fn walk(&mut self, inner: &mut InnerGeneral) {
        let lr = self.inner.lr;
        inner.descend(&mut self.start, lr, self.inner.steps - self.steps);
        for point in &mut self.path {
            point.copy_from(&self.start);
            inner.descend(&mut self.start, lr, 1);
        }
    }
}

impl Estimator<Dyn, GeneralProblem> for Unrolled {
    fn before_inner(&mut self, w: &DVector<f64>) {
        self.start.copy_from(w);
        self.walked = Some(false);
    }

    fn estimate(
        &mut self,
        problem: &GeneralProblem,
        inner: &mut InnerGeneral,
        state: &LaneState<Dyn>,
        alignment: &mut [f64],
    ) -> Result<Ihvp, StopReason> {
        let lr = self.inner.lr;
        alignment.fill(0.0);
        match self.walked {
            None => return Ok(Ihvp::Sound),
            Some(false) => self.walk(inner),
            Some(true) => {}
        }
        self.walked = Some(true);
        self.v.copy_from(&state.outer_gradient);
        for point in self.path.iter().rev() {
            problem.tasks_at(point, &mut self.jet);
            problem.cross_product(&self.jet, state.phi.as_slice(), &self.v, self.part.as_mut_slice());
            for (a, part) in alignment.iter_mut().zip(self.part.as_slice()) {
                *a += lr * part;
            }
            inner.hessian(point).apply(self.v.as_slice(), self.product.as_mut_slice());
            self.v.axpy(-lr, &self.product, 1.0);
        }
        Ok(Ihvp::Sound)
    }
}
