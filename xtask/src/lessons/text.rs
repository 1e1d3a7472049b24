//! A lesson's text: Markdown with TeX, in parts that begin with a line `:::name`.

use super::fault::{Fault, fault};
use super::{known, tex};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd, TextMergeWithOffset, html};
use regex_lite::{Captures, Regex};

/// Names of the parts in their order; the first has no line of its own, the last two are the teacher's.
pub const PARTS: [&str; 6] = ["text", "predict", "reveal", "try", "teach", "ask"];

/// One part, as HTML.
#[derive(Debug, Clone)]
pub struct Part {
    /// One of [`PARTS`].
    pub name: &'static str,
    /// Its HTML.
    pub html: String,
    /// Entries of its lists.
    pub items: usize,
    /// Headings.
    pub headings: usize,
    /// Names of the terms and claims it uses, in order.
    pub uses: Vec<String>,
}

/// Converts a text that begins after `offset` lines; `number` gives the number of a claim.
///
/// # Errors
/// With the line, for unknown parts, claims and terms, TeX that is none, and numbers that no claim states.
pub fn parts(text: &str, offset: usize, number: &dyn Fn(&str) -> Option<String>) -> Result<Vec<Part>, Fault> {
    let mut made = Vec::new();
    let (mut place, mut first, mut body) = (0, offset + 1, String::new());
    for (i, line) in text.lines().enumerate() {
        let Some(name) = line.strip_prefix(":::") else {
            body.push_str(line);
            body.push('\n');
            continue;
        };
        let here = offset + i + 1;
        let next = PARTS.iter().position(|part| *part == name.trim());
        let next = next.ok_or_else(|| fault(here, format!("there is no part {name:?}")))?;
        if next <= place {
            return Err(fault(here, format!("the part {name} comes too late or twice")));
        }
        made.push(part(PARTS[place], &body, first, number)?);
        (place, first) = (next, here + 1);
        body.clear();
    }
    made.push(part(PARTS[place], &body, first, number)?);
    Ok(made)
}

/// Markdown as HTML, for pages that are no lessons.
///
/// # Errors
/// As [`parts`].
pub fn plain(text: &str) -> Result<String, Fault> {
    let mut writer =
        Writer { number: &|_| None, strict: false, checks: false, uses: Vec::new(), items: 0, headings: 0 };
    writer.write(text, 1)
}

fn part(
    name: &'static str,
    body: &str,
    first: usize,
    number: &dyn Fn(&str) -> Option<String>,
) -> Result<Part, Fault> {
    let checks = name == "try";
    let mut writer = Writer { number, strict: true, checks, uses: Vec::new(), items: 0, headings: 0 };
    let html = writer.write(body, first)?;
    let Writer { items, headings, uses, .. } = writer;
    Ok(Part { name, html, items, headings, uses })
}

struct Writer<'a> {
    number: &'a dyn Fn(&str) -> Option<String>,
    /// Every number has to be a claim's.
    strict: bool,
    /// List entries are things that the page waits for.
    checks: bool,
    uses: Vec<String>,
    items: usize,
    headings: usize,
}

/// Links of this scheme are terms.
const TERM: &str = "term:";

