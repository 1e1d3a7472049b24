//! Runs every kernel once and prints its name before: Valgrind counts the instructions of [`counted`], and
//! `cargo xtask test --only instructions` judges them.

use std::hint::black_box;

use auxilearn_lab::ihvp::{ConjugateGradients, Direct, Identity, InverseHvpKind, Neumann, Scaling};
use auxilearn_lab::run::Run;
use instructions::{
    Asked, Kind, LEARNED_LABELS, RIDGE, SAMPLE_WEIGHTS, SEPARATE_NETWORK, SHARED_NETWORK, SQUARED, evaluate,
    family, formula, gradients, hessian_products, implicit, in_eigenbasis, in_general, jets, outer_steps,
    recorded, trace,
};

const NEUMANN_3: &str = r#"{"kind": "neumann", "terms": 3, "alpha": 0.02}"#;
const NEUMANN_20: &str = r#"{"kind": "neumann", "terms": 20, "alpha": 0.02}"#;
const DIRECT: &str = r#"{"kind": "direct"}"#;

fn neumann() -> InverseHvpKind {
    InverseHvpKind::Neumann(Neumann { terms: 3, alpha: 0.05, scaling: Scaling::Alpha, damping: 0.0 })
}

fn direct() -> InverseHvpKind {
    InverseHvpKind::Direct(Direct::default())
}

fn conjugate_gradients() -> InverseHvpKind {
    InverseHvpKind::ConjugateGradients(ConjugateGradients { iterations: 5, tolerance: 0.0, damping: 0.0 })
}

fn identity() -> InverseHvpKind {
    InverseHvpKind::Identity(Identity { damping: 0.0 })
}

/// A family of problems by its name in the record, prepared.
type Family = (&'static str, fn() -> Asked);

const FAMILIES: [Family; 9] = [
    ("quadratics", || family(Kind::Quadratics)),
    ("squared", || family(SQUARED)),
    ("logistic", || family(Kind::Logistic)),
    ("sample_weights", || family(SAMPLE_WEIGHTS)),
    ("learned_labels", || family(LEARNED_LABELS)),
    ("ridge", || family(RIDGE)),
    ("shared_network", || family(SHARED_NETWORK)),
    ("separate_network", || family(SEPARATE_NETWORK)),
    ("formulas", || family(Kind::Formulas)),
];

/// Runs `kernel` on `input`: what is counted, and nothing else. Never inlined, since Valgrind knows it by its name.
#[inline(never)]
fn counted<T, R>(input: T, kernel: impl FnOnce(T) -> R) -> R {
    black_box(kernel(black_box(input)))
}

/// Prints the name of a kernel and has it counted.
fn count<T, R>(group: &str, case: &str, input: T, kernel: impl FnOnce(T) -> R) {
    println!("{group}/{case}");
    drop(counted(input, kernel));
}

fn main() {
    for (case, run) in outer_step_cases() {
        count("outer_steps", case, run, outer_steps);
    }
    for (case, prepared) in FAMILIES {
        count("losses_and_gradients", case, prepared(), jets);
        count("gradient", case, prepared(), gradients);
        count("hessian_product", case, prepared(), hessian_products);
    }
    let expression = formula();
    count("formula_evaluation", "of_two_parameters", &expression, evaluate);
    count("trace_recording", "of_1000_rows", trace(), recorded);
    count("digest", "of_a_thinned_trace", &recorded(trace()), |trace| trace.digest());
}

fn outer_step_cases() -> [(&'static str, Run); 8] {
    [
        ("eigenbasis_n2_neumann_3", in_eigenbasis(2, NEUMANN_3)),
        ("eigenbasis_n2_direct", in_eigenbasis(2, DIRECT)),
        ("eigenbasis_n10_neumann_20", in_eigenbasis(10, NEUMANN_20)),
        ("logistic_neumann_3", in_general(Kind::Logistic, implicit(neumann()))),
        ("logistic_direct", in_general(Kind::Logistic, implicit(direct()))),
        ("logistic_conjugate_gradients", in_general(Kind::Logistic, implicit(conjugate_gradients()))),
        ("logistic_identity", in_general(Kind::Logistic, implicit(identity()))),
        ("network_neumann_3", in_general(SHARED_NETWORK, implicit(neumann()))),
    ]
}
