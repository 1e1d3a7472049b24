//! The stages of `cargo xtask test`: all there is, cheapest first.

use crate::cargo::{PACKAGE, cargo, root, run, target_dir};
use crate::target::{WASM, ensure_wasm};
use crate::{browser::Engine, dist, instructions, supply, types};
use anyhow::{Context, Result};
use std::time::Instant;

/// One stage.
pub struct Stage {
    /// What `--only` calls it.
    pub name: &'static str,
    /// What it shows.
    pub title: &'static str,
    run: fn(args: &[&str]) -> Result<()>,
}

/// All stages in the order they run.
pub const STAGES: [Stage; 12] = [
    Stage { name: "fmt", title: "formatting", run: |_| formatting() },
    Stage { name: "clippy", title: "clippy, native", run: |_| clippy_native() },
    Stage { name: "clippy-wasm", title: "clippy, WebAssembly", run: |_| clippy_wasm() },
    Stage {
        name: "supply",
        title: "dependencies: licences, sources, duplicates, advisories",
        run: |_| supply::check(),
    },
    Stage { name: "native", title: "native tests and documentation's examples", run: native },
    Stage { name: "doc", title: "documentation", run: |_| documentation() },
    Stage { name: "wasm", title: "WebAssembly tests in the browser", run: wasm },
    Stage { name: "engines", title: "browsers and their drivers", run: |_| engines() },
    Stage { name: "instructions", title: "instruction counts", run: |_| instructions::check() },
    Stage { name: "dist", title: "site and its size", run: |_| dist::dist(&dist::default_out()) },
    Stage { name: "types", title: "types of the JavaScript", run: |_| types::check() },
    Stage { name: "e2e", title: "end-to-end tests in the browser", run: e2e },
];

/// What `--quick` runs, for use while working: no browser, no WebAssembly, no page.
const QUICK: [Stage; 3] = [
    Stage { name: "fmt", title: "formatting", run: |_| formatting() },
    Stage { name: "clippy", title: "clippy, native", run: |_| clippy_native() },
    Stage { name: "claims", title: "claims of the solver and of documents", run: |_| claims() },
];

/// Runs every stage and stops at the first that fails.
///
/// # Errors
/// Names the stage that failed.
pub fn run_all() -> Result<()> {
    Engine::Chromium.find_or_install()?; // a missing browser should not show after minutes of building
    run_in_turn(&STAGES.each_ref(), &[], again_alone)
}

/// Runs the stages with these names, in the order of [`STAGES`], and stops at the first that fails.
///
/// `args` select tests by a part of their name in the stages that have names; `e2e` has options beside.
///
/// # Errors
/// Names the stage that failed.
pub fn run_only(names: &[String], args: &[&str]) -> Result<()> {
    let chosen = STAGES.iter().filter(|stage| names.iter().any(|name| stage.name == name));
    run_in_turn(&chosen.collect::<Vec<_>>(), args, again_alone)
}

/// Runs the quick stages and stops at the first that fails.
///
/// # Errors
/// Names the stage that failed.
pub fn run_quick() -> Result<()> {
    run_in_turn(&QUICK.each_ref(), &[], |_| "again: cargo xtask test --quick".to_owned())
}

fn again_alone(name: &str) -> String {
    format!("again alone: cargo xtask test --only {name}")
}

fn run_in_turn(chosen: &[&Stage], args: &[&str], again: fn(&str) -> String) -> Result<()> {
    let start = Instant::now();
    for (number, stage) in chosen.iter().enumerate() {
        println!("\n=== {}/{} {}: {}", number + 1, chosen.len(), stage.name, stage.title);
        let began = Instant::now();
        (stage.run)(args).with_context(|| format!("stage {} failed ({})", stage.name, again(stage.name)))?;
        println!("=== {} passed in {:.1} s", stage.name, began.elapsed().as_secs_f64());
    }
    println!("\n=== all passed in {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// All that tests are run in; one that is missing is said by its tests.
fn engines() -> Result<()> {
    for engine in Engine::ALL {
        match engine.find_or_install() {
            Ok(browser) => println!("{}: {}", engine.name(), browser.program.display()),
            Err(error) => println!("{}: {error:#}", engine.name()),
        }
    }
    Ok(())
}

fn formatting() -> Result<()> {
    run(&mut cargo(["fmt", "--all", "--check"]))
}

fn clippy_native() -> Result<()> {
    clippy(&["--workspace", "--all-targets"])
}

fn clippy(what: &[&str]) -> Result<()> {
    run(cargo(["clippy"]).args(what).args(["--", "-D", "warnings"]))
}

fn clippy_wasm() -> Result<()> {
    ensure_wasm()?;
    let tests: &[&str] = if has_wasm_tests() { &["--test", WASM_TESTS] } else { &[] };
    let page = ["--package", PACKAGE, "--target", WASM];
    clippy(&[&page[..], &["--all-features", "--lib"], tests].concat())?;
    clippy(&[&page[..], &["--no-default-features", "--lib"]].concat())
}

/// The package's integration test that runs in the browser.
const WASM_TESTS: &str = "web";

fn has_wasm_tests() -> bool {
    root().join("tests").join(WASM_TESTS).with_extension("rs").exists()
}

fn native(args: &[&str]) -> Result<()> {
    // Clippy has checked the examples; here they would only be linked.
    run(cargo(["test", "--workspace", "--lib", "--bins", "--tests"]).args(args))?;
    run(cargo(["test", "--workspace", "--doc"]).args(args))
}

fn claims() -> Result<()> {
    run(&mut cargo(["test", "--package", PACKAGE, "--test", "solver", "--test", "document"]))
}

fn documentation() -> Result<()> {
    let doc =
        |target: &[&str]| run(cargo(["doc", "--no-deps"]).args(target).env("RUSTDOCFLAGS", "-D warnings"));
    doc(&["--workspace"])?;
    ensure_wasm()?;
    doc(&["--package", PACKAGE, "--target", WASM])
}

fn wasm(args: &[&str]) -> Result<()> {
    if !has_wasm_tests() {
        println!("there are none");
        return Ok(());
    }
    ensure_wasm()?;
    Engine::Chromium.find_or_install()?;
    run(&mut cargo(["build", "--package", BROWSER_PACKAGE]))?;
    let runner = target_dir().join("debug").join(BROWSER_PACKAGE);
    let runner = format!("target.{WASM}.runner = [{:?}, \"wasm-test\"]", runner.display().to_string());
    run(cargo(["test", "--package", PACKAGE, "--target", WASM, "--test", WASM_TESTS, "--config", &runner])
        .args(args))
}

fn e2e(args: &[&str]) -> Result<()> {
    browser_command("e2e", args.iter().copied())
}

/// The package with everything that drives a browser.
const BROWSER_PACKAGE: &str = "xtask-browser";

/// Runs a command of `xtask-browser`, which is compiled only now.
///
/// # Errors
/// If it fails.
pub fn browser_command<'a>(name: &str, args: impl IntoIterator<Item = &'a str>) -> Result<()> {
    Engine::Chromium.find_or_install()?;
    run(cargo(["run", "--quiet", "--package", BROWSER_PACKAGE, "--", name]).args(args))
}
