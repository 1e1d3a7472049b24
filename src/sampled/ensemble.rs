//! Many seeds of one experiment: what each gave on a grid of steps, and their quantiles.

use std::collections::BTreeMap;

use super::Bands;
use crate::lang::t;
use crate::record::Names;
use crate::status::StopReason;

/// Steps of the grid at most, and at least where lanes are many.
const NODES: usize = 200;
const LEAST_NODES: usize = 20;
/// Numbers of a seed, about, that the grid is made for: 32 MB for a thousand seeds.
const NUMBERS: usize = 4000;
/// Weights that are kept at most.
const WEIGHTS: usize = 6;

/// What is kept of a lane beside its weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Weight `k`: `φ_k`, or the effective weight of a task where φ are those of a network.
    Weight(usize),
    /// Held-out loss `L_A`.
    HeldOut,
    /// Main loss on the test set.
    Test,
}

/// What a seed's columns hold.
///
/// For each lane: for each [`Measure`] its values at the steps of the grid, NaN where it is absent; then how the
/// lane ended and at which step.
#[derive(Debug, Clone, PartialEq)]
pub struct EnsembleShape {
    /// The steps of the grid: ascending, from 0 to the last.
    pub steps: Vec<f64>,
    /// Labels of the lanes.
    pub lanes: Vec<String>,
    /// Names of the weights that are kept, the first ones.
    pub weights: Vec<String>,
    /// Number of weights there are.
    pub n_weights: usize,
    /// Whether the weights are effective ones.
    pub effective: bool,
}

impl EnsembleShape {
    /// Of an experiment of so many outer steps, with these lanes and weights: at most 200 nodes, fewer for many lanes.
    pub fn new(steps: u64, lanes: Vec<String>, names: &[String], n_weights: usize, effective: bool) -> Self {
        let kept = n_weights.min(WEIGHTS);
        let nodes = (NUMBERS / (lanes.len().max(1) * (kept + 2))).clamp(LEAST_NODES, NODES);
        let last = steps.clamp(1, nodes as u64 - 1);
        // Whole steps, without a product that could overflow.
        let node = |i: u64| (steps / last * i + steps % last * i / last) as f64;
        let weights =
            (0..kept).map(|k| names.get(k).cloned().unwrap_or_else(|| t!("weight {number}", number = k + 1)));
        let weights = weights.collect();
        Self { steps: (0..=last).map(node).collect(), lanes, weights, n_weights, effective }
    }

    /// What is kept of each lane, in order.
    pub fn measures(&self) -> impl Iterator<Item = Measure> + use<> {
        let weights = (0..self.weights.len()).map(Measure::Weight);
        weights.chain([Measure::HeldOut, Measure::Test])
    }

    /// Numbers of one lane.
    fn lane_size(&self) -> usize {
        (self.weights.len() + 2) * self.steps.len() + 2
    }

    /// Numbers of a seed.
    pub fn size(&self) -> usize {
        self.lanes.len() * self.lane_size()
    }

    /// Appends a lane to a seed's columns: `value(measure, step)` of what was recorded last at that step. After
    /// the end of a lane that came to no good end everything is absent; one that has converged stays where it is.
    pub fn append(
        &self,
        columns: &mut Vec<f64>,
        (reason, step): (StopReason, u64),
        value: impl Fn(Measure, f64) -> Option<f64>,
    ) {
        let last = step as f64;
        for measure in self.measures() {
            columns.extend(self.steps.iter().map(|&node| {
                let known = sound(reason) || node < last;
                value(measure, node).filter(|v| known && v.is_finite()).unwrap_or(f64::NAN)
            }));
        }
        // The number of an end is its place there.
        let end = StopReason::ALL.iter().position(|end| *end == reason).unwrap_or(0);
        columns.extend([end as f64, last]);
    }
}

/// Returns whether a lane's last row is a result.
fn sound(reason: StopReason) -> bool {
    matches!(reason, StopReason::Finished | StopReason::Converged)
}

/// Seeds that have been run, in whatever order they came.
#[derive(Debug, Clone, PartialEq)]
pub struct Ensemble {
    shape: EnsembleShape,
    seeds: BTreeMap<u64, Vec<f64>>,
}

impl Ensemble {
    /// None yet.
    pub fn new(shape: EnsembleShape) -> Self {
        Self { shape, seeds: BTreeMap::new() }
    }

    /// What is kept.
    pub fn shape(&self) -> &EnsembleShape {
        &self.shape
    }

    /// Takes in a seed; the same one again replaces it. Columns that do not have the shape are left aside: says
    /// whether they had.
    pub fn add(&mut self, seed: u64, columns: Vec<f64>) -> bool {
        let fits = columns.len() == self.shape.size();
        if fits {
            self.seeds.insert(seed, columns);
        }
        fits
    }

    /// Number of seeds.
    pub fn len(&self) -> usize {
        self.seeds.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.seeds.is_empty()
    }

    /// Quantiles of everything over the seeds there are.
    pub fn summary(&self) -> Summary {
        let lanes = (0..self.shape.lanes.len()).map(|lane| self.lane(lane)).collect();
        Summary { shape: self.shape.clone(), seeds: self.seeds.keys().copied().collect(), lanes }
    }

