//! A plot with values in both directions: axes, clipped lines, labels beside places, a heading.

use super::lines::{clip, simplified};
use super::scale::Scale;
use super::shapes;
use super::sheet::{Anchor, Rect, Sheet, Type};
use super::text;
use super::{Rgb, ValuePlot};
use crate::lang::{t, tr};

/// Names of the axes; an underscore makes a subscript of what follows it.
pub struct Names<'a> {
    /// Of the horizontal one, written at its right end.
    pub x: &'a str,
    /// Of the vertical one, written above it.
    pub y: &'a str,
}

/// A plotting area with a scale in each direction.
pub struct Axes {
    /// The plotting area, whole pixels.
    pub plot: Rect,
    /// Values over the width.
    pub x: Scale,
    /// Values over the height.
    pub y: Scale,
}

impl Axes {
    /// What maps pixels to values.
    pub fn drawn(&self) -> ValuePlot {
        ValuePlot {
            left: self.plot.left as i32,
            right: self.plot.right as i32,
            top: self.plot.top as i32,
            bottom: self.plot.bottom as i32,
            x: self.x.map(),
            y: self.y.map(),
        }
    }

    /// Pixel of a pair of values; outside the plot if they are.
    pub fn pixel(&self, place: (f64, f64)) -> (f64, f64) {
        self.drawn().pixel_of(place)
    }

    /// Lines of the grid.
    pub fn grid(&self, sheet: &mut Sheet) {
        let theme = sheet.view.theme;
        let colour = |value: f64| if value == 0.0 { theme.zero } else { theme.grid };
        for tick in &self.x.ticks {
            let x = self.pixel((tick.value, self.y.map().ends().0)).0;
            sheet.post(x, self.plot.top, self.plot.bottom, theme.hairline, colour(tick.value));
        }
        for tick in &self.y.ticks {
            let y = self.pixel((self.x.map().ends().0, tick.value)).1;
            sheet.rule(self.plot.left, self.plot.right, y, theme.hairline, colour(tick.value));
        }
    }

    /// Numbers left of and under the plot, and the names.
    pub fn numbers(&self, sheet: &mut Sheet, names: &Names) {
        let set = sheet.plain(sheet.view.theme.muted);
        let ink = Type { rgb: sheet.view.theme.ink, bold: true, ..set };
        let (below, left) = (self.plot.bottom + 1.18 * set.size, self.plot.left - sheet.px(7.0));
        // The name stands at the end of the axis, in the place of a number that it would meet.
        let name = names.x.replace('_', "");
        let right = (self.plot.right + 0.5 * ink.width(&name)).min(sheet.canvas.right - sheet.px(2.0));
        sheet.symbol((right, below), ink, names.x);
        sheet.symbol((left, self.plot.top - 0.2 * set.size), ink, names.y);
        for tick in &self.x.ticks {
            let x = self.pixel((tick.value, self.y.map().ends().0)).0;
            sheet.text((x, below), Anchor::Middle, set, &tick.label);
        }
        for tick in &self.y.ticks {
            let y = self.pixel((self.x.map().ends().0, tick.value)).1;
            sheet.text((left, y), Anchor::End, set, &tick.label);
        }
    }

    /// A polyline through pixels, cut at the edges of the plot.
    pub fn line(&self, sheet: &mut Sheet, points: &[(f64, f64)], css: f64, rgb: Rgb, dashes: &[f64]) {
        let width = sheet.stroke(css);
        let points = simplified(points);
        let mut run: Vec<(i32, i32)> = Vec::with_capacity(points.len());
        let round = |(x, y): (f64, f64)| (x.round() as i32, y.round() as i32);
        for pair in points.windows(2) {
            let Some((from, to)) = clip(self.plot, pair[0], pair[1]) else { continue };
            let (from, to) = (round(from), round(to));
            if run.last() != Some(&from) {
                stroke(sheet, &run, width, rgb, dashes);
                run.clear();
                run.push(from);
            }
            if to != from {
                run.push(to);
            }
        }
        stroke(sheet, &run, width, rgb, dashes);
    }

