//! Random problems of every linear kind, of condition numbers up to 10¹² and in units of 10^±9, against an evaluation
//! from their data in 32 digits: losses, minima and how lanes end.

use auxilearn_lab::experiment::Experiment;
use auxilearn_lab::run::Run;
use auxilearn_lab::trace::QuantityKind as Q;
use nalgebra::{DMatrix, DVector};
use serde_json::{Value, json};

use crate::agreement::note;
use crate::double_double::{Dd, dot, solve};
use crate::lanes::row;
use crate::zoo::Draw;

/// Inputs and targets of one set; a column of targets a task.
struct Set {
    x: DMatrix<f64>,
    targets: Vec<DVector<f64>>,
}

fn power(k: i32) -> f64 {
    libm::pow(10.0, f64::from(k))
}

/// Inputs whose Gram matrix has the condition number `10^digits` before columns are scaled by powers of ten up to
/// `units`, and rows, in some draws, by up to 100.
fn inputs(draw: &mut Draw, rows: usize, n: usize, digits: f64, units: &[f64]) -> DMatrix<f64> {
    let mut orthogonal = |rows: usize| DMatrix::from_fn(rows, n, |_, _| draw.number(-1.0, 1.0)).qr().q();
    let (left, right) = (orthogonal(rows), orthogonal(n));
    let share = |j: usize| if n == 1 { 0.0 } else { j as f64 / (n - 1) as f64 };
    let values = DVector::from_fn(n, |j, _| (rows as f64).sqrt() * libm::pow(10.0, -0.5 * digits * share(j)));
    let outliers = draw.number(0.0, 1.0) < 0.3;
    let mut x = left * DMatrix::from_diagonal(&values) * right.transpose();
    for mut row in x.row_iter_mut() {
        if outliers {
            row *= libm::pow(10.0, draw.number(-1.0, 2.0));
        }
    }
    for (mut column, unit) in x.column_iter_mut().zip(units) {
        column *= *unit;
    }
    x
}

fn set(draw: &mut Draw, rows: usize, tasks: usize, digits: f64, units: &[f64], target_unit: f64) -> Set {
    let x = inputs(draw, rows, units.len(), digits, units);
    let truth = DVector::from_fn(units.len(), |j, _| draw.number(-2.0, 2.0) / units[j]);
    let noise = libm::pow(10.0, draw.number(-12.0, 0.5));
    let mut target =
        || (&x * &truth + DVector::from_fn(rows, |_, _| noise * draw.number(-1.0, 1.0))) * target_unit;
    let targets = (0..tasks).map(|_| target()).collect();
    Set { x, targets }
}

fn rows_of(x: &DMatrix<f64>) -> Value {
    x.row_iter().map(|row| row.iter().copied().collect::<Vec<f64>>()).collect::<Vec<_>>().into()
}

fn values(y: &DVector<f64>) -> Value {
    y.as_slice().to_vec().into()
}

/// The mean squared error of task `k` at `w` and what it may be off by: `1e-12·mean_i (|r_i| + 1e-12·s_i)·s_i`.
fn error(set: &Set, k: usize, weights: Option<&[f64]>, w: &[f64]) -> (Dd, f64) {
    let (mut sum, mut allowed) = (Dd::ZERO, 0.0);
    for (i, row) in set.x.row_iter().enumerate() {
        let y = set.targets[k][i];
        let r = dot(row.iter().copied(), w.iter().copied()) - Dd::from(y);
        let s = y.abs() + row.iter().zip(w).map(|(x, w)| (x * w).abs()).sum::<f64>();
        let weight = weights.map_or(1.0, |weights| weights[i]);
        sum = sum + Dd::from(weight) * r * r;
        allowed += weight.abs() * (r.value().abs() + 1e-12 * s) * s;
    }
    let count = Dd::from(set.x.nrows() as f64);
    (sum / count, 1e-12 * allowed / count.value())
}

fn half_square(w: &[f64], weights: impl Fn(usize) -> f64) -> Dd {
    let square = |(j, w): (usize, &f64)| Dd::from(0.5 * weights(j)) * Dd::from(*w) * Dd::from(*w);
    w.iter().enumerate().map(square).sum()
}

#[track_caller]
fn check(loss: &str, what: &str, found: f64, (expected, allowed): (Dd, f64)) {
    let off = (Dd::from(found) - expected).abs().value();
    let allowed = allowed + 1e-12 * expected.value().abs();
    note(loss, &format!("{:?}", expected.value()), &format!("{found:?}"), off, allowed, off <= allowed);
    assert!(
        off <= allowed,
        "{loss} of {what}: found {found:e}, expected {:e}: off by {off:e}, not {allowed:e}",
        expected.value()
    );
}

/// A random problem with its data.
struct Problem {
    kind: &'static str,
    l2: f64,
    train: Set,
    aux_set: Set,
    test: Set,
    target_unit: f64,
}