    fn lane(&self, lane: usize) -> LaneSummary {
        let (size, nodes) = (self.shape.lane_size(), self.shape.steps.len());
        let columns: Vec<&[f64]> = self.seeds.values().map(|seed| &seed[lane * size..][..size]).collect();
        let mut values = Vec::with_capacity(columns.len());
        let bands = self.shape.measures().enumerate().map(|(i, _)| {
            let mut bands = Bands::default();
            for node in i * nodes..(i + 1) * nodes {
                values.clear();
                values.extend(columns.iter().map(|column| column[node]));
                bands.push(&mut values);
            }
            bands
        });
        let bands = bands.collect();
        let last = |measure: usize| -> Vec<Option<f64>> {
            let at = (measure + 1) * nodes - 1;
            columns.iter().map(|column| Some(column[at]).filter(|v| v.is_finite())).collect()
        };
        let end = |column: &&[f64]| {
            StopReason::ALL.get(column[size - 2] as usize).copied().unwrap_or(StopReason::ALL[0])
        };
        let weights = self.shape.weights.len();
        LaneSummary {
            label: self.shape.lanes[lane].clone(),
            bands,
            weights: (0..weights).map(last).collect(),
            held_out: last(weights),
            test: last(weights + 1),
            ends: columns.iter().map(end).collect(),
        }
    }
}

/// What the seeds say together.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// What was kept.
    pub shape: EnsembleShape,
    /// The seeds, ascending.
    pub seeds: Vec<u64>,
    /// The lanes.
    pub lanes: Vec<LaneSummary>,
}

/// What they say of one lane.
#[derive(Debug, Clone, PartialEq)]
pub struct LaneSummary {
    /// Its label.
    pub label: String,
    /// Quantiles over time, a list for each measure.
    pub bands: Vec<Bands>,
    /// Of each weight kept, its end for every seed, in the order of the seeds; `None` where the lane came to no good
    /// end.
    pub weights: Vec<Vec<Option<f64>>>,
    /// `L_A` at the end.
    pub held_out: Vec<Option<f64>>,
    /// Test error at the end.
    pub test: Vec<Option<f64>>,
    /// How the lane ended for every seed.
    pub ends: Vec<StopReason>,
}

impl LaneSummary {
    /// The ends that came to nothing, each with its number of seeds.
    pub fn failures(&self) -> Vec<(StopReason, usize)> {
        let count = |reason: &StopReason| self.ends.iter().filter(|end| *end == reason).count();
        let failed = StopReason::ALL.into_iter().filter(|reason| !sound(*reason));
        failed.map(|reason| (reason, count(&reason))).filter(|(_, count)| *count > 0).collect()
    }

    /// Seeds whose weight `k` ends at zero, and those where it ends at all.
    pub fn at_zero(&self, k: usize) -> (usize, usize) {
        let ends: Vec<f64> = self.weights[k].iter().copied().flatten().collect();
        (ends.iter().filter(|phi| **phi == 0.0).count(), ends.len())
    }
}

impl Summary {
    /// Returns whether the ends are compared by the test error; by `L_A` where the problem has no test set.
    pub fn has_test(&self) -> bool {
        self.lanes.iter().any(|lane| lane.test.iter().any(Option::is_some))
    }

    /// What the ends are compared by, of each seed.
    pub fn finals<'a>(&self, lane: &'a LaneSummary) -> &'a [Option<f64>] {
        if self.has_test() { &lane.test } else { &lane.held_out }
    }

    /// Quantiles of [`finals`](Self::finals); `None` if there are none.
    pub fn final_quantiles(&self, lane: &LaneSummary) -> Option<[f64; 5]> {
        let mut bands = Bands::default();
        bands.push(&mut self.finals(lane).iter().copied().flatten().collect());
        bands.last()
    }

    /// Everything as CSV: a row a lane, step and quantity. `lanes` are their labels as the document has them.
    pub fn csv(&self, lanes: &[String], names: Names) -> String {
        let mut text = String::from("lane,step,quantity,present,seeds,q10,q25,median,q75,q90\n");
        for (lane, label) in self.lanes.iter().zip(lanes) {
            let label = names.field(label);
            for (measure, bands) in self.shape.measures().zip(&lane.bands) {
                let quantity = self.quantity(measure);
                for (node, step) in self.shape.steps.iter().enumerate() {
                    let counts = format!("{},{}", bands.present[node], self.seeds.len());
                    text.push_str(&format!("{label},{step},{quantity},{counts}"));
                    for list in &bands.quantiles {
                        let value = list[node];
                        text.push(',');
                        if value.is_finite() {
                            text.push_str(&value.to_string());
                        }
                    }
                    text.push('\n');
                }
            }
        }
        text
    }

    /// The name of a quantity in files: the trace's.
    fn quantity(&self, measure: Measure) -> String {
        match measure {
            Measure::Weight(k) if self.shape.effective => format!("effective_weight_{}", k + 1),
            Measure::Weight(k) => format!("phi_{}", k + 1),
            Measure::HeldOut => "loss_aux_set".to_owned(),
            Measure::Test => "loss_test".to_owned(),
        }
    }
}
