//! Sentences, headings and bars letter for letter as the page's script made them, and its numbers.

use super::*;
use crate::status::StopReason;
use crate::trace::{ABSENT, Layout, QuantityKind};

/// Made by JavaScript's `toPrecision` and `toExponential`, with three digits and with five.
const NUMBERS: [(f64, &str, &str); 38] = [
    (0.0, "0", "0"),
    (-0.0, "0", "0"),
    (1.0, "1", "1"),
    (-1.0, "−1", "−1"),
    (0.125, "0.125", "0.125"),
    (1.005, "1", "1.005"),
    (1.255, "1.25", "1.255"),
    (0.1255, "0.126", "0.1255"),
    (2.675, "2.67", "2.675"),
    (99.95, "100", "99.95"),
    (9999.5, "10000", "9999.5"),
    (99949.999, "99900", "99950"),
    (99950.0, "100000", "99950"),
    (99999.99, "100000", "100000"),
    (1e5, "1.00e+5", "1.0000e+5"),
    (-1e5, "−1.00e+5", "−1.0000e+5"),
    (123456.0, "1.23e+5", "1.2346e+5"),
    (100500.0, "1.01e+5", "1.0050e+5"),
    (122500.0, "1.23e+5", "1.2250e+5"),
    (1e21, "1.00e+21", "1.0000e+21"),
    (1e23, "1.00e+23", "1.0000e+23"),
    (f64::MAX, "1.80e+308", "1.7977e+308"),
    (f64::MIN_POSITIVE, "2.23e−308", "2.2251e−308"),
    (5e-324, "4.94e−324", "4.9407e−324"),
    (7.0065e-46, "7.01e−46", "7.0065e−46"),
    (6.5e-7, "6.50e−7", "6.5000e−7"),
    (1.235e-5, "1.24e−5", "1.2350e−5"),
    (0.001, "0.001", "0.001"),
    (0.0009999, "1.00e−3", "9.9990e−4"),
    (0.0010005, "0.001", "0.0010005"),
    (-0.0213, "−0.0213", "−0.0213"),
    (12345.678, "12300", "12346"),
    (12350.0, "12400", "12350"),
    (12450.0, "12500", "12450"),
    (0.1 + 0.2, "0.3", "0.3"),
    (2.0 / 3.0, "0.667", "0.66667"),
    (3.70123, "3.7", "3.7012"),
    (1.0000000000000002, "1", "1"),
];

#[test]
fn numbers_are_those_of_javascript() {
    for (x, three, five) in NUMBERS {
        assert_eq!((number(x, 3).as_str(), number(x, 5).as_str()), (three, five), "{x:e}");
    }
    let rest = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(|x| number(x, 3));
    assert_eq!(rest, ["–", "∞", "−∞"]);
}

#[test]
fn digits_are_rounded_on_the_exact_value_and_halves_away_from_zero() {
    // Every odd multiple of a power of two that is half-way between two numbers of three digits.
    for (half, up) in [(1.125, "1.13"), (10.25, "10.3"), (100.5, "101"), (1125.0, "1130"), (1.375, "1.38")] {
        assert_eq!(number(half, 3), up);
        assert_eq!(number(-half, 3), format!("−{up}"));
        let below = f64::from_bits(half.to_bits() - 1);
        assert_ne!(number(below, 3), up, "{below} is below the half");
    }
}

/// A lane to be told of.
struct Told {
    label: &'static str,
    method: &'static str,
    status: RunStatus,
    trace: Trace,
}

/// A running lane with these rows of φ, all of the same error.
fn told(label: &'static str, method: &'static str, phi: &[&[f64]], error: f64) -> Told {
    let layout = Layout::new(1, phi[0].len());
    let mut trace = Trace::new(layout, phi.len() as u64);
    for (step, phi) in phi.iter().enumerate() {
        let mut row = vec![ABSENT; layout.width()];
        row[0] = step as f64;
        row[layout.range(QuantityKind::Phi)].copy_from_slice(phi);
        row[layout.range(QuantityKind::LossTest).start] = error;
        trace.push(&row);
    }
    Told { label, method, status: RunStatus::Running, trace }
}

