//! Whether a document's seed matters.

use super::data::DataSource;
use super::problem::{LabelSource, Mlp, Problem, QuadraticSource, RidgeSource, SampleSource};
use super::{Combination, Experiment};
use crate::method::MethodKind;

impl Experiment {
    /// Returns true where another seed gives another run: by drawn data, a drawn start or mini-batches.
    pub fn is_random(&self) -> bool {
        self.draws_problem() || self.draws_phi() || self.methods().any(|method| method.batch().is_some())
    }

    /// Returns true where data or W of the start are drawn.
    fn draws_problem(&self) -> bool {
        match &self.problem {
            Problem::Quadratic(problem) => match problem.data {
                QuadraticSource::Generated(_) => true,
                QuadraticSource::Inline(_) => false,
            },
            Problem::Regression(problem) => is_drawn(&problem.data),
            Problem::Classification(problem) => is_drawn(&problem.data),
            Problem::Mlp(Mlp { data, .. }) => is_drawn(data) || self.start.w.is_empty(),
            Problem::SampleWeights(problem) => match problem.data {
                SampleSource::Generated(_) => true,
                SampleSource::Inline(_) => false,
            },
            Problem::LearnedLabels(problem) => match problem.data {
                LabelSource::Generated(_) => true,
                LabelSource::Inline(_) => false,
            },
            Problem::Ridge(problem) => match problem.data {
                RidgeSource::Generated(_) | RidgeSource::Penguins(_) => true,
                RidgeSource::Inline(_) => false,
            },
            Problem::Formula(_) => false,
        }
    }

    /// Returns true where φ of a lane's start is drawn.
    fn draws_phi(&self) -> bool {
        match self.combination {
            Combination::Linear(_) => false,
            Combination::Monotone(_) => {
                self.start.phi.is_empty() && self.methods().any(MethodKind::starts_from_phi)
            }
        }
    }
}

fn is_drawn(data: &DataSource) -> bool {
    match data {
        DataSource::Generated(_) | DataSource::Penguins(_) | DataSource::Sinusoid(_) => true,
        DataSource::Inline(_) => false,
    }
}
