//! What all charts over time share: panels, axes, curves, labels at their ends, the cursor.

use super::columns::{Point, Span};
use super::lit;
use super::scale::{Scale, Tick, ascending, step_ticks};
use super::series::Series;
use super::shapes;
use super::sheet::{Anchor, Rect, Sheet, Type};
use super::text;
use super::{Drawn, Lane, Plot, Rgb, View};
use crate::lang::{t, tr};

/// One panel: its plot and the room around it, in device pixels.
pub struct Panel {
    /// The plotting area.
    pub plot: Rect,
    /// Steps over the plot's width.
    pub span: Span,
    /// Where the time axis is.
    pub foot: f64,
    /// Right end of the room for labels.
    pub edge: f64,
    /// Top of the heading, and whether it has two lines.
    pub head: (f64, bool),
    /// Whether it is in the first column, where numbers stand.
    pub first: bool,
    /// Whether no panel is below it.
    pub last: bool,
}

/// Where a curve ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct End {
    /// Place of the last value.
    pub at: (f64, f64),
    /// The last value.
    pub value: f64,
}

/// A name for the end of a curve, and the curve's colour.
pub type Label = (String, End, Rgb);

/// A series and its looks.
pub struct Curve<'a> {
    /// Steps of the rows.
    pub steps: &'a [f64],
    /// Values of the rows.
    pub values: Series<'a>,
    /// Colour.
    pub rgb: Rgb,
    /// Task whose marker it carries; `None` for a plain dot.
    pub task: Option<usize>,
    /// Dash pattern, see [`shapes::dashes`].
    pub dashes: &'static [f64],
}

impl Curve<'_> {
    /// Marks a point of the curve.
    pub fn mark(&self, sheet: &mut Sheet, at: (f64, f64)) {
        match self.task {
            Some(k) => shapes::marker(sheet, k, at, self.rgb),
            None => sheet.dot(at, sheet.px(sheet.view.theme.curve + 0.75), self.rgb),
        }
    }

    /// Value at a step: that of the last row not after it, if that is there and finite.
    pub fn at(&self, step: f64) -> Option<f64> {
        let row = self.steps.partition_point(|&s| s <= step).checked_sub(1)?;
        let over = step > *self.steps.last()?;
        self.values.get(row).copied().filter(|v| v.is_finite() && !over)
    }
}

impl Panel {
    /// Vertical pixel of a value.
    pub fn y(&self, scale: &Scale, value: f64) -> f64 {
        (self.plot.bottom - scale.unit(value) * self.plot.height()).round()
    }

    /// What maps pixels of this panel to steps.
    pub fn drawn(&self) -> Plot {
        Plot {
            left: self.span.left as i32,
            right: self.span.right as i32,
            top: self.plot.top.round() as i32,
            bottom: self.foot.round() as i32,
            steps: self.span.steps,
        }
    }

    /// Title, a remark beside it if there is room, and what happened under it.
    pub fn heading(&self, sheet: &mut Sheet, title: &str, remarks: &[&str], wordings: &[&str]) {
        let (set, muted) = (sheet.title(), sheet.plain(sheet.view.theme.muted));
        let (left, room) = (self.plot.left, self.edge - self.plot.left);
        let (y, gap) = (self.head.0 + 0.75 * set.size, sheet.px(12.0));
        let title = text::fit(title, set.size, true, room);
        sheet.text((left, y), Anchor::Start, set, &title);
        let used = set.width(&title) + gap;
        if self.head.1 {
            let below = y + 0.7 * set.size + 0.8 * muted.size;
            sheet.first_that_fits((left, below), Anchor::Start, muted, wordings, room);
            sheet.first_that_fits((left + used, y), Anchor::Start, muted, remarks, room - used);
        } else {
            sheet.first_that_fits((left + used, y), Anchor::Start, muted, wordings, room - used);
        }
    }

    /// Grid lines and numbers of the values, and the symbol of the quantity above them.
    pub fn value_axis(&self, sheet: &mut Sheet, scale: &Scale, symbol: &str) {
        let theme = sheet.view.theme;
        for tick in &scale.ticks {
            let zero = tick.value == 0.0;
            let rgb = if zero { theme.zero } else { theme.grid };
            sheet.rule(self.plot.left, self.plot.right, self.y(scale, tick.value), theme.hairline, rgb);
        }
        if !self.first {
            return;
        }
        let set = sheet.plain(theme.muted);
        let x = self.plot.left - sheet.px(8.0);
        for Tick { value, label } in &scale.ticks {
            sheet.text((x, self.y(scale, *value)), Anchor::End, set, label);
        }
        let title = sheet.title();
        let y = self.head.0 + 0.75 * title.size;
        sheet.symbol((x, y), Type { rgb: theme.ink, size: title.size, ..set }, symbol);
    }

