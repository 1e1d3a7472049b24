//! Documents that drags make: what was dragged is where it was put, and nothing else has changed.

use crate::agreement::assert_close;
use auxilearn_lab::experiment::{Experiment, Json, edit, presets};
use auxilearn_lab::sampled::{NeumannSetting, Plane, Role};
use auxilearn_lab::study::{
    Handle, LandscapeRequest, Movable, PlaneRequest, Study, handles as handles_of, moved, moved_phi,
};
use serde_json::{Value, json};

fn parsed(document: &str) -> Json {
    serde_json::from_str::<Value>(document).expect("JSON").into()
}

fn preset(id: &str) -> Json {
    parsed(presets::all().iter().find(|preset| preset.id == id).expect("a preset").document)
}

fn experiment(document: &Json) -> Experiment {
    Experiment::from_value(document).expect("a document that can be run")
}

fn study(document: &Json) -> Study {
    Study::of(&experiment(document)).expect("finite data")
}

fn plane(study: &mut Study) -> Plane {
    let phi = study.start().1.to_vec();
    let request = PlaneRequest {
        phi: &phi,
        w: None,
        traces: &[],
        aspect: 1.5,
        resolution: (21, 15),
        bounds: None,
        frame: None,
    };
    study.plane(&request).expect("a plane")
}

fn handles(document: &Json, plane: &Plane) -> Vec<(Handle, (f64, f64))> {
    let roles = plane.optima.iter().map(|optimum| optimum.role);
    handles_of(&Movable::of(document, roles, plane.frame.n()), plane)
}

fn optimum(plane: &Plane, role: Role) -> &[f64] {
    &plane.optima.iter().find(|optimum| optimum.role == role).expect("an optimum").w
}

/// An inline regression of two parameters.
fn inline_regression() -> Json {
    let document = json!({
        "schema": 1, "title": "inline", "seed": 1, "steps": 3,
        "problem": { "kind": "regression", "data": {
            "source": "inline",
            "train": { "x": [[1, 0], [0, 1], [1, 1]], "main": [1, 2, 2.5], "aux": [[0, 1, 1]] },
            "aux_set": { "x": [[1, 2], [2, 1], [1, -1]], "main": [1, 1, 0] } } },
        "lanes": [{ "method": { "kind": "best_response" } }],
    });
    document.into()
}

/// A quadratic by its matrix, `½ wᵀaw - b·w + c`, beside centred ones.
fn explicit() -> Json {
    let document = json!({
        "schema": 1, "title": "explicit", "seed": 1, "steps": 3,
        "problem": { "kind": "quadratic", "data": {
            "source": "inline",
            "main": { "a": [[2, 1], [1, 3]], "b": [1, -1], "c": 4 },
            "auxiliaries": [{ "name": "task", "centre": [1, 1] }],
            "aux_set": { "centre": [0, 1] } } },
        "lanes": [{ "method": { "kind": "best_response" } }],
    });
    document.into()
}

#[test]
fn a_dragged_optimum_is_where_it_was_put_and_the_others_stay() {
    let documents = ["sign-flip", "noisy-main", "baselines", "monotone", "one-dimension"]
        .map(preset)
        .into_iter()
        .chain([inline_regression(), explicit()]);
    for document in documents {
        let given = !serde_json::to_string(&Value::from(document.clone())).unwrap().contains("\"generated\"");
        let mut before = study(&document);
        let plane_before = plane(&mut before);
        let found = handles(&document, &plane_before);
        let optima: Vec<Role> = found
            .iter()
            .filter_map(|(handle, _)| if let Handle::Optimum(role) = handle { Some(*role) } else { None })
            .collect();
        assert!(optima.contains(&Role::Main) && optima.contains(&Role::Auxiliary(0)), "{optima:?}");
        for role in optima {
            let to = (0.5, if plane_before.frame.is_plane() { -0.25 } else { 0.0 });
            let start = before.start().0.to_vec();
            let edited =
                moved(&document, &start, &plane_before, Handle::Optimum(role), to).expect("can be moved");
            let after = plane(&mut study(&edited));
            // Given numbers are round; those that follow from them are as near as they can be.
            let tolerance = if given { 1e-9 } else { 0.011 };
            assert_close("moved", &plane_before.frame.lift(to), optimum(&after, role), tolerance);
            for other in plane_before.optima.iter().filter(|other| other.role != role) {
                // The held-out truth of generated regressions is that of the main task.
                let follows = other.role == Role::HeldOut
                    && role == Role::Main
                    && document.get("problem").and_then(|p| p.get("kind"))
                        == Some(&Json::Text("regression".into()));
                if !follows {
                    let case = format!("{:?} when {role:?} moves", other.role);
                    assert_close(&case, &other.w, optimum(&after, other.role), 1e-9);
                }
            }
        }
    }
}

