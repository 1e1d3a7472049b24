//! What a page and its browser have to say: problems, traces, notes of the test.

use super::{Page, origin};
use crate::runtime::block_on;
use anyhow::Result;
use serde_json::Value;
use xtask::browser::Engine;

impl Page {
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
}
