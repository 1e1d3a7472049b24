//! The text alternatives: present values, and what happened.

use crate::support::*;
use auxilearn_lab::chart::ChartKind;
use auxilearn_lab::status::StopReason;

fn words(kind: ChartKind, owned: &[Owned]) -> String {
    kind.describe(&lanes(owned), &light())
}

#[test]
fn phi_tells_values_status_and_collapse() {
    assert_eq!(
        words(ChartKind::Phi, &first_screen()),
        "Weights φ of the auxiliary tasks over time. \
         Joint descent, finished at step 1500: helpful 0 and harmful 0 (both 0 at step 213). \
         AuxiLearn, finished at step 1500: helpful 3.37 and harmful 0.12."
    );
}

#[test]
fn one_weight_at_zero_is_named() {
    let text = words(ChartKind::Phi, &[joint_descent(101, 1500)]);
    assert!(
        text.contains("Joint descent, at step 100: helpful 0.53 and harmful 0 (harmful 0 at step 58)"),
        "{text}"
    );
}

#[test]
fn one_task_and_many_tasks_have_their_own_words() {
    let zero = |m: usize| {
        let names = ["a", "b", "c"];
        let row = |t: usize| Row {
            phi: vec![if t < 5 { 1.0 } else { 0.0 }; m],
            alignment: vec![f64::NAN; m],
            aux: 1.0,
            test: 1.0,
        };
        words(ChartKind::Phi, &[Owned::new("Lane", &names[..m], 10, (0..8).map(row))])
    };
    assert!(zero(1).contains("(0 at step 5)"), "{}", zero(1));
    assert!(zero(3).contains("(all 0 at step 5)"), "{}", zero(3));
}

#[test]
fn a_thinned_trace_does_not_claim_the_exact_step() {
    let row = |t: usize| Row {
        phi: vec![if t < 50_000 { 1.0 } else { 0.0 }; 2],
        alignment: vec![f64::NAN; 2],
        aux: 1.0,
        test: 1.0,
    };
    let owned = Owned::new("Lane", &["a", "b"], 600_000, (0..600_001).map(row));
    assert!(owned.trace.stride() > 1);
    let text = words(ChartKind::Phi, &[owned]);
    assert!(text.contains("both 0 by step 50\u{2009}000"), "{text}");
}

#[test]
fn divergence_is_told_with_its_step() {
    let mut owned = vec![joint_descent(18, 1500)];
    owned[0].status = stopped(StopReason::Diverged, 17);
    assert!(words(ChartKind::Phi, &owned).contains("Joint descent, diverged at step 17: "));
}

#[test]
fn alignment_tells_value_verb_and_turns_of_sign() {
    let row = |t: usize| {
        let absent = |v: f64| if t == 0 { f64::NAN } else { v };
        let t = t as f64;
        Row { phi: vec![1.0; 2], alignment: vec![absent(3.0 - t), absent(0.25)], aux: 1.0, test: 1.0 }
    };
    let owned =
        [joint_descent(11, 10), Owned::new("AuxiLearn", &["helpful", "harmful"], 10, (0..11).map(row))];
    assert_eq!(
        words(ChartKind::Alignment, &owned),
        "Alignment a of each auxiliary task over time: its weight grows where a is positive. \
         AuxiLearn: helpful a = −7.00, shrinks, the sign turned once; \
         harmful a = 0.25, grows, the sign never turned. Without alignment: Joint descent."
    );
}

#[test]
fn without_any_alignment_the_reason_is_told() {
    let text = words(ChartKind::Alignment, &[joint_descent(101, 100)]);
    assert!(text.contains("No lane has an alignment: only methods that use the implicit gradient"), "{text}");
}

#[test]
fn losses_tell_where_they_began_where_they_are_and_which_is_lowest() {
    let text = words(ChartKind::Losses, &first_screen());
    assert!(text.contains("Held-out loss L_A: Joint descent 1.25 (from 3.93) and AuxiLearn 0.12 (from 4.14); lowest: AuxiLearn."), "{text}");
    assert!(text.contains("Test error: "), "{text}");
}

#[test]
fn losses_without_a_test_set_leave_it_out() {
    let row = |t: usize| Row { phi: vec![1.0], alignment: vec![1.0], aux: 1.0 + t as f64, test: f64::NAN };
    let text = words(ChartKind::Losses, &[Owned::new("Only", &["a"], 10, (0..11).map(row))]);
    assert!(text.contains("Only 11.0 (from 1.00).") && !text.contains("Test error:"), "{text}");
}

#[test]
fn awkward_traces_are_described_without_nan() {
    for (name, owned) in cases() {
        for &kind in ChartKind::ALL {
            let text = words(kind, &owned);
            assert!(!text.contains("NaN") && !text.contains("inf") && text.ends_with('.'), "{name}: {text}");
        }
    }
}
