//! Turns the penguins' table into numbers: as text it would be a twentieth of the page.

use std::fmt::Write;
use std::path::PathBuf;

/// Columns kept, in order; sexes become 1 (male) and 0 (female).
const COLUMNS: [&str; 5] = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "sex"];

fn main() {
    println!("cargo::rerun-if-changed=data/penguins.csv");
    println!("cargo::rerun-if-changed=build.rs");
    let table = std::fs::read_to_string("data/penguins.csv").expect("data/penguins.csv");
    let mut lines = table.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().expect("a header");
    let at = COLUMNS.map(|name| header.iter().position(|h| *h == name).expect(name));
    let birds: Vec<Vec<u16>> =
        lines.filter_map(|fields| at.iter().map(|&i| tenths(fields[i])).collect()).collect();
    let mut source = format!("[[u16; {}]; {}] = [\n", COLUMNS.len(), birds.len());
    for bird in &birds {
        writeln!(source, "    {bird:?},").expect("a string takes everything");
    }
    source = format!("/// The complete birds, every number in tenths.\nconst BIRDS: {source}];\n");
    writeln!(source, "/// Names of the columns of [`BIRDS`].\npub(in crate::experiment) const COLUMNS: [&str; {}] = {COLUMNS:?};", COLUMNS.len())
        .expect("a string takes everything");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    std::fs::write(out.join("penguins.rs"), source).expect("OUT_DIR can be written to");
}

/// A field in tenths; `None` where it is missing. No number of the table has a second decimal.
fn tenths(field: &str) -> Option<u16> {
    match field {
        "NA" => None,
        "male" => Some(10),
        "female" => Some(0),
        other => {
            let (whole, tenth) = other.split_once('.').unwrap_or((other, "0"));
            assert_eq!(tenth.len(), 1, "{other} has one decimal");
            Some(10 * whole.parse::<u16>().expect(other) + tenth.parse::<u16>().expect(other))
        }
    }
}
