//! What the landscape shows, in words.

use super::super::text::{self, list};
use super::super::{Lane, View};
use crate::lang::{t, tr};
use crate::sampled::Landscape;
use crate::trace::QuantityKind::InnerSolves;

/// `φ helpful`.
pub fn component(landscape: &Landscape, k: usize) -> String {
    let name = landscape.phi_names.get(k).cloned().unwrap_or_else(|| (k + 1).to_string());
    if name.starts_with('φ') { name } else { format!("φ {name}") }
}

/// Which components are fixed at what.
pub fn held(landscape: &Landscape) -> Vec<String> {
    let (first, second) = landscape.components;
    let others = (0..landscape.phi.len()).filter(|&k| k != first && Some(k) != second);
    let fixed: Vec<String> =
        others.map(|k| format!("{} = {}", component(landscape, k), text::value(landscape.phi[k]))).collect();
    let what = tr!(
        "L_A(W*(φ)): low is good, and grid search, AuxiLearn and the exact scheme all look for its least"
    );
    let mut words = match fixed.len() {
        0 => vec![what.to_owned(), "L_A(W*(φ))".to_owned()],
        1..=3 => vec![t!("with {components} fixed", components = list(&fixed))],
        many => vec![t!("with {count} other components of φ fixed", count = many)],
    };
    if let Some(level) = landscape.level() {
        return flat(landscape, level);
    }
    if !landscape.convex {
        let whole = tr!("L_A(W*(φ)); L_T is not convex: at a jump W*(φ) is another minimum");
        words.insert(0, whole.to_owned());
    }
    words
}

/// That nothing varies, the longest wording first.
fn flat(landscape: &Landscape, level: f64) -> Vec<String> {
    let (first, second) = landscape.components;
    let over = [Some(first), second].into_iter().flatten().map(|k| component(landscape, k));
    let level = text::value(level);
    let over = list(&over.collect::<Vec<_>>());
    let whole = match second {
        Some(_) => {
            t!("flat: {level} throughout, {components} change nothing here", level = level, components = over)
        }
        None => {
            t!("flat: {level} throughout, {component} changes nothing here", level = level, component = over)
        }
    };
    vec![
        whole,
        t!("flat: {level} throughout, nothing to see here", level = level),
        t!("flat: {level} throughout", level = level),
    ]
}

/// What each lane has spent: inner solves where they are counted, outer steps elsewhere.
pub fn costs(landscape: &Landscape, lanes: &[Lane], cursor: Option<f64>) -> Vec<String> {
    let one = |(i, lane): (usize, &Lane)| {
        let rows = cursor.map_or(lane.trace.rows(), |step| lane.trace.rows_through(step));
        let row = rows.checked_sub(1)?;
        let solves = lane.trace.series(InnerSolves, 0).and_then(|s| s.get(row)).filter(|s| s.is_finite());
        let grid = landscape.grid.as_ref().filter(|grid| grid.lane == i);
        Some(match (solves, grid) {
            (Some(&n), Some(grid)) => t!(
                "{lane}: {count} of {all} inner solves",
                lane = lane.label,
                count = text::number(n, 0),
                all = text::number(grid.size, 0)
            ),
            (Some(&n), None) => {
                t!("{lane}: {count} inner solves", lane = lane.label, count = text::number(n, 0))
            }
            (None, _) => {
                let steps = text::number(lane.trace.steps()[row], 0);
                t!("{lane}: {steps} outer steps", lane = lane.label, steps = steps)
            }
        })
    };
    lanes.iter().enumerate().filter_map(one).collect()
}

/// The text alternative; see [`SampledChart::describe`](super::SampledChart::describe).
pub fn describe(landscape: &Landscape, lanes: &[Lane], view: &View) -> String {
    let (first, second) = landscape.components;
    let over: Vec<String> =
        [Some(first), second].into_iter().flatten().map(|k| component(landscape, k)).collect();
    let mut words = t!("Held-out loss of the best response over {components}.", components = list(&over));
    let Some((low, high)) = landscape.field.range() else {
        return words + tr!(" No φ here has a unique best response.");
    };
    match (landscape.level(), landscape.field.least()) {
        (Some(level), _) => words.push_str(&t!(" It is {flat}.", flat = flat(landscape, level)[0])),
        (None, Some(((x, y), _))) => {
            let at = match second {
                Some(_) => format!("({}, {})", text::value(x), text::value(y)),
                None => text::value(x),
            };
            let ends = [low, high].map(text::value);
            words.push_str(&match ends[0] == ends[1] {
                true => t!(" It hardly varies: {level}; least at {place}.", level = ends[0], place = at),
                false => t!(
                    " It runs from {low} to {high}; least at {place}.",
                    low = ends[0],
                    high = ends[1],
                    place = at
                ),
            });
        }
        (None, None) => {}
    }
    if !landscape.convex {
        words.push_str(tr!(" L_T is not convex: at a jump W*(φ) is another minimum."));
    }
    match landscape.field.absent() {
        0 => {}
        absent => words.push_str(&t!(
            " {count} of {all} points have no unique best response.",
            count = absent,
            all = landscape.field.values.len()
        )),
    }
    let costs = costs(landscape, lanes, view.cursor);
    if costs.is_empty() { words } else { words + &t!(" {words}.", words = costs.join(tr!("; "))) }
}
