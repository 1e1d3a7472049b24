//! What a page shows: its state, values and digests.

use super::Page;
use anyhow::{Context, Result, bail};
use serde_json::json;

impl Page {
    /// The page's state: `loading`, `ready`, `running`, `paused`, `finished` or `error`.
    pub fn state(&self) -> Result<String> {
        self.eval_as("return document.documentElement.dataset.state ?? ''")
    }

    /// Text of the first element that a selector names.
    pub fn text(&self, selector: &str) -> Result<String> {
        let script = format!("return document.querySelector({})?.textContent ?? null", json!(selector));
        let text: Option<String> = self.eval_as(&script)?;
        text.map(|text| text.trim().to_owned()).with_context(|| format!("no element {selector}"))
    }

    /// A lane's present value of a column, such as `phi_1`.
    pub fn value(&self, lane: usize, column: &str) -> Result<f64> {
        let text = self.text(&format!("[data-value=\"{lane}:{column}\"]"))?;
        text.replace('\u{2212}', "-").parse().with_context(|| format!("{lane}:{column} reads {text:?}"))
    }

    /// The outer step that the page shows.
    pub fn step(&self) -> Result<u64> {
        let text = self.text("[data-step]")?;
        text.parse().with_context(|| format!("the step reads {text:?}"))
    }

    /// Digests of the traces, one a lane.
    pub fn digests(&self) -> Result<Vec<String>> {
        let texts: Vec<String> = self.eval_as(
            "return [...document.querySelectorAll('[data-digest]')].map((e) => `${e.dataset.digest} ${e.textContent}`)",
        )?;
        let mut digests: Vec<String> = Vec::new();
        for digest in texts.iter().flat_map(|text| digests_in(text)) {
            if !digests.contains(&digest) {
                digests.push(digest);
            }
        }
        if digests.is_empty() {
            bail!("the page shows no digest, but {texts:?}");
        }
        Ok(digests)
    }
}

/// Every 16-digit hexadecimal word of a text.
pub fn digests_in(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| word.len() == 16 && word.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_picked_out_of_words() {
        let text = "AuxiLearn: finished, 1500 steps, digest 0123456789abcdef (lane 2: fedcba9876543210)";
        assert_eq!(digests_in(text), ["0123456789abcdef", "fedcba9876543210"]);
        assert!(digests_in("0123456789abcdef0").is_empty());
    }
}
