//! A WebDriver of one engine, started on a free port and ended with its browsers.

mod capabilities;

pub use capabilities::capabilities;

use crate::page::Page;
use crate::runtime::block_on;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};
use thirtyfour::{Capabilities, WebDriver};
use xtask::browser::{Browser, Engine};
use xtask::cargo::{command, target_dir};

/// How long a driver may take to listen.
const START: Duration = Duration::from_secs(30);
/// How long it may take to end when it is asked to.
const END: Duration = Duration::from_secs(5);
/// Time between two looks at it.
const PAUSE: Duration = Duration::from_millis(20);

/// Folder for profiles and logs of this process, so that nothing is left outside `target`.
pub fn scratch() -> PathBuf {
    target_dir().join("browser").join(std::process::id().to_string())
}

/// A running WebDriver.
pub struct Driver {
    child: Child,
    sessions: Arc<Sessions>,
    _screen: Option<Screen>, // ends after the driver
}

/// Opens browsers, each with a fresh profile.
pub struct Sessions {
    port: u16,
    browser: Browser,
    folder: PathBuf,
    opened: AtomicUsize,
}

impl Sessions {
    /// Opens a browser, for pages below `site`.
    ///
    /// # Errors
    /// If it does not start.
    pub fn open(self: &Arc<Self>, site: &str) -> Result<Page> {
        self.start(site, |capabilities| capabilities)
    }

    /// The same in Chromium, and what its threads do is traced from the start.
    ///
    /// # Errors
    /// If it does not start.
    pub fn open_traced(self: &Arc<Self>, site: &str) -> Result<Page> {
        self.start(site, capabilities::traced)
    }

    fn start(self: &Arc<Self>, site: &str, more: impl Fn(Value) -> Value) -> Result<Page> {
        let number = self.opened.fetch_add(1, Ordering::Relaxed);
        let profile = self.folder.join(format!("profile-{number}"));
        let Value::Object(wanted) = more(capabilities(&self.browser, &profile)) else {
            bail!("capabilities are an object");
        };
        let address = format!("http://127.0.0.1:{}", self.port);
        let session = block_on(WebDriver::new(address, Capabilities::from(wanted)))
            .with_context(|| format!("{} does not start", self.browser.engine.name()))?;
        Ok(Page::new(session, site.to_owned(), self.clone()))
    }

    /// The engine of the browsers.
    pub fn engine(&self) -> Engine {
        self.browser.engine
    }
}

impl Driver {
    /// Starts a driver of Chromium.
    ///
    /// # Errors
    /// If there is no browser, or the driver does not listen.
    pub fn start() -> Result<Self> {
        Self::of(Engine::Chromium.find_or_install()?, &scratch().join("chromedriver.log"))
    }

    /// Starts the driver of a browser, which writes to `log`.
    ///
    /// # Errors
    /// If it does not listen.
    pub fn of(browser: Browser, log: &Path) -> Result<Self> {
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        let folder = scratch().join(format!("driver-{}", STARTED.fetch_add(1, Ordering::Relaxed)));
        fs::create_dir_all(&folder)?;
        log.parent().map_or(Ok(()), fs::create_dir_all)?;
        let screen = Screen::of(browser.engine)?;
        let (mut launched, wanted) = launch(&browser, screen.as_ref())?;
        let child = launched
            .env("TMPDIR", &folder) // profiles of browsers, which go with the folder
            .stdout(File::create(log)?)
            .stderr(File::options().append(true).open(log)?)
            .spawn()
            .with_context(|| format!("cannot start {}", browser.driver.display()))?;
        let sessions = Arc::new(Sessions { port: wanted, browser, folder, opened: AtomicUsize::new(0) });
        let mut driver = Self { child, sessions, _screen: screen };
        let port = driver.port(log).with_context(|| format!("see {}", log.display()))?;
        Arc::get_mut(&mut driver.sessions).context("no session yet")?.port = port;
        Ok(driver)
    }

