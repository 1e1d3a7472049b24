//! The plane of W: what is drawn where.

use crate::support::world::*;
use crate::support::*;
use auxilearn_lab::chart::{SampledChart, Theme};
use auxilearn_lab::sampled::Plane;

const SIZE: (u32, u32) = (900, 600);

/// Oracle 3 at φ = 0, where W* is the main optimum.
fn flip() -> (World, Plane) {
    let mut world = World::preset("sign-flip");
    let plane = world.plane(&[0.0], None);
    (world, plane)
}

#[test]
fn every_optimum_is_marked_at_its_place_and_named() {
    let mut world = World::preset("noisy-main");
    let plane = world.plane(&[1.0, 1.0], None);
    let recording = record_sampled(&SampledChart::WPlane(&plane), SIZE, &[], &light());
    let map = recording.drawn.planes[0];
    for optimum in &plane.optima {
        let at = map.pixel_of(optimum.at);
        let marked = dots(&recording, Theme::LIGHT.background).iter().any(|&dot| near(dot, at, 1.0));
        assert!(marked, "{} has a halo at {at:?}", optimum.name);
        let name = if optimum.name == "held-out" { "held-out optimum" } else { &optimum.name };
        let label = recording.labels().into_iter().find(|label| label.text == name).expect("a name");
        let middle = (f64::from(label.at.0) - at.0).hypot(f64::from(label.at.1) - at.1);
        assert!(middle < 160.0, "{name} is {middle} pixels from its marker");
    }
    let response = map.pixel_of(plane.response.unwrap());
    assert!(dots(&recording, Theme::LIGHT.ink).iter().any(|&dot| near(dot, response, 1.0)));
    assert!(recording.text("W*").is_some());
}

#[test]
fn one_unit_is_as_long_in_both_directions_and_pixels_map_back() {
    let (_, plane) = flip();
    for css in [(900, 600), (400, 500), (700, 300)] {
        let recording = record_sampled(&SampledChart::WPlane(&plane), css, &[], &light());
        let map = recording.drawn.planes[0];
        let (origin, unit) = (map.pixel_of((0.0, 0.0)), map.pixel_of((1.0, 1.0)));
        assert!(((unit.0 - origin.0) - (origin.1 - unit.1)).abs() < 2.0, "{css:?}: {origin:?} {unit:?}");
        let back = map.value_at(map.pixel_of((0.25, -0.5)));
        assert!((back.0 - 0.25).abs() < 1e-9 && (back.1 + 0.5).abs() < 1e-9, "{back:?}");
        let (x, y) = map.pixel_of((0.25, -0.5));
        assert_eq!(recording.drawn.value_at(x, y).unwrap().0, 0);
        assert_eq!(recording.drawn.value_at(-5.0, y), None);
    }
}

#[test]
fn shades_end_on_ellipses_of_equal_training_loss() {
    let (_, plane) = flip();
    let recording = record_sampled(&SampledChart::WPlane(&plane), SIZE, &[], &light());
    let map = recording.drawn.planes[0];
    let (low, high) = plane.training.range().unwrap();
    // The innermost shade is the last of the eleven: L_T ≤ low + (high - low)/144.
    let shades: Vec<_> = polygons(&recording).into_iter().filter(|p| p.len() > 8).collect();
    let level = low + (high - low) / 144.0;
    let inner = shades.iter().min_by_key(|p| p.iter().map(|p| p.0).max()).unwrap();
    let pixel = plane.bounds.size().0 / f64::from(map.right - map.left);
    let (width, height) = (plane.bounds.size().0 / 63.0, plane.bounds.size().1 / 47.0);
    // Between nodes the loss is taken to be linear.
    let bent = (width * width + 10.0 * height * height) / 8.0;
    for &(x, y) in inner.iter() {
        let (w_1, w_2) = map.value_at((f64::from(x), f64::from(y)));
        let loss = 0.5 * (w_1 * w_1 + 10.0 * w_2 * w_2);
        let steepness = w_1.hypot(10.0 * w_2);
        assert!((loss - level).abs() < 1.5 * pixel * steepness + bent, "{loss}, not {level}, at {w_1} {w_2}");
    }
}

