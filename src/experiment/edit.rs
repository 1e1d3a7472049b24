//! Edits of a document that a picture can be dragged into: optima, curvatures, the start, the series.
//!
//! An edit touches only what it is about and leaves the rest of the user's document as it was written.
//! What is made by it is a document like any other, to be read and checked again.

use super::build::quadratics;
use super::data::rows;
use super::json::Json;
use super::problem::{Curvature, NamedQuadratic, Problem, QuadraticForm, QuadraticSource};
use super::{Experiment, problem};
use crate::sampled::{NeumannSetting, Role};
use nalgebra::DVector;

/// Largest generated quadratics whose numbers are written out.
const WRITTEN_OUT: usize = 10;

/// Moves the optimum of one loss by `by` (`n`). Says whether it could: of quadratics that are given
/// (see [`write_out`]) and of regressions, whose targets follow the optimum: the true parameters of
/// generated ones move by as much, given targets `y` become `y + x·by`. The held-out optimum of a
/// generated regression goes with that of the main task.
///
/// Centres and true parameters are written to the nearest multiple of `unit`, if one is given.
pub fn move_optimum(document: &mut Json, of: Role, by: &[f64], unit: Option<f64>) -> bool {
    let Some((kind, data)) = problem_data(document, of) else { return false };
    match (kind.as_str(), source(data).as_str()) {
        ("quadratic", "inline") => form(data, of).is_some_and(|form| shift_form(form, by, unit)),
        ("regression", "generated") => {
            let truth = match of {
                Role::Main => data.get_mut("main"),
                Role::Auxiliary(k) => item(data.get_mut("auxiliaries"), k),
                Role::HeldOut => None,
            };
            truth.and_then(|task| task.get_mut("w")).is_some_and(|w| shift(w, by, unit))
        }
        ("regression", "inline") => shift_targets(data, of, by),
        _ => false,
    }
}

/// Returns whether losses can be bent: those of quadratics that are given.
pub fn can_bend(document: &Json) -> bool {
    let problem = document.get("problem");
    let given = |problem: &Json| problem.get("data").is_some_and(|data| source(data) == "inline");
    problem.is_some_and(|problem| text(problem, "kind") == "quadratic" && given(problem))
}

/// Gives one loss of a quadratic problem another curvature `A` (`n×n`, symmetric) about its optimum
/// `centre` (`n`). Says whether it could.
pub fn bend(document: &mut Json, of: Role, centre: &[f64], curvature: &[Vec<f64>]) -> bool {
    let Some((kind, data)) = problem_data(document, of) else { return false };
    if kind != "quadratic" || source(data) != "inline" {
        return false;
    }
    let Some(form) = form(data, of) else { return false };
    if let (Some(a), Some(b)) = (form.get("a"), form.get("b")) {
        let Some(b) = a.as_rows().and_then(|_| b.as_numbers()) else { return false };
        // ½ wᵀaw - b·w + c has the value c - ½ b·centre at its optimum.
        let floor = number(form, "c") - 0.5 * dot(&b, centre);
        for name in ["a", "b", "c"] {
            form.remove(name);
        }
        form.set("centre", Json::numbers(centre));
        form.set("floor", Json::Number(floor));
    }
    form.set("curvature", Json::List(curvature.iter().map(|row| Json::numbers(row)).collect()));
    true
}

/// Starts every lane at another W (`n`) or φ (`m`).
pub fn start_at(document: &mut Json, w: Option<&[f64]>, phi: Option<&[f64]>) {
    if document.get("start").is_none() {
        document.set("start", Json::Object(Vec::new()));
    }
    let Some(start) = document.get_mut("start") else { return };
    for (name, values) in [("w", w), ("phi", phi)] {
        if let Some(values) = values {
            start.set(name, Json::numbers(values));
        }
    }
}

