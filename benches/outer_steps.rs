//! Outer steps per second of the solver, everything recorded, on one core.
//!
//! `cargo bench --bench outer_steps -- [--json]`; with `--json` a line
//! `{"name", "value", "unit"}` a case. The cases are those of `auxilearn_lab::bench`, which
//! `cargo xtask bench` also runs in the browser.

use std::time::Instant;

use auxilearn_lab::bench;

fn main() {
    let json = std::env::args().any(|argument| argument == "--json");
    for case in bench::CASES {
        let clock = Instant::now();
        let value = bench::outer_steps_per_second(case, || clock.elapsed().as_secs_f64());
        let name = format!("outer_steps/{}", case.name);
        if json {
            println!(r#"{{"name":"{name}","value":{value:.0},"unit":"steps/s"}}"#);
        } else {
            println!("{name:40} {value:14.0} steps/s");
        }
    }
}
