//! Files that do not come, come in part, or are something else.

use super::start::says_why;
use super::{Test, before_pages, hasty, open, serve, told, unkept_site, whole};
use crate::page::{DESKTOP, Page};
use anyhow::{Context, Result, ensure};
use std::time::Duration;
use xtask::faults::{Fault, FaultKind};
use xtask::serve::Server;

pub const TESTS: &[Test] = &[
    ("fault_file_of_the_start_that_does_not_come", file_of_the_start_that_does_not_come),
    ("fault_style_sheet_that_does_not_come", style_sheet_that_does_not_come),
    ("fault_connection_that_stalls_is_said", connection_that_stalls_is_said),
    ("fault_first_script_that_does_not_come", first_script_that_does_not_come),
    ("fault_later_file_that_does_not_come", later_file_that_does_not_come),
    ("fault_feature_is_fetched_again_when_it_is_asked_for", feature_is_fetched_again_when_it_is_asked_for),
    ("fault_part_that_is_asked_for_comes_at_the_second_try", part_that_is_asked_for_comes_at_the_second_try),
];

const KINDS: [FaultKind; 3] = [FaultKind::Broken, FaultKind::Cut, FaultKind::Foreign];

fn spoil(server: &Server, path: &str, kind: FaultKind) {
    server.disturb(Some(Fault { path: path.to_owned(), kind }));
}

/// Visits a site whose file is spoilt, in a browser that has kept nothing.
fn visit(page: &Page, server: &Server, path: &str, kind: FaultKind) -> Result<()> {
    page.visit("about:blank")?;
    page.devtools("Network.clearBrowserCache", serde_json::json!({}))?;
    spoil(server, path, kind);
    page.visit(&server.url())
}

/// The page opens once the fault is over and it is asked to try again.
fn tries_again(page: &Page, server: &Server) -> Result<()> {
    server.disturb(None);
    page.click("try-again")?;
    // Between two pages there is neither.
    page.wait_until("the page without a message", || {
        Ok(page.state().is_ok_and(|state| state == "finished")
            && page.text("[data-message]").is_ok_and(|text| text.is_empty()))
    })
}

fn file_of_the_start_that_does_not_come(page: &Page) -> Result<()> {
    let server = serve(unkept_site()?)?;
    page.set_screen(DESKTOP)?;
    for path in [
        "www/main.js",
        "www/values.js",
        "www/pkg/auxilearn_lab.js",
        "www/pkg/auxilearn_lab_bg.wasm",
        "www/worker.js",
    ] {
        for kind in KINDS {
            let check = || {
                visit(page, &server, path, kind)?;
                says_why(page, "")?;
                tries_again(page, &server)
            };
            check().with_context(|| format!("{path} {kind:?}"))?;
        }
    }
    super::forget(page)
}

fn style_sheet_that_does_not_come(page: &Page) -> Result<()> {
    let server = serve(unkept_site()?)?;
    page.set_screen(DESKTOP)?;
    for path in ["www/style.css", "www/parts.css"] {
        for kind in KINDS {
            let check = || {
                visit(page, &server, path, kind)?;
                page.wait_for_state("finished")?;
                told(page, "A part of the page could not be fetched")?;
                tries_again(page, &server)
            };
            check().with_context(|| format!("{path} {kind:?}"))?;
        }
    }
    super::forget(page)
}

/// Keeps what the page says while it is loading.
const LISTEN: &str = "globalThis.said = []; setInterval(() => { \
    const text = document.querySelector('[data-message]')?.textContent; \
    const picture = document.querySelector('.prerendered')?.checkVisibility(); \
    if (text) said.push(text + (picture ? ', with the picture' : '')); }, 200)";

fn connection_that_stalls_is_said(page: &Page) -> Result<()> {
    let server = hasty()?;
    before_pages(page, LISTEN)?;
    page.set_screen(DESKTOP)?;
    for path in ["www/pkg/auxilearn_lab_bg.wasm", "www/main.js"] {
        let check = || {
            // The driver waits for the page: what it says meanwhile is kept by itself.
            visit(page, &server, path, FaultKind::Stalled(Duration::from_secs(3)))?;
            page.wait_for_state("finished")?;
            let said: Vec<String> = page.eval_as("return said")?;
            let slow = |text: &String| {
                text.starts_with("The page is still loading") && text.ends_with("Try again, with the picture")
            };
            ensure!(said.iter().any(slow), "{said:?}");
            page.wait_until("no message", || Ok(page.text("[data-message]")?.is_empty()))?;
            let left: usize = page.eval_as("return document.querySelectorAll('.prerendered').length")?;
            ensure!(left == 0, "the canvases have taken the picture's place");
            Ok(())
        };
        check().with_context(|| path.to_owned())?;
    }
    // The worker gets 2 s.
    visit(page, &server, "www/worker.js", FaultKind::Stalled(Duration::from_secs(60)))?;
    says_why(page, "not ready after 2 s")?;
    tries_again(page, &server)?;
    super::forget(page)
}

