//! The hypergradient of an inner loop that is cut short, against closed forms and the solver itself.

use crate::agreement::assert_close;
use auxilearn_lab::experiment::{Experiment, presets};
use auxilearn_lab::sampled::{Cut, CutShort, Estimate, NeumannSetting};
use auxilearn_lab::study::{CutShortRequest, Study};
use auxilearn_lab::trace::QuantityKind;
use serde_json::{Value, json};

const RATE: f64 = 0.1;

/// Quadratics with one lane, started from `w`.
fn quadratic(main: Value, auxiliaries: &[Value], aux_set: Value, w: &[f64], method: Value) -> Experiment {
    let named = auxiliaries.iter().enumerate().map(|(k, task)| {
        let mut task = task.clone();
        task["name"] = json!(format!("task {}", k + 1));
        task
    });
    let document = json!({
        "schema": 1, "title": "quadratics", "seed": 1, "steps": 3, "diagnostics": true, "start": {"w": w},
        "problem": {"kind": "quadratic", "data": {
            "source": "inline", "main": main, "auxiliaries": named.collect::<Vec<_>>(), "aux_set": aux_set}},
        "lanes": [{"method": method}],
    });
    Experiment::from_json(&document.to_string()).expect("valid")
}

fn implicit(lr: f64, inverse: Value) -> Value {
    json!({"kind": "implicit", "inner": {"kind": "gradient_descent", "lr": lr, "steps": 10},
           "outer": {"kind": "sgd", "lr": 0.1}, "inverse_hvp": inverse})
}

/// Oracle 2 of the mathematics: unit curvatures, optima (0, 2), (1, 1), (-1, -4), held-out (1, 1).
fn oracle_2(lr: f64) -> Experiment {
    let auxiliaries = [json!({"centre": [1, 1]}), json!({"centre": [-1, -4]})];
    let series = json!({"kind": "neumann", "terms": 3, "alpha": 0.2});
    quadratic(
        json!({"centre": [0, 2]}),
        &auxiliaries,
        json!({"centre": [1, 1]}),
        &[2.0, -1.0],
        implicit(lr, series),
    )
}

fn preset(id: &str) -> Experiment {
    let preset = presets::all().iter().find(|preset| preset.id == id).expect("a preset");
    Experiment::from_json(preset.document).expect("valid")
}

fn request(phi: &[f64]) -> CutShortRequest<'_> {
    CutShortRequest { phi, w: None, lane: None, setting: None, most: None }
}

fn of(experiment: &Experiment, phi: &[f64]) -> CutShort {
    Study::of(experiment).expect("finite data").cut_short(&request(phi)).expect("an answer")
}

/// W, the task optima and the held-out one of [`oracle_2`].
const START: [f64; 2] = [2.0, -1.0];
const OPTIMA: [[f64; 2]; 2] = [[1.0, 1.0], [-1.0, -4.0]];
const HELD_OUT: [f64; 2] = [1.0, 1.0];
const RESPONSE: [f64; 2] = [0.0, -1.0 / 3.0];

fn dot(a: [f64; 2], b: [f64; 2]) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

fn minus(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0] - b[0], a[1] - b[1]]
}

/// `W_k = W* + q^k (W_0 - W*)` with `q = 1 - 3·rate`, of oracle 2.
fn w_after(k: u64) -> [f64; 2] {
    let q = (1.0 - 3.0 * RATE).powi(k as i32);
    [0, 1].map(|i| RESPONSE[i] + q * (START[i] - RESPONSE[i]))
}

#[test]
fn the_loop_is_that_of_gradient_descent_at_powers_of_two() {
    let found = of(&oracle_2(RATE), &[1.0, 1.0]);
    assert!(found.own_rate && found.rate == RATE && found.own_steps == Some(10) && found.overflow.is_none());
    let steps: Vec<u64> = found.cuts.iter().map(|cut| cut.steps).collect();
    assert_eq!(steps, [0, 1, 2, 4, 8, 16, 32, 64, 128]);
    assert!(!found.unfinished, "0.7^128 is below what is looked for");
    for cut in &found.cuts[..7] {
        let error = minus(w_after(cut.steps), RESPONSE);
        assert_close("‖∇L_T‖ = 3‖W - W*‖", &[cut.staleness], &[3.0 * dot(error, error).sqrt()], 1e-9);
    }
}

