//! Problems given by formulas.

use crate::combination::Combination;
use crate::experiment::formula::Formula;
use crate::experiment::problem::{AuxSet, Formulas as Document};
use crate::family::{Formulas, TaskFamily};
use crate::problem::GeneralProblem;

/// The problem that a document describes.
pub(super) fn problem(document: &Document, combination: Box<dyn Combination>) -> GeneralProblem {
    let n = document.n_parameters();
    let family = |formulas: Vec<&Formula>| -> Box<dyn TaskFamily> {
        Box::new(Formulas::new(n, formulas.into_iter().map(|formula| formula.expression().clone()).collect()))
    };
    let tasks = std::iter::once(&document.main).chain(document.auxiliaries.iter().map(|task| &task.loss));
    let held_out = match document.aux_set {
        AuxSet::HeldOut => &document.held_out,
        AuxSet::Train => &document.main,
    };
    GeneralProblem::new(
        family(tasks.collect()),
        combination,
        family(vec![held_out]),
        document.test.as_ref().map(|test| family(vec![test])),
    )
}
