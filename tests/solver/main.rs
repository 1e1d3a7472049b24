//! What the solver claims: a claim a test, a subject a file.

#[path = "../agreement/mod.rs"]
mod agreement;
mod common;
mod digest_zoo;
mod double_double;
mod lanes;
mod zoo;

mod allocations;
mod allocations_of_documents;
mod bad_input;
mod combinations;
mod curvatures;
mod derivatives;
mod diagnostics;
mod digests;
mod families;
mod formulas;
mod halves;
mod inner;
mod inverse_products;
mod methods;
mod neumann;
mod oracles;
mod precision;
mod reference;
mod resolved;
mod robustness;
mod rules;
mod runs;
mod scaling;
mod signs;
mod statuses;
mod streams;
mod units;
mod unrolled;
mod weighting;