#[test]
fn the_exact_formula_and_the_series_at_a_stale_w_are_the_closed_forms() {
    let found = of(&oracle_2(RATE), &[1.0, 1.0]);
    // P_3 of H = 3 with α = 0.2: (1 - 0.4⁴)/3.
    let share = 1.0 - 0.4_f64.powi(4);
    for cut in &found.cuts[..7] {
        let w = w_after(cut.steps);
        let exact = OPTIMA.map(|t| -dot(minus(w, HELD_OUT), minus(w, t)) / 3.0);
        assert_close("exact", cut.exact.as_ref().unwrap(), &exact, 1e-9);
        assert_close("series", cut.approximate.as_ref().unwrap(), &exact.map(|x| share * x), 1e-9);
        assert_close("truth", found.truth.as_ref().unwrap(), &[-25.0 / 27.0, 53.0 / 27.0], 1e-8);
    }
}

#[test]
fn unrolling_differentiates_the_steps_that_were_taken() {
    let found = of(&oracle_2(RATE), &[1.0, 1.0]);
    for cut in &found.cuts[..7] {
        let (w, k) = (w_after(cut.steps), cut.steps as i32);
        let q = 1.0 - 3.0 * RATE;
        // d/dφ_j of W* + q^k (W_0 - W*), where dW*/dφ_j = (t_j - W*)/3 and dq/dφ_j = -rate.
        let moved = OPTIMA.map(|t| {
            [0, 1].map(|i| {
                let response = (t[i] - RESPONSE[i]) / 3.0 * (1.0 - q.powi(k));
                response - RATE * f64::from(k) * q.powi(k - 1) * (START[i] - RESPONSE[i])
            })
        });
        let expected = moved.map(|d| dot(minus(w, HELD_OUT), d));
        let error: Vec<f64> =
            cut.unrolled.as_ref().unwrap().iter().zip(expected).map(|(a, b)| (a - b).abs()).collect();
        assert!(error.iter().all(|e| *e < 1e-8), "{}: {error:?}", cut.steps);
    }
    assert_eq!(found.cuts[0].unrolled.as_deref(), Some(&[0.0, 0.0][..]), "no step, no influence");
}

#[test]
fn unrolling_agrees_with_the_reverse_mode_of_the_solver() {
    for id in ["sinusoid", "noisy-main", "noisy-labels"] {
        let mut document: Value = serde_json::from_str(&preset(id).to_json()).unwrap();
        document["lanes"] = json!([{"label": "lane", "method": {
            "kind": "unrolled", "inner": {"kind": "gradient_descent", "lr": 0.05, "steps": 8},
            "outer": {"kind": "sgd", "lr": 1e-9}, "steps": 8}}]);
        document["constraint"] = json!({"kind": "clamp"});
        let experiment = Experiment::from_json(&document.to_string()).expect("valid");
        let mut run = experiment.runs().unwrap().remove(0);
        run.advance(1);
        let (_, phi) = experiment.start();
        let recorded: Vec<f64> =
            (0..phi.len()).map(|k| run.trace().series(QuantityKind::Hypergradient, k).unwrap()[1]).collect();
        let found = of(&experiment, &phi);
        let cut = found.cuts.iter().find(|cut| cut.steps == 8).expect("eight steps");
        let largest = recorded.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
        for (a, b) in cut.unrolled.as_ref().unwrap().iter().zip(&recorded) {
            assert!((a - b).abs() < 1e-6 * largest + 1e-9, "{id}: {a} beside {b}");
        }
    }
}

#[test]
fn the_truth_is_the_exact_hypergradient_that_diagnostics_record() {
    let experiment = oracle_2(RATE);
    let mut run = experiment.runs().unwrap().remove(0);
    run.advance(1);
    let exact = |k| run.trace().series(QuantityKind::ExactHypergradient, k).unwrap()[1];
    let found = of(&experiment, &[1.0, 1.0]);
    assert_close("truth", found.truth.as_ref().unwrap(), &[exact(0), exact(1)], 1e-8);
}

#[test]
fn every_estimate_by_the_best_response_tends_to_the_truth_on_convex_problems() {
    for id in ["noisy-main", "sign-flip", "one-dimension", "penguins"] {
        let experiment = preset(id);
        let phi = experiment.start().1;
        let mut study = Study::of(&experiment).unwrap();
        // The lane's own rate may be slow: a start at the best response is the end of every loop.
        let w = study.best_response(&phi).expect("convex");
        let found = study.cut_short(&CutShortRequest { w: Some(&w), ..request(&phi) }).expect("an answer");
        let last = found.cuts.last().unwrap();
        let error = found.relative_error(last, Estimate::Exact).expect("a truth");
        assert!(error < 1e-6, "{id}: {error}");
        assert_eq!(found.right_signs(last, Estimate::Exact), Some(1.0), "{id}");
    }
}

