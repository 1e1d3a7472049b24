//! Lanes side by side or overlaid.

use super::figures::{CATCH, save};
use super::more::{open, told};
use super::{DEFAULT, Test, default_document, native::program};
use crate::page::{PHONE, Page};
use anyhow::{Context, Result, ensure};
use thirtyfour::Key;
use xtask::cargo::output;

pub const TESTS: &[Test] = &[
    ("lanes_are_overlaid_and_side_by_side_again", lanes_are_overlaid_and_side_by_side_again),
    ("the_overlay_is_chosen_by_keyboard_on_a_phone", the_overlay_is_chosen_by_keyboard_on_a_phone),
    (
        "a_single_lane_is_not_overlaid_and_the_page_says_why",
        a_single_lane_is_not_overlaid_and_the_page_says_why,
    ),
];

const ONE_PANEL: &str = "All lanes are in one panel: Joint descent solid and AuxiLearn dashed.";

/// Takes one of the two choices.
fn choose(page: &Page, value: &str) -> Result<()> {
    page.eval(&format!("document.querySelector('.overlay input[value={value}]').click()")).map(drop)
}

fn lanes_are_overlaid_and_side_by_side_again(page: &Page) -> Result<()> {
    open(page)?;
    page.eval(CATCH)?;
    ensure!(!told(page, "phi")?.contains("one panel"));
    choose(page, "overlaid")?;
    ensure!(told(page, "phi")?.ends_with(ONE_PANEL), "{}", told(page, "phi")?);
    let file = save(page, "phi", "svg")?;
    let [width, height] = [file.chart.0, file.chart.1].map(|side| side.round().to_string());
    let sizes = ["--width", &width, "--height", &height, "--overlaid"];
    let native = output(program("render")?.arg("--caption").args(sizes).arg(DEFAULT))?;
    ensure!(native.trim() == file.text.trim(), "the figure differs from the example's");
    ensure!(native.contains("helpful · AuxiLearn"), "ends name their lane");
    let overlaid = save(page, "phi", "png")?;
    choose(page, "beside")?;
    ensure!(!told(page, "phi")?.contains("one panel"), "{}", told(page, "phi")?);
    ensure!(save(page, "phi", "png")?.bytes != overlaid.bytes, "the PNG follows the choice");
    Ok(())
}

fn the_overlay_is_chosen_by_keyboard_on_a_phone(page: &Page) -> Result<()> {
    page.open(PHONE)?;
    page.wait_until("the choice", || page.eval_as("return !!document.querySelector('.overlay')"))?;
    page.eval("document.querySelector('.overlay input').focus()")?;
    page.press(Key::Right)?;
    page.wait_until("one panel", || Ok(told(page, "phi")?.contains("one panel")))?;
    let fits: bool = page.eval_as("return document.documentElement.scrollWidth <= innerWidth")?;
    ensure!(fits, "nothing is wider than the phone");
    let sizes: Vec<f64> = page.eval_as(
        "return [...document.querySelectorAll('.overlay label')].map((label) => label.getBoundingClientRect().height)",
    )?;
    ensure!(sizes.len() == 2 && sizes.iter().all(|&height| height >= 24.0), "{sizes:?} are easily touched");
    // What is told after the run went on is of the one panel still.
    page.click("rewind")?;
    page.wait_until("the start", || Ok(page.step()? == 0 && page.state()? == "ready"))?;
    ensure!(told(page, "phi")?.contains("one panel"), "{}", told(page, "phi")?);
    Ok(())
}

fn a_single_lane_is_not_overlaid_and_the_page_says_why(page: &Page) -> Result<()> {
    open(page)?;
    choose(page, "overlaid")?;
    let mut document = default_document()?;
    document["lanes"].as_array_mut().context("lanes")?.truncate(1);
    page.apply_document(&document.to_string())?;
    page.wait_until("one lane", || {
        page.eval_as(
            "return [...document.querySelectorAll('.overlay input')].every((input) => input.disabled)",
        )
    })?;
    let why: String = page.eval_as("return document.querySelector('.overlay').title")?;
    ensure!(why == "Not to be overlaid: there is one lane only.", "{why}");
    page.wait_for_state("finished")?;
    ensure!(!told(page, "phi")?.contains("one panel"), "{}", told(page, "phi")?);
    page.apply_document(&default_document()?.to_string())?;
    page.wait_until("two lanes", || Ok(told(page, "phi")?.contains(ONE_PANEL)))?;
    ensure!(page.eval_as::<bool>("return !document.querySelector('.overlay input').disabled")?);
    Ok(())
}
