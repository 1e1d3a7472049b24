//! The paragraph above the charts: what is compared, what each lane made of φ, and the errors on unseen data.

use super::{Lane, Subject, number};
use crate::facts::{LaneFacts, TaskFacts, status_text};
use crate::lang::{self, list, t, tr};
use crate::status::{RunStatus, StopReason};
use std::cmp::Ordering;

/// Tasks, and errors, named in one sentence at most; the tables hold the rest.
const NAMED: usize = 4;
/// Beyond so many tasks it is only told how many of them did what.
const CROWD: usize = 6;
/// Sentences after which no lane is told of.
const TOLD: usize = 3;

/// The paragraph above the charts.
pub fn lead(subject: &Subject) -> String {
    let mut sentences = vec![first_sentence(subject)];
    if subject.step() == 0.0 {
        let start = tr!(" This is the start; play or step to see what each way makes of φ.");
        return sentences.concat() + start;
    }
    let learns = subject.lanes.iter().any(|lane| moves_phi(lane.method));
    let mut errors = Vec::new();
    for lane in subject.lanes {
        let Some(facts) = LaneFacts::of(lane.trace, lane.indefinite_steps) else { continue };
        let failed = has_failed(lane.status);
        if sentences.len() <= TOLD {
            sentences.extend(sentence(lane, subject.task_names, &facts));
            if failed {
                let status = lang::said(status_text(lane.status, lane.indefinite_steps));
                sentences.push(t!("{lane}: {what}.", lane = lane.label, what = status));
            }
        }
        let told = !failed && (!learns || moves_phi(lane.method));
        errors.extend(facts.loss_test.filter(|_| told).map(|error| (error, lane.label)));
    }
    if !errors.is_empty() {
        sentences.push(t!("Error on unseen data: {errors}.", errors = unseen(errors)));
    }
    sentences.join(tr!(" "))
}

/// A small number as a word.
fn count(n: usize) -> String {
    let words = [tr!("no"), tr!("one"), tr!("two"), tr!("three"), tr!("four"), tr!("five"), tr!("six")];
    words.get(n).map_or_else(|| n.to_string(), |&word| word.to_owned())
}

/// Returns the first sentence: how many ways are compared, and how many components each of them chooses.
fn first_sentence(subject: &Subject) -> String {
    let ways = match subject.lanes.len() {
        1 => t!("{count} way", count = count(1)),
        many => t!("{count} ways", count = count(many)),
    };
    let n = subject.task_names.len();
    let count = count(n);
    match (subject.problem, n == 1) {
        ("sample_weights", true) => {
            t!("Same data, same seed, {ways} to weigh {count} training sample.", ways = ways, count = count)
        }
        ("sample_weights", false) => {
            t!("Same data, same seed, {ways} to weigh {count} training samples.", ways = ways, count = count)
        }
        ("learned_labels", true) => {
            t!("Same data, same seed, {ways} to choose {count} label.", ways = ways, count = count)
        }
        ("learned_labels", false) => {
            t!("Same data, same seed, {ways} to choose {count} labels.", ways = ways, count = count)
        }
        ("ridge", true) => {
            t!("Same data, same seed, {ways} to choose {count} penalty.", ways = ways, count = count)
        }
        ("ridge", false) => {
            t!("Same data, same seed, {ways} to choose {count} penalties.", ways = ways, count = count)
        }
        (_, true) => {
            t!("Same data, same seed, {ways} to weigh {count} side task.", ways = ways, count = count)
        }
        (_, false) => {
            t!("Same data, same seed, {ways} to weigh {count} side tasks.", ways = ways, count = count)
        }
    }
}

/// Returns true for a lane that failed numerically.
fn has_failed(status: RunStatus) -> bool {
    match status {
        RunStatus::Running => false,
        RunStatus::Stopped { reason, .. } => match reason {
            StopReason::Finished | StopReason::Converged => false,
            StopReason::Stalled
            | StopReason::Diverged
            | StopReason::Singular
            | StopReason::Indefinite
            | StopReason::Unsolved
            | StopReason::Nonpositive => true,
        },
    }
}

/// Returns whether methods of a kind move φ on purpose: the paragraph is about them, the bars show the others too.
fn moves_phi(method: &str) -> bool {
    ["joint_descent", "implicit", "unrolled", "darts", "best_response", "grid_search"].contains(&method)
}

