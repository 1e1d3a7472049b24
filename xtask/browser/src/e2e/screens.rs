//! Screens of every size, and what a person has asked the system for.

use super::{CHARTS, Test, opening::colours};
use crate::page::{DESKTOP, PHONE, Page, Screen};
use anyhow::{Result, ensure};

pub const TESTS: &[Test] = &[
    ("a_phone_needs_no_sideways_scrolling", a_phone_needs_no_sideways_scrolling),
    ("charts_are_sharp_at_pixel_ratio_2", charts_are_sharp_at_pixel_ratio_2),
    ("charts_follow_the_window", charts_follow_the_window),
    ("dark_is_dark", dark_is_dark),
    ("reduced_motion_still_finishes", reduced_motion_still_finishes),
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

/// Fails unless every canvas has one pixel for each of the device's; returns the width of the first.
fn sharp(page: &Page) -> Result<f64> {
    let mut first = None;
    for chart in CHARTS {
        let script = format!(
            "const c = document.querySelector('canvas[data-chart={chart}]'); const s = getComputedStyle(c); \
             return [c.width, parseFloat(s.width) * devicePixelRatio, c.height, parseFloat(s.height) * devicePixelRatio]"
        );
        let [width, css_width, height, css_height]: [f64; 4] = page.eval_as(&script)?;
        let fits = (width - css_width).abs() <= 1.0 && (height - css_height).abs() <= 1.0;
        ensure!(fits, "{chart} has {width}×{height} pixels for {css_width}×{css_height}");
        first.get_or_insert(width);
    }
    Ok(first.unwrap_or_default())
}

fn charts_are_sharp_at_pixel_ratio_2(page: &Page) -> Result<()> {
    page.open(Screen { ratio: 2.0, ..DESKTOP })?;
    sharp(page)?;
    for chart in CHARTS {
        ensure!(colours(page, chart)? > 8, "{chart} is drawn");
    }
    Ok(())
}

fn charts_follow_the_window(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    let wide = sharp(page)?;
    page.set_screen(PHONE)?;
    page.wait_until("narrow charts", || Ok(sharp(page).is_ok_and(|width| width < wide.min(360.0))))?;
    no_overflow(page)?;
    page.set_screen(Screen { ratio: 1.5, ..DESKTOP })?;
    page.wait_until("charts at another pixel ratio", || Ok(sharp(page).is_ok_and(|width| width > wide)))
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

fn reduced_motion_still_finishes(page: &Page) -> Result<()> {
    page.set_media("prefers-reduced-motion", "reduce")?;
    page.open(DESKTOP)?;
    ensure!(colours(page, CHARTS[0])? > 8, "the run is drawn");
    Ok(())
}
