//! The chart of the inner loop cut short: what is drawn where.

use crate::support::*;
use auxilearn_lab::chart::{Rgb, SampledChart, Theme, View};
use auxilearn_lab::experiment::{Experiment, presets};
use auxilearn_lab::sampled::{Cut, CutShort, Estimate, NeumannSetting};
use auxilearn_lab::study::{CutShortRequest, Study};

const SIZE: (u32, u32) = (960, 534);

fn of(id: &str, phi: Option<&[f64]>) -> CutShort {
    let preset = presets::all().iter().find(|preset| preset.id == id).expect("a preset");
    let mut study = Study::of(&Experiment::from_json(preset.document).expect("valid")).expect("a study");
    let start = study.start().1.to_vec();
    let request =
        CutShortRequest { phi: phi.unwrap_or(&start), w: None, lane: None, setting: None, most: None };
    study.cut_short(&request).expect("an answer")
}

fn drawn(found: &CutShort) -> Recording {
    record_sampled(&SampledChart::CutShort(found), SIZE, &[], &light())
}

/// Two weights whose truth is (-1, 2): the exact estimate is right from 2 steps on, the others are not.
fn two() -> CutShort {
    let cut = |steps: u64, exact: [f64; 2]| Cut {
        steps,
        staleness: 8.0 / (steps + 1) as f64,
        exact: Some(exact.to_vec()),
        approximate: Some(vec![-0.5, -1.0]),
        unrolled: Some(vec![0.0, 0.0]),
    };
    CutShort {
        names: vec!["helpful".to_owned(), "harmful".to_owned()],
        phi: vec![1.0, 1.0],
        lane: 0,
        rate: 0.1,
        own_rate: true,
        own_steps: Some(4),
        setting: NeumannSetting { terms: 3, alpha: 0.1, damping: 0.0, official: false },
        truth: Some(vec![-1.0, 2.0]),
        noise: vec![1e-9; 2],
        cuts: vec![cut(0, [1.0, -1.0]), cut(1, [-1.0, -0.5]), cut(2, [-1.0, 1.0]), cut(4, [-1.0, 2.0])],
        overflow: None,
        unfinished: false,
    }
}

#[test]
fn each_estimate_is_where_its_value_is() {
    let found = two();
    let recording = drawn(&found);
    let [values, _, cosine, size, staleness] = recording.drawn.planes[..] else { panic!("five panels") };
    for cut in &found.cuts {
        let steps = cut.steps as f64;
        for k in 0..2 {
            let at = values.pixel_of((steps, cut.exact.as_ref().unwrap()[k]));
            let marks = dots(&recording, Theme::LIGHT.task(k));
            assert!(marks.iter().any(|&dot| near(dot, at, 1.5)), "weight {k} after {steps} steps at {at:?}");
        }
        let ink = dots(&recording, Theme::LIGHT.ink);
        let expected = [
            (cosine, found.cosine(cut, Estimate::Exact).unwrap()),
            (size, found.ratio(cut, Estimate::Exact).unwrap()),
            (staleness, cut.staleness),
        ];
        for (plane, value) in expected {
            let at = plane.pixel_of((steps, value));
            assert!(ink.iter().any(|&dot| near(dot, at, 1.5)), "{value} after {steps} steps at {at:?}");
        }
    }
}

#[test]
fn the_truth_is_a_level_line_with_the_name_and_the_value_at_its_end() {
    let found = two();
    let recording = drawn(&found);
    let values = recording.drawn.planes[0];
    for (k, (name, truth)) in [("helpful −1.00", -1.0), ("harmful 2.00", 2.0)].into_iter().enumerate() {
        let y = values.pixel_of((0.0, truth)).1;
        let level = |points: &[(i32, i32)]| {
            points.len() == 2
                && points.iter().all(|p| (f64::from(p.1) - y).abs() <= 1.0)
                && (points[0].0, points[1].0) == (values.left, values.right)
        };
        assert!(recording.paths(Theme::LIGHT.task(k)).iter().any(|(points, _)| level(points)), "{name}");
        let label = recording.text(name).expect("a name");
        assert!(label.left > f64::from(values.right) && (f64::from(label.at.1) - y).abs() < 20.0);
    }
}

