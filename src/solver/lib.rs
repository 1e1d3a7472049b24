#![forbid(unsafe_code, non_ascii_idents)]
#![warn(missing_docs)]
//! The solver of AuxiLearn Lab, a package of its own for two reasons: it cannot know documents,
//! charts or the web, and the page's WebAssembly is compiled for size but for this.
//!
//! `auxilearn_lab` re-exports all of it; read there what it is about.

pub mod combination;
pub mod constraint;
pub mod curvature;
mod elementary;
pub mod family;
pub mod formula;
pub mod hypergradient;
pub mod ihvp;
pub mod inner;
pub mod lanes;
pub mod loss;
pub mod method;
pub mod outer;
pub mod problem;
pub mod random;
pub mod run;
pub mod sampling;
pub mod series;
pub mod state;
pub mod status;
mod tagged;
pub mod trace;
mod vectors;
pub mod zero;
