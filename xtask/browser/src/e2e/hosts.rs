//! Static hosts that do other things than ours, visitors who save data, and the release before this one.

use super::offline::{LOOK, brand, caches};
use super::{DEFAULT, Test, default_document, serve, site, unkept_site};
use crate::page::{DESKTOP, Page};
use anyhow::{Context, Result, ensure};
use serde_json::json;
use std::fs;
use xtask::cargo::{root, target_dir};
use xtask::faults::Behaviour;
use xtask::release::integrity;
use xtask::site::{Asset, Site, gzip};

pub const TESTS: &[Test] = &[
    ("hosts_that_do_other_things_serve_the_page", hosts_that_do_other_things_serve_the_page),
    ("an_address_without_its_slash_says_what_to_do", an_address_without_its_slash_says_what_to_do),
    ("opened_as_a_file_the_page_says_what_to_do", opened_as_a_file_the_page_says_what_to_do),
    ("a_missing_program_answered_by_a_page_is_said", a_missing_program_answered_by_a_page_is_said),
    ("saving_data_fetches_the_program_when_it_is_wanted", saving_data_fetches_the_program_when_it_is_wanted),
    ("the_release_before_gives_way_to_this_one", the_release_before_gives_way_to_this_one),
];

fn hosts_that_do_other_things_serve_the_page(page: &Page) -> Result<()> {
    let server = serve(unkept_site()?)?;
    page.set_screen(DESKTOP)?;
    let mut first = None;
    for behaviour in [
        None,
        Some(Behaviour::WasmAsBytes),
        Some(Behaviour::WasmWithoutType),
        Some(Behaviour::GzipByContent),
        Some(Behaviour::IndexForUnknown),
        Some(Behaviour::TrustedTypes),
    ] {
        let mut check = || {
            server.behave(behaviour);
            page.visit("about:blank")?;
            page.devtools("Network.clearBrowserCache", json!({}))?;
            page.visit(&server.url())?;
            page.wait_for_state("finished")?;
            page.wait_for_features()?;
            let digests = page.digests()?;
            ensure!(first.get_or_insert_with(|| digests.clone()) == &digests, "other numbers: {digests:?}");
            page.click("lessons")?;
            page.wait_until("a lesson", || page.eval_as("return !!document.querySelector('.lesson-head')"))?;
            ensure!(page.text("[data-message]")?.is_empty(), "{}", page.text("[data-message]")?);
            let problems = page.problems()?;
            ensure!(problems.is_empty(), "{problems:?}");
            page.eval("document.querySelector('[data-action=lesson-close]').click()").map(drop)
        };
        check().with_context(|| format!("{behaviour:?}"))?;
    }
    Ok(())
}

/// What the notices that can be seen say.
const NOTICES: &str = "return [...document.querySelectorAll('.notice')] \
    .filter((e) => e.checkVisibility({ visibilityProperty: true }) && e.innerText).map((e) => e.innerText)";

/// There every address of the page is wrong, so no script and no style sheet comes.
fn an_address_without_its_slash_says_what_to_do(page: &Page) -> Result<()> {
    let server = serve(unkept_site()?)?;
    server.behave(Some(Behaviour::IndexWithoutSlash));
    page.set_screen(DESKTOP)?;
    page.visit(server.url().trim_end_matches('/'))?;
    let shown: Vec<String> = page.eval_as(NOTICES)?;
    ensure!(shown.len() == 1 && shown[0].contains("add / at the end"), "{shown:?}");
    page.visit(&server.url())?;
    page.wait_for_state("finished")?;
    let seen: bool = page.eval_as("return document.querySelector('.undressed').checkVisibility()")?;
    ensure!(!seen, "with its slash it is shown as it should be");
    page.problems().map(drop)
}

/// Browsers block modules, workers and fetch there.
fn opened_as_a_file_the_page_says_what_to_do(page: &Page) -> Result<()> {
    site()?;
    for language in ["", "zh/"] {
        let file = target_dir().join("e2e-dist").join(language).join("index.html");
        page.set_screen(DESKTOP)?;
        page.visit(&format!("file://{}", file.display()))?;
        let shown: Vec<String> = page.eval_as(NOTICES)?;
        ensure!(shown.len() == 1 && shown[0].contains("cargo xtask serve"), "{shown:?}");
        let (picture, dead): (bool, usize) = page.eval_as(
            "return [document.querySelector('.prerendered.wide').checkVisibility(), \
                     [...document.querySelectorAll('button, select')].filter((e) => e.checkVisibility()).length]",
        )?;
        ensure!(picture && dead == 0, "the picture: {picture}; {dead} controls that do nothing");
    }
    page.visit("about:blank")?;
    page.problems().map(drop)
}

