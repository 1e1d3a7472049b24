//! Many seeds: workers run one after the other, the page collects and draws them.

use super::figures::{self, caption};
use super::files::names;
use super::traces::{field, list, number, texts};
use super::view::area_of;
use super::{parse, refusal};
use crate::chart::{EnsembleChart, Theme, View, draw_ensemble};
use crate::experiment::notes_without_seed;
use crate::lang::{self, t, tr};
use crate::sampled::{self, EnsembleShape, Measure, Summary};
use crate::seeds;
use js_sys::{Array, Float64Array, JSON};
use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

/// Returns whether another seed of a document gives another run.
///
/// # Errors
/// A broken document throws an `ExperimentError`.
#[wasm_bindgen(js_name = seedMatters)]
pub fn seed_matters(document: &str) -> Result<bool, JsValue> {
    Ok(parse(document)?.is_random())
}

/// One seed of an experiment being run, all lanes in step.
#[wasm_bindgen]
pub struct SeedRun(seeds::SeedRun);

#[wasm_bindgen]
impl SeedRun {
    /// The document with another seed, every lane at its start.
    ///
    /// # Errors
    /// A broken document or a seed that is too large throws an `ExperimentError`.
    #[wasm_bindgen(constructor)]
    pub fn new(document: &str, seed: f64) -> Result<SeedRun, JsValue> {
        let experiment = parse(document)?;
        // The conversion saturates, and NaN becomes 0: every number is some seed.
        Ok(Self(seeds::SeedRun::new(&experiment, seed as u64).map_err(refusal)?))
    }

    /// Takes at most `steps` outer steps in every lane; whether any lane still runs.
    pub fn advance(&mut self, steps: f64) -> bool {
        self.0.advance(steps.max(0.0) as u64)
    }

    /// How much is done, from 0 to 1.
    #[wasm_bindgen(getter)]
    pub fn progress(&self) -> f64 {
        self.0.progress()
    }

    /// What the seed gave, for [`Ensemble::add`]. Its buffer is the caller's, to transfer.
    pub fn columns(&self) -> Float64Array {
        Float64Array::from(self.0.columns().as_slice())
    }
}

/// What many seeds gave, in whatever order they came.
#[wasm_bindgen]
pub struct Ensemble {
    seeds: sampled::Ensemble,
    /// Lanes as the document calls them.
    labels: Vec<String>,
    /// Of the seeds there are; made when it is asked for.
    summary: Option<Summary>,
}

#[wasm_bindgen]
impl Ensemble {
    /// Empty, for the experiment that `Session.metadata` describes.
    ///
    /// # Errors
    /// If `metadata` is not such a text.
    #[wasm_bindgen(constructor)]
    pub fn new(metadata: &str) -> Result<Ensemble, JsValue> {
        let metadata = JSON::parse(metadata)?;
        let lanes = list(&metadata, "lanes")?;
        let label = |lane: JsValue| Ok(field(&lane, "label")?.as_string().unwrap_or_default());
        let written = lanes.iter().map(label).collect::<Result<Vec<String>, JsValue>>()?;
        let labels = lang::names(written.clone());
        let (m, effective) = (number(&lanes.get(0), "m")?, number(&lanes.get(0), "effectiveWeights")?);
        let steps = number(&metadata, "steps")? as u64;
        let shape = if effective > 0.0 {
            EnsembleShape::new(steps, labels, &texts(&metadata, "taskNames")?, effective as usize - 1, true)
        } else {
            EnsembleShape::new(steps, labels, &texts(&metadata, "phiNames")?, m as usize, false)
        };
        Ok(Self { seeds: sampled::Ensemble::new(shape), labels: written, summary: None })
    }

    /// Takes in a seed's columns; says whether they are of this experiment.
    pub fn add(&mut self, seed: f64, columns: &[f64]) -> bool {
        self.summary = None;
        self.seeds.add(seed as u64, columns.to_vec())
    }

    /// Number of seeds.
    #[wasm_bindgen(getter)]
    pub fn size(&self) -> usize {
        self.seeds.len()
    }

