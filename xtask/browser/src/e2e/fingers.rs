//! Fingers on charts, paper, and names that are written from the right.

use super::Test;
use super::links::{complete, open_at};
use crate::page::{DESKTOP, PHONE, Page};
use anyhow::{Result, ensure};
use serde_json::{Value, json};
use std::fs;
use xtask::cargo::root;

pub const TESTS: &[Test] = &[
    ("two_fingers_zoom_over_every_chart", two_fingers_zoom_over_every_chart),
    ("a_swipe_over_a_chart_scrolls_and_leaves_nothing", a_swipe_over_a_chart_scrolls_and_leaves_nothing),
    ("a_tap_puts_the_cursor_there", a_tap_puts_the_cursor_there),
    ("paper_has_every_chart_though_none_was_scrolled_to", paper_has_every_chart_though_none_was_scrolled_to),
    ("names_turn_nothing_around_them", names_turn_nothing_around_them),
];

fn with_fingers(page: &Page, fragment: &str) -> Result<()> {
    page.set_screen(PHONE)?;
    page.devtools("Emulation.setTouchEmulationEnabled", json!({ "enabled": true, "maxTouchPoints": 5 }))?;
    page.load(fragment)?;
    page.wait_for_state("finished")?;
    complete(page)?;
    page.wait_for_features()
}

fn touch(page: &Page, kind: &str, points: &[(f64, f64)]) -> Result<()> {
    let points: Vec<Value> =
        points.iter().enumerate().map(|(id, (x, y))| json!({ "x": x, "y": y, "id": id })).collect();
    page.devtools("Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": points })).map(drop)
}

/// The middle of a chart, brought to the middle of the window.
fn middle(page: &Page, chart: &str) -> Result<(f64, f64)> {
    page.eval(&format!(
        "document.querySelector('canvas[data-chart={chart}]').scrollIntoView({{ block: 'center', behavior: 'instant' }})"
    ))?;
    page.settle()?;
    page.eval_as(&format!(
        "const r = document.querySelector('canvas[data-chart={chart}]').getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]"
    ))
}

/// Whether there is something to undo.
const CHANGED: &str =
    "return document.querySelector('[data-action=undo]').getAttribute('aria-disabled') !== 'true'";

/// Waits until the page scrolls no longer by itself.
fn still(page: &Page) -> Result<()> {
    let mut last = f64::NAN;
    page.wait_until("the end of scrolling", || {
        page.let_pass(100)?;
        let top: f64 = page.eval_as("return scrollY")?;
        let same = top.to_bits() == last.to_bits();
        last = top;
        Ok(same)
    })
}

/// A place of a chart near its middle where nothing may be dragged.
fn free(page: &Page, chart: &str) -> Result<(f64, f64)> {
    let (x, y) = middle(page, chart)?;
    page.eval_as(&format!(
        "for (let d = 0; d < 90; d += 6) for (const [a, b] of [[{x} - d, {y}], [{x} + d, {y}], [{x}, {y} - d]]) \
         if (document.elementFromPoint(a, b)?.tagName === 'CANVAS') return [a, b]; return [{x}, {y}]"
    ))
}

fn charts(page: &Page) -> Result<Vec<String>> {
    page.eval_as(
        "return [...document.querySelectorAll('canvas[data-chart]')].map(({ dataset }) => dataset.chart)",
    )
}

fn two_fingers_zoom_over_every_chart(page: &Page) -> Result<()> {
    with_fingers(page, "#preset=noisy-main")?;
    for chart in charts(page)? {
        let (x, y) = middle(page, &chart)?;
        // All that lies there, and around it, lets two fingers zoom.
        let stopped: Vec<String> = page.eval_as(&format!(
            "const all = []; for (let e = document.elementFromPoint({x}, {y}); e; e = e.parentElement) all.push(e); \
             return [...all, ...document.querySelectorAll('[data-handle]')].map((e) => getComputedStyle(e).touchAction).filter((a) => !/auto|manipulation|pinch-zoom/.test(a))"
        ))?;
        ensure!(stopped.is_empty(), "{chart}: {stopped:?}");
        let free: bool = page.eval_as(&format!(
            "const canvas = document.querySelector('canvas[data-chart={chart}]'); \
             return ['touchstart', 'touchmove'].every((kind) => canvas.dispatchEvent(new Event(kind, {{ bubbles: true, cancelable: true }})))"
        ))?;
        ensure!(free, "{chart}: fingers are not stopped");
    }
    Ok(())
}

