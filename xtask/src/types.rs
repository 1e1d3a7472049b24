//! Types of the page's JavaScript, checked by TypeScript, of which nothing is in the site.

use crate::bindgen;
use crate::cargo::{command, root, run, succeeds, target_dir};
use anyhow::{Context, Result, bail, ensure};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the checker's version and its projects stand.
const FOLDER: &str = "xtask/types";
/// Where the projects look for the declarations of the program: beside `www/`, as in the site.
const DECLARATIONS: &str = "target/types/www/pkg";
/// Modules of the page, and those of other threads.
const PROJECTS: [&str; 2] = ["tsconfig.json", "workers.json"];
/// A module with a mistake, and a part of what must be said of it.
const WRONG: (&str, &str) = ("wrong.json", "\"asleep\"");

/// Checks all scripts of the page; where there is no Node, says so, which on CI is a failure.
///
/// # Errors
/// If a type is wrong, or the checker or the program's declarations cannot be had.
pub fn check() -> Result<()> {
    if !["node", "npm"].into_iter().all(|name| succeeds(command(name).arg("--version"))) {
        let skipped =
            "SKIPPED: types of the JavaScript, since there is no node/npm (Node 20 or newer: nodejs.org)";
        ensure!(env::var_os("CI").is_none(), "{skipped}; on CI that is a failure");
        println!("{skipped}; on CI that is a failure");
        return Ok(());
    }
    let checker = installed()?;
    bindgen::refresh(&root().join(DECLARATIONS))?;
    for project in PROJECTS {
        run(&mut checking(&checker, project)).context("www/ has types that do not fit")?;
    }
    finds_mistakes(&checker)
}

/// Path of the checker's program, installed as the lock file says.
fn installed() -> Result<PathBuf> {
    let folder = target_dir().join("tools").join("types");
    let checker = folder.join("node_modules/typescript/bin/tsc");
    let names = ["package.json", "package-lock.json"];
    let wanted = names.map(|name| root().join(FOLDER).join(name));
    let same = |(wanted, name): (&PathBuf, &str)| fs::read(wanted).ok() == fs::read(folder.join(name)).ok();
    if checker.exists() && wanted.iter().zip(names).all(same) {
        return Ok(checker);
    }
    fs::create_dir_all(&folder)?;
    for (wanted, name) in wanted.iter().zip(names) {
        fs::copy(wanted, folder.join(name)).with_context(|| wanted.display().to_string())?;
    }
    run(command("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder))?;
    Ok(checker)
}

fn checking(checker: &Path, project: &str) -> Command {
    let mut command = command("node");
    command.arg(checker).arg("--project").arg(root().join(FOLDER).join(project));
    command
}

/// A checker that is told to look at nothing would find nothing.
fn finds_mistakes(checker: &Path) -> Result<()> {
    let (project, mistake) = WRONG;
    let output = checking(checker, project).output().context("cannot start node")?;
    let said = String::from_utf8_lossy(&output.stdout);
    if output.status.success() || !said.contains(mistake) {
        bail!("the mistake of {FOLDER}/{project} was not found: {said}");
    }
    Ok(())
}
