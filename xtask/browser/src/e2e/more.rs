//! What comes after the first picture: further charts, and a cursor in time.

use super::documents::{choose, ends};
use super::{Test, default_document, first_screen::drawn};
use crate::page::{DESKTOP, PHONE, Page};
use anyhow::{Context, Result, ensure};
use serde_json::json;
use thirtyfour::Key;

pub const TESTS: &[Test] = &[
    ("the_ledger_comes_after_the_first_picture", the_ledger_comes_after_the_first_picture),
    ("keys_move_one_cursor_through_all_charts", keys_move_one_cursor_through_all_charts),
    ("the_pointer_moves_the_cursor", the_pointer_moves_the_cursor),
    ("the_ledger_follows_every_change_of_the_run", the_ledger_follows_every_change_of_the_run),
    ("the_ledger_tells_of_a_lane_that_diverges", the_ledger_tells_of_a_lane_that_diverges),
    ("trust_holds_each_estimate_against_the_exact_one", trust_holds_each_estimate_against_the_exact_one),
    ("the_gradients_quality_is_measured_by_a_button", the_gradients_quality_is_measured_by_a_button),
    ("the_inner_loop_cut_short_follows_the_run", the_inner_loop_cut_short_follows_the_run),
    ("further_charts_out_of_view_are_not_drawn", further_charts_out_of_view_are_not_drawn),
    ("further_charts_follow_the_window", further_charts_follow_the_window),
];

/// Opens the page and waits for all charts.
pub fn open(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    page.wait_for_features()
}

/// A chart's text alternative.
pub fn told(page: &Page, chart: &str) -> Result<String> {
    page.eval_as(&format!(
        "return document.querySelector('canvas[data-chart={chart}]')?.getAttribute('aria-label') ?? ''"
    ))
}

/// Share in percent of the first lane's fall that the ledger lays to φ.
fn share(page: &Page) -> Result<f64> {
    let told = told(page, "ledger")?;
    let number = told.split(" % of it by φ").next().and_then(|head| head.rsplit(' ').next());
    number.and_then(|number| number.parse().ok()).with_context(|| format!("a share in {told:?}"))
}

fn the_ledger_comes_after_the_first_picture(page: &Page) -> Result<()> {
    open(page)?;
    drawn(page, "ledger")?;
    let role: String =
        page.eval_as("return document.querySelector('canvas[data-chart=ledger]').getAttribute('role')")?;
    ensure!(role == "img", "{role}");
    let (by_w, by_phi) = (page.value(0, "fall_by_w")?, page.value(0, "fall_by_phi")?);
    let expected = (100.0 * by_phi / (by_w + by_phi)).round();
    ensure!(expected > 50.0 && share(page)? == expected, "{} is not {expected}", told(page, "ledger")?);
    Ok(())
}

/// The picture on a chart's canvas.
fn picture(page: &Page, chart: &str) -> Result<String> {
    page.eval_as(&format!("return document.querySelector('canvas[data-chart={chart}]').toDataURL()"))
}

/// Waits until the pictures of two charts are as they are wanted, both in view.
fn wait_for_pictures(page: &Page, what: &str, is: impl Fn(&[String; 2]) -> bool) -> Result<[String; 2]> {
    let mut seen = Default::default();
    page.wait_until(what, || {
        seen = [picture(page, "losses")?, picture(page, "ledger")?];
        Ok(is(&seen))
    })?;
    Ok(seen)
}

/// Brings the losses and the ledger below them into view, drawn.
fn show_both(page: &Page) -> Result<[String; 2]> {
    open(page)?;
    // What stands between them would keep one of them out of view.
    page.eval("document.querySelector('.problem').style.display = 'none'")?;
    drawn(page, "ledger")?;
    page.eval("document.querySelector('canvas[data-chart=losses]').scrollIntoView()")?;
    Ok([picture(page, "losses")?, picture(page, "ledger")?])
}

