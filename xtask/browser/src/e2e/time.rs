//! Linked time: scrubbing, moments, steps of one part.

use super::{Test, default_document, more};
use crate::page::{DESKTOP, PHONE, Page};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use thirtyfour::Key;

pub const TESTS: &[Test] = &[
    ("keys_on_the_timeline_move_all_charts_and_tables", keys_on_the_timeline_move_all_charts_and_tables),
    ("the_pointer_scrubs_on_the_timeline", the_pointer_scrubs_on_the_timeline),
    ("the_timeline_and_the_charts_share_one_cursor", the_timeline_and_the_charts_share_one_cursor),
    ("a_scrubbed_step_holds_while_the_run_goes_on", a_scrubbed_step_holds_while_the_run_goes_on),
    ("a_moment_in_words_puts_the_cursor_there", a_moment_in_words_puts_the_cursor_there),
    ("steps_of_one_part_move_only_it", steps_of_one_part_move_only_it),
    ("quick_steps_of_both_kinds_are_all_taken", quick_steps_of_both_kinds_are_all_taken),
    ("what_stands_still_at_a_part_is_said", what_stands_still_at_a_part_is_said),
    ("the_timeline_fits_a_phone_and_moves_nothing", the_timeline_fits_a_phone_and_moves_nothing),
];

const SLIDER: &str = "document.querySelector('[data-control=time]')";

/// Opens the page and waits until what happened is told and marked.
pub fn open(page: &Page) -> Result<()> {
    more::open(page)?;
    page.wait_until("the moments", || {
        page.eval_as("return document.querySelectorAll('[data-events] button').length > 2")
    })?;
    page.eval(
        "return new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(0))))",
    )
    .map(drop)
}

/// What the slider says of itself.
fn said(page: &Page) -> Result<String> {
    page.eval_as(&format!("return {SLIDER}.getAttribute('aria-valuetext')"))
}

pub fn wait_for_said(page: &Page, words: &str) -> Result<()> {
    page.wait_until(words, || Ok(said(page)? == words))
        .with_context(|| format!("it says {:?}", said(page).unwrap_or_default()))
}

/// A value of a finished run of a document at a step, as the whole product in one call has it.
pub fn solved(page: &Page, document: &Value, lane: usize, column: &str, step: usize) -> Result<f64> {
    // As text: not every reader of JSON keeps the last bit.
    let text: String = page.eval_as(&format!(
        "const {{ default: init, solve }} = await import(new URL('www/pkg/auxilearn_lab.js', document.baseURI)); \
         await init(); return String(solve({}).lanes[{lane}].columns.{column}[{step}])",
        json!(document.to_string())
    ))?;
    Ok(text.parse()?)
}

/// The value in a table, with all its digits.
pub fn exact(page: &Page, lane: usize, column: &str) -> Result<f64> {
    let text: String = page.eval_as(&format!(
        "return document.querySelector('[data-value=\"{lane}:{column}\"]').dataset.exact"
    ))?;
    text.parse().with_context(|| format!("{lane}:{column} is {text:?}"))
}

fn pictures(page: &Page) -> Result<[String; 3]> {
    page.eval_as(
        "return ['phi', 'alignment', 'losses'].map((chart) => document.querySelector(`canvas[data-chart=${chart}]`).toDataURL())",
    )
}

fn all_changed(page: &Page, before: &[String; 3]) -> Result<()> {
    page.wait_until("another picture of every chart", || {
        let now = pictures(page)?;
        Ok((0..3).all(|i| now[i] != before[i]))
    })
}

pub fn rewind(page: &Page) -> Result<()> {
    page.click("rewind")?;
    page.wait_for_state("ready")
}

/// Takes `n` whole steps.
pub fn step(page: &Page, n: u64) -> Result<()> {
    let goal = page.step()? + n;
    for _ in 0..n {
        page.click("step")?;
    }
    page.wait_until("the steps", || Ok(page.step()? == goal && page.state()? == "paused"))
}

/// Waits until words about the run are said.
pub fn hears(page: &Page, words: &str) -> Result<()> {
    page.wait_until(words, || Ok(page.text("[data-status]")?.contains(words)))
        .with_context(|| format!("it is said: {:?}", page.text("[data-status]").unwrap_or_default()))
}

/// Returns whether the page says that the run was changed on its way.
pub fn is_changed(page: &Page) -> Result<bool> {
    page.eval_as("const e = document.querySelector('[data-changed]'); return !!e && !e.hidden && e.textContent.includes('changed')")
}

