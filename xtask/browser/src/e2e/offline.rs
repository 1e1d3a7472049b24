//! The site without a connection, and what happens when there is a newer one.

use super::{Test, documents::own_run, serve, site};
use crate::page::{DESKTOP, Page};
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::fs;
use xtask::cargo::root;
use xtask::release::{STABLE, VERSIONS, service_worker};
use xtask::serve::Server;
use xtask::site::{Asset, Site, gzip};
use xtask::strip;

pub const TESTS: &[Test] = &[
    ("offline_the_whole_page_works", offline_the_whole_page_works),
    ("offline_update_is_offered_and_taken", offline_update_is_offered_and_taken),
    ("offline_update_that_came_in_part_is_not_used", offline_update_that_came_in_part_is_not_used),
    ("offline_two_windows_may_have_two_versions", offline_two_windows_may_have_two_versions),
    ("offline_denied_the_page_works", offline_denied_the_page_works),
];

/// The version of a site.
fn version(site: &Site) -> Result<String> {
    let mut versioned = site.files().filter_map(|(path, _)| path.strip_prefix(VERSIONS)?.split('/').next());
    versioned.next().map(str::to_owned).context("the site has a version")
}

/// The site as another build would be, which calls itself by its version.
pub fn another(name: &str) -> Result<Site> {
    let before = site()?;
    let old = version(&before)?;
    let renamed = before.files().map(|(path, asset)| {
        let mut asset = asset.clone();
        if matches!(path, "index.html" | "zh/index.html" | "app.webmanifest") {
            let text = String::from_utf8_lossy(&asset.raw).replace(&old, name);
            let text = text.replace(">AuxiLearn Lab<", &format!(">AuxiLearn Lab {name}<"));
            asset = Asset::new(asset.mime, text.clone().into_bytes(), gzip(text.as_bytes()));
        }
        (path.replace(&old, name), asset)
    });
    let mut site: Site = renamed.collect();
    seal(&mut site)?;
    Ok(site)
}

/// Gives a changed site a service worker that knows its files.
///
/// # Errors
/// If the site has no version.
pub fn seal(site: &mut Site) -> Result<()> {
    let template = strip::comments(&fs::read_to_string(root().join("www/sw.js"))?);
    let worker = service_worker(&template, &version(site)?, site)?;
    site.replace("sw.js", worker.into_bytes());
    Ok(())
}

/// Opens a site of its own and waits until it is kept.
pub fn kept(page: &Page) -> Result<Server> {
    let server = serve(site()?)?;
    kept_at(page, &server)?;
    Ok(server)
}

/// Opens the site of a server and waits until it is kept.
pub fn kept_at(page: &Page, server: &Server) -> Result<()> {
    page.set_screen(DESKTOP)?;
    page.visit(&server.url())?;
    page.wait_for_state("finished")?;
    page.wait_until("the service worker", || {
        page.eval_as("return document.documentElement.dataset.offline === 'ready' && !!navigator.serviceWorker.controller")
    })
}

/// The names of all caches.
pub fn caches(page: &Page) -> Result<Vec<String>> {
    page.eval_as("return await caches.keys()")
}

/// What the page calls itself, with its version.
pub fn brand(page: &Page) -> Result<String> {
    page.text(".brand")
}

/// Looks for a newer site, as the browser does at times.
pub const LOOK: &str = "await (await navigator.serviceWorker.getRegistration()).update()";

