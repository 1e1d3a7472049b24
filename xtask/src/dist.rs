//! Assembles `dist/`: a folder that any static host can serve under any path.

use crate::cargo::root;
use crate::links::not_relative;
use crate::site::Site;
use crate::{bindgen, lessons, presets, size, strip};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// Where the bindings stand in the site.
const BINDINGS: &str = "www/pkg";

/// Where the still and the list of experiments go in `index.html`.
const STILL: &str = "<!-- still -->";
const PRESETS: &str = "<!-- presets -->";

/// Where the site is written when nothing else is asked for.
pub fn default_out() -> PathBuf {
    root().join("dist")
}

/// Builds the site into `out`, with further features of the package, and reads it back.
///
/// # Errors
/// If something does not build, an address is not relative, or `out` holds something else.
pub fn build(out: &Path, features: &[&str]) -> Result<Site> {
    clear(out)?;
    bindgen::build(&out.join(BINDINGS), features)?;
    fs::write(out.join("index.html"), index()?)?;
    copy(&root().join("www"), &out.join("www"))?;
    lessons::write(&root(), out)?;
    strip_comments(&out.join("www"))?;
    let site = Site::read(out)?;
    check_links(&site)?;
    Ok(site)
}

/// Builds the site and says how large it is.
///
/// # Errors
/// As [`build`], and if the page is over its budget.
pub fn dist(out: &Path) -> Result<()> {
    let site = build(out, &[])?;
    size::report(&site)?;
    println!("Written to {}", out.display());
    Ok(())
}

/// Removes an earlier build, and nothing that is not one.
fn clear(out: &Path) -> Result<()> {
    if !out.exists() {
        return Ok(());
    }
    let ours = out.join(BINDINGS).is_dir();
    if !ours
        && fs::read_dir(out).with_context(|| format!("{} is not a folder", out.display()))?.next().is_some()
    {
        bail!("{} holds something other than an earlier build; choose an empty folder", out.display());
    }
    fs::remove_dir_all(out).with_context(|| format!("cannot clear {}", out.display()))
}

/// Copies a file, or a folder without its dotfiles, bindings of an earlier build, and the sources of lessons.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let copied = || format!("cannot copy {} to {}", from.display(), to.display());
    if !from.is_dir() {
        fs::copy(from, to).with_context(copied)?;
        return Ok(());
    }
    fs::create_dir_all(to).with_context(copied)?;
    for entry in fs::read_dir(from).with_context(copied)? {
        let name = entry.with_context(copied)?.file_name();
        let hidden = name.to_string_lossy().starts_with('.');
        if !hidden && ![BINDINGS, lessons::FOLDER].iter().any(|made| from.join(&name) == root().join(made)) {
            copy(&from.join(&name), &to.join(&name))?;
        }
    }
    Ok(())
}

/// The page with the list of experiments, and with the still of its first picture for those without
/// scripts: drawn by the program itself, a test compares.
fn index() -> Result<String> {
    let page = fs::read_to_string(root().join("index.html"))?;
    let still = fs::read_to_string(root().join("docs/still.svg"))?;
    let still = still.replacen("<svg ", "<svg class=\"still\" aria-hidden=\"true\" ", 1);
    if let Some(missing) = [STILL, PRESETS].into_iter().find(|mark| !page.contains(mark)) {
        bail!("index.html lacks {missing}");
    }
    Ok(page.replacen(STILL, still.trim(), 1).replacen(PRESETS, &presets::options(&root())?, 1))
}

/// Leaves comments out of all scripts and style sheets below a folder.
fn strip_comments(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.to_string_lossy();
        if path.is_dir() {
            strip_comments(&path)?;
        } else if name.ends_with(".js") || name.ends_with(".css") {
            let text = fs::read_to_string(&path)?;
            fs::write(&path, strip::comments(&text))?;
        }
    }
    Ok(())
}

fn check_links(site: &Site) -> Result<()> {
    for (path, asset) in site.files() {
        let extension = path.rsplit('.').next().unwrap_or_default();
        let wrong = not_relative(extension, &String::from_utf8_lossy(&asset.raw));
        if !wrong.is_empty() {
            bail!("{path} would load from outside the site: {}", wrong.join(", "));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_earlier_build_is_cleared() {
        let out = std::env::temp_dir().join(format!("auxilearn-dist-{}", std::process::id()));
        fs::create_dir_all(&out).unwrap();
        fs::write(out.join("letter.txt"), "do not delete").unwrap();
        assert!(clear(&out).is_err() && out.join("letter.txt").exists());
        fs::create_dir_all(out.join(BINDINGS)).unwrap();
        assert!(clear(&out).is_ok() && !out.exists());
    }
}
