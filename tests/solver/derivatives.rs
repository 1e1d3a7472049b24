//! Every derivative against central differences, on random problems.

use crate::common::{
    alignment_by, best_response, central_differences, dense_regression, exact_hypergradient, outer_loss,
    random_data, state_at,
};
use auxilearn_lab::family::{Batch, SquaredErrors, TaskFamily};
use auxilearn_lab::problem::{BilevelProblem, EigenbasisRegression, InnerObjective};
use nalgebra::{DMatrix, DVector, Dyn};

/// Asserts agreement to `tolerance` of the largest component.
#[track_caller]
fn assert_near(found: &[f64], expected: &[f64], tolerance: f64) {
    let size = expected.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
    for (f, e) in found.iter().zip(expected) {
        assert!((f - e).abs() <= tolerance * size, "found {found:?}, expected {expected:?}");
    }
}

#[test]
fn the_reduced_loss_is_the_mean_squared_error_of_the_data() {
    for seed in 0..20 {
        let data = random_data(seed, 4, 1, 9);
        let x = &data.train.x;
        let loss = SquaredErrors::new(x, vec![data.train.y.clone()], 0.0).expect("finite");
        let w = DVector::from_fn(4, |i, _| 0.5 * i as f64 - 0.7);
        let mut gradient = vec![0.0; 4];
        let found = loss.weighted_gradient(w.as_slice(), Batch::All, &[1.0], &mut gradient);
        let residual = x * &w - &data.train.y;
        let expected = residual.norm_squared() / 9.0;
        assert!((found - expected).abs() < 1e-13 * expected, "{found} against {expected}");
        assert_near(&gradient, (x.tr_mul(&residual) * (2.0 / 9.0)).as_slice(), 1e-13);
    }
}

#[test]
fn gradients_and_hessians_are_the_differences_of_values_and_gradients() {
    let data = random_data(3, 3, 1, 12);
    let x = &data.train.x;
    let loss = SquaredErrors::new(x, vec![data.train.y.clone()], 0.0).expect("finite");
    let value = |w: &[f64]| loss.weighted_gradient(w, Batch::All, &[1.0], &mut [0.0; 3]);
    let gradient = |w: &[f64]| {
        let mut out = vec![0.0; 3];
        loss.weighted_gradient(w, Batch::All, &[1.0], &mut out);
        out
    };
    let w = [0.4, -1.0, 2.0];
    assert_near(&gradient(&w), &central_differences(value, &w, 1e-4), 1e-9);
    let mut hessian = DMatrix::zeros(3, 3);
    loss.weighted_hessian(&w, Batch::All, &[1.0], &mut hessian);
    for i in 0..3 {
        let column = central_differences(|w| gradient(w)[i], &w, 1e-4);
        assert_near(hessian.column(i).as_slice(), &column, 1e-9);
    }
}

#[test]
fn the_exact_hypergradient_is_the_difference_of_re_solved_inner_problems() {
    for seed in 0..30 {
        let data = random_data(seed, 1 + seed as usize % 6, 1 + seed as usize % 4, 15);
        let problem = EigenbasisRegression::new(&data, Dyn(data.train.x.ncols())).expect("finite");
        let phi: Vec<f64> = (0..data.auxiliaries.len()).map(|k| 0.3 + 0.4 * k as f64).collect();
        let found = exact_hypergradient(&problem, &phi);
        let expected = central_differences(|phi| outer_loss(&problem, phi), &phi, 1e-4);
        assert_near(&found, &expected, 1e-6);
    }
}

#[test]
fn a_sign_of_the_alignment_tells_whether_a_larger_weight_lowers_the_held_out_loss() {
    for seed in 0..30 {
        let data = random_data(100 + seed, 3, 2, 15);
        let problem = EigenbasisRegression::new(&data, Dyn(3)).expect("finite");
        let phi = [0.5, 0.8];
        let w = best_response(&problem, &phi);
        let a = alignment_by(&problem, &w, &phi, &auxilearn_lab::ihvp::Direct::default());
        for k in 0..2 {
            let mut grown = phi;
            grown[k] += 1e-5;
            let falls = outer_loss(&problem, &grown) < outer_loss(&problem, &phi);
            assert_eq!(falls, a[k] > 0.0, "seed {seed}, task {k}: a = {}", a[k]);
        }
    }
}

#[test]
fn the_eigenbasis_changes_no_number_but_by_rounding() {
    for seed in 0..30 {
        let n = 1 + seed as usize % 7;
        let data = random_data(200 + seed, n, 3, 10);
        let (fast, dense) =
            (EigenbasisRegression::new(&data, Dyn(n)).expect("finite"), dense_regression(&data));
        let phi = [0.2, 1.5, 0.0];
        let w: Vec<f64> = (0..n).map(|i| 1.0 - 0.6 * i as f64).collect();
        let (a, b) = (state_at(&fast, &w, &phi), state_at(&dense, &w, &phi));
        assert_near(
            &[a.outer_loss, a.jet.training_loss(&phi)],
            &[b.outer_loss, b.jet.training_loss(&phi)],
            1e-12,
        );
        let direct = auxilearn_lab::ihvp::Direct::default();
        let (a, b) = (alignment_by(&fast, &w, &phi, &direct), alignment_by(&dense, &w, &phi, &direct));
        assert_near(&a, &b, 1e-9);
    }
}

#[test]
fn the_exact_inner_solver_is_stationary() {
    for seed in 0..20 {
        let data = random_data(300 + seed, 5, 2, 20);
        let problem = EigenbasisRegression::new(&data, Dyn(5)).expect("finite");
        let phi = [0.7, 2.0];
        let state = state_at(&problem, &best_response(&problem, &phi), &phi);
        let scale = state.jet.gradient(0).iter().map(|g| g * g).sum::<f64>().sqrt().max(1.0);
        assert!(state.inner_gradient.norm() < 1e-12 * scale);
    }
}

#[test]
fn the_staleness_identity_holds_for_any_symmetric_inverse() {
    // φ·ĝ = gᵀP∇ℓ_main - gᵀP∇_W L_T for linear h, whatever P approximates H⁻¹.
    use auxilearn_lab::ihvp::{InverseHvp, Neumann, Scaling, Workspace};
    for seed in 0..20 {
        let data = random_data(400 + seed, 4, 3, 12);
        let problem = EigenbasisRegression::new(&data, Dyn(4)).expect("finite");
        let (w, phi) = ([0.3, -0.2, 1.0, 0.9], [0.5, 1.0, 0.25]);
        let neumann = Neumann { terms: 3, alpha: 0.1, scaling: Scaling::Alpha, damping: 0.0 };
        let a = alignment_by(&problem, &w, &phi, &neumann);
        let state = state_at(&problem, &w, &phi);
        let mut inner = problem.inner();
        inner.set_phi(&phi);
        let mut p = state.w.clone();
        let hessian = inner.hessian(&state.w);
        neumann
            .apply(hessian, &state.outer_gradient, &mut p, &mut Workspace::new(problem.dim()))
            .expect("a product");
        let main: f64 = p.iter().zip(state.jet.gradient(0)).map(|(p, g)| p * g).sum();
        let left: f64 = -phi.iter().zip(&a).map(|(p, a)| p * a).sum::<f64>();
        assert_near(&[left], &[main - p.dot(&state.inner_gradient)], 1e-10);
    }
}
