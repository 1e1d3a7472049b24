//! A page as a tree of elements, read from its text and written again.
//!
//! Tokens are html5gum's; the tree is our own, stricter than a browser's: an element without its end tag is an error here.

use crate::html::{attribute, escaped};
use anyhow::{Result, bail, ensure};
use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};
use std::fmt::{self, Display, Formatter};

/// Elements without an end tag.
const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
/// Elements whose text is written as it is, without entities.
const RAW: [&str; 3] = ["script", "style", "iframe"];

/// An element, or the document that has no name.
#[derive(Debug, Clone, Default)]
pub struct Element {
    /// Its name in lower case.
    pub name: String,
    /// Its attributes in their order, named as they are written (`viewBox`); entities are characters.
    pub attributes: Vec<(String, String)>,
    /// What is in it.
    pub children: Vec<Node>,
    /// Whether its tag ends with a slash, as in SVG.
    self_closing: bool,
}

/// What can stand in an element.
#[derive(Debug, Clone)]
pub enum Node {
    /// Characters; entities are characters, too.
    Text(String),
    /// An element.
    Element(Element),
    /// What stands between `<!--` and `-->`.
    Comment(String),
    /// The name of the document's type.
    Doctype(String),
}

/// Reads a page. What stands in `<noscript>` is elements, as for a browser without scripts.
///
/// # Errors
/// If the text is not valid, or an element other than the void ones lacks its end tag.
pub fn parse(html: &str) -> Result<Element> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let mut open = vec![Element::default()];
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => start(&mut open, &tag, html),
            Token::EndTag(tag) => {
                let found = string(&tag.name);
                ensure!(open.len() > 1, "</{found}> stands where nothing is open");
                let element = open.pop().expect("an open element");
                let expected = &element.name;
                ensure!(*expected == found, "</{found}> stands where </{expected}> was expected");
                add(&mut open, Node::Element(element));
            }
            Token::String(text) if open.last().is_some_and(|element| element.name == "noscript") => {
                let inside = parse(&string(&text))?;
                inside.children.into_iter().for_each(|node| add(&mut open, node));
            }
            Token::String(text) => add(&mut open, Node::Text(string(&text))),
            Token::Comment(text) => add(&mut open, Node::Comment(string(&text))),
            Token::Doctype(doctype) => add(&mut open, Node::Doctype(string(&doctype.name))),
            Token::Error(error) => bail!("HTML at byte {}: {}", error.span.start, error.value),
        }
    }
    let document = open.remove(0);
    if let Some(element) = open.first() {
        bail!("<{}> has no end tag", element.name);
    }
    Ok(document)
}

/// Opens an element of a text, or adds one that has no end tag.
fn start(open: &mut Vec<Element>, tag: &StartTag<usize>, html: &str) {
    let mut attributes: Vec<_> = tag.attributes.iter().collect();
    attributes.sort_by_key(|(_, value)| value.span.start);
    // The tokenizer names them in lower case.
    let written = |name: String, at: usize| {
        let own = html.get(at..at + name.len()).filter(|own| own.eq_ignore_ascii_case(&name));
        own.map_or(name.clone(), str::to_owned)
    };
    let named =
        attributes.iter().map(|(name, value)| (written(string(name), value.span.start), string(value)));
    let attributes = named.collect();
    let self_closing = tag.self_closing;
    let element = Element { name: string(&tag.name), attributes, children: Vec::new(), self_closing };
    if self_closing || VOID.contains(&&*element.name) {
        add(open, Node::Element(element));
    } else {
        open.push(element);
    }
}

fn string(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn add(open: &mut [Element], node: Node) {
    open.last_mut().expect("the document").children.push(node);
}

impl Element {
    /// Returns the value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Sets an attribute, at the end if the element has none of this name.
    pub fn set(&mut self, name: &str, value: &str) {
        match self.attributes.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some((_, known)) => value.clone_into(known),
            None => self.attributes.push((name.to_owned(), value.to_owned())),
        }
    }

    /// Returns the elements directly in this one.
    pub fn elements_mut(&mut self) -> impl Iterator<Item = &mut Element> {
        self.children.iter_mut().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) | Node::Comment(_) | Node::Doctype(_) => None,
        })
    }

    /// Changes this element, then every one in it.
    pub fn each(&mut self, change: &mut impl FnMut(&mut Element)) {
        change(self);
        self.elements_mut().for_each(|element| element.each(change));
    }
}

impl Display for Element {
    fn fmt(&self, out: &mut Formatter) -> fmt::Result {
        let document = self.name.is_empty();
        if !document {
            write!(out, "<{}", self.name)?;
            for (name, value) in &self.attributes {
                match value.as_str() {
                    "" => write!(out, " {name}")?,
                    value => write!(out, " {name}=\"{}\"", attribute(value))?,
                }
            }
            out.write_str(if self.self_closing { "/>" } else { ">" })?;
        }
        for node in &self.children {
            match node {
                Node::Text(text) if RAW.contains(&&*self.name) => out.write_str(text)?,
                Node::Text(text) => out.write_str(&escaped(text))?,
                Node::Element(element) => element.fmt(out)?,
                Node::Comment(text) => write!(out, "<!--{text}-->")?,
                Node::Doctype(name) => write!(out, "<!doctype {name}>")?,
            }
        }
        if document || self.self_closing || VOID.contains(&&*self.name) {
            return Ok(());
        }
        write!(out, "</{}>", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dist;

    #[test]
    fn a_page_is_written_as_it_was_read() {
        let html = "<!doctype html>\n<p id=\"z\" class=\"a &quot;b&quot; &amp; c\" hidden>1 &lt; 2<br>\
             <svg viewBox=\"0 0 1 1\"><path d=\"M0 0\"/></svg><script>if (a < b && c) f();</script><!-- said -->\
             <noscript><p>without <b>scripts</b></p></noscript></p>";
        assert_eq!(parse(html).unwrap().to_string(), html);
    }

    #[test]
    fn the_page_itself_is_written_as_it_was_read() {
        let page = dist::index().unwrap();
        assert_eq!(parse(&page).unwrap().to_string(), page);
    }

    #[test]
    fn what_is_open_or_ends_twice_is_an_error_that_says_which() {
        let error = |html: &str| parse(html).unwrap_err().to_string();
        assert_eq!(error("<p><b>bold</p>"), "</p> stands where </b> was expected");
        assert!(error("<p>a").contains("<p>"), "{}", error("<p>a"));
        assert!(error("a</p>").contains("</p>"), "{}", error("a</p>"));
        assert!(error("<noscript><p></noscript>").contains("<p>"));
        assert!(error("<p a=1 a=2></p>").contains("byte"), "{}", error("<p a=1 a=2></p>"));
    }
}
