//! The landscape of φ: what is drawn where.

use crate::support::world::*;
use crate::support::*;
use auxilearn_lab::chart::{SampledChart, Theme, View};
use auxilearn_lab::sampled::Landscape;
use serde_json::json;

const SIZE: (u32, u32) = (900, 600);

#[test]
fn the_least_of_a_landscape_and_the_present_weights_are_marked() {
    let mut world = World::preset("grid-search");
    let landscape = world.landscape(&[1.0, 1.0], (0, Some(1)));
    let lanes = world.lanes();
    let chart = SampledChart::PhiLandscape(&landscape);
    let recording = record_sampled(&chart, SIZE, &lanes, &light());
    let map = recording.drawn.planes[0];
    let (least, _) = landscape.field.least().unwrap();
    let ink = dots(&recording, Theme::LIGHT.ink);
    assert!(ink.iter().any(|&dot| near(dot, map.pixel_of(least), 1.0)));
    let phi = |k| lanes[2].trace.last(auxilearn_lab::trace::QuantityKind::Phi, k).unwrap();
    assert!(ink.iter().any(|&dot| near(dot, map.pixel_of((phi(0), phi(1))), 1.0)));
    assert!(recording.text("Grid search: 961 of 961 inner solves").is_some());
    assert!(recording.text("AuxiLearn: 1000 outer steps").is_some());
    assert!(recording.text("least of the grid: ").is_some());
}

#[test]
fn grid_points_appear_one_by_one_with_the_cursor() {
    let mut world = World::preset("grid-search");
    let landscape = world.landscape(&[1.0, 1.0], (0, Some(1)));
    let lanes = world.lanes();
    let points = |step: f64| {
        let view = View { cursor: Some(step), ..light() };
        let recording = record_sampled(&SampledChart::PhiLandscape(&landscape), SIZE, &lanes, &view);
        let said = recording.text(&format!("Grid search: {step} of 961")).is_some();
        // One square is the start.
        (recording.rects(Theme::LIGHT.ink).len() - 1, said)
    };
    assert_eq!((points(0.0), points(1.0), points(40.0)), ((0, true), (1, true), (40, true)));
}

#[test]
fn one_weight_has_a_curve_through_the_held_out_losses() {
    let mut world = World::preset("sign-flip");
    let landscape = world.landscape(&[0.5], (0, None));
    let recording = record_sampled(&SampledChart::PhiLandscape(&landscape), SIZE, &[], &light());
    let map = recording.drawn.planes[0];
    // L_A(W*(0)) = 1 and L_A(W*(0.1)) = 1.075435, oracle 3.
    let inks = recording.paths(Theme::LIGHT.ink);
    let longest = inks.iter().max_by_key(|path| path.0.len()).unwrap().0;
    let height = |x: f64| {
        let span = longest.windows(2).find(|p| f64::from(p[1].0) >= x).expect("a stretch");
        let share = (x - f64::from(span[0].0)) / f64::from(span[1].0 - span[0].0);
        f64::from(span[0].1) + share * f64::from(span[1].1 - span[0].1)
    };
    for (phi, loss) in [(0.0, 1.0), (0.1, 1.075435)] {
        let (x, y) = map.pixel_of((phi, loss));
        assert!((height(x) - y).abs() <= 1.5, "φ = {phi}: {} beside {y}", height(x));
    }
}

#[test]
fn a_region_without_best_response_is_hatched_and_told() {
    let mut world = quadratic(
        json!({"centre": [0, 0], "curvature": [1, 0]}),
        json!({"centre": [1, 1]}),
        json!({"centre": [0, 0]}),
    );
    let landscape = world.landscape(&[1.0], (0, None));
    assert_eq!(landscape.field.absent(), 2, "φ = 0, in both rows");
    let words = SampledChart::PhiLandscape(&landscape).describe(&[], &light());
    assert!(words.contains("no unique best response"), "{words}");
    let mut map = landscape.clone();
    map.components = (0, Some(0));
    let recording = record_sampled(&SampledChart::PhiLandscape(&map), SIZE, &[], &light());
    assert!(recording.paths(Theme::LIGHT.zero).len() > 10, "diagonals");
    let nowhere = Landscape {
        field: auxilearn_lab::sampled::Field {
            values: vec![None; landscape.field.values.len()],
            ..landscape.field
        },
        ..landscape
    };
    let recording = record_sampled(&SampledChart::PhiLandscape(&nowhere), SIZE, &[], &light());
    assert!(recording.text("No φ here has a unique best response").is_some());
}

#[test]
fn a_landscape_that_is_not_convex_says_what_its_jumps_are() {
    let mut world = World::preset("sinusoid");
    let landscape = world.landscape(&[1.0, 1.0], (0, None));
    let words = SampledChart::PhiLandscape(&landscape).describe(&[], &light());
    assert!(words.contains("another minimum"), "{words}");
    assert_eq!(landscape.field.absent(), 0);
}

#[test]
fn a_landscape_ends_where_weights_do() {
    // Weights between 0 and 1, some of which come near 1.
    let mut world = World::preset("noisy-labels");
    let near_one = vec![0.99; world.study.start().1.len()];
    let bounds = world.landscape(&near_one, (0, Some(1))).field.bounds;
    assert_eq!((bounds.x, bounds.y), ((0.0, 1.0), (0.0, 1.0)));
    // Weights that may be any positive number have air above them and nothing below zero.
    let bounds = World::preset("noisy-main").landscape(&[9.0, 9.0], (0, Some(1))).field.bounds;
    assert!(bounds.x.0 == 0.0 && bounds.x.1 > 9.5, "{bounds:?}");
}

#[test]
fn ends_that_read_the_same_are_told_as_one_number() {
    let mut landscape = World::preset("sign-flip").landscape(&[0.5], (0, None));
    let place = landscape.field.values.len() / 4;
    landscape.field.values.iter_mut().enumerate().for_each(|(i, v)| {
        *v = Some(if i == place { 29.0 } else { 29.0001 });
    });
    let words = SampledChart::PhiLandscape(&landscape).describe(&[], &light());
    assert!(words.contains("It hardly varies: 29.0; least at"), "{words}");
    landscape.field.values.fill(Some(29.0));
    let words = SampledChart::PhiLandscape(&landscape).describe(&[], &light());
    assert!(words.contains("flat: 29.0 throughout, φ task changes nothing here"), "{words}");
}
