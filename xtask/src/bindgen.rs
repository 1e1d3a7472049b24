//! Compiles the page's WebAssembly and makes its JavaScript bindings.

use crate::cargo::{CRATE, PACKAGE, cargo, run, target_dir};
use crate::target::{WASM, ensure_wasm};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// The cargo profile of the page's WebAssembly.
const PROFILE: &str = "web";

/// Compiles the package for the web and writes `auxilearn_lab.js`, `auxilearn_lab_bg.wasm` and their TypeScript
/// declarations into `out`.
///
/// `features` are switched on besides the default ones.
///
/// # Errors
/// If the target cannot be had, or the compiler or wasm-bindgen refuses.
pub fn build(out: &Path, features: &[&str]) -> Result<()> {
    bind(&compile(features)?, out)
}

/// Does as [`build`] without further features, but leaves what is in `out` and newer than what was compiled.
///
/// # Errors
/// As [`build`].
pub fn refresh(out: &Path) -> Result<()> {
    let age = |path: &Path| fs::metadata(path).and_then(|known| known.modified()).ok();
    let wasm = compile(&[])?;
    if age(&out.join(CRATE).with_extension("d.ts")) <= age(&wasm) {
        bind(&wasm, out)?;
    }
    Ok(())
}

/// Compiles the package for the web; where the WebAssembly is.
fn compile(features: &[&str]) -> Result<PathBuf> {
    ensure_wasm()?;
    let mut command = cargo(["build", "--profile", PROFILE, "--lib", "--package", PACKAGE, "--target", WASM]);
    run(command.args(["--features", &features.join(",")]))?;
    Ok(target_dir().join(WASM).join(PROFILE).join(CRATE).with_extension("wasm"))
}

/// Makes the bindings of what was compiled.
fn bind(wasm: &Path, out: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .out_name(CRATE)
        .web(true)?
        .typescript(true)
        .omit_default_module_path(false) // else `init()` needs the address of the wasm
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(out)
        .context("wasm-bindgen failed")
}
