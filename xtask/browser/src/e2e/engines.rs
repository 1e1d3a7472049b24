//! What the page does in every engine of the web's browsers: Chromium, Firefox and WebKit.
//!
//! These tests use what all WebDrivers have. Where there is no log of the console, a script that is put before the
//! page's own collects errors and violations of the policy.

use super::data::{hand, use_table};
use super::documents::{document, own_run};
use super::ensemble::{run as run_seeds, wait_until_said};
use super::figures::CATCH;
use super::lessons::wait_for_lesson;
use super::links::{complete, open_at};
use super::problem::{at, middle, place, see};
use super::{CHARTS, Site, Test, default_document, faults, first_screen::drawn, offline, serve};
use crate::page::{DESKTOP, FASTEST, Page, SLOW};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::fs;
use thirtyfour::Key;
use xtask::browser::Engine;
use xtask::cargo::root;

pub const TESTS: &[Test] = &[
    ("opens_with_drawn_charts", opens_with_drawn_charts),
    ("has_the_native_digests_of_every_experiment", has_the_native_digests_of_every_experiment),
    ("plays_steps_and_pauses", plays_steps_and_pauses),
    ("scrubs_through_time", scrubs_through_time),
    ("drags_an_optimum_by_mouse", drags_an_optimum_by_mouse),
    ("moves_an_optimum_by_keys", moves_an_optimum_by_keys),
    ("compares_a_prediction_in_a_lesson", compares_a_prediction_in_a_lesson),
    ("runs_many_seeds", runs_many_seeds),
    ("opens_a_link_of_an_edited_document", opens_a_link_of_an_edited_document),
    ("imports_a_table_and_a_document", imports_a_table_and_a_document),
    ("exports_the_trace_and_figures", exports_the_trace_and_figures),
    ("is_dark", is_dark),
    ("is_in_chinese", is_in_chinese),
    ("is_loaded_anew_offline", is_loaded_anew_offline),
    ("is_printed", is_printed),
    ("shows_errors", shows_errors),
];

/// Collects what goes wrong in a page before any of its own scripts runs.
///
/// That sizes are looked at again in the next frame is told as an error without one (CSSWG, Resize Observer 2.4.2).
const WATCH: &str = "globalThis.problems = []; \
    addEventListener('error', (e) => { if (!/^ResizeObserver loop/.test(e.message)) problems.push(`error: ${e.message ?? e.target.src ?? e.target.href}`) }, true); \
    addEventListener('unhandledrejection', (e) => problems.push(`rejection: ${e.reason}`)); \
    addEventListener('securitypolicyviolation', (e) => problems.push(`policy: ${e.violatedDirective} ${e.blockedURI}`));\n";

/// The site with [`WATCH`] before its first script.
///
/// # Errors
/// If the site lacks the script.
pub fn watched_site() -> Result<Site> {
    let mut site = super::site()?;
    faults::change_script(&mut site, "start.js", |text| format!("{WATCH}{text}"))?;
    offline::seal(&mut site)?;
    Ok(site)
}

/// Digests of an experiment's lanes as the native program has them.
fn recorded(id: &str) -> Result<Vec<String>> {
    let file = root().join("tests/data/digests.txt");
    let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let lane = |line: &str| {
        let (experiment, rest) = line.split_once(' ')?;
        (experiment == id).then(|| rest.split(' ').next_back().map(str::to_owned))?
    };
    let digests: Vec<String> = text.lines().filter_map(lane).collect();
    ensure!(!digests.is_empty(), "{id} has no digests in {}", file.display());
    Ok(digests)
}

/// Lanes with the same numbers have the same digest, which the page's list has once.
fn distinct(digests: Vec<String>) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for digest in digests {
        if !seen.contains(&digest) {
            seen.push(digest);
        }
    }
    seen
}

fn opens_with_drawn_charts(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    for chart in CHARTS {
        drawn(page, chart)?;
    }
    ensure!(page.digests()? == distinct(recorded("noisy-main")?), "{:?}", page.digests()?);
    Ok(())
}

/// Runs every experiment of the list in the page's own program: ids, and a digest a lane.
const SOLVE_ALL: &str = "const here = document.querySelector('script[src]').src; \
    const { default: init, solve } = await import(new URL('pkg/auxilearn_lab.js', here)); \
    await init(); \
    const ids = [...document.querySelectorAll('[data-control=preset] option')].map(({ value }) => value); \
    const text = async (id) => (await fetch(new URL(`experiments/${id}.json`, here))).text(); \
    return Promise.all(ids.map(async (id) => [id, solve(await text(id)).lanes.map(({ digest }) => digest)]))";

