//! `cargo xtask`: the project's commands.

use anyhow::Result;
use lexopt::prelude::*;
use std::path::PathBuf;
use std::process::ExitCode;
use xtask::dist;
use xtask::serve::{Port, Server};
use xtask::stages::{self, STAGES};
use xtask::verify;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  serve [--port N]             build the page and serve it on 127.0.0.1 (8080 or the next free port)
  dist [--out DIR]             write the site to DIR (dist) and show its size
  test [--only STAGE,…]        run all checks, or these stages: fmt clippy clippy-wasm supply native doc wasm engines
                               instructions dist types e2e
  test --only STAGE NAME       of one stage the tests with NAME in their name; e2e also takes --list, --exact,
                               --skip NAME, --test-threads N and --shard I/N
  test --quick                 while working: formatting, clippy, the claims of the solver and of documents
  shots                        take screenshots of the page into target/screenshots
  verify                       compare with exact answers, reference numbers and recorded digests: a table
  soak [--steps N] [--minutes M] [--hidden S] [--out DIR]
                               leave a page alone for long (10,000,000 steps, 10 minutes, 60 s hidden) and see
                               whether its memory stays flat; soak.csv and soak.svg go to DIR (docs)
  users [OPTIONS]              random users on the page; --seed N --actions M --on SETTING, or --replay LOG
  hostile [OPTIONS]            hostile links and messages; --seed N --cases M (both: docs/testing.md)
  bench [--json] [PART]        measure natively and in Chromium: solver, page and charts, or one of them
";

