//! A page left alone for long: whether its memory stays flat and its frames on time.

mod picture;
mod sample;

pub use sample::{Sample, hook, prepare, take};

use crate::driver::Driver;
use crate::e2e::{PREFIX, default_document};
use crate::page::{DESKTOP, FASTEST, Page};
use anyhow::{Result, bail, ensure};
use lexopt::prelude::*;
use serde_json::json;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};
use xtask::cargo::{root, target_dir};
use xtask::dist;
use xtask::serve::{Port, Server};

/// How long, and where the results go.
struct Wanted {
    steps: u64,
    minutes: f64,
    hidden: u64,
    out: PathBuf,
}

/// Time between two samples.
const PAUSE: Duration = Duration::from_secs(3);

/// Runs the soak: `--steps N` outer steps, then a page that plays for `--minutes M`, then one that is hidden for
/// `--hidden S` seconds in mid-run; writes `soak.csv` and `soak.svg` to `--out DIR`.
///
/// # Errors
/// If the page fails, or memory is not flat.
pub fn run(args: &[&str]) -> Result<()> {
    let wanted = wanted(args)?;
    let mut site = dist::build(&target_dir().join("soak-dist"), &[])?;
    hook(&mut site)?;
    let server = Server::bind(Port::Exactly(0))?.start(site, PREFIX)?;
    let driver = Driver::start()?;
    let page = driver.open(&server.url())?;
    let mut samples = Vec::new();
    let outcome = soak(&page, &wanted, &mut samples);
    fs::create_dir_all(&wanted.out)?;
    fs::write(wanted.out.join("soak.csv"), csv(&samples))?;
    picture::draw(&samples, &wanted.out.join("soak.svg"))?;
    print!("{}", summary(&samples));
    let closed = page.close();
    outcome.and(closed)?;
    flat(&samples)
}

fn wanted(args: &[&str]) -> Result<Wanted> {
    let mut wanted = Wanted { steps: 10_000_000, minutes: 10.0, hidden: 60, out: root().join("docs") };
    let mut parser = lexopt::Parser::from_args(args);
    while let Some(arg) = parser.next()? {
        match arg {
            Long("steps") => wanted.steps = parser.value()?.parse()?,
            Long("minutes") => wanted.minutes = parser.value()?.parse()?,
            Long("hidden") => wanted.hidden = parser.value()?.parse()?,
            Long("out") => wanted.out = parser.value()?.into(),
            other => return Err(other.unexpected().into()),
        }
    }
    ensure!(wanted.minutes > 0.0 && wanted.steps > 0, "a soak takes some steps and some minutes");
    Ok(wanted)
}

/// The first experiment with so many steps, none of which is spared; another seed makes it a run of its own, which
/// does not go on from the one before.
///
/// # Errors
/// If it cannot be read.
pub fn long_document(steps: u64, seed: u64) -> Result<String> {
    let mut document = default_document()?;
    document["seed"] = json!(seed);
    document["title"] = json!("A long run");
    document["steps"] = json!(steps);
    document["tolerance"] = json!(0);
    Ok(document.to_string())
}

/// Opens the page with everything that comes later.
///
/// # Errors
/// If it does not come.
fn open(page: &Page) -> Result<()> {
    prepare(page)?;
    page.open(DESKTOP)?;
    page.wait_for_features()
}

fn soak(page: &Page, wanted: &Wanted, samples: &mut Vec<Sample>) -> Result<()> {
    let began = Instant::now();
    open(page)?;
    let watch = |phase, samples: &mut Vec<Sample>, until: &mut dyn FnMut() -> Result<bool>| -> Result<()> {
        loop {
            samples.push(take(page, phase, began)?);
            sleep(PAUSE);
            if until()? {
                samples.push(take(page, phase, began)?);
                return Ok(());
            }
        }
    };
    let over = |time: f64| {
        let end = Instant::now() + Duration::from_secs_f64(time);
        move || Ok(Instant::now() > end)
    };
    page.set_speed(FASTEST)?;
    begin(page, wanted.steps, 12)?;
    watch("run", samples, &mut || Ok(page.state()? == "finished"))?;
    let digests = page.digests()?;
    begin(page, 1_000_000_000, 13)?;
    page.set_speed(6)?;
    watch("play", samples, &mut over(wanted.minutes * 30.0))?;
    page.eval("const e = document.querySelector('[data-control=preset]'); e.value = 'noisy-main'; e.dispatchEvent(new Event('change'))")?;
    page.set_speed(4)?;
    watch("replay", samples, &mut {
        let over = over(wanted.minutes * 30.0);
        move || {
            if page.state()? == "finished" {
                page.eval("document.querySelector('[data-action=play]')?.click()")?;
            }
            over()
        }
    })?;
    // What measuring itself leaves behind.
    page.wait_for_state("finished")?;
    watch("rest", samples, &mut over(wanted.minutes * 12.0))?;
    leave_and_come_back(page, wanted, &digests)
}

