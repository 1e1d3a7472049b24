//! The catalogues say what the sources say, all of it and nothing else.

use super::*;
use crate::cargo::root;
use crate::dist;

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
