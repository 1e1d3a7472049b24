//! Charts as files.

use super::{CHARTS, DEFAULT, Test, default_document, more::open, native::program};
use crate::page::Page;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::json;
use xtask::cargo::output;

pub const TESTS: &[Test] = &[
    ("the_svg_of_each_chart_is_what_the_example_draws", the_svg_of_each_chart_is_what_the_example_draws),
    (
        "the_png_of_each_chart_is_sharp_and_has_its_caption",
        the_png_of_each_chart_is_sharp_and_has_its_caption,
    ),
    ("figures_tell_the_seed_that_was_run", figures_tell_the_seed_that_was_run),
    ("figures_are_reached_by_keyboard", figures_are_reached_by_keyboard),
];

/// What the page handed to the browser to keep.
#[derive(Deserialize)]
pub struct File {
    name: String,
    mime: String,
    pub bytes: usize,
    pub text: String,
    /// Of a picture: its size, and how many colours there are in its lower part.
    size: (u32, u32),
    colours: usize,
    /// CSS pixels of the chart.
    pub chart: (f64, f64),
}

/// Keeps what would be downloaded.
pub const CATCH: &str = "\
    const make = URL.createObjectURL; \
    URL.createObjectURL = (blob) => { window.caught = { blob }; return make.call(URL, blob) }; \
    HTMLAnchorElement.prototype.click = function () { window.caught.name = this.download }";

/// Presses a chart's button and takes the file.
pub fn save(page: &Page, chart: &str, format: &str) -> Result<File> {
    page.eval(&format!(
        "window.caught = undefined; document.querySelector('canvas[data-chart={chart}]').closest('figure') \
         .querySelector('[data-action={format}]').click()"
    ))?;
    page.wait_until("a file", || page.eval_as("return !!window.caught?.name"))?;
    page.eval_as(&format!(
        "const {{ blob, name }} = window.caught, box = document.querySelector('canvas[data-chart={chart}]').getBoundingClientRect(); \
         const file = {{ name, mime: blob.type, bytes: blob.size, text: '', size: [0, 0], colours: 0, chart: [box.width, box.height] }}; \
         if (blob.type !== 'image/png') return {{ ...file, text: await blob.text() }}; \
         const picture = await createImageBitmap(blob), {{ width, height }} = picture; \
         const g = Object.assign(document.createElement('canvas'), {{ width, height }}).getContext('2d'); \
         g.drawImage(picture, 0, 0); const top = Math.round(2 * box.height) + 2; \
         const below = g.getImageData(0, top, width, height - top); \
         return {{ ...file, size: [width, height], colours: new Set(new Uint32Array(below.data.buffer)).size }}"
    ))
}

fn charts() -> impl Iterator<Item = &'static str> {
    CHARTS.into_iter().chain(["ledger", "w_plane", "phi_landscape", "neumann", "cut_short"])
}

fn the_svg_of_each_chart_is_what_the_example_draws(page: &Page) -> Result<()> {
    open(page)?;
    page.eval(CATCH)?;
    let document = default_document()?;
    let title = document["title"].as_str().context("a title")?;
    for chart in charts() {
        let file = save(page, chart, "svg")?;
        ensure!(file.name == format!("auxilearn-{chart}-seed11.svg"), "{}", file.name);
        ensure!(file.mime == "image/svg+xml", "{chart} is {}", file.mime);
        let (root, read): (String, String) = page.eval_as(&format!(
            "const d = new DOMParser().parseFromString({}, 'image/svg+xml'); \
             return [d.documentElement.localName, d.querySelector('title')?.textContent ?? '']",
            json!(file.text)
        ))?;
        ensure!(root == "svg" && read == title, "{chart}: {root}, {read}");
        ensure!(file.text.contains("Seed 11, 1500 steps."), "{chart} has its seed");
        let [width, height] = [file.chart.0, file.chart.1].map(|side| side.round().to_string());
        let sizes = ["--width", &width, "--height", &height, "--chart", chart];
        let native = output(program("render")?.arg("--caption").args(sizes).arg(DEFAULT))?;
        ensure!(native.trim() == file.text.trim(), "{chart} differs from the example's");
    }
    Ok(())
}

fn the_png_of_each_chart_is_sharp_and_has_its_caption(page: &Page) -> Result<()> {
    open(page)?;
    page.eval(CATCH)?;
    for chart in charts() {
        let file = save(page, chart, "png")?;
        ensure!(file.name == format!("auxilearn-{chart}-seed11.png"), "{}", file.name);
        let (width, height) = (f64::from(file.size.0), f64::from(file.size.1));
        ensure!((width - 2.0 * file.chart.0).abs() <= 1.0, "{chart} is {width} pixels wide");
        ensure!(height > 2.0 * file.chart.1 + 60.0, "{chart} is {height} pixels high: no caption");
        ensure!(file.bytes > 5_000 && file.colours > 8, "{chart}: {} bytes, {}", file.bytes, file.colours);
    }
    Ok(())
}

fn figures_tell_the_seed_that_was_run(page: &Page) -> Result<()> {
    open(page)?;
    page.eval(CATCH)?;
    page.click("new-seed")?;
    page.wait_for_finished("another seed", || Ok(page.text("[data-seed]")? != "11"))?;
    let seed = page.text("[data-seed]")?;
    let file = save(page, "phi", "svg")?;
    ensure!(file.text.contains(&format!("Seed {seed}, ")), "seed {seed} is not told");
    ensure!(file.name == format!("auxilearn-phi-seed{seed}.svg"), "{}", file.name);
    Ok(())
}

fn figures_are_reached_by_keyboard(page: &Page) -> Result<()> {
    open(page)?;
    page.eval(CATCH)?;
    page.tab_to("svg")?;
    page.press(thirtyfour::Key::Enter)?;
    page.wait_until("a file", || page.eval_as("return !!window.caught?.name"))?;
    page.tab_to("png")
}
