//! Tests of the sources, guides and catalogues themselves.
//!
//! A language is spoken for the life of a program, and this one speaks Chinese from the first test of `languages` on: no
//! test beside those may depend on words.

#[allow(dead_code, reason = "the tests of the charts use the other parts")]
#[path = "../charts/support/mod.rs"]
mod support;

mod languages;
mod methods_table;
mod promises;
mod tidy;
