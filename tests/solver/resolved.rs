//! The hypergradient against what it stands for: differences of `L_A(W*(φ))`, the inner problem solved anew.

use auxilearn_lab::constraint::{Constraint, Masked, Parametrise};
use auxilearn_lab::hypergradient::{Estimator, GeneralImplicit};
use auxilearn_lab::ihvp::{Direct, Ihvp, InverseHvpKind};
use auxilearn_lab::problem::{BilevelProblem, GeneralProblem, InnerObjective};
use nalgebra::DVector;
use proptest::prelude::*;

use crate::common::central_differences;
use crate::lanes::constraints;
use crate::zoo::{
    Draw, Kind, admissible_phi, assert_near, monotone_problem, outer_loss_from, problem, respond, state,
};

/// `dL_A/dφ` at the best response near `w`.
fn hypergradient(problem: &GeneralProblem, w: &[f64], phi: &[f64]) -> Vec<f64> {
    let mut inner = problem.inner();
    inner.set_phi(phi);
    let mut alignment = vec![7.0; phi.len()];
    let mut implicit = GeneralImplicit::new(problem, InverseHvpKind::Direct(Direct::default()));
    let product = implicit.estimate(problem, &mut inner, &state(problem, w, phi), &mut alignment);
    assert_eq!(product, Ok(Ihvp::Sound));
    alignment.iter().map(|a| -a).collect()
}

fn check(name: &str, problem: &GeneralProblem, draw: &mut Draw) {
    let phi = admissible_phi(problem, draw);
    let start = draw.numbers(problem.dim().0, -0.8, 0.8);
    let w = respond(problem, &phi, &start);
    let at_w = state(problem, w.as_slice(), &phi);
    assert!(at_w.inner_gradient.norm() < 1e-9, "{name}: stationary, {}", at_w.inner_gradient.norm());
    let found = hypergradient(problem, w.as_slice(), &phi);
    let expected = central_differences(|phi| outer_loss_from(problem, phi, w.as_slice()), &phi, 1e-5);
    assert_near(name, &found, &expected, 1e-6);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn the_hypergradient_of_every_kind_is_the_difference_of_re_solved_problems(seed in any::<u64>()) {
        for kind in Kind::ALL.into_iter().filter(|kind| !kind.is_network()) {
            check(&format!("{kind:?}"), &problem(kind, seed), &mut Draw::new(seed ^ 3));
        }
    }

    #[test]
    fn it_is_so_under_a_monotone_network_too(seed in any::<u64>()) {
        for (kind, widths) in [(Kind::Quadratics, &[3][..]), (Kind::Logistic, &[2, 2]), (Kind::Regression, &[2, 3, 2])] {
            let problem = monotone_problem(kind, seed, widths);
            check(&format!("{kind:?} {widths:?}"), &problem, &mut Draw::new(seed ^ 4));
        }
    }

    #[test]
    fn the_hessian_of_the_training_loss_is_the_difference_of_its_gradients(seed in any::<u64>()) {
        for kind in Kind::ALL {
            for problem in [problem(kind, seed), monotone_problem(kind, seed, &[3, 2])] {
                let mut draw = Draw::new(seed ^ 5);
                let phi = admissible_phi(&problem, &mut draw);
                let w = draw.numbers(problem.dim().0, -1.0, 1.0);
                let mut inner = problem.inner();
                inner.set_phi(&phi);
                let hessian = inner.hessian(&DVector::from_column_slice(&w)).0.clone();
                for i in 0..w.len() {
                    let expected = central_differences(|w| state(&problem, w, &phi).inner_gradient[i], &w, 1e-5);
                    assert_near(&format!("{kind:?} {i}"), hessian.column(i).as_slice(), &expected, 1e-7);
                }
                let at = |w: &[f64]| {
                    let state = state(&problem, w, &phi);
                    problem.training_loss(&state.jet, &phi)
                };
                let gradient = state(&problem, &w, &phi).inner_gradient;
                assert_near("gradient", gradient.as_slice(), &central_differences(at, &w, 1e-5), 1e-7);
                let mut by_phi = vec![0.0; phi.len()];
                let at_w = state(&problem, &w, &phi);
                problem.by_phi(&at_w.jet, &phi, &mut by_phi);
                let expected = central_differences(|phi| problem.training_loss(&at_w.jet, phi), &phi, 1e-5);
                assert_near("by φ", &by_phi, &expected, 1e-8);
            }
        }
    }
}

