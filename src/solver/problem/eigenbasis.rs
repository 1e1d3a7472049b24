//! Linear regression in the eigenbasis of its training Hessian, where every inner curvature is diagonal.

use std::sync::Arc;

use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DVector, DefaultAllocator, Dim, Dyn, OMatrix, OVector, SymmetricEigen, U1};

use super::{BilevelProblem, GeneralProblem, InnerQuadratic, RegressionData, TaskData, TaskJet, vector_from};
use crate::curvature::{Dense, Diagonal, add_product};
use crate::loss::{LeastSquares, Quadratic};

/// Largest condition number of the training Hessian: beyond it the rotation would cost more digits than a
/// regression's own coordinates do.
const LARGEST_CONDITION: f64 = 1e6;

/// Mean squared errors of tasks that share the design matrix `X`, and so the Hessian `2XᵀX/N = VΛVᵀ`.
///
/// Lanes move `u = VᵀW`: a gradient step and a Neumann term cost `O(n)`, whatever `N` is. Values are taken at the `W`
/// that a row records, from the [reduced data](LeastSquares).
#[derive(Clone, Debug)]
pub struct EigenbasisRegression<D: Dim>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// Gradients of the training tasks and of `L_A` by `u`; their values are not used.
    tasks: Arc<[Quadratic<D, Diagonal<D>>]>,
    outer: Quadratic<D, Dense<D>>,
    train: LeastSquares<D>,
    auxiliary_set: LeastSquares<D>,
    test_set: Option<LeastSquares<D>>,
    /// `V`, `W = Vu`.
    basis: OMatrix<f64, D, D>,
    condition: f64,
    /// The same problem in general form, where lanes are to be measured on it.
    general: Option<Arc<GeneralProblem>>,
}

impl<D: Dim> EigenbasisRegression<D>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// Reduces `data` of dimension `dim`. `None` if a sum of products overflows or the training Hessian is so ill
    /// conditioned (κ above 10⁶) that it is better solved in its own coordinates.
    pub fn new(data: &RegressionData, dim: D) -> Option<Self> {
        let targets = std::iter::once(&data.train.y).chain(&data.auxiliaries);
        let train = LeastSquares::<Dyn>::of(&data.train.x, targets)?;
        let eigen = SymmetricEigen::<f64, Dyn>::try_new(train.hessian(), f64::EPSILON, 10_000)?;
        let (values, basis) = (eigen.eigenvalues, eigen.eigenvectors);
        let (least, most) = (values.min(), values.max());
        if !(least > 0.0 && most <= LARGEST_CONDITION * least) {
            return None;
        }
        let rotated = |v: &DVector<f64>| vector_from(dim, basis.tr_mul(v).iter().copied());
        let diagonal = || Diagonal(vector_from(dim, values.iter().copied()));
        let flat = || OVector::zeros_generic(dim, U1);
        let task = |k: usize| Quadratic::about(flat(), 0.0, -rotated(&train.linear(k)), diagonal());
        let held_out = |set: &TaskData| LeastSquares::<Dyn>::of(&set.x, [&set.y]);
        let auxiliary_set = held_out(&data.auxiliary_set)?;
        let hessian = basis.transpose() * auxiliary_set.hessian() * &basis;
        let outer =
            Quadratic::about(flat(), 0.0, -rotated(&auxiliary_set.linear(0)), Dense(fixed(&hessian, dim)));
        let test_set = match &data.test_set {
            Some(set) => Some(held_out(set)?.in_dimension(dim)),
            None => None,
        };
        Some(Self {
            tasks: (0..train.n_tasks()).map(task).collect(),
            outer,
            train: train.in_dimension(dim),
            auxiliary_set: auxiliary_set.in_dimension(dim),
            test_set,
            basis: fixed(&basis, dim),
            condition: most / least,
            general: None,
        })
    }

    /// Returns the condition number of the training Hessian, which is that of every inner objective.
    pub fn condition(&self) -> f64 {
        self.condition
    }

    /// The same problem, on whose general form lanes can be measured.
    pub(crate) fn measured_on(self, general: Option<Arc<GeneralProblem>>) -> Self {
        Self { general, ..self }
    }

    /// Writes gradients of the tasks at `w` and values at its `model`; `scratch` (`n`) is overwritten.
    #[inline]
    fn write_tasks(
        &self,
        w: &OVector<f64, D>,
        model: &OVector<f64, D>,
        jet: &mut TaskJet<D>,
        scratch: &mut [f64],
    ) {
        self.train.predict(model.as_slice(), scratch);
        let mut values = self.train.values(scratch);
        jet.set(&self.tasks, |task, gradient| {
            task.gradient_at(w.as_slice(), gradient);
            values.next().unwrap_or_default()
        });
    }

    /// Writes `∇L_A` at `w` and returns `L_A` at its `model`.
    #[inline]
    fn write_outer(
        &self,
        w: &OVector<f64, D>,
        model: &OVector<f64, D>,
        gradient: &mut OVector<f64, D>,
    ) -> f64 {
        self.auxiliary_set.predict(model.as_slice(), gradient.as_mut_slice());
        let value = self.auxiliary_set.value(gradient.as_slice());
        self.outer.gradient_at(w.as_slice(), gradient.as_mut_slice());
        value
    }

    fn model(&self, w: &OVector<f64, D>) -> OVector<f64, D> {
        let mut model = w.clone();
        self.write_model(w, &mut model);
        model
    }
}

