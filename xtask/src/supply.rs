//! Whether the project is made of what it may be made of.

use crate::cargo::{cargo, run, target_dir};
use anyhow::Result;
use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Licences, sources and reasons by our own tests, which need nothing installed; where cargo-deny is, all of `deny.toml` too,
/// and advisories where their database can be had.
///
/// # Errors
/// If something is not as it should be.
pub fn check() -> Result<()> {
    run(&mut cargo(["test", "--locked", "--quiet", "--package", "xtask", "--test", "supply"]))?;
    // An installation beside the build is found as one in PATH is.
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> =
        env::split_paths(&path).chain([target_dir().join("tools").join("bin")]).collect();
    let path = env::join_paths(folders)?;
    let deny = |args: &[&str]| {
        let mut command = cargo(["deny", "--workspace", "--locked"]);
        command.args(args).env("PATH", &path);
        command
    };
    if !succeeds(&mut deny(&["--version"])) {
        println!(
            "SKIPPED: duplicate versions and advisories, since there is no cargo-deny (`cargo install --locked cargo-deny`)"
        );
        return Ok(());
    }
    run(&mut deny(&["check", "bans", "licenses", "sources"]))?;
    if !succeeds(&mut deny(&["fetch", "db"])) {
        println!(
            "SKIPPED: advisories, since their database (github.com/RustSec/advisory-db) cannot be fetched"
        );
        return Ok(());
    }
    run(&mut deny(&["check", "--disable-fetch", "advisories"]))
}

/// Whether a command does, without a word.
fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
