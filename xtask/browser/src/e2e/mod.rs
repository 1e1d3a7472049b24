//! End-to-end tests: the real site under a sub-path and its policy, in a real browser.

mod access;
mod axe;
pub mod data;
mod documents;
mod embed;
mod ensemble;
pub mod faults;
mod figures;
mod formulas;
mod found;
mod fuzz;
mod going_on;
mod hands;
mod hide;
mod history;
pub mod host;
mod languages;
mod lessons;
mod lessons_walk;
mod links;
mod more;
mod offline;
mod opening;
mod overlay;
mod panel;
mod playing;
mod present;
mod problem;
mod problem_views;
mod programs;
mod screens;
mod soak;
mod tasks;
mod time;

pub use self::lessons::{COUNT, wait_for_lesson};

use crate::driver::Driver;
use crate::page::Page;
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use std::fs;
use std::time::Instant;
use xtask::cargo::{root, target_dir};
use xtask::dist;
use xtask::serve::{Port, Server};

/// Where the site is put: under a sub-path, as project pages of a static host are.
pub const PREFIX: &str = "/user/repo/";

/// Kinds of the charts on the first screen.
pub const CHARTS: [&str; 3] = ["phi", "alignment", "losses"];

/// The document the page opens with, relative to the workspace.
pub const DEFAULT: &str = "www/experiments/noisy-main.json";

/// Its text, parsed.
pub fn default_document() -> Result<Value> {
    let text = fs::read_to_string(root().join(DEFAULT)).with_context(|| format!("no {DEFAULT}"))?;
    Ok(serde_json::from_str(&text)?)
}

/// A test: its name, and what it does with a fresh browser.
pub type Test = (&'static str, fn(&Page) -> Result<()>);

/// Builds the site and serves it on a free port under [`PREFIX`].
///
/// # Errors
/// If it does not build.
pub fn serve_site() -> Result<Server> {
    let site = dist::build(&target_dir().join("e2e-dist"), &[])?;
    Server::bind(Port::Exactly(0))?.start(site, PREFIX)
}

/// Runs the tests whose names contain `filter`, or one of its parts between commas.
///
/// # Errors
/// If one fails or none is chosen.
pub fn run(filter: &str) -> Result<()> {
    let server = serve_site()?;
    let driver = Driver::start()?;
    let groups = [
        opening::TESTS,
        tasks::TESTS,
        playing::TESTS,
        documents::TESTS,
        panel::TESTS,
        formulas::TESTS,
        programs::TESTS,
        screens::TESTS,
        more::TESTS,
        figures::TESTS,
        problem::TESTS,
        hands::TESTS,
        problem_views::TESTS,
        ensemble::TESTS,
        time::TESTS,
        offline::TESTS,
        going_on::TESTS,
        overlay::TESTS,
        links::TESTS,
        history::TESTS,
        data::TESTS,
        languages::TESTS,
        hide::TESTS,
        embed::TESTS,
        present::TESTS,
        access::TESTS,
        axe::TESTS,
        lessons::TESTS,
        lessons_walk::TESTS,
        soak::TESTS,
        found::TESTS,
        fuzz::TESTS,
    ];
    let groups = groups.into_iter().chain(faults::GROUPS);
    let named = |name: &str| filter.split(',').any(|part| name.contains(part));
    let chosen: Vec<&Test> = groups.flatten().filter(|(name, _)| named(name)).collect();
    if chosen.is_empty() {
        bail!("no end-to-end test has {filter:?} in its name");
    }
    let failed = chosen.iter().filter(|(name, test)| !passes(&driver, &server, name, *test)).count();
    println!("\n{} passed, {failed} failed", chosen.len() - failed);
    ensure!(failed == 0, "end-to-end tests failed");
    Ok(())
}

/// What ChromeDriver says, rarely and on busy machines, when it and the browser have lost each other.
const LOST: &str = "Timed out receiving message from renderer";

/// Runs one test and says how it went.
fn passes(driver: &Driver, server: &Server, name: &str, test: fn(&Page) -> Result<()>) -> bool {
    let began = Instant::now();
    let mut outcome = run_one(driver, server, name, test);
    if outcome.as_ref().is_err_and(|error| format!("{error:#}").contains(LOST)) {
        println!("    {name} lost its browser and begins again in another");
        outcome = run_one(driver, server, name, test);
    }
    let seconds = began.elapsed().as_secs_f64();
    match &outcome {
        Ok(()) => println!("test {name} ... ok ({seconds:.1} s)"),
        Err(error) => println!("test {name} ... FAILED ({seconds:.1} s)\n    {error:#}"),
    }
    outcome.is_ok()
}

fn run_one(driver: &Driver, server: &Server, name: &str, test: fn(&Page) -> Result<()>) -> Result<()> {
    let page = driver.open(&server.url())?;
    let outcome = test(&page).and_then(|()| no_problems(&page, server));
    if outcome.is_err() {
        // The test's own error is what counts, also when the browser no longer answers.
        let _ = page.screenshot(&format!("failed-{name}"));
        page.problems().unwrap_or_default().iter().for_each(|problem| println!("    console: {problem}"));
    }
    let closed = page.close();
    outcome.and(closed)
}

/// Whatever a test does: the console stays clean, nothing foreign is asked for, nothing is missing.
fn no_problems(page: &Page, server: &Server) -> Result<()> {
    let problems = page.problems()?;
    ensure!(problems.is_empty(), "{}", problems.join("\n    "));
    let missing: Vec<String> = server
        .take_log()
        .into_iter()
        .filter(|served| served.status >= 400)
        .map(|served| served.path)
        .collect();
    ensure!(missing.is_empty(), "not on the server: {missing:?}");
    Ok(())
}
