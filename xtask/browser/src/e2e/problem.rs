//! The problem itself on the page: what can be dragged, by mouse, touch and keys, and what a drag does.

use super::documents::{choose, chosen, document};
use super::{Test, first_screen::drawn, more::open};
use crate::page::Page;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use thirtyfour::Key;

pub const TESTS: &[Test] = &[
    ("an_optimum_dragged_by_mouse_restarts_the_run", an_optimum_dragged_by_mouse_restarts_the_run),
    ("an_optimum_is_dragged_by_touch", an_optimum_is_dragged_by_touch),
    ("every_handle_is_moved_by_arrow_keys", every_handle_is_moved_by_arrow_keys),
    ("escape_takes_a_drag_back", escape_takes_a_drag_back),
    ("the_curvature_of_a_loss_is_bent", the_curvature_of_a_loss_is_bent),
];

pub const CHARTS: [&str; 3] = ["w_plane", "phi_landscape", "neumann"];

/// An experiment with the plane of W in view and drawn.
pub fn see(page: &Page, id: &str) -> Result<()> {
    open(page)?;
    choose(page, id)?;
    drawn(page, "w_plane")?;
    page.wait_until("handles", || page.eval_as("return !!document.querySelector('[data-handle=start]')"))
}

/// The middle of a handle, brought to the middle of the window.
pub fn middle(page: &Page, handle: &str) -> Result<(f64, f64)> {
    page.eval(&format!(
        "document.querySelector('[data-handle={handle}]').scrollIntoView({{ block: 'center', behavior: 'instant' }})"
    ))?;
    at(page, handle)
}

/// The middle of a handle in the window as it is.
pub fn at(page: &Page, handle: &str) -> Result<(f64, f64)> {
    page.eval_as(&format!(
        "const r = document.querySelector('[data-handle={handle}]').getBoundingClientRect(); \
         return [r.x + r.width / 2, r.y + r.height / 2]"
    ))
}

/// Values that a handle stands at; the second is 0 where there is one.
pub fn place(page: &Page, handle: &str) -> Result<(f64, f64)> {
    let label: String = page.eval_as(&format!(
        "return document.querySelector('[data-handle={handle}]').getAttribute('aria-label')"
    ))?;
    let numbers = label.rsplit(", at ").next().context("a place")?.replace('\u{2212}', "-");
    let (x, y) = numbers.split_once(", ").unwrap_or((&numbers, "0"));
    Ok((x.parse()?, y.parse()?))
}

pub fn mouse(page: &Page, kind: &str, (x, y): (f64, f64)) -> Result<()> {
    let pressed = u8::from(kind != "mouseReleased");
    let event =
        json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": pressed, "clickCount": 1 });
    page.devtools("Input.dispatchMouseEvent", event).map(drop)
}

pub fn wait_for_run(page: &Page, words: &str) -> Result<()> {
    let mut last = String::new();
    page.wait_for_finished(words, || {
        last = page.text("[data-status]")?;
        Ok(last.contains(words))
    })
    .with_context(|| format!("the status is {last:?}"))
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 0.03
}

fn an_optimum_dragged_by_mouse_restarts_the_run(page: &Page) -> Result<()> {
    see(page, "sign-flip")?;
    let (before, phi) = (page.digests()?, page.value(0, "phi_1")?);
    ensure!(phi == 0.0, "the task hurts: its weight is {phi}");
    // Both in one window, measured after the last scrolling.
    middle(page, "held-out")?;
    let [from, to] = [at(page, "auxiliary-0")?, at(page, "held-out")?];
    mouse(page, "mousePressed", from)?;
    for i in 1..=10 {
        let share = f64::from(i) / 10.0;
        mouse(page, "mouseMoved", (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1)))?;
    }
    mouse(page, "mouseReleased", to)?;
    wait_for_run(page, "Dragged: optimum of task")?;
    ensure!(page.text("[data-status]")?.contains("Run restarted from the same seed."));
    let (x, y) = place(page, "auxiliary-0")?;
    ensure!(near(x, -1.0) && near(y, -1.0), "dropped at {x}, {y}");
    let centre = &document(page)?["problem"]["data"]["auxiliaries"][0]["centre"];
    ensure!(
        near(centre[0].as_f64().context("x")?, x) && near(centre[1].as_f64().context("y")?, y),
        "{centre}"
    );
    // A task with the optimum of the held-out loss helps.
    ensure!(page.value(0, "phi_1")? > 0.5, "its weight is {}", page.value(0, "phi_1")?);
    page.click("undo")?;
    wait_for_run(page, "Undone")?;
    ensure!(page.digests()? == before, "another run than before the drag");
    ensure!(chosen(page)? == "sign-flip", "{}", chosen(page)?);
    Ok(())
}