/// Gives one lane another truncated Neumann series. Says whether it uses one. A label, which may name the series
/// that the lane had, is made one of the new series.
pub fn use_series(document: &mut Json, lane: usize, series: &NeumannSetting) -> bool {
    let Some(lane) = item(document.get_mut("lanes"), lane) else { return false };
    let labelled = lane.get("label").is_some();
    let product = lane.get_mut("method").and_then(|method| method.get_mut("inverse_hvp"));
    let Some(product) = product.filter(|product| text(product, "kind") == "neumann") else { return false };
    product.set("terms", Json::Number(series.terms as f64));
    product.set("alpha", Json::Number(series.alpha));
    let scaling = if series.official { "official" } else { "alpha" };
    product.set("scaling", Json::Text(scaling.to_owned()));
    product.remove("damping");
    if series.damping > 0.0 {
        product.set("damping", Json::Number(series.damping));
    }
    if labelled {
        lane.set("label", Json::Text(series_label(series)));
    }
    true
}

/// `Neumann, J = 9, α = 0.195`.
fn series_label(series: &NeumannSetting) -> String {
    let short = |x: f64| format!("{x:.2e}").parse::<f64>().unwrap_or(x);
    let mut label = format!("Neumann, J = {}, α = {}", series.terms, short(series.alpha));
    if series.damping > 0.0 {
        label.push_str(&format!(", δ = {}", short(series.damping)));
    }
    if series.official {
        label.push_str(", without the factor α");
    }
    label
}

/// Has every row record the exact hypergradient and the spectrum of `H` too.
pub fn measure(document: &mut Json) {
    document.set("diagnostics", Json::Truth(true));
}

/// Writes the numbers of a generated quadratic problem of at most ten parameters and tasks into its document:
/// the losses are the same, to the last bit, and can be moved. Says whether anything was written.
pub fn write_out(document: &mut Json, experiment: &Experiment) -> bool {
    let Problem::Quadratic(problem::Quadratic { data: QuadraticSource::Generated(data), .. }) =
        &experiment.problem
    else {
        return false;
    };
    let Some(place) = document.get_mut("problem").and_then(|problem| problem.get_mut("data")) else {
        return false;
    };
    if data.n.max(data.n_auxiliaries) > WRITTEN_OUT {
        return false;
    }
    let drawn = quadratics::drawn(data, experiment.seed);
    let tasks = drawn.auxiliaries.iter().map(|NamedQuadratic { name, form }| {
        let mut task = vec![("name".to_owned(), Json::Text(name.clone()))];
        task.extend(fields(form));
        Json::Object(task)
    });
    let mut written = vec![
        ("source".to_owned(), Json::Text("inline".to_owned())),
        ("main".to_owned(), Json::Object(fields(&drawn.main))),
        ("auxiliaries".to_owned(), Json::List(tasks.collect())),
        ("aux_set".to_owned(), Json::Object(fields(&drawn.aux_set))),
    ];
    written.extend(drawn.test.iter().map(|test| ("test".to_owned(), Json::Object(fields(test)))));
    *place = Json::Object(written);
    true
}

