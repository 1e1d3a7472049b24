//! One document to run, and its result line.

use std::io;
use std::sync::Arc;

use auxilearn_lab::error::ExperimentError;
use auxilearn_lab::experiment::{Experiment, Json};
use auxilearn_lab::run::Run;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::lines::{Identity, Line, Sweep};

/// A point of a line.
pub struct Job {
    /// What its result is known by.
    pub identity: Identity,
    /// What to run, or what is wrong with it.
    work: Result<(Arc<Sweep>, u64), ExperimentError>,
}

impl Job {
    /// The jobs of a line: one, or one a point of its grid.
    pub fn of_line(line: io::Result<Line>) -> Box<dyn Iterator<Item = io::Result<Self>> + Send> {
        match line {
            Ok(Line { identity, sweep: Err(error) }) => {
                Box::new(std::iter::once(Ok(Self { identity, work: Err(error) })))
            }
            Ok(Line { identity, sweep: Ok(sweep) }) => {
                let points = sweep.grid.as_ref().map_or(1, |grid| grid.len());
                Box::new((0..points).map(move |index| Ok(Self::of_point(&identity, &sweep, index))))
            }
            Err(error) => Box::new(std::iter::once(Err(error))),
        }
    }

    fn of_point(line: &Identity, sweep: &Arc<Sweep>, index: u64) -> Self {
        let mut identity = line.clone();
        if let Some(grid) = &sweep.grid {
            identity.id = grid.id(&line.id, index);
        }
        Self { identity, work: Ok((sweep.clone(), index)) }
    }

    /// Returns false for a line that could not be read and gave no id: its number only says where it stands.
    pub fn has_id(&self) -> bool {
        self.identity.line.is_none() || self.work.is_ok()
    }

    /// The same job, refused because its id has been there before.
    pub fn repeated(self) -> Self {
        let error = ExperimentError::value("id", "an id that no line before has", &self.identity.id);
        Self { work: Err(error), ..self }
    }

    /// The result line, with its end.
    pub fn result(self) -> String {
        let overrides = self.work.as_ref().ok().and_then(|(sweep, i)| Some(sweep.grid.as_ref()?.point(*i)));
        let solved = self.work.and_then(|(sweep, index)| solve(&sweep, index));
        let Identity { id, line } = self.identity;
        let (solved, error) = match solved {
            Ok(solved) => (Some(solved), None),
            Err(error) => (None, Some(Refusal::from(&error))),
        };
        let (seed, lanes) = solved.unzip();
        let result = Outcome { id, line, overrides, seed, lanes, error };
        serde_json::to_string(&result).expect("a result has only string keys") + "\n"
    }
}

/// The seed, and how each lane ended.
fn solve(sweep: &Sweep, index: u64) -> Result<(u64, Vec<Lane>), ExperimentError> {
    let mut document = sweep.document.clone();
    if let Some(grid) = &sweep.grid {
        grid.apply(index, &mut document)?;
    }
    let experiment = Experiment::from_value(&Json::from(document))?;
    let lanes = experiment.runs()?.into_iter().map(|mut run| {
        run.advance(experiment.steps());
        Lane::of(&run)
    });
    Ok((experiment.seed(), lanes.collect()))
}

/// A result line.
#[derive(Serialize)]
struct Outcome {
    id: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    overrides: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lanes: Option<Vec<Lane>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Refusal>,
}

/// What is wrong with a line.
#[derive(Serialize)]
struct Refusal {
    field: String,
    expected: String,
    found: String,
    message: String,
}

impl From<&ExperimentError> for Refusal {
    fn from(error: &ExperimentError) -> Self {
        Self {
            field: error.field().to_owned(),
            expected: error.expected().to_owned(),
            found: error.found().to_owned(),
            message: error.to_string(),
        }
    }
}

/// How a lane ended.
#[derive(Serialize)]
struct Lane {
    label: String,
    method: &'static str,
    status: &'static str,
    steps: u64,
    #[serde(skip_serializing_if = "is_zero")]
    indefinite_steps: u64,
    digest: String,
    #[serde(rename = "final")]
    last: Row,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Lane {
    fn of(run: &Run) -> Self {
        let trace = run.trace();
        let last = trace.rows() - 1; // row 0, the start, is always there
        let names = trace.layout().quantities().into_iter().map(|quantity| quantity.name());
        Self {
            label: run.label().to_owned(),
            method: run.method(),
            status: run.status().word(),
            steps: run.step(),
            indefinite_steps: run.indefinite_steps(),
            digest: trace.digest(),
            last: Row(names.enumerate().map(|(c, name)| (name, trace.column(c)[last])).collect()),
        }
    }
}

/// A trace's row, by its columns' names in their order; what is absent (NaN) becomes `null`.
struct Row(Vec<(String, f64)>);

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            match name.as_str() {
                "step" => map.serialize_entry(name, &(*value as u64))?,
                _ => map.serialize_entry(name, value)?,
            }
        }
        map.end()
    }
}
