//! The truncated Neumann series against its own theory.

use auxilearn_lab::curvature::{Curvature, Dense, Diagonal};
use auxilearn_lab::ihvp::{Direct, Ihvp, InverseHvp, Neumann, Scaling, Workspace};
use auxilearn_lab::status::StopReason;
use nalgebra::{DMatrix, DVector, Dyn};

/// `Q diag(eigenvalues) Qᵀ` for a fixed rotation.
fn symmetric(eigenvalues: &[f64]) -> DMatrix<f64> {
    let n = eigenvalues.len();
    let q = DMatrix::from_fn(n, n, |i, j| ((i * 7 + j * 3) as f64).sin() + f64::from(i == j)).qr().q();
    &q * DMatrix::from_diagonal(&DVector::from_column_slice(eigenvalues)) * q.transpose()
}

fn apply<H: Curvature<Dyn>>(
    inverse: &impl InverseHvp,
    hessian: &H,
    v: &DVector<f64>,
) -> Result<(DVector<f64>, Ihvp), StopReason> {
    let mut x = v.clone();
    let product = inverse.apply(hessian, v, &mut x, &mut Workspace::new(Dyn(v.len())))?;
    Ok((x, product))
}

#[test]
fn the_error_after_j_terms_is_that_of_the_formula() {
    // H⁻¹v - P_J v = (I - αH)^{J+1} H⁻¹ v.
    let eigenvalues = [0.5, 1.0, 3.0, 6.0];
    let h = symmetric(&eigenvalues);
    let v = DVector::from_column_slice(&[1.0, -2.0, 0.5, 3.0]);
    let exact = h.clone().cholesky().expect("positive definite").solve(&v);
    for alpha in [0.05, 2.0 / 6.5, 0.33] {
        let map = DMatrix::identity(4, 4) - &h * alpha;
        let mut error = exact.clone();
        for terms in 0..12 {
            error = &map * error;
            let neumann = Neumann { terms, alpha, scaling: Scaling::Alpha, damping: 0.0 };
            let (found, product) = apply(&neumann, &Dense(h.clone()), &v).expect("a product");
            assert_eq!(product, Ihvp::Sound, "α = {alpha} < 2/λ_max");
            let difference = (&exact - found - &error).norm();
            assert!(difference < 1e-13 * exact.norm(), "α = {alpha}, J = {terms}: {difference}");
            let rho = eigenvalues.iter().map(|l| (1.0 - alpha * l).abs()).fold(0.0, f64::max);
            assert!(error.norm() <= rho.powi(terms as i32 + 1) * exact.norm() * (1.0 + 1e-12));
        }
    }
}

#[test]
fn the_official_scaling_is_the_estimate_over_alpha() {
    let h = Diagonal(DVector::from_column_slice(&[1.0, 2.0, 5.0]));
    let v = DVector::from_column_slice(&[1.0, 1.0, -1.0]);
    let by = |scaling| {
        apply(&Neumann { terms: 3, alpha: 0.1, scaling, damping: 0.0 }, &h, &v).expect("a product").0
    };
    assert!((by(Scaling::Official) * 0.1 - by(Scaling::Alpha)).norm() < 1e-15);
}

#[test]
fn many_terms_reach_the_direct_product_in_every_representation() {
    let eigenvalues = [0.5, 1.0, 3.0];
    let v = DVector::from_column_slice(&[1.0, -2.0, 0.5]);
    let neumann = Neumann { terms: 400, alpha: 0.5, scaling: Scaling::Alpha, damping: 0.0 };
    let dense = Dense(symmetric(&eigenvalues));
    let (series, exact) = (apply(&neumann, &dense, &v), apply(&Direct::default(), &dense, &v));
    assert!((series.expect("a product").0 - exact.expect("a product").0).norm() < 1e-12);
    let diagonal = Diagonal(DVector::from_column_slice(&eigenvalues));
    let (series, exact) = (apply(&neumann, &diagonal, &v), apply(&Direct::default(), &diagonal, &v));
    assert!((series.expect("a product").0 - exact.expect("a product").0).norm() < 1e-12);
}

#[test]
fn a_series_of_any_step_is_its_finite_sum() {
    // f_J(λ) = (1 - (1-αλ)^{J+1})/λ; α = 0.51 and 3 are beyond 2/λ_max.
    let eigenvalues = [1.0, 2.0, 4.0, -0.5];
    for (n, alpha, terms) in [1, 2, 3, 4].into_iter().flat_map(|n| [(n, 0.51, 0), (n, 0.51, 60), (n, 3.0, 4)])
    {
        let v = DVector::from_fn(n, |i, _| 1.0 + i as f64);
        let diagonal = DVector::from_column_slice(&eigenvalues[..n]);
        let filter = |l: f64| (1.0 - (1.0 - alpha * l).powi(terms as i32 + 1)) / l;
        let expected = v.zip_map(&diagonal, |v, l| filter(l) * v);
        let neumann = Neumann { terms, alpha, scaling: Scaling::Alpha, damping: 0.0 };
        let dense = Dense(DMatrix::from_diagonal(&diagonal));
        for found in [apply(&neumann, &Diagonal(diagonal), &v), apply(&neumann, &dense, &v)] {
            let (x, product) = found.expect("a product");
            assert_eq!(product, Ihvp::Sound);
            assert!((&x - &expected).norm() <= 1e-12 * expected.norm(), "n = {n}: {x}, {expected}");
        }
    }
}

#[test]
fn the_direct_product_says_why_there_is_none() {
    let v = DVector::from_element(3, 1.0);
    for (eigenvalues, reason) in
        [([1.0, 2.0, 0.0], StopReason::Singular), ([1.0, 2.0, -0.5], StopReason::Indefinite)]
    {
        let dense = apply(&Direct::default(), &Dense(symmetric(&eigenvalues)), &v);
        assert_eq!(dense, Err(reason), "dense, {eigenvalues:?}");
        let diagonal = apply(&Direct::default(), &Diagonal(DVector::from_column_slice(&eigenvalues)), &v);
        assert_eq!(diagonal, Err(reason), "diagonal, {eigenvalues:?}");
    }
}