fn has_the_native_digests_of_every_experiment(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    complete(page)?;
    let solved: Vec<(String, Vec<String>)> = page.eval_as(SOLVE_ALL)?;
    ensure!(solved.len() > 20, "{} experiments", solved.len());
    for (id, here) in solved {
        let native = recorded(&id)?;
        ensure!(native == here, "{id}: natively {native:?}, here {here:?}");
    }
    Ok(())
}

fn rewind(page: &Page) -> Result<()> {
    page.click("rewind")?;
    page.wait_until("step 0", || Ok(page.step()? == 0 && page.state()? != "running"))
}

fn plays_steps_and_pauses(page: &Page) -> Result<()> {
    page.open(DESKTOP)?;
    let digests = page.digests()?;
    rewind(page)?;
    page.click("step")?;
    page.wait_until("step 1", || Ok(page.step()? == 1))?;
    page.set_speed(SLOW)?;
    page.click("play")?;
    page.wait_until("a later step", || Ok(page.step()? > 1))?;
    page.click("pause")?;
    page.wait_for_state("paused")?;
    page.set_speed(FASTEST)?;
    page.click("play")?;
    page.wait_for_state("finished")?;
    ensure!(page.digests()? == digests, "{:?} is not {digests:?}", page.digests()?);
    Ok(())
}

fn scrubs_through_time(page: &Page) -> Result<()> {
    open_at(page, "")?;
    let end = page.text("[data-value=\"1:phi_1\"]")?;
    page.eval(
        "const r = document.querySelector('[data-control=time]'); r.value = 120; r.dispatchEvent(new Event('input'))",
    )?;
    page.wait_until("the link of step 120", || page.eval_as("return location.hash.includes('t=120')"))?;
    let shown: String = page.eval_as("return document.querySelector('[data-control=time]').value")?;
    ensure!(shown == "120" && !end.is_empty(), "step {shown}, {end:?} at the end");
    Ok(())
}

fn drags_an_optimum_by_mouse(page: &Page) -> Result<()> {
    see(page, "sign-flip")?;
    let digests = page.digests()?;
    // Charts above the plane may take their height when they are first seen.
    middle(page, "held-out")?;
    page.settle()?;
    middle(page, "held-out")?;
    let before = place(page, "auxiliary-0")?;
    let (from, to) = (at(page, "auxiliary-0")?, at(page, "held-out")?);
    page.drag(from, to)?;
    let mut after = before;
    let dropped = page.wait_for_finished("the run of the optimum dropped", || {
        after = place(page, "auxiliary-0")?;
        let there = (after.0 + 1.0).abs() < 0.05 && (after.1 + 1.0).abs() < 0.05;
        Ok(there && page.digests()? != digests)
    });
    dropped.with_context(|| format!("from {before:?} to {after:?}"))
}

fn moves_an_optimum_by_keys(page: &Page) -> Result<()> {
    see(page, "sign-flip")?;
    let before = place(page, "auxiliary-0")?;
    page.eval("document.querySelector('[data-handle=auxiliary-0]').focus()")?;
    page.press(Key::Right)?;
    page.wait_for_finished("the optimum moved", || Ok(place(page, "auxiliary-0")?.0 > before.0))
}

fn compares_a_prediction_in_a_lesson(page: &Page) -> Result<()> {
    page.set_screen(DESKTOP)?;
    page.goto("#lesson=6")?;
    wait_for_lesson(page, 6)?;
    page.eval("document.querySelector('input[name=predict-0][value=shrinks]').click()")?;
    page.click("reveal")?;
    page.wait_until("the comparison", || page.eval_as("return !!document.querySelector('[data-compared]')"))?;
    let compared = page.text("[data-compared]")?;
    ensure!(compared == "▼ φ of task shrank from 0.5 to 0: as you said.", "{compared}");
    Ok(())
}

fn runs_many_seeds(page: &Page) -> Result<()> {
    open_at(page, "")?;
    run_seeds(page, 4)?;
    wait_until_said(page, "4 of 4 seeds are done.")?;
    drawn(page, "ensemble")
}

fn opens_a_link_of_an_edited_document(page: &Page) -> Result<()> {
    open_at(page, "")?;
    own_run(page)?;
    page.wait_until("a link with the document", || page.eval_as("return /[#&][de]=/.test(location.hash)"))?;
    let (address, digests): (String, _) = (page.eval_as("return location.href")?, page.digests()?);
    page.visit("about:blank")?;
    page.visit(&address)?;
    page.wait_for_finished("the same run", || Ok(page.digests()? == digests))
}