fn keys_move_one_cursor_through_all_charts(page: &Page) -> Result<()> {
    let plain = show_both(page)?;
    page.eval("document.querySelector('canvas[data-chart=ledger]').focus({ preventScroll: true })")?;
    page.press(Key::PageDown)?;
    let end =
        wait_for_pictures(page, "a cursor in both charts", |now| now[0] != plain[0] && now[1] != plain[1])?;
    page.wait_until("words", || Ok(page.text("[data-status]")?.starts_with("Step 1500. ")))?;
    page.press(Key::PageUp)?;
    wait_for_pictures(page, "the cursor moved in both", |now| now[0] != end[0] && now[1] != end[1])?;
    page.press(Key::Right)?;
    let mut words = String::new();
    page.wait_until("words", || {
        words = page.text("[data-status]")?;
        Ok(words.starts_with("Step 1426. "))
    })?;
    // Joint descent has long converged: its last row counts.
    let by_phi = page.value(0, "fall_by_phi")?;
    let read = words.split("fall of L_T by φ ").nth(1).and_then(|rest| rest.split(' ').next());
    let read: f64 = read.and_then(|read| read.trim_end_matches('.').parse().ok()).context("a number")?;
    ensure!((read - by_phi).abs() < 0.06, "{by_phi} in {words:?}");
    page.press(Key::Escape)?;
    wait_for_pictures(page, "no cursor", |now| *now == plain).map(drop)
}

fn the_pointer_moves_the_cursor(page: &Page) -> Result<()> {
    let plain = show_both(page)?;
    let send = |kind: &str, share: f64| {
        page.eval(&format!(
            "const c = document.querySelector('canvas[data-chart=ledger]'), box = c.getBoundingClientRect(); \
             c.dispatchEvent(new PointerEvent('{kind}', {{ pointerType: 'mouse', clientX: box.x + {share} * box.width, clientY: box.y + 100 }}))"
        ))
    };
    send("pointermove", 0.2)?;
    let first = wait_for_pictures(page, "a cursor", |now| now[0] != plain[0] && now[1] != plain[1])?;
    send("pointermove", 0.3)?;
    wait_for_pictures(page, "another place", |now| now[0] != first[0] && now[1] != first[1])?;
    send("pointerleave", 0.3)?;
    wait_for_pictures(page, "no cursor", |now| *now == plain).map(drop)
}

fn the_ledger_follows_every_change_of_the_run(page: &Page) -> Result<()> {
    open(page)?;
    drawn(page, "ledger")?;
    let (first, before) = (told(page, "ledger")?, picture(page, "ledger")?);
    page.click("new-seed")?;
    page.wait_for_finished("another ledger", || Ok(told(page, "ledger")? != first))?;
    drawn(page, "ledger")?;
    page.wait_until("another picture", || Ok(picture(page, "ledger")? != before))?;
    page.click("rewind")?;
    page.wait_until(
        "a new beginning",
        || Ok(told(page, "ledger")?.contains("Joint descent: L_T no change")),
    )?;
    page.click("step")?;
    page.wait_until("a first step", || Ok(told(page, "ledger")?.contains("Joint descent: L_T fell by")))?;
    page.apply_document(&default_document()?.to_string())?;
    page.wait_for_finished("the first ledger", || Ok(told(page, "ledger")? == first))?;
    page.wait_until("the first picture", || {
        drawn(page, "ledger")?;
        Ok(picture(page, "ledger")? == before)
    })
}

fn the_ledger_tells_of_a_lane_that_diverges(page: &Page) -> Result<()> {
    open(page)?;
    let mut document = default_document()?;
    document["lanes"][0]["method"]["w_lr"] = json!(5);
    page.apply_document(&document.to_string())?;
    page.wait_for_finished("words", || {
        let told = told(page, "ledger")?;
        Ok(told.contains("L_T rose by") && told.contains("AuxiLearn: L_T fell"))
    })?;
    drawn(page, "ledger")
}

