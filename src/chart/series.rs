//! A column of a trace as charts read it.

use std::ops::Deref;

use super::columns::{Point, Span, decimate};
use super::pyramid::Pyramid;

/// Values row by row and, where one is kept, their summary: with it every question here costs about the same
/// however long the column is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Series<'a> {
    values: &'a [f64],
    summary: Option<&'a Pyramid>,
}

impl Deref for Series<'_> {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        self.values
    }
}

impl<'a> From<&'a [f64]> for Series<'a> {
    fn from(values: &'a [f64]) -> Self {
        Self { values, summary: None }
    }
}

impl Series<'_> {
    /// Least and largest finite value; the first is the larger one if there are none.
    pub fn extremes(self) -> (f64, f64) {
        if let Some(summary) = self.summary {
            let all = summary.over(self.values, 0..self.values.len());
            return all.extremes().unwrap_or((f64::INFINITY, f64::NEG_INFINITY));
        }
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for &v in self.values {
            if v.is_finite() {
                low = low.min(v);
                high = high.max(v);
            }
        }
        (low, high)
    }

    /// Returns whether there is a finite value.
    pub fn is_recorded(self) -> bool {
        if let Some(summary) = self.summary {
            return summary.last_finite(self.values).is_some();
        }
        self.values.iter().any(|v| v.is_finite())
    }

    /// The last row with a finite value.
    pub fn last_finite(self) -> Option<usize> {
        if let Some(summary) = self.summary {
            return summary.last_finite(self.values);
        }
        self.values.iter().rposition(|v| v.is_finite())
    }

    /// The last row that is not zero.
    pub fn last_not_zero(self) -> Option<usize> {
        if let Some(summary) = self.summary {
            return summary.last_not_zero(self.values);
        }
        self.values.iter().rposition(|&v| v != 0.0)
    }

    /// How many values are this one, and how many are finite.
    pub fn counts(self, wanted: f64) -> (usize, usize) {
        if let Some(summary) = self.summary {
            return summary.counts(self.values, wanted);
        }
        let equal = self.values.iter().filter(|&&v| v == wanted).count();
        (equal, self.values.iter().filter(|v| v.is_finite()).count())
    }

    /// See [`decimate`].
    pub fn decimate(self, steps: &[f64], span: Span, emit: impl FnMut(Point)) {
        if let Some(summary) = self.summary {
            return summary.decimate(steps, self.values, span, emit);
        }
        decimate(steps, self.values, span, emit);
    }
}

impl<'a> Series<'a> {
    /// The same values with their summary.
    pub fn with_summary(self, summary: Option<&'a Pyramid>) -> Self {
        Self { summary, ..self }
    }

    /// The summary, if one is kept.
    pub fn summary(self) -> Option<&'a Pyramid> {
        self.summary
    }
}
