//! Exact answers for problems small enough to solve by hand (`docs/` and the paper use them too).

use crate::agreement::assert_close;
use crate::common::{alignment_by, best_response, centred, exact_hypergradient, outer_loss, round, state_at};
use auxilearn_lab::combination::Affine;
use auxilearn_lab::constraint::{Constraint, Exp, Free, Masked, Parametrise};
use auxilearn_lab::family::{
    LearnedLabels, LinearModel, Quadratics, Ridge, SampleLoss, SampleWeights, Samples, TaskFamily,
};
use auxilearn_lab::hypergradient::{Estimator, FiniteDifference, GeneralImplicit, Unrolled};
use auxilearn_lab::ihvp::{Direct, Ihvp, InverseHvp, InverseHvpKind, Neumann, Scaling, Workspace};
use auxilearn_lab::inner::GradientDescent;
use auxilearn_lab::loss::Quadratic;
use auxilearn_lab::method::{BestResponse, MethodKind};
use auxilearn_lab::problem::{BilevelProblem, GeneralProblem, InnerObjective, QuadraticProblem};
use auxilearn_lab::run::{LaneSpec, Run};
use auxilearn_lab::trace::QuantityKind as Q;
use nalgebra::{DMatrix, DVector, Dyn};

const TOLERANCE: f64 = 1e-12;

/// Asserts `claim` of the problem as quadratics and as a general one.
macro_rules! both {
    ($tasks:expr, $held_out:expr, $claim:ident) => {{
        let (tasks, held_out) = ($tasks, $held_out);
        $claim(&general(Quadratics::new(tasks.clone()), Affine::linear(tasks.len() - 1), held_out.clone()));
        $claim(&QuadraticProblem::new(tasks, held_out, None));
    }};
}

/// A problem whose held-out loss is a quadratic.
fn general(
    tasks: impl TaskFamily + 'static,
    combination: Affine,
    held_out: Quadratic<Dyn>,
) -> GeneralProblem {
    let held_out = Box::new(Quadratics::new(vec![held_out]));
    GeneralProblem::new(Box::new(tasks), Box::new(combination), held_out, None)
}

/// Unit curvatures in one dimension: main optimum 3, auxiliaries at 1 and -4, held-out optimum 1.
fn one_dimensional() -> Vec<Quadratic<Dyn>> {
    vec![round(&[3.0]), round(&[1.0]), round(&[-4.0])]
}

#[test]
fn oracle_1_best_response_and_hypergradient_in_one_dimension() {
    both!(one_dimensional(), round(&[1.0]), response_and_hypergradient);
}

fn response_and_hypergradient(problem: &impl BilevelProblem<Dyn>) {
    let w = best_response(problem, &[1.0, 1.0]);
    assert!(w[0].abs() < TOLERANCE, "W* = {}", w[0]);
    let found = exact_hypergradient(problem, &[1.0, 1.0]);
    assert_close("dL_A/dφ", &found, &[-1.0 / 3.0, 4.0 / 3.0], TOLERANCE);
}

#[test]
fn oracle_1_partial_sums_of_the_neumann_series() {
    both!(one_dimensional(), round(&[1.0]), partial_sums);
}

