//! `L_A(W*(φ))` over one or two components of φ.

use nalgebra::DVector;

use super::Study;
use crate::problem::BilevelProblem;
use crate::sampled::{Bounds, Field, Grid, Landscape};
use crate::trace::{QuantityKind, Trace};

/// What is asked of the landscape.
#[derive(Debug, Clone)]
pub struct LandscapeRequest<'a> {
    /// φ whose components not shown hold throughout (`m`).
    pub phi: &'a [f64],
    /// Components over the axes, different ones.
    pub components: (usize, Option<usize>),
    /// The lanes' traces, whose trajectories it is to hold.
    pub traces: &'a [&'a Trace],
    /// Columns and rows of the grid.
    pub resolution: (usize, usize),
    /// What is shown; chosen if absent.
    pub bounds: Option<Bounds>,
}

/// Most points of a grid that are listed.
const LISTED: f64 = 10_000.0;
/// Air around what trajectories and grid reach.
const AIR: f64 = 1.08;
/// Bounds whose ends differ by less than this share show the same.
const SAME: f64 = 0.01;
/// A trajectory beyond this does not enlarge what is shown.
const FAR: f64 = 1e3;

/// A landscape in the making: best responses are solved for node after node, as many at a time as there is time
/// for.
pub struct Survey {
    /// Its field has the nodes so far.
    pub(super) landscape: Landscape,
    /// The best response to the node before, which is near the next one.
    w: DVector<f64>,
}

impl Study {
    /// The landscape over the components asked for; a φ without a best response is absent. `None` if
    /// `phi` is not `m` finite values, or the components are not two of them.
    pub fn landscape(&mut self, request: &LandscapeRequest) -> Option<Landscape> {
        let mut survey = self.survey(request)?;
        self.go_on(&mut survey, &mut || true);
        Some(survey.landscape)
    }

    /// The same before its first node.
    pub(super) fn survey(&self, request: &LandscapeRequest) -> Option<Survey> {
        let LandscapeRequest { phi, components: (first, second), traces, resolution, bounds } = *request;
        let fits = first < phi.len() && second.is_none_or(|k| k < phi.len() && k != first);
        if !self.admits(phi) || !fits {
            return None;
        }
        let grid = self.grid((first, second));
        let bounds = bounds.unwrap_or_else(|| self.reach((first, second), phi, traces, grid.as_ref()));
        let rows = if second.is_some() { resolution.1.max(2) } else { 2 };
        let landscape = Landscape {
            phi_names: (0..phi.len()).map(|k| self.phi_name(k)).collect(),
            phi: phi.to_vec(),
            start: self.start.1.clone(),
            components: (first, second),
            field: Field {
                bounds: bounds.or_square(),
                columns: resolution.0.max(2),
                rows,
                values: Vec::new(),
            },
            convex: self.inner.is_convex(),
            grid,
        };
        Some(Survey { landscape, w: DVector::from_column_slice(&self.start.0) })
    }

    /// The same with so many times as wide a grid, before its first node.
    pub(super) fn rougher(&self, fine: &Survey, times: usize) -> Survey {
        let field = &fine.landscape.field;
        let (columns, rows) = ((field.columns / times).max(2), (field.rows / times).max(2));
        let field = Field { bounds: field.bounds, columns, rows, values: Vec::new() };
        let landscape = Landscape { field, ..fine.landscape.clone() };
        Survey { landscape, w: DVector::from_column_slice(&self.start.0) }
    }

    /// Solves for further nodes while there may be `more`, one at least; says whether that was the last.
    pub(super) fn go_on(&mut self, survey: &mut Survey, more: &mut dyn FnMut() -> bool) -> bool {
        let Survey { landscape: Landscape { phi, components: (first, second), field, .. }, w } = survey;
        let mut at = phi.clone();
        let mut scratch = w.clone();
        // Over one component both rows are the same.
        let nodes = field.columns * if second.is_some() { field.rows } else { 1 };
        while field.values.len() < nodes {
            let (x, y) = field.place(field.values.len());
            at[*first] = x;
            if let Some(k) = *second {
                at[k] = y;
            }
            let loss = self.respond_near(&at, w).then(|| self.problem.outer_at(w, &mut scratch));
            field.values.push(loss.filter(|loss| loss.is_finite()));
            if !more() {
                break;
            }
        }
        let done = field.values.len() >= nodes;
        if done && second.is_none() {
            field.values.extend_from_within(..field.columns);
        }
        done
    }

    /// Returns whether a landscape made before holds the same values as the one asked for would, over about as much.
    pub(super) fn still_holds(&self, before: &Landscape, request: &LandscapeRequest) -> bool {
        let LandscapeRequest { phi, components, traces, resolution, bounds } = *request;
        let (first, second) = components;
        let fixed = |k: usize| k != first && Some(k) != second;
        let as_before = components == before.components
            && resolution.0 == before.field.columns
            && (0..phi.len()).all(|k| !fixed(k) || phi[k] == before.phi[k]);
        let bounds =
            bounds.unwrap_or_else(|| self.reach(components, phi, traces, before.grid.as_ref())).or_square();
        let near = |a: (f64, f64), b: (f64, f64)| {
            let size = a.1 - a.0;
            (a.0 - b.0).abs() <= SAME * size && (a.1 - b.1).abs() <= SAME * size
        };
        as_before && near(before.field.bounds.x, bounds.x) && near(before.field.bounds.y, bounds.y)
    }

    /// The grid of the lane that searches one.
    fn grid(&self, (first, second): (usize, Option<usize>)) -> Option<Grid> {
        let (lane, search) = self.search.as_ref()?;
        let m = self.problem.n_phi();
        let size = search.size(m);
        let mut phi = vec![0.0; m];
        let points = (0..size.min(LISTED) as u64).map(|index| {
            search.point(index, &mut phi);
            (phi[first], second.map_or(0.0, |k| phi[k]))
        });
        Some(Grid { lane: *lane, points: points.collect(), size })
    }

    /// From zero (or the least value) to what the trajectories, the start and the grid reach.
    fn reach(
        &self,
        (first, second): (usize, Option<usize>),
        phi: &[f64],
        traces: &[&Trace],
        grid: Option<&Grid>,
    ) -> Bounds {
        let extent = |k: usize, from_grid: &dyn Fn(&(f64, f64)) -> f64| {
            let own = [phi[k], self.start.1[k]];
            let recorded = traces.iter().filter_map(|t| t.series(QuantityKind::Phi, k)).flatten().copied();
            let tried = grid.into_iter().flat_map(|grid| &grid.points).map(from_grid);
            let all = own.into_iter().chain(recorded).chain(tried).filter(|v| v.abs() <= FAR);
            let (low, high) = all.fold((0.0_f64, 0.0_f64), |(low, high), v| (low.min(v), high.max(v)));
            let (low, high) = if high > low { (low, high) } else { (0.0, 1.0) };
            // Beyond the ends that weights have there is nothing to see; a lane of its own range is seen all the same.
            let (least, most) = self.phi_range;
            ((AIR * low).max(least.min(low)), (AIR * high).min(most.max(high)))
        };
        Bounds { x: extent(first, &|p| p.0), y: second.map_or((0.0, 1.0), |k| extent(k, &|p| p.1)) }
    }
}
