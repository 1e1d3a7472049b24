//! Time: steps of one part, runs that go on with other numbers, moments.

use super::session::Session;
use super::traces::{Traces, field, list, number, or_null};
use super::types::RunEvent;
use super::{object, parse, refusal};
use crate::chart::{Rgb, Summary, Theme};
use crate::events::events;
use crate::lang::{self, t};
use crate::method::Part;
use js_sys::{Array, JSON};
use wasm_bindgen::prelude::*;

/// Returns whether methods of a kind have a step of `w` or `phi` alone: else they stand still at it.
#[wasm_bindgen(js_name = hasPart)]
pub fn has_part(kind: &str, part: &str) -> bool {
    part_named(part).is_of(kind)
}

/// The colour of a task in a theme, as CSS has it.
///
/// # Errors
/// If no theme is named so.
#[wasm_bindgen(js_name = taskColour)]
pub fn task_colour(task: usize, theme: &str) -> Result<String, JsError> {
    let theme = Theme::named(theme).ok_or_else(|| JsError::new(&format!("no theme is named {theme}")))?;
    let Rgb(r, g, b) = theme.task(task);
    Ok(format!("#{r:02x}{g:02x}{b:02x}"))
}

/// `w` or `phi`; whatever else is both.
fn part_named(name: &str) -> Part {
    match name {
        "w" => Part::W,
        "phi" => Part::Phi,
        _ => Part::Both,
    }
}

#[wasm_bindgen]
impl Session {
    /// Takes one outer step of `w` or `phi` alone in every lane.
    #[wasm_bindgen(js_name = stepPart)]
    pub fn step_part(&mut self, part: &str) {
        let part = part_named(part);
        for run in &mut self.runs {
            run.advance_part(part);
        }
    }

    /// Goes on by another document from where the lanes are, if it differs from the one that is run in texts,
    /// numbers of steps and numbers of methods only. True if methods are others, so that what follows is not told
    /// by the document alone; `undefined` if it is another run: make another session of it.
    ///
    /// # Errors
    /// A broken document throws an `ExperimentError`; the run stays as it is.
    pub fn retune(&mut self, document: String) -> Result<Option<bool>, JsValue> {
        let next = parse(&document)?;
        if !self.experiment.goes_on_as(&next) {
            return Ok(None);
        }
        let begun = self.step() > 0.0;
        if begun && !self.experiment.retune(&next, &mut self.runs) {
            return Ok(None);
        }
        if !begun {
            self.runs = next.runs().map_err(refusal)?;
        }
        let changed = begun && self.experiment.has_other_methods(&next);
        self.retuned |= changed;
        (self.experiment, self.document) = (next, document);
        Ok(Some(changed))
    }
}

impl Session {
    /// After a rewind the document alone tells the run, also in which form of the problem it is computed.
    pub(super) fn forget_changes(&mut self) {
        if std::mem::take(&mut self.retuned)
            && let Ok(runs) = self.experiment.runs()
        {
            self.runs = runs;
        }
    }
}

#[wasm_bindgen]
impl Traces {
    /// The same rows for what `Session.metadata` says after `Session.retune`.
    ///
    /// # Errors
    /// If `metadata` is not such a text.
    pub fn retell(&mut self, metadata: &str) -> Result<(), JsValue> {
        let metadata = JSON::parse(metadata)?;
        let steps = number(&metadata, "steps")? as u64;
        for (lane, told) in self.lanes.iter_mut().zip(list(&metadata, "lanes")?) {
            lane.written = field(&told, "label")?.as_string().unwrap_or_default();
            lane.label = lang::said(lane.written.clone());
            lane.whole = None;
            if steps != self.steps {
                lane.trace = lane.trace.regrown(steps);
                lane.summary = Summary::default();
                lane.summary.follow(&lane.trace);
            }
        }
        self.steps = steps;
        Ok(())
    }

    /// What happened when, lane by lane, each in the order of steps; the charts mark it from now on.
    ///
    /// # Errors
    /// Never in practice.
    #[wasm_bindgen(unchecked_return_type = "RunEvent[]")]
    pub fn events(&mut self) -> Result<Array, JsValue> {
        let told = Array::new();
        for (i, lane) in self.lanes.iter_mut().enumerate() {
            lane.events = events(&lane.trace, lane.status, self.steps);
            let seen = lane.seen(&self.task_names, &self.phi_names);
            let effective = lane.trace.layout().effective_weights > 0;
            let whose = |weight: String| match effective {
                true => t!("the effective weight of {weight}", weight = weight),
                false => t!("φ of {weight}", weight = weight),
            };
            for event in &lane.events {
                let name = event.task.map(|k| whose(seen.weight_name(k))).unwrap_or_default();
                let fields = [
                    ("lane", (i as f64).into()),
                    ("step", (event.step as f64).into()),
                    ("task", or_null(event.task.map(|k| k as f64))),
                    ("kind", event.kind.word().into()),
                    ("text", event.words(&name).into()),
                ];
                told.push(&object(&fields)?.unchecked_into::<RunEvent>());
            }
        }
        Ok(told)
    }
}
