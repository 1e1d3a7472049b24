//! Synthetic lanes and a backend that records what is drawn, for the tests of the charts.

pub mod world;

use auxilearn_lab::chart::{
    ChartKind, Drawn, Lane, Measured, Rgb, SampledChart, Summaries, Theme, View, draw, draw_sampled,
};
use auxilearn_lab::events::Event;
use auxilearn_lab::status::{RunStatus, StopReason};
use auxilearn_lab::trace::{ABSENT, Layout, QuantityKind, Trace};
use plotters::backend::DrawingBackend;
use plotters::prelude::IntoDrawingArea;
use plotters_backend::text_anchor::HPos;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingErrorKind, FontStyle,
};

/// What a synthetic lane has at a step: φ, alignment, L_A and test error.
pub struct Row {
    pub phi: Vec<f64>,
    pub alignment: Vec<f64>,
    pub aux: f64,
    pub test: f64,
}

/// A lane that owns what charts borrow.
pub struct Owned {
    pub label: String,
    pub names: Vec<String>,
    pub trace: Trace,
    pub status: RunStatus,
    pub events: Vec<Event>,
}

impl Owned {
    /// A lane of the given rows, from step 0 on.
    pub fn new(label: &str, names: &[&str], steps: u64, rows: impl IntoIterator<Item = Row>) -> Self {
        let layout = Layout::new(2, names.len());
        let mut trace = Trace::new(layout, steps);
        let mut start = None;
        for (t, row) in rows.into_iter().enumerate() {
            let mut values = vec![ABSENT; layout.width()];
            values[0] = t as f64;
            values[layout.range(QuantityKind::Phi)].copy_from_slice(&row.phi);
            values[layout.range(QuantityKind::Alignment)].copy_from_slice(&row.alignment);
            values[layout.range(QuantityKind::LossAuxSet)].fill(row.aux);
            values[layout.range(QuantityKind::LossTest)].fill(row.test);
            // A training loss whose fall is accounted for: the test error and the sum of φ.
            let (by_w, by_phi) = *start.get_or_insert((row.test, row.phi.iter().sum::<f64>()));
            let sum: f64 = row.phi.iter().sum();
            let falls = [(QuantityKind::FallByW, by_w - row.test), (QuantityKind::FallByPhi, by_phi - sum)];
            for (kind, fall) in [(QuantityKind::LossTrain, row.test + sum)].into_iter().chain(falls) {
                values[layout.range(kind)].fill(if fall.is_finite() { fall } else { ABSENT });
            }
            trace.push(&values);
        }
        let step = trace.steps().last().map_or(0, |&s| s as u64);
        let status = if step >= steps { stopped(StopReason::Finished, step) } else { RunStatus::Running };
        Self {
            label: label.to_owned(),
            names: names.iter().map(|&n| n.to_owned()).collect(),
            trace,
            status,
            events: Vec::new(),
        }
    }

    pub fn lane(&self) -> Lane<'_> {
        Lane {
            label: &self.label,
            task_names: &self.names,
            phi_names: &self.names,
            trace: &self.trace,
            status: self.status,
            whole: None,
            summaries: Summaries::default(),
            events: &self.events,
        }
    }
}

pub fn stopped(reason: StopReason, step: u64) -> RunStatus {
    RunStatus::Stopped { reason, step }
}

/// The lanes as charts take them.
pub fn lanes(owned: &[Owned]) -> Vec<Lane<'_>> {
    owned.iter().map(Owned::lane).collect()
}

const TASKS: [&str; 2] = ["helpful", "harmful"];

/// Joint descent: both weights fall to zero (harmful at step 58, helpful at step 213), no alignment.
pub fn joint_descent(rows: usize, steps: u64) -> Owned {
    let row = |t: usize| {
        let t = t as f64;
        let fall = |rate: f64| (1.0 - rate * t).max(0.0);
        let loss = 1.0 + 3.0 * (-t / 40.0).exp() + 0.25 * (1.0 - (-t / 300.0).exp());
        let start = t == 0.0;
        Row {
            phi: vec![fall(0.0047), fall(0.0174)],
            alignment: vec![ABSENT; 2],
            aux: if start { ABSENT } else { loss },
            test: loss * 1.07,
        }
    };
    Owned::new("Joint descent", &TASKS, steps, (0..rows).map(row))
}

