//! The licences of what the page's WebAssembly is made of, as they ask to be handed on.
//!
//! Our own because cargo-about, which does the same, is a program to install first, and the site must build without.

use crate::packages;
use anyhow::{Context, Result, bail};
use cargo_metadata::Package;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// The file at the site's root.
pub const FILE: &str = "licences.txt";

/// What stands before the list.
const HEAD: &str = "\
AuxiLearn Lab is licensed under MIT OR Apache-2.0; the penguins' data are in the public domain (CC0 1.0).
Its WebAssembly also contains Rust's standard library (MIT OR Apache-2.0, the Rust Project contributors)
and the packages below, each from https://crates.io and under the licence named beside it.
";

/// Writes the notices of all shipped packages to [`FILE`] in `out`.
///
/// # Errors
/// If a package says nothing of its licence.
pub fn write(root: &Path, out: &Path) -> Result<()> {
    let permission = fs::read_to_string(root.join("LICENSE-MIT")).context("LICENSE-MIT")?;
    Ok(fs::write(out.join(FILE), text(&packages::shipped()?, &permission)?)?)
}

/// A text is printed once, below the names of all packages that have it; ours is the first.
fn text(packages: &[Package], ours: &str) -> Result<String> {
    let mut by_text: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in packages.iter().filter(|package| package.source.is_some()) {
        let licence = package.license.as_deref().unwrap_or_default();
        let name = format!("{} {} ({licence})", package.name, package.version);
        by_text.entry(notice(package, ours)?).or_default().push(name);
    }
    let mut all = format!("{HEAD}\n{}\n", ours.trim());
    let mut parts: Vec<(Vec<String>, String)> =
        by_text.into_iter().map(|(text, names)| (names, text)).collect();
    parts.sort();
    for (names, text) in parts {
        write!(all, "\n{}\n{}\n\n{text}\n", "-".repeat(78), names.join("\n"))?;
    }
    Ok(all)
}

/// A package's own text of a licence that it offers, MIT where there is a choice.
fn notice(package: &Package, ours: &str) -> Result<String> {
    let folder = package.manifest_path.parent().context("a manifest is in a folder")?;
    let licence = package.license.as_deref().unwrap_or_default();
    if let Some(file) = chosen(folder.as_std_path(), licence)? {
        return Ok(fs::read_to_string(file)?.replace('\r', "").trim().to_owned());
    }
    // Some packages leave the file out; the licence names its holders all the same.
    let (_, permission) = ours.split_once("\n\nPermission").context("LICENSE-MIT has a permission")?;
    if !licence.contains("MIT") || package.authors.is_empty() {
        bail!("{} {} has no text of its licence ({licence})", package.name, package.version);
    }
    Ok(format!(
        "MIT License\n\nCopyright (c) {}\n\nPermission{}",
        package.authors.join(", "),
        permission.trim_end()
    ))
}

/// The file in `folder` with the licence.
fn chosen(folder: &Path, licence: &str) -> Result<Option<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        if path.is_file() && (name.starts_with("licen") || name.starts_with("copying")) {
            files.push((name, path));
        }
    }
    files.sort();
    let by_name =
        |part: &str| files.iter().find(|(name, _)| name.contains(part)).map(|(_, path)| path.clone());
    let preferred = if licence.contains("MIT") { by_name("mit") } else { None };
    Ok(preferred.or_else(|| files.first().map(|(_, path)| path.clone())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cargo::root;

    #[test]
    fn every_shipped_package_has_a_notice() {
        let packages = packages::shipped().unwrap();
        let ours = fs::read_to_string(root().join("LICENSE-MIT")).unwrap();
        let all = text(&packages, &ours).unwrap();
        for package in packages.iter().filter(|package| package.source.is_some()) {
            assert!(all.contains(&format!("\n{} {} (", package.name, package.version)), "{}", package.name);
        }
        // Holders, and a text for each kind of licence.
        for part in ["Andrew Gallant", "Carl Lerche", "Apache License", "Boost Software License"] {
            assert!(all.contains(part), "{part}");
        }
    }
}
