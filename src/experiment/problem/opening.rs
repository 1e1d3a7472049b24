//! The one kind of problem that the page opens with. Same functions as the complete `problem`.

use serde::Serialize;

use super::data::DataSource;
use crate::constraint::Constraint;

/// The kind of problem.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Problem {
    /// Least squares: mean squared errors of one linear model.
    Regression(Regression),
}

/// `ℓ_k(W) = mean_i (x_i·W - y_ki)²`, every task on the same W and inputs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Regression {
    /// Where the numbers come from.
    pub data: DataSource,
}

impl Problem {
    /// The word that documents write as `kind`.
    pub fn kind(&self) -> &'static str {
        "regression"
    }

    fn data(&self) -> &DataSource {
        let Self::Regression(Regression { data }) = self;
        data
    }

    /// Names of the auxiliary tasks.
    pub(super) fn task_names(&self, _seed: u64) -> Vec<String> {
        self.data().task_names()
    }

    /// `n`, the number of model parameters.
    pub(super) fn n_parameters(&self) -> usize {
        self.data().n_inputs()
    }

    /// The parametrisation of φ if the document names none.
    pub(super) fn default_constraint(&self) -> Constraint {
        Constraint::default()
    }
}
