//! Tabs, frames and other browsers beside a page.

use super::Page;
use crate::runtime::block_on;
use anyhow::{Context, Result};
use serde_json::json;

impl Page {
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

    /// Deletes all that the browser has kept for an origin but its HTTP cache.
    pub fn forget(&self, origin: &str) -> Result<()> {
        let all = json!({ "origin": origin, "storageTypes": "all" });
        self.devtools("Storage.clearDataForOrigin", all).map(drop)
    }

    /// Another browser, with a profile that has never seen the site.
    pub fn another(&self) -> Result<Self> {
        self.sessions.open(&self.site)
    }

    /// The same, with a trace of what its threads do.
    pub fn another_traced(&self) -> Result<Self> {
        self.sessions.open_traced(&self.site)
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
}
