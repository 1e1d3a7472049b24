//! The solver's kernels, each ready to run: what `cargo xtask test --only instructions` counts the instructions of.
//!
//! Everything is drawn from fixed seeds, so a kernel does the same work every time.

use std::sync::Arc;

use auxilearn_lab::experiment::Experiment;
use auxilearn_lab::family::{Batch, SampleLoss, TaskFamily};
use auxilearn_lab::formula::{Expression, Function, Operator};
use auxilearn_lab::ihvp::InverseHvpKind;
use auxilearn_lab::method::MethodKind;
use auxilearn_lab::problem::BilevelProblem;
use auxilearn_lab::run::Run;
use auxilearn_lab::trace::{Layout, Trace};
use nalgebra::DMatrix;

#[allow(dead_code, reason = "the tests use the other parts")]
#[path = "../../tests/solver/lanes.rs"]
mod lanes;
#[allow(dead_code, reason = "the tests use the other parts")]
#[path = "../../tests/solver/zoo.rs"]
mod zoo;

pub use zoo::Kind;

/// Outer steps that a kernel takes; few enough that every row is kept.
pub const STEPS: u64 = 100;
/// Calls of a family that a kernel makes.
pub const CALLS: usize = 10;
/// Rows of the traces.
pub const ROWS: u64 = 1000;

const SEED: u64 = 12;

/// The losses of one model that has a family of its own.
pub const SQUARED: Kind = Kind::Squared;
/// Weighted samples.
pub const SAMPLE_WEIGHTS: Kind = Kind::SampleWeights(SampleLoss::Squared);
/// Learned labels.
pub const LEARNED_LABELS: Kind = Kind::LearnedLabels(SampleLoss::Squared);
/// A penalty for every coordinate.
pub const RIDGE: Kind = Kind::Ridge(SampleLoss::Squared);
/// A network whose tasks share the head.
pub const SHARED_NETWORK: Kind = Kind::SharedNetwork(SampleLoss::Squared);
/// A network with a head for each task.
pub const SEPARATE_NETWORK: Kind = Kind::SeparateNetwork(SampleLoss::Squared);

/// A lane of `steps` outer steps on a regression of `n` parameters in its eigenbasis; `product` is the inverse-Hessian
/// product as a document says it.
///
/// # Panics
/// If `product` is none.
pub fn in_eigenbasis(n: usize, product: &str) -> Run {
    let w =
        |scale: f64| (0..n).map(|i| (scale * (i as f64 - 0.3)).to_string()).collect::<Vec<_>>().join(", ");
    let document = format!(
        r#"{{"schema": 1, "title": "kernel", "seed": 3, "steps": {steps}, "tolerance": 0, "diagnostics": false,
        "problem": {{"kind": "regression", "data": {{"source": "generated", "n_train": 40, "n_aux_set": 30, "n_test": 20,
            "main": {{"w": [{main}], "noise": 1}},
            "auxiliaries": [{{"name": "a", "w": [{main}], "noise": 0.3}}, {{"name": "b", "w": [{other}], "noise": 0.1}}]}}}},
        "lanes": [{{"method": {{"kind": "implicit", "inner": {{"kind": "gradient_descent", "lr": 0.02, "steps": 10}},
            "outer": {{"kind": "sgd", "lr": 0.02, "max_norm": 10}}, "inverse_hvp": {product}}}}}]}}"#,
        steps = 3 + STEPS,
        main = w(1.0),
        other = w(-2.0),
    );
    let experiment = Experiment::from_json(&document).expect("a valid document");
    warm(experiment.runs().expect("finite data").remove(0))
}

/// A lane of the method on a problem of the kind, in general form.
pub fn in_general(kind: Kind, method: MethodKind) -> Run {
    let problem = Arc::new(zoo::problem(kind, SEED));
    let mut draw = zoo::Draw::new(SEED + 1);
    let phi = zoo::admissible_phi(&problem, &mut draw);
    let w = draw.numbers(problem.dim().0, -0.5, 0.5);
    warm(Run::general(problem, &lanes::spec(method, 3 + STEPS, &w, &phi)))
}

/// A lane after its first few steps.
fn warm(mut run: Run) -> Run {
    run.advance(3);
    run
}

