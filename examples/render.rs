//! Draws a chart of an experiment as SVG, natively and with the same code as the page.

use std::io::{self, Read, Write};
use std::process::ExitCode;

use auxilearn_lab::chart::{self, ChartKind, Lane, Measured, Theme, View};
use auxilearn_lab::experiment::Experiment;
use plotters::prelude::{IntoDrawingArea, SVGBackend};

const USAGE: &str = "\
usage: render [--chart NAME] [--theme NAME] [--width N] [--height N] [--out FILE] FILE

Runs the experiment document FILE (`-` reads standard input) and writes one chart of it as SVG.

  --chart NAME  phi (if left out), alignment or losses
  --theme NAME  light (if left out), dark or projector
  --width N     width in pixels, 960 if left out
  --height N    height in pixels; if left out, what suits the width
  --out FILE    write there instead of to standard output";

struct Options {
    chart: ChartKind,
    theme: &'static Theme,
    width: u32,
    height: Option<u32>,
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
    let (chart, theme, file) = (ChartKind::Phi, &Theme::LIGHT, String::new());
    let mut options = Options { chart, theme, width: 960, height: None, out: None, file };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next().map_err(usage)? {
        let name = match argument {
            Long("help") | Short('h') => {
                println!("{USAGE}");
                return Ok(None);
            }
            Long(name @ ("chart" | "theme" | "width" | "height" | "out")) => name.to_owned(),
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
            "chart" => self.chart = ChartKind::named(&value).ok_or_else(unknown)?,
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
        })
        .collect();
    let svg = draw(options, &lanes, &View::new(options.theme, experiment.steps() as f64))?;
    match &options.out {
        Some(path) => std::fs::write(path, svg).map_err(|e| format!("{path}: {e}")),
        None => io::stdout().write_all(svg.as_bytes()).map_err(|e| e.to_string()),
    }
}

fn draw(options: &Options, lanes: &[Lane], view: &View) -> Result<String, String> {
    let suitable = || options.chart.height(lanes, view, f64::from(options.width)).round() as u32;
    let height = options.height.unwrap_or_else(suitable);
    let mut svg = String::new();
    {
        let backend = Measured::svg(SVGBackend::with_string(&mut svg, (options.width, height)));
        let area = backend.into_drawing_area();
        chart::draw(options.chart, &area, lanes, view).map_err(|e| e.to_string())?;
        area.present().map_err(|e| e.to_string())?;
    }
    Ok(svg)
}
