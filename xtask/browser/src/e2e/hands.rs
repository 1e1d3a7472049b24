//! What hands meet at the handles of the problem: overlaps, edges, pauses, ways back.

use super::documents::{chosen, document, ends, select};
use super::problem::{at, middle, mouse, place, see, wait_for_run};
use super::problem_views::follow_lane;
use super::time::{exact, hears, rewind, solved, step};
use super::{Test, documents::choose, first_screen::drawn};
use crate::page::{PHONE, Page};
use anyhow::{Context, Result, ensure};
use serde_json::json;
use thirtyfour::Key;

pub const TESTS: &[Test] = &[
    ("of_handles_that_overlap_the_one_meant_is_taken", of_handles_that_overlap_the_one_meant_is_taken),
    ("past_the_edge_a_handle_keeps_its_place_and_name", past_the_edge_a_handle_keeps_its_place_and_name),
    ("a_paused_run_stays_paused_whatever_is_dragged", a_paused_run_stays_paused_whatever_is_dragged),
    ("keys_take_moves_back_and_undo_them_in_one", keys_take_moves_back_and_undo_them_in_one),
    ("what_the_plane_promises_holds_for_its_problem", what_the_plane_promises_holds_for_its_problem),
    ("a_drag_that_ends_where_it_began_is_no_edit", a_drag_that_ends_where_it_began_is_no_edit),
    ("an_experiment_chosen_in_a_drag_wins", an_experiment_chosen_in_a_drag_wins),
    ("controls_of_the_problem_are_large_enough", controls_of_the_problem_are_large_enough),
];

/// Presses at a place, moves by so much and lifts.
fn drag(page: &Page, from: (f64, f64), by: (f64, f64)) -> Result<()> {
    mouse(page, "mousePressed", from)?;
    for i in 1..=5 {
        let share = f64::from(i) / 5.0;
        mouse(page, "mouseMoved", (from.0 + share * by.0, from.1 + share * by.1))?;
    }
    mouse(page, "mouseReleased", (from.0 + by.0, from.1 + by.1))
}

fn click(page: &Page, place: (f64, f64)) -> Result<()> {
    mouse(page, "mousePressed", place)?;
    mouse(page, "mouseReleased", place)
}

fn focused(page: &Page) -> Result<String> {
    page.eval_as(
        "const { handle, action } = document.activeElement?.dataset ?? {}; return handle ?? action ?? ''",
    )
}

fn handles(page: &Page) -> Result<usize> {
    page.eval_as("return document.querySelectorAll('.chart-w_plane [data-handle]').length")
}

fn of_handles_that_overlap_the_one_meant_is_taken(page: &Page) -> Result<()> {
    see(page, "sign-flip")?;
    // The start lies under the optimum of the main task.
    let both = middle(page, "main")?;
    ensure!(at(page, "start")? == both, "{:?}", at(page, "start")?);
    click(page, both)?;
    hears(page, "In hand: optimum of main task. At the same place, with another click: start of W.")?;
    click(page, both)?;
    hears(page, "Now in hand: start of W.")?;
    ensure!(focused(page)? == "start", "{} is in hand", focused(page)?);
    drag(page, both, (14.0, 0.0))?;
    wait_for_run(page, "Dragged: start of W at")?;
    // Now the one covers much of the other: what is nearer is taken.
    let (main, start) = (at(page, "main")?, at(page, "start")?);
    ensure!((start.0 - main.0 - 14.0).abs() < 2.0 && (start.1 - main.1).abs() < 2.0, "{main:?}, {start:?}");
    drag(page, (start.0 - 4.0, start.1), (0.0, -60.0))?;
    wait_for_run(page, "Dragged: start of W at")?;
    drag(page, main, (30.0, 30.0))?;
    wait_for_run(page, "Dragged: optimum of main task at")
}

fn past_the_edge_a_handle_keeps_its_place_and_name(page: &Page) -> Result<()> {
    see(page, "sign-flip")?;
    let described = || page.text("[data-description]");
    let first = described()?;
    ensure!(first.contains("ten times as curved"), "{first}");
    let from = middle(page, "auxiliary-0")?;
    let before = place(page, "auxiliary-0")?;
    drag(page, from, (3000.0, -3000.0))?;
    wait_for_run(page, "Dragged: optimum of task at")?;
    let after = place(page, "auxiliary-0")?;
    ensure!(after.0 > before.0 + 0.5 && after.1 > before.1 + 0.5, "from {before:?} to {after:?}");
    let words = described()?;
    ensure!(words.starts_with("Edited: ") && words.contains("Curvature turns the sign"), "{words}");
    page.click("undo")?;
    wait_for_run(page, "Undone")?;
    ensure!(described()? == first && chosen(page)? == "sign-flip", "{}", described()?);
    Ok(())
}

