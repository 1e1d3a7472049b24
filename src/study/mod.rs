//! Looks at an experiment's problem from outside its lanes: at any W and φ, and along what lanes have
//! recorded. Answers with plain [`sampled`](crate::sampled) data.

mod cut_short;
mod dissection;
mod fields;
mod landscape;
mod moves;
mod plane;
mod scene;
mod spectrum;

use nalgebra::{DMatrix, DVector};

use crate::error::ExperimentError;
use crate::experiment::Experiment;
use crate::ihvp::{InverseHvpKind, Neumann, Scaling};
use crate::lang;
use crate::method::{GridSearch, Implicit, MethodKind};
use crate::problem::{BilevelProblem, GeneralProblem, InnerGeneral, InnerObjective, Part, TaskJet};
use crate::sampled::{NeumannSetting, Role};
use crate::trace::{QuantityKind, Trace};

pub use cut_short::CutShortRequest;
pub use landscape::LandscapeRequest;
pub use moves::{Handle, Movable, handles, moved, moved_phi};
pub use plane::PlaneRequest;
pub use scene::{Pace, Scene};

/// The problem of an experiment, to be asked.
pub struct Study {
    problem: GeneralProblem,
    inner: InnerGeneral,
    phi_names: Vec<String>,
    start: (Vec<f64>, Vec<f64>),
    /// Least and largest component of φ that there can be.
    phi_range: (f64, f64),
    task_names: Vec<String>,
    /// `‖∇L_A‖` and every `‖∇ℓ_k‖` of the start (0 if they are not finite): what later ones are small beside.
    start_sizes: (f64, Vec<f64>),
    optima: Vec<Found>,
    /// The first lane that searches a grid.
    search: Option<(usize, GridSearch)>,
    methods: Vec<MethodKind>,
}

/// An optimum of one loss in `R^n`.
#[derive(Clone)]
struct Found {
    role: Role,
    name: String,
    part: Part,
    w: Vec<f64>,
}

impl Study {
    /// Of an experiment, whatever its kind.
    ///
    /// # Errors
    /// Data whose sums of products overflow.
    pub fn of(experiment: &Experiment) -> Result<Self, ExperimentError> {
        let mut study = Self::without_optima(experiment)?;
        study.find_optima();
        Ok(study)
    }

    /// The same with no optimum found yet.
    fn without_optima(experiment: &Experiment) -> Result<Self, ExperimentError> {
        let problem = experiment.general_problem()?;
        let mut lanes = experiment.methods().enumerate();
        let search = lanes.find_map(|(lane, method)| match method {
            MethodKind::GridSearch(grid) => Some((lane, *grid)),
            _ => None,
        });
        let start = experiment.start();
        let mut study = Self {
            methods: experiment.methods().cloned().collect(),
            task_names: lang::names(experiment.task_names()),
            optima: Vec::new(),
            inner: problem.inner(),
            phi_names: lang::names(experiment.phi_names()),
            problem,
            start_sizes: (0.0, vec![0.0; start.1.len()]),
            start,
            phi_range: experiment.phi_range(),
            search,
        };
        let (w, phi) = study.start.clone();
        if let Some((outer, cross)) = study.gradients(&w, &phi) {
            study.start_sizes = (outer.norm(), cross.column_iter().map(|column| column.norm()).collect());
        }
        Ok(study)
    }

    fn find_optima(&mut self) {
        self.optima = plane::optima(&self.problem, &self.task_names, &self.start.0);
    }

    /// `n`, the number of model parameters.
    pub fn n_parameters(&self) -> usize {
        self.problem.dim().0
    }

    /// W (`n`) and φ (`m`) of the start.
    pub fn start(&self) -> (&[f64], &[f64]) {
        (&self.start.0, &self.start.1)
    }

    /// The truncated Neumann series of a lane, or else of the first lane that has one.
    pub fn neumann_setting(&self, lane: usize) -> Option<NeumannSetting> {
        self.methods.get(lane).and_then(series_of).or_else(|| self.methods.iter().find_map(series_of))
    }

    /// Roles of the losses that have optima.
    fn roles(&self) -> impl Iterator<Item = Role> {
        self.optima.iter().map(|found| found.role)
    }