fn an_optimum_is_dragged_by_touch(page: &Page) -> Result<()> {
    see(page, "noisy-main")?;
    let (x, y) = middle(page, "auxiliary-1")?;
    let before = place(page, "auxiliary-1")?;
    let touch = |kind: &str, points: Value| {
        page.devtools("Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": points })).map(drop)
    };
    let top = || {
        page.eval_as::<f64>(
            "return document.querySelector('[data-chart=w_plane]').getBoundingClientRect().top",
        )
    };
    let before_top = top()?;
    touch("touchStart", json!([{ "x": x, "y": y }]))?;
    for i in 1..=8 {
        touch("touchMove", json!([{ "x": x, "y": y - 10.0 * f64::from(i) }]))?;
    }
    touch("touchEnd", json!([]))?;
    wait_for_run(page, "Dragged: optimum of harmful")?;
    let after = place(page, "auxiliary-1")?;
    ensure!(near(after.0, before.0) && after.1 > before.1 + 0.2, "from {before:?} to {after:?}");
    ensure!((top()? - before_top).abs() < 2.0, "the page scrolled instead, from {before_top} to {}", top()?);
    Ok(())
}

fn every_handle_is_moved_by_arrow_keys(page: &Page) -> Result<()> {
    see(page, "sign-flip")?;
    for chart in CHARTS {
        drawn(page, chart)?;
    }
    page.wait_until("all handles", || {
        page.eval_as("return document.querySelectorAll('[data-handle]').length >= 6")
    })?;
    for handle in ["auxiliary-0", "held-out", "main", "start", "phi", "series"] {
        let before = place(page, handle)?;
        page.eval(&format!("document.querySelector('[data-handle={handle}]').focus()"))?;
        page.press(Key::Right)?;
        page.press(Key::Up)?;
        page.wait_for_finished(&format!("{handle} moved"), || {
            let after = place(page, handle)?;
            // On a curve over one weight only the weight can be moved; up the curve comes by itself.
            Ok(after.0 > before.0 && (handle == "phi" || after.1 > before.1))
        })?;
        let focused: String = page.eval_as("return document.activeElement?.dataset?.handle ?? ''")?;
        ensure!(focused == handle, "{focused} has the focus, not {handle}");
    }
    let start = &document(page)?["start"];
    ensure!(start["w"][0].as_f64().is_some_and(|w| w > 0.0), "{start}");
    ensure!(start["phi"][0].as_f64().is_some_and(|phi| phi > 0.5), "{start}");
    Ok(())
}

fn escape_takes_a_drag_back(page: &Page) -> Result<()> {
    see(page, "sign-flip")?;
    let (digests, at) = (page.digests()?, place(page, "auxiliary-0")?);
    let (x, y) = middle(page, "auxiliary-0")?;
    mouse(page, "mousePressed", (x, y))?;
    mouse(page, "mouseMoved", (x - 40.0, y - 40.0))?;
    page.wait_until("the optimum in hand", || Ok(place(page, "auxiliary-0")? != at))?;
    page.press(Key::Escape)?;
    mouse(page, "mouseReleased", (x - 40.0, y - 40.0))?;
    wait_for_run(page, "Drag taken back")?;
    ensure!(page.digests()? == digests && place(page, "auxiliary-0")? == at, "not as it was");
    Ok(())
}

fn the_curvature_of_a_loss_is_bent(page: &Page) -> Result<()> {
    see(page, "sign-flip")?;
    page.eval("document.querySelector('[data-handle=auxiliary-0]').focus()")?;
    page.press(Key::Enter)?;
    page.wait_until("the ends of its ellipse", || {
        page.eval_as("return document.querySelectorAll('[data-handle^=axis]').length === 2")
    })?;
    let digests = page.digests()?;
    // Of equal curvatures either axis may be either: whichever it is, away from the centre is flatter.
    let (centre, end) = (at(page, "auxiliary-0")?, at(page, "axis-0")?);
    let key = match (end.0 - centre.0, end.1 - centre.1) {
        (dx, dy) if dx.abs() > dy.abs() => {
            if dx > 0.0 {
                Key::Right
            } else {
                Key::Left
            }
        }
        (_, dy) => {
            if dy > 0.0 {
                Key::Down
            } else {
                Key::Up
            }
        }
    };
    page.eval("document.querySelector('[data-handle=axis-0]').focus()")?;
    page.press(key)?;
    wait_for_run(page, "axis of the curvature")?;
    let curvature = &document(page)?["problem"]["data"]["auxiliaries"][0]["curvature"];
    let entry = |i: usize, j: usize| curvature[i][j].as_f64().context("a matrix");
    let (trace, off) = (entry(0, 0)? + entry(1, 1)?, entry(0, 1)?);
    ensure!(trace < 2.0 && off == entry(1, 0)?, "not flatter: {curvature}");
    ensure!(page.digests()? != digests, "the same run");
    Ok(())
}