#[test]
fn lines_of_the_held_out_loss_are_circles_about_its_optimum() {
    let (_, plane) = flip();
    let recording = record_sampled(&SampledChart::WPlane(&plane), SIZE, &[], &light());
    let map = recording.drawn.planes[0];
    let (low, high) = plane.outer.range().unwrap();
    let radius = |i: f64| (2.0 * (low + (i / 8.0) * (i / 8.0) * (high - low))).sqrt();
    let radii: Vec<f64> = (1..=7).map(|i| radius(f64::from(i))).collect();
    let thin: Vec<_> = recording.paths(Theme::LIGHT.muted).into_iter().filter(|p| p.1 == 1).collect();
    assert!(thin.len() > 50, "dashes: {}", thin.len());
    let pixel = 1.5 * plane.bounds.size().0 / f64::from(map.right - map.left);
    for (points, _) in thin {
        let (x, y) = map.value_at((f64::from(points[0].0), f64::from(points[0].1)));
        let distance = (x + 1.0).hypot(y + 1.0);
        let off = radii.iter().map(|r| (r - distance).abs()).fold(f64::INFINITY, f64::min);
        assert!(off < pixel + 0.01, "a dash at distance {distance}, {off} off");
    }
}

#[test]
fn no_line_of_equal_loss_runs_along_the_edge() {
    for id in ["noisy-labels", "sign-flip", "noisy-main"] {
        let mut world = World::preset(id);
        let phi = world.study.start().1.to_vec();
        let plane = world.plane(&phi, None);
        let recording = record_sampled(&SampledChart::WPlane(&plane), SIZE, &[], &light());
        let map = recording.drawn.planes[0];
        for (points, _) in recording.paths(Theme::LIGHT.muted) {
            let on = |at: fn(&(i32, i32)) -> i32, edge: i32| points.iter().all(|p| at(p) == edge);
            let along = on(|p| p.1, map.top)
                || on(|p| p.1, map.bottom)
                || on(|p| p.0, map.left)
                || on(|p| p.0, map.right);
            let ends = (points[0], points[points.len() - 1]);
            let length = (ends.0.0 - ends.1.0).abs() + (ends.0.1 - ends.1.1).abs();
            // Where a line meets the edge a pixel or two may lie on it.
            assert!(!along || length < 3, "{id}: {points:?}");
        }
    }
}

#[test]
fn the_disagreement_of_signs_is_said_loudly_in_words() {
    let (_, plane) = flip();
    let recording = record_sampled(&SampledChart::WPlane(&plane), SIZE, &[], &light());
    let badge = recording.text("Signs disagree for task").expect("a badge");
    assert!(
        badge.text.contains("plain cosine 0.32 says grow") && badge.text.contains("a = −0.80 says shrink")
    );
    let dark = recording.rects(Theme::LIGHT.ink);
    assert!(
        dark.iter()
            .any(|(from, to)| f64::from(from.0) < badge.left && from.1 < badge.at.1 && to.1 > badge.at.1)
    );
    assert!(recording.text("∇ℓ task: shrinks").is_some());
    let words = SampledChart::WPlane(&plane).describe(&[], &light());
    assert!(words.contains("Plain cosine and implicit sign disagree for task."), "{words}");
}

#[test]
fn no_badge_where_the_signs_agree() {
    let mut world = World::preset("noisy-main");
    let plane = world.plane(&[1.0, 1.0], None);
    let recording = record_sampled(&SampledChart::WPlane(&plane), SIZE, &[], &light());
    assert!(recording.text("disagree").is_none());
    assert!(recording.text("helpful: grows").is_some() && recording.text("harmful: shrinks").is_some());
}

