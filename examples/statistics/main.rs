//! What many seeds say about every method on one experiment: a table of medians.
//!
//! `cargo run --release --example statistics -- [SEEDS]` (60); the experiment is
//! `examples/statistics/noisy-main.json`, whose main task has the true parameters (1, 1): as it is, and with
//! so much noise on the helpful task that it is the worse fitted of the two.

use std::process::ExitCode;

use auxilearn_lab::error::ExperimentError;
use auxilearn_lab::experiment::Experiment;
use auxilearn_lab::sampled::quantile;
use auxilearn_lab::trace::QuantityKind;
use rayon::prelude::*;
use serde_json::Value;

/// The experiment; `tests/analysis/statistics.rs` makes claims about it.
const DOCUMENT: &str = include_str!("noisy-main.json");

/// Noise of the helpful task: the document's, and more than that of the harmful one.
const NOISES: [f64; 2] = [0.25, 2.0];

/// How a lane ended for one seed.
struct End {
    label: String,
    /// ‖W - (1, 1)‖.
    distance: f64,
    phi: [f64; 2],
}

fn main() -> ExitCode {
    let seeds = std::env::args().nth(1).map_or(Ok(60), |text| text.parse());
    match seeds {
        Ok(seeds @ 1..) => match NOISES.iter().try_for_each(|&noise| tabulate(noise, seeds)) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(error) => eprintln!("statistics: {error}"),
        },
        _ => eprintln!("usage: statistics [SEEDS]"),
    }
    ExitCode::from(2)
}

/// The table of the experiment with this noise on the helpful task.
fn tabulate(noise: f64, seeds: u64) -> Result<(), ExperimentError> {
    let mut document: Value = serde_json::from_str(DOCUMENT).expect("the document is JSON");
    document["problem"]["data"]["auxiliaries"][0]["noise"] = noise.into();
    println!("Noise {noise} on the helpful task, 0.25 on the harmful one, {seeds} seeds:\n");
    print(&ends(&Experiment::from_json(&document.to_string())?, seeds)?);
    println!();
    Ok(())
}

/// For each seed, the end of each lane.
fn ends(experiment: &Experiment, seeds: u64) -> Result<Vec<Vec<End>>, ExperimentError> {
    let of_seed = |seed| {
        let experiment = experiment.clone().with_seed(seed)?;
        let runs = experiment.runs()?.into_iter().map(|mut run| {
            run.advance(experiment.steps());
            let last = |kind, i| run.trace().last(kind, i).unwrap_or(f64::NAN);
            let distance = (last(QuantityKind::W, 0) - 1.0).hypot(last(QuantityKind::W, 1) - 1.0);
            let phi = [0, 1].map(|i| last(QuantityKind::Phi, i));
            End { label: run.label().to_owned(), distance, phi }
        });
        Ok(runs.collect())
    };
    (0..seeds).into_par_iter().map(of_seed).collect()
}

fn print(ends: &[Vec<End>]) {
    println!("| method | distance, median | quartiles | φ helpful | φ harmful | harmful exactly 0 |");
    println!("|---|---|---|---|---|---|");
    let quantile = |sorted: &[f64], share| quantile(sorted, share).unwrap_or(f64::NAN);
    for lane in 0..ends[0].len() {
        let of = |read: fn(&End) -> f64| {
            let mut values: Vec<f64> = ends.iter().map(|seed| read(&seed[lane])).collect();
            values.sort_by(f64::total_cmp);
            values
        };
        let (distance, helpful, harmful) =
            (of(|end| end.distance), of(|end| end.phi[0]), of(|end| end.phi[1]));
        let zero = harmful.iter().filter(|phi| **phi == 0.0).count();
        println!(
            "| {} | {:.2} | {:.2} to {:.2} | {:.2} | {:.2} | {zero} of {} |",
            ends[0][lane].label,
            quantile(&distance, 0.5),
            quantile(&distance, 0.25),
            quantile(&distance, 0.75),
            quantile(&helpful, 0.5),
            quantile(&harmful, 0.5),
            ends.len(),
        );
    }
}
