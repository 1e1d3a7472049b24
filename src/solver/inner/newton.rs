//! Newton steps.

use nalgebra::{DVector, Dyn};
use serde::Serialize;

use super::InnerSolve;
use crate::problem::InnerGeneral;
use crate::status::StopReason;

/// `steps` Newton steps `w ← w - t H⁻¹∇_W L_T`, `t = 1` halved until `L_T` falls enough. Where a
/// loss is not convex, `H` is shifted by a multiple of `I` until it is positive definite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Newton {
    /// Steps between two outer steps.
    pub steps: usize,
}

impl InnerSolve<Dyn, InnerGeneral> for Newton {
    fn solve(&mut self, objective: &mut InnerGeneral, w: &mut DVector<f64>) -> Result<(), StopReason> {
        (0..self.steps).try_for_each(|_| objective.newton_step(w))
    }
}
