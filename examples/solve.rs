//! Runs an experiment document and writes its trace: the whole solver without a browser.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::process::ExitCode;

use auxilearn_lab::experiment::Experiment;
use auxilearn_lab::run::Run;
use serde_json::{Map, Value, json};

const USAGE: &str = "\
usage: solve [--json | --digest] [--out FILE] FILE

Runs the experiment document FILE (`-` reads standard input) and writes its trace.

  --json      the trace as JSON instead of CSV
  --digest    only the digest of each lane's trace
  --out FILE  write there instead of to standard output

Standard error gets a line a lane: label, status, steps and digest, separated by tabs.
Exit code 2: the document or the command line is wrong; 1: the trace could not be written.";

#[derive(Clone, Copy, PartialEq)]
enum Format {
    Csv,
    Json,
    Digest,
}

struct Options {
    format: Format,
    out: Option<String>,
    file: String,
}

/// A message and the exit code that goes with it.
struct Failure(u8, String);

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self(1, error.to_string())
    }
}

fn main() -> ExitCode {
    match options().and_then(|options| options.map_or(Ok(()), |options| solve(&options))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(code, message)) => {
            eprintln!("solve: {message}");
            ExitCode::from(code)
        }
    }
}

/// The command line; `None` when only help was asked for.
fn options() -> Result<Option<Options>, Failure> {
    use lexopt::prelude::*;
    let usage = |error: lexopt::Error| Failure(2, format!("{error} (see --help)"));
    let (mut format, mut out, mut file) = (Format::Csv, None, None);
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next().map_err(usage)? {
        match argument {
            Long("json") => format = Format::Json,
            Long("digest") => format = Format::Digest,
            Long("out") => {
                out = Some(parser.value().and_then(|v| v.string()).map_err(usage)?);
            }
            Long("help") | Short('h') => {
                println!("{USAGE}");
                return Ok(None);
            }
            Value(value) if file.is_none() => file = Some(value.string().map_err(usage)?),
            other => return Err(usage(other.unexpected())),
        }
    }
    let file = file.ok_or_else(|| Failure(2, "no experiment document given (see --help)".to_owned()))?;
    Ok(Some(Options { format, out, file }))
}

fn solve(options: &Options) -> Result<(), Failure> {
    let document = read(&options.file)?;
    let refuse =
        |error: auxilearn_lab::error::ExperimentError| Failure(2, format!("{}: {error}", options.file));
    let experiment = Experiment::from_json(&document).map_err(refuse)?;
    let mut runs = experiment.runs().map_err(refuse)?;
    for run in &mut runs {
        let status = run.advance(experiment.steps());
        eprintln!("{}\t{}\t{}\t{}", run.label(), status.word(), run.step(), run.trace().digest());
    }
    let mut out: Box<dyn Write> = match &options.out {
        Some(path) => {
            Box::new(BufWriter::new(File::create(path).map_err(|e| Failure(1, format!("{path}: {e}")))?))
        }
        None => Box::new(BufWriter::new(io::stdout().lock())),
    };
    match options.format {
        Format::Csv => write_csv(&mut out, &runs)?,
        Format::Json => writeln!(out, "{}", to_json(&experiment, &runs))?,
        Format::Digest => {
            for run in &runs {
                writeln!(out, "{}  {}", run.trace().digest(), run.label())?;
            }
        }
    }
    out.flush()?;
    Ok(())
}

/// The document's text, from a file or standard input.
fn read(file: &str) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    if file == "-" {
        io::stdin().lock().read_to_end(&mut bytes)?;
    } else {
        File::open(file)
            .and_then(|mut f| f.read_to_end(&mut bytes))
            .map_err(|e| Failure(2, format!("{file}: {e}")))?;
    }
    String::from_utf8(bytes)
        .map_err(|e| Failure(2, format!("{file}: expected UTF-8 text, found another encoding ({e})")))
}

/// A row an outer step and lane; absent values are empty, numbers read back to the same bits.
fn write_csv(out: &mut impl Write, runs: &[Run]) -> Result<(), Failure> {
    let mut csv = csv::Writer::from_writer(out);
    let fail = |error: csv::Error| Failure(1, error.to_string());
    if let Some(run) = runs.first() {
        let names = run.trace().layout().quantities().into_iter().map(|q| q.name());
        csv.write_record(std::iter::once("lane".to_owned()).chain(names)).map_err(fail)?;
    }
    for run in runs {
        let trace = run.trace();
        for row in 0..trace.rows() {
            csv.write_field(run.label()).map_err(fail)?;
            for c in 0..trace.layout().width() {
                csv.write_field(field(c, trace.column(c)[row])).map_err(fail)?;
            }
            csv.write_record(None::<&[u8]>).map_err(fail)?;
        }
    }
    csv.flush()?;
    Ok(())
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
