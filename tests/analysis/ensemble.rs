//! Many seeds: quantiles by their definition, whatever the order, and what became of every seed.

use crate::agreement::assert_close;
use auxilearn_lab::experiment::{Experiment, presets};
use auxilearn_lab::record::Names;
use auxilearn_lab::sampled::{Bands, Ensemble, EnsembleShape, Measure, SHARES, Summary, quantile};
use auxilearn_lab::seeds::SeedRun;
use auxilearn_lab::status::StopReason;
use auxilearn_lab::trace::QuantityKind;
use proptest::prelude::*;
use serde_json::{Value, json};

fn preset(id: &str) -> Value {
    let preset = presets::all().iter().find(|preset| preset.id == id).expect("a preset");
    serde_json::from_str(preset.document).expect("JSON")
}

fn labels(summary: &Summary) -> Vec<String> {
    summary.lanes.iter().map(|lane| lane.label.clone()).collect()
}

fn experiment(document: &Value) -> Experiment {
    Experiment::from_json(&document.to_string()).expect("valid")
}

/// A seed run to its end in slices.
fn run(experiment: &Experiment, seed: u64) -> SeedRun {
    let mut run = SeedRun::new(experiment, seed).expect("runs");
    while run.advance(97) {}
    run
}

fn ensemble(experiment: &Experiment, seeds: impl IntoIterator<Item = u64>) -> Ensemble {
    let mut ensemble = None;
    for seed in seeds {
        let run = run(experiment, seed);
        let into = ensemble.get_or_insert_with(|| Ensemble::new(run.shape().clone()));
        assert!(into.add(seed, run.columns()));
    }
    ensemble.expect("a seed")
}

/// The first experiment, shorter and without its large test set.
fn noisy_main() -> Experiment {
    let mut document = preset("noisy-main");
    (document["steps"], document["problem"]["data"]["n_test"]) = (json!(300), json!(50));
    experiment(&document)
}

proptest! {
    #[test]
    fn a_quantile_is_the_value_with_that_share_below(mut values in prop::collection::vec(-1e3..1e3_f64, 1..40), share in 0.0..1.0_f64) {
        values.sort_by(f64::total_cmp);
        let found = quantile(&values, share).unwrap();
        let place = share * (values.len() - 1) as f64;
        let below = values.iter().filter(|v| **v < found - 1e-9).count() as f64;
        let not_above = values.iter().filter(|v| **v <= found + 1e-9).count() as f64;
        prop_assert!(below <= place + 1.0 && not_above >= place, "{found} at {place} of {values:?}");
        prop_assert!(found >= values[place.floor() as usize] && found <= values[place.ceil() as usize]);
    }

    #[test]
    fn quantiles_do_not_depend_on_the_order(values in prop::collection::vec(prop::num::f64::ANY, 0..30), turn in 0..30_usize) {
        let mut bands = [Bands::default(), Bands::default()];
        bands[0].push(&mut values.clone());
        let mut turned: Vec<f64> = values.iter().rev().copied().collect();
        turned.rotate_left(turn.min(values.len()));
        bands[1].push(&mut turned);
        let bits = |bands: &Bands| bands.quantiles.each_ref().map(|list| list[0].to_bits());
        prop_assert_eq!(bits(&bands[0]), bits(&bands[1]));
        prop_assert_eq!(bands[0].present[0], values.iter().filter(|v| v.is_finite()).count());
        prop_assert!(bands[0].quantiles.windows(2).all(|pair| pair[0][0] <= pair[1][0] || pair[0][0].is_nan()));
    }
}

#[test]
fn the_median_of_an_even_number_is_the_mean_of_the_middle_two() {
    assert_eq!(quantile(&[1.0, 2.0, 4.0, 8.0], 0.5), Some(3.0));
    assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.5), Some(2.0));
    assert_eq!(quantile(&[1.0, 2.0, 4.0, 8.0, 16.0], 0.25), Some(2.0));
    assert_close("linear", &[quantile(&[0.0, 10.0], 0.1).unwrap()], &[1.0], 1e-12);
    assert_eq!((quantile(&[], 0.5), quantile(&[7.0], 0.9)), (None, Some(7.0)));
    assert_eq!(quantile(&[-f64::MAX, f64::MAX], 0.5), Some(0.0), "without overflow");
    assert_eq!(SHARES[2], 0.5);
}

