//! What stands above a lesson's text: TOML between two lines `+++`.

use super::condition::{Comparison, Condition, Quantity};
use super::fault::{Fault, fault};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

/// The line before and after it.
const FENCE: &str = "+++";

/// The run that a claim is about.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunOf {
    /// That of the lesson.
    #[default]
    Shown,
    /// `"acted"`: that of the document as `act` leaves it.
    Acted,
    /// `{ seeds = [FIRST, LAST] }`: those with each of these seeds.
    Seeds(u64, u64),
    /// `{ with = { PATH = VALUE } }`: that of a document with other parts.
    With(BTreeMap<String, Value>),
}

/// A statement about a run, which a test judges.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// What the text calls its number: `{{name}}`.
    pub name: Option<String>,
    /// Of which run.
    #[serde(default)]
    pub run: RunOf,
    /// What is stated.
    pub holds: Spanned<Condition>,
    /// Line of the file.
    #[serde(skip)]
    pub line: usize,
}

impl Claim {
    /// The number stated, as it is written.
    pub fn number(&self) -> Option<&str> {
        self.holds.get_ref().iter().rev().find_map(|comparison| match &comparison.right {
            Quantity::Number(_, written) => Some(written.as_str()),
            _ => None,
        })
    }
}

/// What a lesson sets, points at, waits for and states.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Front {
    /// Heading of the lesson.
    pub title: String,
    /// Experiment that it shows.
    pub preset: Spanned<String>,
    /// Seed of the run.
    pub seed: u64,
    /// Chart that it points at.
    pub chart: Spanned<String>,
    /// Lane whose weights are to be predicted before the run is shown.
    pub predict: Option<Spanned<String>>,
    /// Step looked at.
    pub cursor: Option<u64>,
    /// Values of controls of the charts of the problem.
    #[serde(default)]
    pub set: BTreeMap<Spanned<String>, String>,
    /// What each thing to try is judged by, in order.
    #[serde(default)]
    pub checks: Vec<Spanned<Condition>>,
    /// Parts of the document as the things to try leave them, by their paths.
    #[serde(default)]
    pub act: BTreeMap<String, Value>,
    /// What the text states.
    #[serde(default)]
    pub claims: Vec<Claim>,
}

/// Reads what stands above the text; returns it and the number of lines it takes.
///
/// # Errors
/// With the line, if something is missing, unknown or not understood.
pub fn parse(text: &str) -> Result<(Front, usize), Fault> {
    let mut lines = text.lines();
    if lines.next() != Some(FENCE) {
        return Err(fault(1, format!("a lesson begins with a line {FENCE}")));
    }
    let Some(inside) = lines.position(|line| line == FENCE) else {
        return Err(fault(text.lines().count(), format!("the second line {FENCE} is missing")));
    };
    let last = inside + 2;
    // The first line stays, blank, so that places are those of the file.
    let blank = " ".repeat(FENCE.len());
    let toml: String =
        text.split_inclusive('\n').take(last - 1).collect::<String>().replacen(FENCE, &blank, 1);
    let mut front: Front = toml::from_str(&toml).map_err(|error| {
        // What is missing has no place but the whole.
        let place = error.span().filter(|span| span.start > 0);
        let line = place.map_or(last, |span| line(text, &span));
        fault(line, error.message())
    })?;
    for claim in &mut front.claims {
        claim.line = line(text, &claim.holds.span());
    }
    validate(&front, text)?;
    Ok((front, last))
}

/// The line in which a place of the file is.
pub fn line(text: &str, place: &Range<usize>) -> usize {
    text[..place.start].matches('\n').count() + 1
}

/// Refuses checks that the page cannot judge, and claims that a test cannot.
fn validate(front: &Front, text: &str) -> Result<(), Fault> {
    let check = front.checks.iter().find(|check| check.get_ref().iter().any(Comparison::needs_test));
    if let Some(check) = check {
        return Err(fault(line(text, &check.span()), "the page cannot count rises or flips"));
    }
    match front.claims.iter().find(|claim| claim.holds.get_ref().iter().any(Comparison::needs_page)) {
        Some(claim) => Err(fault(claim.line, "a claim is about a run, not about the cursor or a control")),
        None => Ok(()),
    }
}

