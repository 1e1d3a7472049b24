//! Tests side by side: each worker has a browser, a server and a log of its own, and every test a tab that nobody has
//! used and an origin that has kept nothing.

use super::{Engine, engines, serve, unkept, unkept_site};
use crate::driver::Driver;
use crate::page::Page;
use anyhow::{Result, anyhow, ensure};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Instant;
use xtask::cargo::target_dir;
use xtask::serve::Server;

/// Number of tests after which another browser takes its place: it grows slow with what their own servers have it keep.
const TESTS_OF_A_BROWSER: usize = 24;
/// How many of the tests that took longest are told.
const TOLD: usize = 12;

/// Runs tests on any number of threads.
#[derive(Default)]
pub struct Workers {
    free: Mutex<Vec<Worker>>,
    started: Mutex<usize>,
    /// Held for reading by tests that bear company, for writing by those that do not.
    company: RwLock<()>,
    /// Seconds and names.
    took: Mutex<Vec<(f64, String)>>,
}

/// A driver and perhaps a browser, for one test after another.
struct Worker {
    driver: Driver,
    /// The browser's first tab, which stays empty; none before the first test, and after one that failed.
    browser: Option<Page>,
    /// Tests that the browser has had.
    had: usize,
    /// Serves the site to one test after another, so that a browser compiles its scripts once. In Chromium alone: the
    /// others' drivers cannot have an origin forget what it has kept.
    server: Option<Server>,
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
        let outcome = worker.run(name, test, alone);
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
        let driver = Driver::of(engine.find_or_install()?, &driver_log)?;
        Ok(Self {
            driver,
            browser: None,
            had: 0,
            server: None,
            engine,
            log: File::create(&log_path)?,
            log_path,
        })
    }

    /// Runs a test in a tab and on an origin of its own, or in a browser of its own.
    fn run(&mut self, name: &str, test: fn(&Page) -> Result<()>, alone: bool) -> Result<()> {
        writeln!(self.log, "{name}")?;
        let began = Instant::now();
        let server = self.server.take().map_or_else(|| self.serve(), Ok)?;
        let (first, page) = self.page(&server.url(), alone)?;
        let outcome = test(&page).and_then(|()| no_problems(&page, &server));
        let outcome = outcome.map_err(|error| anyhow!("{}", self.described(&page, name, &error)));
        self.write(page.take_notes(), began.elapsed().as_secs_f64(), &outcome)?;
        self.had += 1;
        let again = outcome.is_ok() && self.had < TESTS_OF_A_BROWSER;
        match first.filter(|first| again && first.close_other_tabs().is_ok()) {
            Some(first) => {
                if self.engine == Engine::Chromium {
                    first.forget(&server.origin())?;
                    self.server = Some(server);
                }
                first.problems()?; // of tabs that were being closed
                self.browser = Some(first);
                Ok(())
            }
            // The test's own error counts, also when the browser no longer answers.
            None => {
                self.had = 0;
                outcome.and(page.close())
            }
        }
    }

    fn serve(&self) -> Result<Server> {
        serve(match self.engine {
            Engine::Chromium => unkept_site()?,
            Engine::Firefox | Engine::WebKit => unkept(engines::watched_site()?),
        })
    }

    /// A tab for pages below `site` and the tab that it was opened from, or the only tab of a browser of its own.
    fn page(&mut self, site: &str, alone: bool) -> Result<(Option<Page>, Page)> {
        // MiniBrowser leaves a new tab behind the first, where no frame is drawn.
        if alone || self.engine == Engine::WebKit {
            self.browser.take().map_or(Ok(()), Page::close)?;
            return Ok((None, self.driver.open(site)?));
        }
        let first = self.browser.take().map_or_else(|| self.driver.open("about:blank"), Ok)?;
        let page = first.tab(site)?;
        Ok((Some(first), page))
    }

    fn write(&mut self, notes: Vec<String>, seconds: f64, outcome: &Result<()>) -> Result<()> {
        for note in notes {
            writeln!(self.log, "    {note}")?;
        }
        match outcome {
            Ok(()) => writeln!(self.log, "    ok after {seconds:.1} s")?,
            Err(error) => writeln!(self.log, "    FAILED after {seconds:.1} s\n    {error:#}")?,
        }
        Ok(())
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
}

impl Drop for Worker {
    fn drop(&mut self) {
        if let Some(browser) = self.browser.take() {
            let _ = browser.close();
        }
    }
}

/// Whatever a test does: the console stays clean, nothing foreign is asked for, nothing is missing.
fn no_problems(page: &Page, server: &Server) -> Result<()> {
    let problems = page.problems()?;
    ensure!(problems.is_empty(), "{}", problems.join("\n    "));
    let served = server.take_log().into_iter();
    let missing: Vec<String> =
        served.filter(|served| served.status >= 400).map(|served| served.path).collect();
    ensure!(missing.is_empty(), "not on the server: {missing:?}");
    Ok(())
}
