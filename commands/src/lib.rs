//! The commands `solve`, `render` and `import`, and `prerender`, which the build of the page runs.
//!
//! `cargo run --example solve` runs one of the first three, from the package of the library; here they are executables too, whose
//! paths cargo gives to tests. `prerender` is a tool of the build and no example: it is an executable here only.

use std::process::ExitCode;

mod finished;
pub mod import;
pub mod prerender;
pub mod render;
pub mod solve;

/// Returns the exit code of `render` and `prerender`: 0, or 2 after one line on standard error.
fn exit_code(name: &str, outcome: Result<(), String>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{name}: {message}");
            ExitCode::from(2)
        }
    }
}
