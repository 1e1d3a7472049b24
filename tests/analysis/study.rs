//! What a study says, against closed forms.

use crate::agreement::assert_close;
use auxilearn_lab::experiment::{Experiment, presets};
use auxilearn_lab::problem::{BilevelProblem, TaskJet};
use auxilearn_lab::run::Run;
use auxilearn_lab::sampled::{Bounds, Field, NeumannSetting, Phase, Plane, Role, Spectrum, Through};
use auxilearn_lab::study::{LandscapeRequest, PlaneRequest, Study};
use auxilearn_lab::trace::Trace;
use nalgebra::DVector;
use serde_json::{Value, json};

fn preset(id: &str) -> Experiment {
    let preset = presets::all().iter().find(|preset| preset.id == id).expect("a preset");
    Experiment::from_json(preset.document).expect("valid")
}

/// Quadratics with the given centres and diagonal curvatures.
fn quadratic(main: Value, mut auxiliaries: Vec<Value>, aux_set: Value) -> Experiment {
    for (k, task) in auxiliaries.iter_mut().enumerate() {
        task["name"] = json!(format!("task {}", k + 1));
    }
    let document = json!({
        "schema": 1, "title": "quadratics", "seed": 1, "steps": 3,
        "problem": {"kind": "quadratic", "data": {
            "source": "inline", "main": main, "auxiliaries": auxiliaries, "aux_set": aux_set}},
        "lanes": [{"method": {"kind": "best_response"}}],
    });
    Experiment::from_json(&document.to_string()).expect("valid")
}

fn study(experiment: &Experiment) -> Study {
    Study::of(experiment).expect("finite data")
}

fn request<'a>(phi: &'a [f64], traces: &'a [&'a Trace]) -> PlaneRequest<'a> {
    PlaneRequest { phi, w: None, traces, aspect: 1.5, resolution: (31, 21), bounds: None, frame: None }
}

fn plane(study: &mut Study, phi: &[f64]) -> Plane {
    study.plane(&request(phi, &[])).expect("a plane")
}

/// Oracle 2 of the mathematics: unit curvatures, optima (0, 2), (1, 1), (-1, -4), held-out (1, 1).
fn oracle_2() -> Experiment {
    let auxiliaries = vec![json!({"centre": [1, 1]}), json!({"centre": [-1, -4]})];
    quadratic(json!({"centre": [0, 2]}), auxiliaries, json!({"centre": [1, 1]}))
}

fn finished(experiment: &Experiment) -> Vec<Run> {
    let mut runs = experiment.runs().expect("runs");
    runs.iter_mut().for_each(|run| {
        run.advance(experiment.steps());
    });
    runs
}

#[test]
fn the_best_response_and_the_alignments_are_those_of_oracle_2() {
    let mut study = study(&oracle_2());
    let phi = [1.0, 1.0];
    let w = study.best_response(&phi).expect("a best response");
    assert_close("W*", &w, &[0.0, -1.0 / 3.0], 1e-12);
    let dissection = study.dissect(&study.frame(), &w, &phi).expect("a dissection");
    let alignments: Vec<f64> = dissection.tasks.iter().map(|task| task.alignment.unwrap()).collect();
    assert_close("alignment", &alignments, &[25.0 / 27.0, -53.0 / 27.0], 1e-12);
    assert_close("∇L_A", &dissection.outer_gradient, &[-1.0, -4.0 / 3.0], 1e-12);
    // Equal curvatures: the metric changes no direction, so both cosines are the same.
    assert_eq!(dissection.disagreeing().count(), 0);
    for task in &dissection.tasks {
        assert_close("cosines", &[task.cos_h.unwrap()], &[task.cosine.unwrap()], 1e-12);
    }
}

#[test]
fn curvature_turns_the_sign_in_oracle_3() {
    let mut study = study(&preset("sign-flip"));
    let dissection = study.dissect(&study.frame(), &[0.0, 0.0], &[0.0]).expect("a dissection");
    let task = &dissection.tasks[0];
    assert_close("cosine", &[task.cosine.unwrap()], &[0.1_f64.sqrt()], 1e-12);
    assert_close("alignment", &[task.alignment.unwrap()], &[-0.8], 1e-12);
    assert_close("H⁻¹g", dissection.newton.as_ref().unwrap(), &[1.0, 0.1], 1e-12);
    // a / √(gᵀH⁻¹g · ∇ℓᵀH⁻¹∇ℓ) = -0.8 / √(1.1 · 1.4).
    assert_close("cos_H", &[task.cos_h.unwrap()], &[-0.8 / (1.1_f64 * 1.4).sqrt()], 1e-12);
    assert!(task.disagrees() && dissection.definite);
}

