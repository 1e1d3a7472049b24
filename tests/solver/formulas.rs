//! Expressions and their derivatives: closed forms, and random ones against central differences.

use auxilearn_lab::family::{Batch, Formulas, TaskFamily};
use auxilearn_lab::formula::{Expression, Function, Operator};
use nalgebra::DMatrix;
use proptest::prelude::*;

use crate::common::central_differences;
use crate::zoo::{assert_near, join};

fn number(x: f64) -> Expression {
    Expression::number(x)
}

fn w(i: usize) -> Expression {
    Expression::variable(i)
}

/// Value, gradient and Hessian at `w`, through the family.
fn jet(expression: &Expression, w: &[f64]) -> (f64, Vec<f64>, DMatrix<f64>) {
    let family = Formulas::new(w.len(), vec![expression.clone()]);
    let (mut value, mut gradient) = ([0.0], vec![0.0; w.len()]);
    family.jet(w, Batch::All, &mut value, &mut gradient);
    let mut hessian = DMatrix::zeros(w.len(), w.len());
    family.weighted_hessian(w, Batch::All, &[1.0], &mut hessian);
    (value[0], gradient, hessian)
}

#[test]
fn the_valley_of_rosenbrock_has_its_derivatives() {
    // (1 - w1)² + 100 (w2 - w1²)².
    let square = |e| join(e, Operator::Power, number(2.0));
    let floor = square(join(number(1.0), Operator::Subtract, w(0)));
    let wall = square(join(w(1), Operator::Subtract, square(w(0))));
    let valley = join(floor, Operator::Add, join(number(100.0), Operator::Multiply, wall));
    for [x, y] in [[1.0, 1.0], [-1.2, 1.0], [0.0, 0.5], [0.3, -2.0]] {
        let (value, gradient, hessian) = jet(&valley, &[x, y]);
        let lift = y - x * x;
        assert_near("value", &[value], &[(1.0 - x) * (1.0 - x) + 100.0 * lift * lift], 1e-14);
        assert_near("gradient", &gradient, &[2.0 * (x - 1.0) - 400.0 * x * lift, 200.0 * lift], 1e-13);
        let cross = -400.0 * x;
        let expected = [2.0 - 400.0 * (y - 3.0 * x * x), cross, cross, 200.0];
        assert_near("Hessian", hessian.as_slice(), &expected, 1e-13);
    }
}

#[test]
fn powers_have_their_derivatives_at_zero_and_below() {
    let at = |p: f64, x: f64| {
        let (value, gradient, hessian) = jet(&join(w(0), Operator::Power, number(p)), &[x]);
        [value, gradient[0], hessian[0]]
    };
    assert_eq!(at(0.0, 0.0), [1.0, 0.0, 0.0]);
    assert_eq!(at(1.0, 0.0), [0.0, 1.0, 0.0]);
    assert_eq!(at(2.0, 0.0), [0.0, 0.0, 2.0]);
    assert_eq!(at(3.0, -2.0), [-8.0, 12.0, -12.0]);
    assert_eq!(at(-1.0, -2.0), [-0.5, -0.25, -0.25]);
    assert_eq!(at(64.0, 1.0), [1.0, 64.0, 64.0 * 63.0]);
    let [value, slope, bend] = at(2.5, 4.0);
    assert_near("a broken power", &[value, slope, bend], &[32.0, 20.0, 7.5], 1e-15);
    assert!(at(0.5, -1.0).iter().all(|x| x.is_nan()), "no real root");
    // What does not depend on a parameter has no slope in it, however steep it is.
    let (_, gradient, hessian) = jet(&w(0).applied(Function::Sqrt), &[0.0, 1.0]);
    assert_eq!((gradient[0], gradient[1], hessian[(1, 1)]), (f64::INFINITY, 0.0, 0.0));
}

