//! Formulas by their grammar, so that most are read and their derivatives looked at.

use crate::{claims, config};
use proptest::prelude::*;
use proptest::sample::select;

/// A formula in `w1`, `w2` and `w3`.
fn formula() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => select(vec!["w1", "w2", "w3"]).prop_map(str::to_owned),
        2 => (-3.0..3.0).prop_map(|x: f64| format!("{x:.2}")),
        1 => select(vec!["pi", "e", "0", "1", "1e-3", ".5", "1e300", "1e-300", "w4", "x"]).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(7, 48, 3, |inner| {
        let functions = auxilearn_lab::formula::Function::ALL.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        let power = select(vec!["2", "3", "-1", "0.5", "1", "0", "-2", "w1"]);
        prop_oneof![
            4 => (inner.clone(), select(vec!["+", "-", "*", "/"]), inner.clone()).prop_map(|(a, o, b)| format!("{a} {o} {b}")),
            2 => inner.clone().prop_map(|a| format!("({a})")),
            2 => (select(functions), inner.clone()).prop_map(|(name, a)| format!("{name}({a})")),
            2 => (inner.clone(), power).prop_map(|(a, power)| format!("({a})^{power}")),
            1 => inner.clone().prop_map(|a| format!("-{a}")),
            1 => (inner.clone(), inner).prop_map(|(a, b)| format!("{a}^{b}")),
        ]
    })
}

proptest! {
    #![proptest_config(config(4_000))]

    #[test]
    fn a_formula_is_refused_at_a_character_or_has_the_derivatives_of_its_values(text in formula()) {
        claims::formula(text.as_bytes());
    }
}
