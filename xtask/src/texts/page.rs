//! A page in another language, made of the English one and a catalogue.

use super::markup::{self, Element, Node};
use super::parts::each_text;
use super::{ENGLISH, Language};
use anyhow::{Result, ensure};
use std::collections::{BTreeMap, BTreeSet};

/// Attributes that hold addresses; those of `srcset` are several.
const ADDRESSES: [&str; 4] = ["href", "src", "srcset", "poster"];

/// Returns the texts of a page in their order.
///
/// # Errors
/// If the page is not valid.
pub fn texts(html: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    each_text(&mut markup::parse(html)?, &mut |text| {
        found.push(text.to_owned());
        None
    })?;
    Ok(found)
}

/// Returns a page of the site's root in another language, to stand in the folder of that language: its texts as the
/// catalogue has them, its language stated, its addresses relative to the folder, and its link to the other language
/// leading back.
///
/// # Errors
/// If the page is not valid or lacks its language or its link, or the catalogue lacks a text or a child element of one.
pub fn page(html: &str, catalogue: &BTreeMap<String, String>, language: &Language) -> Result<String> {
    let mut page = markup::parse(html)?;
    let mut lacking = BTreeSet::new();
    each_text(&mut page, &mut |text| {
        let own = catalogue.get(text).cloned();
        if own.is_none() {
            lacking.insert(text.to_owned());
        }
        own
    })?;
    ensure!(lacking.is_empty(), "www/lang/{}.json lacks {lacking:#?}", language.tag);
    let (mut roots, mut links) = (0, 0);
    page.each(&mut |element| {
        if element.name == "html" {
            element.set("lang", language.lang);
            roots += 1;
        } else if element.name == "a" && element.attribute("data-language") == Some(language.tag) {
            lead_back(element);
            links += 1;
        }
        ADDRESSES.iter().for_each(|name| move_address(element, name));
    });
    ensure!(roots == 1, "the page has {roots} elements <html>, 1 was expected");
    let tag = language.tag;
    ensure!(links == 1, "the page has {links} elements <a data-language=\"{tag}\">, 1 was expected");
    Ok(page.to_string())
}

/// Makes the link to another language one to the English page at the site's root.
fn lead_back(link: &mut Element) {
    link.set("data-language", ENGLISH.tag);
    link.set("lang", ENGLISH.lang);
    link.set("hreflang", ENGLISH.lang);
    link.set("href", "index.html");
    link.children = vec![Node::Text(ENGLISH.name.to_owned())];
}

/// Makes an address that is relative to the site's root relative to a folder in it.
fn move_address(element: &mut Element, name: &str) {
    let Some(value) = element.attribute(name) else { return };
    let moved = match name {
        "srcset" => value.split(", ").map(from_folder).collect::<Vec<_>>().join(", "),
        _ => from_folder(value),
    };
    element.set(name, &moved);
}

