//! What a test does with a page, in the page's own words.

mod logs;
mod shown;
mod tabs;
mod waiting;

pub use shown::digests_in;

use crate::driver::Sessions;
use crate::runtime::block_on;
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use thirtyfour::common::print::PrintParameters;
use thirtyfour::{By, TypingData, WebDriver, WindowHandle};
use xtask::browser::Engine;
use xtask::cargo::target_dir;

/// Size of the window's inside, in CSS pixels, and device pixels per CSS pixel.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// CSS pixels across.
    pub width: u32,
    /// CSS pixels down.
    pub height: u32,
    /// `window.devicePixelRatio`.
    pub ratio: f64,
}

/// A laptop.
pub const DESKTOP: Screen = Screen { width: 1280, height: 800, ratio: 1.0 };
/// A small phone.
pub const PHONE: Screen = Screen { width: 360, height: 740, ratio: 1.0 };

/// The position of the control of the speed that is as fast as possible.
pub const FASTEST: u32 = 8;
/// The position for 20 steps a second: the first experiment takes more than a minute.
pub const SLOW: u32 = 2;

/// One browser with one page.
pub struct Page {
    session: WebDriver,
    site: String,
    sessions: Arc<Sessions>,
    /// What the test has to say beside its outcome.
    notes: RefCell<Vec<String>>,
    /// This page's tab, once others have been opened from it.
    first: RefCell<Option<WindowHandle>>,
}

/// Presses of Tab that go through the whole page, at least.
const MOST_TABS: usize = 200;

impl Page {
    /// Wraps a session; relative addresses are below `site`.
    pub fn new(session: WebDriver, site: String, sessions: Arc<Sessions>) -> Self {
        Self { session, site, sessions, notes: RefCell::default(), first: RefCell::default() }
    }

    /// Loads an address relative to the site.
    pub fn goto(&self, address: &str) -> Result<()> {
        Ok(block_on(self.session.goto(format!("{}{address}", self.site)))?)
    }

    /// Loads an address relative to the site as a new document, also where only its fragment is another.
    pub fn load(&self, address: &str) -> Result<()> {
        self.visit("about:blank")?;
        self.goto(address)
    }

    /// Address of the site.
    pub fn site(&self) -> &str {
        &self.site
    }

    /// Loads any address.
    pub fn visit(&self, address: &str) -> Result<()> {
        Ok(block_on(self.session.goto(address))?)
    }

    /// Loads the site's first page on the given screen and waits until it shows its finished run.
    pub fn open(&self, screen: Screen) -> Result<()> {
        self.set_screen(screen)?;
        self.goto("")?;
        self.wait_for_state("finished")
    }

    /// Clicks the control of a command, such as `play`.
    pub fn click(&self, action: &str) -> Result<()> {
        let selector = format!("[data-action=\"{action}\"]");
        // A control may stand in a folded part of the page, or under the row of commands on a phone; a person would
        // unfold it, or scroll, first.
        self.eval(&format!(
            "const control = document.querySelector('{selector}');
             for (let e = control; e; e = e.parentElement) if (e.localName === 'details') e.open = true;
             control?.scrollIntoView({{ block: 'nearest' }})"
        ))?;
        let clicked = block_on(async { self.session.find(By::Css(selector)).await?.click().await });
        clicked.with_context(|| format!("cannot click {action}"))
    }

    /// Puts the control of the speed to a position: from 0, one step a second, to [`FASTEST`].
    pub fn set_speed(&self, position: u32) -> Result<()> {
        let set = format!(
            "const e = document.querySelector('[data-control=speed]'); e.value = {position}; e.dispatchEvent(new Event('input', {{ bubbles: true }}))"
        );
        self.eval(&set).map(drop)
    }

    /// Puts a text into the editor of the experiment's document and applies it, by script: in a frame that grows when the
    /// editor is unfolded, a pointer would press where the button was.
    pub fn apply_document(&self, text: &str) -> Result<()> {
        self.eval(&format!(
            "const e = document.querySelector('textarea[data-document]'); e.closest('details').open = true; \
             e.value = {}; e.dispatchEvent(new Event('input', {{ bubbles: true }})); \
             document.querySelector('[data-action=apply]').click()",
            json!(text)
        ))
        .map(drop)
    }