const KINDS: [&str; 3] = ["regression", "ridge", "sample_weights"];

impl Problem {
    fn draw(seed: u64, kind: &'static str) -> Self {
        let mut draw = Draw::new(seed);
        let n = 1 + (draw.number(0.0, 7.99) as usize);
        let rows = n * (1 + draw.number(0.0, 9.99) as usize);
        // A penalty has a unit: with it, columns have one and the same.
        let spread = if kind == "regression" { 9.0 } else { 0.0 };
        let unit = power(draw.number(-3.0, 3.99).floor() as i32);
        let units: Vec<f64> =
            (0..n).map(|_| unit * libm::pow(10.0, draw.number(-spread, spread) / 3.0)).collect();
        let target_unit = power(draw.number(-9.0, 9.99).floor() as i32);
        let digits = draw.number(0.0, 12.0);
        let tasks = if kind == "regression" { 3 } else { 1 };
        let l2 = if kind == "ridge" || draw.number(0.0, 1.0) < 0.5 || spread > 0.0 {
            0.0
        } else {
            unit * unit * 1e-3
        };
        let mut of = |rows, tasks| set(&mut draw, rows, tasks, digits, &units, target_unit);
        let (train, aux_set, test) = (of(rows, tasks), of(3 * n, 1), of(5 * n, 1));
        Self { kind, l2, train, aux_set, test, target_unit }
    }

    fn document(&self, steps: u64, methods: &[Value]) -> String {
        let of = |set: &Set| json!({ "x": rows_of(&set.x), "main": values(&set.targets[0]) });
        let mut train = of(&self.train);
        if self.kind == "regression" {
            train["aux"] = self.train.targets[1..].iter().map(values).collect::<Vec<_>>().into();
        }
        let lanes: Vec<Value> = methods.iter().map(|method| json!({ "method": method })).collect();
        let mut document = json!({
            "schema": 1, "title": "precision", "seed": 1, "steps": steps, "tolerance": 0,
            "problem": { "kind": self.kind, "data": {
                "source": "inline", "train": train, "aux_set": of(&self.aux_set), "test": of(&self.test) } },
            "lanes": lanes,
        });
        if self.kind == "ridge" {
            let scale = self.train.x.norm_squared() / self.train.x.nrows() as f64;
            document["start"] = json!({ "phi": vec![1e-6 * scale; self.train.x.ncols()] });
            document["constraint"] = json!({ "kind": "clamp" });
        } else {
            document["problem"]["l2"] = json!(self.l2);
        }
        document.to_string()
    }

    /// The weight of sample `i` and the penalty of coordinate `j` at `phi`, and their targets' combination.
    fn quadratic(&self, phi: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let (rows, n) = self.train.x.shape();
        match self.kind {
            "ridge" => (vec![1.0; rows], phi.to_vec()),
            "sample_weights" => (phi.to_vec(), vec![self.l2; n]),
            _ => (vec![1.0; rows], vec![self.l2; n]),
        }
    }

    /// `W*(φ)` in 32 digits.
    fn response(&self, phi: &[f64]) -> Vec<Dd> {
        let (weights, penalties) = self.quadratic(phi);
        let (rows, n) = self.train.x.shape();
        let tasks: Vec<f64> =
            std::iter::once(1.0).chain(phi.iter().copied()).take(self.train.targets.len()).collect();
        let total: Dd = tasks.iter().map(|w| Dd::from(*w)).sum();
        let x = |i: usize, j: usize| Dd::from(self.train.x[(i, j)]);
        let scale = |i: usize| Dd::from(2.0 * weights[i]) / Dd::from(rows as f64);
        let entry = |a: usize, b: usize| {
            let gram: Dd = (0..rows).map(|i| scale(i) * x(i, a) * x(i, b)).sum();
            total * gram + Dd::from(if a == b { penalties[a] } else { 0.0 })
        };
        let right = |j: usize| -> Dd {
            let y = |i: usize| dot(tasks.iter().copied(), self.train.targets.iter().map(|y| y[i]));
            (0..rows).map(|i| scale(i) * x(i, j) * y(i)).sum()
        };
        let h: Vec<Vec<Dd>> = (0..n).map(|a| (0..n).map(|b| entry(a, b)).collect()).collect();
        solve(&h, &(0..n).map(right).collect::<Vec<_>>())
    }

