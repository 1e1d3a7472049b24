//! Where there is no sign, or nothing that varies, the charts of a problem say so instead of judging.

use crate::support::world::*;
use crate::support::*;
use auxilearn_lab::chart::{ChartKind, SampledChart, Theme, View};
use auxilearn_lab::experiment::presets;
use auxilearn_lab::sampled::{CutShort, Estimate, NothingKnown, Plane, Spectrum};
use auxilearn_lab::study::CutShortRequest;
use auxilearn_lab::trace::QuantityKind;
use serde_json::json;

const WIDE: (u32, u32) = (1000, 420);

/// W and φ of a lane's last row.
fn end(world: &World, lane: usize) -> (Vec<f64>, Vec<f64>) {
    let trace = world.runs[lane].trace();
    let all = |kind| (0..).map_while(|i| trace.last(kind, i)).collect::<Vec<f64>>();
    (all(QuantityKind::W), all(QuantityKind::Phi))
}

fn spectrum(world: &mut World, lane: usize) -> Spectrum {
    let (w, phi) = end(world, lane);
    world.study.spectrum(&w, &phi).expect("a spectrum")
}

fn cut_short(world: &mut World, phi: &[f64]) -> CutShort {
    let request = CutShortRequest { phi, w: None, lane: None, setting: None, most: None };
    world.study.cut_short(&request).expect("an answer")
}

fn turned(world: &mut World, turn: f64) -> Plane {
    let mut plane = world.plane(&[0.0], None);
    plane.dissection.as_mut().expect("signs").turn = turn;
    plane
}

#[test]
fn a_run_that_has_converged_has_alignments_without_a_sign() {
    for (id, lane) in [("penguins", 1), ("one-dimension", 1), ("aux-set-train", 1), ("outliers", 0)] {
        let mut world = World::preset(id);
        let spectrum = spectrum(&mut world, lane);
        let exact: Vec<f64> = (0..spectrum.tasks.len()).filter_map(|k| spectrum.exact(k)).collect();
        assert_eq!(exact.len(), spectrum.tasks.len(), "{id}: H is regular");
        assert_eq!(spectrum.nothing_known(), Some(NothingKnown::Zero), "{id}: {exact:?}");
        let setting = spectrum.usual_setting();
        assert_eq!((spectrum.phase(&setting), spectrum.sign_agrees(0, &setting)), (None, None), "{id}");
    }
    for (id, lane) in [("noisy-main", 1), ("sign-flip", 0), ("ridge", 0), ("many-copies", 0)] {
        let mut world = World::preset(id);
        let spectrum = spectrum(&mut world, lane);
        let known = (0..spectrum.tasks.len()).filter(|&k| spectrum.known(k).is_some()).count();
        assert_eq!(known, spectrum.tasks.len(), "{id}: small is not zero");
    }
}

#[test]
fn the_neumann_lab_says_why_its_panels_are_empty() {
    let mut world = World::preset("penguins");
    let spectrum = spectrum(&mut world, 1);
    let chart = SampledChart::Neumann(&spectrum, spectrum.usual_setting());
    let recording = record_sampled(&chart, WIDE, &[], &light());
    let [_, error, map] = recording.drawn.planes[..] else { panic!("three plots") };
    let labels = recording.labels();
    for plot in [error, map] {
        let inside = |l: &&Label| l.left > f64::from(plot.left) && l.right < f64::from(plot.right);
        let said = labels.iter().filter(inside).any(|l| l.text.starts_with("every a is numerically zero"));
        assert!(said, "{labels:?}");
    }
    assert!(recording.text("singular").is_none() && recording.text("right sign, far").is_none());
    let words = chart.describe(&[], &light());
    assert!(words.contains("exact numerically zero, there is no sign to compare with"), "{words}");
    assert!(!words.contains("the sign agrees") && !words.contains("Good from"), "{words}");
}

