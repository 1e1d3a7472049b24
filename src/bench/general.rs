//! The cases that are no least squares, on data that `benches/browser/` draws too, bit for bit: there
//! plain JavaScript must end at the same numbers.

use nalgebra::{DMatrix, DVector};

use crate::combination::Affine;
use crate::family::{LinearModel, Network, SampleLoss, Samples, TaskFamily};
use crate::ihvp::{InverseHvpKind, Neumann, Scaling};
use crate::inner::{GradientDescent, InnerSolver};
use crate::lanes;
use crate::method::{Implicit, MethodKind};
use crate::outer::{OuterOptimizer, Sgd};
use crate::problem::GeneralProblem;
use crate::run::{LaneSpec, Run};

/// Auxiliary tasks of both cases.
const K: usize = 2;

/// Marsaglia's xorshift of 32 bits: a line in JavaScript too.
struct Draw(u32);

impl Draw {
    /// The next number, from -½ to below ½.
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        f64::from(self.0) / 4_294_967_296.0 - 0.5
    }
}

/// `count` samples: their inputs, and a column of targets for each of `tasks`. Each sample draws its
/// inputs, then its targets.
fn samples(
    draw: &mut Draw,
    count: usize,
    tasks: usize,
    input: impl Fn(&mut Draw) -> Vec<f64>,
    target: impl Fn(&mut Draw, &[f64], usize) -> f64,
) -> Samples {
    let (mut rows, mut columns) = (Vec::new(), vec![Vec::new(); tasks]);
    for _ in 0..count {
        let x = input(draw);
        for (k, column) in columns.iter_mut().enumerate() {
            column.push(target(draw, &x, k));
        }
        rows.extend(x);
    }
    let x = DMatrix::from_row_slice(count, rows.len() / count, &rows);
    Samples::new(&x, columns.into_iter().map(DVector::from_vec).collect())
}

/// Logistic regression of 10 parameters on 100 samples a set, `l2` = 0.01.
pub fn logistic(steps: u64) -> Run {
    let mut draw = Draw(2_463_534_242);
    let input = |draw: &mut Draw| (0..10).map(|_| 2.0 * draw.next()).collect();
    let weight = |k: usize, j: usize| match (k, j % 2) {
        (0, _) | (_, 0) => 1.0,
        (1, _) => 0.5,
        _ => -1.0,
    };
    let target = |draw: &mut Draw, x: &[f64], k: usize| {
        let side: f64 = x.iter().enumerate().fold(draw.next(), |sum, (j, x)| sum + weight(k, j) * x);
        f64::from(side > 0.0)
    };
    let mut set = |tasks| samples(&mut draw, 100, tasks, input, target);
    let family = |samples, l2| Box::new(LinearModel::new(samples, SampleLoss::Logistic, l2));
    let (train, aux_set, test) = (family(set(K + 1), 0.01), family(set(1), 0.0), family(set(1), 0.0));
    run(train, aux_set, test, vec![0.0; 10], 0.5, steps)
}

/// A 1-8-1 tanh network (25 parameters) on noisy cubics, 20 samples a set, `l2` = 0.001.
pub fn network(steps: u64) -> Run {
    let mut draw = Draw(2_463_534_242);
    let input = |draw: &mut Draw| vec![4.0 * draw.next()];
    let target = |draw: &mut Draw, x: &[f64], k: usize| {
        let shifted = x[0] - 0.5 * k as f64;
        shifted * (1.0 - shifted * shifted / 4.0) + 0.5 * draw.next()
    };
    let mut set = |tasks| samples(&mut draw, 20, tasks, input, target);
    let family = |samples, l2| Box::new(Network::new(samples, 8, 1, SampleLoss::Squared, l2));
    let (train, aux_set, test) = (family(set(K + 1), 0.001), family(set(1), 0.0), family(set(1), 0.0));
    let w = (0..25).map(|_| draw.next()).collect();
    run(train, aux_set, test, w, 0.02, steps)
}

/// One implicit lane: 10 inner gradient steps of `lr`, a Neumann series of `J` = 3, outer SGD of 0.02.
fn run(
    train: Box<dyn TaskFamily>,
    aux_set: Box<dyn TaskFamily>,
    test: Box<dyn TaskFamily>,
    w: Vec<f64>,
    lr: f64,
    steps: u64,
) -> Run {
    let problem = GeneralProblem::new(train, Box::new(Affine::linear(K)), aux_set, Some(test));
    let method = MethodKind::Implicit(Implicit {
        inner: InnerSolver::GradientDescent(GradientDescent { lr, steps: 10 }),
        outer: OuterOptimizer::Sgd(Sgd { lr: 0.02, momentum: 0.0, weight_decay: 0.0, max_norm: Some(10.0) }),
        inverse_hvp: InverseHvpKind::Neumann(Neumann {
            terms: 3,
            alpha: lr,
            scaling: Scaling::Alpha,
            damping: 0.0,
        }),
        warm_start: true,
        batch: None,
    });
    lanes::on_general(problem, &[LaneSpec::new("bench", method, steps, w, vec![1.0; K])]).remove(0)
}
