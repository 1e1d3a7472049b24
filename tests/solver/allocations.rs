//! No outer step of a general lane allocates, but where the documentation says so: eigenvalue
//! factorisations of an indefinite `H`, and diagnostics.

use std::collections::BTreeSet;
use std::sync::Arc;

use allocation_counter::{AllocationInfo, measure};
use auxilearn_lab::constraint::Constraint;
use auxilearn_lab::ihvp::InverseHvpKind;
use auxilearn_lab::inner::InnerSolver;
use auxilearn_lab::method::MethodKind;
use auxilearn_lab::outer::OuterOptimizer;
use auxilearn_lab::problem::{BilevelProblem, GeneralProblem};
use auxilearn_lab::run::{LaneSpec, Run};
use auxilearn_lab::sampling::BatchSizes;

use crate::lanes::{CALM, constraints, methods, spec};
use crate::zoo::{Draw, Kind, admissible_phi, monotone_problem, problem};

/// Steps that are measured.
const STEPS: u64 = 20;

/// A lane's settings at a drawn place.
fn drawn(problem: &GeneralProblem, method: MethodKind, constraint: Constraint) -> LaneSpec {
    let mut draw = Draw::new(18);
    let phi = admissible_phi(problem, &mut draw);
    let w = draw.numbers(problem.dim().0, -0.5, 0.5);
    LaneSpec { constraint, ..spec(method, 2 * STEPS, &w, &phi) }
}

/// What [`STEPS`] steps allocate after the first few; `None` if the lane ends for a reason, which it looks for, or
/// factorises.
fn measured(problem: &Arc<GeneralProblem>, spec: &LaneSpec) -> Option<AllocationInfo> {
    let mut run = Run::general(problem.clone(), spec);
    let ends = matches!(spec.method, MethodKind::GridSearch(_));
    if run.advance(4).is_stopped() {
        return None;
    }
    let counted = measure(|| {
        run.advance(STEPS);
    });
    let stopped = run.status().is_stopped() && !ends;
    (!stopped && run.indefinite_steps() == 0).then_some(counted)
}

#[test]
fn no_outer_step_of_a_general_lane_allocates() {
    let mut lanes = 0;
    for kind in Kind::ALL {
        for problem in [problem(kind, 17), monotone_problem(kind, 17, &[3, 2])].map(Arc::new) {
            for constraint in constraints() {
                for method in methods(CALM) {
                    let spec = drawn(&problem, method, constraint.clone());
                    if let Some(counted) = measured(&problem, &spec) {
                        lanes += 1;
                        assert_eq!(counted.count_total, 0, "{kind:?}, {constraint:?}: {:?}", spec.method);
                    }
                }
            }
        }
    }
    assert!(lanes > 6 * 800, "{lanes} lanes were measured");
}

#[test]
fn every_method_constraint_product_and_solver_is_among_the_lanes_measured() {
    let (mut products, mut inners, mut outers) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut kinds = BTreeSet::new();
    let problem = Arc::new(problem(Kind::Squared, 17));
    for method in methods(CALM) {
        if measured(&problem, &drawn(&problem, method.clone(), Constraint::default())).is_none() {
            continue;
        }
        kinds.insert(method.kind());
        if let MethodKind::Implicit(implicit) = method {
            products.insert(implicit.inverse_hvp.kind());
            inners.insert(implicit.inner.kind());
            outers.insert(implicit.outer.kind());
        }
    }
    let all = |kinds: &'static [&'static str]| kinds.iter().copied().collect::<BTreeSet<_>>();
    assert_eq!(kinds, all(MethodKind::KINDS));
    assert_eq!(products, all(InverseHvpKind::KINDS));
    assert_eq!(inners, all(InnerSolver::KINDS));
    assert_eq!(outers, all(OuterOptimizer::KINDS));
    assert_eq!(constraints().iter().map(Constraint::kind).collect::<BTreeSet<_>>(), all(Constraint::KINDS));
}

#[test]
fn mini_batches_do_not_allocate() {
    let mut lanes = 0;
    for kind in Kind::ALL {
        let problem = Arc::new(problem(kind, 17));
        let (train, aux_set) = problem.n_samples();
        let [train, aux_set] = [train, aux_set].map(|samples| (samples > 0).then_some(3));
        for method in methods(CALM) {
            let MethodKind::Implicit(mut implicit) = method else { continue };
            implicit.batch = Some(BatchSizes { train, aux_set });
            let spec = drawn(&problem, MethodKind::Implicit(implicit), Constraint::default());
            if let Some(counted) = measured(&problem, &spec) {
                lanes += 1;
                assert_eq!(counted.count_total, 0, "{kind:?}: {:?}", spec.method);
            }
        }
    }
    assert!(lanes > 200, "{lanes} lanes were measured");
}

#[test]
fn diagnostics_give_back_what_they_take() {
    let mut lanes = 0;
    for kind in Kind::ALL {
        for problem in [problem(kind, 17), monotone_problem(kind, 17, &[3, 2])].map(Arc::new) {
            for method in methods(CALM) {
                let spec = drawn(&problem, method, Constraint::default());
                let spec = LaneSpec { diagnostics: true, ..spec };
                if let Some(counted) = measured(&problem, &spec) {
                    lanes += 1;
                    assert_eq!(counted.count_current, 0, "{kind:?}: {:?}", spec.method);
                    assert_eq!(counted.bytes_current, 0, "{kind:?}: {:?}", spec.method);
                }
            }
        }
    }
    assert!(lanes > 800, "{lanes} lanes were measured");
}
