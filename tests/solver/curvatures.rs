//! When a curvature counts as definite, singular or indefinite: relative to its largest eigenvalue, to the last bits.

use auxilearn_lab::curvature::{Curvature, Dense, Diagonal};
use auxilearn_lab::status::StopReason;
use nalgebra::{DMatrix, DVector};

use crate::zoo::{Draw, assert_near};

fn solved<H: Curvature<nalgebra::Dyn>>(h: &H, n: usize) -> Result<DVector<f64>, StopReason> {
    let rhs = DVector::from_fn(n, |i, _| 1.0 + i as f64);
    let mut out = DVector::repeat(n, 7.0);
    h.solve(&rhs, &mut h.factor(), &mut out).map(|()| out)
}

#[test]
fn an_eigenvalue_of_n_roundings_of_the_largest_is_zero_and_a_larger_one_is_not() {
    for (n, largest) in [(2, 1.0), (3, 4.0), (5, 0.125)] {
        // Exact: n ulps of a power of two.
        let floor = n as f64 * f64::EPSILON * largest;
        let with = |least: f64| {
            let mut diagonal = DVector::repeat(n, largest);
            diagonal[n - 1] = least;
            solved(&Diagonal(diagonal), n).map(|x| x[n - 1] * least)
        };
        assert_eq!(with(floor), Err(StopReason::Singular));
        assert_eq!(with(-floor), Err(StopReason::Singular));
        assert_eq!(with(0.0), Err(StopReason::Singular));
        assert_eq!(with(2.0 * floor), Ok(n as f64));
        assert_eq!(with(-2.0 * floor), Err(StopReason::Indefinite));
        assert_eq!(with(-2.0 * largest), Err(StopReason::Indefinite));
    }
}

#[test]
fn the_unit_of_a_curvature_decides_nothing() {
    for n in [1, 2, 3, 6] {
        let definite = Draw::new(31).symmetric(n, false);
        // Less the mean of its eigenvalues, or, if there is but one, twice that.
        let mean = definite.trace() / n as f64;
        let indefinite = &definite - DMatrix::identity(n, n) * if n == 1 { 2.0 * mean } else { mean };
        let singular = DMatrix::from_fn(n, n, |i, j| if i == j && i > 0 { 1.0 } else { 0.0 });
        let expected = solved(&Dense(definite.clone()), n).expect("definite");
        for unit in [1e-60, 1e-9, 1e9, 1e60] {
            let found = solved(&Dense(&definite * unit), n).expect("definite in any unit") * unit;
            assert_near("A⁻¹v", found.as_slice(), expected.as_slice(), 1e-9);
            assert_eq!(solved(&Dense(&indefinite * unit), n), Err(StopReason::Indefinite), "{n}, {unit}");
            assert_eq!(solved(&Dense(&singular * unit), n), Err(StopReason::Singular), "{n}, {unit}");
        }
    }
}

#[test]
fn the_unit_of_one_coordinate_decides_nothing() {
    let mut draw = Draw::new(32);
    for n in 2..6 {
        let definite = draw.symmetric(n, false);
        let half = DMatrix::from_fn(n, n - 1, |_, _| draw.number(-1.0, 1.0));
        let singular = &half * half.transpose();
        let of = |a: &DMatrix<f64>, unit: f64| {
            let units = DMatrix::from_diagonal(&DVector::from_fn(n, |i, _| if i == 0 { unit } else { 1.0 }));
            solved(&Dense(&units * a * &units), n)
        };
        let inverse = definite.clone().try_inverse().expect("definite");
        for k in -9..=9 {
            let unit = libm::pow(10.0, f64::from(k));
            let shrunk = |i: usize| if i == 0 { 1.0 / unit } else { 1.0 };
            let rhs = DVector::from_fn(n, |i, _| shrunk(i) * (1.0 + i as f64));
            let expected = DVector::from_fn(n, |i, _| shrunk(i) * inverse.row(i).transpose().dot(&rhs));
            let found = of(&definite, unit).expect("definite in any unit");
            for (f, e) in found.iter().zip(&expected) {
                assert!(
                    (f - e).abs() <= 1e-9 * expected.amax().max(e.abs()),
                    "{n}, {k}: {found}, {expected}"
                );
            }
            assert_eq!(of(&singular, unit), Err(StopReason::Singular), "{n}, {k}");
        }
    }
}