#[test]
fn a_plane_of_two_parameters_shows_losses_and_optima_where_they_are() {
    let mut study = study(&oracle_2());
    let plane = plane(&mut study, &[1.0, 1.0]);
    assert_eq!(plane.frame.passes(), &Through::All);
    let at: Vec<_> = plane.optima.iter().map(|o| (o.role, o.at, o.in_plane)).collect();
    let expected = [
        (Role::Main, (0.0, 2.0)),
        (Role::Auxiliary(0), (1.0, 1.0)),
        (Role::Auxiliary(1), (-1.0, -4.0)),
        (Role::HeldOut, (1.0, 1.0)),
    ];
    assert_eq!(at, expected.map(|(role, place)| (role, place, true)));
    assert!(plane.optima.iter().all(|o| plane.bounds.holds(o.at)));
    let half = |(x, y): (f64, f64), (a, b): (f64, f64)| 0.5 * ((x - a) * (x - a) + (y - b) * (y - b));
    for node in [0, 17, 400, 650] {
        let w = plane.training.place(node);
        let total = half(w, (0.0, 2.0)) + half(w, (1.0, 1.0)) + half(w, (-1.0, -4.0));
        assert_close("L_T", &[plane.training.values[node].unwrap()], &[total], 1e-12);
        assert_close("L_A", &[plane.outer.values[node].unwrap()], &[half(w, (1.0, 1.0))], 1e-12);
    }
}

#[test]
fn the_ellipse_has_axes_in_the_inverse_ratio_of_the_roots_of_the_curvatures() {
    let mut study = study(&preset("sign-flip"));
    let plane = plane(&mut study, &[0.0]);
    let ellipse = plane.ellipse.expect("H is positive definite");
    let [(first, a), (second, b)] = ellipse.axes;
    assert_close("directions", &[first.0.abs(), second.1.abs()], &[1.0, 1.0], 1e-12);
    assert_close("ratio", &[a / b], &[10.0_f64.sqrt()], 1e-12);
    for angle in [0.3, 2.0, 5.0] {
        let (x, y) = ellipse.point(angle);
        let d = (x - ellipse.centre.0, y - ellipse.centre.1);
        assert_close("dᵀHd", &[d.0 * d.0 + 10.0 * d.1 * d.1], &[ellipse.level], 1e-12);
    }
}

#[test]
fn the_best_response_curve_follows_the_trajectory_of_phi() {
    let experiment = preset("sign-flip");
    let runs = finished(&experiment);
    let traces: Vec<&Trace> = runs.iter().map(Run::trace).collect();
    let mut study = study(&experiment);
    let plane = study.plane(&request(&[0.5], &traces)).expect("a plane");
    assert_eq!(plane.responses.len(), runs.len());
    let (first, last) = (plane.responses[0][0].unwrap(), plane.responses[0].last().unwrap().unwrap());
    // (diag(1, 10) + φI)⁻¹ φ (1, -2) at φ = 0.5, and at the φ of the end.
    assert_close("start", &[first.0, first.1], &[0.5 / 1.5, -1.0 / 10.5], 1e-12);
    let phi = traces[0].last(auxilearn_lab::trace::QuantityKind::Phi, 0).unwrap();
    assert_close("end", &[last.0], &[phi / (1.0 + phi)], 1e-9);
}

#[test]
fn a_plane_moved_to_another_phi_is_the_plane_made_there() {
    let mut study = study(&oracle_2());
    let bounds = Some(Bounds { x: (-3.0, 3.0), y: (-5.0, 3.0) });
    let at = |study: &mut Study, phi: &[f64]| {
        study.plane(&PlaneRequest { bounds, ..request(phi, &[]) }).expect("a plane")
    };
    let (mut moved, there) = (at(&mut study, &[1.0, 1.0]), at(&mut study, &[0.3, 2.0]));
    assert_ne!(moved, there);
    assert!(study.move_to(&mut moved, &[0.3, 2.0], None));
    assert_eq!(moved, there);
    assert!(!study.move_to(&mut moved, &[f64::NAN, 2.0], None) && moved == there);
}

