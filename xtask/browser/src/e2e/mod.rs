//! End-to-end tests: the real site under a sub-path and its policy, in a real browser.

mod access;
mod axe;
pub mod data;
mod documents;
mod embed;
mod engines;
mod ensemble;
pub mod faults;
mod figures;
mod fingers;
mod first_screen;
mod formulas;
mod found;
mod framed;
mod fuzz;
mod going_on;
mod hands;
mod hide;
mod history;
pub mod host;
mod hosts;
mod hydration;
mod languages;
mod lessons;
mod lessons_walk;
mod links;
mod more;
mod native;
mod offline;
mod overlay;
mod panel;
mod playing;
mod present;
mod problem;
mod problem_views;
mod program;
mod screens;
mod soak;
mod tasks;
mod time;
mod travelled;
mod workers;

pub use self::lessons::{COUNT, wait_for_lesson};

use self::workers::Workers;
use crate::page::Page;
use anyhow::{Context, Result, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::sync::{Arc, OnceLock};
use std::thread::available_parallelism;
use xtask::browser::Engine;
use xtask::cargo::{root, target_dir};
use xtask::dist;
use xtask::serve::{Port, Server};
use xtask::site::Site;

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

/// Tests in Chromium that bear company, those that take longest first.
const TOGETHER: [&[Test]; 35] = [
    fuzz::TESTS,
    program::TESTS,
    axe::TESTS,
    panel::TESTS,
    lessons_walk::TESTS,
    languages::TESTS,
    access::TESTS,
    problem_views::TESTS,
    going_on::TESTS,
    links::TESTS,
    travelled::TESTS,
    fingers::TESTS,
    framed::TESTS,
    data::TESTS,
    time::TESTS,
    ensemble::TESTS,
    first_screen::TESTS,
    playing::TESTS,
    documents::TESTS,
    formulas::TESTS,
    screens::TESTS,
    more::TESTS,
    figures::TESTS,
    problem::TESTS,
    hands::TESTS,
    offline::TESTS,
    hosts::TESTS,
    hydration::TESTS,
    overlay::TESTS,
    history::TESTS,
    hide::TESTS,
    embed::TESTS,
    present::TESTS,
    lessons::TESTS,
    found::TESTS,
];

/// Tests that measure tasks, memory or processor time, and so run alone.
const ALONE: [&[Test]; 2] = [soak::TESTS, tasks::TESTS];

/// Builds the site, once in a process, and returns a copy.
///
/// # Errors
/// If it does not build.
pub fn site() -> Result<Site> {
    static SITE: OnceLock<Site> = OnceLock::new();
    if let Some(site) = SITE.get() {
        return Ok(site.clone());
    }
    let site = dist::build(&target_dir().join("e2e-dist"), &[])?;
    Ok(SITE.get_or_init(|| site).clone())
}

/// [`site`] with a service worker that keeps nothing.
///
/// The built one fetches the whole site a second time, which takes more of the processor than to show the page: tests
/// of what is kept have that one, all others this.
///
/// # Errors
/// As [`site`].
pub fn unkept_site() -> Result<Site> {
    site().map(unkept)
}

/// Gives a site a service worker that is installed at once and answers nothing.
pub fn unkept(mut site: Site) -> Site {
    site.replace("sw.js", b"// keeps nothing".to_vec());
    site
}

/// Serves a site on a free port under [`PREFIX`].
///
/// # Errors
/// If there is no free port.
pub fn serve(site: Site) -> Result<Server> {
    Server::bind(Port::Exactly(0))?.start(site, PREFIX)
}

/// Builds the site and serves it.
///
/// # Errors
/// If it does not build.
pub fn serve_site() -> Result<Server> {
    serve(site()?)
}

/// Runs the tests: `args` are those of a test program (a part of a name, `--list`, `--test-threads N`, `--skip PART`,
/// `--exact`), and `--shard I/N`, which runs every N-th test from the I-th on.
///
/// # Errors
/// If one fails or none is chosen.
pub fn run(args: &[&str]) -> Result<()> {
    let (shard, args) = Shard::taken_from(args)?;
    let mut arguments = Arguments::from_iter(["e2e"].iter().chain(&args));
    // A browser alone keeps one and a half processors busy.
    let threads = available_parallelism().map_or(1, usize::from);
    arguments.test_threads.get_or_insert(threads);
    let workers = Arc::new(Workers::default());
    if arguments.list {
        libtest_mimic::run(&arguments, shard.of(trials(&workers, &BTreeMap::new()))).exit_if_failed();
        return Ok(());
    }
    let missing = missing_engines();
    site()?;
    let conclusion = libtest_mimic::run(&arguments, shard.of(trials(&workers, &missing)));
    workers.report();
    for reason in missing.values() {
        println!("SKIPPED: {reason}");
    }
    let ran = conclusion.num_passed + conclusion.num_failed + conclusion.num_ignored;
    ensure!(ran > 0, "no end-to-end test has {:?} in its name", arguments.filter);
    ensure!(!conclusion.has_failed(), "end-to-end tests failed");
    Ok(())
}

/// The engines that cannot be had beside Chromium, with the reasons.
fn missing_engines() -> BTreeMap<Engine, String> {
    let reason = |engine: Engine| {
        let error = engine.find_or_install().err()?;
        Some((engine, format!("tests in {}: {error:#}", engine.name())))
    };
    [Engine::Firefox, Engine::WebKit].into_iter().filter_map(reason).collect()
}

/// All tests: those of other engines first, since their browsers start slowly, those that run alone last.
fn trials(workers: &Arc<Workers>, missing: &BTreeMap<Engine, String>) -> Vec<Trial> {
    let trial = |engine: Engine, name: String, test: fn(&Page) -> Result<()>, alone: bool| {
        let (workers, test_name) = (workers.clone(), name.clone());
        let run = move || workers.run(engine, &test_name, test, alone).map_err(Failed::from);
        Trial::test(name, run).with_ignored_flag(missing.contains_key(&engine))
    };
    let in_engines = engines::TESTS.iter().flat_map(|&(name, test)| {
        // In turn, so that threads seldom need two slow browsers of a kind.
        Engine::ALL.map(|engine| (engine, format!("{}_{name}", engine.name()), test))
    });
    let of = |groups: &'static [&[Test]]| groups.iter().copied().flatten();
    let together = of(&TOGETHER).chain(faults::GROUPS.iter().copied().flatten());
    let in_chromium = |(name, test): &Test| (Engine::Chromium, (*name).to_owned(), *test);
    let together = in_engines.chain(together.map(in_chromium));
    let alone = of(&ALONE).map(in_chromium);
    let mut all: Vec<Trial> = together.map(|(engine, name, test)| trial(engine, name, test, false)).collect();
    all.extend(alone.map(|(engine, name, test)| trial(engine, name, test, true)));
    all
}

/// A part of the tests, for machines that share them.
#[derive(Debug, PartialEq)]
struct Shard {
    /// From 0.
    index: usize,
    count: usize,
}

impl Shard {
    /// Takes `--shard I/N` from the arguments, and returns the others; without it there is one shard.
    fn taken_from<'a>(args: &[&'a str]) -> Result<(Self, Vec<&'a str>)> {
        let mut others = args.to_vec();
        let Some(at) = others.iter().position(|arg| *arg == "--shard") else {
            return Ok((Self { index: 0, count: 1 }, others));
        };
        let value = others.get(at + 1).copied().unwrap_or_default();
        let numbers = value.split_once('/').and_then(|(i, n)| i.parse().ok().zip(n.parse().ok()));
        let (number, count): (usize, usize) =
            numbers.with_context(|| format!("--shard takes I/N, such as 1/3, not {value:?}"))?;
        ensure!((1..=count).contains(&number), "--shard {value}: there are shards 1 to {count}");
        others.drain(at..=at + 1);
        Ok((Self { index: number - 1, count }, others))
    }

    /// Its part of all.
    fn of<T>(&self, all: Vec<T>) -> Vec<T> {
        all.into_iter().skip(self.index).step_by(self.count).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_have_every_test_once() {
        let (all, others) = Shard::taken_from(&["axe", "--list"]).unwrap();
        assert_eq!((all, others), (Shard { index: 0, count: 1 }, vec!["axe", "--list"]));
        let (second, others) = Shard::taken_from(&["axe", "--shard", "2/3", "--list"]).unwrap();
        assert_eq!(others, ["axe", "--list"]);
        assert_eq!(second.of((0..9).collect()), [1, 4, 7]);
        for wrong in [&["--shard"][..], &["--shard", "0/2"], &["--shard", "3/2"], &["--shard", "half"]] {
            assert!(Shard::taken_from(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn every_test_has_a_name_of_its_own() {
        let trials = trials(&Arc::new(Workers::default()), &BTreeMap::new());
        let mut names: Vec<&str> = trials.iter().map(Trial::name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert!(names.len() == count && count > 200, "{count} tests, {} names", names.len());
    }
}