fn a_missing_program_answered_by_a_page_is_said(page: &Page) -> Result<()> {
    let mut site = unkept_site()?;
    ensure!(site.remove("www/pkg/auxilearn_lab_bg.wasm"), "the program is part of the site");
    let server = serve(site)?;
    server.behave(Some(Behaviour::IndexForUnknown));
    page.set_screen(DESKTOP)?;
    page.visit(&server.url())?;
    super::faults::says_why(page, "could not start")?;
    page.problems().map(drop)
}

const SAVING: &str =
    "Object.defineProperty(Navigator.prototype, 'connection', { get: () => ({ saveData: true }) })";

fn saving_data_fetches_the_program_when_it_is_wanted(page: &Page) -> Result<()> {
    let server = serve(site()?)?;
    super::faults::before_pages(page, SAVING)?;
    page.set_screen(DESKTOP)?;
    page.visit(&server.url())?;
    page.wait_until("the offer", || {
        page.eval_as("return document.querySelector('.sparing').checkVisibility()")
    })?;
    let asked: Vec<String> = server.take_log().into_iter().map(|served| served.path).collect();
    ensure!(!asked.iter().any(|path| path.contains("/pkg/") || path.contains("main.js")), "{asked:?}");
    page.click("rewind")?;
    page.wait_until("the run at its start", || Ok(page.state()? == "ready" && page.step()? == 0))?;
    page.wait_for_features()?;
    page.wait_until("the offer to keep the page", || {
        page.eval_as("return !!document.querySelector('[data-action=keep-offline]')")
    })?;
    page.click("keep-offline")?;
    page.wait_until("the kept page", || {
        page.eval_as("return document.documentElement.dataset.offline === 'ready'")
    })?;
    // A link that needs the program fetches it.
    page.visit("about:blank")?;
    page.visit(&format!("{}#lesson=3", server.url()))?;
    page.wait_until("the lesson", || page.eval_as("return !!document.querySelector('.lesson-head')"))?;
    page.problems().map(drop)
}

/// The site of release 0.1.0: its service worker as it was, and as much of its page as is needed to be kept.
fn release_before() -> Result<Site> {
    let read = |name: &str| {
        let path = root().join("xtask/browser/fixtures/release-0.1.0").join(name);
        fs::read_to_string(&path).with_context(|| path.display().to_string())
    };
    let (index, script) = (read("index.html")?, read("page.js")?);
    let worker = read("sw.js")?
        .replace("HASH-OF-PAGE", &integrity(index.as_bytes()))
        .replace("HASH-OF-SCRIPT", &integrity(script.as_bytes()));
    let asset = |mime, text: String| Asset::new(mime, text.clone().into_bytes(), gzip(text.as_bytes()));
    let files = [
        ("index.html", asset("text/html; charset=utf-8", index)),
        ("sw.js", asset("text/javascript; charset=utf-8", worker)),
        ("v/0.1.0/www/page.js", asset("text/javascript; charset=utf-8", script)),
    ];
    Ok(files.into_iter().map(|(path, asset)| (path.to_owned(), asset)).collect())
}

fn the_release_before_gives_way_to_this_one(page: &Page) -> Result<()> {
    let server = serve(release_before()?)?;
    page.set_screen(DESKTOP)?;
    page.visit(&server.url())?;
    page.wait_for_state("finished")?;
    page.visit(&server.url())?;
    page.wait_until("its service worker", || {
        page.eval_as("return document.documentElement.dataset.state === 'finished' && !!navigator.serviceWorker.controller")
    })?;
    ensure!(caches(page)?.len() == 1, "{:?}", caches(page)?);
    let mut document = default_document().context(DEFAULT)?;
    document["seed"] = json!(5);
    let text = document.to_string();
    page.eval(&format!("globalThis.kept = {{ document: {0}, preset: undefined, draft: {0} }}", json!(text)))?;
    server.replace(site()?);
    page.eval(LOOK)?;
    page.wait_until("this release with the experiment that was kept", || {
        Ok(brand(page).is_ok_and(|brand| brand == "AuxiLearn Lab")
            && page.state().is_ok_and(|state| state == "finished")
            && page.text("[data-seed]").is_ok_and(|seed| seed == "5"))
    })?;
    page.wait_for_features()?;
    page.wait_until("the end of the old cache", || {
        Ok(caches(page)?.iter().all(|name| !name.ends_with("0.1.0")))
    })?;
    page.problems().map(drop)
}