enum Command {
    Help,
    Serve { port: Port },
    Dist { out: PathBuf },
    Test { only: Vec<String>, name: Option<String>, options: Vec<String>, quick: bool },
    Shots,
    Verify,
    Chance { name: &'static str, options: Vec<String> },
    Bench { json: bool, part: Option<String> },
    Soak { args: Vec<String> },
}

fn main() -> ExitCode {
    let command = match parse(lexopt::Parser::from_env()) {
        Ok(command) => command,
        Err(error) => {
            eprint!("cargo xtask: {error}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match execute(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn parse(mut args: lexopt::Parser) -> Result<Command, lexopt::Error> {
    let name = match args.next()? {
        Some(Value(name)) => name.string()?,
        Some(Short('h') | Long("help")) | None => return Ok(Command::Help),
        Some(other) => return Err(other.unexpected()),
    };
    let mut command = match name.as_str() {
        "help" => Command::Help,
        "serve" => Command::Serve { port: Port::Default },
        "dist" => Command::Dist { out: dist::default_out() },
        "test" => Command::Test { only: Vec::new(), name: None, options: Vec::new(), quick: false },
        "shots" => Command::Shots,
        "verify" => Command::Verify,
        "users" => Command::Chance { name: "users", options: Vec::new() },
        "hostile" => Command::Chance { name: "hostile", options: Vec::new() },
        "bench" => Command::Bench { json: false, part: None },
        "soak" => Command::Soak { args: Vec::new() },
        _ => return Err(format!("there is no command {name:?}").into()),
    };
    while let Some(arg) = args.next()? {
        match (&mut command, arg) {
            (_, Short('h') | Long("help")) => return Ok(Command::Help),
            (Command::Serve { port }, Long("port")) => *port = Port::Exactly(args.value()?.parse()?),
            (Command::Dist { out }, Long("out")) => *out = args.value()?.into(),
            (Command::Test { quick, .. }, Long("quick")) => *quick = true,
            (Command::Test { only, .. }, Long("only")) => {
                only.extend(stages_named(&args.value()?.string()?)?)
            }
            (Command::Test { only, name: name @ None, .. }, Value(value)) if only.len() == 1 => {
                *name = Some(value.string()?);
            }
            (Command::Test { only, options, .. }, Long(name)) if *only == ["e2e"] => {
                let name = name.to_owned();
                options.extend(runner_option(&name, &mut args)?);
            }
            (Command::Soak { args: all }, Long(name @ ("steps" | "minutes" | "hidden" | "out"))) => {
                let name = format!("--{name}");
                all.extend([name, args.value()?.string()?]);
            }
            (Command::Chance { name, options }, Long(option)) => {
                if !(if *name == "users" { USERS } else { HOSTILE }).contains(&option) {
                    return Err(format!("{name} has no option --{option}").into());
                }
                options.push(format!("--{option}"));
                options.push(args.value()?.string()?);
            }
            (Command::Bench { json, .. }, Long("json")) => *json = true,
            (Command::Bench { part: part @ None, .. }, Value(name)) => *part = Some(name.string()?),
            (_, other) => return Err(other.unexpected()),
        }
    }
    if matches!(&command, Command::Test { only, quick: true, .. } if !only.is_empty()) {
        return Err("--quick has stages of its own: it goes without --only".into());
    }
    Ok(command)
}

/// Options of random users and of hostile links; their values are read where they are used.
const USERS: &[&str] = &["seed", "actions", "on", "replay"];
const HOSTILE: &[&str] = &["seed", "cases"];

/// An option of the program that runs end-to-end tests, with its value.
fn runner_option(name: &str, args: &mut lexopt::Parser) -> Result<Vec<String>, lexopt::Error> {
    let option = format!("--{name}");
    match name {
        "list" | "exact" => Ok(vec![option]),
        "shard" | "skip" | "test-threads" => Ok(vec![option, args.value()?.string()?]),
        _ => Err(format!("e2e has no option {option}").into()),
    }
}

/// The names of stages in a list with commas.
fn stages_named(list: &str) -> Result<Vec<String>, String> {
    let known = |name: &str| match STAGES.iter().any(|stage| stage.name == name) {
        true => Ok(name.to_owned()),
        false => Err(format!("there is no stage {name:?}")),
    };
    list.split(',').map(known).collect()
}

fn execute(command: Command) -> Result<()> {
    match command {
        Command::Help => print!("{USAGE}"),
        Command::Serve { port } => serve(port)?,
        Command::Dist { out } => dist::dist(&out)?,
        Command::Test { quick: true, .. } => stages::run_quick()?,
        Command::Test { only, .. } if only.is_empty() => stages::run_all()?,
        Command::Test { only, name, options, .. } => {
            let args: Vec<&str> = name.iter().chain(&options).map(String::as_str).collect();
            stages::run_only(&only, &args)?;
        }
        Command::Shots => stages::browser_command("shots", [])?,
        Command::Verify => verify::verify()?,
        Command::Soak { args } => stages::browser_command("soak", args.iter().map(String::as_str))?,
        Command::Chance { name, options } => {
            stages::browser_command(name, options.iter().map(String::as_str))?
        }
        Command::Bench { json, part } => {
            stages::browser_command("bench", json.then_some("--json").into_iter().chain(part.as_deref()))?;
        }
    }
    Ok(())
}

fn serve(port: Port) -> Result<()> {
    // The port is taken first: a clear refusal should not wait for a build.
    let listener = Server::bind(port)?;
    let site = dist::packed(&dist::default_out())?;
    let server = listener.start(site, "/")?;
    println!("AuxiLearn Lab is at {} (Ctrl-C ends it)", server.url());
    loop {
        std::thread::park();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, String> {
        parse(lexopt::Parser::from_args(line.split_whitespace())).map_err(|error| error.to_string())
    }

    #[test]
    fn commands_and_their_options_are_understood() {
        assert!(matches!(parsed("serve"), Ok(Command::Serve { port: Port::Default })));
        assert!(matches!(parsed("serve --port 9000"), Ok(Command::Serve { port: Port::Exactly(9000) })));
        assert!(matches!(parsed("dist --out=x"), Ok(Command::Dist { out }) if out.as_os_str() == "x"));
        assert!(matches!(
            parsed("test --only e2e step"),
            Ok(Command::Test { only, name: Some(name), options, quick: false })
                if only == ["e2e"] && name == "step" && options.is_empty()
        ));
        assert!(matches!(
            parsed("test --only e2e --shard 2/3 --list step"),
            Ok(Command::Test { name: Some(name), options, .. })
                if name == "step" && options == ["--shard", "2/3", "--list"]
        ));
        assert!(matches!(
            parsed("test --only dist,types"),
            Ok(Command::Test { only, .. }) if only == ["dist", "types"]
        ));
        assert!(matches!(parsed("test --quick"), Ok(Command::Test { quick: true, .. })));
        assert!(matches!(parsed("bench --json"), Ok(Command::Bench { json: true, part: None })));
        assert!(matches!(parsed("bench charts"), Ok(Command::Bench { json: false, part: Some(_) })));
        assert!(
            matches!(parsed("users --seed 3 --on phone"), Ok(Command::Chance { name: "users", options }) if options == ["--seed", "3", "--on", "phone"])
        );
        assert!(matches!(parsed("hostile --cases 9"), Ok(Command::Chance { name: "hostile", .. })));
        assert!(matches!(parsed("verify"), Ok(Command::Verify)));
        assert!(matches!(parsed(""), Ok(Command::Help)));
    }

    #[test]
    fn everything_else_is_refused() {
        for line in
            ["sevre", "serve 8080", "serve --port", "serve --port x", "serve --port 70000", "--port 1"]
        {
            assert!(parsed(line).is_err(), "{line}");
        }
        for line in [
            "dist --port 1",
            "test step",
            "test --only all",
            "test --only dist,all",
            "test --only dist,types site",
            "test --quick step",
            "test --only native --list",
            "test --only e2e --shard",
            "test --only e2e step axe",
            "test --only e2e --threads 2",
            "bench --yaml",
            "users 3",
            "users --seed",
            "hostile --on phone",
            "shots x",
            "verify x",
        ] {
            assert!(parsed(line).is_err(), "{line}");
        }
    }

    #[test]
    fn quick_and_only_exclude_each_other() {
        for line in ["test --quick --only e2e", "test --only e2e --quick"] {
            assert!(parsed(line).is_err_and(|error| error.contains("--quick") && error.contains("--only")));
        }
    }

    #[test]
    fn the_usage_names_every_stage() {
        assert!(STAGES.iter().all(|stage| USAGE.contains(stage.name)));
    }
}
