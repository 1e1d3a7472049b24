//! A method of every kind, and lanes of them.

use std::sync::Arc;

use auxilearn_lab::constraint::{Clamp, Constraint, Exp, Free, Sigmoid, Softmax, Softplus};
use auxilearn_lab::ihvp::{
    ConjugateGradients, Direct, Identity, Indefinite, InverseHvpKind, Neumann, Scaling,
};
use auxilearn_lab::inner::{AdamDescent, Exact, GradientDescent, InnerSolver, Momentum, Newton};
use auxilearn_lab::method::{
    BestResponse, CosineGating, Darts, Dwa, Equal, GradNorm, Gradients, GridSearch, Implicit, JointDescent,
    MethodKind, OlAux, SingleTask, Spacing, Uncertainty, Unroll,
};
use auxilearn_lab::outer::{Adam, OuterOptimizer, Sgd};
use auxilearn_lab::problem::{BilevelProblem, GeneralProblem};
use auxilearn_lab::run::{LaneSpec, Run};
use auxilearn_lab::trace::{QuantityKind, Trace};

/// Every constraint.
pub fn constraints() -> [Constraint; 6] {
    [
        Constraint::Clamp(Clamp {}),
        Constraint::Softplus(Softplus {}),
        Constraint::Exp(Exp {}),
        Constraint::Softmax(Softmax {}),
        Constraint::Sigmoid(Sigmoid {}),
        Constraint::Free(Free {}),
    ]
}

/// Rates of methods.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    pub w: f64,
    pub phi: f64,
    pub alpha: f64,
}

/// Rates with which everything goes well.
pub const CALM: Rates = Rates { w: 0.05, phi: 0.02, alpha: 0.05 };

pub fn descent(lr: f64, steps: usize) -> InnerSolver {
    InnerSolver::GradientDescent(GradientDescent { lr, steps })
}

pub fn sgd(lr: f64) -> OuterOptimizer {
    OuterOptimizer::Sgd(Sgd { lr, momentum: 0.0, weight_decay: 0.0, max_norm: None })
}

pub fn direct() -> InverseHvpKind {
    InverseHvpKind::Direct(Direct::default())
}

pub fn implicit(inner: InnerSolver, outer: OuterOptimizer, inverse_hvp: InverseHvpKind) -> Implicit {
    Implicit { inner, outer, inverse_hvp, warm_start: true, batch: None }
}

/// Every inner solver.
pub fn inner_solvers(rates: Rates) -> Vec<InnerSolver> {
    vec![
        descent(rates.w, 3),
        InnerSolver::Momentum(Momentum { lr: rates.w, momentum: 0.8, steps: 3 }),
        InnerSolver::Adam(AdamDescent { lr: rates.w, beta1: 0.9, beta2: 0.999, steps: 3 }),
        InnerSolver::Newton(Newton { steps: 2 }),
        InnerSolver::Exact(Exact {}),
    ]
}

/// Every inverse-Hessian product.
pub fn products(rates: Rates) -> Vec<InverseHvpKind> {
    let neumann = |scaling, damping| {
        InverseHvpKind::Neumann(Neumann { terms: 5, alpha: rates.alpha, scaling, damping })
    };
    vec![
        direct(),
        InverseHvpKind::Direct(Direct { damping: 0.0, indefinite: Indefinite::Factorise }),
        InverseHvpKind::Direct(Direct { damping: 0.5, indefinite: Indefinite::Factorise }),
        neumann(Scaling::Alpha, 0.0),
        neumann(Scaling::Official, 0.3),
        InverseHvpKind::ConjugateGradients(ConjugateGradients {
            iterations: 9,
            tolerance: 1e-9,
            damping: 0.0,
        }),
        InverseHvpKind::ConjugateGradients(ConjugateGradients {
            iterations: 4,
            tolerance: 0.0,
            damping: 0.2,
        }),
        InverseHvpKind::Identity(Identity { damping: 0.0 }),
    ]
}

/// Every method, the implicit one with every inner solver and product.
pub fn methods(rates: Rates) -> Vec<MethodKind> {
    let Rates { w, phi, .. } = rates;
    let outers = [sgd(phi), OuterOptimizer::Adam(Adam { lr: phi, max_norm: Some(10.0), ..Adam::default() })];
    let mut methods = weightings(rates);
    methods.extend([
        MethodKind::JointDescent(JointDescent { w_lr: w, phi_lr: phi }),
        MethodKind::Unroll(Unroll { inner: GradientDescent { lr: w, steps: 4 }, outer: sgd(phi), steps: 2 }),
        MethodKind::Darts(Darts { inner: descent(w, 2), outer: sgd(phi), xi: w, epsilon: 0.01 }),
        MethodKind::BestResponse(BestResponse { lr: phi }),
        MethodKind::GridSearch(GridSearch { low: 0.1, high: 2.0, points: 3, spacing: Spacing::Linear }),
        MethodKind::Equal(Equal { inner: descent(w, 2) }),
        MethodKind::SingleTask(SingleTask { inner: InnerSolver::Exact(Exact {}) }),
    ]);
    for (i, inner) in inner_solvers(rates).iter().enumerate() {
        for (j, product) in products(rates).iter().enumerate() {
            let rule = implicit(inner.clone(), outers[(i + j) % 2].clone(), product.clone());
            methods.push(MethodKind::Implicit(Implicit { warm_start: j % 3 != 1, ..rule }));
        }
    }
    methods
}

/// Every rule that weighs by the training tasks alone.
pub fn weightings(rates: Rates) -> Vec<MethodKind> {
    let Rates { w, phi, .. } = rates;
    vec![
        MethodKind::Uncertainty(Uncertainty { lr: phi, inner: descent(w, 2) }),
        MethodKind::Dwa(Dwa { temperature: 2.0, inner: descent(w, 2) }),
        MethodKind::GradNorm(GradNorm {
            alpha: 1.5,
            lr: phi,
            gradients: Gradients::Shared,
            inner: descent(w, 2),
        }),
        MethodKind::CosineGating(CosineGating {
            weighted: false,
            gradients: Gradients::Shared,
            inner: descent(w, 1),
        }),
        MethodKind::CosineGating(CosineGating {
            weighted: true,
            gradients: Gradients::Shared,
            inner: descent(w, 1),
        }),
        MethodKind::OlAux(OlAux { lr: w, steps: 2, phi_lr: phi }),
    ]
}

/// A lane's settings.
pub fn spec(method: MethodKind, steps: u64, w: &[f64], phi: &[f64]) -> LaneSpec {
    LaneSpec::new("lane", method, steps, w.to_vec(), phi.to_vec())
}

/// A lane run to its end.
pub fn finished(problem: &GeneralProblem, spec: &LaneSpec) -> Run {
    let mut run = Run::general(Arc::new(problem.clone()), spec);
    run.advance(u64::MAX);
    run
}

/// All components of a quantity in one row.
pub fn row(trace: &Trace, kind: QuantityKind, r: usize) -> Vec<f64> {
    trace.layout().range(kind).map(|c| trace.column(c)[r]).collect()
}

/// Zeros of the size of `W`.
pub fn origin(problem: &GeneralProblem) -> Vec<f64> {
    vec![0.0; problem.dim().0]
}