impl Front {
    /// What the page needs of it, but for title and text.
    pub fn to_json(&self) -> Value {
        let checks: Vec<Vec<Value>> = self
            .checks
            .iter()
            .map(|check| check.get_ref().iter().map(Comparison::to_json).collect())
            .collect();
        let set: Vec<(&Spanned<String>, &String)> = self.set.iter().collect();
        let mut made = json!({
            "preset": self.preset, "seed": self.seed, "chart": self.chart, "set": set, "checks": checks,
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

    const HEAD: &str = "+++\ntitle = 'T'\npreset = 'p'\nseed = 7\nchart = 'phi'\n";

    #[test]
    fn every_key_is_read() {
        let text = format!(
            "{HEAD}predict = 'A'\ncursor = 3\nset = {{ turn = '0' }}\nchecks = ['cursor > 1']\nact = {{ 'a.b[0]' = [1, 2] }}\n\
             claims = [\n{{ name = 'error', holds = 'A: loss_test is 0.36' }},\n\
             {{ run = {{ seeds = [1, 3] }}, holds = 'A: rises of phi_1 = 0' }},\n\
             {{ run = {{ with = {{ 'a.b' = [1, 2] }} }}, holds = 'A: phi_1 > 0' }},\n\
             {{ run = 'acted', holds = 'A: phi_1 > 0' }},\n]\n+++\nText"
        );
        let (front, lines) = parse(&text).unwrap();
        assert_eq!((front.seed, lines, front.cursor), (7, 17, Some(3)));
        assert_eq!(front.act["a.b[0]"], json!([1, 2]));
        assert_eq!(front.to_json()["set"], json!([["turn", "0"]]));
        assert_eq!((front.claims[0].number(), front.claims[0].line), (Some("0.36"), 12));
        assert_eq!(front.claims[1].run, RunOf::Seeds(1, 3));
        assert_eq!(front.claims[2].run, RunOf::With([("a.b".to_owned(), json!([1, 2]))].into()));
        assert_eq!(front.claims[3].run, RunOf::Acted);
    }

    #[test]
    fn faults_name_their_line() {
        for (more, line, words) in [
            ("+++", 6, ""),
            ("titel = 'x'\n+++", 6, "unknown field `titel`"),
            ("seed = 8\n+++", 6, "duplicate"),
            ("words\n+++", 6, "key"),
            ("checks = [\n'A: rises of phi_1 = 0']\n+++", 7, "cannot count"),
            ("checks = [\n'A: phj_1 > 0']\n+++", 7, "no column"),
            ("claims = [\n{ holds = 'cursor > 1' }]\n+++", 7, "about a run"),
            ("claims = [\n{ holds = 'A: phi_1' }]\n+++", 7, "compares nothing"),
            ("claims = [\n{ hold = 'A: phi_1 > 0' }]\n+++", 7, "unknown field `hold`"),
            ("claims = [\n{ run = { seed = 1 }, holds = 'A: phi_1 > 0' }]\n+++", 7, "unknown variant"),
            ("act = { 'a.b' = }\n+++", 6, "invalid"),
        ] {
            match parse(&format!("{HEAD}{more}")) {
                Ok(_) => assert!(words.is_empty(), "{more} is read"),
                Err(fault) => {
                    assert!(fault.line == line && fault.message.contains(words), "{more}: {fault:?}")
                }
            }
        }
        let missing = parse("+++\ntitle = 'T'\n+++").unwrap_err();
        assert!(missing.line == 3 && missing.message.contains("missing field `preset`"), "{missing:?}");
        assert_eq!(parse("+++\ntitle = 'T'\n").unwrap_err().line, 2);
    }
}
