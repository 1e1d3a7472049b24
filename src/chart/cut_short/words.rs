//! What the picture shows, in words.

use super::super::Lane;
use super::super::text::{list, value};
use crate::lang::{t, tr};
use crate::sampled::{Cut, CutShort, Estimate};
use crate::zero::HALF_DIGITS;

/// A cosine that counts as the right direction, and a relative error that counts as the right size.
const STRAIGHT: f64 = 0.99;
const GOOD: f64 = 0.1;
/// Staleness at the end that is so many times the least there was is no rest.
const FAR: f64 = 10.0;
/// Weights that are told one by one.
const TOLD: usize = 6;

/// The name of an estimate beside its curve.
pub fn short(of: Estimate) -> &'static str {
    match of {
        Estimate::Exact => tr!("exact"),
        Estimate::Approximate => tr!("Neumann"),
        Estimate::Unrolled => tr!("unrolled"),
    }
}

fn name(cut_short: &CutShort, of: Estimate) -> String {
    let setting = &cut_short.setting;
    match of {
        Estimate::Exact => tr!("Exact H⁻¹").to_owned(),
        Estimate::Approximate => {
            let (terms, alpha) = (setting.terms, value(setting.alpha));
            match setting.official {
                true => {
                    t!("Neumann, J = {terms}, α = {alpha}, official scaling", terms = terms, alpha = alpha)
                }
                false => t!("Neumann, J = {terms}, α = {alpha}", terms = terms, alpha = alpha),
            }
        }
        Estimate::Unrolled => tr!("Unrolled through the steps").to_owned(),
    }
}

fn steps(count: u64) -> String {
    match count {
        1 => tr!("1 inner step").to_owned(),
        _ => t!("{count} inner steps", count = count),
    }
}

/// How the loop steps, within a sentence and at its beginning.
fn rate(cut_short: &CutShort, lanes: &[Lane]) -> [String; 2] {
    let rate = value(cut_short.rate);
    match lanes.get(cut_short.lane) {
        Some(lane) if cut_short.own_rate => [
            t!("gradient descent at rate {rate}, that of {lane}", rate = rate, lane = lane.label),
            t!("Gradient descent at rate {rate}, that of {lane}", rate = rate, lane = lane.label),
        ],
        _ if cut_short.own_rate => [
            t!("gradient descent at rate {rate}", rate = rate),
            t!("Gradient descent at rate {rate}", rate = rate),
        ],
        _ => [
            t!("gradient descent at rate {rate}, 1/λ_max at the start, as the lane has none", rate = rate),
            t!("Gradient descent at rate {rate}, 1/λ_max at the start, as the lane has none", rate = rate),
        ],
    }
}

/// What is done, the longest wording first.
pub fn how(cut_short: &CutShort, lanes: &[Lane]) -> Vec<String> {
    let phi: Vec<String> = cut_short.phi.iter().take(TOLD).map(|p| value(*p)).collect();
    let more = if cut_short.phi.len() > TOLD { ", …" } else { "" };
    let phi = phi.join(", ") + more;
    let [_, rate] = rate(cut_short, lanes);
    vec![
        t!(
            "{rate}; φ = ({phi}); each estimate beside finite differences of L_A(W*(φ))",
            rate = rate,
            phi = phi
        ),
        t!("{rate}; φ = ({phi})", rate = rate, phi = phi),
        rate,
        t!("Rate {rate}", rate = value(cut_short.rate)),
    ]
}

/// How many signs are right, and from when on.
fn of_signs(cut_short: &CutShort, of: Estimate) -> String {
    let one = cut_short.phi.len() == 1;
    match cut_short.from(|cut| cut_short.right_signs(cut, of) == Some(1.0)) {
        Some(0) if one => tr!("the sign is right from the start").to_owned(),
        Some(0) => tr!("every sign is right from the start").to_owned(),
        Some(k) if one => t!("from {steps} on the sign is right", steps = steps(k)),
        Some(k) => t!("from {steps} on every sign is right", steps = steps(k)),
        None => {
            let last = cut_short.cuts.last().and_then(|cut| cut_short.right_signs(cut, of));
            match last.filter(|_| !one) {
                Some(share) => {
                    let share = format!("{:.0}", 100.0 * share);
                    t!("{share} % of the signs are right at the end", share = share)
                }
                None => tr!("the sign is wrong at the end").to_owned(),
            }
        }
    }
}

