//! One random user: a seed, so many actions, and what came of them.

use super::hands;
use super::setting::{Setting, complete};
use crate::driver::Driver;
use crate::page::{Page, digests_in};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::{Value, json};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What is to be done.
pub struct Plan {
    /// Seed of everything that is chosen.
    pub seed: u32,
    /// How many actions.
    pub actions: u32,
    /// On what.
    pub setting: &'static Setting,
}

/// What was done.
pub struct Walk {
    /// Every action in order, with all that is needed to do it again.
    pub log: Vec<Value>,
    /// What did not hold after the last one.
    pub failure: Option<String>,
    took: Duration,
    memory: f64,
}

impl Walk {
    /// In a line: counts of each kind of action, and the most memory seen.
    pub fn told(&self) -> String {
        let count = |kind: &str| self.log.iter().filter(|action| action["kind"] == kind).count();
        let trusted = self.log.iter().filter(|action| action["trusted"] == true).count();
        format!(
            "{} actions in {:.0} s ({trusted} by the browser itself, {} links, {} settled, {} reopened); the page's modules held {:.0} MB",
            self.log.len(),
            self.took.as_secs_f64(),
            count("link"),
            count("settle"),
            count("reopen"),
            self.memory / 1e6,
        )
    }
}

/// What a part of the way in the page answers.
#[derive(Deserialize)]
struct Part {
    next: u32,
    log: Vec<Value>,
    most: f64,
    leaving: bool,
    wrong: Option<String>,
    mine: Option<Value>,
}

/// Milliseconds that the page goes on by itself, at most, before the driver hears of it.
const BUDGET: u32 = 6000;

/// A user in a browser of their own, whose console is part of what must hold.
///
/// # Errors
/// If the browser is lost.
pub fn alone(driver: &Driver, site: &str, plan: &Plan) -> Result<Walk> {
    let page = driver.open(site)?;
    let walk = walk(&page, plan).and_then(|mut walk| {
        walk.failure = walk.failure.or(page.problems()?.first().cloned());
        Ok(walk)
    });
    if walk.as_ref().map_or(true, |walk| walk.failure.is_some()) {
        let _ = page.screenshot(&format!("users-{}", plan.seed));
    }
    page.close()?;
    walk
}

/// Lets a user loose on a fresh browser.
///
/// # Errors
/// If the browser is lost; what does not hold on the page is in the walk.
pub fn walk(page: &Page, plan: &Plan) -> Result<Walk> {
    let began = Instant::now();
    plan.setting.begin(page)?;
    let Plan { seed, actions, .. } = plan;
    let mut walk = Walk { log: Vec::new(), failure: None, took: Duration::ZERO, memory: 0.0 };
    let mut next = 0;
    let mut lost = 0;
    while next < *actions && walk.failure.is_none() {
        let Ok(part) = page.eval_as::<Part>(&format!("return fuzz.go({seed}, {next}, {actions}, {BUDGET})"))
        else {
            // The page may have been loaded anew under way: it knows where it was.
            lost += 1;
            let said = "return [fuzz.session().next, fuzz.log()]";
            if let Err(error) = complete(page) {
                walk.failure = Some(format!("{error:#}"));
                break;
            }
            let (at, log): (u32, Vec<Value>) = page.eval_as(said)?;
            walk.log.extend(log);
            if at == next && lost > 3 {
                bail!("action {next} of seed {seed} loses the browser");
            }
            next = at;
            continue;
        };
        lost = 0;
        next = part.next;
        walk.log.extend(part.log);
        walk.memory = walk.memory.max(part.most);
        walk.failure = part.wrong;
        if part.leaving && walk.failure.is_none() {
            walk.failure = complete(page).err().map(|error| format!("{error:#}"));
        }
        if let Some(action) = part.mine {
            walk.failure = by_hand(page, &action).unwrap_or_else(|error| Some(format!("{error:#}")));
        }
    }
    walk.took = began.elapsed();
    Ok(walk)
}

/// Does an action that is the driver's: what is wrong after it.
///
/// # Errors
/// If the browser is lost.
pub fn by_hand(page: &Page, action: &Value) -> Result<Option<String>> {
    if action["kind"] == "reopen" {
        return reopen(page);
    }
    let done = hands::act(page, action);
    // The page may be loaded anew by it.
    if page.eval_as("return fuzz.leaving").unwrap_or(true) {
        complete(page).context("after a reload")?;
    } else {
        done?;
    }
    page.eval_as("return fuzz.broken() ?? null")
}

/// What a link is to show again.
#[derive(Debug, PartialEq, Deserialize)]
struct Shown {
    digests: Vec<String>,
    step: String,
    phase: String,
    preset: String,
}

const SHOWN: &str = "return { digests: [...document.querySelectorAll('[data-digest]')].map((e) => e.textContent), step: fuzz.text('[data-step]'), \
    phase: fuzz.phase(), preset: document.querySelector('[data-control=preset]').value }";

/// The address of what is shown, opened anew, shows the same; the user goes on there.
fn reopen(page: &Page) -> Result<Option<String>> {
    let wrong: Option<String> = page.eval_as("return (await fuzz.settle({})) ?? null")?;
    if wrong.is_some() {
        return Ok(wrong);
    }
    let address = steady(page)?;
    let shown: Shown = page.eval_as(SHOWN)?;
    // A run changed on its way, a lesson and what is too long are not told by the address, and it says so.
    let told: bool = page.eval_as(
        "return !fuzz.run.changed && !/[#&]lesson=/.test(location.hash) && (location.hash.length > 1 || document.querySelector('[data-control=preset]').selectedIndex === 0)",
    )?;
    page.visit("about:blank")?;
    page.visit(&address)?;
    complete(page)?;
    let begins =
        "return ['ready', 'paused', 'finished'].includes(fuzz.phase()) && fuzz.text('[data-digest]') !== ''";
    page.wait_until("a run at rest", || page.eval_as(begins))?;
    if !told {
        return Ok(None);
    }
    let mut again: Shown = page.eval_as(SHOWN)?;
    for _ in 0..100 {
        if again == shown {
            break;
        }
        sleep(Duration::from_millis(50));
        again = page.eval_as(SHOWN)?;
    }
    let valid = again.digests.iter().all(|digest| digests_in(digest).len() == 1);
    Ok((again != shown || !valid)
        .then(|| format!("opened anew, {address} shows {again:?}, it was made of {shown:?}")))
}

/// The address once it has not moved for a while.
fn steady(page: &Page) -> Result<String> {
    let read = "return location.href";
    let mut last: String = page.eval_as(read)?;
    let mut since = Instant::now();
    while since.elapsed() < Duration::from_millis(900) {
        sleep(Duration::from_millis(100));
        let now: String = page.eval_as(read)?;
        if now != last {
            last = now;
            since = Instant::now();
        }
    }
    Ok(last)
}

/// An action of a log done again, whoever did it: what is wrong after it.
///
/// # Errors
/// If the browser is lost.
pub fn again(page: &Page, action: &Value) -> Result<Option<String>> {
    if action["trusted"] == true {
        return by_hand(page, action);
    }
    let wrong = page.eval_as(&format!("return (await fuzz.one({})) ?? null", json!(action)));
    if page.eval_as("return fuzz.leaving").unwrap_or(true) {
        complete(page)?;
        return Ok(None);
    }
    wrong
}
