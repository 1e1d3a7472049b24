//! Summaries of a trace's columns that grow with it, so that a picture costs what its pixels need and not
//! what the trace holds.

use super::pyramid::Pyramid;
use crate::trace::{QuantityKind, Trace};

/// Summaries of all columns of one trace but its steps.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    columns: Vec<Pyramid>,
    rows: usize,
    stride: u64,
}

impl Summary {
    /// Takes in the rows that a trace has got since the last call, in time that is proportional to them;
    /// all if it was thinned out. A trace that was cleared needs a new summary.
    pub fn follow(&mut self, trace: &Trace) {
        let width = trace.layout().width();
        if self.stride != trace.stride() || self.rows > trace.rows() || self.columns.len() != width {
            self.columns = vec![Pyramid::default(); width];
        }
        for (c, column) in self.columns.iter_mut().enumerate().skip(1) {
            column.extend(trace.column(c));
        }
        (self.rows, self.stride) = (trace.rows(), trace.stride());
    }
}

/// The summary of component `i` of a quantity of a trace, if one is kept and up to date.
pub(super) fn of<'a>(
    summary: Option<&'a Summary>,
    trace: &Trace,
    (kind, i): (QuantityKind, usize),
) -> Option<&'a Pyramid> {
    let current = |s: &&Summary| s.rows == trace.rows() && s.stride == trace.stride();
    let c = trace.layout().range(kind).nth(i).filter(|&c| c > 0)?;
    summary.filter(current)?.columns.get(c)
}

/// The summaries that are kept of a lane's traces.
#[derive(Debug, Clone, Copy, Default)]
pub struct Summaries<'a> {
    /// Of [`Lane::trace`](super::Lane::trace).
    pub trace: Option<&'a Summary>,
    /// Of [`Lane::whole`](super::Lane::whole).
    pub whole: Option<&'a Summary>,
}
