//! The only place that knows `plotters_backend`: a wrapper that needs no font, and the painter.

use super::sheet::{Anchor, Mark, Sheet};
use super::text;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Drawable, PointCollection};
use plotters::style::{FontDesc, RGBColor, TextStyle};
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontFamily,
    FontStyle, FontTransform,
};

/// Type family of all charts.
const FAMILY: &str = "system-ui, sans-serif";

/// A backend that hands everything to another one, but estimates text sizes itself.
///
/// plotters-canvas measures text by adding an element with an inline style to the page: that forces
/// layout and breaks `style-src 'self'`. Paths lose points that cannot be seen on the way.
pub struct Measured<B> {
    inner: B,
    type_scale: f64,
}

impl<B: DrawingBackend> Measured<B> {
    /// Wraps a backend that takes type sizes as they are, such as a canvas.
    pub fn new(inner: B) -> Self {
        Self { inner, type_scale: 1.0 }
    }

    /// Wraps plotters-svg, which divides type sizes by 1.24.
    pub fn svg(inner: B) -> Self {
        Self { inner, type_scale: 1.24 }
    }

    /// The wrapped backend.
    pub fn into_inner(self) -> B {
        self.inner
    }
}

type Outcome<B> = Result<(), DrawingErrorKind<<B as DrawingBackend>::ErrorType>>;

impl<B: DrawingBackend> DrawingBackend for Measured<B> {
    type ErrorType = B::ErrorType;

    fn get_size(&self) -> (u32, u32) {
        self.inner.get_size()
    }

    fn ensure_prepared(&mut self) -> Outcome<B> {
        self.inner.ensure_prepared()
    }

    fn present(&mut self) -> Outcome<B> {
        self.inner.present()
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Outcome<B> {
        self.inner.draw_pixel(point, color)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Outcome<B> {
        self.inner.draw_line(from, to, style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        a: BackendCoord,
        b: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Outcome<B> {
        self.inner.draw_rect(a, b, style, fill)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Outcome<B> {
        self.inner.draw_path(Corners::new(path.into_iter()), style)
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        at: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Outcome<B> {
        self.inner.draw_circle(at, radius, style, fill)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vert: I,
        style: &S,
    ) -> Outcome<B> {
        self.inner.fill_polygon(vert, style)
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, pos: BackendCoord) -> Outcome<B> {
        self.inner.draw_text(text, &Scaled { style, factor: self.type_scale }, pos)
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Self::ErrorType>> {
        let bold = matches!(style.style(), FontStyle::Bold);
        let width = text::width(text, style.size(), bold);
        Ok((width.ceil() as u32, (style.size() * 1.2).ceil() as u32))
    }

    fn blit_bitmap(&mut self, pos: BackendCoord, size: (u32, u32), src: &[u8]) -> Outcome<B> {
        self.inner.blit_bitmap(pos, size, src)
    }
}

/// A text style with its size multiplied.
struct Scaled<'a, S> {
    style: &'a S,
    factor: f64,
}

impl<S: BackendTextStyle> BackendTextStyle for Scaled<'_, S> {
    type FontError = S::FontError;

    fn color(&self) -> BackendColor {
        self.style.color()
    }

    fn size(&self) -> f64 {
        self.style.size() * self.factor
    }

    fn transform(&self) -> FontTransform {
        self.style.transform()
    }

    fn style(&self) -> FontStyle {
        self.style.style()
    }

    fn anchor(&self) -> Pos {
        self.style.anchor()
    }

    fn family(&self) -> FontFamily<'_> {
        self.style.family()
    }

    fn layout_box(&self, text: &str) -> Result<((i32, i32), (i32, i32)), Self::FontError> {
        self.style.layout_box(text)
    }

    fn draw<E, F: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        text: &str,
        pos: BackendCoord,
        draw: F,
    ) -> Result<Result<(), E>, Self::FontError> {
        self.style.draw(text, pos, draw)
    }
}

/// A path without the points that lie on a horizontal or vertical stretch between their neighbours.
struct Corners<I: Iterator<Item = BackendCoord>> {
    path: I,
    before: Option<BackendCoord>,
    held: Option<BackendCoord>,
}

impl<I: Iterator<Item = BackendCoord>> Corners<I> {
    fn new(mut path: I) -> Self {
        let held = path.next();
        Self { path, before: None, held }
    }
}

impl<I: Iterator<Item = BackendCoord>> Iterator for Corners<I> {
    type Item = BackendCoord;

    fn next(&mut self) -> Option<BackendCoord> {
        loop {
            let held = self.held?;
            self.held = self.path.next();
            let needless = match (self.before, self.held) {
                (_, Some(next)) if next == held && self.before.is_some() => true,
                (Some(a), Some(b)) => {
                    between(a.0, held.0, b.0, a.1, held.1, b.1) || between(a.1, held.1, b.1, a.0, held.0, b.0)
                }
                _ => false,
            };
            if !needless {
                self.before = Some(held);
                return Some(held);
            }
        }
    }
}

/// Returns whether the middle of three points has the coordinate `u` of both others and lies between them.
fn between(u0: i32, u1: i32, u2: i32, v0: i32, v1: i32, v2: i32) -> bool {
    u0 == u1 && u1 == u2 && (v0.min(v2)..=v0.max(v2)).contains(&v1)
}

/// Draws a sheet on an area.
///
/// # Errors
/// Those of the backend.
pub(super) fn paint<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    sheet: &Sheet,
) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
    area.draw(&Painting { sheet, origin: [area.get_base_pixel()] })
}

/// The sheet as one plotters element, so that the backend is borrowed once.
struct Painting<'a> {
    sheet: &'a Sheet<'a>,
    origin: [BackendCoord; 1],
}