/// When the direction is right; of a single weight when the size is.
fn of_direction(cut_short: &CutShort, of: Estimate) -> Option<String> {
    let last = cut_short.cuts.last()?;
    if cut_short.phi.len() == 1 {
        let good = cut_short.from(|cut| cut_short.relative_error(cut, of).is_some_and(|e| e <= GOOD));
        return match good {
            Some(0) => Some(tr!("within 10 % of the true size throughout").to_owned()),
            Some(k) => Some(t!("within 10 % of the true size from {steps} on", steps = k)),
            None => {
                Some(t!("{ratio} times the true size at the end", ratio = value(cut_short.ratio(last, of)?)))
            }
        };
    }
    match cut_short.from(|cut| cut_short.cosine(cut, of).is_some_and(|c| c >= STRAIGHT)) {
        Some(0) => Some(t!("cosine {cosine} throughout", cosine = STRAIGHT)),
        Some(k) => Some(t!("cosine {cosine} from {steps} on", cosine = STRAIGHT, steps = k)),
        None => Some(t!("cosine {cosine} at the end", cosine = value(cut_short.cosine(last, of)?))),
    }
}

/// What comes of an estimate, the longest wording first.
pub fn verdict(cut_short: &CutShort, of: Estimate) -> Vec<String> {
    let name = name(cut_short, of);
    let none = cut_short.cuts.last().is_none_or(|cut| cut.estimate(of).is_none());
    let said = match of {
        Estimate::Exact if none => tr!("H is singular, there is none at the end").to_owned(),
        _ if none => tr!("not a finite number at the end").to_owned(),
        _ if cut_short.truth.is_some() && cut_short.known().is_none() => {
            let whole = t!("{estimate}: no true sign to compare with", estimate = name);
            return vec![whole, name, short(of).to_owned()];
        }
        _ if cut_short.known().is_none() => return vec![name, short(of).to_owned()],
        _ => of_signs(cut_short, of),
    };
    let direction = of_direction(cut_short, of).filter(|_| !none);
    let whole = direction.map(|direction| {
        t!("{estimate}: {signs}, {direction}", estimate = name, signs = said, direction = direction)
    });
    let told = |estimate: &str| t!("{estimate}: {signs}", estimate = estimate, signs = said);
    let few = [told(&name), told(short(of)), name, short(of).to_owned()];
    whole.into_iter().chain(few).collect()
}

/// Why a panel has nothing to compare, the longest wording first.
pub fn nothing_to_compare(cut_short: &CutShort) -> Vec<&'static str> {
    match (&cut_short.truth, cut_short.known()) {
        (Some(_), None) => {
            vec![tr!("the true one is numerically zero"), tr!("the true one is zero"), tr!("zero")]
        }
        (None, _) => vec![tr!("nothing true to compare with"), tr!("no truth")],
        _ => vec![tr!("no size between 10⁻⁴ and 10⁴ to show"), tr!("nothing to show")],
    }
}

/// From when on staleness is exactly zero, the longest wording first; `None` if it is not at the end.
pub fn at_rest(cut_short: &CutShort) -> Option<[String; 2]> {
    let from = cut_short.from(|cut| cut.staleness == 0.0)?;
    Some(match from {
        0 => [tr!("exactly 0: W is at rest from the start").to_owned(), tr!("0 throughout").to_owned()],
        k => [t!("exactly 0 from {steps} on", steps = steps(k)), t!("0 from {steps} on", steps = k)],
    })
}

