//! The page is hidden, moved to another screen, or loses its pictures.

use super::{Test, before_pages, hasty, open, told, whole};
use crate::e2e::CHARTS;
use crate::e2e::first_screen::drawn;
use crate::page::{DESKTOP, Page, Screen};
use anyhow::{Context, Result, ensure};
use serde_json::json;
use xtask::serve::Server;

pub const TESTS: &[Test] = &[
    ("fault_page_frozen_in_a_run_goes_on", page_frozen_in_a_run_goes_on),
    ("fault_page_hidden_in_a_run_loses_no_row", page_hidden_in_a_run_loses_no_row),
    ("fault_another_pixel_ratio_in_a_run", another_pixel_ratio_in_a_run),
    ("fault_lost_pictures_are_drawn_again", lost_pictures_are_drawn_again),
    ("fault_picture_that_stays_lost_is_said", picture_that_stays_lost_is_said),
    ("fault_graphics_process_that_ends_leaves_the_charts", graphics_process_that_ends_leaves_the_charts),
];

/// Milliseconds after which a silent worker or a lost picture of the hasty page would be given up.
const LONGER: u32 = 3000;

/// Begins a replay at a position of the speed control; the digests of the whole run.
fn replay(page: &Page, server: &Server, speed: u32) -> Result<Vec<String>> {
    open(page, server)?;
    whole(page)?;
    let digests = page.digests()?;
    page.click("rewind")?;
    page.wait_until("step 0", || Ok(page.step()? == 0))?;
    page.set_speed(speed)?;
    page.click("play")?;
    page.wait_until("some steps", || Ok(page.step()? > 20))?;
    Ok(digests)
}

/// The run ends with all its rows.
fn ends(page: &Page, digests: &[String]) -> Result<()> {
    page.wait_for_state("finished")?;
    ensure!(page.digests()? == digests, "the same numbers");
    ensure!(page.text("[data-message]")?.is_empty(), "{}", page.text("[data-message]")?);
    CHARTS.iter().try_for_each(|chart| drawn(page, chart))
}

fn page_frozen_in_a_run_goes_on(page: &Page) -> Result<()> {
    let server = hasty()?;
    let digests = replay(page, &server, 4)?;
    page.devtools("Page.setWebLifecycleState", json!({ "state": "frozen" }))?;
    page.let_pass(LONGER)?;
    page.devtools("Page.setWebLifecycleState", json!({ "state": "active" }))?;
    ends(page, &digests)
}

/// Another window in front hides the page; what is drawn and looked at meanwhile is nothing.
fn page_hidden_in_a_run_loses_no_row(page: &Page) -> Result<()> {
    let server = hasty()?;
    let digests = replay(page, &server, 4)?;
    let hidden = page.behind_another(|| page.let_pass(LONGER))?;
    ensure!(hidden.contains(&"hidden".to_owned()), "the page was hidden: {hidden:?}");
    ends(page, &digests)
}

/// Canvases in view that have not as many pixels as the screen has there.
const SIZES: &str = "return [...document.querySelectorAll('canvas[data-chart]')].filter((c) => c.checkVisibility()) \
    .filter((c) => { const b = c.getBoundingClientRect(); return b.bottom > 0 && b.top < innerHeight }) \
    .filter((c) => { const b = c.getBoundingClientRect(); const r = devicePixelRatio; \
        return Math.abs(c.width - b.width * r) > 1 || Math.abs(c.height - b.height * r) > 1 }) \
    .map((c) => `${c.dataset.chart} ${c.width} x ${c.height}, ${JSON.stringify(c.getBoundingClientRect())}`)";

/// Where handles stand on their charts, in CSS pixels.
const HANDLES: &str = "return [...document.querySelectorAll('figure:has([data-chart=w_plane]) .handles button')].filter((e) => e.checkVisibility()).map((e) => { \
    const a = e.getBoundingClientRect(), b = e.closest('figure').querySelector('canvas').getBoundingClientRect(); \
    return [a.left + a.width / 2 - b.left, a.top + a.height / 2 - b.top] })";

fn sharp(page: &Page) -> Result<()> {
    let mut wrong: Vec<String> = Vec::new();
    let done = page.wait_until("sharp charts", || {
        wrong = page.eval_as(SIZES)?;
        Ok(wrong.is_empty())
    });
    done.with_context(|| format!("{wrong:?}"))
}

