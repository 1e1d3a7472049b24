//! A problem as its pictures show it: what is computed for them is kept until what it depends on changes.

mod drags;
mod framing;
mod landscape;
mod pace;
mod series;

pub use pace::Pace;

use super::cut_short::Cutting;
use super::landscape::Survey;
use super::{Movable, Study};
use crate::error::ExperimentError;
use crate::experiment::{Experiment, Json, edit};
use crate::sampled::{
    Bounds, CutShort, Ellipse, Frame, Landscape, NeumannSetting, Place, Plane, Role, Spectrum,
};
use crate::trace::{QuantityKind, Trace};

/// Parameters of a model up to which everything is looked at at every step.
const MEDIUM: usize = 40;
/// What is dragged to the edge of the plane may be outside by a hair.
const SLACK: f64 = 1.02;

/// A problem, where it is looked at, and what its pictures show of it.
pub struct Scene {
    study: Study,
    /// The optima are those of the scene before, for as long as something is dragged.
    borrowed: bool,
    document: Json,
    /// The document with drawn numbers written out, if it has any: these can be moved.
    written: Option<Json>,
    movable: Movable,
    /// The lane whose W and φ are looked at.
    lane: usize,
    phi: Vec<f64>,
    w: Vec<f64>,
    plane: Option<Plane>,
    landscape: Option<Landscape>,
    /// Whether the landscape is of this problem, not of the one shown before, and fine.
    made_here: bool,
    /// One that is still being made, and at what pace.
    survey: Option<Survey>,
    pace: Option<Pace>,
    spectrum: Option<Spectrum>,
    cut_short: Option<CutShort>,
    cutting: Option<Cutting>,
    /// Whether the cursor is somewhere: it may move on at once.
    scrubbing: bool,
    /// Whether these are of the present φ and W.
    current: Current,
    view: ViewOf,
}

/// What is up to date.
#[derive(Clone, Copy, Default)]
struct Current {
    plane: bool,
    responses: bool,
    landscape: bool,
    spectrum: bool,
    cut_short: bool,
}

/// What people have chosen to see.
#[derive(Clone, Default)]
struct ViewOf {
    /// The plane is to stay as it is.
    pinned: Option<(Frame, Bounds)>,
    /// The loss whose ellipse is shown, and the constant on it; chosen afresh if absent.
    selected: Option<(Role, Option<f64>)>,
    turn: Option<f64>,
    setting: Option<NeumannSetting>,
    components: Option<(usize, Option<usize>)>,
    /// The landscape's bounds are to stay.
    reach: Option<Bounds>,
    /// Something is being dragged: speed counts.
    dragging: bool,
    /// The ellipse and the series as the drag found them.
    held: (Option<Ellipse>, Option<NeumannSetting>),
    /// Where an axis has been dragged to, seen from the centre. It stays there after the drag.
    axis: Option<(usize, Place)>,
}

impl Scene {
    /// Of a document that has been read as `experiment`, seen at the start of the first lane that learns
    /// φ from held-out data.
    ///
    /// # Errors
    /// Data whose sums of products overflow.
    pub fn of(experiment: &Experiment, document: Json) -> Result<Self, ExperimentError> {
        Ok(Self::with(Study::of(experiment)?, experiment, document))
    }

    /// The same after another document, shown as that was if it is of the same size. While a start is dragged the
    /// optima stay as they were: to look for them may take longer than a frame.
    ///
    /// # Errors
    /// As [`of`](Self::of).
    pub fn after(before: &Self, experiment: &Experiment, document: Json) -> Result<Self, ExperimentError> {
        let same = |field: &str| document.get(field) == before.document.get(field);
        let borrowed = before.view.dragging && same("problem") && same("seed");
        let mut study = Study::without_optima(experiment)?;
        if borrowed {
            study.optima.clone_from(&before.study.optima);
        } else {
            study.find_optima();
        }
        let mut scene = Self::with(study, experiment, document);
        scene.borrowed = borrowed;
        scene.adopt(before);
        Ok(scene)
    }

    fn with(study: Study, experiment: &Experiment, document: Json) -> Self {
        let lane = experiment.methods().position(|method| method.learns_from_held_out()).unwrap_or(0);
        let (w, phi) = study.start();
        let (w, phi) = (w.to_vec(), phi.to_vec());
        let mut written = document.clone();
        let written = edit::write_out(&mut written, experiment).then_some(written);
        let movable = Movable::of(written.as_ref().unwrap_or(&document), study.roles(), w.len());
        let (plane, landscape, spectrum, cut_short) = (None, None, None, None);
        let (current, view) = (Current::default(), ViewOf::default());
        Self {
            study,
            borrowed: false,
            document,
            written,
            movable,
            lane,
            phi,
            w,
            plane,
            landscape,
            made_here: false,
            survey: None,
            pace: None,
            spectrum,
            cut_short,
            cutting: None,
            scrubbing: false,
            current,
            view,
        }
    }

