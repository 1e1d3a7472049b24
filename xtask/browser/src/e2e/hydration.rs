//! The picture that the page comes with, and the canvases that take its place.

use super::program::{visit_early, without_program};
use super::{CHARTS, Test, serve, unkept_site};
use crate::page::{DESKTOP, PHONE, Page, Screen};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

pub const TESTS: &[Test] = &[
    ("canvases_show_the_picture_that_the_page_came_with", canvases_show_the_picture_that_the_page_came_with),
    ("nothing_moves_when_the_program_is_there", nothing_moves_when_the_program_is_there),
];

/// Windows for whose widths the pictures are drawn; in others they are scaled.
const WIDE: Screen = Screen { width: 1366, height: 768, ratio: 1.0 };
const NARROW: Screen = Screen { width: 390, height: 844, ratio: 1.0 };

/// Share of the pixels of a chart that may differ clearly: those at the edges of letters.
const SHARE: f64 = 0.004;

/// A picture of the place of a chart, as PNG in base64.
fn picture(page: &Page, chart: &str) -> Result<String> {
    let clip: Value = page.eval_as(&format!(
        "const box = document.querySelector('canvas[data-chart={chart}]').getBoundingClientRect(); \
         return {{ x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height, scale: 1 }}"
    ))?;
    let shot = json!({ "format": "png", "clip": clip, "captureBeyondViewport": true });
    let taken = page.devtools("Page.captureScreenshot", shot)?;
    taken["data"].as_str().map(str::to_owned).context("a picture")
}

/// Share of pixels that differ by more than a quarter of the range in some channel.
fn difference(page: &Page, before: &str, after: &str) -> Result<f64> {
    page.eval_as(&format!(
        "const pixels = async (data) => {{ \
             const image = new Image(); image.src = `data:image/png;base64,${{data}}`; await image.decode(); \
             const canvas = Object.assign(document.createElement('canvas'), {{ width: image.width, height: image.height }}); \
             const context = canvas.getContext('2d'); context.drawImage(image, 0, 0); \
             return context.getImageData(0, 0, canvas.width, canvas.height).data; }}; \
         const [a, b] = [await pixels('{before}'), await pixels('{after}')]; \
         if (a.length !== b.length) return 1; \
         let other = 0; \
         for (let i = 0; i < a.length; i += 4) if ([0, 1, 2].some((c) => Math.abs(a[i + c] - b[i + c]) > 64)) other += 1; \
         return other / (a.length / 4)"
    ))
}

fn canvases_show_the_picture_that_the_page_came_with(page: &Page) -> Result<()> {
    let server = without_program()?;
    for (screen, language) in [(WIDE, ""), (NARROW, ""), (WIDE, "zh/")] {
        page.set_screen(screen)?;
        visit_early(page, &format!("{}{language}", server.url()))?;
        let before = CHARTS.map(|chart| picture(page, chart));
        ensure!(page.state()? == "loading", "the pictures were taken before the program was there");
        page.wait_for_state("finished")?;
        page.wait_for_features()?;
        page.eval("scrollTo(0, 0); document.activeElement?.blur()")?;
        for (chart, before) in CHARTS.into_iter().zip(before) {
            let share = difference(page, &before?, &picture(page, chart)?)?;
            ensure!(
                share < SHARE,
                "{chart} on {screen:?} {language}: {:.2} % of the pixels differ",
                100.0 * share
            );
        }
    }
    page.problems().map(drop)
}

const SHIFTS: &str = "globalThis.shifts = []; new PerformanceObserver((list) => { \
    for (const { value, sources } of list.getEntries()) shifts.push([value, ...sources.map(({ node }) => node?.className || node?.nodeName)]); \
}).observe({ type: 'layout-shift', buffered: true })";

fn nothing_moves_when_the_program_is_there(page: &Page) -> Result<()> {
    let server = serve(unkept_site()?)?;
    super::faults::before_pages(page, SHIFTS)?;
    for screen in [DESKTOP, PHONE] as [Screen; 2] {
        page.set_screen(screen)?;
        page.visit("about:blank")?;
        page.visit(&server.url())?;
        page.wait_for_state("finished")?;
        page.wait_for_features()?;
        page.settle()?;
        let shifts: Vec<Vec<Value>> = page.eval_as("return shifts")?;
        let sum: f64 = shifts.iter().filter_map(|shift| shift[0].as_f64()).sum();
        ensure!(sum < 0.01, "layout shifts of {sum} on {screen:?}: {shifts:?}");
    }
    Ok(())
}
