//! Random users, hostile links and hostile messages: the page under seeded chance. See docs/testing.md.

pub mod hands;
pub mod hostile;
pub mod replay;
pub mod setting;
pub mod users;

use crate::driver::Driver;
use crate::e2e::serve_site;
use crate::page::Page;
use anyhow::{Context, Result, bail};
use setting::{SETTINGS, Setting};
use std::path::PathBuf;
use std::time::Instant;
use users::Plan;

/// Where logs of failures are written.
pub fn folder() -> PathBuf {
    xtask::cargo::target_dir().join("fuzz")
}

/// Options of the commands: their values as they were typed, if they were.
struct Options {
    seed: u32,
    count: u32,
    on: Option<&'static Setting>,
    replay: Option<PathBuf>,
}

fn options(args: &[&str], count: u32) -> Result<Options> {
    let mut options = Options { seed: 1, count, on: None, replay: None };
    for pair in args.chunks(2) {
        let [name, value] = *pair else { bail!("{} has no value", pair[0]) };
        let number = || value.parse().with_context(|| format!("{name} takes a whole number, not {value:?}"));
        match name {
            "--seed" => options.seed = number()?,
            "--actions" | "--cases" => options.count = number()?,
            "--on" => options.on = Some(Setting::named(value)?),
            "--replay" => options.replay = Some(value.into()),
            _ => bail!("there is no option {name}"),
        }
    }
    Ok(options)
}

/// `cargo xtask users`: random users until there are as many actions, or one fails.
///
/// # Errors
/// If a check fails; the log is kept and shortened then.
pub fn users(args: &[&str]) -> Result<()> {
    let options = options(args, 2000)?;
    let server = serve_site()?;
    let driver = Driver::start()?;
    if let Some(file) = &options.replay {
        return replay::replay(&driver, &server.url(), file);
    }
    let began = Instant::now();
    let mut done = 0;
    let mut failed = Vec::new();
    // A user on each setting in turn, with a seed of its own.
    for (user, seed) in (options.seed..).enumerate() {
        if done >= options.count {
            break;
        }
        let setting = options.on.unwrap_or(&SETTINGS[user % SETTINGS.len()]);
        let plan = Plan { seed, actions: MOST.min(options.count - done), setting };
        println!("seed {seed} {}: {} actions", setting.name, plan.actions);
        let walk = users::alone(&driver, &server.url(), &plan)?;
        println!("  {}", walk.told());
        done += plan.actions;
        if let Some(failure) = &walk.failure {
            println!("  FAILED: {failure}");
            replay::keep(&plan, &walk.log, failure, "")?;
            failed.push((plan, walk));
        }
    }
    println!("{done} actions in {:.0} s, {} users failed", began.elapsed().as_secs_f64(), failed.len());
    let Some((plan, walk)) = failed.first() else { return Ok(()) };
    bail!(replay::shorten(&driver, &server.url(), plan, walk)?)
}

/// `cargo xtask hostile`: links and messages, of each so many.
///
/// # Errors
/// If something does not hold afterwards.
pub fn hostile(args: &[&str]) -> Result<()> {
    let Options { seed, count, .. } = options(args, 2000)?;
    let server = serve_site()?;
    let driver = Driver::start()?;
    let began = Instant::now();
    let on_a_page = |run: &dyn Fn(&Page) -> Result<String>| {
        let page = driver.open(&server.url())?;
        let outcome = run(&page).and_then(|told| match page.problems()?.first() {
            Some(problem) => bail!("{told}, and the console says {problem}"),
            None => Ok(told),
        });
        page.close()?;
        println!("{} ({:.0} s)", outcome?, began.elapsed().as_secs_f64());
        Ok(())
    };
    on_a_page(&|page| Ok(format!("links: {:?}", hostile::links(page, seed, count)?)))?;
    on_a_page(&|page| Ok(format!("{} links on pages of their own", hostile::fresh(page, 1)?)))?;
    on_a_page(&|page| Ok(format!("messages: {:?}", hostile::messages(page, seed, count)?)))
}

/// Actions of one user at most: then another comes, with a fresh browser.
const MOST: u32 = 1000;
