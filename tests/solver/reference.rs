//! The numbers of the authors' published code (`tests/data/official.json`, float64): every case as a general
//! problem, those of regression also in the eigenbasis and as dense quadratics.

use std::sync::Arc;

use crate::agreement::assert_close;
use crate::common::{alignment_by, dense_regression, lane, state_at};
use auxilearn_lab::combination::Affine;
use auxilearn_lab::curvature::Dense;
use auxilearn_lab::family::{LinearModel, SampleLoss, Samples};
use auxilearn_lab::hypergradient::{Estimator, GeneralImplicit};
use auxilearn_lab::ihvp::{Direct, InverseHvpKind, Neumann, Scaling};
use auxilearn_lab::inner::{GradientDescent, InnerSolver};
use auxilearn_lab::method::{Implicit, JointDescent, MethodKind};
use auxilearn_lab::outer::{Adam, OuterOptimizer, Sgd};
use auxilearn_lab::problem::{
    BilevelProblem, EigenbasisRegression, GeneralProblem, InnerObjective, RegressionData, TaskData,
    general_regression,
};
use auxilearn_lab::run::{LaneSpec, Run};
use auxilearn_lab::trace::QuantityKind as Q;
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DVector, DefaultAllocator, Dim, Dyn};
use serde_json::Value;

fn official() -> Value {
    serde_json::from_str(include_str!("../data/official.json")).expect("the reference file is JSON")
}

/// Cases of any loss.
fn all_cases(of: &str) -> Vec<Value> {
    official()[of].as_array().expect("a list").clone()
}

/// Cases of regression.
fn cases(of: &str) -> Vec<Value> {
    let regression: Vec<_> =
        all_cases(of).into_iter().filter(|case| case["problem"]["loss"] == "mse").collect();
    assert!(!regression.is_empty());
    regression
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|x| x.as_f64().expect("a number")).collect()
}

fn matrix(value: &Value) -> DMatrix<f64> {
    let rows: Vec<Vec<f64>> = value.as_array().expect("a list").iter().map(numbers).collect();
    DMatrix::from_row_iterator(rows.len(), rows[0].len(), rows.into_iter().flatten())
}

fn data(problem: &Value) -> RegressionData {
    let set = |set: &Value| TaskData { x: matrix(&set["X"]), y: DVector::from_vec(numbers(&set["main"])) };
    let aux = problem["train"]["aux"].as_array().expect("a list");
    RegressionData {
        train: set(&problem["train"]),
        auxiliaries: aux.iter().map(|y| DVector::from_vec(numbers(y))).collect(),
        auxiliary_set: set(&problem["aux_set"]),
        test_set: None,
    }
}

/// A case as general problems: of its samples, and for regression reduced to quadratics too.
fn general(problem: &Value) -> Vec<GeneralProblem> {
    let data = data(problem);
    let loss = match problem["loss"].as_str() {
        Some("mse") => SampleLoss::Squared,
        Some("bce") => SampleLoss::Logistic,
        other => panic!("unknown loss {other:?}"),
    };
    let family = |x, targets, l2| Box::new(LinearModel::new(Samples::new(x, targets), loss, l2));
    let targets = std::iter::once(&data.train.y).chain(&data.auxiliaries).cloned().collect();
    let tasks = family(&data.train.x, targets, problem["l2"].as_f64().expect("a number"));
    let held_out = family(&data.auxiliary_set.x, vec![data.auxiliary_set.y.clone()], 0.0);
    let combination = Box::new(Affine::linear(data.auxiliaries.len()));
    let mut problems = vec![GeneralProblem::new(tasks, combination, held_out, None)];
    if loss == SampleLoss::Squared {
        problems.push(general_regression(&data).expect("finite"));
    }
    problems
}

fn check_point<D: Dim>(case: &Value, problem: &impl BilevelProblem<D>)
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    let name = case["name"].as_str().expect("a name");
    let (w, phi) = (numbers(&case["w"]), numbers(&case["phi"]));
    let state = state_at(problem, &w, &phi);
    let close = |what: &str, found: &[f64], expected: &Value| {
        let expected = match expected {
            Value::Number(x) => vec![x.as_f64().expect("a number")],
            list => numbers(list),
        };
        assert_close(&format!("{name}: {what}"), found, &expected, 1e-10);
    };
    let auxiliaries: Vec<f64> = (1..=phi.len()).map(|k| state.jet.value(k)).collect();
    close("losses.main", &[state.jet.value(0)], &case["losses"]["main"]);
    close("losses.aux", &auxiliaries, &case["losses"]["aux"]);
    close("losses.train", &[state.jet.training_loss(&phi)], &case["losses"]["train"]);
    close("losses.aux_set", &[state.outer_loss], &case["losses"]["aux_set"]);
    let mut gradient = state.outer_gradient.clone();
    problem.write_model(&state.outer_gradient, &mut gradient);
    close("grad_main_aux_set", gradient.as_slice(), &case["grad_main_aux_set"]);
    let exact = alignment_by(problem, &w, &phi, &Direct::default());
    close("alignment", &exact, &case["alignment"]);
    let hypergradient: Vec<f64> = exact.iter().map(|a| -a).collect();
    close("exact_hypergradient", &hypergradient, &case["exact_hypergradient"]);
}

