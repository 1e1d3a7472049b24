//! What a page and its browser have to say: problems, traces, notes of the test.

use super::Page;
use crate::runtime::block_on;
use anyhow::Result;
use serde_json::Value;
use thirtyfour::BrowserLogEntry;
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

    /// Errors and violations of the policy since the last call; a request to another origin is one.
    pub fn problems(&self) -> Result<Vec<String>> {
        match self.engine() {
            Engine::Chromium => {
                let console = block_on(self.session.browser_log())?.into_iter();
                let wrong = |entry: &BrowserLogEntry| {
                    entry.level == "SEVERE" || entry.message.contains("Content Security Policy")
                };
                Ok(console.filter(wrong).map(|entry| entry.message).collect())
            }
            Engine::Firefox | Engine::WebKit => self.eval_as("return (globalThis.problems ?? []).splice(0)"),
        }
    }
}
