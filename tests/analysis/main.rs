//! Tests of the analysis of an experiment beside its lanes: scenes, studies, many seeds, and claims of the shipped ones.

#[path = "../agreement/mod.rs"]
mod agreement;
mod scenes;

mod cut_short;
mod ensemble;
mod preset_claims;
mod scene;
mod scene_pace;
mod statistics;
mod study;
