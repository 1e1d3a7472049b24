//! The landscape that a scene shows.

use super::{MEDIUM, Pace, Scene};
use crate::sampled::Landscape;
use crate::study::LandscapeRequest;
use crate::trace::Trace;

/// Nodes of a landscape over two components, and over one.
const MAP: (usize, usize) = (97, 65);
const CURVE: (usize, usize) = (256, 2);
/// While something is dragged the grid is so many times as wide, and so many times where it is rough.
const COARSE: usize = 3;
const ROUGH: usize = 6;
/// Parameters of a model up to which a landscape is as fine as can be; half as fine up to [`MEDIUM`].
const SMALL: usize = 12;

impl Scene {
    /// Goes on with a landscape that is being made; says whether that is all there now.
    pub(super) fn survey_on(&mut self) -> bool {
        let Some(mut survey) = self.survey.take() else { return false };
        let done = self.study.go_on(&mut survey, &mut Pace::of(self.pace));
        if done {
            (self.landscape, self.made_here) = (Some(survey.landscape), true);
        } else {
            self.survey = Some(survey);
        }
        done
    }

    /// The landscape over the components chosen, the first two if none are.
    pub fn landscape(&mut self, traces: &[&Trace]) -> Option<&Landscape> {
        let waits = self.waits() && self.landscape.is_some();
        if !self.current.landscape && !waits {
            self.renew_landscape(traces);
            self.current.landscape = true;
        }
        if self.pace.is_none() {
            self.survey_on();
        }
        self.landscape.as_ref()
    }

    fn renew_landscape(&mut self, traces: &[&Trace]) {
        let components = self.components();
        let request = LandscapeRequest {
            phi: &self.phi,
            components,
            traces,
            resolution: self.resolution(components.1.is_some()),
            bounds: self.view.reach,
        };
        let making = self.survey.as_ref().map(|survey| &survey.landscape);
        let own = making.or(self.landscape.as_ref().filter(|_| self.made_here));
        if own.is_some_and(|own| self.study.still_holds(own, &request)) {
            return;
        }
        self.survey = self.study.survey(&request);
        if self.survey.is_none() {
            self.landscape = None;
            return;
        }
        self.survey_on();
        if let Some(fine) = &self.survey {
            let mut rough = self.study.rougher(fine, ROUGH);
            self.study.go_on(&mut rough, &mut || true);
            (self.landscape, self.made_here) = (Some(rough.landscape), false);
        }
    }

    /// Where each best response takes Newton steps, what needs many waits until the drag has ended.
    pub(super) fn waits(&self) -> bool {
        self.view.dragging && !self.study.is_quadratic()
    }

    fn resolution(&self, is_map: bool) -> (usize, usize) {
        let (columns, rows) = if is_map { MAP } else { CURVE };
        let shrink = match self.w.len() {
            n if n <= SMALL && !self.view.dragging => 1,
            n if n <= MEDIUM && !self.view.dragging => 2,
            n if n <= SMALL => COARSE,
            _ => 2 * COARSE,
        };
        (columns / shrink, (rows / shrink).max(2))
    }

    /// Components of φ over the axes of the landscape.
    pub fn components(&self) -> (usize, Option<usize>) {
        self.view.components.unwrap_or((0, (self.phi.len() > 1).then_some(1)))
    }

    /// Chooses other components; ones that are not there or equal are left aside.
    pub fn choose_components(&mut self, first: usize, second: Option<usize>) {
        let m = self.phi.len();
        if first < m && second.is_none_or(|k| k < m && k != first) {
            self.view.components = Some((first, second));
            self.view.reach = None;
            self.current.landscape = false;
        }
    }
}
