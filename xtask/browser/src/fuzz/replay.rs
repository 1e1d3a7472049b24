//! A log done again, and made as short as it still fails.

use super::folder;
use super::setting::Setting;
use super::users::{Plan, Walk, again};
use crate::driver::Driver;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long a log may be shortened for.
const PATIENCE: Duration = Duration::from_secs(240);
/// Actions that are told in the message of a failure.
const TOLD: usize = 30;

/// Does the log of a file again.
///
/// # Errors
/// If it fails, as it should; or if it cannot be read.
pub fn replay(driver: &Driver, site: &str, file: &Path) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| format!("no log {}", file.display()))?;
    let log: Value = serde_json::from_str(&text)?;
    let setting = Setting::named(log["on"].as_str().context("a log names its setting")?)?;
    let actions = log["actions"].as_array().context("a log has actions")?;
    let failure = once(driver, site, setting, actions)?;
    ensure!(failure.is_none(), "{} actions again: {}", actions.len(), failure.unwrap_or_default());
    println!("{} actions again, nothing failed", actions.len());
    Ok(())
}

/// Does actions again in a fresh browser: what fails.
fn once(driver: &Driver, site: &str, setting: &Setting, actions: &[Value]) -> Result<Option<String>> {
    let page = driver.open(site)?;
    let outcome = setting.begin(&page).and_then(|()| {
        for action in actions {
            if let Some(wrong) = again(&page, action)? {
                return Ok(Some(wrong));
            }
        }
        // What comes a little later belongs to the last action.
        page.eval_as("await fuzz.pause(300); return fuzz.broken() ?? null")
    });
    if !matches!(outcome, Ok(None)) {
        let _ = page.screenshot("users-again");
    }
    page.close()?;
    outcome
}

/// Returns whether two failures are of one kind: they begin alike.
fn alike(a: &str, b: &str) -> bool {
    let start = |text: &str| text.chars().take_while(|c| !c.is_ascii_digit()).take(90).collect::<String>();
    start(a) == start(b)
}

/// Keeps the log of a failure, shortens it while there is time, and tells all of it.
///
/// # Errors
/// If files cannot be written.
pub fn shorten(driver: &Driver, site: &str, plan: &Plan, walk: &Walk) -> Result<String> {
    let failure = walk.failure.clone().unwrap_or_default();
    let whole = keep(plan, &walk.log, &failure, "")?;
    let last: Vec<String> = walk.log.iter().rev().take(TOLD).rev().map(ToString::to_string).collect();
    println!(
        "seed {} on {}: {failure}\nthe last actions:\n  {}",
        plan.seed,
        plan.setting.name,
        last.join("\n  ")
    );
    let end = Instant::now() + PATIENCE;
    let fails = |actions: &[Value]| {
        // A browser that is lost says nothing of the log.
        once(driver, site, plan.setting, actions)
            .unwrap_or_default()
            .is_some_and(|wrong| alike(&wrong, &failure))
    };
    let short = shortest(&walk.log, || Instant::now() < end, fails);
    let how = match &short {
        Some(log) => {
            let file = keep(plan, log, &failure, "-short")?;
            let told: Vec<String> = log.iter().map(ToString::to_string).collect();
            format!("shortened to {} actions, {}:\n  {}", log.len(), file, told.join("\n  "))
        }
        None => "no end of the log fails by itself".to_owned(),
    };
    let Plan { seed, setting, .. } = plan;
    Ok(format!(
        "seed {seed} on {} after {} actions: {failure}\n{how}\nagain: cargo xtask users --seed {seed} --on {} --actions {}, or --replay {whole}",
        setting.name,
        walk.log.len(),
        setting.name,
        plan.actions,
    ))
}

/// Writes a log of a failure: its file.
///
/// # Errors
/// If it cannot be written.
pub fn keep(plan: &Plan, log: &[Value], failure: &str, what: &str) -> Result<String> {
    fs::create_dir_all(folder())?;
    let file = folder().join(format!("users-{}-{}{what}.json", plan.seed, plan.setting.name));
    let whole = json!({ "seed": plan.seed, "on": plan.setting.name, "failure": failure, "actions": log });
    fs::write(&file, serde_json::to_string_pretty(&whole)?)?;
    Ok(file.display().to_string())
}

/// The shortest end of a log that fails, without the actions that it fails without.
fn shortest<T: Clone>(
    log: &[T],
    mut time: impl FnMut() -> bool,
    fails: impl Fn(&[T]) -> bool,
) -> Option<Vec<T>> {
    let mut length = 1;
    let mut short = loop {
        let end = &log[log.len().saturating_sub(length)..];
        if fails(end) {
            break end.to_vec();
        }
        if length >= log.len() || !time() {
            return None;
        }
        length *= 4;
    };
    let mut size = short.len().div_ceil(2);
    while size > 0 && time() {
        let mut at = 0;
        while at < short.len() && time() {
            let mut without = short.clone();
            without.drain(at..(at + size).min(short.len()));
            if !without.is_empty() && fails(&without) {
                short = without;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    Some(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_shortened_to_what_it_fails_by() {
        let log: Vec<u32> = (0..1000).collect();
        let short = shortest(&log, || true, |part| part.contains(&940) && part.contains(&990));
        assert_eq!(short, Some(vec![940, 990]));
        assert_eq!(shortest(&log, || true, |_| false), None);
        let mut calls = 0;
        let few = shortest(
            &log,
            || {
                calls += 1;
                calls < 8
            },
            |part| part.contains(&990),
        )
        .unwrap();
        assert!(few.len() < 64 && few.contains(&990), "{few:?}");
    }

    #[test]
    fn failures_are_alike_by_their_words() {
        assert!(alike("phi has 3 pixels", "phi has 17 pixels for 3"));
        assert!(!alike("phi is blank", "stuck: the phase stays loading"));
    }
}
