//! Lessons: Markdown in `www/lessons/LANGUAGE/NN-name.md`, made into HTML with MathML for the page, and into
//! the teacher's sheet. `docs/lessons.md` says how to write one.

pub mod condition;
mod fault;
pub mod front;
mod known;
mod teacher;
mod tex;
mod text;

use anyhow::{Context, Result, anyhow, bail};
use condition::Comparison;
use fault::{Fault, fault};
use front::Front;
use serde_json::{Value, json};
use std::fs;
use std::ops::Range;
use std::path::Path;
use text::Part;

pub use known::{CHARTS, CONTROLS, lit};

/// Where lessons stand, in the sources and in the site.
pub const FOLDER: &str = "www/lessons";

/// Languages: folder, and name in itself. The first is the one that the others are held against.
pub const LANGUAGES: [(&str, &str); 2] = [("en", "English"), ("zh", "中文")];

/// One lesson in one language.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// Stem of its file, such as `01-trivial-solution`.
    pub name: String,
    /// What stands above its text.
    pub front: Front,
    /// Its text.
    pub parts: Vec<Part>,
}

impl Lesson {
    /// A part's HTML; empty if there is none.
    pub fn part(&self, name: &str) -> &str {
        self.parts.iter().find(|part| part.name == name).map_or("", |part| &part.html)
    }

    /// All that has to be the same in every language.
    pub fn bones(&self) -> Value {
        let parts: Vec<Value> = self
            .parts
            .iter()
            .map(|part| {
                let mut uses = part.uses.clone();
                // Languages put things in another order.
                uses.sort();
                json!([part.name, part.items, part.headings, uses])
            })
            .collect();
        let claims: Vec<_> =
            self.front.claims.iter().map(|claim| (&claim.name, &claim.run, claim.holds.get_ref())).collect();
        json!([self.name, self.front.to_json(), self.front.act, format!("{claims:?}"), parts])
    }
}

/// Reads every lesson of a language, of the workspace at `root`.
///
/// # Errors
/// With file and line, for the first fault in one.
pub fn read(root: &Path, language: &str) -> Result<Vec<Lesson>> {
    let folder = root.join(FOLDER).join(language);
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let file = entry?.file_name().to_string_lossy().into_owned();
        let numbered = file.starts_with(|c: char| c.is_ascii_digit());
        names.extend(file.strip_suffix(".md").filter(|_| numbered).map(str::to_owned));
    }
    names.sort();
    let mut lessons = Vec::new();
    for (i, name) in names.into_iter().enumerate() {
        if !name.starts_with(&format!("{:02}-", i + 1)) {
            bail!("{FOLDER}/{language}/{name}.md: the lessons are to be numbered 01-, 02-, … without a gap");
        }
        let text = fs::read_to_string(folder.join(&name).with_extension("md"))?;
        let preset =
            |id: &str| fs::read_to_string(root.join("www/experiments").join(id).with_extension("json")).ok();
        let lesson = lesson(&name, &text, &preset)
            .map_err(|Fault { line, message }| anyhow!("{FOLDER}/{language}/{name}.md:{line}: {message}"))?;
        lessons.push(lesson);
    }
    Ok(lessons)
}

/// A lesson of this text; `preset` gives an experiment's document.
fn lesson(name: &str, text: &str, preset: &dyn Fn(&str) -> Option<String>) -> Result<Lesson, Fault> {
    let (front, lines) = front::parse(text)?;
    names(&front, text, preset)?;
    let number = |name: &str| {
        let claim = front.claims.iter().find(|claim| claim.name.as_deref() == Some(name))?;
        claim.number().map(str::to_owned)
    };
    let body: String = text.split_inclusive('\n').skip(lines).collect();
    let parts = text::parts(&body, lines, &number)?;
    let items = parts.iter().find(|part| part.name == "try").map_or(0, |part| part.items);
    if items != front.checks.len() {
        return Err(fault(lines, format!("{items} things to try, but {} checks", front.checks.len())));
    }
    if front.predict.is_some() != parts.iter().any(|part| part.name == "predict") {
        return Err(fault(lines, "the key `predict` and the part `predict` go together"));
    }
    Ok(Lesson { name: name.to_owned(), front, parts })
}

