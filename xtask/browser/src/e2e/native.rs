//! The native programs that the page is held against.
//!
//! They are built as the native tests build them, so that after those nothing is compiled anew: numbers are the same to
//! the last bit at every optimisation.

use anyhow::{Result, anyhow};
use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use xtask::cargo::{cargo, command, run, target_dir};

/// How the documentation and the page say that `solve` is run.
pub const SOLVE: &str = "cargo run --release --example solve --";

/// Path of `solve` or `render`, built once in a process.
///
/// # Errors
/// If they do not build.
pub fn path(name: &str) -> Result<PathBuf> {
    static BUILT: OnceLock<Result<(), String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let build = ["test", "--quiet", "--workspace", "--test", "commands", "--no-run"];
        run(&mut cargo(build)).map_err(|error| format!("{error:#}"))
    });
    built.clone().map_err(|error| anyhow!(error))?;
    Ok(target_dir().join("debug").join(format!("{name}{EXE_SUFFIX}")))
}

/// A command that runs `solve` or `render`.
///
/// # Errors
/// As [`path`].
pub fn program(name: &str) -> Result<Command> {
    Ok(command(path(name)?))
}
