//! Reads losses that are formulas.

use crate::error::ExperimentError;
use crate::experiment::Start;
use crate::experiment::formula::{self, Formula, MAX_LENGTH, MAX_PARAMETERS};
use crate::experiment::problem::{Formulas, NamedFormula, Problem};
use crate::experiment::read::MAX_TEXT;
use crate::experiment::read::data::MAX_TASKS;
use crate::experiment::read::fields::{Fields, Node};

type Read<T> = Result<T, ExperimentError>;

/// The fields after `kind`.
pub(super) fn formulas(mut fields: Fields, whole: &Node) -> Read<Formulas> {
    let n = fields.get("n").map(|node| node.count(1, MAX_PARAMETERS, "parameters")).transpose()?;
    let names = n.unwrap_or(MAX_PARAMETERS);
    let main = one(&fields.need("main")?, names)?;
    let tasks = fields.need("auxiliaries")?.list(1, MAX_TASKS, "tasks")?;
    let auxiliaries = tasks.into_iter().map(|node| named(node, names)).collect::<Read<_>>()?;
    let held_out = one(&fields.need("held_out")?, names)?;
    let test = fields.get("test").map(|node| one(&node, names)).transpose()?;
    let aux_set = super::problem::aux_set(&mut fields)?;
    fields.finish()?;
    let formulas = Formulas { n, main, auxiliaries, held_out, test, aux_set };
    if formulas.n_parameters() == 0 {
        return Err(whole.wrong_value("formulas in w1, w2, …", "no variable in any of them"));
    }
    Ok(formulas)
}

fn named(node: Node, n: usize) -> Read<NamedFormula> {
    let mut fields = node.object()?;
    let name = fields.need("name")?.text(MAX_TEXT)?;
    let loss = one(&fields.need("loss")?, n)?;
    fields.finish()?;
    Ok(NamedFormula { name, loss })
}

fn one(node: &Node, n: usize) -> Read<Formula> {
    let text = node.text(MAX_LENGTH)?;
    Formula::parse(&text, n).map_err(|fault| node.wrong_value(fault.expected, fault.found))
}

/// Checks the derivatives of every formula at the start.
pub(in crate::experiment::read) fn check_start(problem: &Problem, start: &Start) -> Read<()> {
    let Problem::Formula(formulas) = problem else { return Ok(()) };
    let zero = vec![0.0; formulas.n_parameters()];
    let w = if start.w.is_empty() { &zero } else { &start.w };
    for (path, formula) in formulas.all() {
        formula::check(formula.expression(), w).map_err(|(expected, found)| {
            ExperimentError::value(format!("problem.{path}"), expected, found)
        })?;
    }
    Ok(())
}
