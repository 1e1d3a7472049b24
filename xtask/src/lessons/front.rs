//! The lines above a lesson's text: `key: value`, between two lines of three dashes.

use super::condition::{self, Comparison, Quantity};
use super::fault::{Fault, fault};
use serde_json::{Value, json};

/// When a claim holds.
#[derive(Debug, Clone, PartialEq)]
pub enum When {
    /// Of the lesson's run.
    Shown,
    /// `for seeds A to B, …`: of the run with each of these seeds.
    Seeds(u64, u64),
    /// `after acting, …`: of the run of the document that the lines `act` make.
    Acted,
    /// `with PATH = JSON, …`: of the run of a document with another part.
    With(String, Value),
}

/// A statement about a run, which a test judges.
#[derive(Debug, Clone)]
pub struct Claim {
    /// What the text calls its number: `{{name}}`.
    pub name: Option<String>,
    /// Of which run.
    pub when: When,
    /// What is stated.
    pub holds: Vec<Comparison>,
    /// Line of the file.
    pub line: usize,
}

impl Claim {
    /// The number stated, as it is written.
    pub fn number(&self) -> Option<&str> {
        self.holds.iter().rev().find_map(|comparison| match &comparison.right {
            Quantity::Number(_, written) => Some(written.as_str()),
            _ => None,
        })
    }
}

/// What a lesson sets, points at, waits for and states.
#[derive(Debug, Clone, Default)]
pub struct Front {
    /// Heading of the lesson.
    pub title: String,
    /// Experiment that it shows.
    pub preset: String,
    /// Seed of the run.
    pub seed: u64,
    /// Chart that it points at.
    pub chart: String,
    /// Lane whose weights are to be predicted before the run is shown.
    pub predict: Option<String>,
    /// Step looked at.
    pub cursor: Option<u64>,
    /// Controls of the charts of the problem, and their values.
    pub set: Vec<(String, String)>,
    /// What each thing to try is judged by, in order.
    pub checks: Vec<Vec<Comparison>>,
    /// Parts of the document as the things to try leave them, by their paths.
    pub act: Vec<(String, Value)>,
    /// What the text states.
    pub claims: Vec<Claim>,
}

/// Reads the lines between the dashes; returns them and the number of lines they take.
///
/// # Errors
/// With the line, if something is missing, unknown or not understood.
pub fn parse(text: &str) -> Result<(Front, usize), Fault> {
    let mut lines = text.lines().enumerate().map(|(i, line)| (i + 1, line));
    if lines.next().is_none_or(|(_, line)| line != "---") {
        return Err(fault(1, "a lesson begins with a line ---"));
    }
    let mut front = Front::default();
    let mut seen: Vec<String> = Vec::new();
    for (line, content) in lines {
        if content == "---" {
            for key in ["title", "preset", "seed", "chart"] {
                if !seen.iter().any(|other| other == key) {
                    return Err(fault(line, format!("there is no line {key}: …")));
                }
            }
            return Ok((front, line));
        }
        let (key, value) = content.split_once(": ").ok_or_else(|| fault(line, "expected `key: value`"))?;
        let repeats = ["set", "check", "act"].contains(&key) || key.starts_with("claim");
        if !repeats && seen.iter().any(|other| other == key) {
            return Err(fault(line, format!("{key} stands twice")));
        }
        seen.push(key.to_owned());
        take(&mut front, key, value.trim(), line).map_err(|message| fault(line, message))?;
    }
    Err(fault(text.lines().count(), "the line --- that ends the front matter is missing"))
}

fn take(front: &mut Front, key: &str, value: &str, line: usize) -> Result<(), String> {
    let whole = |value: &str| value.parse().map_err(|_| format!("{key}: {value:?} is no whole number"));
    let pair = || value.split_once(" = ").ok_or_else(|| format!("{key}: expected `name = value`"));
    match key {
        "title" => front.title = value.to_owned(),
        "preset" => front.preset = value.to_owned(),
        "seed" => front.seed = whole(value)?,
        "chart" => front.chart = value.to_owned(),
        "predict" => front.predict = Some(value.to_owned()),
        "cursor" => front.cursor = Some(whole(value)?),
        "set" => front.set.push(pair().map(|(name, value)| (name.to_owned(), value.to_owned()))?),
        "check" => front.checks.push(check(value)?),
        "act" => {
            let (path, value) = pair()?;
            let value = serde_json::from_str(value).map_err(|error| format!("act: {error}"))?;
            front.act.push((path.to_owned(), value));
        }
        _ => match key.strip_prefix("claim").map(str::trim) {
            Some(name) => front.claims.push(claim(name, value, line)?),
            None => return Err(format!("there is no key {key:?}")),
        },
    }
    Ok(())
}

