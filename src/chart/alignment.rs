//! Alignment a_k = ∇L_A · H⁻¹ · ∇ℓ_k over time, and the ribbon of its sign: φ_k grows where it is positive.

use super::crowd;
use super::frame::{self, Curve, Label, Panel};
use super::grid::{self, Grid};
use super::moments;
use super::overlay;
use super::ribbon::{self, CAPTION, ribbon, sign};
use super::scale::{Extent, Scale};
use super::sheet::Sheet;
use super::text::{self, list};
use super::{Drawn, Lane, View};
use crate::events::EventKind;
use crate::lang::{t, tr};
use crate::series::{NOISE, sign_changes};
use crate::trace::QuantityKind::{Alignment, Phi};

/// What is marked.
const TURNS: [EventKind; 3] = [EventKind::Grows, EventKind::Shrinks, EventKind::Flutters];

/// Lanes that have recorded an alignment at all; joint descent has none.
fn with_alignment<'a, 'b>(lanes: &'b [Lane<'a>]) -> Vec<&'b Lane<'a>> {
    let has =
        |lane: &&Lane| (0..lane.trace.layout().m).any(|k| lane.ranged_series(Alignment, k).is_recorded());
    lanes.iter().filter(has).collect()
}

/// See [`ChartKind::height`](super::ChartKind::height).
pub fn height(lanes: &[Lane], view: &View, width: f64) -> f64 {
    let lanes = with_alignment(lanes);
    if is_overlaid(&lanes, view) {
        let rows = lanes.iter().map(|lane| lane.trace.layout().m).sum();
        return grid::wanted_height(view, 1, width, ribbon::height_of(view, rows));
    }
    grid::wanted_height(view, lanes.len(), width, ribbon::height(view, &lanes))
}

fn is_overlaid(lanes: &[&Lane], view: &View) -> bool {
    overlay::applies(view, lanes.len(), lanes.iter().map(|lane| lane.trace.layout().m).sum())
}

/// The lanes that are shown, with their numbers among all.
fn numbered<'a, 'l>(all: &'a [Lane<'l>], lanes: &[&'a Lane<'l>]) -> Vec<overlay::Numbered<'a, 'l>> {
    let shown = |lane: &Lane| lanes.iter().any(|kept| std::ptr::eq(*kept, lane));
    all.iter().enumerate().filter(|(_, lane)| shown(lane)).collect()
}

/// All lanes in one panel.
fn overlaid(
    sheet: &mut Sheet,
    lanes: &[overlay::Numbered],
    steps: f64,
    scale: impl FnOnce(f64) -> Scale,
) -> Drawn {
    let what = overlay::What {
        title: tr!("Alignment a, all lanes"),
        symbol: "a",
        count: |lane| lane.trace.layout().m,
        series: |lane, k| lane.series(Alignment, k),
        name: |lane, k| lane.phi(k),
        ribbon: true,
    };
    overlay::compose(sheet, lanes, steps, &what, scale)
}

/// Composes the chart.
pub fn compose(sheet: &mut Sheet, all: &[Lane]) -> Drawn {
    let lanes = with_alignment(all);
    let mut extent = Extent::default();
    for (lane, k) in lanes.iter().flat_map(|lane| (0..lane.trace.layout().m).map(move |k| (lane, k))) {
        extent.add(lane.ranged_series(Alignment, k));
    }
    let Some(limits) = extent.robust(1e9, 1e6) else {
        return if all.iter().any(|lane| lane.trace.rows() > 1) {
            let whole =
                tr!("No lane has an alignment: only methods that use the implicit gradient compute one");
            frame::say(sheet, &[whole, tr!("No lane computes an alignment"), tr!("No alignment")])
        } else {
            frame::say_not_yet(sheet)
        };
    };
    if is_overlaid(&lanes, sheet.view) {
        let (steps, typical) = (frame::last_step(all, sheet.view), extent.typical(0.5));
        let scale = |intervals| Scale::symmetric(limits, typical, intervals);
        return overlaid(sheet, &numbered(all, &lanes), steps, scale);
    }
    // a_k falls by orders of magnitude while its sign, which is the message, may turn: a symmetric
    // logarithm keeps sign and zero and shows both the first steps and the last.
    let layout = Grid::new(sheet, lanes.len(), sheet.px(ribbon::height(sheet.view, &lanes)));
    let scale = Scale::symmetric(limits, extent.typical(0.5), layout.value_intervals(sheet));
    let names: Vec<String> = lanes.iter().flat_map(|l| (0..l.trace.layout().m).map(|k| l.phi(k))).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (left, right) = (grid::left_margin(sheet, &scale, "a"), grid::right_margin(sheet, &layout, &names));
    let panels = layout.panels(lanes.len(), left, right, frame::last_step(all, sheet.view));
    for (panel, lane) in panels.iter().zip(&lanes) {
        draw_lane(sheet, panel, &scale, lane, names.len());
    }
    frame::over_time(sheet, &panels)
}

