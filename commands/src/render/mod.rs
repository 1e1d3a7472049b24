//! Draws a chart of an experiment as SVG, natively and with the same code as the page.

mod ensemble;

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use auxilearn_lab::chart::{self, Caption, ChartKind, Picture, SampledKind, Theme, View};
use auxilearn_lab::exhibit;
use auxilearn_lab::experiment::{Experiment, Json, notes, notes_without_seed};
use auxilearn_lab::lang;
use auxilearn_lab::study::Scene;
use auxilearn_lab::trace::Trace;

use crate::finished::Finished;

const USAGE: &str = "\
usage: render [--chart NAME] [--theme NAME] [--width N] [--height N] [--step N] [--seeds N] [--overlaid]
              [--caption] [--lang TAG] [--out FILE] FILE

Runs the experiment document FILE (`-` reads standard input) and writes one chart of it as SVG.

  --chart NAME  phi (if left out), alignment, losses, ledger or trust; of the problem itself:
                w_plane, phi_landscape, neumann or cut_short; of many seeds: ensemble
  --theme NAME  light (if left out), dark or projector
  --width N     width in pixels, 960 if left out
  --height N    height in pixels; if left out, what suits the width
  --step N      the step looked at: where the cursor is, and whose W and φ the charts of the problem
                take (those of the first lane which learns φ from held-out data); the last if left out
  --seeds N     how many seeds an ensemble has, 40 if left out: the document's and those after it
  --overlaid    phi and alignment: up to four lanes in one panel, not in one each
  --caption     write title, seed and parameters below, as the page's figures have them
  --lang TAG    the language of what is drawn: en (if left out), or that of a catalogue www/lang/TAG.json
  --out FILE    write there instead of to standard output";

/// A chart of traces, of the problem itself or of many seeds.
#[derive(Clone, Copy)]
enum Kind {
    Traces(ChartKind),
    Problem(SampledKind),
    Seeds,
}

struct Options {
    chart: Kind,
    theme: &'static Theme,
    width: u32,
    height: Option<u32>,
    step: Option<u64>,
    seeds: u64,
    overlaid: bool,
    caption: bool,
    out: Option<String>,
    file: String,
}

/// Does what the command line says.
pub fn main() -> ExitCode {
    let outcome = options().and_then(|options| options.map_or(Ok(()), |options| render(&options)));
    crate::exit_code("render", outcome)
}

/// The command line; `None` when only help was asked for.
fn options() -> Result<Option<Options>, String> {
    use lexopt::prelude::*;
    let usage = |error: lexopt::Error| format!("{error} (see --help)");
    let (chart, theme, file) = (Kind::Traces(ChartKind::Phi), &Theme::LIGHT, String::new());
    let mut options = Options {
        chart,
        theme,
        width: 960,
        height: None,
        step: None,
        seeds: 40,
        overlaid: false,
        caption: false,
        out: None,
        file,
    };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next().map_err(usage)? {
        let name = match argument {
            Long("help") | Short('h') => {
                println!("{USAGE}");
                return Ok(None);
            }
            Long("caption") => {
                options.caption = true;
                continue;
            }
            Long("overlaid") => {
                options.overlaid = true;
                continue;
            }
            Long(name @ ("chart" | "theme" | "width" | "height" | "step" | "seeds" | "lang" | "out")) => {
                name.to_owned()
            }
            Value(value) if options.file.is_empty() => {
                options.file = value.string().map_err(usage)?;
                continue;
            }
            other => return Err(usage(other.unexpected())),
        };
        let value = parser.value().and_then(|v| v.string()).map_err(usage)?;
        options.set(&name, value)?;
    }
    if options.file.is_empty() {
        return Err("no experiment document given (see --help)".to_owned());
    }
    Ok(Some(options))
}

