//! The numbers of the authors' published code (`tests/data/official.json`, float64).
//! The logistic cases in that file wait for the classification problem.

mod common;

use std::sync::Arc;

use auxilearn_lab::ihvp::{Direct, Neumann, Scaling};
use auxilearn_lab::inner::{GradientDescent, InnerSolver};
use auxilearn_lab::method::{Implicit, JointDescent, MethodKind};
use auxilearn_lab::outer::{Adam, OuterOptimizer, Sgd};
use auxilearn_lab::problem::{BilevelProblem, InnerObjective, RegressionData, TaskData, regression};
use auxilearn_lab::run::{LaneSpec, Run};
use auxilearn_lab::trace::QuantityKind as Q;
use common::{alignment_by, assert_close, dense_regression, lane, state_at};
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DVector, DefaultAllocator, Dim, Dyn};
use serde_json::Value;

fn official() -> Value {
    serde_json::from_str(include_str!("data/official.json")).expect("the reference file is JSON")
}

fn cases(of: &str) -> Vec<Value> {
    let all = official()[of].as_array().expect("a list").clone();
    let regression: Vec<_> = all.into_iter().filter(|case| case["problem"]["loss"] == "mse").collect();
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
        check_point(&case, &regression(&data, Dyn(n)).expect("finite"));
        check_point(&case, &dense_regression(&data));
    }
}

#[test]
fn every_neumann_estimate_agrees_to_1e_10_in_both_scalings() {
    for case in &cases("points") {
        let data = data(&case["problem"]);
        let n = data.train.x.ncols();
        check_neumann(case, &regression(&data, Dyn(n)).expect("finite"));
        check_neumann(case, &dense_regression(&data));
    }
}

#[test]
fn hessians_and_their_eigenvalues_agree_to_1e_10() {
    for case in cases("points") {
        let problem = dense_regression(&data(&case["problem"]));
        let state = state_at(&problem, &numbers(&case["w"]), &numbers(&case["phi"]));
        let mut inner = problem.inner();
        inner.set_phi(state.phi.as_slice());
        let hessian = &inner.hessian(&state.w).0;
        assert_close("hessian", hessian.as_slice(), matrix(&case["hessian"]).as_slice(), 1e-10);
        let mut found: Vec<f64> = hessian.clone().symmetric_eigenvalues().iter().copied().collect();
        found.sort_by(f64::total_cmp);
        assert_close("eigenvalues", &found, &numbers(&case["eigenvalues"]), 1e-10);
    }
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
fn every_joint_descent_trajectory_agrees_to_1e_8() {
    for case in cases("naive") {
        let rate = |name: &str| case["joint"][name].as_f64().expect("a number");
        let method = JointDescent { w_lr: rate("w_lr"), phi_lr: rate("phi_lr") };
        let run = lane(&data(&case["problem"]), spec(&case, MethodKind::JointDescent(method)));
        check_trajectory(&case, run);
    }
}
