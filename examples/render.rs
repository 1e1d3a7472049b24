//! Draws a chart of an experiment as SVG, natively and with the same code as the page.

use std::process::ExitCode;

fn main() -> ExitCode {
    commands::render::main()
}
