//! The solver's benchmark cases, the same natively and in the browser.

use crate::experiment::Experiment;

/// A regression of `n` parameters, `k` auxiliaries and `samples` training samples, solved by 10
/// inner gradient steps and a Neumann series of `terms` an outer step.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// Name in tables.
    pub name: &'static str,
    n: usize,
    k: usize,
    samples: usize,
    terms: usize,
    /// Outer steps of one timed run: few enough that every row is kept.
    steps: u64,
}

/// All cases.
pub const CASES: &[Case] = &[
    Case { name: "n2_k2_N100_J3", n: 2, k: 2, samples: 100, terms: 3, steps: 200_000 },
    Case { name: "n2_k2_N100_J20", n: 2, k: 2, samples: 100, terms: 20, steps: 200_000 },
    Case { name: "n50_k4_N200_J20", n: 50, k: 4, samples: 200, terms: 20, steps: 40_000 },
];

/// Timed runs of a case.
const RUNS: usize = 9;
/// Runs before them: browsers replace their first, quick compilation while these run.
const WARM_UP: usize = 6;

impl Case {
    /// The experiment document of the case: one implicit lane, outer SGD with clipping.
    fn document(&self) -> String {
        let lr = if self.n > 10 { 0.02 / self.k as f64 } else { 0.05 };
        let auxiliaries: Vec<String> = (0..self.k)
            .map(|k| {
                let w: Vec<String> = (0..self.n).map(|i| ((i + k) % 3).to_string()).collect();
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
            steps = self.steps,
            samples = self.samples,
            w = vec!["1"; self.n].join(", "),
            auxiliaries = auxiliaries.join(", "),
            terms = self.terms,
        )
    }
}

/// The median rate of several runs of `case`; `seconds` reads a clock.
///
/// # Panics
/// If the case's own document is refused or its run does not reach its last step.
pub fn outer_steps_per_second(case: &Case, seconds: impl Fn() -> f64) -> f64 {
    let experiment = Experiment::from_json(&case.document()).expect("the case's document is valid");
    let mut run = experiment.runs().expect("the case's data are finite").remove(0);
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
    rates[RUNS / 2]
}