#[test]
fn more_than_two_parameters_are_seen_in_the_plane_of_the_optima() {
    let experiment = preset("drawn-quadratics");
    let mut study = study(&experiment);
    assert!(study.n_parameters() > 2);
    let phi = vec![1.0; study.start().1.len()];
    let plane = plane(&mut study, &phi);
    let Through::Points(names) = plane.frame.passes() else { panic!("a plane through points") };
    assert_eq!((names.len(), names[0].as_str()), (3, "main task"));
    let inside: Vec<_> = plane.optima.iter().filter(|o| o.in_plane).collect();
    assert!(inside.len() >= 3 && inside.iter().all(|o| plane.frame.distance(&o.w) < 1e-9));
    assert!(plane.optima.iter().any(|o| !o.in_plane), "what is projected is said to be");
}

#[test]
fn the_landscape_of_oracle_1_has_its_minimum_at_two_fifths_of_the_second_weight() {
    let mut study = study(&preset("one-dimension"));
    let bounds = Bounds { x: (0.0, 2.0), y: (0.0, 2.0) };
    let request = LandscapeRequest {
        phi: &[1.0, 1.0],
        components: (1, None),
        traces: &[],
        resolution: (21, 21),
        bounds: Some(bounds),
    };
    let curve = study.landscape(&request).expect("a landscape");
    let ((phi_2, _), value) = curve.field.least().unwrap();
    assert!((phi_2 - 0.4).abs() < 1e-12 && value.abs() < 1e-20, "{phi_2}: {value}");
    // W* = (3 + φ_1 - 4φ_2)/(1 + φ_1 + φ_2), L_A = ½(W* - 1)².
    let map = study.landscape(&LandscapeRequest { components: (0, Some(1)), ..request }).unwrap();
    assert_eq!((map.field.values.len(), map.field.absent()), (441, 0));
    for (node, value) in map.field.values.iter().enumerate() {
        let (a, b) = map.field.place(node);
        let w = (3.0 + a - 4.0 * b) / (1.0 + a + b);
        let error = value.unwrap() - 0.5 * (w - 1.0) * (w - 1.0);
        assert!(error.abs() < 1e-12, "{a} {b}: {error}");
    }
}

#[test]
fn a_phi_without_a_best_response_is_absent() {
    // The main task is flat along the second axis: without the auxiliary there is no unique minimum.
    let flat = json!({"centre": [0, 0], "curvature": [1, 0]});
    let document = quadratic(flat, vec![json!({"centre": [1, 1]})], json!({"centre": [0, 0]}));
    let mut study = study(&document);
    let request = LandscapeRequest {
        phi: &[1.0],
        components: (0, None),
        traces: &[],
        resolution: (5, 2),
        bounds: Some(Bounds { x: (0.0, 2.0), y: (0.0, 1.0) }),
    };
    let landscape = study.landscape(&request).expect("a landscape");
    let present: Vec<bool> = landscape.field.values[..5].iter().map(Option::is_some).collect();
    assert_eq!(present, [false, true, true, true, true]);
    // W* = (φ/(1 + φ), 1).
    let share = 0.5_f64 / 1.5;
    assert_close("L_A", &[landscape.field.values[1].unwrap()], &[0.5 * (share * share + 1.0)], 1e-12);
}

#[test]
fn the_grid_of_a_search_lane_is_listed_in_the_order_of_trial() {
    let mut study = study(&preset("grid-search"));
    let request = LandscapeRequest {
        phi: &[1.0, 1.0],
        components: (0, Some(1)),
        traces: &[],
        resolution: (5, 5),
        bounds: None,
    };
    let grid = study.landscape(&request).unwrap().grid.expect("a grid");
    assert_eq!((grid.lane, grid.points.len(), grid.size), (0, 961, 961.0));
    assert_eq!((grid.points[0], grid.points[30], grid.points[31]), ((0.0, 0.0), (6.0, 0.0), (0.0, 0.2)));
}

const ORACLE_3: NeumannSetting = NeumannSetting { terms: 0, alpha: 0.1, damping: 0.0, official: false };

fn oracle_3() -> Spectrum {
    let mut study = study(&preset("sign-flip"));
    study.spectrum(&[0.0, 0.0], &[0.0]).expect("a spectrum")
}

