//! Waiting for states of a page, never for a fixed time.

use super::Page;
use anyhow::{Context, Result, bail};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long a page may take for anything, on a slow and busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Time between two looks at the page.
const PAUSE: Duration = Duration::from_millis(20);

/// Two frames, the end of all animations that have one, and an idle moment.
const SETTLED: &str = "\
    const frame = () => new Promise((go) => requestAnimationFrame(go)); \
    const idle = () => new Promise((go) => (globalThis.requestIdleCallback ?? setTimeout)(go)); \
    const finite = () => document.getAnimations().filter((a) => Number.isFinite(a.effect?.getComputedTiming().endTime)); \
    await frame(); await frame(); \
    await Promise.allSettled(finite().map((a) => a.finished)); \
    await idle(); await frame(); await idle()";

impl Page {
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
}