/// Returns an address as seen from a folder of the site's root.
fn from_folder(address: &str) -> String {
    let scheme = address
        .split_once(':')
        .is_some_and(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)));
    if scheme || address.is_empty() || address.starts_with(['#', '/', '?']) {
        return address.to_owned();
    }
    format!("../{}", address.strip_prefix("./").unwrap_or(address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cargo::root;
    use crate::dist;
    use crate::texts::{CHINESE, catalogue};

    /// What stands around the body of a small page.
    const HEAD: &str = r#"<!doctype html><html lang="en" dir="ltr"><head></head><body>"#;
    const TAIL: &str = r#"<a class="language" data-language="zh" lang="zh-Hans" hreflang="zh-Hans" href="zh/index.html" translate="no">中文</a></body></html>"#;

    /// The Chinese page of a body, without what stands around it.
    fn body(html: &str, texts: &[(&str, &str)]) -> Result<String> {
        let texts = texts.iter().map(|(key, own)| ((*key).to_owned(), (*own).to_owned())).collect();
        let page = page(&format!("{HEAD}{html}{TAIL}"), &texts, &CHINESE)?;
        let inside = page.split_once("<body>").expect("a body").1;
        Ok(inside.split_once("<a class=\"language\"").expect("a link").0.to_owned())
    }

    #[test]
    fn texts_are_cut_where_the_page_cuts_them() {
        let html = r#"<!doctype html><html><head><title>A page</title><meta name="description" content="What it
            is"><script>var no = "text";</script></head><body><p translate="no">Not this</p>
            <p title="Read out">One <b>two</b> three<br>four <code>as it is</code>.</p><!-- nor this -->
            <label>Speed <input type="range"></label><p>φ</p><div><p>Inside</p></div>
            <noscript><p>No <b>script</b></p></noscript></body></html>"#;
        let expected = [
            "A page",
            "What it is",
            "Read out",
            "two",
            "One {0} three{1}four {2}.",
            "Speed {0}",
            "Inside",
            "script",
            "No {0}",
        ];
        assert_eq!(texts(html).unwrap(), expected);
    }

    #[test]
    fn children_take_the_places_of_the_translation() {
        let html = "<p>Step <b>first</b> of\n  <i title=\"all steps\">9</i><!-- said -->.</p>";
        let texts = [("Step {0} of {1}.", "共{1}步，{0}"), ("first", "第一"), ("all steps", "所有步")];
        assert_eq!(body(html, &texts).unwrap(), "<p>共<i title=\"所有步\">9</i>步，<b>第一</b></p>");
        let nested = "<div>One <p>two <b>three</b></p></div>";
        let texts = [("One {0}", "{0}一"), ("two {0}", "{0}二"), ("three", "三")];
        assert_eq!(body(nested, &texts).unwrap(), "<div><p><b>三</b>二</p>一</div>");
    }

    #[test]
    fn attributes_that_are_read_out_are_translated_and_no_others() {
        let html = "<input placeholder=\"a name\" aria-label=\"Name\" value=\"a name\" data-title=\"Name\">\
             <noscript><img alt=\"a name\"></noscript><select><optgroup label=\"Name\"><option value=\"a\">a name\
             </option></optgroup></select>";
        let expected = "<input placeholder=\"名\" aria-label=\"名称\" value=\"a name\" data-title=\"Name\">\
             <noscript><img alt=\"名\"></noscript><select><optgroup label=\"名称\"><option value=\"a\">名\
             </option></optgroup></select>";
        assert_eq!(body(html, &[("a name", "名"), ("Name", "名称")]).unwrap(), expected);
    }

    #[test]
    fn some_elements_are_left_as_they_are() {
        let html = "<script>let text;</script><style>p {}</style><math><mi>sin</mi></math><svg><title>as is</title></svg>\
             <code>as is</code><textarea>as is</textarea><iframe></iframe><p translate=\"no\" title=\"as is\">as <b>is</b></p>";
        assert_eq!(body(html, &[]).unwrap(), html);
    }

    #[test]
    fn a_text_without_translation_is_named() {
        let error = body("<p>one of two</p><p title=\"two of two\"></p>", &[]).unwrap_err().to_string();
        for expected in ["www/lang/zh.json", "one of two", "two of two"] {
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn a_translation_has_every_child_once() {
        let html = "<p>one <b>1</b> and <i>2</i></p>";
        for (own, expected) in [("{0}", "lacks {1}"), ("{0}{1}{0}", "{0}"), ("{0}{1}{2}", "{2}")] {
            let error = body(html, &[("one {0} and {1}", own)]).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn relative_addresses_lead_out_of_the_folder() {
        let html = "<img src=\"www/a.png\" srcset=\"www/a.png, www/b.png 2x\"><a href=\"#main\"></a>\
             <a href=\"./\"></a><a href=\"?a\"></a><img src=\"data:image/png;base64,AA\"><a href=\"https://example.org/\"></a>\
             <noscript><link rel=\"stylesheet\" href=\"www/none.css\"></noscript><a href=\"licences.txt#a:b\"></a>";
        let expected = "<img src=\"../www/a.png\" srcset=\"../www/a.png, ../www/b.png 2x\"><a href=\"#main\"></a>\
             <a href=\"../\"></a><a href=\"?a\"></a><img src=\"data:image/png;base64,AA\"><a href=\"https://example.org/\"></a>\
             <noscript><link rel=\"stylesheet\" href=\"../www/none.css\"></noscript><a href=\"../licences.txt#a:b\"></a>";
        assert_eq!(body(html, &[]).unwrap(), expected);
    }

    #[test]
    fn the_page_says_its_language_and_leads_back() {
        let page = page(&format!("{HEAD}{TAIL}"), &BTreeMap::new(), &CHINESE).unwrap();
        assert!(page.starts_with("<!doctype html><html lang=\"zh-Hans\" dir=\"ltr\">"), "{page}");
        let link = "<a class=\"language\" data-language=\"en\" lang=\"en\" hreflang=\"en\" href=\"../index.html\" translate=\"no\">English</a>";
        assert!(page.contains(link), "{page}");
        let without = "<html lang=\"en\"><head></head><body></body></html>";
        let error = super::page(without, &BTreeMap::new(), &CHINESE).unwrap_err().to_string();
        assert!(error.contains("data-language"), "{error}");
    }

    /// A paper keeps its title.
    const PAPER: &str = "Auxiliary Learning by Implicit Differentiation";

    #[test]
    fn the_chinese_page_has_no_english_sentence_and_nothing_is_lost() {
        let english = dist::index().unwrap();
        let known = catalogue(&root(), "zh").unwrap();
        let chinese = page(&english, &known, &CHINESE).unwrap();
        let words = |text: &str| {
            let words = text.split(|c: char| !c.is_ascii_alphabetic());
            words.filter(|word| word.len() > 1 && word.chars().any(char::is_lowercase)).count()
        };
        let said = texts(&chinese).unwrap();
        for text in said.iter().filter(|text| *text != PAPER) {
            assert!(text.chars().any(|c| c >= '\u{4e00}') || words(text) < 2, "English is left: {text}");
        }
        for (from, to) in [(&english, &chinese), (&chinese, &english)] {
            assert_eq!(elements(from), elements(to));
        }
        assert!(!chinese.contains("\"www/") && !chinese.contains("\"app.webmanifest"), "{chinese}");
    }

    /// How many elements of each name a page has.
    fn elements(html: &str) -> BTreeMap<String, usize> {
        let mut count = BTreeMap::new();
        markup::parse(html)
            .unwrap()
            .each(&mut |element| *count.entry(element.name.clone()).or_default() += 1);
        count
    }
}
