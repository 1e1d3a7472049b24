//! The charts of sampled data: which there are, and their dispatch.

use plotters::backend::DrawingBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};

use super::sheet::Sheet;
use super::{Drawn, Lane, View, cut_short, draw_with, frame, neumann, phi_landscape, text, w_plane};
use crate::lang::tr;
use crate::sampled::{CutShort, Landscape, NeumannSetting, Plane, Spectrum};

/// The charts of the problem itself. Names are stable: the page's `data-chart` carries them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampledKind {
    /// Losses, optima and paths in the plane of W, and why each sign is what it is.
    WPlane,
    /// `L_A(W*(φ))` over one or two components of φ.
    PhiLandscape,
    /// The truncated Neumann series over the spectrum of `H`.
    Neumann,
    /// The hypergradient where the inner loop is cut short.
    CutShort,
}

impl SampledKind {
    /// Every kind, in the order of the page.
    pub const ALL: &'static [Self] = &[Self::WPlane, Self::PhiLandscape, Self::Neumann, Self::CutShort];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::WPlane => "w_plane",
            Self::PhiLandscape => "phi_landscape",
            Self::Neumann => "neumann",
            Self::CutShort => "cut_short",
        }
    }

    /// The kind of that [`name`](Self::name).
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// Height in CSS pixels at which the chart looks best, for a width in CSS pixels.
    pub fn height(self, view: &View, width: f64) -> f64 {
        match self {
            Self::WPlane => w_plane::height(view, width),
            Self::PhiLandscape => phi_landscape::height(view, width),
            Self::Neumann => neumann::height(view, width),
            Self::CutShort => cut_short::height(view, width),
        }
    }
}

/// Width over height of the plane of W that fills a chart of a size in CSS pixels: what to ask the
/// study for. Another one is shown whole too, with room left beside it.
pub fn plane_aspect(view: &View, (width, height): (f64, f64)) -> f64 {
    w_plane::aspect(view, width, height)
}

/// A chart with its data.
#[derive(Debug, Clone, Copy)]
pub enum SampledChart<'a> {
    /// See [`SampledKind::WPlane`].
    WPlane(&'a Plane),
    /// See [`SampledKind::PhiLandscape`].
    PhiLandscape(&'a Landscape),
    /// See [`SampledKind::Neumann`].
    Neumann(&'a Spectrum, NeumannSetting),
    /// See [`SampledKind::CutShort`].
    CutShort(&'a CutShort),
    /// There is nothing to draw: no finite values where it is looked at.
    Nothing(SampledKind),
    /// There is nothing to draw yet.
    Computing(SampledKind),
}

impl SampledChart<'_> {
    /// Its kind.
    pub fn kind(&self) -> SampledKind {
        match self {
            Self::WPlane(_) => SampledKind::WPlane,
            Self::PhiLandscape(_) => SampledKind::PhiLandscape,
            Self::Neumann(..) => SampledKind::Neumann,
            Self::CutShort(_) => SampledKind::CutShort,
            Self::Nothing(kind) | Self::Computing(kind) => *kind,
        }
    }

    fn compose(&self, sheet: &mut Sheet, lanes: &[Lane]) -> Drawn {
        match self {
            Self::WPlane(plane) => w_plane::compose(sheet, plane, lanes),
            Self::PhiLandscape(landscape) => phi_landscape::compose(sheet, landscape, lanes),
            Self::Neumann(spectrum, setting) => neumann::compose(sheet, spectrum, setting),
            Self::CutShort(cut_short) => cut_short::compose(sheet, cut_short, lanes),
            Self::Nothing(_) => frame::say(
                sheet,
                &[tr!("Nothing to draw here: a value is not finite"), tr!("Nothing to draw")],
            ),
            Self::Computing(_) => frame::say(sheet, &[tr!("Being computed")]),
        }
    }

    /// The text alternative: what the picture shows, in sentences.
    pub fn describe(&self, lanes: &[Lane], view: &View) -> String {
        text::spoken(&match self {
            Self::WPlane(plane) => w_plane::describe(plane, lanes, view),
            Self::PhiLandscape(landscape) => phi_landscape::describe(landscape, lanes, view),
            Self::Neumann(spectrum, setting) => neumann::describe(spectrum, setting),
            Self::CutShort(cut_short) => cut_short::describe(cut_short, lanes),
            Self::Nothing(_) => tr!("Nothing to draw here: a value is not finite.").to_owned(),
            Self::Computing(_) => tr!("Being computed.").to_owned(),
        })
    }
}

/// Draws a chart of sampled data, with the paths of these lanes on top, over the whole area; see
/// [`draw`](super::draw).
///
/// # Errors
/// Those of the backend.
pub fn draw_sampled<DB: DrawingBackend>(
    chart: &SampledChart,
    area: &DrawingArea<DB, Shift>,
    lanes: &[Lane],
    view: &View,
) -> Result<Drawn, DrawingAreaErrorKind<DB::ErrorType>> {
    draw_with(area, view, |sheet| chart.compose(sheet, lanes))
}
