//! Linear regression with tasks that share the design matrix.

use nalgebra::{DMatrix, DVector};

use super::GeneralProblem;
use crate::combination::Affine;
use crate::family::{SquaredErrors, TaskFamily};

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

/// The bilevel problem of mean squared errors on `data`, reduced once from its samples, which are held for
/// mini-batches. Returns `None` if a sum of products overflows.
pub fn general_regression(data: &RegressionData) -> Option<GeneralProblem> {
    let targets = std::iter::once(&data.train.y).chain(&data.auxiliaries).cloned().collect();
    let tasks = SquaredErrors::new(&data.train.x, targets, 0.0)?;
    let held_out = |set: &TaskData| {
        let family = SquaredErrors::new(&set.x, vec![set.y.clone()], 0.0)?;
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
