//! Screens of every size, and what a person has asked the system for.

use super::{CHARTS, Test, first_screen::drawn};
use crate::page::{DESKTOP, PHONE, Page, Screen};
use anyhow::{Context, Result, ensure};

pub const TESTS: &[Test] = &[
    ("a_phone_needs_no_sideways_scrolling", a_phone_needs_no_sideways_scrolling),
    ("charts_are_sharp_at_pixel_ratio_2", charts_are_sharp_at_pixel_ratio_2),
    ("charts_follow_the_window", charts_follow_the_window),
    ("dark_is_dark", dark_is_dark),
    ("reduced_motion_goes_by_steps", reduced_motion_goes_by_steps),
];

fn a_phone_needs_no_sideways_scrolling(page: &Page) -> Result<()> {
    page.open(PHONE)?;
    no_overflow(page)
}

fn no_overflow(page: &Page) -> Result<()> {
    let excess: f64 = page
        .eval_as("const e = document.documentElement; return Math.max(e.scrollWidth, document.body.scrollWidth) - e.clientWidth")?;
    ensure!(excess <= 0.0, "{excess} px too wide");
    Ok(())
}

/// Waits until a chart has one pixel for each of the device's; returns its width.
///
/// It is scrolled into view first, since charts need not be drawn where nobody looks.
fn sharp(page: &Page, chart: &str) -> Result<f64> {
    let script = format!(
        "const c = document.querySelector('canvas[data-chart={chart}]'); c.scrollIntoView(); const s = getComputedStyle(c); \
         return [c.width, parseFloat(s.width) * devicePixelRatio, c.height, parseFloat(s.height) * devicePixelRatio]"
    );
    let mut pixels = [0.0f64; 4];
    page.wait_until(&format!("one pixel for each of the device's in {chart}"), || {
        pixels = page.eval_as(&script)?;
        let [width, css_width, height, css_height] = pixels;
        Ok((width - css_width).abs() <= 1.0 && (height - css_height).abs() <= 1.0)
    })
    .with_context(|| format!("width, wanted, height, wanted: {pixels:?}"))?;
    Ok(pixels[0])
}

fn charts_are_sharp_at_pixel_ratio_2(page: &Page) -> Result<()> {
    page.open(Screen { ratio: 2.0, ..DESKTOP })?;
    for chart in CHARTS {
        sharp(page, chart)?;
        drawn(page, chart)?;
    }
    Ok(())
}

fn charts_follow_the_window(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    for chart in CHARTS {
        page.set_screen(DESKTOP)?;
        let wide = sharp(page, chart)?;
        page.set_screen(PHONE)?;
        let narrow = sharp(page, chart)?;
        ensure!(narrow < wide.min(360.0), "{chart} is {narrow} px wide on a phone, {wide} px elsewhere");
        // The size changes with the ratio: under emulation, a ratio alone fires no event in the page.
        page.set_screen(Screen { width: 420, height: 900, ratio: 2.0 })?;
        let fine = sharp(page, chart)?;
        ensure!(fine > 1.5 * narrow, "{chart} has {fine} pixels at ratio 2 and {narrow} at 1");
        drawn(page, chart)?;
    }
    page.set_screen(PHONE)?;
    no_overflow(page)
}

/// Lightness of the page's background, 0 to 1.
fn lightness(page: &Page) -> Result<f64> {
    page.eval_as(
        "const c = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d'); \
         c.fillStyle = 'white'; c.fillRect(0, 0, 1, 1); \
         for (const e of [document.documentElement, document.body]) { c.fillStyle = getComputedStyle(e).backgroundColor; c.fillRect(0, 0, 1, 1) } \
         const [r, g, b] = c.getImageData(0, 0, 1, 1).data; return (r + g + b) / 765",
    )
}

fn dark_is_dark(page: &Page) -> Result<()> {
    page.set_media("prefers-color-scheme", "dark")?;
    page.open(DESKTOP)?;
    ensure!(lightness(page)? < 0.3, "dark: {}", lightness(page)?);
    page.set_media("prefers-color-scheme", "light")?;
    page.wait_until("a light page", || Ok(lightness(page)? > 0.7))
}

fn reduced_motion_goes_by_steps(page: &Page) -> Result<()> {
    page.set_media("prefers-reduced-motion", "reduce")?;
    page.open(DESKTOP)?;
    drawn(page, CHARTS[0])?;
    // A replay: few pictures, far apart.
    page.eval(
        "globalThis.shown = []; const e = document.querySelector('[data-step]'); \
         new MutationObserver(() => shown.at(-1)?.[0] === e.textContent || shown.push([e.textContent, performance.now()])) \
         .observe(e, { childList: true, characterData: true, subtree: true })",
    )?;
    page.click("play")?;
    page.wait_for_state("running")?;
    page.wait_for_state("finished")?;
    let shown: Vec<(String, f64)> = page.eval_as("return shown")?;
    let first = shown.first().context("steps were shown")?;
    let last = shown.last().context("steps were shown")?;
    let most = (last.1 - first.1) / 350.0 + 3.0;
    ensure!(shown.len() >= 3 && (shown.len() as f64) < most, "{shown:?}: less than {most} pictures");
    // What else moves by itself gets there at once.
    page.eval("document.querySelector('.problem').scrollIntoView()")?;
    page.wait_until("the plane's tools", || {
        page.eval_as("return !!document.querySelector('[data-problem=play-turn]')")
    })?;
    let turn = "document.querySelector('[data-problem=turn]').value";
    let before: String = page.eval_as(&format!("return {turn}"))?;
    let after: String =
        page.eval_as(&format!("document.querySelector('[data-problem=play-turn]').click(); return {turn}"))?;
    ensure!((before.as_str(), after.as_str()) == ("1", "0"), "turned from {before} to {after}");
    Ok(())
}
