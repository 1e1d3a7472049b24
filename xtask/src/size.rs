//! What a visitor downloads, and how much of it there may be.

use crate::site::Site;
use anyhow::{Result, bail};

/// Bytes, compressed, that the page may fetch before its first chart.
pub const BUDGET: usize = 150_000;

/// Whether the page fetches the file while it loads. Every script counts, also one that is loaded
/// later, so the total is an upper bound.
fn at_load(path: &str) -> bool {
    [".html", ".css", ".js", ".wasm"].iter().any(|end| path.ends_with(end))
}

/// Compressed bytes of everything the page fetches while it loads.
pub fn gzip_at_load(site: &Site) -> usize {
    site.files().filter(|(path, _)| at_load(path)).map(|(_, asset)| asset.gzip.len()).sum()
}

/// Prints the bytes of each file, and of those fetched while the page loads.
///
/// # Errors
/// If these are more than [`BUDGET`] allows.
pub fn report(site: &Site) -> Result<()> {
    println!("{:>9} {:>9}  file (* fetched before the first chart)", "raw", "gzip");
    let (mut raw, mut gzip) = (0, 0);
    for (path, asset) in site.files() {
        let counted = at_load(path);
        println!(
            "{:>9} {:>9}  {}{path}",
            asset.raw.len(),
            asset.gzip.len(),
            if counted { "* " } else { "  " }
        );
        if counted {
            raw += asset.raw.len();
            gzip += asset.gzip.len();
        }
    }
    println!("{raw:>9} {gzip:>9}  * before the first chart, of {BUDGET} allowed");
    if gzip > BUDGET {
        bail!("the page fetches {gzip} bytes (gzip) before its first chart; {BUDGET} are allowed");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_and_declarations_are_not_fetched_at_load() {
        assert!(at_load("www/pkg/auxilearn_lab_bg.wasm") && at_load("index.html"));
        assert!(!at_load("www/pkg/auxilearn_lab.d.ts") && !at_load("www/experiments/noisy-main.json"));
    }
}
