//! Waiting for states of a page, never for a fixed time.

use super::Page;
use anyhow::{Context, Result, bail};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long a page may take for anything, on a slow and busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Time between the first two looks at the page; each later one is longer by half, since to look takes the page's own
/// processor time.
const PAUSE: Duration = Duration::from_millis(10);
/// The longest time between two looks.
const LONGEST_PAUSE: Duration = Duration::from_millis(150);

/// Two frames, the end of all animations that have one, and an idle moment.
const SETTLED: &str = "\
    const frame = () => new Promise((go) => requestAnimationFrame(go)); \
    const idle = () => new Promise((go) => (globalThis.requestIdleCallback ?? setTimeout)(go)); \
    const finite = () => document.getAnimations().filter((a) => Number.isFinite(a.effect?.getComputedTiming().endTime)); \
    await frame(); await frame(); \
    await Promise.allSettled(finite().map((a) => a.finished)); \
    await idle(); await frame(); await idle()";

impl Page {
    /// Waits until all that comes after the first picture is there.
    pub fn wait_for_features(&self) -> Result<()> {
        let ready = "return document.documentElement.dataset.features === 'ready'";
        self.wait_until("the page's features", || self.eval_as(ready))
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

    /// Waits until a finished run is shown of which a condition holds.
    ///
    /// The state is read before and after the condition: of a run that another one replaces meanwhile nothing is
    /// believed, not even an error.
    pub fn wait_for_finished(&self, what: &str, mut condition: impl FnMut() -> Result<bool>) -> Result<()> {
        let finished = || Ok::<_, anyhow::Error>(self.state()? == "finished");
        let mut last = None;
        let waited = self.wait_until(what, || {
            if !finished()? {
                return Ok(false);
            }
            let (held, error) = match condition() {
                Ok(held) => (held, None),
                Err(error) => (false, Some(error)),
            };
            last = error;
            Ok(held && finished()?)
        });
        waited.map_err(|waited| last.map_or(waited, |error| error.context(format!("waiting for {what}"))))
    }

    /// Waits until a condition holds.
    pub fn wait_until(&self, what: &str, mut holds: impl FnMut() -> Result<bool>) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        let mut pause = PAUSE;
        while !holds()? {
            if Instant::now() > end {
                bail!("waited {} s in vain for {what}", PATIENCE.as_secs());
            }
            sleep(pause);
            pause = (pause * 3 / 2).min(LONGEST_PAUSE);
        }
        Ok(())
    }
}
