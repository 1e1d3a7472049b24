//! Runs that go on by another document, and those that begin anew.

use super::time::{exact, hears, is_changed, open, rewind, solved, step, wait_for_said};
use super::{Test, default_document};
use crate::page::Page;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

pub const TESTS: &[Test] = &[
    ("another_rate_lets_the_run_go_on", another_rate_lets_the_run_go_on),
    ("what_is_no_rate_is_not_called_one", what_is_no_rate_is_not_called_one),
    ("another_rate_while_it_plays", another_rate_while_it_plays),
    ("a_broken_document_leaves_a_run_on_its_way_alone", a_broken_document_leaves_a_run_on_its_way_alone),
    ("what_is_another_run_is_restarted_and_says_so", what_is_another_run_is_restarted_and_says_so),
    ("a_rewind_after_changes_runs_the_document", a_rewind_after_changes_runs_the_document),
    ("more_steps_go_on_to_the_same_numbers", more_steps_go_on_to_the_same_numbers),
];

/// Digests of a finished run of a document.
fn digests_of(page: &Page, document: &Value) -> Result<Vec<String>> {
    page.eval_as(&format!(
        "const {{ default: init, solve }} = await import(new URL('www/pkg/auxilearn_lab.js', document.baseURI)); \
         await init(); return solve({}).lanes.map((lane) => lane.digest)",
        json!(document.to_string())
    ))
}

/// The document in the editor with another inner rate of the second lane.
fn slower(document: &Value) -> Value {
    let mut slower = document.clone();
    slower["lanes"][1]["method"]["inner"]["lr"] = json!(0.01);
    slower
}

fn another_rate_lets_the_run_go_on(page: &Page) -> Result<()> {
    open(page)?;
    rewind(page)?;
    step(page, 5)?;
    let (other, phi) = (exact(page, 0, "phi_1")?, exact(page, 1, "phi_1")?);
    page.apply_document(&slower(&default_document()?).to_string())?;
    hears(page, "Rate changed: the run goes on from step 5.")?;
    page.wait_for_state("paused")?;
    ensure!(page.step()? == 5 && exact(page, 1, "phi_1")? == phi && exact(page, 0, "phi_1")? == other);
    page.wait_until("a note beside the digests", || is_changed(page))?;
    step(page, 1)?;
    let document = default_document()?;
    ensure!(
        exact(page, 0, "phi_1")? == solved(page, &document, 0, "phi_1", 6)?,
        "the other lane goes on as it was"
    );
    ensure!(exact(page, 1, "w_1")? != solved(page, &document, 1, "w_1", 6)?, "this one has another rate");
    Ok(())
}

fn what_is_no_rate_is_not_called_one(page: &Page) -> Result<()> {
    open(page)?;
    rewind(page)?;
    step(page, 5)?;
    let mut document = default_document()?;
    let mut apply = |path: &str, value: Value, words: &str| {
        *document.pointer_mut(path).context("a field")? = value;
        page.apply_document(&document.to_string())?;
        hears(page, &format!("{words}: the run goes on from step 5."))
    };
    apply("/lanes/1/label", json!("Renamed"), "Document applied")?;
    apply("/lanes/1/method/inner/lr", json!(0.01), "Rate changed")?;
    apply("/steps", json!(1600), "Document applied")?;
    apply("/lanes/1/method/inner/steps", json!(7), "Method changed")?;
    page.wait_for_state("paused")
}

fn another_rate_while_it_plays(page: &Page) -> Result<()> {
    open(page)?;
    rewind(page)?;
    page.set_speed(3)?;
    page.click("play")?;
    page.wait_until("some steps", || Ok(page.step()? > 20))?;
    page.apply_document(&slower(&default_document()?).to_string())?;
    hears(page, "Rate changed: the run goes on from step ")?;
    let then = page.step()?;
    ensure!(then > 20 && page.state()? == "running", "at step {then}, {}", page.state()?);
    page.wait_until("more steps", || Ok(page.step()? > then + 20))
}

fn a_broken_document_leaves_a_run_on_its_way_alone(page: &Page) -> Result<()> {
    open(page)?;
    rewind(page)?;
    step(page, 5)?;
    let mut broken = default_document()?;
    broken["lanes"][1]["method"]["inner"]["lr"] = json!(-1);
    page.apply_document(&broken.to_string())?;
    page.wait_until("a message", || Ok(page.text("[data-message]")?.contains("lanes[1].method.inner.lr")))?;
    page.wait_for_state("paused")?;
    ensure!(page.step()? == 5 && !is_changed(page)?);
    // The message stays at the top of the window.
    page.eval("scrollTo(0, 0)")?;
    step(page, 1)?;
    let document = default_document()?;
    ensure!(exact(page, 1, "phi_1")? == solved(page, &document, 1, "phi_1", 6)?, "the run goes on as it was");
    Ok(())
}

fn what_is_another_run_is_restarted_and_says_so(page: &Page) -> Result<()> {
    open(page)?;
    rewind(page)?;
    step(page, 5)?;
    let mut document = default_document()?;
    document["start"] = json!({ "w": [1, 1], "phi": [1, 1] });
    page.apply_document(&document.to_string())?;
    page.wait_for_state("finished")?;
    hears(page, "run restarted.")?;
    ensure!(page.digests()? == digests_of(page, &document)? && !is_changed(page)?);
    // A run that is over has nothing to go on with.
    let slower = slower(&document);
    page.apply_document(&slower.to_string())?;
    let expected = digests_of(page, &slower)?;
    page.wait_for_finished("the other run", || Ok(page.digests()? == expected))?;
    hears(page, "run restarted.")
}

fn a_rewind_after_changes_runs_the_document(page: &Page) -> Result<()> {
    open(page)?;
    rewind(page)?;
    step(page, 2)?;
    page.click("step-phi")?;
    page.wait_until("step 3", || Ok(page.step()? == 3 && page.state()? == "paused"))?;
    let slower = slower(&default_document()?);
    page.apply_document(&slower.to_string())?;
    hears(page, "the run goes on from step 3.")?;
    page.wait_for_state("paused")?;
    page.click("play")?;
    page.wait_for_state("finished")?;
    let expected = digests_of(page, &slower)?;
    ensure!(page.digests()?[1] != expected[1] && is_changed(page)?, "changed on the way");
    rewind(page)?;
    page.click("play")?;
    page.wait_for_state("finished")?;
    ensure!(page.digests()? == expected, "{:?}, not {expected:?}", page.digests()?);
    page.wait_until("no note", || Ok(!is_changed(page)?))
}

fn more_steps_go_on_to_the_same_numbers(page: &Page) -> Result<()> {
    open(page)?;
    let mut longer = default_document()?;
    longer["steps"] = json!(1700);
    page.apply_document(&longer.to_string())?;
    hears(page, "the run goes on from step 1500.")?;
    page.wait_for_finished("the longer run", || Ok(page.step()? == 1700))?;
    ensure!(page.digests()? == digests_of(page, &longer)? && !is_changed(page)?);
    wait_for_said(page, "step 1700 of 1700, seed 11")
}
