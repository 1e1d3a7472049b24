//! Exact answers for problems small enough to solve by hand (`docs/` and the paper use them too).

mod common;

use auxilearn_lab::ihvp::{Neumann, Scaling};
use auxilearn_lab::problem::QuadraticProblem;
use common::{
    alignment_by, assert_close, best_response, centred, exact_hypergradient, outer_loss, round, state_at,
};

const TOLERANCE: f64 = 1e-12;

/// Unit curvatures in one dimension: main optimum 3, auxiliaries at 1 and -4, held-out optimum 1.
fn one_dimensional() -> QuadraticProblem<nalgebra::Dyn, auxilearn_lab::curvature::Dense<nalgebra::Dyn>> {
    QuadraticProblem::new(vec![round(&[3.0]), round(&[1.0]), round(&[-4.0])], round(&[1.0]), None)
}

#[test]
fn oracle_1_best_response_and_hypergradient_in_one_dimension() {
    let problem = one_dimensional();
    let w = best_response(&problem, &[1.0, 1.0]);
    assert!(w[0].abs() < TOLERANCE, "W* = {}", w[0]);
    let found = exact_hypergradient(&problem, &[1.0, 1.0]);
    assert_close("dL_A/dφ", &found, &[-1.0 / 3.0, 4.0 / 3.0], TOLERANCE);
}

#[test]
fn oracle_1_partial_sums_of_the_neumann_series() {
    let problem = one_dimensional();
    // At W* = 0: ∇L_A = -1, ∇ℓ_1 = -1, so a_1 is P_J itself.
    let p = |terms, alpha, scaling| {
        alignment_by(&problem, &[0.0], &[1.0, 1.0], &Neumann { terms, alpha, scaling, damping: 0.0 })[0]
    };
    let sums: Vec<f64> = (0..4).map(|terms| p(terms, 0.25, Scaling::Alpha)).collect();
    let expected = [1.0 / 4.0, 5.0 / 16.0, 21.0 / 64.0, 85.0 / 256.0];
    assert_close("P_0..P_3", &sums, &expected, TOLERANCE);
    assert_close("official", &[-p(3, 0.25, Scaling::Official)], &[-85.0 / 64.0], TOLERANCE);
    let alternating: Vec<f64> = (0..4).map(|terms| p(terms, 2.0 / 3.0, Scaling::Alpha)).collect();
    for (found, expected) in alternating.iter().zip([2.0 / 3.0, 0.0, 2.0 / 3.0, 0.0]) {
        assert!((found - expected).abs() < TOLERANCE, "α = 2/3 alternates: {alternating:?}");
    }
}

#[test]
fn oracle_1_every_optimum_has_the_same_harmful_weight() {
    let problem = one_dimensional();
    for helpful in [0.0, 0.5, 1.0, 7.0] {
        assert!(outer_loss(&problem, &[helpful, 0.4]) < 1e-24, "φ = ({helpful}, 0.4)");
        let gradient = exact_hypergradient(&problem, &[helpful, 0.4]);
        assert!(gradient.iter().all(|g| g.abs() < TOLERANCE), "stationary at φ = ({helpful}, 0.4)");
    }
}

#[test]
fn oracle_2_round_tasks_in_the_plane() {
    let tasks = vec![round(&[0.0, 2.0]), round(&[1.0, 1.0]), round(&[-1.0, -4.0])];
    let problem = QuadraticProblem::new(tasks, round(&[1.0, 1.0]), None);
    let w = best_response(&problem, &[1.0, 1.0]);
    assert!(w[0].abs() < TOLERANCE && (w[1] + 1.0 / 3.0).abs() < TOLERANCE, "W* = {w:?}");
    assert_close("L_A", &[outer_loss(&problem, &[1.0, 1.0])], &[25.0 / 18.0], TOLERANCE);
    let found = exact_hypergradient(&problem, &[1.0, 1.0]);
    assert_close("dL_A/dφ", &found, &[-25.0 / 27.0, 53.0 / 27.0], TOLERANCE);
}