    /// Writes beside a place, on the side where there is room in the plot; farther away with a line to
    /// it. Says whether there was room.
    pub fn label(&self, sheet: &mut Sheet, at: (f64, f64), away: f64, set: Type, words: &str) -> bool {
        let line = 0.75 * set.size;
        let rise = away + line;
        let near = [
            ((away, 0.0), Anchor::Start),
            ((-away, 0.0), Anchor::End),
            ((0.0, -rise), Anchor::Middle),
            ((0.0, rise), Anchor::Middle),
            ((away, -rise), Anchor::Start),
            ((away, rise), Anchor::Start),
            ((-away, -rise), Anchor::End),
            ((-away, rise), Anchor::End),
        ];
        if near.into_iter().any(|(by, anchor)| self.write(sheet, at, by, (anchor, set), words)) {
            return true;
        }
        let far = [1.7, 3.4, 5.1, 6.8].into_iter().flat_map(|lines| {
            let y = rise + lines * set.size;
            [
                ((2.0 * away, -y), Anchor::Start),
                ((-2.0 * away, -y), Anchor::End),
                ((2.0 * away, y), Anchor::Start),
            ]
        });
        // Best where the line crosses no other text.
        let crosses = |sheet: &Sheet, by: (f64, f64)| {
            let over = |room: &Rect| {
                clip(*room, at, (at.0 + by.0, at.1 + by.1)).is_some() && clip(*room, at, at).is_none()
            };
            sheet.taken().iter().any(over)
        };
        let passes = [true, false].into_iter().flat_map(|free| far.clone().map(move |spot| (free, spot)));
        for (free, (by, anchor)) in passes {
            if free && crosses(sheet, by) {
                continue;
            }
            if self.write(sheet, at, by, (anchor, set), words) {
                let end = (at.0 + by.0, at.1 + by.1 - by.1.signum() * line);
                self.line(sheet, &[at, end], sheet.view.theme.hairline, set.rgb, &[]);
                return true;
            }
        }
        false
    }

    /// Writes a name beside a place as [`label`](Self::label) does, cut where the whole of it finds no room.
    pub fn name(&self, sheet: &mut Sheet, at: (f64, f64), away: f64, set: Type, name: &str) -> bool {
        if self.label(sheet, at, away, set, name) {
            return true;
        }
        let cut = |em: f64| text::fit(name, set.size, set.bold, em * set.size);
        [12.0, 7.0, 4.0].into_iter().map(cut).any(|cut| cut != name && self.label(sheet, at, away, set, &cut))
    }

    /// Writes at a distance from a place if that is in the plot and free.
    fn write(
        &self,
        sheet: &mut Sheet,
        at: (f64, f64),
        by: (f64, f64),
        (anchor, set): (Anchor, Type),
        words: &str,
    ) -> bool {
        let (x, y) = (at.0 + by.0, at.1 + by.1);
        let (width, line, air) = (set.width(words), 0.75 * set.size, sheet.px(3.0));
        let left = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - 0.5 * width,
            Anchor::End => x - width,
        };
        let fits = left >= self.plot.left + air
            && left + width <= self.plot.right - air
            && y - line >= self.plot.top
            && y + line <= self.plot.bottom;
        fits && sheet.label((x, y), anchor, set, words)
    }

    /// Returns whether a pixel is in the plot.
    pub fn holds(&self, (x, y): (f64, f64)) -> bool {
        let Rect { left, top, right, bottom } = self.plot;
        (left..=right).contains(&x) && (top..=bottom).contains(&y)
    }

    /// An arrow between pixels, cut at the edges of the plot; its tip if it is in the plot.
    pub fn arrow(
        &self,
        sheet: &mut Sheet,
        from: (f64, f64),
        to: (f64, f64),
        rgb: Rgb,
        dashes: &[f64],
    ) -> Option<(f64, f64)> {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = libm::hypot(dx, dy);
        if length < 1.0 || !self.holds(from) {
            return None;
        }
        let (ux, uy) = (dx / length, dy / length);
        let (head, half) = (sheet.px(9.0).min(length), sheet.px(4.5));
        let neck = (to.0 - 0.8 * head * ux, to.1 - 0.8 * head * uy);
        let css = sheet.view.theme.curve;
        self.line(sheet, &[from, neck], css, rgb, dashes);
        if !self.holds(to) {
            return None;
        }
        let foot = (to.0 - head * ux, to.1 - head * uy);
        sheet.polygon(
            [to, (foot.0 - half * uy, foot.1 + half * ux), (foot.0 + half * uy, foot.1 - half * ux)],
            rgb,
        );
        Some(to)
    }
}

