//! Links and messages that mean no good, on a living page.

use super::setting::{SETTINGS, complete, install};
use crate::e2e::default_document;
use crate::e2e::host::Host;
use crate::page::{DESKTOP, Page};
use anyhow::{Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

/// Links that are there to be tried and bent: names and links, `@x*9` for what is long.
const CORPUS: &str = include_str!("links.json");

/// What came of links.
#[derive(Debug, Default, Deserialize)]
pub struct Links {
    /// Those that were run, that were answered by a message, and that ask for nothing.
    pub runs: u32,
    /// See `runs`.
    pub messages: u32,
    /// See `runs`.
    pub none: u32,
    #[serde(default)]
    next: u32,
    wrong: Option<String>,
    link: Option<String>,
    index: Option<u32>,
}

/// Installs what links need beside the watch.
fn bring(page: &Page) -> Result<()> {
    page.eval(&format!("{}\nfuzz.corpus = {CORPUS};", include_str!("links.js"))).map(drop)
}

/// Opens the corpus and then links bent by the seed, `count` in all, on one page.
///
/// # Errors
/// At the first link after which something does not hold.
pub fn links(page: &Page, seed: u32, count: u32) -> Result<Links> {
    SETTINGS[0].begin(page)?;
    bring(page)?;
    let mut all = Links::default();
    while all.next < count {
        let body = format!("return fuzz.links({seed}, {}, {count}, 20000)", all.next);
        let some: Links = page.eval_as(&body)?;
        ensure!(
            some.wrong.is_none(),
            "link {} of seed {seed}: {}\n  {}",
            some.index.unwrap_or_default(),
            some.wrong.unwrap_or_default(),
            some.link.unwrap_or_default()
        );
        all.runs += some.runs;
        all.messages += some.messages;
        all.none += some.none;
        all.next = some.next;
    }
    Ok(all)
}

/// Opens links of the corpus on pages of their own: each shows a run, and says what was wrong with the link.
///
/// # Errors
/// At the first link after which something does not hold.
pub fn fresh(page: &Page, every: usize) -> Result<usize> {
    SETTINGS[0].begin(page)?;
    bring(page)?;
    // Those that are written out: the address of a page has room for no more.
    let links: Vec<String> = page.eval_as(
        "return fuzz.corpus.map(([, link]) => link.toWellFormed()).filter((link) => !link.includes('@'))",
    )?;
    let mut opened = 0;
    for link in links.iter().step_by(every) {
        page.load(link)?;
        complete(page)?;
        let wrong: Option<String> = page.eval_as("return (await fuzz.settle({})) ?? null")?;
        ensure!(wrong.is_none(), "{link} on a fresh page: {}", wrong.unwrap_or_default());
        ensure!(!page.digests()?.is_empty(), "{link} shows no run");
        opened += 1;
    }
    Ok(opened)
}

/// What came of messages.
#[derive(Debug, Default, Deserialize)]
pub struct Messages {
    /// Those that were sent, answered, not to be answered, and refused.
    pub sent: u32,
    /// See `sent`.
    pub answered: u32,
    /// See `sent`.
    pub ignored: u32,
    /// See `sent`.
    pub refused: u32,
    wrong: Option<String>,
}

/// Messages at once, before the page is looked at.
const ROUND: u32 = 100;

/// Sends messages from a page around the real one.
///
/// # Errors
/// At the first round after which something does not hold.
pub fn messages(page: &Page, seed: u32, count: u32) -> Result<Messages> {
    install(page)?;
    let frame = format!(
        "<!doctype html><title>host</title><iframe src=\"{}?embed\" width=900 height=700></iframe>",
        page.site()
    );
    let host = Host::start(frame)?;
    page.set_screen(DESKTOP)?;
    page.visit(&host.origin())?;
    page.in_frame(|| complete(page))?;
    let mut small = default_document()?;
    small["steps"] = json!(30);
    page.eval(&format!("{}\nfuzz.small = {small};", include_str!("messages.js")))?;
    let mut all = Messages::default();
    while all.sent < count {
        let (from, until) = (all.sent, count.min(all.sent + ROUND));
        let some: Messages = page.eval_as(&format!("return fuzz.messages({seed}, {from}, {until})"))?;
        ensure!(
            some.wrong.is_none(),
            "messages {from} to {until} of seed {seed}: {}",
            some.wrong.unwrap_or_default()
        );
        let inside: Value = page.in_frame(|| page.eval("return (await fuzz.settle({})) ?? null"))?;
        ensure!(inside.is_null(), "after messages {from} to {until} of seed {seed}: {inside}");
        all.sent += some.sent;
        all.answered += some.answered;
        all.ignored += some.ignored;
        all.refused += some.refused;
    }
    Ok(all)
}
