//! The solver's thread traps, runs out of memory, is killed or hangs.

use super::{Test, before_pages, changed, hasten, open, serve, told};
use crate::e2e::default_document;
use crate::page::{FASTEST, Page};
use anyhow::{Result, ensure};
use serde_json::json;
use xtask::serve::Server;

pub const TESTS: &[Test] = &[
    ("fault_trap_in_the_worker_restores_the_run", trap_in_the_worker_restores_the_run),
    ("fault_memory_that_does_not_grow_is_a_trap", memory_that_does_not_grow_is_a_trap),
    ("fault_run_that_always_traps_is_given_up", run_that_always_traps_is_given_up),
    ("fault_worker_that_is_killed_is_replaced", worker_that_is_killed_is_replaced),
    ("fault_worker_that_hangs_is_replaced", worker_that_hangs_is_replaced),
    ("fault_worker_that_waits_is_left_alone", worker_that_waits_is_left_alone),
    ("fault_document_too_large_for_memory_is_refused", document_too_large_for_memory_is_refused),
];

/// What a test can make the worker do: an index out of bounds is a panic, so a trap.
const HOOK: &str = "
const provoked = {
  trap: () => session.takeChunk(99, 1),
  hang: () => { for (;;); },
  memory: (memory) => {
    try { for (;;) memory.grow(256); } catch { /* there is no more */ }
    new program.Session('x'.repeat(1 << 22));
  },
};
commands.provoke = ({ how }) => void program.default().then(({ memory }) => guard(() => provoked[how](memory)));
const load = commands.load;
commands.load = (message) => {
  load(message);
  if (message.document.includes('\"title\":\"Trap\"')) provoked.trap();
};
";

/// Keeps every worker that the page starts.
const WATCH: &str = "globalThis.workers = []; \
    globalThis.Worker = class extends Worker { constructor(...given) { super(...given); workers.push(this); } }";

/// The page with the hook, in the middle of a slow run; the digests of the whole run.
fn running(page: &Page) -> Result<(Server, Vec<String>)> {
    let mut site = changed("worker.js", |text| text + HOOK)?;
    hasten(&mut site)?;
    let server = serve(site)?;
    before_pages(page, WATCH)?;
    open(page, &server)?;
    let digests = page.digests()?;
    page.click("rewind")?;
    page.wait_until("step 0", || Ok(page.step()? == 0))?;
    page.set_speed(3)?;
    page.click("play")?;
    page.wait_until("some steps", || Ok(page.step()? > 20))?;
    Ok((server, digests))
}

fn provoke(page: &Page, how: &str) -> Result<()> {
    page.eval(&format!("workers[0].postMessage({{ kind: 'provoke', how: '{how}' }})")).map(drop)
}

/// The worker has been replaced, the run stands where it was and goes on to the same numbers.
fn restored(page: &Page, words: &str, digests: &[String]) -> Result<()> {
    told(page, words)?;
    told(page, "the document is kept")?;
    page.wait_for_state("paused")?;
    ensure!(page.step()? > 20, "restored to step {}", page.step()?);
    let workers: usize = page.eval_as("return workers.length")?;
    ensure!(workers == 2, "{workers} workers were started");
    page.set_speed(FASTEST)?;
    page.click("play")?;
    page.wait_for_state("finished")?;
    ensure!(page.digests()? == digests, "the same numbers");
    super::forget(page)
}

fn trap_in_the_worker_restores_the_run(page: &Page) -> Result<()> {
    let (_server, digests) = running(page)?;
    provoke(page, "trap")?;
    restored(page, "index out of bounds", &digests)
}

fn memory_that_does_not_grow_is_a_trap(page: &Page) -> Result<()> {
    let (_server, digests) = running(page)?;
    provoke(page, "memory")?;
    restored(page, "stopped unexpectedly", &digests)
}

fn worker_that_is_killed_is_replaced(page: &Page) -> Result<()> {
    let (_server, digests) = running(page)?;
    page.eval("workers[0].terminate()")?;
    restored(page, "it did not answer for 2.4 s", &digests)
}

fn worker_that_hangs_is_replaced(page: &Page) -> Result<()> {
    let (_server, digests) = running(page)?;
    provoke(page, "hang")?;
    restored(page, "it did not answer for 2.4 s", &digests)
}

/// A paused worker has nothing to say of itself, and a page that is busy does not hear.
fn worker_that_waits_is_left_alone(page: &Page) -> Result<()> {
    let (_server, _) = running(page)?;
    page.click("pause")?;
    page.wait_for_state("paused")?;
    let workers: usize = page.eval_as(
        "const until = performance.now() + 3000; while (performance.now() < until); return workers.length",
    )?;
    page.let_pass(3000)?;
    let workers = workers.max(page.eval_as("return workers.length")?);
    ensure!(workers == 1 && page.text("[data-message]")?.is_empty(), "{workers} workers were started");
    super::forget(page)
}

fn run_that_always_traps_is_given_up(page: &Page) -> Result<()> {
    let (_server, digests) = running(page)?;
    let mut document = default_document()?;
    document["title"] = json!("Trap");
    document["seed"] = json!(5);
    let text = document.to_string();
    page.apply_document(&text)?;
    for started in [4, 7] {
        told(page, "Play tries it once more")?;
        page.wait_for_state("paused")?;
        let workers: usize = page.eval_as("return workers.length")?;
        ensure!(workers == started, "{workers} workers were started");
        let kept: String = page.eval_as("return document.querySelector('[data-document]').value")?;
        ensure!(kept == text, "the document is kept");
        page.eval("document.querySelector('[data-message]').textContent = ''")?;
        page.click("play")?;
    }
    told(page, "Play tries it once more")?;
    page.eval("const e = document.querySelector('[data-control=preset]'); e.value = 'noisy-main'; e.dispatchEvent(new Event('change'))")?;
    page.wait_for_finished("another run", || Ok(page.digests()? == digests))?;
    ensure!(page.text("[data-message]")?.is_empty(), "{}", page.text("[data-message]")?);
    super::forget(page)
}

/// Within the limits of each field, and still more than there is: 200 numbers in each of three million samples.
fn document_too_large_for_memory_is_refused(page: &Page) -> Result<()> {
    let (_server, digests) = running(page)?;
    let mut document = default_document()?;
    for field in ["n_train", "n_aux_set", "n_test"] {
        document["problem"]["data"][field] = json!(1_000_000);
    }
    document["problem"]["data"]["main"]["w"] = json!(vec![1; 200]);
    for task in [0, 1] {
        document["problem"]["data"]["auxiliaries"][task]["w"] = json!(vec![1; 200]);
    }
    document["start"] = json!({});
    page.apply_document(&document.to_string())?;
    let mut said = String::new();
    page.wait_until("a message", || {
        said = page.text("[data-message]")?;
        Ok(!said.is_empty())
    })?;
    let known = ["The document was not applied.", "The solver stopped unexpectedly"];
    ensure!(known.iter().any(|words| said.starts_with(words)), "{said}");
    page.note(said);
    page.wait_until("the run before", || {
        if page.state()? == "paused" {
            page.click("play")?;
        }
        Ok(page.state()? == "finished")
    })?;
    ensure!(page.digests()? == digests, "the run before is shown again");
    super::forget(page)
}
