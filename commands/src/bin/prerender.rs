//! Writes what the page opens with: a tool of the build, not an example.

use std::process::ExitCode;

fn main() -> ExitCode {
    commands::prerender::main()
}