    /// `W*(φ)` (`n`) for `m` values of φ; of several minima the one that Newton's method runs into
    /// from the start. `None` if there is no unique one, or `phi` is not `m` finite values.
    pub fn best_response(&mut self, phi: &[f64]) -> Option<Vec<f64>> {
        let mut w = DVector::from_column_slice(&self.start.0);
        self.respond(phi, &mut w).then(|| w.as_slice().to_vec())
    }

    /// [`respond`](Self::respond) from the present `w`, which is near; if Newton's method only finds a saddle
    /// from there, from the start.
    fn respond_near(&mut self, phi: &[f64], w: &mut DVector<f64>) -> bool {
        if self.respond(phi, w) {
            return true;
        }
        let mut afresh = DVector::from_column_slice(&self.start.0);
        let found = *w != afresh && self.respond(phi, &mut afresh);
        if found {
            w.copy_from(&afresh);
        }
        found
    }

    /// `w ← W*(φ)` from the present `w`; says whether there is one, and leaves `w` if not.
    fn respond(&mut self, phi: &[f64], w: &mut DVector<f64>) -> bool {
        if !self.admits(phi) {
            return false;
        }
        let before = w.clone();
        self.inner.set_phi(phi);
        let found = self.inner.minimise(w).is_ok() && w.iter().all(|x| x.is_finite());
        if !found {
            w.copy_from(&before);
        }
        found
    }

    /// Returns whether this is a φ at all.
    fn admits(&self, phi: &[f64]) -> bool {
        phi.len() == self.problem.n_phi() && phi.iter().all(|p| p.is_finite())
    }

    /// `H` at a W and φ; `None` if it is not finite.
    fn hessian(&mut self, w: &[f64], phi: &[f64]) -> Option<DMatrix<f64>> {
        self.inner.set_phi(phi);
        let hessian = self.inner.hessian(&DVector::from_column_slice(w)).0.clone();
        hessian.iter().all(|x| x.is_finite()).then_some(hessian)
    }

    /// `∇L_A` (`n`) and `∇_φ∇_W L_T` (`n×m`, a column a component of φ) at a W and φ; `None` if they
    /// are not finite.
    fn gradients(&self, w: &[f64], phi: &[f64]) -> Option<(DVector<f64>, DMatrix<f64>)> {
        let n = self.n_parameters();
        let w = DVector::from_column_slice(w);
        let mut outer = DVector::zeros(n);
        self.problem.outer_at(&w, &mut outer);
        let mut jet = TaskJet::zeros(self.problem.dim(), self.problem.n_auxiliaries());
        self.problem.tasks_at(&w, &mut jet);
        let cross = self.problem.cross(&jet, phi);
        let finite = outer.iter().chain(cross.iter()).all(|x| x.is_finite());
        finite.then_some((outer, cross))
    }

    /// Name of component `k` of φ.
    fn phi_name(&self, k: usize) -> String {
        self.phi_names.get(k).cloned().unwrap_or_else(|| format!("φ {}", k + 1))
    }
}

/// The truncated Neumann series of a method that has one.
fn series_of(method: &MethodKind) -> Option<NeumannSetting> {
    match method {
        MethodKind::Implicit(Implicit { inverse_hvp: InverseHvpKind::Neumann(series), .. }) => {
            Some(setting(series))
        }
        _ => None,
    }
}

fn setting(series: &Neumann) -> NeumannSetting {
    let Neumann { terms, alpha, scaling, damping } = *series;
    NeumannSetting { terms, alpha, damping, official: scaling == Scaling::Official }
}

/// A quantity of `count` components in at most `most` rows of a trace, the last one included.
fn rows_of(trace: &Trace, kind: QuantityKind, count: usize, most: usize) -> Vec<Vec<f64>> {
    let columns: Vec<&[f64]> = (0..count).filter_map(|i| trace.series(kind, i)).collect();
    let rows = trace.rows();
    let kept = rows.min(most);
    let at = |i: usize| if kept > 1 { i * (rows - 1) / (kept - 1) } else { 0 };
    (0..kept).map(|i| columns.iter().map(|column| column[at(i)]).collect()).collect()
}
