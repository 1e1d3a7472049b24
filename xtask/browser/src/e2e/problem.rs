//! The problem itself on the page: what can be dragged, by mouse, touch and keys, and what a drag does.

use super::{Test, more::open, opening::drawn};
use crate::page::{DESKTOP, PHONE, Page, Screen};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use thirtyfour::Key;

pub const TESTS: &[Test] = &[
    ("an_optimum_dragged_by_mouse_restarts_the_run", an_optimum_dragged_by_mouse_restarts_the_run),
    ("an_optimum_is_dragged_by_touch", an_optimum_is_dragged_by_touch),
    ("every_handle_is_moved_by_arrow_keys", every_handle_is_moved_by_arrow_keys),
    ("escape_takes_a_drag_back", escape_takes_a_drag_back),
    ("the_curvature_of_a_loss_is_bent", the_curvature_of_a_loss_is_bent),
    ("the_signs_turn_and_their_disagreement_is_told", the_signs_turn_and_their_disagreement_is_told),
    ("the_series_is_chosen_and_used_in_the_run", the_series_is_chosen_and_used_in_the_run),
    ("the_landscape_shows_the_pair_chosen", the_landscape_shows_the_pair_chosen),
    ("the_problem_follows_the_cursor", the_problem_follows_the_cursor),
    ("nothing_is_computed_for_pictures_nobody_sees", nothing_is_computed_for_pictures_nobody_sees),
    ("the_problem_of_every_experiment_is_drawn", the_problem_of_every_experiment_is_drawn),
    (
        "pictures_of_the_problem_stand_sharp_and_small_screens",
        pictures_of_the_problem_stand_sharp_and_small_screens,
    ),
];

const CHARTS: [&str; 3] = ["w_plane", "phi_landscape", "neumann"];

fn told(page: &Page, chart: &str) -> Result<String> {
    page.eval_as(&format!(
        "return document.querySelector('canvas[data-chart={chart}]').getAttribute('aria-label') ?? ''"
    ))
}

/// Chooses an experiment and waits until it has been run.
fn choose(page: &Page, id: &str) -> Result<()> {
    page.eval(&format!(
        "const s = document.querySelector('[data-control=preset]'); s.value = {}; s.dispatchEvent(new Event('change'))",
        json!(id)
    ))?;
    page.wait_until(&format!("the run of {id}"), || {
        let (chosen, step): (String, u64) =
            (page.eval_as("return document.querySelector('[data-control=preset]').value")?, page.step()?);
        Ok(page.state()? == "finished" && chosen == id && step > 0)
    })
}

/// An experiment with the plane of W in view and drawn.
fn see(page: &Page, id: &str) -> Result<()> {
    open(page)?;
    choose(page, id)?;
    drawn(page, "w_plane")?;
    page.wait_until("handles", || page.eval_as("return !!document.querySelector('[data-handle=start]')"))
}

/// The middle of a handle, brought to the middle of the window.
fn middle(page: &Page, handle: &str) -> Result<(f64, f64)> {
    page.eval(&format!(
        "document.querySelector('[data-handle={handle}]').scrollIntoView({{ block: 'center', behavior: 'instant' }})"
    ))?;
    at(page, handle)
}

/// The middle of a handle in the window as it is.
fn at(page: &Page, handle: &str) -> Result<(f64, f64)> {
    page.eval_as(&format!(
        "const r = document.querySelector('[data-handle={handle}]').getBoundingClientRect(); \
         return [r.x + r.width / 2, r.y + r.height / 2]"
    ))
}

/// Values that a handle stands at.
fn place(page: &Page, handle: &str) -> Result<(f64, f64)> {
    let label: String = page.eval_as(&format!(
        "return document.querySelector('[data-handle={handle}]').getAttribute('aria-label')"
    ))?;
    let numbers = label.rsplit(", at ").next().context("a place")?.replace('\u{2212}', "-");
    let (x, y) = numbers.split_once(", ").with_context(|| format!("two numbers in {label}"))?;
    Ok((x.parse()?, y.parse()?))
}

