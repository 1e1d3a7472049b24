//! A bounded share of chance with every run of the tests: the same seeds each time. Longer: `cargo xtask users`.

use super::Test;
use crate::fuzz::hostile;
use crate::fuzz::replay::keep;
use crate::fuzz::setting::SETTINGS;
use crate::fuzz::users::{Plan, Walk, walk};
use crate::page::Page;
use anyhow::{Result, bail, ensure};

pub const TESTS: &[Test] = &[
    ("fuzz_users_on_a_desktop", |page| users(page, 101, 0)),
    ("fuzz_users_on_a_phone", |page| users(page, 102, 1)),
    ("fuzz_users_in_chinese_and_the_dark", |page| users(page, 103, 2)),
    ("fuzz_users_on_a_phone_in_chinese", |page| users(page, 104, 3)),
    ("fuzz_links_end_in_a_run_or_a_message", fuzz_links_end_in_a_run_or_a_message),
    ("fuzz_links_open_on_fresh_pages", fuzz_links_open_on_fresh_pages),
    ("fuzz_messages_are_answered_once", fuzz_messages_are_answered_once),
];

/// Actions of each user.
const ACTIONS: u32 = 250;

/// A failure is one, also if the same user would not meet it again: its log tells how to look for it.
fn users(page: &Page, seed: u32, on: usize) -> Result<()> {
    let plan = Plan { seed, actions: ACTIONS, setting: &SETTINGS[on] };
    let walked = walk(page, &plan)?;
    if let Some(failure) = &walked.failure {
        let log = keep(&plan, &walked.log, failure, "")?;
        bail!("{}\nthe whole log: {log}", told(&walked, &plan, failure));
    }
    ensure!(walked.log.len() == ACTIONS as usize, "{} actions of {ACTIONS}", walked.log.len());
    page.note(format!("seed {seed}: {}", walked.told()));
    Ok(())
}

/// What failed, after which actions, and how to see it again.
fn told(walk: &Walk, Plan { seed, setting, .. }: &Plan, failure: &str) -> String {
    let last: Vec<String> = walk.log.iter().rev().take(30).rev().map(ToString::to_string).collect();
    format!(
        "{failure}\nthe last actions:\n  {}\nagain, and shortened: cargo xtask users --seed {seed} --actions {ACTIONS} --on {}",
        last.join("\n  "),
        setting.name
    )
}

fn fuzz_links_end_in_a_run_or_a_message(page: &Page) -> Result<()> {
    let links = hostile::links(page, 1, 160)?;
    ensure!(links.runs > 30 && links.messages > 30, "both are met: {links:?}");
    page.note(format!("{links:?}"));
    Ok(())
}

fn fuzz_links_open_on_fresh_pages(page: &Page) -> Result<()> {
    let opened = hostile::fresh(page, 14)?;
    ensure!(opened >= 5, "{opened} links");
    Ok(())
}

fn fuzz_messages_are_answered_once(page: &Page) -> Result<()> {
    let messages = hostile::messages(page, 1, 600)?;
    ensure!(messages.refused > 100 && messages.answered > messages.refused, "both are met: {messages:?}");
    page.note(format!("{messages:?}"));
    Ok(())
}
