//! Losses over a plane of W: quadratics by their six coefficients, others node by node.

use nalgebra::DVector;

use super::Study;
use crate::problem::{BilevelProblem, InnerGeneral, InnerObjective, Part, TaskJet};
use crate::sampled::{Bounds, Field, Frame, Place, Role};

impl Study {
    /// Returns whether `L_T(·; φ)` is a quadratic at every φ, so that a plane of it costs next to nothing.
    pub(super) fn is_quadratic(&self) -> bool {
        self.inner.is_quadratic()
    }

    /// `L_T(·; φ)` at the nodes of a grid; `response` is `W*(φ)` if there is one.
    pub(super) fn training_field(
        &mut self,
        frame: &Frame,
        bounds: Bounds,
        size: (usize, usize),
        phi: &[f64],
        response: Option<&[f64]>,
    ) -> Field {
        if self.is_quadratic() {
            self.inner.set_phi(phi);
            let about = response.map_or(bounds.centre(), |w| frame.project(w));
            return Expansion::of(&mut self.inner, frame, about).sample(bounds, size);
        }
        let mut jet = TaskJet::zeros(self.problem.dim(), self.problem.n_auxiliaries());
        let mut w = DVector::zeros(self.n_parameters());
        Field::sample(bounds, size, |place| {
            frame.lift_into(place, w.as_mut_slice());
            self.problem.tasks_at(&w, &mut jet);
            Some(self.problem.training_loss(&jet, phi))
        })
    }

    /// `L_A` at the nodes of a grid.
    pub(super) fn outer_field(&self, frame: &Frame, bounds: Bounds, size: (usize, usize)) -> Field {
        let mut held_out = self.problem.only(Part::HeldOut).inner();
        if held_out.is_quadratic() {
            held_out.set_phi(&[]);
            let optimum = self.optima.iter().find(|found| found.role == Role::HeldOut);
            let about = optimum.map_or(bounds.centre(), |found| frame.project(&found.w));
            return Expansion::of(&mut held_out, frame, about).sample(bounds, size);
        }
        let mut w = DVector::zeros(self.n_parameters());
        let mut scratch = w.clone();
        Field::sample(bounds, size, |place| {
            frame.lift_into(place, w.as_mut_slice());
            Some(self.problem.outer_at(&w, &mut scratch))
        })
    }
}

/// A quadratic on a plane, by its value, gradient and curvature at one place. About its minimum no small value is
/// the difference of large ones.
struct Expansion {
    about: Place,
    value: f64,
    gradient: (f64, f64),
    /// `∂²/∂x²`, `∂²/∂x∂y`, `∂²/∂y²`.
    curvature: (f64, f64, f64),
}

impl Expansion {
    /// Of a quadratic objective at its present φ.
    fn of(objective: &mut InnerGeneral, frame: &Frame, about: Place) -> Self {
        let w = DVector::from_vec(frame.lift(about));
        let mut gradient = DVector::zeros(w.len());
        let value = objective.value_and_gradient(&w, &mut gradient);
        let hessian = &objective.hessian(&w).0;
        let axis = |i: usize| frame.axes().get(i).map(|axis| DVector::from_column_slice(axis));
        let zeros = DVector::zeros(w.len());
        let (x, y) = (axis(0).unwrap_or_else(|| zeros.clone()), axis(1).unwrap_or(zeros));
        let (bent_x, bent_y) = (hessian * &x, hessian * &y);
        let curvature = (x.dot(&bent_x), x.dot(&bent_y), y.dot(&bent_y));
        Self { about, value, gradient: (gradient.dot(&x), gradient.dot(&y)), curvature }
    }

    /// Its values at the nodes of a grid, those of a row as a polynomial of x.
    fn sample(&self, bounds: Bounds, (columns, rows): (usize, usize)) -> Field {
        let mut field = Field { bounds, columns: columns.max(2), rows: rows.max(2), values: Vec::new() };
        field.values.reserve(field.columns * field.rows);
        let across: Vec<f64> = (0..field.columns).map(|i| field.place(i).0 - self.about.0).collect();
        let (xx, xy, yy) = self.curvature;
        for row in 0..field.rows {
            let y = field.place(row * field.columns).1 - self.about.1;
            let constant = self.value + y * (self.gradient.1 + 0.5 * yy * y);
            let linear = self.gradient.0 + xy * y;
            let value = |x: &f64| constant + x * (linear + 0.5 * xx * x);
            field.values.extend(across.iter().map(|x| Some(value(x)).filter(|v| v.is_finite())));
        }
        field
    }
}
