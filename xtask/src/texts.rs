//! The texts of the page: what stands in its sources in English, to be compared with the catalogues.

use anyhow::{Context, Result};
use regex_lite::Regex;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

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
/// after `/* t */` or `// t: `, labels of the panel's catalogue, titles, descriptions and names of the experiments.
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
    each_file(&root.join("www/experiments"), "json", &mut |source| {
        let document: Value = serde_json::from_str(source).unwrap_or_default();
        named(&document, &["title", "description"], str::to_owned, &mut texts);
        named(&document, &["label", "name", "names"], numbered, &mut texts);
    })?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cargo::root;

    #[test]
    fn marked_texts_are_found_and_others_are_not() {
        let source = r#"t("a \"b\"", { x }); list.at("c"); t!("d {e}", e = 1); tr!("f"); const T = [/* t */ "g", "h"];
// t: "i"
"#;
        assert_eq!(literals(source), ["a \"b\"", "d {e}", "f", "g", "i"]);
    }

    #[test]
    fn numbers_in_names_are_places() {
        assert_eq!(numbered("noise 0.12"), "noise {0}.{1}");
        assert_eq!(numbered("at -4"), "at -{0}");
    }

    #[test]
    fn every_text_has_its_values_in_chinese_too() {
        let values = Regex::new(r"\{\w+\}").expect("a regular expression");
        let sorted = |text: &str| {
            let mut found: Vec<String> = values.find_iter(text).map(|m| m.as_str().to_owned()).collect();
            found.sort();
            found
        };
        for (english, chinese) in catalogue(&root(), "zh").unwrap() {
            assert_eq!(sorted(&english), sorted(&chinese), "{english}");
        }
    }

    #[test]
    fn no_text_of_the_sources_lacks_chinese() {
        let (texts, known) = (of_sources(&root()).unwrap(), catalogue(&root(), "zh").unwrap());
        let lacking: Vec<&String> = texts.iter().filter(|text| !known.contains_key(*text)).collect();
        assert!(lacking.is_empty(), "www/lang/zh.json lacks {lacking:#?}");
    }
}
