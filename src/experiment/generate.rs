//! Seeded draws. The generator is PCG64, and each purpose has one of its own, so that
//! changing the size of one set leaves the numbers of every other set as they were.

use nalgebra::{DMatrix, DVector};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use super::data::Generated;
use crate::problem::{RegressionData, TaskData};

/// What random numbers are for.
#[derive(Clone, Copy)]
pub(super) enum Stream {
    TrainInputs = 0,
    MainNoise = 1,
    AuxSetInputs = 2,
    AuxSetNoise = 3,
    TestInputs = 4,
    TestNoise = 5,
    Split = 6,
}

/// Stream of the noise of auxiliary task `k`.
const AUXILIARY_NOISE: u64 = 1 << 8;

/// The generator of one purpose.
pub(super) fn stream(seed: u64, purpose: Stream) -> Pcg64 {
    numbered_stream(seed, purpose as u64)
}

/// The generator of the noise of auxiliary task `k`.
pub(super) fn auxiliary_noise(seed: u64, k: usize) -> Pcg64 {
    numbered_stream(seed, AUXILIARY_NOISE + k as u64)
}

/// Seeds are spread by the golden ratio and then mixed by `seed_from_u64` (SplitMix64): PCG's own
/// streams and jumps of a power of two would be correlated.
fn numbered_stream(seed: u64, number: u64) -> Pcg64 {
    Pcg64::seed_from_u64(seed ^ (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
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

/// Data of linear tasks: `x ~ N(0, I)`, `y = x·w + noise`.
pub(super) fn samples(data: &Generated, seed: u64) -> RegressionData {
    let n = data.main.w.len();
    let inputs = |count, purpose| {
        let mut rng = stream(seed, purpose);
        // Sample after sample, so that a longer set begins with the shorter one's samples.
        DMatrix::from_row_iterator(count, n, (0..count * n).map(|_| normal(&mut rng)))
    };
    let targets = |x: &DMatrix<f64>, w: &[f64], noise, rng| {
        let mut y = x * DVector::from_column_slice(w);
        add_noise(&mut y, noise, rng);
        y
    };
    let main = |count, input_stream, noise, noise_stream| {
        let x = inputs(count, input_stream);
        let y = targets(&x, &data.main.w, noise, stream(seed, noise_stream));
        TaskData { x, y }
    };
    let noise = data.main.noise;
    let train = main(data.n_train, Stream::TrainInputs, noise, Stream::MainNoise);
    let auxiliaries = data.auxiliaries.iter().enumerate();
    RegressionData {
        auxiliaries: auxiliaries
            .map(|(k, task)| targets(&train.x, &task.w, task.noise, auxiliary_noise(seed, k)))
            .collect(),
        train,
        auxiliary_set: main(data.n_aux_set, Stream::AuxSetInputs, noise, Stream::AuxSetNoise),
        test_set: (data.n_test > 0)
            .then(|| main(data.n_test, Stream::TestInputs, data.test_noise, Stream::TestNoise)),
    }
}