#[test]
fn a_power_of_a_power_is_a_constant_of_its_own() {
    let tower = join(number(2.0), Operator::Power, join(number(3.0), Operator::Power, number(2.0)));
    assert_eq!((tower.value(&[]), tower.len(), tower.n_parameters()), (512.0, 1, 0));
}

/// Smooth expressions in three parameters, all of a moderate size.
fn smooth() -> impl Strategy<Value = Expression> {
    let leaf = prop_oneof![(0..3_usize).prop_map(w), (-2.0..2.0).prop_map(number)];
    leaf.prop_recursive(5, 40, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        let tame = |e: Expression| e.applied(Function::Atan);
        // 1 + e², whose roots, logarithms and powers are smooth.
        let above = |e: Expression| {
            join(number(1.0), Operator::Add, join(e.applied(Function::Tanh), Operator::Power, number(2.0)))
        };
        prop_oneof![
            pair.clone().prop_map(|(a, b)| join(a, Operator::Add, b)),
            pair.clone().prop_map(|(a, b)| join(a, Operator::Subtract, b)),
            pair.clone().prop_map(move |(a, b)| join(tame(a), Operator::Multiply, b)),
            pair.clone().prop_map(move |(a, b)| join(a, Operator::Divide, above(b))),
            pair.prop_map(move |(a, b)| join(above(a), Operator::Power, tame(b))),
            inner.clone().prop_map(Expression::negated),
            (inner.clone(), -2_i32..4).prop_map(move |(a, p)| join(
                above(a),
                Operator::Power,
                number(f64::from(p) + 0.5)
            )),
            (inner.clone(), 0_i32..4).prop_map(move |(a, p)| join(
                tame(a),
                Operator::Power,
                number(f64::from(p))
            )),
            inner.clone().prop_map(move |a| above(a).applied(Function::Sqrt)),
            inner.clone().prop_map(move |a| above(a).applied(Function::Ln)),
            inner.clone().prop_map(move |a| tame(a).applied(Function::Exp)),
            inner
                .clone()
                .prop_map(move |a| join(tame(a), Operator::Multiply, number(0.5)).applied(Function::Tan)),
            inner.clone().prop_map(move |a| tame(a).applied(Function::Sinh)),
            inner.clone().prop_map(move |a| tame(a).applied(Function::Cosh)),
            inner.clone().prop_map(move |a| above(a).applied(Function::Abs)),
            (
                inner,
                prop::sample::select(vec![
                    Function::Sin,
                    Function::Cos,
                    Function::Tanh,
                    Function::Sigmoid,
                    Function::Softplus
                ])
            )
                .prop_map(|(a, function)| a.applied(function)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn derivatives_are_differences(expression in smooth(), at in prop::array::uniform3(-1.0..1.0)) {
        let (value, gradient, hessian) = jet(&expression, &at);
        prop_assert!((value - expression.value(&at)).abs() <= 1e-12 * (1.0 + value.abs()));
        // What is nearly zero is small beside what it is the difference of.
        let with_scale = |mut numbers: Vec<f64>| { numbers.push(1.0 + value.abs()); numbers };
        let expected = central_differences(|w| expression.value(w), &at, 1e-5);
        assert_near("gradient", &with_scale(gradient.clone()), &with_scale(expected), 1e-5);
        for i in 0..3 {
            let expected = central_differences(|w| jet(&expression, w).1[i], &at, 1e-5);
            let found = hessian.column(i).iter().copied().collect();
            assert_near("Hessian", &with_scale(found), &with_scale(expected), 1e-5);
        }
    }
}

#[test]
fn a_quotient_is_quadratic_only_over_a_constant() {
    let over = |a: Expression, b: Expression| join(a, Operator::Divide, b).is_quadratic();
    let square = || join(w(0), Operator::Multiply, w(0));
    assert!(over(square(), number(2.0)) && over(w(0), number(3.0)) && over(number(1.0), number(2.0)));
    assert!(!over(number(1.0), w(0)) && !over(w(0), w(0)) && !over(square(), w(1)));
}