fn check(value: &str) -> Result<Vec<Comparison>, String> {
    let comparisons = condition::parse(value)?;
    match comparisons.iter().any(Comparison::needs_test) {
        true => Err("the page cannot count rises or flips".to_owned()),
        false => Ok(comparisons),
    }
}

fn claim(name: &str, value: &str, line: usize) -> Result<Claim, String> {
    let (when, text) = if let Some(text) = value.strip_prefix("after acting, ") {
        (When::Acted, text)
    } else if let Some(rest) = value.strip_prefix("for seeds ") {
        seeds(rest).ok_or("expected `for seeds A to B, …`")?
    } else if let Some(rest) = value.strip_prefix("with ") {
        with(rest).ok_or("expected `with PATH = JSON, …`")?
    } else {
        (When::Shown, value)
    };
    let holds = condition::parse(text)?;
    if holds.iter().any(Comparison::needs_page) {
        return Err("a claim is about a run, not about the cursor or a control".to_owned());
    }
    Ok(Claim { name: Some(name.to_owned()).filter(|name| !name.is_empty()), when, holds, line })
}

fn seeds(text: &str) -> Option<(When, &str)> {
    let (range, rest) = text.split_once(", ")?;
    let (from, to) = range.split_once(" to ")?;
    Some((When::Seeds(from.parse().ok()?, to.parse().ok()?), rest))
}

fn with(text: &str) -> Option<(When, &str)> {
    let (path, rest) = text.split_once(" = ")?;
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
    let value = values.next()?.ok()?;
    let rest = rest[values.byte_offset()..].strip_prefix(", ")?;
    Some((When::With(path.to_owned(), value), rest))
}

impl Front {
    /// What the page needs of it, but for title and text.
    pub fn to_json(&self) -> Value {
        let checks: Vec<Vec<Value>> =
            self.checks.iter().map(|check| check.iter().map(Comparison::to_json).collect()).collect();
        let mut made = json!({
            "preset": self.preset, "seed": self.seed, "chart": self.chart, "set": self.set, "checks": checks,
        });
        if let Some(predict) = &self.predict {
            made["predict"] = json!(predict);
        }
        if let Some(cursor) = self.cursor {
            made["cursor"] = json!(cursor);
        }
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "---\ntitle: T\npreset: p\nseed: 7\nchart: phi\n";

    #[test]
    fn every_key_is_read() {
        let text = format!(
            "{HEAD}predict: A\ncursor: 3\nset: turn = 0\ncheck: cursor > 1\nact: a.b[0] = [1, 2]\n\
             claim error: A: loss_test is 0.36\nclaim: for seeds 1 to 3, A: rises of phi_1 = 0\n\
             claim: with a.b = [1, 2], A: phi_1 > 0\n---\nText"
        );
        let (front, lines) = parse(&text).unwrap();
        assert_eq!((front.seed, lines, front.cursor), (7, 14, Some(3)));
        assert_eq!(front.act, [("a.b[0]".to_owned(), json!([1, 2]))]);
        assert_eq!((front.claims[0].number(), front.claims[0].line), (Some("0.36"), 11));
        assert_eq!(front.claims[1].when, When::Seeds(1, 3));
        assert_eq!(front.claims[2].when, When::With("a.b".to_owned(), json!([1, 2])));
    }

    #[test]
    fn faults_name_their_line() {
        for (more, line, words) in [
            ("---", 6, ""),
            ("titel: x\n---", 6, "no key"),
            ("seed: 8\n---", 6, "twice"),
            ("words\n---", 6, "key: value"),
            ("check: A: rises of phi_1 = 0\n---", 6, "cannot count"),
            ("claim: cursor > 1\n---", 6, "about a run"),
            ("act: a.b = {\n---", 6, "act"),
        ] {
            match parse(&format!("{HEAD}{more}")) {
                Ok(_) => assert!(words.is_empty(), "{more} is read"),
                Err(fault) => {
                    assert!(fault.line == line && fault.message.contains(words), "{more}: {fault:?}")
                }
            }
        }
        assert_eq!(parse("---\ntitle: T\n---").unwrap_err().line, 3);
        assert_eq!(parse("---\ntitle: T\n").unwrap_err().line, 2);
    }
}
