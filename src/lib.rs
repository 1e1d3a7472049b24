#![forbid(unsafe_code)]
pub mod chart;
pub mod error;
pub mod status;
pub mod trace;
