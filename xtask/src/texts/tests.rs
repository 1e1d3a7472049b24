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

/// All texts there are: of the sources, and of the page as it ships.
fn all_texts() -> BTreeSet<String> {
    let mut texts = of_sources(&root()).unwrap();
    texts.extend(super::texts(&dist::index().unwrap()).unwrap());
    texts
}

#[test]
fn no_text_lacks_chinese() {
    let (texts, known) = (all_texts(), catalogue(&root(), "zh").unwrap());
    let lacking: Vec<&String> = texts.iter().filter(|text| !known.contains_key(*text)).collect();
    assert!(lacking.is_empty(), "www/lang/zh.json lacks {lacking:#?}");
}

#[test]
fn nothing_is_translated_that_is_not_said() {
    let (texts, known) = (all_texts(), catalogue(&root(), "zh").unwrap());
    let unused: Vec<&String> = known.keys().filter(|text| !texts.contains(*text)).collect();
    assert!(unused.is_empty(), "www/lang/zh.json has what no source says: {unused:#?}");
}

/// What translators begin with: the texts by themselves, made from the sources.
#[test]
fn the_english_catalogue_holds_every_text() {
    as_written("en", &all_texts().into_iter().map(|text| (text.clone(), text)).collect());
}

/// Sorted, with an entry a line, so that changes are seen and merged.
#[test]
fn the_chinese_catalogue_is_written_as_the_english_one() {
    as_written("zh", &catalogue(&root(), "zh").unwrap());
}

/// Compares a catalogue's file with what it is to hold, or makes it anew.
#[track_caller]
fn as_written(language: &str, texts: &BTreeMap<String, String>) {
    let path = catalogue_path(&root(), language);
    if std::env::var_os("UPDATE_TEXTS").is_some() {
        fs::write(&path, written(texts)).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let same = kept == written(texts);
    assert!(
        same,
        "{} is out of date; make it anew: UPDATE_TEXTS=1 cargo test -p xtask texts",
        path.display()
    );
}

/// Translations stand in markup, too.
#[test]
fn no_translation_could_be_taken_for_markup() {
    for (english, chinese) in catalogue(&root(), "zh").unwrap() {
        let of = |text: &str| text.matches(['<', '>', '&', '"']).count();
        assert!(of(&chinese) == 0 || of(&english) > 0, "{chinese}");
    }
}

fn written(texts: &BTreeMap<String, String>) -> String {
    let entry =
        |(english, own): (&String, &String)| format!(" {}: {}", Value::from(&**english), Value::from(&**own));
    format!("{{\n{}\n}}\n", texts.iter().map(entry).collect::<Vec<_>>().join(",\n"))
}
