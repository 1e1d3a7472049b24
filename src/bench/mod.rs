//! The solver's benchmark cases, the same natively and in the browser.

mod general;

use crate::experiment::Experiment;
use crate::run::Run;
use crate::trace::QuantityKind;

/// A problem solved by 10 inner gradient steps and a Neumann series an outer step.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// Name in tables.
    pub name: &'static str,
    work: Work,
    /// Outer steps of one timed run: few enough that every row is kept.
    steps: u64,
}

#[derive(Debug, Clone, Copy)]
enum Work {
    /// Least squares of `n` parameters, `k` auxiliaries and `samples` training samples.
    Regression { n: usize, k: usize, samples: usize, terms: usize },
    /// Logistic regression of 10 parameters, 2 auxiliaries and 100 training samples.
    Logistic,
    /// A shared 1-8-1 tanh network, 2 auxiliaries and 20 training samples.
    Network,
}

/// All cases.
pub const CASES: &[Case] = &[
    Case::regression("n2_k2_N100_J3", 2, 2, 100, 3, 200_000),
    Case::regression("n2_k2_N100_J20", 2, 2, 100, 20, 200_000),
    Case::regression("n50_k4_N200_J20", 50, 4, 200, 20, 40_000),
    Case { name: "logistic_n10_k2_N100_J3", work: Work::Logistic, steps: 4_000 },
    Case { name: "network_n25_k2_N20_J3", work: Work::Network, steps: 4_000 },
];

/// Timed runs of a case.
const RUNS: usize = 9;
/// Runs before them: browsers replace their first, quick compilation while these run.
const WARM_UP: usize = 20;

/// What a case measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Outer steps per second, the median of several runs.
    pub rate: f64,
    /// φ and W at the end of a run.
    pub end: Vec<f64>,
}

impl Case {
    const fn regression(
        name: &'static str,
        n: usize,
        k: usize,
        samples: usize,
        terms: usize,
        steps: u64,
    ) -> Self {
        Self { name, work: Work::Regression { n, k, samples, terms }, steps }
    }

    /// The case's one lane.
    ///
    /// # Panics
    /// If the case's own document is refused.
    fn run(&self) -> Run {
        match self.work {
            Work::Regression { n, k, samples, terms } => {
                let document = regression(n, k, samples, terms, self.steps);
                let experiment = Experiment::from_json(&document).expect("the case's document is valid");
                experiment.runs().expect("the case's data are finite").remove(0)
            }
            Work::Logistic => general::logistic(self.steps),
            Work::Network => general::network(self.steps),
        }
    }
}

/// The experiment document of a regression: one implicit lane, outer SGD with clipping.
fn regression(n: usize, k: usize, samples: usize, terms: usize, steps: u64) -> String {
    let lr = if n > 10 { 0.02 / k as f64 } else { 0.05 };
    let auxiliaries: Vec<String> = (0..k)
        .map(|k| {
            let w: Vec<String> = (0..n).map(|i| ((i + k) % 3).to_string()).collect();
            format!(r#"{{"name": "{k}", "w": [{}], "noise": 0.5}}"#, w.join(", "))
        })
        .collect();
    format!(
        r#"{{"schema": 1, "title": "bench", "seed": 3, "steps": {steps}, "tolerance": 0,
        "problem": {{"kind": "regression", "data": {{"source": "generated",
            "n_train": {samples}, "n_aux_set": {samples}, "n_test": {samples},
            "main": {{"w": [{w}], "noise": 1}}, "auxiliaries": [{auxiliaries}]}}}},
        "lanes": [{{"method": {{"kind": "implicit",
            "inner": {{"kind": "gradient_descent", "lr": {lr}, "steps": 10}},
            "outer": {{"kind": "sgd", "lr": 0.02, "max_norm": 10}},
            "inverse_hvp": {{"kind": "neumann", "terms": {terms}, "alpha": {lr}}}}}}}]}}"#,
        w = vec!["1"; n].join(", "),
        auxiliaries = auxiliaries.join(", "),
    )
}

/// Measures `case`; `seconds` reads a clock.
///
/// # Panics
/// If the case's run does not reach its last step.
pub fn measure(case: &Case, seconds: impl Fn() -> f64) -> Measured {
    let mut run = case.run();
    let mut rates: Vec<f64> = (0..WARM_UP + RUNS)
        .map(|_| {
            run.rewind();
            let start = seconds();
            run.advance(case.steps);
            let rate = case.steps as f64 / (seconds() - start);
            assert_eq!(run.trace().rows() as u64, case.steps + 1, "every step is recorded");
            rate
        })
        .skip(WARM_UP)
        .collect();
    rates.sort_by(f64::total_cmp);
    let trace = run.trace();
    let columns =
        [QuantityKind::Phi, QuantityKind::W].into_iter().flat_map(|kind| trace.layout().range(kind));
    let end = columns.filter_map(|c| trace.column(c).last().copied()).collect();
    Measured { rate: rates[RUNS / 2], end }
}
