//! The landscape that φ walks in.

use super::{Field, Place};
use crate::zero::HALF_DIGITS;

/// `L_A(W*(φ))` over one or two components of φ, the others fixed.
#[derive(Debug, Clone, PartialEq)]
pub struct Landscape {
    /// Names of the components of φ.
    pub phi_names: Vec<String>,
    /// φ whose other components hold throughout.
    pub phi: Vec<f64>,
    /// φ of the start (`m`).
    pub start: Vec<f64>,
    /// The components over the first and the second axis.
    pub components: (usize, Option<usize>),
    /// The values; over one component all rows are equal.
    pub field: Field,
    /// Whether `L_T` is convex in W; else neighbours may lie in the basins of different minima.
    pub convex: bool,
    /// The grid that a grid-search lane tries.
    pub grid: Option<Grid>,
}

impl Landscape {
    /// The value that it has throughout, if its values differ by no more than half of their digits.
    pub fn level(&self) -> Option<f64> {
        let (low, high) = self.field.range()?;
        (high - low <= HALF_DIGITS * high.abs().max(low.abs())).then_some(low)
    }

    /// Where φ of the start is: over one component on the curve, or nowhere (NaN) if it has no value there.
    pub fn start_place(&self) -> Place {
        let (first, second) = self.components;
        let x = self.start[first];
        let on_curve = || {
            let (low, high) = self.field.bounds.x;
            let node = (x - low) / (high - low) * (self.field.columns - 1) as f64;
            self.field.values.get(node.round().max(0.0) as usize).copied().flatten().unwrap_or(f64::NAN)
        };
        (x, second.map_or_else(on_curve, |k| self.start[k]))
    }
}

/// What a grid-search lane tries.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// Which lane it is, counted as the charts are given them.
    pub lane: usize,
    /// Values of the components shown, in the order of trial; the second is 0 if there is none.
    pub points: Vec<(f64, f64)>,
    /// Points of the whole grid, as far as numbers reach: more than are listed if it is too large.
    pub size: f64,
}
