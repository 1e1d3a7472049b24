//! Quadratic problems, given or drawn.

use nalgebra::{DMatrix, DVector, Dyn};

use crate::combination::Combination;
use crate::curvature::Dense;
use crate::error::ExperimentError;
use crate::experiment::data::rows;
use crate::experiment::generate::{Stream, auxiliary_noise, normal, stream};
use crate::experiment::problem::{
    AuxSet, Curvature, GeneratedQuadratics, InlineQuadratics, Quadratic, QuadraticForm, QuadraticSource,
};
use crate::family::Quadratics;
use crate::loss;
use crate::problem::GeneralProblem;

type Loss = loss::Quadratic<Dyn>;

/// The losses of a quadratic problem: training tasks, `L_A`, test.
struct Losses {
    tasks: Vec<Loss>,
    auxiliary_set: Loss,
    test_set: Option<Loss>,
}

/// The problem that a document describes.
pub(super) fn problem(
    document: &Quadratic,
    combination: Box<dyn Combination>,
    seed: u64,
) -> Result<GeneralProblem, ExperimentError> {
    let losses = match &document.data {
        QuadraticSource::Inline(data) => given(data),
        QuadraticSource::Generated(data) => drawn(data, seed),
    };
    let auxiliary_set = match document.aux_set {
        AuxSet::HeldOut => losses.auxiliary_set,
        AuxSet::Train => losses.tasks[0].clone(),
    };
    let all = losses.tasks.iter().chain([&auxiliary_set]).chain(&losses.test_set);
    if !all.into_iter().all(Loss::is_finite) {
        return Err(crate::experiment::overflow());
    }
    let one = |loss| Box::new(Quadratics::new(vec![loss]));
    let test_set = losses.test_set.map(|loss| one(loss) as _);
    Ok(GeneralProblem::new(
        Box::new(Quadratics::new(losses.tasks)),
        combination,
        one(auxiliary_set),
        test_set,
    ))
}

fn given(data: &InlineQuadratics) -> Losses {
    let forms = std::iter::once(&data.main).chain(data.auxiliaries.iter().map(|task| &task.form));
    Losses {
        tasks: forms.map(loss_of).collect(),
        auxiliary_set: loss_of(&data.aux_set),
        test_set: data.test.as_ref().map(loss_of),
    }
}

fn loss_of(form: &QuadraticForm) -> Loss {
    match form {
        QuadraticForm::Centred { centre, curvature, floor } => {
            let n = centre.len();
            let curvature = match curvature {
                None => DMatrix::identity(n, n),
                Some(Curvature::Diagonal(diagonal)) => {
                    DMatrix::from_diagonal(&DVector::from_column_slice(diagonal))
                }
                Some(Curvature::Full(matrix)) => rows(matrix),
            };
            Loss::about(DVector::from_column_slice(centre), *floor, DVector::zeros(n), Dense(curvature))
        }
        QuadraticForm::Explicit { a, b, c } => Loss::explicit(rows(a), &DVector::from_column_slice(b), *c),
    }
}

/// Quadratics about a common truth; see [`GeneratedQuadratics`].
fn drawn(data: &GeneratedQuadratics, seed: u64) -> Losses {
    let n = data.n;
    let mut shapes = stream(seed, Stream::Shapes);
    let mut curvature = || {
        let axes = DMatrix::from_fn(n, n, |_, _| normal(&mut shapes)).qr().q();
        let share = |i: usize| if n == 1 { 0.0 } else { i as f64 / (n - 1) as f64 };
        let eigenvalues = DVector::from_fn(n, |i, _| libm::pow(data.condition, share(i)));
        let matrix = &axes * DMatrix::from_diagonal(&eigenvalues) * axes.transpose();
        Dense((&matrix + matrix.transpose()) * 0.5)
    };
    let about = |centre: DVector<f64>, curvature| Loss::about(centre, 0.0, DVector::zeros(n), curvature);
    let near = |truth: &DVector<f64>, distance: f64, rng| {
        let mut rng = rng;
        truth + DVector::from_fn(n, |_, _| normal(&mut rng)) * distance
    };
    let truth = near(&DVector::zeros(n), 1.0, stream(seed, Stream::TrainInputs));
    let count = data.n_auxiliaries;
    let auxiliaries = (0..count).map(|k| {
        let distance = data.spread * (k + 1) as f64 / count as f64;
        near(&truth, distance, auxiliary_noise(seed, k))
    });
    let centres: Vec<_> = std::iter::once(near(&truth, data.noise, stream(seed, Stream::MainNoise)))
        .chain(auxiliaries)
        .collect();
    let tasks = centres.into_iter().map(|centre| about(centre, curvature())).collect();
    // The test loss is half the squared distance to the truth.
    let test_set = Some(about(truth.clone(), Dense(DMatrix::identity(n, n))));
    Losses { tasks, test_set, auxiliary_set: about(truth, curvature()) }
}
