//! Outer steps per second of the solver, everything recorded, on one core.
//!
//! `cargo bench --bench outer_steps -- [--json]`; with `--json` a line
//! `{"name", "value", "unit"}` a case. The cases are those of `auxilearn_lab::bench`, which
//! `cargo xtask bench` also runs in the browser. Words select the cases that have one in their name.

use std::time::Instant;

use auxilearn_lab::bench;

fn main() {
    let json = std::env::args().any(|argument| argument == "--json");
    let words: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let chosen = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    for case in bench::CASES.iter().filter(|case| chosen(case.name)) {
        let clock = Instant::now();
        let value = bench::measure(case, || clock.elapsed().as_secs_f64()).rate;
        let name = format!("outer_steps/{}", case.name);
        if json {
            println!(r#"{{"name":"{name}","value":{value:.0},"unit":"steps/s"}}"#);
        } else {
            println!("{name:40} {value:14.0} steps/s");
        }
    }
}
