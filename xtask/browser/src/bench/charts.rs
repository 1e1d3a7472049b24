//! Measures the charts in Chromium: one picture of ever longer traces, all of the page's charts in a frame, the plane
//! of W.

use super::{Measurement, results_of};
use crate::driver::Driver;
use crate::page::{DESKTOP, Page};
use anyhow::{Result, ensure};
use serde_json::json;
use std::collections::BTreeMap;
use std::env;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;
use xtask::cargo::target_dir;
use xtask::dist;
use xtask::serve::{Port, Server};

/// Environment variable with the folder of `uPlot.esm.js`, to be measured in the same page.
const PEER: &str = "UPLOT";

/// Charts of the first screen; features add to them.
const OPENING: u64 = 3;
/// How long the page is watched.
const WHILE: Duration = Duration::from_secs(3);

/// Measures all of it.
///
/// # Errors
/// If something does not build or run.
pub fn measure(driver: &Driver) -> Result<Vec<Measurement>> {
    let peer = env::var_os(PEER).map(PathBuf::from);
    let results: Vec<(String, f64)> = results_of(driver, "bench/charts.html", peer.as_deref())?;
    let mut all: Vec<Measurement> =
        results.into_iter().map(|(name, value)| Measurement::in_chromium(name, value, "ms")).collect();
    all.extend(frames(driver)?);
    Ok(all)
}

/// Counts the pictures of each chart (each asks its canvas for the context once) and times the animation
/// frames in which some were drawn.
const WATCH: &str = r"
    window.pictures = {};
    window.frames = [];
    let drawn = 0;
    const context = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (...args) {
        const chart = this.dataset.chart;
        if (chart) { pictures[chart] = (pictures[chart] ?? 0) + 1; drawn += 1; }
        return context.apply(this, args);
    };
    const request = requestAnimationFrame;
    window.requestAnimationFrame = (callback) => request((time) => {
        const start = performance.now();
        drawn = 0;
        callback(time);
        if (drawn > 0) frames.push(performance.now() - start);
    });
";

/// What was seen of the page for a while.
struct Seen {
    /// Milliseconds of the frames that drew something, ascending.
    frames: Vec<f64>,
    /// Pictures of each chart.
    pictures: BTreeMap<String, u64>,
}

impl Seen {
    /// A share of the frames took at most so many milliseconds; 0 without frames.
    fn at_most(&self, share: f64) -> f64 {
        let last = self.frames.len().saturating_sub(1);
        self.frames.get((share * last as f64).round() as usize).copied().unwrap_or(0.0)
    }

    /// Pictures of charts whose names are, or are not, among some.
    fn pictures(&self, some: &[String], among: bool) -> f64 {
        let counted = self.pictures.iter().filter(|(name, _)| some.contains(name) == among);
        counted.map(|(_, &count)| count).sum::<u64>() as f64
    }
}

/// Does something with the page and says what it drew meanwhile.
fn watched(page: &Page, during: impl FnOnce() -> Result<()>) -> Result<Seen> {
    page.eval("pictures = {}; frames = []")?;
    during()?;
    let mut frames: Vec<f64> = page.eval_as("return frames")?;
    frames.sort_by(f64::total_cmp);
    Ok(Seen { frames, pictures: page.eval_as("return pictures")? })
}

/// Names of the charts that are farther than half a window outside it, where nothing is drawn.
const OUT_OF_VIEW: &str = r"
    const far = ({ top, bottom }) => bottom < -0.5 * innerHeight || top > 1.5 * innerHeight;
    return [...document.querySelectorAll('canvas[data-chart]')]
        .filter((canvas) => far(canvas.getBoundingClientRect())).map((canvas) => canvas.dataset.chart);
";

/// Moves the cursor over the first chart, so that all charts in view are drawn in every frame.
const SWEEP: &str = r"
    const canvas = document.querySelector('canvas[data-chart]');
    const { x, y, width, height } = canvas.getBoundingClientRect();
    return (async () => {
        for (let i = 0; i < 120; i++) {
            const place = { clientX: x + (0.1 + 0.3 * (i / 120)) * width, clientY: y + 0.5 * height };
            canvas.dispatchEvent(new PointerEvent('pointermove', { ...place, bubbles: true, pointerType: 'mouse' }));
            await new Promise(requestAnimationFrame);
        }
    })();
";

/// The charts of the first experiment together: at rest, under a moving cursor, and in a replay with the
/// window at the top, at the plane of W and at the end of the page.
fn frames(driver: &Driver) -> Result<Vec<Measurement>> {
    let site = dist::build(&target_dir().join("e2e-dist"), &[])?;
    let server = Server::bind(Port::Exactly(0))?.start(site, "/")?;
    let page = driver.open(&server.url())?;
    page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH }))?;
    page.open(DESKTOP)?;
    let charts = "return document.querySelectorAll('canvas[data-chart]').length";
    page.wait_until("all charts", || Ok(page.eval_as::<u64>(charts)? > OPENING))?;
    sleep(WHILE);
    let rest = watched(&page, || {
        sleep(WHILE);
        Ok(())
    })?;
    let cursor = watched(&page, || page.eval(SWEEP).map(drop))?;
    let mut all = vec![
        Measurement::in_chromium("frame/at_rest", rest.pictures(&[], false), "pictures in 3 s"),
        Measurement::in_chromium("frame/under_the_cursor", cursor.at_most(0.5), "ms (median)"),
        Measurement::in_chromium("frame/under_the_cursor_95", cursor.at_most(0.95), "ms (95 of 100)"),
    ];
    let places = [
        ("top", "scrollTo(0, 0)"),
        (
            "problem",
            "document.querySelector('canvas[data-chart=w_plane]').scrollIntoView({ block: 'center' })",
        ),
        ("end", "scrollTo(0, document.body.scrollHeight)"),
    ];
    for (place, scroll) in places {
        page.eval(scroll)?;
        all.extend(replay(&page, place)?);
    }
    page.close()?;
    Ok(all)
}

/// Plays the run again where the window is now.
fn replay(page: &Page, place: &str) -> Result<Vec<Measurement>> {
    let press =
        |action: &str| page.eval(&format!("document.querySelector('[data-action={action}]').click()"));
    press("rewind")?;
    page.wait_until("step 0", || Ok(page.step()? == 0 && page.state()? == "ready"))?;
    press("play")?;
    sleep(WHILE / 6);
    let seen = watched(page, || {
        sleep(WHILE);
        Ok(())
    })?;
    ensure!(page.state()? == "running", "the replay was over too soon");
    let out: Vec<String> = page.eval_as(OUT_OF_VIEW)?;
    press("pause")?;
    page.wait_for_state("paused")?;
    let name = |what: &str| format!("frame/replay_{place}{what}");
    Ok(vec![
        Measurement::in_chromium(name(""), seen.at_most(0.5), "ms (median)"),
        Measurement::in_chromium(name("_95"), seen.at_most(0.95), "ms (95 of 100)"),
        Measurement::in_chromium(name("_pictures_in_view"), seen.pictures(&out, false), "pictures in 3 s"),
        Measurement::in_chromium(
            name("_pictures_out_of_view"),
            seen.pictures(&out, true),
            &format!("pictures in 3 s ({} charts)", out.len()),
        ),
    ])
}