impl Told {
    fn ended(self, reason: StopReason, step: u64) -> Self {
        Self { status: RunStatus::Stopped { reason, step }, ..self }
    }
}

/// Does something with the subject of some lanes; each was at two steps with an indefinite `H` if it is unsolved.
fn with<T>(problem: &str, names: &[&str], told: &[Told], act: impl Fn(&Subject) -> T) -> T {
    let task_names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let unsolved = |status| matches!(status, RunStatus::Stopped { reason: StopReason::Unsolved, .. });
    let lanes: Vec<Lane> = told
        .iter()
        .map(|Told { label, method, status, trace }| Lane {
            label,
            method,
            trace,
            status: *status,
            indefinite_steps: 2 * u64::from(unsolved(*status)),
        })
        .collect();
    act(&Subject { problem, task_names: &task_names, lanes: &lanes })
}

fn said(problem: &str, names: &[&str], told: &[Told]) -> String {
    with(problem, names, told, lead)
}

#[test]
fn joint_descent_and_the_implicit_gradient_are_told_of_with_their_errors() {
    let joint = told("Joint descent", "joint_descent", &[&[1.0, 1.0], &[0.5, 0.5], &[0.0, 0.25]], 0.5);
    let implicit =
        told("AuxiLearn", "implicit", &[&[1.0, 1.0], &[2.0, 0.5], &[3.0, 0.5], &[3.70123, 0.0]], 0.125);
    let text = said("regression", &["helpful", "harmful"], &[joint, implicit]);
    assert_eq!(
        text,
        "Same data, same seed, two ways to weigh two side tasks. Joint descent descends the training loss in φ, too, \
         so no weight ever grows: helpful reaches 0 at step 2 and harmful falls from 1 to 0.25. AuxiLearn follows \
         the sign of each alignment: helpful grows from 1 to 3.7 and harmful reaches 0 at step 3. Error on unseen \
         data: 0.5 with Joint descent and 0.125 with AuxiLearn."
    );
}

#[test]
fn joint_descent_in_which_a_weight_grew_is_not_said_to_lower_all() {
    let joint = told("Joint", "joint_descent", &[&[1.0], &[1.5], &[1.0]], ABSENT);
    let text = said("regression", &["a"], &[joint]);
    assert_eq!(
        text,
        "Same data, same seed, one way to weigh one side task. Joint descends the training loss in φ, too: a is back \
         at 1."
    );
}

#[test]
fn the_start_is_told_of_as_the_start() {
    let start = " This is the start; play or step to see what each way makes of φ.";
    let cases = [
        ("sample_weights", ["to weigh no training samples.", "to weigh one training sample."]),
        ("learned_labels", ["to choose no labels.", "to choose one label."]),
        ("ridge", ["to choose no penalties.", "to choose one penalty."]),
        ("regression", ["to weigh no side tasks.", "to weigh one side task."]),
    ];
    for (problem, [none, one]) in cases {
        let lane = || [told("A", "implicit", &[&[1.0]], ABSENT)];
        let text = |what| format!("Same data, same seed, one way {what}{start}");
        assert_eq!(said(problem, &[], &lane()), text(none));
        assert_eq!(said(problem, &["a"], &lane()), text(one));
    }
    let many = ["1", "2", "3", "4", "5", "6", "7"];
    let lanes = [told("A", "implicit", &[&[1.0]], ABSENT), told("B", "implicit", &[&[1.0]], ABSENT)];
    assert!(
        said("ridge", &many, &lanes).starts_with("Same data, same seed, two ways to choose 7 penalties.")
    );
}

