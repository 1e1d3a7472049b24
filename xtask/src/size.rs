//! What a visitor downloads, and how much of it there may be.

use crate::cargo::CRATE;
use crate::release::VERSIONS;
use crate::site::{Site, is_end};
use anyhow::{Result, bail, ensure};
use regex_lite::Regex;
use std::collections::BTreeSet;

/// Bytes, compressed, that the page may fetch before its first chart.
pub const BUDGET: usize = 150_000;
/// The same for the complete program, for its scripts, for the first lesson opened, and for another language.
const LATER_BUDGETS: [(&str, usize, Count); 4] = [
    ("the complete program, fetched at rest", 520_000, gzip_complete),
    ("scripts and styles that come with it", 70_000, gzip_scripts),
    ("the lessons and the longest of them, fetched when they are opened", 14_000, gzip_lesson),
    ("the largest other language, fetched where it is spoken", 45_000, gzip_language),
];

type Count = fn(&Site) -> usize;

/// Paths of the files that the page fetches before its first chart: `index.html`, what it names, and
/// what scripts among these import statically or name by `new URL`. Scripts that are imported by a
/// call come later.
pub fn at_load(site: &Site) -> BTreeSet<String> {
    reached(site, ["index.html".to_owned()])
}

/// Paths of some files and of what they need from the start.
fn reached(site: &Site, from: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut next: Vec<String> = from.into_iter().collect();
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

/// Versioned paths that end so.
fn ending(site: &Site, end: &str) -> Vec<String> {
    let ours = |path: &&str| path.starts_with(VERSIONS) && is_end(path, end);
    site.files().map(|(path, _)| path).filter(ours).map(str::to_owned).collect()
}

/// What scripts need that nobody has before; the pages of a program's own are not among it.
fn beyond(site: &Site, scripts: &[&str], had: &BTreeSet<String>) -> BTreeSet<String> {
    let new = reached(site, scripts.iter().flat_map(|script| ending(site, script)));
    new.difference(had).filter(|path| !path.contains("/pkg/")).cloned().collect()
}

fn gzip_of<'a>(site: &Site, paths: impl IntoIterator<Item = &'a String>) -> usize {
    let all: BTreeSet<&String> = paths.into_iter().collect();
    site.files()
        .filter(|(path, _)| all.iter().any(|known| known == path))
        .map(|(_, asset)| asset.gzip.len())
        .sum()
}

/// Scripts of the complete program on the page and in the worker.
fn with_complete(site: &Site) -> BTreeSet<String> {
    beyond(site, &["www/more.js", "www/worker-more.js"], &at_load(site))
}

fn gzip_scripts(site: &Site) -> usize {
    let styles =
        ["www/more.css", "www/dialog.css", "www/access.css"].map(|style| ending(site, style)).concat();
    gzip_of(site, with_complete(site).iter().chain(&styles))
}

/// The largest of the files of a folder with an ending, and what comes with it.
fn gzip_largest(site: &Site, folder: &str, end: &str, with: &BTreeSet<String>) -> usize {
    let wanted = |path: &str| path.starts_with(VERSIONS) && path.contains(folder) && path.ends_with(end);
    let largest = site.files().filter(|(path, _)| wanted(path)).map(|(_, asset)| asset.gzip.len()).max();
    largest.unwrap_or_default() + gzip_of(site, with)
}

fn gzip_lesson(site: &Site) -> usize {
    let had = at_load(site).union(&with_complete(site)).cloned().collect();
    let mut with = beyond(site, &["www/lessons.js"], &had);
    with.extend(ending(site, "www/lessons.css"));
    with.extend(ending(site, "www/lessons/en/index.json"));
    gzip_largest(site, "/www/lessons/", ".html", &with)
}

fn gzip_language(site: &Site) -> usize {
    let mut with = beyond(site, &["www/translate.js"], &at_load(site));
    with.extend(ending(site, "www/lang.css"));
    gzip_largest(site, "/www/lang/", ".json", &with)
}

/// Prints the bytes of each file, and of those fetched while the page loads.
///
/// # Errors
/// If these are more than [`BUDGET`] allows, or a part that comes later is more than it may be.
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
    if gzip > BUDGET {
        bail!("the page fetches {gzip} bytes (gzip) before its first chart; {BUDGET} are allowed");
    }
    for (what, budget, count) in LATER_BUDGETS {
        let gzip = count(site);
        println!("{:>9} {gzip:>9}  {what}, of {budget} allowed", "");
        ensure!((1..=budget).contains(&gzip), "{what}: {gzip} bytes (gzip); {budget} are allowed");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::Asset;

    /// A site of one version with a part of each kind, whose files have so many bytes that do not compress.
    fn site(bytes: impl Fn(&str) -> usize) -> Site {
        let files = [
            "index.html",
            "v/0/www/pkg/auxilearn_lab.js",
            "v/0/www/pkg/auxilearn_lab_bg.wasm",
            "v/0/www/more.js",
            "v/0/www/lessons.js",
            "v/0/www/lessons/en/01.html",
            "v/0/www/translate.js",
            "v/0/www/lang/zh.json",
        ];
        let asset = |path: &str| Asset::new("text/plain", vec![b' '; 9], vec![0; bytes(path)]);
        files.into_iter().map(|path| (path.to_owned(), asset(path))).collect()
    }

    #[test]
    fn a_part_that_is_larger_than_it_may_be_is_refused() {
        assert!(report(&site(|_| 1000)).is_ok());
        for (path, part) in [
            ("index.html", "before its first chart"),
            ("v/0/www/pkg/auxilearn_lab_bg.wasm", "the complete program"),
            ("v/0/www/more.js", "scripts"),
            ("v/0/www/lessons/en/01.html", "the lessons"),
            ("v/0/www/lang/zh.json", "language"),
        ] {
            let error = report(&site(|known| if known == path { 600_000 } else { 1000 })).unwrap_err();
            assert!(error.to_string().contains(part), "{path}: {error}");
        }
        assert!(report(&site(|path| usize::from(path == "index.html"))).is_err(), "a part is not there");
    }

    #[test]
    fn what_a_page_names_is_fetched_and_what_it_imports_later_is_not() {
        let html = r#"<link rel="icon" href="www/icon.svg"><script src="www/start.js"></script><a href="other.html">
            <link rel="manifest" href="app.webmanifest"><noscript><link rel="stylesheet" href="still.css"></noscript><script nomodule src="old.js">"#;
        assert_eq!(named_in("index.html", html).collect::<Vec<_>>(), ["www/icon.svg", "www/start.js"]);
        let js = r#"import { a } from "./a.js"; new URL("worker.js", here); import(`./later.js`); import("./b.js")"#;
        assert_eq!(named_in("www/main.js", js).collect::<Vec<_>>(), ["./a.js", "worker.js"]);
    }
}