impl Options {
    fn set(&mut self, name: &str, value: String) -> Result<(), String> {
        let unknown = || format!("no {name} is named {value}");
        match name {
            "chart" => {
                let of_problem = || SampledKind::named(&value).map(Kind::Problem);
                let of_seeds = || (value == "ensemble").then_some(Kind::Seeds);
                let kind = ChartKind::named(&value).map(Kind::Traces).or_else(of_problem).or_else(of_seeds);
                self.chart = kind.ok_or_else(unknown)?;
            }
            "seeds" => {
                let seeds = value.parse().ok().filter(|seeds| (1..=100_000).contains(seeds));
                self.seeds = seeds.ok_or_else(|| format!("--seeds: expected 1 to 100000, found {value}"))?;
            }
            "step" => {
                let step = value.parse().map_err(|_| format!("--step: expected a number, found {value}"));
                self.step = Some(step?);
            }
            "lang" => speak(&value)?,
            "theme" => self.theme = Theme::named(&value).ok_or_else(unknown)?,
            "width" | "height" => {
                let pixels = value.parse().ok().filter(|pixels| (100..=10_000).contains(pixels));
                let refused = || format!("--{name}: expected 100 to 10000, found {value}");
                let pixels = pixels.ok_or_else(refused)?;
                if name == "width" { self.width = pixels } else { self.height = Some(pixels) }
            }
            _ => self.out = Some(value),
        }
        Ok(())
    }
}

/// Draws in the language of a catalogue from now on.
fn speak(tag: &str) -> Result<(), String> {
    if tag == "en" {
        return Ok(());
    }
    // A tag is no path.
    let known = !tag.is_empty() && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/lang").join(tag).with_extension("json");
    let text = known.then(|| std::fs::read_to_string(&path).ok()).flatten();
    let text = text.ok_or_else(|| format!("there is no catalogue of the language {tag}"))?;
    let catalogue = serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
    if lang::speak(catalogue) { Ok(()) } else { Err("--lang: one language only".to_owned()) }
}

fn render(options: &Options) -> Result<(), String> {
    let at = |e: io::Error| format!("{}: {e}", options.file);
    let mut document = String::new();
    if options.file == "-" {
        io::stdin().read_to_string(&mut document).map_err(at)?;
    } else {
        document = std::fs::read_to_string(&options.file).map_err(at)?;
    }
    let refused = |e| format!("{}: {e}", options.file);
    let experiment = Experiment::from_json(&document).map_err(refused)?;
    let finished = Finished::of(&experiment).map_err(refused)?;
    let (lanes, steps) = (finished.lanes(), experiment.steps());
    let cursor = options.step.map(|step| step.min(steps) as f64);
    let view = View { cursor, overlaid: options.overlaid, ..View::new(options.theme, steps as f64) };
    let parsed: serde_json::Value =
        serde_json::from_str(document.trim_start_matches('\u{feff}')).map_err(|e| e.to_string())?;
    let parsed = Json::from(parsed);
    let title = lang::isolated(lang::text(experiment.title()));
    let caption = Caption { notes: notes(&parsed), title: title.clone() };
    let of_seeds = Caption { notes: notes_without_seed(&parsed), title };
    let write = |picture: &Picture, size| {
        chart::svg(picture, size, &lanes, &view, options.caption.then_some(&caption))
            .map_err(|e| e.to_string())
    };
    let svg = match options.chart {
        Kind::Traces(kind) => write(&kind.into(), options.size(|width| kind.height(&lanes, &view, width))),
        Kind::Problem(kind) => {
            let size = options.size(|width| kind.height(&view, width));
            let aspect = chart::plane_aspect(&view, (f64::from(size.0), f64::from(size.1)));
            let mut scene = Scene::of(&experiment, parsed).map_err(refused)?;
            let traces: Vec<&Trace> = lanes.iter().map(|lane| lane.trace).collect();
            scene.look(&traces, cursor, true);
            write(&exhibit::chart(&mut scene, kind, &traces, aspect).into(), size)
        }
        Kind::Seeds => ensemble::svg(options, &experiment, &view, options.caption.then_some(of_seeds)),
    }?;
    match &options.out {
        Some(path) => std::fs::write(path, svg).map_err(|e| format!("{path}: {e}")),
        None => io::stdout().write_all(svg.as_bytes()).map_err(|e| e.to_string()),
    }
}

impl Options {
    /// Width and height in pixels.
    fn size(&self, suitable: impl Fn(f64) -> f64) -> (u32, u32) {
        let height = self.height.unwrap_or_else(|| suitable(f64::from(self.width)).round() as u32);
        (self.width, height)
    }
}
