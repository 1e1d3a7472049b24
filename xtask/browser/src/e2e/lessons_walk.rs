//! All lessons, one after the other, by keyboard alone: predicted, tried, done.

use super::Test;
use super::lessons::{COUNT, tab_until, wait_for_lesson};
use super::more::open;
use crate::page::{FASTEST, Page};
use anyhow::{Context, Result, bail, ensure};
use thirtyfour::Key;

pub const TESTS: &[Test] = &[("lessons_are_walked_by_keyboard_alone", lessons_are_walked_by_keyboard_alone)];

/// Presses of one key at most: a seed may be unlucky, a way long.
const PATIENCE: usize = 150;

fn lessons_are_walked_by_keyboard_alone(page: &Page) -> Result<()> {
    open(page)?;
    page.wait_until("the button", || {
        page.eval_as("return !!document.querySelector('[data-action=lessons]')")
    })?;
    // The runs that are predicted would play for seconds each.
    page.set_speed(FASTEST)?;
    tab_until(page, "[data-action=lessons]", false)?;
    page.press(Key::Enter)?;
    for number in 1..=COUNT {
        wait_for_lesson(page, number)?;
        predict(page)?;
        act(page, number).with_context(|| format!("lesson {number}"))?;
        let said = page.text("[data-lesson-status]")?;
        ensure!(said == "Done. You can go on.", "lesson {number}: {said:?}");
        back_to_the_panel(page, number)?;
        let next = page.text("[data-action=lesson-next]")?;
        ensure!(next == if number == COUNT { "Finish" } else { "Next" }, "{next}");
        page.press(Key::Enter)?;
    }
    let focused: String = page.eval_as("return document.activeElement.dataset.action ?? ''")?;
    ensure!(focused == "lessons", "{focused:?} has the focus");
    Ok(())
}

/// By the way back from the first lessons, which is shown to be there; then at once.
fn back_to_the_panel(page: &Page, number: usize) -> Result<()> {
    const NEXT: &str = "[data-action=lesson-next]";
    if number <= 3 {
        return tab_until(page, NEXT, true);
    }
    page.eval(&format!("document.querySelector('{NEXT}').focus()")).map(drop)
}

/// Says of every weight that it grows, and shows the run.
fn predict(page: &Page) -> Result<()> {
    let questions: usize = page.eval_as("return document.querySelectorAll('.prediction fieldset').length")?;
    for k in 0..questions {
        tab_until(page, &format!("input[name=predict-{k}]"), false)?;
        page.press(" ")?;
    }
    if questions > 0 {
        tab_until(page, "[data-action=reveal]", false)?;
        page.press(Key::Enter)?;
        page.wait_until("the comparison", || {
            page.eval_as("return !!document.querySelector('[data-compared]')")
        })?;
        let focused: bool = page.eval_as("return document.activeElement.matches('[data-compared]')")?;
        ensure!(focused, "the comparison is read");
    }
    Ok(())
}

fn done(page: &Page, i: usize) -> Result<bool> {
    page.eval_as(&format!("return !!document.querySelector('[data-check=\"{i}\"].done')"))
}

/// Presses keys that `which` chooses until the first thing to try is done, and the run is over after each.
fn press_until_done(page: &Page, mut which: impl FnMut() -> Result<Key>) -> Result<()> {
    for _ in 0..PATIENCE {
        page.press(which()?)?;
        page.wait_until("the end of the run", || Ok(page.state()? == "finished"))?;
        // Checks are made in the next frame.
        page.settle()?;
        if done(page, 0)? {
            return Ok(());
        }
    }
    bail!("{PATIENCE} presses do not do it")
}

fn wait_until_done(page: &Page, i: usize) -> Result<()> {
    page.wait_until(&format!("thing to try {i}"), || done(page, i))
}

/// Does what a lesson wants tried.
fn act(page: &Page, number: usize) -> Result<()> {
    let go = |selector: &str| tab_until(page, selector, false);
    match number {
        1 | 8 => {
            go("[data-action=new-seed]")?;
            press_until_done(page, || Ok(Key::Enter))
        }
        2 => {
            go("[data-panel] > summary")?;
            page.press(Key::Enter)?;
            page.wait_until("the choices", || {
                page.eval_as("return !!document.querySelector('.lanes-chosen')")
            })?;
            go("[data-path=\"problem.aux_set\"]")?;
            page.press(Key::Up)?;
            wait_until_done(page, 0)
        }
        3 => {
            go("[data-handle=phi]")?;
            press_until_done(page, || Ok(Key::Left))
        }
        4 => {
            go("canvas[data-chart=alignment]")?;
            page.press(Key::Home)?;
            page.press(Key::Right)?;
            wait_until_done(page, 0)
        }
        5 => {
            go("[data-handle=auxiliary-1]")?;
            press_until_done(page, || Ok(Key::Right))
        }
        6 => {
            go("[data-problem=turn]")?;
            page.press(Key::Home)?;
            wait_until_done(page, 0)
        }
        7 => {
            go("[data-problem=terms]")?;
            page.press(Key::Right)?;
            page.press(Key::Right)?;
            wait_until_done(page, 0)?;
            tab_until(page, "[data-problem=alpha]", true)?;
            page.press(Key::End)?;
            wait_until_done(page, 1)
        }
        9 => edit_noise(page),
        10 => {
            go("[data-handle=auxiliary-1]")?;
            press_until_done(page, || towards(page, 2.0, 1.0))
        }
        _ => bail!("there is no lesson {number}"),
    }
}

/// The noise of the helpful task, in the text of the document.
fn edit_noise(page: &Page) -> Result<()> {
    tab_until(page, "[data-editor] > summary", false)?;
    page.press(Key::Enter)?;
    tab_until(page, "textarea[data-document]", false)?;
    // As a search in the text would.
    page.eval(
        "const e = document.querySelector('textarea[data-document]'), at = e.value.indexOf('0.25', e.value.indexOf('helpful')); \
         e.setSelectionRange(at, at + 4)",
    )?;
    page.press("4")?;
    tab_until(page, "[data-action=apply]", false)?;
    page.press(Key::Enter)?;
    wait_until_done(page, 0)
}

/// The arrow key that brings the optimum in focus nearer to a place.
fn towards(page: &Page, x: f64, y: f64) -> Result<Key> {
    let label: String = page.eval_as("return document.activeElement.getAttribute('aria-label') ?? ''")?;
    let numbers = label.rsplit(", at ").next().context("a place")?.replace('\u{2212}', "-");
    let (at_x, at_y) = numbers.split_once(", ").with_context(|| format!("two numbers in {label:?}"))?;
    let (dx, dy) = (x - at_x.parse::<f64>()?, y - at_y.parse::<f64>()?);
    Ok(match dx.abs() > dy.abs() {
        true if dx > 0.0 => Key::Right,
        true => Key::Left,
        false if dy > 0.0 => Key::Up,
        false => Key::Down,
    })
}
