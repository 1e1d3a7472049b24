//! An experiment run to its end, as charts see it.

use auxilearn_lab::chart::{Lane, Summaries};
use auxilearn_lab::error::ExperimentError;
use auxilearn_lab::events::{Event, events};
use auxilearn_lab::experiment::Experiment;
use auxilearn_lab::lang;
use auxilearn_lab::narrate;
use auxilearn_lab::run::Run;

/// The runs of an experiment with their names and events, in the language spoken.
pub struct Finished {
    /// One for each lane.
    pub runs: Vec<Run>,
    /// Names of tasks or of what else φ has a component for.
    pub task_names: Vec<String>,
    phi_names: Vec<String>,
    labels: Vec<String>,
    moments: Vec<Vec<Event>>,
}

impl Finished {
    /// Runs every lane to its end.
    ///
    /// # Errors
    /// If the experiment cannot be set up.
    pub fn of(experiment: &Experiment) -> Result<Self, ExperimentError> {
        let mut runs = experiment.runs()?;
        let steps = experiment.steps();
        for run in &mut runs {
            run.advance(steps);
        }
        let moments = runs.iter().map(|run| events(run.trace(), run.status(), steps)).collect();
        let labels = lang::names(runs.iter().map(|run| run.label().to_owned()).collect());
        let (task_names, phi_names) =
            (lang::names(experiment.task_names()), lang::names(experiment.phi_names()));
        Ok(Self { runs, task_names, phi_names, labels, moments })
    }

    /// The lanes as charts see them.
    pub fn lanes(&self) -> Vec<Lane<'_>> {
        let lanes = self.runs.iter().zip(&self.moments).zip(&self.labels);
        lanes
            .map(|((run, events), label)| Lane {
                label,
                task_names: &self.task_names,
                phi_names: &self.phi_names,
                trace: run.trace(),
                status: run.status(),
                whole: None,
                summaries: Summaries::default(),
                events,
            })
            .collect()
    }

    /// Returns the lanes as sentences are made of them.
    pub fn narrated_lanes(&self) -> Vec<narrate::Lane<'_>> {
        let lanes = self.runs.iter().zip(&self.labels);
        lanes
            .map(|(run, label)| narrate::Lane {
                label,
                method: run.method(),
                trace: run.trace(),
                status: run.status(),
                indefinite_steps: run.indefinite_steps(),
            })
            .collect()
    }
}
