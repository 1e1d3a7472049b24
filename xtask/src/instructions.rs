//! Instruction counts of the solver's kernels, held to recorded ones: repeatable where times are not.
//!
//! Counts are those of one compiler on one kind of processor, so the record names it. By another they are others, and
//! only what no compiler explains is too many.

use crate::cargo::{cargo, command, output, root, run, target_dir};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::collections::BTreeMap;
use std::env;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

/// The recorded counts: a line for the compiler, then a kernel a line.
const RECORD: &str = "benches/instructions/counts.txt";
/// Environment variable that has the record written anew.
const UPDATE: &str = "UPDATE_INSTRUCTIONS";
/// Per cent above the record that the same compiler may need: the C library chooses how it copies memory by the processor.
const HEAD_ROOM: u64 = 3;
/// The same for another compiler.
const HEAD_ROOM_ELSEWHERE: u64 = 50;
/// What Valgrind is run by.
const RUNNER: &str = "gungraun-runner";

/// Counts by the name of the kernel.
type Counts = BTreeMap<String, u64>;

/// Counts, and compares with the record; says so and does nothing where there is no Valgrind.
///
/// # Errors
/// If a kernel needs more instructions than it may, or the record lacks one or has one too many.
pub fn check() -> Result<()> {
    let Some(runner) = runner()? else { return Ok(()) };
    let mut bench = cargo([
        "bench",
        "--locked",
        "--package",
        "instructions",
        "--features",
        "valgrind",
        "--bench",
        "kernels",
    ]);
    bench.env("GUNGRAUN_RUNNER", runner).env("GUNGRAUN_OUTPUT_FORMAT", "json");
    bench.env("GUNGRAUN_CALLGRIND_ARGS", "--cache-sim=no");
    let found = counts(&output(&mut bench)?)?;
    let compiler = compiler()?;
    let path = root().join(RECORD);
    if env::var_os(UPDATE).is_some() {
        return Ok(fs::write(path, written(&compiler, &found))?);
    }
    let (recorded_by, recorded) = read(&fs::read_to_string(path).context(RECORD)?)?;
    let head_room = if compiler == recorded_by { HEAD_ROOM } else { HEAD_ROOM_ELSEWHERE };
    if compiler != recorded_by {
        println!("Recorded by {recorded_by}, counted by {compiler}: {head_room} % more are allowed");
    }
    judge(&found, &recorded, head_room)
}

/// The runner, installed if it is not there; nothing where it cannot be or there is no Valgrind.
fn runner() -> Result<Option<PathBuf>> {
    let skipped = |why: &str| {
        println!("SKIPPED: {why}");
        Ok(None)
    };
    if !cfg!(target_os = "linux") {
        return skipped("instructions are counted by Valgrind on Linux");
    }
    if output(command("valgrind").arg("--version")).is_err() {
        return skipped("there is no Valgrind (Debian and Ubuntu: `apt-get install valgrind`)");
    }
    let version = locked_version()?;
    let tools = target_dir().join("tools");
    let runner = tools.join("bin").join(RUNNER);
    let there =
        || output(command(&runner).arg("--version")).is_ok_and(|text| text.trim().ends_with(&version));
    if !(runner.is_file() && there()) {
        println!("Installing {RUNNER} {version} in {}; this takes a minute, once", tools.display());
        let mut install = cargo(["install", "--quiet", "--locked", "--debug", "--root"]);
        if let Err(error) = run(install.arg(&tools).args(["--version", &format!("={version}"), RUNNER])) {
            return skipped(&format!("{RUNNER} cannot be installed: {error:#}"));
        }
    }
    Ok(Some(runner))
}

/// The version of the library in `Cargo.lock`, whose runner must be the same.
fn locked_version() -> Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock"))?;
    let (_, rest) =
        lock.split_once("name = \"gungraun\"\nversion = \"").context("Cargo.lock has gungraun")?;
    Ok(rest.split('"').next().unwrap_or_default().to_owned())
}

/// Compiler and platform, as one word each.
fn compiler() -> Result<String> {
    let said = output(command("rustc").arg("-vV"))?;
    let field = |name: &str| said.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let all = field("release:").zip(field("commit-hash:")).zip(field("host:"));
    let ((release, commit), host) = all.context("rustc says its version")?;
    Ok(format!("rustc {release} {} {host}", commit.get(..9).unwrap_or(commit)))
}

