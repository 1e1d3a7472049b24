//! Screens, languages and themes that random users have.

use crate::page::{DESKTOP, PHONE, Page, Screen};
use anyhow::{Context, Result};
use serde_json::json;
use std::fs;
use xtask::cargo::root;

/// What a user has in front of them.
pub struct Setting {
    /// What `--on` calls it.
    pub name: &'static str,
    screen: Screen,
    touch: bool,
    dark: bool,
    chinese: bool,
}

/// One after the other in long runs.
pub const SETTINGS: [Setting; 4] = [
    Setting { name: "desktop", screen: DESKTOP, touch: false, dark: false, chinese: false },
    Setting { name: "phone", screen: PHONE, touch: true, dark: false, chinese: false },
    Setting { name: "desktop-zh-dark", screen: DESKTOP, touch: false, dark: true, chinese: true },
    Setting { name: "phone-zh-dark", screen: PHONE, touch: true, dark: true, chinese: true },
];

/// What is installed into every document of the browser.
const SCRIPTS: [&str; 4] = [
    include_str!("watch.js"),
    include_str!("checks.js"),
    include_str!("session.js"),
    include_str!("actions.js"),
];

impl Setting {
    /// The setting of a name.
    ///
    /// # Errors
    /// If there is none; names those that there are.
    pub fn named(name: &str) -> Result<&'static Self> {
        let names = SETTINGS.map(|setting| setting.name).join(", ");
        SETTINGS
            .iter()
            .find(|setting| setting.name == name)
            .with_context(|| format!("there is no setting {name:?}; there are {names}"))
    }

    /// Opens the page with everything that watches it, and waits until it is complete.
    ///
    /// # Errors
    /// If it does not come.
    pub fn begin(&self, page: &Page) -> Result<()> {
        install(page)?;
        page.set_screen(self.screen)?;
        let points = u8::from(self.touch);
        let touch = json!({ "enabled": self.touch, "maxTouchPoints": points.max(1) });
        page.devtools("Emulation.setTouchEmulationEnabled", touch)?;
        page.set_media("prefers-color-scheme", if self.dark { "dark" } else { "light" })?;
        page.load(if self.chinese { "#lang=zh" } else { "" })?;
        complete(page)
    }
}

/// Installs the watch into every document that the browser opens from now on.
///
/// # Errors
/// If the browser does not answer.
pub fn install(page: &Page) -> Result<()> {
    let source =
        format!("{}\nif (globalThis.fuzz) fuzz.crashes = {};", SCRIPTS.join("\n"), json!(crashes()?));
    page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source }))?;
    // A dialog of the system's own would stop everything.
    page.devtools("Page.setInterceptFileChooserDialog", json!({ "enabled": true })).map(drop)
}

/// Waits until the page has everything and can be used.
///
/// # Errors
/// If it does not come, or something failed meanwhile.
pub fn complete(page: &Page) -> Result<()> {
    // While the document is changed the browser may have nowhere to ask.
    let there = "return document.readyState === 'complete' && !fuzz.leaving && fuzz.isThere()";
    let came = page.wait_until("the page with its commands", || Ok(page.eval_as(there).unwrap_or(false)));
    came.with_context(|| {
        let how = "return [sessionStorage.getItem('fuzz-left'), performance.getEntriesByType('navigation')[0]?.type, location.href, document.querySelector('[data-message]').textContent]";
        format!("left and come to {:?}", page.eval(how).unwrap_or_default())
    })
}

/// What the page says when it could not go on, in both languages.
const GAVE_UP: [&str; 3] =
    ["A chart could not be drawn ", "The chart could not be drawn ", "The page could not start:"];

fn crashes() -> Result<Vec<String>> {
    let texts: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(root().join("www/lang/zh.json"))?)?;
    let mut all: Vec<String> = GAVE_UP.map(str::to_owned).to_vec();
    for (english, chinese) in texts.as_object().context("texts are an object")? {
        if GAVE_UP.iter().any(|start| english.starts_with(start)) {
            let chinese = chinese.as_str().context("a text")?;
            all.push(chinese.split(['（', '{']).next().unwrap_or(chinese).to_owned());
        }
    }
    Ok(all)
}
