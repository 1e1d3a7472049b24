//! The soak in short: what may not grow is counted, not timed (`cargo xtask soak` is the long one).

use super::{Test, faults};
use crate::page::{FASTEST, Page};
use crate::soak::{Sample, hook, long_document, prepare, take};
use anyhow::{Result, ensure};
use std::time::Instant;
use xtask::serve::Server;

pub const TESTS: &[Test] = &[
    ("soak_ten_million_steps_take_no_memory", ten_million_steps_take_no_memory),
    ("soak_documents_one_after_another_take_no_memory", documents_one_after_another_take_no_memory),
];

/// More rows than a trace holds, so that it has been thinned out.
const FULL: u64 = 2_000_000;
const STEPS: u64 = 10_000_000;
/// Enough to fill a trace.
const MANY: u64 = 300_000;
/// Bytes that what is made of full traces may differ by, such as summaries that fill again: half of one trace, so that
/// none is left behind.
const SUMMARIES: f64 = 16e6;
/// Bytes by which the page's objects may differ after a collection.
const OBJECTS: f64 = 1_500_000.0;

/// The whole page, whose worker can be asked.
fn begin(page: &Page) -> Result<Server> {
    let mut site = super::unkept_site()?;
    hook(&mut site)?;
    let server = super::serve(site)?;
    prepare(page)?;
    faults::open(page, &server)?;
    faults::whole(page)?;
    Ok(server)
}

fn ten_million_steps_take_no_memory(page: &Page) -> Result<()> {
    let _server = begin(page)?;
    let began = Instant::now();
    page.set_speed(FASTEST)?;
    page.apply_document(&long_document(STEPS, 12)?)?;
    page.wait_until("a full trace", || Ok(page.text("[data-seed]")? == "12" && page.step()? > FULL))?;
    page.click("pause")?;
    page.wait_until("rest", || Ok(page.state()? != "running"))?;
    let before = take(page, "run", began)?;
    page.eval("document.querySelector('[data-action=play]')?.click()")?;
    ends(page)?;
    let (mut last, digests) = (take(page, "run", began)?, page.digests()?);
    same(&before, &last, SUMMARIES)?;
    for repeated in 0..4 {
        page.click("rewind")?;
        page.wait_until("step 0", || Ok(page.step()? == 0 && page.state()? != "running"))?;
        page.click("play")?;
        ends(page)?;
        ensure!(page.digests()? == digests, "the same run has other numbers");
        let now = take(page, "run", began)?;
        // The first replay keeps the finished run beside it; from then on there is no more.
        if repeated > 0 {
            same(&last, &now, SUMMARIES)?;
        }
        last = now;
    }
    Ok(())
}

/// Each fills its traces. Two are there at a time, the one shown and the one being read, so memory grows with the
/// second; from then on it may not.
fn documents_one_after_another_take_no_memory(page: &Page) -> Result<()> {
    let _server = begin(page)?;
    let began = Instant::now();
    let mut samples: Vec<Sample> = Vec::new();
    for seed in 1..=12 {
        page.apply_document(&long_document(MANY, seed)?)?;
        page.wait_for_finished("the run", || {
            Ok(page.text("[data-seed]")? == seed.to_string() && page.step()? == MANY)
        })?;
        samples.push(take(page, "run", began)?);
    }
    same(&samples[3], &samples[11], SUMMARIES)
}

fn ends(page: &Page) -> Result<()> {
    page.wait_for_state("finished")?;
    ensure!(page.step()? == STEPS, "it ends at step {}", page.step()?);
    Ok(())
}

/// Memory of WebAssembly has grown by no more than `more` bytes, listeners not at all, objects and nodes hardly.
fn same(before: &Sample, after: &Sample, more: f64) -> Result<()> {
    for (what, a, b, most) in [
        ("bytes of WebAssembly on the page", before.page_wasm, after.page_wasm, more),
        ("bytes of WebAssembly in the worker", before.worker_wasm, after.worker_wasm, more),
        ("listeners", before.listeners, after.listeners, 0.0),
        ("nodes", before.nodes, after.nodes, 200.0),
        ("bytes of objects", before.heap, after.heap, OBJECTS),
    ] {
        ensure!(b <= a + most, "{what}: {a}, then {b}");
    }
    Ok(())
}
