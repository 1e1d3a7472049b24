//! The page's program: what comes with it and when, and what the page does before it is there.

use super::{PREFIX, Test, default_document, serve, site, unkept_site};
use crate::page::{DESKTOP, Page};
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::time::Duration;
use xtask::faults::{Fault, FaultKind};
use xtask::serve::Server;

pub const TESTS: &[Test] = &[
    ("the_program_gives_the_bits_that_are_shown", the_program_gives_the_bits_that_are_shown),
    ("nothing_is_fetched_before_it_is_wanted", nothing_is_fetched_before_it_is_wanted),
    ("a_link_to_any_experiment_opens_it", a_link_to_any_experiment_opens_it),
    (
        "what_is_pressed_before_the_program_is_there_is_done",
        what_is_pressed_before_the_program_is_there_is_done,
    ),
    ("a_link_followed_early_opens_its_own_run", a_link_followed_early_opens_its_own_run),
    ("another_run_is_never_shown_as_the_first", another_run_is_never_shown_as_the_first),
];

/// Where the program is.
const PROGRAM: &str = "www/pkg/auxilearn_lab_bg.wasm";

fn the_program_gives_the_bits_that_are_shown(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    let text = default_document()?.to_string();
    let digests: Vec<String> = page.eval_as(&format!(
        "const program = await import(new URL('www/pkg/auxilearn_lab.js', document.baseURI)); \
         await program.default(); \
         const session = new program.Session({}); \
         while (session.advance(100)); \
         return [...Array(session.lanes).keys()].map((lane) => session.digest(lane))",
        json!(text)
    ))?;
    ensure!(digests == page.digests()?, "{digests:?}");
    page.click("rewind")?;
    page.wait_until("step 0", || Ok(page.step()? == 0))?;
    page.click("play")?;
    page.wait_for_state("finished")?;
    ensure!(digests == page.digests()?, "the replay has other numbers");
    Ok(())
}

/// What the page itself has fetched, without the service worker, which fetches everything to keep it.
const FETCHED: &str = "return performance.getEntriesByType('resource').map(({ name }) => name)";

/// Parts that come only when they are opened, chosen or spoken.
const WANTED_LATER: [&str; 5] = ["/lessons", "/lang/", "panel.js", "catalogue.json", "licences.txt"];

fn nothing_is_fetched_before_it_is_wanted(page: &Page) -> Result<()> {
    let site = site()?;
    let counted = xtask::size::at_rest(&site);
    let server = serve(site)?;
    page.set_screen(DESKTOP)?;
    page.visit(&server.url())?;
    page.wait_for_state("finished")?;
    page.wait_for_features()?;
    let fetched: Vec<String> = page.eval_as(FETCHED)?;
    ensure!(fetched.len() > 20, "{fetched:?}");
    let own = format!("{}{PREFIX}", server.origin());
    for name in &fetched {
        let path = name.strip_prefix(&own).with_context(|| format!("{name} is of the site"))?;
        // The browser's own business, once it knows that the page can be installed.
        ensure!(counted.contains(path) || path == "app.webmanifest", "{path} is fetched and not counted");
    }
    for part in WANTED_LATER {
        ensure!(!fetched.iter().any(|name| name.contains(part)), "{part} is fetched before it is wanted");
    }
    page.click("lessons")?;
    page.wait_until("a lesson", || page.eval_as("return !!document.querySelector('.lesson-head')"))?;
    let fetched: Vec<String> = page.eval_as(FETCHED)?;
    ensure!(fetched.iter().any(|name| name.contains("/lessons/en/")), "{fetched:?}");
    ensure!(!fetched.iter().any(|name| name.contains("/lang/")), "{fetched:?}");
    page.click("language")?;
    page.wait_until("another language", || {
        Ok(page.eval_as::<Vec<String>>(FETCHED)?.iter().any(|name| name.contains("/lang/zh.json")))
    })?;
    // The lesson's experiment waits for a prediction, or has been run.
    page.wait_until("a run at rest", || Ok(["ready", "finished"].contains(&page.state()?.as_str())))
}

fn a_link_to_any_experiment_opens_it(page: &Page) -> Result<()> {
    page.set_screen(DESKTOP)?;
    page.goto("#preset=sinusoid&seed=4")?;
    page.wait_for_state("finished")?;
    ensure!(page.text("[data-seed]")? == "4", "seed {}", page.text("[data-seed]")?);
    let chosen: String = page.eval_as("return document.querySelector('[data-control=preset]').value")?;
    ensure!(chosen == "sinusoid", "{chosen} is chosen");
    let described = "return document.querySelector('[data-description]').innerText";
    let words: String = page.eval_as(described)?;
    ensure!(words.contains("not convex"), "the experiment is described: {words}");
    Ok(())
}

/// Returns a server whose program comes after three seconds.
pub fn without_program() -> Result<Server> {
    let server = serve(unkept_site()?)?;
    let kind = FaultKind::Stalled(Duration::from_secs(3));
    server.disturb(Some(Fault { path: PROGRAM.to_owned(), kind }));
    Ok(server)
}