fn draw_lane(sheet: &mut Sheet, panel: &Panel, scale: &Scale, lane: &Lane, all: usize) {
    let theme = sheet.view.theme;
    panel.value_axis(sheet, scale, "a");
    ribbon(sheet, panel, lane);
    let cursor = panel.cursor(sheet, CAPTION * sheet.px(theme.type_size));
    let m = lane.trace.layout().m;
    let curves: Vec<Curve> = (0..m)
        .map(|k| Curve {
            steps: lane.trace.steps(),
            values: lane.series(Alignment, k),
            rgb: match m > crowd::FEW {
                true => crowd::colour(theme, now(lane, k).and_then(sign)),
                false => theme.task(k),
            },
            task: Some(k),
            dashes: &[],
        })
        .collect();
    let labels: Vec<Label> = if curves.len() > crowd::FEW {
        crowd::curves(sheet, panel, scale, &curves, lane.phi_names, all)
    } else {
        let ends = curves.iter().enumerate();
        let drawn = ends.filter_map(|(k, c)| Some((lane.phi(k), panel.curve(sheet, scale, c)?, c.rgb)));
        drawn.collect()
    };
    if let (Some(x), true) = (cursor, curves.len() <= crowd::FEW) {
        panel.readings(sheet, scale, x, &curves);
    }
    let signs = signs_now(lane);
    let remarks = [tr!("alignment a, symmetric log scale"), tr!("symmetric log scale")];
    panel.heading(sheet, lane.label, &remarks, &[&signs]);
    panel.end_labels(sheet, &labels);
    moments::mark(sheet, panel, scale, lane, &TURNS, |k| lane.phi(k));
    panel.time_axis(sheet);
}

/// A task's last alignment; zero if it is but rounding beside what it has been, as it is for [`sign_changes`].
fn now(lane: &Lane, k: usize) -> Option<f64> {
    let (low, high) = lane.series(Alignment, k).extremes();
    let last = lane.trace.last(Alignment, k)?;
    Some(if last.abs() <= NOISE * high.max(-low) { 0.0 } else { last })
}

/// What a task's weight does at its last alignment, an index of the words for one or for many.
fn deed(lane: &Lane, k: usize) -> Option<usize> {
    Some(match sign(now(lane, k)?) {
        Some(true) => 0,
        Some(false) if lane.trace.last(Phi, k) == Some(0.0) => 2,
        Some(false) => 1,
        None => 3,
    })
}

fn verb(deed: usize) -> &'static str {
    [tr!("grows"), tr!("shrinks"), tr!("is held at 0"), tr!("rests (a ≈ 0)")][deed]
}

/// `4 grow, 16 are held at 0` in the last row.
fn counts(lane: &Lane) -> String {
    let mut counts = [0; 4];
    for deed in (0..lane.trace.layout().m).filter_map(|k| deed(lane, k)) {
        counts[deed] += 1;
    }
    let words = [tr!("grow"), tr!("shrink"), tr!("are held at 0"), tr!("rest (a ≈ 0)")];
    let parts = counts.iter().zip(words).filter(|(count, _)| **count > 0);
    parts
        .map(|(count, does)| t!("{count} {does}", count = count, does = does))
        .collect::<Vec<_>>()
        .join(tr!(", "))
}

/// `helpful grows, harmful shrinks`, as of the last row; of a crowd how many.
fn signs_now(lane: &Lane) -> String {
    if lane.trace.layout().m > crowd::FEW {
        return t!("now {signs}", signs = counts(lane));
    }
    let words = (0..lane.trace.layout().m)
        .filter_map(|k| Some(t!("{task} {does}", task = lane.phi(k), does = verb(deed(lane, k)?))));
    let words: Vec<String> = words.collect();
    if words.is_empty() { String::new() } else { t!("now {signs}", signs = list(&words)) }
}

/// The text alternative; see [`ChartKind::describe`](super::ChartKind::describe).
pub fn describe(all: &[Lane], view: &View) -> String {
    let lanes = with_alignment(all);
    let mut words = String::from(tr!(
        "Alignment a of each auxiliary task over time: its weight grows where a is positive."
    ));
    if lanes.is_empty() {
        let begun = all.iter().any(|lane| lane.trace.rows() > 1);
        words.push_str(match begun {
            true => {
                tr!(" No lane has an alignment: only methods that use the implicit gradient compute one.")
            }
            false => tr!(" Nothing recorded yet."),
        });
        return words;
    }
    for lane in &lanes {
        words.push_str(&t!(" {lane}: {words}.", lane = lane.label, words = in_words(lane)));
    }
    let out: Vec<String> = all
        .iter()
        .filter(|l| !lanes.iter().any(|kept| std::ptr::eq(*kept, *l)))
        .map(|l| l.label.to_owned())
        .collect();
    if !out.is_empty() {
        words.push_str(&t!(" Without alignment: {lanes}.", lanes = list(&out)));
    }
    if is_overlaid(&lanes, view) {
        words.push_str(&overlay::describe(&numbered(all, &lanes)));
    }
    words
}

/// The present alignments of a lane and their turns; of a crowd how many are of either sign.
fn in_words(lane: &Lane) -> String {
    if lane.trace.layout().m > crowd::FEW {
        return t!("of {all} weights now {signs}", all = lane.trace.layout().m, signs = counts(lane));
    }
    let tasks = (0..lane.trace.layout().m).filter_map(|k| {
        let value = lane.trace.last(Alignment, k)?;
        let turned = match sign_changes(&lane.series(Alignment, k)).0 {
            0 => tr!("the sign never turned").to_owned(),
            1 => tr!("the sign turned once").to_owned(),
            n => t!("the sign turned {count} times", count = n),
        };
        Some(t!(
            "{task} a = {value}, {does}, {turned}",
            task = lane.phi(k),
            value = text::value(value),
            does = verb(deed(lane, k)?),
            turned = turned
        ))
    });
    let tasks = tasks.collect::<Vec<_>>().join(tr!("; "));
    if tasks.is_empty() { tr!("not recorded yet").to_owned() } else { tasks }
}
