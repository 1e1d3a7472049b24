//! What charts of a problem (not of a run) draw: values on grids, places, eigenvalues. Plain data
//! that [`study`](crate::study) fills; nothing here knows a solver.

mod cut_short;
mod field;
mod frame;
mod landscape;
mod plane;
mod spectrum;

pub use cut_short::{Cut, CutShort, Estimate};
pub use field::{Bounds, Field, Place};
pub use frame::{Frame, Through};
pub use landscape::{Grid, Landscape};
pub use plane::{Dissection, Ellipse, Optimum, Plane, Role, TaskSign};
pub use spectrum::{NeumannSetting, Phase, Spectrum, TaskCoordinates};
