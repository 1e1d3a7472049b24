//! What AuxiLearn Lab is built, served and checked with; `cargo xtask` for the list of commands.
//!
//! This package stays quick to compile, because `cargo xtask serve` is the first thing a newcomer
//! runs. Whatever needs a WebDriver client is in `xtask-browser`, which builds on this library.
#![forbid(unsafe_code)]

pub mod bindgen;
pub mod browser;
pub mod cargo;
pub mod compress;
pub mod dist;
pub mod faults;
mod html;
mod http;
pub mod instructions;
pub mod lessons;
pub mod notices;
pub mod packages;
mod prerender;
mod presets;
pub mod release;
pub mod serve;
pub mod site;
pub mod size;
pub mod stages;
pub mod strip;
pub mod supply;
pub mod target;
pub mod texts;
pub mod types;
pub mod verify;