    /// The axis of time, with numbers under the lowest panel of each column.
    pub fn time_axis(&self, sheet: &mut Sheet) {
        let theme = sheet.view.theme;
        let set = sheet.plain(theme.muted);
        let y = self.foot + 1.18 * set.size;
        let length = sheet.px(4.0);
        if let (Some(step), true) = (sheet.view.cursor.filter(|s| s.is_finite()), self.last) {
            let ink = Type { bold: true, rgb: theme.ink, ..set };
            let label = t!("step {step}", step = text::number(step, 0));
            let half = ink.width(&label) / 2.0;
            let x = self.span.pixel(step).min(self.edge - half).max(self.plot.left + half);
            sheet.text((x, y), Anchor::Middle, ink, &label);
        }
        for tick in step_ticks(self.span.steps, self.plot.width() / (4.5 * set.size)) {
            let x = self.span.pixel(tick.value);
            sheet.post(x, self.foot + 0.4 * length, self.foot + 1.4 * length, theme.hairline, theme.grid);
            if !self.last {
                continue;
            }
            if tick.value == 0.0 {
                sheet.text((self.plot.left, y), Anchor::Start, set, tr!("step 0"));
            } else {
                let half = set.width(&tick.label) / 2.0;
                sheet.text((x.min(self.edge - half), y), Anchor::Middle, set, &tick.label);
            }
        }
    }

    /// Draws a series, marks its end and says where it is. Values outside the frame are cut at its edge.
    pub fn curve(&self, sheet: &mut Sheet, scale: &Scale, curve: &Curve) -> Option<End> {
        let (curve, stroke) = {
            let (rgb, stroke) = lit::looks(sheet.view, curve);
            (&Curve { rgb, ..*curve }, stroke)
        };
        let width = sheet.stroke(stroke);
        let mut run: Vec<(i32, i32)> = Vec::with_capacity(256);
        let mut inside_before = true;
        curve.values.decimate(curve.steps, self.span, |point| match point {
            Point::To(x, value) => {
                let inside = scale.holds(value);
                if !inside && !inside_before {
                    self.stroke(sheet, &run, width, curve);
                    run.clear();
                }
                run.push((x, self.y(scale, value) as i32));
                inside_before = inside;
            }
            Point::Gap => {
                self.stroke(sheet, &run, width, curve);
                run.clear();
                inside_before = true;
            }
        });
        self.stroke(sheet, &run, width, curve);
        let row = curve.values.last_finite()?;
        let value = curve.values[row];
        let at = (self.span.pixel(curve.steps[row]).round(), self.y(scale, value));
        if scale.holds(value) {
            curve.mark(sheet, at);
        }
        Some(End { at, value })
    }

    /// The task's marker along its curve, staggered so that curves which meet show in turn.
    pub fn marks(&self, sheet: &mut Sheet, scale: &Scale, curve: &Curve) {
        let period = sheet.px(150.0);
        let mut x = self.span.left + period * (0.2 + 0.125 * (curve.task.unwrap_or(0) % 8) as f64);
        while x < self.span.right - 0.2 * period {
            if let Some(value) = curve.at(self.span.step(x)).filter(|&v| scale.holds(v)) {
                curve.mark(sheet, (x, self.y(scale, value)));
            }
            x += period;
        }
    }

    fn stroke(&self, sheet: &mut Sheet, run: &[(i32, i32)], width: u32, curve: &Curve) {
        if curve.dashes.is_empty() || run.len() < 2 {
            sheet.path(run.iter().copied(), width, curve.rgb);
            return;
        }
        let enlarged = sheet.px(sheet.view.theme.curve / 2.0);
        let pattern: Vec<f64> = curve.dashes.iter().map(|d| d * enlarged).collect();
        shapes::dash(run, &pattern, |piece| sheet.path(piece.iter().copied(), width, curve.rgb));
    }

