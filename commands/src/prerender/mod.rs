//! Writes the page's first view, for the build to put into its markup: the first experiment run to its end, in words
//! and as pictures, made by the code that does it in the browser.

mod roles;
mod sizes;
mod svg;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::ExitCode;

use auxilearn_lab::chart::{self, ChartKind, Lane, Theme, View};
use auxilearn_lab::experiment::{Experiment, presets};
use auxilearn_lab::lang;
use auxilearn_lab::narrate::{self, ErrorBar, Subject};
use serde::Serialize;

use crate::finished::Finished;
use roles::PLACEHOLDERS;
use sizes::{FIRST_SCREEN, Sizes};

const USAGE: &str = "\
usage: prerender [--texts FILE] [--wide SIZES] [--narrow SIZES] [--out FILE]

Runs the first of the experiments that ship and writes one JSON object: the words beside its charts at its end, the
charts phi, alignment and losses as SVG for either layout of the page, and the style sheet of their colours.

  --texts FILE    the language: a catalogue such as www/lang/zh.json; English if left out
  --wide SIZES    CSS pixels of the charts in a wide window, phi=658x304,alignment=470x192,losses=470x192
                  if left out
  --narrow SIZES  the same in a narrow one, phi=358x288,alignment=358x288,losses=358x288 if left out
  --out FILE      write there instead of to standard output";

struct Options {
    wide: Sizes,
    narrow: Sizes,
    out: Option<String>,
}

/// The page's first view; plain texts, not yet escaped for HTML.
#[derive(Serialize)]
struct Page {
    step: String,
    steps: String,
    seed: String,
    lead: String,
    headings: [String; 2],
    bars: Vec<Bar>,
    digests: Vec<String>,
    charts: BTreeMap<&'static str, Pictures>,
    sheet: String,
}

/// An [`ErrorBar`].
#[derive(Serialize)]
struct Bar {
    label: String,
    value: String,
    share: f64,
    status: String,
}

/// A chart for those who do not see it, and in both layouts.
#[derive(Serialize)]
struct Pictures {
    label: String,
    wide: String,
    narrow: String,
}

/// Does what the command line says.
pub fn main() -> ExitCode {
    let outcome = options().and_then(|options| options.map_or(Ok(()), |options| prerender(&options)));
    crate::exit_code("prerender", outcome)
}

/// The command line; `None` when only help was asked for.
fn options() -> Result<Option<Options>, String> {
    use lexopt::prelude::*;
    let usage = |error: lexopt::Error| format!("{error} (see --help)");
    let mut options = Options { wide: Sizes::WIDE, narrow: Sizes::NARROW, out: None };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next().map_err(usage)? {
        let name = match argument {
            Long("help") | Short('h') => {
                println!("{USAGE}");
                return Ok(None);
            }
            Long(name @ ("texts" | "wide" | "narrow" | "out")) => name.to_owned(),
            other => return Err(usage(other.unexpected())),
        };
        let value = parser.value().and_then(|v| v.string()).map_err(usage)?;
        match name.as_str() {
            "texts" => speak(&value)?,
            "wide" => options.wide.take(&value).map_err(|error| format!("--wide: {error}"))?,
            "narrow" => options.narrow.take(&value).map_err(|error| format!("--narrow: {error}"))?,
            _ => options.out = Some(value),
        }
    }
    Ok(Some(options))
}

/// Speaks the language of a catalogue from now on.
fn speak(path: &str) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{path}: {e}"))?;
    let catalogue = serde_json::from_str(&text).map_err(|e| format!("{path}: {e}"))?;
    if lang::speak(catalogue) { Ok(()) } else { Err("--texts: one language only".to_owned()) }
}

fn prerender(options: &Options) -> Result<(), String> {
    let page = page(options)?;
    let mut json = serde_json::to_string_pretty(&page).map_err(|e| e.to_string())?;
    json.push('\n');
    match &options.out {
        Some(path) => std::fs::write(path, json).map_err(|e| format!("{path}: {e}")),
        None => io::stdout().write_all(json.as_bytes()).map_err(|e| e.to_string()),
    }
}

/// The first experiment at its end.
fn page(options: &Options) -> Result<Page, String> {
    let first = presets::all().first().ok_or("no experiment ships")?;
    let experiment = Experiment::from_json(first.document).map_err(|e| e.to_string())?;
    let finished = Finished::of(&experiment).map_err(|e| e.to_string())?;
    let lanes = finished.lanes();
    let mut charts = BTreeMap::new();
    for (i, kind) in FIRST_SCREEN.into_iter().enumerate() {
        charts.insert(kind.name(), pictures(kind, &lanes, experiment.steps(), options, i)?);
    }
    let digests = finished.runs.iter().map(|run| run.trace().digest()).collect();
    let step = finished.runs.iter().map(|run| run.step()).max().unwrap_or(0);
    let narrated = finished.narrated_lanes();
    let subject =
        Subject { problem: experiment.problem_kind(), task_names: &finished.task_names, lanes: &narrated };
    Ok(Page {
        step: step.to_string(),
        steps: grouped(experiment.steps()),
        seed: experiment.seed().to_string(),
        lead: narrate::lead(&subject),
        headings: narrate::headings(&subject),
        bars: narrate::error_bars(&subject, true).into_iter().map(Bar::from).collect(),
        digests,
        charts,
        sheet: roles::style_sheet(),
    })
}

impl From<ErrorBar> for Bar {
    fn from(ErrorBar { label, value, share, status }: ErrorBar) -> Self {
        Self { label, value, share, status }
    }
}

/// A chart in words and in both layouts; `i` is its place among those that the page opens with.
fn pictures(
    kind: ChartKind,
    lanes: &[Lane],
    steps: u64,
    options: &Options,
    i: usize,
) -> Result<Pictures, String> {
    let view = |theme| View::new(theme, steps as f64);
    let draw = |sizes: Sizes, layout: &str| {
        let drawn = chart::svg(&kind.into(), sizes.0[i], lanes, &view(&PLACEHOLDERS), None);
        let drawn = drawn.map_err(|e| e.to_string())?;
        svg::for_page(&drawn, layout).map_err(|error| format!("{} {layout}: {error}", kind.name()))
    };
    Ok(Pictures {
        label: kind.describe(lanes, &view(&Theme::LIGHT)),
        wide: draw(options.wide, "wide")?,
        narrow: draw(options.narrow, "narrow")?,
    })
}

/// A count with commas between thousands, as the page shows the number of steps.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let places = digits.char_indices();
    let comma = |i: usize| i > 0 && (digits.len() - i).is_multiple_of(3);
    places.flat_map(|(i, digit)| comma(i).then_some(',').into_iter().chain([digit])).collect()
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_set_apart() {
        let written = [0, 999, 1500, 100_000, 1_234_567].map(grouped);
        assert_eq!(written, ["0", "999", "1,500", "100,000", "1,234,567"]);
    }
}
