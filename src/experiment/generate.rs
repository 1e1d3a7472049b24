//! Seeded draws, each purpose from its own [`Stream`].

use nalgebra::{DMatrix, DVector};
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64;

use super::data::{AuxiliaryTask, Generated, Sinusoids};
use crate::problem::{RegressionData, TaskData};
use crate::random::Stream;

/// Lines of a table in the order in which a seed splits them into sets.
pub(crate) fn shuffled(mut lines: Vec<usize>, seed: u64) -> Vec<usize> {
    lines.shuffle(&mut Stream::Split.generator(seed));
    lines
}

/// `count` of the lines of a table, drawn by a seed, in their order.
pub(crate) fn drawn_lines(mut lines: Vec<usize>, count: usize, seed: u64) -> Vec<usize> {
    lines.shuffle(&mut Stream::Lines.generator(seed));
    lines.truncate(count);
    lines.sort_unstable();
    lines
}

/// A standard normal draw by Marsaglia's polar method.
///
/// Written here because `rand_distr` takes the platform's `ln`, whose last bit differs between
/// machines; `libm` is the same everywhere.
pub(super) fn normal(rng: &mut Pcg64) -> f64 {
    loop {
        let (u, v) = (2.0 * rng.random::<f64>() - 1.0, 2.0 * rng.random::<f64>() - 1.0);
        let s = u * u + v * v;
        if s > 0.0 && s < 1.0 {
            return u * (-2.0 * libm::log(s) / s).sqrt();
        }
    }
}

/// Adds `noise` times a standard normal draw to every target.
pub(super) fn add_noise(y: &mut DVector<f64>, noise: f64, mut rng: Pcg64) {
    for y in y.iter_mut() {
        *y += noise * normal(&mut rng);
    }
}

/// `count` inputs `x ~ N(0, I)` of `n` numbers. Sample after sample, so that a longer set begins with the
/// shorter one's samples.
pub(super) fn inputs(count: usize, n: usize, seed: u64, purpose: Stream) -> DMatrix<f64> {
    let mut rng = purpose.generator(seed);
    DMatrix::from_row_iterator(count, n, (0..count * n).map(|_| normal(&mut rng)))
}

/// Data of linear tasks: `x ~ N(0, I)`, `y = x·w + noise`.
pub(super) fn samples(data: &Generated, seed: u64) -> RegressionData {
    let n = data.main.w.len();
    let draw = Draw {
        sizes: [data.n_train, data.n_aux_set, data.n_test],
        n_auxiliaries: data.auxiliaries.len(),
        test_noise: data.test_noise,
        seed,
    };
    draw.samples(
        |count, purpose| inputs(count, n, seed, purpose),
        |k, x| {
            let (w, noise) = match k {
                0 => (&data.main.w, Noise::Normal(data.main.noise)),
                k => (&data.auxiliaries[k - 1].w, noise_of(&data.auxiliaries[k - 1])),
            };
            (x * DVector::from_column_slice(w), noise)
        },
    )
}

/// What is added to targets.
enum Noise {
    /// A normal of this standard deviation.
    Normal(f64),
    /// This multiple of Student's t with so many degrees of freedom.
    StudentT(f64, usize),
}

impl Noise {
    fn add(&self, y: &mut DVector<f64>, mut rng: Pcg64) {
        match *self {
            Self::Normal(noise) => add_noise(y, noise, rng),
            Self::StudentT(noise, degrees) => {
                for y in y.iter_mut() {
                    let z = normal(&mut rng);
                    let squares: f64 = (0..degrees).map(|_| normal(&mut rng)).map(|x| x * x).sum();
                    *y += noise * z / (squares / degrees as f64).sqrt();
                }
            }
        }
    }
}

fn noise_of(task: &AuxiliaryTask) -> Noise {
    task.student_t.map_or(Noise::Normal(task.noise), |degrees| Noise::StudentT(task.noise, degrees))
}

/// Data of sinusoids: `x` uniform, `y = amplitude·sin(frequency·x + phase) + noise`.
pub(super) fn sinusoids(data: &Sinusoids, seed: u64) -> RegressionData {
    let draw = Draw {
        sizes: [data.n_train, data.n_aux_set, data.n_test],
        n_auxiliaries: data.auxiliaries.len(),
        test_noise: 0.0,
        seed,
    };
    draw.samples(
        |count, purpose| {
            let mut rng = purpose.generator(seed);
            DMatrix::from_fn(count, 1, |_, _| data.range * (2.0 * rng.random::<f64>() - 1.0))
        },
        |k, x| {
            let shape = if k == 0 { &data.main } else { &data.auxiliaries[k - 1].shape };
            let at = |x: f64| shape.amplitude * libm::sin(shape.frequency * x + shape.phase);
            (DVector::from_iterator(x.nrows(), x.iter().map(|&x| at(x))), Noise::Normal(shape.noise))
        },
    )
}

/// What is drawn, whatever the truth is.
struct Draw {
    /// Training, auxiliary-set and test samples.
    sizes: [usize; 3],
    n_auxiliaries: usize,
    test_noise: f64,
    seed: u64,
}

impl Draw {
    /// `inputs` draws a set's inputs, `truth` has the targets of task `k` (0 is the main one) without noise,
    /// and the noise that training and auxiliary-set targets get.
    fn samples(
        &self,
        inputs: impl Fn(usize, Stream) -> DMatrix<f64>,
        truth: impl Fn(usize, &DMatrix<f64>) -> (DVector<f64>, Noise),
    ) -> RegressionData {
        let seed = self.seed;
        let main = |count, input_stream, noise: Option<Noise>, noise_stream: Stream| {
            let x = inputs(count, input_stream);
            let (mut y, usual) = truth(0, &x);
            noise.unwrap_or(usual).add(&mut y, noise_stream.generator(seed));
            TaskData { x, y }
        };
        let [n_train, n_aux_set, n_test] = self.sizes;
        let train = main(n_train, Stream::TrainInputs, None, Stream::MainNoise);
        let auxiliaries = (0..self.n_auxiliaries).map(|k| {
            let (mut y, noise) = truth(k + 1, &train.x);
            noise.add(&mut y, Stream::AuxiliaryNoise(k).generator(seed));
            y
        });
        RegressionData {
            auxiliaries: auxiliaries.collect(),
            auxiliary_set: main(n_aux_set, Stream::AuxSetInputs, None, Stream::AuxSetNoise),
            test_set: (n_test > 0).then(|| {
                main(n_test, Stream::TestInputs, Some(Noise::Normal(self.test_noise)), Stream::TestNoise)
            }),
            train,
        }
    }
}

/// Which of `count` samples are flipped, a `share` of them, ascending.
pub(super) fn flips(count: usize, share: f64, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.shuffle(&mut Stream::Flips.generator(seed));
    order.truncate((share * count as f64).round() as usize);
    order.sort_unstable();
    order
}