#[test]
fn a_hessian_without_inverse_is_still_told_from_an_alignment_of_zero() {
    let flat = || json!({"centre": [0, 0], "curvature": [1, 0]});
    let mut world = quadratic(flat(), flat(), json!({"centre": [1, 1]}));
    let spectrum = world.study.spectrum(&[1.0, 1.0], &[1.0]).expect("a spectrum");
    assert_eq!(spectrum.nothing_known(), Some(NothingKnown::Singular));
    let chart = SampledChart::Neumann(&spectrum, spectrum.usual_setting());
    let recording = record_sampled(&chart, WIDE, &[], &light());
    let error = recording.drawn.planes[1];
    let said = |l: &Label| l.text.starts_with("H is singular") && l.left > f64::from(error.left);
    assert!(recording.labels().iter().any(said));
}

#[test]
fn a_true_gradient_of_zero_has_no_wrong_sign() {
    // The held-out optimum is that of the main task: at φ = 0 the derivative is 0, and what the difference gives
    // is its own truncation.
    let auxiliary = json!({"centre": [1, 1]});
    let main = json!({"centre": [0, 0], "curvature": [1, 4]});
    let mut world = quadratic(main, auxiliary, json!({"centre": [0, 0]}));
    let found = cut_short(&mut world, &[0.0]);
    let truth = found.truth.as_ref().expect("a best response")[0];
    assert!(truth != 0.0 && truth.abs() <= found.noise[0], "{truth:e} within {:e}", found.noise[0]);
    assert!(found.noise[0] < 1e-8, "no more than it must be: {:e}", found.noise[0]);
    assert_eq!(
        (found.shown(0, truth), found.shown(0, 1e-3)),
        (0.0, 1e-3),
        "only what is zero is shown as zero"
    );
    for (cut, of) in found.cuts.iter().flat_map(|cut| Estimate::ALL.map(|of| (cut, of))) {
        assert_eq!((found.sign_is_right(cut, of, 0), found.cosine(cut, of)), (None, None));
    }
    let words = SampledChart::CutShort(&found).describe(&[], &light());
    assert!(words.contains("numerically zero here") && !words.contains("wrong"), "{words}");
}

#[test]
fn a_converged_lane_has_no_share_of_right_signs() {
    for id in ["one-dimension", "penguins"] {
        let mut world = World::preset(id);
        let (_, phi) = end(&world, 1);
        let found = cut_short(&mut world, &phi);
        assert_eq!(found.known(), None, "{id}: {:?} within {:?}", found.truth, found.noise);
        let recording = record_sampled(&SampledChart::CutShort(&found), (960, 534), &[], &light());
        assert!(recording.text("numerically zero here").is_some() && recording.text("0 %").is_none(), "{id}");
    }
}

#[test]
fn staleness_that_is_exactly_zero_is_told_not_left_blank() {
    // In one dimension a step of 1/λ may hit the minimum to the last bit.
    let mut found = cut_short(&mut World::preset("one-dimension"), &[1.0, 1.0]);
    let staleness = [2.0, 1.0].into_iter().chain(std::iter::repeat(0.0));
    found.cuts.iter_mut().zip(staleness).for_each(|(cut, staleness)| cut.staleness = staleness);
    let from = found.cuts[2].steps;
    let recording = record_sampled(&SampledChart::CutShort(&found), (960, 534), &[], &light());
    let plot = recording.drawn.planes[4];
    let said = recording.text("exactly 0 from ").expect("words");
    assert!(said.text.contains(&from.to_string()), "{}", said.text);
    assert!(said.left > f64::from(plot.left) && said.at.1 > plot.top && said.at.1 < plot.bottom);
}

