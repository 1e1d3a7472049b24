#![no_main]
//! `claims::document` on what libFuzzer finds.

#[path = "../claims/mod.rs"]
mod claims;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| claims::document(bytes));
