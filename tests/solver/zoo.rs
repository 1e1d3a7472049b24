//! A problem of every kind, drawn from a seed.

use auxilearn_lab::combination::{Affine, Combination, Monotone};
use auxilearn_lab::curvature::Dense;
use auxilearn_lab::family::{
    Formulas, LearnedLabels, LinearModel, Network, Quadratics, Ridge, SampleLoss, SampleWeights, Samples,
    SquaredErrors, TaskFamily,
};
use auxilearn_lab::formula::{Expression, Function, Operator};
use auxilearn_lab::loss::Quadratic;
use auxilearn_lab::problem::{BilevelProblem, GeneralProblem, InnerObjective};
use auxilearn_lab::state::LaneState;
use nalgebra::{DMatrix, DVector, Dyn};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

/// Uniform numbers from a seed.
pub struct Draw(Pcg64);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(Pcg64::seed_from_u64(seed))
    }

    /// Between `low` and `high`.
    pub fn number(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.random::<f64>()
    }

    pub fn numbers(&mut self, count: usize, low: f64, high: f64) -> Vec<f64> {
        (0..count).map(|_| self.number(low, high)).collect()
    }

    /// A design matrix and a column of targets a task, which `loss` can have.
    fn set(
        &mut self,
        loss: SampleLoss,
        count: usize,
        width: usize,
        tasks: usize,
    ) -> (DMatrix<f64>, Vec<DVector<f64>>) {
        let x = DMatrix::from_fn(count, width, |_, _| self.number(-1.5, 1.5));
        let targets = (0..tasks).map(|_| {
            DVector::from_fn(count, |_, _| match loss {
                SampleLoss::Squared => self.number(-2.0, 2.0),
                SampleLoss::Logistic => f64::from(u8::from(self.number(0.0, 1.0) > 0.5)),
            })
        });
        let targets = targets.collect();
        (x, targets)
    }

    pub fn samples(&mut self, loss: SampleLoss, count: usize, width: usize, tasks: usize) -> Samples {
        let (x, targets) = self.set(loss, count, width, tasks);
        Samples::new(&x, targets)
    }

    /// A symmetric matrix, positive definite unless `indefinite`.
    pub fn symmetric(&mut self, n: usize, indefinite: bool) -> DMatrix<f64> {
        let root = DMatrix::from_fn(n, n, |_, _| self.number(-1.0, 1.0));
        let shift = if indefinite { -0.5 } else { 0.3 };
        &root * root.transpose() + DMatrix::identity(n, n) * shift
    }

    /// A convex loss of `n` parameters, written as a formula: a bowl, and functions of linear forms.
    fn formula(&mut self, n: usize) -> Expression {
        let bowl = power(self.form(n, 1.0), 2.0);
        let bowl = (0..n)
            .map(|i| power(plus(Expression::variable(i), Expression::number(self.number(-1.5, 1.5))), 2.0))
            .fold(bowl, plus);
        let folds =
            plus(self.form(n, 0.5).applied(Function::Softplus), self.form(n, 0.3).applied(Function::Exp));
        let root = plus(Expression::number(1.0), power(self.form(n, 0.4), 2.0)).applied(Function::Sqrt);
        let wave = times(Expression::number(0.05), self.form(n, 0.4).applied(Function::Sin));
        [folds, root, wave, power(self.form(n, 0.2), 4.0)].into_iter().fold(bowl, plus)
    }

    /// A linear form.
    fn form(&mut self, n: usize, size: f64) -> Expression {
        (0..n).fold(Expression::number(self.number(-size, size)), |sum, i| {
            plus(sum, times(Expression::number(self.number(-size, size)), Expression::variable(i)))
        })
    }

    fn quadratic(&mut self, n: usize) -> Quadratic<Dyn> {
        let centre = DVector::from_vec(self.numbers(n, -2.0, 2.0));
        let slope = DVector::from_vec(self.numbers(n, -0.5, 0.5));
        Quadratic::about(centre, self.number(0.0, 1.0), slope, Dense(self.symmetric(n, false)))
    }
}

/// `a operator b`.
pub fn join(a: Expression, operator: Operator, b: Expression) -> Expression {
    a.combined(operator, b).expect("a shallow expression")
}

