//! Figures to be taken elsewhere: a chart with a caption below that says of what run it is.

use std::fmt::Write;

use super::backend::{self, Measured};
use super::sheet::{Anchor, Sheet, Type};
use super::{
    ChartKind, Drawn, EnsembleChart, Lane, SampledChart, View, draw, draw_ensemble, draw_sampled, text,
};
use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};

/// A chart of any sort, with its data.
#[derive(Debug, Clone, Copy)]
pub enum Picture<'a> {
    /// A chart of the lanes' traces.
    OfTraces(ChartKind),
    /// A chart of the problem itself.
    OfProblem(SampledChart<'a>),
    /// What many seeds say; it has lanes of its own.
    OfSeeds(EnsembleChart<'a>),
}

impl From<ChartKind> for Picture<'_> {
    fn from(kind: ChartKind) -> Self {
        Self::OfTraces(kind)
    }
}

impl<'a> From<SampledChart<'a>> for Picture<'a> {
    fn from(chart: SampledChart<'a>) -> Self {
        Self::OfProblem(chart)
    }
}

impl<'a> From<EnsembleChart<'a>> for Picture<'a> {
    fn from(chart: EnsembleChart<'a>) -> Self {
        Self::OfSeeds(chart)
    }
}

impl Picture<'_> {
    /// Draws it over the whole area; see [`draw`](super::draw) and [`draw_sampled`](super::draw_sampled).
    ///
    /// # Errors
    /// Those of the backend.
    pub fn draw<DB: DrawingBackend>(
        &self,
        area: &DrawingArea<DB, Shift>,
        lanes: &[Lane],
        view: &View,
    ) -> Result<Drawn, DrawingAreaErrorKind<DB::ErrorType>> {
        match self {
            Self::OfTraces(kind) => draw(*kind, area, lanes, view),
            Self::OfProblem(chart) => draw_sampled(chart, area, lanes, view),
            Self::OfSeeds(chart) => draw_ensemble(chart, area, view),
        }
    }

    /// The text alternative.
    fn describe(&self, lanes: &[Lane], view: &View) -> String {
        match self {
            Self::OfTraces(kind) => kind.describe(lanes, view),
            Self::OfProblem(chart) => chart.describe(lanes, view),
            Self::OfSeeds(chart) => chart.describe(),
        }
    }
}

/// What is written below a figure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Caption {
    /// The experiment's title, set bold.
    pub title: String,
    /// Seed and parameters: paragraphs, wrapped to the figure's width.
    pub notes: Vec<String>,
}

/// Height of a line and room around the caption, in sizes of ordinary type.
const LINE: f64 = 1.35;
const AROUND: f64 = 0.75;

impl Caption {
    /// The lines for a width in CSS pixels; the bold ones come first.
    fn lines(&self, view: &View, width: f64) -> Vec<(bool, String)> {
        let size = view.theme.type_size;
        let room = width - 2.0 * AROUND * size;
        let title = wrapped(&self.title, size, true, room).into_iter().map(|line| (true, line));
        let notes = self.notes.iter().flat_map(|note| wrapped(note, size, false, room));
        title.chain(notes.map(|line| (false, line))).collect()
    }

    /// Height in CSS pixels that the caption takes below a figure of a width in CSS pixels.
    pub fn height(&self, view: &View, width: f64) -> f64 {
        match self.lines(view, width).len() {
            0 => 0.0,
            lines => (lines as f64 * LINE + 2.0 * AROUND) * view.theme.type_size,
        }
    }
}

/// A paragraph in lines no wider than `room`; a part of it that is wider ends in an ellipsis.
fn wrapped(paragraph: &str, size: f64, bold: bool, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in paragraph.split_whitespace() {
        let mut gap = " ";
        for piece in pieces(word) {
            match lines.last_mut() {
                Some(line) if text::width(&format!("{line}{gap}{piece}"), size, bold) <= room => {
                    line.push_str(gap);
                    line.push_str(piece);
                }
                _ => lines.push(text::fit(piece, size, bold, room)),
            }
            gap = "";
        }
    }
    lines
}

/// Parts of a word between which a line may end: beside Chinese characters, but not before what closes or after what
/// opens a phrase.
fn pieces(word: &str) -> Vec<&str> {
    let wide = |c: char| c as u32 >= 0x2e80;
    let ends = word.char_indices().zip(word.char_indices().skip(1)).filter(|&((_, a), (_, b))| {
        (wide(a) || wide(b)) && !"（“".contains(a) && !"，。、；：）”%,.;:)".contains(b)
    });
    let mut rest = 0;
    let mut pieces: Vec<&str> = Vec::new();
    for (_, (at, _)) in ends {
        pieces.push(&word[rest..at]);
        rest = at;
    }
    pieces.push(&word[rest..]);
    pieces
}