#[test]
fn the_held_out_optimum_of_a_generated_regression_goes_with_the_main_task() {
    let document = preset("noisy-main");
    let mut before = study(&document);
    let plane_before = plane(&mut before);
    assert!(!handles(&document, &plane_before).iter().any(|(h, _)| *h == Handle::Optimum(Role::HeldOut)));
    let main = optimum(&plane_before, Role::Main).to_vec();
    let to = (2.0, -1.0);
    let edited =
        moved(&document, &[0.0; 2], &plane_before, Handle::Optimum(Role::Main), to).expect("movable");
    let after = plane(&mut study(&edited));
    let held_out = optimum(&plane_before, Role::HeldOut);
    let expected = [held_out[0] + 2.0 - main[0], held_out[1] - 1.0 - main[1]];
    assert_close("held-out", &expected, optimum(&after, Role::HeldOut), 0.011);
}

#[test]
fn what_cannot_be_moved_has_no_handle() {
    for id in ["penguins", "classification", "sinusoid", "outliers", "learned-labels", "ridge"] {
        let document = preset(id);
        let plane = plane(&mut study(&document));
        let handles: Vec<Handle> = handles(&document, &plane).into_iter().map(|(handle, _)| handle).collect();
        assert_eq!(handles, [Handle::Start], "{id}");
    }
}

#[test]
fn a_moved_document_keeps_every_other_field() {
    let document = preset("sign-flip");
    let plane = plane(&mut study(&document));
    let to = (0.5, 0.5);
    let edited =
        moved(&document, &[0.0; 2], &plane, Handle::Optimum(Role::Auxiliary(0)), to).expect("movable");
    let mut expected = Value::from(document);
    expected["problem"]["data"]["auxiliaries"][0]["centre"] = json!([0.5, 0.5]);
    assert_eq!(Value::from(edited), expected);
}

#[test]
fn the_start_goes_where_it_is_dragged_in_the_plane_of_any_problem() {
    for id in ["noisy-main", "sinusoid", "classification"] {
        let document = preset(id);
        let mut before = study(&document);
        let plane_before = plane(&mut before);
        let start = before.start().0.to_vec();
        let to = (plane_before.start.0 + 0.5, plane_before.start.1 - 0.5);
        let edited = moved(&document, &start, &plane_before, Handle::Start, to).expect("a start");
        let after = study(&edited);
        let place = plane_before.frame.project(after.start().0);
        let tolerance = 0.01 * plane_before.bounds.size().0;
        assert!((place.0 - to.0).abs() < tolerance && (place.1 - to.1).abs() < tolerance, "{id}: {place:?}");
        // What is not in the plane stays.
        let distance = |w: &[f64]| plane_before.frame.distance(w);
        assert!((distance(&start) - distance(after.start().0)).abs() < 1e-9);
        assert_eq!(before.start().1, after.start().1);
    }
}

#[test]
fn an_axis_of_the_ellipse_bends_the_loss_and_leaves_its_optimum() {
    for document in [preset("sign-flip"), explicit()] {
        let mut before = study(&document);
        let mut seen = plane(&mut before);
        before.select(&mut seen, Role::Main, None);
        let (_, ellipse) = seen.selected.expect("a convex loss");
        // The longer axis turned by a right angle and half as long: four times its curvature.
        let (direction, half) = ellipse.axes[0];
        let to = (ellipse.centre.0 - 0.5 * half * direction.1, ellipse.centre.1 + 0.5 * half * direction.0);
        let edited = moved(&document, &[0.0; 2], &seen, Handle::Axis(0), to).expect("can be bent");
        let after = study(&edited);
        let mut plane_after = plane(&mut study(&edited));
        assert_close("the optimum", optimum(&seen, Role::Main), optimum(&plane_after, Role::Main), 1e-3);
        after.select(&mut plane_after, Role::Main, Some(ellipse.level));
        let (_, bent) = plane_after.selected.expect("still convex");
        let mut lengths = bent.axes.map(|axis| axis.1);
        let mut expected = [0.5 * half, ellipse.axes[1].1];
        lengths.sort_by(f64::total_cmp);
        expected.sort_by(f64::total_cmp);
        assert!(
            lengths.iter().zip(expected).all(|(a, b)| (a / b - 1.0).abs() < 0.01),
            "{lengths:?} {expected:?}"
        );
        // An axis cannot be dragged into its centre, nor beyond all bounds.
        assert_eq!(moved(&document, &[0.0; 2], &seen, Handle::Axis(0), ellipse.centre), None);
        let far = moved(&document, &[0.0; 2], &seen, Handle::Axis(0), (1e9, 0.0)).expect("held at a limit");
        study(&far);
    }
}

