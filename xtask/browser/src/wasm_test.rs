//! The runner that cargo starts with a WebAssembly test: wasm-bindgen's own, in our browser.

use crate::driver::{capabilities, scratch};
use anyhow::Result;
use std::process::Command;
use std::{env, fs};
use xtask::browser::Engine;

/// Set in the process that does the work, once its environment is right.
const READY: &str = "XTASK_WASM_TEST";

/// Runs one test file; `args` are those that cargo gives a runner.
///
/// # Errors
/// If a test fails or the browser does not start.
pub fn run(args: &[&str]) -> Result<()> {
    if env::var_os(READY).is_some() {
        let args = ["wasm-bindgen-test-runner"].iter().chain(args);
        return wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(args);
    }
    let browser = Engine::Chromium.find_or_install()?;
    fs::create_dir_all(scratch())?;
    let wanted = scratch().join("webdriver.json");
    fs::write(&wanted, capabilities(&browser, &scratch().join("profile")).to_string())?;
    // wasm-bindgen's runner is told everything by environment variables, which a process may only
    // set safely for another one.
    let status = Command::new(env::current_exe()?)
        .arg("wasm-test")
        .args(args)
        .env(READY, "1")
        .env("CHROMEDRIVER", &browser.driver)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &wanted)
        .env("WASM_BINDGEN_TEST_TIMEOUT", "120")
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "30")
        .status()?;
    let _ = fs::remove_dir_all(scratch());
    anyhow::ensure!(status.success(), "WebAssembly tests failed");
    Ok(())
}
