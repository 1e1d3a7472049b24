//! The plane of W: where it lies, what it shows.

use nalgebra::{DMatrix, DVector, Dyn, SymmetricEigen};

use super::{Found, Study, rows_of};
use crate::lang::tr;
use crate::problem::{BilevelProblem, GeneralProblem, InnerObjective, Part};
use crate::sampled::{Bounds, Ellipse, Field, Frame, Optimum, Place, Plane, Role};
use crate::trace::{QuantityKind, Trace};

/// What is asked of the plane.
#[derive(Debug, Clone)]
pub struct PlaneRequest<'a> {
    /// φ that it is seen at (`m`).
    pub phi: &'a [f64],
    /// W of the dissection (`n`); `W*(φ)` if absent.
    pub w: Option<&'a [f64]>,
    /// The lanes' traces, whose paths it is to hold.
    pub traces: &'a [&'a Trace],
    /// Width over height of what is shown.
    pub aspect: f64,
    /// Columns and rows of the grid.
    pub resolution: (usize, usize),
    /// What is shown; chosen if absent.
    pub bounds: Option<Bounds>,
    /// The plane itself, to stay with the one of another study of as many parameters; chosen if absent.
    pub frame: Option<&'a Frame>,
}

/// Air around the places that a plane holds, in their extent.
const AIR: f64 = 1.3;
/// Points of a path that count, and points of a trajectory at which best responses are solved for, where each is
/// one solution and where it takes Newton steps.
const ROWS: usize = 64;
const SLOW_ROWS: usize = 24;
/// A path is shown whole if it stays within so many times the extent of everything else; of one that
/// explodes only what stays nearer.
const WHOLE: f64 = 20.0;
const PATHS: f64 = 3.0;
/// Half the longer axis of the ellipse, in the lesser side of what is shown.
const ELLIPSE: f64 = 0.22;
/// Room for arrows about the W that they start from, in the lesser side.
const ARROWS: f64 = 0.36;
/// Distance from the plane, in what is shown, from which on a point counts as outside it.
const OUTSIDE: f64 = 1e-6;

/// What is shown, enlarged by the room that arrows and the ellipse take around some places.
fn with_arrows(bounds: Bounds, places: &[Place]) -> Bounds {
    let reach = ARROWS * bounds.size().0.min(bounds.size().1);
    let corners = [(bounds.x.0, bounds.y.0), (bounds.x.1, bounds.y.1)];
    let around = places.iter().flat_map(|&(x, y)| [(x - reach, y - reach), (x + reach, y + reach)]);
    Bounds::around(around.chain(corners)).unwrap_or(bounds)
}

/// The optima of the main task, of the auxiliaries and of `L_A`, as far as they are unique.
pub(super) fn optima(problem: &GeneralProblem, names: &[String], start: &[f64]) -> Vec<Found> {
    let of = |part: Part| {
        let single = problem.only(part);
        let mut inner = single.inner();
        inner.set_phi(&[]);
        let mut w = DVector::from_column_slice(start);
        let found = inner.minimise(&mut w).is_ok() && w.iter().all(|x| x.is_finite());
        found.then(|| w.as_slice().to_vec())
    };
    // Problems without auxiliary tasks have losses of their own before those that φ weighs.
    let first = (problem.n_auxiliaries() + 1).saturating_sub(names.len());
    let auxiliaries = names.iter().enumerate();
    let auxiliaries = auxiliaries.map(|(k, name)| (Role::Auxiliary(k), name.clone(), Part::Task(first + k)));
    let main = (Role::Main, tr!("main task").to_owned(), Part::Task(0));
    let held_out = (Role::HeldOut, tr!("held-out").to_owned(), Part::HeldOut);
    std::iter::once(main)
        .chain(auxiliaries)
        .chain([held_out])
        .filter_map(|(role, name, part)| Some(Found { role, name, part, w: of(part)? }))
        .collect()
}

impl Study {
    /// The plane that W is shown in: the coordinates themselves for one or two, else the plane through
    /// the optima of the main task, of the first auxiliaries and of `L_A`, the first that span one.
    pub fn frame(&self) -> Frame {
        let n = self.n_parameters();
        if n <= 2 {
            return Frame::coordinates(n);
        }
        let mut points: Vec<(String, Vec<f64>)> =
            self.optima.iter().map(|found| (found.name.clone(), found.w.clone())).collect();
        points.push((tr!("start").to_owned(), self.start.0.clone()));
        Frame::through(n, &points)
    }

