//! Measures the solver natively and in Chromium, the page as a visitor loads it, and its charts.

mod charts;

use crate::driver::Driver;
use crate::page::{DESKTOP, Page};
use anyhow::{Context, Result, bail};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::path::Path;
use xtask::cargo::{PACKAGE, cargo, output, root, target_dir};
use xtask::serve::{Port, Server};
use xtask::{dist, size};

/// Loads of the page, each in a fresh browser.
const LOADS: usize = 5;
/// What the page's solver is compared with in the browser.
const BASELINES: [(&str, &str); 2] = [("js_baseline", "ratio"), ("js_baseline_minimal", "ratio_minimal")];

/// One measurement.
struct Measurement {
    name: String,
    place: &'static str,
    value: f64,
    unit: String,
}

impl Measurement {
    fn in_chromium(name: impl Into<String>, value: f64, unit: &str) -> Self {
        Self { name: name.into(), place: "chromium", value, unit: unit.into() }
    }
}

/// Measures everything, or one of `solver`, `page` and `charts`, and prints it as a table or as JSON.
///
/// # Errors
/// If something does not build or run, or there is no such part.
pub fn run(as_json: bool, part: Option<&str>) -> Result<()> {
    if let Some(unknown) = part.filter(|part| !["solver", "page", "charts"].contains(part)) {
        bail!("there is no part {unknown:?} to measure: solver, page or charts");
    }
    let wanted = |name: &str| part.is_none_or(|part| part == name);
    let mut all = if wanted("solver") { native()? } else { Vec::new() };
    let driver = Driver::start()?;
    if wanted("solver") {
        all.extend(solver_in_chromium(&driver)?);
    }
    if wanted("page") {
        all.extend(page_in_chromium(&driver)?);
    }
    if wanted("charts") {
        all.extend(charts::measure(&driver)?);
    }
    if as_json {
        let list: Vec<Value> = all
            .iter()
            .map(|m| json!({ "name": m.name, "where": m.place, "value": m.value, "unit": m.unit }))
            .collect();
        println!("{}", serde_json::to_string_pretty(&list)?);
    } else {
        for m in &all {
            println!("{:<44} {:<9} {:>16} {}", m.name, m.place, readable(m.value), m.unit);
        }
    }
    Ok(())
}

/// The package's own benchmark prints one JSON object a line.
fn native() -> Result<Vec<Measurement>> {
    let args = ["bench", "--package", PACKAGE, "--bench", "outer_steps", "--", "--json"];
    output(&mut cargo(args))?.lines().filter(|line| line.starts_with('{')).map(native_line).collect()
}

fn native_line(line: &str) -> Result<Measurement> {
    let parsed: Value = serde_json::from_str(line)?;
    let field = |name: &str| parsed[name].as_str().map(str::to_owned);
    let value = parsed["value"].as_f64();
    let all = field("name").zip(field("unit")).zip(value);
    let ((name, unit), value) = all.with_context(|| format!("not a measurement: {line}"))?;
    Ok(Measurement { name, place: "native", value, unit })
}

/// The same work in the browser, beside plain JavaScript in the same page.
fn solver_in_chromium(driver: &Driver) -> Result<Vec<Measurement>> {
    let results: Vec<(String, f64)> = results_of(driver, "bench/", None)?;
    let mut all: Vec<Measurement> =
        results.iter().map(|(name, value)| Measurement::in_chromium(name, *value, "steps/s")).collect();
    all.extend(ratios(&results));
    Ok(all)
}

/// What a page of `benches/browser/` found, served beside a build with the feature `bench` and perhaps a
/// library to compare with, below `bench/peer/`.
fn results_of<T: DeserializeOwned>(driver: &Driver, address: &str, peer: Option<&Path>) -> Result<T> {
    let mut site = dist::build(&target_dir().join("bench-dist"), &["bench"])?;
    site.add_folder(&root().join("benches/browser"), "bench/")?;
    if let Some(peer) = peer {
        site.add_folder(peer, "bench/peer/")?;
    }
    let server = Server::bind(Port::Exactly(0))?.start(site, "/")?;
    let page = driver.open(&server.url())?;
    page.goto(address)?;
    let over = || Ok(matches!(page.state()?.as_str(), "finished" | "error"));
    for patience in (0..5).rev() {
        // These pages take longer than others.
        match page.wait_until("the results", over) {
            Err(error) if patience == 0 => return Err(error),
            Err(_) => {}
            Ok(()) => break,
        }
    }
    let text = page.text("[data-results]")?;
    page.close()?;
    serde_json::from_str(&text).with_context(|| format!("the benchmark page says: {text}"))
}

