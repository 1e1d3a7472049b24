//! The main thread is never kept for long, in Chromium's own trace of a load and a run.
//!
//! What counts is the time that a task spends on a processor, so that other programs of a busy machine cannot lengthen
//! it, and the best of a few loads, so that a cold cache cannot either. What is too long in the page is so in every load.

use super::{CHARTS, Test};
use crate::page::{DESKTOP, FASTEST, Page};
use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub const TESTS: &[Test] = &[
    ("no_task_keeps_the_main_thread_for_50_ms", no_task_keeps_the_main_thread_for_50_ms),
    ("a_task_that_keeps_the_main_thread_is_found", a_task_that_keeps_the_main_thread_is_found),
];

/// Milliseconds of processor time that a task may take.
const LIMIT: f64 = 50.0;
/// Loads of which the best counts.
const LOADS: usize = 5;

fn no_task_keeps_the_main_thread_for_50_ms(page: &Page) -> Result<()> {
    check(page, LOADS, None)
}

/// Arithmetic that takes any processor of the next years longer than [`LIMIT`]: it is no time that is waited for.
const BUSY: &str = "addEventListener('load', () => setTimeout(() => { \
    let sum = 0; for (let i = 0; i < 2e8; i++) sum += Math.sqrt(i); window.sum = sum; }))";

fn a_task_that_keeps_the_main_thread_is_found(page: &Page) -> Result<()> {
    let Err(error) = check(page, 1, Some(BUSY)) else { bail!("a busy loop was not found") };
    let said = format!("{error:#}");
    ensure!(said.contains("kept the main thread") && said.contains("TimerFire"), "{said}");
    Ok(())
}

/// Loads the page, plays the run to its end, and looks at the longest task of the main thread.
fn check(page: &Page, loads: usize, script: Option<&str>) -> Result<()> {
    let mut longest = Vec::new();
    for _ in 0..loads {
        let traced = page.another_traced()?;
        let outcome = run(&traced, script).and_then(|()| traced.trace());
        traced.close()?;
        let task = longest_task(&outcome?, page.site())?;
        page.note(format!(
            "longest task: {:.0} ms of processor time ({})",
            task.milliseconds,
            task.within.join(", ")
        ));
        if task.milliseconds < LIMIT {
            return Ok(());
        }
        longest.push(format!("{:.0} ms: {}", task.milliseconds, task.within.join(", ")));
    }
    bail!(
        "a task kept the main thread for more than {LIMIT} ms in each of {loads} loads: {}",
        longest.join("; ")
    )
}

/// The untouched first screen with all that comes after it, then the run from its start to its end.
fn run(page: &Page, script: Option<&str>) -> Result<()> {
    if let Some(source) = script {
        page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source }))?;
    }
    page.open(DESKTOP)?;
    let charts = "return document.querySelectorAll('canvas[data-chart]').length";
    page.wait_until("all charts", || Ok(page.eval_as::<usize>(charts)? > CHARTS.len()))?;
    page.click("rewind")?;
    page.wait_until("step 0", || Ok(page.step()? == 0))?;
    page.set_speed(FASTEST)?;
    page.click("play")?;
    page.wait_for_state("finished")
}

/// A task of the main thread.
struct Task {
    /// Processor time.
    milliseconds: f64,
    /// What took most of it, with milliseconds.
    within: Vec<String>,
}

/// The longest task of the main thread of the process that shows `site`: the browser has pages of its own.
fn longest_task(events: &[Value], site: &str) -> Result<Task> {
    let word = |event: &Value, field: &str| event[field].as_str().unwrap_or_default().to_owned();
    let thread = |event: &Value| (event["pid"].as_u64(), event["tid"].as_u64());
    let name = |event: &Value| event.pointer("/args/name").and_then(Value::as_str) == Some("CrRendererMain");
    let url = |event: &Value| {
        event.pointer("/args/data/url").and_then(Value::as_str).is_some_and(|url| url.starts_with(site))
    };
    let ours: BTreeSet<_> = events.iter().filter(|e| url(e)).map(|e| e["pid"].as_u64()).collect();
    let named = events.iter().filter(|e| e["name"] == "thread_name" && name(e));
    let main: BTreeSet<_> = named.map(thread).filter(|(process, _)| ours.contains(process)).collect();
    let timed: Vec<&Value> =
        events.iter().filter(|e| main.contains(&thread(e)) && e["tdur"].is_number()).collect();
    let time = |event: &Value| event["tdur"].as_f64().unwrap_or_default() / 1000.0;
    let tasks = timed.iter().filter(|event| word(event, "name").ends_with("RunTask"));
    let Some(longest) = tasks.max_by(|a, b| time(a).total_cmp(&time(b))) else {
        bail!("the trace has no tasks: {} events", events.len())
    };
    let span = |event: &Value| {
        let start = event["ts"].as_f64().unwrap_or_default();
        (start, start + event["dur"].as_f64().unwrap_or_default())
    };
    let (start, end) = span(longest);
    let inside =
        |event: &&&Value| thread(event) == thread(longest) && span(event).0 >= start && span(event).1 <= end;
    let mut within: Vec<&&Value> = timed.iter().filter(inside).filter(|event| time(event) > 2.0).collect();
    within.sort_by(|a, b| time(b).total_cmp(&time(a)));
    let within = within.iter().take(12).map(|event| format!("{} {:.0}", word(event, "name"), time(event)));
    Ok(Task { milliseconds: time(longest), within: within.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_task_of_the_main_thread_is_found_by_processor_time() {
        let event = |name: &str, tid: u64, ts: u64, dur: u64, tdur: u64| json!({ "name": name, "pid": 1, "tid": tid, "ts": ts, "dur": dur, "tdur": tdur });
        let named = |tid: u64, name: &str| json!({ "name": "thread_name", "pid": 1, "tid": tid, "args": { "name": name } });
        let events = [
            named(1, "CrRendererMain"),
            named(2, "DedicatedWorker thread"),
            event("RunTask", 2, 0, 900_000, 900_000),
            event("RunTask", 1, 0, 80_000, 9_000),
            event("RunTask", 1, 100_000, 70_000, 61_000),
            event("Layout", 1, 101_000, 50_000, 45_000),
            json!({ "name": "CommitLoad", "pid": 1, "tid": 1, "args": { "data": { "url": "http://site/page" } } }),
            json!({ "name": "thread_name", "pid": 2, "tid": 1, "args": { "name": "CrRendererMain" } }),
            json!({ "name": "RunTask", "pid": 2, "tid": 1, "ts": 0, "dur": 90_000, "tdur": 90_000 }),
        ];
        let task = longest_task(&events, "http://site/").unwrap();
        assert_eq!(task.milliseconds, 61.0);
        assert_eq!(task.within, ["RunTask 61", "Layout 45"]);
        assert!(
            longest_task(&events, "http://other/").is_err()
                && longest_task(&events[..3], "http://site/").is_err()
        );
    }
}
