//! Linear regression with tasks that share the design matrix: quadratic, and diagonal at once.

use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DVector, DefaultAllocator, Dim, Dyn, SymmetricEigen};

use super::QuadraticProblem;
use crate::curvature::Diagonal;
use crate::loss::Quadratic;
use crate::loss::regression::{mean_squared_error, shared_hessian};

/// One data set: inputs `x` (`N×n`) and targets `y` (`N`).
#[derive(Clone, Debug)]
pub struct TaskData {
    /// Inputs, a row a sample.
    pub x: DMatrix<f64>,
    /// Targets of the main task.
    pub y: DVector<f64>,
}

/// Data of a main task and its auxiliaries, which share the training inputs.
#[derive(Clone, Debug)]
pub struct RegressionData {
    /// `D_train` with the main task's targets.
    pub train: TaskData,
    /// Auxiliary targets on the training inputs, one vector of length `N` a task.
    pub auxiliaries: Vec<DVector<f64>>,
    /// `D_aux`, the held-out auxiliary set.
    pub auxiliary_set: TaskData,
    /// The test set, if any.
    pub test_set: Option<TaskData>,
}

/// The bilevel problem of mean squared errors on `data`, reduced to quadratics in the eigenbasis of
/// `XᵀX`.
///
/// Every training task has the Hessian `2XᵀX/N`, so there all inner curvatures are diagonal: a
/// gradient step and a Neumann term cost `O(n)`, whatever `N` is. Returns `None` if a sum of
/// products overflows.
pub fn regression<D: Dim>(data: &RegressionData, dim: D) -> Option<QuadraticProblem<D, Diagonal<D>>>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    let hessian = shared_hessian(&data.train.x);
    let (basis, eigenvalues) = eigenbasis(&hessian)?;
    let task = |y: &DVector<f64>| mean_squared_error(&data.train.x, y, &hessian, &basis, &eigenvalues);
    let held_out = |set: &TaskData| reduce(set).map(|loss| loss.in_basis(&basis, dim));
    let tasks: Vec<_> = std::iter::once(&data.train.y)
        .chain(&data.auxiliaries)
        .map(|y| task(y).in_eigenbasis(&basis, &eigenvalues, dim))
        .collect();
    let auxiliary_set = held_out(&data.auxiliary_set)?;
    let test_set = match &data.test_set {
        Some(set) => Some(held_out(set)?),
        None => None,
    };
    let finite = tasks.iter().all(Quadratic::is_finite)
        && auxiliary_set.is_finite()
        && test_set.as_ref().is_none_or(Quadratic::is_finite);
    finite.then(|| QuadraticProblem::new(tasks, auxiliary_set, test_set).rotated_by(basis))
}

/// The mean squared error on a data set, as a quadratic in the model's own coordinates.
fn reduce(set: &TaskData) -> Option<Quadratic<Dyn>> {
    let hessian = shared_hessian(&set.x);
    let (basis, eigenvalues) = eigenbasis(&hessian)?;
    Some(mean_squared_error(&set.x, &set.y, &hessian, &basis, &eigenvalues))
}

/// Orthonormal eigenvectors (columns) and eigenvalues of a positive semidefinite matrix.
fn eigenbasis(matrix: &DMatrix<f64>) -> Option<(DMatrix<f64>, DVector<f64>)> {
    if matrix.iter().any(|x| !x.is_finite()) {
        return None;
    }
    let eigen = SymmetricEigen::try_new(matrix.clone(), f64::EPSILON, 10_000)?;
    // A Gram matrix has no negative eigenvalue; rounding may show one.
    Some((eigen.eigenvectors, eigen.eigenvalues.map(|l| l.max(0.0))))
}
