//! Whether a document's seed matters.

use super::Experiment;
use super::data::DataSource;
use super::problem::{LabelSource, Problem, QuadraticSource, RidgeSource, SampleSource};
use crate::method::{Implicit, MethodKind};

impl Experiment {
    /// Whether another seed gives another run: by drawn data, a drawn start or mini-batches.
    pub fn is_random(&self) -> bool {
        let given = |data: &DataSource| matches!(data, DataSource::Inline(_));
        let data = match &self.problem {
            Problem::Quadratic(problem) => !matches!(problem.data, QuadraticSource::Inline(_)),
            Problem::Regression(problem) => !given(&problem.data),
            Problem::Classification(problem) => !given(&problem.data),
            Problem::Mlp(problem) => !given(&problem.data) || self.start.w.is_empty(),
            Problem::SampleWeights(problem) => !matches!(problem.data, SampleSource::Inline(_)),
            Problem::LearnedLabels(problem) => !matches!(problem.data, LabelSource::Inline(_)),
            Problem::Formula(_) => false,
            Problem::Ridge(problem) => !matches!(problem.data, RidgeSource::Inline(_)),
        };
        let start = self.combination.network().is_some() && self.start.phi.is_empty();
        let batches =
            |method: &MethodKind| matches!(method, MethodKind::Implicit(Implicit { batch: Some(_), .. }));
        data || start || self.methods().any(batches)
    }
}
