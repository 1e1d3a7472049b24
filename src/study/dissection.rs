//! The sign of each alignment, taken apart.

use nalgebra::{DMatrix, DVector, SymmetricEigen};

use super::Study;
use crate::problem::BilevelProblem;
use crate::sampled::{Dissection, Frame, TaskSign};
use crate::zero::{Size, zero_alignment};

/// An eigenvalue this small beside the largest one is zero.
const SINGULAR: f64 = 1e-12;

impl Study {
    /// Gradients and signs at a W (`n`) and φ (`m`); `None` if a value there is not finite.
    pub fn dissect(&mut self, frame: &Frame, w: &[f64], phi: &[f64]) -> Option<Dissection> {
        if w.len() != self.n_parameters() || !self.admits(phi) {
            return None;
        }
        let (outer, cross) = self.gradients(w, phi)?;
        let metric = Metric::of(self.hessian(w, phi)?)?;
        let newton = metric.apply(&outer);
        let start = &self.start_sizes;
        let size = |v: &DVector<f64>, start: f64| Size {
            now: v.norm(),
            start,
            newton: metric.apply(v).map_or(0.0, |x| x.norm()),
        };
        let outer_size = size(&outer, start.0);
        let tasks = (0..phi.len()).map(|k| {
            let gradient = cross.column(k).into_owned();
            let zero = zero_alignment(outer_size, size(&gradient, start.1[k]));
            sign((self.phi_name(k), zero), &gradient, &outer, newton.as_ref(), &metric)
        });
        Some(Dissection {
            tasks: tasks.collect(),
            at: frame.project(w),
            w: w.to_vec(),
            outer_gradient: outer.as_slice().to_vec(),
            newton: newton.as_ref().map(|p| p.as_slice().to_vec()),
            definite: metric.least > 0.0 && newton.is_some(),
            of_network: self.problem.n_effective_weights() > 0,
            turn: 1.0,
        })
    }
}

/// `H⁻¹` by the eigenvalues of `H`, so that an indefinite one has its inverse too.
struct Metric {
    eigen: SymmetricEigen<f64, nalgebra::Dyn>,
    least: f64,
    singular: bool,
}

impl Metric {
    fn of(hessian: DMatrix<f64>) -> Option<Self> {
        let eigen = SymmetricEigen::try_new(hessian, f64::EPSILON, 10_000)?;
        let floor = SINGULAR * eigen.eigenvalues.amax();
        let singular = eigen.eigenvalues.iter().any(|l| l.abs() <= floor);
        Some(Self { least: eigen.eigenvalues.min(), singular, eigen })
    }

    /// `H⁻¹ v`; `None` if `H` is singular.
    fn apply(&self, v: &DVector<f64>) -> Option<DVector<f64>> {
        let x = self.eigen.eigenvectors.tr_mul(v).component_div(&self.eigen.eigenvalues);
        (!self.singular).then(|| &self.eigen.eigenvectors * x)
    }
}

fn sign(
    (name, zero): (String, f64),
    gradient: &DVector<f64>,
    outer: &DVector<f64>,
    newton: Option<&DVector<f64>>,
    metric: &Metric,
) -> TaskSign {
    let cosine = |product: f64, a: f64, b: f64| {
        let size = a.sqrt() * b.sqrt();
        (size > 0.0).then(|| (product / size).clamp(-1.0, 1.0)).filter(|c| c.is_finite())
    };
    let alignment = newton.map(|p| p.dot(gradient));
    let cos_h = || {
        let (p, q) = (newton?, metric.apply(gradient)?);
        cosine(p.dot(gradient), p.dot(outer), q.dot(gradient))
    };
    TaskSign {
        name,
        cosine: cosine(outer.dot(gradient), outer.norm_squared(), gradient.norm_squared()),
        cos_h: if metric.least > 0.0 { cos_h() } else { None },
        alignment,
        zero,
        gradient: gradient.as_slice().to_vec(),
    }
}
