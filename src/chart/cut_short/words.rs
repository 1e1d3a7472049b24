//! What the picture shows, in words.

use super::super::Lane;
use super::super::text::{list, value};
use crate::sampled::{CutShort, Estimate};

/// A cosine that counts as the right direction, and a relative error that counts as the right size.
const STRAIGHT: f64 = 0.99;
const GOOD: f64 = 0.1;
/// Weights that are told one by one.
const TOLD: usize = 6;

/// The name of an estimate beside its curve.
pub fn short(of: Estimate) -> &'static str {
    match of {
        Estimate::Exact => "exact",
        Estimate::Approximate => "Neumann",
        Estimate::Unrolled => "unrolled",
    }
}

fn name(cut_short: &CutShort, of: Estimate) -> String {
    let setting = &cut_short.setting;
    match of {
        Estimate::Exact => "Exact H⁻¹".to_owned(),
        Estimate::Approximate => {
            let official = if setting.official { ", official scaling" } else { "" };
            format!("Neumann, J = {}, α = {}{official}", setting.terms, value(setting.alpha))
        }
        Estimate::Unrolled => "Unrolled through the steps".to_owned(),
    }
}

fn steps(count: u64) -> String {
    format!("{count} inner step{}", if count == 1 { "" } else { "s" })
}

fn rate(cut_short: &CutShort, lanes: &[Lane]) -> String {
    let whose = match lanes.get(cut_short.lane) {
        Some(lane) if cut_short.own_rate => format!(", that of {}", lane.label),
        _ if cut_short.own_rate => String::new(),
        _ => ", 1/λ_max, as the lane has none".to_owned(),
    };
    format!("gradient descent at rate {}{whose}", value(cut_short.rate))
}

/// What is done, the longest wording first.
pub fn how(cut_short: &CutShort, lanes: &[Lane]) -> Vec<String> {
    let phi: Vec<String> = cut_short.phi.iter().take(TOLD).map(|p| value(*p)).collect();
    let more = if cut_short.phi.len() > TOLD { ", …" } else { "" };
    let rate = rate(cut_short, lanes);
    let rate = format!("G{}", &rate[1..]);
    vec![
        format!(
            "{rate}; φ = ({}{more}); each estimate beside finite differences of L_A(W*(φ))",
            phi.join(", ")
        ),
        format!("{rate}; φ = ({}{more})", phi.join(", ")),
        rate,
        format!("Rate {}", value(cut_short.rate)),
    ]
}

/// How many signs are right, and from when on.
fn of_signs(cut_short: &CutShort, of: Estimate) -> String {
    let all = if cut_short.phi.len() == 1 { "the sign" } else { "every sign" };
    match cut_short.from(|cut| cut_short.right_signs(cut, of) == Some(1.0)) {
        Some(0) => format!("{all} is right from the start"),
        Some(k) => format!("from {} on {all} is right", steps(k)),
        None => {
            let last = cut_short.cuts.last().and_then(|cut| cut_short.right_signs(cut, of));
            match last.filter(|_| cut_short.phi.len() > 1) {
                Some(share) => format!("{:.0} % of the signs are right at the end", 100.0 * share),
                None => "the sign is wrong at the end".to_owned(),
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
            Some(0) => Some("within 10 % of the true size throughout".to_owned()),
            Some(k) => Some(format!("within 10 % of the true size from {k} on")),
            None => Some(format!("{} times the true size at the end", value(cut_short.ratio(last, of)?))),
        };
    }
    match cut_short.from(|cut| cut_short.cosine(cut, of).is_some_and(|c| c >= STRAIGHT)) {
        Some(0) => Some(format!("cosine {STRAIGHT} throughout")),
        Some(k) => Some(format!("cosine {STRAIGHT} from {k} on")),
        None => Some(format!("cosine {} at the end", value(cut_short.cosine(last, of)?))),
    }
}

/// What comes of an estimate, the longest wording first.
pub fn verdict(cut_short: &CutShort, of: Estimate) -> Vec<String> {
    let name = name(cut_short, of);
    let none = cut_short.cuts.last().is_none_or(|cut| cut.estimate(of).is_none());
    let said = match of {
        Estimate::Exact if none => "H is singular, there is none at the end".to_owned(),
        _ if none => "not a finite number at the end".to_owned(),
        _ if cut_short.truth.is_some() && cut_short.known().is_none() => {
            return vec![format!("{name}: no true sign to compare with"), name, short(of).to_owned()];
        }
        _ if cut_short.known().is_none() => return vec![name, short(of).to_owned()],
        _ => of_signs(cut_short, of),
    };
    let direction = of_direction(cut_short, of).filter(|_| !none);
    let whole = direction.map(|direction| format!("{name}: {said}, {direction}"));
    let few = [format!("{name}: {said}"), format!("{}: {said}", short(of)), name, short(of).to_owned()];
    whole.into_iter().chain(few).collect()
}

/// Why a panel has nothing to compare, the longest wording first.
pub fn nothing_to_compare(cut_short: &CutShort) -> &'static [&'static str] {
    match (&cut_short.truth, cut_short.known()) {
        (Some(_), None) => &["the true one is numerically zero", "the true one is zero", "zero"],
        (None, _) => &["nothing true to compare with", "no truth"],
        _ => &["no size between 10⁻⁴ and 10⁴ to show", "nothing to show"],
    }
}