#[test]
fn lanes_that_failed_say_how_and_have_no_error_and_what_is_beyond_is_left_out() {
    let lanes = [
        told("A", "implicit", &[&[1.0, 0.0], &[1.0, 0.0]], 9.0).ended(StopReason::Diverged, 3),
        told("B", "unrolled", &[&[2.0, 1.0], &[1.0, 2.0]], ABSENT),
        told("C", "darts", &[&[1.0, 1.0], &[1.0, 1.0]], 1.0).ended(StopReason::Unsolved, 2),
        told("D", "best_response", &[&[1.0, 1.0], &[1.0, 1.0]], 2.0),
    ];
    assert_eq!(
        said("sample_weights", &["a", "b"], &lanes),
        "Same data, same seed, four ways to weigh two training samples. A follows the sign of each alignment: a \
         stays at 1 and b stays at 0. A: diverged at step 3. B differentiates through its last inner steps: a falls \
         from 2 to 1 and b grows from 1 to 2. Error on unseen data: 2 with D."
    );
    let only = |reason| said("ridge", &["a"], &[told("C", "darts", &[&[1.0], &[1.0]], 1.0).ended(reason, 2)]);
    let head =
        "Same data, same seed, one way to choose one penalty. C takes a finite difference: a stays at 1.";
    let unsolved = format!("{head} C: unsolved at step 2; H indefinite at 2 steps.");
    assert_eq!(only(StopReason::Unsolved), unsolved);
    assert_eq!(only(StopReason::Singular), format!("{head} C: singular at step 2."));
    assert_eq!(only(StopReason::Indefinite), format!("{head} C: indefinite at step 2."));
    assert_eq!(only(StopReason::Finished), format!("{head} Error on unseen data: 1 with C."));
    assert_eq!(only(StopReason::Converged), format!("{head} Error on unseen data: 1 with C."));
}

#[test]
fn other_methods_have_sentences_of_their_own() {
    let one = |method| said("ridge", &["a"], &[told("A", method, &[&[1.0], &[2.0]], ABSENT)]);
    let head = "Same data, same seed, one way to choose one penalty.";
    let what = "a grows from 1 to 2.";
    let best = format!("{head} A descends the held-out loss itself: {what}");
    assert_eq!(one("best_response"), best);
    assert_eq!(one("grid_search"), format!("{head} A tries every point of a grid: {what}"));
    assert_eq!(one("fixed_weights"), head);
}

#[test]
fn a_weight_that_is_not_finite_is_said_to_be_so() {
    let lane = told("A", "implicit", &[&[1.0, 1.0], &[f64::NAN, f64::INFINITY]], ABSENT);
    let text = said("ridge", &["a", "b"], &[lane]);
    assert!(text.ends_with(": a is not finite and b grows from 1 to ∞."), "{text}");
}

#[test]
fn of_more_than_four_weights_four_are_named_and_of_a_crowd_none() {
    let one = |start: &[f64], end: &[f64]| {
        let names = &["a", "b", "c", "d", "e", "f", "g", "h"][..start.len()];
        said("learned_labels", names, &[told("A", "grid_search", &[start, end], ABSENT)])
    };
    let named = "a grows from 1 to 2, b grows from 1 to 2, c grows from 1 to 2, d grows from 1 to 2";
    let tail = |text: &str| text.split("grid: ").nth(1).map(str::to_owned).unwrap_or_default();
    assert_eq!(tail(&one(&[1.0; 5], &[2.0; 5])), format!("{named} and one more is in the table."));
    assert_eq!(tail(&one(&[1.0; 6], &[2.0; 6])), format!("{named} and two more are in the table."));
    let end = [2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 1.0];
    assert_eq!(tail(&one(&[1.0; 7], &end)), "of 7 values 6 grew and 0 fell.");
    let end = [0.0, 2.0, 3.0, 0.5, 1.0, 1.0, 1.0, 1.0];
    assert_eq!(tail(&one(&[1.0; 8], &end)), "of 8 values 2 grew and 2 fell, 1 to 0.");
}

