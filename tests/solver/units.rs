//! Thresholds are shares, not sizes: what is singular, indefinite or solved does not depend on the unit.

use auxilearn_lab::curvature::Dense;
use auxilearn_lab::family::{Batch, SquaredErrors, TaskFamily};
use auxilearn_lab::ihvp::{ConjugateGradients, Ihvp, InverseHvp, Workspace, factorised};
use auxilearn_lab::status::StopReason;
use nalgebra::{DMatrix, DVector, Dyn};

use crate::zoo::assert_near;

const UNITS: [f64; 5] = [1e-20, 1e-10, 1.0, 1e10, 1e20];

fn diagonal(unit: f64, entries: [f64; 2]) -> Dense<Dyn> {
    Dense(DMatrix::from_diagonal(&DVector::from_row_slice(&entries)) * unit)
}

fn gradients(hessian: &Dense<Dyn>, v: &DVector<f64>) -> (Result<Ihvp, StopReason>, DVector<f64>) {
    let mut x = DVector::repeat(v.len(), 7.0);
    let rule = ConjugateGradients { iterations: 10, tolerance: 0.0, damping: 0.0 };
    (rule.apply(hessian, v, &mut x, &mut Workspace::new(Dyn(v.len()))), x)
}

#[test]
fn conjugate_gradients_judge_curvature_in_any_unit() {
    for (h_unit, v_unit) in UNITS.iter().flat_map(|h| UNITS.map(|v| (*h, v))) {
        let what = format!("H in {h_unit:e}, v in {v_unit:e}");
        let v = DVector::from_row_slice(&[v_unit, 2.0 * v_unit]);
        let (product, _) = gradients(&diagonal(h_unit, [1.0, -1.0]), &v);
        assert_eq!(product, Err(StopReason::Indefinite), "{what}");
        let v = DVector::repeat(2, v_unit);
        let (product, _) = gradients(&diagonal(h_unit, [4.0, 4e-17]), &v);
        assert_eq!(product, Err(StopReason::Singular), "{what}");
        let (product, x) = gradients(&diagonal(h_unit, [4.0, 0.5]), &v);
        assert_eq!(product, Ok(Ihvp::Sound), "{what}");
        assert_near(&what, (x * (h_unit / v_unit)).as_slice(), &[0.25, 2.0], 1e-12);
    }
}

#[test]
fn a_gradient_whose_square_underflows_has_no_direction() {
    let (product, x) = gradients(&diagonal(1.0, [4.0, 0.5]), &DVector::repeat(2, 1e-160));
    assert_eq!((product, x.amax()), (Ok(Ihvp::Sound), 0.0));
}

#[test]
fn a_factorisation_judges_eigenvalues_in_any_unit() {
    for unit in UNITS {
        let mut x = DVector::zeros(2);
        let product = factorised(&diagonal(unit, [2.0, -0.5]), &DVector::repeat(2, unit), &mut x);
        assert_eq!(product, Ok(Ihvp::Indefinite), "{unit:e}");
        assert_near(&format!("{unit:e}"), x.as_slice(), &[0.5, -2.0], 1e-12);
        let product = factorised(&diagonal(unit, [2.0, -1e-17]), &DVector::repeat(2, unit), &mut x);
        assert_eq!(product, Err(StopReason::Singular), "{unit:e}");
    }
}

#[test]
fn a_perfect_fit_has_no_loss_in_any_unit_and_no_input_leaves_that_of_zero() {
    let of = |x: &DMatrix<f64>, y: &DVector<f64>, w: [f64; 2]| {
        let loss = SquaredErrors::new(x, vec![y.clone()], 0.0).expect("finite");
        loss.weighted_gradient(&w, Batch::All, &[1.0], &mut [0.0; 2])
    };
    for unit in [1e-10, 1.0, 1e10] {
        let x = DMatrix::from_row_slice(3, 2, &[1.0, 0.3, 0.2, 1.0, 0.5, 0.7]) * unit;
        let y = &x * DVector::from_row_slice(&[3.0, 1.5]) / unit;
        let found = of(&x, &y, [3.0 / unit, 1.5 / unit]);
        assert!(found.abs() < 1e-25, "{unit:e}: {found:e}");
    }
    let found = of(&DMatrix::zeros(3, 2), &DVector::from_row_slice(&[3.0, 1.0, 2.0]), [5.0, 5.0]);
    assert_near("the mean of y²", &[found], &[14.0 / 3.0], 1e-12);
}

#[test]
fn squares_that_overflow_are_refused() {
    let x = DMatrix::from_element(2, 1, 1.0);
    for (y, finite) in [(1.0, true), (1e200, false)] {
        let loss = SquaredErrors::new(&x, vec![DVector::from_row_slice(&[y, -y])], 0.0);
        assert_eq!(loss.is_some(), finite, "{y:e}");
    }
}
