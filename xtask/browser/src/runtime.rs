//! The WebDriver client is asynchronous; tests and measurements read better when they are not.

use std::future::Future;
use std::sync::LazyLock;
use tokio::runtime::{Builder, Runtime};

/// One thread talks to all browsers; those that wait are the tests'.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime needs a thread")
});

/// Waits for a future on this thread.
pub fn block_on<F: Future>(future: F) -> F::Output {
    RUNTIME.block_on(future)
}
