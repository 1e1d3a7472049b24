//! The list of experiments in the page: options of a `<select>`, grouped by kind of problem.
//!
//! Written by `format!` and an escape of our own, because a template engine for one list would be more than it saves.

use crate::html::attribute;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Where the documents stand, and what names them in their order.
const DOCUMENTS: &str = "www/experiments";
const ORDER: &str = "src/experiment/presets.rs";
/// What names the kinds of problems in words.
const CATALOGUE: &str = "www/catalogue.json";

/// An experiment that ships with the program.
struct Preset {
    id: String,
    title: String,
    /// Kind of its problem.
    kind: String,
}

/// The options, of the workspace at `root`: groups in the order of their first experiment.
///
/// # Errors
/// If a document is broken or has no place in the order, or its kind of problem has no name.
pub fn options(root: &Path) -> Result<String> {
    let presets = presets(root)?;
    let catalogue: Value = serde_json::from_str(&fs::read_to_string(root.join(CATALOGUE))?)?;
    let mut kinds: Vec<&str> = Vec::new();
    for preset in &presets {
        if !kinds.contains(&preset.kind.as_str()) {
            kinds.push(&preset.kind);
        }
    }
    let mut out = String::new();
    for kind in kinds {
        let name = name_of(&catalogue, kind).with_context(|| format!("{CATALOGUE} does not name {kind}"))?;
        write!(out, "<optgroup label=\"{}\" data-kind=\"{kind}\">", attribute(name))?;
        for preset in presets.iter().filter(|preset| preset.kind == kind) {
            write!(out, "<option value=\"{}\">{}</option>", preset.id, attribute(&preset.title))?;
        }
        out += "</optgroup>";
    }
    Ok(out)
}

fn name_of<'a>(catalogue: &'a Value, kind: &str) -> Option<&'a str> {
    let problems = catalogue["problem"].as_array()?;
    problems.iter().find(|problem| problem["kind"] == kind)?["label"].as_str()
}

/// Every document of the folder, in the order of the program.
fn presets(root: &Path) -> Result<Vec<Preset>> {
    let mut there: BTreeSet<String> = BTreeSet::new();
    for entry in fs::read_dir(root.join(DOCUMENTS))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        there.extend(name.strip_suffix(".json").map(str::to_owned));
    }
    // Words in quotes that name a document: xtask does not compile the program to ask it.
    let mut ids: Vec<String> = Vec::new();
    let order = fs::read_to_string(root.join(ORDER))?;
    for word in order.split('"').filter(|word| there.contains(*word)) {
        if !ids.iter().any(|id| id == word) {
            ids.push(word.to_owned());
        }
    }
    if let Some(lost) = there.iter().find(|id| !ids.contains(id)) {
        bail!("{DOCUMENTS}/{lost}.json is not named in {ORDER}");
    }
    ids.into_iter().map(|id| preset(root, id)).collect()
}

fn preset(root: &Path, id: String) -> Result<Preset> {
    let path = root.join(DOCUMENTS).join(&id).with_extension("json");
    let document: Value =
        serde_json::from_str(&fs::read_to_string(&path)?).with_context(|| path.display().to_string())?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let (title, kind) = text(&document["title"])
        .zip(text(&document["problem"]["kind"]))
        .with_context(|| format!("{} has no title or kind", path.display()))?;
    Ok(Preset { id, title, kind })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cargo::root;

    #[test]
    fn every_document_is_offered_once_and_the_first_opens_the_page() {
        let options = options(&root()).unwrap();
        let ids: Vec<&str> =
            options.split("value=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(ids.first(), Some(&"noisy-main"));
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(
            (unique.len(), ids.len()),
            (ids.len(), fs::read_dir(root().join(DOCUMENTS)).unwrap().count())
        );
    }

    #[test]
    fn titles_are_text() {
        assert_eq!(attribute("a < b & \"c\""), "a &lt; b &amp; &quot;c&quot;");
    }
}
