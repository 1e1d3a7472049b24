//! The curves of a soak, as docs/soak.svg has them.

use super::Sample;
use anyhow::{Result, anyhow};
use plotters::prelude::*;
use std::path::Path;

/// Pixels of the picture.
const SIZE: (u32, u32) = (840, 420);

/// A curve: its name, colour and value in MB.
type Curve = (&'static str, RGBColor, fn(&Sample) -> Option<f64>);

const MB: f64 = (1 << 20) as f64;

const CURVES: [Curve; 4] = [
    ("the page's process", RGBColor(90, 90, 90), |s| Some(s.process? / MB)),
    ("WebAssembly in the worker", RGBColor(27, 102, 186), |s| Some(s.worker_wasm / MB)),
    ("WebAssembly on the page", RGBColor(184, 94, 0), |s| Some(s.page_wasm / MB)),
    ("JavaScript objects of the page", RGBColor(0, 121, 107), |s| Some(s.heap / MB)),
];

/// Draws memory over time, and where a phase begins.
///
/// # Errors
/// If the file cannot be written.
pub fn draw(samples: &[Sample], file: &Path) -> Result<()> {
    let mut text = String::new();
    paint(&mut text, samples).map_err(|error| anyhow!("the picture could not be drawn: {error}"))?;
    Ok(std::fs::write(file, text)?)
}

fn paint(text: &mut String, samples: &[Sample]) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::with_string(text, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let minutes = |s: &Sample| s.seconds / 60.0;
    let end = samples.last().map_or(1.0, minutes);
    let values = samples.iter().flat_map(|s| CURVES.iter().filter_map(move |(.., of)| of(s)));
    let most = values.fold(1.0, f64::max) * 1.1;
    let mut chart = ChartBuilder::on(&area)
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(48)
        .caption("A page left alone: memory (MB) over time (minutes)", ("sans-serif", 17))
        .build_cartesian_2d(0.0..end, 0.0..most)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(RGBColor(225, 225, 225))
        .label_style(("sans-serif", 13))
        .x_label_formatter(&|x| format!("{x:.0}"))
        .y_label_formatter(&|y| format!("{y:.0}"))
        .draw()?;
    let mut phase = "";
    for s in samples {
        if s.phase != phase {
            phase = s.phase;
            let x = minutes(s);
            chart.draw_series([PathElement::new([(x, 0.0), (x, most)], RGBColor(170, 170, 170))])?;
            chart.draw_series([Text::new(phase, (x + end * 0.005, most * 0.99), ("sans-serif", 13))])?;
        }
    }
    for (name, colour, of) in CURVES {
        let points = samples.iter().filter_map(|s| Some((minutes(s), of(s)?)));
        chart
            .draw_series(LineSeries::new(points, colour.stroke_width(2)))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::MiddleRight)
        .background_style(WHITE.mix(0.9))
        .label_font(("sans-serif", 13))
        .draw()?;
    area.present()?;
    Ok(())
}
