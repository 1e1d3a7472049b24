//! Helpers of several subjects: finite differences, random regressions, small quadratics, answers solved for.

use std::sync::Arc;

use auxilearn_lab::curvature::Dense;
use auxilearn_lab::hypergradient::{Estimator, ImplicitFunction};
use auxilearn_lab::ihvp::{Direct, InverseHvp};
use auxilearn_lab::loss::Quadratic;
use auxilearn_lab::problem::{
    BilevelProblem, EigenbasisRegression, InnerObjective, QuadraticProblem, RegressionData, TaskData,
};
use auxilearn_lab::run::{LaneSpec, Run};
use auxilearn_lab::state::LaneState;
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DVector, DefaultAllocator, Dim, Dyn, OVector};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

/// Central differences of `f` at `x`, component by component.
pub fn central_differences(f: impl Fn(&[f64]) -> f64, x: &[f64], h: f64) -> Vec<f64> {
    (0..x.len())
        .map(|i| {
            let at = |shift: f64| {
                let mut moved = x.to_vec();
                moved[i] += shift;
                f(&moved)
            };
            (at(h) - at(-h)) / (2.0 * h)
        })
        .collect()
}

/// A random regression: inputs and noise uniform, so that no test leans on the normal generator.
pub fn random_data(seed: u64, n: usize, m: usize, samples: usize) -> RegressionData {
    let mut rng = Pcg64::seed_from_u64(seed);
    let mut draw = move || 2.0 * rng.random::<f64>() - 1.0;
    let mut set = |count: usize| TaskData {
        x: DMatrix::from_fn(count, n, |_, _| draw()),
        y: DVector::from_fn(count, |_, _| 3.0 * draw()),
    };
    let train = set(samples);
    let auxiliaries = (0..m).map(|_| set(samples).y).collect();
    RegressionData { train, auxiliaries, auxiliary_set: set(samples), test_set: Some(set(samples)) }
}

/// The regression as dense quadratics in the model's own coordinates: the long way round, to hold
/// the eigenbasis against.
pub fn dense_regression(data: &RegressionData) -> QuadraticProblem<Dyn, Dense<Dyn>> {
    let reduce = |set: &TaskData, y: &DVector<f64>| mean_squared_error(&set.x, y);
    let train = std::iter::once(&data.train.y).chain(&data.auxiliaries);
    QuadraticProblem::new(
        train.map(|y| reduce(&data.train, y)).collect(),
        reduce(&data.auxiliary_set, &data.auxiliary_set.y),
        data.test_set.as_ref().map(|set| reduce(set, &set.y)),
    )
}

/// The mean squared error expanded about its least-squares solution.
pub fn mean_squared_error(x: &DMatrix<f64>, y: &DVector<f64>) -> Quadratic<Dyn> {
    let share = 2.0 / x.nrows() as f64;
    let origin = x.clone().svd(true, true).solve(y, 1e-12).expect("a solution");
    let residual = x * &origin - y;
    let floor = residual.norm_squared() / x.nrows() as f64;
    Quadratic::about(origin, floor, x.tr_mul(&residual) * share, Dense(x.tr_mul(x) * share))
}

/// A quadratic `½(w-c)ᵀA(w-c)` from rows of `A`.
pub fn centred(a: &[&[f64]], centre: &[f64]) -> Quadratic<Dyn> {
    let n = centre.len();
    let a = DMatrix::from_row_iterator(n, n, a.iter().copied().flatten().copied());
    Quadratic::centred(DVector::from_column_slice(centre), Dense(a))
}

/// `½‖w - centre‖²`.
pub fn round(centre: &[f64]) -> Quadratic<Dyn> {
    let n = centre.len();
    Quadratic::centred(DVector::from_column_slice(centre), Dense(DMatrix::identity(n, n)))
}

/// The state evaluated at `w` and `phi`, without a step.
pub fn state_at<D: Dim>(problem: &impl BilevelProblem<D>, w: &[f64], phi: &[f64]) -> LaneState<D>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    LaneState::start(problem, w, DVector::from_column_slice(phi))
}

/// `W*(φ)` in the model's coordinates.
pub fn best_response<D: Dim>(problem: &impl BilevelProblem<D>, phi: &[f64]) -> Vec<f64>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    let mut inner = problem.inner();
    inner.set_phi(phi);
    let mut w = OVector::zeros_generic(problem.dim(), nalgebra::U1);
    inner.minimise(&mut w).expect("a unique minimum");
    let mut model = w.clone();
    problem.write_model(&w, &mut model);
    model.as_slice().to_vec()
}

/// The alignment at `w` and `phi` by `inverse`.
pub fn alignment_by<D: Dim, P: BilevelProblem<D>>(
    problem: &P,
    w: &[f64],
    phi: &[f64],
    inverse: &(impl InverseHvp + Clone),
) -> Vec<f64>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    let state = state_at(problem, w, phi);
    let mut inner = problem.inner();
    inner.set_phi(phi);
    let mut found = vec![0.0; phi.len()];
    let mut formula = ImplicitFunction::new(problem.dim(), inverse.clone());
    formula.estimate(problem, &mut inner, &state, &mut found).expect("a product");
    found
}

/// The exact hypergradient at the best response.
pub fn exact_hypergradient<D: Dim, P: BilevelProblem<D>>(problem: &P, phi: &[f64]) -> Vec<f64>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    let w = best_response(problem, phi);
    alignment_by(problem, &w, phi, &Direct::default()).into_iter().map(|a| -a).collect()
}

/// `L_A(W*(φ))`, the inner problem solved anew.
pub fn outer_loss<D: Dim>(problem: &impl BilevelProblem<D>, phi: &[f64]) -> f64
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    state_at(problem, &best_response(problem, phi), phi).outer_loss
}

/// A lane on a regression of run-time size.
pub fn lane(data: &RegressionData, spec: LaneSpec) -> Run {
    let n = data.train.x.ncols();
    let problem = Arc::new(EigenbasisRegression::new(data, Dyn(n)).expect("finite data"));
    Run::plain(problem, &spec).expect("a plain lane")
}
