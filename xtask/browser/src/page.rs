//! What a test does with a page, in the page's own words.

use crate::driver::Sessions;
use crate::runtime::block_on;
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};
use thirtyfour::common::print::PrintParameters;
use thirtyfour::{By, TypingData, WebDriver, WindowHandle};
use xtask::browser::Engine;
use xtask::cargo::target_dir;

/// How long a page may take for anything, on a slow and busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Time between two looks at the page.
const PAUSE: Duration = Duration::from_millis(20);

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

/// One browser with one page.
pub struct Page {
    session: WebDriver,
    site: String,
    sessions: Arc<Sessions>,
    /// Addresses of other sites that a test visits.
    others: RefCell<Vec<String>>,
    /// What the test has to say beside its outcome.
    notes: RefCell<Vec<String>>,
    /// This page's tab, once others have been opened from it.
    first: RefCell<Option<WindowHandle>>,
}

/// Presses of Tab that go through the whole page, at least.
const MOST_TABS: usize = 200;

/// Two frames, the end of all animations that have one, and an idle moment.
const SETTLED: &str = "\
    const frame = () => new Promise((go) => requestAnimationFrame(go)); \
    const idle = () => new Promise((go) => (globalThis.requestIdleCallback ?? setTimeout)(go)); \
    const finite = () => document.getAnimations().filter((a) => Number.isFinite(a.effect?.getComputedTiming().endTime)); \
    await frame(); await frame(); \
    await Promise.allSettled(finite().map((a) => a.finished)); \
    await idle(); await frame(); await idle()";

impl Page {
    /// Wraps a session; relative addresses are below `site`.
    pub fn new(session: WebDriver, site: String, sessions: Arc<Sessions>) -> Self {
        Self {
            session,
            site,
            sessions,
            others: RefCell::default(),
            notes: RefCell::default(),
            first: RefCell::default(),
        }
    }

    /// A tab of its own in the same browser, for pages below `site`.
    ///
    /// What a page keeps belongs to its origin, and what is emulated to its tab: a tab and a server of its own are a fresh
    /// browser to a test, for a hundredth of the time.
    pub fn tab(&self, site: &str) -> Result<Self> {
        let first = block_on(self.session.window())?;
        *self.first.borrow_mut() = Some(first);
        let tab = block_on(self.session.new_tab())?;
        block_on(self.session.switch_to_window(tab))?;
        Ok(Self::new(self.session.clone(), site.to_owned(), self.sessions.clone()))
    }

    /// Closes every tab that came after this page's, and goes back to it.
    pub fn close_other_tabs(&self) -> Result<()> {
        let first = self.first.borrow().clone().context("no tab has been opened")?;
        for tab in block_on(self.session.windows())? {
            if tab != first {
                block_on(self.session.switch_to_window(tab))?;
                block_on(self.session.close_window())?;
            }
        }
        Ok(block_on(self.session.switch_to_window(first))?)
    }

    /// Another browser, with a profile that has never seen the site.
    pub fn another(&self) -> Result<Self> {
        self.sessions.open(&self.site)
    }

    /// The same, with a trace of what its threads do.
    pub fn another_traced(&self) -> Result<Self> {
        self.sessions.open_traced(&self.site)
    }

    /// Adds a line to the log of the test.
    pub fn note(&self, line: impl Into<String>) {
        self.notes.borrow_mut().push(line.into());
    }

    /// Lines of the log since the last call.
    pub fn take_notes(&self) -> Vec<String> {
        self.notes.take()
    }

    /// Events of the trace since the last call.
    pub fn trace(&self) -> Result<Vec<Value>> {
        let log = block_on(self.session.get_log("performance"))?;
        let events = log.iter().map(|entry| serde_json::from_str::<Value>(&entry.message));
        let traced = |event: &Value| {
            event.pointer("/message/method").and_then(Value::as_str) == Some("Tracing.dataCollected")
        };
        let events: Vec<Value> = events.collect::<Result<_, _>>()?;
        Ok(events.into_iter().filter(traced).map(|mut event| event["message"]["params"].take()).collect())
    }

