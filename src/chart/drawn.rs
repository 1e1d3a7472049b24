//! What was drawn where: from pixels to steps and values, and back.

use super::columns::Span;
use super::scale::AxisMap;

/// A plot in device pixels of the area, and the steps over it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plot {
    /// Pixel of step 0.
    pub left: i32,
    /// Pixel of the last step.
    pub right: i32,
    /// First row of pixels.
    pub top: i32,
    /// Row of the time axis.
    pub bottom: i32,
    /// Last step of the axis.
    pub steps: f64,
}

impl Plot {
    /// Step at a horizontal pixel, clamped to the plot.
    pub fn step_at(&self, x: f64) -> f64 {
        self.span().step(x)
    }

    /// Horizontal pixel of a step, clamped to the plot.
    pub fn pixel_of(&self, step: f64) -> f64 {
        self.span().pixel(step)
    }

    fn span(&self) -> Span {
        Span { left: f64::from(self.left), right: f64::from(self.right), steps: self.steps }
    }
}

/// A plot with values in both directions, in device pixels of the area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValuePlot {
    /// First column of pixels.
    pub left: i32,
    /// Column after the last.
    pub right: i32,
    /// First row of pixels.
    pub top: i32,
    /// Row after the last, where the lower end of `y` is.
    pub bottom: i32,
    /// Values over the width.
    pub x: AxisMap,
    /// Values over the height, upwards.
    pub y: AxisMap,
}

impl ValuePlot {
    /// Values at a pixel, clamped to the plot.
    pub fn value_at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let share = |at: f64, from: i32, to: i32| (at - f64::from(from)) / f64::from(to - from);
        (self.x.value(share(x, self.left, self.right)), self.y.value(1.0 - share(y, self.top, self.bottom)))
    }

    /// Pixel of a pair of values; outside the plot if they are.
    pub fn pixel_of(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let between = |share: f64, from: i32, to: i32| f64::from(from) + share * f64::from(to - from);
        (
            between(self.x.share(x), self.left, self.right),
            between(1.0 - self.y.share(y), self.top, self.bottom),
        )
    }

    /// Returns whether a pixel is in the plot.
    pub fn holds(&self, (x, y): (f64, f64)) -> bool {
        let between = |at: f64, from: i32, to: i32| (f64::from(from)..=f64::from(to)).contains(&at);
        between(x, self.left, self.right) && between(y, self.top, self.bottom)
    }
}

/// What was drawn where.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Drawn {
    /// One plot for each panel over time, in the order of drawing.
    pub plots: Vec<Plot>,
    /// One for each panel with values in both directions.
    pub planes: Vec<ValuePlot>,
}

impl Drawn {
    /// Panels over time.
    pub(super) fn over_time(plots: Vec<Plot>) -> Self {
        Self { plots, planes: Vec::new() }
    }

    /// Values under a pixel, and which panel with values in both directions it is in.
    pub fn value_at(&self, x: f64, y: f64) -> Option<(usize, (f64, f64))> {
        let plane = self.planes.iter().position(|plane| plane.holds((x, y)))?;
        Some((plane, self.planes[plane].value_at((x, y))))
    }

    /// Step under a pixel: that of the plot it is in or nearest to; `None` if nothing was drawn.
    pub fn step_at(&self, x: f64, y: f64) -> Option<f64> {
        let outside = |at: f64, from: i32, to: i32| (f64::from(from) - at).max(at - f64::from(to)).max(0.0);
        let distance = |p: &Plot| outside(x, p.left, p.right) + outside(y, p.top, p.bottom);
        let nearest = self.plots.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
        Some(nearest.step_at(x))
    }
}