/// The runner prints one JSON object a kernel.
fn counts(printed: &str) -> Result<Counts> {
    let kernel = |line: &str| -> Result<(String, u64)> {
        let line: Value = serde_json::from_str(line)?;
        let word = |name: &str| line[name].as_str().with_context(|| format!("a kernel has {name}"));
        let count = line.pointer("/profiles/0/data/total/metrics/Ir/values/new").and_then(Value::as_u64);
        Ok((
            format!("{}/{}", word("function_name")?, word("id")?),
            count.context("instructions are counted")?,
        ))
    };
    let counts: Counts =
        printed.lines().filter(|line| line.starts_with('{')).map(kernel).collect::<Result<_>>()?;
    ensure!(!counts.is_empty(), "no kernel was counted");
    Ok(counts)
}

fn written(compiler: &str, counts: &Counts) -> String {
    let mut text = format!("{compiler}\n");
    for (name, count) in counts {
        let _ = writeln!(text, "{name} {count}");
    }
    text
}

fn read(record: &str) -> Result<(String, Counts)> {
    let mut lines = record.lines();
    let compiler = lines.next().context("the record names its compiler")?.to_owned();
    let line = |line: &str| -> Result<(String, u64)> {
        let (name, count) = line.split_once(' ').with_context(|| format!("no name and count: {line}"))?;
        Ok((name.to_owned(), count.parse().with_context(|| format!("no count: {line}"))?))
    };
    Ok((compiler, lines.map(line).collect::<Result<_>>()?))
}

/// Prints all counts beside the record.
fn judge(found: &Counts, recorded: &Counts, head_room: u64) -> Result<()> {
    let again = format!("after an intended change: {UPDATE}=1 cargo xtask test --only instructions");
    ensure!(found.keys().eq(recorded.keys()), "{RECORD} has other kernels than there are; {again}");
    let mut over = Vec::new();
    for (name, &count) in found {
        let before = recorded[name];
        println!("{name:<48} {count:>10} {:>+7.2} %", 100.0 * (count as f64 / before as f64 - 1.0));
        if count > before + before * head_room / 100 {
            over.push(format!("{name}: {count} instructions, {before} recorded, {head_room} % more allowed"));
        }
    }
    if !over.is_empty() {
        bail!("{}\n{again}", over.join("\n"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(counts: &[(&str, u64)]) -> Counts {
        counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
    }

    #[test]
    fn more_than_the_head_room_is_too_much() {
        let recorded = some(&[("a", 1000), ("b", 2000)]);
        assert!(judge(&recorded, &recorded, 3).is_ok());
        assert!(judge(&some(&[("a", 1030), ("b", 1)]), &recorded, 3).is_ok());
        let error = judge(&some(&[("a", 1031), ("b", 2000)]), &recorded, 3).unwrap_err().to_string();
        assert!(error.contains("a: 1031 instructions, 1000 recorded") && error.contains(UPDATE), "{error}");
        assert!(judge(&some(&[("a", 1031), ("b", 2000)]), &recorded, 50).is_ok());
        assert!(judge(&some(&[("a", 1000)]), &recorded, 50).is_err(), "a kernel is missing");
    }

    #[test]
    fn the_record_is_read_as_it_is_written() {
        let counts = some(&[("a/x", 1), ("b/y", 20)]);
        assert_eq!(read(&written("rustc 1", &counts)).unwrap(), ("rustc 1".to_owned(), counts));
        assert!(read("").is_err() && read("rustc\na").is_err() && read("rustc\na x").is_err());
    }

    #[test]
    fn what_the_runner_prints_is_checked() {
        let line = r#"{"function_name":"f","id":"x","profiles":[{"data":{"total":{"metrics":{"Ir":{"values":{"new":7}}}}}}]}"#;
        assert_eq!(counts(&format!("noise\n{line}\n")).unwrap(), some(&[("f/x", 7)]));
        assert!(counts("").is_err() && counts("{}").is_err());
    }

    #[test]
    fn the_record_is_of_this_repository() {
        let (compiler, counts) = read(&fs::read_to_string(root().join(RECORD)).unwrap()).unwrap();
        assert!(
            compiler.starts_with("rustc 1.") && counts.len() > 30,
            "{compiler}: {} kernels",
            counts.len()
        );
        let kernels = fs::read_to_string(root().join("benches/instructions/kernels.rs")).unwrap();
        assert_eq!(kernels.matches("#[bench::").count(), counts.len());
        assert!(!locked_version().unwrap().is_empty());
    }
}