/// Draws a chart over the area but for its lower part, which has the caption.
///
/// # Errors
/// Those of the backend.
pub fn draw_captioned<DB: DrawingBackend>(
    picture: &Picture,
    area: &DrawingArea<DB, Shift>,
    lanes: &[Lane],
    view: &View,
    caption: &Caption,
) -> Result<Drawn, DrawingAreaErrorKind<DB::ErrorType>> {
    let (width, height) = area.dim_in_pixel();
    let width = f64::from(width) / view.pixel_ratio;
    let below = caption.height(view, width) * view.pixel_ratio;
    let (chart, caption_area) = area.split_vertically((f64::from(height) - below).round().max(0.0) as i32);
    let drawn = picture.draw(&chart, lanes, view)?;
    if below > 0.0 {
        let mut sheet = Sheet::new(caption_area.dim_in_pixel(), view);
        sheet.rect(sheet.canvas, view.theme.background);
        let plain = sheet.plain(view.theme.muted);
        let title = Type { bold: true, rgb: view.theme.ink, ..plain };
        let mut y = (AROUND + 0.5 * LINE) * plain.size;
        for (bold, line) in caption.lines(view, width) {
            let set = if bold { title } else { plain };
            sheet.text((AROUND * plain.size, y), Anchor::Start, set, &line);
            y += LINE * plain.size;
        }
        backend::paint(&caption_area, &sheet)?;
    }
    Ok(drawn)
}

/// A chart as SVG of `width` by `height` pixels of the view.
///
/// With a caption, which makes it higher, the title and the text alternative are part of the file for those
/// who do not see it.
///
/// # Errors
/// Never in practice: it is written to memory.
pub fn svg(
    picture: &Picture,
    (width, height): (u32, u32),
    lanes: &[Lane],
    view: &View,
    caption: Option<&Caption>,
) -> Result<String, DrawingAreaErrorKind<std::io::Error>> {
    let below = caption
        .map_or(0.0, |caption| caption.height(view, f64::from(width) / view.pixel_ratio) * view.pixel_ratio);
    let mut svg = String::new();
    {
        let backend = SVGBackend::with_string(&mut svg, (width, height + below.round() as u32));
        let area = Measured::svg(backend).into_drawing_area();
        match caption {
            Some(caption) => draw_captioned(picture, &area, lanes, view, caption)?,
            None => picture.draw(&area, lanes, view)?,
        };
        area.present()?;
    }
    if let (Some(caption), Some(head)) = (caption, svg.find('\n')) {
        let alternative = format!("{} {}", picture.describe(lanes, view), caption.notes.join(" "));
        let mut told = String::new();
        for (tag, words) in [("title", &caption.title), ("desc", &alternative)] {
            let words = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            // Writing to a string cannot fail.
            let _ = writeln!(told, "<{tag}>{words}</{tag}>");
        }
        svg.insert_str(head + 1, &told);
        svg.insert_str("<svg".len(), " role=\"img\"");
    }
    Ok(svg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_of_a_figure_is_proper_xml() {
        let caption = Caption { title: "a < b & c".to_owned(), notes: vec!["d > e".to_owned()] };
        let view = View::new(&crate::chart::Theme::LIGHT, 10.0);
        let svg =
            svg(&ChartKind::Phi.into(), (300, 200), &[], &view, Some(&caption)).expect("memory takes it");
        assert!(svg.contains("<title>a &lt; b &amp; c</title>") && svg.contains("d &gt; e</desc>"), "{svg}");
        let (width, height) = (300, 200 + caption.height(&view, 300.0).round() as u32);
        assert!(
            svg.starts_with(&format!("<svg role=\"img\" width=\"{width}\" height=\"{height}\"")),
            "{svg}"
        );
    }

    #[test]
    fn paragraphs_are_wrapped_and_lose_no_word_that_fits() {
        let paragraph = "AuxiLearn: implicit (lr 0.05, steps 10)";
        let lines = wrapped(paragraph, 12.0, false, 120.0);
        assert!(lines.len() > 1 && lines.iter().all(|line| text::width(line, 12.0, false) <= 120.0));
        assert_eq!(lines.join(" "), paragraph);
        assert_eq!(wrapped("", 12.0, false, 120.0), Vec::<String>::new());
        assert!(wrapped("unbreakable", 12.0, false, 40.0)[0].ends_with('…'));
    }

    #[test]
    fn chinese_is_wrapped_between_characters_but_no_line_begins_with_a_comma() {
        let paragraph = "AuxiLearn：隐式（学习率 0.05，步数 10，内层，梯度下降）";
        for room in [90.0, 97.0, 110.0, 140.0] {
            let lines = wrapped(paragraph, 12.0, false, room);
            assert!(lines.len() > 1 && lines.iter().all(|line| text::width(line, 12.0, false) <= room));
            assert!(lines.iter().all(|line| !line.starts_with(['，', '）', '：']) && !line.ends_with('（')));
            assert_eq!(lines.concat().replace(' ', ""), paragraph.replace(' ', ""));
        }
    }
}
