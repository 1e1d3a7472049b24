//! The display list of a chart in device pixels. Texts that would leave the canvas or cover another
//! text are refused here, so no chart can clip or overlap its labels.

use super::text;
use super::{Rgb, View};
use std::ops::Range;

/// Where the anchor of a text is, horizontally; vertically it is always the middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// At its beginning.
    Start,
    /// At its centre.
    Middle,
    /// At its end.
    End,
}

/// One primitive. Points are kept by the sheet.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// Filled rectangle; `to` is outside.
    Rect { from: (i32, i32), to: (i32, i32), rgb: Rgb },
    /// Open polyline.
    Path { points: Range<usize>, width: u32, rgb: Rgb },
    /// Filled polygon.
    Polygon { points: Range<usize>, rgb: Rgb },
    /// Filled disc.
    Dot { at: (i32, i32), radius: u32, rgb: Rgb },
    /// A line of text, centred vertically at `at`.
    Text { at: (i32, i32), text: String, anchor: Anchor, size: f64, bold: bool, rgb: Rgb },
}

/// A rectangle in device pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// First column.
    pub left: f64,
    /// First row.
    pub top: f64,
    /// Column after the last.
    pub right: f64,
    /// Row after the last.
    pub bottom: f64,
}

impl Rect {
    /// Width in pixels.
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// Height in pixels.
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    fn meets(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }
}

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub struct Type {
    /// Size in device pixels.
    pub size: f64,
    /// Weight.
    pub bold: bool,
    /// Colour.
    pub rgb: Rgb,
}

impl Type {
    /// Estimated width of a text.
    pub fn width(&self, text: &str) -> f64 {
        text::width(text, self.size, self.bold)
    }
}

/// What is drawn, in order.
pub struct Sheet<'a> {
    /// Theme, ratio and cursor.
    pub view: &'a View,
    /// The whole canvas.
    pub canvas: Rect,
    marks: Vec<Mark>,
    pool: Vec<(i32, i32)>,
    taken: Vec<Rect>,
}

impl<'a> Sheet<'a> {
    /// An empty sheet of a size in device pixels.
    pub fn new((width, height): (u32, u32), view: &'a View) -> Self {
        let canvas = Rect { left: 0.0, top: 0.0, right: f64::from(width), bottom: f64::from(height) };
        Self {
            view,
            canvas,
            marks: Vec::with_capacity(128),
            pool: Vec::with_capacity(4096),
            taken: Vec::new(),
        }
    }

    /// Everything drawn so far.
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// Points of a path or polygon.
    pub fn points(&self, range: &Range<usize>) -> &[(i32, i32)] {
        &self.pool[range.clone()]
    }

    /// CSS pixels as device pixels.
    pub fn px(&self, css: f64) -> f64 {
        css * self.view.pixel_ratio
    }

    /// A stroke in whole device pixels, at least one.
    pub fn stroke(&self, css: f64) -> u32 {
        self.px(css).round().max(1.0) as u32
    }

    /// Ordinary type in a colour.
    pub fn plain(&self, rgb: Rgb) -> Type {
        Type { size: self.px(self.view.theme.type_size), bold: false, rgb }
    }

    /// Type of titles.
    pub fn title(&self) -> Type {
        Type { size: self.px(self.view.theme.title_size), bold: true, rgb: self.view.theme.ink }
    }

    /// Fills a rectangle.
    pub fn rect(&mut self, rect: Rect, rgb: Rgb) {
        let round = |x: f64, y: f64| (x.round() as i32, y.round() as i32);
        let (from, to) = (round(rect.left, rect.top), round(rect.right, rect.bottom));
        if from.0 < to.0 && from.1 < to.1 {
            self.marks.push(Mark::Rect { from, to, rgb });
        }
    }

    /// Horizontal hairline through `y`, crisp at any ratio.
    pub fn rule(&mut self, left: f64, right: f64, y: f64, css: f64, rgb: Rgb) {
        let thick = f64::from(self.stroke(css));
        let top = y.round() - (thick / 2.0).floor();
        self.rect(Rect { left, right, top, bottom: top + thick }, rgb);
    }

    /// Vertical hairline through `x`.
    pub fn post(&mut self, x: f64, top: f64, bottom: f64, css: f64, rgb: Rgb) {
        let thick = f64::from(self.stroke(css));
        let left = x.round() - (thick / 2.0).floor();
        self.rect(Rect { left, right: left + thick, top, bottom }, rgb);
    }