/// AuxiLearn: helpful grows to 3.4, harmful shrinks to 0.12; the alignment falls by orders of
/// magnitude and its sign turns.
pub fn auxilearn(rows: usize, steps: u64) -> Owned {
    let row = |t: usize| {
        let t = t as f64;
        let decay = (-t / 140.0).exp();
        let wave = 0.02 * (t / 25.0).sin() * (-t / 900.0).exp();
        let loss = 0.11 + 3.8 * (-t / 55.0).exp() + 0.3 * (-t / 400.0).exp();
        let absent = |v: f64| if t == 0.0 { ABSENT } else { v };
        Row {
            phi: vec![
                3.4 - 2.4 * (-t / 330.0).exp() + 0.05 * (t / 30.0).sin() * decay,
                0.12 + 0.88 * (-t / 90.0).exp() - 0.1 * (-t / 300.0).exp() * (1.0 - (-t / 50.0).exp()),
            ],
            alignment: vec![
                absent(9.0 * decay + wave),
                absent(-60.0 * decay * (-t / 60.0).exp() - 0.4 * wave),
            ],
            aux: absent(loss),
            test: loss * 1.12,
        }
    };
    Owned::new("AuxiLearn", &TASKS, steps, (0..rows).map(row))
}

/// The two lanes of the first screen, finished.
pub fn first_screen() -> Vec<Owned> {
    vec![joint_descent(1501, 1500), auxilearn(1501, 1500)]
}

/// The two lanes with every value replaced: `value(lane, task or loss, step)`.
pub fn replaced(rows: usize, steps: u64, value: impl Fn(usize, usize, f64) -> f64) -> Vec<Owned> {
    let lane = |i: usize, label: &str| {
        let row = |t: usize| {
            let v = |k| value(i, k, t as f64);
            Row { phi: vec![v(0), v(1)], alignment: vec![v(0), -v(1)], aux: v(0), test: v(1) }
        };
        Owned::new(label, &TASKS, steps, (0..rows).map(row))
    };
    vec![lane(0, "Joint descent"), lane(1, "AuxiLearn")]
}

/// The awkward traces, by name.
pub fn cases() -> Vec<(String, Vec<Owned>)> {
    let mut diverged =
        replaced(18, 1500, |_, k, t| if k == 0 { 0.4 * 1e17_f64.powf(t) } else { 1.0 + 0.1 * t });
    diverged[0].status = stopped(StopReason::Diverged, 17);
    diverged[1] = auxilearn(1501, 1500);
    vec![
        ("normal".to_owned(), first_screen()),
        ("empty".to_owned(), vec![joint_descent(0, 1500), auxilearn(0, 1500)]),
        ("point".to_owned(), replaced(1, 1500, |_, k, _| 1.0 + k as f64)),
        ("constant".to_owned(), replaced(301, 300, |_, k, _| 0.25 * (1.0 - k as f64))),
        (
            "huge".to_owned(),
            replaced(301, 300, |i, k, t| 10_f64.powf((2 * i + k) as f64 * t - 300.0 + t / 2.0)),
        ),
        ("diverged".to_owned(), diverged),
        ("many".to_owned(), many(12)),
    ]
}

