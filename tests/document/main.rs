//! Tests of documents, tables and formulas, and of the messages by which they are refused.

#[path = "../agreement/mod.rs"]
mod agreement;

mod catalogue;
mod documents;
mod edits;
mod foreign_tables;
mod formulas;
mod ignored;
mod refusals;
mod refused;
mod tables;
