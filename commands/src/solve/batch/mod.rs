//! Many documents, a result line each: in order, on all cores, in bounded memory.

mod grid;
mod job;
mod lines;
mod output;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::{Failure, note, open};
use job::Job;
use lines::Lines;
use output::Done;

/// Jobs a thread that are under way or wait to be written: results may overtake each other by as many.
const WINDOW: usize = 16;

/// A numbered result line, or why the input cannot be read on.
type Numbered = io::Result<(usize, String)>;

/// Runs the lines of `file` and writes a result line for each to `out`, standard output if `None`.
pub fn run(file: &str, out: Option<&str>, jobs: Option<usize>) -> Result<(), Failure> {
    let lines = Lines::new(open(file)?);
    let (output, done) = output::open(out)?;
    let threads = jobs.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    let pool = ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| Failure(1, format!("no threads: {error}")))?;
    let skipped = done.len();
    if skipped > 0 {
        note(&format!("solve: {skipped} results are there already"));
    }
    let (freed, results) = start(lines, done, pool, threads.saturating_mul(WINDOW));
    write_in_order(file, &freed, &results, output)
}

/// Reads and runs in threads of their own, so that a result never waits for the next line of input.
fn start(
    lines: Lines,
    mut done: Done,
    pool: ThreadPool,
    window: usize,
) -> (Receiver<()>, Receiver<Numbered>) {
    let (slots, freed) = mpsc::sync_channel(window);
    let (send, results) = mpsc::channel();
    thread::spawn(move || {
        let jobs = lines.flat_map(Job::of_line).filter_map(|job| job.map(|job| done.admit(job)).transpose());
        for (number, job) in jobs.enumerate() {
            // A slot is taken before a job starts, and freed when its result is written.
            if slots.send(()).is_err() {
                return;
            }
            let send = send.clone();
            match job {
                Ok(job) => pool.spawn(move || drop(send.send(Ok((number, job.result()))))),
                Err(error) => return drop(send.send(Err(error))),
            }
        }
    });
    (freed, results)
}

fn write_in_order(
    file: &str,
    freed: &Receiver<()>,
    results: &Receiver<Numbered>,
    mut out: impl Write,
) -> Result<(), Failure> {
    let (mut early, mut next) = (BTreeMap::new(), 0);
    for result in results {
        let (number, line) = result.map_err(|error| Failure(1, format!("{file}: {error}")))?;
        early.insert(number, line);
        while let Some(line) = early.remove(&next) {
            out.write_all(line.as_bytes())?;
            next += 1;
            let _ = freed.recv();
        }
        out.flush()?;
    }
    Ok(())
}
