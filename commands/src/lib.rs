//! The commands `solve` and `render`, and `prerender`, which the build of the page runs.
//!
//! `cargo run --example solve` runs the first two, from the package of the library; here they are executables too, whose
//! paths cargo gives to tests. `prerender` is a tool of the build and no example: it is an executable here only.

mod finished;
pub mod prerender;
pub mod render;
pub mod solve;