fn offline_the_whole_page_works(page: &Page) -> Result<()> {
    let server = kept(page)?;
    let digests = page.digests()?;
    every_file_is_kept(page, &server)?;
    let cut = json!({ "offline": true, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0 });
    page.devtools("Network.emulateNetworkConditions", cut)?;
    server.replace(Site::default());
    server.take_log();
    for address in ["", "index.html", "?lang=en"] {
        page.visit("about:blank")?;
        page.visit(&format!("{}{address}", server.url()))?;
        page.wait_for_state("finished")?;
        ensure!(page.digests()? == digests, "{address:?} shows the same run");
    }
    page.wait_for_features()?;
    page.eval("document.querySelector('[data-panel]').open = true")?;
    page.wait_until("the panel", || page.eval_as("return !!document.querySelector('.lanes-chosen')"))?;
    page.eval("location.hash = '#preset=sinusoid'")?;
    // Read at one moment: the end may be that of the run before.
    page.wait_until("another experiment", || {
        page.eval_as(
            "return document.documentElement.dataset.state === 'finished' \
             && document.querySelector('[data-control=preset]').value === 'sinusoid'",
        )
    })?;
    ensure!(page.digests()? != digests, "another run");
    // The browser may ask whether there is a newer service worker; nobody else asks for anything.
    let asked: Vec<String> = server.take_log().into_iter().map(|served| served.path).collect();
    ensure!(asked.iter().all(|path| path.ends_with("/sw.js")), "{asked:?}");
    page.problems().map(drop) // the other server is foreign to the page's own checks
}

/// All that the page could ask for is in the one cache, and nothing else.
fn every_file_is_kept(page: &Page, server: &Server) -> Result<()> {
    let names = caches(page)?;
    let site = site()?;
    let expected_name = format!("auxilearn {} {}", server.url(), version(&site)?);
    ensure!(names == [expected_name], "{names:?}");
    let mut kept: Vec<String> = page.eval_as(
        "return (await (await caches.open((await caches.keys())[0])).keys()).map(({ url }) => url)",
    )?;
    let outside = |path: &str| STABLE.iter().any(|folder| path.starts_with(folder));
    let mut files: Vec<String> = site
        .files()
        .map(|(path, _)| path)
        .filter(|path| !outside(path) && !matches!(*path, "sw.js" | "_headers"))
        .map(|path| server.url() + path.strip_suffix("index.html").unwrap_or(path))
        .collect();
    kept.sort();
    files.sort();
    ensure!(files.len() > 60 && kept == files, "{kept:?} are kept of {files:?}");
    Ok(())
}

fn offline_update_is_offered_and_taken(page: &Page) -> Result<()> {
    let server = kept(page)?;
    let document = own_run(page)?;
    let digests = page.digests()?;
    page.eval("window.before = true; document.querySelector('[data-document]').value += '\\n'")?;
    server.replace(another("newer0")?);
    page.eval(LOOK)?;
    page.wait_until("the offer", || page.eval_as("return !!document.querySelector('.update')"))?;
    page.screenshot("update")?;
    ensure!(
        page.eval_as::<bool>("return window.before")? && brand(page)? == "AuxiLearn Lab",
        "nothing else happened"
    );
    page.eval("document.querySelector('.update [data-action=reload]').click()")?;
    page.wait_until("the new version", || Ok(brand(page).is_ok_and(|brand| brand.ends_with("newer0"))))?;
    page.wait_for_finished("the same run", || Ok(page.digests()? == digests))?;
    let kept = format!(
        "return document.querySelector('[data-document]').value === {} + '\\n'",
        json!(document.to_string())
    );
    page.wait_until("what was being edited", || page.eval_as(&kept))?;
    page.wait_until("the end of the old cache", || {
        Ok(caches(page)?.iter().all(|name| name.ends_with("newer0")))
    })?;
    let offered: bool = page.eval_as("return !!document.querySelector('.update')")?;
    ensure!(!offered, "it is offered once");
    page.problems().map(drop)
}

/// Waits until the service worker that is being installed has been given up.
const GIVEN_UP: &str = "const registration = await navigator.serviceWorker.getRegistration(); \
    const found = new Promise((found) => registration.addEventListener('updatefound', () => found(registration.installing))); \
    registration.update(); \
    const worker = await found; \
    while (worker.state === 'installing') await new Promise((go) => setTimeout(go, 10)); \
    return worker.state";

