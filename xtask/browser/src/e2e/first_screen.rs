//! The untouched first screen carries the message.

use super::{CHARTS, Test};
use crate::page::{DESKTOP, Page};
use anyhow::{Result, ensure};
use serde_json::json;

pub const TESTS: &[Test] = &[
    ("opens_with_a_finished_run", opens_with_a_finished_run),
    ("charts_are_drawn_and_named", charts_are_drawn_and_named),
    ("joint_descent_collapses_and_auxilearn_does_not", joint_descent_collapses_and_auxilearn_does_not),
    ("reads_without_script", reads_without_script),
    ("controls_have_names", controls_have_names),
    ("a_request_to_another_origin_is_a_problem", a_request_to_another_origin_is_a_problem),
];

fn opens_with_a_finished_run(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    ensure!(page.step()? > 0, "a finished run has steps");
    let main: String = page.eval_as("return document.querySelector('main, body').innerText")?;
    ensure!(main.len() > 200, "the page says what is seen");
    Ok(())
}

/// Every test ends with a look at the problems: the policy makes one of each such request.
fn a_request_to_another_origin_is_a_problem(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    ensure!(page.problems()?.is_empty(), "the page asks for nothing");
    for request in
        ["fetch(elsewhere)", "Object.assign(new Image(), { src: elsewhere })", "new WebSocket(elsewhere)"]
    {
        page.eval(&format!("const elsewhere = 'http://127.0.0.2:9/'; try {{ await {request} }} catch {{}}"))?;
        page.wait_until(request, || Ok(page.problems()?.iter().any(|text| text.contains("127.0.0.2"))))?;
        page.settle()?;
        page.problems()?; // a refused request may be told twice
    }
    Ok(())
}

fn charts_are_drawn_and_named(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    for chart in CHARTS {
        drawn(page, chart)?;
        let (role, name): (String, String) = page.eval_as(&format!(
            "const c = document.querySelector('canvas[data-chart={chart}]'); \
             const by = c.getAttribute('aria-labelledby'); \
             return [c.getAttribute('role') ?? '', c.getAttribute('aria-label') ?? document.getElementById(by)?.textContent ?? '']"
        ))?;
        ensure!(!role.is_empty(), "chart {chart} has a role");
        ensure!(name.trim().len() > 3, "chart {chart} has an accessible name, not {name:?}");
    }
    Ok(())
}

/// Waits until a chart, scaled down to 64 by 64 pixels, has more than 8 colours.
pub fn drawn(page: &Page, chart: &str) -> Result<()> {
    let script = format!(
        "const c = document.querySelector('canvas[data-chart={chart}]'); c.scrollIntoView(); \
         const small = Object.assign(document.createElement('canvas'), {{ width: 64, height: 64 }}); \
         const g = small.getContext('2d'); g.drawImage(c, 0, 0, 64, 64); \
         return new Set(new Uint32Array(g.getImageData(0, 0, 64, 64).data.buffer)).size > 8"
    );
    page.wait_until(&format!("a drawn chart {chart}"), || page.eval_as(&script))
}

fn joint_descent_collapses_and_auxilearn_does_not(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    for column in ["phi_1", "phi_2"] {
        ensure!(
            page.value(0, column)? == 0.0,
            "joint descent ends with {column} = {}",
            page.value(0, column)?
        );
    }
    ensure!(page.value(1, "phi_1")? > 0.0, "AuxiLearn keeps the helpful task");
    Ok(())
}

fn reads_without_script(page: &Page) -> Result<()> {
    page.set_screen(DESKTOP)?;
    page.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true }))?;
    page.goto("")?;
    // The DevTools protocol still evaluates when the page's own scripts are off.
    let words =
        json!({ "expression": "document.body.innerText.split(/\\s+/).length", "returnByValue": true });
    let count = page.devtools("Runtime.evaluate", words)?;
    let count = count.pointer("/result/value").and_then(serde_json::Value::as_u64).unwrap_or_default();
    ensure!(count > 30, "{count} words without script");
    let picture = json!({ "expression": "document.querySelector('.prerendered').getBoundingClientRect().height", "returnByValue": true });
    let height = page.devtools("Runtime.evaluate", picture)?;
    let height = height.pointer("/result/value").and_then(serde_json::Value::as_f64).unwrap_or_default();
    ensure!(height > 250.0, "the picture is {height} pixels high without script");
    let late = json!({ "expression": "getComputedStyle(document.querySelector('.late')).display", "returnByValue": true });
    let late = page.devtools("Runtime.evaluate", late)?;
    ensure!(
        late.pointer("/result/value").is_some_and(|display| display == "none"),
        "nothing is loading: {late}"
    );
    let dead = json!({ "expression": "[...document.querySelectorAll('button, input, select, textarea, summary')].filter((e) => e.checkVisibility({ visibilityProperty: true })).map((e) => e.outerHTML.slice(0, 60)).join()", "returnByValue": true });
    let dead = page.devtools("Runtime.evaluate", dead)?;
    let dead = dead.pointer("/result/value").and_then(serde_json::Value::as_str).unwrap_or("no answer");
    ensure!(dead.is_empty(), "controls that do nothing without script: {dead}");
    Ok(())
}

fn controls_have_names(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    let nameless: Vec<String> = page.eval_as(
        "return [...document.querySelectorAll('button, input, select, textarea')].filter((e) => \
             !(e.labels?.length || e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.textContent.trim() || e.type === 'hidden') \
         ).map((e) => e.outerHTML.slice(0, 80))",
    )?;
    ensure!(nameless.is_empty(), "controls without a name: {nameless:?}");
    Ok(())
}
