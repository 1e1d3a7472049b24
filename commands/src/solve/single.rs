//! One document to its trace.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};

use auxilearn_lab::error::ExperimentError;
use auxilearn_lab::experiment::Experiment;
use auxilearn_lab::record::Record;
use auxilearn_lab::run::Run;
use serde_json::{Map, Value, json};

use super::{Failure, Format, note, open};

/// Runs every lane of the document in `file` and writes its trace to `out`, standard output if `None`.
pub fn solve(format: Format, out: Option<&str>, file: &str) -> Result<(), Failure> {
    let refuse = |error: ExperimentError| Failure(2, format!("{file}: {error}"));
    let document = read(file)?;
    let experiment = Experiment::from_json(&document).map_err(refuse)?;
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
        Format::Json => writeln!(out, "{}", to_json(&document, &experiment, &runs))?,
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

/// Rows written at once.
const BLOCK: usize = 4096;

/// See [`Record`].
fn write_csv(out: &mut impl Write, runs: &[Run]) -> Result<(), Failure> {
    let record = Record::of(runs.iter().map(|run| (run.label(), run.trace())));
    out.write_all(record.header().as_bytes())?;
    for lane in 0..runs.len() {
        for from in (0..record.rows_of(lane)).step_by(BLOCK) {
            out.write_all(record.rows(lane, from..from + BLOCK).as_bytes())?;
        }
    }
    Ok(())
}

/// The trace with all that it takes to compute it again.
fn to_json(document: &str, experiment: &Experiment, runs: &[Run]) -> Value {
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
    let document: Value = serde_json::from_str(document.trim_start_matches('\u{feff}')).unwrap_or_default();
    json!({
        "version": env!("CARGO_PKG_VERSION"), "title": experiment.title(), "seed": experiment.seed(),
        "tasks": experiment.task_names(), "lanes": lanes.collect::<Vec<_>>(), "document": document,
    })
}