/// What a lane's method makes of φ; nothing for one that does not move it on purpose.
fn sentence(lane: &Lane, names: &[String], facts: &LaneFacts) -> Option<String> {
    let (label, what) = (lane.label, weights(names, &facts.tasks));
    Some(match lane.method {
        "joint_descent" if facts.tasks.iter().any(|task| task.ever_grew) => {
            t!("{lane} descends the training loss in φ, too: {what}.", lane = label, what = what)
        }
        "joint_descent" => {
            t!(
                "{lane} descends the training loss in φ, too, so no weight ever grows: {what}.",
                lane = label,
                what = what
            )
        }
        "implicit" => t!("{lane} follows the sign of each alignment: {what}.", lane = label, what = what),
        "unrolled" => {
            t!("{lane} differentiates through its last inner steps: {what}.", lane = label, what = what)
        }
        "darts" => t!("{lane} takes a finite difference: {what}.", lane = label, what = what),
        "best_response" => {
            t!("{lane} descends the held-out loss itself: {what}.", lane = label, what = what)
        }
        "grid_search" => t!("{lane} tries every point of a grid: {what}.", lane = label, what = what),
        _ => return None,
    })
}

/// What all weights did so far; of a crowd, how many did what.
fn weights(names: &[String], tasks: &[TaskFacts]) -> String {
    if tasks.len() > CROWD {
        return crowd(tasks);
    }
    let mut told: Vec<String> =
        names.iter().zip(tasks).take(NAMED).map(|(name, task)| weight(name, task)).collect();
    match tasks.len().saturating_sub(NAMED) {
        0 => {}
        1 => told.push(t!("{count} more is in the table", count = count(1))),
        more => told.push(t!("{count} more are in the table", count = count(more))),
    }
    list(&told)
}

fn crowd(tasks: &[TaskFacts]) -> String {
    let of = |holds: fn(&TaskFacts) -> bool| tasks.iter().filter(|task| holds(task)).count();
    let (all, zero) = (tasks.len(), of(|task| task.phi_last == 0.0));
    let (grew, fell) = (of(|task| task.phi_last > task.phi_start), of(|task| task.phi_last < task.phi_start));
    if zero > 0 {
        t!(
            "of {all} values {grew} grew and {fell} fell, {zero} to 0",
            all = all,
            grew = grew,
            fell = fell,
            zero = zero
        )
    } else {
        t!("of {all} values {grew} grew and {fell} fell", all = all, grew = grew, fell = fell)
    }
}

/// What a weight did so far.
fn weight(name: &str, task: &TaskFacts) -> String {
    let TaskFacts { phi_start, phi_last, .. } = *task;
    let (from, to) = (number(phi_start, 3), number(phi_last, 3));
    match (task.zero_since, phi_last.partial_cmp(&phi_start)) {
        (_, None) => t!("{name} is not finite", name = name),
        (Some(step @ 1..), Some(_)) => t!("{name} reaches 0 at step {step}", name = name, step = step),
        (_, Some(Ordering::Greater)) => {
            t!("{name} grows from {from} to {to}", name = name, from = from, to = to)
        }
        (_, Some(Ordering::Less)) => {
            t!("{name} falls from {from} to {to}", name = name, from = from, to = to)
        }
        (_, Some(Ordering::Equal)) if task.ever_grew => t!("{name} is back at {to}", name = name, to = to),
        (_, Some(Ordering::Equal)) => t!("{name} stays at {to}", name = name, to = to),
    }
}

/// Errors by their lanes, in the order of the lanes; of many the least and the largest.
fn unseen(mut errors: Vec<(f64, &str)>) -> String {
    let told =
        |&(error, label): &(f64, &str)| t!("{error} with {lane}", error = number(error, 3), lane = label);
    if errors.len() <= NAMED {
        return list(&errors.iter().map(told).collect::<Vec<_>>());
    }
    errors.sort_by(|a, b| a.0.total_cmp(&b.0));
    let end = |error: Option<&(f64, &str)>| error.map(told).unwrap_or_default();
    t!("from {least} to {most}", least = end(errors.first()), most = end(errors.last()))
}
