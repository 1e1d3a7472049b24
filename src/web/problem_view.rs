//! The charts of a problem on their canvases: what can be dragged on them, what a drag makes.

use super::figures::{caption, paint, svg};
use super::problem::Problem;
use super::traces::Traces;
use super::view::{area_of, view};
use super::{json, object};
use crate::chart::{
    Drawn, Picture, SampledChart, SampledKind, Theme, ValuePlot, View, draw_sampled, plane_aspect,
};
use crate::exhibit;
use crate::experiment::notes;
use crate::lang::{t, tr};
use crate::sampled::{NeumannSetting, Place, Role};
use crate::study::{Handle, Pace};
use js_sys::{Array, Date};
use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

/// What a frame has room for beside its drawing.
const PACE: Pace = Pace { now: Date::now, slice: 6.0 };
/// Device pixels that a handle may be outside of the plot by.
const HAIR: f64 = 3.0;

/// A canvas and the chart of a problem that it shows.
#[wasm_bindgen]
pub struct ProblemView {
    canvas: HtmlCanvasElement,
    kind: SampledKind,
    drawn: Drawn,
    cursor: Option<f64>,
}

#[wasm_bindgen]
impl ProblemView {
    /// A chart named as in [`super::problem_charts`].
    ///
    /// # Errors
    /// If there is no such chart.
    #[wasm_bindgen(constructor)]
    pub fn new(canvas: HtmlCanvasElement, kind: &str) -> Result<ProblemView, JsError> {
        let kind =
            SampledKind::named(kind).ok_or_else(|| JsError::new(&format!("no chart is named {kind}")))?;
        Ok(Self { canvas, kind, drawn: Drawn::default(), cursor: None })
    }

    /// Puts the cursor on a step for the pictures to come, or takes it away.
    #[wasm_bindgen(js_name = setCursor)]
    pub fn set_cursor(&mut self, step: Option<f64>) {
        self.cursor = step;
    }

    /// Draws over the whole canvas, whose size is in device pixels, `ratio` to a CSS pixel.
    ///
    /// # Errors
    /// If the canvas cannot be drawn on, or no theme is named so.
    pub fn draw(
        &mut self,
        problem: &mut Problem,
        traces: &Traces,
        ratio: f64,
        theme: &str,
    ) -> Result<(), JsError> {
        let view = View { held_series: problem.scene.held_setting(), ..self.view(traces, ratio, theme)? };
        let size = (f64::from(self.canvas.width()) / ratio, f64::from(self.canvas.height()) / ratio);
        let (all, lanes) = (traces.all(), traces.lanes());
        problem.scene.keep_pace(Some(PACE));
        let chart = exhibit::chart(&mut problem.scene, self.kind, &all, plane_aspect(&view, size));
        self.drawn = draw_sampled(&chart, &area_of(&self.canvas)?, &lanes, &view)
            .map_err(|error| JsError::new(&error.to_string()))?;
        Ok(())
    }

    /// Height in CSS pixels at which the chart looks best on `width` CSS pixels.
    ///
    /// # Errors
    /// If no theme is named so.
    pub fn height(&self, traces: &Traces, width: f64, theme: &str) -> Result<f64, JsError> {
        Ok(self.kind.height(&view(traces, theme)?, width))
    }

    /// The picture made last in sentences; `undefined` before there is one.
    pub fn describe(&self, problem: &Problem, traces: &Traces) -> Option<String> {
        let view = View { cursor: self.cursor, ..View::new(&Theme::LIGHT, traces.steps as f64) };
        exhibit::last(&problem.scene, self.kind).map(|chart| chart.describe(&traces.lanes(), &view))
    }