fn partial_sums(problem: &impl BilevelProblem<Dyn>) {
    // At W* = 0: ∇L_A = -1, ∇ℓ_1 = -1, so a_1 is P_J itself.
    let p = |terms, alpha, scaling| {
        alignment_by(problem, &[0.0], &[1.0, 1.0], &Neumann { terms, alpha, scaling, damping: 0.0 })[0]
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
    both!(one_dimensional(), round(&[1.0]), same_harmful_weight);
}

fn same_harmful_weight(problem: &impl BilevelProblem<Dyn>) {
    for helpful in [0.0, 0.5, 1.0, 7.0] {
        assert!(outer_loss(problem, &[helpful, 0.4]) < 1e-24, "φ = ({helpful}, 0.4)");
        let gradient = exact_hypergradient(problem, &[helpful, 0.4]);
        assert!(gradient.iter().all(|g| g.abs() < TOLERANCE), "stationary at φ = ({helpful}, 0.4)");
    }
}

#[test]
fn oracle_2_round_tasks_in_the_plane() {
    both!(
        vec![round(&[0.0, 2.0]), round(&[1.0, 1.0]), round(&[-1.0, -4.0])],
        round(&[1.0, 1.0]),
        in_the_plane
    );
}

fn in_the_plane(problem: &impl BilevelProblem<Dyn>) {
    let w = best_response(problem, &[1.0, 1.0]);
    assert!(w[0].abs() < TOLERANCE && (w[1] + 1.0 / 3.0).abs() < TOLERANCE, "W* = {w:?}");
    assert_close("L_A", &[outer_loss(problem, &[1.0, 1.0])], &[25.0 / 18.0], TOLERANCE);
    let found = exact_hypergradient(problem, &[1.0, 1.0]);
    assert_close("dL_A/dφ", &found, &[-25.0 / 27.0, 53.0 / 27.0], TOLERANCE);
}

/// Oracle 3: main curvature diag(1, 10), so that H⁻¹ turns the sign of a cosine.
fn sign_flip() -> Vec<Quadratic<Dyn>> {
    vec![centred(&[&[1.0, 0.0], &[0.0, 10.0]], &[0.0, 0.0]), round(&[1.0, -2.0])]
}

#[test]
fn oracle_3_curvature_turns_the_sign_of_the_cosine() {
    both!(sign_flip(), round(&[-1.0, -1.0]), turned_sign);
}

fn turned_sign(problem: &impl BilevelProblem<Dyn>) {
    let state = state_at(problem, &[0.0, 0.0], &[0.0]);
    let (g, h) = (state.outer_gradient.as_slice(), state.jet.gradient(1));
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let cosine = dot(g, h) / (dot(g, g) * dot(h, h)).sqrt();
    assert_close("cosine", &[cosine], &[0.1_f64.sqrt()], TOLERANCE);
    assert_close("dL_A/dφ", &exact_hypergradient(problem, &[0.0]), &[0.8], TOLERANCE);
    assert_close("L_A(0)", &[outer_loss(problem, &[0.0])], &[1.0], TOLERANCE);
    // φ = 0.1: W* = (1/11, -2/101).
    let expected = 0.5 * ((1.0_f64 / 11.0 + 1.0).powi(2) + (-2.0_f64 / 10.1 * 0.1 + 1.0).powi(2));
    let found = outer_loss(problem, &[0.1]);
    assert_close("L_A(0.1)", &[found], &[expected], TOLERANCE);
    assert!((found - 1.075435).abs() < 5e-7, "L_A(0.1) = {found}");
}

#[test]
fn oracle_3_the_truncated_sign_turns_right_only_from_two_terms_on() {
    both!(sign_flip(), round(&[-1.0, -1.0]), truncated_sign);
}

fn truncated_sign(problem: &impl BilevelProblem<Dyn>) {
    let found: Vec<f64> = (0..4)
        .map(|terms| {
            let neumann = Neumann { terms, alpha: 0.1, scaling: Scaling::Alpha, damping: 0.0 };
            alignment_by(problem, &[0.0, 0.0], &[0.0], &neumann)[0]
        })
        .collect();
    assert_close("a by J", &found, &[0.1, 0.01, -0.071, -0.1439], 1e-11);
}

#[test]
fn oracle_1_a_step_of_0_7_diverges() {
    // H = 3: 2/λ_max = 2/3.
    let (h, v) =
        (auxilearn_lab::curvature::Dense(DMatrix::from_element(1, 1, 3.0)), DVector::from_element(1, -1.0));
    let by = |terms, alpha| {
        let (mut x, neumann) = (v.clone(), Neumann { terms, alpha, scaling: Scaling::Alpha, damping: 0.0 });
        let product = neumann.apply(&h, &v, &mut x, &mut Workspace::new(Dyn(1))).expect("a product");
        assert_eq!(product, Ihvp::Sound);
        x[0].abs()
    };
    assert!(by(101, 0.7) > 1.09 * by(99, 0.7), "each term is 1.1 times the last");
    assert!((by(100, 0.6) - 1.0 / 3.0).abs() < 1e-9, "it converges to 1/H");
}

/// Oracle 4 at this `a`: `L_T = (w - a)²`, a learned label; of `L_A = aw - 2a + 1` what W sees.
fn with_direct_term(a: f64) -> GeneralProblem {
    let one = |x: f64| Samples::new(&DMatrix::from_element(1, 1, x), vec![DVector::zeros(1)]);
    let nothing = LinearModel::new(one(0.0), SampleLoss::Squared, 0.0);
    let label = LearnedLabels::new(nothing, one(1.0), SampleLoss::Squared, 1.0);
    let combination = Affine::labels(1, label.curvature());
    let held_out = Quadratic::explicit(DMatrix::zeros(1, 1), &DVector::from_element(1, -a), 1.0 - 2.0 * a);
    general(label, combination, held_out)
}

/// Where descent on `dL_A/da`, its direct term `w - 2` added, comes to rest at the best response `w = a`.
fn rest(estimator: impl Fn(&GeneralProblem) -> Box<dyn Estimator<Dyn, GeneralProblem>>) -> f64 {
    let mut a = 0.3;
    for _ in 0..500 {
        let problem = with_direct_term(a);
        let w = best_response(&problem, &[a]);
        assert!((w[0] - a).abs() < TOLERANCE, "W* = a");
        let (mut inner, mut alignment, mut estimator) = (problem.inner(), [0.0], estimator(&problem));
        inner.set_phi(&[a]);
        estimator.before_inner(&DVector::from_vec(w.clone()));
        let state = state_at(&problem, &w, &[a]);
        estimator.estimate(&problem, &mut inner, &state, &mut alignment).expect("an estimate");
        a -= 0.2 * (w[0] - 2.0 - alignment[0]);
    }
    a
}

#[test]
fn oracle_4_one_unrolled_step_rests_elsewhere_than_the_exact_gradient() {
    let direct = InverseHvpKind::Direct(Direct::default());
    assert_close(
        "exact",
        &[rest(|problem| Box::new(GeneralImplicit::new(problem, direct.clone())))],
        &[1.0],
        1e-10,
    );
    for xi in [0.01, 0.1, 0.25, 0.4] {
        let step = GradientDescent { lr: xi, steps: 1 };
        let expected = [2.0 / (1.0 + 2.0 * xi)];
        let unrolled = rest(|problem| Box::new(Unrolled::new(problem, step, 1)));
        assert_close("one unrolled step", &[unrolled], &expected, 1e-10);
        let darts = rest(|problem| Box::new(FiniteDifference::new(problem, xi, 0.01)));
        assert_close("DARTS", &[darts], &expected, 1e-10);
    }
}

#[test]
fn oracle_5_ridge() {
    let main = Quadratic::explicit(
        DMatrix::from_diagonal(&DVector::from_column_slice(&[1.0, 4.0])),
        &DVector::from_column_slice(&[2.0, 4.0]),
        0.0,
    );
    let ridge = Ridge::new(Box::new(Quadratics::new(vec![main])));
    let problem = general(ridge, Affine::linear(2), round(&[1.0, 0.8]));
    for (lambda, digits) in [(0.0, -2.05), (0.5, -0.3138546), (1.0, 0.0), (3.0, 0.0811589)] {
        // One λ for both coordinates: the sum of the two derivatives.
        let parts = exact_hypergradient(&problem, &[lambda, lambda]);
        let response = [2.0 / (1.0 + lambda), 4.0 / (4.0 + lambda)];
        assert_close("W*", &best_response(&problem, &[lambda, lambda]), &response, 1e-12);
        let expected = [
            -(response[0] - 1.0) * 2.0 / (1.0 + lambda).powi(2),
            -(response[1] - 0.8) * 4.0 / (4.0 + lambda).powi(2),
        ];
        for (found, expected) in parts.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "λ = {lambda}: {found} against {expected}");
        }
        assert!((parts.iter().sum::<f64>() - digits).abs() < 5e-8, "λ = {lambda}: {parts:?}");
        // φ = e^θ: dL/dθ = λ dL/dλ.
        let (mut pulled, phi) = (parts.clone(), [lambda, lambda]);
        let rule = Masked::new(Constraint::Exp(Exp {}), None);
        rule.pull_back(&[lambda.ln(); 2], &phi, &mut pulled).expect("finite");
        assert!(pulled.iter().zip(&parts).all(|(p, part)| (p - lambda * part).abs() < 1e-15));
    }
}