fn check_neumann<D: Dim>(case: &Value, problem: &impl BilevelProblem<D>)
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    let (w, phi) = (numbers(&case["w"]), numbers(&case["phi"]));
    let alpha = case["alpha"].as_f64().expect("a number");
    for estimate in case["neumann"].as_array().expect("a list") {
        let terms = estimate["terms"].as_u64().expect("a count") as usize;
        for (scaling, key) in [(Scaling::Official, "official"), (Scaling::Alpha, "scaled")] {
            let neumann = Neumann { terms, alpha, scaling, damping: 0.0 };
            let found: Vec<f64> = alignment_by(problem, &w, &phi, &neumann).into_iter().map(|a| -a).collect();
            let what = format!("{}: {key}, J = {terms}", case["name"]);
            assert_close(&what, &found, &numbers(&estimate[key]), 1e-10);
        }
    }
}

#[test]
fn every_point_agrees_to_1e_10_in_the_eigenbasis_and_dense() {
    for case in cases("points") {
        let data = data(&case["problem"]);
        let n = data.train.x.ncols();
        check_point(&case, &EigenbasisRegression::new(&data, Dyn(n)).expect("finite"));
        check_point(&case, &dense_regression(&data));
    }
}

#[test]
fn every_neumann_estimate_agrees_to_1e_10_in_both_scalings() {
    for case in &cases("points") {
        let data = data(&case["problem"]);
        let n = data.train.x.ncols();
        check_neumann(case, &EigenbasisRegression::new(&data, Dyn(n)).expect("finite"));
        check_neumann(case, &dense_regression(&data));
    }
}

#[test]
fn every_point_logistic_ones_too_agrees_to_1e_10_as_a_general_problem() {
    let (mut checked, mut logistic) = (0, 0);
    for case in all_cases("points") {
        for problem in general(&case["problem"]) {
            check_point(&case, &problem);
            check_neumann(&case, &problem);
            check_hessian(&case, &problem);
            check_products(&case, &problem);
            checked += 1;
        }
        logistic += usize::from(case["problem"]["loss"] == "bce");
    }
    assert_eq!((checked, logistic), (10, 2));
}

/// The product that a document's lane uses, direct and by the series.
fn check_products(case: &Value, problem: &GeneralProblem) {
    let (w, phi) = (numbers(&case["w"]), numbers(&case["phi"]));
    let state = state_at(problem, &w, &phi);
    let by = |kind: InverseHvpKind| {
        let (mut inner, mut alignment) = (problem.inner(), vec![0.0; phi.len()]);
        inner.set_phi(&phi);
        let mut implicit = GeneralImplicit::new(problem, kind);
        implicit.estimate(problem, &mut inner, &state, &mut alignment).expect("a product");
        alignment
    };
    let direct = by(InverseHvpKind::Direct(Direct::default()));
    assert_close("direct", &direct, &numbers(&case["alignment"]), 1e-10);
    for estimate in case["neumann"].as_array().expect("a list") {
        let terms = estimate["terms"].as_u64().expect("a count") as usize;
        let alpha = case["alpha"].as_f64().expect("a number");
        let neumann = Neumann { terms, alpha, scaling: Scaling::Alpha, damping: 0.0 };
        let found: Vec<f64> = by(InverseHvpKind::Neumann(neumann)).into_iter().map(|a| -a).collect();
        assert_close("series", &found, &numbers(&estimate["scaled"]), 1e-10);
    }
}

#[test]
fn hessians_and_their_eigenvalues_agree_to_1e_10() {
    for case in cases("points") {
        check_hessian(&case, &dense_regression(&data(&case["problem"])));
    }
}

fn check_hessian<P: BilevelProblem<Dyn>>(case: &Value, problem: &P)
where
    P::Inner: InnerObjective<Dyn, Hessian = Dense<Dyn>>,
{
    let state = state_at(problem, &numbers(&case["w"]), &numbers(&case["phi"]));
    let mut inner = problem.inner();
    inner.set_phi(state.phi.as_slice());
    let hessian = &inner.hessian(&state.w).0;
    assert_close("hessian", hessian.as_slice(), matrix(&case["hessian"]).as_slice(), 1e-10);
    let mut found: Vec<f64> = hessian.clone().symmetric_eigenvalues().iter().copied().collect();
    found.sort_by(f64::total_cmp);
    assert_close("eigenvalues", &found, &numbers(&case["eigenvalues"]), 1e-10);
}