fn mouse(page: &Page, kind: &str, (x, y): (f64, f64)) -> Result<()> {
    let pressed = u8::from(kind != "mouseReleased");
    let event =
        json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": pressed, "clickCount": 1 });
    page.devtools("Input.dispatchMouseEvent", event).map(drop)
}

fn document(page: &Page) -> Result<Value> {
    let text: String = page.eval_as("return document.querySelector('[data-document]').value")?;
    serde_json::from_str(&text).with_context(|| format!("a document in {text}"))
}

fn wait_for_run(page: &Page, words: &str) -> Result<()> {
    page.wait_until(words, || Ok(page.state()? == "finished" && page.text("[data-status]")?.contains(words)))
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
    let preset: String = page.eval_as("return document.querySelector('[data-control=preset]').value")?;
    ensure!(preset == "sign-flip", "{preset}");
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
        page.wait_until(&format!("{handle} moved"), || {
            let after = place(page, handle)?;
            // On a curve over one weight only the weight can be moved; up the curve comes by itself.
            Ok(page.state()? == "finished" && after.0 > before.0 && (handle == "phi" || after.1 > before.1))
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

fn the_signs_turn_and_their_disagreement_is_told(page: &Page) -> Result<()> {
    see(page, "sign-flip")?;
    page.wait_until(
        "the verdict",
        || Ok(told(page, "w_plane")?.contains("implicit sign disagree for task")),
    )?;
    let picture = || -> Result<String> {
        page.eval_as("return document.querySelector('canvas[data-chart=w_plane]').toDataURL()")
    };
    let turned = picture()?;
    page.eval(
        "const s = document.querySelector('[data-problem=turn]'); s.value = 0; s.dispatchEvent(new Event('input'))",
    )?;
    page.wait_until("the Euclidean picture", || Ok(picture()? != turned))?;
    page.eval("document.querySelector('[data-problem=play-turn]').click()")?;
    page.wait_until("the picture turned back", || Ok(picture()? == turned))?;
    ensure!(page.eval_as::<String>("return document.querySelector('[data-problem=turn]').value")? == "1");
    choose(page, "noisy-main")?;
    page.wait_until("no disagreement", || {
        let told = told(page, "w_plane")?;
        Ok(told.contains("helpful") && !told.contains("disagree"))
    })
}

fn the_series_is_chosen_and_used_in_the_run(page: &Page) -> Result<()> {
    see(page, "sign-flip")?;
    drawn(page, "neumann")?;
    page.wait_until("the document's series", || Ok(told(page, "neumann")?.contains("J = 0, α = 0.10")))?;
    let choose = |name: &str, value: f64| {
        page.eval(&format!(
            "const s = document.querySelector('[data-problem={name}]'); s.value = {value}; \
             s.dispatchEvent(new Event('input')); s.dispatchEvent(new Event('change'))"
        ))
    };
    // Eigenvalues 1 and 10 at φ = 0: the limit is 0.2.
    choose("alpha", 0.25_f64.log10())?;
    page.wait_until("a loud warning", || {
        Ok(told(page, "neumann")?.contains("diverges, more terms make it worse"))
    })?;
    choose("damping", 1.0)?;
    choose("alpha", 0.1_f64.log10())?;
    choose("terms", 6.0)?;
    page.wait_until("the setting", || Ok(told(page, "neumann")?.contains("J = 6, α = 0.10, damping 1.00")))?;
    page.eval("document.querySelector('[data-problem=use]').click()")?;
    page.wait_until("the series in the document", || {
        let product = document(page)?["lanes"][2]["method"]["inverse_hvp"].clone();
        Ok(page.state()? == "finished" && product["terms"] == json!(6) && product["damping"] == json!(1))
    })?;
    choose("damping", 0.0)?;
    page.eval("document.querySelector('[data-problem=reset]').click()")?;
    page.wait_until("the run's again", || Ok(told(page, "neumann")?.contains("damping 1.00")))
}

fn the_landscape_shows_the_pair_chosen(page: &Page) -> Result<()> {
    open(page)?;
    choose(page, "many-copies")?;
    drawn(page, "phi_landscape")?;
    page.wait_until("a first pair", || {
        Ok(told(page, "phi_landscape")?.contains("over φ noise 0.1 and φ noise 0.12"))
    })?;
    let choose = |name: &str, index: usize| {
        page.eval(&format!(
            "const s = document.querySelector('[data-problem={name}]'); s.selectedIndex = {index}; s.dispatchEvent(new Event('change'))"
        ))
    };
    choose("first", 3)?;
    choose("second", 0)?;
    let name: String =
        page.eval_as("return document.querySelector('[data-problem=first]').selectedOptions[0].text")?;
    page.wait_until("a curve", || {
        let told = told(page, "phi_landscape")?;
        Ok(told.contains(&format!("over φ {name}.")))
    })
}

fn the_problem_follows_the_cursor(page: &Page) -> Result<()> {
    see(page, "noisy-main")?;
    let last = told(page, "w_plane")?;
    page.eval("document.querySelector('canvas[data-chart=phi]').focus({ preventScroll: true })")?;
    page.press(Key::Home)?;
    page.wait_until("the plane at the start", || Ok(told(page, "w_plane")?.contains("at φ = (1.00, 1.00)")))?;
    page.press(Key::Escape)?;
    page.wait_until("the plane at the end", || Ok(told(page, "w_plane")? == last))?;
    page.click("rewind")?;
    page.wait_until("the plane at the start again", || {
        Ok(page.step()? == 0 && told(page, "w_plane")?.contains("at φ = (1.00, 1.00)"))
    })
}

fn nothing_is_computed_for_pictures_nobody_sees(page: &Page) -> Result<()> {
    open(page)?;
    page.eval("document.querySelector('.problem').style.marginBlockStart = '400vh'; scrollTo(0, 0)")?;
    page.eval("await new Promise((done) => setTimeout(done, 300))")?;
    let heading = told(page, "neumann")?;
    ensure!(!heading.contains("eigenvalues"), "computed although nobody has seen it: {heading}");
    drawn(page, "neumann")?;
    page.wait_until("what is in view", || Ok(told(page, "neumann")?.contains("eigenvalues")))
}

fn the_problem_of_every_experiment_is_drawn(page: &Page) -> Result<()> {
    open(page)?;
    for chart in CHARTS {
        drawn(page, chart)?;
    }
    let ids: Vec<String> = page.eval_as(
        "return [...document.querySelectorAll('[data-control=preset] option')].map((o) => o.value)",
    )?;
    ensure!(ids.len() > 20, "{ids:?}");
    for id in ids {
        choose(page, &id)?;
        for chart in CHARTS {
            drawn(page, chart)?;
        }
        page.wait_until("words", || {
            let all = CHARTS.into_iter().map(|chart| told(page, chart)).collect::<Result<Vec<_>>>()?;
            Ok(all[0].starts_with("The plane of W")
                && all[1].starts_with("Held-out loss")
                && all[2].starts_with("The truncated"))
        })?;
        ensure!(page.text("[data-message]")?.is_empty(), "{id}: {}", page.text("[data-message]")?);
    }
    Ok(())
}

fn pictures_of_the_problem_stand_sharp_and_small_screens(page: &Page) -> Result<()> {
    open(page)?;
    // Emulated, a ratio alone raises no event; a size does.
    let fourfold = Screen { ratio: 4.0, width: 400, ..PHONE };
    for screen in [PHONE, fourfold, DESKTOP] {
        page.set_screen(screen)?;
        for chart in CHARTS {
            drawn(page, chart)?;
            page.wait_until(&format!("device pixels of {chart}"), || {
                let (width, css): (f64, f64) = page.eval_as(&format!(
                    "const c = document.querySelector('canvas[data-chart={chart}]'); return [c.width, c.clientWidth]"
                ))?;
                Ok((width - css * screen.ratio).abs() <= screen.ratio)
            })?;
        }
    }
    // A canvas without size is left alone, and comes back.
    page.eval("document.querySelector('canvas[data-chart=w_plane]').closest('figure').hidden = true")?;
    page.click("new-seed")?;
    page.wait_for_state("finished")?;
    page.eval("document.querySelector('canvas[data-chart=w_plane]').closest('figure').hidden = false")?;
    drawn(page, "w_plane")
}
