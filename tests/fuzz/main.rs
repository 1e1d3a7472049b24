//! Whatever text is read, sensible or not: it is refused with a reason, or what is made of it holds what was claimed.
//!
//! The claims (`fuzz/claims`) are those of the coverage-guided targets. Here they are asked of every committed seed, and
//! of seeds that a seeded generator changes, so that the same inputs come every time. More, and others:
//! `PROPTEST_CASES=100000 PROPTEST_RNG_SEED=2 cargo test --test fuzz` (docs/testing.md).

#[path = "../../fuzz/claims/mod.rs"]
mod claims;

mod bytes;
mod documents;
mod formulas;
mod limits;
mod tables;

use proptest::test_runner::{Config, RngSeed};
use std::path::Path;

/// The seed of the generator.
const SEED: u64 = 12;

/// So many cases from a fixed seed, if the environment does not say otherwise.
fn config(cases: u32) -> Config {
    let told = Config::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { told.cases } else { cases };
    let rng_seed = match told.rng_seed {
        RngSeed::Random => RngSeed::Fixed(SEED),
        fixed => fixed,
    };
    Config { cases, rng_seed, failure_persistence: None, ..told }
}

/// The committed inputs of a target with their names, in order.
fn seeds(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut seeds: Vec<_> = entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a file").to_string_lossy().into_owned();
            (name, std::fs::read(&path).expect("a seed"))
        })
        .collect();
    seeds.sort();
    assert!(seeds.len() > 5, "{target} has seeds");
    seeds
}
