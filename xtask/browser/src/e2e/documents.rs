//! Experiment documents: good, broken and absurd ones.

use super::{DEFAULT, Test, default_document, native::program};
use crate::page::{DESKTOP, Page, digests_in};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use xtask::cargo::output;

pub const TESTS: &[Test] = &[
    ("broken_document_shows_its_message", broken_document_shows_its_message),
    ("a_field_that_stands_twice_is_named", a_field_that_stands_twice_is_named),
    (
        "a_field_that_nothing_uses_is_left_out_by_one_press",
        a_field_that_nothing_uses_is_left_out_by_one_press,
    ),
    ("unknown_field_is_named", unknown_field_is_named),
    ("absurd_numbers_are_refused", absurd_numbers_are_refused),
    ("a_diverging_lane_says_so_and_the_other_goes_on", a_diverging_lane_says_so_and_the_other_goes_on),
    ("native_runner_gives_the_same_digest", native_runner_gives_the_same_digest),
];

/// Runs a document of one's own, to its end.
pub fn own_run(page: &Page) -> Result<Value> {
    let mut document = default_document()?;
    (document["title"], document["seed"]) = (json!("My own"), json!(5));
    page.apply_document(&document.to_string())?;
    page.wait_for_finished("my own run", || Ok(page.text("[data-seed]")? == "5"))?;
    Ok(document)
}

/// The document that the editor shows.
pub fn document(page: &Page) -> Result<Value> {
    let text: String = page.eval_as("return document.querySelector('[data-document]').value")?;
    serde_json::from_str(&text).with_context(|| format!("a document in {text}"))
}

/// Waits until the run of a document that `holds` has ended, without a complaint.
pub fn ends(page: &Page, what: &str, holds: impl Fn(&Value) -> bool) -> Result<()> {
    // Read at one moment: one by one, an old end could stand beside a new document.
    let script = "return [document.querySelector('[data-message]').textContent, \
        document.documentElement.dataset.state, document.querySelector('[data-document]').value]";
    page.wait_until(&format!("the end of {what}"), || {
        let (message, state, text): (String, String, String) = page.eval_as(script)?;
        ensure!(message.is_empty(), "{what}: {message}");
        Ok(state == "finished" && serde_json::from_str(&text).is_ok_and(|document| holds(&document)))
    })
}

/// Ids and titles of the experiments of the list.
pub fn experiments(page: &Page) -> Result<Vec<(String, String)>> {
    let list: Vec<(String, String)> = page.eval_as(
        "return [...document.querySelectorAll('[data-control=preset] option')].map((o) => [o.value, o.text])",
    )?;
    ensure!(list.len() > 20, "{list:?}");
    Ok(list)
}

/// Chooses an experiment of the list, without waiting for anything.
pub fn select(page: &Page, id: &str) -> Result<()> {
    page.eval(&format!(
        "const s = document.querySelector('[data-control=preset]'); s.value = {}; s.dispatchEvent(new Event('change'))",
        json!(id)
    ))
    .map(drop)
}

/// Id of the experiment that is chosen.
pub fn chosen(page: &Page) -> Result<String> {
    page.eval_as("return document.querySelector('[data-control=preset]').value")
}

/// Chooses an experiment and waits until it has been run.
pub fn choose(page: &Page, id: &str) -> Result<()> {
    select(page, id)?;
    let title: String = page.eval_as(&format!(
        "return [...document.querySelectorAll('[data-control=preset] option')].find((o) => o.value === {}).text",
        json!(id)
    ))?;
    ends(page, id, |document| document["title"] == *title)?;
    ensure!(chosen(page)? == id, "{id} was chosen, {} is shown", chosen(page)?);
    Ok(())
}

