//! What is dragged and selected on the pictures of a scene.

use super::Scene;
use crate::experiment::Json;
use crate::method::MethodKind;
use crate::sampled::{NeumannSetting, Place, Role};
use crate::study::{Handle, handles, moved, moved_phi};

impl Scene {
    /// Shows the curvature of one loss; of none if it is shown already.
    pub fn select(&mut self, role: Role) {
        let Some(plane) = &mut self.plane else { return };
        self.view.axis = None;
        if plane.selected.is_some_and(|(selected, _)| selected == role) {
            plane.selected = None;
        } else {
            self.study.select(plane, role, None);
        }
        self.view.selected = plane.selected.map(|(role, ellipse)| (role, Some(ellipse.level)));
    }

    /// Shows the curvature of no loss; whether one was shown.
    pub fn deselect(&mut self) -> bool {
        (self.view.selected, self.view.axis) = (None, None);
        self.plane.as_mut().is_some_and(|plane| plane.selected.take().is_some())
    }

    /// Returns whether curvatures can be bent: the ring of a loss selected has handles.
    pub fn bends(&self) -> bool {
        self.movable.bends()
    }

    /// Returns whether something is being dragged: then speed counts more than fine detail.
    pub fn drag(&mut self, dragging: bool) {
        if dragging && !self.view.dragging {
            let selected = self.plane.as_ref().and_then(|plane| plane.selected);
            let mut ring = selected.map(|(_, ellipse)| ellipse);
            // As its handles are named.
            if let (true, Some(ring)) = (self.are_axes_swapped(), &mut ring) {
                ring.axes.swap(0, 1);
            }
            self.view.held = (ring, self.drawn_setting());
        } else if !dragging {
            self.view.held = (None, None);
        }
        self.view.dragging = dragging;
        if self.borrowed && !dragging {
            self.study.find_optima();
            (self.borrowed, self.current.responses) = (false, false);
        }
        self.current.landscape &= dragging;
        self.current.cut_short &= dragging;
    }

    /// The series whose axes the Neumann lab keeps while something is dragged.
    pub fn held_setting(&self) -> Option<NeumannSetting> {
        self.view.held.1
    }

    /// What can be dragged in the plane drawn last, and where it is.
    pub fn handles(&self) -> Vec<(Handle, Place)> {
        let Some(plane) = &self.plane else { return Vec::new() };
        let mut handles = handles(&self.movable, plane);
        if self.are_axes_swapped() {
            for (handle, _) in &mut handles {
                if let Handle::Axis(axis) = handle {
                    *axis = 1 - *axis;
                }
            }
        }
        handles
    }

    /// Axes are sorted by their lengths; the one that is, or was last, in hand keeps its name.
    fn are_axes_swapped(&self) -> bool {
        let ring = self.plane.as_ref().and_then(|plane| plane.selected);
        let (Some((_, ring)), Some((axis, (x, y)))) = (ring, self.view.axis) else { return false };
        ring.nearest_axis((ring.centre.0 + x, ring.centre.1 + y)) != axis
    }

    /// Returns whether an axis is the longer one.
    pub fn is_longer(&self, axis: usize) -> bool {
        (axis == 0) != self.are_axes_swapped()
    }

    /// The document in which a handle of the plane has been dragged to a place; see [`moved`]. An axis is dragged
    /// from where the drag has begun.
    pub fn moved(&mut self, handle: Handle, to: Place) -> Option<Json> {
        let plane = self.plane.as_mut()?;
        let document = match handle {
            Handle::Start => &self.document,
            Handle::Optimum(_) | Handle::Axis(_) => self.written.as_ref().unwrap_or(&self.document),
        };
        if let (Handle::Axis(axis), Some((_, ellipse))) = (handle, &mut plane.selected) {
            *ellipse = self.view.held.0.unwrap_or(*ellipse);
            self.view.axis = Some((axis, (to.0 - ellipse.centre.0, to.1 - ellipse.centre.1)));
        }
        moved(document, self.study.start().0, plane, handle, to)
    }

    /// The document that starts from the φ of a place in the landscape; see [`moved_phi`]. None where no lane starts from
    /// it.
    pub fn moved_phi(&self, to: Place) -> Option<Json> {
        let landscape = self.landscape.as_ref()?;
        let is_start = self.study.methods.iter().any(MethodKind::starts_from_phi);
        is_start.then(|| moved_phi(&self.document, landscape, to, self.study.phi_range))
    }
}
