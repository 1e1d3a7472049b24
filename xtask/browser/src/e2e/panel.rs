//! The panel of choices: every kind of problem and method, mistakes, lanes, the keyboard.

use super::Test;
use super::documents::ends;
use crate::page::{DESKTOP, PHONE, Page};
use anyhow::{Context, Result, ensure};
use serde_json::json;
use thirtyfour::Key;

pub const TESTS: &[Test] = &[
    ("every_method_can_be_chosen_and_runs", every_method_can_be_chosen_and_runs),
    ("every_part_of_a_method_can_be_chosen_and_runs", every_part_of_a_method_can_be_chosen_and_runs),
    ("every_problem_can_be_chosen_and_runs", every_problem_can_be_chosen_and_runs),
    ("what_holds_for_all_lanes_can_be_chosen", what_holds_for_all_lanes_can_be_chosen),
    ("what_no_lane_uses_is_not_left_behind", what_no_lane_uses_is_not_left_behind),
    ("a_mistake_is_told_at_its_field", a_mistake_is_told_at_its_field),
    ("lanes_are_added_and_removed", lanes_are_added_and_removed),
    ("the_keyboard_adds_a_lane_and_chooses_its_method", the_keyboard_adds_a_lane_and_chooses_its_method),
    (
        "the_panel_fits_a_phone_and_its_controls_have_names",
        the_panel_fits_a_phone_and_its_controls_have_names,
    ),
];

/// Ends of a lane that no template should lead to.
const BAD_ENDS: [&str; 6] = ["stalled", "diverged", "singular", "indefinite", "unsolved", "nonpositive"];

pub(super) fn open_panel(page: &Page) -> Result<()> {
    page.eval("document.querySelector('[data-panel]').open = true")?;
    page.wait_until("the choices", || page.eval_as("return !!document.querySelector('.lanes-chosen')"))
}

/// The control of a path, in JavaScript.
pub(super) fn control(path: &str) -> String {
    format!("document.querySelector('[data-panel] [data-path=' + CSS.escape({}) + ']')", json!(path))
}

/// Values of a choice.
fn options(page: &Page, path: &str) -> Result<Vec<String>> {
    page.eval_as(&format!("return [...{}.options].map((option) => option.value)", control(path)))
}

/// Chooses or enters a value.
pub(super) fn enter(page: &Page, path: &str, value: &str) -> Result<()> {
    page.eval(&format!(
        "const e = {}; e.value = {}; e.dispatchEvent(new Event('change', {{ bubbles: true }}))",
        control(path),
        json!(value)
    ))?;
    Ok(())
}

/// How a lane stands, in words.
fn lane_status(page: &Page, lane: usize) -> Result<String> {
    page.text(&format!("[data-lane-status=\"{lane}\"]"))
}

fn every_method_can_be_chosen_and_runs(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    open_panel(page)?;
    let kinds = options(page, "lanes[1].method")?;
    ensure!(kinds.len() == 13, "{kinds:?}");
    // The last first: the lane has the second already.
    for kind in kinds.iter().rev() {
        enter(page, "lanes[1].method", kind)?;
        ends(page, kind, |document| document["lanes"][1]["method"]["kind"] == *kind)?;
        let status = lane_status(page, 1)?;
        ensure!(BAD_ENDS.iter().all(|end| !status.contains(end)), "{kind}: {status}");
    }
    Ok(())
}

fn every_part_of_a_method_can_be_chosen_and_runs(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    open_panel(page)?;
    for part in ["inner", "outer", "inverse_hvp"] {
        let path = format!("lanes[1].method.{part}");
        let kinds = options(page, &path)?;
        ensure!(kinds.len() > 1, "{path}: {kinds:?}");
        for kind in kinds.iter().rev() {
            enter(page, &path, kind)?;
            ends(page, kind, |document| document["lanes"][1]["method"][part]["kind"] == *kind)?;
            let status = lane_status(page, 1)?;
            ensure!(BAD_ENDS.iter().all(|end| !status.contains(end)), "{part} {kind}: {status}");
        }
    }
    Ok(())
}

fn every_problem_can_be_chosen_and_runs(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    open_panel(page)?;
    let kinds = options(page, "problem.kind")?;
    ensure!(kinds.len() == 8, "{kinds:?}");
    for kind in kinds.iter().rev() {
        enter(page, "problem.kind", kind)?;
        ends(page, kind, |document| document["problem"]["kind"] == *kind)?;
        ensure!(page.digests()?.iter().all(|digest| digest.len() == 16), "{kind} has digests");
    }
    Ok(())
}

fn what_holds_for_all_lanes_can_be_chosen(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    open_panel(page)?;
    for kind in options(page, "constraint")?.iter().filter(|kind| !kind.is_empty()).rev() {
        enter(page, "constraint", kind)?;
        ends(page, kind, |document| document["constraint"]["kind"] == *kind)?;
    }
    enter(page, "problem.aux_set", "train")?;
    ends(page, "the training set", |document| document["problem"]["aux_set"] == "train")?;
    enter(page, "combination", "monotone")?;
    ends(page, "a network", |document| document["combination"]["kind"] == "monotone")?;
    enter(page, "combination.widths", "4, 2")?;
    ends(page, "two layers", |document| document["combination"]["widths"] == json!([4, 2]))?;
    let heading = page.text("[data-heading]")?;
    ensure!(heading.contains("Effective"), "{heading}");
    enter(page, "steps", "77")?;
    ends(page, "77 steps", |document| document["steps"] == 77)?;
    page.eval(&format!("{}.click()", control("diagnostics")))?;
    ends(page, "diagnostics", |document| document["diagnostics"] == true)?;
    page.value(1, "lambda_max").map(drop)
}

