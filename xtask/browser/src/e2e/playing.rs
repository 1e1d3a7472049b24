//! Play, pause, step, rewind, new seed; by pointer and by keyboard.

use super::Test;
use crate::page::{DESKTOP, Page, SLOW};
use anyhow::{Result, ensure};
use thirtyfour::Key;

pub const TESTS: &[Test] = &[
    ("step_takes_one_outer_step", step_takes_one_outer_step),
    ("quick_steps_are_all_taken", quick_steps_are_all_taken),
    ("replay_after_rewind_is_the_same_run", replay_after_rewind_is_the_same_run),
    ("pause_holds_and_play_goes_on", pause_holds_and_play_goes_on),
    ("new_seed_is_another_run", new_seed_is_another_run),
    ("keyboard_alone_suffices", keyboard_alone_suffices),
];

fn rewind(page: &Page) -> Result<()> {
    page.click("rewind")?;
    page.wait_until("step 0", || Ok(page.step()? == 0))
}

fn quick_steps_are_all_taken(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    page.click("rewind")?;
    page.wait_until("step 0", || Ok(page.step()? == 0))?;
    let _: bool = page.eval_as(
        "for (let i = 0; i < 12; i += 1) document.querySelector('[data-action=step]').click(); return true",
    )?;
    page.wait_until("step 12", || Ok(page.step()? == 12))
}

fn step_takes_one_outer_step(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    rewind(page)?;
    let start = page.value(1, "phi_1")?;
    for step in 1..=3 {
        page.click("step")?;
        page.wait_until(&format!("step {step}"), || Ok(page.step()? >= step))?;
        ensure!(page.step()? == step, "one click, one step");
    }
    ensure!(page.value(1, "phi_1")? != start, "φ moves");
    Ok(())
}

fn replay_after_rewind_is_the_same_run(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    let (step, digests) = (page.step()?, page.digests()?);
    rewind(page)?;
    page.click("play")?;
    page.wait_for_state("finished")?;
    ensure!(page.step()? == step, "the replay ends at step {}, not {step}", page.step()?);
    ensure!(page.digests()? == digests, "the replay gives other numbers");
    Ok(())
}

fn pause_holds_and_play_goes_on(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    rewind(page)?;
    page.set_speed(SLOW)?;
    page.click("play")?;
    page.wait_until("a step", || Ok(page.step()? > 0))?;
    page.click("pause")?;
    page.wait_for_state("paused")?;
    let held = page.step()?;
    page.settle()?;
    ensure!(page.step()? == held, "a paused run stands still");
    page.click("play")?;
    page.wait_until("a later step", || Ok(page.step()? > held))
}

fn new_seed_is_another_run(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    let before = page.digests()?;
    page.click("new-seed")?;
    page.wait_for_finished("another finished run", || Ok(page.digests()? != before))
}

fn keyboard_alone_suffices(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    page.tab_to("rewind")?;
    page.press(Key::Enter)?;
    page.wait_until("step 0", || Ok(page.step()? == 0))?;
    page.tab_to("play")?;
    let visible: bool = page.eval_as(
        "const s = getComputedStyle(document.activeElement); return s.outlineStyle !== 'none' || s.boxShadow !== 'none'",
    )?;
    ensure!(visible, "the focus is seen");
    page.press(Key::Space)?;
    page.wait_until("a step", || Ok(page.step()? > 0))
}
