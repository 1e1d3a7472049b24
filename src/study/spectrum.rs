//! `H` and the gradients in its eigenbasis.

use nalgebra::SymmetricEigen;

use super::Study;
use crate::sampled::{Spectrum, TaskCoordinates};
use crate::zero::{Size, zero_alignment};

impl Study {
    /// Eigenvalues of `H` at a W (`n`) and φ (`m`), and the gradients in its eigenbasis; `None` if a
    /// value there is not finite.
    pub fn spectrum(&mut self, w: &[f64], phi: &[f64]) -> Option<Spectrum> {
        if w.len() != self.n_parameters() || !self.admits(phi) {
            return None;
        }
        let (outer, cross) = self.gradients(w, phi)?;
        let eigen = SymmetricEigen::try_new(self.hessian(w, phi)?, f64::EPSILON, 10_000)?;
        let mut order: Vec<usize> = (0..w.len()).collect();
        order.sort_by(|&a, &b| eigen.eigenvalues[a].total_cmp(&eigen.eigenvalues[b]));
        let rotated = |v: &nalgebra::DVector<f64>| {
            let all = eigen.eigenvectors.tr_mul(v);
            order.iter().map(|&i| all[i]).collect()
        };
        let start = &self.start_sizes;
        let size = |v: &nalgebra::DVector<f64>, start: f64| Size {
            now: v.norm(),
            start,
            newton: eigen.eigenvectors.tr_mul(v).component_div(&eigen.eigenvalues).norm(),
        };
        let outer_size = size(&outer, start.0);
        let task = |k: usize| {
            let gradient = cross.column(k).into_owned();
            TaskCoordinates {
                name: self.phi_name(k),
                zero: zero_alignment(outer_size, size(&gradient, start.1[k])),
                gradient: rotated(&gradient),
            }
        };
        Some(Spectrum {
            eigenvalues: order.iter().map(|&i| eigen.eigenvalues[i]).collect(),
            outer: rotated(&outer),
            tasks: (0..phi.len()).map(task).collect(),
        })
    }
}
