//! Compiles the page's WebAssembly and makes its JavaScript bindings.

use crate::cargo::{CRATE, PACKAGE, cargo, run, target_dir};
use crate::target::{WASM, ensure_wasm};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// A WebAssembly module of the page.
struct Module {
    /// Stem of its files.
    name: &'static str,
    /// Its cargo profile. Each has its own, and so its own folder: in one, each would be compiled again after the other.
    profile: &'static str,
    /// What cargo is told of features besides those asked for.
    features: &'static [&'static str],
}

/// The public module, which knows every problem and method, and the smaller one that draws all charts
/// and runs what the page opens with.
const MODULES: [Module; 2] = [
    Module { name: CRATE, profile: "web", features: &[] },
    Module { name: "opening", profile: "opening", features: &["--no-default-features"] },
];

/// Compiles the package for the web and writes `auxilearn_lab.js`, `auxilearn_lab_bg.wasm`, their
/// TypeScript declarations, and the same for `opening` into `out`.
///
/// `features` are switched on in the public module besides the default ones.
///
/// # Errors
/// If the target cannot be had, or the compiler or wasm-bindgen refuses.
pub fn build(out: &Path, features: &[&str]) -> Result<()> {
    ensure_wasm()?;
    for module in MODULES {
        let wasm = compile(&module, features)?;
        bind(&module, &wasm, out)?;
    }
    Ok(())
}

/// Does as [`build`] without further features, but leaves what is in `out` and newer than what was compiled.
///
/// # Errors
/// As [`build`].
pub fn refresh(out: &Path) -> Result<()> {
    ensure_wasm()?;
    let age = |path: &Path| fs::metadata(path).and_then(|known| known.modified()).ok();
    for module in MODULES {
        let wasm = compile(&module, &[])?;
        if age(&out.join(module.name).with_extension("d.ts")) <= age(&wasm) {
            bind(&module, &wasm, out)?;
        }
    }
    Ok(())
}

/// Compiles a module; where it is.
fn compile(module: &Module, features: &[&str]) -> Result<PathBuf> {
    let Module { name, profile, features: own } = *module;
    let mut command = cargo(["build", "--profile", profile, "--lib", "--package", PACKAGE, "--target", WASM]);
    command.args(own);
    if name == CRATE {
        command.args(["--features", &features.join(",")]);
    }
    run(&mut command)?;
    Ok(target_dir().join(WASM).join(profile).join(CRATE).with_extension("wasm"))
}

/// Makes the bindings of a module that was compiled.
fn bind(module: &Module, wasm: &Path, out: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(wasm)
        .out_name(module.name)
        .web(true)?
        .typescript(true)
        .omit_default_module_path(false) // else `init()` needs the address of the wasm
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(out)
        .context("wasm-bindgen failed")
}
