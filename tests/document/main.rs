//! What documents, tables and formulas say, and what is said of those that are refused.

#[path = "../agreement/mod.rs"]
mod agreement;

mod catalogue;
mod documents;
mod edits;
mod formulas;
mod refusals;
mod tables;
