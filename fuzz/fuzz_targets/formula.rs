#![no_main]
//! `claims::formula` on what libFuzzer finds.

#[path = "../claims/mod.rs"]
mod claims;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| claims::formula(bytes));