    /// Holds every loss of row `r` against the data.
    fn check_losses(&self, what: &str, run: &Run, r: usize) {
        let (w, phi) = (row(run.trace(), Q::W, r), row(run.trace(), Q::Phi, r));
        let found = |kind| row(run.trace(), kind, r)[0];
        check("held-out loss", what, found(Q::LossAuxSet), error(&self.aux_set, 0, None, &w));
        check("test loss", what, found(Q::LossTest), error(&self.test, 0, None, &w));
        let (weights, penalties) = self.quadratic(&phi);
        let penalty = half_square(&w, |j| penalties[j]);
        let (mut total, mut allowed) = error(&self.train, 0, Some(&weights), &w);
        if self.kind == "regression" {
            check("main loss", what, found(Q::LossMain), (total + half_square(&w, |_| self.l2), allowed));
        }
        for k in 1..self.train.targets.len() {
            let (loss, more) = error(&self.train, k, None, &w);
            total = total + Dd::from(phi[k - 1]) * loss;
            allowed += phi[k - 1].abs() * more;
        }
        check("training loss", what, found(Q::LossTrain), (total + penalty, allowed));
    }

    /// The condition number of `H` at `φ`, in units of the columns that make its diagonal one.
    fn condition(&self, phi: &[f64]) -> f64 {
        let (weights, penalties) = self.quadratic(phi);
        let x = DMatrix::from_fn(self.train.x.nrows(), self.train.x.ncols(), |i, j| {
            weights[i].sqrt() * self.train.x[(i, j)]
        });
        let h =
            x.tr_mul(&x) * (2.0 / x.nrows() as f64) + DMatrix::from_diagonal(&DVector::from_vec(penalties));
        let unit = |j: usize| 1.0 / h[(j, j)].sqrt();
        let scaled = DMatrix::from_fn(h.nrows(), h.ncols(), |i, j| h[(i, j)] * unit(i) * unit(j));
        let values = scaled.symmetric_eigenvalues();
        values.max() / values.min().max(1e-16)
    }
}

fn finished(document: &str) -> Vec<Run> {
    let mut runs =
        Experiment::from_json(document).unwrap_or_else(|e| panic!("{e}: {document}")).runs().expect("finite");
    runs.iter_mut().for_each(|run| {
        run.advance(u64::MAX);
    });
    runs
}

/// Steps of gradient descent that do not diverge, and moves of W by one Newton step and by the exact response.
fn methods(problem: &Problem) -> Vec<Value> {
    let curvature = 2.0 * problem.train.x.norm_squared() / problem.train.x.nrows() as f64;
    let lr = 0.05 / curvature;
    let rate = 1e-3 / (problem.target_unit * problem.target_unit);
    let implicit = |inner: Value| {
        json!({ "kind": "implicit", "inner": inner, "outer": { "kind": "sgd", "lr": rate },
            "inverse_hvp": { "kind": "direct" } })
    };
    vec![
        json!({ "kind": "equal", "inner": { "kind": "gradient_descent", "lr": lr, "steps": 3 } }),
        implicit(json!({ "kind": "exact" })),
        implicit(json!({ "kind": "newton", "steps": 1 })),
    ]
}

#[test]
fn every_least_squares_loss_is_that_of_the_data() {
    for seed in 0..150 {
        for kind in KINDS {
            let problem = Problem::draw(seed, kind);
            for run in finished(&problem.document(3, &methods(&problem))) {
                for r in 0..run.trace().rows() {
                    problem.check_losses(&format!("{kind} {seed}, {}, row {r}", run.method()), &run, r);
                }
            }
        }
    }
}

#[test]
fn exact_responses_are_met_and_statuses_tell_so() {
    for seed in 0..150 {
        for kind in KINDS {
            let problem = Problem::draw(seed, kind);
            let runs = finished(&problem.document(3, &methods(&problem)));
            let exact = &runs[1];
            let condition = problem.condition(&row(exact.trace(), Q::Phi, 0));
            let what = format!("{kind} {seed}, condition {condition:e}");
            if condition < 1e12 {
                assert!(exact.status().word() == "finished", "{what}: {}", exact.status());
            }
            for r in 1..exact.trace().rows() {
                check_response(&what, &problem, exact, r);
            }
        }
    }
}

/// Holds `W` of row `r` against the response to `φ` of the row before, in units of the columns.
fn check_response(what: &str, problem: &Problem, run: &Run, r: usize) {
    let phi = row(run.trace(), Q::Phi, r - 1);
    let (found, expected) = (row(run.trace(), Q::W, r), problem.response(&phi));
    let unit = |j: usize| problem.train.x.column(j).norm();
    let largest_target = problem.train.targets.iter().map(|y| y.norm()).fold(0.0, f64::max);
    let size =
        expected.iter().enumerate().map(|(j, w)| (w.value() * unit(j)).abs()).fold(largest_target, f64::max);
    let tolerance = 1e-14 * problem.condition(&phi) * found.len() as f64;
    for (j, (f, e)) in found.iter().zip(&expected).enumerate() {
        let off = (Dd::from(*f) - *e).abs().value() * unit(j) / size;
        note(
            "exact response",
            &format!("{:?}", e.value()),
            &format!("{f:?}"),
            off,
            tolerance,
            off <= tolerance,
        );
        assert!(off <= tolerance, "{what}, row {r}: W_{j} = {f:e}, expected {:e}: {off:e}", e.value());
    }
}