fn stroke(sheet: &mut Sheet, run: &[(i32, i32)], width: u32, rgb: Rgb, dashes: &[f64]) {
    if dashes.is_empty() || run.len() < 2 {
        return sheet.path(run.iter().copied(), width, rgb);
    }
    let pattern: Vec<f64> = dashes.iter().map(|d| sheet.px(*d)).collect();
    shapes::dash(run, &pattern, |piece| sheet.path(piece.iter().copied(), width, rgb));
}

/// Places nearer than this, in pixels at ratio 1, share a name.
const SAME: f64 = 7.0;

/// Names of places, those of the same place together.
pub fn grouped(
    sheet: &Sheet,
    places: impl IntoIterator<Item = ((f64, f64), String)>,
) -> Vec<((f64, f64), Vec<String>)> {
    let mut groups: Vec<((f64, f64), Vec<String>)> = Vec::new();
    for (at, name) in places {
        let near = |group: &&mut ((f64, f64), Vec<String>)| {
            libm::hypot(group.0.0 - at.0, group.0.1 - at.1) < sheet.px(SAME)
        };
        match groups.iter_mut().find(near) {
            Some(group) => group.1.push(name),
            None => groups.push((at, vec![name])),
        }
    }
    groups
}

/// The same joined: `Exact, Best response`, or the first of many and how many more.
pub fn joined(
    sheet: &Sheet,
    places: impl IntoIterator<Item = ((f64, f64), String)>,
) -> Vec<((f64, f64), String)> {
    let words = |names: Vec<String>| match &names[..] {
        [first, second, more @ ..] if !more.is_empty() => {
            t!("{first}, {second}, {count} more", first = first, second = second, count = more.len())
        }
        few => few.join(tr!(", ")),
    };
    grouped(sheet, places).into_iter().map(|(at, names)| (at, words(names))).collect()
}

/// A title and lines under it. Returns the row under the last one.
pub fn heading(sheet: &mut Sheet, area: Rect, title: &str, lines: &[Vec<String>]) -> f64 {
    let (set, muted) = (sheet.title(), sheet.plain(sheet.view.theme.muted));
    let mut y = area.top + 0.85 * set.size;
    let title = text::fit(title, set.size, true, area.width());
    sheet.text((area.left, y), Anchor::Start, set, &title);
    y += 0.6 * set.size;
    for wordings in lines {
        y += 0.75 * muted.size;
        let wordings: Vec<&str> = wordings.iter().map(String::as_str).collect();
        sheet.first_that_fits((area.left, y), Anchor::Start, muted, &wordings, area.width());
        y += 0.65 * muted.size;
    }
    y
}

/// Words on a dark ground (a light one in the dark), that nobody overlooks; `y` is their middle. Says
/// whether one of the wordings fitted.
pub fn badge(sheet: &mut Sheet, (left, y): (f64, f64), room: f64, wordings: &[String]) -> bool {
    let theme = sheet.view.theme;
    let set = Type { bold: true, ..sheet.plain(theme.background) };
    let air = sheet.px(6.0);
    let fitting = wordings.iter().find(|words| set.width(words) + 2.0 * air <= room);
    let Some(words) = fitting else { return false };
    let half = 0.75 * set.size;
    let ground = Rect { left, right: left + set.width(words) + 2.0 * air, top: y - half, bottom: y + half };
    sheet.rect(ground, theme.ink);
    sheet.text((left + air, y), Anchor::Start, set, words)
}

/// Room that numbers and a name take left of a plot.
pub fn left_room(sheet: &Sheet, scale: &Scale, name: &str) -> f64 {
    let set = sheet.plain(sheet.view.theme.muted);
    let name = Type { bold: true, ..set }.width(&name.replace('_', ""));
    scale.ticks.iter().map(|t| set.width(&t.label)).fold(name, f64::max) + sheet.px(9.0)
}

/// Room that numbers take under a plot.
pub fn below_room(sheet: &Sheet) -> f64 {
    1.9 * sheet.px(sheet.view.theme.type_size)
}
