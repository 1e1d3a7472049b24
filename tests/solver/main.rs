//! The solver on general problems: a claim a test, a subject a file.

#[path = "../common/mod.rs"]
mod common;
mod lanes;
mod zoo;

mod allocations;
mod combinations;
mod curvatures;
mod diagnostics;
mod families;
mod formulas;
mod inner;
mod inverse_products;
mod methods;
mod resolved;
mod robustness;
mod units;
mod unrolled;
mod weighting;
