//! Linear regression with tasks that share the design matrix: quadratic, and diagonal at once.

use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DVector, DefaultAllocator, Dim};

use super::{GeneralProblem, QuadraticProblem};
use crate::combination::Affine;
use crate::curvature::Diagonal;
use crate::family::{LinearModel, Quadratics, SampleLoss, Samples, TaskFamily};
use crate::loss::Quadratic;
use crate::loss::regression::SharedHessian;

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
    let shared = SharedHessian::of(&data.train.x)?;
    let held_out = |set: &TaskData| {
        let loss = SharedHessian::of(&set.x)?.mean_squared_error(&set.x, &set.y);
        Some(loss.in_basis(&shared.basis, dim))
    };
    let tasks: Vec<_> = std::iter::once(&data.train.y)
        .chain(&data.auxiliaries)
        .map(|y| shared.mean_squared_error(&data.train.x, y))
        .map(|loss| loss.in_eigenbasis(&shared.basis, &shared.eigenvalues, dim))
        .collect();
    let auxiliary_set = held_out(&data.auxiliary_set)?;
    let test_set = match &data.test_set {
        Some(set) => Some(held_out(set)?),
        None => None,
    };
    let finite = tasks.iter().all(Quadratic::is_finite)
        && auxiliary_set.is_finite()
        && test_set.as_ref().is_none_or(Quadratic::is_finite);
    finite.then(|| QuadraticProblem::new(tasks, auxiliary_set, test_set).rotated_by(&shared.basis))
}

/// The same regression as a general problem: reduced to quadratics in the model's own coordinates,
/// its samples kept for mini-batches. Returns `None` if a sum of products overflows.
pub fn general_regression(data: &RegressionData) -> Option<GeneralProblem> {
    let targets = std::iter::once(&data.train.y).chain(&data.auxiliaries).cloned().collect();
    let tasks = squared_errors(&data.train.x, targets, 0.0)?;
    let held_out = |set: &TaskData| {
        let family = squared_errors(&set.x, vec![set.y.clone()], 0.0)?;
        Some(Box::new(family) as Box<dyn TaskFamily>)
    };
    let test_set = match &data.test_set {
        Some(set) => Some(held_out(set)?),
        None => None,
    };
    let combination = Affine::linear(data.auxiliaries.len());
    Some(GeneralProblem::new(
        Box::new(tasks),
        Box::new(combination),
        held_out(&data.auxiliary_set)?,
        test_set,
    ))
}

/// Mean squared errors on one design matrix, reduced to quadratics; `½ l2 ‖w‖²` on top of the first.
/// `None` if a sum of products overflows.
pub fn squared_errors(x: &DMatrix<f64>, targets: Vec<DVector<f64>>, l2: f64) -> Option<Quadratics> {
    let shared = SharedHessian::of(x)?;
    let mut losses: Vec<_> = targets.iter().map(|y| shared.mean_squared_error(x, y)).collect();
    if l2 > 0.0 {
        let main = losses.remove(0);
        losses.insert(0, main.with_ridge(l2));
    }
    let data = LinearModel::new(Samples::new(x, targets), SampleLoss::Squared, l2);
    losses.iter().all(Quadratic::is_finite).then(|| Quadratics::of_data(losses, data))
}
