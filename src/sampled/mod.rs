//! What charts of a problem (not of a run) and of many seeds draw: values on grids, places, eigenvalues,
//! quantiles. Plain data that [`study`](crate::study) and [`seeds`](crate::seeds) fill; nothing here knows a
//! solver.

mod cut_short;
mod ensemble;
mod field;
mod frame;
mod landscape;
mod plane;
mod quantiles;
mod spectrum;

pub use cut_short::{Cut, CutShort, Estimate};
pub use ensemble::{Ensemble, EnsembleShape, LaneSummary, Measure, Summary};
pub use field::{Bounds, Field, Place};
pub use frame::{Frame, Through};
pub use landscape::{Grid, Landscape};
pub use plane::{Dissection, Ellipse, Optimum, Plane, Role, TaskSign};
pub use quantiles::{Bands, SHARES, quantile};
pub use spectrum::{Judge, NeumannSetting, NothingKnown, Phase, Spectrum, TaskCoordinates};