    /// Draws over the whole canvas, whose size is in device pixels, `ratio` to a CSS pixel.
    ///
    /// # Errors
    /// If the canvas cannot be drawn on, or no theme is named so.
    pub fn draw(&mut self, canvas: HtmlCanvasElement, ratio: f64, theme: &str) -> Result<(), JsError> {
        let view = View { pixel_ratio: ratio, ..self.view(theme)? };
        let drawn = draw_ensemble(&self.chart(), &area_of(&canvas)?, &view);
        drawn.map(drop).map_err(|error| JsError::new(&error.to_string()))
    }

    /// Height in CSS pixels at which the chart looks best on `width` CSS pixels.
    ///
    /// # Errors
    /// If no theme is named so.
    pub fn height(&mut self, width: f64, theme: &str) -> Result<f64, JsError> {
        let view = self.view(theme)?;
        Ok(self.chart().height(&view, width))
    }

    /// The chart in sentences.
    pub fn describe(&mut self) -> String {
        self.chart().describe()
    }

    /// The chart as SVG, `width` by `height` CSS pixels, and below it title, seeds and parameters of the
    /// document.
    ///
    /// # Errors
    /// If the document cannot be read or no theme is named so.
    pub fn svg(&mut self, document: &str, width: f64, height: f64, theme: &str) -> Result<String, JsValue> {
        let view = self.view(theme)?;
        let chart = self.chart();
        let caption = chart.caption(caption(document, notes_without_seed)?);
        figures::svg(&chart.into(), &[], &view, &caption, (width, height))
    }

    /// The same over the whole canvas, which gets the size it needs at `ratio` device pixels to a CSS pixel.
    ///
    /// # Errors
    /// As [`svg`](Self::svg), and if the canvas cannot be drawn on.
    #[wasm_bindgen(js_name = drawFigure)]
    pub fn draw_figure(
        &mut self,
        canvas: HtmlCanvasElement,
        document: &str,
        width: f64,
        height: f64,
        ratio: f64,
        theme: &str,
    ) -> Result<(), JsValue> {
        let view = View { pixel_ratio: ratio, ..self.view(theme)? };
        let chart = self.chart();
        let caption = chart.caption(caption(document, notes_without_seed)?);
        figures::paint(&canvas, &chart.into(), &[], &view, &caption, (width, height))
    }

    /// All quantiles over time as CSV; `guarded` names are no formulas to a spreadsheet.
    pub fn csv(&mut self, guarded: bool) -> String {
        let labels = self.labels.clone();
        self.summary().csv(&labels, names(guarded))
    }

    /// The quantiles at the end, a row a lane and quantity: `[lane, quantity, seeds that have it, q10, q25, median, q75, q90]`;
    /// NaN where no seed has it.
    #[wasm_bindgen(unchecked_return_type = "[string, string, ...number[]][]")]
    pub fn ends(&mut self) -> Array {
        let rows = Array::new();
        let summary = self.summary();
        for lane in &summary.lanes {
            for (measure, bands) in summary.shape.measures().zip(&lane.bands) {
                let quantity = match measure {
                    Measure::Weight(k) => t!("weight of {task}", task = summary.shape.weights[k]),
                    Measure::HeldOut => tr!("held-out loss L_A").to_owned(),
                    Measure::Test => tr!("test error").to_owned(),
                };
                let present = bands.present.last().copied().unwrap_or(0) as f64;
                let numbers = bands.last().unwrap_or([f64::NAN; 5]);
                let words = [lane.label.as_str(), &quantity].map(JsValue::from);
                let numbers = std::iter::once(present).chain(numbers).map(JsValue::from);
                rows.push(&words.into_iter().chain(numbers).collect::<Array>());
            }
        }
        rows
    }
}

impl Ensemble {
    fn summary(&mut self) -> &Summary {
        let seeds = &self.seeds;
        self.summary.get_or_insert_with(|| seeds.summary())
    }

    fn chart(&mut self) -> EnsembleChart<'_> {
        EnsembleChart(self.summary())
    }

    fn view(&self, theme: &str) -> Result<View, JsError> {
        let theme = Theme::named(theme).ok_or_else(|| JsError::new(&format!("no theme is named {theme}")))?;
        Ok(View::new(theme, self.seeds.shape().steps.last().copied().unwrap_or(0.0)))
    }
}
