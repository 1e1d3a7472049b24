//! Many seeds in workers of their own.

use super::documents::choose;
use super::more::{open, told};
use super::native::program;
use super::{DEFAULT, Test, default_document, first_screen::drawn};
use crate::page::{PHONE, Page};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::io::Write;
use std::process::Stdio;

pub const TESTS: &[Test] = &[
    ("many_seeds_have_the_medians_of_the_runner", many_seeds_have_the_medians_of_the_runner),
    ("cancelled_seeds_keep_what_came_in", cancelled_seeds_keep_what_came_in),
    ("another_experiment_stops_the_seeds", another_experiment_stops_the_seeds),
    ("an_experiment_without_randomness_is_not_run", an_experiment_without_randomness_is_not_run),
    ("a_worker_that_dies_loses_one_seed", a_worker_that_dies_loses_one_seed),
    ("many_seeds_on_a_phone", many_seeds_on_a_phone),
];

/// Asks for so many seeds.
pub fn run(page: &Page, seeds: u32) -> Result<()> {
    page.wait_until("the section", || {
        page.eval_as("return !!document.querySelector('[data-action=run-seeds]')")
    })?;
    page.eval(&format!("document.querySelector('.seeds input').value = '{seeds}'"))?;
    page.click("run-seeds")
}

fn said(page: &Page) -> Result<String> {
    page.text("[data-seeds-said]")
}

/// Waits until the section of seeds has these words.
pub fn wait_until_said(page: &Page, words: &str) -> Result<()> {
    let mut last = String::new();
    page.wait_until(words, || {
        last = said(page)?;
        Ok(last.contains(words))
    })
    .with_context(|| format!("{last:?} is said"))
}

/// The CSV that the page hands to the browser.
fn csv(page: &Page) -> Result<String> {
    page.eval(
        "const make = URL.createObjectURL; \
         URL.createObjectURL = (blob) => { window.caught = blob; return make.call(URL, blob) }; \
         HTMLAnchorElement.prototype.click = function () {}",
    )?;
    page.click("seeds-csv")?;
    page.eval_as("return await window.caught.text()")
}

