//! Runs experiment documents natively: one to its trace, or many to a result line each.

mod batch;
mod single;

use std::fs::File;
use std::io::{self, Read, Write};
use std::process::ExitCode;

const USAGE: &str = "\
usage: solve [--json | --digest] [--out FILE] FILE
       solve --batch FILE [--out FILE] [--jobs N]

Runs the experiment document FILE (`-` reads standard input) and writes its trace.

  --json       the trace as JSON instead of CSV
  --digest     only the digest of each lane's trace
  --out FILE   write there instead of to standard output

Standard error gets a line a lane: label, status, steps and digest, separated by tabs, and where H was
indefinite at some steps a fifth field that counts them.

  --batch FILE JSON Lines (`-`: standard input): a document a line, or a document with a grid of
               overrides; a result line each, in the same order. docs/sweeps.md describes both.
  --out FILE   append there, and skip what is there already
  --jobs N     threads (all cores if left out); the results do not depend on it

Exit code 2: the document or the command line is wrong; 1: something could not be read or written.
A batch that ran is 0, even where lines of it are errors.";

#[derive(Clone, Copy, PartialEq)]
enum Format {
    Csv,
    Json,
    Digest,
}

enum Command {
    Help,
    Single { format: Format, out: Option<String>, file: String },
    Batch { file: String, out: Option<String>, jobs: Option<usize> },
}

/// A message and the exit code that goes with it.
struct Failure(u8, String);

/// Nobody reads on: the end of `solve … | head`, and no failure.
const QUIET: Failure = Failure(0, String::new());

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { QUIET } else { Self(1, error.to_string()) }
    }
}

/// Does what the command line says.
pub fn main() -> ExitCode {
    match command().and_then(execute) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(code, message)) => {
            if !message.is_empty() {
                note(&format!("solve: {message}"));
            }
            ExitCode::from(code)
        }
    }
}

fn execute(command: Command) -> Result<(), Failure> {
    match command {
        Command::Help => Ok(writeln!(io::stdout(), "{USAGE}")?),
        Command::Single { format, out, file } => single::solve(format, out.as_deref(), &file),
        Command::Batch { file, out, jobs } => batch::run(&file, out.as_deref(), jobs),
    }
}

/// A line on standard error, whether or not anybody reads it.
fn note(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

fn command() -> Result<Command, Failure> {
    use lexopt::prelude::*;
    let usage = |error: lexopt::Error| Failure(2, format!("{error} (see --help)"));
    let text = |parser: &mut lexopt::Parser| parser.value().and_then(|value| value.string()).map_err(usage);
    let (mut format, mut out, mut file, mut batch, mut jobs) = (None, None, None, None, None);
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next().map_err(usage)? {
        match argument {
            Long("json") => format = Some(Format::Json),
            Long("digest") => format = Some(Format::Digest),
            Long("out") => out = Some(text(&mut parser)?),
            Long("batch") => batch = Some(text(&mut parser)?),
            Long("jobs") => jobs = Some(positive(&text(&mut parser)?)?),
            Long("help") | Short('h') => return Ok(Command::Help),
            Value(value) if file.is_none() => file = Some(value.string().map_err(usage)?),
            other => return Err(usage(other.unexpected())),
        }
    }
    match (batch, file) {
        (Some(file), None) if format.is_none() => Ok(Command::Batch { file, out, jobs }),
        (Some(_), Some(file)) => {
            Err(Failure(2, format!("--batch is given, so what is {file:?}? (see --help)")))
        }
        (Some(_), None) => Err(Failure(2, "a batch has no --json or --digest (see --help)".to_owned())),
        (None, Some(_)) if jobs.is_some() => Err(Failure(2, "--jobs is for --batch (see --help)".to_owned())),
        (None, Some(file)) => Ok(Command::Single { format: format.unwrap_or(Format::Csv), out, file }),
        (None, None) => Err(Failure(2, "no experiment document given (see --help)".to_owned())),
    }
}

fn positive(text: &str) -> Result<usize, Failure> {
    match text.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err(Failure(2, format!("--jobs: expected a whole number above 0, found {text:?}"))),
    }
}

/// What FILE is read from: a file, or standard input for `-`.
fn open(file: &str) -> Result<Box<dyn Read + Send>, Failure> {
    match file {
        "-" => Ok(Box::new(io::stdin())),
        path => File::open(path)
            .map(|file| Box::new(file) as Box<dyn Read + Send>)
            .map_err(|error| Failure(1, format!("{path}: {error}"))),
    }
}
