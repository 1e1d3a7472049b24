//! Makes sure that the toolchain can compile to WebAssembly.

use crate::cargo::{command, output, run};
use anyhow::{Context, Result};
use std::path::Path;

/// The target of the page.
pub const WASM: &str = "wasm32-unknown-unknown";

/// Adds the WebAssembly target to the toolchain in use when it is not there.
///
/// # Errors
/// If rustc cannot be run, or the target is missing and rustup cannot add it.
pub fn ensure_wasm() -> Result<()> {
    let libdir = output(command("rustc").args(["--print", "target-libdir", "--target", WASM]))?;
    if Path::new(libdir.trim()).is_dir() {
        return Ok(());
    }
    eprintln!("Adding the target {WASM} to this Rust toolchain");
    run(command("rustup").args(["target", "add", WASM])).with_context(|| {
        format!(
            "this Rust toolchain has no target {WASM}; with rustup it is added by `rustup target add {WASM}`, \
             otherwise install your system's package for it (Debian: libstd-rust-dev-wasm32)"
        )
    })
}