#[test]
fn it_is_so_near_a_minimum_of_a_network() {
    let mut checked = 0;
    for seed in 0..12 {
        for kind in Kind::ALL.into_iter().filter(|kind| kind.is_network()) {
            let problem = problem(kind, seed);
            let mut draw = Draw::new(seed ^ 6);
            let phi = admissible_phi(&problem, &mut draw);
            let start = draw.numbers(problem.dim().0, -0.8, 0.8);
            let w = respond(&problem, &phi, &start);
            let mut inner = problem.inner();
            inner.set_phi(&phi);
            // A minimum that is nearly flat moves too far for differences.
            if inner.hessian(&w).0.clone().symmetric_eigenvalues().min() > 1e-2 {
                checked += 1;
                let found = hypergradient(&problem, w.as_slice(), &phi);
                let expected =
                    central_differences(|phi| outer_loss_from(&problem, phi, w.as_slice()), &phi, 1e-5);
                assert_near(&format!("{kind:?}, seed {seed}"), &found, &expected, 1e-5);
            }
        }
    }
    assert!(checked >= 12, "{checked} networks had a clear minimum");
}

#[test]
fn every_constraint_pulls_the_hypergradient_back_to_its_own_parameter() {
    for kind in [Kind::Quadratics, Kind::Logistic, Kind::Ridge(auxilearn_lab::family::SampleLoss::Squared)] {
        let problem = problem(kind, 11);
        for constraint in constraints() {
            for mask in [None, Some((0..problem.n_phi()).map(|j| j % 2 == 0).collect::<Vec<_>>())] {
                let what = format!("{kind:?} {constraint:?} {mask:?}");
                let rule = Masked::new(constraint.clone(), mask);
                let mut phi = Draw::new(8).numbers(problem.n_phi(), 0.2, 0.7);
                let mut theta = phi.clone();
                rule.start(&phi, &mut theta);
                rule.apply(&mut theta, &mut phi);
                let w = respond(&problem, &phi, &vec![0.1; problem.dim().0]);
                let mut found = hypergradient(&problem, w.as_slice(), &phi);
                rule.pull_back(&theta, &phi, &mut found).expect("finite");
                let of_theta = |theta: &[f64]| {
                    let (mut theta, mut phi) = (theta.to_vec(), vec![0.0; theta.len()]);
                    rule.apply(&mut theta, &mut phi);
                    outer_loss_from(&problem, &phi, w.as_slice())
                };
                assert_near(&what, &found, &central_differences(of_theta, &theta, 1e-5), 1e-7);
            }
        }
    }
}

#[test]
fn a_parametrisation_starts_at_the_phi_it_is_given() {
    let phi = [0.2, 0.5, 0.3];
    for constraint in constraints() {
        for mask in [None, Some(vec![true, false, true])] {
            let rule = Masked::new(constraint.clone(), mask);
            let (mut theta, mut found) = ([0.0; 3], [0.0; 3]);
            rule.start(&phi, &mut theta);
            rule.apply(&mut theta, &mut found);
            assert_near(&format!("{constraint:?}"), &found, &phi, 1e-14);
        }
    }
}

#[test]
fn free_components_of_a_mask_stay_free_and_the_others_admissible() {
    for constraint in constraints().into_iter().filter(|c| !matches!(c, Constraint::Softmax(_))) {
        let rule = Masked::new(constraint.clone(), Some(vec![false, true]));
        let (mut theta, mut phi) = ([-3.0, -3.0], [0.0; 2]);
        rule.apply(&mut theta, &mut phi);
        assert_eq!(phi[0], -3.0, "{constraint:?}");
        assert_eq!(phi[1] >= 0.0, !matches!(constraint, Constraint::Free(_)), "{constraint:?}");
    }
}