/// Names in the front matter mean something.
fn names(front: &Front, text: &str, preset: &dyn Fn(&str) -> Option<String>) -> Result<(), Fault> {
    let wrong = |place: Range<usize>, message: String| Err(fault(front::line(text, &place), message));
    let document = preset(front.preset.get_ref()).and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let Some(document) = document else {
        return wrong(front.preset.span(), format!("there is no preset {:?}", front.preset.get_ref()));
    };
    if !CHARTS.contains(&front.chart.get_ref().as_str()) {
        return wrong(front.chart.span(), format!("there is no chart {:?}", front.chart.get_ref()));
    }
    if let Some(name) = front.set.keys().find(|name| !CONTROLS.contains(&name.get_ref().as_str())) {
        return wrong(name.span(), format!("there is no control {:?}", name.get_ref()));
    }
    let lanes: Vec<&str> = document["lanes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|lane| lane["label"].as_str())
        .collect();
    let conditions = front.checks.iter().chain(front.claims.iter().map(|claim| &claim.holds));
    let compared = conditions.flat_map(|condition| {
        let lanes = condition.get_ref().iter().flat_map(Comparison::lanes);
        lanes.map(|lane| (condition.span(), lane))
    });
    let predicted = front.predict.iter().map(|lane| (lane.span(), lane.get_ref().as_str()));
    for (place, lane) in compared.chain(predicted) {
        if !lanes.contains(&lane) {
            return wrong(place, format!("the experiment {} has no lane {lane:?}", front.preset.get_ref()));
        }
    }
    Ok(())
}

/// Writes every lesson of every language, their lists, and the teacher's sheets below `out`.
///
/// # Errors
/// As [`read`], and if languages differ in more than words.
pub fn write(root: &Path, out: &Path) -> Result<()> {
    let mut first: Vec<Lesson> = Vec::new();
    for (language, _) in LANGUAGES {
        let lessons = read(root, language)?;
        if first.is_empty() {
            first.clone_from(&lessons);
        }
        same(&first, &lessons, language)?;
        let folder = out.join(FOLDER).join(language);
        fs::create_dir_all(&folder)?;
        let mut list = Vec::new();
        for (i, lesson) in lessons.iter().enumerate() {
            fs::write(folder.join(format!("{:02}.html", i + 1)), html(lesson))?;
            let mut entry = lesson.front.to_json();
            entry["title"] = json!(lesson.front.title);
            list.push(entry);
        }
        fs::write(folder.join("index.json"), serde_json::to_string(&list)?)?;
        let sheet = teacher::sheet(root, language, &lessons)?;
        fs::write(out.join(teacher::file(language)), sheet)?;
    }
    Ok(())
}

/// Returns whether another language has the same lessons but for their words.
fn same(first: &[Lesson], lessons: &[Lesson], language: &str) -> Result<()> {
    if first.len() != lessons.len() {
        bail!("{FOLDER}/{language} has {} lessons, the first language {}", lessons.len(), first.len());
    }
    for (one, other) in first.iter().zip(lessons) {
        let (one, found) = (one.bones(), other.bones());
        if one != found {
            bail!(
                "{FOLDER}/{language}/{}.md differs in more than words:\n{found}\n  instead of\n{one}",
                other.name
            );
        }
    }
    Ok(())
}

/// The parts that the page shows.
fn html(lesson: &Lesson) -> String {
    let shown = lesson.parts.iter().filter(|part| part.name != "teach" && part.name != "ask");
    shown.map(|Part { name, html, .. }| format!("<section data-part=\"{name}\">{html}</section>\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cargo::root;
    use std::slice::from_ref;

    const DOCUMENT: &str = r#"{ "lanes": [{ "label": "A" }] }"#;

    fn made(front: &str, body: &str) -> Result<Lesson, Fault> {
        let text = format!("+++\ntitle = 'T'\npreset = 'p'\nseed = 1\nchart = 'phi'\n{front}+++\n{body}");
        lesson("01-x", &text, &|id| (id == "p").then(|| DOCUMENT.to_owned()))
    }

    #[test]
    fn every_language_says_the_same() {
        let first = read(&root(), LANGUAGES[0].0).unwrap();
        assert!(!first.is_empty());
        for (language, _) in LANGUAGES {
            same(&first, &read(&root(), language).unwrap(), language).unwrap();
        }
    }

    #[test]
    fn a_lesson_of_another_claim_is_not_the_same() {
        let [one, other] = ["0.36", "0.35"].map(|number| {
            let claim = format!("claims = [{{ name = 'e', holds = 'A: loss_test is {number}' }}]\n");
            made(&claim, "It is {{e}}.").unwrap()
        });
        assert!(same(from_ref(&one), from_ref(&one), "x").is_ok());
        assert!(same(from_ref(&one), &[other], "x").is_err());
        assert!(same(&[one], &[], "x").is_err());
    }

    #[test]
    fn unknown_names_are_refused_at_their_line() {
        for (front, body, line, words) in [
            ("predict = 'B'\n", "x\n:::predict\ny", 6, "no lane"),
            ("checks = ['B: phi_1 > 0']\n", "x\n:::try\n1. y", 6, "no lane"),
            ("set = { volume = '3' }\n", "x", 6, "no control"),
            ("checks = ['cursor > 1']\n", "x", 7, "things to try"),
            ("predict = 'A'\n", "x", 7, "go together"),
        ] {
            let fault = made(front, body).unwrap_err();
            assert!(fault.line == line && fault.message.contains(words), "{front}: {fault:?}");
        }
        let text = "+++\ntitle = 'T'\npreset = 'q'\nseed = 1\nchart = 'phi'\n+++\nx";
        assert_eq!(lesson("01-x", text, &|_| None).unwrap_err().line, 3);
        let text = text.replace("phi", "pie");
        assert_eq!(lesson("01-x", &text, &|_| Some(DOCUMENT.to_owned())).unwrap_err().line, 5);
    }
}