/// Applies a document that must be refused; returns the message.
fn refused(page: &Page, document: &str) -> Result<String> {
    page.open(DESKTOP)?;
    let (digests, step) = (page.digests()?, page.step()?);
    page.apply_document(document)?;
    page.wait_until("a message", || Ok(!page.text("[data-message]")?.is_empty()))?;
    ensure!(page.digests()? == digests && page.step()? == step, "the run shown before stays");
    page.text("[data-message]")
}

fn broken_document_shows_its_message(page: &Page) -> Result<()> {
    let message = refused(page, "{ \"schema\": 1, \"title\": ")?;
    ensure!(message.len() > 10, "{message:?}");
    // The page lives on, and a good document clears the message.
    page.apply_document(&default_document()?.to_string())?;
    page.wait_until("no message", || Ok(page.text("[data-message]")?.is_empty()))?;
    page.wait_for_state("finished")
}

fn a_field_that_stands_twice_is_named(page: &Page) -> Result<()> {
    let twice = default_document()?.to_string().replacen("\"seed\":", "\"seed\":1,\"se\\u0065d\":", 1);
    let message = refused(page, &twice)?;
    ensure!(message.contains("seed") && message.contains("once"), "{message:?}");
    let mut document = default_document()?;
    document["lanes"][0]["method"]["w_lr"] = json!("0,05");
    let message = refused(page, &document.to_string())?;
    ensure!(message.contains("lanes[0].method.w_lr") && message.contains("“0,05”"), "{message:?}");
    Ok(())
}

fn a_field_that_nothing_uses_is_left_out_by_one_press(page: &Page) -> Result<()> {
    let mut document = default_document()?;
    document["lanes"][0]["method"] = json!({ "kind": "equal" });
    let wanted = document.clone();
    document["lanes"][0]["constraint"] = json!({ "kind": "softmax" });
    let message = refused(page, &document.to_string())?;
    ensure!(message.contains("lanes[0].constraint"), "{message:?}");
    page.eval("document.querySelector('[data-action=leave-out]').click()")?;
    page.wait_for_finished("the document without it", || {
        let shown: String = page.eval_as("return document.querySelector('[data-document]').value")?;
        Ok(serde_json::from_str::<Value>(&shown).is_ok_and(|shown| shown == wanted))
    })
}

fn unknown_field_is_named(page: &Page) -> Result<()> {
    let mut document = default_document()?;
    document["problem"]["nonsense"] = json!(1);
    let message = refused(page, &document.to_string())?;
    ensure!(message.contains("problem") && message.contains("nonsense"), "{message:?}");
    Ok(())
}

fn absurd_numbers_are_refused(page: &Page) -> Result<()> {
    let mut document = default_document()?;
    document["lanes"][1]["method"]["inner"]["lr"] = json!(1e300);
    let message = refused(page, &document.to_string())?;
    ensure!(message.contains("lanes[1].method.inner.lr"), "{message:?}");
    Ok(())
}

fn a_diverging_lane_says_so_and_the_other_goes_on(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    let before = page.digests()?;
    let mut document = default_document()?;
    // One step of gradient descent is stable below 2/λ_max, which is far below 10 here.
    document["lanes"][1]["method"] = json!({ "kind": "implicit",
        "inner": { "kind": "gradient_descent", "lr": 10.0, "steps": 10 },
        "outer": { "kind": "adam", "lr": 0.05, "max_norm": 10.0 },
        "inverse_hvp": { "kind": "direct" } });
    page.apply_document(&document.to_string())?;
    page.wait_for_finished("another finished run", || Ok(page.digests()? != before))?;
    let text: String = page.eval_as("return document.body.innerText")?;
    ensure!(text.contains("diverged"), "the page says that the lane diverged");
    ensure!(page.digests()?[0] == before[0], "the other lane is as it was");
    Ok(())
}

fn native_runner_gives_the_same_digest(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    let native = output(program("solve")?.args([DEFAULT, "--digest"]))?;
    let (native, page) = (digests_in(&native), page.digests()?);
    ensure!(native == page, "natively {native:?}, in the browser {page:?}");
    Ok(())
}
