//! Draws a chart of an experiment as SVG, natively and with the same code as the page.

mod problem;

use std::io::{self, Read, Write};
use std::process::ExitCode;

use auxilearn_lab::chart::{self, Caption, ChartKind, Lane, Measured, SampledKind, Summaries, Theme, View};
use auxilearn_lab::experiment::{Experiment, Json, notes};
use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, IntoDrawingArea, SVGBackend};

const USAGE: &str = "\
usage: render [--chart NAME] [--theme NAME] [--width N] [--height N] [--step N] [--overlaid]
              [--caption] [--out FILE] FILE

Runs the experiment document FILE (`-` reads standard input) and writes one chart of it as SVG.

  --chart NAME  phi (if left out), alignment, losses, ledger or trust; of the problem itself:
                w_plane, phi_landscape or neumann
  --theme NAME  light (if left out), dark or projector
  --width N     width in pixels, 960 if left out
  --height N    height in pixels; if left out, what suits the width
  --step N      the step looked at: where the cursor is, and whose φ the charts of the problem take
                (that of the first lane which learns φ from held-out data; its start if left out)
  --overlaid    phi and alignment: up to four lanes in one panel, not in one each
  --caption     write title, seed and parameters below, as the page's figures have them; for charts
                of traces
  --out FILE    write there instead of to standard output";

/// A chart of traces or of the problem itself.
#[derive(Clone, Copy)]
enum Kind {
    OfTraces(ChartKind),
    OfProblem(SampledKind),
}

struct Options {
    chart: Kind,
    theme: &'static Theme,
    width: u32,
    height: Option<u32>,
    step: Option<u64>,
    overlaid: bool,
    caption: bool,
    out: Option<String>,
    file: String,
}

fn main() -> ExitCode {
    match options().and_then(|options| options.map_or(Ok(()), |options| render(&options))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("render: {message}");
            ExitCode::from(2)
        }
    }
}

/// The command line; `None` when only help was asked for.
fn options() -> Result<Option<Options>, String> {
    use lexopt::prelude::*;
    let usage = |error: lexopt::Error| format!("{error} (see --help)");
    let (chart, theme, file) = (Kind::OfTraces(ChartKind::Phi), &Theme::LIGHT, String::new());
    let (height, step, out) = (None, None, None);
    let mut options =
        Options { chart, theme, width: 960, height, step, overlaid: false, caption: false, out, file };
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
            Long(name @ ("chart" | "theme" | "width" | "height" | "step" | "out")) => name.to_owned(),
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
                let of_problem = || SampledKind::named(&value).map(Kind::OfProblem);
                let kind = ChartKind::named(&value).map(Kind::OfTraces).or_else(of_problem);
                self.chart = kind.ok_or_else(unknown)?;
            }
            "step" => {
                let step = value.parse().map_err(|_| format!("--step: expected a number, found {value}"));
                self.step = Some(step?);
            }
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
    let mut runs = experiment.runs().map_err(refused)?;
    for run in &mut runs {
        run.advance(experiment.steps());
    }
    let (task_names, phi_names) = (experiment.task_names(), experiment.phi_names());
    let lanes: Vec<Lane> = runs
        .iter()
        .map(|run| Lane {
            label: run.label(),
            task_names: &task_names,
            phi_names: &phi_names,
            trace: run.trace(),
            status: run.status(),
            whole: None,
            summaries: Summaries::default(),
        })
        .collect();
    let steps = experiment.steps();
    let cursor = options.step.map(|step| step.min(steps) as f64);
    let view = View { cursor, overlaid: options.overlaid, ..View::new(options.theme, steps as f64) };
    let svg = match options.chart {
        Kind::OfTraces(kind) => {
            let parsed: serde_json::Value =
                serde_json::from_str(document.trim_start_matches('\u{feff}')).map_err(|e| e.to_string())?;
            let caption = Caption { title: experiment.title().to_owned(), notes: notes(&Json::from(parsed)) };
            let size = options.size(|width| kind.height(&lanes, &view, width));
            chart::svg(kind, size, &lanes, &view, options.caption.then_some(&caption))
                .map_err(|e| e.to_string())
        }
        Kind::OfProblem(_) if options.caption => Err("--caption is for charts of traces".to_owned()),
        Kind::OfProblem(kind) => problem::svg(options, kind, &experiment, &lanes, &view),
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

type Area<'a> = DrawingArea<Measured<SVGBackend<'a>>, Shift>;

/// A picture of a size that `draw` paints.
fn svg(size: (u32, u32), draw: impl FnOnce(&Area) -> Result<(), String>) -> Result<String, String> {
    let mut svg = String::new();
    {
        let area = Measured::svg(SVGBackend::with_string(&mut svg, size)).into_drawing_area();
        draw(&area)?;
        area.present().map_err(|e| e.to_string())?;
    }
    Ok(svg)
}