impl Writer<'_> {
    fn write(&mut self, body: &str, first: usize) -> Result<String, Fault> {
        let parser = Parser::new_ext(body, Options::ENABLE_MATH | Options::ENABLE_TABLES).into_offset_iter();
        let mut events = Vec::new();
        for (event, range) in TextMergeWithOffset::new(parser) {
            let line = first + body[..range.start].matches('\n').count();
            events.push(self.event(event).map_err(|message| fault(line, message))?);
        }
        let mut out = String::new();
        html::push_html(&mut out, events.into_iter());
        Ok(joined(out.trim()))
    }

    fn event<'e>(&mut self, event: Event<'e>) -> Result<Event<'e>, String> {
        Ok(match event {
            Event::Text(text) => Event::Text(self.filled(&text, self.strict)?.into()),
            Event::InlineMath(tex) => self.formula(&tex, false)?,
            Event::DisplayMath(tex) => self.formula(&tex, true)?,
            Event::Start(Tag::Link { dest_url, .. }) if dest_url.starts_with(TERM) => self.term(&dest_url)?,
            Event::End(TagEnd::Link) => Event::InlineHtml("</span>".into()),
            Event::Start(Tag::Link { dest_url, .. }) => {
                return Err(format!("{dest_url}: lessons link to terms only"));
            }
            Event::Start(Tag::Item) if self.checks => {
                self.items += 1;
                Event::Html(format!("<li data-check=\"{}\">", self.items - 1).into())
            }
            Event::Start(Tag::Heading { .. }) => {
                self.headings += 1;
                event
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                return Err(format!("{html:?}: no HTML in a lesson"));
            }
            Event::Start(Tag::Image { .. }) => return Err("no images in a lesson".to_owned()),
            event => event,
        })
    }

    fn term(&mut self, address: &str) -> Result<Event<'static>, String> {
        let name = &address[TERM.len()..];
        let charts = known::charts_of_term(name).ok_or_else(|| format!("there is no term {name:?}"))?;
        self.uses.push(format!("term {name}"));
        Ok(Event::InlineHtml(format!("<span {}>", tex::attributes(name, charts)).into()))
    }

    fn formula(&mut self, source: &str, display: bool) -> Result<Event<'static>, String> {
        let made = tex::mathml(&self.filled(source, false)?, display)?;
        self.uses.push(format!("formula {source}"));
        Ok(Event::InlineHtml(made.into()))
    }

    /// The text with the numbers of its claims.
    fn filled(&mut self, text: &str, strict: bool) -> Result<String, String> {
        let (mut out, mut rest) = (String::new(), text);
        loop {
            let (before, claim) = match rest.find("{{").and_then(|at| Some((at, rest[at..].find("}}")? + at)))
            {
                Some((at, end)) => (&rest[..at], Some((&rest[at + 2..end], &rest[end + 2..]))),
                None => (rest, None),
            };
            if strict && before.contains(|c: char| c.is_ascii_digit()) {
                return Err(format!("{:?}: a number has to be a claim's, {{{{name}}}}", before.trim()));
            }
            out.push_str(before);
            let Some((name, after)) = claim else { return Ok(out) };
            out.push_str(
                &(self.number)(name).ok_or_else(|| format!("no claim is called {name:?}"))?.replace('-', "−"),
            );
            self.uses.push(format!("claim {name}"));
            rest = after;
        }
    }
}

/// Keeps what ends a clause on the line of the formula before it, where browsers would break.
fn joined(html: &str) -> String {
    let formula =
        Regex::new("(?s)<math display=\"inline\">.*?</math>([,.:;)，。：；、）]*)").expect("a valid pattern");
    let join = |found: &Captures| match &found[1] {
        "" => found[0].to_owned(),
        _ => format!("<span class=\"joined\">{}</span>", &found[0]),
    };
    formula.replace_all(html, join).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(text: &str) -> Result<Vec<Part>, Fault> {
        parts(text, 10, &|name| (name == "error").then(|| "0.36".to_owned()))
    }

    #[test]
    fn a_lesson_has_parts_with_claims_terms_and_formulas() {
        let parts = made(
            "The [weights](term:phi) give {{error}}, since $a_k > 0$.\n\n:::try\n1. Press *this*.\n2. And that.\n\n:::ask\n### Why?\nSo.\n",
        )
        .unwrap();
        assert_eq!(parts.iter().map(|part| part.name).collect::<Vec<_>>(), ["text", "try", "ask"]);
        let text = &parts[0].html;
        assert!(text.contains("data-term=\"phi\" data-lights=\"phi\">weights</span> give 0.36"), "{text}");
        assert!(text.contains("<math display=\"inline\">"), "{text}");
        assert!(text.contains("</math>.</span>"), "a stop stays with its formula: {text}");
        assert_eq!(parts[0].uses, ["term phi", "claim error", "formula a_k > 0"]);
        assert!(parts[1].html.contains("<li data-check=\"1\">And that.</li>"), "{}", parts[1].html);
        assert_eq!((parts[1].items, parts[2].headings), (2, 1));
    }

    #[test]
    fn only_a_formula_and_its_stop_are_kept_on_one_line() {
        let html = &made("Without $a$ or $b$ there are $c$, $d$ and none.").unwrap()[0].html;
        let joined: Vec<_> = html.split("<span class=\"joined\">").skip(1).collect();
        assert_eq!(joined.len(), 1, "{html}");
        assert!(joined[0].contains("<mi>c</mi></math>,</span>"), "{html}");
    }

    #[test]
    fn faults_name_their_line() {
        for (text, line, words) in [
            ("Fine.\n\nIt is 0.36.", 13, "a claim's"),
            ("It is {{other}}.", 11, "no claim is called"),
            ("Fine.\n:::show\n", 12, "no part"),
            ("a\n:::try\nb\n:::reveal\nc", 14, "too late"),
            ("Fine.\n\n$\\unknown$", 13, "unknown"),
            ("See [this](term:nothing).", 11, "no term"),
            ("See [this](https://example.org).", 11, "terms only"),
            ("A <b>word</b>.", 11, "no HTML"),
        ] {
            let fault = made(text).unwrap_err();
            assert!(fault.line == line && fault.message.contains(words), "{text}: {fault:?}");
        }
    }
}
