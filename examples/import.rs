//! Makes an experiment document of a table, natively and by the same reader as the page.

use std::process::ExitCode;

fn main() -> ExitCode {
    commands::import::main()
}
