//! Units decide nothing: a column, all targets or all losses times 10^k give the same run in the new units.

use auxilearn_lab::experiment::Experiment;
use auxilearn_lab::run::Run;
use auxilearn_lab::trace::QuantityKind as Q;
use serde_json::{Value, json};

use crate::agreement::note;
use crate::lanes::row;
use crate::zoo::Draw;

const RATE: f64 = 0.05;
/// Share of a number's size, in its own unit, that two runs may differ by after thirty steps.
const ROUNDING: f64 = 1e-11;

fn unit(k: i32) -> f64 {
    libm::pow(10.0, f64::from(k))
}

/// Lanes that answer exactly and by Newton's method, with the outer rate in the unit of the losses.
fn lanes(rate: f64) -> Value {
    let implicit = |inner: Value, product: &str| {
        json!({ "method": { "kind": "implicit", "inner": inner, "outer": { "kind": "sgd", "lr": rate },
            "inverse_hvp": { "kind": product } } })
    };
    json!([
        implicit(json!({ "kind": "exact" }), "direct"),
        implicit(json!({ "kind": "newton", "steps": 3 }), "direct"),
        { "method": { "kind": "equal" } },
        { "method": { "kind": "single_task", "inner": { "kind": "newton", "steps": 2 } } },
    ])
}

fn finished(problem: Value, rate: f64) -> Vec<Run> {
    let document = json!({ "schema": 1, "title": "units", "seed": 1, "steps": 30, "problem": problem, "lanes": lanes(rate) });
    let experiment = Experiment::from_json(&document.to_string()).unwrap_or_else(|e| panic!("{e}"));
    let mut runs = experiment.runs().expect("finite data");
    for run in &mut runs {
        run.advance(u64::MAX);
    }
    runs
}

/// Three inputs and a main task with two auxiliaries, inputs and targets in the units given; labels where `labels`.
fn samples(kind: &str, columns: [f64; 3], target: f64) -> Value {
    let labels = kind == "classification";
    let mut draw = Draw::new(5);
    let mut set = |count: usize, tasks: usize| {
        let x: Vec<Vec<f64>> = (0..count).map(|_| draw.numbers(3, -1.0, 1.0)).collect();
        let mut task = |k: usize| {
            let mut y = |row: &Vec<f64>| {
                let y = row[0] - (1.0 + k as f64) * row[1] + 0.5 * row[2] + draw.number(-0.7, 0.7);
                if labels { f64::from(u8::from(y > 0.0)) } else { y * target }
            };
            x.iter().map(&mut y).collect::<Vec<f64>>()
        };
        let targets: Vec<Vec<f64>> = (0..tasks).map(&mut task).collect();
        let scaled = |row: &Vec<f64>| row.iter().zip(columns).map(|(x, unit)| x * unit).collect::<Vec<f64>>();
        let inputs: Vec<Vec<f64>> = x.iter().map(scaled).collect();
        json!({ "x": inputs, "main": targets[0], "aux": targets[1..] })
    };
    let train = set(24, 3);
    let mut held_out = |count| {
        let mut set = set(count, 1);
        set.as_object_mut().expect("an object").remove("aux");
        set
    };
    json!({ "kind": kind, "data": {
        "source": "inline", "train": train, "aux_set": held_out(20), "test": held_out(20) } })
}

/// Quadratics in the plane, all losses times `loss` and the first coordinate in units of `coordinate`.
fn quadratics(loss: f64, coordinate: f64) -> Value {
    let form = |a: [f64; 3], centre: [f64; 2], floor: f64| {
        let c = 1.0 / coordinate;
        json!({ "centre": [centre[0] * coordinate, centre[1]], "floor": floor * loss,
            "curvature": [[a[0] * loss * c * c, a[1] * loss * c], [a[1] * loss * c, a[2] * loss]] })
    };
    let auxiliary = |name: &str, a, centre| {
        let mut form = form(a, centre, 0.1);
        form["name"] = name.into();
        form
    };
    json!({ "kind": "quadratic", "data": { "source": "inline",
        "main": form([2.0, 0.7, 1.0], [0.3, -0.4], 0.2),
        "auxiliaries": [auxiliary("a", [1.0, -0.2, 3.0], [1.0, 0.5]), auxiliary("b", [0.5, 0.0, 0.4], [-2.0, 1.0])],
        "aux_set": form([1.0, 0.1, 1.0], [0.8, 0.1], 0.05) } })
}