    /// Waits until the driver listens, and returns where.
    fn port(&mut self, log: &Path) -> Result<u16> {
        let end = Instant::now() + START;
        loop {
            let port = match self.sessions.engine() {
                Engine::Chromium | Engine::Firefox => announced_port(&fs::read_to_string(log)?),
                Engine::WebKit => Some(self.sessions.port).filter(|port| listens(*port)),
            };
            if let Some(port) = port {
                return Ok(port);
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the driver ended: {status}");
            }
            if Instant::now() > end {
                bail!("the driver does not listen after {} s", START.as_secs());
            }
            sleep(PAUSE);
        }
    }

    /// Opens a browser with a fresh profile, for pages below `site`.
    ///
    /// # Errors
    /// If the browser does not start.
    pub fn open(&self, site: &str) -> Result<Page> {
        self.sessions.open(site)
    }

    /// Asks ChromeDriver to end; the others end when they are told by a signal.
    fn shut_down(&mut self) -> Result<()> {
        match self.sessions.engine() {
            Engine::Chromium => {
                let mut stream = TcpStream::connect(("127.0.0.1", self.sessions.port))?;
                stream.set_read_timeout(Some(END))?;
                write!(stream, "GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
                let _ = stream.read(&mut [0; 64]);
            }
            Engine::Firefox | Engine::WebKit => {
                xtask::cargo::run(command("kill").arg(self.child.id().to_string()))?;
            }
        }
        let end = Instant::now() + END;
        while Instant::now() < end {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            sleep(PAUSE);
        }
        bail!("the driver did not end")
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        if self.shut_down().is_err() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        let _ = fs::remove_dir_all(&self.sessions.folder);
        // The folder of the process goes with the last of its drivers.
        let _ = fs::remove_dir(scratch());
    }
}

/// The command that starts a driver, and the port it is told; 0 lets the system choose.
fn launch(browser: &Browser, screen: Option<&Screen>) -> Result<(Command, u16)> {
    let mut driver = command(&browser.driver);
    let port = match browser.engine {
        Engine::Chromium => 0,
        Engine::Firefox => {
            // Several drivers would otherwise wait for their browsers on one port.
            driver.args(["--websocket-port", "0"]);
            0
        }
        Engine::WebKit => {
            driver.envs(screen.map(|screen| ("DISPLAY", &screen.name)));
            // Without a graphics card layers cost more than they save.
            driver.env("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
            // It does not say which port the system has chosen.
            TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port()
        }
    };
    driver.arg(format!("--port={port}"));
    Ok((driver, port))
}

/// The port that a driver says it listens on.
fn announced_port(printed: &str) -> Option<u16> {
    let said = ["successfully on port ", "Listening on 127.0.0.1:"];
    let (_, rest) = said.iter().find_map(|words| printed.split_once(words))?;
    let (port, _) = rest.split_once('\n')?;
    port.trim_end_matches('.').parse().ok()
}

fn listens(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

/// A virtual screen, for an engine that has no mode without one; it ends when dropped.
struct Screen {
    server: Child,
    name: String,
}

impl Screen {
    fn of(engine: Engine) -> Result<Option<Self>> {
        match engine {
            Engine::Chromium | Engine::Firefox => Ok(None),
            Engine::WebKit => Self::start().context("Xvfb does not start").map(Some),
        }
    }

    fn start() -> Result<Self> {
        let mut server = command("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut number = String::new();
        let output = server.stdout.take().context("it has an output")?;
        BufReader::new(output).read_line(&mut number)?;
        Ok(Self { server, name: format!(":{}", number.trim()) })
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_what_a_driver_prints() {
        let chromium =
            "Starting ChromeDriver 1 on port 0\nChromeDriver was started successfully on port 40123.\n";
        assert_eq!(announced_port(chromium), Some(40123));
        assert_eq!(announced_port("1\tgeckodriver\tINFO\tListening on 127.0.0.1:4444\n"), Some(4444));
        assert_eq!(announced_port("no luck\n"), None);
        assert_eq!(announced_port("Listening on 127.0.0.1:44"), None, "cut off in the middle");
    }
}