#[test]
fn the_series_in_the_eigenbasis_is_that_of_oracle_3() {
    let spectrum = oracle_3();
    assert_close("eigenvalues", &spectrum.eigenvalues, &[1.0, 10.0], 1e-12);
    assert_close("exact", &[spectrum.exact(0).unwrap()], &[-0.8], 1e-12);
    for (terms, a) in [0.1, 0.01, -0.071, -0.1439].into_iter().enumerate() {
        let setting = NeumannSetting { terms, ..ORACLE_3 };
        assert_close("estimate", &[spectrum.estimate(0, &setting).unwrap()], &[a], 1e-12);
        let official = NeumannSetting { official: true, ..setting };
        assert_close("official", &[spectrum.estimate(0, &official).unwrap()], &[10.0 * a], 1e-12);
        let error = ((a + 0.8) / 0.8_f64).abs();
        assert_close("error", &[spectrum.relative_error(0, &setting).unwrap()], &[error], 1e-12);
        assert_eq!(spectrum.sign_agrees(0, &setting), Some(terms >= 2));
    }
}

#[test]
fn the_phase_map_of_oracle_3_has_all_four_classes() {
    let spectrum = oracle_3();
    let phase =
        |terms: usize, alpha: f64| spectrum.phase(&NeumannSetting { terms, alpha, ..ORACLE_3 }).unwrap();
    let at_a_tenth = [0, 1, 2, 3].map(|terms| phase(terms, 0.1));
    assert_eq!(at_a_tenth, [Phase::WrongSign, Phase::WrongSign, Phase::FarInSize, Phase::FarInSize]);
    // The error is (1 + ...)·0.9^{J+1}/0.8: below a tenth from J = 23 on.
    assert_eq!((phase(22, 0.1), phase(23, 0.1)), (Phase::FarInSize, Phase::Good));
    assert_eq!(spectrum.alpha_limit(0.0), Some(0.2));
    assert_eq!((phase(500, 0.199), phase(500, 0.2)), (Phase::Good, Phase::Diverges));
    assert_eq!(phase(0, 0.2), Phase::Diverges, "whatever J is");
}

#[test]
fn the_filter_tends_to_the_inverse_and_grows_without_bound_on_a_negative_eigenvalue() {
    let filter = |terms, eigenvalue| NeumannSetting { terms, ..ORACLE_3 }.filter(eigenvalue);
    assert_close("at zero", &[filter(3, 0.0)], &[0.4], 1e-15);
    assert_close("small", &[filter(3, 1e-12)], &[0.4], 1e-11);
    assert_close("limit", &[filter(2000, 3.0)], &[1.0 / 3.0], 1e-12);
    // α Σ (1 + α)^j for λ = -1.
    assert_close("negative", &[filter(2, -1.0)], &[0.1 * (1.0 + 1.1 + 1.21)], 1e-12);
    let damped = NeumannSetting { terms: 2000, damping: 3.0, ..ORACLE_3 };
    assert_close("damped", &[damped.filter(-1.0)], &[0.5], 1e-12);
}

#[test]
fn a_negative_eigenvalue_diverges_until_it_is_damped() {
    let mut study = study(&preset("sinusoid"));
    let (w, phi) = (study.start().0.to_vec(), study.start().1.to_vec());
    let spectrum = study.spectrum(&w, &phi).expect("a spectrum");
    let least = spectrum.extremes().0;
    assert!(least < 0.0, "H is indefinite at the start: {least}");
    let setting = |damping| NeumannSetting { terms: 9, alpha: 1e-3, damping, official: false };
    assert_eq!(spectrum.phase(&setting(0.0)), Some(Phase::Diverges));
    assert_ne!(spectrum.phase(&setting(0.1 - least)), Some(Phase::Diverges));
    let plane = study.plane(&PlaneRequest { w: Some(&w), ..request(&phi, &[]) }).expect("a plane");
    let dissection = plane.dissection.expect("an indefinite H has an inverse");
    assert!(
        !dissection.definite && dissection.tasks.iter().all(|t| t.cos_h.is_none() && t.alignment.is_some())
    );
}