    /// Loads an address relative to the site.
    pub fn goto(&self, address: &str) -> Result<()> {
        Ok(block_on(self.session.goto(format!("{}{address}", self.site)))?)
    }

    /// Takes another site, such as one that frames the page, for a part of the test.
    pub fn allow(&self, address: &str) {
        self.others.borrow_mut().push(address.to_owned());
    }

    /// Address of the site.
    pub fn site(&self) -> &str {
        &self.site
    }

    /// Runs `inside` with the page's first frame in the place of the page.
    pub fn in_frame<T>(&self, inside: impl FnOnce() -> Result<T>) -> Result<T> {
        block_on(self.session.enter_frame(0))?;
        let found = inside();
        block_on(self.session.enter_default_frame())?;
        found
    }

    /// Does something while another window is in front; what this page was seen as meanwhile.
    pub fn behind_another(&self, inside: impl FnOnce() -> Result<()>) -> Result<Vec<String>> {
        self.eval(
            "globalThis.seenAs = []; \
             document.addEventListener('visibilitychange', () => seenAs.push(document.visibilityState))",
        )?;
        let here = block_on(self.session.window())?;
        let other = block_on(self.session.new_tab())?;
        block_on(self.session.switch_to_window(other))?;
        inside()?;
        block_on(self.session.close_window())?;
        block_on(self.session.switch_to_window(here))?;
        self.eval_as("return seenAs")
    }

    /// Loads any address, whose site is the test's own from now on.
    pub fn visit(&self, address: &str) -> Result<()> {
        if address.starts_with("http") {
            self.allow(origin(address));
        }
        Ok(block_on(self.session.goto(address))?)
    }

    /// Loads the site's first page on the given screen and waits until it shows its finished run.
    pub fn open(&self, screen: Screen) -> Result<()> {
        self.set_screen(screen)?;
        self.goto("")?;
        self.wait_for_state("finished")?;
        self.wait_for_editor()
    }

    /// Waits until the editor of the document has come.
    pub fn wait_for_editor(&self) -> Result<()> {
        let ready = "return !document.querySelector('[data-action=apply]').disabled";
        self.wait_until("the editor", || self.eval_as(ready))
    }

    /// Waits until every command of the page's row has come.
    pub fn wait_for_commands(&self) -> Result<()> {
        let last = "return !!document.querySelector('[data-action=help]')";
        self.wait_until("all commands", || self.eval_as(last))
    }

    /// The page's state: `loading`, `ready`, `running`, `paused`, `finished` or `error`.
    pub fn state(&self) -> Result<String> {
        self.eval_as("return document.documentElement.dataset.state ?? ''")
    }

    /// Waits for a state.
    pub fn wait_for_state(&self, state: &str) -> Result<()> {
        self.wait_until(&format!("state {state}"), || Ok(self.state()? == state))
            .with_context(|| format!("the state is {:?}", self.state().unwrap_or_default()))
    }

    /// Waits until everything that an action brought about at once has been done: frames, animations, and what was put
    /// off until the page is idle.
    pub fn settle(&self) -> Result<()> {
        self.eval(SETTLED).map(drop)
    }

    /// Waits until the page's own clock has gone on by so many milliseconds: what a fault may not do in that time it
    /// has not done.
    pub fn let_pass(&self, milliseconds: u32) -> Result<()> {
        let end: f64 = self.eval_as(&format!("return performance.now() + {milliseconds}"))?;
        self.wait_until("time to pass", || self.eval_as(&format!("return performance.now() > {end}")))
    }

    /// Waits until a condition holds.
    pub fn wait_until(&self, what: &str, mut holds: impl FnMut() -> Result<bool>) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        while !holds()? {
            if Instant::now() > end {
                bail!("waited {} s in vain for {what}", PATIENCE.as_secs());
            }
            sleep(PAUSE);
        }
        Ok(())
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