/// The matrix with its dimension known at compile time where `D` is a constant.
fn fixed<D: Dim>(matrix: &DMatrix<f64>, dim: D) -> OMatrix<f64, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    OMatrix::from_iterator_generic(dim, dim, matrix.iter().copied())
}

impl<D: Dim> BilevelProblem<D> for EigenbasisRegression<D>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    type Inner = InnerQuadratic<D, Diagonal<D>>;

    fn dim(&self) -> D {
        self.basis.shape_generic().0
    }

    fn n_auxiliaries(&self) -> usize {
        self.tasks.len() - 1
    }

    fn inner(&self) -> Self::Inner {
        InnerQuadratic::new(self.tasks.clone())
    }

    fn general(&self) -> Option<Arc<GeneralProblem>> {
        self.general.clone()
    }

    fn tasks_at(&self, w: &OVector<f64, D>, jet: &mut TaskJet<D>) {
        let model = self.model(w);
        self.write_tasks(w, &model, jet, model.clone().as_mut_slice());
    }

    fn outer_at(&self, w: &OVector<f64, D>, gradient: &mut OVector<f64, D>) -> f64 {
        self.write_outer(w, &self.model(w), gradient)
    }

    #[inline]
    fn evaluate(
        &self,
        w: &OVector<f64, D>,
        model: &OVector<f64, D>,
        jet: &mut TaskJet<D>,
        outer_gradient: &mut OVector<f64, D>,
    ) -> f64 {
        self.write_tasks(w, model, jet, outer_gradient.as_mut_slice());
        self.write_outer(w, model, outer_gradient)
    }

    #[inline]
    fn test_loss(&self, model: &OVector<f64, D>, scratch: &mut OVector<f64, D>) -> Option<f64> {
        let test = self.test_set.as_ref()?;
        test.predict(model.as_slice(), scratch.as_mut_slice());
        Some(test.value(scratch.as_slice()))
    }

    #[inline]
    fn write_model(&self, w: &OVector<f64, D>, out: &mut OVector<f64, D>) {
        out.fill(0.0);
        add_product(&self.basis, w.as_slice(), out.as_mut_slice());
    }

    fn read_model(&self, model: &[f64]) -> OVector<f64, D> {
        self.basis.tr_mul(&vector_from(self.dim(), model.iter().copied()))
    }
}