#[test]
fn seeds_give_the_same_in_any_order_and_a_seed_again_changes_nothing() {
    let experiment = noisy_main();
    let forwards = ensemble(&experiment, 7..12);
    let backwards = ensemble(&experiment, [9, 11, 7, 8, 10, 9]);
    assert_eq!((forwards.len(), &forwards.summary().seeds), (5, &vec![7, 8, 9, 10, 11]));
    // NaN is not equal to itself; the text has the bits' shortest digits.
    let csv = |of: &Ensemble| of.summary().csv(&labels(&of.summary()), Names::AsWritten);
    assert_eq!(csv(&forwards), csv(&backwards));
    assert_eq!(format!("{:?}", forwards.summary()), format!("{:?}", backwards.summary()));
}

#[test]
fn the_medians_are_those_of_the_runs_themselves() {
    let experiment = noisy_main();
    let summary = ensemble(&experiment, 0..9).summary();
    for (lane, found) in summary.lanes.iter().enumerate() {
        let mut ends: Vec<[f64; 2]> = (0..9)
            .map(|seed| {
                let mut run = experiment.clone().with_seed(seed).unwrap().runs().unwrap().remove(lane);
                run.advance(experiment.steps());
                let last = |kind, k| run.trace().last(kind, k).unwrap();
                [last(QuantityKind::LossTest, 0), last(QuantityKind::Phi, 1)]
            })
            .collect();
        for (i, measure) in [(0, Measure::Test), (1, Measure::Weight(1))] {
            ends.sort_by(|a, b| a[i].total_cmp(&b[i]));
            let at = summary.shape.measures().position(|m| m == measure).unwrap();
            assert_eq!(found.bands[at].last().unwrap()[2], ends[4][i], "{}: {measure:?}", found.label);
        }
        ends.sort_by(|a, b| a[0].total_cmp(&b[0]));
        assert_eq!(summary.final_quantiles(found).unwrap()[2], ends[4][0]);
        let zeros = ends.iter().filter(|end| end[1] == 0.0).count();
        assert_eq!(found.at_zero(1), (zeros, 9));
    }
}

#[test]
fn a_node_holds_the_row_of_its_step() {
    let experiment = noisy_main();
    let run = run(&experiment, 3);
    let (shape, columns) = (run.shape().clone(), run.columns());
    assert_eq!((shape.steps[0], shape.steps.len(), *shape.steps.last().unwrap()), (0.0, 200, 300.0));
    assert!(shape.steps.windows(2).all(|pair| pair[1] > pair[0] && pair[1].fract() == 0.0));
    let mut lane = experiment.clone().with_seed(3).unwrap().runs().unwrap().remove(1);
    lane.advance(300);
    let nodes = shape.steps.len();
    let second = shape.size() / 2;
    for (node, &step) in shape.steps.iter().enumerate() {
        let phi = lane.trace().series(QuantityKind::Phi, 0).unwrap()[step as usize];
        assert_eq!(columns[second + node], phi, "φ_1 at step {step}");
        let test = lane.trace().series(QuantityKind::LossTest, 0).unwrap()[step as usize];
        assert_eq!(columns[second + 3 * nodes + node], test, "test error at step {step}");
    }
}

#[test]
fn few_steps_have_a_node_each_and_many_are_no_problem() {
    let steps = |steps| EnsembleShape::new(steps, vec!["lane".to_owned()], &[], 1, false).steps;
    assert_eq!(steps(3), [0.0, 1.0, 2.0, 3.0]);
    assert_eq!(steps(1), [0.0, 1.0]);
    let many = steps(1_000_000_000);
    assert_eq!((many.len(), many[199]), (200, 1e9));
    let lanes: Vec<String> = (0..16).map(|i| format!("lane {i}")).collect();
    let crowd = EnsembleShape::new(1500, lanes, &[], 60, false);
    assert!(crowd.size() < 4200 && *crowd.steps.last().unwrap() == 1500.0, "{}", crowd.size());
}