/// Runs a long document of this seed.
fn begin(page: &Page, steps: u64, seed: u64) -> Result<()> {
    page.apply_document(&long_document(steps, seed)?)?;
    page.eval("scrollTo(0, 0)")?;
    // More steps than the runs before it show.
    page.wait_until("the run", || Ok(page.text("[data-seed]")? == seed.to_string() && page.step()? > 2000))
}

/// The page is hidden in mid-run; it ends with the numbers of the run that was watched.
fn leave_and_come_back(page: &Page, wanted: &Wanted, digests: &[String]) -> Result<()> {
    page.set_speed(FASTEST)?;
    begin(page, wanted.steps, 12)?;
    page.set_speed(6)?;
    let before = page.step()?;
    let seen = page.behind_another(|| {
        sleep(Duration::from_secs(wanted.hidden));
        Ok(())
    })?;
    ensure!(seen.iter().any(|state| state == "hidden"), "the page was hidden: {seen:?}");
    let after = page.step()?;
    page.set_speed(FASTEST)?;
    page.wait_for_state("finished")?;
    ensure!(page.digests()? == digests, "the run that was left has other numbers");
    println!(
        "Hidden for {} s at step {before}, seen again at step {after}, ended with the same digests",
        wanted.hidden
    );
    Ok(())
}

/// The samples as a table of their own.
fn csv(samples: &[Sample]) -> String {
    let mut text = String::from(
        "phase,seconds,step,js_heap,nodes,listeners,page_wasm,worker_wasm,process,frames,late,p95_ms,longest_ms\n",
    );
    for s in samples {
        let process = s.process.map(|bytes| bytes.to_string()).unwrap_or_default();
        let _ = writeln!(
            text,
            "{},{:.1},{},{},{},{},{},{},{process},{},{},{:.1},{:.1}",
            s.phase,
            s.seconds,
            s.step,
            s.heap,
            s.nodes,
            s.listeners,
            s.page_wasm,
            s.worker_wasm,
            s.frames,
            s.late,
            s.usual,
            s.longest
        );
    }
    text
}

/// The last half of a phase, which is what has to be flat.
fn later<'a>(samples: &'a [Sample], phase: &str) -> Vec<&'a Sample> {
    let all: Vec<&Sample> = samples.iter().filter(|sample| sample.phase == phase).collect();
    all[all.len() / 2..].to_vec()
}

/// KB a minute of the straight line through some samples.
fn slope(samples: &[&Sample], value: impl Fn(&Sample) -> f64) -> f64 {
    let count = samples.len() as f64;
    let mean = |of: &dyn Fn(&Sample) -> f64| samples.iter().map(|s| of(s)).sum::<f64>() / count;
    let (t, v) = (mean(&|s| s.seconds), mean(&value));
    let (mut above, mut below) = (0.0, 0.0);
    for s in samples {
        above += (s.seconds - t) * (value(s) - v);
        below += (s.seconds - t).powi(2);
    }
    if below > 0.0 { above / below * 60.0 / 1024.0 } else { 0.0 }
}

/// Phases that last long enough for a slope.
const LONG: [&str; 2] = ["play", "replay"];
/// What memory may grow by in their last halves, KB a minute: the page's objects, and its process with all that is not
/// counted one by one.
const HEAP_SLOPE: f64 = 64.0;
const PROCESS_SLOPE: f64 = 2048.0;
/// Seconds of samples without which a slope says nothing.
const LEAST: f64 = 60.0;

