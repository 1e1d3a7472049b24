//! The commands `solve` and `render`.
//!
//! `cargo run --example solve` runs them, from the package of the library; here they are executables too, whose paths
//! cargo gives to tests.

pub mod render;
pub mod solve;
