//! What is kept for offline use is half there, or not what it was: a page is of one version or of the other.

use super::start::says_why;
use super::{Test, serve, whole};
use crate::e2e::offline::{LOOK, another, brand, caches, kept};
use crate::e2e::site;
use crate::page::{DESKTOP, Page};
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::time::Duration;
use xtask::faults::{Fault, FaultKind};
use xtask::serve::Server;

pub const TESTS: &[Test] = &[
    ("fault_kept_file_that_is_spoilt_is_fetched_anew", kept_file_that_is_spoilt_is_fetched_anew),
    ("fault_cache_emptied_in_part_is_filled_from_the_site", cache_emptied_in_part_is_filled_from_the_site),
    (
        "fault_cache_emptied_in_part_gives_way_to_a_newer_site",
        cache_emptied_in_part_gives_way_to_a_newer_site,
    ),
    ("fault_update_that_is_interrupted_is_taken_later", update_that_is_interrupted_is_taken_later),
    ("fault_no_room_for_the_cache", no_room_for_the_cache),
];

/// Loads the page again, whatever was in it.
fn visit(page: &Page, server: &Server) -> Result<()> {
    page.visit("about:blank")?;
    page.visit(&server.url())
}

/// Every file that the page has loaded is of the version that its first page names.
fn one_version(page: &Page) -> Result<()> {
    let versions: Vec<String> = page.eval_as(
        "const names = performance.getEntriesByType('resource').map(({ name }) => /\\/v\\/([^/]+)\\//.exec(name)?.[1]).filter(Boolean); \
         return [...new Set(names)]",
    )?;
    ensure!(versions.len() == 1, "files of several versions: {versions:?}");
    Ok(())
}

fn kept_file_that_is_spoilt_is_fetched_anew(page: &Page) -> Result<()> {
    let server = kept(page)?;
    let digests = page.digests()?;
    for file in ["worker.js", "main.js", "pkg/auxilearn_lab_bg.wasm"] {
        let check = || {
            page.eval(&format!(
                "const cache = await caches.open((await caches.keys())[0]); \
                 const {{ url }} = (await cache.keys()).find(({{ url }}) => url.endsWith('/www/{file}')); \
                 const before = await cache.match(url); \
                 await cache.put(url, new Response('half of', {{ headers: before.headers }}))"
            ))?;
            visit(page, &server)?;
            says_why(page, "")?;
            page.click("try-again")?;
            page.wait_until("the page", || Ok(page.state().is_ok_and(|state| state == "finished")))?;
            ensure!(page.digests()? == digests, "the same run");
            page.wait_until("the cache", || {
                page.eval_as("return document.documentElement.dataset.offline === 'ready' && !!navigator.serviceWorker.controller")
            })?;
            one_version(page)
        };
        check().with_context(|| file.to_owned())?;
    }
    super::forget(page)
}

/// Takes files out of the cache, as a browser that is short of room might.
const EMPTY: &str = "const cache = await caches.open((await caches.keys())[0]); \
    for (const { url } of await cache.keys()) if (/values.js|lab_bg.wasm|cursor.js/.test(url)) await cache.delete(url)";

fn cache_emptied_in_part_is_filled_from_the_site(page: &Page) -> Result<()> {
    let server = kept(page)?;
    let digests = page.digests()?;
    page.eval(EMPTY)?;
    visit(page, &server)?;
    page.wait_for_state("finished")?;
    whole(page)?;
    ensure!(page.digests()? == digests && page.text("[data-message]")?.is_empty(), "the same page");
    one_version(page)?;
    super::forget(page)
}

fn cache_emptied_in_part_gives_way_to_a_newer_site(page: &Page) -> Result<()> {
    let server = kept(page)?;
    page.eval(EMPTY)?;
    page.devtools("Network.clearBrowserCache", json!({}))?;
    server.replace(another("newer4")?);
    visit(page, &server)?;
    // The old first page is kept, its files are gone, and those of the new one are not taken for them.
    says_why(page, "could not start")?;
    one_version(page)?;
    page.click("try-again")?;
    page.wait_until("the new version", || Ok(brand(page).is_ok_and(|brand| brand.ends_with("newer4"))))?;
    page.wait_for_state("finished")?;
    whole(page)?;
    one_version(page)?;
    super::forget(page)
}

fn update_that_is_interrupted_is_taken_later(page: &Page) -> Result<()> {
    let server = kept(page)?;
    let digests = page.digests()?;
    server.replace(another("newer5")?);
    let stalled = FaultKind::Stalled(Duration::from_secs(600));
    server.disturb(Some(Fault { path: "www/tools.js".to_owned(), kind: stalled }));
    page.eval("(await navigator.serviceWorker.getRegistration()).update()")?;
    page.wait_until("half of the new cache", || {
        page.eval_as("return (await caches.keys()).length === 2 && (await (await caches.open((await caches.keys()).find((name) => name.endsWith('newer5')))).keys()).length > 5")
    })?;
    // As if the browser ended in the middle of it.
    page.devtools("ServiceWorker.enable", json!({}))?;
    page.devtools("ServiceWorker.stopAllWorkers", json!({}))?;
    visit(page, &server)?;
    page.wait_for_state("finished")?;
    ensure!(brand(page)? == "AuxiLearn Lab" && page.digests()? == digests, "the old version goes on");
    whole(page)?;
    one_version(page)?;
    server.disturb(None);
    page.wait_until("the offer", || {
        page.eval(LOOK)?;
        page.eval_as("return !!document.querySelector('.update')")
    })?;
    page.eval("document.querySelector('.update [data-action=reload]').click()")?;
    page.wait_until("the new version", || Ok(brand(page).is_ok_and(|brand| brand.ends_with("newer5"))))?;
    page.wait_for_state("finished")?;
    one_version(page)?;
    page.wait_until("the end of the old cache", || {
        Ok(caches(page)?.iter().all(|name| name.ends_with("newer5")))
    })?;
    super::forget(page)
}

fn no_room_for_the_cache(page: &Page) -> Result<()> {
    let server = serve(site()?)?;
    let room = |bytes: u32| {
        page.devtools(
            "Storage.overrideQuotaForOrigin",
            json!({ "origin": server.origin(), "quotaSize": bytes }),
        )
    };
    room(200_000)?;
    page.set_screen(DESKTOP)?;
    page.visit(&server.url())?;
    page.wait_for_state("finished")?;
    whole(page)?;
    page.wait_until("the service worker's end", || {
        page.eval_as("return performance.getEntriesByType('resource').length > 20 && !(await navigator.serviceWorker.getRegistration()) && !(await caches.keys()).length")
    })?;
    ensure!(page.text("[data-message]")?.is_empty(), "{}", page.text("[data-message]")?);
    visit(page, &server)?;
    page.wait_for_state("finished")?;
    ensure!(page.text("[data-message]")?.is_empty(), "{}", page.text("[data-message]")?);
    super::forget(page)
}