fn flat(samples: &[Sample]) -> Result<()> {
    let mut wrong = Vec::new();
    for phase in LONG {
        let half = later(samples, phase);
        let (Some(first), Some(last)) = (half.first(), half.last()) else { bail!("no samples of {phase}") };
        let (heap, process) = (slope(&half, |s| s.heap), slope(&half, |s| s.process.unwrap_or_default()));
        let enough = last.seconds - first.seconds > LEAST;
        if enough && heap > HEAP_SLOPE {
            wrong.push(format!("{phase}: the page's objects grow by {heap:.0} KB a minute"));
        }
        if enough && process > PROCESS_SLOPE {
            wrong.push(format!("{phase}: the page's process grows by {process:.0} KB a minute"));
        }
        for (what, of) in COUNTS {
            if of(last) > of(first) {
                wrong.push(format!("{phase}: {what} grow from {} to {}", of(first), of(last)));
            }
        }
    }
    ensure!(wrong.is_empty(), "memory is not flat: {}", wrong.join("; "));
    Ok(())
}

/// Something counted: its name, and where it stands in a sample.
type Count = (&'static str, fn(&Sample) -> f64);

/// What may not grow at all.
const COUNTS: [Count; 3] = [
    ("bytes of WebAssembly on the page", |s| s.page_wasm),
    ("bytes of WebAssembly in the worker", |s| s.worker_wasm),
    ("listeners", |s| s.listeners),
];

/// A line for each phase, as docs/testing.md has them.
fn summary(samples: &[Sample]) -> String {
    let mut text = String::from(
        "| phase | s | steps | objects, MB (KB a minute) | WebAssembly, page and worker, MB | process, MB (KB a minute) | nodes, listeners | frames, late | 95 of 100 within, longest, ms |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    let mb = |bytes: f64| bytes / (1 << 20) as f64;
    for phase in ["run", "play", "replay", "rest"] {
        let all: Vec<&Sample> = samples.iter().filter(|sample| sample.phase == phase).collect();
        let (Some(first), Some(last)) = (all.first(), all.last()) else { continue };
        let half = later(samples, phase);
        let frames: u64 = all[1..].iter().map(|s| s.frames).sum();
        let late: u64 = all[1..].iter().map(|s| s.late).sum();
        let most = |of: fn(&Sample) -> f64| all[1..].iter().map(|s| of(s)).fold(0.0, f64::max);
        let _ = writeln!(
            text,
            "| {phase} | {:.0} | {} | {:.1} to {:.1} ({:+.0}) | {:.1}, {:.1} | {:.0} to {:.0} ({:+.0}) | {}, {} | {frames}, {late} | {:.0}, {:.0} |",
            last.seconds - first.seconds,
            last.step,
            mb(first.heap),
            mb(last.heap),
            slope(&half, |s| s.heap),
            mb(last.page_wasm),
            mb(last.worker_wasm),
            mb(first.process.unwrap_or_default()),
            mb(last.process.unwrap_or_default()),
            slope(&half, |s| s.process.unwrap_or_default()),
            last.nodes,
            last.listeners,
            most(|s| s.usual),
            most(|s| s.longest),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(seconds: f64, heap: f64) -> Sample {
        Sample {
            phase: "play",
            seconds,
            step: 0,
            heap,
            nodes: 1.0,
            listeners: 1.0,
            page_wasm: 1.0,
            worker_wasm: 1.0,
            process: None,
            frames: 60,
            late: 0,
            usual: 17.0,
            longest: 18.0,
        }
    }

    #[test]
    fn a_slope_is_in_kilobytes_a_minute() {
        let samples: Vec<Sample> =
            (0..10).map(|i| sample(f64::from(i) * 6.0, f64::from(i) * 1024.0)).collect();
        let all: Vec<&Sample> = samples.iter().collect();
        assert!((slope(&all, |s| s.heap) - 10.0).abs() < 1e-9);
        assert!(slope(&all[..1], |s| s.heap) == 0.0);
    }

    #[test]
    fn what_grows_is_named() {
        let both = |grow: f64| -> Vec<Sample> {
            let play = (0..10).map(|i| sample(f64::from(i) * 20.0, 1e6 + grow * f64::from(i)));
            let replay = play.clone().map(|s| Sample { phase: "replay", heap: 1e6, ..s });
            play.chain(replay).collect()
        };
        assert!(flat(&both(0.0)).is_ok());
        let error = flat(&both(1e5)).unwrap_err().to_string();
        assert!(error.contains("play: the page's objects grow by") && !error.contains("replay"), "{error}");
    }
}
