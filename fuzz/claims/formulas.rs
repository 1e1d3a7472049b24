//! Formulas: a mistake is shown inside the text; of what is accepted, derivatives are those of its values.

use auxilearn_lab::curvature::Curvature;
use auxilearn_lab::experiment::Experiment;
use auxilearn_lab::experiment::formula::{MAX_LENGTH, MAX_NESTING};
use auxilearn_lab::problem::{BilevelProblem, InnerObjective, TaskJet};
use nalgebra::DVector;
use serde_json::json;

/// Model parameters of the problem that a formula stands in.
const N: usize = 3;

/// The text of a formula, as the main loss of a problem in three parameters.
pub fn formula(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let document = json!({"schema": 1, "title": "", "seed": 0, "steps": 3, "start": {"w": [0.3, -0.7, 1.1]},
        "problem": {"kind": "formula", "n": N, "main": text, "held_out": "w1^2+w2^2+w3^2",
            "auxiliaries": [{"name": "a", "loss": "(w1-1)^2+w2^2+w3^2"}]},
        "lanes": [{"method": {"kind": "implicit", "inner": {"kind": "gradient_descent", "lr": 0.01, "steps": 2},
            "outer": {"kind": "sgd", "lr": 0.01}, "inverse_hvp": {"kind": "direct"}}}]});
    match Experiment::from_json(&document.to_string()) {
        Err(error) => {
            super::refused(&error);
            assert_eq!(error.field(), "problem.main");
            inside(error.found(), text.chars().count());
        }
        Ok(experiment) => {
            assert!(text.chars().count() <= MAX_LENGTH && nesting(&text) <= MAX_NESTING, "beyond the limits");
            let problem = experiment.general_problem().expect("a formula has no data that overflow");
            for place in [[0.3, -0.7, 1.1], [0.9, 0.4, -0.2], [-1.6, 2.3, 0.8]] {
                smooth(&problem, &DVector::from_row_slice(&place));
            }
            super::experiment(&document.to_string());
        }
    }
}

/// Where a mistake has a place, that is in the text, or right after it.
fn inside(found: &str, length: usize) {
    if let Some(rest) = found.split(" at character ").nth(1)
        && let Some(place) = rest.split(':').next().and_then(|place| place.parse::<usize>().ok())
    {
        assert!((1..=length + 1).contains(&place), "character {place} of {length}");
        assert!(rest.contains('»') && rest.contains('«'), "{found}");
    }
}

/// Deepest nesting of parentheses.
fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// The gradient at `w` is the difference of values, the Hessian that of gradients: wherever differences of two
/// step sizes agree with each other, which they do where a formula is smooth and its numbers are of a size to subtract.
fn smooth(problem: &(impl BilevelProblem<nalgebra::Dyn> + ?Sized), w: &DVector<f64>) {
    let at = |w: &DVector<f64>| {
        let mut jet = TaskJet::zeros(problem.dim(), problem.n_auxiliaries());
        problem.tasks_at(w, &mut jet);
        let mut all = jet.gradient(0).to_vec();
        all.push(jet.value(0));
        all
    };
    let mut inner = problem.inner();
    inner.set_phi(&[0.0]);
    let hessian = inner.hessian(w);
    let here = at(w);
    if !here.iter().all(|x| x.is_finite()) {
        return;
    }
    for i in 0..N {
        let mut expected = vec![0.0; N];
        hessian.apply(&[0, 1, 2].map(|j| if i == j { 1.0 } else { 0.0 }), &mut expected);
        expected.push(here[i]);
        let slopes = |h: f64| {
            let (mut up, mut down) = (w.clone(), w.clone());
            (up[i], down[i]) = (w[i] + h, w[i] - h);
            let width = up[i] - down[i];
            at(&up).iter().zip(at(&down)).map(|(a, b)| (a - b) / width).collect::<Vec<f64>>()
        };
        let (wide, middle, narrow) = (slopes(1e-3), slopes(1e-4), slopes(1e-5));
        for (k, &derivative) in expected.iter().enumerate() {
            let size = 1.0 + here[k].abs();
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-4 * (a.abs() + b.abs()) + 1e-9 * size;
            let agree = near(wide[k], middle[k]) && near(middle[k], narrow[k]) && wide[k].is_finite();
            let close = (derivative - middle[k]).abs() <= 1e-2 * middle[k].abs() + 1e-6 * size;
            // A derivative that is no number, as where squares overflow on the way, ends a lane with a status.
            let fine = !agree || close || !derivative.is_finite();
            let by = middle[k];
            assert!(fine, "component {k} along w{}: {derivative}, by differences {by}", i + 1);
        }
    }
}