/// The fields of a quadratic.
fn fields(form: &QuadraticForm) -> Vec<(String, Json)> {
    let matrix = |a: &Vec<Vec<f64>>| Json::List(a.iter().map(|row| Json::numbers(row)).collect());
    let fields = match form {
        QuadraticForm::Centred { centre, curvature, floor } => vec![
            Some(("centre", Json::numbers(centre))),
            curvature.as_ref().map(|curvature| match curvature {
                Curvature::Diagonal(diagonal) => ("curvature", Json::numbers(diagonal)),
                Curvature::Full(rows) => ("curvature", matrix(rows)),
            }),
            (*floor != 0.0).then_some(("floor", Json::Number(*floor))),
        ],
        QuadraticForm::Explicit { a, b, c } => {
            vec![Some(("a", matrix(a))), Some(("b", Json::numbers(b))), Some(("c", Json::Number(*c)))]
        }
    };
    fields.into_iter().flatten().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Kind of the problem and its data; `None` for a held-out loss that the document takes from the
/// training set.
fn problem_data(document: &mut Json, of: Role) -> Option<(String, &mut Json)> {
    let problem = document.get_mut("problem")?;
    if of == Role::HeldOut && text(problem, "aux_set") == "train" {
        return None;
    }
    Some((text(problem, "kind"), problem.get_mut("data")?))
}

fn text(object: &Json, name: &str) -> String {
    match object.get(name) {
        Some(Json::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

fn number(object: &Json, name: &str) -> f64 {
    if let Some(Json::Number(x)) = object.get(name) { *x } else { 0.0 }
}

fn source(data: &Json) -> String {
    text(data, "source")
}

fn item(list: Option<&mut Json>, k: usize) -> Option<&mut Json> {
    let Some(Json::List(items)) = list else { return None };
    items.get_mut(k)
}

/// A loss of a quadratic problem that is given.
fn form(data: &mut Json, of: Role) -> Option<&mut Json> {
    let form = match of {
        Role::Main => data.get_mut("main"),
        Role::Auxiliary(k) => item(data.get_mut("auxiliaries"), k),
        Role::HeldOut => data.get_mut("aux_set"),
    };
    form.filter(|form| matches!(form, Json::Object(_)))
}

/// `list + by`, if they are as long, to the nearest multiple of `unit`.
fn shift(list: &mut Json, by: &[f64], unit: Option<f64>) -> bool {
    let Some(values) = list.as_numbers().filter(|values| values.len() == by.len()) else { return false };
    let moved = values.iter().zip(by).map(|(x, d)| unit.map_or(x + d, |unit| nearest(x + d, unit)));
    *list = Json::numbers(&moved.collect::<Vec<_>>());
    true
}

/// The multiple of `unit`, a power of ten, that is nearest to `x`.
pub fn nearest(x: f64, unit: f64) -> f64 {
    // Divided by a whole number, a decimal is the nearest to what it reads as.
    if unit >= 1.0 { (x / unit).round() * unit } else { (x / unit).round() / (1.0 / unit).round() }
}

/// `L(w - by)`: the centre moves; `½ wᵀaw - b·w + c` becomes `½ wᵀaw - (b + a·by)·w + c + b·by + ½ byᵀa·by`.
fn shift_form(form: &mut Json, by: &[f64], unit: Option<f64>) -> bool {
    if let Some(centre) = form.get_mut("centre") {
        return shift(centre, by, unit);
    }
    let (a, b) = (form.get("a").and_then(Json::as_rows), form.get("b").and_then(Json::as_numbers));
    let (Some(a), Some(b)) = (a, b) else { return false };
    if b.len() != by.len() {
        return false;
    }
    let moved = rows(&a) * DVector::from_column_slice(by);
    let c = number(form, "c") + dot(&b, by) + 0.5 * dot(moved.as_slice(), by);
    form.set("b", Json::numbers(&b.iter().zip(moved.iter()).map(|(b, m)| b + m).collect::<Vec<_>>()));
    form.set("c", Json::Number(c));
    true
}

/// `y + x·by` for the targets of one task of a regression that is given.
fn shift_targets(data: &mut Json, of: Role, by: &[f64]) -> bool {
    let set = if of == Role::HeldOut { "aux_set" } else { "train" };
    let Some(set) = data.get_mut(set) else { return false };
    let Some(x) = set.get("x").and_then(Json::as_rows) else { return false };
    if x.iter().any(|row| row.len() != by.len()) {
        return false;
    }
    let moved: Vec<f64> = x.iter().map(|row| dot(row, by)).collect();
    let targets = match of {
        Role::Auxiliary(k) => item(set.get_mut("aux"), k),
        Role::Main | Role::HeldOut => set.get_mut("main"),
    };
    targets.is_some_and(|targets| shift(targets, &moved, None))
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
