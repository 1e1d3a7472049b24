//! What a visitor downloads, and how much of it there may be.

use crate::cargo::CRATE;
use crate::release::VERSIONS;
use crate::site::{Site, is_end};
use anyhow::{Result, ensure};
use regex_lite::Regex;
use std::collections::BTreeSet;

/// Bytes, compressed, that each part may have, and how they are counted.
const BUDGETS: [(&str, usize, Count); 5] = [
    ("before the first picture", 40_000, |site| gzip_of(site, &before_picture(site))),
    ("the program", 560_000, |site| gzip_of(site, &program(site))),
    ("all that is loaded at rest", 650_000, |site| gzip_of(site, &at_rest(site))),
    ("the lessons and the longest of them, fetched when they are opened", 14_000, gzip_lesson),
    ("the largest other language, fetched where it is spoken", 45_000, gzip_language),
];

type Count = fn(&Site) -> usize;

/// Returns the compressed bytes of what a visitor waits for, by name: before the first picture, and until the page is at rest.
pub fn parts(site: &Site) -> Vec<(&'static str, usize)> {
    BUDGETS.iter().take(3).map(|(what, _, count)| (*what, count(site))).collect()
}

/// Returns the paths of what a browser waits for before it shows `index.html`: the page, its style sheets and the
/// scripts that are no modules.
pub fn before_picture(site: &Site) -> BTreeSet<String> {
    const BLOCKING: [&str; 2] = [r#"<link rel="stylesheet" href="([^":]+)""#, r#"<script src="([^":]+)""#];
    let page = ["index.html".to_owned()];
    let found = BLOCKING.iter().flat_map(|pattern| captures(pattern, &text_of(site, &page[0])));
    found.chain(page.clone()).collect()
}

/// Returns the paths of the WebAssembly and of what JavaScript calls it by.
fn program(site: &Site) -> BTreeSet<String> {
    [".js", "_bg.wasm"].iter().flat_map(|end| ending(site, &format!("www/pkg/{CRATE}{end}"))).collect()
}

/// Returns the paths of the page with all that it names, of the modules that these import statically or name by
/// `new URL`, of the features that come by themselves, and of the program.
pub fn at_rest(site: &Site) -> BTreeSet<String> {
    let mut from = vec!["index.html".to_owned()];
    from.extend(ending(site, "www/main.js"));
    for path in ending(site, "www/features.js") {
        let folder = path.trim_end_matches("features.js").to_owned();
        let names = captures(r#""([\w-]+\.(?:js|css))""#, &text_of(site, &path));
        from.extend(names.map(|name| format!("{folder}{name}")));
        from.push(path);
    }
    &reached(site, from) | &program(site)
}

fn text_of(site: &Site, path: &str) -> String {
    let asset = site.files().find(|(known, _)| *known == path).map(|(_, asset)| asset);
    asset.map(|asset| String::from_utf8_lossy(&asset.raw).into_owned()).unwrap_or_default()
}

fn captures(pattern: &str, text: &str) -> impl Iterator<Item = String> + use<> {
    let pattern = Regex::new(pattern).expect("a valid pattern");
    let found: Vec<String> = pattern.captures_iter(text).map(|capture| capture[1].to_owned()).collect();
    found.into_iter()
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
fn named_in(path: &str, text: &str) -> impl Iterator<Item = String> + use<> {
    let patterns: &[&str] = match path.rsplit('.').next() {
        Some("html") => &[r#"<(?:script|link)\b[^>]*\b(?:src|href)="([^":]+)""#],
        Some("js") => &[r#"\bfrom\s*["']([^"']+)["']"#, r#"\bnew URL\(["']([^"']+)["']"#],
        _ => &[],
    };
    let text = LATER.into_iter().fold(text.to_owned(), |text, pattern| {
        Regex::new(pattern).expect("a valid pattern").replace_all(&text, "").into_owned()
    });
    patterns.iter().flat_map(|pattern| captures(pattern, &text)).collect::<Vec<_>>().into_iter()
}

/// Versioned paths that end so.
fn ending(site: &Site, end: &str) -> Vec<String> {
    let ours = |path: &&str| path.starts_with(VERSIONS) && is_end(path, end);
    site.files().map(|(path, _)| path).filter(ours).map(str::to_owned).collect()
}

fn gzip_of<'a>(site: &Site, paths: impl IntoIterator<Item = &'a String>) -> usize {
    let all: BTreeSet<&String> = paths.into_iter().collect();
    site.files()
        .filter(|(path, _)| all.iter().any(|known| known == path))
        .map(|(_, asset)| asset.gzip.len())
        .sum()
}

/// The largest of the files of a folder with an ending, and what comes with it.
fn gzip_largest(site: &Site, folder: &str, end: &str, with: &BTreeSet<String>) -> usize {
    let wanted = |path: &str| path.starts_with(VERSIONS) && path.contains(folder) && path.ends_with(end);
    let largest = site.files().filter(|(path, _)| wanted(path)).map(|(_, asset)| asset.gzip.len()).max();
    largest.unwrap_or_default() + gzip_of(site, with)
}

fn gzip_lesson(site: &Site) -> usize {
    let scripts = reached(site, ending(site, "www/lessons.js"));
    let mut with = &scripts - &at_rest(site);
    with.extend(ending(site, "www/lessons.css"));
    with.extend(ending(site, "www/lessons/en/index.json"));
    gzip_largest(site, "/www/lessons/", ".html", &with)
}

fn gzip_language(site: &Site) -> usize {
    gzip_largest(site, "/www/lang/", ".json", &BTreeSet::new())
}

/// Prints the bytes of each file, and of the parts that have a budget.
///
/// # Errors
/// If a part has more bytes than it may, or none.
pub fn report(site: &Site) -> Result<()> {
    println!("{:>9} {:>9}  file (* before the first picture, + loaded at rest)", "raw", "gzip");
    let (before, rest) = (before_picture(site), at_rest(site));
    for (path, asset) in site.files() {
        let mark = if before.contains(path) {
            "*"
        } else if rest.contains(path) {
            "+"
        } else {
            " "
        };
        println!("{:>9} {:>9}  {mark} {path}", asset.raw.len(), asset.gzip.len());
    }
    for (what, budget, count) in BUDGETS {
        let gzip = count(site);
        let spare = 100.0 - 100.0 * gzip as f64 / budget as f64;
        println!("{:>9} {gzip:>9}  {what}, of {budget} allowed ({spare:.0} % to spare)", "");
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
            "v/0/www/features.js",
            "v/0/www/lessons.js",
            "v/0/www/lessons/en/01.html",
            "v/0/www/lang/zh.json",
        ];
        let asset = |path: &str| Asset::new("text/plain", vec![b' '; 9], vec![0; bytes(path)]);
        files.into_iter().map(|path| (path.to_owned(), asset(path))).collect()
    }

    #[test]
    fn a_part_that_is_larger_than_it_may_be_is_refused() {
        assert!(report(&site(|_| 1000)).is_ok());
        for (path, part) in [
            ("index.html", "before the first picture"),
            ("v/0/www/pkg/auxilearn_lab_bg.wasm", "the program"),
            ("v/0/www/features.js", "at rest"),
            ("v/0/www/lessons/en/01.html", "the lessons"),
            ("v/0/www/lang/zh.json", "language"),
        ] {
            let error = report(&site(|known| if known == path { 700_000 } else { 1000 })).unwrap_err();
            assert!(error.to_string().contains(part), "{path}: {error}");
        }
        assert!(report(&site(|path| usize::from(path == "index.html"))).is_err(), "a part is not there");
    }

    #[test]
    fn a_picture_waits_for_style_sheets_and_scripts_but_not_for_modules() {
        let page = r#"<script src="a.js"></script><script type="module" src="m.js"></script><link rel="stylesheet" href="a.css"><link rel="modulepreload" href="n.js">"#;
        let asset = Asset::new("text/html", page.into(), vec![0; 5]);
        let site: Site = [("index.html".to_owned(), asset)].into_iter().collect();
        assert_eq!(before_picture(&site).into_iter().collect::<Vec<_>>(), ["a.css", "a.js", "index.html"]);
    }

    #[test]
    fn what_a_page_names_is_fetched_and_what_it_imports_later_is_not() {
        let html = r#"<link rel="icon" href="www/icon.svg"><script src="www/start.js"></script><a href="other.html">
            <link rel="manifest" href="app.webmanifest"><noscript><link rel="stylesheet" href="none.css"></noscript><script nomodule src="old.js">"#;
        assert_eq!(named_in("index.html", html).collect::<Vec<_>>(), ["www/icon.svg", "www/start.js"]);
        let js = r#"import { a } from "./a.js"; new URL("worker.js", here); import(`./later.js`); import("./b.js")"#;
        assert_eq!(named_in("www/main.js", js).collect::<Vec<_>>(), ["./a.js", "worker.js"]);
    }
}
