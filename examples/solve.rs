//! Runs experiment documents natively: one to its trace, or many to a result line each.

use std::process::ExitCode;

fn main() -> ExitCode {
    commands::solve::main()
}