#[test]
fn staleness_falls_at_every_cut_while_the_rate_is_below_two_over_the_largest_curvature() {
    for rate in [0.05, 0.3, 0.6] {
        let found = of(&oracle_2(rate), &[1.0, 1.0]);
        let mut moving = found.cuts.windows(2).take_while(|pair| pair[0].staleness > 1e-12);
        let falls = moving.clone().count() > 4 && moving.all(|p| p[1].staleness < p[0].staleness);
        assert!(falls && !found.unfinished, "{rate}: {:?}", found.cuts);
        let errors: Vec<f64> =
            found.cuts.iter().map(|cut| found.relative_error(cut, Estimate::Exact).unwrap()).collect();
        assert!(errors[errors.len() - 1] < 1e-7 && errors[0] > 0.1, "{errors:?}");
    }
}

#[test]
fn a_rate_that_diverges_ends_at_the_last_finite_w() {
    let found = of(&oracle_2(3.0), &[1.0, 1.0]);
    assert!(found.overflow.is_some_and(|k| k > found.cuts.last().unwrap().steps), "{found:?}");
    let grows = found.cuts.windows(2).all(|pair| pair[1].staleness > pair[0].staleness);
    assert!(grows && found.truth.is_some() && found.cuts.len() > 3);
    let finite = |x: &Option<Vec<f64>>| x.iter().flatten().all(|x| x.is_finite());
    assert!(found.cuts.iter().all(|cut| finite(&cut.exact) && finite(&cut.unrolled)));
}

#[test]
fn at_a_weight_of_zero_the_difference_is_taken_on_the_side_that_there_is() {
    // Oracle 3: dL_A/dφ = 0.8 at φ = 0, where the cosine says the opposite.
    let found = of(&preset("sign-flip"), &[0.0]);
    assert_close("truth", found.truth.as_ref().unwrap(), &[0.8], 1e-7);
    // Flat without the auxiliary: below zero there is no minimum, at zero none that is unique.
    let flat = json!({"centre": [0, 0], "curvature": [1, 1e-7]});
    let experiment = quadratic(
        flat,
        &[json!({"centre": [1, 1]})],
        json!({"centre": [2, 2]}),
        &[0.0, 0.0],
        implicit(RATE, json!({"kind": "direct"})),
    );
    assert!(of(&experiment, &[0.0]).truth.is_some(), "nothing is asked for below zero");
}

#[test]
fn a_lane_without_a_rate_gets_the_inverse_of_the_largest_curvature() {
    let auxiliaries = [json!({"centre": [1, 1]})];
    let (main, held_out) = (json!({"centre": [0, 2], "curvature": [1, 4]}), json!({"centre": [1, 1]}));
    let exact = json!({"kind": "best_response"});
    let found = of(&quadratic(main, &auxiliaries, held_out, &[2.0, -1.0], exact), &[1.0]);
    assert!(!found.own_rate && found.own_steps.is_none());
    assert_close("1/λ_max", &[found.rate], &[0.2], 1e-12);
    assert_eq!((found.setting.terms, found.setting.official), (3, false));
}

#[test]
fn the_series_that_is_handed_in_counts() {
    let setting = NeumannSetting { terms: 400, alpha: 0.2, damping: 0.0, official: false };
    let mut study = Study::of(&oracle_2(RATE)).unwrap();
    let found = study.cut_short(&CutShortRequest { setting: Some(setting), ..request(&[1.0, 1.0]) }).unwrap();
    for cut in &found.cuts {
        assert_close("as the exact", cut.approximate.as_ref().unwrap(), cut.exact.as_ref().unwrap(), 1e-12);
    }
}

#[test]
fn one_weight_has_a_cosine_of_one_or_minus_one_which_is_its_sign() {
    let found = of(&preset("sign-flip"), &[0.0]);
    for (cut, of) in found.cuts.iter().flat_map(|cut| Estimate::ALL.map(|of| (cut, of))) {
        let right = found.sign_is_right(cut, of, 0);
        match found.cosine(cut, of) {
            Some(cosine) => assert_eq!(right, Some(cosine > 0.0), "{cosine}"),
            None => assert_eq!((right, cut.estimate(of).unwrap()[0]), (Some(false), 0.0)),
        }
    }
}

fn cut(steps: u64, exact: &[f64]) -> Cut {
    Cut { steps, staleness: 1.0, exact: Some(exact.to_vec()), approximate: None, unrolled: None }
}

fn with(truth: Option<Vec<f64>>, cuts: Vec<Cut>) -> CutShort {
    let setting = NeumannSetting { terms: 3, alpha: 0.1, damping: 0.0, official: false };
    CutShort {
        names: vec!["a".to_owned(), "b".to_owned()],
        phi: vec![1.0, 1.0],
        lane: 0,
        rate: RATE,
        own_rate: true,
        own_steps: None,
        setting,
        truth,
        noise: vec![1e-9; 2],
        cuts,
        overflow: None,
        unfinished: false,
    }
}