fn a_swipe_over_a_chart_scrolls_and_leaves_nothing(page: &Page) -> Result<()> {
    with_fingers(page, "#preset=sign-flip")?;
    let (digests, entries): (Vec<String>, u32) = (page.digests()?, page.eval_as("return history.length")?);
    for chart in ["phi", "losses", "ledger", "w_plane", "phi_landscape"] {
        let (x, y) = free(page, chart)?;
        let top: f64 = page.eval_as("return scrollY")?;
        touch(page, "touchStart", &[(x, y)])?;
        for i in 1..=8 {
            touch(page, "touchMove", &[(x + 2.0 * f64::from(i), y - 15.0 * f64::from(i))])?;
        }
        touch(page, "touchEnd", &[])?;
        page.wait_until(&format!("scrolling from {chart}"), || {
            Ok((page.eval_as::<f64>("return scrollY")? - top).abs() > 30.0)
        })?;
        still(page)?;
        let changed: bool = page.eval_as(CHANGED)?;
        ensure!(!changed, "the swipe over {chart} dragged something");
        // A finger that goes sideways moves no cursor either.
        let (x, y) = free(page, chart)?;
        touch(page, "touchStart", &[(x, y)])?;
        for i in 1..=8 {
            touch(page, "touchMove", &[(x + 10.0 * f64::from(i), y)])?;
        }
        touch(page, "touchEnd", &[])?;
        still(page)?;
        let changed: bool = page.eval_as(CHANGED)?;
        ensure!(!changed && page.digests()? == digests, "the swipes over {chart} dragged something");
    }
    page.let_pass(900)?;
    let left: (String, u32, bool) = page.eval_as(
        "return [location.hash, history.length, document.querySelector('[data-action=undo]').getAttribute('aria-disabled') === 'true']",
    )?;
    ensure!(left == ("#preset=sign-flip".to_owned(), entries, true), "{left:?}");
    ensure!(page.digests()? == digests, "the run is the same");
    Ok(())
}

fn a_tap_puts_the_cursor_there(page: &Page) -> Result<()> {
    with_fingers(page, "#preset=two-heads")?;
    let (x, y) = middle(page, "phi")?;
    touch(page, "touchStart", &[(x, y)])?;
    touch(page, "touchEnd", &[])?;
    page.wait_until("the cursor in the address", || page.eval_as("return /[#&]t=\\d+/.test(location.hash)"))
}

/// Kinds of the charts shown that are one colour throughout.
const BLANK: &str = "return [...document.querySelectorAll('canvas[data-chart]')].filter((c) => c.getClientRects().length && !(() => { \
    const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height); const colours = new Set(); \
    for (let i = 0; i < data.length && colours.size < 9; i += 4) colours.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]); \
    return colours.size >= 9 })()).map((c) => c.dataset.chart)";

fn paper_has_every_chart_though_none_was_scrolled_to(page: &Page) -> Result<()> {
    for preset in ["noisy-main", "two-heads"] {
        for way in ["event", "media"] {
            page.set_screen(DESKTOP)?;
            page.load(&format!("#preset={preset}"))?;
            page.wait_for_state("finished")?;
            page.wait_for_features()?;
            let unseen: Vec<String> = page.eval_as(BLANK)?;
            ensure!(unseen.len() > 3, "charts below are not drawn yet: {unseen:?}");
            if way == "media" {
                page.devtools("Emulation.setEmulatedMedia", json!({ "media": "print" }))?;
                page.settle()?;
            } else {
                page.eval("dispatchEvent(new Event('beforeprint'))")?;
            }
            let blank: Vec<String> = page.eval_as(BLANK)?;
            ensure!(blank.is_empty() && charts(page)?.len() > 7, "{preset} by {way}: {blank:?} are blank");
            let theme: String = page.eval_as("return document.documentElement.dataset.theme")?;
            ensure!(theme == "light", "{theme}");
            page.devtools("Emulation.setEmulatedMedia", json!({ "media": "" }))?;
            page.eval("dispatchEvent(new Event('afterprint'))")?;
        }
    }
    Ok(())
}

