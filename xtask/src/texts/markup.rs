//! The texts that stand in markup, cut as `www/translate.js` cuts them: it looks them up in the page.
//!
//! Tokens are html5gum's; the tree is our own, stricter than a browser's: an element without its end tag is an error here.

use html5gum::{DefaultEmitter, Token, Tokenizer};
use std::collections::BTreeMap;

/// Elements without an end tag, as far as the page has them.
const VOID: [&str; 6] = ["br", "hr", "img", "input", "link", "meta"];
/// What is left as it is, and attributes that are read out or shown: as in `translate.js`.
const AS_IT_IS: [&str; 8] = ["script", "style", "noscript", "math", "svg", "code", "textarea", "iframe"];
const READ: [&str; 5] = ["aria-label", "title", "placeholder", "alt", "label"];

#[derive(Default)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    children: Vec<Node>,
}

enum Node {
    Text(String),
    Element(Element),
}

/// The texts of a page, in their order: of its title and description, and of everything in its body.
pub fn texts(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    head(&tree(html), &mut found);
    body(&tree(html), &mut found);
    found.retain(|text| is_text(text));
    found
}

/// Elements inside each other. Every element but the void ones has its end tag.
fn tree(html: &str) -> Element {
    let mut emitter: DefaultEmitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut open = vec![Element::default()];
    for token in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Ok(Token::StartTag(tag)) => {
                let attributes = tag.attributes.iter().map(|(name, value)| (string(name), string(value)));
                let attributes = attributes.collect();
                let element = Element { name: string(&tag.name), attributes, children: Vec::new() };
                if tag.self_closing || VOID.contains(&&*element.name) {
                    add(&mut open, Node::Element(element));
                } else {
                    open.push(element);
                }
            }
            Ok(Token::EndTag(tag)) => {
                let element = open.pop().expect("an open element");
                assert_eq!(element.name, string(&tag.name), "elements end in their order");
                add(&mut open, Node::Element(element));
            }
            Ok(Token::String(text)) => add(&mut open, Node::Text(string(&text))),
            _ => {}
        }
    }
    assert_eq!(open.len(), 1, "every element ends");
    open.remove(0)
}

fn string(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn add(open: &mut [Element], node: Node) {
    open.last_mut().expect("the document").children.push(node);
}

fn head(element: &Element, found: &mut Vec<String>) {
    if element.name == "title" {
        found.extend(key(element));
    }
    if element.name == "meta" && element.attributes.get("name").is_some_and(|name| name == "description") {
        found.extend(element.attributes.get("content").map(|text| single(text)));
    }
    element.elements().for_each(|child| head(child, found));
}

fn body(element: &Element, found: &mut Vec<String>) {
    if element.name == "body" {
        walk(element, found);
    } else {
        element.elements().for_each(|child| body(child, found));
    }
}

fn walk(element: &Element, found: &mut Vec<String>) {
    let translate = element.attributes.get("translate").is_none_or(|value| value != "no");
    if AS_IT_IS.contains(&&*element.name) || !translate {
        return;
    }
    found.extend(READ.iter().filter_map(|name| element.attributes.get(*name)).map(|text| single(text)));
    element.elements().for_each(|child| walk(child, found));
    found.extend(key(element));
}

impl Element {
    fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }
}

/// The text of an element itself, elements in it as `{0}`, `{1}`, …; none if there is no text between them.
fn key(element: &Element) -> Option<String> {
    let mut elements = 0;
    let part = |node: &Node| match node {
        Node::Text(text) => text.clone(),
        Node::Element(_) => {
            elements += 1;
            format!("{{{}}}", elements - 1)
        }
    };
    let written = |node: &Node| matches!(node, Node::Text(text) if !text.trim().is_empty());
    element
        .children
        .iter()
        .any(written)
        .then(|| single(&element.children.iter().map(part).collect::<String>()))
}

/// With single spaces.
fn single(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Symbols and numbers are the same in all languages: a text has two letters side by side.
fn is_text(text: &str) -> bool {
    text.chars().zip(text.chars().skip(1)).any(|(a, b)| a.is_alphabetic() && b.is_alphabetic())
}

#[test]
fn texts_are_cut_where_the_page_cuts_them() {
    let html = r#"<!doctype html><html><head><title>A page</title><meta name="description" content="What it
        is"><script>var no = "text";</script></head><body><p translate="no">Not this</p>
        <p title="Read out">One <b>two</b> three<br>four <code>as it is</code>.</p><!-- nor this -->
        <label>Speed <input type="range"></label><p>φ</p><div><p>Inside</p></div></body></html>"#;
    let expected =
        ["A page", "What it is", "Read out", "two", "One {0} three{1}four {2}.", "Speed {0}", "Inside"];
    assert_eq!(texts(html), expected);
}