fn keys_on_the_timeline_move_all_charts_and_tables(page: &Page) -> Result<()> {
    open(page)?;
    let document = default_document()?;
    wait_for_said(page, "step 1500 of 1500, seed 11")?;
    let end = pictures(page)?;
    let last = exact(page, 1, "phi_1")?;
    page.eval(&format!("{SLIDER}.focus()"))?;
    page.press(Key::Left)?;
    page.press(Key::Left)?;
    wait_for_said(page, "step 1498 of 1500, seed 11")?;
    all_changed(page, &end)?;
    ensure!(exact(page, 1, "phi_1")? == solved(page, &document, 1, "phi_1", 1498)?, "the tables follow");
    page.press(Key::Home)?;
    wait_for_said(page, "step 0 of 1500, seed 11")?;
    ensure!(exact(page, 1, "phi_1")? == 1.0 && page.step()? == 1500, "the run itself stands where it was");
    page.press(Key::Escape)?;
    wait_for_said(page, "step 1500 of 1500, seed 11")?;
    page.wait_until("the pictures of the end", || Ok(pictures(page)? == end))?;
    ensure!(exact(page, 1, "phi_1")? == last);
    Ok(())
}

fn the_pointer_scrubs_on_the_timeline(page: &Page) -> Result<()> {
    open(page)?;
    let end = pictures(page)?;
    let (left, width, y): (f64, f64, f64) = page.eval_as(
        "const b = document.querySelector('.marks').getBoundingClientRect(); return [b.left, b.width, b.top + b.height / 2]",
    )?;
    let mouse = |kind: &str, share: f64| {
        let event = json!({ "type": kind, "x": left + share * width, "y": y, "button": "left", "buttons": 1, "clickCount": 1 });
        page.devtools("Input.dispatchMouseEvent", event).map(drop)
    };
    mouse("mousePressed", 0.5)?;
    all_changed(page, &end)?;
    mouse("mouseMoved", 0.2)?;
    let near = |share: f64| -> Result<()> {
        let step: f64 = page.eval_as(&format!("return Number({SLIDER}.value)"))?;
        ensure!((step - share * 1500.0).abs() < 30.0, "step {step} at {share} of the way");
        Ok(())
    };
    near(0.2)?;
    mouse("mouseReleased", 0.2)?;
    page.click("latest")?;
    wait_for_said(page, "step 1500 of 1500, seed 11")?;
    let hidden: bool = page.eval_as("return document.querySelector('[data-action=latest]').hidden")?;
    ensure!(hidden, "there is nothing to come back from");
    Ok(())
}

fn the_timeline_and_the_charts_share_one_cursor(page: &Page) -> Result<()> {
    open(page)?;
    page.eval("document.querySelector('canvas[data-chart=losses]').focus()")?;
    page.press(Key::PageUp)?;
    wait_for_said(page, "step 1425 of 1500, seed 11")?;
    page.eval(&format!("{SLIDER}.focus()"))?;
    page.press(Key::Left)?;
    page.eval("document.querySelector('canvas[data-chart=losses]').focus()")?;
    page.press(Key::Left)?;
    hears(page, "Step 1423.")
}

fn a_scrubbed_step_holds_while_the_run_goes_on(page: &Page) -> Result<()> {
    open(page)?;
    rewind(page)?;
    step(page, 9)?;
    page.eval(&format!("{SLIDER}.focus()"))?;
    page.press(Key::Left)?;
    page.press(Key::Left)?;
    wait_for_said(page, "step 7 of 1500, seed 11")?;
    let phi = exact(page, 1, "phi_1")?;
    page.click("play")?;
    page.wait_until("a hundred steps more", || Ok(page.step()? > 109))?;
    ensure!(said(page)? == "step 7 of 1500, seed 11" && exact(page, 1, "phi_1")? == phi, "{}", said(page)?);
    page.wait_for_state("finished")?;
    ensure!(said(page)? == "step 7 of 1500, seed 11", "{}", said(page)?);
    // A run that begins anew takes the cursor along.
    rewind(page)?;
    wait_for_said(page, "step 0 of 1500, seed 11")
}

