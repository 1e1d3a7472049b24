//! Tests side by side: each worker has a server, a driver and a log of its own, and every test a fresh browser.

use super::{Engine, engines, serve, site};
use crate::driver::Driver;
use crate::page::Page;
use anyhow::{Result, ensure};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Instant;
use xtask::cargo::target_dir;
use xtask::serve::Server;

/// How many of the tests that took longest are told.
const TOLD: usize = 12;

/// What runs tests on any number of threads.
#[derive(Default)]
pub struct Workers {
    free: Mutex<Vec<Worker>>,
    started: Mutex<usize>,
    /// Held for reading by tests that bear company, for writing by those that do not.
    company: RwLock<()>,
    /// Seconds and names.
    took: Mutex<Vec<(f64, String)>>,
}

/// A server and a driver, for one test after another.
struct Worker {
    server: Server,
    driver: Driver,
    engine: Engine,
    log: File,
    log_path: PathBuf,
}

/// Folder of the workers' logs.
fn folder() -> PathBuf {
    target_dir().join("e2e")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Workers {
    /// Runs a test in a fresh browser of an engine, alone or beside others.
    ///
    /// # Errors
    /// If it fails; the error ends with the console's problems and says where the log is.
    pub fn run(&self, engine: Engine, name: &str, test: fn(&Page) -> Result<()>, alone: bool) -> Result<()> {
        let _writing = alone.then(|| self.company.write().unwrap_or_else(PoisonError::into_inner));
        let _reading = (!alone).then(|| self.company.read().unwrap_or_else(PoisonError::into_inner));
        let began = Instant::now();
        let mut worker = self.worker(engine)?;
        let outcome = worker.run(name, test);
        lock(&self.took).push((began.elapsed().as_secs_f64(), name.to_owned()));
        lock(&self.free).push(worker);
        outcome
    }

    /// A worker of an engine that is free, or a new one.
    fn worker(&self, engine: Engine) -> Result<Worker> {
        let mut free = lock(&self.free);
        if let Some(at) = free.iter().position(|worker| worker.engine == engine) {
            return Ok(free.swap_remove(at));
        }
        drop(free);
        let number = {
            let mut started = lock(&self.started);
            *started += 1;
            *started
        };
        Worker::start(engine, number)
    }

    /// Prints which tests took longest.
    pub fn report(&self) {
        let mut took = lock(&self.took);
        took.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (seconds, name) in took.iter().take(TOLD) {
            println!("{seconds:>7.1} s  {name}");
        }
        println!("Logs of the workers: {}", folder().display());
    }
}

impl Worker {
    fn start(engine: Engine, number: usize) -> Result<Self> {
        fs::create_dir_all(folder())?;
        let log_path = folder().join(format!("worker-{number}.log"));
        let driver_log = folder().join(format!("worker-{number}-{}.log", engine.name()));
        let site = match engine {
            Engine::Chromium => site()?,
            Engine::Firefox | Engine::WebKit => engines::watched_site()?,
        };
        Ok(Self {
            server: serve(site)?,
            driver: Driver::of(engine.find_or_install()?, &driver_log)?,
            engine,
            log: File::create(&log_path)?,
            log_path,
        })
    }

    fn run(&mut self, name: &str, test: fn(&Page) -> Result<()>) -> Result<()> {
        writeln!(self.log, "{name}")?;
        let began = Instant::now();
        let page = self.driver.open(&self.server.url())?;
        let mut outcome = test(&page).and_then(|()| self.no_problems(&page));
        for note in page.take_notes() {
            writeln!(self.log, "    {note}")?;
        }
        if let Err(error) = &outcome {
            outcome = Err(anyhow::anyhow!("{}", self.described(&page, name, error)));
        }
        let closed = page.close();
        self.server.take_log();
        let seconds = began.elapsed().as_secs_f64();
        let word = if outcome.is_ok() { "ok" } else { "FAILED" };
        writeln!(self.log, "    {word} after {seconds:.1} s")?;
        if let Err(error) = &outcome {
            writeln!(self.log, "    {error:#}")?;
        }
        outcome.and(closed)
    }

    /// A failure with all that is known of it; the test's own error counts, also when the browser no longer answers.
    fn described(&self, page: &Page, name: &str, error: &anyhow::Error) -> String {
        let mut text = format!("{error:#}");
        if let Ok(picture) = page.screenshot(&format!("failed-{name}")) {
            let _ = write!(text, "\n    picture: {}", picture.display());
        }
        for problem in page.problems().unwrap_or_default() {
            let _ = write!(text, "\n    console: {problem}");
        }
        let _ = write!(text, "\n    log: {}", self.log_path.display());
        text
    }

    /// Whatever a test does: the console stays clean, nothing foreign is asked for, nothing is missing.
    fn no_problems(&self, page: &Page) -> Result<()> {
        let problems = page.problems()?;
        ensure!(problems.is_empty(), "{}", problems.join("\n    "));
        let missing: Vec<String> = self
            .server
            .take_log()
            .into_iter()
            .filter(|served| served.status >= 400)
            .map(|served| served.path)
            .collect();
        ensure!(missing.is_empty(), "not on the server: {missing:?}");
        Ok(())
    }
}
