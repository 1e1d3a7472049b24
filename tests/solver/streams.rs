//! Each purpose of random numbers has a stream of its own.

use std::collections::BTreeMap;

use auxilearn_lab::experiment::Experiment;
use auxilearn_lab::random::Stream;
use auxilearn_lab::sampling::Sampler;
use rand::RngExt;
use rand::seq::SliceRandom;
use serde_json::{Value, json};

/// Tasks of a document at most, and more.
const TASKS: usize = 300;

#[test]
fn no_two_purposes_draw_the_same_numbers() {
    for seed in (0..50).chain([7919, u64::from(u32::MAX), (1 << 53) - 1]) {
        let mut seen = BTreeMap::new();
        let all = Stream::SINGLE.into_iter().chain((0..TASKS).map(Stream::AuxiliaryNoise));
        for stream in all {
            let mut generator = stream.generator(seed);
            let first: [u64; 2] = [generator.random(), generator.random()];
            if let Some(other) = seen.insert(first, stream) {
                panic!("{stream:?} and {other:?} are the same for the seed {seed}");
            }
        }
        assert_eq!(seen.len(), Stream::SINGLE.len() + TASKS);
    }
}

#[test]
fn a_batch_is_drawn_from_its_own_stream() {
    for (stream, seed) in [(Stream::TrainBatches, 3), (Stream::AuxSetBatches, 3), (Stream::TrainBatches, 4)] {
        let mut expected: Vec<usize> = (0..20).collect();
        expected.shuffle(&mut stream.generator(seed));
        let mut sampler = Sampler::new(seed, stream, 20, 20);
        sampler.draw();
        assert_eq!(sampler.rows(), expected, "{stream:?}");
    }
}

#[test]
fn a_start_is_not_drawn_from_the_numbers_of_the_problem() {
    // Axes are normal, weights uniform: the first ones of one stream would be of one generator.
    let start = |data: Value| {
        let document = json!({"schema": 1, "title": "t", "seed": 8, "steps": 1,
            "problem": {"kind": "quadratic", "data": data}, "combination": {"kind": "monotone", "widths": [2]},
            "lanes": [{"method": {"kind": "best_response"}}]});
        Experiment::from_json(&document.to_string()).expect("valid").start().1
    };
    let weights = |stream: Stream| {
        let mut generator = stream.generator(8);
        [generator.random::<f64>(), generator.random()]
    };
    let drawn = start(json!({"source": "generated", "n": 2, "n_auxiliaries": 1}));
    assert_eq!(drawn[..2], weights(Stream::CombinationStart));
    let given = start(json!({"source": "inline", "main": {"centre": [1]},
        "auxiliaries": [{"name": "a", "centre": [0]}], "aux_set": {"centre": [2]}}));
    assert_eq!(given[..2], weights(Stream::Shapes));
}

#[test]
fn a_document_is_random_exactly_where_its_seed_changes_a_number() {
    let descent = json!({"kind": "gradient_descent", "lr": 0.05, "steps": 2});
    let implicit = |batch: Option<usize>| {
        let mut method = json!({"kind": "implicit", "inner": descent, "outer": {"kind": "sgd", "lr": 0.1},
            "inverse_hvp": {"kind": "identity"}});
        if let Some(size) = batch {
            method["batch"] = json!({"aux_set": size});
        }
        method
    };
    let inline = json!({"source": "inline", "train": {"x": [[1], [2], [3]], "main": [1, 2, 4], "aux": [[1, 2, 2]]},
        "aux_set": {"x": [[1], [3], [2]], "main": [2, 3, 1]}});
    let drawn = json!({"source": "generated", "n_train": 5, "n_aux_set": 5, "main": {"w": [1], "noise": 1},
        "auxiliaries": [{"name": "a", "w": [1], "noise": 1}]});
    let network = json!({"kind": "monotone", "widths": [2]});
    let linear = json!({"kind": "linear"});
    for (data, combination, method, start) in [
        (&inline, &linear, implicit(None), json!({})),
        (&inline, &linear, implicit(Some(2)), json!({})),
        (&drawn, &linear, implicit(None), json!({})),
        (&inline, &network, implicit(None), json!({})),
        (&inline, &network, json!({"kind": "single_task"}), json!({})),
        (&inline, &network, implicit(None), json!({"phi": [1, 1, 1, 1, 0, 0, 1, 1]})),
    ] {
        let of = |seed: u64| {
            let document = json!({"schema": 1, "title": "t", "seed": seed, "steps": 3, "start": start,
                "problem": {"kind": "regression", "data": data}, "combination": combination,
                "lanes": [{"method": method}]});
            Experiment::from_json(&document.to_string()).expect("valid")
        };
        let digest = |seed: u64| {
            let mut run = of(seed).runs().expect("finite data").remove(0);
            run.advance(3);
            run.trace().digest()
        };
        let differs = (2..5).any(|seed| digest(seed) != digest(1));
        assert_eq!(of(1).is_random(), differs, "{combination} {method} {start}");
    }
}
