//! The program traps on the page, and in the workers that run seeds.

use super::{Test, before_pages, changed, hasty, open, serve, told, whole};
use crate::e2e::documents::own_run;
use crate::page::{DESKTOP, Page};
use anyhow::{Result, ensure};

pub const TESTS: &[Test] = &[
    ("fault_trap_on_the_page_keeps_the_document", trap_on_the_page_keeps_the_document),
    ("fault_trap_in_a_chart_keeps_the_document", trap_in_a_chart_keeps_the_document),
    ("fault_trap_in_a_worker_of_seeds_loses_one_seed", trap_in_a_worker_of_seeds_loses_one_seed),
    ("fault_worker_of_seeds_that_is_killed_loses_one_seed", worker_of_seeds_that_is_killed_loses_one_seed),
];

/// The page's own program: the same module, so the same instance.
const PROGRAM: &str = "const { Traces, ChartView } = \
    await import(new URL('pkg/auxilearn_lab.js', document.querySelector('script[src]').src)); \
    const { append } = Traces.prototype; ";

/// The page with a document of one's own, then one that traps; it says so and goes on after a reload.
fn reloads(page: &Page, breaking: &str) -> Result<()> {
    page.open(DESKTOP)?;
    whole(page)?;
    own_run(page)?;
    let digests = page.digests()?;
    page.eval(&format!("{PROGRAM} {breaking}"))?;
    // The message may lie over it already.
    page.eval("document.querySelector('[data-action=rewind]').click()")?;
    told(page, "A part of the page has stopped")?;
    told(page, "index out of bounds")?;
    page.eval("document.querySelector('[data-action=reload-broken]').click()")?;
    page.wait_until("my own run again", || {
        Ok(page.state().is_ok_and(|state| state == "finished")
            && page.text("[data-seed]")? == "5"
            && page.digests().is_ok_and(|shown| shown == digests))
    })?;
    ensure!(page.text("[data-message]")?.is_empty(), "{}", page.text("[data-message]")?);
    Ok(())
}

fn trap_on_the_page_keeps_the_document(page: &Page) -> Result<()> {
    reloads(
        page,
        "Traces.prototype.append = function (lane, ...rest) { return append.call(this, 99, ...rest) }",
    )
}

fn trap_in_a_chart_keeps_the_document(page: &Page) -> Result<()> {
    reloads(page, "ChartView.prototype.draw = (traces) => append.call(traces, 99, 1, new Float64Array(1000))")
}

/// Seed 13 leaves no memory: what is asked for next is a trap.
const HOOK: &str = "function run(seed) {\nif (seed === 13) return void init().then(({ memory }) => guard(() => { \
    try { for (;;) memory.grow(256); } catch {} \
    new SeedRun('x'.repeat(1 << 22), 1); }));\n";

fn run_seeds(page: &Page) -> Result<()> {
    whole(page)?;
    page.wait_until("the section", || {
        page.eval_as("return !!document.querySelector('[data-action=run-seeds]')")
    })?;
    page.eval("document.querySelector('.seeds input').value = '6'")?;
    page.click("run-seeds")
}

fn trap_in_a_worker_of_seeds_loses_one_seed(page: &Page) -> Result<()> {
    let server = serve(changed("seeds.js", |text| text.replace("function run(seed) {\n", HOOK))?)?;
    open(page, &server)?;
    run_seeds(page)?;
    let mut last = String::new();
    page.wait_until("all other seeds", || {
        last = page.text("[data-seeds-said]")?;
        Ok(last.contains("5 of 6 seeds are done. Seed 13 was lost"))
    })?;
    super::forget(page)
}

/// Of the workers of seeds the first is ended as soon as it is there.
const KILL: &str = "const Thread = Worker; let killed = false; \
    globalThis.Worker = class extends Thread { constructor(...given) { super(...given); \
      if (/seeds/.test(given[0]) && !killed) { killed = true; setTimeout(() => this.terminate()); } } }";

fn worker_of_seeds_that_is_killed_loses_one_seed(page: &Page) -> Result<()> {
    let server = hasty()?;
    before_pages(page, KILL)?;
    open(page, &server)?;
    run_seeds(page)?;
    page.wait_until("all other seeds", || {
        let said = page.text("[data-seeds-said]")?;
        Ok(said.contains("5 of 6 seeds are done. Seed 11 was lost (it did not answer for 4.8 s)."))
    })
}