    /// Polyline; fewer than two points draw nothing.
    pub fn path(&mut self, points: impl IntoIterator<Item = (i32, i32)>, width: u32, rgb: Rgb) {
        let points = self.store(points);
        if points.len() > 1 {
            self.marks.push(Mark::Path { points, width, rgb });
        }
    }

    /// Filled polygon.
    pub fn polygon(&mut self, points: impl IntoIterator<Item = (f64, f64)>, rgb: Rgb) {
        let points = self.store(points.into_iter().map(|(x, y)| (x.round() as i32, y.round() as i32)));
        self.marks.push(Mark::Polygon { points, rgb });
    }

    /// Filled disc.
    pub fn dot(&mut self, (x, y): (f64, f64), radius: f64, rgb: Rgb) {
        let at = (x.round() as i32, y.round() as i32);
        self.marks.push(Mark::Dot { at, radius: radius.round().max(1.0) as u32, rgb });
    }

    fn store(&mut self, points: impl IntoIterator<Item = (i32, i32)>) -> Range<usize> {
        let start = self.pool.len();
        self.pool.extend(points);
        start..self.pool.len()
    }

    /// Room that a text takes, with a little air.
    fn extent(&self, (x, y): (f64, f64), width: f64, anchor: Anchor, size: f64) -> Rect {
        let left = match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - width / 2.0,
            Anchor::End => x - width,
        };
        Rect { left, right: left + width, top: y - 0.58 * size, bottom: y + 0.58 * size }
    }

    /// Writes a text if it stays on the canvas and covers no other; says whether it did.
    pub fn text(&mut self, at: (f64, f64), anchor: Anchor, set: Type, text: &str) -> bool {
        let Some(room) = self.place(at, anchor, set, text) else { return false };
        self.taken.push(room);
        self.write(at, anchor, set, text);
        true
    }

    /// Writes a text over the curves, on a ground of its own; see [`text`](Self::text).
    pub fn label(&mut self, at: (f64, f64), anchor: Anchor, set: Type, text: &str) -> bool {
        let Some(room) = self.place(at, anchor, set, text) else { return false };
        self.taken.push(room);
        let air = self.px(2.0);
        self.rect(
            Rect { left: room.left - air, right: room.right + air, ..room },
            self.view.theme.background,
        );
        self.write(at, anchor, set, text);
        true
    }

    /// Rooms that texts and markers have taken.
    pub fn taken(&self) -> &[Rect] {
        &self.taken
    }

    /// Keeps texts off the room around a place.
    pub fn keep_clear(&mut self, (x, y): (f64, f64), reach: f64) {
        self.taken.push(Rect { left: x - reach, right: x + reach, top: y - reach, bottom: y + reach });
    }

    /// Writes the first of several wordings that finds room.
    pub fn first_that_fits(
        &mut self,
        at: (f64, f64),
        anchor: Anchor,
        set: Type,
        wordings: &[&str],
        room: f64,
    ) -> bool {
        wordings.iter().any(|text| set.width(text) <= room && self.text(at, anchor, set, text))
    }

    /// A symbol such as `L_A`: the letter after the underscore is set as a subscript.
    pub fn symbol(&mut self, (x, y): (f64, f64), set: Type, symbol: &str) -> bool {
        let (base, index) = symbol.split_once('_').unwrap_or((symbol, ""));
        let small = Type { size: 0.75 * set.size, ..set };
        let split = x - small.width(index);
        let placed = self.text((split, y), Anchor::End, set, base);
        if placed && !index.is_empty() {
            self.write((split, y + 0.28 * set.size), Anchor::Start, small, index);
        }
        placed
    }

    fn place(&self, at: (f64, f64), anchor: Anchor, set: Type, text: &str) -> Option<Rect> {
        let room = self.extent(at, set.width(text), anchor, set.size);
        let inside = room.left >= self.canvas.left
            && room.right <= self.canvas.right
            && room.top >= self.canvas.top
            && room.bottom <= self.canvas.bottom;
        (inside && !text.is_empty() && !self.taken.iter().any(|t| t.meets(&room))).then_some(room)
    }

    fn write(&mut self, (x, y): (f64, f64), anchor: Anchor, set: Type, text: &str) {
        let at = (x.round() as i32, y.round() as i32);
        let Type { size, bold, rgb } = set;
        self.marks.push(Mark::Text { at, text: text.to_owned(), anchor, size, bold, rgb });
    }
}
