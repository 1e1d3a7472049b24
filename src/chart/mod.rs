//! Charts of traces, on any plotters backend.
//!
//! A chart composes a display list of device pixels (`sheet`) from traces, statuses and plain
//! strings; `backend` paints it. Charts know no solver, no document and no browser. To read: `phi`
//! is the simplest chart, `grid` and `frame` are what charts share, `columns` is the decimation.

mod alignment;
mod axes;
mod backend;
mod columns;
mod crowd;
mod cut_short;
mod drawn;
mod ensemble;
mod figure;
mod frame;
mod grid;
mod ledger;
mod levels;
mod lines;
mod lit;
mod losses;
mod moments;
mod neumann;
mod overlay;
mod path;
mod phi;
mod phi_landscape;
mod pyramid;
mod ribbon;
mod sampled_kind;
mod scale;
mod series;
mod shapes;
mod sheet;
mod summary;
mod text;
mod theme;
mod trust;
mod w_plane;

pub use backend::Measured;
pub use columns::{Point, Span, decimate};
pub use drawn::{Drawn, Plot, ValuePlot};
pub use ensemble::{EnsembleChart, draw_ensemble};
pub use figure::{Caption, Picture, draw_captioned, svg};
pub use sampled_kind::{SampledChart, SampledKind, draw_sampled, plane_aspect};
pub use scale::AxisMap;
pub use summary::{Summaries, Summary};
pub use theme::{Rgb, Theme};

use crate::events::Event;
use crate::lang::t;
use crate::status::RunStatus;
use crate::trace::{QuantityKind, Trace};
use plotters::backend::DrawingBackend;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use series::Series;
use sheet::Sheet;

/// How charts are drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Colours, type and strokes.
    pub theme: &'static Theme,
    /// Device pixels per CSS pixel; everything is scaled by it.
    pub pixel_ratio: f64,
    /// Last step of the time axis: the document's number of steps.
    pub x_max: f64,
    /// Step at which a cursor is drawn and values are read out.
    pub cursor: Option<f64>,
    /// Whether up to four lanes share one panel where each has one of its own else.
    pub overlaid: bool,
    /// Task whose curves are lit up among the others.
    pub lit: Option<usize>,
    /// The series whose axes the Neumann lab keeps while its own is dragged.
    pub held_series: Option<crate::sampled::NeumannSetting>,
}

impl View {
    /// A view without cursor, at pixel ratio 1.
    pub fn new(theme: &'static Theme, x_max: f64) -> Self {
        Self { theme, pixel_ratio: 1.0, x_max, cursor: None, overlaid: false, lit: None, held_series: None }
    }
}

/// One lane as charts see it.
#[derive(Debug, Clone, Copy)]
pub struct Lane<'a> {
    /// The lane's name.
    pub label: &'a str,
    /// Names of the auxiliary tasks.
    pub task_names: &'a [String],
    /// Names of the components of φ: those of the tasks where φ are their weights.
    pub phi_names: &'a [String],
    /// Its record.
    pub trace: &'a Trace,
    /// How it stands.
    pub status: RunStatus,
    /// The finished run while it is being replayed: the axes are made for it from the start.
    pub whole: Option<&'a Trace>,
    /// What is kept of both traces so that drawing them costs the same however long they are.
    pub summaries: Summaries<'a>,
    /// Its moments, to be marked.
    pub events: &'a [Event],
}

impl<'a> Lane<'a> {
    /// Name of component `k` of φ, or its number if it has none.
    fn phi(&self, k: usize) -> String {
        self.phi_names.get(k).cloned().unwrap_or_else(|| format!("φ {}", k + 1))
    }

    /// Number of weights, see [`Layout::weights`](crate::trace::Layout::weights).
    fn n_weights(&self) -> usize {
        self.trace.layout().weights().1.len()
    }

    /// Returns whether the weights are effective ones: φ itself says nothing to people.
    fn has_effective_weights(&self) -> bool {
        self.trace.layout().effective_weights > 0
    }

