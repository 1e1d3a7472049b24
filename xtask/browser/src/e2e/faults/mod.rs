//! What goes wrong outside the page's own logic: each fault ends in a page that works or in a message, with the
//! document kept. The table is in docs/testing.md.

mod cache;
mod load;
mod program;
mod seen;
mod start;
mod worker;

use super::{Test, serve, unkept_site};
use crate::page::{DESKTOP, Page};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
pub use start::says_why;
use xtask::serve::Server;
use xtask::site::Site;

/// All tests of faults.
pub const GROUPS: [&[Test]; 6] =
    [worker::TESTS, program::TESTS, seen::TESTS, start::TESTS, load::TESTS, cache::TESTS];

/// The site with one of its scripts changed: the hooks that tests need are in no script that is published.
fn changed(script: &str, change: impl FnOnce(String) -> String) -> Result<Site> {
    let mut site = unkept_site()?;
    change_script(&mut site, script, change)?;
    Ok(site)
}

/// Changes a script of a site.
///
/// # Errors
/// If it is not there, or stays the same.
pub fn change_script(site: &mut Site, script: &str, change: impl FnOnce(String) -> String) -> Result<()> {
    let end = format!("/www/{script}");
    let found = site.files().find(|(path, _)| path.ends_with(&end)).context("the script is there")?;
    let (path, text) = (found.0.to_owned(), String::from_utf8(found.1.raw.clone())?);
    let other = change(text.clone());
    ensure!(other != text, "{script} is changed");
    site.replace(&path, other.into_bytes());
    Ok(())
}

/// Milliseconds that the page of [`hasty`] waits, in the place of its own; a silent worker gets six looks, one of seeds
/// twelve.
const HASTY: &str = "start: 1500, document: 2000, look: 400, chart: 8000";

/// Shortens what a site waits for.
///
/// # Errors
/// If it does not say so where it should.
pub fn hasten(site: &mut Site) -> Result<()> {
    change_script(site, "start.js", |text| {
        let parts =
            text.split_once("patience = { ").and_then(|(head, rest)| Some((head, rest.split_once(" }")?)));
        let Some((head, (_, tail))) = parts else { return text };
        format!("{head}patience = {{ {HASTY} }}{tail}")
    })
}

/// A server of the site that waits for little.
fn hasty() -> Result<Server> {
    let mut site = unkept_site()?;
    hasten(&mut site)?;
    serve(site)
}

/// Runs a script before every page of the site.
pub fn before_pages(page: &Page, source: &str) -> Result<Value> {
    page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source }))
}

/// Opens a site and waits for its first run.
pub fn open(page: &Page, server: &Server) -> Result<()> {
    page.set_screen(DESKTOP)?;
    page.visit(&server.url())?;
    page.wait_for_state("finished")?;
    Ok(())
}

/// Waits until all that comes after the first picture is there.
pub fn whole(page: &Page) -> Result<()> {
    page.wait_for_features()
}

/// Waits until the page's message has these words.
fn told(page: &Page, words: &str) -> Result<()> {
    let mut last = String::new();
    page.wait_until(words, || {
        // Between two pages there is none.
        last = page.text("[data-message]").unwrap_or_default();
        Ok(last.contains(words))
    })
    .with_context(|| format!("the message is {last:?}"))
}

/// Problems on the console are what these tests make; nothing else is asked of them at their end.
pub fn forget(page: &Page) -> Result<()> {
    page.problems().map(drop)
}
