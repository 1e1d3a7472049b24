//! The commands as a user scripts them.

mod runner;

mod batch;
mod import;
mod pictures;
mod prerender;
mod solve;
