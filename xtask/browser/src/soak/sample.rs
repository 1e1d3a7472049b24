//! What is measured of a page, and of the process that it runs in.

use crate::driver::scratch;
use crate::e2e::faults;
use crate::page::Page;
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::fs;
use std::time::Instant;
use xtask::site::Site;

/// Memory and frames at one moment.
#[derive(Debug, Clone)]
pub struct Sample {
    /// What the page was doing.
    pub phase: &'static str,
    /// Seconds since the beginning of the soak.
    pub seconds: f64,
    /// Outer steps shown.
    pub step: u64,
    /// Bytes of the page's JavaScript objects, after a collection.
    pub heap: f64,
    /// Nodes of documents.
    pub nodes: f64,
    /// Listeners.
    pub listeners: f64,
    /// Bytes of the memories of WebAssembly: on the page, and in the worker.
    pub page_wasm: f64,
    /// The same in the worker.
    pub worker_wasm: f64,
    /// Bytes of the page's process that are its own and in memory; nothing where the system does not tell.
    pub process: Option<f64>,
    /// Frames since the sample before.
    pub frames: u64,
    /// Of these, frames that came more than 50 ms after the one before.
    pub late: u64,
    /// Of these, the 95th of 100 by the time since the one before, in ms.
    pub usual: f64,
    /// The longest of these times, in ms.
    pub longest: f64,
}

/// What the worker says of its memory when it is asked; in no script that is published.
const HOOK: &str = "
commands.measure = () => void program.default().then(({ memory }) =>
  postMessage({ kind: 'measured', bytes: memory.buffer.byteLength }));
";

/// Keeps the worker that was started last, and the times between frames.
const WATCH: &str = "globalThis.Worker = class extends Worker { constructor(...given) { super(...given); globalThis.lastWorker = this; } }; \
    globalThis.frames = []; let before = 0; \
    const tick = (now) => { if (before) frames.push(now - before); before = now; requestAnimationFrame(tick); }; \
    requestAnimationFrame(tick)";

/// Lets the worker of a site be asked.
///
/// # Errors
/// If it has none.
pub fn hook(site: &mut Site) -> Result<()> {
    faults::change_script(site, "worker.js", |text| text + HOOK)
}

/// Prepares a browser to be measured.
///
/// # Errors
/// If it does not answer.
pub fn prepare(page: &Page) -> Result<()> {
    faults::before_pages(page, WATCH)?;
    page.devtools("Performance.enable", json!({})).map(drop)
}

/// Bytes of the memories of WebAssembly, on the page and in the worker.
const WASM: &str = "const program = await import(new URL('pkg/auxilearn_lab.js', document.querySelector('script[src]').src)); \
    const page = (await program.default()).memory.buffer.byteLength; \
    const worker = await new Promise((tell) => { \
        lastWorker.addEventListener('message', function hear({ data }) { if (data.kind !== 'measured') return; lastWorker.removeEventListener('message', hear); tell(data.bytes); }); \
        lastWorker.postMessage({ kind: 'measure' }); }); \
    return [page, worker]";

/// Frames since the last call: how many, how many late, the 95th of 100, the longest.
const FRAMES: &str = "const all = frames.splice(0).sort((a, b) => a - b); \
    return [all.length, all.filter((time) => time > 50).length, all[Math.floor(all.length * 0.95)] ?? 0, all.at(-1) ?? 0]";

/// Measures a page.
///
/// # Errors
/// If it does not answer, or not with what is asked for.
pub fn take(page: &Page, phase: &'static str, began: Instant) -> Result<Sample> {
    // Before the collection, which may delay a frame.
    let (frames, late, usual, longest) = page.eval_as(FRAMES)?;
    page.devtools("HeapProfiler.collectGarbage", json!({}))?;
    let metrics = page.devtools("Performance.getMetrics", json!({}))?;
    let metric = |name: &str| {
        let all = metrics.pointer("/metrics").and_then(Value::as_array).context("metrics")?;
        let found = all.iter().find(|metric| metric["name"] == name).with_context(|| name.to_owned())?;
        found["value"].as_f64().with_context(|| name.to_owned())
    };
    let (page_wasm, worker_wasm): (f64, f64) = page.eval_as(WASM)?;
    page.eval("frames.length = 0")?;
    ensure!(page_wasm > 0.0 && worker_wasm > 0.0, "memories of {page_wasm} and {worker_wasm} bytes");
    Ok(Sample {
        phase,
        seconds: began.elapsed().as_secs_f64(),
        step: page.step()?,
        heap: metric("JSHeapUsedSize")?,
        nodes: metric("Nodes")?,
        listeners: metric("JSEventListeners")?,
        page_wasm,
        worker_wasm,
        process: own_memory(),
        frames,
        late,
        usual,
        longest,
    })
}

/// Anonymous memory of the page's process, where Linux tells it: of the renderers that descend from the browser with
/// this program's profile the largest.
fn own_memory() -> Option<f64> {
    let all: Vec<(u32, String)> = fs::read_dir("/proc")
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|id: u32| Some((id, fs::read_to_string(format!("/proc/{id}/cmdline")).ok()?)))
        .collect();
    let profile = format!("--user-data-dir={}", scratch().display());
    let browsers: Vec<u32> =
        all.iter().filter(|(_, line)| line.contains(&profile)).map(|(id, _)| *id).collect();
    let renderers = all.iter().filter(|(_, line)| line.contains("--type=renderer"));
    let own = renderers.filter(|(id, _)| {
        std::iter::successors(Some(*id), |id| parent(*id)).any(|id| browsers.contains(&id))
    });
    let bytes = own.filter_map(|(id, _)| field(*id, "RssAnon:")).max();
    bytes.map(|kilobytes| f64::from(kilobytes) * 1024.0)
}

fn parent(id: u32) -> Option<u32> {
    field(id, "PPid:").filter(|id| *id > 1)
}

/// A number of `/proc/ID/status`.
fn field(id: u32, name: &str) -> Option<u32> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}