/// All that a reader meets: texts, names that are read aloud, texts on canvases. Each keeps its direction to itself if, after
/// what it isolates, nothing is written from the right and nothing turns.
const TURNING: &str = "const settled = (text) => !/[\\u0590-\\u08ff\\u200f\\u202a-\\u202e\\u2066-\\u2069]/.test(text.replace(/\\u2068[^\\u202a-\\u202e\\u2066-\\u2069]*\\u2069/g, '')); \
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT); const all = [...window.written, document.title]; \
    while (walker.nextNode()) if (!walker.currentNode.parentElement.closest('textarea, script')) all.push(walker.currentNode.data); \
    for (const e of document.querySelectorAll('[aria-label], [title], [aria-description], [aria-valuetext]')) \
      for (const name of ['aria-label', 'title', 'aria-description', 'aria-valuetext']) all.push(e.getAttribute(name) ?? ''); \
    return all.filter((text) => !settled(text)).slice(0, 5)";

fn names_turn_nothing_around_them(page: &Page) -> Result<()> {
    let text = fs::read_to_string(root().join("tests/data/names-from-the-right.json"))?;
    for (lane, task) in [
        ("\u{202e}abc", "\u{5e2}\u{5d6}\u{5e8}"),
        ("\u{2067}x\u{202b}", "\u{645}\u{647}\u{645}\u{629} 2"),
        ("\u{2069}\u{200f}1", "a\u{202d}b"),
    ] {
        let mut document: Value = serde_json::from_str(&text)?;
        document["title"] = json!(format!("{task} {lane} 3"));
        document["lanes"][1]["label"] = json!(lane);
        document["problem"]["data"]["auxiliaries"][1]["name"] = json!(task);
        document["steps"] = json!(300);
        open_at(page, "")?;
        let before = page.digests()?;
        page.eval(
            "window.written = []; const { prototype } = CanvasRenderingContext2D; const { fillText } = prototype; \
             prototype.fillText = function (text, ...rest) { window.written.push(text); return fillText.call(this, text, ...rest) }",
        )?;
        page.apply_document(&document.to_string())?;
        page.wait_for_finished("its run", || Ok(page.digests()? != before))?;
        page.eval("dispatchEvent(new Event('beforeprint')); dispatchEvent(new Event('afterprint'))")?;
        page.settle()?;
        let turning: Vec<String> = page.eval_as(TURNING)?;
        ensure!(turning.is_empty(), "{lane:?}, {task:?}: {turning:?}");
        let names: bool = page.eval_as("return window.written.some((text) => text.includes('\\u2068'))")?;
        ensure!(names, "the names stand on the charts");
        // Files have them as they were written.
        page.eval(super::figures::CATCH)?;
        page.eval("document.querySelector('[data-action=data]').click(); document.querySelector('[data-action=save-csv]').click()")?;
        page.wait_until("the file", || page.eval_as("return !!window.caught?.blob"))?;
        let kept: bool = page
            .eval_as(&format!("return (await window.caught.blob.text()).includes({} + ',')", json!(lane)))?;
        ensure!(kept, "the file has the name as it is");
        let svg = super::figures::save(page, "phi", "svg");
        ensure!(svg.is_ok(), "the figure is made");
        let turning: Vec<String> = page.eval_as(&format!(
            "window.written = (await window.caught.blob.text()).split(/<[^>]*>/); {TURNING}"
        ))?;
        ensure!(turning.is_empty(), "in the figure: {turning:?}");
    }
    Ok(())
}
