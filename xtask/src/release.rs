//! A build's version, and the files that carry it: what a page loads stands in a folder that is named by
//! the content, so that no cache between can mix two builds.

use crate::serve::{IMMUTABLE, REVALIDATED, SECURITY};
use crate::site::Site;
use anyhow::{Context, Result, bail};
use base64::prelude::{BASE64_STANDARD, Engine};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The folder of all versions.
pub const VERSIONS: &str = "v/";

/// What stands at the site's root besides `index.html`, by its name below `www/` in the source.
pub const AT_ROOT: [&str; 2] = ["app.webmanifest", "sw.js"];

/// The page's files that keep their addresses beside the versioned ones: what others script against.
pub const STABLE: [&str; 2] = ["www/pkg", "www/experiments"];

/// What `www/sw.js` says in the place of the version and of the files.
const UNBUILT: [&str; 2] = [r#"const VERSION = "unbuilt";"#, "const FILES = {};"];

/// Hexadecimal digits of a version: 48 bits.
const DIGITS: usize = 12;

/// A name for contents: equal for equal names and bytes, in whatever order they come.
pub fn version<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> String {
    let files: BTreeMap<&str, &[u8]> = files.into_iter().collect();
    let mut sum = Sha256::new();
    for (path, bytes) in files {
        for part in [path.as_bytes(), bytes] {
            sum.update((part.len() as u64).to_le_bytes());
            sum.update(part);
        }
    }
    let mut name = String::new();
    for byte in &sum.finalize()[..DIGITS / 2] {
        let _ = write!(name, "{byte:02x}");
    }
    name
}

/// A page or a manifest that names the files of a version: every quoted address that begins with `www/`, or with
/// `../www/` on a page in a folder.
pub fn pointed(text: &str, version: &str) -> String {
    ["\"", "\"../"].iter().fold(text.to_owned(), |text, start| {
        text.replace(&format!("{start}www/"), &format!("{start}{VERSIONS}{version}/www/"))
    })
}

/// The service worker of a version: it keeps every file that the page may ask for, each known by its hash.
///
/// # Errors
/// If `template` has no place for the version or the files.
pub fn service_worker(template: &str, version: &str, site: &Site) -> Result<String> {
    if let Some(missing) = UNBUILT.into_iter().find(|mark| template.matches(mark).count() != 1) {
        bail!("www/sw.js does not say once: {missing}");
    }
    let files: BTreeMap<&str, String> = site
        .files()
        .filter(|(path, _)| kept(path))
        .map(|(path, asset)| (address(path), integrity(&asset.raw)))
        .collect();
    let files = serde_json::to_string_pretty(&files).context("text can be written")?;
    Ok(template.replacen(UNBUILT[0], &format!("const VERSION = {version:?};"), 1).replacen(
        UNBUILT[1],
        &format!("const FILES = {files};"),
        1,
    ))
}

/// Returns what the page calls a file of the site: the page of a folder goes by the folder, since hosts may redirect
/// `index.html` there.
fn address(path: &str) -> &str {
    match path.strip_suffix("index.html") {
        Some("") => "./",
        Some(folder) if folder.ends_with('/') => folder,
        Some(_) | None => path,
    }
}

/// Returns whether the page may ask for a file of the site, or lead to it.
fn kept(path: &str) -> bool {
    let stable =
        STABLE.iter().any(|folder| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')));
    !(stable || ["sw.js", HEADERS].contains(&path))
}

/// A hash as `fetch` takes it.
pub fn integrity(bytes: &[u8]) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(bytes)))
}

/// Where hosts that read it (Netlify, Cloudflare Pages) look for headers.
pub const HEADERS: &str = "_headers";