/// Under emulation a ratio alone fires no event: the test says that the media queries for it no longer hold, as the
/// browser does when the window is moved.
const RATIOS: &str = "globalThis.ratios = []; const ask = matchMedia; \
    globalThis.matchMedia = (query) => { const list = ask(query); if (query.includes('resolution')) ratios.push(list); return list; }";

fn move_to(page: &Page, ratio: f64) -> Result<()> {
    page.set_screen(Screen { ratio, ..DESKTOP })?;
    page.wait_until("the ratio", || Ok(page.eval_as::<f64>("return devicePixelRatio")? == ratio))?;
    page.eval("for (const list of ratios.splice(0)) list.dispatchEvent(new Event('change'))")?;
    sharp(page)
}

fn another_pixel_ratio_in_a_run(page: &Page) -> Result<()> {
    before_pages(page, RATIOS)?;
    let server = hasty()?;
    let digests = replay(page, &server, 4)?;
    for ratio in [2.0, 1.25, 3.0] {
        move_to(page, ratio)?;
        for chart in CHARTS {
            drawn(page, chart)?;
        }
        page.eval("scrollTo(0, 0)")?;
    }
    ends(page, &digests)?;
    page.eval("document.querySelector('canvas[data-chart=w_plane]').scrollIntoView()")?;
    drawn(page, "w_plane")?;
    let before: Vec<[f64; 2]> = page.eval_as(HANDLES)?;
    move_to(page, 1.0)?;
    drawn(page, "w_plane")?;
    // They are placed with the picture.
    let mut after: Vec<[f64; 2]> = Vec::new();
    let same = |after: &[[f64; 2]]| {
        let pairs = before.iter().flatten().zip(after.iter().flatten());
        before.len() == after.len() && pairs.into_iter().all(|(a, b)| (a - b).abs() <= 1.5)
    };
    let placed = page.wait_until("the handles", || {
        after = page.eval_as(HANDLES)?;
        Ok(same(&after))
    });
    ensure!(before.len() > 2, "{before:?}");
    placed.with_context(|| format!("{before:?} and {after:?}"))
}

/// What the browser does when it takes the memory of a canvas away, as far as a page can see it.
fn lose(page: &Page, chart: &str, events: &str) -> Result<()> {
    page.eval(&format!(
        "const c = document.querySelector('canvas[data-chart={chart}]'); c.getContext('2d').reset(); \
         for (const type of {events}) c.dispatchEvent(new Event(type))"
    ))
    .map(drop)
}

fn lost_pictures_are_drawn_again(page: &Page) -> Result<()> {
    let server = hasty()?;
    open(page, &server)?;
    whole(page)?;
    for chart in ["phi", "ledger", "w_plane"] {
        drawn(page, chart)?;
        lose(page, chart, "['contextlost', 'contextrestored']")?;
        drawn(page, chart)?;
    }
    page.let_pass(LONGER)?;
    ensure!(page.text("[data-message]")?.is_empty(), "{}", page.text("[data-message]")?);
    Ok(())
}

fn picture_that_stays_lost_is_said(page: &Page) -> Result<()> {
    let server = hasty()?;
    open(page, &server)?;
    whole(page)?;
    lose(page, "phi", "['contextlost']")?;
    told(page, "tables under the charts")
}

/// Canvases drawn by the graphics process would be lost with it.
fn graphics_process_that_ends_leaves_the_charts(page: &Page) -> Result<()> {
    before_pages(page, "globalThis.lost = 0; addEventListener('contextlost', () => lost += 1, true)")?;
    page.open(DESKTOP)?;
    whole(page)?;
    page.eval("document.querySelector('canvas').getContext('2d')")?;
    // The answer may be lost with the process.
    let _ = page.devtools("Browser.crashGpuProcess", json!({}));
    page.settle()?; // frames come again
    for chart in CHARTS {
        drawn(page, chart)?;
    }
    page.click("rewind")?;
    page.wait_until("step 0", || Ok(page.step()? == 0 && page.state()? != "running"))?;
    page.click("play")?;
    page.wait_for_state("finished")?;
    super::forget(page)
}
