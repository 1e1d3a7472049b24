//! One chart on one canvas.

use super::traces::Traces;
use crate::chart::{self, ChartKind, Drawn, Measured, Theme, View};
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters_canvas::CanvasBackend;
use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

/// A canvas and the kind of chart it shows.
#[wasm_bindgen]
pub struct ChartView {
    pub(super) canvas: HtmlCanvasElement,
    pub(super) kind: ChartKind,
    drawn: Drawn,
    /// Step at which the cursor stands.
    pub(super) cursor: Option<f64>,
    /// Whether lanes are overlaid.
    pub(super) overlaid: bool,
    /// Task lit up among the others.
    pub(super) lit: Option<usize>,
}

#[wasm_bindgen]
impl ChartView {
    /// A chart of a kind named as in `data-chart`.
    ///
    /// # Errors
    /// If there is no such kind.
    #[wasm_bindgen(constructor)]
    pub fn new(canvas: HtmlCanvasElement, kind: &str) -> Result<ChartView, JsError> {
        let kind =
            ChartKind::named(kind).ok_or_else(|| JsError::new(&format!("no chart is named {kind}")))?;
        Ok(Self { canvas, kind, drawn: Drawn::default(), cursor: None, overlaid: false, lit: None })
    }

    /// Draws the traces over the whole canvas, whose size is in device pixels, `ratio` to a CSS pixel.
    ///
    /// # Errors
    /// If the canvas cannot be drawn on, or no theme is named so.
    pub fn draw(&mut self, traces: &Traces, ratio: f64, theme: &str) -> Result<(), JsError> {
        let area = area_of(&self.canvas)?;
        let view = View { pixel_ratio: ratio, cursor: self.cursor(), ..self.view(traces, theme)? };
        let view = View { lit: self.lit, ..view };
        self.drawn = chart::draw(self.kind, &area, &traces.lanes(), &view)
            .map_err(|error| JsError::new(&error.to_string()))?;
        Ok(())
    }

    /// Height in CSS pixels at which the chart looks best on `width` CSS pixels.
    ///
    /// # Errors
    /// If no theme is named so.
    pub fn height(&self, traces: &Traces, width: f64, theme: &str) -> Result<f64, JsError> {
        Ok(self.kind.height(&traces.lanes(), &self.view(traces, theme)?, width))
    }

    /// The chart in sentences: present values and what happened.
    pub fn describe(&self, traces: &Traces) -> String {
        let view = View::new(&Theme::LIGHT, traces.steps as f64);
        let view = View { overlaid: self.overlaid, ..view };
        self.kind.describe(&traces.lanes(), &view)
    }

    /// Step under a pixel of the canvas, in device pixels; `undefined` before anything is drawn.
    #[wasm_bindgen(js_name = stepAt)]
    pub fn step_at(&self, x: f64, y: f64) -> Option<f64> {
        self.drawn.step_at(x, y)
    }
}

impl ChartView {
    /// The view without its cursor, at pixel ratio 1.
    pub(super) fn view(&self, traces: &Traces, theme: &str) -> Result<View, JsError> {
        Ok(View { overlaid: self.overlaid, ..view(traces, theme)? })
    }

    pub(super) fn cursor(&self) -> Option<f64> {
        self.cursor
    }
}

/// The whole of a canvas, to be drawn on.
pub(super) fn area_of(
    canvas: &HtmlCanvasElement,
) -> Result<DrawingArea<Measured<CanvasBackend>, Shift>, JsError> {
    let backend = CanvasBackend::with_canvas_object(canvas.clone())
        .ok_or_else(|| JsError::new("this canvas has no two-dimensional context"))?;
    Ok(Measured::new(backend).into_drawing_area())
}

pub(super) fn view(traces: &Traces, theme: &str) -> Result<View, JsError> {
    let theme = Theme::named(theme).ok_or_else(|| JsError::new(&format!("no theme is named {theme}")))?;
    Ok(View::new(theme, traces.steps as f64))
}