    /// Text of the first element that a selector names.
    pub fn text(&self, selector: &str) -> Result<String> {
        let script = format!("return document.querySelector({})?.textContent ?? null", json!(selector));
        let text: Option<String> = self.eval_as(&script)?;
        text.map(|text| text.trim().to_owned()).with_context(|| format!("no element {selector}"))
    }

    /// A lane's present value of a column, such as `phi_1`.
    pub fn value(&self, lane: usize, column: &str) -> Result<f64> {
        let text = self.text(&format!("[data-value=\"{lane}:{column}\"]"))?;
        text.replace('\u{2212}', "-").parse().with_context(|| format!("{lane}:{column} reads {text:?}"))
    }

    /// The outer step that the page shows.
    pub fn step(&self) -> Result<u64> {
        let text = self.text("[data-step]")?;
        text.parse().with_context(|| format!("the step reads {text:?}"))
    }

    /// Digests of the traces, one a lane.
    pub fn digests(&self) -> Result<Vec<String>> {
        let texts: Vec<String> = self.eval_as(
            "return [...document.querySelectorAll('[data-digest]')].map((e) => `${e.dataset.digest} ${e.textContent}`)",
        )?;
        let mut digests: Vec<String> = Vec::new();
        for digest in texts.iter().flat_map(|text| digests_in(text)) {
            if !digests.contains(&digest) {
                digests.push(digest);
            }
        }
        if digests.is_empty() {
            bail!("the page shows no digest, but {texts:?}");
        }
        Ok(digests)
    }

    /// Puts a text into the editor of the experiment's document and applies it.
    pub fn apply_document(&self, text: &str) -> Result<()> {
        self.wait_for_editor()?;
        self.eval(&format!(
            "const e = document.querySelector('textarea[data-document]'); e.value = {}; \
             e.dispatchEvent(new Event('input', {{ bubbles: true }}))",
            json!(text)
        ))?;
        self.click("apply")
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

    /// Errors and policy violations, and in Chromium requests that left the site, since the last call.
    pub fn problems(&self) -> Result<Vec<String>> {
        match self.engine() {
            Engine::Chromium => self.logged_problems(),
            Engine::Firefox | Engine::WebKit => self.eval_as("return (globalThis.problems ?? []).splice(0)"),
        }
    }

    fn logged_problems(&self) -> Result<Vec<String>> {
        let console = block_on(self.session.browser_log())?;
        let mut problems: Vec<String> = console
            .into_iter()
            .filter(|entry| entry.level == "SEVERE" || entry.message.contains("Content Security Policy"))
            .map(|entry| entry.message)
            .collect();
        for entry in block_on(self.session.get_log("performance"))? {
            let event: Value = serde_json::from_str(&entry.message)?;
            let address = event.pointer("/message/params/request/url").and_then(Value::as_str);
            problems
                .extend(address.filter(|url| !self.is_own(url)).map(|url| format!("foreign request: {url}")));
        }
        Ok(problems)
    }

    /// Whether an address is the site's, within the page, or one of the browser's own pages.
    fn is_own(&self, url: &str) -> bool {
        let blob = format!("blob:{}", origin(&self.site));
        [&self.site, &blob, "data:", "chrome:"].iter().any(|start| url.starts_with(start))
            || self.others.borrow().iter().any(|start| url.starts_with(start))
    }

    /// Ends the browser.
    pub fn close(self) -> Result<()> {
        Ok(block_on(self.session.quit())?)
    }
}

/// Scheme, host and port of an address.
fn origin(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + 3);
    address[host..].find('/').map_or(address, |path| &address[..host + path])
}

/// Every 16-digit hexadecimal word of a text.
pub fn digests_in(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| word.len() == 16 && word.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_picked_out_of_words() {
        let text = "AuxiLearn: finished, 1500 steps, digest 0123456789abcdef (lane 2: fedcba9876543210)";
        assert_eq!(digests_in(text), ["0123456789abcdef", "fedcba9876543210"]);
        assert!(digests_in("0123456789abcdef0").is_empty());
    }
}
