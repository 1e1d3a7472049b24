//! Losses typed as formulas: on the page, right, wrong and hostile.

use super::Test;
use super::documents::{document, ends};
use super::panel::{control, enter, open_panel};
use crate::page::{DESKTOP, PHONE, Page};
use anyhow::{Result, ensure};
use serde_json::json;
use thirtyfour::Key;

pub const TESTS: &[Test] = &[
    (
        "a_formula_is_typed_and_runs_and_a_broken_one_is_told",
        a_formula_is_typed_and_runs_and_a_broken_one_is_told,
    ),
    ("tasks_are_added_and_removed_as_formulas", tasks_are_added_and_removed_as_formulas),
    ("hostile_formulas_are_refused", hostile_formulas_are_refused),
];

/// Where a formula stands in the panel.
const MAIN: &str = "problem.main";

/// The panel with the first experiment of formulas.
fn open(page: &Page) -> Result<()> {
    open_panel(page)?;
    enter(page, "problem.kind", "formula")?;
    ends(page, "formulas", |document| document["problem"]["kind"] == "formula")
}

/// What is told at a control that is marked as wrong.
fn told(page: &Page, path: &str) -> Result<String> {
    page.eval_as(&format!(
        "const e = {}; return e.getAttribute('aria-invalid') === 'true' \
         ? document.getElementById(e.getAttribute('aria-describedby')).textContent : ''",
        control(path)
    ))
}

/// Types a text over what stands in a formula's field.
fn type_formula(page: &Page, text: &str) -> Result<()> {
    page.eval(&format!("const e = {}; e.focus(); e.select()", control(MAIN)))?;
    page.press(text)?;
    page.press(Key::Enter)
}

fn a_formula_is_typed_and_runs_and_a_broken_one_is_told(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    open(page)?;
    let before = page.digests()?;
    let typed = "(0.3 - w1)^2 + exp(-w2) + w2";
    type_formula(page, typed)?;
    ends(page, "the typed formula", |document| document["problem"]["main"] == typed)?;
    let digests = page.digests()?;
    ensure!(digests != before, "another run");
    // Broken: told at its field and in the page's message, with the character; the caret goes there.
    type_formula(page, "(0.3 - w1)^2 + x*2")?;
    page.wait_until("the mistake at its field", || Ok(told(page, MAIN)?.contains("at character 16")))?;
    let message = page.text("[data-message]")?;
    ensure!(message.contains(MAIN) && message.contains("»x«*2"), "{message}");
    let caret: usize = page.eval_as(&format!("return {}.selectionStart", control(MAIN)))?;
    ensure!(caret == 15, "the caret is before character 16, not after {caret}");
    let focused: String = page.eval_as("return document.activeElement?.dataset?.path ?? ''")?;
    ensure!(focused == MAIN, "the focus stays, not {focused:?}");
    ensure!(page.digests()? == digests && page.state()? == "finished", "the run shown stays");
    let shown = document(page)?;
    ensure!(shown["problem"]["main"] == typed, "the document shown is the one that runs");
    type_formula(page, typed)?;
    page.wait_until("no message", || {
        Ok(page.text("[data-message]")?.is_empty() && told(page, MAIN)?.is_empty())
    })
}

fn tasks_are_added_and_removed_as_formulas(page: &Page) -> Result<()> {
    page.open(PHONE)?;
    open(page)?;
    let count = |n: usize| {
        ends(page, &format!("{n} tasks"), |document| {
            document["problem"]["auxiliaries"].as_array().is_some_and(|tasks| tasks.len() == n)
        })
    };
    page.eval("document.querySelector('[data-action=add-task]').click()")?;
    count(3)?;
    enter(page, "problem.auxiliaries[2].name", "third")?;
    enter(page, "problem.auxiliaries[2].loss", "softplus(w1*w2)")?;
    ends(page, "the third task", |document| {
        document["problem"]["auxiliaries"][2] == json!({ "name": "third", "loss": "softplus(w1*w2)" })
    })?;
    enter(page, "start.w", "0.5, -1")?;
    ends(page, "another start", |document| document["start"]["w"] == json!([0.5, -1]))?;
    let excess: f64 =
        page.eval_as("const e = document.documentElement; return e.scrollWidth - e.clientWidth")?;
    ensure!(excess <= 0.0, "{excess} px too wide");
    let small: Vec<f64> = page.eval_as(
        "return [...document.querySelectorAll('.formulas :is(input, button)')] \
         .map((e) => e.getBoundingClientRect().height).filter((height) => height < 44)",
    )?;
    ensure!(small.is_empty(), "a finger needs 44 px: {small:?}");
    for n in [2, 1] {
        page.eval("document.querySelector('[data-action=remove-task]').click()")?;
        count(n)?;
    }
    let left: usize = page.eval_as("return document.querySelectorAll('[data-action=remove-task]').length")?;
    ensure!(left == 0, "the last task stays");
    Ok(())
}

fn hostile_formulas_are_refused(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    open(page)?;
    let (digests, good) = (page.digests()?, document(page)?);
    let deep =
        |open: &str, count: usize, close: &str| format!("{}w1{}", open.repeat(count), close.repeat(count));
    let cases = [
        (deep("(", 10_000, ")"), "at most 2000 characters"),
        (deep("(", 900, ")"), "at most 40 levels"),
        (deep("-", 10_000, ""), "at most 2000 characters"),
        (deep("-", 1900, ""), "at most 40 levels"),
        (deep("2^", 900, ""), "at most 40 levels"),
        (deep("sin(", 380, ")"), "at most 40 levels"),
        ("<img src=x onerror=alert(1)>".to_owned(), "at character 1"),
        ("w1 + fetch('//example.org')".to_owned(), "at character 6"),
        (String::new(), "at character 1"),
    ];
    for (text, words) in cases {
        let mut document = good.clone();
        document["problem"]["main"] = json!(text);
        page.apply_document(&document.to_string())?;
        page.wait_until(&format!("{words:?} of {text:.20}"), || {
            Ok(page.text("[data-message]")?.contains(words))
        })?;
        ensure!(page.digests()? == digests, "the run shown stays");
    }
    ensure!(
        page.eval_as::<usize>("return document.querySelectorAll('[data-message] img').length")? == 0,
        "no HTML"
    );
    // What is just not too deep fits the stack of a browser.
    let mut nested = good.clone();
    nested["problem"]["main"] = json!(format!("({})^2 + w2^2", deep("-(", 19, ")")));
    page.apply_document(&nested.to_string())?;
    page.wait_for_finished("the run of a nested formula", || Ok(page.digests()? != digests))?;
    page.apply_document(&good.to_string())?;
    page.wait_until("no message", || Ok(page.text("[data-message]")?.is_empty()))?;
    page.wait_for_state("finished")
}
