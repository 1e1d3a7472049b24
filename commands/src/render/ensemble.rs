//! Many seeds of an experiment, on all cores.

use auxilearn_lab::chart::{self, Caption, EnsembleChart, View};
use auxilearn_lab::error::ExperimentError;
use auxilearn_lab::experiment::Experiment;
use auxilearn_lab::sampled::Ensemble;
use auxilearn_lab::seeds::SeedRun;
use rayon::prelude::*;

use super::Options;

/// The chart of the document's seed and those after it, as SVG.
pub fn svg(
    options: &Options,
    experiment: &Experiment,
    view: &View,
    caption: Option<Caption>,
) -> Result<String, String> {
    let ensemble = run(experiment, options.seeds).map_err(|e| e.to_string())?;
    let summary = ensemble.summary();
    let chart = EnsembleChart(&summary);
    let size = options.size(|width| chart.height(view, width));
    let caption = caption.map(|caption| chart.caption(caption));
    chart::svg(&chart.into(), size, &[], view, caption.as_ref()).map_err(|e| e.to_string())
}

fn run(experiment: &Experiment, count: u64) -> Result<Ensemble, ExperimentError> {
    let first = experiment.seed();
    let one = |seed: u64| {
        let mut run = SeedRun::new(experiment, seed)?;
        while run.advance(experiment.steps()) {}
        Ok((run.shape().clone(), seed, run.columns()))
    };
    let runs: Vec<_> =
        (first..first + count).into_par_iter().map(one).collect::<Result<_, ExperimentError>>()?;
    let mut ensemble = Ensemble::new(runs[0].0.clone());
    for (_, seed, columns) in runs {
        ensemble.add(seed, columns);
    }
    Ok(ensemble)
}