#[test]
fn what_lasts_is_told_from_what_passes() {
    let cuts = vec![cut(0, &[1.0, 1.0]), cut(1, &[1.0, -1.0]), cut(2, &[1.0, 1.0]), cut(4, &[3.0, 4.0])];
    let found = with(Some(vec![6.0, 8.0]), cuts);
    let right = |cut: &Cut| found.right_signs(cut, Estimate::Exact) == Some(1.0);
    assert_eq!(found.from(right), Some(2), "right at 0 too, but not from there on");
    assert_eq!(found.from(|_| false), None);
    assert_eq!(found.cosine(&found.cuts[3], Estimate::Exact), Some(1.0));
    assert_eq!(found.ratio(&found.cuts[3], Estimate::Exact), Some(0.5));
    assert_eq!(found.relative_error(&found.cuts[3], Estimate::Exact), Some(0.5));
    assert_eq!(found.right_signs(&found.cuts[1], Estimate::Exact), Some(0.5));
    assert_eq!(found.cosine(&found.cuts[3], Estimate::Approximate), None);
}

#[test]
fn a_truth_within_rounding_has_no_sign_and_huge_sizes_have_a_cosine() {
    let found = with(Some(vec![1e-10, 1e-10]), vec![cut(0, &[1.0, 1.0])]);
    assert_eq!((found.known(), found.right_signs(&found.cuts[0], Estimate::Exact)), (None, None));
    let found = with(Some(vec![1.0, 0.0]), vec![cut(0, &[1e200, -1e200])]);
    let cut = &found.cuts[0];
    assert_close("cosine", &[found.cosine(cut, Estimate::Exact).unwrap()], &[0.5_f64.sqrt()], 1e-12);
    assert_eq!(found.right_signs(cut, Estimate::Exact), Some(1.0), "the second has no sign");
}

#[test]
fn a_singular_hessian_leaves_what_exists() {
    let flat = |x: f64| json!({"a": [[1, 0], [0, 0]], "b": [x, 0], "c": 0});
    let held_out = json!({"centre": [0, 1]});
    let method = implicit(RATE, json!({"kind": "neumann", "terms": 3, "alpha": 0.1}));
    let found = of(&quadratic(flat(1.0), &[flat(-1.0)], held_out, &[1.0, 1.0], method), &[1.0]);
    assert_eq!((found.truth.as_ref(), found.noise.len()), (None, 0));
    for cut in &found.cuts {
        assert!(cut.exact.is_none() && cut.approximate.is_some() && cut.unrolled.is_some());
    }
    assert!(found.cuts.len() > 5 && found.cosine(&found.cuts[3], Estimate::Unrolled).is_none());
}

#[test]
fn input_that_does_not_fit_has_no_answer() {
    let mut study = Study::of(&oracle_2(RATE)).unwrap();
    for phi in [&[][..], &[1.0], &[f64::NAN, 1.0], &[f64::INFINITY, 1.0]] {
        assert!(study.cut_short(&request(phi)).is_none());
    }
    let phi = [1.0, 1.0];
    for w in [&[][..], &[1.0], &[f64::NAN, 1.0]] {
        assert!(study.cut_short(&CutShortRequest { w: Some(w), ..request(&phi) }).is_none(), "{w:?}");
    }
    let far = study.cut_short(&CutShortRequest { w: Some(&[1e300, 1e300]), ..request(&phi) }).unwrap();
    assert_eq!((far.cuts.len(), far.overflow), (0, Some(0)), "its losses overflow");
    assert!(study.cut_short(&CutShortRequest { lane: Some(7), ..request(&phi) }).is_none());
    let setting = NeumannSetting { terms: 3, alpha: f64::NAN, damping: 0.0, official: false };
    assert!(study.cut_short(&CutShortRequest { setting: Some(setting), ..request(&phi) }).is_none());
}

#[test]
fn every_preset_has_an_answer() {
    for preset in presets::all() {
        let experiment = Experiment::from_json(preset.document).expect("valid");
        let phi = experiment.start().1;
        let mut study = Study::of(&experiment).unwrap();
        let found = study.cut_short(&request(&phi)).unwrap_or_else(|| panic!("{}: none", preset.id));
        assert!(found.cuts.len() >= 2 || found.overflow.is_some() || !found.unfinished, "{}", preset.id);
        assert_eq!(found.names.len(), phi.len());
        let finite = |x: &Option<Vec<f64>>| x.iter().flatten().all(|x| x.is_finite());
        for cut in &found.cuts {
            assert!(finite(&cut.exact) && finite(&cut.approximate) && finite(&cut.unrolled), "{}", preset.id);
        }
    }
}