#[test]
fn a_lane_that_converges_early_stays_where_it_is_and_one_that_diverges_is_counted() {
    let mut document = preset("noisy-main");
    (document["steps"], document["problem"]["data"]["n_test"]) = (json!(2000), json!(50));
    document["lanes"][0]["method"]["w_lr"] = json!(5);
    document["lanes"][1] =
        json!({"label": "main", "method": {"kind": "single_task", "inner": {"kind": "exact"}}});
    let summary = ensemble(&experiment(&document), 0..4).summary();
    let [diverged, still] = &summary.lanes[..] else { panic!("two lanes") };
    assert_eq!(diverged.failures(), [(StopReason::Diverged, 4)]);
    assert_eq!((diverged.test.clone(), diverged.at_zero(0)), (vec![None; 4], (0, 0)));
    assert!(summary.final_quantiles(diverged).is_none() && diverged.bands[0].last().is_none());
    assert_eq!((diverged.bands[0].present[0], diverged.bands[0].present[199]), (4, 0));
    assert_eq!(still.ends, [StopReason::Converged; 4]);
    assert_eq!((still.bands[0].present[199], still.failures().len()), (4, 0));
    let csv = summary.csv(&labels(&summary), Names::AsWritten);
    assert!(csv.contains("Joint descent,2000,phi_1,0,4,,,,,\n"), "absent is empty");
    assert!(!csv.contains("NaN") && !csv.contains("inf"));
}

#[test]
fn columns_of_another_shape_are_left_aside() {
    let experiment = noisy_main();
    let mut ensemble = ensemble(&experiment, [1]);
    let before = ensemble.clone();
    assert!(!ensemble.add(2, vec![0.0; 3]) && ensemble.len() == before.len());
    let empty = Ensemble::new(before.shape().clone());
    let summary = empty.summary();
    assert!(empty.is_empty() && summary.lanes.iter().all(|lane| summary.final_quantiles(lane).is_none()));
}

#[test]
fn of_many_weights_the_first_are_kept_and_effective_weights_count_from_the_first_auxiliary() {
    let mut document = preset("noisy-labels");
    document["steps"] = json!(3);
    let crowd = run(&experiment(&document), 1);
    assert_eq!((crowd.shape().weights.len(), crowd.shape().n_weights), (6, 60));
    let mut document = preset("monotone");
    document["steps"] = json!(3);
    let experiment = experiment(&document);
    let network = run(&experiment, 1);
    assert!(network.shape().effective);
    assert_eq!(network.shape().weights, experiment.task_names());
    let mut lane = experiment.clone().with_seed(1).unwrap().runs().unwrap().remove(0);
    lane.advance(3);
    let expected = lane.trace().series(QuantityKind::EffectiveWeight, 1).unwrap()[3];
    assert_eq!(network.columns()[3], expected);
}

#[test]
fn whether_the_seed_matters_is_known_without_running() {
    for preset in presets::all() {
        let experiment = Experiment::from_json(preset.document).expect("valid");
        let digests = |seed: u64| -> Vec<String> {
            let runs = experiment.clone().with_seed(seed).unwrap().runs().unwrap();
            let digest = |mut run: auxilearn_lab::run::Run| {
                run.advance(3);
                run.trace().digest()
            };
            runs.into_iter().map(digest).collect()
        };
        assert_eq!(digests(11) != digests(12), experiment.is_random(), "{}", preset.id);
    }
}

#[test]
fn progress_goes_from_nothing_to_all() {
    let experiment = noisy_main();
    let mut run = SeedRun::new(&experiment, 5).unwrap();
    assert_eq!((run.seed(), run.progress()), (5, 0.0));
    let mut before = 0.0;
    while run.advance(50) {
        assert!(run.progress() > before && run.progress() < 1.0);
        before = run.progress();
    }
    assert_eq!(run.progress(), 1.0);
    assert!(SeedRun::new(&experiment, 1 << 60).is_err());
}

#[test]
fn a_label_with_a_comma_stays_one_field() {
    let shape = EnsembleShape::new(1, vec!["a, \"b\"".to_owned()], &["w".to_owned()], 1, false);
    let summary: Summary = Ensemble::new(shape).summary();
    let csv = summary.csv(&labels(&summary), Names::AsWritten);
    assert!(csv.lines().skip(1).all(|line| line.starts_with("\"a, \"\"b\"\"\",")));
}