    fn adopt(&mut self, before: &Self) {
        if self.w.len() != before.w.len() || self.phi.len() != before.phi.len() {
            return;
        }
        self.view = before.view.clone();
        self.lane = if before.lane < self.study.methods.len() { before.lane } else { self.lane };
        (self.phi, self.w) = (before.phi.clone(), before.w.clone());
        let pin = |plane: &Plane| (plane.frame.clone(), plane.bounds);
        self.view.pinned = self.view.pinned.take().or_else(|| before.plane.as_ref().map(pin));
        let reach = before.landscape.as_ref().map(|landscape| landscape.field.bounds);
        self.view.reach = self.view.reach.or(reach);
        let start = self.study.start().1.to_vec();
        self.cut_short = before.cut_short.clone();
        self.landscape = before.landscape.clone().map(|old| Landscape { start, ..old });
    }

    /// The lane whose W and φ are looked at.
    pub fn lane(&self) -> usize {
        self.lane
    }

    /// Looks at a lane's W and φ from now on.
    pub fn follow_lane(&mut self, lane: usize) {
        self.lane = lane;
        self.current.cut_short = false;
    }

    /// Looks at what a lane has recorded at a step, or last; at the start if there is nothing yet. While
    /// lanes are still running (`at_rest` is false) what takes long stays as it was.
    pub fn look(&mut self, traces: &[&Trace], step: Option<f64>, at_rest: bool) {
        self.scrubbing = step.is_some();
        let Some(trace) = traces.get(self.lane).filter(|trace| trace.rows() > 0) else { return };
        let row = step.map_or(trace.rows(), |step| trace.rows_through(step)).saturating_sub(1);
        let values = |kind, count: usize| -> Option<Vec<f64>> {
            (0..count).map(|i| trace.series(kind, i)?.get(row).copied().filter(|x| x.is_finite())).collect()
        };
        let (phi, w) = (values(QuantityKind::Phi, self.phi.len()), values(QuantityKind::W, self.w.len()));
        let (Some(phi), Some(w)) = (phi, w) else { return };
        if phi != self.phi {
            self.current.plane = false;
            // Over all components it is the same at every φ.
            self.current.landscape &= !(at_rest && phi.len() > 2);
            self.current.cut_short &= !at_rest;
        }
        if (phi != self.phi || w != self.w) && (at_rest || w.len() <= MEDIUM) {
            self.current.spectrum = false;
        }
        (self.phi, self.w) = (phi, w);
    }

    /// The lanes have recorded more, and rest: what was made of their records is made anew. Unless something is
    /// dragged the landscape is to hold them, and the plane all optima and the start.
    pub fn settle(&mut self) {
        self.current = Current { spectrum: self.current.spectrum, ..Current::default() };
        if self.view.dragging {
            return;
        }
        self.view.reach = None;
        let study = &self.study;
        let all_held = |(frame, bounds): &(Frame, Bounds)| {
            let shown = bounds.scaled(SLACK);
            let optima = study.optima.iter().map(|found| found.w.as_slice());
            optima.chain([study.start().0]).all(|w| shown.holds(frame.project(w)))
        };
        self.view.pinned = self.view.pinned.take().filter(all_held);
    }

    /// Chooses what is shown afresh.
    pub fn fit(&mut self) {
        (self.view.pinned, self.view.reach) = (None, None);
        // The ring may have become larger or smaller than anything else.
        self.view.selected = self.view.selected.map(|(role, _)| (role, None));
        self.current = Current::default();
    }

    /// How far the signs' picture is turned.
    pub fn turned(&self) -> f64 {
        self.view.turn.unwrap_or(1.0)
    }

    /// How far the signs' picture has turned from the Euclidean one (0) to that of `H⁻¹` (1).
    pub fn turn(&mut self, turn: f64) {
        self.view.turn = Some(turn.clamp(0.0, 1.0));
    }

    /// What was made last, however old: the plane, the landscape, the spectrum.
    pub fn drawn(&self) -> (Option<&Plane>, Option<&Landscape>, Option<&Spectrum>) {
        (self.plane.as_ref(), self.landscape.as_ref(), self.spectrum.as_ref())
    }

    /// Names of the components of φ.
    pub fn phi_names(&self) -> Vec<String> {
        (0..self.phi.len()).map(|k| self.study.phi_name(k)).collect()
    }
}
