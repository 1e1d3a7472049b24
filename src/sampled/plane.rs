//! Losses and places in the plane of W, and why the sign is what it is at one of them.

use super::{Bounds, Field, Frame, Place};

/// Everything that the chart of the W-plane shows besides the lanes' paths.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// The plane in `R^n`.
    pub frame: Frame,
    /// The part of it that is shown.
    pub bounds: Bounds,
    /// Names of the components of φ.
    pub phi_names: Vec<String>,
    /// φ that the plane is seen at.
    pub phi: Vec<f64>,
    /// `L_T(·; φ)`.
    pub training: Field,
    /// `L_A`.
    pub outer: Field,
    /// The optima there are: of the main training task, of auxiliaries, of `L_A`.
    pub optima: Vec<Optimum>,
    /// W of the start.
    pub start: Place,
    /// `W*(φ)`; `None` if there is no unique best response.
    pub response: Option<Place>,
    /// Best responses `W*(φ_t)` along each lane's trajectory of φ; `None` where there is none.
    pub responses: Vec<Vec<Option<Place>>>,
    /// `{d : dᵀHd = const}` about `W*(φ)`; `None` unless `H ≻ 0`.
    pub ellipse: Option<Ellipse>,
    /// The loss that was selected, and the ellipse `{d : dᵀAd = const}` of its curvature about its optimum.
    pub selected: Option<(Role, Ellipse)>,
    /// Gradients and signs at one W.
    pub dissection: Option<Dissection>,
}

/// Whose optimum it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The main task's on the training set.
    Main,
    /// Auxiliary task `k`'s, from 0.
    Auxiliary(usize),
    /// The held-out loss's.
    HeldOut,
}

/// An optimum of one loss.
#[derive(Debug, Clone, PartialEq)]
pub struct Optimum {
    /// Whose.
    pub role: Role,
    /// Its name.
    pub name: String,
    /// The optimum itself (`n`).
    pub w: Vec<f64>,
    /// Where it is in the plane.
    pub at: Place,
    /// Whether it lies in the plane, or is projected into it.
    pub in_plane: bool,
}

/// An ellipse by its principal axes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ellipse {
    /// Its centre.
    pub centre: Place,
    /// Unit vectors along the axes, and half their lengths; the longer axis (that of the smaller curvature) first.
    pub axes: [(Place, f64); 2],
    /// The constant `dᵀHd` on it.
    pub level: f64,
}

impl Ellipse {
    /// The end of an axis, 0 or 1, where it is the longest way from the centre.
    pub fn end(&self, axis: usize) -> Place {
        let (direction, half) = self.axes[axis];
        (self.centre.0 + half * direction.0, self.centre.1 + half * direction.1)
    }

    /// Two opposite corners of the smallest upright rectangle around it.
    pub fn corners(&self) -> [Place; 2] {
        let [(u, a), (v, b)] = self.axes;
        let (x, y) = (libm::hypot(a * u.0, b * v.0), libm::hypot(a * u.1, b * v.1));
        [(self.centre.0 - x, self.centre.1 - y), (self.centre.0 + x, self.centre.1 + y)]
    }

    /// The axis, 0 or 1, along which a place is seen from the centre, rather than along the other.
    pub fn nearest_axis(&self, to: Place) -> usize {
        let (x, y) = (to.0 - self.centre.0, to.1 - self.centre.1);
        let along = |axis: usize| (x * self.axes[axis].0.0 + y * self.axes[axis].0.1).abs();
        usize::from(along(1) > along(0))
    }

    /// The point at an angle: `centre + cos·axis₁ + sin·axis₂`.
    pub fn point(&self, angle: f64) -> Place {
        let [(u, a), (v, b)] = self.axes;
        let (s, c) = (libm::sin(angle), libm::cos(angle));
        (self.centre.0 + c * a * u.0 + s * b * v.0, self.centre.1 + c * a * u.1 + s * b * v.1)
    }
}

/// Why each weight would grow or shrink at a W: `a_k = ∇L_A · H⁻¹ · ∇ℓ_k` taken apart. All vectors are
/// in `R^n`.
#[derive(Debug, Clone, PartialEq)]
pub struct Dissection {
    /// W.
    pub w: Vec<f64>,
    /// Where it is in the plane.
    pub at: Place,
    /// `g_A = ∇L_A`.
    pub outer_gradient: Vec<f64>,
    /// `H⁻¹ g_A`; `None` if `H` is singular.
    pub newton: Option<Vec<f64>>,
    /// Whether `H ≻ 0`.
    pub definite: bool,
    /// A task a component of φ.
    pub tasks: Vec<TaskSign>,
    /// Whether φ are the weights of a network that combines the losses, not those of tasks.
    pub of_network: bool,
    /// How far the picture has turned from the Euclidean one (0: `g_A` decides) to that of `H⁻¹` (1).
    pub turn: f64,
}

impl Dissection {
    /// The tasks whose plain cosine and implicit sign disagree.
    pub fn disagreeing(&self) -> impl Iterator<Item = &TaskSign> {
        self.tasks.iter().filter(|task| task.disagrees())
    }

    /// The tasks whose plain cosine or implicit sign is too near zero for the two to agree or disagree.
    pub fn unclear(&self) -> impl Iterator<Item = &TaskSign> {
        self.tasks.iter().filter(|task| task.clear_signs().is_none())
    }
}

/// One task's sign.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskSign {
    /// Its name.
    pub name: String,
    /// `∇_W ∂L_T/∂φ_k`, which is `∇ℓ_k` where φ_k is a task's weight.
    pub gradient: Vec<f64>,
    /// `a_k`; `None` if `H` is singular.
    pub alignment: Option<f64>,
    /// An `|a_k|` up to this is numerically zero; see [`zero_alignment`](crate::zero::zero_alignment).
    pub zero: f64,
    /// `a_k / √(gᵀH⁻¹g · ∇ℓ_kᵀH⁻¹∇ℓ_k)`; only for `H ≻ 0`.
    pub cos_h: Option<f64>,
    /// `cos(g_A, ∇ℓ_k)`; `None` if one of them is zero.
    pub cosine: Option<f64>,
}

/// A cosine smaller than this has no sign to speak of: near convergence every alignment passes through zero.
const NO_SIGN: f64 = 0.02;

impl TaskSign {
    /// `a_k` where it has a sign; `None` if `H` is singular or `a_k` is numerically zero.
    pub fn known(&self) -> Option<f64> {
        self.alignment.filter(|a| a.abs() > self.zero)
    }

    /// The signs, -1 or 1, of the plain cosine and of the alignment where both are clear: neither numerically zero
    /// nor one of a cosine near zero.
    fn clear_signs(&self) -> Option<(f64, f64)> {
        let (cosine, alignment) = (self.cosine?, self.known()?);
        let clear = cosine.abs() > NO_SIGN && self.cos_h.is_none_or(|c| c.abs() > NO_SIGN);
        clear.then_some((cosine.signum(), alignment.signum()))
    }

    /// Returns whether the plain cosine clearly says that the weight grows and the alignment that it shrinks, or the
    /// other way round.
    pub fn disagrees(&self) -> bool {
        self.clear_signs().is_some_and(|(cosine, alignment)| cosine != alignment)
    }
}
