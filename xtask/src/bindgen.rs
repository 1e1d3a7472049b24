//! Compiles the page's WebAssembly and makes its JavaScript bindings.

use crate::cargo::{CRATE, PACKAGE, cargo, run, target_dir};
use crate::target::{WASM, ensure_wasm};
use anyhow::{Context, Result};
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// The cargo profile of the page's WebAssembly.
const PROFILE: &str = "web";

/// Compiles the package for the web and writes `auxilearn_lab.js`, `auxilearn_lab_bg.wasm` and
/// their TypeScript declarations into `out`.
///
/// `features` are those of the package that are switched on besides the default ones.
///
/// # Errors
/// If the target cannot be had, or the compiler or wasm-bindgen refuses.
pub fn build(out: &Path, features: &[&str]) -> Result<()> {
    ensure_wasm()?;
    run(&mut cargo([
        "build",
        "--profile",
        PROFILE,
        "--lib",
        "--package",
        PACKAGE,
        "--target",
        WASM,
        "--features",
        &features.join(","),
    ]))?;
    let wasm = target_dir().join(WASM).join(PROFILE).join(CRATE).with_extension("wasm");
    Bindgen::new()
        .input_path(wasm)
        .web(true)?
        .typescript(true)
        .omit_default_module_path(false) // else `init()` needs the address of the wasm
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(out)
        .context("wasm-bindgen failed")
}
