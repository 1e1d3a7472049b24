//! Undo and redo of whatever changes the document.

use super::{
    Test, default_document,
    links::{complete, open_at},
    problem::see,
};
use crate::page::Page;
use anyhow::{Result, ensure};
use serde_json::json;

pub const TESTS: &[Test] = &[
    ("edits_seeds_and_experiments_are_undone_and_redone", edits_seeds_and_experiments_are_undone_and_redone),
    ("keys_undo_where_no_text_is_edited", keys_undo_where_no_text_is_edited),
    ("a_drag_is_one_change", a_drag_is_one_change),
];

/// Waits until the finished run has other digests, or these.
fn digests(page: &Page, before: &[String], same: bool) -> Result<Vec<String>> {
    page.wait_for_finished("another finished run", || Ok((page.digests()? == before) == same))?;
    page.digests()
}

/// Presses a command of the page's row.
fn press(page: &Page, action: &str) -> Result<()> {
    page.eval(&format!("document.querySelector('[role=toolbar] [data-action={action}]').click()"))?;
    Ok(())
}

fn can(page: &Page, action: &str) -> Result<bool> {
    page.eval_as(&format!(
        "return document.querySelector('[role=toolbar] [data-action={action}]').ariaDisabled !== 'true'"
    ))
}

/// Presses a letter with Control, and with Shift.
fn chord(page: &Page, letter: &str, shift: bool) -> Result<()> {
    let modifiers = 2 + if shift { 8 } else { 0 };
    for kind in ["rawKeyDown", "keyUp"] {
        let event = json!({ "type": kind, "key": letter, "code": format!("Key{}", letter.to_uppercase()), "modifiers": modifiers });
        page.devtools("Input.dispatchKeyEvent", event)?;
    }
    Ok(())
}

fn edits_seeds_and_experiments_are_undone_and_redone(page: &Page) -> Result<()> {
    open_at(page, "")?;
    ensure!(!can(page, "undo")? && !can(page, "redo")?, "nothing to undo yet");
    let mut runs = vec![page.digests()?];
    let mut document = default_document()?;
    document["lanes"][1]["method"]["outer"]["lr"] = json!(0.01);
    document["steps"] = json!(900);
    page.apply_document(&document.to_string())?;
    page.wait_for_finished("the edit", || Ok(page.digests()? != runs[0]))?;
    // The run went on with another rate: from its start its numbers are others.
    page.click("rewind")?;
    page.wait_for_state("ready")?;
    page.click("play")?;
    runs.push(digests(page, &runs[0], false)?);
    page.click("new-seed")?;
    runs.push(digests(page, &runs[1], false)?);
    super::documents::choose(page, "two-heads")?;
    runs.push(digests(page, &runs[2], false)?);
    for run in runs.iter().rev().skip(1) {
        press(page, "undo")?;
        digests(page, run, true)?;
    }
    ensure!(!can(page, "undo")? && can(page, "redo")?, "back at the beginning");
    let preset: String = page.eval_as("return document.querySelector('[data-control=preset]').value")?;
    ensure!(preset == "noisy-main", "the list shows {preset}");
    for run in &runs[1..] {
        press(page, "redo")?;
        digests(page, run, true)?;
    }
    // A new change forgets what was undone.
    press(page, "undo")?;
    digests(page, &runs[2], true)?;
    page.click("new-seed")?;
    digests(page, &runs[2], false)?;
    ensure!(!can(page, "redo")?, "nothing to do again");
    Ok(())
}

fn keys_undo_where_no_text_is_edited(page: &Page) -> Result<()> {
    open_at(page, "")?;
    let first = page.digests()?;
    page.click("new-seed")?;
    let second = digests(page, &first, false)?;
    chord(page, "z", false)?;
    digests(page, &first, true)?;
    chord(page, "z", true)?;
    digests(page, &second, true)?;
    chord(page, "z", false)?;
    digests(page, &first, true)?;
    chord(page, "y", false)?;
    digests(page, &second, true)?;
    // In a text the keys are the text's.
    page.eval("document.querySelector('[data-editor]').open = true; document.querySelector('[data-document]').focus()")?;
    chord(page, "z", false)?;
    page.settle()?;
    ensure!(page.state()? == "finished" && page.digests()? == second, "the run stays");
    Ok(())
}

fn a_drag_is_one_change(page: &Page) -> Result<()> {
    see(page, "sign-flip")?;
    complete(page)?;
    let before = page.digests()?;
    // In the page, so that a slow machine does not tear them apart.
    page.eval(
        "const handle = document.querySelector('[data-handle=start]'); handle.scrollIntoView({ block: 'center', behavior: 'instant' }); handle.focus(); \
         for (let i = 0; i < 4; i += 1) { \
           for (const type of ['keydown', 'keyup']) handle.dispatchEvent(new KeyboardEvent(type, { key: 'ArrowRight', bubbles: true, cancelable: true })); \
           await new Promise((go) => setTimeout(go, 200)); \
         }",
    )?;
    page.wait_for_finished("the dragged run", || Ok(page.digests()? != before))?;
    let (x, y): (f64, f64) = page.eval_as(
        "const r = document.querySelector('[data-handle=start]').getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]",
    )?;
    page.settle()?;
    page.wait_for_state("finished")?;
    let keyed = page.digests()?;
    for (kind, by) in [
        ("mousePressed", 0.0),
        ("mouseMoved", 15.0),
        ("mouseMoved", 30.0),
        ("mouseMoved", 45.0),
        ("mouseReleased", 45.0),
    ] {
        let event =
            json!({ "type": kind, "x": x + by, "y": y, "button": "left", "buttons": 1, "clickCount": 1 });
        page.devtools("Input.dispatchMouseEvent", event)?;
        page.settle()?;
    }
    digests(page, &keyed, false)?;
    press(page, "undo")?;
    digests(page, &keyed, true)?;
    press(page, "undo")?;
    digests(page, &before, true).map(drop)
}
