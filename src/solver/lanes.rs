//! From problems to runs, with the dimension known at compile time where it is a small constant.

use std::sync::Arc;

use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn};

use crate::problem::{EigenbasisRegression, GeneralProblem, RegressionData, general_regression};
use crate::run::{LaneSpec, Run};

/// One run per lane, all on the same regression: in its eigenbasis where that is well conditioned and a lane needs no
/// more, else as a general problem. `None` if a sum of products of the data overflows.
pub fn on_regression(data: &RegressionData, specs: &[LaneSpec]) -> Option<Vec<Run>> {
    let in_general = || general_regression(data).map(Arc::new);
    let mut general = if specs.iter().any(|spec| spec.diagnostics) { Some(in_general()?) } else { None };
    let fast = Fast::of(data, general.as_ref());
    specs
        .iter()
        .map(|spec| {
            if let Some(run) = fast.as_ref().and_then(|fast| fast.run(spec)) {
                return Some(run);
            }
            if general.is_none() {
                general = in_general();
            }
            Some(Run::general(general.clone()?, spec))
        })
        .collect()
}

/// One run per lane on a general problem.
pub fn on_general(problem: GeneralProblem, specs: &[LaneSpec]) -> Vec<Run> {
    let problem = Arc::new(problem);
    specs.iter().map(|spec| Run::general(problem.clone(), spec)).collect()
}

/// Largest condition number at which exact responses are taken in the eigenbasis, whose rotation costs as many digits.
const WELL_CONDITIONED: f64 = 100.0;

/// A regression in its eigenbasis.
enum Fast {
    One(Arc<EigenbasisRegression<Const<1>>>),
    Two(Arc<EigenbasisRegression<Const<2>>>),
    Any(Arc<EigenbasisRegression<Dyn>>),
}

impl Fast {
    /// `general` is the same, to measure lanes on.
    fn of(data: &RegressionData, general: Option<&Arc<GeneralProblem>>) -> Option<Self> {
        Some(match data.train.x.ncols() {
            1 => Self::One(of_dimension(data, Const::<1>, general)?),
            2 => Self::Two(of_dimension(data, Const::<2>, general)?),
            n => Self::Any(of_dimension(data, Dyn(n), general)?),
        })
    }

    fn condition(&self) -> f64 {
        match self {
            Self::One(problem) => problem.condition(),
            Self::Two(problem) => problem.condition(),
            Self::Any(problem) => problem.condition(),
        }
    }

    fn run(&self, spec: &LaneSpec) -> Option<Run> {
        if spec.method.solves_exactly() && self.condition() > WELL_CONDITIONED {
            return None;
        }
        match self {
            Self::One(problem) => Run::plain(problem.clone(), spec),
            Self::Two(problem) => Run::plain(problem.clone(), spec),
            Self::Any(problem) => Run::plain(problem.clone(), spec),
        }
    }
}

fn of_dimension<D: Dim>(
    data: &RegressionData,
    dim: D,
    general: Option<&Arc<GeneralProblem>>,
) -> Option<Arc<EigenbasisRegression<D>>>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    let problem = EigenbasisRegression::new(data, dim)?;
    Some(Arc::new(problem.measured_on(general.cloned())))
}
