//! The Neumann lab: what is drawn where.

use crate::support::world::*;
use crate::support::*;
use auxilearn_lab::chart::{SampledChart, Theme};
use auxilearn_lab::sampled::{NeumannSetting, Spectrum};

const ORACLE_3: NeumannSetting = NeumannSetting { terms: 3, alpha: 0.1, damping: 0.0, official: false };

fn spectrum() -> Spectrum {
    World::preset("sign-flip").study.spectrum(&[0.0, 0.0], &[0.0]).expect("a spectrum")
}

#[test]
fn the_neumann_lab_has_three_plots_and_the_present_setting_on_its_map() {
    let spectrum = spectrum();
    let recording = record_sampled(&SampledChart::Neumann(&spectrum, ORACLE_3), (960, 320), &[], &light());
    let [filter, error, map] = recording.drawn.planes[..] else { panic!("three plots") };
    assert!(filter.right < error.left && error.right < map.left);
    let inks = dots(&recording, Theme::LIGHT.ink);
    assert!(inks.iter().any(|&dot| near(dot, map.pixel_of((3.0, 0.1)), 1.0)), "the setting");
    // f_3(1) = 1 - 0.9⁴ and f_3(10) = 1/10.
    for (eigenvalue, value) in [(1.0, 0.3439), (10.0, 0.1)] {
        let at = filter.pixel_of((eigenvalue, value));
        assert!(inks.iter().any(|&dot| near(dot, at, 1.0)), "f_3({eigenvalue}) at {at:?}");
    }
    let (terms, alpha) =
        recording.drawn.value_at(map.pixel_of((7.0, 0.05)).0, map.pixel_of((7.0, 0.05)).1).unwrap().1;
    assert!((terms - 7.0).abs() < 1e-9 && (alpha - 0.05).abs() < 1e-9, "dragging reads {terms}, {alpha}");
}

#[test]
fn crosses_stand_where_the_sign_is_wrong() {
    let spectrum = spectrum();
    let recording = record_sampled(&SampledChart::Neumann(&spectrum, ORACLE_3), (960, 320), &[], &light());
    let error = recording.drawn.planes[1];
    let strokes: Vec<_> =
        recording.paths(Theme::LIGHT.task(0)).into_iter().filter(|p| p.0.len() == 2).collect();
    let middles: Vec<(i32, i32)> =
        strokes.iter().map(|(p, _)| ((p[0].0 + p[1].0) / 2, (p[0].1 + p[1].1) / 2)).collect();
    let crossed = |terms: usize| {
        let e = spectrum.relative_error(0, &NeumannSetting { terms, ..ORACLE_3 }).unwrap();
        let at = error.pixel_of((terms as f64, e));
        middles.iter().filter(|&&m| near(m, at, 1.5)).count() == 2
    };
    assert_eq!([0, 1, 2, 3].map(crossed), [true, true, false, false]);
}

#[test]
fn divergence_is_said_loudly_and_its_cause_is_named() {
    let spectrum = spectrum();
    let loud = |spectrum: &Spectrum, setting: NeumannSetting| {
        let recording = record_sampled(&SampledChart::Neumann(spectrum, setting), (960, 340), &[], &light());
        let badge = recording.text("the series diverges")?;
        let on_ink =
            recording.rects(Theme::LIGHT.ink).iter().any(|r| r.0.1 < badge.at.1 && r.1.1 > badge.at.1);
        on_ink.then_some(badge.text)
    };
    assert_eq!(loud(&spectrum, ORACLE_3), None);
    let words = loud(&spectrum, NeumannSetting { alpha: 0.2, ..ORACLE_3 }).expect("a badge");
    assert!(words.starts_with("α = 0.20 is not below 2/λ_max = 0.20"), "{words}");
    let negative = Spectrum { eigenvalues: vec![-0.5, 10.0], ..spectrum };
    let words = loud(&negative, ORACLE_3).expect("a badge");
    assert!(
        words.contains("negative eigenvalue, λ = −0.50") && words.contains("damping above 0.50"),
        "{words}"
    );
    assert_eq!(loud(&negative, NeumannSetting { damping: 0.6, ..ORACLE_3 }), None);
}

#[test]
fn of_many_tasks_the_worst_error_is_drawn() {
    let mut spectrum = spectrum();
    let task = spectrum.tasks[0].clone();
    spectrum.tasks = vec![task; 5];
    spectrum.tasks[4].gradient[0] *= 0.9;
    let recording = record_sampled(&SampledChart::Neumann(&spectrum, ORACLE_3), (960, 320), &[], &light());
    assert!(recording.text("worst of 5").is_some());
    let error = recording.drawn.planes[1];
    let worst = (0..5).filter_map(|k| spectrum.relative_error(k, &ORACLE_3)).fold(0.0, f64::max);
    let at = error.pixel_of((3.0, worst));
    assert!(dots(&recording, Theme::LIGHT.ink).iter().any(|&dot| near(dot, at, 1.0)), "{worst} at {at:?}");
}

#[test]
fn all_four_classes_are_named_on_the_map() {
    let spectrum = spectrum();
    let setting = NeumannSetting { terms: 20, ..ORACLE_3 };
    let recording = record_sampled(&SampledChart::Neumann(&spectrum, setting), (1100, 360), &[], &light());
    let map = recording.drawn.planes[2];
    for word in ["diverges", "wrong sign", "right sign, far in size", "good"] {
        let here = |l: &Label| l.text == word && l.left > f64::from(map.left);
        assert!(recording.labels().iter().any(here), "{word}");
    }
}

#[test]
fn the_neumann_lab_tells_its_numbers() {
    assert_eq!(
        SampledChart::Neumann(&spectrum(), ORACLE_3).describe(&[], &light()),
        "The truncated Neumann series: J = 3, α = 0.10 · 2 eigenvalues from 1.00 to 10.0 · right sign, far in \
         size. task: estimate −0.14, exact −0.80, the sign agrees. Good from J = 23 on."
    );
}

#[test]
fn names_of_the_curves_cover_no_dot() {
    let spectrum = spectrum();
    for width in [320, 328, 336, 344, 360, 420] {
        for terms in [0, 1, 2, 3, 6, 9, 20] {
            let setting = NeumannSetting { terms, ..ORACLE_3 };
            let chart = SampledChart::Neumann(&spectrum, setting);
            let recording = record_sampled(&chart, (width, 812), &[], &light());
            let filter = recording.drawn.planes[0];
            let dots: Vec<_> = spectrum
                .eigenvalues
                .iter()
                .flat_map(|&l| [1.0 / l, setting.filter(l)].map(|value| filter.pixel_of((l, value))))
                .collect();
            let names = ["1/λ".to_owned(), format!("f_J, J = {terms}")];
            let labels = recording.labels();
            let named: Vec<_> = labels.iter().filter(|label| names.contains(&label.text)).collect();
            assert_eq!(named.len(), 2, "{width} px, J = {terms}");
            for (label, &(x, y)) in named.iter().flat_map(|label| dots.iter().map(move |dot| (label, dot))) {
                let covered = label.left <= x && x <= label.right && label.top <= y && y <= label.bottom;
                assert!(!covered, "{} at {width} px, J = {terms}", label.text);
            }
        }
    }
}