    /// Component `i` of a quantity over time; empty if the lane has none.
    fn series(&self, kind: QuantityKind, i: usize) -> Series<'a> {
        let series = Series::from(self.trace.series(kind, i).unwrap_or(&[]));
        series.with_summary(summary::of(self.summaries.trace, self.trace, (kind, i)))
    }

    /// The same of the record that axes are made for.
    fn ranged_series(&self, kind: QuantityKind, i: usize) -> Series<'a> {
        let Some(whole) = self.whole else { return self.series(kind, i) };
        let series = Series::from(whole.series(kind, i).unwrap_or(&[]));
        series.with_summary(summary::of(self.summaries.whole, whole, (kind, i)))
    }

    /// Which column weight `k` is.
    fn weight_at(&self, k: usize) -> (QuantityKind, usize) {
        let (kind, mut components) = self.trace.layout().weights();
        (kind, components.nth(k).unwrap_or(usize::MAX))
    }

    /// Weight `k` over time.
    fn weight(&self, k: usize) -> Series<'a> {
        let (kind, i) = self.weight_at(k);
        self.series(kind, i)
    }

    /// The same of the record that axes are made for.
    fn ranged_weight(&self, k: usize) -> Series<'a> {
        let (kind, i) = self.weight_at(k);
        self.ranged_series(kind, i)
    }

    /// Names of what the weights belong to.
    fn weight_names(&self) -> &'a [String] {
        if self.has_effective_weights() { self.task_names } else { self.phi_names }
    }

    /// Name of what weight `k` belongs to, or its number if it has none.
    pub fn weight_name(&self, k: usize) -> String {
        self.weight_names().get(k).cloned().unwrap_or_else(|| t!("weight {number}", number = k + 1))
    }
}

/// Declares the charts: a line makes a kind, its name and its dispatch.
macro_rules! charts {
    ($($(#[doc = $doc:literal])+ $(#[$gate:meta])? $kind:ident $name:literal => $file:ident,)+) => {
        /// The charts there are. Names are stable: the page's `data-chart` carries them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum ChartKind {
            $($(#[doc = $doc])+ $(#[$gate])? $kind,)+
        }

        impl ChartKind {
            /// Every kind, in the order of the page.
            pub const ALL: &'static [Self] = &[$($(#[$gate])? Self::$kind),+];

            /// The stable name.
            pub fn name(self) -> &'static str {
                match self { $($(#[$gate])? Self::$kind => $name,)+ }
            }

            fn compose(self, sheet: &mut Sheet, lanes: &[Lane]) -> Drawn {
                match self { $($(#[$gate])? Self::$kind => $file::compose(sheet, lanes),)+ }
            }

            /// The text alternative: present values and what happened, in sentences.
            pub fn describe(self, lanes: &[Lane], view: &View) -> String {
                match self { $($(#[$gate])? Self::$kind => $file::describe(lanes, view),)+ }
            }

            /// Height in CSS pixels at which the chart looks best, for a width in CSS pixels.
            pub fn height(self, lanes: &[Lane], view: &View, width: f64) -> f64 {
                match self { $($(#[$gate])? Self::$kind => $file::height(lanes, view, width),)+ }
            }
        }
    };
}

charts! {
    /// φ trajectories, a panel for each lane.
    Phi "phi" => phi,
    /// Alignment a_k and the ribbon of its sign, a panel for each lane that has it.
    Alignment "alignment" => alignment,
    /// Held-out loss L_A and test error, the lanes overlaid.
    Losses "losses" => losses,
    /// Who lowered L_T, W or φ, with L_A below; a panel for each lane.
    Ledger "ledger" => ledger,
    /// Cosine and size of each estimate beside the exact hypergradient, a panel for each lane that has it.
    Trust "trust" => trust,
}

impl ChartKind {
    /// The kind of that [`name`](Self::name).
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

/// Why these lanes are not overlaid however [`View::overlaid`] stands; `None` if they can be.
pub fn overlay_refusal(lanes: &[Lane]) -> Option<String> {
    overlay::refusal(lanes.len(), lanes.iter().map(Lane::n_weights).sum())
}

/// Draws a chart over the whole area, background included, and says where its plots are.
///
/// The area is in device pixels; one without any is left alone.
///
/// # Errors
/// Those of the backend.
pub fn draw<DB: DrawingBackend>(
    kind: ChartKind,
    area: &DrawingArea<DB, Shift>,
    lanes: &[Lane],
    view: &View,
) -> Result<Drawn, DrawingAreaErrorKind<DB::ErrorType>> {
    draw_with(area, view, |sheet| kind.compose(sheet, lanes))
}

/// Draws what `compose` puts on a sheet of the whole area, over the background.
fn draw_with<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    view: &View,
    compose: impl FnOnce(&mut Sheet) -> Drawn,
) -> Result<Drawn, DrawingAreaErrorKind<DB::ErrorType>> {
    let (columns, rows) = area.get_pixel_range();
    if columns.is_empty() || rows.is_empty() {
        return Ok(Drawn::default());
    }
    let mut sheet = Sheet::new(area.dim_in_pixel(), view);
    sheet.rect(sheet.canvas, view.theme.background);
    let drawn = compose(&mut sheet);
    backend::paint(area, &sheet)?;
    Ok(drawn)
}