#[test]
fn oracle_6_sample_weights() {
    let y = DVector::from_column_slice(&[0.0, 0.0, 0.0, 8.0]);
    let samples = Samples::new(&DMatrix::from_element(4, 1, 1.0), vec![y]);
    let family = SampleWeights::new(samples, SampleLoss::Squared, 0.0);
    let problem = general(family, Affine::sample_weights(4), round(&[0.0]));
    assert_close("weighted mean", &best_response(&problem, &[1.0; 4]), &[2.0], TOLERANCE);
    assert_close("weighted mean", &best_response(&problem, &[1.0, 2.0, 0.5, 0.5]), &[1.0], TOLERANCE);
    let found = exact_hypergradient(&problem, &[1.0; 4]);
    assert_close("dL_A/dφ", &found, &[-1.0, -1.0, -1.0, 3.0], TOLERANCE);
}

#[test]
fn oracle_7_a_learned_label() {
    let one = |y: f64| Samples::new(&DMatrix::from_element(1, 1, 1.0), vec![DVector::from_element(1, y)]);
    let main = LinearModel::new(one(3.0), SampleLoss::Squared, 0.0);
    let family = LearnedLabels::new(main, one(0.0), SampleLoss::Squared, 1.0);
    let combination = Affine::labels(1, family.curvature());
    let problem = general(family, combination, round(&[1.0]));
    for phi in [-2.0, 0.0, 1.0, 4.0] {
        let response = best_response(&problem, &[phi])[0];
        assert!((response - 0.5 * (3.0 + phi)).abs() < TOLERANCE, "φ = {phi}: W* = {response}");
    }
    assert_close("dL_A/dφ", &exact_hypergradient(&problem, &[1.0]), &[0.5], TOLERANCE);
    let method = MethodKind::BestResponse(BestResponse { lr: 0.5 });
    let free = Constraint::Free(Free {});
    let spec = LaneSpec { constraint: free, ..LaneSpec::new("", method, 100, vec![0.0], vec![1.0]) };
    let mut run = Run::general(std::sync::Arc::new(problem), &spec);
    run.advance(u64::MAX);
    assert_close("optimum", &[run.trace().last(Q::Phi, 0).expect("φ")], &[-1.0], 1e-10);
}