fn further_charts_out_of_view_are_not_drawn(page: &Page) -> Result<()> {
    open(page)?;
    drawn(page, "ledger")?;
    // Far away from the first screen, whatever its height.
    page.eval("document.querySelector('.further').style.marginBlockStart = '300vh'; scrollTo(0, 0)")?;
    // Until the browser has told the page what is in view.
    page.settle()?;
    let before = picture(page, "ledger")?;
    let first = told(page, "ledger")?;
    page.click("new-seed")?;
    page.wait_for_finished("another run", || Ok(told(page, "ledger")? != first))?;
    ensure!(picture(page, "ledger")? == before, "drawn although nobody sees it");
    page.eval("document.querySelector('canvas[data-chart=ledger]').scrollIntoView()")?;
    page.wait_until("a new picture in view", || Ok(picture(page, "ledger")? != before))
}

fn trust_holds_each_estimate_against_the_exact_one(page: &Page) -> Result<()> {
    open(page)?;
    ensure!(told(page, "trust")?.contains("No exact gradients are recorded"), "{}", told(page, "trust")?);
    choose(page, "approximations")?;
    page.wait_until("the comparison", || Ok(told(page, "trust")?.contains("Exact: cosine 1.00")))?;
    drawn(page, "trust")
}

fn the_gradients_quality_is_measured_by_a_button(page: &Page) -> Result<()> {
    open(page)?;
    let offered =
        || page.eval_as::<bool>("return document.querySelector('[data-problem=measure]').checkVisibility()");
    ensure!(offered()?, "what is not recorded can be asked for");
    page.eval("const e = document.querySelector('[data-problem=measure]'); e.focus(); e.click()")?;
    ends(page, "the measured run", |document| document["diagnostics"] == true)?;
    page.wait_until("the comparison", || Ok(told(page, "trust")?.contains("AuxiLearn: cosine")))?;
    page.value(1, "cosine")?;
    ensure!(!offered()?, "it is done");
    let focused: String = page.eval_as("return document.activeElement?.dataset?.chart ?? ''")?;
    ensure!(focused == "trust", "the keyboard goes on at the chart, not at {focused:?}");
    choose(page, "many-copies")?;
    ensure!(offered()?, "another experiment has not been measured");
    Ok(())
}

fn the_inner_loop_cut_short_follows_the_run(page: &Page) -> Result<()> {
    open(page)?;
    drawn(page, "cut_short")?;
    let words = "cut short: gradient descent at rate 0.050, that of AuxiLearn";
    page.wait_until("the loop", || Ok(told(page, "cut_short")?.contains(words)))?;
    let last = told(page, "cut_short")?;
    ensure!(last.contains("Neumann, J = 4, α = 0.050: every sign is right from the start"), "{last}");
    page.click("new-seed")?;
    // It is made where it is seen only.
    page.wait_for_finished("another loop", || {
        drawn(page, "cut_short")?;
        Ok(told(page, "cut_short")? != last)
    })
}

fn further_charts_follow_the_window(page: &Page) -> Result<()> {
    open(page)?;
    let script = "const c = document.querySelector('canvas[data-chart=ledger]'); c.scrollIntoView(); \
        const s = getComputedStyle(c); return [c.width, parseFloat(s.width), c.height, parseFloat(s.height)]";
    let mut heights = Vec::new();
    for screen in [DESKTOP, PHONE] {
        page.set_screen(screen)?;
        page.wait_until("a canvas of its place's size", || {
            let [width, wanted_width, height, wanted_height]: [f64; 4] = page.eval_as(script)?;
            heights.push(height);
            let fits = wanted_width < f64::from(screen.width);
            Ok(fits && (width - wanted_width).abs() <= 1.0 && (height - wanted_height).abs() <= 1.0)
        })?;
        drawn(page, "ledger")?;
    }
    page.wait_until("panels above each other", || {
        let [_, _, height, _]: [f64; 4] = page.eval_as(script)?;
        Ok(height > 1.5 * heights[0])
    })?;
    let excess: f64 =
        page.eval_as("const e = document.documentElement; return e.scrollWidth - e.clientWidth")?;
    ensure!(excess <= 0.0, "{excess} px too wide");
    Ok(())
}
