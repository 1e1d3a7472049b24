//! A problem of any family and combination, with dense Hessians of run-time size.

use std::sync::Arc;

use nalgebra::{DMatrix, DVector, Dyn};

use super::{BilevelProblem, InnerGeneral, TaskJet};
use crate::combination::Combination;
use crate::family::{Batch, MAX_LOSSES, TaskFamily};

/// `L_T(W, φ) = h(ℓ_0(W) … ℓ_K(W); φ)` for any [`TaskFamily`] and [`Combination`]; the outer loss is
/// loss 0 of a family over the auxiliary set.
#[derive(Clone)]
pub struct GeneralProblem {
    pub(super) parts: Arc<Parts>,
}

impl std::fmt::Debug for GeneralProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GeneralProblem").finish_non_exhaustive()
    }
}

pub(super) struct Parts {
    pub tasks: Box<dyn TaskFamily>,
    pub combination: Box<dyn Combination>,
    pub auxiliary_set: Box<dyn TaskFamily>,
    pub test_set: Option<Box<dyn TaskFamily>>,
}

impl GeneralProblem {
    /// From training tasks, their combination, and the main loss on the auxiliary and perhaps a test
    /// set (families of one loss).
    ///
    /// # Panics
    /// If the dimensions do not agree: callers check documents first.
    pub fn new(
        tasks: Box<dyn TaskFamily>,
        combination: Box<dyn Combination>,
        auxiliary_set: Box<dyn TaskFamily>,
        test_set: Option<Box<dyn TaskFamily>>,
    ) -> Self {
        let held_out = [Some(&auxiliary_set), test_set.as_ref()];
        for family in held_out.into_iter().flatten() {
            assert!(tasks.n_tasks() <= MAX_LOSSES, "at most {MAX_LOSSES} losses");
            assert!(family.n_tasks() == 1 && family.n_parameters() == tasks.n_parameters(), "one loss of W");
        }
        Self { parts: Arc::new(Parts { tasks, combination, auxiliary_set, test_set }) }
    }

    /// Training samples and auxiliary-set samples that batches can be drawn from (0: none).
    pub fn n_samples(&self) -> (usize, usize) {
        (self.parts.tasks.n_samples(), self.parts.auxiliary_set.n_samples())
    }

    /// Returns the number of leading components of W that every loss depends on.
    pub fn n_shared(&self) -> usize {
        self.parts.tasks.n_shared()
    }

    /// `∇_φ∇_W L_T` (`n×m`, a column a component of φ) where the tasks are as in `jet`.
    pub fn cross(&self, jet: &TaskJet<Dyn>, phi: &[f64]) -> DMatrix<f64> {
        let n = self.dim().0;
        // The formula gives products with a vector; those with the axes are the rows.
        let mut cross = DMatrix::zeros(n, phi.len());
        let (mut axis, mut row) = (DVector::zeros(n), vec![0.0; phi.len()]);
        for i in 0..n {
            axis[i] = 1.0;
            self.cross_product(jet, phi, &axis, &mut row);
            cross.row_mut(i).copy_from_slice(&row);
            axis[i] = 0.0;
        }
        cross
    }

    /// Which components of φ must not be negative; `None` if all.
    pub fn non_negative(&self) -> Option<Vec<bool>> {
        self.parts.combination.non_negative()
    }
}

impl BilevelProblem<Dyn> for GeneralProblem {
    type Inner = InnerGeneral;

    fn dim(&self) -> Dyn {
        Dyn(self.parts.tasks.n_parameters())
    }

    fn n_auxiliaries(&self) -> usize {
        self.parts.tasks.n_tasks() - 1
    }

    fn n_phi(&self) -> usize {
        self.parts.combination.n_phi()
    }

    fn inner(&self) -> InnerGeneral {
        InnerGeneral::new(self.clone())
    }

    fn tasks_at(&self, w: &DVector<f64>, jet: &mut TaskJet<Dyn>) {
        let (values, gradients) = jet.parts_mut();
        self.parts.tasks.jet(w.as_slice(), Batch::All, values, gradients);
    }

    fn training_loss(&self, jet: &TaskJet<Dyn>, phi: &[f64]) -> f64 {
        self.parts.combination.value(jet.values(), phi)
    }

    fn training_gradient(&self, jet: &TaskJet<Dyn>, phi: &[f64], out: &mut DVector<f64>) {
        let mut weights = [0.0; MAX_LOSSES];
        let weights = &mut weights[..jet.values().len()];
        self.parts.combination.by_loss(jet.values(), phi, weights);
        jet.weighted_sum(weights, out.as_mut_slice());
    }

    fn cross_product(&self, jet: &TaskJet<Dyn>, phi: &[f64], p: &DVector<f64>, out: &mut [f64]) {
        let mut along = [0.0; MAX_LOSSES];
        let along = &mut along[..jet.values().len()];
        jet.directional(p.as_slice(), along);
        self.parts.combination.mixed(jet.values(), phi, along, out);
    }

    fn by_phi(&self, jet: &TaskJet<Dyn>, phi: &[f64], out: &mut [f64]) {
        self.parts.combination.by_phi(jet.values(), phi, out);
    }

    fn n_effective_weights(&self) -> usize {
        if self.parts.combination.is_linear() { 0 } else { self.parts.tasks.n_tasks() }
    }

    fn effective_weights(&self, jet: &TaskJet<Dyn>, phi: &[f64], out: &mut [f64]) {
        if !self.parts.combination.is_linear() {
            self.parts.combination.by_loss(jet.values(), phi, out);
        }
    }

    fn outer_at(&self, w: &DVector<f64>, gradient: &mut DVector<f64>) -> f64 {
        self.parts.auxiliary_set.weighted_gradient(w.as_slice(), Batch::All, &[1.0], gradient.as_mut_slice())
    }

    fn test_loss(&self, model: &DVector<f64>, scratch: &mut DVector<f64>) -> Option<f64> {
        let test = self.parts.test_set.as_ref()?;
        Some(test.weighted_gradient(model.as_slice(), Batch::All, &[1.0], scratch.as_mut_slice()))
    }

    fn write_model(&self, w: &DVector<f64>, out: &mut DVector<f64>) {
        out.copy_from(w);
    }

    fn read_model(&self, model: &[f64]) -> DVector<f64> {
        DVector::from_column_slice(model)
    }
}