/// From when on staleness is exactly zero, the longest wording first; `None` if it is not at the end.
pub fn at_rest(cut_short: &CutShort) -> Option<[String; 2]> {
    let from = cut_short.from(|cut| cut.staleness == 0.0)?;
    Some(match from {
        0 => ["exactly 0: W is at rest from the start".to_owned(), "0 throughout".to_owned()],
        k => [format!("exactly 0 from {} on", steps(k)), format!("0 from {k} on")],
    })
}

/// What the loop or φ has that one must know, the longest wording first.
pub fn warning(cut_short: &CutShort) -> Option<Vec<String>> {
    if let Some(k) = cut_short.overflow {
        return Some(vec![
            format!(
                "The inner loop diverges at rate {}: no finite W after {}",
                value(cut_short.rate),
                steps(k)
            ),
            "The inner loop diverges".to_owned(),
        ]);
    }
    let (first, last) = (cut_short.cuts.first()?, cut_short.cuts.last()?);
    if cut_short.truth.is_none() {
        return Some(vec![
            "This φ has no unique best response: there is no true hypergradient to compare with".to_owned(),
            "No unique best response".to_owned(),
        ]);
    }
    if cut_short.known().is_none() {
        return Some(vec![
            "The true hypergradient is numerically zero here: it has no direction and no sign".to_owned(),
            "The true one is numerically zero: no sign".to_owned(),
            "The true one is zero".to_owned(),
        ]);
    }
    (last.staleness > first.staleness).then(|| {
        let (a, b) = (value(first.staleness), value(last.staleness));
        vec![
            format!("The inner loop moves away: ‖∇L_T‖ grows from {a} to {b} in {}", steps(last.steps)),
            "The inner loop moves away".to_owned(),
        ]
    })
}

/// The text alternative; see [`SampledChart::describe`](super::super::SampledChart::describe).
pub fn describe(cut_short: &CutShort, lanes: &[Lane]) -> String {
    let mut words =
        format!("The hypergradient (dL_A/dφ) where the inner loop is cut short: {}.", rate(cut_short, lanes));
    let (Some(first), Some(last)) = (cut_short.cuts.first(), cut_short.cuts.last()) else {
        words.push_str(" The losses overflow before the first inner step.");
        return words;
    };
    for of in Estimate::ALL {
        words.push_str(&format!(" {}.", verdict(cut_short, of)[0]));
    }
    if let Some([warning, ..]) = warning(cut_short).as_deref() {
        words.push_str(&format!(" {warning}."));
    }
    if let Some(truth) = &cut_short.truth {
        let some =
            if truth.len() > TOLD { format!(", the first {TOLD} of {}", truth.len()) } else { String::new() };
        let one = |(k, name): (usize, &String)| {
            let value = cut_short.known_at(k).map_or("numerically zero".to_owned(), value);
            format!("{name} {value}")
        };
        let told: Vec<String> = cut_short.names.iter().enumerate().take(TOLD).map(one).collect();
        words.push_str(&format!(" True, by finite differences{some}: {}.", list(&told)));
    }
    let (a, b) = (value(first.staleness), value(last.staleness));
    words.push_str(&format!(" Staleness, the ‖∇L_T‖: {a} at the start, {b} after {}", steps(last.steps)));
    words.push_str(if cut_short.unfinished { ", where the view ends." } else { "." });
    words
}
