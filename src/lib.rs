#![forbid(unsafe_code)]
pub mod error;
pub mod status;
pub mod trace;
