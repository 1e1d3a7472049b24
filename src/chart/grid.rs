//! How panels share the canvas, and the room that their numbers and labels need.

use super::View;
use super::columns::Span;
use super::frame::Panel;
use super::scale::Scale;
use super::sheet::{Rect, Sheet, Type};

/// Narrowest panel that may stand beside another, in CSS pixels at ordinary type size.
const MIN_WIDTH: f64 = 270.0;
/// Lowest panel that may stand above another.
const MIN_HEIGHT: f64 = 105.0;
/// Panel height from which the heading has two lines.
const TWO_LINES: f64 = 150.0;
/// Height of a panel that has all it wants.
const FULL_HEIGHT: f64 = 230.0;

/// How `n` panels share the canvas: side by side if they are wide enough, else stacked.
pub struct Grid {
    canvas: Rect,
    columns: usize,
    gap: (f64, f64),
    heading: f64,
    two_lines: bool,
    axis: f64,
    under: f64,
    row: f64,
    own_axes: bool,
}

impl Grid {
    /// Divides the sheet; `under` is the room that each panel wants between its plot and its axis; it
    /// gets at most half the panel.
    pub fn new(sheet: &Sheet, n: usize, under: f64) -> Self {
        let theme = sheet.view.theme;
        let enlarged = theme.type_size / 12.0;
        let (width, height) = (sheet.canvas.width(), sheet.canvas.height());
        let fits = |count: usize, room: f64, least: f64| room / count as f64 >= sheet.px(least * enlarged);
        let mut columns = (1..=n).rev().find(|&c| fits(c, width, MIN_WIDTH)).unwrap_or(1);
        while columns < n && !fits(n.div_ceil(columns), height, MIN_HEIGHT) {
            columns += 1;
        }
        let rows = n.div_ceil(columns);
        let gap = (sheet.px(20.0 * enlarged), sheet.px(18.0 * enlarged));
        let row = (height - gap.1 * (rows - 1) as f64) / rows as f64;
        let two_lines = row >= sheet.px(TWO_LINES * enlarged);
        let line = 1.45 * theme.type_size;
        let heading = sheet.px(1.5 * theme.title_size + if two_lines { line } else { 0.0 } + 8.0);
        let axis = sheet.px(1.6 * theme.type_size + 6.0);
        let under = under.min(0.5 * row);
        Self { canvas: sheet.canvas, columns, gap, heading, two_lines, axis, under, row, own_axes: false }
    }

    /// The same with an axis of values for each panel, not one for all of a row.
    pub fn with_own_axes(self) -> Self {
        Self { own_axes: true, ..self }
    }

    /// The same with at most a share of each panel between its plot and its axis.
    pub fn with_under_at_most(self, share: f64) -> Self {
        Self { under: self.under.min(share * self.row), ..self }
    }

    /// Height of a plot, the same in all panels.
    pub fn plot_height(&self) -> f64 {
        self.row - self.heading - self.under - self.axis
    }

    /// Width of a panel with all its margins.
    pub fn panel_width(&self) -> f64 {
        (self.canvas.width() - self.gap.0 * (self.columns - 1) as f64) / self.columns as f64
    }

    /// Intervals that an axis of values has room for.
    pub fn value_intervals(&self, sheet: &Sheet) -> f64 {
        (self.plot_height() / sheet.px(2.6 * sheet.view.theme.type_size)).clamp(1.0, 6.0)
    }

    /// Places `n` panels: numbers stand left of the first column (or of each panel that has an axis
    /// of its own), labels right of each panel.
    pub fn panels(&self, n: usize, left: f64, right: f64, steps: f64) -> Vec<Panel> {
        let columns = self.columns as f64;
        let inner = if self.own_axes { left } else { 0.0 };
        let room = self.canvas.width() - left - (inner + self.gap.0) * (columns - 1.0);
        let width = room / columns - right;
        (0..n)
            .map(|i| {
                let (column, row) = ((i % self.columns) as f64, (i / self.columns) as f64);
                let x = left + column * (width + right + self.gap.0 + inner);
                let y = row * (self.row + self.gap.1) + self.heading;
                let plot = Rect { left: x, right: x + width, top: y, bottom: y + self.plot_height() };
                let span = Span { left: x.round(), right: (x + width).round(), steps };
                Panel {
                    plot,
                    span,
                    foot: plot.bottom + self.under,
                    edge: plot.right + right,
                    head: (plot.top - self.heading, self.two_lines),
                    first: self.own_axes || i % self.columns == 0,
                    last: i + self.columns >= n,
                }
            })
            .filter(|panel| panel.plot.width() >= 8.0 && panel.plot.height() >= 8.0)
            .collect()
    }
}

/// Height in CSS pixels that a chart of `n` panels wants at a width; `under` as in [`Grid::new`].
pub fn wanted_height(view: &View, n: usize, width: f64, under: f64) -> f64 {
    let enlarged = view.theme.type_size / 12.0;
    let n = n.max(1);
    let columns = (1..=n).rev().find(|&c| width / c as f64 >= MIN_WIDTH * enlarged).unwrap_or(1);
    let rows = n.div_ceil(columns) as f64;
    rows * (FULL_HEIGHT * enlarged + under) + (rows - 1.0) * 18.0 * enlarged
}

/// Room left of the numbers of an axis, its symbol included.
pub fn left_margin(sheet: &Sheet, scale: &Scale, symbol: &str) -> f64 {
    let set = sheet.plain(sheet.view.theme.muted);
    let symbol = Type { size: sheet.title().size, ..set }.width(&symbol.replace('_', ""));
    scale.ticks.iter().map(|t| set.width(&t.label)).fold(symbol, f64::max) + sheet.px(10.0)
}

/// Room right of a panel for the labels of its curves; narrow panels give a larger share.
pub fn right_margin(sheet: &Sheet, grid: &Grid, names: &[&str]) -> f64 {
    let narrow = grid.panel_width() < sheet.px(200.0 * sheet.view.theme.type_size / 12.0);
    let share = if narrow { 0.48 } else { 0.38 };
    let set = sheet.plain(sheet.view.theme.ink);
    let widest = |tail: &str| names.iter().map(|n| set.width(n) + set.width(tail)).fold(0.0, f64::max);
    let most = share * grid.panel_width();
    let air = sheet.px(20.0);
    [" −0.000", ""].map(|tail| widest(tail) + air).into_iter().find(|&w| w <= most).unwrap_or(most)
}