fn plus(a: Expression, b: Expression) -> Expression {
    join(a, Operator::Add, b)
}

fn times(a: Expression, b: Expression) -> Expression {
    join(a, Operator::Multiply, b)
}

fn power(a: Expression, p: f64) -> Expression {
    join(a, Operator::Power, Expression::number(p))
}

/// The kinds of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Quadratics,
    Regression,
    Squared,
    Logistic,
    SampleWeights(SampleLoss),
    LearnedLabels(SampleLoss),
    Ridge(SampleLoss),
    SharedNetwork(SampleLoss),
    SeparateNetwork(SampleLoss),
    Formulas,
}

impl Kind {
    pub const ALL: [Self; 15] = [
        Self::Quadratics,
        Self::Regression,
        Self::Squared,
        Self::Logistic,
        Self::SampleWeights(SampleLoss::Squared),
        Self::SampleWeights(SampleLoss::Logistic),
        Self::LearnedLabels(SampleLoss::Squared),
        Self::LearnedLabels(SampleLoss::Logistic),
        Self::Ridge(SampleLoss::Squared),
        Self::Ridge(SampleLoss::Logistic),
        Self::SharedNetwork(SampleLoss::Squared),
        Self::SharedNetwork(SampleLoss::Logistic),
        Self::SeparateNetwork(SampleLoss::Squared),
        Self::SeparateNetwork(SampleLoss::Logistic),
        Self::Formulas,
    ];

    pub fn is_network(self) -> bool {
        matches!(self, Self::SharedNetwork(_) | Self::SeparateNetwork(_))
    }

    fn loss(self) -> SampleLoss {
        match self {
            Self::Logistic => SampleLoss::Logistic,
            Self::SampleWeights(loss) | Self::LearnedLabels(loss) | Self::Ridge(loss) => loss,
            Self::SharedNetwork(loss) | Self::SeparateNetwork(loss) => loss,
            _ => SampleLoss::Squared,
        }
    }
}

const L2: f64 = 0.1;
const HIDDEN: usize = 3;

/// A kind's training tasks, the linear combination it is made for, and its held-out loss.
pub struct Parts {
    pub tasks: Box<dyn TaskFamily>,
    pub affine: Affine,
    pub held_out: Box<dyn TaskFamily>,
}

/// The parts of `kind` with `auxiliaries` tasks where it has any, all drawn from `seed`.
pub fn parts(kind: Kind, seed: u64, auxiliaries: usize) -> Parts {
    let (mut draw, loss, tasks) = (Draw::new(seed), kind.loss(), auxiliaries + 1);
    let linear = Affine::linear(auxiliaries);
    let (family, affine): (Box<dyn TaskFamily>, Affine) = match kind {
        Kind::Quadratics => {
            (Box::new(Quadratics::new((0..tasks).map(|_| draw.quadratic(3)).collect())), linear)
        }
        Kind::Regression => {
            let (x, targets) = draw.set(loss, 9, 3, tasks);
            (Box::new(SquaredErrors::new(&x, targets, L2).expect("finite")), linear)
        }
        Kind::Squared | Kind::Logistic => {
            (Box::new(LinearModel::new(draw.samples(loss, 12, 3, tasks), loss, L2)), linear)
        }
        Kind::SampleWeights(_) => {
            let family = SampleWeights::new(draw.samples(loss, 7, 2, 1), loss, L2);
            (Box::new(family), Affine::sample_weights(7))
        }
        Kind::LearnedLabels(_) => {
            let main = LinearModel::new(draw.samples(loss, 8, 3, 1), loss, L2);
            let family = LearnedLabels::new(main, draw.samples(loss, 5, 3, 1), loss, 0.7);
            let affine = Affine::labels(5, family.curvature());
            (Box::new(family), affine)
        }
        Kind::Ridge(_) => {
            let main = LinearModel::new(draw.samples(loss, 8, 3, 1), loss, 0.0);
            (Box::new(Ridge::new(Box::new(main))), Affine::linear(3))
        }
        Kind::SharedNetwork(_) => {
            let samples = draw.samples(loss, 6, 1, tasks);
            (Box::new(Network::new(samples, HIDDEN, 1, loss, L2)), linear)
        }
        Kind::SeparateNetwork(_) => {
            let samples = draw.samples(loss, 6, 1, tasks);
            (Box::new(Network::new(samples, HIDDEN, tasks, loss, L2)), linear)
        }
        Kind::Formulas => (Box::new(Formulas::new(2, (0..tasks).map(|_| draw.formula(2)).collect())), linear),
    };
    let held_out = held_out(kind, &mut draw, family.n_parameters(), tasks);
    Parts { tasks: family, affine, held_out }
}

