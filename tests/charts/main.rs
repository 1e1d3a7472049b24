//! Tests of the charts' marks and words, with a file for each chart or promise of all charts.

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
