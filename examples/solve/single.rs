//! One document to its trace.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};

use auxilearn_lab::error::ExperimentError;
use auxilearn_lab::experiment::Experiment;
use auxilearn_lab::run::Run;
use auxilearn_lab::trace::{Layout, Quantity};
use serde_json::{Map, Value, json};

use crate::{Failure, Format, note, open};

/// Runs every lane of the document in `file` and writes its trace to `out`, standard output if `None`.
pub fn solve(format: Format, out: Option<&str>, file: &str) -> Result<(), Failure> {
    let refuse = |error: ExperimentError| Failure(2, format!("{file}: {error}"));
    let experiment = Experiment::from_json(&read(file)?).map_err(refuse)?;
    let mut runs = experiment.runs().map_err(refuse)?;
    for run in &mut runs {
        run.advance(experiment.steps());
        note(&summary(run));
    }
    let mut out: Box<dyn Write> = match out {
        Some(path) => {
            Box::new(BufWriter::new(File::create(path).map_err(|e| Failure(1, format!("{path}: {e}")))?))
        }
        None => Box::new(BufWriter::new(io::stdout().lock())),
    };
    match format {
        Format::Csv => write_csv(&mut out, &runs)?,
        Format::Json => writeln!(out, "{}", to_json(&experiment, &runs))?,
        Format::Digest => {
            for run in &runs {
                writeln!(out, "{}  {}", run.trace().digest(), run.label())?;
            }
        }
    }
    Ok(out.flush()?)
}

/// How a lane ended: fields separated by tabs.
fn summary(run: &Run) -> String {
    let digest = run.trace().digest();
    let line = format!("{}\t{}\t{}\t{digest}", run.label(), run.status().word(), run.step());
    match run.indefinite_steps() {
        0 => line,
        1 => format!("{line}\tH indefinite at 1 step"),
        count => format!("{line}\tH indefinite at {count} steps"),
    }
}

/// The document's text.
fn read(file: &str) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    open(file)?.read_to_end(&mut bytes).map_err(|e| Failure(2, format!("{file}: {e}")))?;
    String::from_utf8(bytes)
        .map_err(|e| Failure(2, format!("{file}: expected UTF-8 text, found another encoding ({e})")))
}

/// A row an outer step and lane; absent values are empty, numbers read back to the same bits. A column that
/// any lane has is there for all.
fn write_csv(out: &mut impl Write, runs: &[Run]) -> Result<(), Failure> {
    let mut csv = csv::Writer::from_writer(out);
    let fail = |error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(error) => Failure::from(error),
        other => Failure(1, format!("{other:?}")),
    };
    let quantities = quantities_of_any(runs);
    csv.write_record(std::iter::once("lane".to_owned()).chain(quantities.iter().map(Quantity::name)))
        .map_err(fail)?;
    for run in runs {
        let trace = run.trace();
        let own = trace.layout().quantities();
        let columns: Vec<_> = quantities.iter().map(|q| own.iter().position(|mine| mine == q)).collect();
        for row in 0..trace.rows() {
            csv.write_field(run.label()).map_err(fail)?;
            for column in &columns {
                let value = column.map_or_else(String::new, |c| field(c, trace.column(c)[row]));
                csv.write_field(value).map_err(fail)?;
            }
            csv.write_record(None::<&[u8]>).map_err(fail)?;
        }
    }
    csv.flush()?;
    Ok(())
}

/// The columns of all lanes together, in their stable order: lanes differ in what only some methods record.
fn quantities_of_any(runs: &[Run]) -> Vec<Quantity> {
    let layouts = runs.iter().map(|run| run.trace().layout());
    let all = layouts.reduce(|a, b| Layout {
        effective_weights: a.effective_weights.max(b.effective_weights),
        inner_solves: a.inner_solves || b.inner_solves,
        diagnostics: a.diagnostics || b.diagnostics,
        ..a
    });
    all.map_or_else(Vec::new, |layout| layout.quantities())
}

/// A number as short as reads back to the same bits; column 0 counts steps.
fn field(column: usize, value: f64) -> String {
    match value {
        absent if absent.is_nan() => String::new(),
        step if column == 0 => format!("{step}"),
        value => format!("{value:?}"),
    }
}

fn to_json(experiment: &Experiment, runs: &[Run]) -> Value {
    let lanes = runs.iter().map(|run| {
        let trace = run.trace();
        let columns: Map<String, Value> = (trace.layout().quantities().iter().enumerate())
            .map(|(c, quantity)| (quantity.name(), json!(trace.column(c))))
            .collect();
        json!({
            "label": run.label(), "method": run.method(), "status": run.status().word(),
            "steps": run.step(), "digest": trace.digest(), "columns": columns,
        })
    });
    json!({
        "title": experiment.title(), "seed": experiment.seed(), "tasks": experiment.task_names(),
        "lanes": lanes.collect::<Vec<_>>(),
    })
}