/// Oracle 3: main curvature diag(1, 10), so that H⁻¹ turns the sign of a cosine.
fn sign_flip() -> QuadraticProblem<nalgebra::Dyn, auxilearn_lab::curvature::Dense<nalgebra::Dyn>> {
    let main = centred(&[&[1.0, 0.0], &[0.0, 10.0]], &[0.0, 0.0]);
    QuadraticProblem::new(vec![main, round(&[1.0, -2.0])], round(&[-1.0, -1.0]), None)
}

#[test]
fn oracle_3_curvature_turns_the_sign_of_the_cosine() {
    let problem = sign_flip();
    let state = state_at(&problem, &[0.0, 0.0], &[0.0]);
    let (g, h) = (state.outer_gradient.as_slice(), state.jet.gradient(1));
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let cosine = dot(g, h) / (dot(g, g) * dot(h, h)).sqrt();
    assert_close("cosine", &[cosine], &[0.1_f64.sqrt()], TOLERANCE);
    assert_close("dL_A/dφ", &exact_hypergradient(&problem, &[0.0]), &[0.8], TOLERANCE);
    assert_close("L_A(0)", &[outer_loss(&problem, &[0.0])], &[1.0], TOLERANCE);
    // φ = 0.1: W* = (1/11, -2/101).
    let expected = 0.5 * ((1.0_f64 / 11.0 + 1.0).powi(2) + (-2.0_f64 / 10.1 * 0.1 + 1.0).powi(2));
    let found = outer_loss(&problem, &[0.1]);
    assert_close("L_A(0.1)", &[found], &[expected], TOLERANCE);
    assert!((found - 1.075435).abs() < 5e-7, "L_A(0.1) = {found}");
}

#[test]
fn oracle_3_the_truncated_sign_turns_right_only_from_two_terms_on() {
    let problem = sign_flip();
    let found: Vec<f64> = (0..4)
        .map(|terms| {
            let neumann = Neumann { terms, alpha: 0.1, scaling: Scaling::Alpha, damping: 0.0 };
            alignment_by(&problem, &[0.0, 0.0], &[0.0], &neumann)[0]
        })
        .collect();
    assert_close("a by J", &found, &[0.1, 0.01, -0.071, -0.1439], 1e-11);
}

#[test]
fn oracle_8_equal_curvatures_give_the_barycentre_of_the_task_optima() {
    let optima = [[0.3, -1.0, 2.0], [1.5, 0.25, -0.5], [-2.0, 4.0, 1.0]];
    let tasks = optima.iter().map(|optimum| round(optimum)).collect();
    let problem = QuadraticProblem::new(tasks, round(&[0.0; 3]), None);
    let weights = [1.0, 0.7, 2.3];
    let total: f64 = weights.iter().sum();
    let barycentre: Vec<f64> = (0..3)
        .map(|i| optima.iter().zip(weights).map(|(t, weight)| weight * t[i]).sum::<f64>() / total)
        .collect();
    assert_close("W*", &best_response(&problem, &weights[1..]), &barycentre, TOLERANCE);
}

#[test]
fn oracle_8_the_best_response_solves_the_summed_normal_equations() {
    let tasks = vec![
        centred(&[&[2.0, 0.5], &[0.5, 1.0]], &[1.0, -1.0]),
        centred(&[&[1.0, -0.3], &[-0.3, 3.0]], &[2.0, 0.5]),
    ];
    let problem = QuadraticProblem::new(tasks, round(&[0.0, 0.0]), None);
    // φ = 2: A = [[4, -0.1], [-0.1, 7]], b = (1.5, -0.5) + 2·(1.85, 0.9) = (5.2, 1.3).
    let determinant = 4.0 * 7.0 - 0.01;
    let expected = [(7.0 * 5.2 + 0.1 * 1.3) / determinant, (4.0 * 1.3 + 0.1 * 5.2) / determinant];
    assert_close("W*", &best_response(&problem, &[2.0]), &expected, TOLERANCE);
}
