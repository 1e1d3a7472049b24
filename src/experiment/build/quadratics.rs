//! Quadratic problems, given or drawn.

use nalgebra::{DMatrix, DVector, Dyn};

use crate::combination::Combination;
use crate::curvature::Dense;
use crate::error::ExperimentError;
use crate::experiment::data::rows;
use crate::experiment::generate::normal;
use crate::experiment::problem::{
    AuxSet, Curvature, GeneratedQuadratics, InlineQuadratics, NamedQuadratic, Quadratic, QuadraticForm,
    QuadraticSource, auxiliary_name,
};
use crate::family::Quadratics;
use crate::loss;
use crate::problem::GeneralProblem;
use crate::random::Stream;

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
        QuadraticSource::Generated(data) => given(&drawn(data, seed)),
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

/// Quadratics about a common truth, as a document would give them; see [`GeneratedQuadratics`].
pub(in crate::experiment) fn drawn(data: &GeneratedQuadratics, seed: u64) -> InlineQuadratics {
    let n = data.n;
    let mut shapes = Stream::Shapes.generator(seed);
    let mut curvature = || {
        let directions = DMatrix::from_fn(n, n, |_, _| normal(&mut shapes));
        let share = |i: usize| if n == 1 { 0.0 } else { i as f64 / (n - 1) as f64 };
        let eigenvalues = DVector::from_fn(n, |i, _| libm::pow(data.condition, share(i)));
        let Dense(matrix) = Dense::about_axes_of(directions, &eigenvalues);
        Curvature::Full(matrix.row_iter().map(|row| row.iter().copied().collect()).collect())
    };
    let about = |centre: &DVector<f64>, curvature| QuadraticForm::Centred {
        centre: centre.as_slice().to_vec(),
        curvature,
        floor: 0.0,
    };
    let near = |truth: &DVector<f64>, distance: f64, rng| {
        let mut rng = rng;
        truth + DVector::from_fn(n, |_, _| normal(&mut rng)) * distance
    };
    let truth = near(&DVector::zeros(n), 1.0, Stream::TrainInputs.generator(seed));
    let count = data.n_auxiliaries;
    let main = about(&near(&truth, data.noise, Stream::MainNoise.generator(seed)), Some(curvature()));
    let auxiliaries = (0..count).map(|k| {
        let distance = data.spread * (k + 1) as f64 / count as f64;
        let centre = near(&truth, distance, Stream::AuxiliaryNoise(k).generator(seed));
        NamedQuadratic { name: auxiliary_name(k), form: about(&centre, Some(curvature())) }
    });
    let auxiliaries = auxiliaries.collect();
    // The test loss is half the squared distance to the truth.
    let test = Some(about(&truth, None));
    InlineQuadratics { main, auxiliaries, test, aux_set: about(&truth, Some(curvature())) }
}