/// What the loop or φ has that one must know, the longest wording first.
pub fn warning(cut_short: &CutShort) -> Option<Vec<String>> {
    if let Some(k) = cut_short.overflow {
        return Some(vec![
            t!(
                "The inner loop diverges at rate {rate}: no finite W after {steps}",
                rate = value(cut_short.rate),
                steps = steps(k)
            ),
            tr!("The inner loop diverges").to_owned(),
        ]);
    }
    let (first, last) = (cut_short.cuts.first()?, cut_short.cuts.last()?);
    if cut_short.truth.is_none() {
        return Some(vec![
            tr!("This φ has no unique best response: there is no true hypergradient to compare with")
                .to_owned(),
            tr!("No unique best response").to_owned(),
        ]);
    }
    if cut_short.known().is_none() {
        return Some(vec![
            tr!("The true hypergradient is numerically zero here: it has no direction and no sign")
                .to_owned(),
            tr!("The true one is numerically zero: no sign").to_owned(),
            tr!("The true one is zero").to_owned(),
        ]);
    }
    unrest(cut_short, first.staleness, last)
}

/// That the loop moves away from where it began, or from where it has been, the longest wording first.
fn unrest(cut_short: &CutShort, first: f64, last: &Cut) -> Option<Vec<String>> {
    let least = cut_short.cuts.iter().map(|cut| cut.staleness).fold(first, f64::min);
    if last.staleness > first {
        let (a, b) = (value(first), value(last.staleness));
        return Some(vec![
            t!(
                "The inner loop moves away: ‖∇L_T‖ grows from {first} to {last} in {steps}",
                first = a,
                last = b,
                steps = steps(last.steps)
            ),
            tr!("The inner loop moves away").to_owned(),
        ]);
    }
    // Below half of the digits of what it was, staleness is at rest whatever it does.
    (last.staleness > FAR * least && last.staleness > HALF_DIGITS * first).then(|| {
        vec![
            t!(
                "The inner loop does not come to rest: ‖∇L_T‖ is {last} after {steps} and was {least} before",
                last = value(last.staleness),
                steps = steps(last.steps),
                least = value(least)
            ),
            tr!("The inner loop does not come to rest").to_owned(),
        ]
    })
}

/// The text alternative; see [`SampledChart::describe`](super::super::SampledChart::describe).
pub fn describe(cut_short: &CutShort, lanes: &[Lane]) -> String {
    let [rate, _] = rate(cut_short, lanes);
    let mut words = t!("The hypergradient (dL_A/dφ) where the inner loop is cut short: {rate}.", rate = rate);
    let (Some(first), Some(last)) = (cut_short.cuts.first(), cut_short.cuts.last()) else {
        return words + tr!(" The losses overflow before the first inner step.");
    };
    for of in Estimate::ALL {
        words.push_str(&t!(" {words}.", words = verdict(cut_short, of)[0]));
    }
    if let Some([warning, ..]) = warning(cut_short).as_deref() {
        words.push_str(&t!(" {words}.", words = warning));
    }
    if let Some(truth) = &cut_short.truth {
        words.push_str(&the_true_one(cut_short, truth.len()));
    }
    let (a, b, steps) = (value(first.staleness), value(last.staleness), steps(last.steps));
    words.push_str(&match cut_short.unfinished {
        true => t!(
            " Staleness, the ‖∇L_T‖: {first} at the start, {last} after {steps}, where the view ends.",
            first = a,
            last = b,
            steps = steps
        ),
        false => t!(
            " Staleness, the ‖∇L_T‖: {first} at the start, {last} after {steps}.",
            first = a,
            last = b,
            steps = steps
        ),
    });
    words
}

/// The components of the true hypergradient, or the first of many.
fn the_true_one(cut_short: &CutShort, all: usize) -> String {
    let one = |(k, name): (usize, &String)| match cut_short.known_at(k) {
        Some(truth) => format!("{name} {}", value(truth)),
        None => t!("{weight} numerically zero", weight = name),
    };
    let told: Vec<String> = cut_short.names.iter().enumerate().take(TOLD).map(one).collect();
    let values = list(&told);
    if all > TOLD {
        t!(
            " True, by finite differences, the first {some} of {all}: {values}.",
            some = TOLD,
            all = all,
            values = values
        )
    } else {
        t!(" True, by finite differences: {values}.", values = values)
    }
}