#[test]
fn drawn_quadratics_written_out_are_the_same_to_the_last_bit() {
    let document = preset("drawn-quadratics");
    let mut written = document.clone();
    assert!(edit::write_out(&mut written, &experiment(&document)));
    let digests = |document: &Json| -> Vec<String> {
        let mut runs = experiment(document).runs().expect("runs");
        runs.iter_mut().for_each(|run| {
            run.advance(50);
        });
        runs.iter().map(|run| run.trace().digest()).collect()
    };
    assert_eq!(digests(&document), digests(&written));
    assert_eq!(experiment(&document).task_names(), experiment(&written).task_names());
    assert!(!edit::write_out(&mut preset("sign-flip"), &experiment(&preset("sign-flip"))));
}

#[test]
fn the_start_of_phi_follows_a_drag_and_never_goes_below_zero() {
    let document = preset("noisy-main");
    let mut study = study(&document);
    let request = LandscapeRequest {
        phi: &[1.0, 1.0],
        components: (0, Some(1)),
        traces: &[],
        resolution: (9, 9),
        bounds: None,
    };
    let landscape = study.landscape(&request).expect("a landscape");
    let start = |document: &Json| experiment(document).start().1;
    let range = experiment(&document).phi_range();
    assert_close("φ", &start(&moved_phi(&document, &landscape, (0.5, 0.25), range)), &[0.5, 0.25], 1e-12);
    assert_eq!(start(&moved_phi(&document, &landscape, (-0.5, 0.25), range)), [0.0, 0.25]);
}

#[test]
fn no_drag_leaves_phi_where_its_parametrisation_is_frozen() {
    let mut document = preset("noisy-main");
    document.set("constraint", parsed(r#"{"kind": "exp"}"#));
    assert_eq!(experiment(&document).phi_range().0, 0.001);
    assert_eq!(experiment(&preset("noisy-labels")).phi_range(), (0.001, 0.999));
    assert_eq!(experiment(&preset("noisy-main")).phi_range().0, 0.0, "a clamp lets go of zero");
}

#[test]
fn a_series_is_used_by_the_one_lane_asked_for() {
    let mut document = preset("sign-flip");
    let before = study(&document);
    let setting = NeumannSetting { terms: 7, alpha: 0.05, damping: 0.25, official: false };
    assert!(edit::use_series(&mut document, 4, &setting));
    let study = study(&document);
    assert_eq!(study.neumann_setting(4), Some(setting));
    for lane in [2, 3, 5] {
        assert_eq!(study.neumann_setting(lane), before.neumann_setting(lane), "lane {lane} keeps its own");
        assert_ne!(study.neumann_setting(lane), Some(setting));
    }
    // No label says what no longer is.
    let label = |document: &Json, lane: usize| match document.get("lanes") {
        Some(Json::List(lanes)) => lanes[lane].get("label").cloned(),
        _ => None,
    };
    assert_eq!(label(&document, 4), Some(Json::Text("Neumann, J = 7, α = 0.05, δ = 0.25".to_owned())));
    assert_eq!(label(&document, 3), label(&preset("sign-flip"), 3));
    // A lane without a series, and one that is not there.
    let untouched = document.clone();
    assert!(!edit::use_series(&mut document, 0, &setting) && !edit::use_series(&mut document, 99, &setting));
    assert_eq!(document, untouched);
}

#[test]
fn measuring_switches_the_diagnostics_on_and_changes_nothing_else() {
    let before = preset("noisy-main");
    let mut document = before.clone();
    edit::measure(&mut document);
    assert_eq!(document.get("diagnostics"), Some(&Json::Truth(true)));
    document.remove("diagnostics");
    assert_eq!(document, before);
    let mut measured = preset("noisy-main");
    edit::measure(&mut measured);
    let runs = experiment(&measured).runs().expect("runs");
    assert!(runs.iter().all(|run| run.trace().layout().diagnostics));
}
