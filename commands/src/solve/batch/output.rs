//! Where results go, and which are there already.

use std::collections::{HashMap, HashSet};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};

use serde_json::Value;

use super::super::Failure;
use super::job::Job;
use super::lines::Identity;

/// Standard output, or the end of a file that no other process writes to.
pub fn open(out: Option<&str>) -> Result<(Box<dyn Write>, Done), Failure> {
    match out {
        None => Ok((Box::new(BufWriter::new(io::stdout())), Done::default())),
        Some(path) => {
            let (file, done) =
                resume(path).map_err(|Failure(code, why)| Failure(code, format!("{path}: {why}")))?;
            Ok((Box::new(BufWriter::new(file)), done))
        }
    }
}

/// Opens `path` behind its last whole line, and counts its results.
fn resume(path: &str) -> Result<(File, Done), Failure> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    let mut file = file.map_err(|error| Failure(1, error.to_string()))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            return Err(Failure(1, "another process is writing to it".to_owned()));
        }
        // Some file systems of clusters have no locks.
        Ok(()) | Err(TryLockError::Error(_)) => {}
    }
    let (done, whole) = count(&mut BufReader::new(&file))?;
    file.set_len(whole)?;
    file.seek(SeekFrom::Start(whole))?;
    Ok((file, done))
}

/// The results of a file, and its length without a last line that was torn by a kill.
fn count(file: &mut impl BufRead) -> Result<(Done, u64), Failure> {
    let (mut done, mut whole, mut line) = (Done::default(), 0, Vec::new());
    for number in 1.. {
        line.clear();
        let length = file.read_until(b'\n', &mut line)? as u64;
        if line.last() != Some(&b'\n') {
            break;
        }
        let identity = identity(&line).ok_or_else(|| {
            Failure(2, format!("line {number} is no result of a batch; nothing is appended to such a file"))
        })?;
        *done.results.entry(identity.key()).or_default() += 1;
        whole += length;
    }
    Ok((done, whole))
}

/// Whose result a line is; `None` if it is no result.
fn identity(line: &[u8]) -> Option<Identity> {
    let mut result: Value = serde_json::from_slice(line).ok()?;
    let is_result = result.get("error").is_some_and(|error| error["message"].is_string())
        || result["lanes"].as_array()?.iter().all(|lane| lane["digest"].is_string());
    let line = result.get("line").map_or(Some(None), |line| line.as_u64().map(Some))?;
    is_result.then(|| Identity { id: result["id"].take(), line })
}

/// The results that are there already.
#[derive(Default)]
pub struct Done {
    results: HashMap<String, u64>,
    /// Count of each identity in the input so far.
    seen: HashMap<String, u64>,
    /// The ids that jobs have had, given or a line's number.
    ids: HashSet<String>,
}

impl Done {
    /// How many there are.
    pub fn len(&self) -> u64 {
        self.results.values().sum()
    }

    /// The job, if there is no result of it; refused if its id has come before.
    pub fn admit(&mut self, job: Job) -> Option<Job> {
        let key = job.identity.key();
        let results = self.results.get(&key).copied().unwrap_or(0);
        let seen = self.seen.entry(key).or_default();
        *seen += 1;
        let is_new = !job.has_id() || self.ids.insert(job.identity.id.to_string());
        match (*seen <= results, is_new) {
            (true, _) => None,
            (false, true) => Some(job),
            (false, false) => Some(job.repeated()),
        }
    }
}
