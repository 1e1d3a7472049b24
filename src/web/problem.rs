//! The problem of a document on the page, and where it is looked at.

use super::problem_view::handle_named;
use super::traces::Traces;
use super::{json, parse, refusal};
use crate::chart::SampledKind;
use crate::experiment::edit;
use crate::sampled::{NeumannSetting, Spectrum};
use crate::study::{Handle, Scene};
use wasm_bindgen::prelude::*;

/// Names of all charts of the problem itself, in the order of the page.
#[wasm_bindgen(js_name = problemCharts)]
pub fn problem_charts() -> Vec<String> {
    SampledKind::ALL.iter().map(|kind| kind.name().to_owned()).collect()
}

/// The problem of a document, and where it is looked at.
#[wasm_bindgen]
pub struct Problem {
    pub(super) scene: Scene,
}

#[wasm_bindgen]
impl Problem {
    /// Of a document.
    ///
    /// # Errors
    /// A broken document throws an `ExperimentError`.
    #[wasm_bindgen(constructor)]
    pub fn new(document: &str) -> Result<Problem, JsValue> {
        let experiment = parse(document)?;
        let scene = Scene::of(&experiment, json::parsed(document).map_err(refusal)?).map_err(refusal)?;
        Ok(Self { scene })
    }

    /// Of a document that is shown after another; see [`Scene::after`].
    ///
    /// # Errors
    /// As the constructor.
    pub fn after(before: &Problem, document: &str) -> Result<Problem, JsValue> {
        let experiment = parse(document)?;
        let parsed = json::parsed(document).map_err(refusal)?;
        Ok(Self { scene: Scene::after(&before.scene, &experiment, parsed).map_err(refusal)? })
    }

    /// Looks at what the lane followed has recorded at a step, or last; see [`Scene::look`].
    pub fn look(&mut self, traces: &Traces, step: Option<f64>, at_rest: bool) {
        self.scene.look(&traces.all(), step, at_rest);
    }

    /// See [`Scene::settle`].
    pub fn settle(&mut self) {
        self.scene.settle();
    }

    /// See [`Scene::is_unfinished`].
    #[wasm_bindgen(getter, js_name = isUnfinished)]
    pub fn is_unfinished(&self) -> bool {
        self.scene.is_unfinished()
    }

    /// See [`Scene::go_on`].
    #[wasm_bindgen(js_name = goOn)]
    pub fn go_on(&mut self) -> bool {
        self.scene.go_on()
    }

    /// See [`Scene::fit`].
    pub fn fit(&mut self) {
        self.scene.fit();
    }

    /// The lane whose W and φ are looked at.
    #[wasm_bindgen(getter)]
    pub fn lane(&self) -> usize {
        self.scene.lane()
    }

    /// Looks at another lane.
    #[wasm_bindgen(setter)]
    pub fn set_lane(&mut self, lane: usize) {
        self.scene.follow_lane(lane);
    }

    /// See [`Scene::turn`].
    pub fn turn(&mut self, turn: f64) {
        self.scene.turn(turn);
    }

    /// See [`Scene::turned`].
    #[wasm_bindgen(getter)]
    pub fn turned(&self) -> f64 {
        self.scene.turned()
    }

    /// See [`Scene::drag`].
    pub fn drag(&mut self, dragging: bool) {
        self.scene.drag(dragging);
    }

    /// Selects the loss of a handle, see [`Scene::select`]; whether the handle is that of an optimum.
    pub fn select(&mut self, handle: &str) -> bool {
        let Some(Handle::Optimum(role)) = handle_named(handle) else { return false };
        self.scene.select(role);
        true
    }

    /// See [`Scene::deselect`].
    pub fn deselect(&mut self) -> bool {
        self.scene.deselect()
    }

    /// See [`Scene::bends`].
    #[wasm_bindgen(getter)]
    pub fn bends(&self) -> bool {
        self.scene.bends()
    }

    /// Returns whether W has two parameters or more: there is a plane, and directions in it. False before the plane is made.
    #[wasm_bindgen(getter)]
    pub fn planar(&self) -> bool {
        self.scene.drawn().0.is_some_and(|plane| plane.frame.is_plane())
    }

    /// Names of the components of φ.
    #[wasm_bindgen(getter, js_name = phiNames)]
    pub fn phi_names(&self) -> Vec<String> {
        self.scene.phi_names()
    }

    /// Components of φ over the axes of the landscape: one or two.
    #[wasm_bindgen(getter)]
    pub fn components(&self) -> Vec<usize> {
        let (first, second) = self.scene.components();
        std::iter::once(first).chain(second).collect()
    }

    /// See [`Scene::choose_components`].
    #[wasm_bindgen(js_name = chooseComponents)]
    pub fn choose_components(&mut self, first: usize, second: Option<usize>) {
        self.scene.choose_components(first, second);
    }

    /// The truncated Neumann series shown: `J`, `α`, damping, 1 for the official scaling; then the α from which
    /// on it diverges (NaN if it always does). Empty if there is no spectrum.
    #[wasm_bindgen(getter)]
    pub fn series(&mut self) -> Vec<f64> {
        let Some(setting) = self.scene.setting() else { return Vec::new() };
        let NeumannSetting { terms, alpha, damping, official } = setting;
        let converging = |spectrum: &&Spectrum| spectrum.extremes().0 + damping > 0.0;
        let limit = self.scene.spectrum().filter(converging).and_then(|s| s.alpha_limit(damping));
        vec![terms as f64, alpha, damping, f64::from(u8::from(official)), limit.unwrap_or(f64::NAN)]
    }

    /// Shows another series; one that is none is left aside.
    #[wasm_bindgen(js_name = chooseSeries)]
    pub fn choose_series(&mut self, terms: f64, alpha: f64, damping: f64, official: bool) {
        if terms >= 0.0 && alpha > 0.0 && alpha.is_finite() && damping >= 0.0 && damping.is_finite() {
            let terms = terms.round() as usize;
            self.scene.choose_setting(Some(NeumannSetting { terms, alpha, damping, official }));
        }
    }

    /// Shows the document's series again.
    #[wasm_bindgen(js_name = resetSeries)]
    pub fn reset_series(&mut self) {
        self.scene.choose_setting(None);
    }

    /// The document with the series shown in the lane looked at; `undefined` if that uses none.
    ///
    /// # Errors
    /// Never in practice.
    #[wasm_bindgen(js_name = withSeries)]
    pub fn with_series(&mut self) -> Result<Option<String>, JsValue> {
        self.scene.with_setting().as_ref().map(json::text).transpose()
    }
}

/// A document with its diagnostics switched on; see [`edit::measure`].
///
/// # Errors
/// What is no document throws an `ExperimentError`.
#[wasm_bindgen(js_name = withDiagnostics)]
pub fn with_diagnostics(document: &str) -> Result<String, JsValue> {
    let mut document = json::parsed(document).map_err(refusal)?;
    edit::measure(&mut document);
    json::text(&document)
}
