//! What a chart can do besides: a cursor in time, and figures to take away.

use super::traces::Traces;
use super::view::{ChartView, area_of};
use super::{json, refusal};
use crate::chart::{self, Caption, ChartKind, Lane, Picture, View};
use crate::experiment::{Json, notes};
use crate::lang;
use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

/// Why the lanes cannot be overlaid; `undefined` if they can be.
#[wasm_bindgen(js_name = overlayRefusal)]
pub fn overlay_refusal(traces: &Traces) -> Option<String> {
    chart::overlay_refusal(&traces.lanes())
}

/// Names of all charts, in the order of the page.
#[wasm_bindgen(js_name = chartKinds)]
pub fn chart_kinds() -> Vec<String> {
    ChartKind::ALL.iter().map(|kind| kind.name().to_owned()).collect()
}

#[wasm_bindgen]
impl ChartView {
    /// Puts the cursor on a step for the pictures to come, or takes it away.
    #[wasm_bindgen(js_name = setCursor)]
    pub fn set_cursor(&mut self, step: Option<f64>) {
        self.cursor = step;
    }

    /// Lets up to four lanes share one panel in the pictures to come, in charts that have a panel for each.
    #[wasm_bindgen(js_name = setOverlaid)]
    pub fn set_overlaid(&mut self, overlaid: bool) {
        self.overlaid = overlaid;
    }

    /// Lights up the curves of a task, counted from 0, in the pictures to come, or none.
    #[wasm_bindgen(js_name = setLit)]
    pub fn set_lit(&mut self, task: Option<usize>) {
        self.lit = task;
    }

    /// Returns whether lanes are to share one panel.
    #[wasm_bindgen(getter)]
    pub fn overlaid(&self) -> bool {
        self.overlaid
    }

    /// The chart as SVG, `width` by `height` CSS pixels, and below it title, seed and parameters of the
    /// document that the traces are of.
    ///
    /// # Errors
    /// If the document cannot be read or no theme is named so.
    pub fn svg(
        &self,
        traces: &Traces,
        document: &str,
        width: f64,
        height: f64,
        theme: &str,
    ) -> Result<String, JsValue> {
        let view = View { cursor: self.cursor(), ..self.view(traces, theme)? };
        svg(&self.kind.into(), &traces.lanes(), &view, &caption(document, notes)?, (width, height))
    }

    /// The same over the whole canvas, which gets the size it needs at `ratio` device pixels to a CSS pixel.
    ///
    /// # Errors
    /// As [`svg`](Self::svg), and if the canvas cannot be drawn on.
    #[wasm_bindgen(js_name = drawFigure)]
    pub fn draw_figure(
        &self,
        traces: &Traces,
        document: &str,
        width: f64,
        height: f64,
        ratio: f64,
        theme: &str,
    ) -> Result<(), JsValue> {
        let view = View { cursor: self.cursor(), pixel_ratio: ratio, ..self.view(traces, theme)? };
        paint(
            &self.canvas,
            &self.kind.into(),
            &traces.lanes(),
            &view,
            &caption(document, notes)?,
            (width, height),
        )
    }
}

/// A picture as SVG of a size in CSS pixels, with a caption below.
pub(super) fn svg(
    picture: &Picture,
    lanes: &[Lane],
    view: &View,
    caption: &Caption,
    (width, height): (f64, f64),
) -> Result<String, JsValue> {
    let size = (width.round() as u32, height.round() as u32);
    let svg = chart::svg(picture, size, lanes, view, Some(caption));
    svg.map_err(|error| JsError::new(&error.to_string()).into())
}

/// The same on a canvas, which gets the size it needs.
pub(super) fn paint(
    canvas: &HtmlCanvasElement,
    picture: &Picture,
    lanes: &[Lane],
    view: &View,
    caption: &Caption,
    (width, height): (f64, f64),
) -> Result<(), JsValue> {
    let ratio = view.pixel_ratio;
    canvas.set_width((width * ratio).round() as u32);
    canvas.set_height(((height + caption.height(view, width)) * ratio).round() as u32);
    chart::draw_captioned(picture, &area_of(canvas)?, lanes, view, caption)
        .map_err(|error| JsError::new(&error.to_string()))?;
    Ok(())
}

/// What is written below the figures of a document.
pub(super) fn caption(document: &str, notes: fn(&Json) -> Vec<String>) -> Result<Caption, JsValue> {
    let document = json::parsed(document).map_err(refusal)?;
    let title = match document.get("title") {
        Some(Json::Text(title)) => lang::isolated(lang::text(title)),
        _ => String::new(),
    };
    Ok(Caption { title, notes: notes(&document) })
}