    /// The picture as SVG; see `ChartView.svg`.
    ///
    /// # Errors
    /// As there.
    pub fn svg(
        &self,
        problem: &mut Problem,
        traces: &Traces,
        document: &str,
        width: f64,
        height: f64,
        theme: &str,
    ) -> Result<String, JsValue> {
        let view = self.view(traces, 1.0, theme)?;
        let picture = self.picture(problem, traces, &view, (width, height));
        svg(&picture, &traces.lanes(), &view, &caption(document, notes)?, (width, height))
    }

    /// The same over the whole canvas; see `ChartView.drawFigure`.
    ///
    /// # Errors
    /// As there.
    #[wasm_bindgen(js_name = drawFigure)]
    #[allow(clippy::too_many_arguments, reason = "those of ChartView.drawFigure, and the problem")]
    pub fn draw_figure(
        &self,
        problem: &mut Problem,
        traces: &Traces,
        document: &str,
        width: f64,
        height: f64,
        ratio: f64,
        theme: &str,
    ) -> Result<(), JsValue> {
        let view = self.view(traces, ratio, theme)?;
        let picture = self.picture(problem, traces, &view, (width, height));
        paint(&self.canvas, &picture, &traces.lanes(), &view, &caption(document, notes)?, (width, height))
    }

    /// The chart for a figure of a size in CSS pixels, with nothing left to be made finer.
    fn picture<'a>(
        &self,
        problem: &'a mut Problem,
        traces: &Traces,
        view: &View,
        (width, height): (f64, f64),
    ) -> Picture<'a> {
        problem.scene.keep_pace(None);
        let aspect = plane_aspect(view, (width.round(), height.round()));
        exhibit::chart(&mut problem.scene, self.kind, &traces.all(), aspect).into()
    }

    fn view(&self, traces: &Traces, ratio: f64, theme: &str) -> Result<View, JsError> {
        Ok(View { cursor: self.cursor, pixel_ratio: ratio, ..view(traces, theme)? })
    }

    /// What can be dragged on the picture drawn last, and where it is: in device pixels, and what that means.
    ///
    /// # Errors
    /// Never in practice.
    #[wasm_bindgen(unchecked_return_type = "DragHandle[]")]
    pub fn handles(&self, problem: &Problem) -> Result<Array, JsValue> {
        let handles = self.places(problem).into_iter().map(|(id, label, (x, y), at)| {
            let at: Array = at.into_iter().map(JsValue::from).collect();
            let place = [("x", x.into()), ("y", y.into()), ("at", at.into())];
            let fields = [("id", id.into()), ("label", label.into())].into_iter().chain(place);
            object(&fields.collect::<Vec<_>>()).map(JsValue::from)
        });
        handles.collect()
    }

    /// Handles by name and label, with their places in pixels and in values: one where one is all there is.
    fn places(&self, problem: &Problem) -> Vec<(String, String, Place, Vec<f64>)> {
        let values = |(x, y): Place, both: bool| if both { vec![x, y] } else { vec![x] };
        let chart = exhibit::last(&problem.scene, self.kind);
        match (chart, &self.drawn.planes[..]) {
            (Some(SampledChart::WPlane(plane)), [map, ..]) => {
                let label = |handle| match handle {
                    Handle::Optimum(role) => {
                        let named = plane.optima.iter().find(|optimum| optimum.role == role);
                        let name = named.map_or("", |optimum| &optimum.name);
                        // Numbers in a name would run into those of its place.
                        let quoted = name.contains(|c: char| c.is_ascii_digit());
                        if quoted {
                            t!("optimum of “{loss}”", loss = name)
                        } else {
                            t!("optimum of {loss}", loss = name)
                        }
                    }
                    Handle::Axis(axis) if problem.scene.is_longer(axis) => {
                        tr!("longer axis of the curvature").to_owned()
                    }
                    Handle::Axis(_) => tr!("shorter axis of the curvature").to_owned(),
                    Handle::Start => tr!("start of W").to_owned(),
                };
                let floor = f64::from(map.bottom);
                let at = |place| {
                    let (x, y) = map.pixel_of(place);
                    // On a line of W everything stands on the axis.
                    (x, if plane.frame.is_plane() { y } else { floor })
                };
                let handles = problem.scene.handles().into_iter();
                let handles = handles.map(|(handle, to)| (handle_name(handle), label(handle), at(to), to));
                let both = plane.frame.is_plane();
                let seen = |(id, label, at, to)| Some((id, label, seen(map, at)?, values(to, both)));
                handles.filter_map(seen).collect()
            }
            (Some(SampledChart::PhiLandscape(landscape)), [map, ..]) => {
                let start = landscape.start_place();
                let at = map.pixel_of(start);
                let value = values(start, landscape.components.1.is_some());
                let held =
                    seen(map, at).map(|at| ("phi".to_owned(), tr!("start of φ").to_owned(), at, value));
                held.into_iter().collect()
            }
            (Some(SampledChart::Neumann(_, setting)), [.., map]) => {
                let now = (setting.terms as f64, setting.alpha);
                let at = map.pixel_of(now);
                let name = tr!("J and α of the series").to_owned();
                let held = |at| ("series".to_owned(), name, at, values(now, true));
                seen(map, at).map(held).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Drags a handle to a place in device pixels: the document that has it there. `undefined` if it cannot be
    /// there, or if the drag concerns the picture alone.
    ///
    /// # Errors
    /// Never in practice.
    #[wasm_bindgen(js_name = dragTo)]
    pub fn drag_to(
        &self,
        problem: &mut Problem,
        id: &str,
        x: f64,
        y: f64,
    ) -> Result<Option<String>, JsValue> {
        let document = match (self.kind, &self.drawn.planes[..]) {
            (SampledKind::WPlane, [map, ..]) => {
                handle_named(id).and_then(|handle| problem.scene.moved(handle, map.value_at((x, y))))
            }
            (SampledKind::PhiLandscape, [map, ..]) => problem.scene.moved_phi(map.value_at((x, y))),
            (SampledKind::Neumann, [.., map]) => {
                if let Some(setting) = problem.scene.setting() {
                    let (terms, alpha) = map.value_at((x, y));
                    let terms = terms.round().max(0.0) as usize;
                    problem.scene.choose_setting(Some(NeumannSetting { terms, alpha, ..setting }));
                }
                None
            }
            _ => None,
        };
        document.map(|document| json::text(&document)).transpose()
    }
}

/// A pixel, moved into the plot if it is a hair outside: rounded to short numbers, what was dragged to the edge may be.
fn seen(map: &ValuePlot, (x, y): Place) -> Option<Place> {
    let within = |at: f64, from: i32, to: i32| {
        let inside = at.clamp(f64::from(from), f64::from(to));
        ((inside - at).abs() <= HAIR).then_some(inside)
    };
    Some((within(x, map.left, map.right)?, within(y, map.top, map.bottom)?))
}

fn handle_name(handle: Handle) -> String {
    match handle {
        Handle::Optimum(Role::Main) => "main".to_owned(),
        Handle::Optimum(Role::Auxiliary(k)) => format!("auxiliary-{k}"),
        Handle::Optimum(Role::HeldOut) => "held-out".to_owned(),
        Handle::Axis(axis) => format!("axis-{axis}"),
        Handle::Start => "start".to_owned(),
    }
}

/// The handle of that [`handle_name`].
pub(super) fn handle_named(name: &str) -> Option<Handle> {
    Some(match name.split_once('-') {
        Some(("auxiliary", k)) => Handle::Optimum(Role::Auxiliary(k.parse().ok()?)),
        Some(("axis", axis)) => Handle::Axis(axis.parse().ok().filter(|axis| *axis < 2)?),
        Some(("held", "out")) => Handle::Optimum(Role::HeldOut),
        None if name == "main" => Handle::Optimum(Role::Main),
        None if name == "start" => Handle::Start,
        _ => return None,
    })
}