#[test]
fn of_more_than_four_errors_the_least_and_the_largest_are_told() {
    let lanes = [("A", 3.0), ("B", 2.0), ("C", 0.0005), ("D", 4.0), ("E", 123456.0)];
    let lanes = lanes.map(|(label, error)| told(label, "fixed_weights", &[&[1.0], &[1.0]], error));
    assert_eq!(
        said("ridge", &["a"], &lanes),
        "Same data, same seed, five ways to choose one penalty. Error on unseen data: from 5.00e−4 with C to 1.23e+5 \
         with E."
    );
    assert!(said("ridge", &["a"], &lanes[..3]).ends_with("data: 3 with A, 2 with B and 5.00e−4 with C."));
}

#[test]
fn errors_of_lanes_that_learn_nothing_are_left_out_beside_those_that_do() {
    let lanes =
        [told("A", "fixed_weights", &[&[1.0], &[1.0]], 1.0), told("B", "implicit", &[&[1.0], &[1.0]], 2.0)];
    let text = said("regression", &["a"], &lanes);
    assert!(text.ends_with("a stays at 1. Error on unseen data: 2 with B."), "{text}");
}

#[test]
fn headings_are_those_of_the_problem() {
    let of = |problem: &str| with(problem, &["a"], &[told("A", "implicit", &[&[1.0]], 1.0)], headings);
    assert_eq!(of("regression"), ["Weights φ of the side tasks", "Alignment: does the task help?"]);
    assert_eq!(of("learned_labels"), ["Labels φ", "Alignment: where should the label go?"]);
    assert_eq!(of("ridge")[1], "Alignment: should the penalty grow?");
    assert_eq!(of("sample_weights")[0], "Weights φ of the training samples");
    let layout = Layout { effective_weights: 2, ..Layout::new(1, 1) };
    let trace = Trace::new(layout, 1);
    let lane = Told { label: "A", method: "implicit", status: RunStatus::Running, trace };
    let network = with("ridge", &["a"], &[lane], headings);
    assert_eq!(network, ["Effective weights of the side tasks", "Alignment of the network’s weights φ"]);
}

#[test]
fn bars_are_as_long_as_their_share_of_the_largest_error() {
    let lanes = [
        told("A", "implicit", &[&[1.0], &[1.0]], 0.5),
        told("B", "implicit", &[&[1.0], &[1.0]], 2.0).ended(StopReason::Finished, 1),
        told("C", "implicit", &[&[1.0], &[1.0]], ABSENT).ended(StopReason::Unsolved, 1),
        told("D", "implicit", &[&[1.0], &[1.0]], f64::INFINITY),
    ];
    let bars = |at_rest| with("ridge", &["a"], &lanes, |subject| error_bars(subject, at_rest));
    let of = |bar: &ErrorBar| (bar.value.clone(), bar.share, bar.status.clone());
    let resting: Vec<_> = bars(true).iter().map(of).collect();
    let (here, there) = ("at step 1".to_owned(), "finished at step 1".to_owned());
    assert_eq!(resting[0], ("0.5".to_owned(), 0.25, here.clone()));
    assert_eq!(resting[1], ("2".to_owned(), 1.0, there));
    let unsolved = "unsolved at step 1; H indefinite at 2 steps".to_owned();
    assert_eq!(resting[2], ("–".to_owned(), 0.0, unsolved));
    assert_eq!(resting[3], ("∞".to_owned(), 0.0, here));
    let running = bars(false);
    assert_eq!((running[0].label.as_str(), running[0].status.as_str()), ("A", "running"));
    let none = [told("A", "implicit", &[&[1.0]], ABSENT)];
    assert_eq!(with("ridge", &["a"], &none, |subject| error_bars(subject, false))[0].share, 0.0);
}