    /// Writes the names (and values, where there is room) beside the ends of the curves.
    pub fn end_labels(&self, sheet: &mut Sheet, labels: &[Label]) {
        let size = sheet.px(sheet.view.theme.type_size);
        let gap = 1.25 * size;
        let labels = &thin_out(labels, (self.plot.height() / gap) as usize + 1);
        let wishes: Vec<f64> = labels.iter().map(|(_, end, _)| end.at.1).collect();
        let places = shapes::spread(&wishes, gap, self.plot.top, self.plot.bottom);
        // A label one line away is still beside its end; farther ones need a line to it.
        let far = |place: f64, wish: f64| (place - wish).abs() > 1.3 * gap;
        let moved = places.iter().zip(&wishes).any(|(&place, &wish)| far(place, wish));
        let away = sheet.px(if moved { 18.0 } else { 9.0 });
        let whole = |name: &str, end: &End| format!("{name} {}", text::value(end.value));
        let fits = |(name, end, _): &Label| {
            text::width(&whole(name, end), size, false) <= self.edge - end.at.0 - away
        };
        let with_values = labels.iter().all(fits);
        for ((name, end, rgb), y) in labels.iter().zip(places) {
            let set = sheet.plain(*rgb);
            let x = end.at.0 + away;
            let short = text::fit(name, set.size, false, self.edge - x);
            let wording = if with_values { whole(name, end) } else { short };
            if sheet.label((x, y), Anchor::Start, set, &wording) && far(y, end.at.1) {
                let from = (end.at.0 + sheet.px(5.0), end.at.1);
                let points = [from, (x - sheet.px(3.0), y)];
                let width = sheet.stroke(sheet.view.theme.hairline);
                sheet.path(points.map(|(x, y)| (x.round() as i32, y.round() as i32)), width, *rgb);
            }
        }
    }

    /// The cursor line, interrupted for `skip` under the plot; its pixel if there is a cursor.
    pub fn cursor(&self, sheet: &mut Sheet, skip: f64) -> Option<f64> {
        let x = self.span.pixel(sheet.view.cursor.filter(|step| step.is_finite())?).round();
        let theme = sheet.view.theme;
        sheet.post(x, self.plot.top, self.plot.bottom, theme.hairline, theme.cursor);
        sheet.post(x, self.plot.bottom + skip, self.foot, theme.hairline, theme.cursor);
        Some(x)
    }

    /// Marks the curves at the cursor, whose pixel is `x`, and writes their values beside it.
    pub fn readings(&self, sheet: &mut Sheet, scale: &Scale, x: f64, curves: &[Curve]) {
        let Some(step) = sheet.view.cursor else { return };
        let readings: Vec<(f64, Rgb)> = curves.iter().filter_map(|c| Some((c.at(step)?, c.rgb))).collect();
        for curve in curves {
            if let Some(value) = curve.at(step).filter(|&v| scale.holds(v)) {
                curve.mark(sheet, (x, self.y(scale, value)));
            }
        }
        let size = sheet.px(sheet.view.theme.type_size);
        let right = x < self.plot.left + 0.7 * self.plot.width();
        let (side, anchor) = if right { (1.0, Anchor::Start) } else { (-1.0, Anchor::End) };
        let wishes: Vec<f64> = readings.iter().map(|r| self.y(scale, r.0)).collect();
        let places = shapes::spread(&wishes, 1.25 * size, self.plot.top, self.plot.bottom);
        for ((value, rgb), y) in readings.iter().zip(places) {
            let set = Type { bold: true, ..sheet.plain(*rgb) };
            sheet.label((x + side * sheet.px(9.0), y), anchor, set, &text::value(*value));
        }
    }
}

/// At most `room` labels, evenly from the highest to the lowest end.
fn thin_out(labels: &[Label], room: usize) -> Vec<Label> {
    if labels.len() <= room {
        return labels.to_vec();
    }
    let heights: Vec<f64> = labels.iter().map(|label| label.1.at.1).collect();
    let sorted = ascending(&heights);
    let last = (labels.len() - 1) as f64 / (room.max(2) - 1) as f64;
    (0..room).map(|i| labels[sorted[(i as f64 * last).round() as usize]].clone()).collect()
}

/// Last step of the axis: the document's, or a row's beyond it.
pub fn last_step(lanes: &[Lane], view: &View) -> f64 {
    let ends = lanes.iter().filter_map(|lane| lane.trace.steps().last().copied());
    ends.fold(if view.x_max.is_finite() { view.x_max } else { 0.0 }, f64::max).max(1.0)
}

/// Says which panels were drawn; where none had room, the canvas says so.
pub fn over_time(sheet: &mut Sheet, panels: &[Panel]) -> Drawn {
    if panels.is_empty() {
        return say(sheet, &[tr!("Too small for the lanes"), tr!("Too small")]);
    }
    Drawn::over_time(panels.iter().map(Panel::drawn).collect())
}

/// Says that nothing is recorded yet.
pub fn say_not_yet(sheet: &mut Sheet) -> Drawn {
    say(sheet, &[tr!("Nothing recorded yet"), tr!("No data yet")])
}

/// Says in the middle of the canvas why there is nothing to draw.
pub fn say(sheet: &mut Sheet, words: &[&str]) -> Drawn {
    let set = sheet.plain(sheet.view.theme.muted);
    let (width, height) = (sheet.canvas.width(), sheet.canvas.height());
    let air = sheet.px(8.0);
    sheet.first_that_fits((width / 2.0, height / 2.0), Anchor::Middle, set, words, width - air);
    Drawn::default()
}