/// Holds two runs against each other, `W_j` in units of `w[j]` and losses in units of `loss`.
fn assert_same(what: &str, found: &[Run], expected: &[Run], w: &[f64], loss: f64) {
    for (found, expected) in found.iter().zip(expected) {
        let what = format!("{what}, {}", found.label());
        assert_eq!(found.status(), expected.status(), "{what}");
        assert_eq!(found.trace().rows(), expected.trace().rows(), "{what}");
        for r in 0..expected.trace().rows() {
            let columns = [(Q::Phi, None), (Q::W, Some(w)), (Q::LossTrain, None), (Q::LossAuxSet, None)];
            for (kind, units) in columns {
                let is_loss = kind == Q::LossTrain || kind == Q::LossAuxSet;
                for (j, (f, e)) in
                    row(found.trace(), kind, r).iter().zip(row(expected.trace(), kind, r)).enumerate()
                {
                    let unit = if is_loss { loss } else { units.map_or(1.0, |units| units[j]) };
                    let (off, allowed) = ((f / unit - e).abs(), ROUNDING * e.abs().max(0.1));
                    note(
                        &format!("{kind:?} in other units"),
                        &format!("{e:?}"),
                        &format!("{:?}", f / unit),
                        off,
                        allowed,
                        off <= allowed,
                    );
                    assert!(
                        off <= ROUNDING * e.abs().max(0.1),
                        "{what}, row {r}, {kind:?} {j}: {f:e} / {unit:e}, {e:e}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_unit_of_a_column_changes_w_alone() {
    for kind in ["regression", "classification"] {
        let expected = finished(samples(kind, [1.0; 3], 1.0), RATE);
        for (column, k) in (0..3).flat_map(|column| (-9..=9).map(move |k| (column, k))) {
            let mut columns = [1.0; 3];
            columns[column] = unit(k);
            let w: Vec<f64> = columns.iter().map(|unit| 1.0 / unit).collect();
            let found = finished(samples(kind, columns, 1.0), RATE);
            assert_same(&format!("{kind}, column {column} times 1e{k}"), &found, &expected, &w, 1.0);
        }
    }
}

#[test]
fn the_unit_of_the_targets_changes_w_and_losses_alone() {
    let expected = finished(samples("regression", [1.0; 3], 1.0), RATE);
    for k in -9..=9 {
        let s = unit(k);
        let found = finished(samples("regression", [1.0; 3], s), RATE / (s * s));
        assert_same(&format!("targets times 1e{k}"), &found, &expected, &[s; 3], s * s);
    }
}

#[test]
fn the_unit_of_the_losses_changes_losses_alone() {
    let expected = finished(quadratics(1.0, 1.0), RATE);
    for k in -9..=9 {
        let s = unit(k);
        let found = finished(quadratics(s, 1.0), RATE / s);
        assert_same(&format!("losses times 1e{k}"), &found, &expected, &[1.0; 2], s);
    }
}

#[test]
fn the_unit_of_a_coordinate_changes_w_alone() {
    let expected = finished(quadratics(1.0, 1.0), RATE);
    // A document's matrices have numbers up to 10^12.
    for k in -5..=5 {
        let s = unit(k);
        let found = finished(quadratics(1.0, s), RATE);
        assert_same(&format!("coordinate times 1e{k}"), &found, &expected, &[s, 1.0], 1.0);
    }
}