/// How many times faster the solver is than each baseline, by case.
fn ratios(results: &[(String, f64)]) -> Vec<Measurement> {
    let value = |name: String| results.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    let cases = results.iter().filter_map(|(name, value)| Some((name.strip_prefix("outer_steps/")?, *value)));
    cases
        .flat_map(|(case, ours)| {
            BASELINES.iter().filter_map(move |(baseline, ratio)| {
                let theirs = value(format!("{baseline}/{case}"))?;
                Some(Measurement::in_chromium(format!("{ratio}/{case}"), ours / theirs, "times"))
            })
        })
        .collect()
}

/// Watches a page from its first instant: when its first words and pictures are painted, when the program has taken
/// over and Play works, and every task that keeps the main thread for more than 50 ms.
const WATCH: &str = r"
    window.watched = { painted: null, playable: null, long: [0] };
    new PerformanceObserver((list) => list.getEntries().forEach((e) => watched.long.push(e.duration)))
        .observe({ type: 'longtask', buffered: true });
    new PerformanceObserver((list) => list.getEntriesByName('first-contentful-paint').forEach((e) => watched.painted = e.startTime))
        .observe({ type: 'paint', buffered: true });
    new MutationObserver(() => {
        const { picture, state } = document.documentElement?.dataset ?? {};
        if (picture === undefined && state === 'finished') watched.playable ??= performance.now();
    }).observe(document, { subtree: true, attributeFilter: ['data-picture', 'data-state'] });
";

/// What a visitor waits for and downloads.
fn page_in_chromium(driver: &Driver) -> Result<Vec<Measurement>> {
    let site = dist::build(&target_dir().join("e2e-dist"), &[])?;
    let sizes = size::parts(&site);
    let server = Server::bind(Port::Exactly(0))?.start(site, "/")?;
    let (mut painted, mut playable, mut longest) = (Vec::new(), Vec::new(), 0.0f64);
    for _ in 0..LOADS {
        let page = driver.open(&server.url())?;
        page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH }))?;
        page.open(DESKTOP)?;
        let both = "return watched.painted !== null && watched.playable !== null";
        page.wait_until("a picture and a program", || page.eval_as(both))?;
        painted.push(page.eval_as("return watched.painted")?);
        playable.push(page.eval_as("return watched.playable")?);
        replay(&page)?;
        longest = longest.max(page.eval_as("return Math.max(...watched.long)")?);
        page.close()?;
    }
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times[LOADS / 2]
    };
    let times = [
        ("page/first_picture", median(painted), "ms (median of 5 cold loads)"),
        ("page/playable", median(playable), "ms (median of 5 cold loads: Play works)"),
        ("page/longest_task", longest, "ms (loads and replays; 0: none over 50)"),
    ];
    let bytes = sizes.into_iter().map(|(what, bytes)| {
        Measurement::in_chromium(format!("page/bytes_gzip/{}", what.replace(' ', "_")), bytes as f64, "bytes")
    });
    let times = times.into_iter().map(|(name, value, unit)| Measurement::in_chromium(name, value, unit));
    Ok(times.chain(bytes).collect())
}

/// Plays the run again from its start for a while, since that too must not block.
fn replay(page: &Page) -> Result<()> {
    page.click("rewind")?;
    page.wait_until("step 0", || Ok(page.step()? == 0))?;
    page.click("play")?;
    std::thread::sleep(std::time::Duration::from_secs(2));
    Ok(())
}

/// A number with digits in groups, as many decimals as its size deserves.
fn readable(value: f64) -> String {
    let text = if value.abs() < 100.0 { format!("{value:.2}") } else { format!("{value:.0}") };
    let (whole, decimals) = text.split_once('.').map_or((text.as_str(), None), |(w, d)| (w, Some(d)));
    let digits = whole.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group).into_owned());
    let grouped = digits.collect::<Vec<_>>().join(" ");
    decimals.map_or(grouped.clone(), |decimals| format!("{grouped}.{decimals}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(readable(8_123_456.7), "8 123 457");
        assert_eq!(readable(2.345), "2.35");
        assert_eq!(readable(0.0), "0.00");
    }

    #[test]
    fn ratios_compare_the_same_case() {
        let results = [
            ("outer_steps/a", 8.0),
            ("js_baseline/a", 2.0),
            ("js_baseline_minimal/a", 4.0),
            ("js_baseline/b", 1.0),
        ]
        .map(|(name, value)| (name.to_owned(), value));
        let found: Vec<(String, f64)> = ratios(&results).into_iter().map(|m| (m.name, m.value)).collect();
        assert_eq!(found, [("ratio/a".to_owned(), 4.0), ("ratio_minimal/a".to_owned(), 2.0)]);
    }

    #[test]
    fn lines_of_the_native_benchmark_are_checked() {
        let line = r#"{"name":"outer_steps/a","value":1e6,"unit":"steps/s"}"#;
        assert_eq!(native_line(line).unwrap().value, 1e6);
        assert!(native_line(r#"{"name":"a"}"#).is_err());
    }
}
