//! From problems to runs, with the dimension known at compile time where it is a small constant.

use std::sync::Arc;

use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn};

use crate::curvature::Diagonal;
use crate::problem::{GeneralProblem, QuadraticProblem, RegressionData, general_regression, regression};
use crate::run::{LaneSpec, Run};

/// One run per lane, all on the same regression: in its eigenbasis where a lane needs no more than
/// that, else as a general problem. `None` if a sum of products of the data overflows.
pub fn on_regression(data: &RegressionData, specs: &[LaneSpec]) -> Option<Vec<Run>> {
    let in_general = || general_regression(data).map(Arc::new);
    let mut general = if specs.iter().any(|spec| spec.diagnostics) { in_general() } else { None };
    let fast = Fast::of(data, general.as_ref())?;
    specs
        .iter()
        .map(|spec| {
            fast.run(spec).or_else(|| {
                if general.is_none() {
                    general = in_general();
                }
                Some(Run::general(general.clone()?, spec))
            })
        })
        .collect()
}

/// As [`on_regression`] for lanes that need no general problem; `None` if one does. The page's first
/// module has nothing else.
pub fn on_plain_regression(data: &RegressionData, specs: &[LaneSpec]) -> Option<Vec<Run>> {
    let problem = Arc::new(regression(data, Dyn(data.train.x.ncols()))?);
    specs.iter().map(|spec| Run::plain(problem.clone(), spec)).collect()
}

/// One run per lane on a general problem.
pub fn on_general(problem: GeneralProblem, specs: &[LaneSpec]) -> Vec<Run> {
    let problem = Arc::new(problem);
    specs.iter().map(|spec| Run::general(problem.clone(), spec)).collect()
}

/// A regression in its eigenbasis.
enum Fast {
    One(Arc<QuadraticProblem<Const<1>, Diagonal<Const<1>>>>),
    Two(Arc<QuadraticProblem<Const<2>, Diagonal<Const<2>>>>),
    Any(Arc<QuadraticProblem<Dyn, Diagonal<Dyn>>>),
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

    fn run(&self, spec: &LaneSpec) -> Option<Run> {
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
) -> Option<Arc<QuadraticProblem<D, Diagonal<D>>>>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    let problem = regression(data, dim)?;
    let problem = problem.measured_on(general.cloned());
    Some(Arc::new(problem))
}