    /// Everything that the plane shows at one φ.
    ///
    /// Returns `None` if `phi` is not `m` finite values or `w` not `n`.
    pub fn plane(&mut self, request: &PlaneRequest) -> Option<Plane> {
        let PlaneRequest { phi, w, traces, aspect, resolution, bounds, frame } = *request;
        let w_fits = |w: &[f64]| w.len() == self.n_parameters() && w.iter().all(|x| x.is_finite());
        if !self.admits(phi) || !w.is_none_or(w_fits) {
            return None;
        }
        let frame = match frame {
            Some(frame) if frame.n() == self.n_parameters() => frame.clone(),
            _ => self.frame(),
        };
        let response = self.best_response(phi);
        let responses: Vec<_> = traces.iter().map(|trace| self.responses(&frame, trace)).collect();
        let bounds = match bounds {
            Some(bounds) => bounds.with_aspect(aspect),
            None => {
                let here = response.as_deref().into_iter().chain(w).map(|w| frame.project(w));
                let here: Vec<Place> = here.collect();
                let bounds = self.bounds(&frame, &here, &responses, traces).with_aspect(aspect);
                with_arrows(bounds, &here).with_aspect(aspect)
            }
        };
        let mut plane = Plane {
            optima: self.places(&frame, &bounds),
            outer: self.outer_field(&frame, bounds, resolution),
            training: Field { bounds, columns: resolution.0, rows: resolution.1, values: Vec::new() },
            phi_names: (0..phi.len()).map(|k| self.phi_name(k)).collect(),
            phi: Vec::new(),
            response: None,
            start: frame.project(&self.start.0),
            ellipse: None,
            selected: None,
            dissection: None,
            responses,
            bounds,
            frame,
        };
        self.move_to(&mut plane, phi, w).then_some(plane)
    }

    /// The same plane at another φ (`m`), taken apart at `w` (`n`) or else at `W*(φ)`: what changes while
    /// lanes are replayed or φ is dragged. Says whether these are `m` and `n` finite values, and
    /// leaves the plane as it is if not.
    pub fn move_to(&mut self, plane: &mut Plane, phi: &[f64], w: Option<&[f64]>) -> bool {
        let w_fits = |w: &[f64]| w.len() == self.n_parameters() && w.iter().all(|x| x.is_finite());
        if !self.admits(phi) || !w.is_none_or(w_fits) {
            return false;
        }
        let Plane { frame, bounds, .. } = &*plane;
        let response = self.best_response(phi);
        let at = w.map(<[f64]>::to_vec).or_else(|| response.clone());
        let size = (plane.training.columns, plane.training.rows);
        let training = self.training_field(frame, *bounds, size, phi, response.as_deref());
        let level = Level::Reach(ELLIPSE * bounds.size().0.min(bounds.size().1));
        let ellipse = response.as_ref().and_then(|w| ellipse(frame, w, self.hessian(w, phi)?, level));
        let dissection = at.and_then(|w| self.dissect(frame, &w, phi));
        plane.response = response.map(|w| plane.frame.project(&w));
        plane.phi = phi.to_vec();
        (plane.training, plane.ellipse, plane.dissection) = (training, ellipse, dissection);
        true
    }

    /// The fields of the same plane on a grid of another resolution.
    pub(super) fn resample(&mut self, plane: &mut Plane, size: (usize, usize)) {
        let Plane { frame, bounds, .. } = &*plane;
        let response = plane.response.map(|at| frame.lift(at));
        let training = self.training_field(frame, *bounds, size, &plane.phi, response.as_deref());
        // That of L_A is the same at every φ.
        let fits = (plane.outer.columns, plane.outer.rows) == size;
        let outer = (!fits).then(|| self.outer_field(frame, *bounds, size));
        plane.training = training;
        if let Some(outer) = outer {
            plane.outer = outer;
        }
    }

    fn places(&self, frame: &Frame, bounds: &Bounds) -> Vec<Optimum> {
        let reach = OUTSIDE * bounds.size().0.max(bounds.size().1);
        let place = |found: &Found| Optimum {
            role: found.role,
            name: found.name.clone(),
            w: found.w.clone(),
            at: frame.project(&found.w),
            in_plane: frame.distance(&found.w) <= reach,
        };
        self.optima.iter().map(place).collect()
    }