#[test]
fn the_half_plane_turns_from_the_gradient_to_the_newton_direction() {
    let (_, mut plane) = flip();
    // Slopes of the parting line in pixels: it is upright to g = (1, 1), then to H⁻¹g = (1, 0.1).
    for (turn, expected) in [(0.0, (1.0, 1.0)), (1.0, (1.0, 0.1))] {
        plane.dissection.as_mut().unwrap().turn = turn;
        let recording = record_sampled(&SampledChart::WPlane(&plane), SIZE, &[], &light());
        let paths = recording.paths(Theme::LIGHT.grows);
        let length = |p: &[(i32, i32)]| f64::from(p[1].0 - p[0].0).hypot(f64::from(p[1].1 - p[0].1));
        let line = paths.iter().max_by(|a, b| length(a.0).total_cmp(&length(b.0))).unwrap().0;
        let along = (f64::from(line[1].0 - line[0].0), -f64::from(line[1].1 - line[0].1));
        let across = along.0 * expected.0 + along.1 * expected.1;
        assert!(across.abs() < 0.01 * length(line) * f64::hypot(expected.0, expected.1), "{turn}: {along:?}");
    }
}

#[test]
fn a_path_ends_at_the_w_of_its_last_row() {
    let mut world = World::preset("noisy-main");
    let plane = world.plane(&[1.0, 1.0], None);
    let lanes = world.lanes();
    let recording = record_sampled(&SampledChart::WPlane(&plane), SIZE, &lanes, &light());
    let map = recording.drawn.planes[0];
    let w = |i| lanes[1].trace.last(auxilearn_lab::trace::QuantityKind::W, i).unwrap();
    let end = map.pixel_of((w(0), w(1)));
    let squares = recording.rects(Theme::LIGHT.ink);
    let middle = |(from, to): &((i32, i32), (i32, i32))| ((from.0 + to.0) / 2, (from.1 + to.1) / 2);
    assert!(squares.iter().any(|square| near(middle(square), end, 1.5)), "{end:?} in {squares:?}");
    assert!(recording.text("AuxiLearn").is_some() && recording.text("Joint descent").is_some());
}

#[test]
fn more_than_two_parameters_say_which_plane_is_shown() {
    let mut world = World::preset("drawn-quadratics");
    let phi = vec![1.0; world.names.len()];
    let plane = world.plane(&phi, None);
    let recording = record_sampled(&SampledChart::WPlane(&plane), SIZE, &world.lanes(), &light());
    assert!(recording.text("the plane through main task").is_some());
    assert!(recording.text("projected").is_some());
    assert!(recording.paths(Theme::LIGHT.grows).is_empty(), "a projection has no half-plane of signs");
}

#[test]
fn one_parameter_is_drawn_as_curves_over_a_line() {
    let mut world = World::preset("one-dimension");
    let plane = world.plane(&[1.0, 1.0], None);
    let recording = record_sampled(&SampledChart::WPlane(&plane), SIZE, &world.lanes(), &light());
    let map = recording.drawn.planes[0];
    // L_T(0) = ½(9 + 1 + 16) at W* = 0.
    let at = map.pixel_of((0.0, 13.0));
    assert!(dots(&recording, Theme::LIGHT.ink).iter().any(|&dot| near(dot, at, 1.5)), "W* at {at:?}");
    for name in ["training loss", "held-out loss", "W*", "main task"] {
        assert!(recording.text(name).is_some(), "{name}");
    }
}

#[test]
fn what_is_said_of_a_side_stands_wholly_on_it() {
    let (_, mut plane) = flip();
    for (turn, (x, y), words) in
        [(0.0, (1.0, 1.0), "plain cosine says that"), (1.0, (1.0, 0.1), "this side: the weight grows")]
    {
        plane.dissection.as_mut().unwrap().turn = turn;
        let recording = record_sampled(&SampledChart::WPlane(&plane), (900, 600), &[], &light());
        let from = recording.drawn.planes[0].pixel_of(plane.dissection.as_ref().unwrap().at);
        let label = recording.text(words).expect("a label");
        for across in [label.left, label.right] {
            for row in [label.at.1 - 5, label.at.1 + 5] {
                let side = x * (across - from.0) - y * (f64::from(row) - from.1);
                assert!(side > 0.0, "{words}: a corner at ({across}, {row}) is across the line");
            }
        }
    }
}
