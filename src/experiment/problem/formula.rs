//! Losses as formulas.

use serde::Serialize;

use super::AuxSet;
use crate::experiment::formula::Formula;

/// `ℓ_k(W)` by a formula each.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Formulas {
    /// Number of model parameters; the highest that occurs if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<usize>,
    /// The main training loss.
    pub main: Formula,
    /// The auxiliary losses.
    pub auxiliaries: Vec<NamedFormula>,
    /// The main loss on held-out data, `L_A`.
    pub held_out: Formula,
    /// The test loss.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<Formula>,
    /// Where `L_A` is taken.
    #[serde(skip_serializing_if = "AuxSet::is_held_out")]
    pub aux_set: AuxSet,
}

/// An auxiliary loss.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NamedFormula {
    /// Shown to people.
    pub name: String,
    /// The loss.
    pub loss: Formula,
}

impl Formulas {
    /// Every formula with its path in the problem.
    pub(in crate::experiment) fn all(&self) -> impl Iterator<Item = (String, &Formula)> {
        let auxiliaries = self.auxiliaries.iter().enumerate();
        let auxiliaries = auxiliaries.map(|(k, task)| (format!("auxiliaries[{k}].loss"), &task.loss));
        let test = self.test.iter().map(|test| ("test".to_owned(), test));
        let main = [("main", &self.main), ("held_out", &self.held_out)];
        main.map(|(name, formula)| (name.to_owned(), formula)).into_iter().chain(auxiliaries).chain(test)
    }

    /// `n`.
    pub(in crate::experiment) fn n_parameters(&self) -> usize {
        let highest = self.all().map(|(_, formula)| formula.expression().n_parameters()).max();
        self.n.or(highest).unwrap_or_default()
    }
}