/// Implicit differentiation: three inner gradient steps and `product`.
pub fn implicit(product: InverseHvpKind) -> MethodKind {
    MethodKind::Implicit(lanes::implicit(
        lanes::descent(lanes::CALM.w, 3),
        lanes::sgd(lanes::CALM.phi),
        product,
    ))
}

/// [`STEPS`] outer steps.
///
/// # Panics
/// If the lane ends before.
pub fn outer_steps(mut run: Run) -> Run {
    run.advance(STEPS);
    assert_eq!(run.step(), 3 + STEPS, "{}", run.status());
    run
}

/// A family with memory for what it is asked for.
pub struct Asked {
    family: Box<dyn TaskFamily>,
    w: Vec<f64>,
    weights: Vec<f64>,
    values: Vec<f64>,
    gradients: Vec<f64>,
    gradient: Vec<f64>,
    hessian: DMatrix<f64>,
}

/// The family of a kind, at a drawn place.
pub fn family(kind: Kind) -> Asked {
    let family = zoo::parts(kind, SEED, 2).tasks;
    let (n, k) = (family.n_parameters(), family.n_tasks());
    let mut draw = zoo::Draw::new(SEED + 2);
    Asked {
        w: draw.numbers(n, -0.5, 0.5),
        weights: draw.numbers(k, 0.1, 0.9),
        values: vec![0.0; k],
        gradients: vec![0.0; n * k],
        gradient: vec![0.0; n],
        hessian: DMatrix::zeros(n, n),
        family,
    }
}

/// Every loss and gradient, [`CALLS`] times.
pub fn jets(mut asked: Asked) -> Asked {
    for _ in 0..CALLS {
        asked.family.jet(&asked.w, Batch::All, &mut asked.values, &mut asked.gradients);
    }
    asked
}

/// The gradient of the weighted sum, [`CALLS`] times.
pub fn gradients(mut asked: Asked) -> Asked {
    for _ in 0..CALLS {
        asked.family.gradient(&asked.w, Batch::All, &asked.weights, &mut asked.gradient);
    }
    asked
}

/// The Hessian of the weighted sum and its product with a vector, [`CALLS`] times.
pub fn hessian_products(mut asked: Asked) -> Asked {
    for _ in 0..CALLS {
        asked.family.weighted_hessian(&asked.w, Batch::All, &asked.weights, &mut asked.hessian);
        for (row, out) in asked.gradient.iter_mut().enumerate() {
            *out = asked.hessian.column(row).iter().zip(&asked.w).map(|(h, w)| h * w).sum();
        }
    }
    asked
}

/// A formula of two parameters with every kind of operation.
///
/// # Panics
/// Never: it is shallow.
pub fn formula() -> Expression {
    let join = |a: Expression, operator, b| a.combined(operator, b).expect("a shallow expression");
    let (x, y) = (Expression::variable(0), Expression::variable(1));
    let ratio = join(x.clone(), Operator::Divide, join(y.clone(), Operator::Add, Expression::number(3.0)));
    let power = join(join(x, Operator::Subtract, y.clone()), Operator::Power, Expression::number(4.0));
    let wave = join(ratio, Operator::Multiply, y.applied(Function::Exp)).applied(Function::Tanh);
    join(power, Operator::Add, wave)
}

/// Value, slopes and bends of a formula, [`CALLS`] times; their sum.
pub fn evaluate(formula: &Expression) -> f64 {
    let mut sum = 0.0;
    for call in 0..CALLS {
        let w = [0.1 * call as f64, 0.7];
        sum += formula.value(&w);
        for i in 0..2 {
            sum += formula.slope(&w, i)[1] + formula.bend(&w, 0, i);
        }
    }
    sum
}

/// An empty trace that [`ROWS`] rows fill twice, so that it is thinned.
pub fn trace() -> Trace {
    let layout = Layout::new(2, 2);
    Trace::in_memory(layout, ROWS, layout.width() * 8 * (ROWS as usize / 2))
}

/// [`ROWS`] rows written to a trace.
pub fn recorded(mut trace: Trace) -> Trace {
    let numbers = [0.5; 64];
    for step in 0..ROWS {
        if trace.keeps(step) {
            let mut row = numbers;
            row[0] = step as f64;
            trace.push(&row[..trace.layout().width()]);
        }
    }
    trace
}
