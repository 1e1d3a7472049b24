//! What happened when: the moments of a run that are worth a mark, read off traces.

use crate::lang::{self, t};
use crate::series::turns;
use crate::status::{RunStatus, StopReason};
use crate::trace::{QuantityKind, Trace};

/// Weights beyond which they are no longer told one by one.
const CROWD: usize = 12;
/// Moments of one lane at most.
const MOST: usize = 8;
/// Changes nearer than this part of the run are one moment, unless there are too many of these still.
const NEAR: u64 = 50;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// The alignment became positive: the weight grows from there on.
    Grows,
    /// The alignment became negative: the weight shrinks.
    Shrinks,
    /// The alignment began to change its sign again and again.
    Flutters,
    /// The weight became zero.
    Zero,
    /// The weight left zero.
    Leaves,
    /// The lane ended.
    Ended(StopReason),
}

impl EventKind {
    /// One word: `grows`, `shrinks`, `flutters`, `zero`, `leaves`, or that of the [`StopReason`].
    pub fn word(self) -> &'static str {
        match self {
            Self::Grows => "grows",
            Self::Shrinks => "shrinks",
            Self::Flutters => "flutters",
            Self::Zero => "zero",
            Self::Leaves => "leaves",
            Self::Ended(reason) => reason.word(),
        }
    }
}

/// A moment of one lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    /// When it was. Where it stands for several changes: what [`kind`](Self::kind) says holds since then.
    pub step: u64,
    /// Steps of the first and the last change that it stands for.
    pub span: [u64; 2],
    /// How many changes there were; of a crowd, how many weights.
    pub count: usize,
    /// The weight, counted from 0; `None` for what concerns the lane, or a crowd of weights.
    pub task: Option<usize>,
    /// What happened.
    pub kind: EventKind,
}

impl Event {
    fn new(step: u64, kind: EventKind) -> Self {
        Self { step, span: [step; 2], count: 1, task: None, kind }
    }

    /// The moment in words, for a weight called `name`, such as `φ of harmful`.
    pub fn words(&self, name: &str) -> String {
        let ([first, last], count) = (self.span, self.count);
        match (self.kind, self.task) {
            (EventKind::Ended(reason), _) => lang::text(reason.word()).to_owned(),
            (EventKind::Zero, None) => {
                t!("{count} weights have reached zero, the first at step {step}", count = count, step = first)
            }
            (EventKind::Zero, _) if count > 1 => t!(
                "{weight} reaches zero, after {count} changes since step {step}",
                weight = name,
                count = count,
                step = first
            ),
            (EventKind::Zero, _) => t!("{weight} reaches zero", weight = name),
            (EventKind::Leaves, _) if count > 1 => t!(
                "{weight} leaves zero, after {count} changes since step {step}",
                weight = name,
                count = count,
                step = first
            ),
            (EventKind::Leaves, _) => t!("{weight} leaves zero", weight = name),
            (EventKind::Grows, _) => t!("the alignment turns positive, {weight} grows", weight = name),
            (EventKind::Shrinks, _) => t!("the alignment turns negative, {weight} shrinks", weight = name),
            (EventKind::Flutters, _) => t!(
                "the alignment for {weight} changes its sign {count} times up to step {step}",
                weight = name,
                count = count,
                step = last
            ),
        }
    }
}