/// Waits until a run stands at a step after words were said.
fn stands(page: &Page, words: &str, state: &str, step: u64) -> Result<()> {
    hears(page, words)?;
    page.wait_until(&format!("{state} at {step}"), || Ok(page.state()? == state && page.step()? == step))
}

fn a_paused_run_stays_paused_whatever_is_dragged(page: &Page) -> Result<()> {
    see(page, "sign-flip")?;
    rewind(page)?;
    step(page, 5)?;
    let phi = exact(page, 0, "phi_1")?;
    drag(page, middle(page, "auxiliary-0")?, (-60.0, -80.0))?;
    stands(page, "Run restarted from the same seed, up to the step that it was paused at.", "paused", 5)?;
    let now = exact(page, 0, "phi_1")?;
    ensure!(now != phi && now == solved(page, &document(page)?, 0, "phi_1", 5)?, "{now}");
    page.click("undo")?;
    stands(page, "Undone: run restarted, up to the step", "paused", 5)?;
    ensure!(exact(page, 0, "phi_1")? == phi, "as before");
    follow_lane(page, 4)?;
    drawn(page, "neumann")?;
    page.eval(
        "const s = document.querySelector('[data-problem=terms]'); s.value = 9; \
         s.dispatchEvent(new Event('input')); s.dispatchEvent(new Event('change'))",
    )?;
    page.eval("document.querySelector('[data-problem=use]').click()")?;
    stands(
        page,
        "Series used in the lane Neumann, 3 terms, now called Neumann, J = 9, α = 0.1. Method changed: the run goes on from step 5.",
        "paused",
        5,
    )?;
    ensure!(document(page)?["lanes"][4]["method"]["inverse_hvp"]["terms"] == json!(9));
    page.click("undo")?;
    stands(page, "Undone: run restarted, up to the step", "paused", 5)?;
    drawn(page, "neumann")?;
    page.wait_until("the lab shows the document's series", || {
        page.eval_as::<bool>("return document.querySelector('[data-problem=terms]').value === '2'")
    })?;
    rewind(page)?;
    drag(page, middle(page, "auxiliary-0")?, (-30.0, -40.0))?;
    stands(page, "it stands at its start", "ready", 0)?;
    page.click("play")?;
    page.wait_for_state("finished")
}

fn keys_take_moves_back_and_undo_them_in_one(page: &Page) -> Result<()> {
    see(page, "sign-flip")?;
    let before = place(page, "auxiliary-0")?;
    let move_it = || -> Result<()> {
        page.eval("document.querySelector('[data-handle=auxiliary-0]').focus()")?;
        for i in 1..=3 {
            let last = place(page, "auxiliary-0")?;
            page.press(Key::Right)?;
            page.wait_until(&format!("move {i}"), || Ok(place(page, "auxiliary-0")?.0 > last.0))?;
        }
        wait_for_run(page, "Dragged: optimum of task at")
    };
    move_it()?;
    page.press(Key::Escape)?;
    wait_for_run(page, "Moves taken back")?;
    ensure!(place(page, "auxiliary-0")? == before && focused(page)? == "auxiliary-0", "{}", focused(page)?);
    move_it()?;
    page.eval("document.querySelector('[data-action=undo]').focus()")?;
    page.press(Key::Enter)?;
    wait_for_run(page, "Undone")?;
    ensure!(focused(page)? == "undo", "the keyboard stays at {}", focused(page)?);
    // Brought into view again, the plane shows all three moves undone. A ring is hidden by Escape, also from its own
    // handles.
    page.eval("document.querySelector('[data-handle=auxiliary-0]').focus()")?;
    page.wait_until("three moves undone as one", || Ok(place(page, "auxiliary-0")? == before))?;
    page.press(Key::Enter)?;
    page.wait_until("a ring", || Ok(handles(page)? == 6))?;
    page.eval("document.querySelector('[data-handle=axis-1]').focus()")?;
    page.press(Key::Escape)?;
    page.wait_until("no ring", || Ok(handles(page)? == 4))?;
    ensure!(focused(page)? == "auxiliary-0", "the focus goes back to the optimum, not to {}", focused(page)?);
    Ok(())
}

