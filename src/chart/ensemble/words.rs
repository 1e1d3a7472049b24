//! What the seeds say, in words.

use super::super::text::{list, value};
use crate::lang::{self, t, tr};
use crate::sampled::{LaneSummary, Summary};

fn seeds(count: usize) -> String {
    match count {
        1 => tr!("1 seed").to_owned(),
        _ => t!("{count} seeds", count = count),
    }
}

/// `40 seeds, from 7 to 46.`
pub fn seeds_in_words(summary: &Summary) -> String {
    match summary.seeds[..] {
        [] => tr!("No seed.").to_owned(),
        [only] => t!("Seed {seed}.", seed = only),
        [first, .., last] => t!(
            "{count} seeds, from {first} to {last}.",
            count = summary.seeds.len(),
            first = first,
            last = last
        ),
    }
}

/// What the ends are compared by.
fn measure(summary: &Summary) -> &'static str {
    if summary.has_test() { tr!("test error") } else { tr!("held-out loss L_A") }
}

/// The title of the strips.
pub fn strips(summary: &Summary) -> &'static str {
    match summary.has_test() {
        true => tr!("Test error at the end, a dot a seed"),
        false => tr!("Held-out loss L_A at the end, a dot a seed"),
    }
}

/// `40 seeds: median test error AuxiLearn 0.60, Joint descent 1.80`, from the best lane on; the longest wording first.
pub fn verdict(summary: &Summary) -> Vec<String> {
    let median = |lane: &LaneSummary| summary.final_quantiles(lane).map(|quantiles| quantiles[2]);
    let mut lanes: Vec<(f64, &str)> =
        summary.lanes.iter().filter_map(|lane| Some((median(lane)?, lane.label.as_str()))).collect();
    lanes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let counted = seeds(summary.seeds.len());
    if lanes.is_empty() {
        return vec![t!("{seeds}: no lane came to an end", seeds = counted), counted];
    }
    let told = |lanes: &[(f64, &str)]| {
        let each: Vec<String> =
            lanes.iter().map(|(median, label)| format!("{label} {}", value(*median))).collect();
        t!(
            "{seeds}: median {measure} {values}",
            seeds = counted,
            measure = measure(summary),
            values = list(&each)
        )
    };
    let best = t!("{seeds}, lowest median: {lane}", seeds = counted, lane = lanes[0].1);
    vec![told(&lanes), told(&lanes[..lanes.len().min(3)]), told(&lanes[..1]), best, counted]
}

/// `diverged for 3 of 40 seeds`, of every way to fail; empty if there was none.
fn failed(lane: &LaneSummary) -> String {
    let all = lane.ends.len();
    let each = lane.failures().into_iter().map(|(reason, count)| {
        let ended = lang::text(reason.word());
        t!("{ended} for {count} of {all} seeds", ended = ended, count = count, all = all)
    });
    list(&each.collect::<Vec<_>>())
}

/// Which weights end at zero how often: `helpful in 40 of 40`; empty if none does.
fn zeros(summary: &Summary, lane: &LaneSummary) -> String {
    let each = summary.shape.weights.iter().enumerate().filter_map(|(k, name)| {
        let (zero, all) = lane.at_zero(k);
        (zero > 0).then(|| t!("{weight} in {zero} of {all}", weight = name, zero = zero, all = all))
    });
    list(&each.collect::<Vec<_>>())
}

/// What happened in a lane, for its panel; the longest wording first.
pub fn of_lane(summary: &Summary, lane: &LaneSummary) -> Vec<String> {
    let (zeros, failed) = (zeros(summary, lane), failed(lane));
    let shape = &summary.shape;
    let kept = match shape.n_weights - shape.weights.len() {
        0 => String::new(),
        _ => t!("the first {some} of {all} weights", some = shape.weights.len(), all = shape.n_weights),
    };
    let ends = if zeros.is_empty() { String::new() } else { t!("0 at the end: {zeros}", zeros = zeros) };
    let parts: Vec<String> = [failed, ends, kept].into_iter().filter(|part| !part.is_empty()).collect();
    let mut wordings = vec![tr!("median, 25 to 75 %, 10 to 90 %").to_owned()];
    for count in 1..=parts.len() {
        wordings.insert(0, parts[..count].join(" · "));
    }
    wordings
}

/// The lane whose weights end at zero most, and what failed; the longest wording first.
pub fn ends_in_words(summary: &Summary) -> Vec<String> {
    let told = summary.lanes.iter().filter_map(|lane| {
        let zeros = zeros(summary, lane);
        (!zeros.is_empty()).then(|| t!("{lane}: {zeros}", lane = lane.label, zeros = zeros))
    });
    let zeros: Vec<String> = told.collect();
    let told = summary.lanes.iter().filter_map(|lane| {
        let failed = failed(lane);
        (!failed.is_empty()).then(|| t!("{lane} {failed}", lane = lane.label, failed = failed))
    });
    let failed = told.collect::<Vec<_>>().join(tr!("; "));
    let ends = if zeros.is_empty() {
        String::new()
    } else {
        t!("Weight zero at the end: {zeros}", zeros = zeros.join(tr!("; ")))
    };
    let key = tr!("Box: 25 to 75 %, line: 10 to 90 %").to_owned();
    let whole: Vec<String> =
        [failed.clone(), ends.clone()].into_iter().filter(|part| !part.is_empty()).collect();
    [whole.join(tr!(". ")), failed, ends, key].into_iter().filter(|words| !words.is_empty()).collect()
}

/// See [`EnsembleChart::describe`](super::EnsembleChart::describe).
pub fn describe(summary: &Summary) -> String {
    if summary.seeds.is_empty() {
        return tr!("Many seeds. No seed has been run yet.").to_owned();
    }
    let mut words = t!("{words}.", words = verdict(summary)[0]);
    for lane in &summary.lanes {
        let mut parts = Vec::new();
        if let Some([low, first, middle, third, high]) = summary.final_quantiles(lane).map(|q| q.map(value)) {
            parts.push(t!(
                "{measure} {middle}, half of the seeds from {first} to {third}, four fifths from {low} to {high}",
                measure = measure(summary),
                middle = middle,
                first = first,
                third = third,
                low = low,
                high = high
            ));
        }
        let ends = summary.shape.weights.iter().zip(&lane.bands).filter_map(|(name, bands)| {
            let [_, first, middle, third, _] = bands.last()?.map(value);
            Some(t!(
                "{weight} {middle} ({first} to {third})",
                weight = name,
                middle = middle,
                first = first,
                third = third
            ))
        });
        let ends: Vec<String> = ends.collect();
        if !ends.is_empty() {
            parts.push(t!("weights at the end {values}", values = list(&ends)));
        }
        let zeros = zeros(summary, lane);
        if !zeros.is_empty() {
            parts.push(t!("zero at the end: {zeros}", zeros = zeros));
        }
        let failed = failed(lane);
        if !failed.is_empty() {
            parts.push(failed);
        }
        words.push_str(&t!(" {lane}: {words}.", lane = lane.label, words = parts.join(tr!("; "))));
    }
    words
}