    /// Presses and releases a key.
    pub fn press(&self, key: impl Into<TypingData>) -> Result<()> {
        Ok(block_on(self.session.action_chain().send_keys(key).perform())?)
    }

    /// Presses the mouse at a place of the window, moves it to another in steps, and lets go.
    pub fn drag(&self, from: (f64, f64), to: (f64, f64)) -> Result<()> {
        const STEPS: i32 = 8;
        let at = |share: f64| {
            let between = |a: f64, b: f64| (a + share * (b - a)).round() as i64;
            (between(from.0, to.0), between(from.1, to.1))
        };
        let (x, y) = at(0.0);
        let mut chain = self.session.action_chain().move_to(x, y).click_and_hold();
        for step in 1..=STEPS {
            let (x, y) = at(f64::from(step) / f64::from(STEPS));
            chain = chain.move_to(x, y);
        }
        Ok(block_on(chain.release().perform())?)
    }

    /// The page as a PDF.
    pub fn print(&self) -> Result<Vec<u8>> {
        Ok(block_on(self.session.print_page(PrintParameters::default()))?)
    }

    /// The engine of the browser.
    pub fn engine(&self) -> Engine {
        self.sessions.engine()
    }

    /// Presses Tab until the control of a command has the focus.
    pub fn tab_to(&self, action: &str) -> Result<()> {
        for _ in 0..MOST_TABS {
            self.press(thirtyfour::Key::Tab)?;
            let focused: String = self.eval_as("return document.activeElement?.dataset?.action ?? ''")?;
            if focused == action {
                return Ok(());
            }
        }
        bail!("{MOST_TABS} presses of Tab do not reach {action}")
    }

    /// Runs the body of an asynchronous function in the page, and waits for what it returns.
    pub fn eval(&self, body: &str) -> Result<Value> {
        let script = format!("return (async () => {{ {body}\n }})()");
        let returned = block_on(self.session.execute(script, Vec::new()));
        Ok(returned.with_context(|| format!("in the page: {body}"))?.json().clone())
    }

    /// [`Page::eval`] with a typed result.
    pub fn eval_as<T: serde::de::DeserializeOwned>(&self, body: &str) -> Result<T> {
        Ok(serde_json::from_value(self.eval(body)?)?)
    }

    /// Sends a command of the DevTools protocol.
    pub fn devtools(&self, method: &str, params: Value) -> Result<Value> {
        Ok(block_on(self.session.cdp().send_raw(method, params))?)
    }

    /// Sets the size of the window's inside and the device's pixel ratio.
    pub fn set_screen(&self, screen: Screen) -> Result<()> {
        let Screen { width, height, ratio } = screen;
        match self.engine() {
            Engine::Chromium => {
                let metrics =
                    json!({ "width": width, "height": height, "deviceScaleFactor": ratio, "mobile": false });
                self.devtools("Emulation.setDeviceMetricsOverride", metrics).map(drop)
            }
            Engine::Firefox | Engine::WebKit => {
                ensure!(ratio == 1.0, "{} has one pixel ratio", self.engine().name());
                self.resize(width, height)
            }
        }
    }

    /// Makes the window as large as it takes for its inside to have these sides.
    fn resize(&self, width: u32, height: u32) -> Result<()> {
        let frame: [u32; 2] = self.eval_as(
            "return [outerWidth - innerWidth, outerHeight - innerHeight].map((side) => Math.max(side, 0))",
        )?;
        Ok(block_on(self.session.set_window_rect(0, 0, width + frame[0], height + frame[1]))?)
    }

    /// Sets a media feature, such as `prefers-color-scheme` to `dark`.
    pub fn set_media(&self, feature: &str, value: &str) -> Result<()> {
        let features = json!({ "features": [{ "name": feature, "value": value }] });
        self.devtools("Emulation.setEmulatedMedia", features).map(drop)
    }

    /// Writes a picture of the window to `target/screenshots/NAME.png`.
    pub fn screenshot(&self, name: &str) -> Result<PathBuf> {
        let folder = target_dir().join("screenshots");
        fs::create_dir_all(&folder)?;
        let file = folder.join(name).with_extension("png");
        block_on(self.session.screenshot(&file))?;
        Ok(file)
    }

    /// Ends the browser.
    pub fn close(self) -> Result<()> {
        Ok(block_on(self.session.quit())?)
    }
}
