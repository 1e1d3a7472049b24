//! What a visitor downloads, and how much of it there may be.

use crate::cargo::CRATE;
use crate::release::VERSIONS;
use crate::site::{Site, is_end};
use anyhow::{Result, bail};
use regex_lite::Regex;
use std::collections::BTreeSet;

/// Bytes, compressed, that the page may fetch before its first chart.
pub const BUDGET: usize = 150_000;

/// Paths of the files that the page fetches before its first chart: `index.html`, what it names, and
/// what scripts among these import statically or name by `new URL`. Scripts that are imported by a
/// call come later.
fn at_load(site: &Site) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut next = vec!["index.html".to_owned()];
    while let Some(path) = next.pop() {
        let Some((_, asset)) = site.files().find(|(known, _)| *known == path) else { continue };
        if found.insert(path.clone()) {
            let folder = path.rfind('/').map_or("", |end| &path[..=end]);
            let text = String::from_utf8_lossy(&asset.raw);
            next.extend(
                named_in(&path, &text).map(|name| format!("{folder}{}", name.trim_start_matches("./"))),
            );
        }
    }
    found
}

/// What browsers fetch to install the page, or never where scripts run.
const LATER: [&str; 3] = [
    r#"<link rel="(?:manifest|apple-touch-icon)"[^>]*>"#,
    r"(?s)<noscript>.*?</noscript>",
    // Fetched by browsers that do not fetch the page's modules.
    r"<script nomodule[^>]*>",
];

/// Relative addresses that a page or script needs from the start.
fn named_in(path: &str, text: &str) -> impl Iterator<Item = String> {
    let patterns: &[&str] = match path.rsplit('.').next() {
        Some("html") => &[r#"<(?:script|link)\b[^>]*\b(?:src|href)="([^":]+)""#],
        Some("js") => &[r#"\bfrom\s*["']([^"']+)["']"#, r#"\bnew URL\(["']([^"']+)["']"#],
        _ => &[],
    };
    let text = LATER.into_iter().fold(text.to_owned(), |text, pattern| {
        Regex::new(pattern).expect("a valid pattern").replace_all(&text, "").into_owned()
    });
    let find = |pattern: &&str| {
        let pattern = Regex::new(pattern).expect("a valid pattern");
        pattern.captures_iter(&text).map(|capture| capture[1].to_owned()).collect::<Vec<_>>()
    };
    patterns.iter().flat_map(find).collect::<Vec<_>>().into_iter()
}

/// Compressed bytes of everything the page fetches before its first chart.
pub fn gzip_at_load(site: &Site) -> usize {
    let paths = at_load(site);
    site.files().filter(|(path, _)| paths.contains(*path)).map(|(_, asset)| asset.gzip.len()).sum()
}

/// Compressed bytes of the program that is fetched once the page is at rest.
pub fn gzip_complete(site: &Site) -> usize {
    let complete = [".js", "_bg.wasm"].map(|end| format!("www/pkg/{CRATE}{end}"));
    site.files()
        .filter(|(path, _)| path.starts_with(VERSIONS) && complete.iter().any(|end| is_end(path, end)))
        .map(|(_, asset)| asset.gzip.len())
        .sum()
}

/// Prints the bytes of each file, and of those fetched while the page loads.
///
/// # Errors
/// If these are more than [`BUDGET`] allows.
pub fn report(site: &Site) -> Result<()> {
    println!("{:>9} {:>9}  file (* fetched before the first chart)", "raw", "gzip");
    let paths = at_load(site);
    let (mut raw, mut gzip) = (0, 0);
    for (path, asset) in site.files() {
        let counted = paths.contains(path);
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
    println!("{:>9} {:>9}  the complete program, fetched at rest", "", gzip_complete(site));
    if gzip > BUDGET {
        bail!("the page fetches {gzip} bytes (gzip) before its first chart; {BUDGET} are allowed");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_names_is_fetched_and_what_it_imports_later_is_not() {
        let html = r#"<link rel="icon" href="www/icon.svg"><script src="www/start.js"></script><a href="other.html">
            <link rel="manifest" href="app.webmanifest"><noscript><link rel="stylesheet" href="still.css"></noscript><script nomodule src="old.js">"#;
        assert_eq!(named_in("index.html", html).collect::<Vec<_>>(), ["www/icon.svg", "www/start.js"]);
        let js = r#"import { a } from "./a.js"; new URL("worker.js", here); import(`./later.js`); import("./b.js")"#;
        assert_eq!(named_in("www/main.js", js).collect::<Vec<_>>(), ["./a.js", "worker.js"]);
    }
}
