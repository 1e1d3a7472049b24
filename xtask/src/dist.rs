//! Assembles `dist/`: a folder that any static host can serve under any path.

use crate::cargo::root;
use crate::prerender::FirstView;
use crate::site::Site;
use crate::texts::{self, CHINESE, ENGLISH, catalogue, catalogue_path};
use crate::{bindgen, compress, lessons, notices, presets, release, size, strip};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// Where the bindings stand in the site.
const BINDINGS: &str = "www/pkg";

/// Where the page stands in the site, in English and in Chinese.
const PAGE: &str = "index.html";
const CHINESE_PAGE: &str = "zh/index.html";

/// The style sheet that gets the colours of the pictures in the page.
const SHEET: &str = "www/style.css";

/// Where the list of experiments goes in `index.html`.
const PRESETS: &str = "<!-- presets -->";

/// Where the site is written when nothing else is asked for.
pub fn default_out() -> PathBuf {
    root().join("dist")
}

/// Builds the site into `out`, with further features of the package, and reads it back.
///
/// What the page loads is in a folder named by its content; see [`release`].
///
/// # Errors
/// If something does not build, or `out` holds something else.
pub fn build(out: &Path, features: &[&str]) -> Result<Site> {
    clear(out)?;
    bindgen::build(&out.join(BINDINGS), features)?;
    copy(&root().join("www"), &out.join("www"))?;
    fs::remove_file(catalogue_path(out, "en")).context("www/lang/en.json")?;
    lessons::write(&root(), out)?;
    strip_comments(&out.join("www"))?;
    let views = [FirstView::in_language(&ENGLISH)?, FirstView::in_language(&CHINESE)?];
    let sheet = out.join(SHEET);
    fs::write(&sheet, fs::read_to_string(&sheet)? + &views[0].sheet)?;
    let version = put_in_version(out, &views)?;
    notices::write(&root(), out)?;
    dress(out, &version)?;
    Site::read(out)
}

/// Builds the site and says how large it is.
///
/// # Errors
/// As [`build`], and if the page is over its budget.
pub fn dist(out: &Path) -> Result<()> {
    let site = build(out, &[])?;
    size::report(&site)?;
    pack(out)?;
    println!("Written to {}", out.display());
    Ok(())
}

/// Builds the site with compressed copies, to be served.
///
/// # Errors
/// As [`build`].
pub fn packed(out: &Path) -> Result<Site> {
    build(out, &[])?;
    pack(out)?;
    Site::read(out)
}

/// Adds compressed copies, and reads them back.
fn pack(out: &Path) -> Result<()> {
    let copies = compress::beside(out)?;
    println!("{copies} compressed copies (.gz, .br)");
    compress::check(out)
}

/// Moves `www/` into the folder of its version, all but what keeps its address too; the version.
fn put_in_version(out: &Path, views: &[FirstView; 2]) -> Result<String> {
    let mut site = Site::default();
    site.add_folder(&out.join("www"), "www/")?;
    let [(_, english), (_, chinese)] = pages()?;
    let pages = [(PAGE, views[0].put_into(&english)?), (CHINESE_PAGE, views[1].put_into(&chinese)?)];
    let files = site.files().map(|(path, asset)| (path, &asset.raw[..]));
    let version = release::version(files.chain(pages.iter().map(|(path, page)| (*path, page.as_bytes()))));
    let www = out.join(release::VERSIONS).join(&version).join("www");
    fs::create_dir_all(www.parent().expect("a folder of its own"))?;
    fs::rename(out.join("www"), &www)?;
    for folder in release::STABLE {
        copy(&www.with_file_name(folder), &out.join(folder))?;
    }
    for name in release::AT_ROOT {
        fs::rename(www.join(name), out.join(name)).with_context(|| format!("www/ has no {name}"))?;
    }
    remove_types(&www)?;
    for (path, page) in pages {
        let path = out.join(path);
        fs::create_dir_all(path.parent().expect("a folder of its own"))?;
        fs::write(&path, page).with_context(|| path.display().to_string())?;
    }
    Ok(version)
}

/// Returns the page in every language without its first view, by its path in the site.
fn pages() -> Result<[(&'static str, String); 2]> {
    let page = index()?;
    let texts = catalogue(&root(), CHINESE.tag)?;
    let chinese = texts::page(&page, &texts, &CHINESE)
        .with_context(|| format!("{CHINESE_PAGE} cannot be made of index.html"))?;
    Ok([(PAGE, page), (CHINESE_PAGE, chinese)])
}

/// Types are for those who program, so they stand with what keeps its address only.
fn remove_types(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_types(&path)?;
        } else if path.to_string_lossy().ends_with(".d.ts") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Writes what stands at the root and names the files of a version.
fn dress(out: &Path, version: &str) -> Result<()> {
    for name in [PAGE, CHINESE_PAGE, "app.webmanifest", "teacher.html", "teacher-zh.html"] {
        let text = fs::read_to_string(out.join(name))?;
        fs::write(out.join(name), release::pointed(&text, version))?;
    }
    fs::write(out.join(release::HEADERS), release::headers())?;
    let worker = out.join("sw.js");
    let text = release::service_worker(&fs::read_to_string(&worker)?, version, &Site::read(out)?)?;
    Ok(fs::write(worker, text)?)
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

/// The page with the list of experiments.
pub(crate) fn index() -> Result<String> {
    let page = fs::read_to_string(root().join("index.html"))?;
    if !page.contains(PRESETS) {
        bail!("index.html lacks {PRESETS}");
    }
    Ok(page.replacen(PRESETS, &presets::options(&root())?, 1))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_the_same_files_in_every_language() {
        let named = |page: &str| {
            let pointed = release::pointed(page, "0f");
            assert!(!pointed.contains("\"www/") && !pointed.contains("\"../www/"), "{pointed}");
            pointed.matches("v/0f/www/").count()
        };
        let [(_, english), (path, chinese)] = pages().unwrap();
        assert!(named(&english) > 5 && named(&english) == named(&chinese));
        // Its folder stands beside what it names.
        assert_eq!(path, "zh/index.html");
        let pointed = release::pointed(&chinese, "0f");
        assert_eq!(pointed.matches("\"../v/0f/www/").count(), named(&chinese));
    }

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
