//! What the largest documents take: no document that is accepted asks for gigabytes.

use allocation_counter::measure;
use auxilearn_lab::experiment::Experiment;
use serde_json::{Value, json};

/// Bytes that a document may have at once, its runs included: 16 traces of 32 MB are half of it.
const MOST: u64 = 1_000_000_000;

/// Lanes, steps and title of a document as large as they can be.
fn document(problem: &Value) -> Value {
    let lane = json!({"method": {"kind": "joint_descent", "w_lr": 1e-3, "phi_lr": 1e-3}});
    json!({"schema": 1, "title": "x".repeat(2000), "seed": 1, "steps": 1_000_000_000, "problem": problem,
        "lanes": vec![lane; 16]})
}

/// Three generated sets of `n` inputs a sample, and `n_auxiliaries` tasks.
fn generated(sizes: [usize; 3], n: usize, n_auxiliaries: usize) -> Value {
    let task = json!({"name": "a", "w": vec![1; n], "noise": 1});
    json!({"source": "generated", "n_train": sizes[0], "n_aux_set": sizes[1], "n_test": sizes[2],
        "main": {"w": vec![1; n], "noise": 1}, "auxiliaries": vec![task; n_auxiliaries]})
}

/// The field that a document is refused at, with the message.
fn refused(document: &Value) -> (String, String) {
    let error = Experiment::from_json(&document.to_string()).expect_err("too large a document");
    (error.field().to_owned(), error.to_string())
}

#[test]
fn more_numbers_than_memory_is_meant_for_are_refused_at_their_field() {
    let many = 1_000_000;
    for (kind, data) in [
        ("regression", generated([many; 3], 4, 1)),
        ("regression", generated([many, 1, 0], 1, 50)),
        ("classification", generated([many, 1, 0], 1, 10)),
    ] {
        let (field, message) = refused(&document(&json!({"kind": kind, "data": data})));
        assert!(field == "problem.data" && message.contains("at most 10000000 input numbers"), "{message}");
    }
    let sinusoids = json!({"source": "sinusoid", "n_train": many, "n_aux_set": 1, "main": {},
        "auxiliaries": vec![json!({"name": "a"}); 10]});
    let (field, message) = refused(&document(&json!({"kind": "mlp", "hidden": 3, "data": sinusoids})));
    assert!(field == "problem.data" && message.contains("as many targets"), "{message}");
}

#[test]
fn a_network_that_combines_losses_is_no_wider_than_a_trace() {
    let quadratic = |k: usize| json!({"kind": "quadratic", "data": {"source": "generated", "n": 200, "n_auxiliaries": k}});
    let mut wide = document(&quadratic(50));
    wide["combination"] = json!({"kind": "monotone", "widths": [17]});
    let (field, message) = refused(&wide);
    assert!(field == "combination.widths" && message.contains("at most 900 parameters"), "{message}");
    let mut widest = document(&quadratic(2));
    widest["combination"] = json!({"kind": "monotone", "widths": [26, 28]});
    widest["diagnostics"] = json!(true);
    let experiment = Experiment::from_json(&widest.to_string()).expect("within limits");
    assert!(experiment.phi_names().len() > 850, "{} weights", experiment.phi_names().len());
    let runs = experiment.runs().expect("a problem");
    let width = runs[0].trace().layout().width();
    assert!(width * 8 * 1024 <= 32 << 20, "1024 rows of {width} columns fit into a trace");
}

#[test]
fn the_largest_documents_take_less_than_a_gigabyte() {
    // All inputs and all targets there can be; all parameters and tasks.
    let samples = generated([150_000, 1_000_000, 1_000_000], 4, 50);
    let curved = json!({"source": "generated", "n": 200, "n_auxiliaries": 50, "condition": 10});
    for problem in [
        json!({"kind": "regression", "data": generated([100_000, 1_000_000, 1_000_000], 4, 50)}),
        json!({"kind": "classification", "data": samples}),
        json!({"kind": "quadratic", "data": curved}),
    ] {
        let document = document(&problem).to_string();
        let counted = measure(|| {
            let experiment = Experiment::from_json(&document).expect("within limits");
            assert_eq!(experiment.runs().expect("finite data").len(), 16);
        });
        assert!(counted.bytes_max < MOST, "{}: {} bytes", problem["kind"], counted.bytes_max);
        println!("{}: {} MB", problem["kind"], counted.bytes_max / 1_000_000);
    }
}
