//! The axis of the hypergradient's values.

use super::super::scale::{Extent, Scale};
use crate::sampled::{CutShort, Estimate};

/// Values so many times the true ones get a scale that compresses them.
const WIDE: f64 = 20.0;

/// The axis of values: linear about the true ones, compressed where estimates explode.
pub fn of_values(cut_short: &CutShort, wanted: f64) -> Scale {
    let mut extent = Extent::default();
    let known: Vec<f64> = (0..cut_short.phi.len()).filter_map(|k| cut_short.known_at(k)).collect();
    extent.add(known.as_slice().into());
    let typical = known.iter().fold(0.0, |m: f64, t| m.max(t.abs()));
    for cut in &cut_short.cuts {
        for of in Estimate::ALL {
            let estimate = cut.estimate(of).unwrap_or(&[]).iter().enumerate();
            let shown: Vec<f64> = estimate.map(|(k, value)| cut_short.shown(k, *value)).collect();
            extent.add(shown.as_slice().into());
        }
    }
    let typical = if typical > 0.0 { typical } else { extent.typical(0.5) };
    let (low, high) = extent.robust(1e6, 1e3).unwrap_or((-1.0, 1.0));
    let (low, high) = (low.min(0.0), high.max(0.0));
    if high.max(-low) <= WIDE * typical {
        return Scale::linear((low, high), wanted);
    }
    Scale::symmetric((low, high), typical, wanted)
}
