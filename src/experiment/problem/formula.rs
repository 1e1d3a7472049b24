//! Losses as formulas.

use serde::Serialize;

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
    /// `L_A`; the main training loss if absent, which documents write as `"train"`.
    #[serde(serialize_with = "or_train")]
    pub aux_set: Option<Formula>,
    /// The test loss.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<Formula>,
}

/// An auxiliary loss.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NamedFormula {
    /// Shown to people.
    pub name: String,
    /// The loss.
    pub loss: Formula,
}

fn or_train<S: serde::Serializer>(formula: &Option<Formula>, serializer: S) -> Result<S::Ok, S::Error> {
    match formula {
        Some(formula) => formula.serialize(serializer),
        None => serializer.serialize_str("train"),
    }
}

impl Formulas {
    /// Every formula with its path in the problem.
    pub(in crate::experiment) fn all(&self) -> impl Iterator<Item = (String, &Formula)> {
        let auxiliaries = self.auxiliaries.iter().enumerate();
        let auxiliaries = auxiliaries.map(|(k, task)| (format!("auxiliaries[{k}].loss"), &task.loss));
        let held_out = [("aux_set", self.aux_set.as_ref()), ("test", self.test.as_ref())];
        let held_out = held_out.into_iter().filter_map(|(name, formula)| Some((name.to_owned(), formula?)));
        std::iter::once(("main".to_owned(), &self.main)).chain(auxiliaries).chain(held_out)
    }

    /// `n`.
    pub(in crate::experiment) fn n_parameters(&self) -> usize {
        let highest = self.all().map(|(_, formula)| formula.expression().n_parameters()).max();
        self.n.or(highest).unwrap_or_default()
    }
}
