//! How a document's φ combines the losses of its tasks.

use crate::lang::{self, t, tr};
use serde::Serialize;

use crate::combination::{Combination as _, Monotone};

/// The combination `h` of `L_T = ℓ_main + h(ℓ; φ)`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Combination {
    /// `h = Σ_k φ_k ℓ_k`.
    Linear(Plain),
    /// A monotone network of all losses, whose weights are φ.
    Monotone(MonotoneNetwork),
}

/// A choice without settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Plain {}

/// A monotone network's shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MonotoneNetwork {
    /// Units of each hidden layer.
    pub widths: Vec<usize>,
}

impl Default for Combination {
    fn default() -> Self {
        Self::Linear(Plain {})
    }
}

impl Combination {
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The network, if it is one.
    pub(super) fn network(&self) -> Option<&MonotoneNetwork> {
        match self {
            Self::Monotone(network) => Some(network),
            Self::Linear(_) => None,
        }
    }

    /// `m`, the number of auxiliary parameters for `K` tasks.
    pub(super) fn n_phi(&self, n_auxiliaries: usize) -> usize {
        match self.network() {
            None => n_auxiliaries,
            Some(network) => Monotone::new(n_auxiliaries + 1, &network.widths).n_phi(),
        }
    }

    /// Names of the components of φ: the tasks', or where a weight of the network stands.
    pub(super) fn phi_names(&self, tasks: Vec<String>) -> Vec<String> {
        let Some(network) = self.network() else { return tasks };
        let tasks = tasks.into_iter().map(lang::said);
        let mut inputs: Vec<String> = std::iter::once(tr!("main").to_owned()).chain(tasks).collect();
        let mut names = Vec::new();
        for (layer, &width) in network.widths.iter().enumerate() {
            let units: Vec<String> =
                (1..=width).map(|unit| t!("unit {layer}.{unit}", layer = layer + 1, unit = unit)).collect();
            let link = |unit: &String, from: &String| t!("{unit} from {input}", unit = unit, input = from);
            names.extend(units.iter().flat_map(|unit| inputs.iter().map(move |from| link(unit, from))));
            names.extend(units.iter().map(|unit| t!("bias of {unit}", unit = unit)));
            inputs = units;
        }
        names.extend(inputs.iter().map(|from| t!("output from {input}", input = from)));
        names
    }
}