#[test]
fn a_flat_landscape_says_that_nothing_varies() {
    let mut world = World::preset("monotone");
    let (_, phi) = end(&world, 0);
    let landscape = world.landscape(&phi, (0, Some(1)));
    assert!(landscape.level().is_some());
    let chart = SampledChart::PhiLandscape(&landscape);
    for size in [(900, 500), (340, 300)] {
        let recording = record_sampled(&chart, size, &[], &light());
        assert!(recording.text("flat: ").is_some(), "{size:?}");
        assert!(recording.text("least of the grid").is_none(), "{size:?}");
    }
    let words = chart.describe(&[], &light());
    assert!(words.contains("throughout") && !words.contains("least at"), "{words}");
    assert_eq!(World::preset("noisy-main").landscape(&[1.0, 1.0], (0, Some(1))).level(), None);
}

#[test]
fn each_turn_of_the_picture_says_what_is_true_of_it() {
    // Oracle 3: the plain cosine says grow, the implicit sign shrink.
    let mut world = World::preset("sign-flip");
    let at = |plane: &Plane| record_sampled(&SampledChart::WPlane(plane), (900, 600), &[], &light());
    let plain = at(&turned(&mut world, 0.0));
    assert!(plain.text("∇ℓ task: plain cosine: grows").is_some(), "{:?}", plain.labels());
    assert!(plain.text("plain cosine says that the weight grows").is_some(), "{:?}", plain.labels());
    assert!(plain.text("∇ℓ task: shrinks").is_none());
    let between = at(&turned(&mut world, 0.5));
    assert!(between.labels().iter().any(|l| l.text == "∇ℓ task"), "no verdict: {:?}", between.labels());
    assert!(between.text("no verdict").is_some(), "{:?}", between.labels());
    let implicit = at(&turned(&mut world, 1.0));
    assert!(
        implicit.text("∇ℓ task: shrinks").is_some() && implicit.text("this side: the weight grows").is_some()
    );
}

#[test]
fn the_plane_is_described_where_the_cursor_is() {
    let mut world = World::preset("noisy-main");
    let plane = world.plane(&[1.0, 1.0], None);
    let lanes = world.lanes();
    let chart = SampledChart::WPlane(&plane);
    let there = chart.describe(&lanes, &View { cursor: Some(0.0), ..light() });
    assert!(there.contains("AuxiLearn at step 0 is at (0, 0).") && !there.contains("ends at"), "{there}");
    assert!(chart.describe(&lanes, &light()).contains("AuxiLearn ends at (1.1"));
}

#[test]
fn of_more_than_two_parameters_every_width_says_that_it_is_a_plane_of_them() {
    for (id, n) in [("penguins", 3), ("noisy-labels", 5), ("sign-flip", 2)] {
        let mut world = World::preset(id);
        let phi = world.study.start().1.to_vec();
        let plane = world.plane(&phi, None);
        for width in [1280, 700, 340, 300] {
            let recording = record_sampled(&SampledChart::WPlane(&plane), (width, 420), &[], &light());
            let said = recording.text(&format!("R^{n}")).is_some() || recording.drawn.planes.is_empty();
            assert!(width < 700 || !recording.drawn.planes.is_empty(), "{id} at {width}");
            assert_eq!(said, n > 2, "{id} at {width}: {:?}", recording.labels());
        }
    }
}

#[test]
fn a_narrow_badge_names_the_task_and_narrow_signs_keep_the_true_column() {
    let mut world = World::preset("sign-flip");
    let plane = world.plane(&[0.0], None);
    let recording = record_sampled(&SampledChart::WPlane(&plane), (320, 420), &[], &light());
    let badge = recording.text("disagree").or_else(|| recording.text("cosine says")).expect("a badge");
    assert!(badge.text.contains("task"), "{}", badge.text);
    let found = cut_short(&mut world, &[0.0]);
    let recording = record_sampled(&SampledChart::CutShort(&found), (300, 1150), &[], &light());
    assert!(recording.labels().iter().any(|l| l.text == "true"), "{:?}", recording.labels());
}