/// For each lane the sorted test errors at the end that `solve --batch` finds.
fn batch(seeds: u64) -> Result<Vec<(String, Vec<f64>)>> {
    let document = default_document()?;
    let first = document["seed"].as_u64().context("a seed")?;
    let grid = json!({ "seed": (first..first + seeds).collect::<Vec<_>>() });
    let mut command = program("solve")?;
    let mut child = command.args(["--batch", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let line = json!({ "id": "e2e", "document": document, "grid": grid });
    writeln!(child.stdin.take().context("an input")?, "{line}")?;
    let output = child.wait_with_output()?;
    ensure!(output.status.success(), "solve failed");
    let mut lanes: Vec<(String, Vec<f64>)> = Vec::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        let result: Value = serde_json::from_str(line)?;
        for (i, lane) in result["lanes"].as_array().context("lanes")?.iter().enumerate() {
            if lanes.len() == i {
                lanes.push((lane["label"].as_str().context("a label")?.to_owned(), Vec::new()));
            }
            lanes[i].1.push(lane["final"]["loss_test"].as_f64().context("a test error")?);
        }
    }
    lanes.iter_mut().for_each(|lane| lane.1.sort_by(f64::total_cmp));
    Ok(lanes)
}

fn many_seeds_have_the_medians_of_the_runner(page: &Page) -> Result<()> {
    open(page)?;
    run(page, 8)?;
    wait_until_said(page, "8 of 8 seeds are done.")?;
    drawn(page, "ensemble")?;
    let csv = csv(page)?;
    for (label, ends) in batch(8)? {
        ensure!(ends.len() == 8, "{label}: {ends:?}");
        let start = format!("{label},1500,loss_test,8,8,");
        let row = csv.lines().find_map(|line| line.strip_prefix(&start)).context("a row at the end")?;
        let median: f64 = row.split(',').nth(2).context("a median")?.parse()?;
        let expected = 0.5 * ends[3] + 0.5 * ends[4];
        ensure!(median == expected, "{label}: {median}, but {DEFAULT} by the runner has {expected}");
    }
    ensure!(
        told(page, "ensemble")?.starts_with("8 seeds: median test error AuxiLearn"),
        "{}",
        told(page, "ensemble")?
    );
    let rows: usize =
        page.eval_as("return document.querySelectorAll('[data-seeds-table] tbody tr').length")?;
    ensure!(rows == 8, "two weights and two losses in two lanes, not {rows}");
    let bar: bool = page.eval_as("return document.querySelector('.seeds progress').hidden")?;
    ensure!(bar, "the bar is still there");
    // Again gives the same.
    let first = told(page, "ensemble")?;
    run(page, 8)?;
    wait_until_said(page, "8 of 8 seeds are done.")?;
    ensure!(told(page, "ensemble")? == first, "{} is not {first}", told(page, "ensemble")?);
    Ok(())
}

/// An experiment of which a thousand seeds take a while.
fn slow() -> Result<Value> {
    let mut document = default_document()?;
    document["steps"] = json!(200_000);
    document["tolerance"] = json!(0);
    Ok(document)
}

/// The slow experiment with some seeds done.
fn begun(page: &Page) -> Result<()> {
    open(page)?;
    page.apply_document(&slow()?.to_string())?;
    page.wait_for_finished("the run", || Ok(page.text("[data-steps]")?.contains("200")))?;
    run(page, 1000)?;
    page.wait_until("some seeds", || {
        let said = said(page)?;
        Ok(said.ends_with("of 1000 seeds.") && !said.starts_with("0 "))
    })
}

fn cancelled_seeds_keep_what_came_in(page: &Page) -> Result<()> {
    begun(page)?;
    let share: f64 = page.eval_as("return document.querySelector('.seeds progress').value")?;
    ensure!(share > 0.0 && share < 1.0, "{share}");
    page.click("cancel-seeds")?;
    wait_until_said(page, "Cancelled after ")?;
    let words = said(page)?;
    ensure!(words.ends_with("What came in is kept."), "{words}");
    let done = words.split(' ').nth(2).context("a number")?.to_owned();
    ensure!(
        told(page, "ensemble")?.starts_with(&format!("{done} seed")),
        "{done}: {}",
        told(page, "ensemble")?
    );
    drawn(page, "ensemble")?;
    let free: bool = page.eval_as("return !document.querySelector('[data-action=run-seeds]').disabled")?;
    ensure!(free && said(page)? == words, "{}", said(page)?);
    Ok(())
}

fn another_experiment_stops_the_seeds(page: &Page) -> Result<()> {
    begun(page)?;
    page.apply_document(&default_document()?.to_string())?;
    wait_until_said(page, "The experiment changed: stopped after ")?;
    ensure!(said(page)?.contains("kept, of the experiment before"), "{}", said(page)?);
    page.wait_for_state("finished")?;
    run(page, 4)?;
    wait_until_said(page, "4 of 4 seeds are done.")?;
    page.click("new-seed")?;
    wait_until_said(page, "These seeds are of the experiment before.")
}

fn an_experiment_without_randomness_is_not_run(page: &Page) -> Result<()> {
    open(page)?;
    run(page, 4)?;
    wait_until_said(page, "4 of 4 seeds are done.")?;
    let seen = || page.eval_as::<bool>("return document.querySelector('.seeds figure').checkVisibility()");
    ensure!(seen()?, "seeds of the experiment before");
    choose(page, "sign-flip")?;
    run(page, 8)?;
    wait_until_said(page, "This experiment has no randomness: every seed gives the same run.")?;
    ensure!(!seen()?, "what the experiment before gave is gone");
    let invalid = || {
        page.eval_as::<bool>(
            "return document.querySelector('.seeds input').getAttribute('aria-invalid') === 'true'",
        )
    };
    ensure!(!invalid()?);
    page.eval("document.querySelector('.seeds input').value = '1'")?;
    page.click("run-seeds")?;
    wait_until_said(page, "Choose 2 to 1000 seeds.")?;
    ensure!(invalid()?, "the number that is refused is marked");
    page.eval("const e = document.querySelector('.seeds input'); e.value = '4'; e.dispatchEvent(new Event('input'))")?;
    ensure!(!invalid()?, "another number is not");
    choose(page, "noisy-main")?;
    run(page, 4)?;
    wait_until_said(page, "4 of 4 seeds are done.")?;
    ensure!(seen()?, "seeds are shown again");
    Ok(())
}

fn a_worker_that_dies_loses_one_seed(page: &Page) -> Result<()> {
    open(page)?;
    // The first of the workers says that it has crashed, whatever it does.
    page.eval(
        "const Thread = Worker; let first = true; \
         window.Worker = class extends Thread { constructor(...given) { super(...given); \
           if (first) setTimeout(() => this.onmessage({ data: { kind: 'crashed', message: 'for a test' } })); first = false } }",
    )?;
    run(page, 6)?;
    wait_until_said(page, "5 of 6 seeds are done. Seed 11 was lost (for a test).")?;
    ensure!(told(page, "ensemble")?.starts_with("5 seeds: "), "{}", told(page, "ensemble")?);
    Ok(())
}

fn many_seeds_on_a_phone(page: &Page) -> Result<()> {
    open(page)?;
    page.set_screen(PHONE)?;
    run(page, 4)?;
    wait_until_said(page, "4 of 4 seeds are done.")?;
    drawn(page, "ensemble")?;
    page.eval("document.querySelector('.seeds details').open = true")?;
    let excess: f64 =
        page.eval_as("const e = document.documentElement; return e.scrollWidth - e.clientWidth")?;
    ensure!(excess <= 0.0, "{excess} px too wide");
    let (least, name): (f64, bool) = page.eval_as(
        "const all = [...document.querySelectorAll('.seeds button, .seeds input, .seeds summary')]; \
         return [Math.min(...all.map((e) => e.getBoundingClientRect().height)), \
                 !!document.querySelector('canvas[data-chart=ensemble]').getAttribute('aria-label')]",
    )?;
    ensure!(least >= 24.0 && name, "{least} px high");
    page.screenshot("seeds-on-a-phone")?;
    Ok(())
}
