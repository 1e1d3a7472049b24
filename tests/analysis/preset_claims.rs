//! What the descriptions of shipped experiments state, held against their runs.

use auxilearn_lab::experiment::{Experiment, presets};
use auxilearn_lab::run::Run;
use auxilearn_lab::trace::QuantityKind::{Alignment, LossTest, Phi};

fn finished(id: &str) -> Vec<Run> {
    let preset = presets::all().iter().find(|preset| preset.id == id).expect("a preset");
    let experiment = Experiment::from_json(preset.document).expect("a document");
    let mut runs = experiment.runs().expect("runs");
    for run in &mut runs {
        run.advance(experiment.steps());
    }
    runs
}

#[test]
fn many_copies_help_together_and_few_keep_a_weight() {
    let runs = finished("many-copies");
    let error = |lane: usize| runs[lane].trace().last(LossTest, 0).expect("a test error");
    let [auxilearn, main, equal] = [0, 1, 2].map(error);
    assert!((6.5..7.5).contains(&main), "{main}");
    assert!(auxilearn < 0.1 && equal < 0.1, "{auxilearn} {equal}");
    let kept: Vec<usize> =
        (0..20).filter(|&k| runs[0].trace().last(Phi, k).is_some_and(|phi| phi > 0.0)).collect();
    assert!(kept.len() <= 5 && kept.iter().all(|&k| k >= 5), "{kept:?}");
}

#[test]
fn a_series_sees_that_curvature_turns_the_sign_from_its_second_term_on() {
    let runs = finished("sign-flip");
    let first = |label: &str| {
        let run = runs.iter().find(|run| run.label() == label).expect("a lane");
        run.trace().series(Alignment, 0).expect("alignments")[1]
    };
    for label in ["Identity", "Neumann, 1 term"] {
        assert!(first(label) > 0.0, "{label}");
    }
    for label in ["Neumann, 2 terms", "Neumann, 3 terms", "Exact"] {
        assert!(first(label) < 0.0, "{label}");
    }
}
