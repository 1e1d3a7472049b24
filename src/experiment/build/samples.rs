//! Problems whose φ are no weights of tasks.

use nalgebra::{DMatrix, DVector};

use super::{Family, boxed, labels as as_labels, squared};
use crate::combination::Affine;
use crate::error::ExperimentError;
use crate::experiment::data::{HeldOutSamples, Penguins, rows};
use crate::experiment::generate::{add_noise, flips, inputs};
use crate::experiment::penguins;
use crate::experiment::problem::{
    AuxSet, GeneratedSamples, LabelSource, LearnedLabels, Ridge, RidgeSource, SampleSource, SampleWeights,
};
use crate::family::{
    LearnedLabels as LabelFamily, LinearModel, Ridge as RidgeFamily, SampleLoss,
    SampleWeights as WeightFamily, Samples, TaskFamily,
};
use crate::problem::{GeneralProblem, TaskData};
use crate::random::Stream;

/// Training, auxiliary and test set of one task.
struct Sets {
    train: TaskData,
    auxiliary_set: TaskData,
    test_set: Option<TaskData>,
}

impl Sets {
    /// The problem of these tasks, judged by a linear model's loss.
    fn judging(
        &self,
        tasks: impl TaskFamily + 'static,
        combination: Affine,
        aux_set: AuxSet,
        loss: SampleLoss,
    ) -> Result<GeneralProblem, ExperimentError> {
        let auxiliary_set = match aux_set {
            AuxSet::HeldOut => &self.auxiliary_set,
            AuxSet::Train => &self.train,
        };
        let on = |set: &TaskData| mean_loss(set, loss);
        let test_set = self.test_set.as_ref().map(on).transpose()?;
        Ok(GeneralProblem::new(boxed(tasks), Box::new(combination), on(auxiliary_set)?, test_set))
    }
}

fn mean_loss(set: &TaskData, loss: SampleLoss) -> Family {
    match loss {
        SampleLoss::Squared => squared(&set.x, vec![set.y.clone()], 0.0),
        SampleLoss::Logistic => Ok(boxed(LinearModel::new(one_task(set), loss, 0.0))),
    }
}

fn one_task(set: &TaskData) -> Samples {
    Samples::new(&set.x, vec![set.y.clone()])
}

fn given(set: &HeldOutSamples) -> TaskData {
    TaskData { x: rows(&set.x), y: DVector::from_column_slice(&set.main) }
}

/// Sets of a linear truth.
struct Truth<'a> {
    w: &'a [f64],
    noise: f64,
    sizes: [usize; 3],
    loss: SampleLoss,
    seed: u64,
}

impl Truth<'_> {
    fn sets(&self) -> Sets {
        let [n_train, n_aux_set, n_test] = self.sizes;
        Sets {
            train: self.set(n_train, Stream::TrainInputs, Some(Stream::MainNoise)),
            auxiliary_set: self.set(n_aux_set, Stream::AuxSetInputs, Some(Stream::AuxSetNoise)),
            test_set: (n_test > 0).then(|| self.set(n_test, Stream::TestInputs, None)),
        }
    }

    fn set(&self, count: usize, input_stream: Stream, noise_stream: Option<Stream>) -> TaskData {
        let x = inputs(count, self.w.len(), self.seed, input_stream);
        let mut y = &x * DVector::from_column_slice(self.w);
        if let Some(purpose) = noise_stream {
            add_noise(&mut y, self.noise, purpose.generator(self.seed));
        }
        if self.loss == SampleLoss::Logistic {
            y = as_labels(&y);
        }
        TaskData { x, y }
    }
}

/// `φ_i` weighs training sample `i`.
pub(super) fn weights(problem: &SampleWeights, seed: u64) -> Result<GeneralProblem, ExperimentError> {
    let SampleWeights { data, loss, l2, aux_set } = problem;
    let sets = match data {
        SampleSource::Generated(data) => flipped(data, *loss, seed),
        SampleSource::Inline(data) => Sets {
            train: given(&data.train),
            auxiliary_set: given(&data.aux_set),
            test_set: data.test.as_ref().map(given),
        },
    };
    let family = WeightFamily::new(one_task(&sets.train), *loss, *l2);
    let combination = Affine::sample_weights(sets.train.y.len());
    sets.judging(family, combination, *aux_set, *loss)
}

/// Generated samples, some of whose training targets are flipped.
fn flipped(data: &GeneratedSamples, loss: SampleLoss, seed: u64) -> Sets {
    let sizes = [data.n_train, data.n_aux_set, data.n_test];
    let mut sets = Truth { w: &data.w, noise: data.noise, sizes, loss, seed }.sets();
    for i in flips(data.n_train, data.flipped, seed) {
        let y = &mut sets.train.y[i];
        *y = if loss == SampleLoss::Logistic { 1.0 - *y } else { -*y };
    }
    sets
}

/// φ are the labels of an auxiliary task.
pub(super) fn labels(problem: &LearnedLabels, seed: u64) -> Result<GeneralProblem, ExperimentError> {
    let LearnedLabels { data, loss, weight, l2, aux_set } = problem;
    let (sets, x) = match data {
        LabelSource::Generated(data) => {
            let sizes = [data.n_train, data.n_aux_set, data.n_test];
            let truth = Truth { w: &data.w, noise: data.noise, sizes, loss: *loss, seed };
            (truth.sets(), inputs(data.n_labels, data.w.len(), seed, Stream::Labels))
        }
        LabelSource::Inline(data) => {
            let sets = Sets {
                train: given(&data.train),
                auxiliary_set: given(&data.aux_set),
                test_set: data.test.as_ref().map(given),
            };
            (sets, rows(&data.labels.x))
        }
    };
    let main = LinearModel::new(one_task(&sets.train), *loss, *l2);
    let family = LabelFamily::new(main, unlabelled(&x), *loss, *weight);
    let combination = Affine::labels(x.nrows(), family.curvature());
    sets.judging(family, combination, *aux_set, *loss)
}

fn unlabelled(x: &DMatrix<f64>) -> Samples {
    Samples::new(x, Vec::new())
}

/// `φ_j` is the penalty of coordinate `j`.
pub(super) fn ridge(problem: &Ridge, seed: u64) -> Result<GeneralProblem, ExperimentError> {
    let sets = match &problem.data {
        RidgeSource::Generated(data) => {
            let sizes = [data.n_train, data.n_aux_set, data.n_test];
            let (w, noise) = (&data.main.w, data.main.noise);
            Truth { w, noise, sizes, loss: SampleLoss::Squared, seed }.sets()
        }
        RidgeSource::Inline(data) => Sets {
            train: given(&data.train),
            auxiliary_set: given(&data.aux_set),
            test_set: data.test.as_ref().map(given),
        },
        RidgeSource::Penguins(data) => birds(data, seed),
    };
    let family = RidgeFamily::new(squared(&sets.train.x, vec![sets.train.y.clone()], 0.0)?);
    let combination = Affine::linear(sets.train.x.ncols());
    sets.judging(family, combination, problem.aux_set, SampleLoss::Squared)
}

fn birds(data: &Penguins, seed: u64) -> Sets {
    let samples = penguins::samples(data, seed);
    Sets { train: samples.train, auxiliary_set: samples.auxiliary_set, test_set: samples.test_set }
}
