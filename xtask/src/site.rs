//! A static site in memory: nothing outside it can be asked for, and every file is compressed once.
//!
//! Our own because servers of folders resolve paths on the disk, and tests want sites with files left out or replaced.

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};
use percent_encoding::percent_decode_str;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

/// One file.
#[derive(Clone)]
pub struct Asset {
    /// Value of its `Content-Type` header.
    pub mime: &'static str,
    /// Its bytes.
    pub raw: Vec<u8>,
    /// The same, compressed by gzip.
    pub gzip: Vec<u8>,
    /// The same, compressed by Brotli, where a copy is beside the file.
    pub brotli: Option<Vec<u8>>,
}

impl Asset {
    /// A file without a copy compressed by Brotli.
    pub fn new(mime: &'static str, raw: Vec<u8>, gzip: Vec<u8>) -> Self {
        Self { mime, raw, gzip, brotli: None }
    }
}

/// What a request path leads to.
pub enum Found<'a> {
    /// A file of the site.
    Asset(&'a Asset),
    /// A folder that was named without its trailing slash.
    Folder,
    /// Nothing of the site.
    Nothing,
}

/// Files by their path relative to the site, with `/` between the parts.
#[derive(Clone, Default)]
pub struct Site {
    files: BTreeMap<String, Asset>,
}

impl Site {
    /// Reads a folder and everything below it but dotfiles, at the path `at` of the site
    /// (empty, or ending in a slash). Compressed copies (`FILE.gz`, `FILE.br`) are taken as such.
    ///
    /// # Errors
    /// If a file cannot be read or its name is not UTF-8.
    pub fn add_folder(&mut self, folder: &Path, at: &str) -> Result<()> {
        for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).context("a file name is not UTF-8")?;
            if name.starts_with('.') {
                continue;
            }
            if path.is_dir() {
                self.add_folder(&path, &format!("{at}{name}/"))?;
            } else if !is_copy(&path) {
                let raw = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
                let copy = |ending| fs::read(format!("{}.{ending}", path.display())).ok();
                let gzip = copy("gz").unwrap_or_else(|| gzip(&raw));
                let asset = Asset { mime: mime(name), raw, gzip, brotli: copy("br") };
                self.files.insert(format!("{at}{name}"), asset);
            }
        }
        Ok(())
    }

    /// The site of one folder.
    ///
    /// # Errors
    /// As [`Site::add_folder`].
    pub fn read(folder: &Path) -> Result<Self> {
        let mut site = Self::default();
        site.add_folder(folder, "")?;
        Ok(site)
    }

    /// Leaves out every file of which `path` is the end, so in whatever version; whether there were any.
    pub fn remove(&mut self, path: &str) -> bool {
        let before = self.files.len();
        self.files.retain(|known, _| !is_end(known, path));
        self.files.len() < before
    }

    /// Replaces the bytes of a file of the site.
    ///
    /// # Panics
    /// If there is none.
    pub fn replace(&mut self, path: &str, raw: Vec<u8>) {
        let asset = self.files.get_mut(path).expect("a file of the site");
        *asset = Asset::new(asset.mime, raw.clone(), gzip(&raw));
    }

    /// All files in the order of their paths.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Asset)> {
        self.files.iter().map(|(path, asset)| (path.as_str(), asset))
    }

    /// Looks up a percent-encoded path relative to the site; a folder means its `index.html`.
    ///
    /// Paths are compared, never resolved, so `..` finds nothing.
    pub fn find(&self, path: &str) -> Found<'_> {
        let Ok(path) = percent_decode_str(path).decode_utf8() else {
            return Found::Nothing;
        };
        let file =
            if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.into() };
        if let Some(asset) = self.files.get(&file) {
            Found::Asset(asset)
        } else if self.files.contains_key(&format!("{file}/index.html")) {
            Found::Folder
        } else {
            Found::Nothing
        }
    }
}

impl FromIterator<(String, Asset)> for Site {
    fn from_iter<I: IntoIterator<Item = (String, Asset)>>(files: I) -> Self {
        Self { files: files.into_iter().collect() }
    }
}

/// Returns whether whole parts at the end of a path are `end`.
pub fn is_end(path: &str, end: &str) -> bool {
    path.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

/// Returns whether a file is a compressed copy of the one beside it.
fn is_copy(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    matches!(ending, Some("gz" | "br")) && path.with_extension("").is_file()
}

/// Returns the bytes compressed by gzip at the highest level.
pub fn gzip(raw: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(raw).and_then(|()| encoder.finish()).expect("memory takes all bytes")
}

/// Content type by file name: only what a site of ours has, so no table of a thousand types.
fn mime(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "ts" | "txt" | "md" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "csv" => "text/csv; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Site {
        let asset = |name| Asset::new(mime(name), vec![0; 100], gzip(&[0; 100]));
        let names = ["index.html", "www/main.js", "bench/index.html", "www/a b.json"];
        names.into_iter().map(|name| (name.to_owned(), asset(name))).collect()
    }

    #[test]
    fn files_and_folders_are_found() {
        let site = site();
        assert!(matches!(site.find(""), Found::Asset(asset) if asset.mime.starts_with("text/html")));
        assert!(
            matches!(site.find("www/main.js"), Found::Asset(asset) if asset.mime.starts_with("text/javascript"))
        );
        assert!(matches!(site.find("www/a%20b.json"), Found::Asset(_)));
        assert!(matches!(site.find("bench/"), Found::Asset(_)));
        assert!(matches!(site.find("bench"), Found::Folder));
    }

    #[test]
    fn nothing_outside_is_found() {
        let site = site();
        for path in [
            "../Cargo.toml",
            "www/../index.html",
            "%2e%2e/Cargo.toml",
            "www/%2e%2e/index.html",
            "..%2f..%2fetc/passwd",
            "/etc/passwd",
            "//etc/passwd",
            "www\\main.js",
            "www/",
            "%ff",
            ".git/config",
        ] {
            assert!(matches!(site.find(path), Found::Nothing), "{path}");
        }
    }

    #[test]
    fn a_file_is_left_out_in_every_version() {
        let mut site = site();
        assert!(!site.remove("ain.js") && site.remove("main.js") && !site.remove("main.js"));
        assert!(matches!(site.find("www/main.js"), Found::Nothing));
    }

    #[test]
    fn wasm_has_the_type_that_streaming_compilation_needs() {
        assert_eq!(mime("auxilearn_lab_bg.wasm"), "application/wasm");
        assert_eq!(mime("README"), "application/octet-stream");
    }
}
