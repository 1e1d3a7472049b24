//! Runs cargo-deny, which holds the dependencies to `deny.toml`, where it is installed.

use crate::cargo::{cargo, run, succeeds, target_dir};
use anyhow::Result;
use std::env;
use std::path::PathBuf;

/// Checks licences, sources and duplicate versions, and advisories where their database can be fetched; says what it skips.
///
/// cargo-deny takes minutes to compile, so it is not installed here: a fresh machine passes without it, and CI has it.
///
/// # Errors
/// If a dependency is not as `deny.toml` wants it.
pub fn check() -> Result<()> {
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
            "SKIPPED: licences, sources, duplicate versions and advisories, since there is no cargo-deny \
             (`cargo install --locked cargo-deny`)"
        );
        return Ok(());
    }
    // Exceptions that nothing needs any more are errors too.
    run(&mut deny(&["check", "-D", "unmatched-skip", "bans", "licenses", "sources"]))?;
    if !succeeds(&mut deny(&["fetch", "db"])) {
        println!(
            "SKIPPED: advisories, since their database (github.com/RustSec/advisory-db) cannot be fetched"
        );
        return Ok(());
    }
    run(&mut deny(&["--offline", "check", "-D", "advisory-not-detected", "advisories"]))
}
