//! The texts of the page: what stands in its sources in English, to be compared with the catalogues, and the page in
//! another language.

mod markup;
mod page;
mod parts;
#[cfg(test)]
mod tests;

pub use page::{page, texts};

use anyhow::{Context, Result};
use regex_lite::Regex;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What documents can be told that they should have; `tests/document/refusals.rs` collects it.
const REFUSALS: &str = "tests/data/refusals.txt";

/// A language that the page is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language {
    /// Name of its catalogue, and of the folder of its page.
    pub tag: &'static str,
    /// Value of `<html lang>`.
    pub lang: &'static str,
    /// Its name in its own words.
    pub name: &'static str,
}

/// The language of the sources.
pub const ENGLISH: Language = Language { tag: "en", lang: "en", name: "English" };
/// The other language.
pub const CHINESE: Language = Language { tag: "zh", lang: "zh-Hans", name: "中文" };

/// Where a catalogue stands, by the tag of its language.
pub fn catalogue_path(root: &Path, language: &str) -> std::path::PathBuf {
    root.join("www/lang").join(language).with_extension("json")
}

/// A catalogue: texts by the English ones.
///
/// # Errors
/// If it cannot be read or is not a flat object of texts.
pub fn catalogue(root: &Path, language: &str) -> Result<BTreeMap<String, String>> {
    let path = catalogue_path(root, language);
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

/// Every text in the sources below `root` that is not the page's own markup: literals in `t("…")`, `t!("…")`, `tr!("…")` and
/// after `/* t */` or `// t: `, labels of the panel's catalogue, titles, descriptions and names of the experiments, and
/// what documents can be told that they should have.
///
/// # Errors
/// If a file cannot be read.
pub fn of_sources(root: &Path) -> Result<BTreeSet<String>> {
    let mut texts = BTreeSet::new();
    for (folder, ending) in [("www", "js"), ("src", "rs")] {
        each_file(&root.join(folder), ending, &mut |source| texts.extend(literals(source)))?;
    }
    let labels: Value = serde_json::from_str(&fs::read_to_string(root.join("www/catalogue.json"))?)?;
    named(&labels, &["label", "hint"], str::to_owned, &mut texts);
    inside(&labels, &["words", "labels", "named"], &mut texts);
    each_file(&root.join("www/experiments"), "json", &mut |source| {
        let document: Value = serde_json::from_str(source).unwrap_or_default();
        named(&document, &["title", "description"], str::to_owned, &mut texts);
        named(&document, &["label", "name", "names"], numbered, &mut texts);
    })?;
    texts.extend(fs::read_to_string(root.join(REFUSALS))?.lines().map(str::to_owned));
    Ok(texts)
}

fn each_file(folder: &Path, ending: &str, take: &mut impl FnMut(&str)) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "pkg") {
                each_file(&path, ending, take)?;
            }
        } else if path.extension().is_some_and(|own| own == ending) {
            take(&fs::read_to_string(&path).with_context(|| path.display().to_string())?);
        }
    }
    Ok(())
}

/// Texts marked in a source.
fn literals(source: &str) -> Vec<String> {
    let marked = Regex::new(r#"(?:\bt\(\s*|\btr?!\(\s*|/\* t \*/ |// t: )("(?:[^"\\]|\\.)*")"#)
        .expect("a regular expression");
    marked.captures_iter(source).filter_map(|found| serde_json::from_str(&found[1]).ok()).collect()
}

/// Strings in fields of these names, wherever they are, as catalogues have them.
fn named(value: &Value, fields: &[&str], key: fn(&str) -> String, into: &mut BTreeSet<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| named(value, fields, key, into)),
        Value::Object(entries) => {
            for (field, value) in entries {
                let wanted = fields.contains(&field.as_str());
                let texts = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
                into.extend(texts.iter().filter_map(Value::as_str).filter(|_| wanted).map(key));
                named(value, fields, key, into);
            }
        }
        _ => {}
    }
}

/// Strings anywhere inside fields of these names.
fn inside(value: &Value, fields: &[&str], into: &mut BTreeSet<String>) {
    let Value::Object(entries) = value else {
        return value.as_array().into_iter().flatten().for_each(|value| inside(value, fields, into));
    };
    for (field, value) in entries {
        if fields.contains(&field.as_str()) {
            strings(value, into);
        } else {
            inside(value, fields, into);
        }
    }
}

fn strings(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => drop(into.insert(text.clone())),
        Value::Object(entries) => entries.values().for_each(|value| strings(value, into)),
        _ => {}
    }
}

/// A text with its numbers as `{0}`, `{1}`, …, as catalogues have them.
pub fn numbered(text: &str) -> String {
    let digits = Regex::new(r"\d+").expect("a regular expression");
    let mut count = 0;
    let name = |_: &regex_lite::Captures| {
        count += 1;
        format!("{{{}}}", count - 1)
    };
    digits.replace_all(text, name).into_owned()
}