fn implicit(case: &Value) -> MethodKind {
    let number = |value: &Value| value.as_f64().expect("a number");
    let outer = &case["outer"];
    let (lr, max_norm) = (number(&outer["lr"]), case["max_grad_norm"].as_f64());
    let weight_decay = outer["weight_decay"].as_f64().unwrap_or(0.0);
    let outer = match outer["method"].as_str().expect("a method") {
        "sgd" => OuterOptimizer::Sgd(Sgd {
            lr,
            momentum: outer["momentum"].as_f64().unwrap_or(0.0),
            weight_decay,
            max_norm,
        }),
        "adam" => OuterOptimizer::Adam(Adam { lr, weight_decay, max_norm, ..Adam::default() }),
        other => panic!("unknown outer method {other}"),
    };
    MethodKind::Implicit(Implicit {
        inner: InnerSolver::GradientDescent(GradientDescent {
            lr: number(&case["inner"]["lr"]),
            steps: case["inner"]["steps"].as_u64().expect("a count") as usize,
        }),
        outer,
        inverse_hvp: auxilearn_lab::ihvp::InverseHvpKind::Neumann(Neumann {
            terms: case["neumann"]["terms"].as_u64().expect("a count") as usize,
            alpha: number(&case["neumann"]["alpha"]),
            scaling: Scaling::Official,
            damping: 0.0,
        }),
        warm_start: true,
        batch: None,
    })
}

fn spec(case: &Value, method: MethodKind) -> LaneSpec {
    let steps = case["trace"].as_array().expect("a list").len() as u64;
    LaneSpec::new(&case["name"].to_string(), method, steps, numbers(&case["w0"]), numbers(&case["phi0"]))
}

fn check_trajectory(case: &Value, mut run: Run) {
    let name = &case["name"];
    let rows = case["trace"].as_array().expect("a list");
    run.advance(rows.len() as u64);
    let trace = run.trace();
    let row =
        |kind, r: usize| -> Vec<f64> { trace.layout().range(kind).map(|c| trace.column(c)[r]).collect() };
    for expected in rows {
        let r = expected["step"].as_u64().expect("a step") as usize;
        let close = |what: &str, found: &[f64], expected: &[f64]| {
            assert_close(&format!("{name}, step {r}: {what}"), found, expected, 1e-8);
        };
        close("w", &row(Q::W, r), &numbers(&expected["w"]));
        close("phi", &row(Q::Phi, r), &numbers(&expected["phi"]));
        let aux_set_loss = expected["aux_set_loss"].as_f64().expect("a number");
        close("aux_set_loss", &row(Q::LossAuxSet, r), &[aux_set_loss]);
        if let Some(clipped) = expected.get("clipped_hypergradient") {
            let full = row(Q::Hypergradient, r);
            let norm = full.iter().map(|h| h * h).sum::<f64>().sqrt();
            let limit = case["max_grad_norm"].as_f64().expect("a number");
            let scale = (limit / (norm + 1e-6)).min(1.0);
            let found: Vec<f64> = full.iter().map(|h| scale * h).collect();
            close("clipped_hypergradient", &found, &numbers(clipped));
        }
    }
}

#[test]
fn every_implicit_trajectory_agrees_to_1e_8() {
    for case in cases("trajectories") {
        let data = data(&case["problem"]);
        check_trajectory(&case, lane(&data, spec(&case, implicit(&case))));
        let dense = Arc::new(dense_regression(&data));
        let dense = Run::plain(dense, &spec(&case, implicit(&case))).expect("a plain lane");
        check_trajectory(&case, dense);
    }
}

#[test]
fn every_implicit_trajectory_agrees_to_1e_8_as_a_general_problem() {
    let (mut checked, mut logistic) = (0, 0);
    for case in all_cases("trajectories") {
        for problem in general(&case["problem"]) {
            check_trajectory(&case, Run::general(Arc::new(problem), &spec(&case, implicit(&case))));
            checked += 1;
        }
        logistic += usize::from(case["problem"]["loss"] == "bce");
    }
    assert_eq!((checked, logistic), (9, 1));
}

fn joint(case: &Value) -> MethodKind {
    let rate = |name: &str| case["joint"][name].as_f64().expect("a number");
    MethodKind::JointDescent(JointDescent { w_lr: rate("w_lr"), phi_lr: rate("phi_lr") })
}

#[test]
fn every_joint_descent_trajectory_agrees_to_1e_8() {
    for case in cases("naive") {
        check_trajectory(&case, lane(&data(&case["problem"]), spec(&case, joint(&case))));
    }
    for case in all_cases("naive") {
        for problem in general(&case["problem"]) {
            check_trajectory(&case, Run::general(Arc::new(problem), &spec(&case, joint(&case))));
        }
    }
}