#[test]
fn labels_leave_the_arrows_to_be_seen() {
    let mut world = World::preset("sign-flip");
    let plane = world.plane(&[0.0], None);
    let recording = record_sampled(&SampledChart::WPlane(&plane), (900, 600), &[], &light());
    let map = recording.drawn.planes[0];
    let at = map.pixel_of(plane.dissection.as_ref().expect("signs").at);
    let shafts = recording.paths(Theme::LIGHT.task(0));
    let reach = |p: &[(i32, i32)]| f64::from(p[1].0 - p[0].0).hypot(f64::from(p[1].1 - p[0].1));
    let shaft = shafts.iter().max_by(|a, b| reach(a.0).total_cmp(&reach(b.0))).expect("an arrow").0;
    assert!(near(shaft[0], at, 1.5), "from W");
    for i in 1..20 {
        let on = |a: i32, b: i32| f64::from(a) + f64::from(b - a) * f64::from(i) / 20.0;
        let (x, y) = (on(shaft[0].0, shaft[1].0), on(shaft[0].1, shaft[1].1));
        let covers = |l: &&Label| l.left - 2.0 < x && x < l.right + 2.0 && l.top < y && y < l.bottom;
        assert!(recording.labels().iter().find(covers).is_none(), "{x}, {y}");
    }
}

#[test]
fn what_is_to_be_ticked_for_the_trust_view_is_called_as_on_the_page() {
    let catalogue = include_str!("../../www/catalogue.json");
    let page = include_str!("../../index.html");
    let recording = record(ChartKind::Trust, (1200, 200), &first_screen(), &light());
    let said = recording.labels().into_iter().next().expect("words").text;
    let quoted: Vec<&str> = said.split(['“', '”']).skip(1).step_by(2).collect();
    let [panel, box_name] = quoted[..] else { panic!("{said}") };
    assert!(page.contains(&format!("<summary>{panel}</summary>")), "{panel}");
    assert!(catalogue.contains(&format!("\"diagnostics\": \"{box_name}\"")), "{box_name}");
}

#[test]
fn no_preset_is_described_with_symbols_for_losses() {
    for preset in presets::all() {
        let mut world = World::new(preset.document);
        let spectrum = spectrum(&mut world, 0);
        let (_, phi) = end(&world, 0);
        let plane = world.plane(&phi, None);
        let lanes = world.lanes();
        let setting = spectrum.usual_setting();
        for chart in [SampledChart::WPlane(&plane), SampledChart::Neumann(&spectrum, setting)] {
            let words = chart.describe(&lanes, &light());
            for symbol in ["∇", "L_A", "L_T", "λ_max", "f_J", "cos_H", "⁻¹⁹⁴"] {
                assert!(!words.contains(symbol), "{}: {symbol} in {words}", preset.id);
            }
        }
    }
}

#[test]
fn signs_too_near_zero_neither_agree_nor_disagree() {
    let mut world = World::preset("noisy-main");
    let mut plane = world.plane(&[1.0, 1.0], None);
    let said = |plane: &Plane| {
        let chart = SampledChart::WPlane(plane);
        let recording = record_sampled(&chart, (420, 500), &[], &light());
        let verdict = ["agree", "no clear sign"].map(|words| recording.text(words).is_some());
        (verdict, chart.describe(&[], &light()))
    };
    let (verdict, words) = said(&plane);
    assert!(verdict == [true, false] && !words.contains("no clear sign"), "{words}");
    let task = &mut plane.dissection.as_mut().expect("signs").tasks[1];
    (task.alignment, task.cos_h, task.cosine) = (Some(-0.005), Some(-0.005), Some(0.005));
    let name = task.name.clone();
    let (verdict, words) = said(&plane);
    assert_eq!(verdict, [false, true]);
    assert!(words.contains(&format!("There is no clear sign for {name}.")), "{words}");
    assert!(!words.contains("agree"), "{words}");
}