#[test]
fn arrows_point_where_the_weight_would_go_and_wrong_ones_stand_on_hatched_ground() {
    let recording = drawn(&two());
    let panel = recording.drawn.planes[1];
    let row = |r: f64| panel.pixel_of((0.0, 6.0 - r - 0.5)).1;
    let arrows = |rgb: Rgb, y: f64| {
        let of = (rgb.0, rgb.1, rgb.2);
        let inside = |points: &Vec<(i32, i32)>| points.iter().all(|p| (f64::from(p.1) - y).abs() < 10.0);
        let calls = recording.calls.iter();
        calls.filter(|c| matches!(c, Call::Polygon { points, rgb } if *rgb == of && inside(points))).count()
    };
    let (grows, shrinks) = (Theme::LIGHT.grows, Theme::LIGHT.shrinks);
    // The last of each row is the true one: helpful grows, harmful shrinks.
    assert_eq!((arrows(grows, row(0.0)), arrows(shrinks, row(0.0))), (4, 1), "helpful, exact");
    assert_eq!((arrows(grows, row(1.0)), arrows(shrinks, row(1.0))), (5, 0), "helpful, Neumann");
    assert_eq!((arrows(grows, row(2.0)), arrows(shrinks, row(2.0))), (1, 0), "helpful, unrolled: no sign");
    assert_eq!((arrows(grows, row(3.0)), arrows(shrinks, row(3.0))), (2, 3), "harmful, exact");
    assert_eq!((arrows(grows, row(4.0)), arrows(shrinks, row(4.0))), (4, 1), "harmful, Neumann");
    let hatched = |y: f64| {
        let on = |points: &[(i32, i32)]| points.iter().all(|p| (f64::from(p.1) - y).abs() < 12.0);
        recording.paths(Theme::LIGHT.zero).iter().any(|(points, _)| on(points))
    };
    assert_eq!(
        [0.0, 1.0, 2.0, 3.0, 4.0, 5.0].map(|r| hatched(row(r))),
        [true, false, true, true, true, true]
    );
}

#[test]
fn the_words_say_from_when_on_it_is_right() {
    let found = two();
    let recording = drawn(&found);
    for line in [
        "Exact H⁻¹: from 2 inner steps on every sign is right, cosine 0.99 from 4 on",
        "Neumann, J = 3, α = 0.10: 50 % of the signs are right at the end, cosine −0.60 at the end",
        "Unrolled through the steps: 0 % of the signs are right at the end",
    ] {
        assert!(recording.text(line).is_some(), "{line}: {:?}", recording.labels());
    }
    let words = SampledChart::CutShort(&found).describe(&[], &light());
    assert_eq!(
        words,
        "The hypergradient (derivative of the held-out loss by φ) where the inner loop is cut short: gradient \
         descent at rate 0.10. Exact inverse Hessian: \
         from 2 inner steps on every sign is right, cosine 0.99 from 4 on. Neumann, J = 3, α = 0.10: 50 % of the \
         signs are right at the end, cosine −0.60 at the end. Unrolled through the steps: 0 % of the signs are \
         right at the end. True, by finite differences: helpful −1.00 and harmful 2.00. Staleness, the size of the gradient of the training loss: 8.00 at \
         the start, 1.60 after 4 inner steps."
    );
}

#[test]
fn each_estimate_has_its_pattern_before_its_name() {
    let recording = drawn(&two());
    for (name, pieces) in [("Exact H⁻¹", 1), ("Neumann, J = 3", 3), ("Unrolled", 6)] {
        let label = recording.text(name).expect("a name");
        let before =
            |points: &[(i32, i32)]| points.iter().all(|p| p.1 == label.at.1 && f64::from(p.0) < label.left);
        let count = recording.paths(Theme::LIGHT.ink).iter().filter(|(points, _)| before(points)).count();
        assert_eq!(count, pieces, "{name}");
    }
}

#[test]
fn the_steps_that_the_lane_takes_are_marked() {
    let recording = drawn(&two());
    let values = recording.drawn.planes[0];
    let x = values.pixel_of((4.0, 0.0)).0;
    let posts = recording.rects(Theme::LIGHT.cursor);
    assert!(posts.iter().any(|(from, to)| (f64::from(from.0) - x).abs() < 2.0 && to.1 - from.1 > 100));
    assert!(recording.text("line: the lane takes 4").is_some());
}

#[test]
fn zero_steps_have_a_place_and_doubling_is_as_far_everywhere() {
    let found = of("noisy-main", None);
    let values = drawn(&found).drawn.planes[0];
    let x = |steps: f64| values.pixel_of((steps, 0.0)).0;
    assert_eq!(x(0.0), f64::from(values.left));
    let (first, last) = (x(16.0) - x(8.0), x(64.0) - x(32.0));
    assert!(first > 20.0 && (first / last - 1.0).abs() < 0.02, "{first} {last}");
}