impl<'a> PointCollection<'a, BackendCoord> for &'a Painting<'_> {
    type Point = &'a BackendCoord;
    type IntoIter = &'a [BackendCoord];

    fn point_iter(self) -> Self::IntoIter {
        &[]
    }
}

impl<DB: DrawingBackend> Drawable<DB> for Painting<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        _: I,
        backend: &mut DB,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
        self.sheet.marks().iter().try_for_each(|mark| self.mark(mark, backend))
    }
}

impl Painting<'_> {
    fn mark<DB: DrawingBackend>(
        &self,
        mark: &Mark,
        backend: &mut DB,
    ) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
        let [(x0, y0)] = self.origin;
        let shift = |(x, y): (i32, i32)| (x + x0, y + y0);
        let colour = |rgb: super::Rgb| RGBColor(rgb.0, rgb.1, rgb.2);
        match mark {
            Mark::Rect { from, to, rgb } => backend.draw_rect(shift(*from), shift(*to), &colour(*rgb), true),
            Mark::Path { points, width, rgb } => {
                let style = plotters::style::ShapeStyle::from(colour(*rgb)).stroke_width(*width);
                backend.draw_path(self.sheet.points(points).iter().map(|&p| shift(p)), &style)
            }
            Mark::Polygon { points, rgb } => {
                backend.fill_polygon(self.sheet.points(points).iter().map(|&p| shift(p)), &colour(*rgb))
            }
            Mark::Dot { at, radius, rgb } => backend.draw_circle(shift(*at), *radius, &colour(*rgb), true),
            Mark::Text { at, text, anchor, size, bold, rgb } => {
                let weight = if *bold { FontStyle::Bold } else { FontStyle::Normal };
                let h = match anchor {
                    Anchor::Start => HPos::Left,
                    Anchor::Middle => HPos::Center,
                    Anchor::End => HPos::Right,
                };
                let font = FontDesc::new(FontFamily::Name(FAMILY), *size, weight);
                let colour = colour(*rgb);
                let style = TextStyle::from(font).color(&colour).pos(Pos::new(h, VPos::Center));
                backend.draw_text(text, &style, shift(*at))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn straight_stretches_lose_their_inner_points_and_nothing_else() {
        let path = [(0, 5), (1, 5), (2, 5), (2, 9), (2, 7), (2, 7), (3, 8), (4, 9)];
        let kept: Vec<_> = Corners::new(path.into_iter()).collect();
        assert_eq!(kept, [(0, 5), (2, 5), (2, 9), (2, 7), (3, 8), (4, 9)]);
        assert_eq!(Corners::new([(1, 1), (1, 1)].into_iter()).count(), 2, "a dot stays a path");
        assert_eq!(Corners::new(std::iter::empty()).count(), 0);
    }
}