/// The moments of a lane in the order of their steps: no more than eight besides its end, unless more weights than
/// that have one each.
///
/// Changes of one weight that follow each other within a fiftieth of the `steps` of the run are one moment: that of
/// the last for zeros, of the first for signs, which flutter then. If there are too many moments still, it is within
/// twice as many steps, and so on. Of more than a
/// dozen weights it is only told how many are zero. What a trace left out (see [`Trace`]) nobody can tell.
pub fn events(trace: &Trace, status: RunStatus, steps: u64) -> Vec<Event> {
    let (kind, components) = trace.layout().weights();
    let weights: Vec<&[f64]> = components.clone().filter_map(|i| trace.series(kind, i)).collect();
    let at = |row: usize| trace.steps()[row] as u64;
    let mut found = if weights.len() > CROWD {
        crowd(&weights, at).into_iter().collect()
    } else {
        // An alignment is that of φ_k, which the effective weights of a network are not.
        let own = |k: usize| match kind {
            QuantityKind::Phi => trace.series(QuantityKind::Alignment, k).unwrap_or(&[]),
            _ => &[],
        };
        let changes = weights.iter().enumerate().flat_map(|(k, weight)| {
            let turned = |(row, up)| (at(row), if up { EventKind::Grows } else { EventKind::Shrinks });
            let moved = |(row, zero)| (at(row), if zero { EventKind::Zero } else { EventKind::Leaves });
            [(k, turns(own(k)).map(turned).collect()), (k, zeros(weight).map(moved).collect())]
        });
        few(&changes.collect::<Vec<_>>(), steps)
    };
    found.sort_by_key(|event| event.step);
    if let RunStatus::Stopped { reason, step } = status {
        found.push(Event::new(step, EventKind::Ended(reason)));
    }
    found
}

/// Changes of one weight.
type Changes = (usize, Vec<(u64, EventKind)>);

/// Joins what is near until there are few.
fn few(changes: &[Changes], steps: u64) -> Vec<Event> {
    let mut near = (steps / NEAR).max(1);
    loop {
        let joined: Vec<Event> = changes.iter().flat_map(|(k, changes)| joined(*k, changes, near)).collect();
        if joined.len() <= MOST || near >= steps {
            return joined;
        }
        near *= 2;
    }
}

fn joined(task: usize, changes: &[(u64, EventKind)], near: u64) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    for &(step, kind) in changes {
        match events.last_mut() {
            Some(last) if step - last.span[1] <= near => {
                last.span[1] = step;
                last.count += 1;
                match kind {
                    EventKind::Grows | EventKind::Shrinks => last.kind = EventKind::Flutters,
                    _ => (last.step, last.kind) = (step, kind),
                }
            }
            _ => events.push(Event { task: Some(task), ..Event::new(step, kind) }),
        }
    }
    events
}

/// Rows at which a weight becomes zero (true) or leaves it.
fn zeros(weight: &[f64]) -> impl Iterator<Item = (usize, bool)> {
    let zero = |x: f64| x == 0.0;
    let pairs = weight.windows(2).enumerate();
    pairs
        .filter(move |(_, pair)| zero(pair[0]) != zero(pair[1]))
        .map(move |(row, pair)| (row + 1, zero(pair[1])))
}