fn held_out(kind: Kind, draw: &mut Draw, n: usize, tasks: usize) -> Box<dyn TaskFamily> {
    let loss = kind.loss();
    match kind {
        Kind::Formulas => Box::new(Formulas::new(n, vec![draw.formula(n)])),
        Kind::Quadratics => Box::new(Quadratics::new(vec![draw.quadratic(n)])),
        Kind::Regression => {
            let (x, targets) = draw.set(loss, 9, n, 1);
            Box::new(SquaredErrors::new(&x, targets, 0.0).expect("finite"))
        }
        Kind::SharedNetwork(_) => Box::new(Network::new(draw.samples(loss, 6, 1, 1), HIDDEN, 1, loss, 0.0)),
        Kind::SeparateNetwork(_) => {
            Box::new(Network::new(draw.samples(loss, 6, 1, 1), HIDDEN, tasks, loss, 0.0))
        }
        _ => Box::new(LinearModel::new(draw.samples(loss, 10, n, 1), loss, 0.0)),
    }
}

/// A problem with the kind's own linear combination.
pub fn problem(kind: Kind, seed: u64) -> GeneralProblem {
    let Parts { tasks, affine, held_out } = parts(kind, seed, 2);
    GeneralProblem::new(tasks, Box::new(affine), held_out, None)
}

/// A problem whose losses a monotone network combines.
pub fn monotone_problem(kind: Kind, seed: u64, widths: &[usize]) -> GeneralProblem {
    let Parts { tasks, held_out, .. } = parts(kind, seed, 2);
    let network = Monotone::new(tasks.n_tasks(), widths);
    GeneralProblem::new(tasks, Box::new(network), held_out, None)
}

/// φ for a combination: weights not negative, all small enough for a network's softplus to bend.
pub fn start_phi(combination: &dyn Combination, draw: &mut Draw) -> Vec<f64> {
    let mask = combination.non_negative();
    let low = |j: usize| if mask.as_ref().is_none_or(|mask| mask[j]) { 0.05 } else { -0.6 };
    (0..combination.n_phi()).map(|j| draw.number(low(j), 0.6)).collect()
}

/// φ with which a problem's training loss is convex (where its family is).
pub fn admissible_phi(problem: &GeneralProblem, draw: &mut Draw) -> Vec<f64> {
    let mask = problem.non_negative();
    let low = |j: usize| if mask.as_ref().is_none_or(|mask| mask[j]) { 0.1 } else { -0.5 };
    (0..problem.n_phi()).map(|j| draw.number(low(j), 0.7)).collect()
}

/// `W*(φ)` that Newton's method finds from `w`.
pub fn respond(problem: &GeneralProblem, phi: &[f64], w: &[f64]) -> DVector<f64> {
    let mut inner = problem.inner();
    inner.set_phi(phi);
    let mut w = DVector::from_column_slice(w);
    inner.minimise(&mut w).expect("a minimum");
    w
}

/// `L_A(W*(φ))`, solved anew from `w`.
pub fn outer_loss_from(problem: &GeneralProblem, phi: &[f64], w: &[f64]) -> f64 {
    let w = respond(problem, phi, w);
    problem.outer_at(&w, &mut w.clone())
}

/// A state at `w` and `phi`.
pub fn state(problem: &GeneralProblem, w: &[f64], phi: &[f64]) -> LaneState<Dyn> {
    LaneState::start(problem, w, DVector::from_column_slice(phi))
}

/// Asserts `|found - expected| ≤ tolerance · max(1, largest |expected|)`.
#[track_caller]
pub fn assert_near(what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}: length");
    let size = expected.iter().fold(1.0_f64, |m, x| m.max(x.abs()));
    for (i, (f, e)) in found.iter().zip(expected).enumerate() {
        assert!((f - e).abs() <= tolerance * size, "{what}[{i}]: found {f:?}, expected {e:?}");
    }
}