/// The headers that our own server sends, for hosts that take them from a file. No path matches two rules
/// that set the same header: such hosts would join the values.
pub fn headers() -> String {
    let mut text = String::new();
    let mut rule = |path: &str, headers: &[(&str, &str)]| {
        let _ = writeln!(text, "{path}");
        for (name, value) in headers {
            let _ = writeln!(text, "  {name}: {value}");
        }
    };
    rule("/*", &SECURITY);
    for path in [
        "/",
        "/index.html",
        "/zh/",
        "/zh/index.html",
        "/teacher.html",
        "/teacher-zh.html",
        "/licences.txt",
        "/app.webmanifest",
        "/sw.js",
    ] {
        rule(path, &[("Cache-Control", REVALIDATED)]);
    }
    for folder in STABLE {
        let open = [("Cache-Control", REVALIDATED), ("Access-Control-Allow-Origin", "*")];
        rule(&format!("/{folder}/*"), &open);
    }
    rule(&format!("/{VERSIONS}*"), &[("Cache-Control", IMMUTABLE)]);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cargo::root;
    use crate::serve::POLICY;
    use crate::site::{Asset, gzip};

    fn site(files: &[(&str, &str)]) -> Site {
        let asset = |text: &str| Asset::new("text/plain", text.as_bytes().to_vec(), gzip(text.as_bytes()));
        files.iter().map(|(path, text)| ((*path).to_owned(), asset(text))).collect()
    }

    #[test]
    fn a_version_is_a_name_for_names_and_bytes() {
        let name =
            |files: &[(&'static str, &'static str)]| version(files.iter().map(|(a, b)| (*a, b.as_bytes())));
        let one = name(&[("a", "x"), ("b", "y")]);
        assert_eq!(one.len(), DIGITS);
        assert_eq!(one, name(&[("b", "y"), ("a", "x")]));
        for other in [name(&[("a", "x"), ("b", "z")]), name(&[("a", "xb"), ("", "y")]), name(&[("a", "x")])] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn addresses_of_the_page_are_pointed_and_no_others() {
        let page =
            r##"<script src="www/main.js"></script><a href="#www/">www/</a><link href="app.webmanifest">"##;
        let expected = r##"<script src="v/0f/www/main.js"></script><a href="#www/">www/</a><link href="app.webmanifest">"##;
        assert_eq!(pointed(page, "0f"), expected);
        let page = r#"<script src="../www/main.js"></script><a href="../wwww/">../www/</a>"#;
        let expected = r#"<script src="../v/0f/www/main.js"></script><a href="../wwww/">../www/</a>"#;
        assert_eq!(pointed(page, "0f"), expected);
        assert_eq!(pointed(r#"{"src": "www/a.png"}"#, "0f"), r#"{"src": "v/0f/www/a.png"}"#);
    }

    #[test]
    fn the_service_worker_knows_every_file_by_its_hash() {
        let site = site(&[
            ("index.html", "hello"),
            ("zh/index.html", "你好"),
            ("v/0f/www/main.js", ""),
            ("app.webmanifest", "{}"),
            ("www/pkg/a.js", "x"),
            ("www/experiments/a.json", "x"),
            ("_headers", "x"),
        ]);
        let template = "// keeps\nconst VERSION = \"unbuilt\";\nconst FILES = {};\nrest();\n";
        let text = service_worker(template, "0f", &site).unwrap();
        assert!(
            text.starts_with("// keeps\nconst VERSION = \"0f\";\n") && text.ends_with("};\nrest();\n"),
            "{text}"
        );
        let list = text.split("const FILES = ").nth(1).unwrap().split(";\n").next().unwrap();
        let list: BTreeMap<String, String> = serde_json::from_str(list).unwrap();
        assert_eq!(list.keys().collect::<Vec<_>>(), ["./", "app.webmanifest", "v/0f/www/main.js", "zh/"]);
        // printf hello | openssl dgst -sha256 -binary | base64
        assert_eq!(list["./"], "sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=");
        assert_eq!(list["v/0f/www/main.js"], "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert!(service_worker("nothing to fill in", "0f", &site).is_err());
    }

    #[test]
    fn the_page_states_the_policy_of_the_headers() {
        let page = std::fs::read_to_string(root().join("index.html")).unwrap();
        let stated = page.split("http-equiv=\"Content-Security-Policy\" content=\"").nth(1).unwrap();
        assert_eq!(stated.split('"').next(), Some(POLICY));
    }

    /// Width and height from the header of a PNG.
    fn size(png: &[u8]) -> (u32, u32) {
        assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
        let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
        (number(16), number(20))
    }

    #[test]
    fn the_manifest_stays_below_its_folder_and_has_its_icons() {
        let manifest = std::fs::read_to_string(root().join("www/app.webmanifest")).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
        for field in ["id", "start_url", "scope"] {
            assert_eq!(manifest[field], "./");
        }
        let mut purposes = Vec::new();
        for icon in manifest["icons"].as_array().unwrap() {
            let address = icon["src"].as_str().unwrap();
            assert!(address.starts_with("www/"), "{address}");
            let bytes = std::fs::read(root().join(address)).unwrap();
            if address.ends_with(".png") {
                let (width, height) = size(&bytes);
                assert_eq!(icon["sizes"], format!("{width}x{height}"));
                purposes.push((width, icon["purpose"].as_str().unwrap_or("any").to_owned()));
            }
        }
        let expected = [(192, "any"), (512, "any"), (512, "maskable")];
        assert_eq!(purposes, expected.map(|(width, purpose)| (width, purpose.to_owned())));
        assert_eq!(size(&std::fs::read(root().join("www/icons/touch-180.png")).unwrap()), (180, 180));
    }

    #[test]
    fn no_path_has_a_header_from_two_rules() {
        let text = headers();
        let mut rules: Vec<(&str, Vec<&str>)> = Vec::new();
        for line in text.lines() {
            match line.strip_prefix("  ") {
                None => rules.push((line, Vec::new())),
                Some(header) => rules.last_mut().unwrap().1.push(header.split(':').next().unwrap()),
            }
        }
        let names = |rule: &str, path: &str| match rule.strip_suffix('*') {
            Some(start) => path.starts_with(start),
            None => rule == path,
        };
        for path in [
            "/",
            "/index.html",
            "/zh/",
            "/zh/index.html",
            "/teacher-zh.html",
            "/sw.js",
            "/v/0f/www/main.js",
            "/www/pkg/a.js",
            "/app.webmanifest",
        ] {
            let mut set: Vec<&str> =
                rules.iter().filter(|(rule, _)| names(rule, path)).flat_map(|(_, set)| set.clone()).collect();
            let all = set.len();
            set.sort_unstable();
            set.dedup();
            assert_eq!(set.len(), all, "{path}");
            assert!(
                set.contains(&"Cache-Control") && set.contains(&"Content-Security-Policy"),
                "{path}: {set:?}"
            );
        }
    }
}
