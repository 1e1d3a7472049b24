//! Weighting baselines against a second implementation of their published formulas.

use auxilearn_lab::method::{CosineGating, Dwa, GradNorm, Gradients, MethodKind, OlAux, Uncertainty};
use auxilearn_lab::problem::{BilevelProblem, GeneralProblem};
use auxilearn_lab::trace::{QuantityKind as Q, Trace};
use nalgebra::DVector;

use crate::lanes::{descent, finished, origin, row, spec};
use crate::zoo::{Kind, assert_near, problem, state};

const LR: f64 = 0.05;
const STEPS: usize = 30;

/// Losses and gradients of all tasks at a row's W.
fn tasks(problem: &GeneralProblem, trace: &Trace, r: usize) -> (Vec<f64>, Vec<DVector<f64>>) {
    let phi = vec![0.0; problem.n_phi()];
    let at = state(problem, &row(trace, Q::W, r), &phi);
    let count = problem.n_auxiliaries() + 1;
    (at.jet.values().to_vec(), (0..count).map(|k| DVector::from_column_slice(at.jet.gradient(k))).collect())
}

/// Runs `method` and holds each row's φ against `λ_k/λ_0` of `rule`, which sees the losses and gradients
/// at the W of the rows before; W must be that of gradient descent at this φ.
fn check(
    method: MethodKind,
    mut rule: impl FnMut(&[Vec<f64>], &[DVector<f64>]) -> Vec<f64>,
) -> (GeneralProblem, Vec<f64>, Trace) {
    let problem = problem(Kind::Logistic, 41);
    let run = finished(&problem, &spec(method.clone(), STEPS as u64, &[1.0, -0.8, 0.3], &[0.3, 0.9]));
    let (mut seen, mut lambda) = (Vec::new(), Vec::new());
    for r in 1..=STEPS {
        let (losses, gradients) = tasks(&problem, run.trace(), r - 1);
        seen.push(losses);
        lambda = rule(&seen, &gradients);
        let expected: Vec<f64> = lambda[1..].iter().map(|l| l / lambda[0]).collect();
        assert_near(&format!("{method:?}: φ at {r}"), &row(run.trace(), Q::Phi, r), &expected, 1e-10);
        let weighted =
            gradients[1..].iter().zip(&expected).fold(gradients[0].clone(), |sum, (g, p)| sum + g * *p);
        let w = DVector::from_vec(row(run.trace(), Q::W, r - 1)) - weighted * LR;
        assert_near(&format!("{method:?}: W at {r}"), &row(run.trace(), Q::W, r), w.as_slice(), 1e-10);
    }
    (problem, lambda, run.trace().clone())
}

#[test]
fn uncertainty_weighting_descends_kendalls_objective() {
    let mut s = [0.0_f64; 3];
    let method = MethodKind::Uncertainty(Uncertainty { lr: 0.2, inner: descent(LR, 1) });
    check(method, |seen, _| {
        for (s, loss) in s.iter_mut().zip(seen.last().expect("losses")) {
            *s -= 0.2 * (0.5 - 0.5 * loss * (-*s).exp());
        }
        s.iter().map(|s| 0.5 * (-s).exp()).collect()
    });
}

#[test]
fn uncertainty_weighting_settles_at_half_the_inverse_loss_whatever_a_task_is_good_for() {
    let problem = problem(Kind::Logistic, 42);
    let method = MethodKind::Uncertainty(Uncertainty { lr: 0.3, inner: descent(0.3, 5) });
    let run = finished(&problem, &spec(method, 2000, &origin(&problem), &[1.0, 1.0]));
    let last = run.trace().rows() - 1;
    let (losses, _) = tasks(&problem, run.trace(), last);
    // φ_k = λ_k/λ_0 with λ_k = 1/(2ℓ_k).
    assert_near("φ", &row(run.trace(), Q::Phi, last), &[losses[0] / losses[1], losses[0] / losses[2]], 1e-9);
}

#[test]
fn dynamic_weight_average_follows_the_ratio_of_successive_losses() {
    let temperature = 0.05;
    let method = MethodKind::Dwa(Dwa { temperature, inner: descent(LR, 1) });
    let (_, lambda, _) = check(method, |seen, _| {
        let t = seen.len();
        // The first two steps weigh equally: there are no two losses after steps before.
        if t < 3 {
            return vec![1.0; 3];
        }
        let powers: Vec<f64> =
            (0..3).map(|k| (seen[t - 1][k] / seen[t - 2][k] / temperature).exp()).collect();
        powers.iter().map(|p| 3.0 * p / powers.iter().sum::<f64>()).collect()
    });
    assert_near("Σλ", &[lambda.iter().sum()], &[3.0], 1e-12);
}

