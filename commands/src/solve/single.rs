//! One document to its trace.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};

use auxilearn_lab::error::ExperimentError;
use auxilearn_lab::experiment::Experiment;
use auxilearn_lab::record::Record;
use auxilearn_lab::run::Run;
use auxilearn_lab::trace::Trace;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::{Failure, Format, note, open};

/// Runs every lane of the document in `file` and writes its trace to `out`, standard output if `None`.
pub fn solve(format: Format, out: Option<&str>, file: &str) -> Result<(), Failure> {
    let refuse = |error: ExperimentError| Failure(2, format!("{file}: {error}"));
    let document = read(file)?;
    let experiment = Experiment::from_json(&document).map_err(refuse)?;
    let mut runs = experiment.runs().map_err(refuse)?;
    // Before the runs, which may take long: a file that cannot be written is said at once.
    let mut out: Box<dyn Write> = match out {
        Some(path) => {
            Box::new(BufWriter::new(File::create(path).map_err(|e| Failure(1, format!("{path}: {e}")))?))
        }
        None => Box::new(BufWriter::new(io::stdout().lock())),
    };
    for run in &mut runs {
        run.advance(experiment.steps());
        note(&summary(run));
    }
    match format {
        Format::Csv => write_csv(&mut out, &runs)?,
        Format::Json => write_json(&mut out, &document, &experiment, &runs)?,
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
    open(file)?.read_to_end(&mut bytes).map_err(|e| Failure(1, format!("{file}: {e}")))?;
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

/// A trace with all that it takes to compute it again. It is written number by number: as one value in memory it would
/// take eight times what the trace does.
#[derive(Serialize)]
struct Recorded<'a> {
    document: Value,
    lanes: Vec<Lane<'a>>,
    seed: u64,
    tasks: Vec<String>,
    title: &'a str,
    version: &'static str,
}

#[derive(Serialize)]
struct Lane<'a> {
    columns: Columns<'a>,
    digest: String,
    label: &'a str,
    method: &'a str,
    status: &'a str,
    steps: u64,
}

/// Columns by their names; absent numbers are `null`.
struct Columns<'a>(&'a Trace);

impl Serialize for Columns<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names = self.0.layout().quantities().into_iter().map(|quantity| quantity.name()).zip(0..);
        let mut columns: Vec<(String, usize)> = names.collect();
        columns.sort();
        serializer.collect_map(columns.iter().map(|(name, c)| (name, self.0.column(*c))))
    }
}

fn write_json(
    out: &mut impl Write,
    document: &str,
    experiment: &Experiment,
    runs: &[Run],
) -> Result<(), Failure> {
    let lanes = runs.iter().map(|run| Lane {
        columns: Columns(run.trace()),
        digest: run.trace().digest(),
        label: run.label(),
        method: run.method(),
        status: run.status().word(),
        steps: run.step(),
    });
    let recorded = Recorded {
        document: serde_json::from_str(document.trim_start_matches('\u{feff}')).unwrap_or_default(),
        lanes: lanes.collect(),
        seed: experiment.seed(),
        tasks: experiment.task_names(),
        title: experiment.title(),
        version: env!("CARGO_PKG_VERSION"),
    };
    serde_json::to_writer(&mut *out, &recorded).map_err(io::Error::from)?;
    Ok(writeln!(out)?)
}