/// Visits a page whose program comes late, without waiting for it.
pub fn visit_early(page: &Page, address: &str) -> Result<()> {
    page.visit("about:blank")?;
    page.devtools("Network.clearBrowserCache", json!({}))?;
    page.devtools("Page.navigate", json!({ "url": address }))?;
    page.wait_until("the page's words", || {
        Ok(page
            .eval_as("return !!globalThis.auxilearn && !!document.querySelector('footer')")
            .unwrap_or(false))
    })
}

fn what_is_pressed_before_the_program_is_there_is_done(page: &Page) -> Result<()> {
    let server = without_program()?;
    page.set_screen(DESKTOP)?;
    visit_early(page, &server.url())?;
    let disabled: usize = page.eval_as("return document.querySelectorAll(':disabled').length")?;
    ensure!(disabled == 0, "{disabled} controls are disabled");
    page.eval(
        "const theme = document.querySelector('[data-control=theme]'); theme.value = 'dark'; \
         theme.dispatchEvent(new Event('change', { bubbles: true })); \
         document.querySelector('[data-action=rewind]').click(); \
         document.querySelector('[data-action=step]').click(); \
         document.querySelector('[data-action=step]').click()",
    )?;
    let (state, theme): (String, String) =
        page.eval_as("const { state, theme } = document.documentElement.dataset; return [state, theme]")?;
    ensure!(state == "loading" && theme == "dark", "{state} {theme}");
    page.wait_until("two steps", || Ok(page.state()? == "paused" && page.step()? == 2))?;
    let theme: String = page.eval_as("return localStorage.getItem('auxilearn-theme')")?;
    ensure!(theme == "dark", "the choice is remembered: {theme}");
    page.eval("localStorage.removeItem('auxilearn-theme')").map(drop)
}

/// What a reader sees of the first run: its words, its picture, its bars.
const SEEN: &str = "return [...document.querySelectorAll('[data-lede], .prerendered, .picture canvas, [data-heading], [data-lanes], [data-step]')] \
    .filter((e) => e.checkVisibility({ visibilityProperty: true })).length";

/// The link is followed before the page could open it: it is not the run that the worker has begun.
fn a_link_followed_early_opens_its_own_run(page: &Page) -> Result<()> {
    let server = without_program()?;
    page.set_screen(DESKTOP)?;
    visit_early(page, &server.url())?;
    page.eval("location.hash = '#preset=ridge&seed=4'")?;
    page.wait_until("the place is kept", || Ok(page.eval_as::<usize>(SEEN)? == 0))?;
    page.wait_for_finished("its run", || Ok(page.text("[data-seed]")? == "4"))?;
    let document: String = page.eval_as("return document.querySelector('[data-document]').value")?;
    ensure!(document.contains("ridge"), "{document}");
    // The language's link keeps it, also before the program is there.
    visit_early(page, &format!("{}#preset=ridge&seed=4", server.url()))?;
    page.eval("document.querySelector('[data-language]').click()")?;
    page.wait_until("Chinese, with the link's run", || {
        Ok(page
            .eval_as::<String>("return document.documentElement.lang")
            .is_ok_and(|language| language == "zh-Hans")
            && page.state().is_ok_and(|state| state == "finished")
            && page.text("[data-seed]").is_ok_and(|seed| seed == "4"))
    })?;
    page.eval("localStorage.removeItem('auxilearn-language')")?;
    page.problems().map(drop)
}

fn another_run_is_never_shown_as_the_first(page: &Page) -> Result<()> {
    let server = without_program()?;
    page.set_screen(DESKTOP)?;
    visit_early(page, &server.url())?;
    ensure!(page.eval_as::<usize>(SEEN)? > 4, "the first run is shown before the program is there");
    for fragment in ["#preset=sinusoid&seed=4", "#preset=noisy-main&seed=12", "#lesson=2"] {
        visit_early(page, &format!("{}{fragment}", server.url()))?;
        ensure!(page.eval_as::<usize>(SEEN)? == 0, "{fragment} shows the first run");
        let told = "return document.querySelector('.awaited').checkVisibility()";
        ensure!(page.eval_as::<bool>(told)?, "{fragment} says that it is loading");
        page.wait_until("its run", || Ok(page.eval_as::<usize>(SEEN)? > 1))?;
        let right: bool = page.eval_as(
            "const { hash } = location; return /lesson=2/.test(hash) ? !!document.querySelector('.lesson-head') \
             : hash.includes(`seed=${document.querySelector('[data-seed]').textContent}`)",
        )?;
        ensure!(right, "{fragment} shows another run than its own");
        let failed: Option<String> =
            page.eval_as("return document.documentElement.dataset.failed ?? null")?;
        ensure!(failed.is_none(), "{fragment} is said to have failed: {failed:?}");
        ensure!(!page.eval_as::<bool>(told)?, "{fragment} says no longer that it is loading");
    }
    page.problems().map(drop) // the other server is foreign to the page's own checks
}
