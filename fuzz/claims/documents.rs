//! Experiment documents: refused with a field, or run to a status and a trace of finite numbers.

use auxilearn_lab::events::events;
use auxilearn_lab::experiment::{Experiment, Json, edit};
use auxilearn_lab::problem::{BilevelProblem, TaskJet};
use auxilearn_lab::record::Record;
use auxilearn_lab::run::Run;
use auxilearn_lab::status::{RunStatus, StopReason};
use auxilearn_lab::trace::QuantityKind as Q;
use nalgebra::DVector;
use serde_json::Value;

/// Outer steps of a run: enough to go wrong.
pub const STEPS: u64 = 12;
/// Work of a run, roughly in sums over all samples: more is read, and not run.
const MOST_WORK: f64 = 2e6;
/// Squares of what is smaller can be summed, times any weight.
const LARGE: f64 = 1e100;

/// The text of a file as the page gets it: what is not UTF-8 is replaced.
pub fn document(bytes: &[u8]) {
    experiment(&String::from_utf8_lossy(bytes));
}

/// A document's text.
pub fn experiment(text: &str) {
    let experiment = match Experiment::from_json(text) {
        Ok(experiment) => experiment,
        Err(error) => return super::refused(&error),
    };
    let again = Experiment::from_json(&experiment.to_json()).unwrap_or_else(|e| panic!("read back: {e}"));
    assert_eq!(again, experiment, "written and read back");
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).expect("read before");
    let (mut samples, mut repeated) = (1.0, 1.0);
    work(&value, &mut samples, &mut repeated);
    if samples * repeated * experiment.n_parameters() as f64 > MOST_WORK {
        return;
    }
    edited(&value.into(), &experiment);
    match experiment.runs() {
        Ok(runs) => {
            let overflows = overflows(&experiment);
            runs.into_iter().for_each(|run| ran(run, &experiment, overflows));
        }
        Err(error) => super::refused(&error),
    }
}

/// The largest counts of samples and of what is repeated in each outer step.
fn work(value: &Value, samples: &mut f64, repeated: &mut f64) {
    let raise = |most: &mut f64, count: f64| *most = count.max(*most);
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let count = value.as_f64().unwrap_or_default();
                match key.as_str() {
                    "n_train" | "n_aux_set" | "n_test" | "n_labels" => raise(samples, count),
                    "steps" if map.contains_key("schema") => {}
                    "steps" | "terms" | "iterations" => raise(repeated, count),
                    _ => {}
                }
                work(value, samples, repeated);
            }
        }
        Value::Array(list) => {
            raise(samples, list.len() as f64);
            list.iter().for_each(|item| work(item, samples, repeated));
        }
        _ => {}
    }
}

/// What the page makes of a document that was accepted is accepted as well.
fn edited(document: &Json, experiment: &Experiment) {
    let accepted = |document: &Json, what: &str| {
        Experiment::from_value(document).unwrap_or_else(|error| panic!("{what}: {error}"))
    };
    let mut measured = document.clone();
    edit::measure(&mut measured);
    accepted(&measured, "diagnostics");
    let mut written = document.clone();
    if edit::write_out(&mut written, experiment) {
        assert_eq!(accepted(&written, "written out").n_parameters(), experiment.n_parameters());
    }
}

fn ran(mut run: Run, experiment: &Experiment, overflows: bool) {
    let status = run.advance(STEPS);
    assert!(status.is_stopped() || run.step() == STEPS, "{} stands at {}: {status}", run.label(), run.step());
    assert_eq!(run.trace().layout().m, experiment.phi_names().len(), "a name for each component of φ");
    finite(&run, status, overflows);
    events(run.trace(), status, experiment.steps());
    let record = Record::of([(run.label(), run.trace())]);
    let rows = record.rows(0, 0..usize::MAX);
    let columns = record.header().matches(',').count();
    for row in rows.lines() {
        let cells: Vec<&str> = row.rsplitn(columns + 1, ',').take(columns).collect();
        let number = |cell: &&str| cell.is_empty() || cell.parse::<f64>().is_ok_and(f64::is_finite);
        assert!(cells.iter().all(number), "a row of the record: {row}");
    }
}

/// Returns whether a loss or a gradient of the start is so large that its row may lack what is computed of it.
fn overflows(experiment: &Experiment) -> bool {
    let Ok(problem) = experiment.general_problem() else { return true };
    let w = DVector::from_vec(experiment.start().0);
    let mut jet = TaskJet::zeros(problem.dim(), problem.n_auxiliaries());
    let mut gradient = DVector::zeros(w.len());
    problem.tasks_at(&w, &mut jet);
    let held_out = problem.outer_at(&w, &mut gradient);
    let all = jet.values().iter().chain(jet.gradients()).chain(gradient.as_slice()).chain([&held_out]);
    !all.into_iter().all(|x| x.abs() < LARGE)
}

/// What a trace has is finite; what may be absent is marked so.
fn finite(run: &Run, status: RunStatus, overflows: bool) {
    let trace = run.trace();
    let may_be_absent = |kind| !matches!(kind, Q::Step | Q::Phi | Q::W | Q::EffectiveWeight | Q::InnerSolves);
    for (c, quantity) in trace.layout().quantities().iter().enumerate() {
        for &value in trace.column(c) {
            let fine = value.is_finite() || (value.is_nan() && may_be_absent(quantity.kind));
            assert!(fine, "{} of {} is {value}", quantity.name(), run.label());
        }
    }
    for kind in [Q::LossTrain, Q::LossMain, Q::LossAuxSet, Q::Stationarity] {
        let losses = trace.series(kind, 0).expect("a column");
        let from = usize::from(overflows);
        assert!(
            losses[from..].iter().all(|loss| loss.is_finite()),
            "{kind:?} of {} is not there",
            run.label()
        );
    }
    if let RunStatus::Stopped { reason: StopReason::Finished | StopReason::Converged, step } = status {
        assert_eq!(trace.steps().last().copied(), Some(step as f64), "{}", run.label());
    }
}
