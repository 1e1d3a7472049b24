//! The half of `cargo xtask` that needs a browser; `xtask` starts it.
#![forbid(unsafe_code)]

mod bench;
mod driver;
mod e2e;
mod fuzz;
mod page;
mod runtime;
mod shots;
mod soak;
mod wasm_test;

use anyhow::{Result, bail};
use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask-browser: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[&str]) -> Result<()> {
    match *args {
        ["e2e", ..] => e2e::run(&args[1..]),
        ["users", ref options @ ..] => fuzz::users(options),
        ["hostile", ref options @ ..] => fuzz::hostile(options),
        ["shots"] => shots::take(),
        ["bench", "--json", ref part @ ..] => bench::run(true, part.first().copied()),
        ["bench", ref part @ ..] => bench::run(false, part.first().copied()),
        ["soak", ..] => soak::run(&args[1..]),
        ["wasm-test", ..] => wasm_test::run(&args[1..]),
        _ => bail!("this program is started by `cargo xtask`"),
    }
}