/// How many of many weights are zero, since when.
fn crowd(weights: &[&[f64]], at: impl Fn(usize) -> u64) -> Option<Event> {
    let since = |weight: &&[f64]| {
        let before = weight.iter().rposition(|&x| x != 0.0)?;
        (before + 1 < weight.len()).then_some(before + 1)
    };
    let rows: Vec<usize> = weights.iter().filter_map(since).collect();
    let (first, last) = (*rows.iter().min()?, *rows.iter().max()?);
    Some(Event { span: [first, last].map(&at), count: rows.len(), ..Event::new(at(last), EventKind::Zero) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::{ABSENT, Layout};

    /// A trace of these weights and alignments, row by row, and the end of its run.
    fn told(rows: &[(Vec<f64>, Vec<f64>)]) -> Vec<Event> {
        let layout = Layout::new(1, rows[0].0.len());
        let mut trace = Trace::new(layout, rows.len() as u64);
        for (step, (phi, alignment)) in rows.iter().enumerate() {
            let mut row = vec![ABSENT; layout.width()];
            row[0] = step as f64;
            row[layout.range(QuantityKind::Phi)].copy_from_slice(phi);
            row[layout.range(QuantityKind::Alignment)].copy_from_slice(alignment);
            trace.push(&row);
        }
        events(&trace, RunStatus::Running, rows.len() as u64 - 1)
    }

    fn weight(phi: impl IntoIterator<Item = f64>) -> Vec<Event> {
        told(&phi.into_iter().map(|phi| (vec![phi], vec![ABSENT])).collect::<Vec<_>>())
    }

    fn alignment(a: impl IntoIterator<Item = f64>) -> Vec<Event> {
        told(&a.into_iter().map(|a| (vec![1.0], vec![a])).collect::<Vec<_>>())
    }

    #[test]
    fn a_weight_that_reaches_zero_and_leaves_it_is_told_twice() {
        let found = weight((0..200).map(|t| if (50..120).contains(&t) { 0.0 } else { 1.0 }));
        let told: Vec<_> = found.iter().map(|e| (e.step, e.kind, e.task, e.count)).collect();
        assert_eq!(told, [(50, EventKind::Zero, Some(0), 1), (120, EventKind::Leaves, Some(0), 1)]);
        assert_eq!(found[0].words("φ of harmful"), "φ of harmful reaches zero");
    }

    #[test]
    fn a_weight_that_touches_zero_often_is_told_once_since_when_it_stays() {
        let found = weight((0..200).map(|t| if t > 60 || (t > 50 && t % 2 == 0) { 0.0 } else { 1.0 }));
        assert_eq!(found.iter().map(|e| (e.step, e.kind)).collect::<Vec<_>>(), [(60, EventKind::Zero)]);
        assert_eq!(found[0].words("φ"), "φ reaches zero, after 9 changes since step 52");
    }

    #[test]
    fn a_weight_that_starts_at_zero_has_not_reached_it() {
        assert_eq!(weight([0.0; 30]), []);
    }

    #[test]
    fn turns_of_the_sign_have_the_step_at_which_the_new_sign_was_used() {
        let found = alignment((0..300).map(|t| f64::from(t - 149)));
        assert_eq!(found.iter().map(|e| (e.step, e.kind)).collect::<Vec<_>>(), [(150, EventKind::Grows)]);
        let found = alignment((0..300).map(|t| f64::from(149 - t)));
        assert_eq!(found.iter().map(|e| (e.step, e.kind)).collect::<Vec<_>>(), [(150, EventKind::Shrinks)]);
    }

    #[test]
    fn four_hundred_turns_are_few_moments() {
        let found = alignment((0..1600).map(|t| if (t / 4) % 2 == 0 { 1.0 } else { -1.0 }));
        assert_eq!(found.len(), 1, "they follow each other closely: {found:?}");
        assert_eq!((found[0].count, found[0].step, found[0].span), (399, 4, [4, 1596]));
        let words = "the alignment for φ changes its sign 399 times up to step 1596";
        assert_eq!((found[0].kind, &*found[0].words("φ")), (EventKind::Flutters, words));
        // Every hundred steps: further apart than a fiftieth, but more than a few.
        let found = alignment((0..4000).map(|t| if (t / 100) % 2 == 0 { 1.0 } else { -1.0 }));
        assert!(!found.is_empty() && found.len() <= MOST, "{found:?}");
        assert_eq!(found.iter().map(|e| e.count).sum::<usize>(), 39);
    }

    #[test]
    fn of_a_crowd_it_is_told_how_many_are_zero() {
        let row = |t: usize| (0..20).map(|k| if k < 5 && t > 10 * k { 0.0 } else { 1.0 }).collect::<Vec<_>>();
        let found = told(&(0..100).map(|t| (row(t), vec![ABSENT; 20])).collect::<Vec<_>>());
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].span, found[0].step, found[0].count, found[0].task), ([1, 41], 41, 5, None));
        assert_eq!(found[0].words(""), "5 weights have reached zero, the first at step 1");
    }

    #[test]
    fn the_end_comes_last_also_of_an_empty_trace() {
        let trace = Trace::new(Layout::new(1, 1), 10);
        let status = RunStatus::Stopped { reason: StopReason::Diverged, step: 1 };
        let found = events(&trace, status, 10);
        assert_eq!(found, [Event::new(1, EventKind::Ended(StopReason::Diverged))]);
        assert_eq!((found[0].words(""), found[0].kind.word()), ("diverged".to_owned(), "diverged"));
    }
}