#[test]
fn a_singular_hessian_has_no_newton_direction_and_no_exact_alignment() {
    // Nothing is curved along the second axis.
    let flat = |x: f64| json!({"a": [[1, 0], [0, 0]], "b": [x, 0], "c": 0});
    let document = quadratic(flat(1.0), vec![flat(-1.0)], json!({"centre": [0, 1]}));
    let mut study = study(&document);
    assert_eq!(study.best_response(&[1.0]), None);
    let spectrum = study.spectrum(&[1.0, 1.0], &[1.0]).expect("eigenvalues exist");
    assert_eq!((spectrum.exact(0), spectrum.phase(&ORACLE_3)), (None, Some(Phase::Diverges)));
    let plane = study.plane(&PlaneRequest { w: Some(&[1.0, 1.0]), ..request(&[1.0], &[]) }).expect("a plane");
    assert_eq!((plane.response, plane.ellipse), (None, None));
    let dissection = plane.dissection.expect("gradients exist");
    assert_eq!((dissection.newton, dissection.tasks[0].alignment), (None, None));
    assert!(!dissection.definite && dissection.tasks[0].cosine.is_some());
}

#[test]
fn input_that_does_not_fit_has_no_answer() {
    let mut study = study(&preset("sign-flip"));
    for phi in [&[][..], &[1.0, 2.0], &[f64::NAN], &[f64::INFINITY]] {
        assert!(study.plane(&request(phi, &[])).is_none() && study.best_response(phi).is_none());
        assert!(study.spectrum(&[0.0, 0.0], phi).is_none());
    }
    assert!(study.spectrum(&[0.0], &[0.5]).is_none() && study.spectrum(&[f64::NAN, 0.0], &[0.5]).is_none());
    for components in [(1, None), (0, Some(0)), (0, Some(7))] {
        let request =
            LandscapeRequest { phi: &[0.5], components, traces: &[], resolution: (5, 5), bounds: None };
        assert!(study.landscape(&request).is_none());
    }
}

#[test]
fn every_preset_can_be_studied_at_its_start() {
    for preset in presets::all() {
        let experiment = Experiment::from_json(preset.document).expect("valid");
        let mut study = study(&experiment);
        let (w, phi) = (study.start().0.to_vec(), study.start().1.to_vec());
        let plane = study.plane(&PlaneRequest { w: Some(&w), ..request(&phi, &[]) });
        let plane = plane.unwrap_or_else(|| panic!("{}: no plane", preset.id));
        assert_eq!(plane.training.absent() + plane.outer.absent(), 0, "{}", preset.id);
        assert_eq!(plane.frame.is_plane(), study.n_parameters() > 1, "{}", preset.id);
        assert!(study.spectrum(&w, &phi).is_some(), "{}", preset.id);
        let components = (0, (phi.len() > 1).then_some(1));
        let request =
            LandscapeRequest { phi: &phi, components, traces: &[], resolution: (7, 5), bounds: None };
        let landscape = study.landscape(&request).unwrap_or_else(|| panic!("{}: no landscape", preset.id));
        assert_eq!(landscape.field.values.len(), if components.1.is_some() { 35 } else { 14 });
    }
}

#[test]
fn losses_over_the_plane_are_those_of_the_problem_at_each_node() {
    for preset in presets::all() {
        let experiment = Experiment::from_json(preset.document).expect("valid");
        let mut study = study(&experiment);
        let phi: Vec<f64> = study.start().1.iter().map(|phi| 0.7 * phi).collect();
        let plane = plane(&mut study, &phi);
        let problem = experiment.general_problem().expect("finite data");
        let mut jet = TaskJet::zeros(problem.dim(), problem.n_auxiliaries());
        let mut gradient = DVector::zeros(study.n_parameters());
        let scale = |field: &Field| 1e-12 * field.range().expect("values").1.abs();
        let (of_training, of_outer) = (scale(&plane.training), scale(&plane.outer));
        for node in (0..plane.training.values.len()).step_by(7) {
            let w = DVector::from_vec(plane.frame.lift(plane.training.place(node)));
            problem.tasks_at(&w, &mut jet);
            let near = |field: &Field, value: f64, air: f64| {
                (field.values[node].expect("finite") - value).abs() <= air + 1e-10 * value.abs()
            };
            let training = problem.training_loss(&jet, &phi);
            assert!(near(&plane.training, training, of_training), "{}: L_T at {w}", preset.id);
            let outer = problem.outer_at(&w, &mut gradient);
            assert!(near(&plane.outer, outer, of_outer), "{}: L_A at {w}", preset.id);
        }
    }
}
