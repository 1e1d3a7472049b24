//! Reads quadratic losses.

use crate::error::ExperimentError;
use crate::experiment::problem::{
    Curvature, GeneratedQuadratics, InlineQuadratics, NamedQuadratic, QuadraticForm, QuadraticSource,
};
use crate::experiment::read::data::{MAX_DATUM, MAX_PARAMETERS, MAX_TASKS, is_train};
use crate::experiment::read::fields::{Fields, Node, shown};
use crate::experiment::read::{MAX_RATE, MAX_TEXT};

type Read<T> = Result<T, ExperimentError>;

/// `problem.data` of a quadratic problem.
pub(super) fn source(node: Node) -> Read<QuadraticSource> {
    match node.clone().object()?.tag("source", &["inline", "generated"])? {
        "inline" => inline(node).map(QuadraticSource::Inline),
        _ => generated(node).map(QuadraticSource::Generated),
    }
}

fn generated(node: Node) -> Read<GeneratedQuadratics> {
    let mut fields = node.object()?;
    fields.get("source");
    let n = fields.need("n")?.count(1, MAX_PARAMETERS, "parameters")?;
    let n_auxiliaries = fields.need("n_auxiliaries")?.count(1, MAX_TASKS, "tasks")?;
    let condition_node = fields.get("condition");
    let mut or = |name, default: f64, low: f64| {
        fields.get(name).map_or(Ok(default), |node| node.number(low, MAX_RATE))
    };
    let (condition, noise, spread) =
        (or("condition", 1.0, 1.0)?, or("noise", 1.0, 0.0)?, or("spread", 1.0, 0.0)?);
    fields.finish()?;
    if let Some(node) = condition_node.filter(|_| n == 1 && condition > 1.0) {
        return Err(node.wrong_value("1, in one dimension", shown(condition)));
    }
    Ok(GeneratedQuadratics { n, n_auxiliaries, condition, noise, spread })
}

fn inline(node: Node) -> Read<InlineQuadratics> {
    let mut fields = node.object()?;
    fields.get("source");
    let main = whole_form(fields.need("main")?, None)?;
    let n = main.n();
    let auxiliaries = fields.need("auxiliaries")?.list(1, MAX_TASKS, "tasks")?;
    let auxiliaries = auxiliaries.into_iter().map(|node| named(node, n)).collect::<Read<_>>()?;
    let aux_set = fields.need("aux_set")?;
    let aux_set = if is_train(&aux_set)? { main.clone() } else { whole_form(aux_set, Some(n))? };
    let test = fields.get("test").map(|node| whole_form(node, Some(n))).transpose()?;
    fields.finish()?;
    Ok(InlineQuadratics { main, auxiliaries, aux_set, test })
}

fn named(node: Node, n: usize) -> Read<NamedQuadratic> {
    let mut fields = node.clone().object()?;
    let name = fields.need("name")?.text(MAX_TEXT)?;
    let form = form(&mut fields, Some(n))?;
    fields.finish()?;
    Ok(NamedQuadratic { name, form })
}

fn whole_form(node: Node, n: Option<usize>) -> Read<QuadraticForm> {
    let mut fields = node.object()?;
    let form = form(&mut fields, n)?;
    fields.finish()?;
    Ok(form)
}

/// `centre`, `curvature`, `floor`, or `a`, `b`, `c`.
fn form(fields: &mut Fields, n: Option<usize>) -> Read<QuadraticForm> {
    let counts = n.map_or((1, MAX_PARAMETERS), |n| (n, n));
    let constant = |fields: &mut Fields, name| {
        fields.get(name).map_or(Ok(0.0), |node| node.number(-MAX_DATUM, MAX_DATUM))
    };
    if let Some(a) = fields.get("a") {
        let b = fields.need("b")?.numbers(counts, -MAX_DATUM, MAX_DATUM)?;
        let a = symmetric(&a, b.len())?;
        return Ok(QuadraticForm::Explicit { a, b, c: constant(fields, "c")? });
    }
    let centre = fields.need("centre")?.numbers(counts, -MAX_DATUM, MAX_DATUM)?;
    let curvature = fields.get("curvature").map(|node| curvature(&node, centre.len())).transpose()?;
    Ok(QuadraticForm::Centred { centre, curvature, floor: constant(fields, "floor")? })
}

fn curvature(node: &Node, n: usize) -> Read<Curvature> {
    let entries = node.list(n, n, "numbers, or lists of them")?;
    if entries[0].is_list() {
        symmetric(node, n).map(Curvature::Full)
    } else {
        node.numbers((n, n), -MAX_DATUM, MAX_DATUM).map(Curvature::Diagonal)
    }
}

/// A symmetric matrix, row by row.
fn symmetric(node: &Node, n: usize) -> Read<Vec<Vec<f64>>> {
    let rows = node.list(n, n, "rows")?;
    let matrix: Vec<Vec<f64>> =
        rows.iter().map(|row| row.numbers((n, n), -MAX_DATUM, MAX_DATUM)).collect::<Read<_>>()?;
    for (i, row) in matrix.iter().enumerate() {
        for (j, &entry) in row.iter().enumerate().take(i) {
            if entry != matrix[j][i] {
                let found = format!("{entry} at [{i}][{j}] and {} at [{j}][{i}]", matrix[j][i]);
                return Err(node.wrong_value("a symmetric matrix", found));
            }
        }
    }
    Ok(matrix)
}