fn a_moment_in_words_puts_the_cursor_there(page: &Page) -> Result<()> {
    open(page)?;
    let find = "[...document.querySelectorAll('[data-events] button')].find((e) => e.textContent.includes('Joint descent: φ of helpful reaches zero'))";
    page.wait_until("the moment", || page.eval_as(&format!("return !!{find}")))?;
    let step: usize = page.eval_as(&format!("return Number({find}.dataset.step)"))?;
    let document = default_document()?;
    let phi = |step| solved(page, &document, 0, "phi_1", step);
    ensure!(phi(step)? == 0.0 && phi(step - 1)? > 0.0, "φ reaches zero at step {step}");
    page.eval(&format!("{find}.click()"))?;
    wait_for_said(page, &format!("step {step} of 1500, seed 11"))?;
    let marks: Vec<String> = page
        .eval_as("return [...document.querySelectorAll('.marks [data-mark]')].map((e) => e.dataset.mark)")?;
    ensure!(
        marks.iter().filter(|mark| *mark == "zero").count() == 3 && marks.contains(&"converged".to_owned()),
        "{marks:?}"
    );
    Ok(())
}

fn steps_of_one_part_move_only_it(page: &Page) -> Result<()> {
    open(page)?;
    rewind(page)?;
    step(page, 3)?;
    ensure!(!is_changed(page)?, "whole steps are the document's");
    let now = || Ok::<_, anyhow::Error>((exact(page, 1, "w_1")?, exact(page, 1, "phi_1")?));
    let before = now()?;
    page.click("step-w")?;
    page.wait_until("step 4", || Ok(page.step()? == 4 && page.state()? == "paused"))?;
    let after_w = now()?;
    ensure!(after_w.0 != before.0 && after_w.1 == before.1, "{before:?}, {after_w:?}");
    page.click("step-phi")?;
    page.wait_until("step 5", || Ok(page.step()? == 5 && page.state()? == "paused"))?;
    let after_phi = now()?;
    ensure!(after_phi.0 == after_w.0 && after_phi.1 != after_w.1, "{after_w:?}, {after_phi:?}");
    // AuxiLearn's W comes before its φ: both are one whole step.
    let document = default_document()?;
    ensure!(after_phi.0 == solved(page, &document, 1, "w_1", 4)?);
    ensure!(after_phi.1 == solved(page, &document, 1, "phi_1", 4)?);
    page.wait_until("a note beside the digests", || is_changed(page))
}

fn quick_steps_of_both_kinds_are_all_taken(page: &Page) -> Result<()> {
    open(page)?;
    rewind(page)?;
    page.eval(
        "for (const part of ['step', 'step-w', 'step', 'step', 'step-phi', 'step-w', 'step']) \
         document.querySelector(`[data-action=${part}]`).click()",
    )?;
    page.wait_until("seven steps", || Ok(page.step()? == 7 && page.state()? == "paused"))
}

fn what_stands_still_at_a_part_is_said(page: &Page) -> Result<()> {
    open(page)?;
    let mut document = default_document()?;
    document["lanes"][0] = json!({ "label": "Alike", "method": { "kind": "equal" } });
    page.apply_document(&document.to_string())?;
    page.wait_until("words", || {
        Ok(page.text(".happened .aside")? == "At a step of φ alone this stands still: Alike.")
    })
}

fn the_timeline_fits_a_phone_and_moves_nothing(page: &Page) -> Result<()> {
    // What moves from the timeline's coming on.
    let watch = "globalThis.shifts = []; let come = Infinity; \
         new PerformanceObserver((list) => { for (const entry of list.getEntries()) for (const { node } of entry.sources) \
         if (entry.startTime > come) shifts.push([entry.value, node?.nodeName, node?.className]) \
         }).observe({ type: 'layout-shift', buffered: true }); \
         new MutationObserver(() => { if (document.querySelector('.timeline')) come = Math.min(come, performance.now()) \
         }).observe(document, { subtree: true, childList: true })";
    page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": watch }))?;
    for screen in [DESKTOP, PHONE] {
        page.set_screen(screen)?;
        page.load("")?;
        page.wait_until("the timeline", || {
            page.eval_as("return document.querySelectorAll('[data-events] button').length > 2")
        })?;
        let shifts: Vec<Value> = page.eval_as("return shifts.filter(([value]) => value > 0.001)")?;
        ensure!(shifts.is_empty(), "{screen:?}: {shifts:?}");
        let excess: f64 =
            page.eval_as("const e = document.documentElement; return e.scrollWidth - e.clientWidth")?;
        ensure!(excess <= 0.0, "{excess} px too wide");
    }
    let small: Vec<(String, f64)> = page.eval_as(
        "return [...document.querySelectorAll('.player button, .happened button, .timeline input')] \
         .filter((e) => e.checkVisibility()).map((e) => { const b = e.getBoundingClientRect(); return [e.outerHTML.slice(0, 60), Math.min(b.width, b.height)] }) \
         .filter(([, size]) => size < 24)",
    )?;
    ensure!(small.is_empty(), "a finger needs 24 px: {small:?}");
    Ok(())
}
