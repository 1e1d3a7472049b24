//! From data to runs, with the dimension known at compile time where it is a small constant.

use std::sync::Arc;

use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn};

use crate::problem::{RegressionData, regression};
use crate::run::{LaneSpec, Run};

/// One run per lane, all on the same regression. `None` if a sum of products of the data overflows.
pub fn on_regression(data: &RegressionData, specs: Vec<LaneSpec>) -> Option<Vec<Run>> {
    match data.train.x.ncols() {
        // In the browser one parameter is a run-time dimension too, which a test shows to give the
        // same bits: a third instance of every loop would be a twentieth of the page.
        #[cfg(not(target_arch = "wasm32"))]
        1 => of_dimension(data, specs, Const::<1>),
        2 => of_dimension(data, specs, Const::<2>),
        n => of_dimension(data, specs, Dyn(n)),
    }
}

fn of_dimension<D: Dim>(data: &RegressionData, specs: Vec<LaneSpec>, dim: D) -> Option<Vec<Run>>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    let problem = Arc::new(regression(data, dim)?);
    Some(specs.into_iter().map(|spec| Run::new(problem.clone(), spec)).collect())
}
