//! No outer step of a general lane allocates, but where the documentation says so: eigenvalue
//! factorisations of an indefinite `H`, and diagnostics.

use std::sync::Arc;

use allocation_counter::measure;
use auxilearn_lab::method::MethodKind;
use auxilearn_lab::problem::BilevelProblem;
use auxilearn_lab::run::Run;

use crate::lanes::{CALM, methods, spec};
use crate::zoo::{Draw, Kind, admissible_phi, monotone_problem, problem};

#[test]
fn no_outer_step_of_a_general_lane_allocates() {
    let mut measured = 0;
    for kind in Kind::ALL {
        for problem in [problem(kind, 17), monotone_problem(kind, 17, &[3, 2])] {
            let problem = Arc::new(problem);
            let mut draw = Draw::new(18);
            let phi = admissible_phi(&problem, &mut draw);
            let w = draw.numbers(problem.dim().0, -0.5, 0.5);
            for method in methods(CALM) {
                let mut run = Run::general(problem.clone(), &spec(method.clone(), 40, &w, &phi));
                // A lane that stops looks for the reason.
                let ends = matches!(method, MethodKind::GridSearch(_));
                if run.advance(4).is_stopped() {
                    continue;
                }
                let counted = measure(|| {
                    run.advance(20);
                });
                let stopped = run.status().is_stopped() && !ends;
                if !stopped && run.indefinite_steps() == 0 {
                    measured += 1;
                    assert_eq!(counted.count_total, 0, "{kind:?}: {method:?}");
                }
            }
        }
    }
    assert!(measured > 800, "{measured} lanes were measured");
}