#[test]
fn gradient_normalisation_descends_its_objective_and_keeps_the_sum() {
    let mut lambda = vec![1.0_f64; 3];
    let method = MethodKind::GradNorm(GradNorm {
        alpha: 1.5,
        lr: 0.1,
        gradients: Gradients::Shared,
        inner: descent(LR, 1),
    });
    let (_, end, _) = check(method, |seen, gradients| {
        let ratios: Vec<f64> =
            seen.last().expect("losses").iter().zip(&seen[0]).map(|(l, first)| l / first).collect();
        let norms: Vec<f64> = gradients.iter().map(|g| g.norm()).collect();
        let weighted: Vec<f64> = lambda.iter().zip(&norms).map(|(l, n)| l * n).collect();
        let mean = |v: &[f64]| v.iter().sum::<f64>() / 3.0;
        let targets: Vec<f64> =
            ratios.iter().map(|r| mean(&weighted) * (r / mean(&ratios)).powf(1.5)).collect();
        for k in 0..3 {
            // d|λ_k n_k - target|/dλ_k, the target held fixed.
            let sign = (weighted[k] - targets[k]).signum();
            lambda[k] = (lambda[k] - 0.1 * norms[k] * sign).max(1e-3);
        }
        let sum: f64 = lambda.iter().sum();
        lambda.iter_mut().for_each(|l| *l *= 3.0 / sum);
        lambda.clone()
    });
    assert_near("Σλ", &[end.iter().sum()], &[3.0], 1e-12);
}

#[test]
fn cosine_gating_counts_a_task_while_its_gradient_agrees() {
    for weighted in [false, true] {
        let mut gates = std::collections::BTreeSet::new();
        let method = MethodKind::CosineGating(CosineGating {
            weighted,
            gradients: Gradients::Shared,
            inner: descent(LR, 1),
        });
        check(method, |_, gradients| {
            let mut lambda = vec![1.0];
            for g in &gradients[1..] {
                let cosine = gradients[0].dot(g) / (gradients[0].norm() * g.norm());
                gates.insert(cosine > 0.0);
                lambda.push(if cosine <= 0.0 {
                    0.0
                } else if weighted {
                    cosine
                } else {
                    1.0
                });
            }
            lambda
        });
        assert!(gates.contains(&true));
    }
}

#[test]
fn cosine_gating_closes_on_an_opposed_task() {
    // Oracle 3's tasks with the auxiliary on the other side of the main optimum.
    use auxilearn_lab::{combination::Affine, curvature::Dense, family::Quadratics, loss::Quadratic};
    let round =
        |at: f64| Quadratic::centred(DVector::from_element(1, at), Dense(nalgebra::DMatrix::identity(1, 1)));
    let tasks = Quadratics::new(vec![round(1.0), round(-1.0)]);
    let problem = GeneralProblem::new(
        Box::new(tasks),
        Box::new(Affine::linear(1)),
        Box::new(Quadratics::new(vec![round(1.0)])),
        None,
    );
    let method = MethodKind::CosineGating(CosineGating {
        weighted: false,
        gradients: Gradients::Shared,
        inner: descent(0.1, 1),
    });
    let run = finished(&problem, &spec(method, 60, &[3.0], &[1.0]));
    let (w, phi) = (run.trace().series(Q::W, 0).expect("W"), run.trace().series(Q::Phi, 0).expect("φ"));
    for r in 1..=60 {
        let agrees = (w[r - 1] - 1.0) * (w[r - 1] + 1.0) > 0.0;
        assert_eq!(phi[r], if agrees { 1.0 } else { 0.0 }, "row {r}, W = {}", w[r - 1]);
    }
    assert!((w[60] - 1.0).abs() < 1e-2, "the main optimum is reached: {}", w[60]);
}

#[test]
fn ol_aux_sums_inner_products_of_gradients_over_its_inner_steps() {
    for kind in
        [Kind::Logistic, Kind::Quadratics, Kind::SharedNetwork(auxilearn_lab::family::SampleLoss::Squared)]
    {
        let problem = problem(kind, 43);
        let start = vec![0.4; problem.dim().0];
        let method = MethodKind::OlAux(OlAux { lr: LR, steps: 4, phi_lr: 2.0 });
        let run = finished(&problem, &spec(method, STEPS as u64, &start, &[0.3, 0.9]));
        let (mut w, mut phi) = (DVector::from_vec(start), [0.3, 0.9]);
        let gradient = |w: &DVector<f64>, k: usize| {
            DVector::from_column_slice(state(&problem, w.as_slice(), &[0.0; 2]).jet.gradient(k))
        };
        for r in 1..=STEPS {
            let mut sums = [0.0; 2];
            for _ in 0..4 {
                let g: Vec<_> = (0..3).map(|k| gradient(&w, k)).collect();
                w -= (&g[0] + &g[1] * phi[0] + &g[2] * phi[1]) * LR;
                let main = gradient(&w, 0);
                (0..2).for_each(|k| sums[k] += main.dot(&g[k + 1]));
            }
            (0..2).for_each(|k| phi[k] = (phi[k] + 2.0 * LR * sums[k]).max(0.0));
            assert_near(&format!("{kind:?}: φ at {r}"), &row(run.trace(), Q::Phi, r), &phi, 1e-10);
            assert_near(&format!("{kind:?}: W at {r}"), &row(run.trace(), Q::W, r), w.as_slice(), 1e-10);
        }
    }
}