#[test]
fn what_cannot_be_compared_is_said_loudly() {
    let loud = |found: &CutShort, words: &str| {
        let recording = drawn(found);
        assert_tidy(words, &recording);
        let badge = recording.text(words).unwrap_or_else(|| panic!("{words}: {:?}", recording.labels()));
        let ground = recording.rects(Theme::LIGHT.ink);
        assert!(ground.iter().any(|(from, to)| from.1 < badge.at.1 && to.1 > badge.at.1), "{words}");
        let told = SampledChart::CutShort(found).describe(&[], &light());
        let spoken = words.replace("‖∇L_T‖", "size of the gradient of the training loss");
        assert!(told.contains(&spoken), "{told}");
        recording
    };
    let diverged = CutShort { overflow: Some(8), rate: 3.0, ..two() };
    loud(&diverged, "The inner loop diverges at rate 3.00: no finite W after 8 inner steps");
    let lost = CutShort { truth: None, noise: Vec::new(), ..two() };
    let recording = loud(&lost, "This φ has no unique best response");
    let none = recording.labels().into_iter().filter(|l| l.text == "nothing true to compare with").count();
    assert_eq!(none, 2, "cosine and size");
    loud(
        &CutShort { truth: Some(vec![0.0, 1e-12]), ..two() },
        "The true hypergradient is numerically zero here",
    );
    let mut away = two();
    away.cuts.iter_mut().for_each(|cut| cut.staleness = (cut.steps + 1) as f64);
    loud(&away, "The inner loop moves away: ‖∇L_T‖ grows from 1.00 to 5.00 in 4 inner steps");
    let mut restless = two();
    restless.cuts[1].staleness = 0.01;
    loud(
        &restless,
        "The inner loop does not come to rest: ‖∇L_T‖ is 1.60 after 4 inner steps and was 0.010 before",
    );
    restless.cuts[1].staleness = 0.9;
    assert!(drawn(&restless).text("does not come to rest").is_none(), "1.8 times is not by far");
}

#[test]
fn a_rate_of_the_curvature_says_where_that_is_taken() {
    let found = CutShort { own_rate: false, ..two() };
    let words = "radient descent at rate 0.10, 1/λ_max at the start, as the lane has none";
    assert!(drawn(&found).text(words).is_some());
}

#[test]
fn a_singular_hessian_and_overflowing_estimates_leave_gaps_not_numbers() {
    let mut found = two();
    found.cuts.iter_mut().for_each(|cut| (cut.exact, cut.approximate) = (None, None));
    let recording = drawn(&found);
    assert_tidy("gaps", &recording);
    assert!(recording.text("Exact H⁻¹: H is singular, there is none at the end").is_some());
    assert!(recording.text("α = 0.10: not a finite number at the end").is_some());
    let mut huge = two();
    huge.cuts[3].exact = Some(vec![-1e200, 1e200]);
    huge.cuts[2].unrolled = Some(vec![1e308, -1e308]);
    assert_tidy("huge", &drawn(&huge));
    let nothing = CutShort { cuts: Vec::new(), overflow: Some(0), ..two() };
    assert!(drawn(&nothing).text("The losses overflow before the first inner step").is_some());
}

#[test]
fn one_weight_is_told_by_its_sign_and_its_size() {
    let found = of("sign-flip", Some(&[0.0]));
    let recording = drawn(&found);
    assert!(recording.text("Cosine: 1 right sign, −1 wrong").is_some());
    let words = SampledChart::CutShort(&found).describe(&[], &light());
    assert!(words.contains("the sign is right") && words.contains("of the true size"), "{words}");
    assert!(words.contains("the sign is wrong at the end"), "oracle 3, few terms: {words}");
}

#[test]
fn of_many_weights_the_error_and_the_share_of_right_signs_are_drawn() {
    let found = of("noisy-labels", None);
    let recording = drawn(&found);
    assert!(recording.text("Error of dL_A/dφ over all 60 weights").is_some());
    assert!(recording.text("Share of right signs").is_some());
    let ink = dots(&recording, Theme::LIGHT.ink);
    for (plane, read) in
        [(0, CutShort::relative_error as fn(&CutShort, &Cut, Estimate) -> _), (1, CutShort::right_signs)]
    {
        let value: f64 = read(&found, &found.cuts[1], Estimate::Exact).unwrap();
        let at = recording.drawn.planes[plane].pixel_of((1.0, value));
        assert!(ink.iter().any(|&dot| near(dot, at, 1.5)), "{value} at {at:?}");
    }
}

#[test]
fn every_preset_is_drawn_tidily_in_every_size() {
    for preset in presets::all() {
        let found = of(preset.id, None);
        let chart = SampledChart::CutShort(&found);
        for (css, ratio) in
            [((960, 534), 1.0), ((500, 740), 1.0), ((340, 1150), 2.0), ((60, 40), 1.0), ((340, 300), 1.0)]
        {
            let view = View { pixel_ratio: ratio, ..light() };
            assert_tidy(&format!("{} {css:?}", preset.id), &record_sampled(&chart, css, &[], &view));
        }
        let words = chart.describe(&[], &light());
        assert!(words.ends_with('.') && !words.contains("NaN") && !words.contains("inf"), "{words}");
    }
}
