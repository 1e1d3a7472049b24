//! The texts of a page: the one place that knows how they are taken apart, for the check of the catalogues and for
//! pages in other languages alike.

use super::markup::{Element, Node};
use anyhow::{Result, bail, ensure};
use regex_lite::Regex;

/// Elements that are left as they are, as are those with `translate="no"`.
const AS_IT_IS: [&str; 7] = ["script", "style", "math", "svg", "code", "textarea", "iframe"];
/// Attributes that are read out or shown.
const READ: [&str; 5] = ["aria-label", "title", "placeholder", "alt", "label"];

/// Calls `say` with every text of a page: of its title, its description, and everything in its body. What it returns
/// takes the text's place.
///
/// Text between the children of an element is one text, in which the child elements are `{0}`, `{1}`, …: what is
/// returned may have them in another order.
///
/// # Errors
/// If what is returned lacks one of these children, or names one twice.
pub fn each_text(document: &mut Element, say: &mut impl FnMut(&str) -> Option<String>) -> Result<()> {
    for html in document.elements_mut().filter(|element| element.name == "html") {
        for part in html.elements_mut() {
            match part.name.as_str() {
                "head" => head(part, say)?,
                "body" => body(part, say)?,
                name => bail!("<{name}> stands in <html>, where <head> and <body> were expected"),
            }
        }
    }
    Ok(())
}

/// Says the title and the description.
fn head(head: &mut Element, say: &mut impl FnMut(&str) -> Option<String>) -> Result<()> {
    for element in head.elements_mut() {
        if element.name == "title" {
            inside(element, say)?;
        } else if element.name == "meta" && element.attribute("name") == Some("description") {
            attribute(element, "content", say);
        }
    }
    Ok(())
}

/// Says the texts of an element: its attributes, what its children say, and its own.
fn body(element: &mut Element, say: &mut impl FnMut(&str) -> Option<String>) -> Result<()> {
    if AS_IT_IS.contains(&&*element.name) || element.attribute("translate") == Some("no") {
        return Ok(());
    }
    READ.iter().for_each(|name| attribute(element, name, say));
    element.elements_mut().try_for_each(|child| body(child, say))?;
    inside(element, say)
}

/// Says the text of an attribute.
fn attribute(element: &mut Element, name: &str, say: &mut impl FnMut(&str) -> Option<String>) {
    let key = element.attribute(name).map(single).filter(|key| is_text(key));
    if let Some(own) = key.and_then(|key| say(&key)) {
        element.set(name, &own);
    }
}

/// Says the text of an element itself, if there is text between its children.
fn inside(element: &mut Element, say: &mut impl FnMut(&str) -> Option<String>) -> Result<()> {
    let written = |node: &Node| matches!(node, Node::Text(text) if !text.trim().is_empty());
    if !element.children.iter().any(written) {
        return Ok(());
    }
    let key = key(&element.children);
    match is_text(&key).then(|| say(&key)).flatten() {
        Some(own) if own != key => put(element, &own),
        Some(_) | None => Ok(()),
    }
}

/// Returns the text of some nodes, elements among them as `{0}`, `{1}`, ….
fn key(nodes: &[Node]) -> String {
    let (mut text, mut elements) = (String::new(), 0);
    for node in nodes {
        match node {
            Node::Text(own) => text += own,
            Node::Element(_) => {
                text += &format!("{{{elements}}}");
                elements += 1;
            }
            Node::Comment(_) | Node::Doctype(_) => {}
        }
    }
    single(&text)
}

/// Puts a text with places for child elements into the place of an element's own text.
fn put(element: &mut Element, text: &str) -> Result<()> {
    let places = Regex::new(r"\{(\d+)\}").expect("a regular expression");
    let children = std::mem::take(&mut element.children);
    let mut left: Vec<Option<Node>> =
        children.into_iter().filter(|node| matches!(node, Node::Element(_))).map(Some).collect();
    let mut done = 0;
    for found in places.captures_iter(text) {
        let place = found.get(0).expect("the whole");
        let child = found[1].parse().ok().and_then(|index: usize| left.get_mut(index)?.take());
        let Some(child) = child else {
            bail!("{:?} is in {text:?} twice, or the page has no such element", place.as_str());
        };
        let before = &text[done..place.start()];
        if !before.is_empty() {
            element.children.push(Node::Text(before.to_owned()));
        }
        element.children.push(child);
        done = place.end();
    }
    if done < text.len() {
        element.children.push(Node::Text(text[done..].to_owned()));
    }
    let lost = left.iter().position(Option::is_some);
    ensure!(lost.is_none(), "{text:?} lacks {{{}}}", lost.unwrap_or_default());
    Ok(())
}

/// Returns a text with single spaces, and none around it.
fn single(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns whether a text is to be translated: symbols and numbers are the same in all languages, a text has two letters side
/// by side.
fn is_text(text: &str) -> bool {
    text.chars().zip(text.chars().skip(1)).any(|(a, b)| a.is_alphabetic() && b.is_alphabetic())
}
