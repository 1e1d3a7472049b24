//! The plane of W as a scene shows it: made anew or moved, and how much of it is shown.

use super::Scene;
use crate::sampled::{Bounds, Ellipse, Place, Plane};
use crate::study::PlaneRequest;
use crate::trace::Trace;

/// Air around the ring of a loss that the plane is made larger for.
const AIR: f64 = 1.05;
/// Nodes of the plane's grid a row, and rows: so many that every second can be left out twice.
const PLANE: (usize, usize) = (129, 97);
/// The same for losses that are evaluated node by node, which takes up to 10 µs.
pub(super) const SLOW_PLANE: (usize, usize) = (65, 49);
/// The same where there is a pace, until there is time.
const ROUGH_PLANE: (usize, usize) = (33, 25);

impl Scene {
    /// The plane of W of a shape, width over height.
    pub fn plane(&mut self, traces: &[&Trace], aspect: f64) -> Option<&Plane> {
        let stale = self.plane.as_ref().is_none_or(|plane| {
            let size = plane.bounds.size();
            (size.0 / size.1 / aspect - 1.0).abs() > 0.02
        });
        if stale || !self.current.responses {
            self.make_plane(traces, aspect);
        } else if !self.current.plane {
            let size = self.plane_resolution();
            if let Some(plane) = &mut self.plane {
                (plane.training.columns, plane.training.rows) = size;
                self.study.move_to(plane, &self.phi, None);
            }
        }
        if self.pace.is_none() {
            self.refine_plane();
        }
        (self.current.plane, self.current.responses) = (true, true);
        if let Some(dissection) = self.plane.as_mut().and_then(|plane| plane.dissection.as_mut()) {
            dissection.turn = self.view.turn.unwrap_or(1.0);
        }
        self.plane.as_ref()
    }

    fn plane_resolution(&self) -> (usize, usize) {
        match self.pace {
            _ if self.study.is_quadratic() => PLANE,
            Some(_) => ROUGH_PLANE,
            None => SLOW_PLANE,
        }
    }

    /// The plane anew, with the ring of the loss selected; where nothing is to stay, so large that it holds it.
    fn make_plane(&mut self, traces: &[&Trace], aspect: f64) {
        let traces = if self.waits() { &[] } else { traces };
        let (mut frame, mut bounds) = self.view.pinned.clone().unzip();
        loop {
            let request = PlaneRequest {
                phi: &self.phi,
                w: None,
                traces,
                aspect,
                resolution: self.plane_resolution(),
                bounds,
                frame: frame.as_ref(),
            };
            self.plane = self.study.plane(&request);
            let (Some((role, level)), Some(plane)) = (self.view.selected, &mut self.plane) else { return };
            self.study.select(plane, role, level);
            let (in_hand, holding) = (self.view.axis.map(|(_, to)| to), self.view.dragging);
            let bounds_now = plane.bounds;
            let Some((_, ring)) = &mut plane.selected else { return };
            orient(ring, &bounds_now, in_hand, holding);
            self.view.selected = Some((role, Some(ring.level)));
            let shown = plane.bounds;
            let corners = [(shown.x.0, shown.y.0), (shown.x.1, shown.y.1)];
            let wanted = Bounds::around(corners.into_iter().chain(ring.corners()));
            if bounds.is_some() || wanted.is_none_or(|wanted| wanted == shown) {
                return;
            }
            (frame, bounds) = (Some(plane.frame.clone()), wanted.map(|wanted| wanted.scaled(AIR)));
        }
    }
}

/// Of the two ends of each axis takes the one that is, or was last, in hand, this way from the centre; else, and
/// where nothing is held, one that is shown: either is as good.
fn orient(ring: &mut Ellipse, shown: &Bounds, in_hand: Option<Place>, holding: bool) {
    let held = in_hand.map(|(x, y)| (ring.nearest_axis((ring.centre.0 + x, ring.centre.1 + y)), (x, y)));
    for axis in [0, 1] {
        let turn = |ring: &mut Ellipse| {
            let (x, y) = ring.axes[axis].0;
            ring.axes[axis].0 = (-x, -y);
        };
        let in_hand = held.filter(|(held, _)| *held == axis);
        if let Some((_, (x, y))) = in_hand {
            let direction = ring.axes[axis].0;
            if direction.0 * x + direction.1 * y < 0.0 {
                turn(ring);
            }
        }
        let kept = holding && in_hand.is_some();
        if !kept && !shown.holds(ring.end(axis)) {
            turn(ring);
        }
    }
}