fn a_drag_that_ends_where_it_began_is_no_edit(page: &Page) -> Result<()> {
    see(page, "one-dimension")?;
    let before = document(page)?;
    page.eval("document.querySelector('[data-handle=main]').focus()")?;
    // Of one parameter there is no up.
    for key in [Key::Up, Key::Down] {
        page.press(key)?;
        hears(page, "optimum of main task at 3.")?;
    }
    ensure!(document(page)? == before && chosen(page)? == "one-dimension", "{}", chosen(page)?);
    see(page, "sign-flip")?;
    let before = document(page)?;
    let from = middle(page, "auxiliary-0")?;
    mouse(page, "mousePressed", from)?;
    mouse(page, "mouseMoved", (from.0 + 40.0, from.1 - 30.0))?;
    page.wait_until("an edit", || Ok(document(page)? != before))?;
    mouse(page, "mouseMoved", from)?;
    mouse(page, "mouseReleased", from)?;
    hears(page, "optimum of task at")?;
    page.wait_until("as it was", || Ok(document(page)? == before && chosen(page)? == "sign-flip"))
}

fn what_the_plane_promises_holds_for_its_problem(page: &Page) -> Result<()> {
    see(page, "noisy-main")?;
    let hint = || page.text("[data-problem=hint]");
    let turns = || {
        page.eval_as::<bool>("return document.querySelector('[data-problem=play-turn]').checkVisibility()")
    };
    page.wait_until("words", || Ok(hint()?.contains("follows from the data and cannot be dragged")))?;
    ensure!(turns()?);
    choose(page, "one-dimension")?;
    drawn(page, "w_plane")?;
    page.wait_until("other words", || Ok(hint()?.contains("With one parameter")))?;
    ensure!(!hint()?.contains("Click") && !turns()?, "{}", hint()?);
    choose(page, "sign-flip")?;
    drawn(page, "w_plane")?;
    page.wait_until("the first words", || {
        Ok(hint()?.contains("Click an optimum to see the curvature of its loss;"))
    })?;
    ensure!(turns()?);
    Ok(())
}

fn an_experiment_chosen_in_a_drag_wins(page: &Page) -> Result<()> {
    see(page, "sign-flip")?;
    let (x, y) = middle(page, "auxiliary-0")?;
    mouse(page, "mousePressed", (x, y))?;
    mouse(page, "mouseMoved", (x - 30.0, y - 30.0))?;
    select(page, "many-copies")?;
    for i in 1..=10 {
        mouse(page, "mouseMoved", (x - 30.0 - 5.0 * f64::from(i), y - 30.0))?;
    }
    mouse(page, "mouseReleased", (x - 80.0, y - 30.0))?;
    ends(page, "the experiment chosen", |document| {
        document["title"].as_str().is_some_and(|title| title.contains("copies"))
    })?;
    // Whatever was to come of the drag would have come by now.
    page.settle()?;
    ensure!(chosen(page)? == "many-copies" && page.state()? == "finished", "{} is shown", chosen(page)?);
    let title = document(page)?["title"].as_str().context("a title")?.to_owned();
    ensure!(page.text("[data-status]")?.starts_with(&title), "{}", page.text("[data-status]")?);
    Ok(())
}

fn controls_of_the_problem_are_large_enough(page: &Page) -> Result<()> {
    see(page, "sign-flip")?;
    page.set_screen(PHONE)?;
    let small: Vec<(String, f64, f64)> = page.eval_as(
        "return [...document.querySelectorAll('.problem :is(input, select, button), .further .tools button')] \
         .filter((e) => e.checkVisibility()).map((e) => [e, e.getBoundingClientRect()]) \
         .map(([e, r]) => [e.dataset.problem ?? e.dataset.handle ?? e.textContent, r.width, r.height]) \
         .filter(([, width, height]) => width < 24 || height < 24)",
    )?;
    ensure!(small.is_empty(), "too small: {small:?}");
    // Canvases follow the window in the next frame.
    page.wait_until("a page as wide as the window", || {
        let script = "const e = document.documentElement; return e.scrollWidth - e.clientWidth";
        Ok(page.eval_as::<f64>(script)? <= 0.0)
    })
}