/// Without it no script can say anything: the style sheet does.
fn first_script_that_does_not_come(page: &Page) -> Result<()> {
    let server = serve(unkept_site()?)?;
    page.set_screen(DESKTOP)?;
    // Another's page in its place would be kept by the browser, and nobody could ask for it anew.
    for kind in [FaultKind::Missing, FaultKind::Broken, FaultKind::Cut] {
        visit(page, &server, "www/start.js", kind)?;
        page.wait_until("words", || {
            page.eval_as("const late = document.querySelector('.late'); return getComputedStyle(late).visibility === 'visible' && /Reload/.test(late.innerText)")
        })?;
    }
    server.disturb(None);
    page.visit(&server.url())?;
    page.eval("location.reload()")?;
    page.wait_until("the page", || Ok(page.state().is_ok_and(|state| state == "finished")))?;
    super::forget(page)
}

/// A group of features that does not come takes no other with it, and comes when it is asked for again.
fn later_file_that_does_not_come(page: &Page) -> Result<()> {
    let server = serve(unkept_site()?)?;
    let files = [
        ("www/features.js", "A part of the page could not be fetched", ""),
        ("www/cursor.js", "charts and time, the problem itself, saving charts", "[data-action=run-seeds]"),
        ("www/ensemble.js", "many seeds", ".saves"),
        ("www/help.js", "help", ".saves"),
    ];
    page.set_screen(DESKTOP)?;
    for (path, words, works) in files {
        for kind in [FaultKind::Missing, FaultKind::Cut, FaultKind::Foreign] {
            let check = || {
                visit(page, &server, path, kind)?;
                page.wait_for_state("finished")?;
                told(page, words)?;
                if !works.is_empty() {
                    let there = format!("return !!document.querySelector('{works}')");
                    ensure!(page.eval_as::<bool>(&there)?, "{works} is there all the same");
                }
                let digests = page.digests()?;
                page.click("new-seed")?;
                page.wait_for_finished("another run", || Ok(page.digests()? != digests))
            };
            check().with_context(|| format!("{path} {kind:?}"))?;
        }
    }
    let uncaught: Vec<String> =
        page.problems()?.into_iter().filter(|problem| problem.contains("Uncaught")).collect();
    ensure!(uncaught.is_empty(), "{uncaught:?}");
    Ok(())
}

fn feature_is_fetched_again_when_it_is_asked_for(page: &Page) -> Result<()> {
    let server = serve(unkept_site()?)?;
    page.set_screen(DESKTOP)?;
    for path in ["www/ensemble.js", "www/history.js"] {
        visit(page, &server, path, FaultKind::Broken)?;
        page.wait_for_state("finished")?;
        told(page, "The rest works")?;
        server.disturb(None);
        page.click("fetch-again")?;
        page.wait_for_features()?;
        ensure!(page.text("[data-message]")?.is_empty(), "{}", page.text("[data-message]")?);
        let twice: usize =
            page.eval_as("return document.querySelectorAll('.seeds, [data-action=undo]').length")?;
        ensure!(twice == 2, "each feature is there once: {twice}");
    }
    super::forget(page)
}

/// What is asked for, the file that it needs, and whether it has come.
const ASKED: [(&str, &str, &str); 4] = [
    (
        "const e = document.querySelector('[data-control=preset]'); e.value = 'sinusoid'; e.dispatchEvent(new Event('change'))",
        "www/experiments/sinusoid.json",
        "return document.documentElement.dataset.state === 'finished' && document.querySelector('[data-control=preset]').value === 'sinusoid'",
    ),
    (
        "const d = document.querySelector('[data-panel]'); d.open = false; setTimeout(() => d.open = true, 50)",
        "www/catalogue.json",
        "return !!document.querySelector('.lanes-chosen')",
    ),
    (
        "document.querySelector('[data-action=lessons]').click()",
        "www/lessons/en/index.json",
        "return !!document.querySelector('[data-action=lesson-next]')",
    ),
    (
        "location.hash = `#preset=ridge&seed=${Math.floor(performance.now())}`",
        "www/experiments/ridge.json",
        "return document.documentElement.dataset.state === 'finished' && document.querySelector('[data-control=preset]').value === 'ridge'",
    ),
];

fn part_that_is_asked_for_comes_at_the_second_try(page: &Page) -> Result<()> {
    let server = serve(unkept_site()?)?;
    open(page, &server)?;
    whole(page)?;
    // The service worker would have all of it.
    page.devtools("Network.setBypassServiceWorker", serde_json::json!({ "bypass": true }))?;
    page.devtools("Network.setCacheDisabled", serde_json::json!({ "cacheDisabled": true }))?;
    for (ask, path, come) in ASKED {
        for kind in [FaultKind::Broken, FaultKind::Cut] {
            let check = || {
                spoil(&server, path, kind);
                page.eval(ask)?;
                told(page, "could not be fetched")
            };
            check().with_context(|| format!("{path} {kind:?}"))?;
        }
        server.disturb(None);
        page.eval(ask)?;
        page.wait_until(path, || page.eval_as(come))?;
    }
    super::forget(page)
}
