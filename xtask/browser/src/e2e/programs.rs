//! The two programs of the page: the opening, and the complete one that comes later.

use super::{PREFIX, Test, default_document, serve, site};
use crate::page::{DESKTOP, Page};
use anyhow::{Result, ensure};
use serde_json::json;

pub const TESTS: &[Test] = &[
    ("both_programs_give_the_same_bits", both_programs_give_the_same_bits),
    (
        "the_complete_program_comes_after_the_first_picture",
        the_complete_program_comes_after_the_first_picture,
    ),
    ("nothing_is_fetched_before_it_is_wanted", nothing_is_fetched_before_it_is_wanted),
    ("a_link_to_any_experiment_opens_it", a_link_to_any_experiment_opens_it),
    ("without_the_complete_program_the_document_is_kept", without_the_complete_program_the_document_is_kept),
];

/// Where the complete program is.
const COMPLETE: &str = "www/pkg/auxilearn_lab_bg.wasm";

fn both_programs_give_the_same_bits(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    let text = default_document()?.to_string();
    let digests: Vec<Vec<String>> = page.eval_as(&format!(
        "const digests = []; \
         for (const name of ['opening', 'auxilearn_lab']) {{ \
             const program = await import(new URL(`www/pkg/${{name}}.js`, document.baseURI)); \
             await program.default(); \
             const session = new program.Session({}); \
             while (session.advance(100)); \
             digests.push([...Array(session.lanes).keys()].map((lane) => session.digest(lane))); \
         }} return digests",
        json!(text)
    ))?;
    ensure!(digests[0] == digests[1] && digests[0] == page.digests()?, "{digests:?}");
    Ok(())
}

/// Asks for something by name at the moment the first run is shown.
const TELL: &str = "new MutationObserver(() => { \
    if (document.documentElement.dataset.state === 'finished') fetch('?finished'); \
}).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-state'] })";

fn the_complete_program_comes_after_the_first_picture(page: &Page) -> Result<()> {
    let server = serve(site()?)?;
    page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": TELL }))?;
    page.set_screen(DESKTOP)?;
    page.visit(&server.url())?;
    let mut asked: Vec<String> = Vec::new();
    page.wait_until("the complete program", || {
        asked.extend(server.take_log().into_iter().map(|served| served.path));
        Ok(asked.iter().any(|path| path.ends_with(COMPLETE)))
    })?;
    let place = |end: &str| asked.iter().position(|path| path.ends_with(end));
    ensure!(place("?finished").is_some() && place("?finished") < place(COMPLETE), "{asked:?}");
    ensure!(place("www/panel.js").is_none() && place("www/catalogue.json").is_none(), "{asked:?}");
    page.wait_until("all that it brings", || page.eval_as("return !!document.querySelector('.saves')"))?;
    page.problems().map(drop) // the other server is foreign to the page's own checks
}

/// Asks for something by name at the moment a chart is first drawn.
const TELL_DRAWN: &str = "const context = HTMLCanvasElement.prototype.getContext; let told = false; \
    HTMLCanvasElement.prototype.getContext = function (...args) { \
        if (this.dataset.chart && !told) { told = true; fetch('?drawn'); } \
        return context.apply(this, args); }";

/// What the page itself has fetched, without the service worker, which fetches everything to keep it.
const FETCHED: &str = "return performance.getEntriesByType('resource').map(({ name }) => name)";

/// Parts that come only when they are opened, chosen or spoken.
const WANTED_LATER: [&str; 6] =
    ["/lessons", "/lang/", "lang.css", "panel.js", "catalogue.json", "licences.txt"];

fn nothing_is_fetched_before_it_is_wanted(page: &Page) -> Result<()> {
    let site = site()?;
    let counted = xtask::size::at_load(&site);
    let server = serve(site)?;
    page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": TELL_DRAWN }))?;
    page.set_screen(DESKTOP)?;
    page.visit(&server.url())?;
    page.wait_until("all that comes at rest", || page.eval_as("return !!document.querySelector('.saves')"))?;
    let asked: Vec<String> = server.take_log().into_iter().map(|served| served.path).collect();
    let first = asked.iter().take_while(|path| !path.ends_with("?drawn"));
    let first: Vec<&str> = first.map(|path| path.trim_start_matches(PREFIX)).collect();
    ensure!(first.len() > 5, "{asked:?}");
    for path in first {
        let path = if path.is_empty() { "index.html" } else { path };
        // The browser's own business, once it knows that the page can be installed.
        let counted = counted.contains(path) || path == "app.webmanifest";
        ensure!(counted, "{path} is fetched before the first chart and not counted");
    }
    let fetched: Vec<String> = page.eval_as(FETCHED)?;
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

fn without_the_complete_program_the_document_is_kept(page: &Page) -> Result<()> {
    let mut site = site()?;
    ensure!(site.remove(COMPLETE), "{COMPLETE} is part of the site");
    let server = serve(site)?;
    page.set_screen(DESKTOP)?;
    page.visit(&server.url())?;
    page.wait_for_state("finished")?;
    let digests = page.digests()?;
    let mut document = default_document()?;
    document["constraint"] = json!({ "kind": "softplus" });
    let text = document.to_string();
    page.apply_document(&text)?;
    page.wait_until("a message", || Ok(page.text("[data-message]")?.contains("could not be fetched")))?;
    page.wait_for_state("finished")?;
    let kept: String = page.eval_as("return document.querySelector('[data-document]').value")?;
    ensure!(kept == text && page.digests()? == digests, "document and run stay");
    let more: usize = page.eval_as("return document.querySelectorAll('.further, .saves').length")?;
    ensure!(more == 0, "nothing is offered that cannot be had");
    // What the opening can run is still run.
    document["constraint"] = json!({ "kind": "clamp" });
    document["seed"] = json!(12);
    page.apply_document(&document.to_string())?;
    page.wait_for_finished("another run", || Ok(page.digests()? != digests))?;
    ensure!(page.text("[data-message]")?.is_empty(), "the message is gone");
    // The missing file is what was tested.
    let problems = page.problems()?;
    let others: Vec<&String> =
        problems.iter().filter(|problem| !problem.contains(&server.origin())).collect();
    ensure!(others.is_empty(), "{others:?}");
    Ok(())
}
