//! ChromeDriver, started on a free port and ended by its own command.

use crate::page::Page;
use crate::runtime::block_on;
use anyhow::{Context, Result, bail};
use serde_json::json;
use std::cell::Cell;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};
use std::rc::Rc;
use std::thread::sleep;
use std::time::{Duration, Instant};
use thirtyfour::{Capabilities, WebDriver};
use xtask::browser::Browser;
use xtask::cargo::{command, target_dir};

/// How Chromium is started: headless, and quiet on a machine without a network.
const FLAGS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

/// What a session is asked for: browser, flags and which logs are kept.
pub fn capabilities(browser: &Browser, profile: &Path) -> serde_json::Value {
    let mut args: Vec<String> = FLAGS.iter().map(ToString::to_string).collect();
    args.push(format!("--user-data-dir={}", profile.display()));
    // Chromium's own new-tab page would still be loading when a test begins.
    let blank = json!({ "session.restore_on_startup": 4, "session.startup_urls": ["about:blank"] });
    json!({
        "browserName": "chrome",
        "goog:chromeOptions": { "binary": browser.chrome, "args": args, "prefs": blank },
        "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        // Random users may wait for a page to come to rest.
        "timeouts": { "script": 110_000 },
    })
}

/// Parts of Chromium's own trace that say what its threads do, and for how long.
const TRACED: &str = "devtools.timeline,disabled-by-default-devtools.timeline,toplevel,v8,blink";

/// The same for a session whose performance log is a trace.
fn traced(mut capabilities: serde_json::Value) -> serde_json::Value {
    capabilities["goog:chromeOptions"]["perfLoggingPrefs"] =
        json!({ "enableNetwork": false, "enablePage": false, "traceCategories": TRACED });
    capabilities
}

/// Folder for profiles and logs of this process, so that nothing is left outside `target`.
pub fn scratch() -> PathBuf {
    target_dir().join("browser").join(std::process::id().to_string())
}

/// A running ChromeDriver.
pub struct Driver {
    child: Child,
    _stdout: BufReader<ChildStdout>, // kept open: the driver may still write to it
    profiles: Rc<Profiles>,
}

/// What opens browsers, each with a fresh profile.
pub struct Profiles {
    port: u16,
    browser: Browser,
    sessions: Cell<usize>,
}

impl Profiles {
    /// Opens a browser, for pages below `site`.
    ///
    /// # Errors
    /// If it does not start.
    pub fn open(self: &Rc<Self>, site: &str) -> Result<Page> {
        self.start(site, |capabilities| capabilities)
    }

    /// The same, and what its threads do is traced from the start.
    ///
    /// # Errors
    /// If it does not start.
    pub fn open_traced(self: &Rc<Self>, site: &str) -> Result<Page> {
        self.start(site, traced)
    }

    fn start(
        self: &Rc<Self>,
        site: &str,
        more: impl Fn(serde_json::Value) -> serde_json::Value,
    ) -> Result<Page> {
        let number = self.sessions.replace(self.sessions.get() + 1);
        let profile = scratch().join(format!("profile-{number}"));
        let serde_json::Value::Object(wanted) = more(capabilities(&self.browser, &profile)) else {
            bail!("capabilities are an object");
        };
        let address = format!("http://127.0.0.1:{}", self.port);
        let session = block_on(WebDriver::new(address, Capabilities::from(wanted)))?;
        Ok(Page::new(session, site.to_owned(), self.clone()))
    }
}

impl Driver {
    /// Starts ChromeDriver on a port of the system's choice.
    ///
    /// # Errors
    /// If there is no browser, or the driver does not say where it listens.
    pub fn start() -> Result<Self> {
        let browser = Browser::find_or_install()?;
        fs::create_dir_all(scratch())?;
        let log = scratch().join("chromedriver.log");
        let mut child = command(&browser.driver)
            .args(["--port=0", &format!("--log-path={}", log.display())])
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", browser.driver.display()))?;
        let mut stdout = BufReader::new(child.stdout.take().context("the driver has no output")?);
        let port = announced_port(&mut stdout)?;
        let profiles = Rc::new(Profiles { port, browser, sessions: Cell::new(0) });
        Ok(Self { child, _stdout: stdout, profiles })
    }

    /// Opens a browser with a fresh profile, for pages below `site`.
    ///
    /// # Errors
    /// If the browser does not start.
    pub fn open(&self, site: &str) -> Result<Page> {
        self.profiles.open(site)
    }

    fn shut_down(&mut self) -> Result<()> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.profiles.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(
            stream,
            "GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n",
            self.profiles.port
        )?;
        let _ = stream.read(&mut [0; 64]);
        let end = Instant::now() + Duration::from_secs(5);
        while Instant::now() < end {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            sleep(Duration::from_millis(20));
        }
        bail!("ChromeDriver did not end")
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if self.shut_down().is_err() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        let _ = fs::remove_dir_all(scratch());
    }
}

fn announced_port(stdout: &mut impl BufRead) -> Result<u16> {
    let mut seen = String::new();
    for line in stdout.lines() {
        let line = line?;
        if let Some((_, rest)) = line.split_once("successfully on port ") {
            return rest.trim_end_matches('.').parse().context("the driver names no port");
        }
        seen += &line;
    }
    bail!("ChromeDriver did not start: {seen}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_what_the_driver_prints() {
        let mut good =
            "Starting ChromeDriver 1 on port 0\nChromeDriver was started successfully on port 40123.\n"
                .as_bytes();
        assert_eq!(announced_port(&mut good).unwrap(), 40123);
        assert!(announced_port(&mut "no luck\n".as_bytes()).is_err());
    }
}
