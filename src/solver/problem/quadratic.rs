//! Problems whose tasks are all quadratic: the inner objective at a fixed φ is one quadratic too.

use std::sync::Arc;

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

use super::{BilevelProblem, InnerObjective, TaskJet, vector_from};
use crate::curvature::{Curvature, Dense};
use crate::loss::{Loss, Quadratic};
use crate::status::StopReason;

/// Quadratic training tasks with curvatures of type `C`, quadratic held-out and test losses.
///
/// `W*(φ) = (A_0 + Σφ_k A_k)⁻¹ (b_0 + Σφ_k b_k)`.
#[derive(Clone, Debug)]
pub struct QuadraticProblem<D: Dim, C>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    tasks: Arc<[Quadratic<D, C>]>,
    auxiliary_set: Quadratic<D, Dense<D>>,
    test_set: Option<Quadratic<D, Dense<D>>>,
}

impl<D: Dim, C: Curvature<D>> QuadraticProblem<D, C>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// A problem of a main task (`tasks[0]`), its auxiliaries, a held-out main loss and perhaps a
    /// test loss, all of the same dimension.
    ///
    /// # Panics
    /// If `tasks` is empty or dimensions differ: callers check documents first.
    pub fn new(
        tasks: Vec<Quadratic<D, C>>,
        auxiliary_set: Quadratic<D, Dense<D>>,
        test_set: Option<Quadratic<D, Dense<D>>>,
    ) -> Self {
        let n = auxiliary_set.dim().value();
        assert!(!tasks.is_empty() && tasks.iter().all(|t| t.dim().value() == n), "tasks of one dimension");
        Self { tasks: tasks.into(), auxiliary_set, test_set }
    }
}

impl<D: Dim, C: Curvature<D>> BilevelProblem<D> for QuadraticProblem<D, C>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    type Inner = InnerQuadratic<D, C>;

    fn dim(&self) -> D {
        self.auxiliary_set.dim()
    }

    fn n_auxiliaries(&self) -> usize {
        self.tasks.len() - 1
    }

    fn inner(&self) -> Self::Inner {
        InnerQuadratic::new(self.tasks.clone())
    }

    #[inline]
    fn tasks_at(&self, w: &OVector<f64, D>, jet: &mut TaskJet<D>) {
        jet.set(&self.tasks, |task, gradient| task.value_and_gradient(w, gradient));
    }

    #[inline]
    fn outer_at(&self, w: &OVector<f64, D>, gradient: &mut OVector<f64, D>) -> f64 {
        self.auxiliary_set.value_and_gradient(w, gradient.as_mut_slice())
    }

    #[inline]
    fn test_loss(&self, model: &OVector<f64, D>, scratch: &mut OVector<f64, D>) -> Option<f64> {
        self.test_set.as_ref().map(|test| test.value_and_gradient(model, scratch.as_mut_slice()))
    }

    #[inline]
    fn write_model(&self, w: &OVector<f64, D>, out: &mut OVector<f64, D>) {
        out.copy_from(w);
    }

    fn read_model(&self, model: &[f64]) -> OVector<f64, D> {
        vector_from(self.dim(), model.iter().copied())
    }
}

/// `L_T(·, φ) = ½ wᵀHw - b·w + const` with `H = A_0 + Σφ_k A_k` and `b = b_0 + Σφ_k b_k`.
///
/// `k` gradient steps are `k` times the affine map `w ← (I - lr H) w + lr b`, formed once.
#[derive(Clone, Debug)]
pub struct InnerQuadratic<D: Dim, C: Curvature<D>>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    tasks: Arc<[Quadratic<D, C>]>,
    hessian: C,
    linear: OVector<f64, D>,
    map: C,
    scaled: OVector<f64, D>,
    scratch: OVector<f64, D>,
    factor: C::Factor,
}

impl<D: Dim, C: Curvature<D>> InnerQuadratic<D, C>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    pub(super) fn new(tasks: Arc<[Quadratic<D, C>]>) -> Self {
        let main = &tasks[0];
        let (hessian, linear) = (main.curvature.clone(), main.linear.clone());
        let factor = hessian.factor();
        let (map, scaled, scratch) = (hessian.clone(), linear.clone(), linear.clone());
        Self { tasks, hessian, linear, map, scaled, scratch, factor }
    }
}

impl<D: Dim, C: Curvature<D>> InnerObjective<D> for InnerQuadratic<D, C>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    type Hessian = C;

    #[inline]
    fn set_phi(&mut self, phi: &[f64]) {
        let (main, auxiliaries) = self.tasks.split_first().expect("a main task");
        self.hessian.copy_from(&main.curvature);
        self.linear.copy_from(&main.linear);
        for (&weight, task) in phi.iter().zip(auxiliaries) {
            self.hessian.add_scaled(weight, &task.curvature);
            self.linear.zip_apply(&task.linear, |l, b| *l += weight * b);
        }
    }

    #[inline]
    fn descend(&mut self, w: &mut OVector<f64, D>, lr: f64, steps: usize) {
        self.hessian.step_map(lr, &mut self.map);
        self.scaled.zip_apply(&self.linear, |s, b| *s = lr * b);
        self.map.iterate(Some(&self.scaled), steps, w, &mut self.scratch);
    }

    fn minimise(&mut self, w: &mut OVector<f64, D>) -> Result<(), StopReason> {
        self.hessian.solve(&self.linear, &mut self.factor, w)
    }

    #[inline]
    fn hessian(&mut self, _w: &OVector<f64, D>) -> &C {
        &self.hessian
    }
}
