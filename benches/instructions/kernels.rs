//! Hands the kernels to Valgrind: `cargo xtask test --only instructions` runs this and judges what comes out.

use std::hint::black_box;

use auxilearn_lab::formula::Expression;
use auxilearn_lab::ihvp::{ConjugateGradients, Direct, Identity, InverseHvpKind, Neumann, Scaling};
use auxilearn_lab::run::Run;
use auxilearn_lab::trace::Trace;
use gungraun::prelude::*;
use instructions::{
    Asked, Kind, LEARNED_LABELS, RIDGE, SAMPLE_WEIGHTS, SEPARATE_NETWORK, SHARED_NETWORK, SQUARED, family,
    formula, implicit, in_eigenbasis, in_general, trace,
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

#[library_benchmark]
#[bench::eigenbasis_n2_neumann_3(in_eigenbasis(2, NEUMANN_3))]
#[bench::eigenbasis_n2_direct(in_eigenbasis(2, DIRECT))]
#[bench::eigenbasis_n10_neumann_20(in_eigenbasis(10, NEUMANN_20))]
#[bench::logistic_neumann_3(in_general(Kind::Logistic, implicit(neumann())))]
#[bench::logistic_direct(in_general(Kind::Logistic, implicit(direct())))]
#[bench::logistic_conjugate_gradients(in_general(Kind::Logistic, implicit(conjugate_gradients())))]
#[bench::logistic_identity(in_general(Kind::Logistic, implicit(identity())))]
#[bench::network_neumann_3(in_general(SHARED_NETWORK, implicit(neumann())))]
fn outer_steps(run: Run) -> Run {
    instructions::outer_steps(black_box(run))
}

#[library_benchmark]
#[bench::quadratics(family(Kind::Quadratics))]
#[bench::squared(family(SQUARED))]
#[bench::logistic(family(Kind::Logistic))]
#[bench::sample_weights(family(SAMPLE_WEIGHTS))]
#[bench::learned_labels(family(LEARNED_LABELS))]
#[bench::ridge(family(RIDGE))]
#[bench::shared_network(family(SHARED_NETWORK))]
#[bench::separate_network(family(SEPARATE_NETWORK))]
#[bench::formulas(family(Kind::Formulas))]
fn losses_and_gradients(asked: Asked) -> Asked {
    instructions::jets(black_box(asked))
}

#[library_benchmark]
#[bench::quadratics(family(Kind::Quadratics))]
#[bench::squared(family(SQUARED))]
#[bench::logistic(family(Kind::Logistic))]
#[bench::sample_weights(family(SAMPLE_WEIGHTS))]
#[bench::learned_labels(family(LEARNED_LABELS))]
#[bench::ridge(family(RIDGE))]
#[bench::shared_network(family(SHARED_NETWORK))]
#[bench::separate_network(family(SEPARATE_NETWORK))]
#[bench::formulas(family(Kind::Formulas))]
fn gradient(asked: Asked) -> Asked {
    instructions::gradients(black_box(asked))
}

#[library_benchmark]
#[bench::quadratics(family(Kind::Quadratics))]
#[bench::squared(family(SQUARED))]
#[bench::logistic(family(Kind::Logistic))]
#[bench::sample_weights(family(SAMPLE_WEIGHTS))]
#[bench::learned_labels(family(LEARNED_LABELS))]
#[bench::ridge(family(RIDGE))]
#[bench::shared_network(family(SHARED_NETWORK))]
#[bench::separate_network(family(SEPARATE_NETWORK))]
#[bench::formulas(family(Kind::Formulas))]
fn hessian_product(asked: Asked) -> Asked {
    instructions::hessian_products(black_box(asked))
}

#[library_benchmark]
#[bench::of_two_parameters(formula())]
fn formula_evaluation(formula: Expression) -> (Expression, f64) {
    let sum = instructions::evaluate(black_box(&formula));
    (formula, sum)
}

#[library_benchmark]
#[bench::of_1000_rows(trace())]
fn trace_recording(trace: Trace) -> Trace {
    instructions::recorded(black_box(trace))
}

#[library_benchmark]
#[bench::of_a_thinned_trace(instructions::recorded(trace()))]
fn digest(trace: Trace) -> (Trace, String) {
    let digest = black_box(&trace).digest();
    (trace, digest)
}

library_benchmark_group!(
    name = solver,
    benchmarks = [
        outer_steps,
        losses_and_gradients,
        gradient,
        hessian_product,
        formula_evaluation,
        trace_recording,
        digest,
    ]
);

main!(library_benchmark_groups = solver);