fn offline_update_that_came_in_part_is_not_used(page: &Page) -> Result<()> {
    let server = kept(page)?;
    let (names, digests) = (caches(page)?, page.digests()?);
    let mut torn = another("newer1")?;
    torn.remove("www/tools.js");
    let mut mixed = another("newer2")?;
    mixed.replace("v/newer2/www/tools.js", b"// of another build".to_vec());
    for site in [torn, mixed] {
        server.replace(site);
        let state: String = page.eval_as(GIVEN_UP)?;
        ensure!(state == "redundant", "the new service worker is {state}");
        ensure!(caches(page)? == names, "{:?}", caches(page)?);
        page.visit("about:blank")?;
        page.visit(&server.url())?;
        page.wait_for_state("finished")?;
        ensure!(brand(page)? == "AuxiLearn Lab" && page.digests()? == digests, "the old version goes on");
        page.wait_for_features()?;
        let offered: bool = page.eval_as("return !!document.querySelector('.update')")?;
        ensure!(!offered, "nothing is offered that cannot be had");
    }
    page.problems().map(drop)
}

fn offline_two_windows_may_have_two_versions(page: &Page) -> Result<()> {
    let server = kept(page)?;
    let digests = page.digests()?;
    server.replace(another("newer3")?);
    page.eval(LOOK)?;
    page.wait_until("the offer", || page.eval_as("return !!document.querySelector('.update')"))?;
    page.eval(
        "window.other = open(location.pathname); await new Promise((loaded) => other.onload = loaded)",
    )?;
    let settled = "return !!other.document.querySelector('.update')";
    page.wait_until("the other window's offer", || page.eval_as(settled))?;
    page.eval("(await navigator.serviceWorker.getRegistration()).waiting.postMessage('take over')")?;
    let taken = "return navigator.serviceWorker.controller.state === 'activated' && \
        !(await navigator.serviceWorker.getRegistration()).waiting";
    page.wait_until("the other window", || page.eval_as(taken))?;
    ensure!(brand(page)? == "AuxiLearn Lab" && page.digests()? == digests, "this window is as it was");
    // What has not been fetched yet is gone from the server and comes from the old cache.
    page.eval("document.querySelector('[data-panel]').open = true")?;
    page.wait_until("the panel", || page.eval_as("return !!document.querySelector('.lanes-chosen')"))?;
    ensure!(caches(page)?.len() == 2, "{:?}", caches(page)?);
    page.eval("other.close()")?;
    page.visit("about:blank")?;
    page.visit(&server.url())?;
    page.wait_for_state("finished")?;
    ensure!(brand(page)?.ends_with("newer3"), "{}", brand(page)?);
    page.wait_until("the end of the old cache", || Ok(caches(page)?.len() == 1))?;
    page.problems().map(drop)
}

/// Browsers that deny what is needed do it in these ways.
const DENIED: [&str; 3] = [
    "Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined })",
    "const no = { get() { throw new DOMException('denied', 'SecurityError'); } }; \
     Object.defineProperty(Navigator.prototype, 'serviceWorker', no); \
     Object.defineProperty(Window.prototype, 'sessionStorage', no); Object.defineProperty(window, 'sessionStorage', no); \
     Object.defineProperty(Window.prototype, 'localStorage', no); Object.defineProperty(window, 'localStorage', no)",
    "if (globalThis.ServiceWorkerContainer) ServiceWorkerContainer.prototype.register = () => Promise.reject(new DOMException('denied', 'SecurityError'))",
];

fn offline_denied_the_page_works(page: &Page) -> Result<()> {
    for source in DENIED {
        let added = page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source }))?;
        page.visit("about:blank")?;
        page.open(DESKTOP)?;
        page.wait_for_features()?;
        page.click("new-seed")?;
        page.wait_for_finished("another run", || Ok(page.text("[data-seed]")? != "11"))?;
        ensure!(page.text("[data-message]")?.is_empty(), "{}", page.text("[data-message]")?);
        page.devtools("Page.removeScriptToEvaluateOnNewDocument", added)?;
    }
    Ok(())
}
