//! Instruction counts of the solver's kernels, held to recorded ones: repeatable where times are not.
//!
//! Counts are those of one compiler on one kind of processor, so the record names it. By another they are others, and
//! only what no compiler explains is too many.

use crate::cargo::{cargo, command, output, root, run, succeeds, target_dir};
use anyhow::{Context, Result, bail, ensure};
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
/// Package and binary that run the kernels, and the function of theirs that is counted.
const PACKAGE: &str = "instructions";
const KERNELS: &str = "kernels";
const COUNTED: &str = "kernels::counted";

/// Counts by the name of the kernel.
type Counts = BTreeMap<String, u64>;

/// Counts, and compares with the record; says so and does nothing where there is no Valgrind.
///
/// # Errors
/// If a kernel needs more instructions than it may, or the record lacks one or has one too many.
pub fn check() -> Result<()> {
    if let Some(why) = lacking() {
        println!("SKIPPED: {why}");
        return Ok(());
    }
    run(&mut cargo(["build", "--locked", "--release", "--package", PACKAGE, "--bin", KERNELS]))?;
    let found = counts()?;
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

/// Why nothing can be counted here, if so.
fn lacking() -> Option<&'static str> {
    if !cfg!(target_os = "linux") {
        return Some("instructions are counted by Valgrind on Linux");
    }
    let there = succeeds(command("valgrind").arg("--version"));
    (!there).then_some("there is no Valgrind (Debian and Ubuntu: `apt-get install valgrind`)")
}

/// Runs the kernels under Callgrind, which writes a file whenever one has been counted.
///
/// Our own, since the runner of the library for this (gungraun) takes longer to compile than all that it counts.
fn counts() -> Result<Counts> {
    let folder = target_dir().join(PACKAGE);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let file = folder.join("counted");
    let program = target_dir().join("release").join(KERNELS);
    let mut valgrind = command("valgrind");
    valgrind.args(["--quiet", "--tool=callgrind"]);
    valgrind.arg(format!("--toggle-collect={COUNTED}")).arg(format!("--dump-after={COUNTED}"));
    valgrind.arg(format!("--callgrind-out-file={}", file.display()));
    valgrind.env_clear().envs(env::var_os("PATH").map(|path| ("PATH", path)));
    let names = output(valgrind.arg(program))?;
    let count = |(number, name): (usize, &str)| -> Result<(String, u64)> {
        let part = PathBuf::from(format!("{}.{number}", file.display()));
        let text = fs::read_to_string(&part).with_context(|| format!("{name} was not counted"))?;
        Ok((name.to_owned(), total(&text).with_context(|| format!("no total in {}", part.display()))?))
    };
    let counts: Counts = (1..).zip(names.lines()).map(count).collect::<Result<_>>()?;
    ensure!(!counts.is_empty(), "no kernel was counted");
    Ok(counts)
}

/// The instructions that a file of Callgrind sums up.
fn total(text: &str) -> Option<u64> {
    text.lines()
        .find_map(|line| line.strip_prefix("totals: "))?
        .trim()
        .parse()
        .ok()
        .filter(|total| *total > 0)
}

/// Compiler and platform, as one word each.
fn compiler() -> Result<String> {
    let said = output(command("rustc").arg("-vV"))?;
    let field = |name: &str| said.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let all = field("release:").zip(field("commit-hash:")).zip(field("host:"));
    let ((release, commit), host) = all.context("rustc says its version")?;
    Ok(format!("rustc {release} {} {host}", commit.get(..9).unwrap_or(commit)))
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
    fn the_total_of_a_file_is_read() {
        assert_eq!(total("events: Ir\nfn=(1) f\n3 5\n\ntotals: 7\n"), Some(7));
        assert_eq!(total("totals: 0\n"), None, "nothing was counted");
        assert_eq!(total("summary: 7\n"), None);
    }

    #[test]
    fn the_record_is_of_this_repository() {
        let (compiler, counts) = read(&fs::read_to_string(root().join(RECORD)).unwrap()).unwrap();
        assert!(
            compiler.starts_with("rustc 1.") && counts.len() > 30,
            "{compiler}: {} kernels",
            counts.len()
        );
    }
}
