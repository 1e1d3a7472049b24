#![forbid(unsafe_code)]
#![warn(missing_docs)]
//! AuxiLearn Lab
pub mod bench;
pub mod chart;
pub mod curvature;
pub mod error;
pub mod experiment;
pub mod facts;
pub mod hypergradient;
pub mod ihvp;
pub mod inner;
pub mod loss;
pub mod method;
pub mod outer;
pub mod problem;
pub mod run;
pub mod status;
mod tagged;
pub mod trace;
#[cfg(target_arch = "wasm32")]
pub mod web;
