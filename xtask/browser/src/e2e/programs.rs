//! The two programs of the page: the opening, and the complete one that comes later.

use super::{PREFIX, Test, default_document};
use crate::page::{DESKTOP, Page};
use anyhow::{Result, ensure};
use serde_json::json;
use xtask::cargo::target_dir;
use xtask::serve::{Port, Server};
use xtask::site::Site;

pub const TESTS: &[Test] = &[
    ("both_programs_give_the_same_bits", both_programs_give_the_same_bits),
    (
        "the_complete_program_comes_after_the_first_picture",
        the_complete_program_comes_after_the_first_picture,
    ),
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
    let server = Server::bind(Port::Exactly(0))?.start(site()?, PREFIX)?;
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
    page.problems().map(drop) // the other server is foreign to the page's own checks
}

/// The site that the tests run on, for another server.
fn site() -> Result<Site> {
    Site::read(&target_dir().join("e2e-dist"))
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
    let server = Server::bind(Port::Exactly(0))?.start(site, PREFIX)?;
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
    // What the opening can run is still run.
    document["constraint"] = json!({ "kind": "clamp" });
    document["seed"] = json!(12);
    page.apply_document(&document.to_string())?;
    page.wait_until("another run", || Ok(page.state()? == "finished" && page.digests()? != digests))?;
    ensure!(page.text("[data-message]")?.is_empty(), "the message is gone");
    // The missing file is what was tested.
    let problems = page.problems()?;
    let others: Vec<&String> =
        problems.iter().filter(|problem| !problem.contains(&server.origin())).collect();
    ensure!(others.is_empty(), "{others:?}");
    Ok(())
}
