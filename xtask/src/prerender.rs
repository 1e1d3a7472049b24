//! The first view of the page, drawn and told when the site is built: the page shows it before the program is there.

use crate::cargo::{cargo, output, root};
use crate::html::{attribute, escaped};
use crate::texts::{ENGLISH, Language, catalogue_path};
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The first experiment at the end of its run, as the command `prerender` writes it.
#[derive(Deserialize)]
pub struct FirstView {
    step: String,
    steps: String,
    seed: String,
    lead: String,
    headings: Vec<String>,
    bars: Vec<Bar>,
    charts: BTreeMap<String, Chart>,
    /// Rules for the colours of the pictures in every theme.
    pub sheet: String,
}

/// The error of a lane on unseen data.
#[derive(Deserialize)]
struct Bar {
    label: String,
    value: String,
    /// Of the largest error, from 0 to 1.
    share: f64,
    status: String,
}

/// A chart in words, and as SVG for wide and for narrow windows.
#[derive(Deserialize)]
struct Chart {
    label: String,
    wide: String,
    narrow: String,
}

impl FirstView {
    /// Returns the first view in a language.
    ///
    /// # Errors
    /// If the command does not build, or does not write what is expected.
    pub fn in_language(language: &Language) -> Result<Self> {
        let mut command = cargo(["run", "--quiet", "--package", "commands", "--bin", "prerender"]);
        if language.tag != ENGLISH.tag {
            command.arg("--").arg("--texts").arg(catalogue_path(&root(), language.tag));
        }
        serde_json::from_str(&output(&mut command)?).context("the command `prerender` wrote something else")
    }

    /// Returns the page with the view in its places, which are comments.
    ///
    /// # Errors
    /// If the page lacks one of them, or has one twice.
    pub fn put_into(&self, page: &str) -> Result<String> {
        let mut places = vec![
            ("step".to_owned(), escaped(&self.step)),
            ("steps".to_owned(), escaped(&self.steps)),
            ("seed".to_owned(), escaped(&self.seed)),
            ("lead".to_owned(), escaped(&self.lead)),
            ("lanes".to_owned(), self.bars.iter().map(Bar::markup).collect()),
        ];
        for (i, heading) in self.headings.iter().enumerate() {
            places.push((format!("heading {i}"), escaped(heading)));
        }
        for (kind, Chart { label, wide, narrow }) in &self.charts {
            let canvas = r#"<canvas data-chart=""#;
            let label = attribute(label);
            let canvas =
                format!(r#"{wide}{narrow}{canvas}{kind}" role="img" aria-label="{label}"></canvas>"#);
            places.push((format!("chart {kind}"), canvas));
        }
        let mut filled = page.to_owned();
        for (name, content) in places {
            let place = format!("<!-- {name} -->");
            let found = filled.matches(&place).count();
            ensure!(found == 1, "index.html has {found} places {place}, 1 was expected");
            filled = filled.replacen(&place, &content, 1);
        }
        Ok(filled)
    }
}

impl Bar {
    /// An item of the page's list, as `www/values.js` makes it; the length is drawn, since the policy allows no style in it.
    fn markup(&self) -> String {
        let mut item = String::from("<li>");
        let _ = write!(item, r#"<span class="name">{}</span>"#, escaped(&self.label));
        let _ = write!(item, r#"<span class="number">{}</span>"#, escaped(&self.value));
        let length = (self.share * 1e4).round() / 100.0;
        let _ = write!(
            item,
            r#"<span class="track" aria-hidden="true"><svg viewBox="0 0 100 1" preserveAspectRatio="none"><path d="M0 0h{length}v1H0z"/></svg></span>"#
        );
        let _ = write!(item, r#"<span class="lane-status">{}</span></li>"#, escaped(&self.status));
        item
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view() -> FirstView {
        let json = r#"{"step": "7", "steps": "1,500", "seed": "11", "lead": "a < b & c", "headings": ["φ", "a"], "sheet": "",
            "bars": [{"label": "Joint", "value": "0.358", "share": 0.25, "status": "finished"}], "digests": [],
            "charts": {"phi": {"label": "says \"so\"", "wide": "<svg class=\"wide\"/>", "narrow": "<svg/>"}}}"#;
        serde_json::from_str(json).unwrap()
    }

    const PAGE: &str = "<!-- step --><!-- steps --><!-- seed --><p><!-- lead --></p><ul><!-- lanes --></ul>\
        <!-- heading 0 --><!-- heading 1 --><!-- chart phi -->";

    #[test]
    fn every_place_is_filled_and_texts_are_no_markup() {
        let page = view().put_into(PAGE).unwrap();
        assert!(page.starts_with("71,50011<p>a &lt; b &amp; c</p><ul><li>"), "{page}");
        assert!(page.contains("M0 0h25v1H0z") && !page.contains("<!--") && !page.contains("style"), "{page}");
        let canvas = r#"<svg class="wide"/><svg/><canvas data-chart="phi" role="img" aria-label="says &quot;so&quot;"></canvas>"#;
        assert!(page.ends_with(canvas), "{page}");
    }

    #[test]
    fn a_page_that_lacks_a_place_is_refused() {
        let error = view().put_into(&PAGE.replace("<!-- lead -->", "")).unwrap_err();
        assert_eq!(error.to_string(), "index.html has 0 places <!-- lead -->, 1 was expected");
    }
}