fn imports_a_table_and_a_document(page: &Page) -> Result<()> {
    open_at(page, "")?;
    let rows: String = (0..12_i32).map(|i| format!("{},{},{}\n", i, 2 * i + i % 3, 5 - i)).collect();
    hand(page, "drop", "lines.csv", &format!("x,y,z\n{rows}"))?;
    use_table(page, &[(0, "input"), (1, "main"), (2, "auxiliary")])?;
    page.wait_for_finished("the run of the table", || {
        Ok(document(page).is_ok_and(|document| document["title"] == "lines"))
    })?;
    let mut document = default_document()?;
    document["title"] = json!("From a file");
    hand(page, "drop", "own.json", &document.to_string())?;
    page.wait_for_finished("the run of the file", || {
        let shown: Value = super::documents::document(page)?;
        Ok(shown["title"] == "From a file")
    })
}

fn exports_the_trace_and_figures(page: &Page) -> Result<()> {
    open_at(page, "")?;
    page.eval(CATCH)?;
    let figure = super::figures::save(page, "phi", "svg")?;
    ensure!(figure.text.starts_with("<svg") && figure.bytes > 1000, "{} bytes", figure.bytes);
    page.click("data")?;
    let (name, csv) = super::data::saved(page, "save-csv")?;
    let header = csv.lines().next().unwrap_or_default();
    ensure!(
        name.ends_with(".csv") && header.starts_with("lane,step,phi_1,phi_2,w_1,w_2,loss_train"),
        "{header}"
    );
    Ok(())
}

fn is_dark(page: &Page) -> Result<()> {
    open_at(page, "")?;
    let light = "const shade = getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3); \
        return shade.reduce((sum, part) => sum + Number(part), 0)";
    let before: f64 = page.eval_as(light)?;
    page.eval("const s = document.querySelector('[data-control=theme]'); s.value = 'dark'; s.dispatchEvent(new Event('change'))")?;
    page.wait_until("a dark page", || Ok(page.eval_as::<f64>(light)? < before / 4.0))?;
    CHARTS.iter().try_for_each(|chart| drawn(page, chart))
}

fn is_in_chinese(page: &Page) -> Result<()> {
    page.set_screen(DESKTOP)?;
    page.goto("#lang=zh")?;
    page.wait_for_state("finished")?;
    page.wait_until("Chinese commands", || {
        page.eval_as(
            "return /[\\u4e00-\\u9fff]/.test(document.querySelector('[data-action=new-seed]').textContent)",
        )
    })?;
    let language: String = page.eval_as("return document.documentElement.lang")?;
    ensure!(language == "zh-Hans", "{language}");
    Ok(())
}

fn is_loaded_anew_offline(page: &Page) -> Result<()> {
    let server = serve(watched_site()?)?;
    offline::kept_at(page, &server)?;
    let digests = page.digests()?;
    drop(server);
    page.eval("window.before = true; location.reload()")?;
    let anew = "return !window.before && document.documentElement.dataset.state === 'finished'";
    page.wait_until("the page anew", || Ok(page.eval_as::<bool>(anew).unwrap_or(false)))?;
    page.wait_until("the same run", || Ok(page.digests().is_ok_and(|shown| shown == digests)))?;
    page.problems().map(drop) // the server that is gone
}

/// WebKit's driver cannot print: there the page is drawn as for paper.
fn is_printed(page: &Page) -> Result<()> {
    open_at(page, "")?;
    match page.engine() {
        Engine::Chromium | Engine::Firefox => {
            let bytes = page.print()?;
            ensure!(bytes.starts_with(b"%PDF") && bytes.len() > 20_000, "{} bytes", bytes.len());
        }
        Engine::WebKit => {
            page.eval("dispatchEvent(new Event('beforeprint'))")?;
            CHARTS.iter().try_for_each(|chart| drawn(page, chart))?;
            page.eval("dispatchEvent(new Event('afterprint'))")?;
        }
    }
    Ok(())
}

fn shows_errors(page: &Page) -> Result<()> {
    open_at(page, "")?;
    let digests = page.digests()?;
    for (text, words) in
        [("{ \"schema\": 1, \"title\": ", ""), ("{ \"schema\": 1 }", "title: expected this field")]
    {
        page.apply_document(text)?;
        page.wait_until("a message", || {
            let message = page.text("[data-message]")?;
            Ok(message.len() > 10 && message.contains(words))
        })?;
        ensure!(page.digests()? == digests, "the run shown before stays");
    }
    Ok(())
}