/// One lane of `m` tasks whose weights end near each other.
pub fn many(m: usize) -> Vec<Owned> {
    let names: Vec<String> = (1..=m).map(|k| format!("copy {k}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let row = |t: usize| {
        let t = t as f64;
        let phi = |k: usize| 0.2 + (1.0 - (-t / (60.0 + 20.0 * k as f64)).exp()) * (0.3 + 0.08 * k as f64);
        let phi: Vec<f64> = (0..m).map(phi).collect();
        Row {
            alignment: phi.iter().map(|v| (v - 0.5) * (-t / 200.0).exp()).collect(),
            phi,
            aux: 1.0,
            test: 1.1,
        }
    };
    vec![Owned::new("AuxiLearn", &names, 600, (0..601).map(row))]
}

/// What was drawn, with all coordinates.
#[derive(Debug, Clone, PartialEq)]
pub enum Call {
    Rect { from: BackendCoord, to: BackendCoord, rgb: (u8, u8, u8) },
    Path { points: Vec<BackendCoord>, width: u32, rgb: (u8, u8, u8) },
    Polygon { points: Vec<BackendCoord>, rgb: (u8, u8, u8) },
    Dot { at: BackendCoord, radius: u32, rgb: (u8, u8, u8) },
    Text { text: String, at: BackendCoord, anchor: &'static str, size: f64, bold: bool, rgb: (u8, u8, u8) },
}

/// A backend that writes down every call.
pub struct Recorder<'a> {
    size: (u32, u32),
    calls: &'a mut Vec<Call>,
}

impl<'a> Recorder<'a> {
    pub fn new(size: (u32, u32), calls: &'a mut Vec<Call>) -> Self {
        Self { size, calls }
    }
}

type Outcome = Result<(), DrawingErrorKind<std::io::Error>>;

impl DrawingBackend for Recorder<'_> {
    type ErrorType = std::io::Error;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Outcome {
        Ok(())
    }

    fn present(&mut self) -> Outcome {
        Ok(())
    }

    fn draw_pixel(&mut self, _: BackendCoord, _: BackendColor) -> Outcome {
        panic!("single pixels are slow on a canvas");
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Outcome {
        assert!(fill);
        self.calls.push(Call::Rect { from, to, rgb: style.color().rgb });
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Outcome {
        let points = path.into_iter().collect();
        self.calls.push(Call::Path { points, width: style.stroke_width(), rgb: style.color().rgb });
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Outcome {
        self.calls.push(Call::Polygon { points: path.into_iter().collect(), rgb: style.color().rgb });
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        at: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Outcome {
        assert!(fill);
        self.calls.push(Call::Dot { at, radius, rgb: style.color().rgb });
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Outcome {
        let anchor = match style.anchor().h_pos {
            HPos::Left => "start",
            HPos::Center => "middle",
            HPos::Right => "end",
        };
        let bold = matches!(style.style(), FontStyle::Bold);
        let (size, rgb) = (style.size(), style.color().rgb);
        self.calls.push(Call::Text { text: text.to_owned(), at, anchor, size, bold, rgb });
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        _: &str,
        _: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<std::io::Error>> {
        panic!("the wrapper answers this itself");
    }
}

/// A drawn chart, taken apart.
pub struct Recording {
    pub calls: Vec<Call>,
    pub drawn: Drawn,
    pub size: (u32, u32),
}

/// Draws a chart of `css` pixels at the view's ratio and records it.
pub fn record(kind: ChartKind, css: (u32, u32), owned: &[Owned], view: &View) -> Recording {
    let device = |x: u32| (f64::from(x) * view.pixel_ratio).round() as u32;
    let size = (device(css.0), device(css.1));
    let mut calls = Vec::new();
    let area = Measured::new(Recorder { size, calls: &mut calls }).into_drawing_area();
    let drawn = draw(kind, &area, &lanes(owned), view).unwrap();
    drop(area);
    Recording { calls, drawn, size }
}

/// As [`record`] for a chart of sampled data.
pub fn record_sampled(chart: &SampledChart, css: (u32, u32), lanes: &[Lane], view: &View) -> Recording {
    let device = |x: u32| (f64::from(x) * view.pixel_ratio).round() as u32;
    let size = (device(css.0), device(css.1));
    let mut calls = Vec::new();
    let area = Measured::new(Recorder { size, calls: &mut calls }).into_drawing_area();
    let drawn = draw_sampled(chart, &area, lanes, view).unwrap();
    drop(area);
    Recording { calls, drawn, size }
}

/// A text and the box that it takes.
#[derive(Debug, Clone)]
pub struct Label {
    pub text: String,
    pub at: BackendCoord,
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

impl Recording {
    pub fn paths(&self, rgb: Rgb) -> Vec<(&[BackendCoord], u32)> {
        let of = (rgb.0, rgb.1, rgb.2);
        let paths = self.calls.iter().filter_map(|call| match call {
            Call::Path { points, width, rgb } if *rgb == of => Some((points.as_slice(), *width)),
            _ => None,
        });
        paths.collect()
    }

    pub fn rects(&self, rgb: Rgb) -> Vec<(BackendCoord, BackendCoord)> {
        let of = (rgb.0, rgb.1, rgb.2);
        let rects = self.calls.iter().filter_map(|call| match call {
            Call::Rect { from, to, rgb } if *rgb == of => Some((*from, *to)),
            _ => None,
        });
        rects.collect()
    }

    /// All texts with boxes by a width of half an em per letter, which no usual font exceeds on
    /// average by much, and an em per Chinese character; vertically the height of capitals with descenders.
    pub fn labels(&self) -> Vec<Label> {
        let labels = self.calls.iter().filter_map(|call| match call {
            Call::Text { text, at, anchor, size, .. } => {
                let em = |c: char| if (c as u32) < 0x2e80 { 0.5 } else { 1.0 };
                let width = size * text.chars().map(em).sum::<f64>();
                let left = f64::from(at.0)
                    - width
                        * match *anchor {
                            "start" => 0.0,
                            "middle" => 0.5,
                            _ => 1.0,
                        };
                let (top, bottom) = (f64::from(at.1) - 0.45 * size, f64::from(at.1) + 0.45 * size);
                Some(Label { text: text.clone(), at: *at, left, right: left + width, top, bottom })
            }
            _ => None,
        });
        labels.collect()
    }

    pub fn text(&self, needle: &str) -> Option<Label> {
        self.labels().into_iter().find(|label| label.text.contains(needle))
    }
}

/// Whatever is drawn stays on the canvas, and no two texts meet.
pub fn assert_tidy(name: &str, recording: &Recording) {
    let (width, height) = (f64::from(recording.size.0), f64::from(recording.size.1));
    let labels = recording.labels();
    for (i, a) in labels.iter().enumerate() {
        assert!(
            a.left >= -1.0 && a.right <= width + 1.0 && a.top >= -1.0 && a.bottom <= height + 1.0,
            "{name}: {a:?}"
        );
        for b in &labels[..i] {
            // Subscripts hang on the symbol that they belong to.
            let subscript = a.text.chars().count() == 1 || b.text.chars().count() == 1;
            let apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
            assert!(apart || subscript, "{name}: {a:?} meets {b:?}");
        }
    }
    for call in &recording.calls {
        let points = match call {
            Call::Path { points, .. } | Call::Polygon { points, .. } => points.clone(),
            Call::Rect { from, to, .. } => vec![*from, *to],
            Call::Dot { at, .. } => vec![*at],
            Call::Text { .. } => continue,
        };
        let inside = |p: &(i32, i32)| {
            (-12.0..=width + 12.0).contains(&f64::from(p.0))
                && (-12.0..=height + 12.0).contains(&f64::from(p.1))
        };
        assert!(points.iter().all(inside), "{name}: {call:?}");
    }
}

/// The light view of a run of 1500 steps.
pub fn light() -> View {
    View::new(&Theme::LIGHT, 1500.0)
}

/// Where discs of a colour are.
pub fn dots(recording: &Recording, rgb: Rgb) -> Vec<(i32, i32)> {
    let of = (rgb.0, rgb.1, rgb.2);
    let dots = recording.calls.iter().filter_map(|call| match call {
        Call::Dot { at, rgb, .. } if *rgb == of => Some(*at),
        _ => None,
    });
    dots.collect()
}

/// Returns whether a pixel is at a place.
pub fn near(a: (i32, i32), b: (f64, f64), pixels: f64) -> bool {
    (f64::from(a.0) - b.0).abs() <= pixels && (f64::from(a.1) - b.1).abs() <= pixels
}

/// Corners of every filled polygon.
pub fn polygons(recording: &Recording) -> Vec<&Vec<(i32, i32)>> {
    let polygons = recording.calls.iter().filter_map(|call| match call {
        Call::Polygon { points, .. } => Some(points),
        _ => None,
    });
    polygons.collect()
}
