//! What the charts draw and say: a chart or a promise of all charts a file.

mod support;

mod crowd;
mod cut_short;
mod ensemble;
mod golden;
mod golden_sampled;
mod ledger;
mod lit;
mod marks;
mod moments;
mod neumann;
mod no_sign;
mod overlay;
mod phi_landscape;
mod sampled;
mod summary;
mod trust;
mod w_plane;
mod words;
