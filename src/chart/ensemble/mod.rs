//! Many seeds: the weights of each lane as medians and bands over time, and how every seed ended.

mod bands;
mod strips;
mod words;

use plotters::backend::DrawingBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};

use super::sheet::{Rect, Sheet};
use super::{Caption, Drawn, View, axes, draw_with, frame, grid};
use crate::lang::tr;
use crate::sampled::Summary;

/// Height of the words between the parts, of a lane's strip, and of what is under the strips, in CSS pixels at
/// ordinary type size.
const WORDS: f64 = 64.0;
const STRIP: f64 = 34.0;
const UNDER: f64 = 34.0;

/// The chart of what many seeds say.
#[derive(Debug, Clone, Copy)]
pub struct EnsembleChart<'a>(pub &'a Summary);

impl EnsembleChart<'_> {
    fn lanes(&self) -> usize {
        self.0.lanes.len()
    }

    /// Height of all but the bands.
    fn lower(&self, view: &View) -> f64 {
        (WORDS + STRIP * self.lanes() as f64 + UNDER) * view.theme.type_size / 12.0
    }

    /// Height in CSS pixels at which the chart looks best, for a width in CSS pixels.
    pub fn height(&self, view: &View, width: f64) -> f64 {
        grid::wanted_height(view, self.lanes(), width, 0.0) + self.lower(view)
    }

    fn compose(&self, sheet: &mut Sheet) -> Drawn {
        if self.0.seeds.is_empty() {
            return frame::say(sheet, &[tr!("No seed has been run yet"), tr!("No seeds yet")]);
        }
        let whole = sheet.canvas;
        let split = whole.bottom - sheet.px(self.lower(sheet.view));
        if split < sheet.px(90.0) || whole.width() < sheet.px(160.0) {
            return frame::say(sheet, &[tr!("Too small for many seeds"), tr!("Too small")]);
        }
        // The grid of panels takes the whole canvas: for so long it is this one.
        sheet.canvas.bottom = split.round();
        let plots = bands::compose(sheet, self.0);
        sheet.canvas = whole;
        let size = sheet.px(sheet.view.theme.type_size);
        let area = Rect {
            left: whole.left + sheet.px(8.0),
            right: whole.right - sheet.px(12.0),
            top: split + size,
            bottom: whole.bottom,
        };
        let title = words::strips(self.0);
        let top = axes::heading(sheet, area, title, &[words::verdict(self.0), words::ends_in_words(self.0)]);
        let planes = strips::compose(sheet, Rect { top, ..area }, self.0);
        Drawn { plots, planes: vec![planes] }
    }

    /// A caption for a figure of the ensemble, from that of its document without its seed: it has many.
    pub fn caption(&self, document: Caption) -> Caption {
        let own = words::seeds_in_words(self.0);
        Caption { notes: std::iter::once(own).chain(document.notes).collect(), ..document }
    }

    /// The text alternative: what the seeds say, in sentences.
    pub fn describe(&self) -> String {
        words::describe(self.0)
    }
}

/// Draws the chart over the whole area; see [`draw`](super::draw).
///
/// # Errors
/// Those of the backend.
pub fn draw_ensemble<DB: DrawingBackend>(
    chart: &EnsembleChart,
    area: &DrawingArea<DB, Shift>,
    view: &View,
) -> Result<Drawn, DrawingAreaErrorKind<DB::ErrorType>> {
    draw_with(area, view, |sheet| chart.compose(sheet))
}
