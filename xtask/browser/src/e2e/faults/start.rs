//! Browsers, or what governs them, that lack or forbid what the page needs.

use super::{Test, before_pages, serve, unkept_site, whole};
use crate::e2e::host::Host;
use crate::page::{DESKTOP, Page};
use anyhow::{Result, ensure};
use xtask::site::Site;

pub const TESTS: &[Test] = &[
    ("fault_browser_without_what_is_needed_says_so", browser_without_what_is_needed_says_so),
    ("fault_browser_without_modules_says_so", browser_without_modules_says_so),
    ("fault_webassembly_that_is_blocked_is_said", webassembly_that_is_blocked_is_said),
    ("fault_browser_without_what_is_not_needed_works", browser_without_what_is_not_needed_works),
    ("fault_sandboxed_frame_says_so", sandboxed_frame_says_so),
    ("fault_storage_denied_the_page_works", storage_denied_the_page_works),
];

/// A page that does not open: why, a way to try again, and the picture of the first run.
pub fn says_why(page: &Page, words: &str) -> Result<()> {
    let mut last = String::new();
    page.wait_until(words, || {
        last = page.text("[data-message]").unwrap_or_default();
        Ok(last.contains(words) && last.contains("Try again"))
    })
    .map_err(|error| error.context(format!("the message is {last:?}")))?;
    let shown = "return document.querySelector('.prerendered.wide').getBoundingClientRect().width > 300";
    ensure!(page.eval_as::<bool>(shown)?, "the picture of the first run is shown");
    let dead: String = page.eval_as(
        "return [...document.querySelectorAll('main button, select')] \
         .filter((e) => e.checkVisibility() && e.dataset.action !== 'try-again').map((e) => e.outerHTML.slice(0, 60)).join()",
    )?;
    ensure!(dead.is_empty(), "controls that do nothing: {dead}");
    let notices: usize = page.eval_as(
        "return [...document.querySelectorAll('.notice:not(.alert)')].filter((e) => e.checkVisibility({ visibilityProperty: true })).length",
    )?;
    ensure!(notices == 0, "{notices} other notices are shown beside the reason");
    Ok(())
}

fn browser_without_what_is_needed_says_so(page: &Page) -> Result<()> {
    page.set_screen(DESKTOP)?;
    for what in ["WebAssembly", "Worker"] {
        let added = before_pages(page, &format!("delete globalThis.{what}"))?;
        for language in ["en", "zh"] {
            page.load(&format!("#lang={language}"))?;
            let words = if language == "en" { "it has no " } else { "此浏览器" };
            if language == "en" {
                says_why(page, &format!("{words}{what}"))?;
            } else {
                page.wait_until("Chinese", || Ok(page.text("[data-message]")?.contains(words)))?;
            }
        }
        page.devtools("Page.removeScriptToEvaluateOnNewDocument", added)?;
    }
    page.screenshot("fault-browser")?;
    super::forget(page)
}

/// The site with another first page.
fn with_index(change: impl FnOnce(&str) -> String) -> Result<Site> {
    let mut site = unkept_site()?;
    let (_, index) = site.files().find(|(path, _)| *path == "index.html").expect("the site has a first page");
    let before = String::from_utf8(index.raw.clone())?;
    let after = change(&before);
    ensure!(after != before, "the first page is changed");
    site.replace("index.html", after.into_bytes());
    Ok(site)
}

/// Such a browser cannot read the first script, and fetches those that are `nomodule`.
fn browser_without_modules_says_so(page: &Page) -> Result<()> {
    let old = |index: &str| {
        index.replace("<script src", "<script type=\"unknown\" src").replace("<script nomodule", "<script")
    };
    let server = serve(with_index(old)?)?;
    before_pages(page, "delete HTMLScriptElement.prototype.noModule")?;
    page.set_screen(DESKTOP)?;
    page.visit(&server.url())?;
    says_why(page, "it has no JavaScript modules")?;
    super::forget(page)
}

fn webassembly_that_is_blocked_is_said(page: &Page) -> Result<()> {
    let server = serve(with_index(|index| index.replace(" 'wasm-unsafe-eval'", ""))?)?;
    page.set_screen(DESKTOP)?;
    page.visit(&server.url())?;
    says_why(page, "WebAssembly is blocked here")?;
    super::forget(page)
}

fn browser_without_what_is_not_needed_works(page: &Page) -> Result<()> {
    for what in [
        "CompressionStream",
        "DecompressionStream",
        "OffscreenCanvas",
        "requestIdleCallback",
        "caches",
        "SharedArrayBuffer",
        "createImageBitmap",
    ] {
        before_pages(page, &format!("delete globalThis.{what}"))?;
    }
    page.open(DESKTOP)?;
    whole(page)?;
    page.click("new-seed")?;
    page.wait_for_finished("another run", || Ok(page.text("[data-seed]")? != "11"))?;
    ensure!(page.text("[data-message]")?.is_empty(), "{}", page.text("[data-message]")?);
    Ok(())
}

/// Without `allow-same-origin` a frame is of no origin: no storage, no worker, no module from elsewhere.
fn sandboxed_frame_says_so(page: &Page) -> Result<()> {
    let frame = |sandbox: &str| {
        format!(
            "<!doctype html><iframe width=1200 height=1500 sandbox='{sandbox}' src='{}'></iframe>",
            page.site()
        )
    };
    page.set_screen(DESKTOP)?;
    let host = Host::start(frame("allow-scripts"))?;
    page.visit(&host.origin())?;
    page.in_frame(|| says_why(page, "The page could not start"))?;
    let host = Host::start(frame("allow-scripts allow-same-origin"))?;
    page.visit(&host.origin())?;
    page.in_frame(|| page.wait_for_state("finished"))?;
    super::forget(page)
}

/// Every way to keep something throws, as where cookies are blocked.
const DENIED: &str = "const no = { get() { throw new DOMException('denied', 'SecurityError'); } }; \
    for (const name of ['sessionStorage', 'localStorage', 'caches', 'indexedDB']) Object.defineProperty(window, name, no); \
    Object.defineProperty(Navigator.prototype, 'serviceWorker', no); \
    Object.defineProperty(Document.prototype, 'cookie', no)";

fn storage_denied_the_page_works(page: &Page) -> Result<()> {
    before_pages(page, DENIED)?;
    page.open(DESKTOP)?;
    whole(page)?;
    page.eval("const e = document.querySelector('[data-control=theme]'); e.value = 'dark'; e.dispatchEvent(new Event('change'))")?;
    page.click("new-seed")?;
    page.wait_for_finished("another run", || Ok(page.text("[data-seed]")? != "11"))?;
    ensure!(page.text("[data-message]")?.is_empty(), "{}", page.text("[data-message]")?);
    whole(page)
}