    /// Best responses along a trajectory of φ.
    fn responses(&mut self, frame: &Frame, trace: &Trace) -> Vec<Option<Place>> {
        let mut w = DVector::from_column_slice(&self.start.0);
        let most = if self.is_quadratic() { ROWS } else { SLOW_ROWS };
        let rows = rows_of(trace, QuantityKind::Phi, self.problem.n_phi(), most);
        let place = |phi: Vec<f64>| self.respond_near(&phi, &mut w).then(|| frame.project(w.as_slice()));
        rows.into_iter().map(place).collect()
    }

    /// A rectangle around the optima, the start, the best responses and, if they stay near, the paths.
    fn bounds(
        &self,
        frame: &Frame,
        places: &[Place],
        responses: &[Vec<Option<Place>>],
        traces: &[&Trace],
    ) -> Bounds {
        let optima = self.optima.iter().map(|found| frame.project(&found.w));
        let start = frame.project(&self.start.0);
        let fixed = optima.chain([start]).chain(places.iter().copied());
        let core = Bounds::around(fixed).unwrap_or(Bounds { x: (-1.0, 1.0), y: (-1.0, 1.0) });
        let square = core.with_aspect(1.0);
        let path = |trace: &&Trace| -> Vec<Place> {
            let rows = rows_of(trace, QuantityKind::W, self.n_parameters(), ROWS);
            rows.iter().map(|w| frame.project(w)).collect()
        };
        let curves = responses.iter().map(|curve| curve.iter().copied().flatten().collect());
        let moving = traces.iter().map(path).chain(curves).flat_map(|mut places: Vec<Place>| {
            let whole = places.iter().all(|&place| square.scaled(WHOLE).holds(place));
            places.retain(|&place| whole || square.scaled(PATHS).holds(place));
            places
        });
        let corners = [(core.x.0, core.y.0), (core.x.1, core.y.1)];
        let all = moving.chain(corners);
        Bounds::around(all).unwrap_or(core).scaled(AIR)
    }

    /// Selects the loss whose own curvature the plane shows; `level` is the constant on its ellipse, chosen
    /// if absent. None is shown where the loss is not convex, or has no optimum of its own.
    pub fn select(&self, plane: &mut Plane, role: Role, level: Option<f64>) {
        let of = |found: &Found| {
            let single = self.problem.only(found.part);
            let mut inner = single.inner();
            inner.set_phi(&[]);
            let curvature = inner.hessian(&DVector::from_column_slice(&found.w)).0.clone();
            let size = plane.bounds.size();
            let level = level.map_or(Level::Reach(ELLIPSE * size.0.min(size.1)), Level::Constant);
            ellipse(&plane.frame, &found.w, curvature, level)
        };
        let found = self.optima.iter().find(|found| found.role == role);
        plane.selected = found.and_then(of).map(|ellipse| (role, ellipse));
    }
}

/// How large an ellipse is.
#[derive(Clone, Copy)]
enum Level {
    /// Half its longer axis is this long.
    Reach(f64),
    /// `dᵀAd` on it.
    Constant(f64),
}

/// The ellipse of a curvature restricted to the plane, about a W.
fn ellipse(frame: &Frame, w: &[f64], curvature: DMatrix<f64>, level: Level) -> Option<Ellipse> {
    let [u, v] = frame.axes() else { return None };
    let axes = DMatrix::from_columns(&[u, v].map(|axis| DVector::from_column_slice(axis)));
    let inside: DMatrix<f64> = axes.transpose() * curvature * &axes;
    let eigen: SymmetricEigen<f64, Dyn> = SymmetricEigen::try_new(inside, f64::EPSILON, 1000)?;
    let (first, second) = if eigen.eigenvalues[0] <= eigen.eigenvalues[1] { (0, 1) } else { (1, 0) };
    let (least, most) = (eigen.eigenvalues[first], eigen.eigenvalues[second]);
    if !(least > f64::EPSILON * most.abs() && most.is_finite()) {
        return None;
    }
    let level = match level {
        Level::Reach(reach) => reach * reach * least,
        Level::Constant(level) => level,
    };
    let axis = |i: usize, eigenvalue: f64| {
        let column = eigen.eigenvectors.column(i);
        ((column[0], column[1]), (level / eigenvalue).sqrt())
    };
    Some(Ellipse { centre: frame.project(w), axes: [axis(first, least), axis(second, most)], level })
}