fn what_no_lane_uses_is_not_left_behind(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    open_panel(page)?;
    enter(page, "lanes[1].constraint", "softplus")?;
    ends(page, "softplus", |document| document["lanes"][1]["constraint"]["kind"] == "softplus")?;
    enter(page, "lanes[1].method", "dwa")?;
    ends(page, "dwa", |document| document["lanes"][1].get("constraint").is_none())?;
    ensure!(page.eval_as::<bool>(&format!("return !{}", control("lanes[1].constraint")))?);
    enter(page, "lanes[0].method", "ol_aux")?;
    ends(page, "ol_aux", |document| document["start"].get("phi").is_some())?;
    let constraints = options(page, "lanes[0].constraint")?;
    ensure!(constraints == ["", "clamp"], "{constraints:?}");
    enter(page, "lanes[0].method", "equal")?;
    ends(page, "equal", |document| {
        document["start"].get("phi").is_none() && document.get("constraint").is_none()
    })?;
    ensure!(page.eval_as::<bool>(&format!("return !{}", control("constraint")))?);
    page.value(1, "phi_1").map(drop)
}

fn a_mistake_is_told_at_its_field(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    open_panel(page)?;
    let digests = page.digests()?;
    let path = "lanes[1].method.inner.lr";
    let wrong = |value: &str, words: &str| -> Result<()> {
        enter(page, path, value)?;
        let told = format!(
            "const e = {}; return e.getAttribute('aria-invalid') === 'true' \
             ? document.getElementById(e.getAttribute('aria-describedby')).textContent : ''",
            control(path)
        );
        page.wait_until(&format!("{words:?} at the field"), || {
            Ok(page.eval_as::<String>(&told)?.contains(words))
        })
    };
    wrong("-1", "above 0")?;
    wrong("fast", "a number")?;
    wrong("", "this field")?;
    ensure!(page.digests()? == digests, "the run shown stays");
    enter(page, path, "0.04")?;
    page.wait_until("no message", || Ok(page.text("[data-message]")?.is_empty()))?;
    ends(page, "the corrected document", |document| document["lanes"][1]["method"]["inner"]["lr"] == 0.04)?;
    let marked: usize =
        page.eval_as("return document.querySelectorAll('[data-panel] [aria-invalid]').length")?;
    ensure!(marked == 0 && page.digests()? != digests, "the mistake is gone and the run another");
    Ok(())
}

fn lanes_are_added_and_removed(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    open_panel(page)?;
    let count = |n: usize| {
        ends(page, &format!("{n} lanes"), |document| {
            document["lanes"].as_array().is_some_and(|l| l.len() == n)
        })
    };
    for n in 3..=16 {
        page.eval("document.querySelector('[data-action=add-lane]').click()")?;
        count(n)?;
    }
    let full: bool = page.eval_as("return document.querySelector('[data-action=add-lane]').disabled")?;
    ensure!(full, "sixteen lanes are enough");
    for n in (1..=15).rev() {
        page.eval("document.querySelector('[data-action=remove-lane]').click()")?;
        count(n)?;
    }
    let left: usize = page.eval_as("return document.querySelectorAll('[data-action=remove-lane]').length")?;
    ensure!(left == 0, "the last lane stays");
    Ok(())
}

fn the_keyboard_adds_a_lane_and_chooses_its_method(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    open_panel(page)?;
    page.tab_to("add-lane")?;
    page.press(Key::Enter)?;
    ends(page, "three lanes", |document| document["lanes"].as_array().is_some_and(|lanes| lanes.len() == 3))?;
    let focused = || page.eval_as::<String>("return document.activeElement?.dataset?.path ?? ''");
    ensure!(focused()? == "lanes[2].method", "the new lane's method has the focus, not {:?}", focused()?);
    page.press("J")?;
    ends(page, "joint descent", |document| document["lanes"][2]["method"]["kind"] == "joint_descent")?;
    ensure!(focused()? == "lanes[2].method", "the focus stays, not {:?}", focused()?);
    Ok(())
}

fn the_panel_fits_a_phone_and_its_controls_have_names(page: &Page) -> Result<()> {
    page.open(PHONE)?;
    open_panel(page)?;
    let excess: f64 =
        page.eval_as("const e = document.documentElement; return e.scrollWidth - e.clientWidth")?;
    ensure!(excess <= 0.0, "{excess} px too wide");
    let nameless: Vec<String> = page.eval_as(
        "return [...document.querySelectorAll('[data-panel] :is(input, select, button)')] \
         .filter((e) => !(e.labels?.length ? [...e.labels].map((l) => l.textContent).join('') : e.textContent).trim()) \
         .map((e) => e.outerHTML.slice(0, 80))",
    )?;
    ensure!(nameless.is_empty(), "controls without a name: {nameless:?}");
    let small: Vec<(String, f64)> = page.eval_as(
        "return [...document.querySelectorAll('[data-panel] :is(select, button, input[type=text])')] \
         .filter((e) => e.checkVisibility()).map((e) => [e.dataset.path ?? e.textContent, e.getBoundingClientRect().height]) \
         .filter(([, height]) => height < 44)",
    )?;
    let first = small.first().map(|(path, height)| format!("{path} is {height} px high"));
    first.map_or(Ok(()), Err).map_err(anyhow::Error::msg).context("a finger needs 44 px")
}
