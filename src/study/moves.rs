//! What can be dragged on the pictures of a problem, and the documents that a drag makes.

use crate::experiment::{Json, edit};
use crate::sampled::{Bounds, Ellipse, Landscape, Place, Plane, Role};

/// What can be dragged in the plane of W.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handle {
    /// The optimum of a loss.
    Optimum(Role),
    /// The end of an axis, 0 or 1, of the ellipse of the selected loss: its curvature.
    Axis(usize),
    /// W of the start.
    Start,
}

/// Finest step of a drag, about, as a share of what is shown.
const FINEST: f64 = 1.0 / 400.0;
/// Largest ratio of two curvatures.
const CONDITION: f64 = 1e3;
/// An axis this near to a coordinate axis, in radians, is along it.
const SNAP: f64 = 0.05;

/// What of a document can be dragged at all besides the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movable {
    optima: Vec<Role>,
    curvatures: bool,
}

impl Movable {
    /// Of the losses of these roles, in `n` parameters.
    pub fn of(document: &Json, roles: impl Iterator<Item = Role>, n: usize) -> Self {
        let nowhere = vec![0.0; n];
        let mut probe = document.clone();
        // A move by nothing changes nothing.
        let optima = roles.filter(|role| edit::move_optimum(&mut probe, *role, &nowhere, None)).collect();
        Self { optima, curvatures: n == 2 && edit::can_bend(document) }
    }

    /// Returns whether curvatures can be bent.
    pub fn bends(&self) -> bool {
        self.curvatures
    }
}

/// What can be dragged in a plane, and where it is.
pub fn handles(movable: &Movable, plane: &Plane) -> Vec<(Handle, Place)> {
    let moves = |role: &Role| movable.optima.contains(role);
    let optima = plane.optima.iter().filter(|optimum| optimum.in_plane && moves(&optimum.role));
    // First what the others may lie upon.
    let mut handles = vec![(Handle::Start, plane.start)];
    handles.extend(optima.map(|o| (Handle::Optimum(o.role), o.at)));
    if let Some((_, ellipse)) = plane.selected.filter(|(role, _)| movable.curvatures && moves(role)) {
        handles.extend([0, 1].map(|axis| (Handle::Axis(axis), ellipse.end(axis))));
    }
    handles
}

/// The document in which a handle is where it was dragged to, about: to the nearest round number. `None` if it
/// cannot be there.
pub fn moved(document: &Json, start: &[f64], plane: &Plane, handle: Handle, to: Place) -> Option<Json> {
    let mut edited = document.clone();
    match handle {
        Handle::Optimum(role) => {
            let optimum = plane.optima.iter().find(|optimum| optimum.role == role)?;
            // In more than two dimensions rounding would leave the plane.
            let unit = (plane.frame.n() <= 2).then(|| unit(plane.bounds.size().0));
            let by = lifted(plane, optimum.at, to);
            edit::move_optimum(&mut edited, role, &by, unit).then_some(edited)
        }
        Handle::Axis(axis) => {
            let (role, ellipse) = plane.selected?;
            bent(document, role, &ellipse, dragged_axis(&ellipse, axis, to)?)
        }
        Handle::Start => {
            let by = lifted(plane, plane.start, rounded(&plane.bounds, to));
            let w: Vec<f64> = start.iter().zip(by).map(|(w, d)| w + d).collect();
            edit::start_at(&mut edited, Some(&w), None);
            Some(edited)
        }
    }
}

/// The document that starts from another φ: that of the landscape's place, the components not shown as
/// they were; never outside the `range` allowed.
pub fn moved_phi(document: &Json, landscape: &Landscape, to: Place, range: (f64, f64)) -> Json {
    let (first, second) = landscape.components;
    let to = rounded(&landscape.field.bounds, to);
    let mut phi = landscape.start.clone();
    let mut set = |k: usize, value: f64| phi[k] = value.clamp(range.0, range.1);
    set(first, to.0);
    if let Some(k) = second {
        set(k, to.1);
    }
    let mut edited = document.clone();
    edit::start_at(&mut edited, None, Some(&phi));
    edited
}

/// The way between two places, in `R^n`.
fn lifted(plane: &Plane, from: Place, to: Place) -> Vec<f64> {
    let ends = [from, to].map(|place| plane.frame.lift(place));
    ends[1].iter().zip(&ends[0]).map(|(to, from)| to - from).collect()
}

/// The power of ten that values are rounded to where so much is shown.
fn unit(size: f64) -> f64 {
    libm::pow(10.0, libm::floor(libm::log10(FINEST * size)))
}

fn rounded(bounds: &Bounds, (x, y): Place) -> Place {
    let size = bounds.size();
    (edit::nearest(x, unit(size.0)), edit::nearest(y, unit(size.1)))
}

/// Curvature in the plane with one axis of the ellipse dragged to a place: its eigenvalue follows from the
/// length, its eigenvector from the direction; the other eigenvalue stays.
fn dragged_axis(ellipse: &Ellipse, axis: usize, to: Place) -> Option<[[f64; 2]; 2]> {
    let (x, y) = (to.0 - ellipse.centre.0, to.1 - ellipse.centre.1);
    let length = libm::hypot(x, y);
    let other = ellipse.level / (ellipse.axes[1 - axis].1 * ellipse.axes[1 - axis].1);
    if !(length > 0.0 && length.is_finite() && other > 0.0 && other.is_finite()) {
        return None;
    }
    let (c, s) = match (x / length, y / length) {
        (_, s) if s.abs() < SNAP => (1.0, 0.0),
        (c, _) if c.abs() < SNAP => (0.0, 1.0),
        direction => direction,
    };
    // Along the axis that it snaps to: the end stays beside the pointer.
    let length = (x * c + y * s).abs();
    let own = (ellipse.level / (length * length)).clamp(other / CONDITION, other * CONDITION);
    let (own, other) = (significant(own), significant(other));
    let off = significant((own - other) * c * s);
    Some([[significant(own * c * c + other * s * s), off], [off, significant(own * s * s + other * c * c)]])
}

/// To four significant digits.
fn significant(x: f64) -> f64 {
    if x == 0.0 { x } else { format!("{x:.3e}").parse().unwrap_or(x) }
}

fn bent(document: &Json, role: Role, ellipse: &Ellipse, curvature: [[f64; 2]; 2]) -> Option<Json> {
    let mut edited = document.clone();
    let centre = [ellipse.centre.0, ellipse.centre.1];
    let rows = curvature.map(|row| row.to_vec());
    edit::bend(&mut edited, role, &centre, &rows).then_some(edited)
}
