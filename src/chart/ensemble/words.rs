//! What the seeds say, in words.

use super::super::text::{list, value};
use crate::sampled::{LaneSummary, Summary};

fn seeds(count: usize) -> String {
    format!("{count} seed{}", if count == 1 { "" } else { "s" })
}

/// `40 seeds, from 7 to 46.`
pub fn seeds_in_words(summary: &Summary) -> String {
    match summary.seeds[..] {
        [] => "No seed.".to_owned(),
        [only] => format!("Seed {only}."),
        [first, .., last] => format!("{}, from {first} to {last}.", seeds(summary.seeds.len())),
    }
}

/// What the ends are compared by.
fn measure(summary: &Summary) -> &'static str {
    if summary.has_test() { "test error" } else { "held-out loss L_A" }
}

/// The title of the strips.
pub fn strips(summary: &Summary) -> String {
    let mut measure = measure(summary).to_owned();
    measure[..1].make_ascii_uppercase();
    format!("{measure} at the end, a dot a seed")
}

/// `40 seeds: median test error AuxiLearn 0.60, Joint descent 1.80`, from the best lane on; the longest wording first.
pub fn verdict(summary: &Summary) -> Vec<String> {
    let median = |lane: &LaneSummary| summary.final_quantiles(lane).map(|quantiles| quantiles[2]);
    let mut lanes: Vec<(f64, &str)> =
        summary.lanes.iter().filter_map(|lane| Some((median(lane)?, lane.label.as_str()))).collect();
    lanes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let counted = seeds(summary.seeds.len());
    if lanes.is_empty() {
        return vec![format!("{counted}: no lane came to an end"), counted];
    }
    let told = |lanes: &[(f64, &str)]| {
        let each: Vec<String> =
            lanes.iter().map(|(median, label)| format!("{label} {}", value(*median))).collect();
        format!("{counted}: median {} {}", measure(summary), list(&each))
    };
    let best = format!("{counted}, lowest median: {}", lanes[0].1);
    vec![told(&lanes), told(&lanes[..lanes.len().min(3)]), told(&lanes[..1]), best, counted]
}

/// `diverged for 3 of 40 seeds`, of every way to fail; empty if there was none.
fn failed(lane: &LaneSummary) -> String {
    let all = lane.ends.len();
    let each = lane
        .failures()
        .into_iter()
        .map(|(reason, count)| format!("{} for {count} of {all} seeds", reason.word()));
    list(&each.collect::<Vec<_>>())
}

/// Which weights end at zero how often: `helpful in 40 of 40`; empty if none does.
fn zeros(summary: &Summary, lane: &LaneSummary) -> String {
    let each = summary.shape.weights.iter().enumerate().filter_map(|(k, name)| {
        let (zero, all) = lane.at_zero(k);
        (zero > 0).then(|| format!("{name} in {zero} of {all}"))
    });
    list(&each.collect::<Vec<_>>())
}

/// What happened in a lane, for its panel; the longest wording first.
pub fn of_lane(summary: &Summary, lane: &LaneSummary) -> Vec<String> {
    let (zeros, failed) = (zeros(summary, lane), failed(lane));
    let shape = &summary.shape;
    let kept = match shape.n_weights - shape.weights.len() {
        0 => String::new(),
        _ => format!("the first {} of {} weights", shape.weights.len(), shape.n_weights),
    };
    let ends = if zeros.is_empty() { String::new() } else { format!("0 at the end: {zeros}") };
    let parts: Vec<String> = [failed, ends, kept].into_iter().filter(|part| !part.is_empty()).collect();
    let mut wordings = vec!["median, 25 to 75 %, 10 to 90 %".to_owned()];
    for count in 1..=parts.len() {
        wordings.insert(0, parts[..count].join(" · "));
    }
    wordings
}

/// The lane whose weights end at zero most, and what failed; the longest wording first.
pub fn ends_in_words(summary: &Summary) -> Vec<String> {
    let told = summary.lanes.iter().filter_map(|lane| {
        let zeros = zeros(summary, lane);
        (!zeros.is_empty()).then(|| format!("{}: {zeros}", lane.label))
    });
    let zeros: Vec<String> = told.collect();
    let told = summary.lanes.iter().filter_map(|lane| {
        let failed = failed(lane);
        (!failed.is_empty()).then(|| format!("{} {failed}", lane.label))
    });
    let failed = told.collect::<Vec<_>>().join("; ");
    let ends = if zeros.is_empty() {
        String::new()
    } else {
        format!("Weight zero at the end: {}", zeros.join("; "))
    };
    let key = "Box: 25 to 75 %, line: 10 to 90 %".to_owned();
    let whole: Vec<String> =
        [failed.clone(), ends.clone()].into_iter().filter(|part| !part.is_empty()).collect();
    [whole.join(". "), failed, ends, key].into_iter().filter(|words| !words.is_empty()).collect()
}

/// See [`EnsembleChart::describe`](super::EnsembleChart::describe).
pub fn describe(summary: &Summary) -> String {
    if summary.seeds.is_empty() {
        return "Many seeds. No seed has been run yet.".to_owned();
    }
    let mut words = format!("{}.", verdict(summary)[0]);
    for lane in &summary.lanes {
        words.push_str(&format!(" {}:", lane.label));
        let mut parts = Vec::new();
        if let Some([low, first, middle, third, high]) = summary.final_quantiles(lane).map(|q| q.map(value)) {
            parts.push(format!(
                "{} {middle}, half of the seeds from {first} to {third}, four fifths from {low} to {high}",
                measure(summary)
            ));
        }
        let ends = summary.shape.weights.iter().zip(&lane.bands).filter_map(|(name, bands)| {
            let [_, first, middle, third, _] = bands.last()?.map(value);
            Some(format!("{name} {middle} ({first} to {third})"))
        });
        let ends: Vec<String> = ends.collect();
        if !ends.is_empty() {
            parts.push(format!("weights at the end {}", list(&ends)));
        }
        let zeros = zeros(summary, lane);
        if !zeros.is_empty() {
            parts.push(format!("zero at the end: {zeros}"));
        }
        let failed = failed(lane);
        if !failed.is_empty() {
            parts.push(failed);
        }
        words.push_str(&format!(" {}.", parts.join("; ")));
    }
    words
}