#[test]
fn oracle_8_equal_curvatures_give_the_barycentre_of_the_task_optima() {
    both!(OPTIMA.iter().map(|optimum| round(optimum)).collect::<Vec<_>>(), round(&[0.0; 3]), barycentre);
}

/// Task optima of oracle 8.
const OPTIMA: [[f64; 3]; 3] = [[0.3, -1.0, 2.0], [1.5, 0.25, -0.5], [-2.0, 4.0, 1.0]];

fn barycentre(problem: &impl BilevelProblem<Dyn>) {
    let weights = [1.0, 0.7, 2.3];
    let total: f64 = weights.iter().sum();
    let barycentre: Vec<f64> = (0..3)
        .map(|i| OPTIMA.iter().zip(weights).map(|(t, weight)| weight * t[i]).sum::<f64>() / total)
        .collect();
    assert_close("W*", &best_response(problem, &weights[1..]), &barycentre, TOLERANCE);
}

#[test]
fn oracle_8_the_best_response_solves_the_summed_normal_equations() {
    let tasks = vec![
        centred(&[&[2.0, 0.5], &[0.5, 1.0]], &[1.0, -1.0]),
        centred(&[&[1.0, -0.3], &[-0.3, 3.0]], &[2.0, 0.5]),
    ];
    both!(tasks, round(&[0.0, 0.0]), normal_equations);
}

fn normal_equations(problem: &impl BilevelProblem<Dyn>) {
    // φ = 2: A = [[4, -0.1], [-0.1, 7]], b = (1.5, -0.5) + 2·(1.85, 0.9) = (5.2, 1.3).
    let determinant = 4.0 * 7.0 - 0.01;
    let expected = [(7.0 * 5.2 + 0.1 * 1.3) / determinant, (4.0 * 1.3 + 0.1 * 5.2) / determinant];
    assert_close("W*", &best_response(problem, &[2.0]), &expected, TOLERANCE);
}
