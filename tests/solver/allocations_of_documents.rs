//! No outer step allocates: whatever a lane needs it takes at its start.

use allocation_counter::measure;
use auxilearn_lab::experiment::{Experiment, presets};
use serde_json::{Value, json};

fn document(id: &str) -> Value {
    let preset = presets::all().iter().find(|preset| preset.id == id).expect("a preset");
    serde_json::from_str(preset.document).expect("JSON")
}

/// Allocations of each lane while it takes its steps, the first few excepted. The factorisation of an
/// indefinite `H` allocates, as its documentation says: such lanes do not count.
fn allocations(document: &Value) -> Vec<(String, u64)> {
    let experiment = Experiment::from_json(&document.to_string()).expect("valid");
    let runs = experiment.runs().expect("finite data");
    runs.into_iter()
        .map(|mut run| {
            run.advance(3);
            let counted = measure(|| {
                run.advance(u64::MAX);
            });
            let indefinite = run.status().word() == "indefinite" || run.indefinite_steps() > 0;
            assert!(indefinite || run.step() > 10, "{}: {}", run.label(), run.status());
            (run.label().to_owned(), if indefinite { 0 } else { counted.count_total })
        })
        .collect()
}

fn assert_none(document: &Value) {
    for (lane, count) in allocations(document) {
        assert_eq!(count, 0, "lane {lane}");
    }
}

#[test]
fn no_lane_of_a_preset_allocates_while_it_runs() {
    for preset in presets::all() {
        let mut document = document(preset.id);
        // Diagnostics take eigenvalues, which allocate.
        document["diagnostics"] = false.into();
        assert_none(&document);
    }
}

#[test]
fn no_combination_of_solvers_allocates_while_it_runs() {
    let inners = [json!({"kind": "exact"}), json!({"kind": "gradient_descent", "lr": 0.02, "steps": 5})];
    let outers = [json!({"kind": "sgd", "lr": 0.01, "momentum": 0.9}), json!({"kind": "adam", "lr": 0.01})];
    let neumann = |scaling: &str| json!({"kind": "neumann", "terms": 7, "alpha": 0.02, "scaling": scaling});
    let products = [json!({"kind": "direct"}), neumann("alpha"), neumann("official")];
    for id in ["noisy-main", "penguins"] {
        let mut document = document(id);
        let mut lanes = Vec::new();
        for inner in &inners {
            for (outer, product) in outers.iter().flat_map(|outer| products.iter().map(move |p| (outer, p))) {
                lanes.push(json!({"label": format!("{inner} {outer} {product}"), "method": {
                    "kind": "implicit", "inner": inner, "outer": outer, "inverse_hvp": product}}));
            }
            lanes.push(json!({"method": {"kind": "equal", "inner": inner}}));
        }
        document["lanes"] = lanes.into();
        document["steps"] = 200.into();
        document["tolerance"] = 0.into();
        assert_none(&document);
    }
}

#[test]
fn a_full_trace_thins_without_allocating() {
    use auxilearn_lab::trace::{Layout, Trace};
    let mut trace = Trace::new(Layout::new(2, 2), 2_000_000);
    let row = [0.0; 16];
    let counted = measure(|| {
        for step in 0..2_000_000_u64 {
            if trace.keeps(step) {
                let mut row = row;
                row[0] = step as f64;
                trace.push(&row);
            }
        }
    });
    assert_eq!(counted.count_total, 0);
    assert_eq!(trace.stride(), 8);
    assert!(trace.rows() <= 300_000, "bounded");
}
