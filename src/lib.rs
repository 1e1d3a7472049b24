#![forbid(unsafe_code)]
pub mod error;
pub mod facts;
pub mod status;
pub mod trace;
