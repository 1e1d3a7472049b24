//! `L_T = ℓ_0 + g(ℓ_0 … ℓ_K; φ)` with a monotone network `g`.

use super::Combination;
use crate::elementary::{sigmoid, softplus};

/// Most hidden layers.
pub const MAX_LAYERS: usize = 3;
/// Most units of a layer, and most losses.
pub const MAX_WIDTH: usize = 64;

/// A network of softplus layers whose weights are not negative, so that no loss ever counts
/// negatively: `a_0 = ℓ`, `a_l = softplus(U_l a_{l-1} + c_l)`, `g = v·a_L`.
///
/// φ holds, layer after layer, `U_l` row by row and then `c_l`, at last `v`: as the authors' code
/// has it (`MonoNonlinearHyperNet` in `auxilearn/hypernet.py`: all losses go in, the main loss is
/// added once more, no bias at the output), but without weight normalisation, which is undefined at
/// `v = 0`. With non-negative weights `g` is convex and increasing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monotone {
    dims: Vec<usize>,
}

/// One value a unit and layer.
type Units = [[f64; MAX_WIDTH]; MAX_LAYERS + 1];

/// What a forward pass leaves: `a_l`, `ȧ_l`, and of each layer `z_l`, `ż_l`.
struct Forward {
    a: Units,
    tangent_a: Units,
    z: Units,
    tangent_z: Units,
}

impl Monotone {
    /// A network of `n_losses` inputs and hidden layers of these `widths`.
    ///
    /// # Panics
    /// If there is no layer, more than [`MAX_LAYERS`], or one of no or more than [`MAX_WIDTH`] units.
    pub fn new(n_losses: usize, widths: &[usize]) -> Self {
        let dims: Vec<usize> = std::iter::once(n_losses).chain(widths.iter().copied()).collect();
        assert!((2..=MAX_LAYERS + 1).contains(&dims.len()), "one to {MAX_LAYERS} hidden layers");
        assert!(dims.iter().all(|d| (1..=MAX_WIDTH).contains(d)), "layers of 1 to {MAX_WIDTH} units");
        Self { dims }
    }

    /// Offsets of `U_l` and `c_l` of hidden layer `l`, from 0.
    fn layer(&self, l: usize) -> (usize, usize) {
        let size = |l: usize| self.dims[l + 1] * (self.dims[l] + 1);
        let start: usize = (0..l).map(size).sum();
        (start, start + self.dims[l + 1] * self.dims[l])
    }

    fn output(&self) -> usize {
        self.layer(self.dims.len() - 1 - 1).1 + self.dims[self.dims.len() - 1]
    }

    fn forward(&self, losses: &[f64], phi: &[f64], direction: &[f64]) -> Forward {
        let zero = [[0.0; MAX_WIDTH]; MAX_LAYERS + 1];
        let mut f = Forward { a: zero, tangent_a: zero, z: zero, tangent_z: zero };
        f.a[0][..losses.len()].copy_from_slice(losses);
        f.tangent_a[0][..direction.len()].copy_from_slice(direction);
        for l in 0..self.dims.len() - 1 {
            let (inputs, (weights, biases)) = (self.dims[l], self.layer(l));
            for unit in 0..self.dims[l + 1] {
                let row = &phi[weights + unit * inputs..][..inputs];
                let sum = |x: &[f64]| row.iter().zip(x).map(|(u, x)| u * x).sum::<f64>();
                let (z, tangent) = (sum(&f.a[l]) + phi[biases + unit], sum(&f.tangent_a[l]));
                (f.z[l][unit], f.tangent_z[l][unit]) = (z, tangent);
                (f.a[l + 1][unit], f.tangent_a[l + 1][unit]) = (softplus(z), sigmoid(z) * tangent);
            }
        }
        f
    }

    /// The gradient of `ġ` (if `of_tangent`) or of `g` in `ℓ` and, where wanted, in φ.
    fn backward(
        &self,
        f: &Forward,
        phi: &[f64],
        of_tangent: bool,
        mut by_phi: Option<&mut [f64]>,
    ) -> Gradients {
        let last = self.dims.len() - 1;
        let (mut tangent_bar, mut a_bar) = ([0.0; MAX_WIDTH], [0.0; MAX_WIDTH]);
        let v = &phi[self.output()..];
        let (start, end) = if of_tangent { (&mut tangent_bar, &f.tangent_a) } else { (&mut a_bar, &f.a) };
        start[..v.len()].copy_from_slice(v);
        if let Some(out) = by_phi.as_deref_mut() {
            out[self.output()..].copy_from_slice(&end[last][..v.len()]);
        }
        for l in (0..last).rev() {
            let (inputs, (weights, biases)) = (self.dims[l], self.layer(l));
            let (mut next_tangent, mut next_a) = ([0.0; MAX_WIDTH], [0.0; MAX_WIDTH]);
            for unit in 0..self.dims[l + 1] {
                let slope = sigmoid(f.z[l][unit]);
                let bend = slope * (1.0 - slope);
                let zeta = tangent_bar[unit] * slope;
                let eta = a_bar[unit] * slope + tangent_bar[unit] * f.tangent_z[l][unit] * bend;
                for i in 0..inputs {
                    let u = phi[weights + unit * inputs + i];
                    next_tangent[i] += u * zeta;
                    next_a[i] += u * eta;
                    if let Some(out) = by_phi.as_deref_mut() {
                        out[weights + unit * inputs + i] = zeta * f.tangent_a[l][i] + eta * f.a[l][i];
                    }
                }
                if let Some(out) = by_phi.as_deref_mut() {
                    out[biases + unit] = eta;
                }
            }
            (tangent_bar, a_bar) = (next_tangent, next_a);
        }
        a_bar
    }
}

/// A gradient in the losses.
type Gradients = [f64; MAX_WIDTH];

impl Combination for Monotone {
    fn n_phi(&self) -> usize {
        self.output() + self.dims[self.dims.len() - 1]
    }

    fn value(&self, losses: &[f64], phi: &[f64]) -> f64 {
        let f = self.forward(losses, phi, &[]);
        let v = &phi[self.output()..];
        losses[0] + v.iter().zip(&f.a[self.dims.len() - 1]).map(|(v, a)| v * a).sum::<f64>()
    }

    fn by_loss(&self, losses: &[f64], phi: &[f64], out: &mut [f64]) {
        let gradient = self.backward(&self.forward(losses, phi, &[]), phi, false, None);
        out.copy_from_slice(&gradient[..out.len()]);
        out[0] += 1.0;
    }

    fn by_phi(&self, losses: &[f64], phi: &[f64], out: &mut [f64]) {
        self.backward(&self.forward(losses, phi, &[]), phi, false, Some(out));
    }

    fn mixed(&self, losses: &[f64], phi: &[f64], direction: &[f64], out: &mut [f64]) {
        self.backward(&self.forward(losses, phi, direction), phi, true, Some(out));
    }

    fn is_linear(&self) -> bool {
        false
    }

    fn by_loss_loss(&self, losses: &[f64], phi: &[f64], direction: &[f64], out: &mut [f64]) {
        let gradient = self.backward(&self.forward(losses, phi, direction), phi, true, None);
        out.copy_from_slice(&gradient[..out.len()]);
    }

    fn non_negative(&self) -> Option<Vec<bool>> {
        let mut weights = vec![true; self.n_phi()];
        for l in 0..self.dims.len() - 1 {
            weights[self.layer(l).1..][..self.dims[l + 1]].fill(false);
        }
        Some(weights)
    }
}
